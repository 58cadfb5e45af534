/* SPDX-License-Identifier: MIT */
/* test_answer.c — an answer is what it was made of, with DNSSEC and without, now and later. */
#include <ldns/ldns.h>
#include <stdlib.h>

#include "cache/answer.h"
#include "cache/base/limits.h"
#include "making.h"
#include "tests/unit/suite.h"

enum { THEN = 1000 };

static struct arena arena;

static void setup(void)
{
	arena_init(&arena, 4 * 1024 * 1024);
}

static void teardown(void)
{
	arena_clear(&arena);
}

static struct answer_parts parts_of(const char *name, uint16_t type)
{
	return (struct answer_parts){ .question = question_of(name, type), .ede = EDE_NONE };
}

static void add(struct answer_parts *parts, enum section section, struct rrset *set)
{
	ck_assert_ptr_nonnull(set);
	rrsets_append(&parts->sections[section], set);
}

/* What an asker gets: header, question in his letters, sections. */
static struct bytes message_of(const struct answer *answer, uint32_t now, bool dnssec_ok)
{
	static uint8_t room[MAX_MESSAGE];
	struct writer writer = writer_over(room, sizeof(room));
	struct header header = { .flags = FLAG_QR, .questions = 1 };
	struct question question;

	answer_question(answer, &question);
	header_write(&writer, &header);
	question_write(&writer, &question);
	ck_assert(answer_write(answer, now, dnssec_ok, &writer, header.counts));
	for (size_t i = 0; i < SECTIONS; i++)
		patch_u16(&writer, 6 + 2 * i, header.counts[i]);
	return writer_bytes(&writer);
}

static bool has_rdata(const struct bytes *list, unsigned count, struct bytes rdata)
{
	for (unsigned i = 0; i < count; i++) {
		if (bytes_equal(list[i], rdata))
			return true;
	}
	return false;
}

static void assert_sets_equal(const struct rrsets *expected, const struct rrsets *got,
			      bool dnssec_ok, uint16_t asked)
{
	unsigned count = 0, got_count = 0;

	for (struct rrset *set = expected->first; set != NULL; set = set->next) {
		bool is_dnssec = set->type == TYPE_NSEC || set->type == TYPE_DS;
		struct rrset *twin;

		if (!dnssec_ok && is_dnssec && asked != set->type)
			continue;
		count++;
		twin = rrsets_find(got, &set->owner, set->type);
		ck_assert_ptr_nonnull(twin);
		ck_assert_uint_eq(twin->count, set->count);
		ck_assert_uint_eq(twin->ttl, set->ttl);
		for (unsigned i = 0; i < set->count; i++)
			ck_assert(has_rdata(twin->rdata, twin->count, set->rdata[i]));
		ck_assert_uint_eq(twin->signature_count, dnssec_ok ? set->signature_count : 0);
		for (unsigned i = 0; i < twin->signature_count; i++)
			ck_assert(bytes_equal(twin->signatures[i], set->signatures[i]));
	}
	for (struct rrset *set = got->first; set != NULL; set = set->next)
		got_count++;
	ck_assert_uint_eq(count, got_count);
}

/* Reads the message by our own reader and by ldns: both must find what the answer was made of. */
static void assert_message_says(const struct answer_parts *parts, struct bytes message,
				bool dnssec_ok)
{
	struct cursor at = cursor_over(message);
	struct header header;
	struct question question;
	ldns_pkt *packet = NULL;

	ck_assert_int_eq(ldns_wire2pkt(&packet, message.at, message.length), LDNS_STATUS_OK);
	ck_assert_uint_eq(ldns_pkt_size(packet), message.length);
	header_read(&at, &header);
	ck_assert_uint_eq(ldns_pkt_ancount(packet), header.counts[0]);
	ck_assert_uint_eq(ldns_pkt_nscount(packet), header.counts[1]);
	ck_assert_uint_eq(ldns_pkt_arcount(packet), header.counts[2]);
	ldns_pkt_free(packet);
	question_read(&at, &question);
	for (int i = 0; i < SECTIONS; i++) {
		struct rrsets sets = { 0 };

		for (unsigned j = 0; j < header.counts[i]; j++) {
			struct record record;

			record_read(&at, &record);
			ck_assert(cursor_is_good(&at));
			ck_assert_int_eq(rrsets_add(&sets, &arena, message, &record), OK);
		}
		assert_sets_equal(&parts->sections[i], &sets, dnssec_ok, parts->question.type);
	}
	ck_assert_uint_eq(cursor_left(&at), 0);
}

