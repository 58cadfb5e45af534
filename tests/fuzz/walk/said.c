/* SPDX-License-Identifier: MIT */
/* said.c — records in, octets out; no compression, which the target `reply` tries. */
#include "tests/fuzz/walk/said.h"

#include <stdlib.h>

#include "cache/base/must.h"

enum { ROOM_FOR_THE_REST = 8192 };      /* octets: the other records and the OPT */

void said_begin(struct said *said, const struct question *question, bool edns)
{
	said->question = *question;
	said->edns = edns;
	said->no_question = false;
	said->flags = 0;
	said->extended_rcode = 0;
	said->count = 0;
}

struct said_record *said_add(struct said *said, enum section section, const struct name *owner,
			     uint16_t type, uint32_t ttl)
{
	struct said_record *record = &said->records[said->count];

	if (said->count == MOST_SAID)
		record--;
	else
		said->count++;
	record->section = section;
	record->owner = *owner;
	record->type = type;
	record->class = CLASS_IN;
	record->ttl = ttl;
	record->length = 0;
	return record;
}

void said_octets(struct said_record *record, const void *octets, size_t length)
{
	if (length > SAID_RDATA - record->length)
		return;
	memcpy(record->rdata + record->length, octets, length);
	record->length = (uint16_t)(record->length + length);
}

void said_name(struct said_record *record, const struct name *name)
{
	said_octets(record, name->octets, name->length);
}

void said_number(struct said_record *record, uint32_t number)
{
	uint8_t octets[4];

	store_u32(octets, number);
	said_octets(record, octets, 4);
}

void said_soa(struct said *said, const struct name *zone, uint32_t ttl, uint32_t minimum)
{
	struct said_record *soa = said_add(said, SECTION_AUTHORITY, zone, TYPE_SOA, ttl);

	said_name(soa, zone);
	said_name(soa, zone);
	for (unsigned i = 0; i < 4; i++)
		said_number(soa, 1);
	said_number(soa, minimum);
}

void said_address(struct said *said, enum section section, const struct name *owner,
		  const struct address *address, uint32_t ttl)
{
	struct bytes octets = address_octets(address);
	uint16_t type = address->family == 4 ? TYPE_A : TYPE_AAAA;

	said_octets(said_add(said, section, owner, type, ttl), octets.at, octets.length);
}

static void write_record(struct writer *writer, const struct said_record *record)
{
	name_write(writer, &record->owner);
	put_u16(writer, record->type);
	put_u16(writer, record->class);
	put_u32(writer, record->ttl);
	put_u16(writer, record->length);
	put_bytes(writer, bytes_of(record->rdata, record->length));
}

/* The copies differ in their first octets, else they would be one record. */
static unsigned write_copies(struct writer *writer, const struct said_record *record,
			     unsigned copies)
{
	struct said_record copy = *record;
	unsigned written = 0;

	for (; written < copies && writer_left(writer) > ROOM_FOR_THE_REST; written++) {
		if (copy.length >= 4)
			store_u16(copy.rdata + 2, (uint16_t)written);
		write_record(writer, &copy);
	}
	return written;
}

static unsigned write_section(struct writer *writer, const struct said *said, enum section section,
			      unsigned copies)
{
	unsigned written = 0;

	for (unsigned i = 0; i < said->count; i++) {
		const struct said_record *record = &said->records[i];

		if (record->section != section)
			continue;
		if (i + 1 == said->count && copies > 1) {
			written += write_copies(writer, record, copies);
			continue;
		}
		write_record(writer, record);
		written++;
	}
	return written;
}

struct bytes said_write(const struct said *said, unsigned copies)
{
	static uint8_t room[MAX_MESSAGE];
	struct writer writer = writer_over(room, sizeof(room));
	struct header header = { .flags = FLAG_QR | said->flags,
				 .questions = said->no_question ? 0 : 1 };
	const struct edns edns = { .present = true, .payload = 1232,
				   .extended_rcode = said->extended_rcode };
	uint8_t *octets;
	size_t length;

	header_write(&writer, &header);
	if (!said->no_question)
		question_write(&writer, &said->question);
	for (int section = 0; section < SECTIONS; section++)
		header.counts[section] = (uint16_t)write_section(&writer, said,
								 (enum section)section, copies);
	if (said->edns) {
		edns_write(&writer, &edns);
		header.counts[SECTION_ADDITIONAL]++;
	}
	must(writer_is_good(&writer));
	length = writer.position;
	writer = writer_over(room, HEADER_LENGTH);
	header_write(&writer, &header);
	octets = malloc(length);
	must(octets != NULL);
	memcpy(octets, room, length);
	return bytes_of(octets, length);
}
