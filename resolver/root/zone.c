/* SPDX-License-Identifier: MIT */
/* zone.c — records one behind the other: u16 length and the sort key of the owner, then the record
 * in canonical wire form. */
#include "resolver/root/zone.h"

#include <stdlib.h>

#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "cache/rdata.h"
#include "resolver/observe/text.h"

enum {
	RECORD_HEAD = 2 + 2 + 4 + 2,    /* type, class, TTL, length */
	LARGEST_RECORD = 2 + ZONE_KEY_SIZE + NAME_SIZE + RECORD_HEAD + MAX_MESSAGE,
};

void zone_init(struct zone *zone, const struct name *apex)
{
	*zone = (struct zone){
		.apex = *apex,
		.octets = { .most = MAX_ROOT_OCTETS },
		.order = { .most = MAX_ROOT_RECORDS * sizeof(uint32_t) },
	};
	name_lower(&zone->apex);
}

void zone_clear(struct zone *zone)
{
	growing_clear(&zone->octets);
	growing_clear(&zone->order);
	zone->count = 0;
}

static uint32_t *order_of(const struct zone *zone)
{
	return (uint32_t *)(void *)zone->order.at;
}

/* --- one record comes in --- */

/* Labels from the right, each ended by 0, which sorts before all; 0 and 1 in a label are written
 * 1 1 and 1 2. */
struct bytes zone_key(const struct name *name, uint8_t room[ZONE_KEY_SIZE])
{
	struct writer key = writer_over(room, ZONE_KEY_SIZE);
	struct name rest;

	for (unsigned labels = 1; labels <= name_labels(name); labels++) {
		name_ancestor(name, labels, &rest);
		for (unsigned i = 1; i <= rest.octets[0]; i++) {
			uint8_t octet = letter_lower(rest.octets[i]);

			if (octet <= 1)
				put_u8(&key, 1);
			put_u8(&key, octet <= 1 ? (uint8_t)(octet + 1) : octet);
		}
		put_u8(&key, 0);
	}
	must(writer_is_good(&key));
	return writer_bytes(&key);
}

/* RFC 6895 §3.1: 128 to 255 are questions and marks; OPT is one too, and 0 is nothing. */
static bool type_is_data(uint16_t type)
{
	return type != 0 && type != TYPE_OPT && (type < 128 || type > 255);
}

static bool is_acceptable(const struct record *record, struct complaint *why)
{
	char owner[NAME_TEXT_SIZE], type[TYPE_TEXT_SIZE];

	if (record->class != CLASS_IN)
		return complain(why, "%.200s has a record of class %u, not IN",
				name_print(&record->owner, owner), record->class);
	if (!type_is_data(record->type))
		return complain(why, "%.200s has a record of type %s, which is no data",
				name_print(&record->owner, owner), text_type(record->type, type));
	return true;
}

/* The record's offset goes last, so that what failed half-way is no record. */
static bool append(struct zone *zone, struct bytes record, struct complaint *why)
{
	uint32_t begins = (uint32_t)zone->octets.used;

	if (zone->count == MAX_ROOT_RECORDS)
		return complain(why, "it has more than %d records", MAX_ROOT_RECORDS);
	if (zone->octets.used + record.length > MAX_ROOT_OCTETS)
		return complain(why, "its records take more than %d MB",
				MAX_ROOT_OCTETS / (1024 * 1024));
	growing_append(&zone->octets, record);
	growing_append(&zone->order, bytes_of(&begins, sizeof(begins)));
	if (zone->octets.failed || zone->order.failed)
		return complain(why, "there is no memory for it");
	zone->count++;
	return true;
}

/* All but the key, which stands before it. */
static void put_record(struct writer *to, const struct record *record, const struct name *owner,
		       struct bytes rdata)
{
	name_write(to, owner);
	put_u16(to, record->type);
	put_u16(to, record->class);
	put_u32(to, record->ttl);
	put_u16(to, (uint16_t)rdata.length);
	put_bytes(to, rdata);
}

bool zone_add(struct zone *zone, struct bytes message, const struct record *record,
	      struct complaint *why)
{
	uint8_t rdata_room[MAX_MESSAGE], room[LARGEST_RECORD], key_room[ZONE_KEY_SIZE];
	struct writer rdata = writer_over(rdata_room, sizeof(rdata_room));
	struct writer whole = writer_over(room, sizeof(room));
	struct name owner = record->owner;
	struct bytes key;
	char text[NAME_TEXT_SIZE], type[TYPE_TEXT_SIZE];

