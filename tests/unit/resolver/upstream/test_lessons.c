/* SPDX-License-Identifier: MIT */
/* test_lessons.c — what a server's replies change in how it is asked. */
#include "resolver/upstream/lessons.h"

#include "cache/base/limits.h"
#include "tests/unit/suite.h"

enum { NOW = 5000 };

static struct server server;
static struct exchange_request request;
static struct exchange_findings findings;
static struct defences all;

static void set_up(void)
{
	server = (struct server){ 0 };
	request = (struct exchange_request){ 0 };
	findings = (struct exchange_findings){ 0 };
	all = (struct defences){ .vary_letters = true, .cookies = true };
}

START_TEST(an_unknown_server_is_asked_in_varied_letters)
{
	lessons_apply(&server, &all, NOW, &request);
	ck_assert(request.vary_letters);
	all.vary_letters = false;
	lessons_apply(&server, &all, NOW, &request);
	ck_assert(!request.vary_letters);
}
END_TEST

START_TEST(who_changes_letters_is_spared_for_a_while)
{
	findings.letters_changed = true;
	lessons_learn(&server, &findings, NOW);
	lessons_apply(&server, &all, NOW + LETTERS_EXCEPTION_S - 1, &request);
	ck_assert(!request.vary_letters);
	lessons_apply(&server, &all, NOW + LETTERS_EXCEPTION_S, &request);
	ck_assert(request.vary_letters);
}
END_TEST

START_TEST(who_keeps_letters_teaches_nothing)
{
	lessons_learn(&server, &findings, NOW);
	lessons_apply(&server, &all, NOW, &request);
	ck_assert(request.vary_letters);
}
END_TEST

/* --- cookies --- */

static void server_sends_cookie(unsigned octets)
{
	findings.cookie_sent = true;
	findings.cookie = (struct cookie){ .length = (uint8_t)octets, .octets = { 1, 2, 3 } };
	lessons_learn(&server, &findings, NOW);
}

START_TEST(an_unknown_server_gets_a_cookie_of_its_own)
{
	struct cookie first;

	lessons_apply(&server, &all, NOW, &request);
	first = request.cookie;
	ck_assert_uint_eq(first.length, CLIENT_COOKIE_OCTETS);
	lessons_apply(&server, &all, NOW, &request);
	ck_assert_mem_ne(first.octets, request.cookie.octets, CLIENT_COOKIE_OCTETS);
}
END_TEST

START_TEST(a_cookie_that_came_back_goes_out_again)
{
	server_sends_cookie(24);
	lessons_apply(&server, &all, NOW + 100000, &request);
	ck_assert_uint_eq(request.cookie.length, 24);
	ck_assert_mem_eq(request.cookie.octets, findings.cookie.octets, 24);
}
END_TEST

START_TEST(who_has_no_cookies_is_asked_for_one_now_and_then)
{
	server_sends_cookie(24);
	server_sends_cookie(0);
	lessons_apply(&server, &all, NOW + COOKIELESS_S - 1, &request);
	ck_assert_uint_eq(request.cookie.length, 0);
	lessons_apply(&server, &all, NOW + COOKIELESS_S, &request);
	ck_assert_uint_eq(request.cookie.length, CLIENT_COOKIE_OCTETS);
}
END_TEST

START_TEST(a_silent_server_is_asked_for_no_cookie)
{
	server.silences = 1;
	lessons_apply(&server, &all, NOW, &request);
	ck_assert_uint_eq(request.cookie.length, 0);
	server_sends_cookie(16);                /* but one that is known goes along */
	lessons_apply(&server, &all, NOW, &request);
	ck_assert_uint_eq(request.cookie.length, 16);
}
END_TEST

START_TEST(cookies_can_be_turned_off)
{
	all.cookies = false;
	server_sends_cookie(24);
	lessons_apply(&server, &all, NOW, &request);
	ck_assert_uint_eq(request.cookie.length, 0);
}
END_TEST

START_TEST(a_reply_to_no_cookie_teaches_nothing)
{
	server_sends_cookie(24);
	findings = (struct exchange_findings){ 0 };
	lessons_learn(&server, &findings, NOW);
	ck_assert_uint_eq(server.cookie.length, 24);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_unknown_server_is_asked_in_varied_letters,
		who_changes_letters_is_spared_for_a_while,
		who_keeps_letters_teaches_nothing, an_unknown_server_gets_a_cookie_of_its_own,
		a_cookie_that_came_back_goes_out_again,
		who_has_no_cookies_is_asked_for_one_now_and_then,
		a_silent_server_is_asked_for_no_cookie, cookies_can_be_turned_off,
		a_reply_to_no_cookie_teaches_nothing,
	};

	return suite_run_with("upstream.lessons", tests, SUITE_COUNT(tests), set_up, NULL);
}
