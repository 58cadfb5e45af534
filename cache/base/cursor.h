/* SPDX-License-Identifier: MIT */
/* cursor.h — reads and writes wire data in order, and remembers the first error.
 *
 * A reader that ran off the end gives zeros from then on and cursor_is_good() says false: so code
 * reads all its fields and asks once. A writer that is full writes nothing from then on, and
 * writer_is_good() says false. Neither owns its octets. Numbers are big-endian, as everywhere in
 * the DNS. */
#ifndef XYLEM_BASE_CURSOR_H
#define XYLEM_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/base/bytes.h"

struct cursor {
	const uint8_t *start;
	size_t         length;
	size_t         position;
	bool           failed;
};

struct cursor cursor_over(struct bytes bytes);
uint8_t       take_u8(struct cursor *cursor);
uint16_t      take_u16(struct cursor *cursor);
uint32_t      take_u32(struct cursor *cursor);

/* The next `length` octets, borrowed from what the cursor reads; empty after an error. */
struct bytes  take_bytes(struct cursor *cursor, size_t length);
struct bytes  take_rest(struct cursor *cursor);
void          cursor_skip(struct cursor *cursor, size_t length);

/* For a caller that found what it read to be wrong: from now on the cursor has failed. */
void          cursor_fail(struct cursor *cursor);

static inline bool cursor_is_good(const struct cursor *cursor)
{
	return !cursor->failed;
}

static inline size_t cursor_left(const struct cursor *cursor)
{
	return cursor->failed ? 0 : cursor->length - cursor->position;
}

struct writer {
	uint8_t *start;
	size_t   size;
	size_t   position;              /* octets written so far */
	bool     failed;
};

struct writer writer_over(void *start, size_t size);
void          put_u8(struct writer *writer, uint8_t value);
void          put_u16(struct writer *writer, uint16_t value);
void          put_u32(struct writer *writer, uint32_t value);
void          put_bytes(struct writer *writer, struct bytes bytes);

/* Overwrites two octets at `position`, which must have been written already. */
void          patch_u16(struct writer *writer, size_t position, uint16_t value);

/* Forgets all that was written from `position` on, an error too: that which did not fit. */
void          writer_go_back(struct writer *writer, size_t position);

static inline bool writer_is_good(const struct writer *writer)
{
	return !writer->failed;
}

static inline size_t writer_left(const struct writer *writer)
{
	return writer->failed ? 0 : writer->size - writer->position;
}

static inline struct bytes writer_bytes(const struct writer *writer)
{
	return bytes_of(writer->start, writer->position);
}

/* The same numbers at a place whose bounds the caller knows. */
static inline uint16_t load_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t load_u32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline void store_u16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void store_u32(uint8_t *at, uint32_t value)
{
	store_u16(at, (uint16_t)(value >> 16));
	store_u16(at + 2, (uint16_t)value);
}

#endif
