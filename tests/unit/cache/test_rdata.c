/* SPDX-License-Identifier: MIT */
/* test_rdata.c — what lies in a record's data: its names, its fields, its parts. */
#include "cache/rdata.h"

#include <stdio.h>

#include "tests/unit/suite.h"

START_TEST(a_name_that_is_all_of_the_data_is_given)
{
	struct name got, wanted;

	ck_assert(name_parse("ns.example.", &wanted));
	ck_assert(rdata_name(bytes_of("\2ns\7example\0", 12), &got));
	ck_assert(name_equal(&got, &wanted));
	ck_assert(rdata_name(bytes_of("\0", 1), &got));
	ck_assert(name_is_root(&got));
}
END_TEST

START_TEST(data_that_is_not_exactly_one_name_is_refused)
{
	static const struct {
		const char *octets;
		size_t      length;
	} rows[] = {
		{ "", 0 },
		{ "\2ns", 3 },
		{ "\2ns\0x", 5 },
		{ "\0\0", 2 },
		{ "\xc0\0", 2 },                        /* expanded data has no pointers */
		{ "\x41", 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct name got;

		ck_assert_msg(!rdata_name(bytes_of(rows[i].octets, rows[i].length), &got),
			      "row %zu", i);
	}
}
END_TEST

START_TEST(fields_are_read_where_they_stand)
{
	static const uint8_t soa[] = { 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4,
				       0x01, 0x02, 0x03, 0x04 };

	ck_assert_uint_eq(rdata_soa_minimum(bytes_of(soa, sizeof(soa))), 0x01020304);
	ck_assert_uint_eq(rdata_covered_type(bytes_of("\0\34\15", 3)), TYPE_AAAA);
}
END_TEST

START_TEST(only_the_types_of_rfc_1035_are_compressed)
{
	static const uint16_t compressed[] = {
		TYPE_NS, TYPE_MD, TYPE_MF, TYPE_CNAME, TYPE_SOA, TYPE_MB, TYPE_MG, TYPE_MR,
		TYPE_PTR, TYPE_MINFO, TYPE_MX,
	};
	unsigned count = 0;

	for (size_t i = 0; i < sizeof(compressed) / sizeof(compressed[0]); i++)
		ck_assert_msg(rdata_is_compressible(compressed[i]), "type %u", compressed[i]);
	for (unsigned type = 0; type <= UINT16_MAX; type++)
		count += rdata_is_compressible((uint16_t)type);
	ck_assert_uint_eq(count, sizeof(compressed) / sizeof(compressed[0]));
}
END_TEST

/* The parts in words: (name) for a name, [length] for octets, ! when the cursor has failed. */
static const char *parts_of(uint16_t type, const char *octets, size_t length)
{
	static char words[400];
	struct cursor at = cursor_over(bytes_of(octets, length));
	struct rdata_part part;
	unsigned field = 0, parts = 0;
	size_t used = 0;

	words[0] = '\0';
	while (rdata_next_part(type, &at, &field, &part)) {
		char name[NAME_TEXT_SIZE];

		ck_assert_uint_lt(parts++, 10);
		if (!cursor_is_good(&at))
			return strcat(words, "!");
		if (part.is_name)
			used += (size_t)snprintf(words + used, sizeof(words) - used, "(%s)",
						 name_print(&part.name, name));
		else
			used += (size_t)snprintf(words + used, sizeof(words) - used, "[%zu]",
						 part.octets.length);
	}
	return words;
}

START_TEST(data_comes_in_parts_for_who_compresses)
{
	static const struct {
		uint16_t    type;
		const char *octets;
		size_t      length;
		const char *parts;
	} rows[] = {
		{ TYPE_NS, "\2ns\1x\0", 6, "(ns.x.)" },
		{ TYPE_MX, "\0\12\2mx\1x\0", 8, "[2](mx.x.)" },
		{ TYPE_SOA, "\1a\0\1b\0aaaabbbbccccddddeeee", 26, "(a.)(b.)[4][4][4][4][4]" },
		{ TYPE_MINFO, "\1a\0\1b\0", 6, "(a.)(b.)" },
		/* Names that aren't compressed are octets like others. */
		{ TYPE_SRV, "\0\1\0\2\0\3\1x\0", 9, "[9]" },
		{ TYPE_DNAME, "\1x\0", 3, "[3]" },
		{ TYPE_A, "\1\2\3\4", 4, "[4]" },
		{ TYPE_TXT, "\2ab", 3, "[3]" },
		{ 65280, "abc", 3, "[3]" },
		{ 65280, "", 0, "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_str_eq(parts_of(rows[i].type, rows[i].octets, rows[i].length),
				 rows[i].parts);
}
END_TEST

/* From a disk may come anything: it is refused or passed on, never the end of the program. */
START_TEST(data_that_breaks_its_format_comes_in_parts_too)
{
	static const struct {
		uint16_t    type;
		const char *octets;
		size_t      length;
		const char *parts;
	} rows[] = {
		{ TYPE_MB, "\0\0\0\x63", 4, "(.)[3]" },         /* longer than its layout */
		{ TYPE_NS, "\1x\0\1y\0", 6, "(x.)[3]" },
		{ TYPE_MX, "\0\12\1x\0rest", 9, "[2](x.)[4]" },
		{ TYPE_SOA, "\0\0aaaabbbbccccddddeeeef", 23, "(.)(.)[4][4][4][4][4][1]" },
		{ TYPE_NS, "\5x", 2, "!" },                     /* shorter */
		{ TYPE_NS, "\xc0\0", 2, "!" },
		{ TYPE_MX, "\0", 1, "!" },
		{ TYPE_SOA, "\0\0aaaabb", 8, "(.)(.)[4]!" },
		{ TYPE_NS, "", 0, "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_str_eq(parts_of(rows[i].type, rows[i].octets, rows[i].length),
				 rows[i].parts);
}
END_TEST

START_TEST(a_writer_without_room_is_said_to_have_failed)
{
	uint8_t message[] = "\3com\0\2ns\xc0";
	struct record record = { .type = TYPE_NS, .rdata_position = 5,
				 .rdata = bytes_of(message + 5, 5) };
	uint8_t room[8];
	struct writer writer = writer_over(room, 7);

	message[9] = 0;
	rdata_expand(bytes_of(message, sizeof(message)), &record, &writer);
	ck_assert(!writer_is_good(&writer));
	writer = writer_over(room, 8);
	rdata_expand(bytes_of(message, sizeof(message)), &record, &writer);
	ck_assert(writer_is_good(&writer));
	ck_assert(bytes_equal(writer_bytes(&writer), bytes_of("\2ns\3com\0", 8)));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_name_that_is_all_of_the_data_is_given,
		data_that_is_not_exactly_one_name_is_refused,
		fields_are_read_where_they_stand, only_the_types_of_rfc_1035_are_compressed,
		data_comes_in_parts_for_who_compresses,
		data_that_breaks_its_format_comes_in_parts_too,
		a_writer_without_room_is_said_to_have_failed,
	};

	return suite_run("cache.rdata", tests, SUITE_COUNT(tests));
}
