/* SPDX-License-Identifier: MIT */
/* message.c — fuzz target: octets → header, question, records, EDNS, expanded data, sets.
 *
 * What the headers promise is checked by must(): a reader that didn't fail stands within the
 * message, what was read can be written and reads the same again, expanded data expands to itself,
 * and its parts are all of it. */
#include <string.h>

#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "cache/rdata.h"
#include "cache/rrset.h"

enum { ROOM = 2 * MAX_MESSAGE };

/* Each call needs a room of its own, and the stack is small. */
static uint8_t expanded_room[ROOM], again_room[ROOM], parts_room[ROOM];

static void check_header(const struct header *header, struct bytes wire)
{
	uint8_t room[HEADER_LENGTH];
	struct writer writer = writer_over(room, sizeof(room));

	header_write(&writer, header);
	must(writer_is_good(&writer) && memcmp(room, wire.at, HEADER_LENGTH) == 0);
}

static void check_question(const struct question *question)
{
	uint8_t room[NAME_SIZE + 4];
	struct writer writer = writer_over(room, sizeof(room));
	struct question again;
	struct cursor cursor;

	question_write(&writer, question);
	must(writer_is_good(&writer));
	cursor = cursor_over(writer_bytes(&writer));
	question_read(&cursor, &again);
	must(cursor_is_good(&cursor) && cursor_left(&cursor) == 0);
	must(again.type == question->type && again.class == question->class);
	must(name_equal(&again.name, &question->name));
}

static void check_edns(const struct record *record)
{
	struct edns edns;
	struct edns_option option;
	struct cursor options;
	size_t left;

	if (record->type != TYPE_OPT || !edns_read(record, &edns))
		return;
	must(edns.present);
	options = cursor_over(edns.options);
	left = cursor_left(&options);
	while (edns_option_read(&options, &option)) {
		must(option.value.length + 4 <= left);
		left = cursor_left(&options);
	}
}

/* The parts, put together, are the data. */
static void check_parts(uint16_t type, struct bytes rdata, bool is_expanded)
{
	struct writer together = writer_over(parts_room, sizeof(parts_room));
	struct cursor at = cursor_over(rdata);
	struct rdata_part part;
	unsigned field = 0;

	while (rdata_next_part(type, &at, &field, &part)) {
		if (!cursor_is_good(&at)) {
			must(!is_expanded);
			return;
		}
		if (part.is_name)
			name_write(&together, &part.name);
		else
			put_bytes(&together, part.octets);
	}
	if (is_expanded)
		must(bytes_equal(writer_bytes(&together), rdata));
}

static void check_fields(uint16_t type, struct bytes rdata)
{
	struct name name;

	if (type == TYPE_NS || type == TYPE_CNAME || type == TYPE_DNAME || type == TYPE_PTR)
		must(rdata_name(rdata, &name));
	if (type == TYPE_SOA)
		(void)rdata_soa_minimum(rdata);
	if (type == TYPE_RRSIG)
		(void)rdata_covered_type(rdata);
}

static void check_data(struct bytes wire, const struct record *record)
{
	struct writer expanded = writer_over(expanded_room, sizeof(expanded_room));
	struct writer again = writer_over(again_room, sizeof(again_room));
	struct record second = *record;

	check_parts(record->type, record->rdata, false);
	rdata_expand(wire, record, &expanded);
	if (!writer_is_good(&expanded))
		return;
	second.rdata = writer_bytes(&expanded);
	second.rdata_position = 0;
	rdata_expand(second.rdata, &second, &again);
	must(writer_is_good(&again));
	must(bytes_equal(writer_bytes(&again), writer_bytes(&expanded)));
	check_parts(record->type, second.rdata, true);
	check_fields(record->type, second.rdata);
}

static bool is_signed(const struct rrset *set, void *subject)
{
	return set->signature_count != 0;
}

static void check_sets(struct rrsets *sets)
{
	unsigned count = 0;

	for (struct rrset *set = sets->first; set != NULL; set = set->next) {
		must(++count <= MAX_RRSETS_PER_REPLY);
		must(set->next != NULL || set == sets->last);
		must(set->count != 0 || set->signature_count != 0);
		must(set->count <= MAX_RECORDS_PER_RRSET);
		must(set->signature_count <= MAX_SIGNATURES_PER_RRSET);
		must(rrsets_find(sets, &set->owner, set->type) != NULL);
	}
	rrsets_filter(sets, is_signed, NULL);
	for (struct rrset *set = sets->first; set != NULL; set = set->next)
		must(set->signature_count != 0);
}

static void read_records(struct bytes wire, struct cursor *message, unsigned count)
{
	struct rrsets sets = { 0 };
	struct arena arena;

	arena_init(&arena, 256 * 1024);
	for (unsigned i = 0; i < count && i < MAX_RECORDS_PER_REPLY; i++) {
		size_t before = message->position;
		struct record record;

		record_read(message, &record);
		if (!cursor_is_good(message))
			break;
		must(message->position > before && message->position <= wire.length);
		must(name_is_set(&record.owner));
		must(record.rdata_position + record.rdata.length == message->position);
		check_edns(&record);
		check_data(wire, &record);
		(void)rrsets_add(&sets, &arena, wire, &record);
	}
	check_sets(&sets);
	arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	struct bytes wire = bytes_of(octets, length);
	struct cursor message = cursor_over(wire);
	struct question question;
	struct header header;

	if (length > MAX_MESSAGE)
		return 0;
	header_read(&message, &header);
	if (!cursor_is_good(&message))
		return 0;
	check_header(&header, wire);
	for (unsigned i = 0; i < header.questions && i < 2; i++) {
		question_read(&message, &question);
		if (!cursor_is_good(&message))
			return 0;
		check_question(&question);
	}
	for (int i = 0; i < SECTIONS; i++)
		read_records(wire, &message, header.counts[i]);
	return 0;
}