	if (!is_acceptable(record, why))
		return false;
	name_lower(&owner);
	if (!name_is_in(&owner, &zone->apex))
		return true;
	rdata_expand(message, record, &rdata);
	if (!writer_is_good(&rdata))
		return complain(why, "the data of %.200s %s break their format",
				name_print(&owner, text), text_type(record->type, type));
	rdata_lower(record->type, rdata_room, rdata.position);
	key = zone_key(&owner, key_room);
	put_u16(&whole, (uint16_t)key.length);
	put_bytes(&whole, key);
	put_record(&whole, record, &owner, writer_bytes(&rdata));
	must(writer_is_good(&whole));
	return append(zone, writer_bytes(&whole), why);
}

/* --- in order --- */

static struct zone_record record_at(const uint8_t *at)
{
	struct zone_record record = { .key = bytes_of(at + 2, load_u16(at)) };
	const uint8_t *owner = at + 2 + record.key.length, *head = owner;

	while (*head != 0)
		head += 1 + *head;
	head++;
	record.owner = bytes_of(owner, (size_t)(head - owner));
	record.type = load_u16(head);
	record.ttl = load_u32(head + 4);
	record.rdata = bytes_of(head + RECORD_HEAD, load_u16(head + 8));
	record.wire = bytes_of(owner, record.owner.length + RECORD_HEAD + record.rdata.length);
	return record;
}

struct zone_record zone_record(const struct zone *zone, size_t i)
{
	must(i < zone->count);
	return record_at(zone->octets.at + order_of(zone)[i]);
}

static int compare_octets(struct bytes a, struct bytes b)
{
	size_t common = a.length < b.length ? a.length : b.length;
	int order = common == 0 ? 0 : memcmp(a.at, b.at, common);

	if (order != 0)
		return order;
	return a.length < b.length ? -1 : a.length > b.length;
}

/* RFC 8976 §3.3.1: by owner, type, data. */
static int compare_records(const void *left, const void *right, void *octets)
{
	struct zone_record a = record_at((uint8_t *)octets + *(const uint32_t *)left);
	struct zone_record b = record_at((uint8_t *)octets + *(const uint32_t *)right);
	int order = compare_octets(a.key, b.key);

	if (order != 0)
		return order;
	if (a.type != b.type)
		return a.type < b.type ? -1 : 1;
	return compare_octets(a.rdata, b.rdata);
}

static void drop_doubles(struct zone *zone)
{
	uint32_t *order = order_of(zone);
	size_t kept = 0;

	for (size_t i = 0; i < zone->count; i++) {
		if (kept == 0 ||
		    compare_records(&order[kept - 1], &order[i], zone->octets.at) != 0)
			order[kept++] = order[i];
	}
	zone->count = kept;
}

bool zone_record_is_at_apex(const struct zone *zone, const struct zone_record *record)
{
	return bytes_equal(record->owner, name_bytes(&zone->apex));
}

static unsigned count_at_apex(const struct zone *zone, uint16_t type)
{
	unsigned count = 0;

	/* The apex sorts before all. */
	for (size_t i = 0; i < zone->count; i++) {
		struct zone_record record = zone_record(zone, i);

		if (!zone_record_is_at_apex(zone, &record))
			break;
		count += record.type == type;
	}
	return count;
}

bool zone_finish(struct zone *zone, struct complaint *why)
{
	unsigned soas;

	if (zone->count > 1)
		qsort_r(order_of(zone), zone->count, sizeof(uint32_t), compare_records,
			zone->octets.at);
	drop_doubles(zone);
	soas = count_at_apex(zone, TYPE_SOA);
	if (soas != 1)
		return complain(why, "it has %u SOA records at its top, not one", soas);
	if (count_at_apex(zone, TYPE_NS) == 0)
		return complain(why, "it has no NS records at its top");
	return true;
}

/* --- the SOA --- */

bool zone_soa_read(struct bytes rdata, struct zone_soa *into)
{
	struct cursor at = cursor_over(rdata);
	struct name name;

	name_read(&at, &name);
	name_read(&at, &name);
	into->serial = take_u32(&at);
	into->refresh = take_u32(&at);
	into->retry = take_u32(&at);
	into->expire = take_u32(&at);
	(void)take_u32(&at);
	return cursor_is_good(&at) && cursor_left(&at) == 0;
}

struct zone_soa zone_soa(const struct zone *zone)
{
	struct zone_soa soa = { 0 };

	for (size_t i = 0; i < zone->count; i++) {
		struct zone_record record = zone_record(zone, i);

		if (record.type != TYPE_SOA || !zone_record_is_at_apex(zone, &record))
			continue;
		must(zone_soa_read(record.rdata, &soa));        /* it was expanded */
		return soa;
	}
	unreachable();                          /* zone_finish() has seen it */
}
