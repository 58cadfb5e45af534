/* SPDX-License-Identifier: MIT */
/* nameservers.c — lines of two words, the first of which is `nameserver`. */
#include "resolver/nameservers.h"

#include <ctype.h>
#include <string.h>

#include "cache/base/must.h"

enum { PORT = 53 };

static bool is_elsewhere(const struct address *address)
{
	static const char *const nowhere[] = {
		"127.0.0.0/8", "0.0.0.0/8", "::1/128", "::/128", "::ffff:0:0/96", "fe80::/10",
	};

	for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
		struct network network;
		bool parsed = network_parse(nowhere[i], &network);

		must(parsed);
		if (network_has(&network, address)) return false;
	}
	return true;
}

static struct bytes take_line(struct bytes *text)
{
	const uint8_t *end = memchr(text->at, '\n', text->length);
	size_t length = end == NULL ? text->length : (size_t)(end - text->at);
	struct bytes line = bytes_of(text->at, length);

	if (end != NULL) length++;
	*text = bytes_of(text->at + length, text->length - length);
	return line;
}

/* The next word of the line; empty at its end. */
static struct bytes take_word(struct bytes *line)
{
	struct bytes word;
	size_t from = 0, to;

	while (from < line->length && isspace(line->at[from]))
		from++;
	for (to = from; to < line->length && !isspace(line->at[to]);)
		to++;
	word = bytes_of(line->at + from, to - from);
	*line = bytes_of(line->at + to, line->length - to);
	return word;
}

static bool read_line(struct bytes line, struct address *into)
{
	static const char keyword[] = "nameserver";
	struct bytes word = take_word(&line);
	char text[ADDRESS_TEXT_SIZE];

	if (word.length != strlen(keyword) || memcmp(word.at, keyword, word.length) != 0)
		return false;
	word = take_word(&line);
	if (word.length == 0 || word.length >= sizeof(text)) return false;
	memcpy(text, word.at, word.length);
	text[word.length] = '\0';
	return strlen(text) == word.length && address_parse(text, PORT, into) &&
	       is_elsewhere(into);
}

static bool is_among(const struct address *address, const struct address *list, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (address_equal(&list[i], address)) return true;
	return false;
}

unsigned nameservers_read(struct bytes text, struct address *into, unsigned most)
{
	unsigned count = 0;

	while (text.length != 0 && count < most) {
		struct address address;

		if (!read_line(take_line(&text), &address)) continue;
		if (!is_among(&address, into, count)) into[count++] = address;
	}
	return count;
}
