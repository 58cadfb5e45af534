/* SPDX-License-Identifier: MIT */
/* buffer.c — one block that grows by doubling. */
#include "client/connect/buffer.h"

#include <stdlib.h>

void buffer_init(struct buffer *buffer, size_t ceiling)
{
	*buffer = (struct buffer){ .ceiling = ceiling };
}

void buffer_clear(struct buffer *buffer)
{
	free(buffer->octets);
	buffer->octets = NULL;
	buffer->start = buffer->end = buffer->room = 0;
}

enum result buffer_add(struct buffer *buffer, struct bytes octets)
{
	size_t length = buffer_length(buffer), room = buffer->room == 0 ? 4096 : buffer->room;
	uint8_t *grown;

	if (octets.length == 0)
		return OK;
	if (octets.length > buffer->ceiling || length > buffer->ceiling - octets.length)
		return NO_SPACE;
	if (buffer->start != 0 && buffer->end + octets.length > buffer->room) {
		memmove(buffer->octets, buffer->octets + buffer->start, length);
		buffer->start = 0;
		buffer->end = length;
	}
	while (room < length + octets.length)
		room *= 2;
	if (room != buffer->room) {
		grown = realloc(buffer->octets, room);
		if (grown == NULL)
			return NO_MEMORY;
		buffer->octets = grown;
		buffer->room = room;
	}
	memcpy(buffer->octets + buffer->end, octets.at, octets.length);
	buffer->end += octets.length;
	return OK;
}

enum result buffer_add_text(struct buffer *buffer, const char *text)
{
	return buffer_add(buffer, bytes_of(text, strlen(text)));
}

void buffer_drop(struct buffer *buffer, size_t length)
{
	if (length > buffer_length(buffer))
		length = buffer_length(buffer);
	buffer->start += length;
	if (buffer->start == buffer->end)
		buffer->start = buffer->end = 0;
}
