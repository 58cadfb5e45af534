/* SPDX-License-Identifier: MIT */
/* output.h — where heads and bodies go: a file, standard output, a terminal (made harmless), or
 * nowhere. */
#ifndef XYLEM_CLIENT_OUTPUT_H
#define XYLEM_CLIENT_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cache/base/bytes.h"

struct output {
	const char *path;               /* NULL: standard output */
	bool        wanted;             /* false: bodies go nowhere */
	bool        heads;              /* -i, -I: heads too */
	bool        harmless;           /* it is a terminal */
	FILE       *file;               /* opened when the first octet comes */
	uint8_t     held[4];            /* the beginning of a character that isn't complete */
	size_t      held_length;
	int         error;              /* errno of what failed */
};

/* False if it can't be written: then .error says why. */
bool output_write(struct output *output, struct bytes octets);

/* At the end: closes the file; with `even_if_empty` it is made if nothing has been written. */
bool output_end(struct output *output, bool even_if_empty);

#endif
