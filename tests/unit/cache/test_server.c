/* SPDX-License-Identifier: MIT */
/* test_server.c — how long a server is waited for, and how long it is left alone. */
#include "cache/base/limits.h"
#include "cache/server.h"
#include "tests/unit/suite.h"

START_TEST(an_unknown_server_gets_the_first_patience)
{
	struct server server = { 0 };

	ck_assert_uint_eq(server_patience_ms(&server), FIRST_PATIENCE_MS);
}
END_TEST

START_TEST(round_trips_are_smoothed_as_rfc_6298_says)
{
	struct server server = { 0 };

	server_heard(&server, 100000, 50);
	ck_assert_uint_eq(server.round_trip_us, 100000);
	ck_assert_uint_eq(server.variation_us, 50000);
	ck_assert_uint_eq(server_patience_ms(&server), 300);
	server_heard(&server, 200000, 51);
	ck_assert_uint_eq(server.round_trip_us, 112500);
	ck_assert_uint_eq(server.variation_us, 62500);
	ck_assert_uint_eq(server.last_heard, 51);
}
END_TEST

START_TEST(patience_stays_within_its_bounds)
{
	struct server server = { 0 };

	server_heard(&server, 0, 1);
	for (int i = 0; i < 50; i++)
		server_heard(&server, 100, 1);
	ck_assert_uint_eq(server_patience_ms(&server), MIN_PATIENCE_MS);
	server_heard(&server, UINT32_MAX, 1);
	ck_assert_uint_eq(server_patience_ms(&server), MAX_PATIENCE_MS);
}
END_TEST

START_TEST(silences_double_the_wait_up_to_five_minutes)
{
	static const uint32_t waits[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300 };
	struct server server = { 0 };

	for (unsigned i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		server_was_silent(&server, 1000);
		ck_assert_uint_eq(server.avoid_until, 1000 + waits[i]);
	}
	for (int i = 0; i < 70000; i++)
		server_was_silent(&server, 1000);
	ck_assert_uint_eq(server.avoid_until, 1300);
	ck_assert_uint_eq(server_patience_ms(&server), MAX_PATIENCE_MS);
	server_heard(&server, 1000, 1001);
	ck_assert_uint_eq(server.silences, 0);
	ck_assert_uint_eq(server.avoid_until, 0);
}
END_TEST

START_TEST(nonsense_is_left_alone_for_a_while)
{
	struct server server = { 0 };

	server_was_useless(&server, 1000);
	ck_assert_uint_gt(server.avoid_until, 1000);
	ck_assert_uint_eq(server.silences, 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_unknown_server_gets_the_first_patience,
		round_trips_are_smoothed_as_rfc_6298_says, patience_stays_within_its_bounds,
		silences_double_the_wait_up_to_five_minutes,
		nonsense_is_left_alone_for_a_while,
	};

	return suite_run("server", tests, SUITE_COUNT(tests));
}
