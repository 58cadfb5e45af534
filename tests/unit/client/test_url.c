/* SPDX-License-Identifier: MIT */
/* test_url.c — URLs as the WHATWG's rules read them. */
#include <check.h>
#include <stdlib.h>

#include "client/url/url.h"

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena, 1 << 20);
}

static void tear_down(void)
{
	arena_clear(&arena);
}

static const struct good {
	const char *text, *normal;
} goods[] = {
	{ "http://example.com", "http://example.com/" },
	{ "https://example.com/", "https://example.com/" },
	{ "example.com", "http://example.com/" },
	{ "localhost:8080/x", "http://localhost:8080/x" },
	{ "HTTP://EXAMPLE.COM/A", "http://example.com/A" },
	{ "  http://example.com/ \n", "http://example.com/" },
	{ "http://exa\tmple.com/a\nb", "http://example.com/ab" },
	{ "http:example.com", "http://example.com/" },
	{ "http:/example.com", "http://example.com/" },
	{ "http:\\\\example.com\\a\\b", "http://example.com/a/b" },
	{ "http:////example.com", "http://example.com/" },
	{ "http://example.com:80/", "http://example.com/" },
	{ "https://example.com:443/", "https://example.com/" },
	{ "https://example.com:80/", "https://example.com:80/" },
	{ "http://example.com:/", "http://example.com/" },
	{ "http://example.com:0/", "http://example.com:0/" },
	{ "http://example.com:00000081/", "http://example.com:81/" },
	{ "http://example.com:65535/", "http://example.com:65535/" },
	{ "http://user@example.com/", "http://user@example.com/" },
	{ "http://user:pass@example.com/", "http://user:pass@example.com/" },
	{ "http://:pass@example.com/", "http://:pass@example.com/" },
	{ "http://a@b@example.com/", "http://a%40b@example.com/" },
	{ "http://us er:p:w@example.com/", "http://us%20er:p%3Aw@example.com/" },
	{ "http://example.com/a b", "http://example.com/a%20b" },
	{ "http://example.com/%7Ea/%zz", "http://example.com/%7Ea/%zz" },
	{ "http://example.com/\"<>`{}^", "http://example.com/%22%3C%3E%60%7B%7D%5E" },
	{ "http://example.com/\xc3\xa4", "http://example.com/%C3%A4" },
	{ "http://example.com?a=b", "http://example.com/?a=b" },
	{ "http://example.com/?a b'c\"", "http://example.com/?a%20b%27c%22" },
	{ "http://example.com/?", "http://example.com/?" },
	{ "http://example.com/?a?b/c", "http://example.com/?a?b/c" },
	{ "http://example.com/#a b", "http://example.com/#a%20b" },
	{ "http://example.com#x?y", "http://example.com/#x?y" },
	{ "http://example.com/a/./b/../c", "http://example.com/a/c" },
	{ "http://example.com/..", "http://example.com/" },
	{ "http://example.com/../../a", "http://example.com/a" },
	{ "http://example.com/a/b/..", "http://example.com/a/" },
	{ "http://example.com/a/b/.", "http://example.com/a/b/" },
	{ "http://example.com/a/%2e%2E/b", "http://example.com/b" },
	{ "http://example.com/a/.%2e/b", "http://example.com/b" },
	{ "http://example.com/a/...", "http://example.com/a/..." },
	{ "http://example.com//a//", "http://example.com//a//" },
	{ "http://192.168.1.1/", "http://192.168.1.1/" },
	{ "http://192.168.257/", "http://192.168.1.1/" },
	{ "http://192.11010305/", "http://192.168.1.1/" },
	{ "http://3232235777/", "http://192.168.1.1/" },
	{ "http://0xc0.0250.01.0x1/", "http://192.168.1.1/" },
	{ "http://0x/", "http://0.0.0.0/" },
	{ "http://1.2.3.4./", "http://1.2.3.4/" },
	{ "http://127.1/", "http://127.0.0.1/" },
	{ "http://%31%32%37.0.0.1/", "http://127.0.0.1/" },
	{ "http://\xef\xbc\x91.2.3.4/", "http://1.2.3.4/" },
	{ "http://[::1]/", "http://[::1]/" },
	{ "http://[2001:DB8:0:0::1]:8080/", "http://[2001:db8::1]:8080/" },
	{ "http://[::ffff:1.2.3.4]/", "http://[::ffff:1.2.3.4]/" },
	{ "http://b\xc3\xbc" "cher.example/", "http://xn--bcher-kva.example/" },
	{ "http://fa\xc3\x9f.example/", "http://xn--fa-hia.example/" },
	{ "http://xn--bcher-kva.example/", "http://xn--bcher-kva.example/" },
	{ "http://ex%41mple.com/", "http://example.com/" },
	{ "http://under_score.example/", "http://under_score.example/" },
	{ "http://a-.example/", "http://a-.example/" },
	{ "http://1.2.3.example/", "http://1.2.3.example/" },
};

