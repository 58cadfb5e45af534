/* SPDX-License-Identifier: MIT */
/* test_sentinel.c — RFC 8509: which names test a key, and what they are told. */
#include "resolver/policy/sentinel.h"

#include "cache/dns.h"
#include "tests/unit/suite.h"

static const struct sentinel trusts = { .is_on = true, .count = 2, .tags = { 20326, 38 } };

static bool denies(const char *name, uint16_t type)
{
	struct question question = { .type = type, .class = CLASS_IN };

	ck_assert(name_parse(name, &question.name));
	return sentinel_denies(&trusts, &question);
}

START_TEST(a_key_that_is_trusted_is_one)
{
	ck_assert(!denies("root-key-sentinel-is-ta-20326.example.", TYPE_A));
	ck_assert(denies("root-key-sentinel-not-ta-20326.example.", TYPE_A));
	ck_assert(denies("Root-Key-Sentinel-Not-TA-00038.example.", TYPE_AAAA));
}
END_TEST

START_TEST(a_key_that_is_not_trusted_is_none)
{
	ck_assert(denies("root-key-sentinel-is-ta-20327.example.", TYPE_A));
	ck_assert(denies("root-key-sentinel-is-ta-00000.", TYPE_AAAA));
	ck_assert(!denies("root-key-sentinel-not-ta-20327.example.", TYPE_AAAA));
}
END_TEST

START_TEST(other_names_and_types_are_no_tests)
{
	static const char *const names[] = {
		".", "example.", "root-key-sentinel-is-ta-2032.example.",
		"root-key-sentinel-is-ta-203260.example.",
		"root-key-sentinel-is-ta-2032x.example.",
		"root-key-sentinel-is-ta-99999.example.", "root-key-sentinel-isnta-12345.example.",
		"xoot-key-sentinel-is-ta-12345.example.",
		"a.root-key-sentinel-is-ta-12345.example.",
		"root-key-sentinel-not-ta-2032.example.", "root-key-sentinel-nox-ta-12345.example.",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ck_assert_msg(!denies(names[i], TYPE_A), "%s", names[i]);
	ck_assert(!denies("root-key-sentinel-is-ta-12345.example.", TYPE_MX));
	ck_assert(!denies("root-key-sentinel-is-ta-12345.example.", TYPE_ANY));
}
END_TEST

START_TEST(nobody_may_test_where_it_is_off)
{
	static const struct sentinel off = { .is_on = false };
	struct question question = { .type = TYPE_A, .class = CLASS_IN };

	ck_assert(name_parse("root-key-sentinel-is-ta-12345.example.", &question.name));
	ck_assert(!sentinel_denies(&off, &question));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_key_that_is_trusted_is_one,
		a_key_that_is_not_trusted_is_none,
		other_names_and_types_are_no_tests,
		nobody_may_test_where_it_is_off,
	};

	return suite_run("policy.sentinel", tests, SUITE_COUNT(tests));
}
