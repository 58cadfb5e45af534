/* SPDX-License-Identifier: MIT */
/* test_compose.c — what dig sees of a reply. */
#include "resolver/front/compose.h"

#include "door.h"
#include "tests/unit/suite.h"

static struct query query;
static struct said said;
static struct answer answer;
static uint8_t room[REPLY_ROOM];

static void begin(void)
{
	query = (struct query){
		.header = { .id = 0x1234, .flags = FLAG_RD, .questions = 1 },
		.has_question = true,
		.question = { .type = TYPE_A, .class = CLASS_IN },
		.edns = { .present = true, .payload = EDNS_PAYLOAD },
		.most = EDNS_PAYLOAD,
	};
	ck_assert(name_parse("WwW.eXample.com.", &query.question.name));
	answer = fake_answer("www.example.com.", TYPE_A, 9);
}

static size_t answered(void)
{
	struct writer reply = writer_over(room, sizeof(room));

	compose_answer(&query, &answer, 1000, NULL, &reply);
	ck_assert(writer_is_good(&reply));
	ck_assert_uint_le(reply.position, query.most);
	said_read(writer_bytes(&reply), &said);
	return reply.position;
}

static size_t failed_with(const struct failure *failure)
{
	struct writer reply = writer_over(room, sizeof(room));

	compose_failure(&query, failure, NULL, &reply);
	ck_assert(writer_is_good(&reply));
	ck_assert_uint_le(reply.position, query.most);
	said_read(writer_bytes(&reply), &said);
	return reply.position;
}

START_TEST(an_answer_as_dig_expects_it)
{
	answered();
	ck_assert_uint_eq(said.header.id, 0x1234);
	ck_assert_uint_eq(said.header.flags, FLAG_QR | FLAG_RD | FLAG_RA);
	ck_assert_uint_eq(said.header.questions, 1);
	ck_assert_uint_eq(said.header.counts[SECTION_ANSWER], 1);
	ck_assert_uint_eq(said.header.counts[SECTION_AUTHORITY], 0);
	ck_assert_uint_eq(said.header.counts[SECTION_ADDITIONAL], 1);
	ck_assert_uint_eq(said.last_octet, 9);
	ck_assert(said.edns.present);
	ck_assert_uint_eq(said.edns.payload, EDNS_PAYLOAD);
	ck_assert(!said.edns.dnssec_ok);
	ck_assert_uint_eq(said.edns.options.length, 0);
}
END_TEST

START_TEST(the_question_keeps_the_letters_of_the_asker)
{
	answered();
	ck_assert_mem_eq(said.question.name.octets, query.question.name.octets,
			 query.question.name.length);
}
END_TEST

START_TEST(no_opt_record_for_those_who_sent_none)
{
	query.edns.present = false;
	query.most = 512;
	answered();
	ck_assert(!said.edns.present);
	ck_assert_uint_eq(said.header.counts[SECTION_ADDITIONAL], 0);
}
END_TEST

START_TEST(do_and_cd_are_copied)
{
	query.edns.dnssec_ok = true;
	query.header.flags |= FLAG_CD;
	answered();
	ck_assert(said.edns.dnssec_ok);
	ck_assert((said.header.flags & FLAG_CD) != 0);
}
END_TEST

