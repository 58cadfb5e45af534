/* SPDX-License-Identifier: MIT */
/* name.c — domain names: read, written, compared, taken apart. */
#include "cache/name.h"

#include <stdio.h>
#include <string.h>

#include "cache/base/limits.h"
#include "cache/base/must.h"

const struct name name_root = { .length = 1 };

/* RFC 1035 §4.1.4: the two high bits of a label's first octet. */
enum { POINTER = 0xc0, POINTER_HIGH = 0x3f };

static bool append_label(struct name *name, const uint8_t *label)
{
	size_t size = (size_t)label[0] + 1;

	if (name->length + size > NAME_SIZE)
		return false;
	memcpy(name->octets + name->length, label, size);
	name->length = (uint8_t)(name->length + size);
	return true;
}

/* Collects labels from `position` on; gives where the name ends in place, 0 on an error. */
static size_t read_labels(const struct cursor *message, size_t position, struct name *into)
{
	size_t end = 0, before = position;
	unsigned pointers = 0;

	for (;;) {
		uint8_t first;

		if (position >= message->length)
			return 0;
		first = message->start[position];
		if ((first & POINTER) == POINTER) {
			size_t target;

			if (position + 2 > message->length || ++pointers > MAX_POINTERS_PER_NAME)
				return 0;
			target = (size_t)(first & POINTER_HIGH) << 8 | message->start[position + 1];
			if (end == 0)
				end = position + 2;
			if (target >= before)
				return 0;               /* only backwards: no loops */
			before = position = target;
			continue;
		}
		if (first > LABEL_SIZE || position + 1 + first > message->length)
			return 0;
		if (!append_label(into, message->start + position))
			return 0;
		position += (size_t)first + 1;
		if (first == 0)
			return end == 0 ? position : end;
	}
}

void name_read(struct cursor *message, struct name *into)
{
	size_t end;

	into->length = 0;
	end = message->failed ? 0 : read_labels(message, message->position, into);
	if (end == 0) {
		into->length = 0;
		cursor_fail(message);
		return;
	}
	message->position = end;
}

void name_write(struct writer *writer, const struct name *name)
{
	put_bytes(writer, name_bytes(name));
}

/* One character, perhaps escaped: \. \\ \007. Gives what follows it; NULL if it is malformed. */
static const char *parse_character(const char *text, uint8_t *into)
{
	unsigned number = 0;

	if (text[0] != '\\') {
		*into = (uint8_t)text[0];
		return text + 1;
	}
	if (text[1] == '\0')
		return NULL;
	if (text[1] < '0' || text[1] > '9') {
		*into = (uint8_t)text[1];
		return text + 2;
	}
	for (int i = 1; i <= 3; i++) {
		if (text[i] < '0' || text[i] > '9')
			return NULL;
		number = number * 10 + (unsigned)(text[i] - '0');
	}
	if (number > 255)
		return NULL;
	*into = (uint8_t)number;
	return text + 4;
}

/* Characters up to a dot or the end; gives the place behind the dot, NULL if malformed. */
static const char *parse_label(const char *text, uint8_t label[1 + LABEL_SIZE])
{
	label[0] = 0;
	while (*text != '\0' && *text != '.') {
		if (label[0] == LABEL_SIZE)
			return NULL;
		text = parse_character(text, &label[1 + label[0]]);
		if (text == NULL)
			return NULL;
		label[0]++;
	}
	if (label[0] == 0)
		return NULL;
	return *text == '.' ? text + 1 : text;
}

bool name_parse(const char *text, struct name *into)
{
	uint8_t label[1 + LABEL_SIZE];
	static const uint8_t root_label[1] = { 0 };

	into->length = 0;
	if (strcmp(text, ".") == 0) {
		*into = name_root;
		return true;
	}
	if (*text == '\0')
		return false;
	while (text != NULL && *text != '\0') {
		text = parse_label(text, label);
		if (text != NULL && !append_label(into, label))
			text = NULL;            /* the name is too long */
	}
	if (text == NULL || *text != '\0' || !append_label(into, root_label)) {
		into->length = 0;
		return false;
	}
	return true;
}

static char *print_octet(uint8_t octet, char *at)
{
	if (octet <= ' ' || octet >= 127) {
		*at++ = '\\';
		*at++ = (char)('0' + octet / 100);
		*at++ = (char)('0' + octet / 10 % 10);
		*at++ = (char)('0' + octet % 10);
		return at;
	}
	if (strchr(".\\\"();@$", octet) != NULL)
		*at++ = '\\';
	*at++ = (char)octet;
	return at;
}

