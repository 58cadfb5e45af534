/* SPDX-License-Identifier: MIT */
/* value.h — a setting's value: from text to the field, and back.
 *
 * Both ways go by the setting's kind. What value_write() writes, value_read() reads as the same
 * value. */
#ifndef XYLEM_CONFIG_VALUE_H
#define XYLEM_CONFIG_VALUE_H

#include "resolver/config/table.h"
#include "resolver/config/tree.h"

/* What a reader needs besides the value. */
struct reading {
	const char           *file;
	const char           *option;   /* when the value comes from the command line; else NULL */
	struct arena         *arena;    /* what fields point to lives here */
	struct config_report *report;
	bool                  is_default;       /* nobody wrote it: no warnings */
};

/* Reads the node into its field in `base` (a struct config, or a struct config_zone). False,
 * with lines in the report, if it isn't what the setting expects; the field is then unchanged or
 * partly filled. */
bool value_read(struct reading *reading, const struct setting *setting, const struct node *node,
		void *base);

/* The field as one would write it in the file, in one line. */
void value_write(const struct setting *setting, const void *base, FILE *to);

/* A number as one would write it, in the largest unit that it is a multiple of; into
 * SETTING_NUMBER_TEXT octets. */
enum {
	SETTING_NUMBER_TEXT = 32,
};
const char *value_number_text(enum setting_kind kind, uint64_t value, char *into);

/* Text to number. Each is strict: the whole text, no signs, no spaces within. */
bool parse_count(const char *text, uint64_t *into);
bool parse_size(const char *text, uint64_t *octets);
bool parse_milliseconds(const char *text, bool bare_is_seconds, uint64_t *into);

/* A name of the DNS in presentation format, made lower case and absolute. NULL: it isn't one, or
 * no memory. */
const char *parse_name(const char *text, struct arena *arena);

/* How one value ends and the next begins where a list is written as one text: at a comma. Makes
 * a NODE_LIST whose line is 0. NULL: no memory. */
struct node *value_split(const char *text, struct arena *arena);

#endif
