/* SPDX-License-Identifier: MIT */
/* arguments.h — the options of xylemd, as a table: `--help` and xylemd(8) are made from it. */
#ifndef XYLEM_CONFIG_ARGUMENTS_H
#define XYLEM_CONFIG_ARGUMENTS_H

#include "resolver/config/config.h"

struct program_option {
	const char        *name;        /* "--listen" */
	const char        *letter;      /* "-c"; NULL: none */
	const char        *value;       /* what follows it: "FILE"; NULL: nothing */
	const char        *key;         /* the setting it sets; NULL: none, or its value says */
	enum config_errand errand;      /* what it asks for, if it is no setting's */
	const char        *sentence;    /* NULL: the setting's own; "": not shown */
};

extern const struct program_option program_options[];
extern const size_t                program_options_count;

/* What it does, for the manual. */
const char *program_option_sentence(const struct program_option *option);

#endif
