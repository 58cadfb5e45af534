/* SPDX-License-Identifier: MIT */
/* test_trace.c — the trace of a walk read, and what becomes of one that lies. */
#include <stdlib.h>

#include "client/dns/trace.h"
#include "client/report/report.h"
#include "trace_maker.h"
#include "tests/unit/suite.h"

static struct event_log said;
static uint8_t room[70000];
static struct writer trace;

static void set_up(void)
{
	events_init(&said);
	trace = writer_over(room, sizeof(room));
}

static void tear_down(void)
{
	events_clear(&said);
}

static enum trace_outcome read_trace(void)
{
	ck_assert(writer_is_good(&trace));
	return trace_say(&said, 1000, "A", writer_bytes(&trace));
}

static const struct event *event(const char *what)
{
	return event_find(&said, 0, STAGE_DNS, what);
}

START_TEST(a_walk_is_read_hop_by_hop)
{
	trace_make_walk(&trace);
	ck_assert_int_eq(read_trace(), TRACE_GOOD);
	ck_assert_uint_eq(said.count, 9);
	ck_assert_str_eq(event_text(event("walk"), "name"), "www.example.com.");
	ck_assert_str_eq(event_text(event("walk"), "type"), "A");
	ck_assert_str_eq(event_text(event("walk cut"), "zone"), "example.com.");
	ck_assert_str_eq(event_text(event("walk cut"), "security"), "secure");
	ck_assert_str_eq(event_text(event("walk reply"), "address"), "203.0.113.9");
	ck_assert_str_eq(event_text(event("walk reply"), "reading"), "answer");
	ck_assert_str_eq(event_text(event("walk reply"), "summary"), "A 203.0.113.80");
	ck_assert_int_eq(event_number(event("walk reply"), "took_us"), 30800);
	ck_assert_uint_eq(event("walk reply")->at_us, 62000);
	ck_assert_int_eq(event("walk reply")->source, FROM_DAEMON);
	ck_assert_str_eq(event_text(event("walk answer"), "security"), "secure");
}
END_TEST

START_TEST(other_kinds_are_read)
{
	size_t place;

	trace_begin(&trace, 7);
	place = trace_open(&trace, 3, 1, 0);
	put_name(&trace, "a.example");
	put_u16(&trace, 28);
	put_u32(&trace, 17);
	put_u32(&trace, 283);
	put_u8(&trace, 2);
	put_address(&trace, "2001:db8::1", 53);
	trace_close(&trace, place);
	place = trace_open(&trace, 7, 2, 1);
	put_name(&trace, "ns.example");
	put_address(&trace, "192.0.2.1", 53);
	put_u8(&trace, 1);
	put_u32(&trace, 400000);
	trace_close(&trace, place);
	place = trace_open(&trace, 11, 3, 0);
	put_u8(&trace, 2);
	put_u16(&trace, 22);
	put_text(&trace, "no server of example. answered");
	trace_close(&trace, place);
	ck_assert_int_eq(read_trace(), TRACE_GOOD);
	ck_assert_int_eq(event_number(event("trace"), "dropped"), 7);
	ck_assert_str_eq(event_text(event("walk hit"), "type"), "AAAA");
	ck_assert_int_eq(event_number(event("walk hit"), "ttl"), 283);
	ck_assert_str_eq(event_text(event("walk hit"), "from"), "2001:db8::1");
	ck_assert_str_eq(event_text(event("walk silent"), "transport"), "tcp");
	ck_assert_int_eq(event_number(event("walk silent"), "depth"), 1);
	ck_assert_str_eq(event_text(event("walk fail"), "rcode"), "SERVFAIL");
	ck_assert_int_eq(event_number(event("walk fail"), "extended"), 22);
}
END_TEST

