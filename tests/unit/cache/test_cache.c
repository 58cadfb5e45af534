/* SPDX-License-Identifier: MIT */
/* test_cache.c — the door: what is kept, what isn't, what takes whose place, and how it is
 * found. */
#include <stdio.h>

#include "cache/base/limits.h"
#include "cache/base/rcu.h"
#include "making.h"
#include "tests/unit/suite.h"

enum { NOW = 5000, MEMORY = 4 * 1024 * 1024 };

static struct arena arena;
static struct cache *cache;

static void setup(void)
{
	rcu_thread_begin();
	arena_init(&arena, 16 * 1024 * 1024);
	cache = cache_of(MEMORY, NULL, NULL);
}

static void teardown(void)
{
	cache_free(cache);
	arena_clear(&arena);
	rcu_thread_end();
}

static struct answer *find_at(const char *name, uint16_t type, uint32_t now)
{
	struct question question = question_of(name, type);

	return cache_copy_answer(cache, &question, now, &arena);
}

static struct answer *failure(const char *name, uint32_t ttl)
{
	struct answer_parts parts = {
		.question = question_of(name, TYPE_A), .rcode = RCODE_SERVFAIL,
		.ede = EDE_NO_REACHABLE_AUTHORITY, .ede_text = "nobody answered",
	};

	return answer_build(&arena, &parts, NOW, ttl);
}

static struct answer *denial(const char *name, uint8_t rcode, uint32_t soa_ttl)
{
	struct answer_parts parts = { .question = question_of(name, TYPE_A),
				      .rcode = rcode,
				      .ede = EDE_NONE };

	if (soa_ttl != 0)
		rrsets_append(&parts.sections[SECTION_AUTHORITY],
			      set_of(&arena, "example", "SOA", soa_ttl,
				     "a.example. b.example. 1 2 3 4 86400"));
	return answer_build(&arena, &parts, NOW, MAX_TTL);
}

static void put_a(const char *name, const char *address, uint32_t ttl, enum security security)
{
	cache_put_answer(cache, a_answer(&arena, name, address, ttl, security, NOW), NOW);
}

START_TEST(letters_do_not_matter_type_does)
{
	put_a("www.Example.com", "192.0.2.1", 300, SECURITY_INSECURE);
	ck_assert_ptr_nonnull(find_at("WWW.example.COM", TYPE_A, NOW));
	ck_assert_ptr_null(find_at("www.example.com", TYPE_AAAA, NOW));
	ck_assert_ptr_null(find_at("ww.example.com", TYPE_A, NOW));
}
END_TEST

START_TEST(nothing_is_found_once_it_has_expired)
{
	put_a("www.example.com", "192.0.2.1", 300, SECURITY_INSECURE);
	ck_assert_ptr_nonnull(find_at("www.example.com", TYPE_A, NOW + 299));
	ck_assert_ptr_null(find_at("www.example.com", TYPE_A, NOW + 300));
}
END_TEST

START_TEST(ttl_zero_is_never_kept)
{
	put_a("www.example.com", "192.0.2.1", 0, SECURITY_INSECURE);
	ck_assert_ptr_null(find_at("www.example.com", TYPE_A, NOW));
}
END_TEST

START_TEST(a_large_answer_is_told_and_not_kept)
{
	struct answer_parts parts = { .question = question_of("big.example", TYPE_TXT),
				      .security = SECURITY_SECURE, .ede = EDE_NONE };
	struct rrset *set = set_of(&arena, "big.example", "TXT", 300, "\"x\"");
	struct answer *answer;
	uint8_t text[256];

	memset(text, 255, sizeof(text));
	for (int i = 0; i < 60; i++) {
		text[1] = (uint8_t)i;
		ck_assert_int_eq(rrset_add(set, &arena, bytes_of(text, sizeof(text))), OK);
	}
	rrsets_append(&parts.sections[SECTION_ANSWER], set);
	answer = answer_build(&arena, &parts, NOW, MAX_TTL);
	ck_assert_uint_le(answer_size(answer), MAX_ANSWER_OCTETS);
	cache_put_answer(cache, answer, NOW);
	ck_assert_ptr_nonnull(find_at("big.example", TYPE_TXT, NOW));
	for (int i = 60; i < 70; i++) {
		text[1] = (uint8_t)i;
		ck_assert_int_eq(rrset_add(set, &arena, bytes_of(text, sizeof(text))), OK);
	}
	parts.question = question_of("bigger.example", TYPE_TXT);
	answer = answer_build(&arena, &parts, NOW, MAX_TTL);
	ck_assert_uint_gt(answer_size(answer), MAX_ANSWER_OCTETS);
	cache_put_answer(cache, answer, NOW);
	ck_assert_ptr_null(find_at("bigger.example", TYPE_TXT, NOW));
}
END_TEST