static struct answer *build_and_check(const struct answer_parts *parts)
{
	struct answer *answer = answer_build(&arena, parts, THEN, MAX_TTL);

	ck_assert_ptr_nonnull(answer);
	ck_assert(answer_is_sound(bytes_of(answer, answer_size(answer))));
	assert_message_says(parts, message_of(answer, THEN, true), true);
	assert_message_says(parts, message_of(answer, THEN, false), false);
	return answer;
}

/* Signed aliases, then the data; a signed SOA and NSECs beside it; names everywhere that tempt
 * compression. */
static struct answer_parts signed_chain(void)
{
	struct answer_parts parts = parts_of("www.shop.example.com", TYPE_A);
	struct rrset *set;

	add(&parts, SECTION_ANSWER,
	    set = set_of(&arena, "www.shop.example.com", "CNAME", 300, "web.shop.example.com."));
	sign(&arena, set, "example.com", 2000000000);
	add(&parts, SECTION_ANSWER,
	    set = set_of(&arena, "web.shop.example.com", "A", 200, "192.0.2.1\n192.0.2.2"));
	sign(&arena, set, "example.com", 2000000000);
	add(&parts, SECTION_AUTHORITY,
	    set = set_of(&arena, "zone.elsewhere.net", "NSEC", 300,
			 "zoo.elsewhere.net. A NS RRSIG NSEC"));
	sign(&arena, set, "elsewhere.net", 2000000000);
	add(&parts, SECTION_AUTHORITY,
	    set = set_of(&arena, "zone.elsewhere.net", "NS", 400,
			 "ns1.zone.elsewhere.net.\nns2.zone.elsewhere.net."));
	sign(&arena, set, "elsewhere.net", 2000000000);
	add(&parts, SECTION_ADDITIONAL,
	    set = set_of(&arena, "ns1.zone.elsewhere.net", "AAAA", 500, "2001:db8::1"));
	sign(&arena, set, "elsewhere.net", 2000000000);
	add(&parts, SECTION_ADDITIONAL,
	    set = set_of(&arena, "ns2.zone.elsewhere.net", "A", 500, "192.0.2.9"));
	return parts;
}

START_TEST(an_address_comes_back_as_it_went_in)
{
	struct answer_parts parts = parts_of("www.example.com", TYPE_A);
	struct answer *answer;

	parts.security = SECURITY_INSECURE;
	ck_assert(address_parse("2001:db8::53@53", 53, &parts.from));
	add(&parts, SECTION_ANSWER, set_of(&arena, "www.example.com", "A", 300, "192.0.2.1"));
	answer = build_and_check(&parts);
	ck_assert_uint_eq(answer_ttl_left(answer, THEN), 300);
	ck_assert_int_eq(answer_security(answer), SECURITY_INSECURE);
	struct address from = answer_from(answer);
	ck_assert(address_equal(&from, &parts.from));
	ck_assert_uint_eq(answer_ede(answer), EDE_NONE);
	ck_assert_str_eq(answer_ede_text(answer), "");
	ck_assert(answer_is_for(answer, &parts.question));
	parts.question = question_of("WWW.example.COM", TYPE_A);
	ck_assert(answer_is_for(answer, &parts.question));
	parts.question.type = TYPE_AAAA;
	ck_assert(!answer_is_for(answer, &parts.question));
}
END_TEST

