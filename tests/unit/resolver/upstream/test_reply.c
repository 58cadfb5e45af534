/* SPDX-License-Identifier: MIT */
/* test_reply.c — what is a reply, octet by octet, and which reply belongs to which query. */
#include "resolver/upstream/reply.h"

#include <check.h>
#include <stdlib.h>

#include "cache/base/limits.h"
#include "resolver/upstream/match.h"
#include "saying.h"

enum { OPT_LENGTH = 11 };

static struct arena arena;
static struct reply reply;
static uint8_t wire[SAYING_ROOM];
static size_t length;

static void set_up(void)
{
	const struct saying saying = { "www.example. A", FLAG_AA, 0,
				       { "www.example. 60 IN A 192.0.2.7" } };

	arena_init(&arena, WALK_ARENA_OCTETS);
	length = saying_write(&saying, 4711, wire);
}

static void tear_down(void)
{
	arena_clear(&arena);
}

static enum result parse(void)
{
	return reply_parse(bytes_of(wire, length), &arena, &reply);
}

static void append(const void *octets, size_t count)
{
	memcpy(wire + length, octets, count);
	length += count;
}

/* An OPT with these octets as its options, counted in the additional section. */
static void append_opt(const void *options, size_t count)
{
	uint8_t opt[OPT_LENGTH] = { 0, 0, TYPE_OPT, 4, 208, 0, 0, 0x80, 0, 0, 0 };

	store_u16(opt + 9, (uint16_t)count);
	append(opt, sizeof(opt));
	append(options, count);
	store_u16(wire + 10, (uint16_t)(load_u16(wire + 10) + 1));
}

START_TEST(a_plain_reply_is_taken_apart)
{
	ck_assert_int_eq(parse(), OK);
	ck_assert_uint_eq(reply.header.id, 4711);
	ck_assert_uint_eq(reply.question.type, TYPE_A);
	ck_assert_uint_eq(reply.octets, length);
	ck_assert_uint_eq(reply.ede, EDE_NONE);
	ck_assert(!reply.edns.present);
	ck_assert_uint_eq(reply.sections[SECTION_ANSWER].first->count, 1);
}
END_TEST

START_TEST(every_shorter_message_is_malformed)
{
	size_t whole = length;

	for (length = 0; length < whole; length++)
		ck_assert_msg(parse() == MALFORMED, "%zu octets of %zu", length, whole);
}
END_TEST

START_TEST(a_truncated_message_may_end_anywhere_behind_its_question)
{
	size_t whole = length, question = HEADER_LENGTH + 13 + 4;

	wire[2] |= FLAG_TC >> 8;
	for (length = 0; length <= whole; length++)
		ck_assert_int_eq(parse(), length < question ? MALFORMED : OK);
	ck_assert_int_eq(reply_read(&reply, &reply.question, &(struct cut){ .zone = name_root }),
			 READS_TRUNCATED);
}
END_TEST

START_TEST(octets_behind_the_last_record_are_malformed)
{
	append("\0", 1);
	ck_assert_int_eq(parse(), MALFORMED);
}
END_TEST

START_TEST(a_query_is_no_reply)
{
	wire[2] &= 0x7f;
	ck_assert_int_eq(parse(), MALFORMED);
}
END_TEST

START_TEST(another_opcode_is_no_reply)
{
	wire[2] |= 0x28;                        /* UPDATE */
	ck_assert_int_eq(parse(), MALFORMED);
}
END_TEST

START_TEST(two_questions_are_malformed)
{
	const struct saying saying = { "www.example. A", FLAG_AA, 0, { NULL } };

	length = saying_write(&saying, 1, wire);
	append(wire + HEADER_LENGTH, 13 + 4);
	wire[5] = 2;
	ck_assert_int_eq(parse(), MALFORMED);
}
END_TEST

static const struct bare {
	unsigned    rcode;
	enum result result;
} bare[] = {
	{ RCODE_NOERROR, MALFORMED }, { RCODE_FORMERR, OK },  { RCODE_SERVFAIL, OK },
	{ RCODE_NXDOMAIN, MALFORMED }, { RCODE_NOTIMP, OK }, { RCODE_REFUSED, OK },
	{ 6, MALFORMED }, { 9, MALFORMED },
};

