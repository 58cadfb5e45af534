/* SPDX-License-Identifier: MIT */
/* arena.c — blocks that grow, handed out from their start. */
#include "cache/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 65536 };

struct arena_block {
	struct arena_block *older;
	size_t              size;       /* of the room behind this header */
	size_t              used;
	alignas(max_align_t) unsigned char room[];
};

void arena_init(struct arena *arena, size_t ceiling)
{
	*arena = (struct arena){ .ceiling = ceiling };
}

void arena_clear(struct arena *arena)
{
	struct arena_block *block = arena->newest;

	while (block != NULL) {
		struct arena_block *older = block->older;

		free(block);
		block = older;
	}
	arena->newest = NULL;
	arena->held = 0;
}

static struct arena_block *add_block(struct arena *arena, size_t at_least)
{
	size_t size = arena->newest == NULL ? FIRST_BLOCK : arena->newest->size * 2;
	struct arena_block *block;

	if (size > LARGEST_BLOCK)
		size = LARGEST_BLOCK;
	if (size < at_least)
		size = at_least;
	if (size > arena->ceiling || arena->held > arena->ceiling - size)
		return NULL;
	block = malloc(sizeof(*block) + size);
	if (block == NULL)
		return NULL;
	*block = (struct arena_block){ .older = arena->newest, .size = size };
	arena->newest = block;
	arena->held += size;
	return block;
}

void *arena_take(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->newest;
	void *taken;

	if (size > arena->ceiling)
		return NULL;
	size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (block == NULL || block->size - block->used < size)
		block = add_block(arena, size);
	if (block == NULL)
		return NULL;
	taken = block->room + block->used;
	block->used += size;
	return memset(taken, 0, size);
}

struct bytes arena_copy(struct arena *arena, struct bytes from)
{
	uint8_t *copy = arena_take(arena, from.length == 0 ? 1 : from.length);

	if (copy == NULL)
		return bytes_of(NULL, 0);
	if (from.length != 0)
		memcpy(copy, from.at, from.length);
	return bytes_of(copy, from.length);
}

const char *arena_print(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		return "";
	text = arena_take(arena, (size_t)length + 1);
	if (text == NULL)
		return "";
	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return text;
}
