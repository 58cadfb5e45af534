/* SPDX-License-Identifier: MIT */
/* test_access.c — who is let in: by hand-made lists, and against a slow and simple reading of the
 * same rule. */
#include "resolver/policy/access.h"

#include <stdlib.h>

#include "tests/unit/suite.h"

enum { MOST = 512 };

struct lists {
	struct network allow[MOST], deny[MOST];
	size_t         allowed, denied;
};

static void add(struct network *list, size_t *count, const char *text)
{
	ck_assert(network_parse(text, &list[(*count)++]));
}

static struct access *made_of(const struct lists *lists, bool otherwise)
{
	struct access *access = access_new((struct access_list){ lists->allow, lists->allowed },
					   (struct access_list){ lists->deny, lists->denied },
					   otherwise);

	ck_assert_ptr_nonnull(access);
	return access;
}

static bool allows(const struct access *access, const char *text)
{
	struct address address;

	ck_assert(address_parse(text, 53, &address));
	return access_allows(access, &address);
}

START_TEST(empty_lists_leave_the_default)
{
	struct lists none = { 0 };
	struct access *open = made_of(&none, true), *closed = made_of(&none, false);

	ck_assert(allows(open, "192.0.2.1"));
	ck_assert(allows(open, "2001:db8::1"));
	ck_assert(!allows(closed, "192.0.2.1"));
	ck_assert(!allows(closed, "::1"));
	access_free(open);
	access_free(closed);
}
END_TEST

START_TEST(loopback_and_private_networks_only)
{
	struct lists lists = { 0 };
	struct access *access;

	add(lists.allow, &lists.allowed, "127.0.0.0/8");
	add(lists.allow, &lists.allowed, "10.0.0.0/8");
	add(lists.allow, &lists.allowed, "::1/128");
	add(lists.allow, &lists.allowed, "fc00::/7");
	access = made_of(&lists, false);
	ck_assert(allows(access, "127.0.0.1"));
	ck_assert(allows(access, "127.255.255.255"));
	ck_assert(!allows(access, "128.0.0.0"));
	ck_assert(!allows(access, "126.255.255.255"));
	ck_assert(allows(access, "10.1.2.3"));
	ck_assert(!allows(access, "11.0.0.0"));
	ck_assert(allows(access, "::1"));
	ck_assert(!allows(access, "::2"));
	ck_assert(!allows(access, "::"));
	ck_assert(allows(access, "fdff:ffff::1"));
	ck_assert(!allows(access, "fe00::"));
	access_free(access);
}
END_TEST

START_TEST(the_longest_network_decides)
{
	struct lists lists = { 0 };
	struct access *access;

	add(lists.allow, &lists.allowed, "10.0.0.0/8");
	add(lists.deny, &lists.denied, "10.1.0.0/16");
	add(lists.allow, &lists.allowed, "10.1.2.0/24");
	add(lists.deny, &lists.denied, "10.1.2.255/32");
	access = made_of(&lists, false);
	ck_assert(allows(access, "10.0.255.255"));
	ck_assert(!allows(access, "10.1.0.0"));
	ck_assert(allows(access, "10.1.2.254"));
	ck_assert(!allows(access, "10.1.2.255"));
	ck_assert(!allows(access, "10.1.3.0"));
	ck_assert(allows(access, "10.2.0.0"));
	ck_assert(!allows(access, "11.0.0.0"));
	access_free(access);
}
END_TEST

START_TEST(of_equal_networks_the_one_that_keeps_out_holds)
{
	struct lists lists = { 0 };
	struct access *access;

	add(lists.deny, &lists.denied, "192.0.2.0/24");
	add(lists.allow, &lists.allowed, "192.0.2.0/24");
	access = made_of(&lists, true);
	ck_assert(!allows(access, "192.0.2.7"));
	ck_assert(allows(access, "192.0.3.0"));
	access_free(access);
}
END_TEST