START_TEST(ttls_are_capped_by_kind)
{
	struct answer_parts parts = {
		.question = question_of("long.example", TYPE_A),
		.security = SECURITY_INSECURE,
		.ede = EDE_NONE,
	};

	rrsets_append(&parts.sections[SECTION_ANSWER],
		      set_of(&arena, "long.example", "A", 700000, "192.0.2.1"));
	cache_put_answer(cache, answer_build(&arena, &parts, NOW, 700000), NOW);
	ck_assert_uint_eq(answer_ttl_left(find_at("long.example", TYPE_A, NOW), NOW), MAX_TTL);
	cache_put_answer(cache, denial("no.example", RCODE_NXDOMAIN, 86400), NOW);
	ck_assert_uint_eq(answer_ttl_left(find_at("no.example", TYPE_A, NOW), NOW),
			  MAX_NEGATIVE_TTL);
	cache_put_answer(cache, denial("empty.example", RCODE_NOERROR, 86400), NOW);
	ck_assert_uint_eq(answer_ttl_left(find_at("empty.example", TYPE_A, NOW), NOW),
			  MAX_NEGATIVE_TTL);
	cache_put_answer(cache, denial("bare.example", RCODE_NXDOMAIN, 0), NOW);
	ck_assert_uint_eq(answer_ttl_left(find_at("bare.example", TYPE_A, NOW), NOW),
			  MIN_FAILURE_TTL);
	cache_put_answer(cache, failure("failed.example", 5000), NOW);
	ck_assert_uint_eq(answer_ttl_left(find_at("failed.example", TYPE_A, NOW), NOW),
			  MAX_FAILURE_TTL);
	put_a("bogus.example", "192.0.2.1", 3600, SECURITY_BOGUS);
	ck_assert_uint_eq(answer_ttl_left(find_at("bogus.example", TYPE_A, NOW), NOW),
			  MAX_BOGUS_TTL);
}
END_TEST

START_TEST(a_capped_record_is_not_shown_with_more)
{
	struct answer_parts parts = {
		.question = question_of("long.example", TYPE_A),
		.security = SECURITY_INSECURE,
		.ede = EDE_NONE,
	};
	struct answer_parts again;

	rrsets_append(&parts.sections[SECTION_ANSWER],
		      set_of(&arena, "long.example", "A", 700000, "192.0.2.1"));
	cache_put_answer(cache, answer_build(&arena, &parts, NOW, 700000), NOW);
	ck_assert_int_eq(answer_expand(find_at("long.example", TYPE_A, NOW), NOW, &arena, &again),
			 OK);
	ck_assert_uint_eq(again.sections[0].first->ttl, MAX_TTL);
}
END_TEST

static bool has_address(const char *name, uint8_t last_octet)
{
	struct answer_parts parts;
	struct answer *answer = find_at(name, TYPE_A, NOW);

	if (answer == NULL || answer_expand(answer, NOW, &arena, &parts) != OK ||
	    parts.sections[0].first == NULL)
		return false;
	return parts.sections[0].first->rdata[0].at[3] == last_octet;
}

START_TEST(lower_security_never_replaces_what_lives_with_higher)
{
	static const enum security order[] = {
		SECURITY_BOGUS,	   SECURITY_UNCHECKED, SECURITY_INDETERMINATE,
		SECURITY_INSECURE, SECURITY_SECURE,
	};

	for (int low = 0; low < 5; low++) {
		for (int high = low; high < 5; high++) {
			char name[64];

			snprintf(name, sizeof(name), "n%d%d.example", low, high);
			put_a(name, "192.0.2.1", 300, order[high]);
			put_a(name, "192.0.2.2", 300, order[low]);
			ck_assert(has_address(name, low == high ? 2 : 1));
			put_a(name, "192.0.2.3", 300, order[high]);
			ck_assert(has_address(name, 3));
		}
	}
}
END_TEST

