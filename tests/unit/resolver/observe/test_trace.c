/* SPDX-License-Identifier: MIT */
/* test_trace.c — what is told to a trace can be read back by somebody who only knows the page. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cache/base/limits.h"
#include "cache/dns.h"
#include "resolver/observe/trace.h"

/* --- a clock that stands still until it is set: in libc's place --- */

static uint64_t now_us;

int clock_gettime(clockid_t clock, struct timespec *into)
{
	into->tv_sec = (time_t)(now_us / 1000000);
	into->tv_nsec = (long)(now_us % 1000000 * 1000);
	return 0;
}

/* --- a reader of docs/trace-format.md that shares nothing with the writer but the cursor --- */

struct told {
	unsigned       kind, depth;
	uint32_t       at_us;
	struct name    name, second;
	struct address address;
	uint32_t       numbers[6];
	char           text[256];
};

struct told_trace {
	unsigned    dropped, count;
	size_t      octets;
	struct told told[3000];
};

static struct told_trace got;

static void read_name(struct cursor *at, struct name *into)
{
	uint8_t label;

	into->length = 0;
	do {
		struct bytes octets;

		label = take_u8(at);
		ck_assert_uint_le(label, 63);
		ck_assert_uint_lt(into->length + 1u + label, 256);
		into->octets[into->length++] = label;
		octets = take_bytes(at, label);
		if (label != 0)
			memcpy(into->octets + into->length, octets.at, label);
		into->length = (uint8_t)(into->length + label);
	} while (label != 0 && cursor_is_good(at));
}

static void read_address(struct cursor *at, struct address *into)
{
	struct bytes octets;

	*into = (struct address){ .family = take_u8(at) };
	if (into->family == 0)
		return;
	ck_assert(into->family == 4 || into->family == 6);
	octets = take_bytes(at, into->family == 4 ? 4 : 16);
	ck_assert_uint_ne(octets.length, 0);
	memcpy(into->octets, octets.at, octets.length);
	into->port = take_u16(at);
}

static void read_text(struct cursor *at, char into[256])
{
	struct bytes octets = take_bytes(at, take_u8(at));

	if (octets.length != 0)
		memcpy(into, octets.at, octets.length);
	into[octets.length] = '\0';
}

/* The fields of each kind: n name, m second name, a address, 1 2 4 numbers, t text. */
static const char *const fields[] = {
	[1] = "n22",  [2] = "t",            [3] = "n2441a", [4] = "n111",
	[5] = "na1m2", [6] = "na14211m4t",  [7] = "na14",   [8] = "nm1",
	[9] = "n24",  [10] = "nat",         [11] = "12t",   [12] = "1124",
	[13] = "n2mt",
};

static void read_fields(struct cursor *at, struct told *into)
{
	unsigned numbers = 0;

	ck_assert_uint_ge(into->kind, 1);
	ck_assert_uint_le(into->kind, 13);
	for (const char *field = fields[into->kind]; *field != '\0'; field++) {
		switch (*field) {
		case 'n': read_name(at, &into->name); break;
		case 'm': read_name(at, &into->second); break;
		case 'a': read_address(at, &into->address); break;
		case 't': read_text(at, into->text); break;
		case '1': into->numbers[numbers++] = take_u8(at); break;
		case '2': into->numbers[numbers++] = take_u16(at); break;
		default:  into->numbers[numbers++] = take_u32(at); break;
		}
	}
	ck_assert(cursor_is_good(at));
	ck_assert_uint_eq(cursor_left(at), 0);
}

static void read_option(struct bytes option)
{
	struct cursor at = cursor_over(option);

	got.octets = option.length;
	got.count = 0;
	ck_assert_uint_eq(take_u8(&at), 1);
	got.dropped = take_u16(&at);
	while (cursor_left(&at) > 0) {
		struct told *told = &got.told[got.count++];
		struct cursor event;

		ck_assert_uint_lt(got.count, 3000);
		memset(told, 0, sizeof(*told));
		told->kind = take_u8(&at);
		event = cursor_over(take_bytes(&at, take_u16(&at)));
		ck_assert(cursor_is_good(&at));
		told->at_us = take_u32(&event);
		told->depth = take_u8(&event);
		read_fields(&event, told);
	}
	ck_assert(cursor_is_good(&at));
}