START_TEST(good_ones_become_normal)
{
	struct url url;

	ck_assert_int_eq(url_parse(&url, &arena, goods[_i].text, NULL), URL_GOOD);
	ck_assert_str_eq(url_write(&arena, &url, true), goods[_i].normal);
}
END_TEST

START_TEST(normal_ones_stay_as_they_are)
{
	struct url url;

	ck_assert_int_eq(url_parse(&url, &arena, goods[_i].normal, NULL), URL_GOOD);
	ck_assert_str_eq(url_write(&arena, &url, true), goods[_i].normal);
}
END_TEST

static const struct bad {
	const char      *text;
	enum url_outcome outcome;
} bads[] = {
	{ "", URL_EMPTY },
	{ " \n", URL_EMPTY },
	{ "http://", URL_NO_HOST },
	{ "http:///", URL_NO_HOST },
	{ "http://:80/", URL_NO_HOST },
	{ "http://user@/", URL_NO_HOST },
	{ "ftp://example.com/", URL_OTHER_SCHEME },
	{ "file:///etc/passwd", URL_OTHER_SCHEME },
	{ "javascript:alert(1)", URL_OTHER_SCHEME },
	{ "http://example.com:65536/", URL_BAD_PORT },
	{ "http://example.com:999999999999999999999/", URL_BAD_PORT },
	{ "http://example.com:8a/", URL_BAD_PORT },
	{ "http://example.com:-1/", URL_BAD_PORT },
	{ "http://exa mple.com/", URL_BAD_HOST },
	{ "http://exa<mple.com/", URL_BAD_HOST },
	{ "http://exa%00mple.com/", URL_BAD_HOST },
	{ "http://exa%2fmple.com/", URL_BAD_HOST },
	{ "http://exa%25mple.com/", URL_BAD_HOST },
	{ "http://%zz/", URL_BAD_HOST },
	{ "http://xn--a/", URL_BAD_HOST },
	{ "http://\xff\xfe/", URL_BAD_HOST },
	{ "http://1.2.3.256/", URL_BAD_IPV4 },
	{ "http://1.2.3.4.5/", URL_BAD_IPV4 },
	{ "http://256.1.1.1/", URL_BAD_IPV4 },
	{ "http://4294967296/", URL_BAD_IPV4 },
	{ "http://99999999999999999999/", URL_BAD_IPV4 },
	{ "http://1..2/", URL_BAD_IPV4 },
	{ "http://09/", URL_BAD_IPV4 },
	{ "http://foo.0x4/", URL_BAD_IPV4 },
	{ "http://[::1/", URL_BAD_IPV6 },
	{ "http://[]/", URL_BAD_IPV6 },
	{ "http://[1.2.3.4]/", URL_BAD_IPV6 },
	{ "http://[::1%25eth0]/", URL_BAD_IPV6 },
	{ "http://[1:2:3:4:5:6:7:8:9]/", URL_BAD_IPV6 },
	{ "http://[::1]x/", URL_BAD_IPV6 },
};

START_TEST(bad_ones_are_refused_for_their_reason)
{
	struct url url;

	ck_assert_int_eq(url_parse(&url, &arena, bads[_i].text, NULL), bads[_i].outcome);
	ck_assert_int_ne(url_outcome_words(bads[_i].outcome)[0], '\0');
}
END_TEST

