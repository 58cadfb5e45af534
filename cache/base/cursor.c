/* SPDX-License-Identifier: MIT */
/* cursor.c — bounded reading and writing, one check per call. */
#include "cache/base/cursor.h"

#include "cache/base/must.h"

struct cursor cursor_over(struct bytes bytes)
{
	return (struct cursor){ .start = bytes.at, .length = bytes.length };
}

struct bytes take_bytes(struct cursor *cursor, size_t length)
{
	struct bytes taken;

	if (cursor->failed || length > cursor->length - cursor->position) {
		cursor->failed = true;
		return bytes_of(NULL, 0);
	}
	taken = bytes_of(cursor->start + cursor->position, length);
	cursor->position += length;
	return taken;
}

struct bytes take_rest(struct cursor *cursor)
{
	return take_bytes(cursor, cursor_left(cursor));
}

void cursor_skip(struct cursor *cursor, size_t length)
{
	(void)take_bytes(cursor, length);
}

void cursor_fail(struct cursor *cursor)
{
	cursor->failed = true;
}

uint8_t take_u8(struct cursor *cursor)
{
	struct bytes taken = take_bytes(cursor, 1);

	return taken.length == 0 ? 0 : taken.at[0];
}

uint16_t take_u16(struct cursor *cursor)
{
	struct bytes taken = take_bytes(cursor, 2);

	return taken.length == 0 ? 0 : load_u16(taken.at);
}

uint32_t take_u32(struct cursor *cursor)
{
	struct bytes taken = take_bytes(cursor, 4);

	return taken.length == 0 ? 0 : load_u32(taken.at);
}

struct writer writer_over(void *start, size_t size)
{
	return (struct writer){ .start = start, .size = size };
}

/* Room for `length` octets, counted as written; NULL when they don't fit. */
static uint8_t *make_room(struct writer *writer, size_t length)
{
	uint8_t *room;

	if (writer->failed || length > writer->size - writer->position) {
		writer->failed = true;
		return NULL;
	}
	room = writer->start + writer->position;
	writer->position += length;
	return room;
}

void put_u8(struct writer *writer, uint8_t value)
{
	uint8_t *room = make_room(writer, 1);

	if (room != NULL)
		*room = value;
}

void put_u16(struct writer *writer, uint16_t value)
{
	uint8_t *room = make_room(writer, 2);

	if (room != NULL)
		store_u16(room, value);
}

void put_u32(struct writer *writer, uint32_t value)
{
	uint8_t *room = make_room(writer, 4);

	if (room != NULL)
		store_u32(room, value);
}

void put_bytes(struct writer *writer, struct bytes bytes)
{
	uint8_t *room = make_room(writer, bytes.length);

	if (room != NULL && bytes.length != 0)
		memcpy(room, bytes.at, bytes.length);
}

void patch_u16(struct writer *writer, size_t position, uint16_t value)
{
	must(position + 2 <= writer->position);
	store_u16(writer->start + position, value);
}

void writer_go_back(struct writer *writer, size_t position)
{
	must(position <= writer->position);
	writer->position = position;
	writer->failed = false;
}
