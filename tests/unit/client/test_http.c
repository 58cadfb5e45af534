/* SPDX-License-Identifier: MIT */
/* test_http.c — responses in any pieces, requests octet by octet, codings, hosts(5). */
#include <check.h>
#include <stdlib.h>
#include <zlib.h>

#include "client/dns/hosts.h"
#include "client/http/coding.h"
#include "client/http/request.h"
#include "client/http/response.h"

struct taken {
	struct buffer heads, body;
	bool          refuses;
};

static struct event_log said;
static struct taken taken;
static struct response response;

static void set_up(void)
{
	events_init(&said);
	buffer_init(&taken.heads, 1 << 20);
	buffer_init(&taken.body, 1 << 20);
	taken.refuses = false;
}

static void tear_down(void)
{
	events_clear(&said);
	buffer_clear(&taken.heads);
	buffer_clear(&taken.body);
}

static bool take_head(void *subject, struct bytes head)
{
	return buffer_add(&((struct taken *)subject)->heads, head) == OK;
}

static bool take_body(void *subject, struct bytes piece)
{
	struct taken *to = subject;

	return !to->refuses && buffer_add(&to->body, piece) == OK;
}

static void begin(bool head_only)
{
	struct response_taker taker = { .head = take_head, .body = take_body, .subject = &taken };

	response_init(&response, &taker, &said, head_only);
}

#define HEAD "HTTP/1.1 200 OK\r\n"

static const struct reply {
	const char         *text;
	bool                ends;       /* the connection ends after it */
	bool                head_only;
	enum response_state state;
	const char         *body;
} replies[] = {
	{ HEAD "Content-Length: 5\r\n\r\nhello", false, false, RESPONSE_COMPLETE, "hello" },
	{ HEAD "Content-Length: 5\r\n\r\nhelloworld", false, false, RESPONSE_COMPLETE, "hello" },
	{ HEAD "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", false, false,
	  RESPONSE_COMPLETE, "hello" },
	{ HEAD "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", false, false,
	  RESPONSE_BAD_HEAD, "" },
	{ HEAD "Content-Length: 0\r\n\r\n", false, false, RESPONSE_COMPLETE, "" },
	{ HEAD "\r\nhello", true, false, RESPONSE_COMPLETE, "hello" },
	{ "HTTP/1.0 200 OK\r\n\r\nhello", true, false, RESPONSE_COMPLETE, "hello" },
	{ HEAD "\r\nhello", false, false, RESPONSE_GOES_ON, "hello" },
	{ HEAD "Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", false,
	  false, RESPONSE_COMPLETE, "hello" },
	{ HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n", false, false,
	  RESPONSE_COMPLETE, "hello" },
	{ HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", false, false,
	  RESPONSE_CODED, "" },
	{ HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", true, false, RESPONSE_CUT_SHORT,
	  "hel" },
	{ HEAD "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", false, false, RESPONSE_BAD_BODY, "" },
	{ HEAD "Content-Length: 5\r\n\r\nhel", true, false, RESPONSE_CUT_SHORT, "hel" },
	{ HEAD "Content-Length: 5\r\n\r\n", false, true, RESPONSE_COMPLETE, "" },
	{ "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello", false, false,
	  RESPONSE_COMPLETE, "" },
	{ "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", false, false, RESPONSE_COMPLETE,
	  "" },
	{ "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" HEAD
	  "Content-Length: 5\r\n\r\nhello",
	  false, false, RESPONSE_COMPLETE, "hello" },
	{ "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", false, false, RESPONSE_COMPLETE, "hello" },
	{ "", true, false, RESPONSE_EMPTY, "" },
	{ "HTTP/1.1 20", true, false, RESPONSE_EMPTY, "" },
	{ HEAD "Content-Len", true, false, RESPONSE_CUT_SHORT, "" },
	{ "220 mail.example ESMTP\r\n", false, false, RESPONSE_NOT_HTTP, "" },
	{ "HTTP/3.7 200 OK\r\n\r\n", false, false, RESPONSE_NOT_HTTP, "" },
	{ HEAD "Content-Length: six\r\n\r\n", false, false, RESPONSE_BAD_HEAD, "" },
	{ HEAD "no colon\r\n\r\n", false, false, RESPONSE_BAD_HEAD, "" },
	{ HEAD "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", false, false,
	  RESPONSE_BAD_HEAD, "" },
};

/* Feeds it in pieces of `piece` octets, 0: at once. */
static void expect(const struct reply *reply, size_t piece)
{
	size_t length = strlen(reply->text);
	struct bytes body;

	begin(reply->head_only);
	if (piece == 0)
		piece = length;
	for (size_t i = 0; i < length; i += piece)
		response_feed(&response,
			      bytes_of(reply->text + i, length - i < piece ? length - i : piece));
	if (reply->ends)
		response_end(&response);
	ck_assert_msg(response.state == reply->state, "state %d, not %d, in pieces of %zu: %s",
		      response.state, reply->state, piece, reply->text);
	body = buffer_bytes(&taken.body);
	ck_assert_uint_eq(body.length, strlen(reply->body));
	ck_assert(body.length == 0 || memcmp(body.at, reply->body, body.length) == 0);
	buffer_drop(&taken.body, body.length);
	response_clear(&response);
}

