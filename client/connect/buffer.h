/* SPDX-License-Identifier: MIT */
/* buffer.h — octets that come at the end and go at the front, up to a ceiling. */
#ifndef XYLEM_CLIENT_BUFFER_H
#define XYLEM_CLIENT_BUFFER_H

#include "cache/base/bytes.h"
#include "cache/base/result.h"

struct buffer {
	uint8_t *octets;
	size_t   start;                 /* what is before has been taken */
	size_t   end;
	size_t   room;
	size_t   ceiling;
};

void buffer_init(struct buffer *buffer, size_t ceiling);
void buffer_clear(struct buffer *buffer);

/* NO_SPACE beyond the ceiling, NO_MEMORY; then nothing was added. */
MUST_USE enum result buffer_add(struct buffer *buffer, struct bytes octets);
MUST_USE enum result buffer_add_text(struct buffer *buffer, const char *text);

/* Lets go of octets at the front; as many as there are at most. */
void buffer_drop(struct buffer *buffer, size_t length);

static inline struct bytes buffer_bytes(const struct buffer *buffer)
{
	if (buffer->octets == NULL)
		return bytes_of(NULL, 0);       /* NULL + 0 is nothing in C */
	return bytes_of(buffer->octets + buffer->start, buffer->end - buffer->start);
}

static inline size_t buffer_length(const struct buffer *buffer)
{
	return buffer->end - buffer->start;
}

#endif
