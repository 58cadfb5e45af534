/* SPDX-License-Identifier: MIT */
/* denial.c — a zone's proofs as one run of octets.
 *
 * Packed: the zone, u16 type, u16 number of items, their u16 offsets, and the items: first the SOA
 * (an item of no octets if it isn't known), then the others in order. An item: u32 when it expires,
 * the owner, u16 length and the data, u8 number of signatures and each with its u16 length. A name
 * is u8 length and its octets. The octets are ours alone: never from a disk. */
#include "cache/denial.h"

#include "cache/base/limits.h"
#include "cache/base/must.h"

enum {
	MOST_ITEMS = 512,               /* an item has more than 64 octets */
	EXPIRY_OCTETS = 4,
	ABOUT = 8,                      /* an eighth of its life more isn't worth a new copy */
};

/* --- what may enter --- */

static bool is_proof_of(const struct denials_of *of, const struct rrset *set)
{
	struct cursor rdata = cursor_over(set->rdata[0]);
	struct name next;

	if (set->type != of->type || !name_is_in(&set->owner, of->zone))
		return false;
	if (of->type == TYPE_NSEC3)
		return name_labels(&set->owner) == name_labels(of->zone) + 1;
	name_read(&rdata, &next);
	return cursor_is_good(&rdata) && name_is_in(&next, of->zone);
}

bool denials_admit(const struct denials_of *of, const struct rrset *set)
{
	if (set->security != SECURITY_SECURE)
		return false;
	if (set->count != 1 || set->ttl == 0)
		return false;
	if (set->type == TYPE_SOA)
		return name_equal(&set->owner, of->zone);
	return is_proof_of(of, set);
}

/* --- one item --- */

static uint32_t item_expires(struct bytes item)
{
	return load_u32(item.at);
}

static uint32_t item_ttl_left(struct bytes item, uint32_t now)
{
	int32_t left = item.length == 0 ? 0 : (int32_t)(item_expires(item) - now);

	return left > 0 ? (uint32_t)left : 0;
}

/* A packed name is the beginning of a struct name, of which nobody reads more than its length. */
static const struct name *item_owner(struct bytes item)
{
	return (const void *)(item.at + EXPIRY_OCTETS);
}

static struct cursor item_data(struct bytes item)
{
	struct cursor cursor = cursor_over(item);

	cursor_skip(&cursor, EXPIRY_OCTETS);
	cursor_skip(&cursor, take_u8(&cursor));
	return cursor;
}

static void put_name(struct writer *writer, const struct name *name)
{
	put_u8(writer, name->length);
	put_bytes(writer, name_bytes(name));
}

static void put_run(struct writer *writer, struct bytes octets)
{
	put_u16(writer, (uint16_t)octets.length);
	put_bytes(writer, octets);
}

static void put_item(struct writer *writer, const struct rrset *set, uint32_t expires)
{
	put_u32(writer, expires);
	put_name(writer, &set->owner);
	put_run(writer, set->rdata[0]);
	put_u8(writer, (uint8_t)set->signature_count);
	for (unsigned i = 0; i < set->signature_count; i++)
		put_run(writer, set->signatures[i]);
}

static struct rrset *item_expand(struct bytes item, uint16_t type, uint32_t now,
				 struct arena *arena)
{
	struct bytes copy = arena_copy(arena, item);
	struct rrset *set;
	struct cursor data;
	struct name owner;
	unsigned count;

	if (copy.at == NULL)
		return NULL;
	data = item_data(copy);
	name_ancestor(item_owner(copy), name_labels(item_owner(copy)), &owner);
	set = rrset_new(arena, &owner, type, CLASS_IN, item_ttl_left(item, now));
	if (set == NULL)
		return NULL;
	set->rdata = arena_take(arena, (1 + MAX_SIGNATURES_PER_RRSET) * sizeof(*set->rdata));
	if (set->rdata == NULL)
		return NULL;
	set->rdata[0] = take_bytes(&data, take_u16(&data));
	set->signatures = set->rdata + 1;
	count = take_u8(&data);
	must(count <= MAX_SIGNATURES_PER_RRSET);
	for (unsigned i = 0; i < count; i++)
		set->signatures[i] = take_bytes(&data, take_u16(&data));
	must(cursor_is_good(&data));
	set->count = set->room = 1;
	set->signature_count = (uint16_t)count;
	set->signature_ttl = set->ttl;
	set->security = SECURITY_SECURE;        /* nothing else gets in */
	return set;
}

