/* SPDX-License-Identifier: MIT */
/* test_minimise.c — how much of a name a server hears. */
#include "resolver/walk/minimise.h"

#include "cache/base/limits.h"
#include "cache/dns.h"
#include "tests/unit/suite.h"

START_TEST(one_label_more_at_first)
{
	ck_assert_uint_eq(minimise_labels(0, 3, 0), 1);
	ck_assert_uint_eq(minimise_labels(1, 3, 1), 2);
	ck_assert_uint_eq(minimise_labels(2, 3, 2), 3);
}
END_TEST

START_TEST(the_whole_name_when_all_is_shown)
{
	ck_assert_uint_eq(minimise_labels(3, 3, 0), 3);
	ck_assert_uint_eq(minimise_labels(0, 0, 0), 0);
}
END_TEST

START_TEST(any_name_is_whole_after_ten_questions)
{
	for (unsigned labels = 1; labels <= NAME_LABELS; labels++) {
		unsigned shown = 0, count = 0;

		while (shown < labels) {
			unsigned next = minimise_labels(shown, labels, count);

			ck_assert_uint_gt(next, shown);
			ck_assert_uint_le(next, labels);
			shown = next;
			count++;
		}
		ck_assert_uint_le(count, MAX_MINIMISED + 1);
	}
}
END_TEST

START_TEST(a_shorter_question_tells_neither_type_nor_name)
{
	struct question sought = { .type = TYPE_MX, .class = CLASS_IN }, put;
	struct name com;

	ck_assert(name_parse("www.example.com", &sought.name) && name_parse("com", &com));
	minimise(&sought, 1, &put);
	ck_assert(name_equal(&put.name, &com));
	ck_assert_uint_eq(put.type, TYPE_A);
	minimise(&sought, 3, &put);
	ck_assert(question_equal(&put, &sought));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		one_label_more_at_first, the_whole_name_when_all_is_shown,
		any_name_is_whole_after_ten_questions,
		a_shorter_question_tells_neither_type_nor_name,
	};

	return suite_run("walk.minimise", tests, SUITE_COUNT(tests));
}