START_TEST(a_special_name_is_read)
{
	size_t place;

	trace_begin(&trace, 0);
	place = trace_open(&trace, 13, 1, 0);
	put_name(&trace, "www.test");
	put_u16(&trace, 1);
	put_name(&trace, "test");
	put_text(&trace, "RFC 6761");
	trace_close(&trace, place);
	ck_assert_int_eq(read_trace(), TRACE_GOOD);
	ck_assert_str_eq(event_text(event("walk local"), "name"), "www.test.");
	ck_assert_str_eq(event_text(event("walk local"), "zone"), "test.");
	ck_assert_str_eq(event_text(event("walk local"), "law"), "RFC 6761");
}
END_TEST

START_TEST(what_grows_is_passed_over)
{
	size_t place;

	trace_begin(&trace, 0);
	place = trace_open(&trace, 99, 1, 0);   /* a kind of tomorrow */
	put_text(&trace, "whatever");
	trace_close(&trace, place);
	place = trace_open(&trace, 2, 1, 0);
	put_text(&trace, "look in cache");
	put_u32(&trace, 4711);                  /* a field of tomorrow */
	trace_close(&trace, place);
	ck_assert_int_eq(read_trace(), TRACE_GOOD);
	ck_assert_uint_eq(said.count, 2);
	ck_assert_str_eq(event_text(event("walk step"), "step"), "look in cache");
}
END_TEST

START_TEST(another_version_says_only_that)
{
	trace_make_walk(&trace);
	room[0] = 2;
	ck_assert_int_eq(read_trace(), TRACE_OTHER_VERSION);
	ck_assert_uint_eq(said.count, 1);
	ck_assert_int_eq(event_number(event("trace"), "version"), 2);
}
END_TEST

START_TEST(any_cut_is_survived)
{
	size_t whole;

	trace_make_walk(&trace);
	whole = trace.position;
	for (size_t length = 0; length < whole; length++) {
		uint8_t *copy = malloc(length == 0 ? 1 : length);
		struct event_log partial;

		ck_assert_ptr_nonnull(copy);
		memcpy(copy, room, length);
		events_init(&partial);
		trace_say(&partial, 0, "A", bytes_of(copy, length));
		ck_assert_uint_lt(partial.count, 9);
		events_clear(&partial);
		free(copy);
	}
}
END_TEST

START_TEST(names_become_text)
{
	static const uint8_t odd[] = { 5, 'a', '.', 'b', ' ', 0x1b, 1, '"', 0 };
	struct cursor at = cursor_over(bytes_of(odd, sizeof(odd)));
	char text[NAME_TEXT];

	take_name(&at, text);
	ck_assert(cursor_is_good(&at));
	ck_assert_str_eq(text, "a\\.b\\032\\027.\\\".");
}
END_TEST

START_TEST(the_longest_name_fits)
{
	uint8_t wire[255] = { 0 };
	struct cursor at = cursor_over(bytes_of(wire, sizeof(wire)));
	char text[NAME_TEXT];

	memset(wire, 0x01, sizeof(wire));       /* each octet is \001 */
	wire[0] = wire[64] = wire[128] = 63;
	wire[192] = 61;
	wire[254] = 0;
	take_name(&at, text);
	ck_assert(cursor_is_good(&at));
	ck_assert_uint_eq(strlen(text), 250 * 4 + 4);
}
END_TEST

START_TEST(names_that_are_none_fail)
{
	static const struct {
		const char *octets;
		size_t      length;
	} bad[] = { { "\xc0\x0c", 2 },
		    { "\x40"
		      "a",
		      2 },
		    { "\x05"
		      "ab",
		      3 },
		    { "\x01"
		      "a",
		      2 },
		    { "", 0 } };
	char text[NAME_TEXT];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct cursor at = cursor_over(bytes_of(bad[i].octets, bad[i].length));

		take_name(&at, text);
		ck_assert(!cursor_is_good(&at));
	}
}
END_TEST