START_TEST(responses_read_the_same_in_any_pieces)
{
	for (size_t piece = 0; piece < 30; piece++)
		expect(&replies[_i], piece);
}
END_TEST

START_TEST(heads_stay_as_they_stood)
{
	static const char text[] =
		"HTTP/1.1 200  Odd Reason\r\nA:b\r\nC:   d  \r\nContent-Length: 0\r\n\r\n";

	begin(false);
	response_feed(&response, bytes_of(text, sizeof(text) - 1));
	ck_assert_int_eq(response.state, RESPONSE_COMPLETE);
	ck_assert(bytes_equal(buffer_bytes(&taken.heads), bytes_of(text, sizeof(text) - 1)));
	ck_assert_str_eq(event_text(event_find(&said, 0, STAGE_RESPONSE, "header"), "name"),
			 "Content-Length");
	response_clear(&response);
}
END_TEST

START_TEST(endless_heads_are_refused)
{
	static const char interim[] = "HTTP/1.1 102 Processing\r\n\r\n";
	unsigned fed = 0;

	begin(false);
	while (response_feed(&response, bytes_of(interim, sizeof(interim) - 1)) == RESPONSE_GOES_ON)
		ck_assert_uint_lt(fed++, 100000);
	ck_assert_int_eq(response.state, RESPONSE_TOO_LARGE);
	response_clear(&response);
}
END_TEST

START_TEST(who_cannot_take_the_body_stops_it)
{
	static const char text[] = HEAD "Content-Length: 5\r\n\r\nhello";

	taken.refuses = true;
	begin(false);
	ck_assert_int_eq(response_feed(&response, bytes_of(text, sizeof(text) - 1)),
			 RESPONSE_UNWRITTEN);
	response_clear(&response);
}
END_TEST

static struct arena arena;

static void expect_request(const struct request *request, const char *wanted)
{
	struct buffer into;

	buffer_init(&into, 1 << 20);
	ck_assert_int_eq(request_write(request, &arena, &into, &said), OK);
	ck_assert_int_eq(buffer_add(&into, bytes_of("", 1)), OK);
	ck_assert_str_eq((const char *)buffer_bytes(&into).at, wanted);
	buffer_clear(&into);
}

START_TEST(requests_are_as_curl_writes_them)
{
	static const char *const headers[] = { "X-Own: yes", "Accept:", "Empty;", "no colon" };
	struct url url;
	struct request request = { .method = "POST",
				   .url = &url,
				   .headers = headers,
				   .header_count = 4,
				   .agent = "me",
				   .referer = "http://r/",
				   .has_body = true,
				   .body = bytes_of("a=b", 3) };

	arena_init(&arena, 1 << 20);
	ck_assert_int_eq(url_parse(&url, &arena, "http://u:p%40@example.com:81/x?y#z", NULL),
			 URL_GOOD);
	expect_request(&request,
		       "POST /x?y HTTP/1.1\r\nHost: example.com:81\r\n"
		       "Authorization: Basic dTpwQA==\r\nUser-Agent: me\r\n"
		       "Referer: http://r/\r\nX-Own: yes\r\nEmpty:\r\nContent-Length: 3\r\n"
		       "Content-Type: application/x-www-form-urlencoded\r\n\r\n");
	ck_assert_str_eq(event_text(event_find(&said, 0, STAGE_REQUEST, "header"), "name"),
			 "Content-Type");
	arena_clear(&arena);
}
END_TEST

START_TEST(secrets_go_neither_to_strangers_nor_to_the_log)
{
	static const char *const headers[] = { "Cookie: s=1", "Host: first.example" };
	struct url url;
	struct request request = { .method = "GET",
				   .url = &url,
				   .headers = headers,
				   .header_count = 2,
				   .user = "n:p",
				   .agent = "me" };

	arena_init(&arena, 1 << 20);
	ck_assert_int_eq(url_parse(&url, &arena, "http://second.example/", NULL), URL_GOOD);
	expect_request(&request,
		       "GET / HTTP/1.1\r\nHost: first.example\r\nAuthorization: Basic bjpw\r\n"
		       "User-Agent: me\r\nAccept: */*\r\nCookie: s=1\r\n\r\n");
	for (size_t i = 0; i < said.count; i++) {
		ck_assert_str_ne(event_text(&said.events[i], "value"), "s=1");
		ck_assert_ptr_null(strstr(event_text(&said.events[i], "value"), "bjpw"));
	}
	request.to_stranger = request.other_host = true;
	expect_request(&request, "GET / HTTP/1.1\r\nHost: second.example\r\nUser-Agent: me\r\n"
				 "Accept: */*\r\n\r\n");
	arena_clear(&arena);
}
END_TEST

