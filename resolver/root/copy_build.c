/* SPDX-License-Identifier: MIT */
/* copy_build.c — the copy made from a zone: its records stand in canonical order, so all of one
 * top-level label stand together, and the root's own first. */
#include <stdlib.h>

#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "cache/rdata.h"
#include "resolver/root/copy_layout.h"

enum { MOST_COPY_OCTETS = 64 * 1024 * 1024 };   /* cuts repeat the glue of servers they share */

struct building {
	const struct zone *zone;
	struct growing     octets;      /* of the tops */
	struct growing     tops;        /* uint32_t: where each begins in them */
	unsigned           zones;
	bool               is_signed;
};

/* The records from `begin` to before `end`. */
struct range {
	size_t begin, end;
};

static void append_u16(struct growing *to, uint16_t value)
{
	uint8_t octets[2];

	store_u16(octets, value);
	growing_append(to, bytes_of(octets, sizeof(octets)));
}

static void append_u32(struct growing *to, uint32_t value)
{
	uint8_t octets[4];

	store_u32(octets, value);
	growing_append(to, bytes_of(octets, sizeof(octets)));
}

/* --- finding records --- */

/* The first record that doesn't come before the key. */
static size_t find_key(const struct zone *zone, struct bytes key)
{
	size_t low = 0, high = zone->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct bytes at = zone_record(zone, middle).key;
		size_t common = at.length < key.length ? at.length : key.length;
		int order = common == 0 ? 0 : memcmp(at.at, key.at, common);

		if (order < 0 || (order == 0 && at.length < key.length))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct range records_of(const struct zone *zone, const struct name *owner)
{
	uint8_t room[ZONE_KEY_SIZE];
	struct range range;

	range.begin = range.end = find_key(zone, zone_key(owner, room));
	while (range.end < zone->count &&
	       bytes_equal(zone_record(zone, range.end).owner, name_bytes(owner)))
		range.end++;
	return range;
}

static bool is_signature_over(const struct zone_record *record, uint16_t type)
{
	return record->type == TYPE_RRSIG && rdata_covered_type(record->rdata) == type;
}

static bool has_type(const struct zone *zone, struct range range, uint16_t type)
{
	for (size_t i = range.begin; i < range.end; i++) {
		if (zone_record(zone, i).type == type)
			return true;
	}
	return false;
}

/* --- a cut --- */

static void add_addresses(const struct zone *zone, const struct name *server, struct cut *cut)
{
	struct range range = records_of(zone, server);

	for (size_t i = range.begin; i < range.end; i++) {
		struct zone_record record = zone_record(zone, i);
		struct address address;

		if (record.type == TYPE_A)
			address = address_v4(record.rdata.at, DNS_PORT);
		else if (record.type == TYPE_AAAA)
			address = address_v6(record.rdata.at, DNS_PORT);
		else
			continue;
		cut_add_address(cut, server, &address);
	}
}

/* As a referral's: the DS set goes with it. */
static void add_ds(const struct zone *zone, struct range range, struct cut *cut)
{
	struct writer writer = writer_over(cut->ds, sizeof(cut->ds));

	for (size_t i = range.begin; i < range.end; i++) {
		struct zone_record record = zone_record(zone, i);

		if (record.type != TYPE_DS)
			continue;
		if (writer_left(&writer) >= 2 + record.rdata.length) {
			put_u16(&writer, (uint16_t)record.rdata.length);
			put_bytes(&writer, record.rdata);
		}
		if (record.ttl < cut->ttl)
			cut->ttl = record.ttl;
	}
	/* Those that fit; one that can be used is among them. */
	cut->ds_length = (uint16_t)writer.position;
}

static void make_cut(const struct zone *zone, const struct name *top, struct range range,
		     struct cut *into)
{
	*into = (struct cut){
		.zone = *top,
		.source = CUT_FROM_REFERRAL,
		.security = SECURITY_UNCHECKED,
		.ttl = MAX_TTL,
	};
	for (size_t i = range.begin; i < range.end; i++) {
		struct zone_record record = zone_record(zone, i);
		struct name server;

		if (record.type != TYPE_NS || !rdata_name(record.rdata, &server))
			continue;
		if (record.ttl < into->ttl)
			into->ttl = record.ttl;
		cut_add_server(into, &server);
	}
	for (unsigned i = 0; i < into->server_count; i++)
		add_addresses(zone, &into->servers[i].name, into);
	add_ds(zone, range, into);
}

static void append_cut(struct building *building, const struct name *top, struct range range)
{
	uint8_t packed[CUT_PACKED_SIZE];
	struct cut cut;
	size_t length;

	if (name_is_root(top) || !has_type(building->zone, range, TYPE_NS)) {
		append_u16(&building->octets, 0);
		return;
	}
	make_cut(building->zone, top, range, &cut);
	length = cut_pack(&cut, packed);
	must(length != 0);                      /* CUT_PACKED_SIZE always suffices */
	append_u16(&building->octets, (uint16_t)length);
	growing_append(&building->octets, bytes_of(packed, length));
	building->zones++;
}

/* --- sets --- */

/* u32 length, then u16 length and data of each record that is `type`, or signs it. */
static void append_list(struct building *building, struct range range, uint16_t type,
			bool signatures)
{
	size_t begins = building->octets.used;

	append_u32(&building->octets, 0);
	for (size_t i = range.begin; i < range.end; i++) {
		struct zone_record record = zone_record(building->zone, i);

		if (signatures ? !is_signature_over(&record, type) : record.type != type)
			continue;
		append_u16(&building->octets, (uint16_t)record.rdata.length);
		growing_append(&building->octets, record.rdata);
	}
	if (!building->octets.failed)
		store_u32(building->octets.at + begins,
			  (uint32_t)(building->octets.used - begins - 4));
}

static bool is_kept_at(const struct name *top, bool is_cut, uint16_t type)
{
	if (type == TYPE_RRSIG)
		return false;
	return name_is_root(top) || (is_cut && (type == TYPE_DS || type == TYPE_NSEC));
}

static void append_sets(struct building *building, const struct name *top, struct range range)
{
	bool is_cut = has_type(building->zone, range, TYPE_NS);
	size_t count_at = building->octets.used;
	uint16_t count = 0, last = 0;

	append_u16(&building->octets, 0);
	for (size_t i = range.begin; i < range.end; i++) {
		struct zone_record record = zone_record(building->zone, i);

		if (record.type == last || !is_kept_at(top, is_cut, record.type))
			continue;
		last = record.type;
		count++;
		append_u16(&building->octets, record.type);
		append_u32(&building->octets, record.ttl);
		append_list(building, range, record.type, false);
		append_list(building, range, record.type, true);
	}
	if (!building->octets.failed)
		store_u16(building->octets.at + count_at, count);
}

/* --- all of it --- */

static void append_top(struct building *building, const struct name *top)
{
	struct range range = records_of(building->zone, top);
	uint32_t begins = (uint32_t)building->octets.used;

	growing_append(&building->tops, bytes_of(&begins, sizeof(begins)));
	growing_append(&building->octets, bytes_of(top->octets, 1u + top->octets[0]));
	append_cut(building, top, range);
	append_sets(building, top, range);
	for (size_t i = range.begin; name_is_root(top) && i < range.end; i++) {
		struct zone_record record = zone_record(building->zone, i);

		building->is_signed |= is_signature_over(&record, TYPE_SOA);
	}
}

/* The top-level name that the record is at or below. */
static void top_of(const struct zone_record *record, struct name *into)
{
	struct cursor at = cursor_over(record->owner);

	name_read(&at, into);
	if (name_labels(into) > 1)
		name_ancestor(into, 1, into);
}

/* What the root zone has not: it would be another zone, or need another reader. */
static bool may_be_root(const struct zone *zone, struct complaint *why)
{
	static const struct name wildcard = { .length = 3, .octets = "\1*" };
	struct range apex = records_of(zone, &name_root), wild = records_of(zone, &wildcard);

	if (!name_is_root(&zone->apex))
		return complain(why, "it isn't the root zone");
	if (has_type(zone, apex, TYPE_CNAME) || has_type(zone, apex, TYPE_DNAME))
		return complain(why, "it has an alias at its top");
	if (wild.begin != wild.end)
		return complain(why, "it has a wildcard at its top");
	return true;
}

static struct root_copy *assemble(const struct building *building, struct complaint *why)
{
	size_t head = sizeof(struct root_copy) + building->tops.used;
	struct root_copy *copy = NULL;

	if (building->zones == 0) {
		complain(why, "it has no top-level domains");
		return NULL;
	}
	if (!building->octets.failed && !building->tops.failed)
		copy = malloc(head + building->octets.used);
	if (copy == NULL) {
		complain(why, "there is no memory for it");
		return NULL;
	}
	copy->soa = zone_soa(building->zone);
	copy->is_signed = building->is_signed;
	copy->zones = building->zones;
	copy->octets = head + building->octets.used;
	copy->top_count = building->tops.used / sizeof(uint32_t);
	memcpy(copy->tops, building->tops.at, building->tops.used);
	for (size_t i = 0; i < copy->top_count; i++)
		copy->tops[i] += (uint32_t)head;
	memcpy((uint8_t *)copy + head, building->octets.at, building->octets.used);
	return copy;
}

struct root_copy *root_copy_new(const struct zone *zone, enum security security,
				struct complaint *why)
{
	struct building building = {
		.zone = zone,
		.octets = { .most = MOST_COPY_OCTETS },
		.tops = { .most = MAX_ROOT_RECORDS * sizeof(uint32_t) },
	};
	struct name last = name_root, top;
	struct root_copy *copy;

	if (!may_be_root(zone, why))
		return NULL;
	append_top(&building, &name_root);
	for (size_t i = 0; i < zone->count; i++) {
		struct zone_record record = zone_record(zone, i);

		top_of(&record, &top);
		if (name_equal(&top, &last))
			continue;
		append_top(&building, &top);
		last = top;
	}
	copy = assemble(&building, why);
	if (copy != NULL)
		copy->security = security;
	growing_clear(&building.octets);
	growing_clear(&building.tops);
	return copy;
}