/* --- all of them --- */

/* The packed octets, opened; items[0] is the SOA. */
struct run {
	struct name    zone;
	uint16_t       type;
	unsigned       count;
	const uint8_t *offsets;
	struct bytes   packed;
};

static struct run run_open(struct bytes packed)
{
	struct cursor cursor = cursor_over(packed);
	struct run run = { .packed = packed };

	run.zone.length = take_u8(&cursor);
	memcpy(run.zone.octets, take_bytes(&cursor, run.zone.length).at, run.zone.length);
	run.type = take_u16(&cursor);
	run.count = take_u16(&cursor);
	run.offsets = take_bytes(&cursor, 2 * (size_t)run.count).at;
	must(cursor_is_good(&cursor) && run.count > 0);
	return run;
}

static struct bytes run_item(const struct run *run, unsigned i)
{
	size_t begins = load_u16(run->offsets + 2 * (size_t)i), ends = run->packed.length;

	if (i + 1 < run->count)
		ends = load_u16(run->offsets + 2 * (size_t)i + 2);
	return bytes_of(run->packed.at + begins, ends - begins);
}

/* How many of them, the SOA among them, come before the name or are its own. */
static unsigned run_place(const struct run *run, const struct name *name)
{
	unsigned first = 1, behind = run->count;

	while (first < behind) {
		unsigned middle = (first + behind) / 2;

		if (name_compare(item_owner(run_item(run, middle)), name) <= 0)
			first = middle + 1;
		else
			behind = middle;
	}
	return first;
}

bool denials_are_of(struct bytes packed, const struct denials_of *of)
{
	struct run run = run_open(packed);

	return run.type == of->type && name_equal(&run.zone, of->zone);
}

void denials_zone(struct bytes packed, struct name *into)
{
	*into = run_open(packed).zone;
}

struct rrset *denials_find(struct bytes packed, const struct name *name, uint32_t now,
			   struct arena *arena)
{
	struct run run = run_open(packed);
	unsigned place = run_place(&run, name);
	struct bytes item;

	if (run.count == 1)
		return NULL;
	item = run_item(&run, place == 1 ? run.count - 1 : place - 1);
	return item_ttl_left(item, now) == 0 ? NULL : item_expand(item, run.type, now, arena);
}

struct rrset *denials_soa(struct bytes packed, uint32_t now, struct arena *arena)
{
	struct run run = run_open(packed);
	struct bytes item = run_item(&run, 0);

	return item_ttl_left(item, now) == 0 ? NULL : item_expand(item, TYPE_SOA, now, arena);
}

/* --- more of them --- */

static bool is_known(const struct run *run, const struct rrset *set, uint32_t now, uint32_t longest)
{
	uint32_t ttl = set->ttl < longest ? set->ttl : longest;
	unsigned place = set->type == TYPE_SOA ? 1 : run_place(run, &set->owner);
	struct bytes item = run_item(run, place - 1);
	struct cursor data;

	if (place == 1 && set->type != TYPE_SOA)
		return false;
	if (item.length == 0 || item_ttl_left(item, now) + ttl / ABOUT < ttl)
		return false;
	if (!name_equal(item_owner(item), &set->owner))
		return false;
	data = item_data(item);
	return bytes_equal(take_bytes(&data, take_u16(&data)), set->rdata[0]);
}

bool denials_know(struct bytes packed, const struct denials_of *of, const struct rrsets *sets,
		  uint32_t now, uint32_t longest)
{
	struct run run = run_open(packed);

	for (const struct rrset *set = sets->first; set != NULL; set = set->next) {
		if (denials_admit(of, set) && !is_known(&run, set, now, longest))
			return false;
	}
	return true;
}

/* Items on their way into one run, in order: old ones, and new ones in a room of their own. */
struct growing {
	struct bytes  items[MOST_ITEMS];
	unsigned      count;
	struct writer fresh;
};

static bool is_fresh(const struct growing *growing, struct bytes item)
{
	return item.at >= growing->fresh.start &&
	       item.at < growing->fresh.start + growing->fresh.size;
}