static void read_trace(const struct trace *trace, size_t room)
{
	static uint8_t octets[65536];
	struct writer writer = writer_over(octets, room);

	trace_write(trace, &writer);
	ck_assert(writer_is_good(&writer));
	read_option(writer_bytes(&writer));
}

/* --- the world of each test --- */

static struct arena arena;
static struct trace trace;
static struct question question = { .type = TYPE_HTTPS, .class = CLASS_IN };
static struct name server, long_name, other_long_name;
static struct trace_peer peer;

static void make_long_name(struct name *name, uint8_t letter)
{
	name->length = 255;
	memset(name->octets, letter, 255);
	name->octets[0] = name->octets[64] = name->octets[128] = 63;
	name->octets[192] = 61;
	name->octets[254] = 0;
}

static void set_up(void)
{
	now_us = 1000000000000;
	arena_init(&arena, 1 << 20);
	trace_init(&trace, &arena);
	ck_assert(name_parse("WwW.example.com.", &question.name));
	ck_assert(name_parse("ns1.example.net.", &server));
	make_long_name(&long_name, 'x');
	make_long_name(&other_long_name, 'y');
	peer = (struct trace_peer){ .server = &server, .transport = 1 };
	ck_assert(address_parse("2001:db8::7@5353", 53, &peer.address));
}

static void tear_down(void)
{
	arena_clear(&arena);
}

static bool is_peer(const struct told *told)
{
	return name_equal(&told->name, &server) && address_equal(&told->address, &peer.address);
}

/* --- what each event says --- */

START_TEST(an_empty_trace_is_version_and_count)
{
	read_trace(&trace, 3);
	ck_assert_uint_eq(got.octets, 3);
	ck_assert_uint_eq(got.dropped, 0);
	ck_assert_uint_eq(got.count, 0);
}
END_TEST

START_TEST(walks_steps_and_cuts_come_back)
{
	trace_walk(&trace, &question);
	trace_step(&trace, "look in cache");
	trace_cut(&trace, &server, 2, 3, 13);
	read_trace(&trace, 65535);
	ck_assert_uint_eq(got.count, 3);
	ck_assert_uint_eq(got.told[0].kind, 1);
	ck_assert_uint_eq(got.told[0].depth, 0);
	ck_assert_mem_eq(got.told[0].name.octets, question.name.octets, question.name.length);
	ck_assert_uint_eq(got.told[0].numbers[0], TYPE_HTTPS);
	ck_assert_uint_eq(got.told[0].numbers[1], CLASS_IN);
	ck_assert_uint_eq(got.told[1].kind, 2);
	ck_assert_str_eq(got.told[1].text, "look in cache");
	ck_assert_uint_eq(got.told[2].kind, 4);
	ck_assert_uint_eq(got.told[2].numbers[0], 2);
	ck_assert_uint_eq(got.told[2].numbers[1], 3);
	ck_assert_uint_eq(got.told[2].numbers[2], 13);
}
END_TEST

START_TEST(queries_replies_and_silences_come_back)
{
	struct trace_reply reply = { .elapsed_us = 123456789, .octets = 512, .rcode = 3,
				     .reading = 2, .about = &question.name, .ttl = 86400,
				     .summary = "SOA of example.com." };

	trace_query(&trace, &peer, &question);
	trace_reply(&trace, &peer, &reply);
	trace_silent(&trace, &peer, 400001);
	read_trace(&trace, 65535);
	ck_assert_uint_eq(got.count, 3);
	ck_assert_uint_eq(got.told[0].kind, 5);
	ck_assert(is_peer(&got.told[0]) && is_peer(&got.told[1]) && is_peer(&got.told[2]));
	ck_assert_uint_eq(got.told[0].numbers[0], 1);
	ck_assert(name_equal(&got.told[0].second, &question.name));
	ck_assert_uint_eq(got.told[0].numbers[1], TYPE_HTTPS);
	ck_assert_uint_eq(got.told[1].kind, 6);
	ck_assert_uint_eq(got.told[1].numbers[1], 123456789);
	ck_assert_uint_eq(got.told[1].numbers[2], 512);
	ck_assert_uint_eq(got.told[1].numbers[3], 3);
	ck_assert_uint_eq(got.told[1].numbers[4], 2);
	ck_assert_uint_eq(got.told[1].numbers[5], 86400);
	ck_assert(name_equal(&got.told[1].second, &question.name));
	ck_assert_str_eq(got.told[1].text, "SOA of example.com.");
	ck_assert_uint_eq(got.told[2].kind, 7);
	ck_assert_uint_eq(got.told[2].numbers[1], 400001);
}
END_TEST