START_TEST(only_a_bare_error_may_lack_its_question)
{
	const struct saying saying = { .rcode = bare[_i].rcode };

	length = saying_write(&saying, 1, wire);
	ck_assert_int_eq(parse(), bare[_i].result);
	if (bare[_i].result == OK)
		ck_assert(!name_is_set(&reply.question.name));
}
END_TEST

START_TEST(an_error_with_records_may_not_lack_its_question)
{
	const struct saying saying = { .rcode = RCODE_REFUSED,
				       .sections = { NULL, "example. 60 IN NS ns.evil." } };

	length = saying_write(&saying, 1, wire);
	ck_assert_int_eq(parse(), MALFORMED);
}
END_TEST

START_TEST(edns_gives_the_upper_bits_of_the_rcode)
{
	append_opt("", 0);
	wire[length - 6] = 1;                   /* BADVERS: 1 << 4 */
	ck_assert_int_eq(parse(), OK);
	ck_assert(reply.edns.present);
	ck_assert(reply.edns.dnssec_ok);
	ck_assert_uint_eq(reply.edns.payload, 1232);
	ck_assert_uint_eq(reply.rcode, RCODE_BADVERS);
}
END_TEST

START_TEST(the_first_extended_error_counts)
{
	static const uint8_t options[] = { 0, 3, 0, 1, 'x', 0, 15, 0, 3, 0, 22, '!',
					   0, 15, 0, 2, 0, 9 };

	append_opt(options, sizeof(options));
	ck_assert_int_eq(parse(), OK);
	ck_assert_uint_eq(reply.ede, EDE_NO_REACHABLE_AUTHORITY);
	memset(wire, 0, sizeof(wire));          /* the options don't point into the message */
	ck_assert(bytes_equal(reply.edns.options, bytes_of(options, sizeof(options))));
}
END_TEST

START_TEST(what_an_extended_error_says_is_made_harmless)
{
	/* A terminal's escape, half a character, and a NUL: nothing behind it. */
	static const uint8_t options[] = { 0, 15, 0, 12, 0, 6, 'a', 0x1b, '[', '2', 'J', '\n',
					   0xc3, 0xa9, 0xc3, 0 };

	append_opt(options, sizeof(options));
	ck_assert_int_eq(parse(), OK);
	ck_assert_uint_eq(reply.ede, EDE_DNSSEC_BOGUS);
	ck_assert_str_eq(reply.ede_text, "a?[2J?\xc3\xa9?");
}
END_TEST

START_TEST(an_extended_error_may_be_mute)
{
	static const uint8_t options[] = { 0, 15, 0, 3, 0, 6, 0 };

	append_opt(options, sizeof(options));
	ck_assert_int_eq(parse(), OK);
	ck_assert_uint_eq(reply.ede, EDE_DNSSEC_BOGUS);
	ck_assert_ptr_null(reply.ede_text);
}
END_TEST

/* Two octets each: the bound falls between two characters, then into the midst of one. */
START_TEST(so_much_of_an_extended_errors_text_and_no_more)
{
	uint8_t options[6 + 600] = { 0, 15, 602 >> 8, 602 & 0xff, 0, 6 };

	for (unsigned odd = 0; odd < 2; odd++) {
		set_up();
		memset(options + 6, 'x', 600);
		for (unsigned i = 6 + odd; i + 1 < sizeof(options); i += 2)
			memcpy(options + i, "\xc3\xa9", 2);
		append_opt(options, sizeof(options));
		ck_assert_int_eq(parse(), OK);
		ck_assert_uint_eq(strlen(reply.ede_text), MAX_EDE_TEXT - odd);
		ck_assert_ptr_null(strchr(reply.ede_text, '?'));
		tear_down();
	}
	set_up();
}
END_TEST

START_TEST(an_extended_error_without_a_code_is_none)
{
	static const uint8_t options[] = { 0, 15, 0, 1, 0 };

	append_opt(options, sizeof(options));
	ck_assert_int_eq(parse(), OK);
	ck_assert_uint_eq(reply.ede, EDE_NONE);
}
END_TEST