START_TEST(what_has_expired_yields_to_anything)
{
	put_a("www.example", "192.0.2.1", 10, SECURITY_SECURE);
	cache_put_answer(
		cache,
		a_answer(&arena, "www.example", "192.0.2.2", 10, SECURITY_UNCHECKED, NOW + 20),
		NOW + 20);
	ck_assert_ptr_nonnull(find_at("www.example", TYPE_A, NOW + 20));
}
END_TEST

static uint32_t failed_for(const char *name, uint32_t now)
{
	struct question question = question_of(name, TYPE_A);

	return cache_failed_for(cache, &question, now);
}

START_TEST(a_failure_is_remembered_past_its_time)
{
	cache_put_answer(cache, failure("www.example", 40), NOW);
	ck_assert_uint_eq(failed_for("www.example", NOW), 40);
	ck_assert_uint_eq(failed_for("WWW.example", NOW + 41), 40);
	ck_assert_uint_eq(failed_for("www.example", NOW + 340), 40);
	ck_assert_uint_eq(failed_for("www.example", NOW + 341), 0);
	ck_assert_uint_eq(failed_for("other.example", NOW), 0);
}
END_TEST

START_TEST(an_answer_makes_a_failure_forgotten)
{
	cache_put_answer(cache, failure("www.example", 40), NOW);
	put_a("www.example", "192.0.2.1", 60, SECURITY_INSECURE);
	ck_assert_uint_eq(failed_for("www.example", NOW + 42), 0);
}
END_TEST

START_TEST(a_failure_never_replaces_live_data_but_data_a_failure)
{
	put_a("www.example", "192.0.2.1", 300, SECURITY_UNCHECKED);
	cache_put_answer(cache, failure("www.example", 60), NOW);
	ck_assert(has_address("www.example", 1));
	cache_put_answer(cache, failure("other.example", 60), NOW);
	put_a("other.example", "192.0.2.4", 300, SECURITY_UNCHECKED);
	ck_assert(has_address("other.example", 4));
}
END_TEST

static struct cut cut_for(const char *zone, uint32_t ttl, enum security security)
{
	struct cut cut = {
		.zone = name_of(zone), .source = CUT_FROM_REFERRAL, .security = security,
		.stored_at = NOW, .ttl = ttl,
	};
	struct name server = name_of("ns.example.net");

	cut_add_server(&cut, &server);
	return cut;
}

START_TEST(the_deepest_live_cut_is_found)
{
	struct cut root = cut_for(".", 86400, SECURITY_UNCHECKED),
		   com = cut_for("com", 100, SECURITY_UNCHECKED);
	struct cut deep = cut_for("a.b.Example.com", 50, SECURITY_UNCHECKED), found;
	struct name name = name_of("www.x.a.b.example.com");

	ck_assert(!cache_find_cut(cache, &name, NOW, &found));
	cache_put_cut(cache, &root, NOW);
	cache_put_cut(cache, &com, NOW);
	cache_put_cut(cache, &deep, NOW);
	ck_assert(cache_find_cut(cache, &name, NOW, &found));
	ck_assert(name_equal(&found.zone, &deep.zone));
	ck_assert(cache_find_cut(cache, &name, NOW + 60, &found));
	ck_assert(name_equal(&found.zone, &com.zone));
	ck_assert(cache_find_cut(cache, &name, NOW + 200, &found));
	ck_assert(name_is_root(&found.zone));
	ck_assert(cache_find_cut(cache, &deep.zone, NOW, &found));
	ck_assert(name_equal(&found.zone, &deep.zone));
}
END_TEST

