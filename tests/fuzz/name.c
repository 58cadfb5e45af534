/* SPDX-License-Identifier: MIT */
/* name.c — fuzz target: names from the wire and from text, there and back, and their laws.
 *
 * The octets are taken for a message that holds a name at a place that the first two octets say,
 * and for a text. What was read is printed, parsed and written again, and must be the same; two
 * names must be ordered, contained and moved as name.h says. */
#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"
#include "cache/name.h"

static bool is_same(const struct name *a, const struct name *b)
{
	return a->length == b->length && memcmp(a->octets, b->octets, a->length) == 0;
}

static void there_and_back(const struct name *name)
{
	uint8_t wire[NAME_SIZE];
	struct writer writer = writer_over(wire, sizeof(wire));
	struct cursor cursor;
	char text[NAME_TEXT_SIZE];
	struct name again;

	must(name_is_set(name) && name->octets[name->length - 1] == 0);
	must(name_print(name, text) == text && strlen(text) < NAME_TEXT_SIZE);
	must(name_parse(text, &again) && is_same(name, &again));
	name_write(&writer, name);
	must(writer_is_good(&writer));
	cursor = cursor_over(writer_bytes(&writer));
	name_read(&cursor, &again);
	must(cursor_is_good(&cursor) && cursor_left(&cursor) == 0 && is_same(name, &again));
}

/* Ancestors are in order: each is in the next, has a label less, and sorts before. */
static void climb(const struct name *name)
{
	unsigned labels = name_labels(name);
	struct name at = *name, parent, ancestor;

	must(labels <= NAME_LABELS);
	for (unsigned left = labels; left > 0; left--) {
		name_parent(&at, &parent);
		name_ancestor(name, left - 1, &ancestor);
		must(is_same(&parent, &ancestor) && name_labels(&parent) == left - 1);
		must(name_is_in(name, &parent) && !name_is_in(&parent, &at));
		must(name_compare(&parent, &at) < 0 && name_compare(&at, &parent) > 0);
		must(name_common_labels(name, &parent) == left - 1);
		at = parent;
	}
	must(name_is_root(&at));
}

static int sign(int number)
{
	return (number > 0) - (number < 0);
}

static void relate(const struct name *a, const struct name *b)
{
	unsigned common = name_common_labels(a, b);
	struct name lower = *a, moved, back, shared;

	must(sign(name_compare(a, b)) == -sign(name_compare(b, a)));
	must((name_compare(a, b) == 0) == name_equal(a, b));
	must(name_common_labels(b, a) == common);
	must(name_is_in(a, b) == (common == name_labels(b)));
	name_ancestor(a, common, &shared);
	must(name_is_in(a, &shared) && name_is_in(b, &shared));
	name_lower(&lower);
	must(name_equal(&lower, a));
	if (!name_substitute(a, &shared, b, &moved))
		return;
	must(name_is_in(&moved, b));
	must(name_substitute(&moved, b, &shared, &back) && is_same(&back, a));
}

static void check_wire(const uint8_t *octets, size_t length)
{
	struct cursor message = cursor_over(bytes_of(octets, length));
	struct name first, second;

	message.position = load_u16(octets) % length;
	name_read(&message, &first);
	must(cursor_is_good(&message) == name_is_set(&first));
	if (!cursor_is_good(&message))
		return;
	must(message.position <= length);
	there_and_back(&first);
	climb(&first);
	relate(&first, &first);
	name_read(&message, &second);
	if (cursor_is_good(&message))
		relate(&first, &second);
	else
		must(!name_is_set(&second));
}

static void check_text(const uint8_t *octets, size_t length)
{
	char *text = malloc(length + 1);
	struct name name;

	must(text != NULL);
	memcpy(text, octets, length);
	text[length] = '\0';
	if (name_parse(text, &name)) {
		there_and_back(&name);
		climb(&name);
	} else {
		must(!name_is_set(&name));
	}
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	check_text(octets, length);
	if (length >= 2)
		check_wire(octets, length);
	return 0;
}
