/* SPDX-License-Identifier: MIT */
/* test_message.c — the message's parts, EDNS and record data, read and written. */
#include "cache/message.h"

#include <stdio.h>

#include "cache/rdata.h"
#include "cache/rrset.h"
#include "tests/unit/suite.h"

START_TEST(a_header_goes_there_and_back)
{
	struct header header = { .id = 0x1234, .questions = 1, .counts = { 2, 3, 4 },
				 .flags = FLAG_QR | FLAG_RD | FLAG_AD | RCODE_NXDOMAIN }, again;
	uint8_t room[HEADER_LENGTH];
	struct writer writer = writer_over(room, sizeof(room));
	struct cursor cursor;

	header_write(&writer, &header);
	cursor = cursor_over(writer_bytes(&writer));
	header_read(&cursor, &again);
	ck_assert(cursor_is_good(&cursor));
	ck_assert(memcmp(&header, &again, sizeof(header)) == 0);
	ck_assert_uint_eq(header_rcode(&again), RCODE_NXDOMAIN);
}
END_TEST

START_TEST(half_a_header_is_no_header)
{
	struct cursor cursor = cursor_over(bytes_of("\1\2\3\4\5\6\7\10\11\12\13", 11));
	struct header header;

	header_read(&cursor, &header);
	ck_assert(!cursor_is_good(&cursor));
}
END_TEST

START_TEST(edns_goes_there_and_back_with_its_options)
{
	struct edns edns = { .payload = 1232, .dnssec_ok = true, .extended_rcode = 1 }, again;
	uint8_t room[64];
	struct writer writer = writer_over(room, sizeof(room));
	struct cursor cursor, options;
	struct edns_option option;
	struct record record;
	size_t length = edns_write(&writer, &edns);

	edns_option_write(&writer, OPTION_NSID, bytes_of("ab", 2));
	edns_option_write(&writer, OPTION_PADDING, bytes_of(NULL, 0));
	patch_u16(&writer, length, (uint16_t)(writer.position - length - 2));
	cursor = cursor_over(writer_bytes(&writer));
	record_read(&cursor, &record);
	ck_assert(cursor_is_good(&cursor) && cursor_left(&cursor) == 0);
	ck_assert(edns_read(&record, &again));
	ck_assert(again.present && again.dnssec_ok && again.payload == 1232);
	ck_assert_uint_eq(again.extended_rcode, 1);
	options = cursor_over(again.options);
	ck_assert(edns_option_read(&options, &option));
	ck_assert(option.code == OPTION_NSID && bytes_equal(option.value, bytes_of("ab", 2)));
	ck_assert(edns_option_read(&options, &option));
	ck_assert(option.code == OPTION_PADDING && option.value.length == 0);
	ck_assert(!edns_option_read(&options, &option));
	ck_assert(cursor_is_good(&options));
}
END_TEST

START_TEST(an_option_that_overruns_fails_the_cursor)
{
	struct cursor options = cursor_over(bytes_of("\0\3\0\5ab", 6));
	struct edns_option option;

	ck_assert(!edns_option_read(&options, &option));
	ck_assert(!cursor_is_good(&options));
}
END_TEST

START_TEST(an_opt_record_belongs_to_the_root)
{
	struct cursor cursor = cursor_over(bytes_of("\1a\0\0\51\4\320\0\0\0\0\0\0", 13));
	struct record record;
	struct edns edns;

	record_read(&cursor, &record);
	ck_assert(cursor_is_good(&cursor));
	ck_assert(!edns_read(&record, &edns));
}
END_TEST

START_TEST(a_ttl_with_its_highest_bit_set_is_zero)
{
	struct cursor cursor = cursor_over(bytes_of("\0\0\1\0\1\x80\0\0\1\0\4\1\2\3\4", 15));
	struct record record;

	record_read(&cursor, &record);
	ck_assert(cursor_is_good(&cursor));
	ck_assert_uint_eq(record.ttl, 0);
}
END_TEST