static void take_old(struct growing *growing, struct bytes packed, uint32_t now)
{
	struct run run = run_open(packed);

	if (item_ttl_left(run_item(&run, 0), now) != 0)
		growing->items[0] = run_item(&run, 0);
	for (unsigned i = 1; i < run.count && growing->count < MOST_ITEMS; i++) {
		struct bytes item = run_item(&run, i);

		if (item_ttl_left(item, now) != 0)
			growing->items[growing->count++] = item;
	}
}

/* Where the owner's item is, or belongs. */
static unsigned find_place(const struct growing *growing, const struct name *owner)
{
	unsigned first = 1, behind = growing->count;

	while (first < behind) {
		unsigned middle = (first + behind) / 2;

		if (name_compare(item_owner(growing->items[middle]), owner) < 0)
			first = middle + 1;
		else
			behind = middle;
	}
	return first;
}

static void insert(struct growing *growing, const struct name *owner, struct bytes item)
{
	unsigned place = find_place(growing, owner);
	struct bytes *at = &growing->items[place];

	if (place < growing->count && name_equal(item_owner(*at), owner)) {
		*at = item;
		return;
	}
	if (growing->count == MOST_ITEMS)
		growing->count--;               /* the last one goes */
	if (place > growing->count)
		at = &growing->items[--place];
	memmove(at + 1, at, (growing->count - place) * sizeof(*at));
	*at = item;
	growing->count++;
}

static void add_fresh(struct growing *growing, const struct rrset *set, uint32_t expires)
{
	size_t start = growing->fresh.position;
	struct bytes item;

	put_item(&growing->fresh, set, expires);
	if (!writer_is_good(&growing->fresh)) {
		writer_go_back(&growing->fresh, start);
		return;
	}
	item = bytes_of(growing->fresh.start + start, growing->fresh.position - start);
	if (set->type == TYPE_SOA)
		growing->items[0] = item;
	else
		insert(growing, &set->owner, item);
}

static size_t octets_of(const struct growing *growing, const struct denials_of *of)
{
	size_t octets = 1 + (size_t)of->zone->length + 2 + 2;

	for (unsigned i = 0; i < growing->count; i++)
		octets += 2 + growing->items[i].length;
	return octets;
}

/* From the end, but what has just come. */
static void make_room(struct growing *growing, const struct denials_of *of)
{
	size_t octets = octets_of(growing, of);
	unsigned i = growing->count;

	while (octets > DENIALS_PACKED_SIZE && --i > 0) {
		struct bytes *at = &growing->items[i];

		if (is_fresh(growing, *at))
			continue;
		octets -= 2 + at->length;
		memmove(at, at + 1, (--growing->count - i) * sizeof(*at));
	}
}

static size_t write_run(const struct growing *growing, const struct denials_of *of,
			uint8_t into[DENIALS_PACKED_SIZE])
{
	struct writer writer = writer_over(into, DENIALS_PACKED_SIZE);
	size_t offset;

	put_name(&writer, of->zone);
	put_u16(&writer, of->type);
	put_u16(&writer, (uint16_t)growing->count);
	offset = writer.position + 2 * (size_t)growing->count;
	for (unsigned i = 0; i < growing->count; i++) {
		put_u16(&writer, (uint16_t)offset);
		offset += growing->items[i].length;
	}
	for (unsigned i = 0; i < growing->count; i++)
		put_bytes(&writer, growing->items[i]);
	return writer_is_good(&writer) ? writer.position : 0;
}

size_t denials_add(struct bytes packed, const struct denials_of *of, const struct rrsets *sets,
		   uint32_t now, uint32_t longest, uint8_t into[DENIALS_PACKED_SIZE])
{
	uint8_t room[DENIALS_PACKED_SIZE / 2];
	struct growing growing;

	growing.count = 1;
	growing.items[0] = bytes_of(NULL, 0);
	growing.fresh = writer_over(room, sizeof(room));
	if (packed.length != 0)
		take_old(&growing, packed, now);
	for (const struct rrset *set = sets->first; set != NULL; set = set->next) {
		uint32_t ttl = set->ttl < longest ? set->ttl : longest;

		if (denials_admit(of, set))
			add_fresh(&growing, set, now + ttl);
	}
	make_room(&growing, of);
	return growing.count == 1 ? 0 : write_run(&growing, of, into);
}