START_TEST(hits_joins_and_aliases_come_back)
{
	struct address v4;

	ck_assert(address_parse("192.0.2.9@53", 53, &v4));
	trace_hit(&trace, &question, 17, 283, 2, &v4);
	trace_join(&trace, &question, 250000);
	trace_alias(&trace, &question.name, &server, 11);
	read_trace(&trace, 65535);
	ck_assert_uint_eq(got.told[0].kind, 3);
	ck_assert_uint_eq(got.told[0].numbers[1], 17);
	ck_assert_uint_eq(got.told[0].numbers[2], 283);
	ck_assert_uint_eq(got.told[0].numbers[3], 2);
	ck_assert(address_equal(&got.told[0].address, &v4));
	ck_assert_uint_eq(got.told[1].kind, 9);
	ck_assert_uint_eq(got.told[1].numbers[1], 250000);
	ck_assert_uint_eq(got.told[2].kind, 8);
	ck_assert(name_equal(&got.told[2].name, &question.name));
	ck_assert(name_equal(&got.told[2].second, &server));
	ck_assert_uint_eq(got.told[2].numbers[0], 11);
}
END_TEST

START_TEST(a_name_that_never_leaves_the_house_comes_back)
{
	trace_local(&trace, &question, &server, "RFC 6761");
	read_trace(&trace, 65535);
	ck_assert_uint_eq(got.count, 1);
	ck_assert_uint_eq(got.told[0].kind, 13);
	ck_assert(name_equal(&got.told[0].name, &question.name));
	ck_assert_uint_eq(got.told[0].numbers[0], question.type);
	ck_assert(name_equal(&got.told[0].second, &server));
	ck_assert_str_eq(got.told[0].text, "RFC 6761");
}
END_TEST

START_TEST(refusals_failures_and_answers_come_back)
{
	trace_refused(&trace, &peer, "not asked for");
	trace_fail(&trace, RCODE_SERVFAIL, EDE_NONE, "no server of example. answered");
	trace_answer(&trace, RCODE_NOERROR, 2, 300, 5);
	read_trace(&trace, 65535);
	ck_assert_uint_eq(got.told[0].kind, 10);
	ck_assert(is_peer(&got.told[0]));
	ck_assert_str_eq(got.told[0].text, "not asked for");
	ck_assert_uint_eq(got.told[1].kind, 11);
	ck_assert_uint_eq(got.told[1].numbers[0], 2);
	ck_assert_uint_eq(got.told[1].numbers[1], 65535);
	ck_assert_str_eq(got.told[1].text, "no server of example. answered");
	ck_assert_uint_eq(got.told[2].kind, 12);
	ck_assert_uint_eq(got.told[2].numbers[2], 300);
	ck_assert_uint_eq(got.told[2].numbers[3], 5);
}
END_TEST

START_TEST(who_has_no_name_or_address_is_root_and_nobody)
{
	struct name unset = { .length = 0 };
	struct trace_peer nobody = { .server = NULL };
	struct trace_reply reply = { .about = &unset, .summary = NULL };

	trace_reply(&trace, &nobody, &reply);
	trace_hit(&trace, &question, 1, 1, 0, NULL);
	read_trace(&trace, 65535);
	ck_assert_uint_eq(got.told[0].name.length, 1);
	ck_assert_uint_eq(got.told[0].second.length, 1);
	ck_assert_uint_eq(got.told[0].address.family, 0);
	ck_assert_str_eq(got.told[0].text, "");
	ck_assert_uint_eq(got.told[1].address.family, 0);
}
END_TEST