START_TEST(everything_and_the_last_address)
{
	struct lists lists = { 0 };
	struct access *access;

	add(lists.allow, &lists.allowed, "0.0.0.0/0");
	add(lists.deny, &lists.denied, "255.255.255.255/32");
	add(lists.allow, &lists.allowed, "::/0");
	add(lists.deny, &lists.denied, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128");
	access = made_of(&lists, false);
	ck_assert(allows(access, "0.0.0.0"));
	ck_assert(allows(access, "255.255.255.254"));
	ck_assert(!allows(access, "255.255.255.255"));
	ck_assert(allows(access, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"));
	ck_assert(!allows(access, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
	access_free(access);
}
END_TEST

START_TEST(an_ipv4_network_says_nothing_of_ipv6)
{
	struct lists lists = { 0 };
	struct access *access;
	struct address nobody = { 0 };

	add(lists.allow, &lists.allowed, "0.0.0.0/0");
	access = made_of(&lists, false);
	ck_assert(!allows(access, "::1"));
	ck_assert(!access_allows(access, &nobody));
	access_free(access);
}
END_TEST

START_TEST(a_network_may_be_named_hundreds_of_times)
{
	struct lists lists = { 0 };
	struct access *access;

	while (lists.allowed < MOST)
		add(lists.allow, &lists.allowed, lists.allowed % 2 ? "10.0.0.0/8" : "fc00::/7");
	while (lists.denied < MOST)
		add(lists.deny, &lists.denied, "10.1.0.0/16");
	access = made_of(&lists, false);
	ck_assert(allows(access, "10.0.0.1"));
	ck_assert(!allows(access, "10.1.0.1"));
	ck_assert(allows(access, "10.2.0.1"));
	ck_assert(!allows(access, "11.0.0.1"));
	ck_assert(allows(access, "fd00::1"));
	access_free(access);
}
END_TEST

/* The rule, read aloud. */
static bool plainly(const struct lists *lists, const struct address *address, bool otherwise)
{
	bool verdict = otherwise;
	int longest = -1;

	for (size_t i = 0; i < lists->allowed; i++) {
		if (network_has(&lists->allow[i], address) && lists->allow[i].bits > longest) {
			longest = lists->allow[i].bits;
			verdict = true;
		}
	}
	for (size_t i = 0; i < lists->denied; i++) {
		if (network_has(&lists->deny[i], address) && lists->deny[i].bits >= longest) {
			longest = lists->deny[i].bits;
			verdict = false;
		}
	}
	return verdict;
}

/* Few distinct octets, so that networks meet and nest. */
static struct address some_address(void)
{
	static const uint8_t palette[] = { 0, 1, 0x7f, 0x80, 0xfe, 0xff };
	uint8_t octets[16];

	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = palette[(size_t)rand() % sizeof(palette)];
	return rand() % 2 ? address_v4(octets, 1) : address_v6(octets, 1);
}

static void add_some(struct network *list, size_t *count)
{
	struct address address = some_address();
	unsigned width = address.family == 4 ? 32 : 128;

	list[(*count)++] = (struct network){ address, (uint8_t)((unsigned)rand() % (width + 1)) };
}

START_TEST(agrees_with_the_rule_read_aloud)
{
	srand(42);
	for (int world = 0; world < 300; world++) {
		struct lists lists = { 0 };
		bool otherwise = rand() % 2;
		struct access *access;

		for (int i = rand() % 20; i > 0; i--) {
			add_some(lists.allow, &lists.allowed);
			add_some(lists.deny, &lists.denied);
		}
		access = made_of(&lists, otherwise);
		for (int i = 0; i < 500; i++) {
			struct address address = some_address();

			ck_assert_int_eq(access_allows(access, &address),
					 plainly(&lists, &address, otherwise));
		}
		access_free(access);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		empty_lists_leave_the_default,
		loopback_and_private_networks_only,
		the_longest_network_decides,
		of_equal_networks_the_one_that_keeps_out_holds,
		everything_and_the_last_address,
		an_ipv4_network_says_nothing_of_ipv6,
		a_network_may_be_named_hundreds_of_times,
		agrees_with_the_rule_read_aloud,
	};

	return suite_run("access", tests, SUITE_COUNT(tests));
}