START_TEST(ad_only_if_secure_and_wanted)
{
	static const struct {
		enum security security;
		bool          dnssec_ok;
		uint16_t      flags;
		bool          ad;
	} rows[] = {
		{ SECURITY_SECURE, false, 0, false },
		{ SECURITY_SECURE, true, 0, true },
		{ SECURITY_SECURE, false, FLAG_AD, true },
		{ SECURITY_INSECURE, true, FLAG_AD, false },
		{ SECURITY_UNCHECKED, true, FLAG_AD, false },
		{ SECURITY_INDETERMINATE, true, FLAG_AD, false },
		{ SECURITY_BOGUS, true, FLAG_AD | FLAG_CD, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		answer.security = rows[i].security;
		query.edns.dnssec_ok = rows[i].dnssec_ok;
		query.header.flags = FLAG_RD | rows[i].flags;
		answered();
		ck_assert_int_eq((said.header.flags & FLAG_AD) != 0, rows[i].ad);
		ck_assert_uint_eq(said.last_octet, 9);
	}
}
END_TEST

START_TEST(bogus_data_is_only_for_cd)
{
	answer.security = SECURITY_BOGUS;
	answer.ede = EDE_DNSSEC_BOGUS;
	answer.ede_text = "the key of example.com. is wrong";
	answered();
	ck_assert_uint_eq(said.rcode, RCODE_SERVFAIL);
	ck_assert_uint_eq(said.header.counts[SECTION_ANSWER], 0);
	ck_assert_uint_eq(said.ede, EDE_DNSSEC_BOGUS);
	ck_assert_str_eq(said.ede_text, "the key of example.com. is wrong");
	answer.ede = EDE_NONE;
	answer.ede_text = NULL;
	answered();
	ck_assert_uint_eq(said.rcode, RCODE_SERVFAIL);
	ck_assert_uint_eq(said.ede, EDE_DNSSEC_BOGUS);
	query.header.flags |= FLAG_CD;
	answered();
	ck_assert_uint_eq(said.rcode, RCODE_NOERROR);
	ck_assert_uint_eq(said.last_octet, 9);
}
END_TEST

START_TEST(a_failure_says_why)
{
	answer.rcode = RCODE_SERVFAIL;
	answer.records = 0;
	answer.image = bytes_of(NULL, 0);
	answer.ede = EDE_NO_REACHABLE_AUTHORITY;
	answer.ede_text = "nobody answers for example.com.";
	answered();
	ck_assert_uint_eq(said.rcode, RCODE_SERVFAIL);
	ck_assert_uint_eq(said.ede, EDE_NO_REACHABLE_AUTHORITY);
	ck_assert_str_eq(said.ede_text, "nobody answers for example.com.");
	query.edns.present = false;
	answered();
	ck_assert_uint_eq(said.rcode, RCODE_SERVFAIL);
	ck_assert_uint_eq(said.ede, EDE_NONE);
}
END_TEST

/* Fills the reply with text records so that `spare` octets are left of query.most. */
static void fill_but(size_t spare)
{
	static uint8_t image[2 * EDNS_PAYLOAD];
	size_t taken = HEADER_LENGTH + query.question.name.length + 4u;
	size_t length = query.most - taken - spare, at = 0;

	memset(image, 0, sizeof(image));
	image[0] = 0xc0;
	image[1] = HEADER_LENGTH;
	image[3] = TYPE_TXT;
	image[5] = CLASS_IN;
	store_u16(image + 10, (uint16_t)(length - 12));
	for (at = 12; at < length; at += 1 + image[at])
		image[at] = (uint8_t)(length - at - 1 > 255 ? 255 : length - at - 1);
	answer.image = bytes_of(image, length);
}

START_TEST(what_does_not_fit_is_truncated_to_nothing)
{
	fill_but(11);
	ck_assert_uint_eq(answered(), EDNS_PAYLOAD);
	ck_assert((said.header.flags & FLAG_TC) == 0);
	ck_assert_uint_eq(said.header.counts[SECTION_ANSWER], 1);
	fill_but(10);
	answered();
	ck_assert((said.header.flags & FLAG_TC) != 0);
	ck_assert_uint_eq(said.header.counts[SECTION_ANSWER], 0);
	ck_assert_uint_eq(said.header.counts[SECTION_ADDITIONAL], 1);
	ck_assert(said.edns.present);
}
END_TEST

START_TEST(without_edns_512_octets_are_all)
{
	query.edns.present = false;
	query.most = 512;
	fill_but(0);
	ck_assert_uint_eq(answered(), 512);
	ck_assert((said.header.flags & FLAG_TC) == 0);
	query.most = 513;
	fill_but(0);
	query.most = 512;
	answered();
	ck_assert((said.header.flags & FLAG_TC) != 0);
}
END_TEST

START_TEST(a_truncated_answer_has_no_ad)
{
	answer.security = SECURITY_SECURE;
	query.edns.dnssec_ok = true;
	fill_but(10);
	answered();
	ck_assert((said.header.flags & FLAG_AD) == 0);
}
END_TEST

START_TEST(the_sentence_gives_way_to_the_answer)
{
	answer.ede = EDE_STALE_ANSWER;
	answer.ede_text = "nobody answered";
	fill_but(11 + 6 + 15);
	answered();
	ck_assert_str_eq(said.ede_text, "nobody answered");
	fill_but(11 + 6 + 3);
	answered();
	ck_assert((said.header.flags & FLAG_TC) == 0);
	ck_assert_uint_eq(said.ede, EDE_STALE_ANSWER);
	ck_assert_str_eq(said.ede_text, "nob");
	fill_but(11 + 6);
	answered();
	ck_assert((said.header.flags & FLAG_TC) == 0);
	ck_assert_uint_eq(said.ede, EDE_STALE_ANSWER);
	ck_assert_str_eq(said.ede_text, "");
	fill_but(11 + 5);
	answered();
	ck_assert((said.header.flags & FLAG_TC) != 0);
	ck_assert_str_eq(said.ede_text, "nobody answered");
}
END_TEST

START_TEST(a_long_sentence_is_cut_between_characters)
{
	char text[400];

	/* Two octets per character, at odd places. */
	text[0] = 'x';
	for (size_t i = 1; i < sizeof(text) - 1; i += 2)
		memcpy(text + i, "\xc3\xa4", 2);
	text[sizeof(text) - 1] = '\0';
	failed_with(&(struct failure){ RCODE_SERVFAIL, EDE_OTHER, text, false });
	ck_assert_uint_eq(strlen(said.ede_text) % 2, 1);
	ck_assert_uint_ge(strlen(said.ede_text), 200);
	ck_assert_uint_lt(strlen(said.ede_text), 256);
}
END_TEST

START_TEST(the_longest_question_and_its_failure_fit_into_512)
{
	char text[400];

	memset(text, 'y', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	query.question.name.length = NAME_SIZE;
	for (unsigned i = 0; i < 127; i++)
		memcpy(query.question.name.octets + 2 * i, "\1x", 2);
	query.question.name.octets[NAME_SIZE - 1] = 0;
	query.most = 512;
	failed_with(&(struct failure){ RCODE_SERVFAIL, EDE_OTHER, text, false });
	ck_assert_uint_eq(said.rcode, RCODE_SERVFAIL);
	ck_assert_uint_eq(said.ede, EDE_OTHER);
	ck_assert_uint_gt(strlen(said.ede_text), 100);
}
END_TEST

START_TEST(an_extended_rcode_stands_in_both_places)
{
	failed_with(&(struct failure){ RCODE_BADVERS, EDE_NONE, NULL, false });
	ck_assert_uint_eq(header_rcode(&said.header), 0);
	ck_assert_uint_eq(said.edns.extended_rcode, 1);
	ck_assert_uint_eq(said.edns.version, 0);
	ck_assert_uint_eq(said.rcode, RCODE_BADVERS);
}
END_TEST

START_TEST(strangers_see_no_ra)
{
	failed_with(refusal_failure(REFUSE_STRANGER));
	ck_assert_uint_eq(said.header.flags & FLAG_RA, 0);
	ck_assert_uint_eq(said.rcode, RCODE_REFUSED);
	ck_assert_uint_eq(said.ede, EDE_PROHIBITED);
	failed_with(refusal_failure(REFUSE_CLASS));
	ck_assert_uint_eq(said.header.flags & FLAG_RA, FLAG_RA);
}
END_TEST

START_TEST(without_a_question_there_is_a_header_only)
{
	query.has_question = false;
	query.edns.present = false;
	query.header.flags = 5 << 11;
	ck_assert_uint_eq(failed_with(refusal_failure(REFUSE_OPCODE)), HEADER_LENGTH);
	ck_assert_uint_eq(said.rcode, RCODE_NOTIMP);
	ck_assert_uint_eq(said.header.questions, 0);
	ck_assert_uint_eq(said.header.flags & MASK_OPCODE, 5 << 11);
}
END_TEST

START_TEST(any_gets_one_small_record)
{
	struct writer reply = writer_over(room, sizeof(room));

	query.question.type = TYPE_ANY;
	compose_any(&query, &reply);
	said_read(writer_bytes(&reply), &said);
	ck_assert_uint_eq(said.rcode, RCODE_NOERROR);
	ck_assert_uint_eq(said.header.counts[SECTION_ANSWER], 1);
	ck_assert_uint_lt(reply.position, 100);
}
END_TEST

START_TEST(truncated_says_nothing_but_that)
{
	struct writer reply = writer_over(room, sizeof(room));

	compose_truncated(&query, &reply);
	said_read(writer_bytes(&reply), &said);
	ck_assert_uint_eq(said.header.flags, FLAG_QR | FLAG_TC | FLAG_RD | FLAG_RA);
	ck_assert(said.edns.present);
	ck_assert_uint_eq(said.header.counts[SECTION_ANSWER], 0);
}
END_TEST

START_TEST(a_trace_goes_only_where_it_is_wanted)
{
	struct arena arena;
	struct trace trace;
	struct writer reply = writer_over(room, sizeof(room));

	arena_init(&arena, 1 << 20);
	trace_init(&trace, &arena);
	trace_walk(&trace, &query.question);
	query.most = MAX_MESSAGE;
	compose_answer(&query, &answer, 1000, &trace, &reply);
	said_read(writer_bytes(&reply), &said);
	ck_assert_ptr_null(said.trace.at);
	query.trace_option = TRACE_OPTION;
	reply = writer_over(room, sizeof(room));
	compose_answer(&query, &answer, 1000, &trace, &reply);
	said_read(writer_bytes(&reply), &said);
	ck_assert_ptr_nonnull(said.trace.at);
	ck_assert_uint_gt(said.trace.length, 3 + 8);
	ck_assert_uint_eq(said.trace.at[0], 1);
	ck_assert_uint_eq(said.last_octet, 9);
	arena_clear(&arena);
}
END_TEST

START_TEST(the_largest_answer_and_the_largest_trace_fit_over_tcp)
{
	static uint8_t image[MAX_TOLD_OCTETS];
	struct arena arena;
	struct trace trace;
	struct writer reply = writer_over(room, sizeof(room));

	memset(image, 0, sizeof(image));
	store_u16(image + 3, CLASS_NONE);
	store_u16(image + 9, (uint16_t)(sizeof(image) - 11));
	answer.image = bytes_of(image, sizeof(image));
	arena_init(&arena, 1 << 20);
	trace_init(&trace, &arena);
	for (unsigned i = 0; i < 2000; i++)
		trace_walk(&trace, &query.question);
	query.most = MAX_MESSAGE;
	query.trace_option = TRACE_OPTION;
	answer.ede = EDE_OTHER;
	answer.ede_text = "so much to say";
	compose_answer(&query, &answer, 1000, &trace, &reply);
	said_read(writer_bytes(&reply), &said);
	ck_assert((said.header.flags & FLAG_TC) == 0);
	ck_assert_uint_gt(said.trace.length, MAX_TRACE_OCTETS / 2);
	ck_assert_str_eq(said.ede_text, "so much to say");
	arena_clear(&arena);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_answer_as_dig_expects_it,
		the_question_keeps_the_letters_of_the_asker,
		no_opt_record_for_those_who_sent_none,
		do_and_cd_are_copied,
		ad_only_if_secure_and_wanted,
		bogus_data_is_only_for_cd,
		a_failure_says_why,
		what_does_not_fit_is_truncated_to_nothing,
		without_edns_512_octets_are_all,
		a_truncated_answer_has_no_ad,
		the_sentence_gives_way_to_the_answer,
		a_long_sentence_is_cut_between_characters,
		the_longest_question_and_its_failure_fit_into_512,
		an_extended_rcode_stands_in_both_places,
		strangers_see_no_ra,
		without_a_question_there_is_a_header_only,
		any_gets_one_small_record,
		truncated_says_nothing_but_that,
		a_trace_goes_only_where_it_is_wanted,
		the_largest_answer_and_the_largest_trace_fit_over_tcp,
	};

	return suite_run_with("compose", tests, SUITE_COUNT(tests), begin, NULL);
}