START_TEST(the_largest_event_fits)
{
	char text[1000];
	struct trace_reply reply = { .about = &other_long_name, .summary = text };

	memset(text, 'z', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	peer.server = &long_name;
	trace_reply(&trace, &peer, &reply);
	read_trace(&trace, 65535);
	ck_assert_uint_eq(got.count, 1);
	ck_assert(name_equal(&got.told[0].name, &long_name));
	ck_assert(name_equal(&got.told[0].second, &other_long_name));
	ck_assert_uint_eq(strlen(got.told[0].text), 255);
}
END_TEST

START_TEST(text_is_harmless_and_no_character_is_cut_in_two)
{
	char text[300];

	trace_step(&trace, "a\x1b[2Jb\nc\x7f" "d\xc2\x9b" "e\xff" "f\xed\xa0\x80"
		   "g\xc0\xaf h\xc3\xa4");
	memset(text, 'a', sizeof(text));
	memcpy(text + 254, "\xc3\xa4\0", 3);
	trace_step(&trace, text);
	read_trace(&trace, 65535);
	ck_assert_str_eq(got.told[0].text, "a?[2Jb?c?d??e?f???g?? h\xc3\xa4");
	ck_assert_uint_eq(strlen(got.told[1].text), 254);
}
END_TEST

START_TEST(times_count_from_the_beginning)
{
	now_us += 5000001;
	trace_step(&trace, "late");
	now_us += (uint64_t)UINT32_MAX + 7;
	trace_step(&trace, "very late");
	trace.began_us = now_us + 1;
	trace_step(&trace, "before the beginning");
	read_trace(&trace, 65535);
	ck_assert_uint_eq(got.told[0].at_us, 5000001);
	ck_assert_uint_eq(got.told[1].at_us, UINT32_MAX);
	ck_assert_uint_eq(got.told[2].at_us, 0);
}
END_TEST

/* --- bounds --- */

START_TEST(the_oldest_are_dropped_and_counted)
{
	char step[32];

	for (unsigned i = 0; i < 5000; i++) {
		snprintf(step, sizeof(step), "step %u", i);
		trace_step(&trace, step);
	}
	read_trace(&trace, 65535);
	ck_assert_uint_le(got.octets, MAX_TRACE_OCTETS);
	ck_assert_uint_gt(got.octets, MAX_TRACE_OCTETS - 100);
	ck_assert_uint_eq(got.dropped + got.count, 5000);
	for (unsigned i = 0; i < got.count; i++) {
		snprintf(step, sizeof(step), "step %u", got.dropped + i);
		ck_assert_str_eq(got.told[i].text, step);
	}
	ck_assert_uint_le(arena.held, 64 * 1024);
}
END_TEST

START_TEST(large_events_take_bounded_memory_too)
{
	struct trace_reply reply = { .about = &other_long_name, .summary = "of no weight" };

	peer.server = &long_name;
	for (unsigned i = 0; i < 10000; i++)
		trace_reply(&trace, &peer, &reply);
	read_trace(&trace, 65535);
	ck_assert_uint_eq(got.dropped + got.count, 10000);
	ck_assert_uint_gt(got.octets, MAX_TRACE_OCTETS - 1000);
	ck_assert_uint_le(arena.held, 64 * 1024);
}
END_TEST

START_TEST(more_drops_than_the_count_can_say_are_said_as_the_most)
{
	trace.dropped = 70000;
	read_trace(&trace, 65535);
	ck_assert_uint_eq(got.dropped, 65535);
}
END_TEST

START_TEST(a_full_arena_drops_and_counts)
{
	struct arena small;

	arena_init(&small, 4096);
	trace_init(&trace, &small);
	for (unsigned i = 0; i < 1000; i++)
		trace_step(&trace, "walking on");
	read_trace(&trace, 65535);
	ck_assert_uint_gt(got.count, 10);
	ck_assert_uint_eq(got.count + got.dropped, 1000);
	arena_clear(&small);
	arena_init(&small, 0);
	trace_init(&trace, &small);
	trace_step(&trace, "no memory at all");
	read_trace(&trace, 65535);
	ck_assert_uint_eq(got.count, 0);
	ck_assert_uint_eq(got.dropped, 1);
	arena_clear(&small);
}
END_TEST

START_TEST(a_small_reply_gets_the_newest)
{
	char step[32];

	for (unsigned i = 0; i < 100; i++) {
		snprintf(step, sizeof(step), "step %u", i);
		trace_step(&trace, step);
	}
	for (size_t room = 3; room < 600; room++) {
		read_trace(&trace, room);
		ck_assert_uint_eq(got.count + got.dropped, 100);
		if (got.count > 0)
			ck_assert_str_eq(got.told[got.count - 1].text, "step 99");
	}
	ck_assert_uint_gt(got.count, 20);
}
END_TEST

START_TEST(no_room_for_the_head_fails_the_writer)
{
	uint8_t octets[2];
	struct writer writer = writer_over(octets, sizeof(octets));

	trace_step(&trace, "x");
	trace_write(&trace, &writer);
	ck_assert(!writer_is_good(&writer));
}
END_TEST

/* --- sub-walks --- */

START_TEST(a_sub_walk_lies_one_deeper_at_its_time)
{
	struct trace child, grandchild;

	trace_walk(&trace, &question);
	now_us += 1000;
	trace_init(&child, &arena);
	trace_walk(&child, &question);
	now_us += 200;
	trace_init(&grandchild, &arena);
	now_us += 30;
	trace_walk(&grandchild, &question);
	trace_absorb(&child, &grandchild);
	trace_absorb(&trace, &child);
	trace_step(&trace, "answer");
	read_trace(&trace, 65535);
	ck_assert_uint_eq(got.count, 4);
	for (unsigned i = 0; i < 3; i++)
		ck_assert_uint_eq(got.told[i].depth, i);
	ck_assert_uint_eq(got.told[3].depth, 0);
	ck_assert_uint_eq(got.told[0].at_us, 0);
	ck_assert_uint_eq(got.told[1].at_us, 1000);
	ck_assert_uint_eq(got.told[2].at_us, 1230);
	ck_assert_uint_eq(got.told[3].at_us, 1230);
	read_trace(&child, 65535);              /* lives on as it was */
	ck_assert_uint_eq(got.count, 2);
	ck_assert_uint_eq(got.told[0].depth, 0);
	ck_assert_uint_eq(got.told[1].at_us, 230);
}
END_TEST

START_TEST(what_was_before_the_parent_is_set_to_its_beginning)
{
	struct trace joined;

	trace_init(&joined, &arena);            /* a walk that was under way already */
	trace_step(&joined, "early");
	now_us += 7000;
	trace_init(&trace, &arena);
	trace_walk(&trace, &question);
	now_us += 500;
	trace_step(&joined, "late");
	trace_absorb(&trace, &joined);
	read_trace(&trace, 65535);
	ck_assert_uint_eq(got.count, 3);
	ck_assert_uint_eq(got.told[0].kind, 1);
	ck_assert_str_eq(got.told[1].text, "early");
	ck_assert_uint_eq(got.told[1].at_us, 0);
	ck_assert_uint_eq(got.told[1].depth, 1);
	ck_assert_uint_eq(got.told[2].at_us, 500);
}
END_TEST

START_TEST(the_order_is_that_of_time)
{
	struct trace child;

	trace_init(&child, &arena);
	for (unsigned i = 0; i < 40; i++) {
		now_us += i % 4 == 0 ? 0 : 100;
		trace_step(i % 3 == 0 ? &child : &trace, i % 3 == 0 ? "child" : "parent");
	}
	trace_absorb(&trace, &child);
	read_trace(&trace, 65535);
	ck_assert_uint_eq(got.count, 40);
	for (unsigned i = 1; i < 40; i++)
		ck_assert_uint_ge(got.told[i].at_us, got.told[i - 1].at_us);
	for (unsigned i = 0; i < 40; i++)
		ck_assert_uint_eq(got.told[i].depth, strcmp(got.told[i].text, "child") == 0);
	ck_assert_str_eq(got.told[39].text, "child");
	ck_assert_str_eq(got.told[38].text, "parent");
}
END_TEST

START_TEST(two_full_traces_stay_one_full_trace)
{
	struct trace child;
	size_t held;

	trace_init(&child, &arena);
	for (unsigned i = 0; i < 3000; i++) {
		trace_step(&trace, "parent");
		trace_step(&child, "child");
	}
	trace_absorb(&trace, &child);
	held = arena.held;
	for (unsigned i = 0; i < 100; i++)
		trace_absorb(&trace, &child);
	ck_assert_uint_eq(arena.held, held);
	trace_step(&trace, "last");
	read_trace(&trace, 65535);
	ck_assert_uint_le(got.octets, MAX_TRACE_OCTETS);
	ck_assert_str_eq(got.told[got.count - 1].text, "last");
	ck_assert_uint_gt(got.dropped, 3000);
}
END_TEST

START_TEST(absorbing_into_a_full_arena_counts_what_is_lost)
{
	struct arena small;
	struct trace child;

	arena_init(&small, 4096);
	trace_init(&trace, &small);
	trace_init(&child, &arena);
	for (unsigned i = 0; i < 300; i++) {
		trace_step(&trace, "parent");
		trace_step(&child, "child");
	}
	trace_absorb(&trace, &child);
	read_trace(&trace, 65535);
	ck_assert_uint_gt(got.count, 10);
	ck_assert_uint_eq(got.count + got.dropped, 600);
	arena_clear(&small);
}
END_TEST

START_TEST(anything_in_any_order_can_be_read)
{
	struct trace_reply reply = { .about = &other_long_name, .summary = "something" };
	struct trace traces[3];

	srandom(20261121);
	for (unsigned i = 0; i < 3; i++)
		trace_init(&traces[i], &arena);
	for (unsigned i = 0; i < 20000; i++) {
		struct trace *t = &traces[random() % 3], *u = &traces[random() % 3];

		now_us += (uint64_t)(random() % 1000);
		peer.server = random() % 2 == 0 ? &long_name : &server;
		switch (random() % 64) {
		case 0: case 1: case 2: trace_reply(t, &peer, &reply); break;
		case 3: if (t != u) trace_absorb(t, u); break;
		case 4: trace_init(t, &arena); break;
		case 5: case 6: trace_fail(t, 2, 22, "a sentence"); break;
		default: trace_step(t, "step"); break;
		}
		if (i % 50 != 0)
			continue;
		read_trace(t, 65535);
		ck_assert_uint_eq(got.octets, t->octets + 3);
		for (unsigned n = 1; n < got.count; n++)
			ck_assert_uint_ge(got.told[n].at_us, got.told[n - 1].at_us);
		if (arena.held > 900000) {
			arena_clear(&arena);
			for (unsigned n = 0; n < 3; n++)
				trace_init(&traces[n], &arena);
		}
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("observe.trace");
	TCase *events = tcase_create("events"), *bounds = tcase_create("bounds");
	TCase *children = tcase_create("children");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(events, set_up, tear_down);
	tcase_add_checked_fixture(bounds, set_up, tear_down);
	tcase_add_checked_fixture(children, set_up, tear_down);
	tcase_add_test(events, an_empty_trace_is_version_and_count);
	tcase_add_test(events, walks_steps_and_cuts_come_back);
	tcase_add_test(events, queries_replies_and_silences_come_back);
	tcase_add_test(events, hits_joins_and_aliases_come_back);
	tcase_add_test(events, a_name_that_never_leaves_the_house_comes_back);
	tcase_add_test(events, refusals_failures_and_answers_come_back);
	tcase_add_test(events, who_has_no_name_or_address_is_root_and_nobody);
	tcase_add_test(events, the_largest_event_fits);
	tcase_add_test(events, text_is_harmless_and_no_character_is_cut_in_two);
	tcase_add_test(events, times_count_from_the_beginning);
	tcase_add_test(bounds, the_oldest_are_dropped_and_counted);
	tcase_add_test(bounds, large_events_take_bounded_memory_too);
	tcase_add_test(bounds, more_drops_than_the_count_can_say_are_said_as_the_most);
	tcase_add_test(bounds, a_full_arena_drops_and_counts);
	tcase_add_test(bounds, a_small_reply_gets_the_newest);
	tcase_add_test(bounds, no_room_for_the_head_fails_the_writer);
	tcase_add_test(children, a_sub_walk_lies_one_deeper_at_its_time);
	tcase_add_test(children, what_was_before_the_parent_is_set_to_its_beginning);
	tcase_add_test(children, the_order_is_that_of_time);
	tcase_add_test(children, two_full_traces_stay_one_full_trace);
	tcase_add_test(children, absorbing_into_a_full_arena_counts_what_is_lost);
	tcase_add_test(children, anything_in_any_order_can_be_read);
	suite_add_tcase(suite, events);
	suite_add_tcase(suite, bounds);
	suite_add_tcase(suite, children);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
