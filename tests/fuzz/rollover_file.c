/* SPDX-License-Identifier: MIT */
/* rollover_file.c — fuzz target: any octets as the file of roll-overs. What is taken is printed,
 * and that is taken again and printed the same. */
#include "resolver/rollover_file.h"

#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"

static struct bytes print(const struct rollovers *rollovers)
{
	size_t length = 0;
	char *text = NULL;
	FILE *to = open_memstream(&text, &length);

	must(to != NULL && rollovers_print(rollovers, to));
	must(fclose(to) == 0);
	return bytes_of((const uint8_t *)text, length);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	static struct rollovers rollovers, again;
	struct bytes first, second;
	struct complaint why;

	if (!rollovers_parse(bytes_of(octets, length), &rollovers, &why)) {
		must(rollovers.count == 0 && why.text[0] != '\0');
		return 0;
	}
	first = print(&rollovers);
	must(rollovers_parse(first, &again, &why));
	second = print(&again);
	must(first.length == second.length && memcmp(first.at, second.at, first.length) == 0);
	free((void *)(uintptr_t)first.at);
	free((void *)(uintptr_t)second.at);
	return 0;
}
