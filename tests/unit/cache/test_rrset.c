/* SPDX-License-Identifier: MIT */
/* test_rrset.c — sets of records: found, filtered, filled, and as they were after a refusal. */
#include "cache/rrset.h"

#include <stdio.h>

#include "cache/base/limits.h"
#include "tests/unit/suite.h"

static const char signature[] = "\0\1\15\2aaaabbbbcccckk\3com\0sig";

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena, 4 << 20);
}

static void tear_down(void)
{
	arena_clear(&arena);
}

static struct name name(const char *text)
{
	struct name parsed;

	ck_assert_msg(name_parse(text, &parsed), "%s", text);
	return parsed;
}

static struct rrset *append(struct rrsets *sets, const char *owner, uint16_t type)
{
	struct name parsed = name(owner);
	struct rrset *set = rrset_new(&arena, &parsed, type, CLASS_IN, 60);

	ck_assert_ptr_nonnull(set);
	rrsets_append(sets, set);
	return set;
}

static enum result add(struct rrsets *sets, const char *owner, uint16_t type, const char *rdata,
		       size_t length)
{
	struct record record = { .owner = name(owner), .type = type, .class = CLASS_IN, .ttl = 60,
				 .rdata = bytes_of(rdata, length) };

	return rrsets_add(sets, &arena, record.rdata, &record);
}

START_TEST(a_set_is_found_by_owner_and_type)
{
	struct rrsets sets = { 0 };
	struct name www = name("WWW.example."), mail = name("mail.example.");
	struct rrset *a, *aaaa;

	ck_assert_ptr_null(rrsets_find(&sets, &www, TYPE_A));
	a = append(&sets, "www.example.", TYPE_A);
	aaaa = append(&sets, "www.example.", TYPE_AAAA);
	append(&sets, "www.example.", TYPE_A);
	ck_assert_ptr_eq(rrsets_find(&sets, &www, TYPE_A), a);          /* the first */
	ck_assert_ptr_eq(rrsets_find(&sets, &www, TYPE_AAAA), aaaa);
	ck_assert_ptr_null(rrsets_find(&sets, &www, TYPE_MX));
	ck_assert_ptr_null(rrsets_find(&sets, &mail, TYPE_A));
}
END_TEST

static bool has_bit(const struct rrset *set, void *subject)
{
	return (*(const unsigned *)subject & set->type) != 0;
}

/* All eight ways to keep some of three: first, last and middle are where lists break. */
START_TEST(a_filter_keeps_the_order_of_what_it_keeps)
{
	for (unsigned kept = 0; kept < 8; kept++) {
		struct rrsets sets = { 0 };
		struct rrset *last = NULL, *set;

		for (uint16_t bit = 1; bit < 8; bit = (uint16_t)(bit << 1))
			append(&sets, "a.", bit);
		rrsets_filter(&sets, has_bit, &kept);
		set = sets.first;
		for (unsigned bit = 1; bit < 8; bit <<= 1) {
			if ((kept & bit) == 0)
				continue;
			ck_assert_ptr_nonnull(set);
			ck_assert_uint_eq(set->type, bit);
			last = set;
			set = set->next;
		}
		ck_assert_ptr_null(set);
		ck_assert_ptr_eq(sets.last, last);
		ck_assert_ptr_eq(append(&sets, "b.", 9), sets.last);
		ck_assert(kept == 0 ? sets.first == sets.last : last->next == sets.last);
	}
}
END_TEST

START_TEST(a_signature_that_comes_first_makes_the_set_empty)
{
	struct rrsets sets = { 0 };

	ck_assert(add(&sets, "a.", TYPE_RRSIG, signature, 26) == OK);
	ck_assert_uint_eq(sets.first->type, TYPE_A);
	ck_assert_uint_eq(sets.first->count, 0);
	ck_assert_uint_eq(sets.first->signature_count, 1);
	ck_assert(add(&sets, "a.", TYPE_A, "\1\2\3\4", 4) == OK);
	ck_assert_ptr_null(sets.first->next);
	ck_assert_uint_eq(sets.first->count, 1);
}
END_TEST

