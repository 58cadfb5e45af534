/* SPDX-License-Identifier: MIT */
/* options.h — one table per command: it makes the reading of arguments, --help and the man page. */
#ifndef XYLEM_CLIENT_OPTIONS_H
#define XYLEM_CLIENT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "client/fetch/settings.h"

enum option_kind {
	OPTION_FLAG,                    /* a bool becomes true */
	OPTION_TEXT,                    /* a const char * */
	OPTION_TEXTS,                   /* a struct texts gets one more */
	OPTION_SECONDS,                 /* "1.5" into a uint32_t of milliseconds */
	OPTION_CALL,                    /* .call makes of it what it likes */
	OPTION_IGNORED,                 /* accepted, because other programs have it */
};

struct option_row {
	char             letter;        /* 0: none */
	const char      *name;          /* NULL: none */
	enum option_kind kind;
	size_t           offset;        /* of the field in the command's settings */
	const char      *argument;      /* its name in the help; NULL: takes none */
	const char      *sentence;
	const char    *(*call)(void *settings, const char *argument);  /* NULL, or what is wrong */
};

struct command {
	const char              *name;
	const char              *usage; /* after "xylem NAME" */
	const char              *what;  /* one line */
	const char              *text;  /* paragraphs for --help and the man page */
	const struct option_row *options;
	size_t                   option_count;
	int                    (*run)(const struct command *command, int argc, char **argv);
};

enum options_outcome { OPTIONS_GOOD, OPTIONS_HELP, OPTIONS_BAD };

/* Reads argv[1…] into `settings`; what are no options ends up in argv[*first…] in order. On
 * OPTIONS_BAD one line was written to stderr; on OPTIONS_HELP the help to stdout. The lists in
 * settings are freed with texts_clear(). */
enum options_outcome options_read(const struct command *command, void *settings, int argc,
				  char **argv, int *first);

void options_help(const struct command *command, FILE *to);

/* False without memory. */
bool texts_add(struct texts *texts, const char *text);
void texts_clear(struct texts *texts);

/* "1.5" to 1500; false if it isn't a number of seconds, or more than 36 days. */
bool seconds_read(const char *text, uint32_t *ms);

/* NULL if both are what --format and --color may say (or NULL), else what is wrong. */
const char *manner_check(const char *format, const char *colour);
bool        manner_is_json(const char *format);

extern const struct command get_command, query_command, ctl_command;

#endif
