/* SPDX-License-Identifier: MIT */
/* test_hints.c — where the root is: built in, or from a file; and what is no such file is refused
 * by line. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "resolver/hints.h"
#include "tests/unit/suite.h"

static struct cut cut;
static struct complaint why;

static bool read_text(const char *text)
{
	char path[64];
	FILE *file;
	bool good;

	snprintf(path, sizeof(path), "/tmp/xylem-hints-%d", (int)getpid());
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
	good = hints_read(path, &cut, &why);
	unlink(path);
	return good;
}

START_TEST(thirteen_servers_are_built_in_with_both_addresses)
{
	ck_assert_msg(hints_read(NULL, &cut, &why), "%s", why.text);
	ck_assert(name_is_root(&cut.zone));
	ck_assert_int_eq(cut.source, CUT_FROM_HINTS);
	ck_assert_uint_eq(cut.server_count, 13);
	for (unsigned i = 0; i < 13; i++) {
		ck_assert_uint_eq(cut.servers[i].address_count, 2);
		ck_assert_uint_eq(cut.servers[i].addresses[0].port, 53);
	}
	ck_assert_uint_gt(cut_ttl_left(&cut, 100u * 365 * 86400), 0); /* never expires */
}
END_TEST

START_TEST(a_file_replaces_them_in_any_order)
{
	char text[ADDRESS_TEXT_SIZE];

	ck_assert_msg(read_text("$TTL 300\n; a comment\n\n"
				"ns.root. IN AAAA 2001:db8::1\n"
				". IN NS NS.root.\n"
				"ns.root. IN A 192.0.2.1\n"),
		      "%s", why.text);
	ck_assert_uint_eq(cut.server_count, 1);
	ck_assert_uint_eq(cut.servers[0].address_count, 2);
	ck_assert_str_eq(address_print(&cut.servers[0].addresses[0], text), "2001:db8::1");
}
END_TEST

START_TEST(what_is_not_about_the_roots_servers_does_not_count)
{
	ck_assert(!read_text("com. 300 IN NS ns.root.\nns.root. 300 IN A 192.0.2.1\n"));
	ck_assert_msg(strstr(why.text, "no name server of the root") != NULL, "%s", why.text);
	ck_assert(!read_text(". 300 IN NS ns.root.\nother.root. 300 IN A 192.0.2.1\n"));
	ck_assert(!read_text(". 300 IN NS ns.root.\n"));
}
END_TEST

START_TEST(a_line_that_is_none_is_named)
{
	ck_assert(!read_text(". 300 IN NS ns.root.\nns.root. 300 IN A 192.0.2.999\n"));
	ck_assert_msg(strstr(why.text, ":2: ") != NULL, "%s", why.text);
	ck_assert(!read_text("{ \"not\": \"a zone\" }\n"));
	ck_assert_msg(strstr(why.text, ":1: ") != NULL, "%s", why.text);
}
END_TEST

START_TEST(empty_missing_and_endless_files_are_refused)
{
	ck_assert(!read_text(""));
	ck_assert_msg(strstr(why.text, "empty") != NULL, "%s", why.text);
	ck_assert(!hints_read("/no/such/file", &cut, &why));
	ck_assert_msg(strstr(why.text, "No such file") != NULL, "%s", why.text);
	ck_assert(!hints_read("/dev/zero", &cut, &why));
	ck_assert_msg(strstr(why.text, "64 kB") != NULL, "%s", why.text);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		thirteen_servers_are_built_in_with_both_addresses,
		a_file_replaces_them_in_any_order,
		what_is_not_about_the_roots_servers_does_not_count,
		a_line_that_is_none_is_named,
		empty_missing_and_endless_files_are_refused,
	};

	return suite_run("startup.hints", tests, SUITE_COUNT(tests));
}
