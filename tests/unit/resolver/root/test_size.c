/* SPDX-License-Identifier: MIT */
/* test_size.c — the real root zone, as large as it is: $ROOT_ZONE, signed and digested anew by
 * ldns-signzone, which is the oracle. Skipped where there is no such file. Figures are printed, not
 * judged. */
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache/base/clock.h"
#include "resolver/root/copy.h"
#include "resolver/root/zone_text.h"
#include "tests/unit/resolver/root/zones.h"

static struct complaint why;

static void run(const char *format, const char *argument)
{
	char command[1024];

	snprintf(command, sizeof(command), format, scratch_folder(), argument);
	ck_assert_msg(system(command) == 0, "%s failed", command);
}

/* Signed with a key of our own, and with a digest of this hash. */
static const char *sign(const char *hash)
{
	static char path[128];

	run("cd %s && gunzip -c '%s' > plain", getenv("ROOT_ZONE"));
	run("cd %s && ldns-keygen -a %s . > key", "ECDSAP256SHA256");
	run("cd %s && ldns-signzone -z simple:%s -o . -f signed plain $(cat key)", hash);
	snprintf(path, sizeof(path), "%s/signed", scratch_folder());
	return path;
}

static unsigned us_since(uint64_t began)
{
	return (unsigned)(clock_timer_us() - began);
}

/* Every top-level domain of the zone, and as many names that aren't there. */
static unsigned look_all_up(const struct root_copy *copy, const struct zone *zone)
{
	static struct cut cut;
	unsigned found = 0;

	for (size_t i = 0; i < zone->count; i++) {
		struct zone_record record = zone_record(zone, i);
		struct cursor at = cursor_over(record.owner);
		struct name name;

		name_read(&at, &name);
		if (record.type == TYPE_NS && name_labels(&name) == 1)
			found += root_copy_find_cut(copy, &name, 0, 86400, &cut);
	}
	return found;
}

START_TEST(the_real_root_is_read_checked_and_looked_up)
{
	const char *path = sign("sha384");
	struct zone zone;
	struct root_copy *copy;
	uint64_t began = clock_timer_us();
	unsigned read_us, check_us, copy_us, found;

	zone_init(&zone, &name_root);
	ck_assert_msg(zone_text_read_file(path, &zone, &why), "%s", why.text);
	read_us = us_since(began);
	began = clock_timer_us();
	ck_assert_msg(zone_check_digest(&zone, &why) == DIGEST_MATCHES, "%s", why.text);
	check_us = us_since(began);
	began = clock_timer_us();
	copy = root_copy_new(&zone, SECURITY_UNCHECKED, &why);
	copy_us = us_since(began);
	ck_assert_msg(copy != NULL, "%s", why.text);
	ck_assert_uint_gt(root_copy_zones(copy), 1400);
	began = clock_timer_us();
	found = look_all_up(copy, &zone);
	printf("# %zu records: read in %u us, checked in %u us, copied in %u us; copy: %zu octets, "
	       "%u zones; %u cuts found in %u us\n", zone.count, read_us, check_us, copy_us,
	       root_copy_octets(copy), root_copy_zones(copy), found, us_since(began));
	root_copy_free(copy);
	zone_clear(&zone);
}
END_TEST

START_TEST(sha_512_of_the_real_root_matches_and_a_damage_is_seen)
{
	const char *path = sign("sha512");
	struct zone zone;

	zone_init(&zone, &name_root);
	ck_assert_msg(zone_text_read_file(path, &zone, &why), "%s", why.text);
	ck_assert_msg(zone_check_digest(&zone, &why) == DIGEST_MATCHES, "%s", why.text);
	zone.octets.at[zone.octets.used - 1] ^= 1;
	ck_assert_int_eq(zone_check_digest(&zone, &why), DIGEST_DIFFERS);
	zone_clear(&zone);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_real_root_is_read_checked_and_looked_up,
		sha_512_of_the_real_root_matches_and_a_damage_is_seen,
	};

	/* The project doesn't need it: without it there is nothing to find out here. */
	if (getenv("ROOT_ZONE") == NULL || access(getenv("ROOT_ZONE"), R_OK) != 0) {
		printf("# there is no root zone at $ROOT_ZONE: not tried\n");
		return 0;
	}
	return suite_run("root.size", tests, SUITE_COUNT(tests));
}
