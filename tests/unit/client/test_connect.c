/* SPDX-License-Identifier: MIT */
/* test_connect.c — addresses as text, their order (RFC 6724), and Happy Eyeballs (RFC 8305) at
 * given times. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/connect/eyeballs.h"

enum { MS = 1000 };

static struct address address(const char *text)
{
	struct address made;

	ck_assert(address_read(&made, text, 80));
	return made;
}

static const struct spelling {
	const char *text, *meant;       /* NULL: none */
} spellings[] = {
	{ "127.0.0.1", "127.0.0.1:53" },     { "127.0.0.1:5300", "127.0.0.1:5300" },
	{ "127.0.0.1@5300", "127.0.0.1:5300" }, { "127.0.0.1#5300", "127.0.0.1:5300" },
	{ "::1", "[::1]:53" },               { "[::1]", "[::1]:53" },
	{ "[::1]:5300", "[::1]:5300" },      { "::1@5300", "[::1]:5300" },
	{ "", NULL },                        { "example.com", NULL },
	{ "127.0.0.1:", NULL },              { "127.0.0.1:0", NULL },
	{ "127.0.0.1:65536", NULL },         { "127.0.0.1:5x", NULL },
	{ "[::1", NULL },                    { "[::1]5300", NULL },
	{ "127.0.0.1:-5", NULL },            { "1.2.3", NULL },
};

START_TEST(ports_are_read_in_each_spelling)
{
	struct address read;
	char text[ADDRESS_TEXT];

	if (spellings[_i].meant == NULL) {
		ck_assert(!address_read_with_port(&read, spellings[_i].text, 53));
		return;
	}
	ck_assert(address_read_with_port(&read, spellings[_i].text, 53));
	ck_assert_str_eq(address_write_with_port(text, &read), spellings[_i].meant);
}
END_TEST

/* A destination with the source that the kernel is supposed to have chosen; NULL: no route. */
static struct destination destination(const char *to, const char *from)
{
	struct destination made = { .to = address(to), .reachable = from != NULL };

	if (from != NULL)
		made.from = address(from);
	return made;
}

static void expect_order(struct destination *list, const char *const *wanted, size_t count)
{
	char text[ADDRESS_TEXT];

	destinations_sort(list, count);
	for (size_t i = 0; i < count; i++)
		ck_assert_str_eq(address_write(text, &list[i].to), wanted[i]);
}

/* RFC 6724 §10.2, and what each rule decides. */
START_TEST(unreachable_ones_come_last)
{
	struct destination list[] = { destination("2001:db8:1::1", NULL),
				      destination("198.51.100.121", "198.51.100.117") };

	expect_order(list, (const char *[]){ "198.51.100.121", "2001:db8:1::1" }, 2);
}
END_TEST

START_TEST(matching_scope_wins)
{
	struct destination list[] = { destination("2001:db8:1::1", "fe80::1"),
				      destination("198.51.100.121", "198.51.100.117") };

	expect_order(list, (const char *[]){ "198.51.100.121", "2001:db8:1::1" }, 2);
}
END_TEST

START_TEST(matching_label_wins)
{
	struct destination list[] = { destination("2002:c633:6401::1", "2001:db8::2"),
				      destination("2001:db8:1::1", "2001:db8:1::2") };

	expect_order(list, (const char *[]){ "2001:db8:1::1", "2002:c633:6401::1" }, 2);
}
END_TEST

START_TEST(ipv6_comes_before_ipv4)
{
	struct destination list[] = { destination("10.1.2.3", "10.1.2.4"),
				      destination("2001:db8:1::1", "2001:db8:1::2") };

	expect_order(list, (const char *[]){ "2001:db8:1::1", "10.1.2.3" }, 2);
}
END_TEST

START_TEST(smaller_scope_wins)
{
	struct destination list[] = { destination("2001:db8:1::1", "2001:db8:1::2"),
				      destination("fe80::1", "fe80::2") };

	expect_order(list, (const char *[]){ "fe80::1", "2001:db8:1::1" }, 2);
}
END_TEST

START_TEST(longer_common_prefix_wins)
{
	struct destination list[] = { destination("2001:db8:2::1", "2001:db8:1::2"),
				      destination("2001:db8:1::1", "2001:db8:1::2") };

	expect_order(list, (const char *[]){ "2001:db8:1::1", "2001:db8:2::1" }, 2);
}
END_TEST

START_TEST(equals_keep_their_order)
{
	struct destination list[] = { destination("192.0.2.3", "192.0.2.9"),
				      destination("192.0.2.1", "192.0.2.9"),
				      destination("192.0.2.2", "192.0.2.9") };

	expect_order(list, (const char *[]){ "192.0.2.3", "192.0.2.1", "192.0.2.2" }, 3);
}
END_TEST

static struct eyeballs eyeballs;

static void add(const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct address one = address(texts[i]);

		eyeballs_add(&eyeballs, &one, 1);
	}
}

static void expect_begin(uint64_t now_us, const char *who)
{
	struct eyeballs_advice advice = eyeballs_next(&eyeballs, now_us);
	char text[ADDRESS_TEXT];

	ck_assert_int_eq(advice.deed, EYEBALLS_BEGIN);
	ck_assert_str_eq(address_write(text, &eyeballs.attempts[advice.which].to), who);
	eyeballs_began(&eyeballs, advice.which, now_us);
}

