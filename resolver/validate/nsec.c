/* SPDX-License-Identifier: MIT */
/* nsec.c — NSEC records read, and what they say of a name. */
#include "resolver/validate/nsec.h"

enum { MAX_WINDOW = 32 };

bool type_map_is_sound(struct bytes types)
{
	struct cursor at = cursor_over(types);
	int last = -1;

	while (cursor_left(&at) != 0) {
		int window = take_u8(&at);
		size_t length = take_u8(&at);

		if (window <= last)
			return false;
		if (length == 0 || length > MAX_WINDOW)
			return false;
		cursor_skip(&at, length);
		last = window;
	}
	return cursor_is_good(&at);
}

bool type_map_has(struct bytes types, uint16_t type)
{
	struct cursor at = cursor_over(types);
	unsigned octet = (type & 0xff) / 8;

	while (cursor_left(&at) != 0) {
		unsigned window = take_u8(&at);
		struct bytes map = take_bytes(&at, take_u8(&at));

		if (window == type >> 8)
			return octet < map.length && (map.at[octet] & 0x80 >> type % 8) != 0;
	}
	return false;
}

bool type_map_delegates(struct bytes types)
{
	return type_map_has(types, TYPE_NS) && !type_map_has(types, TYPE_SOA);
}

bool type_map_hides_below(struct bytes types)
{
	return type_map_delegates(types) || type_map_has(types, TYPE_DNAME);
}

/* The next name is greater, or the zone's top again. Anything else would cover what the zone's
 * chain doesn't. */
static bool is_in_order(const struct nsec *nsec, const struct name *zone)
{
	if (!name_is_in(&nsec->owner, zone))
		return false;
	if (!name_is_in(&nsec->next, zone))
		return false;
	return name_equal(&nsec->next, zone) || name_compare(&nsec->owner, &nsec->next) < 0;
}

bool nsec_read(const struct rrset *set, const struct name *zone, struct nsec *into)
{
	struct cursor rdata;

	if (set->type != TYPE_NSEC || set->count != 1)
		return false;
	rdata = cursor_over(set->rdata[0]);
	into->owner = set->owner;
	name_read(&rdata, &into->next);
	into->types = take_rest(&rdata);
	if (!cursor_is_good(&rdata))
		return false;
	return type_map_is_sound(into->types) && is_in_order(into, zone);
}

bool nsec_covers(const struct nsec *nsec, const struct name *zone, const struct name *name)
{
	if (!name_is_in(name, zone))
		return false;
	if (name_compare(&nsec->owner, name) >= 0)
		return false;
	if (name_is_in(name, &nsec->owner) && type_map_hides_below(nsec->types))
		return false;
	return name_equal(&nsec->next, zone) || name_compare(name, &nsec->next) < 0;
}

unsigned nsec_encloser(const struct nsec *nsec, const struct name *name)
{
	unsigned before = name_common_labels(&nsec->owner, name);
	unsigned behind = name_common_labels(&nsec->next, name);

	return before > behind ? before : behind;
}

void wildcard_below(const struct name *name, unsigned labels, struct name *into)
{
	static const uint8_t asterisk[] = { 1, '*' };
	struct name encloser;

	name_ancestor(name, labels, &encloser);
	memcpy(into->octets, asterisk, sizeof(asterisk));
	memcpy(into->octets + sizeof(asterisk), encloser.octets, encloser.length);
	into->length = (uint8_t)(sizeof(asterisk) + encloser.length);
}

/* Of a name that is covered. */
static struct finding between(const struct nsec *nsec, const struct name *name)
{
	struct finding finding = { .standing = STANDS_ABSENT };

	if (name_is_in(&nsec->next, name))
		finding.standing = STANDS_EMPTY;
	else
		finding.encloser = nsec_encloser(nsec, name);
	return finding;
}

/* A match counts for more than a gap, should a zone contradict itself. */
struct finding nsec_find(const struct proof_of *of, const struct name *name)
{
	struct finding finding = { .standing = STANDS_UNKNOWN };
	struct nsec nsec;

	for (const struct rrset *set = of->sets->first; set != NULL; set = set->next) {
		if (set->security != SECURITY_SECURE || !nsec_read(set, of->zone, &nsec))
			continue;
		if (name_equal(&nsec.owner, name)) {
			finding.standing = STANDS_MATCHED;
			finding.types = nsec.types;
			return finding;
		}
		if (finding.standing == STANDS_UNKNOWN && nsec_covers(&nsec, of->zone, name))
			finding = between(&nsec, name);
	}
	return finding;
}
