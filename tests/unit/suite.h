/* SPDX-License-Identifier: MIT */
/* suite.h — the main() of a unit test: all its cases in one suite, with an optional fixture. */
#ifndef XYLEM_TESTS_SUITE_H
#define XYLEM_TESTS_SUITE_H

#include <check.h>

#define SUITE_COUNT(tests) (sizeof(tests) / sizeof((tests)[0]))

static inline int suite_run_with(const char *name, const TTest *const tests[], size_t count,
				 void (*set_up)(void), void (*tear_down)(void))
{
	Suite *suite = suite_create(name);
	TCase *cases = tcase_create(name);
	SRunner *runner;
	int failed;

	if (set_up != NULL)
		tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_set_timeout(cases, 120);
	for (size_t i = 0; i < count; i++)
		tcase_add_test(cases, tests[i]);
	suite_add_tcase(suite, cases);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}

static inline int suite_run(const char *name, const TTest *const tests[], size_t count)
{
	return suite_run_with(name, tests, count, NULL, NULL);
}

#endif
