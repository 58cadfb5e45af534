/* SPDX-License-Identifier: MIT */
/* test_pick.c — which address is asked next, over all that chance can do. */
#include "resolver/upstream/pick.h"
#include "tests/unit/suite.h"

#include <stdlib.h>

enum { ROWS = MAX_SERVERS_PER_CUT * MAX_ADDRESSES_PER_SERVER, NOW = 10000, DRAWS = 4096 };

static struct cut cut;
static struct server servers[ROWS];
static uint8_t tries[ROWS];
static struct pick_view view;
static unsigned picked[ROWS], none;

static void set_up(void)
{
	cut = (struct cut){ .zone = name_root };
	memset(servers, 0, sizeof(servers));
	memset(tries, 0, sizeof(tries));
	view = (struct pick_view){ .cut = &cut, .servers = servers, .tries = tries,
				   .use_ipv4 = true, .use_ipv6 = true, .now = NOW };
}

/* One more server, with one address of that family; 0: it has none. */
static void add(uint8_t family)
{
	struct cut_server *server = &cut.servers[cut.server_count++];
	uint8_t octets[16] = { 192, 0, 2, (uint8_t)cut.server_count };

	if (family == 0)
		return;
	server->addresses[server->address_count++] =
		family == 4 ? address_v4(octets, 53) : address_v6(octets, 53);
	view.count++;
}

static void measured(unsigned row, uint32_t ms)
{
	servers[row] = (struct server){ .round_trip_us = ms * 1000, .last_heard = NOW - 10 };
}

/* How often each row is picked, over numbers that differ in every part that pick_address() uses. */
static void draw(void)
{
	memset(picked, 0, sizeof(picked));
	none = 0;
	for (uint32_t random = 0; random < DRAWS; random++) {
		int row = pick_address(&view, random);

		ck_assert_int_lt(row, (int)view.count);
		if (row < 0)
			none++;
		else
			picked[row]++;
	}
}

START_TEST(nobody_to_ask)
{
	draw();
	ck_assert_uint_eq(none, DRAWS);
	add(0);
	draw();
	ck_assert_uint_eq(none, DRAWS);
}
END_TEST

START_TEST(rows_follow_the_cuts_order_past_servers_without_addresses)
{
	add(0);
	add(4);
	add(0);
	add(4);
	measured(0, 500);
	measured(1, 10);
	draw();
	ck_assert_uint_eq(picked[1], DRAWS);
}
END_TEST

START_TEST(unknown_ones_are_asked_evenly)
{
	for (int i = 0; i < 4; i++)
		add(4);
	draw();
	for (int i = 0; i < 4; i++)
		ck_assert_uint_eq(picked[i], DRAWS / 4);
}
END_TEST

START_TEST(the_quickest_is_asked_and_those_nearly_as_quick)
{
	for (int i = 0; i < 3; i++)
		add(4);
	measured(0, 10);
	measured(1, 25);
	measured(2, 100);
	draw();
	ck_assert_uint_eq(picked[0], DRAWS / 2);
	ck_assert_uint_eq(picked[1], DRAWS / 2);
	ck_assert_uint_eq(picked[2], 0);
}
END_TEST

START_TEST(an_unknown_one_is_tried_now_and_then)
{
	add(4);
	add(4);
	measured(0, 10);
	draw();
	ck_assert_uint_eq(picked[1], DRAWS / 16);
}
END_TEST

START_TEST(an_unknown_one_is_better_than_a_slow_one)
{
	add(4);
	add(4);
	measured(0, 900);
	draw();
	ck_assert_uint_eq(picked[1], DRAWS);
}
END_TEST

START_TEST(a_measurement_gets_old)
{
	add(4);
	add(4);
	measured(0, 10);
	measured(1, 900);
	servers[1].last_heard = NOW - 1000;     /* as unknown: tried now and then */
	draw();
	ck_assert_uint_eq(picked[1], DRAWS / 16);
}
END_TEST

START_TEST(a_silent_one_counts_as_slower_with_each_silence)
{
	add(4);
	add(4);
	measured(0, 50);
	measured(1, 120);
	servers[0].silences = 2;
	draw();
	ck_assert_uint_eq(picked[1], DRAWS);
}
END_TEST

START_TEST(a_tcp_server_counts_twice)
{
	add(4);
	add(4);
	measured(0, 80);
	measured(1, 100);
	servers[0].prefers_tcp = true;
	draw();
	ck_assert_uint_eq(picked[1], DRAWS);
}
END_TEST

START_TEST(an_avoided_one_only_when_nothing_else_is_left)
{
	add(4);
	add(4);
	measured(0, 10);
	measured(1, 1400);
	servers[0].avoid_until = NOW + 1;
	draw();
	ck_assert_uint_eq(picked[0], 0);
	tries[1] = 1;
	draw();
	ck_assert_uint_eq(picked[0], 0);
	tries[1] = MAX_TRIES_PER_ADDRESS;
	draw();
	ck_assert_uint_eq(picked[0], DRAWS);
	servers[0].avoid_until = NOW;           /* its time is over */
	tries[1] = 0;
	draw();
	ck_assert_uint_eq(picked[0], DRAWS);
}
END_TEST