START_TEST(a_doubled_signature_is_added_once)
{
	struct rrsets sets = { 0 };

	for (int i = 0; i < 3; i++)
		ck_assert(add(&sets, "a.", TYPE_RRSIG, signature, 26) == OK);
	ck_assert_uint_eq(sets.first->signature_count, 1);
}
END_TEST

START_TEST(classes_are_not_mixed)
{
	struct rrsets sets = { 0 };
	struct record chaos = { .owner = name("a."), .type = TYPE_TXT, .class = CLASS_CH,
				.rdata = bytes_of("\1x", 2) };

	ck_assert(add(&sets, "a.", TYPE_TXT, "\1y", 2) == OK);
	ck_assert(rrsets_add(&sets, &arena, chaos.rdata, &chaos) == OK);
	ck_assert_uint_eq(sets.first->count, 1);
	ck_assert_uint_eq(sets.first->next->class, CLASS_CH);
}
END_TEST

START_TEST(malformed_data_leaves_the_sets_as_they_were)
{
	struct rrsets sets = { 0 };

	ck_assert(add(&sets, "a.", TYPE_A, "\1\2\3", 3) == MALFORMED);
	ck_assert_ptr_null(sets.first);
	ck_assert(add(&sets, "a.", TYPE_A, "\1\2\3\4", 4) == OK);
	ck_assert(add(&sets, "a.", TYPE_A, "\1\2\3\4\5", 5) == MALFORMED);
	ck_assert(add(&sets, "b.", TYPE_NS, "\5x", 2) == MALFORMED);
	ck_assert(add(&sets, "a.", TYPE_RRSIG, "\0", 1) == MALFORMED);
	ck_assert_uint_eq(sets.first->count, 1);
	ck_assert_ptr_null(sets.first->next);
}
END_TEST

START_TEST(a_reply_has_so_many_sets_and_no_more)
{
	struct rrsets sets = { 0 };
	char owner[32];

	for (unsigned i = 0; i < MAX_RRSETS_PER_REPLY; i++) {
		snprintf(owner, sizeof(owner), "n%u.", i);
		ck_assert(add(&sets, owner, TYPE_A, "\1\2\3\4", 4) == OK);
	}
	ck_assert(add(&sets, "one-more.", TYPE_A, "\1\2\3\4", 4) == NO_SPACE);
	ck_assert(add(&sets, owner, TYPE_A, "\1\2\3\5", 4) == OK);      /* the last has room yet */
	ck_assert_uint_eq(sets.last->count, 2);
}
END_TEST

/* Wherever memory ends, the list is whole, and no record half there. */
START_TEST(sets_are_whole_wherever_memory_ends)
{
	for (size_t most = 0; most < 8192; most += 64) {
		struct rrsets sets = { 0 };
		struct arena small;
		enum result result = OK;

		arena_init(&small, most);
		for (unsigned i = 0; i < 40 && result == OK; i++) {
			char data[4] = { 10, 0, 0, (char)i };
			struct record record = { .owner = name(i % 2 == 0 ? "a." : "b."),
						 .type = TYPE_A, .class = CLASS_IN, .ttl = 60,
						 .rdata = bytes_of(data, sizeof(data)) };

			result = rrsets_add(&sets, &small, record.rdata, &record);
			ck_assert(result == OK || result == NO_MEMORY);
		}
		for (const struct rrset *set = sets.first; set != NULL; set = set->next) {
			ck_assert(set->next != NULL || set == sets.last);
			ck_assert_uint_ne(set->count, 0);
			for (unsigned i = 0; i < set->count; i++)
				ck_assert_uint_eq(set->rdata[i].length, 4);
		}
		arena_clear(&small);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_set_is_found_by_owner_and_type, a_filter_keeps_the_order_of_what_it_keeps,
		a_signature_that_comes_first_makes_the_set_empty, a_doubled_signature_is_added_once,
		classes_are_not_mixed, malformed_data_leaves_the_sets_as_they_were,
		a_reply_has_so_many_sets_and_no_more, sets_are_whole_wherever_memory_ends,
	};

	return suite_run_with("cache.rrset", tests, SUITE_COUNT(tests), set_up, tear_down);
}
