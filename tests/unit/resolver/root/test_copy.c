/* SPDX-License-Identifier: MIT */
/* test_copy.c — what the copy says of which question, and what it leaves to others. */
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "resolver/root/copy.h"
#include "tests/unit/resolver/root/zones.h"

static struct complaint why;
static struct root_copy *copy;
static struct arena arena;
static struct answer_parts parts;
static struct cut cut;

static struct root_copy *copy_of(const char *text)
{
	struct zone zone;
	struct root_copy *made = NULL;

	if (zone_of(text, ".", &zone, &why))
		made = root_copy_new(&zone, SECURITY_UNCHECKED, &why);
	zone_clear(&zone);
	return made;
}

static void set_up(void)
{
	arena_init(&arena, 1 << 20);
	copy = copy_of(small_root);
	ck_assert_msg(copy != NULL, "%s", why.text);
}

static void tear_down(void)
{
	root_copy_free(copy);
	arena_clear(&arena);
}

static bool ask(const char *name, uint16_t type)
{
	struct question question = { .type = type, .class = CLASS_IN };

	ck_assert(name_parse(name, &question.name));
	return root_copy_answer(copy, &question, &arena, &parts);
}

static bool find_cut(const char *text)
{
	struct name name;

	ck_assert(name_parse(text, &name));
	return root_copy_find_cut(copy, &name, 1000, 86400, &cut);
}

static const struct rrset *find(enum section section, const char *owner, uint16_t type)
{
	struct name name;

	ck_assert(name_parse(owner, &name));
	return rrsets_find(&parts.sections[section], &name, type);
}

START_TEST(a_name_below_a_top_level_domain_gets_its_cut)
{
	char text[NAME_TEXT_SIZE];

	ck_assert(find_cut("www.example.COM."));
	ck_assert_str_eq(name_print(&cut.zone, text), "com.");
	ck_assert_int_eq(cut.source, CUT_FROM_LOCAL_ROOT);
	ck_assert_uint_eq(cut.server_count, 2);
	ck_assert_uint_eq(cut.servers[0].address_count, 2);     /* ns.com. */
	ck_assert_uint_eq(cut.servers[1].address_count, 1);     /* ns.net.: glue of another's */
	ck_assert_uint_eq(cut.stored_at, 1000);
	ck_assert_uint_eq(cut.ttl, 86400);                      /* the DS's, which is less */
	ck_assert_uint_eq(cut.ds_length, 2 + 36);
	ck_assert(find_cut("net."));
	ck_assert_uint_eq(cut.ttl, 3600);
	ck_assert_uint_eq(cut.ds_length, 0);
}
END_TEST

START_TEST(other_names_get_none)
{
	ck_assert(!find_cut("."));
	ck_assert(!find_cut("org."));
	ck_assert(!find_cut("co."));
	ck_assert(!find_cut("comm."));
	ck_assert(!find_cut("a.root."));        /* a name of the root zone itself */
}
END_TEST

START_TEST(a_cut_lives_no_longer_than_it_may)
{
	struct name name;

	ck_assert(name_parse("x.com.", &name));
	ck_assert(root_copy_find_cut(copy, &name, 1000, 77, &cut));
	ck_assert_uint_eq(cut.ttl, 77);
}
END_TEST

START_TEST(the_roots_own_records_are_answered)
{
	ck_assert(ask(".", TYPE_NS));
	ck_assert_uint_eq(find(SECTION_ANSWER, ".", TYPE_NS)->count, 2);
	ck_assert_int_eq(parts.rcode, RCODE_NOERROR);
	ck_assert(ask(".", TYPE_SOA));
	ck_assert_uint_eq(find(SECTION_ANSWER, ".", TYPE_SOA)->signature_count, 1);
	ck_assert(ask(".", TYPE_TXT));
	ck_assert_ptr_null(parts.sections[SECTION_ANSWER].first);
	ck_assert_ptr_nonnull(find(SECTION_AUTHORITY, ".", TYPE_SOA));
	ck_assert_ptr_nonnull(find(SECTION_AUTHORITY, ".", TYPE_NSEC));
}
END_TEST

START_TEST(ds_of_a_top_level_domain_is_answered_or_denied)
{
	ck_assert(ask("COM.", TYPE_DS));
	ck_assert_uint_eq(find(SECTION_ANSWER, "com.", TYPE_DS)->count, 1);
	ck_assert_uint_eq(find(SECTION_ANSWER, "com.", TYPE_DS)->signature_count, 1);
	ck_assert(ask("net.", TYPE_DS));
	ck_assert_ptr_null(parts.sections[SECTION_ANSWER].first);
	ck_assert_uint_eq(find(SECTION_AUTHORITY, "net.", TYPE_NSEC)->signature_count, 1);
	ck_assert_int_eq(parts.rcode, RCODE_NOERROR);
}
END_TEST

START_TEST(a_missing_domain_is_denied_with_proof)
{
	ck_assert(ask("www.example.invalid-tld.", TYPE_A));
	ck_assert_int_eq(parts.rcode, RCODE_NXDOMAIN);
	ck_assert_uint_eq(find(SECTION_AUTHORITY, ".", TYPE_SOA)->ttl, 3600);   /* its last field */
	ck_assert_uint_eq(find(SECTION_AUTHORITY, "com.", TYPE_NSEC)->ttl, 3600);
	ck_assert_ptr_nonnull(find(SECTION_AUTHORITY, ".", TYPE_NSEC));         /* no wildcard */
	ck_assert_ptr_null(find(SECTION_AUTHORITY, "net.", TYPE_NSEC));
	ck_assert(ask("zz.", TYPE_DS));
	ck_assert_int_eq(parts.rcode, RCODE_NXDOMAIN);
	ck_assert_ptr_nonnull(find(SECTION_AUTHORITY, "net.", TYPE_NSEC));
	ck_assert(ask("aa.", TYPE_A));          /* one NSEC for both */
	ck_assert_ptr_nonnull(find(SECTION_AUTHORITY, ".", TYPE_NSEC));
	ck_assert_ptr_null(find(SECTION_AUTHORITY, "com.", TYPE_NSEC));
}
END_TEST

