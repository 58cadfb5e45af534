/* SPDX-License-Identifier: MIT */
/* test_rollover.c — every line of the table of RFC 5011 §4.2, and clocks that jump. */
#include "resolver/validate/rollover.h"

#include <string.h>

#include "tests/unit/suite.h"

enum { NOW = 1764585000, DAY = 86400, OLD = 'o', NEW = 'n', OTHER = 'x' };

static struct rollover rollover;
static struct sight    sight;
static uint8_t         listed_room[64];
static struct bytes    listed;

static void make_key(uint8_t which, struct sighted_key *into)
{
	into->is_revoked = false;
	into->length = 4 + 32;
	memset(into->rdata, which, into->length);
	memcpy(into->rdata, (const uint8_t[]){ 1, 1, 3, 15 }, 4);
}

/* The old one is what somebody wrote down. */
static void list_old(void)
{
	struct writer into = writer_over(listed_room, sizeof(listed_room));
	struct sighted_key old;
	struct zone_key key;
	uint8_t ds[DS_SHA256_SIZE];

	make_key(OLD, &old);
	ck_assert(zone_key_read(bytes_of(old.rdata, old.length), &key));
	put_u16(&into, (uint16_t)zone_key_digest(&key, &name_root, ds));
	put_bytes(&into, bytes_of(ds, sizeof(ds)));
	listed = writer_bytes(&into);
}

static void begin(void)
{
	memset(&rollover, 0, sizeof(rollover));
	rollover.zone = name_root;
	list_old();
}

/* Letters are keys that are there, capitals those that revoke themselves. */
static bool see(int64_t now, const char *keys)
{
	sight = (struct sight){ .now = now, .original_ttl = 2 * DAY, .expires_in = 14 * DAY };
	for (; *keys != '\0'; keys++) {
		struct sighted_key *key = &sight.keys[sight.count++];

		make_key((uint8_t)(*keys | 0x20), key);
		key->is_revoked = *keys < 'a';
	}
	return rollover_see(&rollover, &sight, listed);
}

/* ROLLOVER_STATES is Start. */
static enum rollover_state state_of(uint8_t which)
{
	struct sighted_key key;

	make_key(which, &key);
	for (unsigned i = 0; i < rollover.count; i++) {
		if (memcmp(rollover.keys[i].rdata, key.rdata, key.length) == 0)
			return rollover.keys[i].state;
	}
	return ROLLOVER_STATES;
}

/* Day by day. */
static int64_t see_for_days(int64_t from, unsigned days, const char *keys)
{
	for (unsigned i = 0; i < days; i++) {
		from += DAY;
		(void)see(from, keys);
	}
	return from;
}

START_TEST(a_key_that_is_listed_is_trusted_at_once_and_another_is_not)
{
	ck_assert(see(NOW, "on"));
	ck_assert_int_eq(state_of(OLD), ROLLOVER_VALID);
	ck_assert_int_eq(state_of(NEW), ROLLOVER_PENDING);
}
END_TEST

START_TEST(a_new_key_is_trusted_after_thirty_days_and_not_before)
{
	int64_t now;

	(void)see(NOW, "on");
	now = see_for_days(NOW, 29, "on");
	ck_assert_int_eq(state_of(NEW), ROLLOVER_PENDING);
	ck_assert(see(now + DAY, "on"));
	ck_assert_int_eq(state_of(NEW), ROLLOVER_VALID);
}
END_TEST

START_TEST(a_ttl_longer_than_thirty_days_is_waited_for)
{
	(void)see(NOW, "on");
	for (unsigned day = 1; day <= 40; day++) {
		ck_assert_int_eq(state_of(NEW), ROLLOVER_PENDING);
		sight.now = NOW + day * DAY;
		sight.original_ttl = 40 * DAY;
		(void)rollover_see(&rollover, &sight, listed);
	}
	ck_assert_int_eq(state_of(NEW), ROLLOVER_VALID);
}
END_TEST

START_TEST(a_new_key_that_is_gone_for_one_look_begins_anew)
{
	int64_t now;

	(void)see(NOW, "on");
	now = see_for_days(NOW, 29, "on");
	ck_assert(!see(now + DAY, "o"));
	ck_assert_int_eq(state_of(NEW), ROLLOVER_STATES);
	now = see_for_days(now + DAY, 30, "on");
	ck_assert_int_eq(state_of(NEW), ROLLOVER_PENDING);
	(void)see_for_days(now, 1, "on");
	ck_assert_int_eq(state_of(NEW), ROLLOVER_VALID);
}
END_TEST