START_TEST(a_cut_that_lives_less_than_five_seconds_is_not_kept)
{
	struct cut cut = cut_for("example", MIN_CUT_TTL - 1, SECURITY_UNCHECKED), found;

	cache_put_cut(cache, &cut, NOW);
	ck_assert(!cache_find_cut(cache, &cut.zone, NOW, &found));
	cut.ttl = MIN_CUT_TTL;
	cache_put_cut(cache, &cut, NOW);
	ck_assert(cache_find_cut(cache, &cut.zone, NOW, &found));
	cut.ttl = 10 * MAX_TTL;
	cache_put_cut(cache, &cut, NOW);
	ck_assert(cache_find_cut(cache, &cut.zone, NOW, &found));
	ck_assert_uint_eq(cut_ttl_left(&found, NOW), MAX_TTL);
}
END_TEST

START_TEST(a_cut_of_lower_security_does_not_replace_a_live_one)
{
	struct cut secure = cut_for("example", 100, SECURITY_SECURE), found;
	struct cut unchecked = cut_for("example", 3600, SECURITY_UNCHECKED);

	cache_put_cut(cache, &secure, NOW);
	cache_put_cut(cache, &unchecked, NOW);
	ck_assert(cache_find_cut(cache, &secure.zone, NOW, &found));
	ck_assert_int_eq(found.security, SECURITY_SECURE);
	ck_assert_uint_eq(found.ttl, 100);
	cache_put_cut(cache, &unchecked, NOW + 100);
	ck_assert(cache_find_cut(cache, &secure.zone, NOW + 100, &found));
	ck_assert_int_eq(found.security, SECURITY_UNCHECKED);
}
END_TEST

START_TEST(servers_are_remembered)
{
	struct address address, other;
	struct server server = { 0 }, found;

	ck_assert(address_parse("192.0.2.1@53", 53, &address));
	ck_assert(address_parse("192.0.2.1@54", 53, &other));
	server_heard(&server, 12000, NOW);
	cache_put_server(cache, &address, &server);
	cache_get_server(cache, &address, &found);
	ck_assert_uint_eq(found.round_trip_us, 12000);
	cache_get_server(cache, &other, &found);
	ck_assert_uint_eq(found.round_trip_us, 0);
}
END_TEST

static struct rrset *nsec(const char *owner, const char *next)
{
	char text[128];
	struct rrset *set;

	snprintf(text, sizeof(text), "%s A RRSIG NSEC", next);
	set = set_of(&arena, owner, "NSEC", 300, text);
	set->security = SECURITY_SECURE;
	return set;
}

static void put_proof(const char *zone, struct rrset *set, uint32_t now)
{
	struct name in = name_of(zone);
	const struct denials_of of = { &in, TYPE_NSEC };
	struct rrsets sets = { .first = NULL };

	rrsets_append(&sets, set);
	cache_put_denials(cache, &of, &sets, now);
}

/* The owner of what is found for the name. */
static bool is_found(const char *zone, const char *name, const char *owner, uint32_t now)
{
	struct name in = name_of(zone), sought = name_of(name), expected = name_of(owner);
	const struct denials_of of = { &in, TYPE_NSEC };
	struct rrset *set = cache_find_denial(cache, &of, &sought, now, &arena);

	return set != NULL && name_equal(&set->owner, &expected);
}

static bool is_at_hand(const char *zone, const char *name, uint32_t now)
{
	struct name in = name_of(zone), sought = name_of(name);
	const struct denials_of of = { &in, TYPE_NSEC };

	return cache_find_denial(cache, &of, &sought, now, &arena) != NULL;
}

START_TEST(the_proof_at_or_before_a_name_is_found)
{
	put_proof("example", nsec("delta.example", "golf.example"), NOW);
	put_proof("example", nsec("mike.example", "example"), NOW);
	put_proof("example", nsec("example", "alpha.example"), NOW);
	ck_assert(is_found("example", "example", "example", NOW));
	ck_assert(is_found("example", "a.example", "example", NOW));
	ck_assert(is_found("example", "DELTA.example", "delta.example", NOW));
	ck_assert(is_found("example", "x.delta.example", "delta.example", NOW));
	ck_assert(is_found("example", "echo.example", "delta.example", NOW));
	ck_assert(is_found("example", "zulu.example", "mike.example", NOW));
	ck_assert(is_found("example", "before.all", "mike.example", NOW));
	ck_assert(is_at_hand("example", "echo.example", NOW + 299));
	ck_assert(!is_at_hand("example", "echo.example", NOW + 300));
	ck_assert(!is_at_hand("sample", "echo.sample", NOW));
}
END_TEST