/* One record whose data is `rdata`, behind a message that begins with the name "com." */
static bool expands(uint16_t type, const char *rdata, size_t length, uint8_t *room, size_t *size)
{
	uint8_t message[600] = "\3com";
	struct record record = { .type = type, .rdata = bytes_of(message + 5, length),
				 .rdata_position = 5 };
	struct writer writer = writer_over(room, 600);

	memcpy(message + 5, rdata, length);
	/* What lies behind the data would complete a name, were it read. */
	memset(message + 5 + length, 0, 20);
	rdata_expand(bytes_of(message, 5 + length + 20), &record, &writer);
	*size = writer.position;
	return writer_is_good(&writer);
}

START_TEST(data_is_expanded_and_its_length_checked)
{
	static const struct {
		uint16_t    type;
		const char *rdata;
		size_t      length;
		bool        good;
		size_t      expanded;
	} rows[] = {
		{ TYPE_A, "\1\2\3\4", 4, true, 4 },
		{ TYPE_A, "\1\2\3", 3, false, 0 },
		{ TYPE_A, "\1\2\3\4\5", 5, false, 0 },
		{ TYPE_AAAA, "0123456789abcdef", 16, true, 16 },
		{ TYPE_AAAA, "0123456789abcde", 15, false, 0 },
		{ TYPE_NS, "\2ns\xc0\0", 5, true, 8 },
		{ TYPE_NS, "\2ns\xc0\0x", 6, false, 0 },
		{ TYPE_NS, "\2ns", 3, false, 0 },               /* the name overruns the data */
		{ TYPE_NS, "\2ns\xc0", 4, false, 0 },
		{ TYPE_NS, "", 0, false, 0 },
		{ TYPE_MX, "\0\12\2mx\xc0\0", 7, true, 10 },
		{ TYPE_MX, "\0", 1, false, 0 },
		{ TYPE_SOA, "\xc0\0\xc0\0aaaabbbbccccddddeeee", 24, true, 30 },
		{ TYPE_SOA, "\xc0\0\xc0\0aaaabbbbccccddddeee", 23, false, 0 },
		{ TYPE_RRSIG, "\0\1\15\2aaaabbbbcccckk\3com\0sig", 26, true, 26 },
		{ TYPE_RRSIG, "\0\1\15\2aaaabbbbcccckk\xc0\0sig", 23, false, 0 },  /* compressed */
		{ TYPE_NSEC, "\3com\0\0\1\x40", 8, true, 8 },
		{ TYPE_NSEC, "\xc0\0\0\1\x40", 5, false, 0 },
		{ TYPE_NSEC3, "\1\0\0\12\0\3abc", 9, true, 9 },
		{ TYPE_NSEC3, "\1\0\0\12\4ab", 7, false, 0 },
		{ TYPE_NAPTR, "\0\1\0\2\1a\1b\1c\xc0\0", 12, true, 15 },
		{ TYPE_NAPTR, "\0\1\0\2\1a\1b\5c\xc0\0", 12, false, 0 },
		{ TYPE_SVCB, "\0\1\0\0\1\0\2h2", 9, true, 9 },
		{ TYPE_DS, "\0\1\15\2digest", 10, true, 10 },
		{ TYPE_DS, "\0\1\15", 3, false, 0 },
		{ TYPE_TXT, "\5short", 6, true, 6 },            /* opaque to a resolver */
		{ 65280, "", 0, true, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t room[600];
		size_t size;
		bool good = expands(rows[i].type, rows[i].rdata, rows[i].length, room, &size);

		ck_assert_msg(good == rows[i].good, "row %zu", i);
		if (good)
			ck_assert_msg(size == rows[i].expanded, "row %zu: %zu", i, size);
	}
}
END_TEST

static struct record record_of(const char *owner, uint16_t type, const char *rdata, size_t length,
			       uint32_t ttl)
{
	struct record record = { .type = type, .class = CLASS_IN, .ttl = ttl,
				 .rdata = bytes_of(rdata, length) };

	ck_assert(name_parse(owner, &record.owner));
	return record;
}

static enum result add(struct rrsets *sets, struct arena *arena, const struct record *record)
{
	return rrsets_add(sets, arena, record->rdata, record);
}

START_TEST(records_are_gathered_into_sets)
{
	struct rrsets sets = { 0 };
	struct arena arena;
	struct record one = record_of("A.example.", TYPE_A, "\1\2\3\4", 4, 300),
		      two = record_of("a.EXAMPLE.", TYPE_A, "\1\2\3\5", 4, 100),
		      other = record_of("b.example.", TYPE_A, "\1\2\3\6", 4, 50),
		      signature = record_of("a.example.", TYPE_RRSIG,
					    "\0\1\15\2aaaabbbbcccckk\3com\0sig", 26, 300);

	arena_init(&arena, 1 << 20);
	ck_assert(add(&sets, &arena, &one) == OK);
	ck_assert(add(&sets, &arena, &two) == OK);
	ck_assert(add(&sets, &arena, &two) == OK);
	ck_assert(add(&sets, &arena, &other) == OK);
	ck_assert(add(&sets, &arena, &signature) == OK);
	ck_assert_uint_eq(sets.first->count, 2);
	ck_assert_uint_eq(sets.first->ttl, 100);
	ck_assert_uint_eq(sets.first->signature_count, 1);
	ck_assert_uint_eq(sets.first->next->count, 1);
	ck_assert_ptr_null(sets.first->next->next);
	arena_clear(&arena);
}
END_TEST

START_TEST(a_set_has_so_many_records_and_no_more)
{
	struct rrsets sets = { 0 };
	struct arena arena;

	arena_init(&arena, 1 << 22);
	for (unsigned i = 0; i < 256; i++) {
		char data[4] = { 10, 0, 0, (char)i };
		struct record record = record_of("a.", TYPE_A, data, 4, 60);

		ck_assert(add(&sets, &arena, &record) == OK);
	}
	struct record one_more = record_of("a.", TYPE_A, "\12\1\1\1", 4, 60);

	ck_assert(add(&sets, &arena, &one_more) == NO_SPACE);
	ck_assert_uint_eq(sets.first->count, 256);
	arena_clear(&arena);
}
END_TEST

START_TEST(signatures_beyond_the_bound_are_not_looked_at)
{
	struct rrsets sets = { 0 };
	struct arena arena;

	arena_init(&arena, 1 << 20);
	for (unsigned i = 0; i < 20; i++) {
		char data[26];

		memcpy(data, "\0\1\15\2aaaabbbbcccckk\3com\0sig", 26);
		data[25] = (char)i;
		struct record record = record_of("a.", TYPE_RRSIG, data, 26, 60);

		ck_assert(add(&sets, &arena, &record) == OK);
	}
	ck_assert_uint_eq(sets.first->signature_count, 8);
	arena_clear(&arena);
}
END_TEST

START_TEST(a_full_arena_is_said_and_harms_nothing)
{
	struct rrsets sets = { 0 };
	struct arena arena;
	enum result result = OK;

	arena_init(&arena, 8192);
	for (unsigned i = 0; i < 256 && result == OK; i++) {
		char owner[32];

		snprintf(owner, sizeof(owner), "n%u.", i);
		struct record record = record_of(owner, TYPE_A, "\1\2\3\4", 4, 60);

		result = add(&sets, &arena, &record);
	}
	ck_assert(result == NO_MEMORY);
	arena_clear(&arena);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_header_goes_there_and_back, half_a_header_is_no_header,
		edns_goes_there_and_back_with_its_options, an_option_that_overruns_fails_the_cursor,
		an_opt_record_belongs_to_the_root, a_ttl_with_its_highest_bit_set_is_zero,
		data_is_expanded_and_its_length_checked, records_are_gathered_into_sets,
		a_set_has_so_many_records_and_no_more,
		signatures_beyond_the_bound_are_not_looked_at,
		a_full_arena_is_said_and_harms_nothing,
	};

	return suite_run("cache.message", tests, SUITE_COUNT(tests));
}