START_TEST(options_beyond_the_limit_arent_looked_at)
{
	uint8_t options[MAX_EDNS_OPTIONS * 4 + 6] = { 0 };

	memcpy(options + MAX_EDNS_OPTIONS * 4, "\0\17\0\2\0\26", 6);
	append_opt(options, sizeof(options));
	ck_assert_int_eq(parse(), OK);
	ck_assert_uint_eq(reply.ede, EDE_NONE);
}
END_TEST

START_TEST(an_option_that_overruns_the_opt_is_malformed)
{
	static const uint8_t options[] = { 0, 3, 0, 2, 'x' };

	append_opt(options, sizeof(options));
	ck_assert_int_eq(parse(), MALFORMED);
}
END_TEST

START_TEST(two_opts_are_malformed)
{
	append_opt("", 0);
	ck_assert_int_eq(parse(), OK);
	append_opt("", 0);
	ck_assert_int_eq(parse(), MALFORMED);
}
END_TEST

START_TEST(an_opt_of_another_owner_is_malformed)
{
	static const uint8_t opt[] = { 1, 'x', 0, 0, TYPE_OPT, 4, 208, 0, 0, 0, 0, 0, 0 };

	append(opt, sizeof(opt));
	wire[11] = 1;
	ck_assert_int_eq(parse(), MALFORMED);
}
END_TEST

START_TEST(an_opt_outside_the_additional_section_is_malformed)
{
	append_opt("", 0);
	wire[11] = 0;
	wire[9] = 1;
	ck_assert_int_eq(parse(), MALFORMED);
}
END_TEST

/* Records that are left out: of type and class, with one octet of data. */
static const struct left_out {
	uint16_t type, class;
} left_out[] = {
	{ TYPE_A, CLASS_CH },    { TYPE_A, CLASS_NONE },   { TYPE_A, CLASS_ANY },
	{ 0, CLASS_IN },         { TYPE_TSIG, CLASS_ANY }, { TYPE_TSIG, CLASS_IN },
	{ TYPE_ANY, CLASS_IN },  { 128, CLASS_IN },        { TYPE_AXFR, CLASS_IN },
};

START_TEST(what_isnt_data_of_the_internet_is_left_out)
{
	uint8_t record[] = { 0, 0, 0, 0, 0, 0, 0, 0, 60, 0, 1, 'x' };

	store_u16(record + 1, left_out[_i].type);
	store_u16(record + 3, left_out[_i].class);
	append(record, sizeof(record));
	wire[11] = 1;
	ck_assert_int_eq(parse(), OK);
	ck_assert_ptr_null(reply.sections[SECTION_ADDITIONAL].first);
}
END_TEST

START_TEST(signatures_over_signatures_are_left_out)
{
	uint8_t record[] = { 0, 0, TYPE_RRSIG, 0, 1, 0, 0, 0, 60, 0, 20, 0, TYPE_RRSIG, 8, 0,
			     0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 'x' };

	append(record, sizeof(record));
	wire[11] = 1;
	ck_assert_int_eq(parse(), OK);
	ck_assert_ptr_null(reply.sections[SECTION_ADDITIONAL].first);
}
END_TEST

START_TEST(data_that_breaks_its_type_is_malformed)
{
	static const uint8_t record[] = { 0, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 3, 1, 2, 3 };

	append(record, sizeof(record));
	wire[11] = 1;
	ck_assert_int_eq(parse(), MALFORMED);
}
END_TEST

START_TEST(records_that_were_counted_but_not_sent_are_malformed)
{
	wire[7] = 0xff;
	ck_assert_int_eq(parse(), MALFORMED);
	wire[6] = 0xff;
	ck_assert_int_eq(parse(), NO_SPACE);
}
END_TEST

START_TEST(a_set_beyond_the_limit_is_refused)
{
	uint8_t record[] = { 0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 0 };

	for (unsigned i = 1; i <= MAX_RECORDS_PER_RRSET; i++) {
		store_u16(record + 14, (uint16_t)i);
		append(record, sizeof(record));
		store_u16(wire + 6, (uint16_t)(i + 1));
		ck_assert_int_eq(parse(), i < MAX_RECORDS_PER_RRSET ? OK : NO_SPACE);
	}
}
END_TEST

