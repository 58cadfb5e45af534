/* SPDX-License-Identifier: MIT */
/* entry.c — entries come from malloc, and cost what malloc took. */
#include "cache/entry.h"

#include <malloc.h>
#include <stdlib.h>

enum { CHUNK_HEADER = 8 };              /* glibc's, in front of what malloc gives */

struct entry *entry_new(size_t length)
{
	struct entry *entry;

	if (length > UINT32_MAX)
		return NULL;
	entry = malloc(sizeof(*entry) + length);
	if (entry == NULL)
		return NULL;
	*entry = (struct entry){ .length = (uint32_t)length };
	return entry;
}

void entry_free(struct entry *entry)
{
	free(entry);
}

size_t entry_cost(const struct entry *entry)
{
	return malloc_usable_size((void *)(uintptr_t)entry) + CHUNK_HEADER;
}