START_TEST(leaving_dnssec_out_moves_no_name)
{
	struct answer_parts parts = signed_chain();

	build_and_check(&parts);
}
END_TEST

START_TEST(names_are_compressed)
{
	struct answer_parts parts = parts_of("a.rather.long.name.example.com", TYPE_MX);
	struct answer *answer;

	add(&parts, SECTION_ANSWER,
	    set_of(&arena, "a.rather.long.name.example.com", "MX", 300,
		   "10 mx1.mail.a.rather.long.name.example.com.\n20 "
		   "mx2.mail.a.rather.long.name.example.com."));
	answer = build_and_check(&parts);
	/* Header, question; owner by pointer twice; then "mx1" "mail" and a pointer, "mx2" and
	 * a pointer. */
	ck_assert_uint_eq(message_of(answer, THEN, true).length,
			  12 + 32 + 4 + (12 + 2 + 4 + 5 + 2) + (12 + 2 + 4 + 2));
}
END_TEST

START_TEST(a_name_is_not_taken_for_one_that_is_only_begun)
{
	struct answer_parts parts = parts_of("a.a.a.a", TYPE_PTR);

	add(&parts, SECTION_ANSWER, set_of(&arena, "a.a.a.a", "PTR", 300, "b.b.b.b.\na.a.b.\n."));
	add(&parts, SECTION_ADDITIONAL, set_of(&arena, "b.b.b.b.b", "TXT", 300, "\"b\" \"a\""));
	build_and_check(&parts);
}
END_TEST

START_TEST(dnssec_that_was_asked_for_is_for_everybody)
{
	struct answer_parts parts = parts_of("example.com", TYPE_NSEC);
	struct answer *answer;
	struct rrset *set =
		set_of(&arena, "example.com", "NSEC", 300, "a.example.com. NS SOA RRSIG NSEC");
	uint16_t counts[SECTIONS];
	uint8_t room[4096];
	struct writer writer = writer_over(room, sizeof(room));

	sign(&arena, set, "example.com", 2000000000);
	add(&parts, SECTION_ANSWER, set);
	answer = build_and_check(&parts);
	writer.position = 12 + 13 + 4;
	ck_assert(answer_write(answer, THEN, false, &writer, counts));
	ck_assert_uint_eq(counts[SECTION_ANSWER], 1);
}
END_TEST

START_TEST(ttls_count_down_and_never_wrap)
{
	struct answer_parts parts = signed_chain();
	struct answer *answer = answer_build(&arena, &parts, THEN, MAX_TTL);
	struct answer_parts later;

	ck_assert_uint_eq(answer_ttl_left(answer, THEN + 199), 1);
	ck_assert_uint_eq(answer_ttl_left(answer, THEN + 200), 0);
	ck_assert_uint_eq(answer_ttl_left(answer, THEN + 100000), 0);
	ck_assert_int_eq(answer_expand(answer, THEN + 250, &arena, &later), OK);
	ck_assert_uint_eq(later.sections[0].first->ttl, 50);            /* 300 */
	ck_assert_uint_eq(later.sections[0].first->next->ttl, 0);       /* 200 */
	ck_assert_uint_eq(later.sections[2].first->ttl, 250);           /* 500 */
}
END_TEST

START_TEST(a_clock_that_is_a_second_behind_makes_no_ttl_larger)
{
	struct answer *answer =
		a_answer(&arena, "a.example", "192.0.2.1", 300, SECURITY_INSECURE, THEN);

	ck_assert_uint_eq(answer_ttl_left(answer, THEN - 1), 300);
	ck_assert_uint_eq(answer_age(answer, THEN - 1), 0);
}
END_TEST