START_TEST(a_proof_is_given_back_as_it_was)
{
	struct rrset *set = nsec("delta.example", "golf.example"), *found;
	struct bytes signatures[] = { bytes_of("one", 3), bytes_of("another", 7) };
	struct name in = name_of("example");
	const struct denials_of of = { &in, TYPE_NSEC };

	set->signatures = signatures;
	set->signature_count = 2;
	put_proof("example", set, NOW);
	found = cache_find_denial(cache, &of, &set->owner, NOW + 100, &arena);
	ck_assert_ptr_nonnull(found);
	ck_assert_uint_eq(found->type, TYPE_NSEC);
	ck_assert_uint_eq(found->ttl, 200);
	ck_assert_uint_eq(found->count, 1);
	ck_assert_uint_eq(found->signature_count, 2);
	ck_assert(bytes_equal(found->rdata[0], set->rdata[0]));
	ck_assert(bytes_equal(found->signatures[1], signatures[1]));
	ck_assert(found->security == SECURITY_SECURE);
}
END_TEST

START_TEST(a_newer_proof_of_the_same_owner_takes_its_place)
{
	struct name in = name_of("example"), owner = name_of("delta.example");
	const struct denials_of of = { &in, TYPE_NSEC };
	struct rrset *newer = nsec("delta.example", "echo.example"), *found;

	put_proof("example", nsec("delta.example", "golf.example"), NOW);
	put_proof("example", newer, NOW + 1);
	found = cache_find_denial(cache, &of, &owner, NOW + 1, &arena);
	ck_assert_ptr_nonnull(found);
	ck_assert(bytes_equal(found->rdata[0], newer->rdata[0]));
	put_proof("example", nsec("delta.example", "echo.example"), NOW + 200);
	ck_assert(is_at_hand("example", "delta.example", NOW + 400));
}
END_TEST

START_TEST(nsec_and_nsec3_and_the_soa_are_kept_apart)
{
	static const char hashed[] = "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example";
	struct name in = name_of("example"), sought = name_of("echo.example");
	const struct denials_of of_nsec = { &in, TYPE_NSEC }, of_nsec3 = { &in, TYPE_NSEC3 };
	struct rrset *set = set_of(&arena, hashed, "NSEC3", 300,
				   "1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr A RRSIG");
	struct rrset *soa = set_of(&arena, "example", "SOA", 300,
				   "a.example. b.example. 1 2 3 4 5");
	struct rrsets sets = { .first = NULL };

	set->security = soa->security = SECURITY_SECURE;
	rrsets_append(&sets, soa);
	rrsets_append(&sets, set);
	cache_put_denials(cache, &of_nsec3, &sets, NOW);
	ck_assert_ptr_nonnull(cache_find_denial(cache, &of_nsec3, &sought, NOW, &arena));
	ck_assert_ptr_null(cache_find_denial(cache, &of_nsec, &sought, NOW, &arena));
	ck_assert_ptr_nonnull(cache_find_denial_soa(cache, &of_nsec3, NOW, &arena));
	ck_assert_ptr_null(cache_find_denial_soa(cache, &of_nsec, NOW, &arena));
	put_proof("example", nsec("delta.example", "golf.example"), NOW);
	ck_assert_ptr_null(cache_find_denial_soa(cache, &of_nsec, NOW, &arena));
	ck_assert_uint_eq(cache_flush(cache, &(struct cache_flush){ .name = in }), 2);
	ck_assert_ptr_null(cache_find_denial(cache, &of_nsec3, &sought, NOW, &arena));
}
END_TEST