static void expect_wait(uint64_t now_us, uint64_t until_us)
{
	struct eyeballs_advice advice = eyeballs_next(&eyeballs, now_us);

	ck_assert_int_eq(advice.deed, EYEBALLS_WAIT);
	ck_assert_uint_eq(advice.until_us, until_us);
}

START_TEST(attempts_begin_250_ms_apart)
{
	eyeballs_init(&eyeballs);
	add((const char *[]){ "2001:db8::1", "192.0.2.1" }, 2);
	expect_begin(10 * MS, "2001:db8::1");
	expect_wait(11 * MS, 260 * MS);
	expect_wait(259 * MS, 260 * MS);
	expect_begin(260 * MS, "192.0.2.1");
	expect_wait(261 * MS, 0);
	eyeballs_won(&eyeballs, 1, 300 * MS);
	ck_assert_int_eq(eyeballs_next(&eyeballs, 300 * MS).deed, EYEBALLS_OVER);
	ck_assert_int_eq(eyeballs.attempts[0].state, ATTEMPT_LOST);
	ck_assert_int_eq(eyeballs.attempts[1].state, ATTEMPT_WON);
}
END_TEST

START_TEST(a_failure_hurries_the_next)
{
	eyeballs_init(&eyeballs);
	add((const char *[]){ "2001:db8::1", "192.0.2.1" }, 2);
	expect_begin(0, "2001:db8::1");
	eyeballs_failed(&eyeballs, 0, 5 * MS);
	expect_begin(5 * MS, "192.0.2.1");
	eyeballs_failed(&eyeballs, 1, 6 * MS);
	ck_assert_int_eq(eyeballs_next(&eyeballs, 6 * MS).deed, EYEBALLS_HOPELESS);
}
END_TEST

START_TEST(an_earlier_attempt_may_still_win)
{
	eyeballs_init(&eyeballs);
	add((const char *[]){ "2001:db8::1", "192.0.2.1" }, 2);
	expect_begin(0, "2001:db8::1");
	expect_begin(250 * MS, "192.0.2.1");
	eyeballs_won(&eyeballs, 0, 251 * MS);
	ck_assert_uint_eq(eyeballs_next(&eyeballs, 251 * MS).which, 0);
	ck_assert_int_eq(eyeballs.attempts[1].state, ATTEMPT_LOST);
}
END_TEST

START_TEST(families_take_turns)
{
	static const char *const wanted[] = { "2001:db8::1", "192.0.2.1", "2001:db8::2",
					      "192.0.2.2", "2001:db8::3" };

	eyeballs_init(&eyeballs);
	add((const char *[]){ "2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1",
			      "192.0.2.2" },
	    5);
	for (uint64_t i = 0; i < 5; i++)
		expect_begin(i * 250 * MS, wanted[i]);
}
END_TEST

START_TEST(late_addresses_join)
{
	eyeballs_init(&eyeballs);
	add((const char *[]){ "192.0.2.1", "192.0.2.2" }, 2);
	eyeballs.more_may_come = true;
	expect_begin(0, "192.0.2.1");
	eyeballs_failed(&eyeballs, 0, 1 * MS);
	add((const char *[]){ "2001:db8::1", "192.0.2.2" }, 2);
	ck_assert_uint_eq(eyeballs.count, 3);
	expect_begin(1 * MS, "2001:db8::1");
}
END_TEST

START_TEST(hope_lasts_while_more_may_come)
{
	eyeballs_init(&eyeballs);
	eyeballs.more_may_come = true;
	expect_wait(0, 0);
	eyeballs.more_may_come = false;
	ck_assert_int_eq(eyeballs_next(&eyeballs, 0).deed, EYEBALLS_HOPELESS);
}
END_TEST

START_TEST(too_many_addresses_are_bounded)
{
	char text[ADDRESS_TEXT];

	eyeballs_init(&eyeballs);
	for (int i = 0; i < 3 * MAX_ADDRESSES; i++) {
		snprintf(text, sizeof(text), "192.0.2.%d", i);
		add((const char *[]){ text }, 1);
	}
	ck_assert_uint_eq(eyeballs.count, MAX_ADDRESSES);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("connect");
	TCase *tests = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	tcase_add_loop_test(tests, ports_are_read_in_each_spelling, 0,
			    sizeof(spellings) / sizeof(spellings[0]));
	tcase_add_test(tests, unreachable_ones_come_last);
	tcase_add_test(tests, matching_scope_wins);
	tcase_add_test(tests, matching_label_wins);
	tcase_add_test(tests, ipv6_comes_before_ipv4);
	tcase_add_test(tests, smaller_scope_wins);
	tcase_add_test(tests, longer_common_prefix_wins);
	tcase_add_test(tests, equals_keep_their_order);
	tcase_add_test(tests, attempts_begin_250_ms_apart);
	tcase_add_test(tests, a_failure_hurries_the_next);
	tcase_add_test(tests, an_earlier_attempt_may_still_win);
	tcase_add_test(tests, families_take_turns);
	tcase_add_test(tests, late_addresses_join);
	tcase_add_test(tests, hope_lasts_while_more_may_come);
	tcase_add_test(tests, too_many_addresses_are_bounded);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
