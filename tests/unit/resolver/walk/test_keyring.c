/* SPDX-License-Identifier: MIT */
/* test_keyring.c — keys are found while they are good, and the least used give way. */
#include "resolver/walk/keyring.h"

#include <stdio.h>

#include "tests/unit/suite.h"

enum { MOST = 8, NOW = 5000 };

static struct keyring *keyring;

static void begin(void)
{
	ck_assert(keyring_new(MOST, &keyring) == OK);
}

static void end(void)
{
	keyring_free(keyring);
}

static struct name name(const char *text)
{
	struct name name;

	ck_assert(name_parse(text, &name));
	return name;
}

static void put(const char *zone, uint32_t good_until)
{
	static const uint8_t data[] = { 1, 0, 3, 13, 1, 2, 3, 4 };
	struct bytes rdata = bytes_of(data, sizeof(data));
	struct rrset set = { .owner = name(zone), .type = TYPE_DNSKEY, .class = CLASS_IN,
			     .count = 1, .rdata = &rdata };
	struct zone_keys *keys = zone_keys_new(&set);

	ck_assert(keys != NULL);
	keys->good_until = good_until;
	keyring_put(keyring, keys, NOW);
	zone_keys_drop(keys);
}

static bool has(const char *zone, uint32_t now)
{
	struct name of = name(zone);
	struct zone_keys *keys = keyring_find(keyring, &of, now);
	bool is_there = keys != NULL;

	ck_assert(keys == NULL || name_equal(&keys->zone, &of));
	zone_keys_drop(keys);
	return is_there;
}

START_TEST(keys_are_found_by_zone_whatever_its_letters)
{
	put("Example.COM.", NOW + 10);
	ck_assert(has("example.com.", NOW));
	ck_assert(!has("example.net.", NOW));
}
END_TEST

START_TEST(keys_are_good_until_their_time_is_over)
{
	put("example.com.", NOW + 10);
	put("over.example.", NOW);
	ck_assert(has("example.com.", NOW + 9));
	ck_assert(!has("example.com.", NOW + 10));
	ck_assert(!has("over.example.", NOW));
}
END_TEST

START_TEST(newer_keys_take_the_place_of_older)
{
	struct name zone = name("example.com.");
	struct zone_keys *held;

	put("example.com.", NOW + 10);
	held = keyring_find(keyring, &zone, NOW);
	put("example.com.", NOW + 100);
	ck_assert(has("example.com.", NOW + 50));
	ck_assert(name_equal(&held->zone, &zone));      /* who holds them has them still */
	zone_keys_drop(held);
}
END_TEST

START_TEST(a_zone_is_forgotten_alone)
{
	struct name zone = name("Example.COM.");

	put("example.com.", NOW + 10);
	put("example.net.", NOW + 10);
	keyring_forget(keyring, &zone);
	keyring_forget(keyring, &zone);
	ck_assert(!has("example.com.", NOW));
	ck_assert(has("example.net.", NOW));
}
END_TEST

START_TEST(the_least_lately_used_give_way)
{
	char text[16];

	for (unsigned i = 0; i < MOST; i++) {
		snprintf(text, sizeof(text), "z%u.", i);
		put(text, NOW + 10);
	}
	ck_assert(has("z0.", NOW));
	put("more.", NOW + 10);
	ck_assert(has("z0.", NOW));
	ck_assert(!has("z1.", NOW));
	ck_assert(has("more.", NOW));
}
END_TEST

START_TEST(nothing_is_left_after_clearing)
{
	put("example.com.", NOW + 10);
	keyring_clear(keyring);
	ck_assert(!has("example.com.", NOW));
	put("example.com.", NOW + 10);
	ck_assert(has("example.com.", NOW));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		keys_are_found_by_zone_whatever_its_letters,
		keys_are_good_until_their_time_is_over, newer_keys_take_the_place_of_older,
		a_zone_is_forgotten_alone, the_least_lately_used_give_way,
		nothing_is_left_after_clearing,
	};

	return suite_run_with("walk.keyring", tests, SUITE_COUNT(tests), begin, end);
}