START_TEST(an_answer_from_before_this_boot_has_an_age)
{
	struct answer *answer =
		a_answer(&arena, "a.example", "192.0.2.1", 300, SECURITY_INSECURE, 10u - 100u);

	ck_assert_uint_eq(answer_age(answer, 10), 100);
	ck_assert_uint_eq(answer_ttl_left(answer, 10), 200);
}
END_TEST

START_TEST(ttls_are_capped_and_a_sign_bit_is_zero)
{
	struct answer_parts parts = parts_of("a.example", TYPE_A);

	add(&parts, SECTION_ANSWER, set_of(&arena, "a.example", "A", 5000, "192.0.2.1"));
	ck_assert_uint_eq(answer_ttl_left(answer_build(&arena, &parts, THEN, 100), THEN), 100);
	parts.sections[0].first->ttl = 0x80000000;
	ck_assert_uint_eq(answer_ttl_left(answer_build(&arena, &parts, THEN, 100), THEN), 0);
}
END_TEST

START_TEST(a_denial_lives_as_long_as_its_soa_says)
{
	struct answer_parts parts = parts_of("no.example.com", TYPE_A);
	struct answer *answer;

	parts.rcode = RCODE_NXDOMAIN;
	add(&parts, SECTION_AUTHORITY,
	    set_of(&arena, "example.com", "SOA", 3600,
		   "ns.example.com. host.example.com. 1 7200 3600 604800 60"));
	answer = answer_build(&arena, &parts, THEN, MAX_TTL);
	ck_assert_uint_eq(answer_ttl_left(answer, THEN), 60);
	ck_assert(answer_is_denial(answer));
	ck_assert(!answer_is_failure(answer));
}
END_TEST

START_TEST(a_failure_keeps_its_sentence)
{
	struct answer_parts parts = parts_of("broken.example", TYPE_A);
	struct answer *answer;
	struct answer_parts again;

	parts.rcode = RCODE_SERVFAIL;
	parts.ede = EDE_NO_REACHABLE_AUTHORITY;
	parts.ede_text = "no server of example. answered\nand more";
	answer = answer_build(&arena, &parts, THEN, 5);
	ck_assert(answer_is_failure(answer));
	ck_assert_uint_eq(answer_ttl_left(answer, THEN), 5);
	ck_assert_str_eq(answer_ede_text(answer), "no server of example. answered");
	ck_assert(answer_is_sound(bytes_of(answer, answer_size(answer))));
	ck_assert_int_eq(answer_expand(answer, THEN, &arena, &again), OK);
	ck_assert_str_eq(again.ede_text, "no server of example. answered");
	ck_assert_uint_eq(again.ede, EDE_NO_REACHABLE_AUTHORITY);
}
END_TEST

START_TEST(a_long_sentence_is_cut_between_characters)
{
	struct answer_parts parts = parts_of("broken.example", TYPE_A);
	char text[400] = "x";
	struct answer *answer;

	for (int i = 0; i < 150; i++)
		memcpy(text + 1 + 2 * i, "\xc3\xa9", 3);
	parts.rcode = RCODE_SERVFAIL;
	parts.ede_text = text;
	answer = answer_build(&arena, &parts, THEN, 5);
	ck_assert_uint_eq(strlen(answer_ede_text(answer)), 253);
	ck_assert(answer_is_sound(bytes_of(answer, answer_size(answer))));
}
END_TEST

START_TEST(what_does_not_fit_leaves_the_writer_as_it_was)
{
	struct answer_parts parts = signed_chain();
	struct answer *answer = answer_build(&arena, &parts, THEN, MAX_TTL);
	uint8_t room[MAX_MESSAGE];
	size_t start = 12 + 22 + 4;
	size_t needs[2] = { message_of(answer, THEN, false).length,
			    message_of(answer, THEN, true).length };

	for (int dnssec_ok = 0; dnssec_ok <= 1; dnssec_ok++) {
		for (size_t size = start; size < needs[dnssec_ok]; size++) {
			struct writer writer = writer_over(room, size);
			uint16_t counts[SECTIONS];

			writer.position = start;
			ck_assert(!answer_write(answer, THEN, dnssec_ok, &writer, counts));
			ck_assert_uint_eq(writer.position, start);
			ck_assert(writer_is_good(&writer));
		}
	}
}
END_TEST

