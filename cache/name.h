/* SPDX-License-Identifier: MIT */
/* name.h — domain names in wire form (RFC 1035 §3.1).
 *
 * A name is a plain value of 256 octets: its length, then its labels up to and with the root's
 * empty one. A name whose length is 0 is no name at all (what a failed reader leaves); every
 * function but name_is_set() wants a name. Letters keep their case; comparisons ignore it (RFC
 * 4343). Escapes in text are those of RFC 1035 §5.1. */
#ifndef XYLEM_CACHE_NAME_H
#define XYLEM_CACHE_NAME_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/base/cursor.h"

enum {
	NAME_SIZE = 255,                /* octets in wire form, at most */
	LABEL_SIZE = 63,
	NAME_LABELS = 127,
	NAME_TEXT_SIZE = 1020,          /* room for any name in text, with its final NUL */
};

struct name {
	uint8_t length;
	uint8_t octets[NAME_SIZE];
};

extern const struct name name_root;

/* Reads the name at the cursor, which must run over the whole message: compression is followed,
 * strictly backwards, at most MAX_POINTERS_PER_NAME times. On an error the cursor has failed and
 * the name isn't set. */
void name_read(struct cursor *message, struct name *into);

/* Uncompressed, as it is. */
void name_write(struct writer *writer, const struct name *name);

/* False if the text is no name. Every name is absolute: the final dot may be left out. */
bool  name_parse(const char *text, struct name *into);
char *name_print(const struct name *name, char into[NAME_TEXT_SIZE]);

static inline bool name_is_set(const struct name *name)
{
	return name->length != 0;
}

static inline bool name_is_root(const struct name *name)
{
	return name->length == 1;
}

static inline struct bytes name_bytes(const struct name *name)
{
	return bytes_of(name->octets, name->length);
}

/* Labels without the root's: 0 for ".", 2 for "example.com.". */
unsigned name_labels(const struct name *name);

bool name_equal(const struct name *a, const struct name *b);

/* The canonical order of RFC 4034 §6.1: negative, zero or positive. */
int name_compare(const struct name *a, const struct name *b);

/* Is it `zone` itself or below it? */
bool name_is_in(const struct name *name, const struct name *zone);

/* How many labels two names share, counted from the root. */
unsigned name_common_labels(const struct name *a, const struct name *b);

/* The rightmost `labels` labels of a name that has at least as many; `into` may be `name`. */
void name_ancestor(const struct name *name, unsigned labels, struct name *into);

/* One label less; the root's parent is the root. `into` may be `name`. */
void name_parent(const struct name *name, struct name *into);

/* RFC 6672 §2.2: `name`, which lies below `from`, moved below `to`. False if it gets too long. */
bool name_substitute(const struct name *name, const struct name *from, const struct name *to,
		     struct name *into);

/* All letters small, in place. */
void name_lower(struct name *name);

static inline uint8_t letter_lower(uint8_t octet)
{
	return (uint8_t)(octet - 'A') < 26 ? octet | 0x20 : octet;
}

#endif