START_TEST(a_proof_is_refused_unless_it_is_secure_and_within_its_zone)
{
	struct rrset *insecure = nsec("delta.example", "golf.example");

	insecure->security = SECURITY_INSECURE;
	put_proof("example", insecure, NOW);
	put_proof("example", nsec("delta.example", "golf.sample"), NOW);
	put_proof("example", nsec("delta.sample", "golf.example"), NOW);
	put_proof("example", nsec("example", "."), NOW);
	put_proof("sub.example", nsec("example", "golf.sub.example"), NOW);
	ck_assert(!is_at_hand("example", "echo.example", NOW));
	ck_assert(!is_at_hand("sub.example", "echo.sub.example", NOW));
	put_proof("example", nsec("delta.example", "golf.example"), NOW);
	ck_assert(is_at_hand("example", "echo.example", NOW));
}
END_TEST

START_TEST(a_zone_with_many_proofs_keeps_within_its_bound)
{
	struct cache_figures figures;

	for (int i = 0; i < 1000; i++) {
		char owner[64], next[64];

		snprintf(owner, sizeof(owner), "n%05d.example", i * 2);
		snprintf(next, sizeof(next), "n%05d.example", i * 2 + 1);
		if (i % 4 == 3)
			rcu_drain();            /* faster than readers leave some are refused */
		put_proof("example", nsec(owner, next), NOW);
	}
	rcu_drain();
	cache_get_figures(cache, &figures);
	ck_assert_uint_eq(figures.denials.entries, 1);
	ck_assert(figures.denials.octets < 2 * DENIALS_PACKED_SIZE);
	ck_assert(is_found("example", "n01998a.example", "n01998.example", NOW));       /* always */
	ck_assert(is_found("example", "n00000a.example", "n00000.example", NOW));
}
END_TEST

START_TEST(a_flood_of_names_leaves_cuts_and_servers)
{
	struct cut cut = cut_for("com", 3600, SECURITY_UNCHECKED), found;
	struct cache_figures figures;

	cache_put_cut(cache, &cut, NOW);
	for (int i = 0; i < 40000; i++) {
		char name[64];
		struct arena one;

		arena_init(&one, 65536);
		snprintf(name, sizeof(name), "random%d.com", i);
		cache_put_answer(cache,
				 a_answer(&one, name, "192.0.2.1", 300, SECURITY_UNCHECKED, NOW),
				 NOW);
		arena_clear(&one);
	}
	cache_get_figures(cache, &figures);
	ck_assert_uint_le(figures.octets, MEMORY);
	ck_assert_uint_gt(figures.answers.evictions, 0);
	ck_assert(cache_find_cut(cache, &cut.zone, NOW, &found));
}
END_TEST

static void count_answer(const struct answer *answer, void *count)
{
	(*(unsigned *)count)++;
}

static unsigned answers_of(const char *text)
{
	struct name name = name_of(text);
	unsigned count = 0;

	cache_each_answer(cache, &name, NOW, count_answer, &count);
	return count;
}

START_TEST(every_type_of_a_name_is_shown_and_flushed)
{
	struct cache_flush flush = { .name = name_of("www.example"), .type = TYPE_AAAA };
	struct answer_parts parts = { .question = question_of("WWW.example", TYPE_AAAA),
				      .ede = EDE_NONE };
	struct cut cut = cut_for("www.example", 3600, SECURITY_UNCHECKED), found;

	put_a("www.example", "192.0.2.1", 300, SECURITY_UNCHECKED);
	put_a("sub.www.example", "192.0.2.1", 300, SECURITY_UNCHECKED);
	rrsets_append(&parts.sections[0],
		      set_of(&arena, "www.example", "AAAA", 300, "2001:db8::1"));
	cache_put_answer(cache, answer_build(&arena, &parts, NOW, 300), NOW);
	cache_put_cut(cache, &cut, NOW);
	ck_assert_uint_eq(answers_of("Www.Example"), 2);
	ck_assert_uint_eq(cache_flush(cache, &flush), 1);
	ck_assert_uint_eq(answers_of("www.example"), 1);
	flush.type = 0;
	ck_assert_uint_eq(cache_flush(cache, &flush), 2);
	ck_assert_uint_eq(answers_of("www.example"), 0);
	ck_assert(!cache_find_cut(cache, &cut.zone, NOW, &found));
	ck_assert_uint_eq(answers_of("sub.www.example"), 1);
	flush.below = true;
	ck_assert_uint_eq(cache_flush(cache, &flush), 1);
	put_a("sub.www.example", "192.0.2.1", 300, SECURITY_UNCHECKED);
	put_a("elsewhere.test", "192.0.2.1", 300, SECURITY_UNCHECKED);
	flush = (struct cache_flush){ .all = true };
	ck_assert_uint_eq(cache_flush(cache, &flush), 2);
}
END_TEST