static bool take_piece(void *subject, struct bytes piece)
{
	return buffer_add(subject, piece) == OK;
}

/* `window`: zlib's windowBits: 31 gzip, 15 deflate, -15 raw. */
static size_t pack(int window, const void *from, size_t length, uint8_t *into, size_t size)
{
	z_stream stream = { .next_in = (Bytef *)from, .avail_in = (uInt)length, .next_out = into,
			    .avail_out = (uInt)size };

	ck_assert_int_eq(deflateInit2(&stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
	ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	return size - stream.avail_out;
}

START_TEST(codings_are_undone_octet_by_octet)
{
	static const int windows[] = { 31, 15, -15 };
	static const char *const names[] = { "gzip", "deflate", "deflate" };
	static const char text[] = "a text that is worth packing, packing, packing, packing";
	uint8_t packed[256];
	size_t length = pack(windows[_i], text, sizeof(text), packed, sizeof(packed));
	struct coding *coding = coding_new(names[_i]);

	ck_assert_ptr_nonnull(coding);
	for (size_t i = 0; i < length; i++)
		ck_assert_int_eq(
			coding_feed(coding, bytes_of(packed + i, 1), take_piece, &taken.body),
			CODING_FINE);
	ck_assert(coding_is_whole(coding));
	ck_assert(bytes_equal(buffer_bytes(&taken.body), bytes_of(text, sizeof(text))));
	coding_free(coding);
}
END_TEST

START_TEST(codings_that_are_broken_say_so)
{
	struct coding *coding = coding_new("gzip");

	ck_assert_ptr_nonnull(coding);
	ck_assert_int_eq(coding_feed(coding, bytes_of("hello", 5), take_piece, &taken.body),
			 CODING_BROKEN);
	coding_free(coding);
	coding = coding_new("br");
	ck_assert_ptr_nonnull(coding);
	ck_assert(coding_is_whole(coding));
	ck_assert_int_eq(
		coding_feed(coding, bytes_of("\xff\xff\xff\xff", 4), take_piece, &taken.body),
		CODING_BROKEN);
	coding_free(coding);
	ck_assert_ptr_null(coding_new("compress"));
	ck_assert_ptr_null(coding_new(""));
}
END_TEST

static const char hosts[] = "# a comment\n"
			    "127.0.0.1 localhost\n"
			    "192.0.2.1\tone.example one # two.example\n"
			    "2001:db8::1  One.Example\n"
			    "fe80::1%eth0 link.example\r\n"
			    "nonsense three.example\n"
			    "192.0.2.9\n"
			    "192.0.2.4 last.example.";

static const struct known {
	const char *name;
	size_t      count;
} known_hosts[] = {
	{ "one.example", 2 }, { "ONE.example.", 2 }, { "one", 1 }, { "two.example", 0 },
	{ "three.example", 0 }, { "link.example", 1 }, { "last.example", 1 }, { "", 0 },
	{ "192.0.2.1", 0 }, { "example", 0 },
};

START_TEST(hosts_are_found)
{
	struct address found[4];

	ck_assert_uint_eq(hosts_find_in(hosts, sizeof(hosts) - 1, known_hosts[_i].name, found, 4),
			  known_hosts[_i].count);
}
END_TEST

START_TEST(localhost_is_this_machine)
{
	struct address found[4];
	char text[ADDRESS_TEXT];

	ck_assert_uint_eq(hosts_find_localhost("localhost", found, 4), 2);
	ck_assert_str_eq(address_write(text, &found[0]), "::1");
	ck_assert_str_eq(address_write(text, &found[1]), "127.0.0.1");
	ck_assert_uint_eq(hosts_find_localhost("a.LOCALHOST.", found, 4), 2);
	ck_assert_uint_eq(hosts_find_localhost("notlocalhost", found, 4), 0);
	ck_assert_uint_eq(hosts_find_localhost("localhost.example", found, 4), 0);
	ck_assert_uint_eq(hosts_find_localhost("", found, 4), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("http");
	TCase *tests = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, responses_read_the_same_in_any_pieces, 0,
			    sizeof(replies) / sizeof(replies[0]));
	tcase_add_test(tests, heads_stay_as_they_stood);
	tcase_add_test(tests, endless_heads_are_refused);
	tcase_add_test(tests, who_cannot_take_the_body_stops_it);
	tcase_add_test(tests, requests_are_as_curl_writes_them);
	tcase_add_test(tests, secrets_go_neither_to_strangers_nor_to_the_log);
	tcase_add_loop_test(tests, codings_are_undone_octet_by_octet, 0, 3);
	tcase_add_test(tests, codings_that_are_broken_say_so);
	tcase_add_loop_test(tests, hosts_are_found, 0,
			    sizeof(known_hosts) / sizeof(known_hosts[0]));
	tcase_add_test(tests, localhost_is_this_machine);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
