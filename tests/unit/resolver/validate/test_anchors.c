/* SPDX-License-Identifier: MIT */
/* test_anchors.c — where trust begins, and where it ends on somebody's word. */
#include "resolver/validate/anchors.h"

#include <stdio.h>

#include "tests/unit/suite.h"

enum { NOW = 1000000 };

static struct anchors *anchors;
static const uint8_t   ds[36] = { 0x4f, 0x66, 8, 2, 1, 2, 3 };

static void begin(void)
{
	anchors = anchors_new();
	ck_assert(anchors != NULL);
}

static void end(void)
{
	anchors_free(anchors);
}

static struct name name(const char *text)
{
	struct name name;

	ck_assert(name_parse(text, &name));
	return name;
}

static void trust(const char *zone)
{
	struct name of = name(zone);

	ck_assert(anchors_add_ds(anchors, &of, bytes_of(ds, sizeof(ds))) == OK);
}

static void distrust(const char *zone, int64_t until)
{
	struct name of = name(zone);

	ck_assert(anchors_add_negative(anchors, &of, "broken", until) == OK);
}

static const struct anchor *find(const char *text)
{
	struct name of = name(text);

	return anchors_find(anchors, &of, NOW);
}

static bool found(const char *text, const char *zone, bool negative)
{
	const struct anchor *anchor = find(text);
	struct name of = name(zone);

	return anchor != NULL && name_equal(&anchor->zone, &of) && anchor->is_negative == negative;
}

START_TEST(without_anchors_nothing_is_known)
{
	ck_assert(find("example.com.") == NULL);
	ck_assert(anchors_find(NULL, &name_root, NOW) == NULL);
}
END_TEST

START_TEST(the_closest_anchor_at_or_above_counts)
{
	trust(".");
	trust("corp.example.");
	distrust("broken.corp.example.", 0);
	ck_assert(found("www.example.com.", ".", false));
	ck_assert(found("CORP.example.", "corp.example.", false));
	ck_assert(found("a.b.corp.example.", "corp.example.", false));
	ck_assert(found("www.broken.corp.example.", "broken.corp.example.", true));
	ck_assert(found("notcorp.example.", ".", false));
}
END_TEST

START_TEST(a_negative_anchor_beats_the_other_at_its_name)
{
	distrust("example.", 0);
	trust("example.");
	ck_assert(found("www.example.", "example.", true));
	ck_assert_str_eq(find("www.example.")->reason, "broken");
}
END_TEST

START_TEST(a_negative_anchor_ends_at_its_time)
{
	trust(".");
	distrust("late.example.", NOW + 1);
	distrust("over.example.", NOW);
	ck_assert(found("www.late.example.", "late.example.", true));
	ck_assert(found("www.over.example.", ".", false));
}
END_TEST

START_TEST(ds_records_of_one_zone_are_one_anchor)
{
	trust("example.");
	trust("example.");
	ck_assert_uint_eq(anchors_count(anchors), 1);
	ck_assert_uint_eq(find("example.")->ds.length, 2 * (2 + sizeof(ds)));
}
END_TEST

START_TEST(so_many_ds_and_no_more)
{
	struct name zone = name("example.");
	unsigned taken = 0;

	while (taken < 100 && anchors_add_ds(anchors, &zone, bytes_of(ds, sizeof(ds))) == OK)
		taken++;
	ck_assert_uint_eq(taken, 1024 / (2 + sizeof(ds)));
	ck_assert_uint_eq(find("example.")->ds.length, taken * (2 + sizeof(ds)));
}
END_TEST

START_TEST(what_is_no_ds_and_no_key_is_refused)
{
	static const uint8_t revoked[] = { 0x01, 0x80, 3, 8, 1, 2, 3, 4 };
	struct name zone = name("example.");

	ck_assert(anchors_add_ds(anchors, &zone, bytes_of(ds, 10)) == MALFORMED);
	ck_assert(anchors_add_key(anchors, &zone, bytes_of(ds, 2)) == MALFORMED);
	ck_assert(anchors_add_key(anchors, &zone, bytes_of(revoked, sizeof(revoked))) == MALFORMED);
	ck_assert(find("example.") == NULL);
}
END_TEST

START_TEST(many_anchors_stay_where_they_are)
{
	char text[32];

	for (unsigned i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "z%u.example.", i);
		trust(text);
	}
	ck_assert(found("www.z0.example.", "z0.example.", false));
	ck_assert(found("www.z99.example.", "z99.example.", false));
	ck_assert_mem_eq(find("z50.example.")->ds.at + 2, ds, sizeof(ds));
}
END_TEST

START_TEST(a_copy_has_the_same_and_is_another)
{
	struct anchors *first = anchors, *copy;

	trust(".");
	distrust("example.", NOW + 9);
	copy = anchors_copy(first);
	ck_assert(copy != NULL);
	ck_assert_uint_eq(anchors_fingerprint(copy), anchors_fingerprint(first));
	anchors = copy;
	ck_assert(found("www.example.", "example.", true));
	ck_assert(found("www.", ".", false));
	trust("more.");
	ck_assert_uint_ne(anchors_fingerprint(copy), anchors_fingerprint(first));
	ck_assert_uint_eq(anchors_count(first), 2);
	anchors_free(first);
}
END_TEST

START_TEST(the_order_makes_no_other_fingerprint_and_the_kind_does)
{
	struct anchors *other = anchors_new(), *first = anchors;

	trust("a.");
	trust("b.");
	anchors = other;
	trust("b.");
	trust("A.");
	ck_assert_uint_eq(anchors_fingerprint(first), anchors_fingerprint(other));
	distrust("a.", 0);
	ck_assert_uint_ne(anchors_fingerprint(first), anchors_fingerprint(other));
	anchors_free(first);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		without_anchors_nothing_is_known, the_closest_anchor_at_or_above_counts,
		a_negative_anchor_beats_the_other_at_its_name,
		a_negative_anchor_ends_at_its_time, ds_records_of_one_zone_are_one_anchor,
		so_many_ds_and_no_more, what_is_no_ds_and_no_key_is_refused,
		many_anchors_stay_where_they_are, a_copy_has_the_same_and_is_another,
		the_order_makes_no_other_fingerprint_and_the_kind_does,
	};

	return suite_run_with("validate.anchors", tests, SUITE_COUNT(tests), begin, end);
}
