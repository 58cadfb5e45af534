/* SPDX-License-Identifier: MIT */
/* terminal.h — the one door to the terminal.
 *
 * Whatever is said goes through terminal_say(), which neutralises the finished text: control
 * characters, escapes, bidirectional and invisible ones, and octets that aren't UTF-8 become
 * visible (`\x1b`, `\u{202e}`). A line ends only through terminal_end_line(), so no text from
 * outside can begin one. Colour is added outside of the text. */
#ifndef XYLEM_CLIENT_TERMINAL_H
#define XYLEM_CLIENT_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cache/base/bytes.h"

enum style { PLAIN, BOLD, DIM, GOOD, ODD, BAD, STYLES };

enum colour_wish { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

struct terminal {
	FILE    *to;
	bool     colour;
	unsigned width;                 /* columns to fill, 80 to 100 */
	unsigned column;                /* where the next character goes, from 0 */
};

/* AUTO: colour if `to` is a terminal, NO_COLOR is unset or empty, and TERM isn't "dumb". */
void terminal_init(struct terminal *terminal, FILE *to, enum colour_wish wish);

/* "auto", "always", "never", or NULL for auto; false if it is none of them. */
bool colour_read(const char *text, enum colour_wish *wish);

__attribute__((format(printf, 3, 4))) void terminal_say(struct terminal *terminal, enum style style,
							const char *format, ...);

/* Blanks up to a column; nothing if it is already passed. */
void terminal_to_column(struct terminal *terminal, unsigned column);
void terminal_end_line(struct terminal *terminal);

/* The last word of a line, at its right edge; on a line of its own if there is no room for it. */
__attribute__((format(printf, 3, 4))) void terminal_say_right(struct terminal *terminal,
							      enum style style,
							      const char *format, ...);

/* Text in harmless form, ended by a zero, cut at `size`; gives its length. With `lines`, \n and \t
 * stay. */
size_t neutralise(char *into, size_t size, struct bytes text, bool lines);

/* How many columns a harmless text takes (one per character). */
unsigned columns_of(const char *text);

/* How many octets at the end of `text` are the beginning of a UTF-8 character that isn't complete
 * yet. */
size_t utf8_unfinished(struct bytes text);

#endif
