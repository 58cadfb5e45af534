/* SPDX-License-Identifier: MIT */
/* test_table.c — the table finds what was put, keeps its budget, and evicts whom nobody asked
 * for. */
#include <stdlib.h>

#include "cache/evict.h"
#include "cache/table.h"
#include "tests/unit/suite.h"

enum { LIMIT = 512 * 1024 };

static struct table table;

static void setup(void)
{
	rcu_thread_begin();
	ck_assert_int_eq(table_init(&table, LIMIT), OK);
}

static void teardown(void)
{
	table_clear(&table);
	rcu_thread_end();
}

static bool matches(const struct entry *entry, const void *number)
{
	return memcmp(entry->octets, number, sizeof(uint64_t)) == 0;
}

static struct table_key key_of(const uint64_t *number)
{
	return (struct table_key){ *number * 0x9e3779b97f4a7c15, matches, number };
}

static bool put(uint64_t number, size_t length, const struct table_rule *rule)
{
	struct table_key key = key_of(&number);
	struct entry *entry = entry_new(length);

	ck_assert_ptr_nonnull(entry);
	memset(entry->octets, (int)number, length);
	memcpy(entry->octets, &number, sizeof(number));
	return table_put(&table, &key, entry, rule);
}

static struct entry *find(uint64_t number)
{
	struct table_key key = key_of(&number);
	struct entry *entry;

	rcu_read_begin();
	entry = table_find(&table, &key);
	if (entry != NULL)
		entry_count_hit(entry);
	rcu_read_end();
	return entry;
}

static struct table_figures figures(void)
{
	struct table_figures now;

	table_get_figures(&table, &now);
	return now;
}

START_TEST(finds_what_was_put)
{
	for (uint64_t i = 1; i <= 500; i++)
		ck_assert(put(i, 50, NULL));
	for (uint64_t i = 1; i <= 500; i++)
		ck_assert_ptr_nonnull(find(i));
	ck_assert_ptr_null(find(501));
	ck_assert_uint_eq(figures().entries, 500);
}
END_TEST

START_TEST(a_second_put_replaces_the_first)
{
	uint64_t number = 7;
	struct table_key key = key_of(&number);

	ck_assert(put(7, 50, NULL));
	ck_assert(put(7, 60, NULL));
	ck_assert_uint_eq(find(7)->length, 60);
	ck_assert_uint_eq(figures().entries, 1);
	ck_assert_uint_eq(table_remove(&table, &key), 1);
	ck_assert_uint_eq(table_remove(&table, &key), 0);
	ck_assert_ptr_null(find(7));
}
END_TEST

static bool yields_never(const struct entry *old, struct entry *fresh, void *subject)
{
	(*(int *)subject)++;
	return false;
}

START_TEST(an_entry_that_does_not_yield_stays)
{
	int asked = 0;
	struct table_rule rule = { yields_never, &asked };

	ck_assert(put(7, 50, &rule));
	ck_assert_int_eq(asked, 0);
	ck_assert(!put(7, 60, &rule));
	ck_assert_int_eq(asked, 1);
	ck_assert_uint_eq(find(7)->length, 50);
}
END_TEST

START_TEST(the_budget_holds_with_what_waits_for_readers)
{
	for (uint64_t i = 1; i <= 50000; i++) {
		put(i, 40 + i % 300, NULL);
		if (i % 100 == 0)
			ck_assert_uint_le(figures().octets, LIMIT);
	}
	ck_assert_uint_gt(figures().evictions, 1000);
	ck_assert_uint_gt(figures().octets, LIMIT / 2);
}
END_TEST

START_TEST(a_reader_that_stays_makes_puts_fail_not_the_budget)
{
	unsigned refused = 0;

	for (uint64_t i = 1; i <= 5000; i++)
		put(i, 100, NULL);
	rcu_read_begin();
	for (uint64_t i = 5001; i <= 20000; i++) {
		refused += !put(i, 40 + i % 300, NULL);
		ck_assert_uint_le(figures().octets, LIMIT);
	}
	rcu_read_end();
	ck_assert_uint_gt(refused, 0);
	rcu_drain();
	ck_assert(put(100000, 100, NULL));
}
END_TEST

START_TEST(who_is_asked_for_outlives_a_flood)
{
	unsigned alive = 0;

	for (uint64_t i = 1; i <= 100; i++)
		ck_assert(put(i, 100, NULL));
	for (uint64_t i = 1000; i <= 60000; i++) {
		if (i % 500 == 0) {
			for (uint64_t j = 1; j <= 100; j++)
				find(j);
		}
		if (i % 1000 == 0)
			rcu_drain();
		put(i, 100, NULL);
	}
	for (uint64_t j = 1; j <= 100; j++)
		alive += find(j) != NULL;
	ck_assert_uint_ge(alive, 95);
}
END_TEST

START_TEST(one_entry_never_pushes_out_all_others)
{
	ck_assert(put(1, 100, NULL));
	ck_assert(!put(2, LIMIT / 2, NULL));
	ck_assert_ptr_nonnull(find(1));
}
END_TEST

static bool is_even(const struct entry *entry, void *subject)
{
	return entry->octets[0] % 2 == 0;
}

START_TEST(removes_those_that_are_unwanted)
{
	for (uint64_t i = 1; i <= 100; i++)
		ck_assert(put(i, 20, NULL));
	ck_assert_uint_eq(table_remove_each(&table, is_even, NULL), 50);
	for (uint64_t i = 1; i <= 100; i++)
		ck_assert(put(i, 20, NULL) && find(i) != NULL);
}
END_TEST

START_TEST(hits_are_told_in_samples)
{
	ck_assert(put(1, 20, NULL));
	for (int i = 0; i < 160; i++)
		find(1);
	ck_assert_uint_eq(entry_hits(find(1)), 160);
}
END_TEST

START_TEST(sieve_spares_once_and_is_bounded)
{
	struct sieve sieve;
	struct entry *entries = calloc(1000, sizeof(*entries));

	sieve_init(&sieve);
	ck_assert_ptr_null(sieve_choose(&sieve));
	for (int i = 0; i < 1000; i++)
		sieve_add(&sieve, &entries[i]);
	ck_assert_ptr_eq(sieve_choose(&sieve), &entries[0]);
	entries[0].was_asked_for = 1;
	ck_assert_ptr_eq(sieve_choose(&sieve), &entries[1]);
	sieve_remove(&sieve, &entries[1]);
	ck_assert_ptr_eq(sieve_choose(&sieve), &entries[2]);
	for (int i = 0; i < 1000; i++)
		entries[i].was_asked_for = 1;
	ck_assert_ptr_eq(sieve_choose(&sieve), &entries[2 + SIEVE_LOOKS]);
	free(entries);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		finds_what_was_put, a_second_put_replaces_the_first,
		an_entry_that_does_not_yield_stays,
		the_budget_holds_with_what_waits_for_readers,
		a_reader_that_stays_makes_puts_fail_not_the_budget,
		who_is_asked_for_outlives_a_flood, one_entry_never_pushes_out_all_others,
		removes_those_that_are_unwanted, hits_are_told_in_samples,
		sieve_spares_once_and_is_bounded,
	};

	return suite_run_with("table", tests, SUITE_COUNT(tests), setup, teardown);
}