START_TEST(more_sets_than_the_limit_are_refused)
{
	uint8_t record[] = { 0xc0, 12, 1, 0, 0, 1, 0, 0, 0, 60, 0, 1, 'x' };

	for (unsigned i = 1; i <= MAX_RRSETS_PER_REPLY; i++) {
		store_u16(record + 2, (uint16_t)(300 + i));
		append(record, sizeof(record));
	}
	store_u16(wire + 6, MAX_RRSETS_PER_REPLY + 1);
	ck_assert_int_eq(parse(), NO_SPACE);
}
END_TEST

START_TEST(more_records_than_the_limit_are_refused)
{
	static const uint8_t record[] = { 0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 4,
					  10, 0, 0, 1 };

	for (unsigned i = 1; i < MAX_RECORDS_PER_REPLY; i++)
		append(record, sizeof(record));
	store_u16(wire + 6, MAX_RECORDS_PER_REPLY);
	ck_assert_int_eq(parse(), OK);
	append(record, sizeof(record));
	store_u16(wire + 6, MAX_RECORDS_PER_REPLY - 100);
	store_u16(wire + 10, 101);
	ck_assert_int_eq(parse(), NO_SPACE);
}
END_TEST

START_TEST(an_arena_that_is_full_is_no_fault_of_the_message)
{
	struct arena small;

	arena_init(&small, 100);
	ck_assert_int_eq(reply_parse(bytes_of(wire, length), &small, &reply), NO_MEMORY);
	wire[2] |= FLAG_TC >> 8;
	ck_assert_int_eq(reply_parse(bytes_of(wire, length), &small, &reply), NO_MEMORY);
	arena_clear(&small);
}
END_TEST

START_TEST(no_octet_changed_is_believed_blindly)
{
	/* Whatever one octet is changed to, the parser says something definite and reads no further
	 * than it may: the message lies in memory of exactly its size. */
	for (size_t at = 0; at < length; at++) {
		for (unsigned value = 0; value < 256; value++) {
			uint8_t *copy = malloc(length);
			enum result result;

			memcpy(copy, wire, length);
			copy[at] = (uint8_t)value;
			result = reply_parse(bytes_of(copy, length), &arena, &reply);
			ck_assert(result == OK || result == MALFORMED || result == NO_SPACE);
			free(copy);
			arena_clear(&arena);
		}
	}
}
END_TEST

/* --- match.h --- */

static uint8_t query[HEADER_LENGTH + 13 + 4];

static enum match match(void)
{
	memset(query, 0, sizeof(query));
	store_u16(query, 4711);
	query[5] = 1;
	memcpy(query + HEADER_LENGTH, "\3www\7example\0\0\1\0\1", 17);
	return message_match(bytes_of(query, sizeof(query)), bytes_of(wire, length));
}

START_TEST(the_reply_to_a_query_matches)
{
	ck_assert_int_eq(match(), MATCHES);
}
END_TEST

START_TEST(letters_count_only_when_they_should)
{
	wire[HEADER_LENGTH + 1] = 'W';
	ck_assert_int_eq(match(), MATCHES_BUT_LETTERS);
	message_lower_question(wire, length);
	ck_assert_int_eq(match(), MATCHES);
}
END_TEST

START_TEST(any_other_change_of_the_question_is_a_stray)
{
	/* Id, then the question from its name's first length to its class. */
	for (size_t at = 0; at < sizeof(query); at = at == 1 ? HEADER_LENGTH : at + 1) {
		wire[at] ^= 0x01;
		ck_assert_msg(match() == MATCHES_NOT, "octet %zu", at);
		wire[at] ^= 0x01;
	}
}
END_TEST

START_TEST(queries_other_opcodes_and_counts_are_strays)
{
	wire[2] ^= 0x80;
	ck_assert_int_eq(match(), MATCHES_NOT);
	wire[2] ^= 0x80 | 0x08;
	ck_assert_int_eq(match(), MATCHES_NOT);
	wire[2] ^= 0x08;
	wire[5] = 0;
	ck_assert_int_eq(match(), MATCHES_NOT);
	wire[5] = 2;
	ck_assert_int_eq(match(), MATCHES_NOT);
}
END_TEST

