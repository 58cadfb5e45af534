/* SPDX-License-Identifier: MIT */
/* test_holders.c — whoever holds most gives way, with the oldest; by hand, and against a slow and
 * simple count. */
#include "resolver/policy/holders.h"

#include <stdlib.h>

#include "tests/unit/suite.h"

enum { MOST = 64, THINGS = 64, CLIENTS = 7 };

static struct holders *holders;
static struct holding  things[THINGS];

static void begin(void)
{
	ck_assert(holders_new(MOST, &holders) == OK);
	memset(things, 0, sizeof(things));
}

static void end(void)
{
	holders_free(holders);
}

static struct address client(const char *text)
{
	struct address address;

	ck_assert(address_parse(text, 53, &address));
	return address;
}

static void take(unsigned thing, const char *who)
{
	struct address address = client(who);

	ck_assert(holders_take(holders, &address, &things[thing]) == OK);
}

static int oldest_of_most(void)
{
	struct holding *holding = holders_find_oldest_of_most(holders);

	return holding == NULL ? -1 : (int)(holding - things);
}

START_TEST(nobody_gives_way_when_nothing_is_held)
{
	ck_assert_int_eq(oldest_of_most(), -1);
	take(0, "192.0.2.1");
	holders_give_back(holders, &things[0]);
	holders_give_back(holders, &things[0]);         /* twice does no harm */
	ck_assert_int_eq(oldest_of_most(), -1);
}
END_TEST

START_TEST(the_oldest_of_whoever_holds_most_gives_way)
{
	take(0, "192.0.2.1");
	take(1, "192.0.2.2");
	take(2, "192.0.2.2");
	ck_assert_int_eq(oldest_of_most(), 1);
	holders_give_back(holders, &things[1]);
	take(3, "192.0.2.1");
	ck_assert_int_eq(oldest_of_most(), 0);
}
END_TEST

START_TEST(ports_do_not_make_another_client_and_a_64_is_one)
{
	take(0, "192.0.2.9");
	take(1, "2001:db8:0:1::1@5000");
	take(2, "2001:db8:0:1:ffff::2@6000");
	ck_assert_int_eq(oldest_of_most(), 1);
	take(3, "2001:db8:0:2::1");
	holders_give_back(holders, &things[1]);
	take(4, "192.0.2.9@77");
	ck_assert_int_eq(oldest_of_most(), 0);
}
END_TEST

START_TEST(another_client_is_told_apart)
{
	struct address same = client("2001:db8::2"), other = client("2001:db8:0:1::1");
	const struct address nobody = { 0 };

	take(0, "2001:db8::1@53");
	ck_assert(!holding_is_anothers(&things[0], &same));
	ck_assert(holding_is_anothers(&things[0], &other));
	ck_assert(holding_is_anothers(&things[0], &nobody));
}
END_TEST

START_TEST(more_than_reckoned_with_are_held_all_the_same)
{
	static struct holding many[3 * MOST];
	struct address who = client("192.0.2.1");

	memset(many, 0, sizeof(many));
	for (unsigned i = 0; i < 3 * MOST; i++)
		ck_assert(holders_take(holders, &who, &many[i]) == OK);
	for (unsigned i = 0; i < 3 * MOST; i++) {
		ck_assert_ptr_eq(holders_find_oldest_of_most(holders), &many[i]);
		holders_give_back(holders, &many[i]);
	}
	ck_assert_int_eq(oldest_of_most(), -1);
}
END_TEST

/* Who gives way must hold as many as anybody, and nobody's older than his oldest. */
START_TEST(agrees_with_a_simple_count)
{
	unsigned owner[THINGS], order[THINGS], count[CLIENTS], turn = 0;
	bool held[THINGS] = { false };

	srand(1);
	memset(count, 0, sizeof(count));
	for (unsigned round = 0; round < 20000; round++) {
		unsigned thing = (unsigned)rand() % THINGS, most = 0;
		struct address who = client("10.0.0.1");
		int chosen;

		if (held[thing]) {
			holders_give_back(holders, &things[thing]);
			count[owner[thing]]--;
		} else {
			owner[thing] = (unsigned)rand() % CLIENTS;
			order[thing] = turn++;
			who.octets[3] = (uint8_t)owner[thing];
			ck_assert(holders_take(holders, &who, &things[thing]) == OK);
			count[owner[thing]]++;
		}
		held[thing] = !held[thing];
		for (unsigned c = 0; c < CLIENTS; c++)
			most = count[c] > most ? count[c] : most;
		chosen = oldest_of_most();
		ck_assert_int_eq(chosen == -1, most == 0);
		if (chosen == -1)
			continue;
		ck_assert_uint_eq(count[owner[chosen]], most);
		for (unsigned t = 0; t < THINGS; t++)
			ck_assert(!held[t] || owner[t] != owner[chosen] ||
				  order[t] >= order[chosen]);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		nobody_gives_way_when_nothing_is_held,
		the_oldest_of_whoever_holds_most_gives_way,
		ports_do_not_make_another_client_and_a_64_is_one,
		another_client_is_told_apart,
		more_than_reckoned_with_are_held_all_the_same,
		agrees_with_a_simple_count,
	};

	return suite_run_with("holders", tests, SUITE_COUNT(tests), begin, end);
}
