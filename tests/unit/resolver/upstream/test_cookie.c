/* SPDX-License-Identifier: MIT */
/* test_cookie.c — a reply's cookie, at each length, in and out of place. */
#include "resolver/upstream/cookie.h"

#include <string.h>

#include "cache/base/cursor.h"
#include "resolver/upstream/match.h"
#include "tests/unit/suite.h"

static uint8_t wire[512];
static struct cookie sent, got;

/* A reply with a record, and an OPT with a cookie of that many octets beside another option. */
static struct bytes reply_with(unsigned octets)
{
	struct writer writer = writer_over(wire, sizeof(wire));
	const struct header header = { .flags = FLAG_QR, .questions = 1, .counts = { 1, 0, 1 } };
	const struct edns edns = { .payload = 1232 };
	struct question question = { .name = name_root, .type = 1, .class = 1 };
	uint8_t value[64];
	size_t length_at, begin;

	for (unsigned i = 0; i < sizeof(value); i++)
		value[i] = (uint8_t)i;
	header_write(&writer, &header);
	question_write(&writer, &question);
	put_bytes(&writer, bytes_of("\0\0\1\0\1\0\0\0\1\0\4\1\2\3\4", 15));
	length_at = edns_write(&writer, &edns);
	begin = writer.position;
	edns_option_write(&writer, OPTION_NSID, bytes_of("x", 1));
	edns_option_write(&writer, OPTION_COOKIE, bytes_of(value, octets));
	patch_u16(&writer, length_at, (uint16_t)(writer.position - begin));
	return writer_bytes(&writer);
}

static void set_up(void)
{
	sent = (struct cookie){ .length = 8, .octets = { 0, 1, 2, 3, 4, 5, 6, 7 } };
	got = (struct cookie){ 0 };
}

START_TEST(each_length_is_right_or_wrong)
{
	for (unsigned octets = 0; octets <= 48; octets++) {
		enum cookie_check check = cookie_check(&sent, reply_with(octets), &got);

		if (octets == 8)
			ck_assert_int_eq(check, COOKIE_MISSING);
		else
			ck_assert_int_eq(check, octets >= 16 && octets <= 40 ? COOKIE_RIGHT
									     : COOKIE_WRONG);
		if (check == COOKIE_RIGHT)
			ck_assert_uint_eq(got.length, octets);
	}
	ck_assert_uint_eq(got.octets[39], 39);
}
END_TEST

START_TEST(another_clients_cookie_is_wrong)
{
	for (unsigned i = 0; i < CLIENT_COOKIE_OCTETS; i++) {
		sent.octets[i] ^= 1;
		ck_assert_int_eq(cookie_check(&sent, reply_with(24), &got), COOKIE_WRONG);
		sent.octets[i] ^= 1;
	}
	ck_assert_uint_eq(got.length, 0);
}
END_TEST

START_TEST(a_message_cut_short_has_none)
{
	struct bytes whole = reply_with(24);

	for (size_t length = 0; length < whole.length; length++) {
		ck_assert_int_eq(cookie_check(&sent, bytes_of(wire, length), &got),
				 COOKIE_MISSING);
	}
}
END_TEST

START_TEST(drawn_cookies_differ)
{
	struct cookie one, other;

	cookie_draw(&one);
	cookie_draw(&other);
	ck_assert_mem_ne(one.octets, other.octets, CLIENT_COOKIE_OCTETS);
	ck_assert(!cookie_is_whole(&one));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		each_length_is_right_or_wrong, another_clients_cookie_is_wrong,
		a_message_cut_short_has_none, drawn_cookies_differ,
	};

	return suite_run_with("upstream.cookie", tests, SUITE_COUNT(tests), set_up, NULL);
}
