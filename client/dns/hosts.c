/* SPDX-License-Identifier: MIT */
/* hosts.c — hosts(5): an address, then its names, each line; "#" begins a comment. */
#include "client/dns/hosts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LARGEST_FILE = 4 << 20 };

static const char blanks[] = " \t\r\v\f";

/* The next word of a line; moves `line` behind it. Its length is 0 at the end. */
static const char *take_word(const char **line, const char *end, size_t *length)
{
	const char *word = *line;

	while (word < end && strchr(blanks, *word) != NULL)
		word++;
	*line = word;
	while (*line < end && strchr(blanks, **line) == NULL)
		(*line)++;
	*length = (size_t)(*line - word);
	return word;
}

static bool same_name(const char *word, size_t length, const char *name)
{
	size_t name_length = strlen(name);

	if (name_length != 0 && name[name_length - 1] == '.')
		name_length--;
	if (length != 0 && word[length - 1] == '.')
		length--;
	return length != 0 && length == name_length && strncasecmp(word, name, length) == 0;
}

static bool line_names(const char *line, const char *end, const char *name, struct address *address)
{
	char text[ADDRESS_TEXT];
	size_t length;
	const char *word = take_word(&line, end, &length);

	if (length == 0 || length >= sizeof(text))
		return false;
	memcpy(text, word, length);
	text[length] = '\0';
	text[strcspn(text, "%")] = '\0';
	if (!address_read(address, text, 0))
		return false;
	for (;;) {
		word = take_word(&line, end, &length);
		if (length == 0)
			return false;
		if (same_name(word, length, name))
			return true;
	}
}

size_t hosts_find_in(const char *text, size_t length, const char *name, struct address *into,
		     size_t room)
{
	const char *end = text + length;
	size_t count = 0;

	while (text < end && count < room) {
		const char *line_end = memchr(text, '\n', (size_t)(end - text));
		const char *next = line_end == NULL ? end : line_end + 1;
		const char *comment;

		if (line_end == NULL)
			line_end = end;
		comment = memchr(text, '#', (size_t)(line_end - text));
		if (line_names(text, comment == NULL ? line_end : comment, name, &into[count]))
			count++;
		text = next;
	}
	return count;
}

size_t hosts_find(const char *path, const char *name, struct address *into, size_t room)
{
	FILE *file = fopen(path, "re");
	char *text = malloc(LARGEST_FILE);
	size_t length, count = 0;

	if (file != NULL && text != NULL) {
		length = fread(text, 1, LARGEST_FILE, file);
		count = hosts_find_in(text, length, name, into, room);
	}
	if (file != NULL)
		fclose(file);
	free(text);
	return count;
}

size_t hosts_find_localhost(const char *name, struct address *into, size_t room)
{
	static const unsigned char one[16] = { [15] = 1 };
	static const unsigned char loopback[4] = { 127, 0, 0, 1 };
	static const char below[] = ".localhost";
	size_t length = strlen(name), tail = sizeof(below) - 1;

	if (length != 0 && name[length - 1] == '.')
		length--;
	if (!(length == tail - 1 && strncasecmp(name, below + 1, tail - 1) == 0) &&
	    !(length > tail && strncasecmp(name + length - tail, below, tail) == 0))
		return 0;
	if (room < 2)
		return 0;
	into[0] = address_v6(one, 0);
	into[1] = address_v4(loopback, 0);
	return 2;
}