START_TEST(a_new_key_that_revokes_itself_is_no_more)
{
	(void)see(NOW, "on");
	ck_assert(!see(NOW + DAY, "oN"));
	ck_assert_int_eq(state_of(NEW), ROLLOVER_STATES);
}
END_TEST

START_TEST(a_trusted_key_that_is_missing_stays_trusted_and_comes_back)
{
	(void)see(NOW, "on");
	ck_assert(!see(NOW + DAY, "n"));
	ck_assert_int_eq(state_of(OLD), ROLLOVER_MISSING);
	ck_assert(rollover_is_trusted(state_of(OLD)));
	ck_assert(!see(NOW + 400 * DAY, "o"));
	ck_assert_int_eq(state_of(OLD), ROLLOVER_VALID);
}
END_TEST

START_TEST(a_key_that_revokes_itself_is_never_trusted_again)
{
	int64_t now;

	(void)see(NOW, "o");
	ck_assert(rollover_permits(&rollover, bytes_of(listed.at + 2, listed.length - 2)));
	ck_assert(see(NOW + DAY, "O"));
	ck_assert_int_eq(state_of(OLD), ROLLOVER_REVOKED);
	ck_assert(!rollover_permits(&rollover, bytes_of(listed.at + 2, listed.length - 2)));
	(void)see(NOW + 2 * DAY, "o");
	ck_assert_int_eq(state_of(OLD), ROLLOVER_REVOKED);
	now = see_for_days(NOW + 2 * DAY, 28, "n");
	ck_assert_int_eq(state_of(OLD), ROLLOVER_REVOKED);
	now = see_for_days(now, 1, "n");
	ck_assert_int_eq(state_of(OLD), ROLLOVER_REMOVED);
	(void)see_for_days(now, 100, "on");
	ck_assert_int_eq(state_of(OLD), ROLLOVER_REMOVED);
	ck_assert(!rollover_permits(&rollover, bytes_of(listed.at + 2, listed.length - 2)));
}
END_TEST

START_TEST(a_missing_key_can_revoke_itself)
{
	(void)see(NOW, "on");
	(void)see(NOW + DAY, "n");
	ck_assert(see(NOW + 2 * DAY, "nO"));
	ck_assert_int_eq(state_of(OLD), ROLLOVER_REVOKED);
}
END_TEST

START_TEST(a_listed_key_that_is_first_seen_revoked_is_not_trusted)
{
	(void)see(NOW, "Oo");
	ck_assert_int_eq(state_of(OLD), ROLLOVER_REVOKED);
	ck_assert(!rollover_permits(&rollover, bytes_of(listed.at + 2, listed.length - 2)));
}
END_TEST

START_TEST(a_strange_key_that_is_first_seen_revoked_is_nothing)
{
	(void)see(NOW, "oX");
	ck_assert_int_eq(state_of(OTHER), ROLLOVER_STATES);
}
END_TEST

START_TEST(a_clock_that_jumps_ahead_makes_nothing_trusted)
{
	(void)see(NOW, "on");
	ck_assert(!see(NOW + 3000 * (int64_t)DAY, "on"));
	ck_assert_int_eq(state_of(NEW), ROLLOVER_PENDING);
}
END_TEST

START_TEST(a_clock_that_jumps_back_resets_nothing)
{
	int64_t now;

	(void)see(NOW, "on");
	(void)see_for_days(NOW, 20, "on");
	ck_assert(!see(NOW - 1000 * DAY, "on"));
	now = see_for_days(NOW - 1000 * DAY, 9, "on");
	ck_assert_int_eq(state_of(NEW), ROLLOVER_PENDING);
	(void)see_for_days(now, 1, "on");
	ck_assert_int_eq(state_of(NEW), ROLLOVER_VALID);
}
END_TEST

START_TEST(sights_at_one_time_count_once)
{
	for (unsigned i = 0; i < 10000; i++)
		(void)see(NOW, "on");
	ck_assert_int_eq(state_of(NEW), ROLLOVER_PENDING);
	ck_assert_uint_eq(rollover.keys[1].observed, 0);
}
END_TEST