START_TEST(hostile_text_of_a_trace_is_shown_harmless)
{
	struct terminal terminal;
	struct view view = { .log = &said, .terminal = &terminal };
	char *text = NULL;
	size_t length = 0, place;
	FILE *to = open_memstream(&text, &length);

	ck_assert_ptr_nonnull(to);
	trace_begin(&trace, 0);
	place = trace_open(&trace, 11, 1, 0);
	put_u8(&trace, 2);
	put_u16(&trace, 65535);
	put_text(&trace, "\033[2J\n\xff");
	trace_close(&trace, place);
	ck_assert_int_eq(read_trace(), TRACE_GOOD);
	terminal_init(&terminal, to, COLOUR_NEVER);
	report_walk(&view, "A", 3);
	fclose(to);
	ck_assert_str_eq(text, "   fails: SERVFAIL, \\x1b[2J\\x0a\xc3\xbf\n");
	free(text);
}
END_TEST

START_TEST(the_walk_is_shown_in_columns)
{
	struct terminal terminal;
	struct view view = { .log = &said, .terminal = &terminal };
	char *text = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);

	ck_assert_ptr_nonnull(to);
	trace_make_walk(&trace);
	ck_assert_int_eq(read_trace(), TRACE_GOOD);
	terminal_init(&terminal, to, COLOUR_NEVER);
	terminal.width = 120;
	ck_assert(report_has_walk(&view, "A"));
	ck_assert(!report_has_walk(&view, "AAAA"));
	report_walk(&view, "A", 3);
	fclose(to);
	ck_assert_str_eq(text, "   .            a.root-servers.net. 198.41.0.4   udp   11.9 ms  "
			       "refers to com. secure\n"
			       "   com.         e.gtld-servers.net. 192.12.94.30 udp   17.8 ms  "
			       "refers to example.com. secure\n"
			       "   example.com. ns2.example.com.    203.0.113.9  udp   30.8 ms  A "
			       "203.0.113.80 · ttl 300 secure\n");
	free(text);
}
END_TEST

static void say_query(uint8_t kind, uint32_t at_us, const char *server)
{
	size_t place = trace_open(&trace, kind, at_us, 1);

	put_name(&trace, server);
	put_address(&trace, "192.0.2.1", 53);
	put_u8(&trace, 0);
	if (kind == 5) {
		put_name(&trace, "a.example");
		put_u16(&trace, 1);
	} else {
		put_u32(&trace, 400000);
	}
	trace_close(&trace, place);
}

static void say_cut(uint32_t at_us, const char *zone)
{
	size_t place = trace_open(&trace, 4, at_us, 1);

	put_name(&trace, zone);
	put_bytes(&trace, bytes_of("\2\0\2", 3));
	trace_close(&trace, place);
}

/* Two sub-walks of the same depth side by side: a reply belongs to the zone that was asked, not to
 * the last cut; and what is told twice is shown once. */
START_TEST(replies_belong_to_their_queries)
{
	struct terminal terminal;
	struct view view = { .log = &said, .terminal = &terminal };
	char *text = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);

	ck_assert_ptr_nonnull(to);
	trace_begin(&trace, 0);
	say_cut(1, "one");
	say_query(5, 2, "ns.one");
	say_cut(3, "two");
	say_query(5, 4, "ns.two");
	say_query(7, 5, "ns.one");
	say_query(7, 5, "ns.one");
	say_query(7, 6, "ns.two");
	ck_assert_int_eq(read_trace(), TRACE_GOOD);
	terminal_init(&terminal, to, COLOUR_NEVER);
	report_walk(&view, "A", 0);
	fclose(to);
	ck_assert_str_eq(text, "  one. ns.one. 192.0.2.1 udp  400.0 ms  silent\n"
			       "  two. ns.two. 192.0.2.1 udp  400.0 ms  silent\n");
	free(text);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_walk_is_read_hop_by_hop, other_kinds_are_read, a_special_name_is_read,
		what_grows_is_passed_over,
		another_version_says_only_that, any_cut_is_survived, names_become_text,
		the_longest_name_fits, names_that_are_none_fail,
		hostile_text_of_a_trace_is_shown_harmless, the_walk_is_shown_in_columns,
		replies_belong_to_their_queries,
	};

	return suite_run_with("trace", tests, SUITE_COUNT(tests), set_up, tear_down);
}
