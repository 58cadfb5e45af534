/* SPDX-License-Identifier: MIT */
/* suite.h — the main() of a unit test: all its tests in one suite, with an optional fixture.
 *
 * To Check each test is a case of its own, so that CK_RUN_CASE=NAME runs that one alone. */
#ifndef XYLEM_TESTS_SUITE_H
#define XYLEM_TESTS_SUITE_H

#include <check.h>

#define SUITE_COUNT(tests) (sizeof(tests) / sizeof((tests)[0]))

static inline int suite_run_with(const char *name, const TTest *const tests[], size_t count,
				 void (*set_up)(void), void (*tear_down)(void))
{
	Suite *suite = suite_create(name);
	SRunner *runner;
	int failed;

	for (size_t i = 0; i < count; i++) {
		TCase *one = tcase_create(tests[i]->name);

		if (set_up != NULL)
			tcase_add_checked_fixture(one, set_up, tear_down);
		tcase_set_timeout(one, 120);
		tcase_add_test(one, tests[i]);
		suite_add_tcase(suite, one);
	}
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}

static inline int suite_run(const char *name, const TTest *const tests[], size_t count)
{
	return suite_run_with(name, tests, count, NULL, NULL);
}

#endif