START_TEST(tried_ones_come_after_untried_ones)
{
	add(4);
	add(4);
	measured(0, 10);
	measured(1, 1400);
	tries[0] = 1;
	draw();
	ck_assert_uint_eq(picked[1], DRAWS);
	tries[1] = 1;
	draw();
	ck_assert_uint_eq(picked[0], DRAWS);
}
END_TEST

START_TEST(nobody_is_asked_more_often_than_allowed)
{
	add(4);
	add(6);
	for (unsigned asked = 0; asked < 2 * MAX_TRIES_PER_ADDRESS; asked++) {
		int row = pick_address(&view, asked * 2654435761u);

		ck_assert_int_ge(row, 0);
		tries[row]++;
	}
	draw();
	ck_assert_uint_eq(none, DRAWS);
}
END_TEST

START_TEST(a_family_that_isnt_used_isnt_picked)
{
	add(4);
	add(6);
	view.use_ipv6 = false;
	draw();
	ck_assert_uint_eq(picked[0], DRAWS);
	view.use_ipv4 = false;
	draw();
	ck_assert_uint_eq(none, DRAWS);
	view.use_ipv6 = true;
	draw();
	ck_assert_uint_eq(picked[1], DRAWS);
}
END_TEST

START_TEST(families_have_equal_chances_whatever_their_numbers)
{
	add(4);
	for (int i = 0; i < 7; i++)
		add(6);
	draw();
	ck_assert_uint_eq(picked[0], DRAWS / 2);
}
END_TEST

START_TEST(after_a_family_was_tried_it_is_the_others_turn)
{
	for (int i = 0; i < 3; i++) {
		add(4);
		add(6);
	}
	tries[1] = 1;                           /* IPv6 */
	draw();
	ck_assert_uint_eq(picked[3] + picked[5], 0);
	tries[0] = 2;
	draw();
	ck_assert_uint_eq(picked[2] + picked[4], 0);
}
END_TEST

START_TEST(a_family_that_is_down_comes_last)
{
	add(4);
	add(6);
	measured(0, 900);
	measured(1, 10);
	servers[0].avoid_until = NOW + 100;
	tries[0] = MAX_TRIES_PER_ADDRESS - 1;
	view.ipv6 = FAMILY_DOWN;
	draw();
	ck_assert_uint_eq(picked[0], DRAWS);
	tries[0]++;
	draw();
	ck_assert_uint_eq(picked[1], DRAWS);
}
END_TEST

START_TEST(a_family_that_is_down_is_asked_if_the_other_is_no_better)
{
	add(4);
	add(6);
	view.ipv6 = FAMILY_DOWN;
	view.ipv4 = FAMILY_SUSPECT;
	draw();
	ck_assert_uint_eq(picked[1], DRAWS / 2);
	view.ipv4 = FAMILY_UP;
	view.use_ipv4 = false;
	draw();
	ck_assert_uint_eq(picked[1], DRAWS);
}
END_TEST

START_TEST(unknown_ones_of_a_suspect_family_are_not_asked_first)
{
	add(4);
	add(6);
	view.ipv6 = FAMILY_SUSPECT;
	draw();
	ck_assert_uint_eq(picked[1], 0);
	measured(1, 10);
	draw();
	ck_assert_uint_ne(picked[1], 0);
}
END_TEST

START_TEST(a_view_that_is_full)
{
	uint8_t octets[16] = { 0x20, 1 };

	for (int i = 0; i < MAX_SERVERS_PER_CUT; i++) {
		cut.servers[i].address_count = MAX_ADDRESSES_PER_SERVER;
		for (int k = 0; k < MAX_ADDRESSES_PER_SERVER; k++)
			cut.servers[i].addresses[k] = address_v6(octets, 53);
	}
	cut.server_count = MAX_SERVERS_PER_CUT;
	view.count = ROWS;
	draw();
	ck_assert_uint_eq(none, 0);
	for (int i = 0; i < ROWS; i++)
		ck_assert_uint_ne(picked[i], 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		nobody_to_ask, rows_follow_the_cuts_order_past_servers_without_addresses,
		unknown_ones_are_asked_evenly, the_quickest_is_asked_and_those_nearly_as_quick,
		an_unknown_one_is_tried_now_and_then, an_unknown_one_is_better_than_a_slow_one,
		a_measurement_gets_old, a_silent_one_counts_as_slower_with_each_silence,
		a_tcp_server_counts_twice, an_avoided_one_only_when_nothing_else_is_left,
		tried_ones_come_after_untried_ones, nobody_is_asked_more_often_than_allowed,
		a_family_that_isnt_used_isnt_picked,
		families_have_equal_chances_whatever_their_numbers,
		after_a_family_was_tried_it_is_the_others_turn,
		a_family_that_is_down_comes_last,
		a_family_that_is_down_is_asked_if_the_other_is_no_better,
		unknown_ones_of_a_suspect_family_are_not_asked_first, a_view_that_is_full,
	};

	return suite_run_with("upstream.pick", tests, SUITE_COUNT(tests), set_up, NULL);
}