char *name_print(const struct name *name, char into[NAME_TEXT_SIZE])
{
	const uint8_t *label = name->octets;
	char *at = into;

	if (name_is_root(name))
		*at++ = '.';
	while (*label != 0) {
		for (unsigned i = 1; i <= *label; i++)
			at = print_octet(label[i], at);
		*at++ = '.';
		label += *label + 1;
	}
	*at = '\0';
	return into;
}

unsigned name_labels(const struct name *name)
{
	unsigned labels = 0;

	for (unsigned at = 0; name->octets[at] != 0; at += name->octets[at] + 1u)
		labels++;
	return labels;
}

static bool octets_equal(const uint8_t *a, const uint8_t *b, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		/* Lengths of labels are at most 63: below any letter, so lowering is harmless. */
		if (a[i] != b[i] && letter_lower(a[i]) != letter_lower(b[i]))
			return false;
	}
	return true;
}

bool name_equal(const struct name *a, const struct name *b)
{
	return a->length == b->length && octets_equal(a->octets, b->octets, a->length);
}

/* Where each label begins, and how many there are. */
static unsigned label_places(const struct name *name, uint8_t places[NAME_LABELS])
{
	unsigned labels = 0;

	for (unsigned at = 0; name->octets[at] != 0; at += name->octets[at] + 1u)
		places[labels++] = (uint8_t)at;
	return labels;
}

static int compare_labels(const uint8_t *a, const uint8_t *b)
{
	unsigned shorter = a[0] < b[0] ? a[0] : b[0];

	for (unsigned i = 1; i <= shorter; i++) {
		int difference = letter_lower(a[i]) - letter_lower(b[i]);

		if (difference != 0)
			return difference;
	}
	return a[0] - b[0];
}

int name_compare(const struct name *a, const struct name *b)
{
	uint8_t in_a[NAME_LABELS], in_b[NAME_LABELS];
	unsigned left_a = label_places(a, in_a), left_b = label_places(b, in_b);

	while (left_a > 0 && left_b > 0) {
		int difference = compare_labels(a->octets + in_a[--left_a],
						b->octets + in_b[--left_b]);

		if (difference != 0)
			return difference;
	}
	return (int)left_a - (int)left_b;
}

bool name_is_in(const struct name *name, const struct name *zone)
{
	unsigned at = 0, surplus;

	if (zone->length > name->length)
		return false;
	surplus = (unsigned)(name->length - zone->length);
	while (at < surplus)
		at += name->octets[at] + 1u;
	return at == surplus && octets_equal(name->octets + at, zone->octets, zone->length);
}

unsigned name_common_labels(const struct name *a, const struct name *b)
{
	uint8_t in_a[NAME_LABELS], in_b[NAME_LABELS];
	unsigned left_a = label_places(a, in_a), left_b = label_places(b, in_b);
	unsigned common = 0;

	while (left_a > 0 && left_b > 0) {
		if (compare_labels(a->octets + in_a[--left_a], b->octets + in_b[--left_b]) != 0)
			break;
		common++;
	}
	return common;
}

void name_ancestor(const struct name *name, unsigned labels, struct name *into)
{
	unsigned have = name_labels(name), at = 0;
	uint8_t length;

	must(labels <= have);
	while (have-- > labels)
		at += name->octets[at] + 1u;
	length = (uint8_t)(name->length - at);
	memmove(into->octets, name->octets + at, length);
	into->length = length;
}

void name_parent(const struct name *name, struct name *into)
{
	unsigned labels = name_labels(name);

	name_ancestor(name, labels == 0 ? 0 : labels - 1, into);
}

bool name_substitute(const struct name *name, const struct name *from, const struct name *to,
		     struct name *into)
{
	unsigned kept;

	must(name_is_in(name, from));
	kept = (unsigned)(name->length - from->length);
	if (kept + to->length > NAME_SIZE)
		return false;
	memmove(into->octets, name->octets, kept);
	memcpy(into->octets + kept, to->octets, to->length);
	into->length = (uint8_t)(kept + to->length);
	return true;
}

void name_lower(struct name *name)
{
	for (unsigned i = 0; i < name->length; i++)
		name->octets[i] = letter_lower(name->octets[i]);
}