START_TEST(an_answer_over_the_bound_is_not_made)
{
	struct answer_parts parts = parts_of("big.example", TYPE_TXT);
	struct rrset *set = set_of(&arena, "big.example", "TXT", 300, "\"x\"");
	uint8_t text[256];

	memset(text, 255, sizeof(text));
	for (int i = 0; i < 140; i++) {
		text[1] = (uint8_t)i;
		ck_assert_int_eq(rrset_add(set, &arena, bytes_of(text, sizeof(text))), OK);
	}
	add(&parts, SECTION_ANSWER, set);
	ck_assert_ptr_null(answer_build(&arena, &parts, THEN, MAX_TTL));
}
END_TEST

/* Every octet changed in several ways: either it is refused, or reading it does no harm. */
START_TEST(a_changed_octet_does_no_harm)
{
	struct answer_parts parts = signed_chain();
	struct answer *answer = answer_build(&arena, &parts, THEN, MAX_TTL);
	size_t size = answer_size(answer), refused = 0;
	uint8_t *copy = malloc(size);

	for (size_t i = 0; i < size; i++) {
		static const uint8_t changes[] = { 0x01, 0x80, 0xff, 0x40, 0xc0 };

		for (size_t j = 0; j < sizeof(changes); j++) {
			memcpy(copy, answer, size);
			copy[i] ^= changes[j];
			if (!answer_is_sound(bytes_of(copy, size))) {
				refused++;
				continue;
			}
			message_of((struct answer *)copy, THEN, true);
			message_of((struct answer *)copy, THEN, false);
		}
	}
	ck_assert_uint_gt(refused, size / 2);      /* the rest are numbers that may be anything */
	for (size_t length = 0; length < size; length++)
		ck_assert(!answer_is_sound(bytes_of(copy, length)));
	free(copy);
}
END_TEST

/* The header and the TTLs change from message to message: a name must not depend on them.
 * Found by fuzzing. */
START_TEST(a_pointer_into_the_header_or_a_ttl_is_refused)
{
	struct answer *answer =
		a_answer(&arena, "www.example", "192.0.2.1", 300, SECURITY_UNCHECKED, THEN);
	size_t size = answer_size(answer);
	uint8_t *owner = memmem(answer, size, "\xc0\x0c\x00\x01", 4);

	ck_assert_ptr_nonnull(owner);
	for (uint8_t target = 0; target < 12; target++) {
		owner[1] = target;
		ck_assert(!answer_is_sound(bytes_of(answer, size)));
	}
	owner[1] = 12;
	ck_assert(answer_is_sound(bytes_of(answer, size)));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_address_comes_back_as_it_went_in, leaving_dnssec_out_moves_no_name,
		names_are_compressed, a_name_is_not_taken_for_one_that_is_only_begun,
		dnssec_that_was_asked_for_is_for_everybody, ttls_count_down_and_never_wrap,
		a_clock_that_is_a_second_behind_makes_no_ttl_larger,
		an_answer_from_before_this_boot_has_an_age,
		ttls_are_capped_and_a_sign_bit_is_zero, a_denial_lives_as_long_as_its_soa_says,
		a_failure_keeps_its_sentence, a_long_sentence_is_cut_between_characters,
		what_does_not_fit_leaves_the_writer_as_it_was,
		an_answer_over_the_bound_is_not_made, a_changed_octet_does_no_harm,
		a_pointer_into_the_header_or_a_ttl_is_refused,
	};

	return suite_run_with("answer", tests, SUITE_COUNT(tests), setup, teardown);
}