START_TEST(a_message_shorter_than_its_question_is_a_stray)
{
	for (length = 0; length < sizeof(query); length++)
		ck_assert_int_eq(match(), MATCHES_NOT);
}
END_TEST

START_TEST(a_bare_error_matches_by_its_id)
{
	static const struct saying refused = { .rcode = RCODE_REFUSED }, empty = { 0 };

	length = saying_write(&refused, 4711, wire);
	ck_assert_int_eq(match(), MATCHES);
	length = saying_write(&refused, 4712, wire);
	ck_assert_int_eq(match(), MATCHES_NOT);
	length = saying_write(&empty, 4711, wire);
	ck_assert_int_eq(match(), MATCHES_NOT);
}
END_TEST

static TCase *parse_case(void)
{
	TCase *parsing = tcase_create("parse");

	tcase_add_checked_fixture(parsing, set_up, tear_down);
	tcase_add_test(parsing, a_plain_reply_is_taken_apart);
	tcase_add_test(parsing, every_shorter_message_is_malformed);
	tcase_add_test(parsing, a_truncated_message_may_end_anywhere_behind_its_question);
	tcase_add_test(parsing, octets_behind_the_last_record_are_malformed);
	tcase_add_test(parsing, a_query_is_no_reply);
	tcase_add_test(parsing, another_opcode_is_no_reply);
	tcase_add_test(parsing, two_questions_are_malformed);
	tcase_add_loop_test(parsing, only_a_bare_error_may_lack_its_question, 0,
			    sizeof(bare) / sizeof(bare[0]));
	tcase_add_test(parsing, an_error_with_records_may_not_lack_its_question);
	tcase_add_test(parsing, edns_gives_the_upper_bits_of_the_rcode);
	tcase_add_test(parsing, the_first_extended_error_counts);
	tcase_add_test(parsing, an_extended_error_without_a_code_is_none);
	tcase_add_test(parsing, what_an_extended_error_says_is_made_harmless);
	tcase_add_test(parsing, an_extended_error_may_be_mute);
	tcase_add_test(parsing, so_much_of_an_extended_errors_text_and_no_more);
	tcase_add_test(parsing, options_beyond_the_limit_arent_looked_at);
	tcase_add_test(parsing, an_option_that_overruns_the_opt_is_malformed);
	tcase_add_test(parsing, two_opts_are_malformed);
	tcase_add_test(parsing, an_opt_of_another_owner_is_malformed);
	tcase_add_test(parsing, an_opt_outside_the_additional_section_is_malformed);
	tcase_add_loop_test(parsing, what_isnt_data_of_the_internet_is_left_out, 0,
			    sizeof(left_out) / sizeof(left_out[0]));
	tcase_add_test(parsing, signatures_over_signatures_are_left_out);
	tcase_add_test(parsing, data_that_breaks_its_type_is_malformed);
	tcase_add_test(parsing, records_that_were_counted_but_not_sent_are_malformed);
	tcase_add_test(parsing, a_set_beyond_the_limit_is_refused);
	tcase_add_test(parsing, more_sets_than_the_limit_are_refused);
	tcase_add_test(parsing, more_records_than_the_limit_are_refused);
	tcase_add_test(parsing, an_arena_that_is_full_is_no_fault_of_the_message);
	tcase_add_test(parsing, no_octet_changed_is_believed_blindly);
	return parsing;
}

static TCase *match_case(void)
{
	TCase *matching = tcase_create("match");

	tcase_add_checked_fixture(matching, set_up, tear_down);
	tcase_add_test(matching, the_reply_to_a_query_matches);
	tcase_add_test(matching, letters_count_only_when_they_should);
	tcase_add_test(matching, any_other_change_of_the_question_is_a_stray);
	tcase_add_test(matching, queries_other_opcodes_and_counts_are_strays);
	tcase_add_test(matching, a_message_shorter_than_its_question_is_a_stray);
	tcase_add_test(matching, a_bare_error_matches_by_its_id);
	return matching;
}

int main(void)
{
	Suite *suite = suite_create("upstream.reply");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, parse_case());
	suite_add_tcase(suite, match_case());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