START_TEST(so_many_keys_and_no_more)
{
	const char *many = "oabcdefghijklmnp";

	(void)see(NOW, many);
	ck_assert_uint_eq(rollover.count, MAX_ANCHOR_KEYS);
	(void)see(NOW + DAY, "oabcdefghijklmnx");
	ck_assert_uint_eq(rollover.count, MAX_ANCHOR_KEYS);
	ck_assert_int_eq(state_of('p'), ROLLOVER_STATES);
	ck_assert_int_eq(state_of('x'), ROLLOVER_PENDING);
}
END_TEST

START_TEST(it_is_looked_at_again_in_half_the_time_that_is_left)
{
	(void)see(NOW, "o");
	ck_assert_uint_eq(rollover.pause, DAY);
	ck_assert_int_eq(rollover_next(&rollover, NOW), NOW + DAY);
	ck_assert_int_eq(rollover_next(&rollover, NOW - 1), NOW - 1);
	sight.original_ttl = 10;
	(void)rollover_see(&rollover, &sight, listed);
	ck_assert_uint_eq(rollover.pause, ROLLOVER_LEAST_PAUSE_S);
	sight.original_ttl = sight.expires_in = 1000 * DAY;
	(void)rollover_see(&rollover, &sight, listed);
	ck_assert_uint_eq(rollover.pause, ROLLOVER_MOST_PAUSE_S);
	ck_assert_uint_eq(rollover_retry(DAY), DAY / 5);
	ck_assert_uint_eq(rollover_retry(ROLLOVER_LEAST_PAUSE_S), ROLLOVER_LEAST_PAUSE_S);
	ck_assert_uint_eq(rollover_retry(ROLLOVER_MOST_PAUSE_S), DAY);
}
END_TEST

/* --- by chance --- */

static uint32_t chance = 1;

static uint32_t draw(uint32_t below)
{
	chance = chance * 1664525 + 1013904223;
	return (chance >> 8) % below;
}

/* Whatever is seen and whatever the clock does: a key that isn't listed is trusted only after two
 * whole pauses of being there at each look, and one that was revoked never is. */
START_TEST(no_history_makes_a_key_trusted_too_early_or_again)
{
	for (unsigned round = 0; round < 300; round++) {
		unsigned looks = 0;
		bool revoked = false;
		int64_t now = NOW;

		begin();
		for (unsigned i = 0; i < 60; i++) {
			bool there = draw(12) != 0, revokes = draw(25) == 0;
			bool was_trusted = rollover_is_trusted(state_of(NEW));

			now += (int64_t)draw(40 * DAY) - 5 * DAY;
			(void)see(now, revokes ? "oN" : there ? "on" : "o");
			revoked |= revokes && was_trusted;
			looks = there && !revokes ? looks + 1 : 0;
			ck_assert(!revoked || !rollover_is_trusted(state_of(NEW)));
			if (!was_trusted && rollover_is_trusted(state_of(NEW)))
				ck_assert_uint_ge(looks, 3);
			ck_assert_int_eq(state_of(OLD), ROLLOVER_VALID);
		}
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_key_that_is_listed_is_trusted_at_once_and_another_is_not,
		a_new_key_is_trusted_after_thirty_days_and_not_before,
		a_ttl_longer_than_thirty_days_is_waited_for,
		a_new_key_that_is_gone_for_one_look_begins_anew,
		a_new_key_that_revokes_itself_is_no_more,
		a_trusted_key_that_is_missing_stays_trusted_and_comes_back,
		a_key_that_revokes_itself_is_never_trusted_again,
		a_missing_key_can_revoke_itself,
		a_listed_key_that_is_first_seen_revoked_is_not_trusted,
		a_strange_key_that_is_first_seen_revoked_is_nothing,
		a_clock_that_jumps_ahead_makes_nothing_trusted,
		a_clock_that_jumps_back_resets_nothing,
		sights_at_one_time_count_once,
		so_many_keys_and_no_more,
		it_is_looked_at_again_in_half_the_time_that_is_left,
		no_history_makes_a_key_trusted_too_early_or_again,
	};

	return suite_run_with("validate.rollover", tests, SUITE_COUNT(tests), begin, NULL);
}
