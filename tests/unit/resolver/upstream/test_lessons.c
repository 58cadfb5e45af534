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
	all = (struct defences){ .vary_letters = true };
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

int main(void)
{
	const TTest *const tests[] = {
		an_unknown_server_is_asked_in_varied_letters,
		who_changes_letters_is_spared_for_a_while,
		who_keeps_letters_teaches_nothing,
	};

	return suite_run_with("upstream.lessons", tests, SUITE_COUNT(tests), set_up, NULL);
}
