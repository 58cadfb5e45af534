/* SPDX-License-Identifier: MIT */
/* test_added_zones.c — whose a name is, how many there may be, and when they end. */
#include "resolver/added_zones.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/suite.h"

static struct added_zones *zones;
static struct complaint why;

static void set_up(void)
{
	zones = added_zones_copy(NULL);
	ck_assert_ptr_nonnull(zones);
}

static void tear_down(void)
{
	free(zones);
}

static bool put(const char *name, const char *owner, uint32_t expires_at)
{
	struct added_zone zone = { .expires_at = expires_at, .server_count = 1 };

	snprintf(zone.name, sizeof(zone.name), "%s", name);
	snprintf(zone.owner, sizeof(zone.owner), "%s", owner);
	return added_zones_put(zones, &zone, &why);
}

START_TEST(a_name_has_one_owner)
{
	ck_assert(put("corp.example.", "vpn", 0));
	ck_assert(!put("corp.example.", "office", 0));
	ck_assert_ptr_nonnull(strstr(why.text, "corp.example. is vpn's already"));
	ck_assert(put("corp.example.", "vpn", 77));
	ck_assert_uint_eq(zones->count, 1);
	ck_assert_uint_eq(added_zones_find(zones, "corp.example.")->expires_at, 77);
}
END_TEST

START_TEST(so_many_zones_and_no_more)
{
	char name[32];

	for (unsigned i = 0; i < MAX_ADDED_ZONES; i++) {
		snprintf(name, sizeof(name), "z%u.example.", i);
		ck_assert(put(name, "vpn", 0));
	}
	ck_assert(!put("more.example.", "vpn", 0));
	ck_assert_ptr_nonnull(strstr(why.text, "64 zones have been added"));
	ck_assert(put("z7.example.", "vpn", 5));        /* a change is none more */
}
END_TEST

START_TEST(zones_go_by_name_and_owner)
{
	ck_assert(put("a.", "vpn", 0) && put("b.", "vpn", 0) && put("c.", "office", 0));
	ck_assert_uint_eq(added_zones_remove(zones, "a.", "office"), 0);
	ck_assert_uint_eq(added_zones_remove(zones, "a.", NULL), 1);
	ck_assert_uint_eq(added_zones_remove(zones, NULL, "vpn"), 1);
	ck_assert_uint_eq(zones->count, 1);
	ck_assert_str_eq(zones->at[0].name, "c.");
}
END_TEST

START_TEST(zones_end_when_their_time_is_over)
{
	ck_assert_uint_eq(added_zones_next_end(zones, 100), UINT32_MAX);
	ck_assert(put("a.", "vpn", 110) && put("b.", "vpn", 0) && put("c.", "vpn", 105));
	ck_assert_uint_eq(added_zones_next_end(zones, 100), 5);
	ck_assert_uint_eq(added_zones_expire(zones, 104), 0);
	ck_assert_uint_eq(added_zones_expire(zones, 105), 1);
	ck_assert_ptr_null(added_zones_find(zones, "c."));
	ck_assert_uint_eq(added_zones_next_end(zones, 200), 0);
	ck_assert_uint_eq(added_zones_expire(zones, 200), 1);
	ck_assert_uint_eq(added_zones_next_end(zones, 200), UINT32_MAX);
	ck_assert_uint_eq(zones->count, 1);
}
END_TEST

START_TEST(a_copy_is_another)
{
	struct added_zones *copy;

	ck_assert(put("a.", "vpn", 0));
	copy = added_zones_copy(zones);
	ck_assert_uint_eq(added_zones_remove(copy, NULL, "vpn"), 1);
	ck_assert_uint_eq(zones->count, 1);
	free(copy);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_name_has_one_owner, so_many_zones_and_no_more, zones_go_by_name_and_owner,
		zones_end_when_their_time_is_over, a_copy_is_another,
	};

	return suite_run_with("startup.added_zones", tests, SUITE_COUNT(tests), set_up, tear_down);
}