static const struct relative {
	const char *text, *whole;
} relatives[] = {
	{ "c", "http://u@example.com:81/a/c" },
	{ "./c", "http://u@example.com:81/a/c" },
	{ "../c", "http://u@example.com:81/c" },
	{ "../../../c", "http://u@example.com:81/c" },
	{ "/c", "http://u@example.com:81/c" },
	{ "\\c", "http://u@example.com:81/c" },
	{ "/", "http://u@example.com:81/" },
	{ "", "http://u@example.com:81/a/b?q" },
	{ "?r", "http://u@example.com:81/a/b?r" },
	{ "#f", "http://u@example.com:81/a/b?q#f" },
	{ "c?r#f", "http://u@example.com:81/a/c?r#f" },
	{ "//other.example/x", "http://other.example/x" },
	{ "\\\\other.example", "http://other.example/" },
	{ "https://other.example/x", "https://other.example/x" },
	{ "http:c", "http://u@example.com:81/a/c" },
	{ "https:c", "https://c/" },
	{ "http://example.com", "http://example.com/" },
	{ "c:d", NULL },
	{ "ftp://other.example/", NULL },
};

START_TEST(relative_ones_are_joined)
{
	struct url base, url;
	enum url_outcome outcome;

	ck_assert_int_eq(url_parse(&base, &arena, "http://u@example.com:81/a/b?q#g", NULL),
			 URL_GOOD);
	outcome = url_parse(&url, &arena, relatives[_i].text, &base);
	if (relatives[_i].whole == NULL) {
		ck_assert_int_eq(outcome, URL_OTHER_SCHEME);
		return;
	}
	ck_assert_int_eq(outcome, URL_GOOD);
	ck_assert_str_eq(url_write(&arena, &url, true), relatives[_i].whole);
}
END_TEST

START_TEST(secrets_are_hidden)
{
	struct url url;

	ck_assert_int_eq(url_parse(&url, &arena, "http://a:b@example.com/", NULL), URL_GOOD);
	ck_assert_str_eq(url_write(&arena, &url, false), "http://example.com/");
}
END_TEST

START_TEST(request_parts_are_made)
{
	struct url url;

	ck_assert_int_eq(url_parse(&url, &arena, "http://[::1]:81/a?b#c", NULL), URL_GOOD);
	ck_assert_str_eq(url_authority(&arena, &url), "[::1]:81");
	ck_assert_str_eq(url_target(&arena, &url), "/a?b");
	ck_assert_str_eq(url.host, "::1");
	ck_assert_int_eq(url.kind, HOST_IPV6);
	ck_assert_uint_eq(url.port, 81);
}
END_TEST

START_TEST(too_long_a_one_is_refused)
{
	char *text = malloc(LONGEST_URL + 2);
	struct url url;

	ck_assert_ptr_nonnull(text);
	memset(text, 'a', LONGEST_URL + 1);
	text[LONGEST_URL + 1] = '\0';
	ck_assert_int_eq(url_parse(&url, &arena, text, NULL), URL_TOO_LONG);
	free(text);
}
END_TEST

START_TEST(no_memory_is_said)
{
	struct arena small;
	struct url url;

	arena_init(&small, 16);
	ck_assert_int_eq(url_parse(&url, &small, "http://example.com/a/b/c/d", NULL),
			 URL_NO_MEMORY);
	arena_clear(&small);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

int main(void)
{
	Suite *suite = suite_create("url");
	TCase *tests = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, good_ones_become_normal, 0, COUNT(goods));
	tcase_add_loop_test(tests, normal_ones_stay_as_they_are, 0, COUNT(goods));
	tcase_add_loop_test(tests, bad_ones_are_refused_for_their_reason, 0, COUNT(bads));
	tcase_add_loop_test(tests, relative_ones_are_joined, 0, COUNT(relatives));
	tcase_add_test(tests, secrets_are_hidden);
	tcase_add_test(tests, request_parts_are_made);
	tcase_add_test(tests, too_long_a_one_is_refused);
	tcase_add_test(tests, no_memory_is_said);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