START_TEST(what_others_answer_is_left_to_them)
{
	ck_assert(!ask("com.", TYPE_NS));
	ck_assert(!ask("www.com.", TYPE_DS));
	ck_assert(!ask("a.root.", TYPE_A));
	ck_assert(!ask("root.", TYPE_A));
	ck_assert(!ask(".", TYPE_ANY));
	ck_assert(!ask(".", TYPE_RRSIG));
}
END_TEST

START_TEST(a_proof_that_does_not_reach_is_not_given)
{
	root_copy_free(copy);
	copy = copy_of(". 1 IN SOA . . 1 2 3 4 5\n. 1 IN NS a.\n"
		       ". 1 IN RRSIG SOA 8 0 86400 20300101000000 20200101000000 1 . AAAA\n"
		       ". 1 IN NSEC com. NS\ncom. 1 IN NS a.com.\ncom. 1 IN NSEC net. NS\n"
		       "net. 1 IN NS a.com.\n");
	ck_assert_ptr_nonnull(copy);
	ck_assert(ask("d.", TYPE_A));
	ck_assert(!ask("z.", TYPE_A));
	ck_assert(!ask("net.", TYPE_DS));
}
END_TEST

START_TEST(an_unsigned_root_denies_without_proof)
{
	root_copy_free(copy);
	copy = copy_of(". 1 IN SOA . . 1 2 3 4 5\n. 1 IN NS a.\ncom. 1 IN NS a.com.\n");
	ck_assert(ask("z.", TYPE_A));
	ck_assert_int_eq(parts.rcode, RCODE_NXDOMAIN);
	ck_assert_ptr_eq(parts.sections[SECTION_AUTHORITY].first,
			 parts.sections[SECTION_AUTHORITY].last);
}
END_TEST

START_TEST(what_is_not_the_root_is_refused)
{
	ck_assert_ptr_null(copy_of(". 1 IN SOA . . 1 2 3 4 5\n. 1 IN NS a.\n"));
	ck_assert_msg(strstr(why.text, "no top-level domains") != NULL, "%s", why.text);
	ck_assert_ptr_null(copy_of(". 1 IN SOA . . 1 2 3 4 5\n. 1 IN NS a.\ncom. 1 IN NS a.\n"
				   "*. 1 IN A 192.0.2.1\n"));
	ck_assert_msg(strstr(why.text, "wildcard") != NULL, "%s", why.text);
	ck_assert_ptr_null(copy_of(". 1 IN SOA . . 1 2 3 4 5\n. 1 IN NS a.\ncom. 1 IN NS a.\n"
				   ". 1 IN DNAME a.\n"));
	ck_assert_msg(strstr(why.text, "alias") != NULL, "%s", why.text);
}
END_TEST

START_TEST(a_full_arena_is_no_answer)
{
	arena_clear(&arena);
	arena_init(&arena, 64);
	ck_assert(!ask(".", TYPE_NS));
	ck_assert(!ask("zz.", TYPE_A));
}
END_TEST

START_TEST(a_large_delegation_is_cut_to_the_bounds)
{
	char *text = malloc(200000);
	size_t used = (size_t)snprintf(text, 200000,
				       ". 1 IN SOA . . 1 2 3 4 5\n. 1 IN NS a.\n");

	for (unsigned i = 0; i < 60; i++) {
		used += (size_t)snprintf(text + used, 200000 - used, "com. 9 IN NS s%u.com.\n", i);
		for (unsigned j = 0; j < 20; j++)
			used += (size_t)snprintf(text + used, 200000 - used,
						 "s%u.com. 9 IN A 192.0.2.%u\n", i, j);
		used += (size_t)snprintf(text + used, 200000 - used,
					 "com. 9 IN DS %u 8 2 0101010101010101010101010101010101"
					 "010101010101010101010101010101\n", i);
	}
	root_copy_free(copy);
	copy = copy_of(text);
	ck_assert_msg(copy != NULL, "%s", why.text);
	ck_assert(find_cut("com."));
	ck_assert_uint_eq(cut.server_count, MAX_SERVERS_PER_CUT);
	ck_assert_uint_eq(cut.servers[0].address_count, MAX_ADDRESSES_PER_SERVER);
	ck_assert_uint_gt(cut.ds_length, 0);         /* those that fit */
	ck_assert_uint_le(cut.ds_length, sizeof(cut.ds));
	free(text);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_name_below_a_top_level_domain_gets_its_cut, other_names_get_none,
		a_cut_lives_no_longer_than_it_may, the_roots_own_records_are_answered,
		ds_of_a_top_level_domain_is_answered_or_denied,
		a_missing_domain_is_denied_with_proof, what_others_answer_is_left_to_them,
		a_proof_that_does_not_reach_is_not_given, an_unsigned_root_denies_without_proof,
		what_is_not_the_root_is_refused, a_full_arena_is_no_answer,
		a_large_delegation_is_cut_to_the_bounds,
	};

	return suite_run_with("root.copy", tests, SUITE_COUNT(tests), set_up, tear_down);
}