static void put_chain(const char *name, const char *target, const char *end)
{
	struct answer_parts parts = { .question = question_of(name, TYPE_A), .ede = EDE_NONE };

	rrsets_append(&parts.sections[0], set_of(&arena, name, "CNAME", 300, target));
	rrsets_append(&parts.sections[0], set_of(&arena, target, "CNAME", 300, end));
	rrsets_append(&parts.sections[0], set_of(&arena, end, "A", 300, "192.0.2.1"));
	cache_put_answer(cache, answer_build(&arena, &parts, NOW, 300), NOW);
}

START_TEST(what_leads_into_a_zone_is_flushed_with_it)
{
	struct cache_flush flush = { .name = name_of("corp.example"), .below = true };
	struct answer_parts failed = { .question = question_of("failed.test", TYPE_A),
				       .rcode = RCODE_SERVFAIL, .ede = EDE_OTHER };

	put_a("www.corp.example", "192.0.2.1", 300, SECURITY_UNCHECKED);
	put_a("www.example", "192.0.2.1", 300, SECURITY_UNCHECKED);
	put_chain("first.test", "x.Corp.example.", "y.test.");
	put_chain("last.test", "y.test.", "corp.example.");
	put_chain("never.test", "y.test.", "xcorp.example.");
	cache_put_answer(cache, answer_build(&arena, &failed, NOW, 5), NOW);
	ck_assert_uint_eq(cache_flush(cache, &flush), 1);
	flush.through = true;
	ck_assert_uint_eq(cache_flush(cache, &flush), 3);
	ck_assert_uint_eq(answers_of("first.test"), 0);
	ck_assert_uint_eq(answers_of("last.test"), 0);
	ck_assert_uint_eq(answers_of("failed.test"), 0);
	ck_assert_uint_eq(answers_of("never.test"), 1);
	ck_assert_uint_eq(answers_of("www.example"), 1);
}
END_TEST

START_TEST(hits_and_misses_are_counted)
{
	struct cache_figures figures;

	put_a("www.example", "192.0.2.1", 300, SECURITY_UNCHECKED);
	find_at("www.example", TYPE_A, NOW);
	find_at("www.example", TYPE_A, NOW);
	find_at("no.example", TYPE_A, NOW);
	cache_get_figures(cache, &figures);
	ck_assert_uint_eq(figures.answers.hits, 2);
	ck_assert_uint_eq(figures.answers.misses, 1);
	ck_assert_int_eq(figures.disk, DISK_NONE);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		letters_do_not_matter_type_does, nothing_is_found_once_it_has_expired,
		ttl_zero_is_never_kept, a_large_answer_is_told_and_not_kept,
		ttls_are_capped_by_kind,
		a_capped_record_is_not_shown_with_more,
		lower_security_never_replaces_what_lives_with_higher,
		what_has_expired_yields_to_anything,
		a_failure_is_remembered_past_its_time,
		an_answer_makes_a_failure_forgotten,
		a_failure_never_replaces_live_data_but_data_a_failure,
		the_deepest_live_cut_is_found,
		a_cut_that_lives_less_than_five_seconds_is_not_kept,
		a_cut_of_lower_security_does_not_replace_a_live_one, servers_are_remembered,
		the_proof_at_or_before_a_name_is_found, a_proof_is_given_back_as_it_was,
		a_newer_proof_of_the_same_owner_takes_its_place,
		nsec_and_nsec3_and_the_soa_are_kept_apart,
		a_proof_is_refused_unless_it_is_secure_and_within_its_zone,
		a_zone_with_many_proofs_keeps_within_its_bound,
		a_flood_of_names_leaves_cuts_and_servers,
		every_type_of_a_name_is_shown_and_flushed,
		what_leads_into_a_zone_is_flushed_with_it, hits_and_misses_are_counted,
	};

	return suite_run_with("cache", tests, SUITE_COUNT(tests), setup, teardown);
}
