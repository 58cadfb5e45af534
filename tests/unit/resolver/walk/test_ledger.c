/* SPDX-License-Identifier: MIT */
/* test_ledger.c — what one client query may cost is spent and never comes back. */
#include <stdlib.h>

#include "cache/base/limits.h"
#include "resolver/walk/ledger.h"
#include "tests/unit/suite.h"

START_TEST(a_new_ledger_lacks_nothing)
{
	struct ledger *ledger = ledger_new(1000);

	ck_assert_ptr_null(ledger_lacks(ledger, 1000));
	ck_assert_ptr_null(ledger_lacks(ledger, 1000 + WALK_PATIENCE_MS - 1));
	ledger_drop(ledger);
}
END_TEST

START_TEST(time_runs_out_at_the_walks_patience)
{
	struct ledger *ledger = ledger_new(1000);

	ck_assert_ptr_nonnull(ledger_lacks(ledger, 1000 + WALK_PATIENCE_MS));
	ledger_drop(ledger);
}
END_TEST

START_TEST(so_many_queries_and_no_more)
{
	struct ledger *ledger = ledger_new(0);

	for (int i = 0; i < MAX_UPSTREAM_QUERIES; i++)
		ck_assert(ledger_spend_query(ledger));
	ck_assert(!ledger_spend_query(ledger));
	ck_assert(!ledger_spend_query(ledger));
	/* The reply to the last one may still come. */
	ck_assert_ptr_null(ledger_lacks(ledger, 0));
	ledger_drop(ledger);
}
END_TEST

START_TEST(octets_are_spent_to_nothing_by_one_too_many)
{
	struct ledger *ledger = ledger_new(0);

	ck_assert(ledger_spend_octets(ledger, MAX_UPSTREAM_OCTETS - 1));
	ck_assert_ptr_null(ledger_lacks(ledger, 0));
	ck_assert(!ledger_spend_octets(ledger, 2));
	ck_assert_ptr_nonnull(ledger_lacks(ledger, 0));
	ledger_drop(ledger);
}
END_TEST

START_TEST(steps_are_bounded)
{
	struct ledger *ledger = ledger_new(0);

	for (int i = 0; i < MAX_STEPS; i++)
		ck_assert(ledger_spend_step(ledger));
	ck_assert(!ledger_spend_step(ledger));
	ck_assert_ptr_nonnull(ledger_lacks(ledger, 0));
	ledger_drop(ledger);
}
END_TEST

START_TEST(server_names_are_bounded_per_client_query)
{
	struct ledger *ledger = ledger_new(0);

	for (int i = 0; i < MAX_SERVER_NAMES; i++)
		ck_assert(ledger_spend_server_name(ledger));
	ck_assert(!ledger_spend_server_name(ledger));
	ledger_drop(ledger);
}
END_TEST

START_TEST(a_held_ledger_outlives_its_first_holder)
{
	struct ledger *ledger = ledger_new(0);

	ck_assert_ptr_eq(ledger_hold(ledger), ledger);
	ledger_drop(ledger);
	ck_assert(ledger_spend_query(ledger));
	ledger_drop(ledger);
	ledger_drop(NULL);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_new_ledger_lacks_nothing, time_runs_out_at_the_walks_patience,
		so_many_queries_and_no_more, octets_are_spent_to_nothing_by_one_too_many,
		steps_are_bounded, server_names_are_bounded_per_client_query,
		a_held_ledger_outlives_its_first_holder,
	};

	return suite_run("walk.ledger", tests, SUITE_COUNT(tests));
}
