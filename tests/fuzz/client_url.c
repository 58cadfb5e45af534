/* SPDX-License-Identifier: MIT */
/* client_url.c — any text as a URL, by itself and relative to one; what is read must be normal:
 * written and read again it stays the same. */
#include <stdint.h>
#include <stdlib.h>

#include "cache/base/must.h"
#include "client/url/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static void expect_normal(struct arena *arena, const struct url *url)
{
	const char *text = url_write(arena, url, true);
	struct url again;

	if (text[0] == '\0' || strlen(text) > LONGEST_URL)
		return;
	must(url_parse(&again, arena, text, NULL) == URL_GOOD);
	must(strcmp(url_write(arena, &again, true), text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	struct arena arena;
	struct url base, url;
	const char *text;

	arena_init(&arena, 64 << 20);
	text = arena_print(&arena, "%.*s", (int)length, (const char *)octets);
	if (url_parse(&url, &arena, text, NULL) == URL_GOOD)
		expect_normal(&arena, &url);
	must(url_parse(&base, &arena, "https://u:p@example.com:81/a/b/c?d#e", NULL) == URL_GOOD);
	if (url_parse(&url, &arena, text, &base) == URL_GOOD)
		expect_normal(&arena, &url);
	arena_clear(&arena);
	return 0;
}
