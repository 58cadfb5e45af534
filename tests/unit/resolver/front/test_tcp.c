/* SPDX-License-Identifier: MIT */
/* test_tcp.c — connections on real loopback sockets: RFC 7766, and those who abuse it. */
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "door.h"
#include "resolver/front/inside.h"
#include "tests/unit/suite.h"

enum { SHORT_IDLE_MS = 300 };

static struct door door;
static int client;
static uint8_t room[65536];
static struct said said;

static void begin(void)
{
	door_open(&door, "127.0.0.1");
	client = door_connect(&door.tcp, SOCK_STREAM);
}

static void end(void)
{
	close(client);
	door_close(&door);
}

static const struct ask www = {
	.name = "www.Example.", .type = TYPE_A, .id = 4711, .flags = FLAG_RD, .edns = true,
};

static void send_octets(int fd, const void *octets, size_t length)
{
	ck_assert_int_eq(send(fd, octets, length, MSG_NOSIGNAL), (ssize_t)length);
}

static void send_ask(int fd, const char *name, uint16_t id)
{
	struct ask ask = www;
	uint8_t wire[600];

	ask.name = name;
	ask.id = id;
	send_octets(fd, wire, ask_frame(&ask, wire, sizeof(wire)));
}

static void expect_reply(void)
{
	size_t length;

	ck_assert(door_read(&door, client, room, 2));
	length = load_u16(room);
	ck_assert(door_read(&door, client, room, length));
	said_read(bytes_of(room, length), &said);
}

static void put(const char *name, uint8_t last)
{
	struct answer answer = fake_answer(name, TYPE_A, last);

	fake_cache_add(&door.cache, &answer);
}

static uint64_t connections(void)
{
	return front_figures(door.front)->tcp_connections;
}

static unsigned expected_asks;

static bool so_many_ask(void *unused)
{
	return door.walks.asked >= expected_asks;
}

static void expect_asks(unsigned n)
{
	expected_asks = n;
	ck_assert(door_run_until(&door, so_many_ask, NULL));
	ck_assert_uint_eq(door.walks.asked, n);
}

static void tell(const char *name, uint8_t last)
{
	struct answer answer = fake_answer(name, TYPE_A, last);

	fake_walks_tell(&door.walks, fake_walks_index(&door.walks, name), &answer, NULL);
}

START_TEST(a_query_is_answered_from_the_cache)
{
	put("www.example.", 5);
	send_ask(client, "www.Example.", 4711);
	expect_reply();
	ck_assert_uint_eq(said.header.id, 4711);
	ck_assert_uint_eq(said.last_octet, 5);
	ck_assert_uint_eq(front_figures(door.front)->tcp_queries, 1);
	ck_assert_uint_eq(connections(), 1);
}
END_TEST

START_TEST(pipelined_queries_are_answered_as_their_answers_come)
{
	put("warm.example.", 9);
	send_ask(client, "one.example.", 1);
	send_ask(client, "two.example.", 2);
	send_ask(client, "warm.example.", 3);
	expect_reply();
	ck_assert_uint_eq(said.header.id, 3);
	expect_asks(2);
	tell("two.example.", 22);
	expect_reply();
	ck_assert_uint_eq(said.header.id, 2);
	ck_assert_uint_eq(said.last_octet, 22);
	tell("one.example.", 11);
	expect_reply();
	ck_assert_uint_eq(said.header.id, 1);
	ck_assert_uint_eq(said.last_octet, 11);
}
END_TEST

START_TEST(a_query_may_come_octet_by_octet)
{
	uint8_t wire[600];
	size_t length = ask_frame(&www, wire, sizeof(wire));

	put("www.example.", 5);
	for (size_t i = 0; i < length; i++) {
		send_octets(client, wire + i, 1);
		door_run_ms(&door, 1);
	}
	expect_reply();
	ck_assert_uint_eq(said.last_octet, 5);
}
END_TEST

START_TEST(the_same_query_twice_is_answered_twice)
{
	send_ask(client, "www.example.", 1);
	send_ask(client, "www.example.", 1);
	expect_asks(2);
	tell("www.example.", 5);
	tell("www.example.", 5);
	expect_reply();
	expect_reply();
}
END_TEST

START_TEST(no_more_in_flight_than_allowed)
{
	char name[32];

	for (unsigned i = 0; i < MAX_TCP_QUERIES + 10; i++) {
		snprintf(name, sizeof(name), "n%u.example.", i);
		send_ask(client, name, (uint16_t)i);
	}
	expect_asks(MAX_TCP_QUERIES);
	door_run_ms(&door, 50);
	ck_assert_uint_eq(door.walks.asked, MAX_TCP_QUERIES);
	tell("n3.example.", 3);
	expect_reply();
	ck_assert_uint_eq(said.header.id, 3);
	expect_asks(MAX_TCP_QUERIES + 1);
	while (door.walks.count > 0) {
		struct answer answer = fake_answer("any.example.", TYPE_A, 1);

		fake_walks_tell(&door.walks, 0, &answer, NULL);
		door_run_ms(&door, 1);
	}
	expect_asks(MAX_TCP_QUERIES + 10);
	for (unsigned i = 1; i < MAX_TCP_QUERIES + 10; i++)
		expect_reply();
}
END_TEST

START_TEST(a_length_below_a_header_closes)
{
	static const uint8_t wire[] = { 0, 11, 1, 2, 3 };

	send_octets(client, wire, sizeof(wire));
	ck_assert(door_is_closed(&door, client, 1000));
	ck_assert_uint_eq(connections(), 0);
}
END_TEST

START_TEST(an_answer_instead_of_a_query_is_ignored)
{
	uint8_t wire[600];
	size_t length = ask_frame(&www, wire, sizeof(wire));

	put("www.example.", 5);
	wire[4] |= 0x80;
	send_octets(client, wire, length);
	send_ask(client, "www.example.", 2);
	expect_reply();
	ck_assert_uint_eq(said.header.id, 2);
	ck_assert_uint_eq(front_figures(door.front)->dropped, 1);
}
END_TEST

START_TEST(an_idle_connection_is_closed)
{
	uint64_t began;

	put("www.example.", 5);
	door.settings.tcp_idle_ms = SHORT_IDLE_MS;
	close(client);
	client = door_connect(&door.tcp, SOCK_STREAM);
	began = clock_timer_ms();
	door_run_ms(&door, 200);
	send_ask(client, "www.example.", 1);
	expect_reply();
	ck_assert(!door_is_closed(&door, client, SHORT_IDLE_MS / 2));
	ck_assert(door_is_closed(&door, client, 2000));
	ck_assert_uint_ge(clock_timer_ms() - began, 200 + SHORT_IDLE_MS);
	ck_assert_uint_eq(connections(), 0);
}
END_TEST

START_TEST(half_a_message_does_not_keep_a_connection)
{
	static const uint8_t half[] = { 1, 0, 1, 2, 3 };
	uint64_t began;
	bool closed = false;

	door.settings.tcp_idle_ms = SHORT_IDLE_MS;
	close(client);
	client = door_connect(&door.tcp, SOCK_STREAM);
	began = clock_timer_ms();
	send_octets(client, half, sizeof(half));
	/* An octet now and then changes nothing. */
	while (!closed && clock_timer_ms() - began < 3000) {
		(void)send(client, "x", 1, MSG_NOSIGNAL);
		closed = door_is_closed(&door, client, 50);
	}
	ck_assert(closed);
	ck_assert_uint_lt(clock_timer_ms() - began, SHORT_IDLE_MS * 3);
}
END_TEST

START_TEST(a_connection_that_waits_for_a_walk_is_not_idle)
{
	door.settings.tcp_idle_ms = SHORT_IDLE_MS;
	close(client);
	client = door_connect(&door.tcp, SOCK_STREAM);
	send_ask(client, "slow.example.", 8);
	expect_asks(1);
	ck_assert(!door_is_closed(&door, client, SHORT_IDLE_MS * 3));
	tell("slow.example.", 8);
	expect_reply();
	ck_assert_uint_eq(said.last_octet, 8);
	ck_assert(door_is_closed(&door, client, 2000));
}
END_TEST

START_TEST(whoever_has_said_all_is_still_answered)
{
	put("warm.example.", 9);
	send_ask(client, "cold.example.", 1);
	send_ask(client, "warm.example.", 2);
	ck_assert_int_eq(shutdown(client, SHUT_WR), 0);
	expect_reply();
	ck_assert_uint_eq(said.header.id, 2);
	expect_asks(1);
	tell("cold.example.", 4);
	expect_reply();
	ck_assert_uint_eq(said.header.id, 1);
	ck_assert(door_is_closed(&door, client, 1000));
	ck_assert_uint_eq(connections(), 0);
}
END_TEST

START_TEST(whoever_leaves_leaves_the_walks)
{
	send_ask(client, "cold.example.", 1);
	send_ask(client, "colder.example.", 2);
	expect_asks(2);
	ck_assert_int_eq(setsockopt(client, SOL_SOCKET, SO_LINGER,
				    &(struct linger){ .l_onoff = 1 }, sizeof(struct linger)), 0);
	close(client);
	client = -1;
	door_run_ms(&door, 50);
	ck_assert_uint_eq(door.walks.count, 0);
	ck_assert_uint_eq(door.walks.left, 2);
	ck_assert_uint_eq(connections(), 0);
}
END_TEST

/* An answer as large as the cache keeps. */
static void put_large(const char *name)
{
	static uint8_t image[MAX_ANSWER_OCTETS - 100];
	struct answer answer = fake_answer(name, TYPE_TXT, 1);

	store_u16(image + 1, TYPE_TXT);
	store_u16(image + 3, CLASS_IN);
	store_u16(image + 9, (uint16_t)(sizeof(image) - 11));
	answer.image = bytes_of(image, sizeof(image));
	answer.question.type = TYPE_A;
	fake_cache_add(&door.cache, &answer);
}

static int connect_with_small_window(void)
{
	struct sockaddr_storage at;
	socklen_t length = address_to_socket(&door.tcp, &at);
	int fd = socket(AF_INET, SOCK_STREAM, 0), small = 2048;

	ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&at, length), 0);
	return fd;
}

START_TEST(whoever_does_not_read_is_not_read_from)
{
	enum { MANY = 2000 };
	uint8_t wire[600];
	size_t length = ask_frame(&www, wire, sizeof(wire));
	uint64_t taken;
	unsigned sent = 0;

	put_large("www.example.");
	close(client);
	client = connect_with_small_window();
	while (sent < MANY && send(client, wire, length, MSG_NOSIGNAL | MSG_DONTWAIT) > 0) {
		sent++;
		if (sent % 50 == 0)
			door_run_ms(&door, 5);
	}
	door_run_ms(&door, 100);
	taken = front_figures(door.front)->tcp_queries;
	ck_assert_uint_gt(taken, 0);
	door_run_ms(&door, 100);
	/* It stands still, far from having answered all of them. */
	ck_assert_uint_eq(front_figures(door.front)->tcp_queries, taken);
	ck_assert_uint_lt(taken, 1000);
	/* Who begins to read gets all that was asked. */
	for (unsigned i = 0; i < sent; i++) {
		expect_reply();
		ck_assert_uint_eq(said.header.id, 4711);
	}
	ck_assert_uint_eq(front_figures(door.front)->tcp_queries, sent);
}
END_TEST

START_TEST(whoever_never_reads_is_dropped)
{
	uint8_t wire[600];
	size_t length = ask_frame(&www, wire, sizeof(wire));
	uint64_t began;

	put_large("www.example.");
	door.settings.tcp_idle_ms = SHORT_IDLE_MS;
	close(client);
	client = connect_with_small_window();
	for (unsigned i = 0; i < 1000; i++) {
		if (send(client, wire, length, MSG_NOSIGNAL | MSG_DONTWAIT) <= 0)
			break;
		if (i % 50 == 0)
			door_run_ms(&door, 2);
	}
	began = clock_timer_ms();
	while (connections() > 0 && clock_timer_ms() - began < 3000)
		door_run_ms(&door, 10);
	ck_assert_uint_eq(connections(), 0);
}
END_TEST

START_TEST(answers_that_pile_up_drop_the_connection_from_its_own_turn)
{
	static uint8_t image[MAX_ANSWER_OCTETS - 100];
	struct answer large;
	unsigned told = 0;

	store_u16(image + 1, TYPE_TXT);
	store_u16(image + 3, CLASS_IN);
	store_u16(image + 9, (uint16_t)(sizeof(image) - 11));
	close(client);
	client = connect_with_small_window();
	/* All wait for one walk: while it tells them one after the other, none may leave. */
	for (unsigned i = 0; i < MAX_TCP_QUERIES; i++)
		send_ask(client, "same.example.", (uint16_t)i);
	expect_asks(MAX_TCP_QUERIES);
	large = fake_answer("same.example.", TYPE_A, 1);
	large.image = bytes_of(image, sizeof(image));
	while (told < MAX_TCP_QUERIES - 1) {
		fake_walks_tell(&door.walks, 0, &large, NULL);
		told++;
	}
	ck_assert_uint_eq(door.walks.count, 1);
	door_run_ms(&door, 50);
	ck_assert_uint_eq(door.walks.count, 0);
	ck_assert_uint_eq(door.walks.left, 1);
	ck_assert_uint_eq(connections(), 0);
	ck_assert_uint_gt(front_figures(door.front)->unsent, 0);
}
END_TEST

START_TEST(one_client_has_so_many_connections_and_no_more)
{
	int more[5];

	door.settings.tcp_per_client = 3;
	for (unsigned i = 0; i < 5; i++) {
		more[i] = door_connect(&door.tcp, SOCK_STREAM);
		door_run_ms(&door, 10);
	}
	ck_assert_uint_eq(connections(), 3);
	ck_assert(!door_is_closed(&door, more[1], 20));
	ck_assert(door_is_closed(&door, more[2], 500));
	ck_assert(door_is_closed(&door, more[4], 500));
	ck_assert_uint_eq(front_figures(door.front)->tcp_turned_away, 3);
	close(more[0]);
	door_run_ms(&door, 20);
	close(more[4]);
	more[4] = door_connect(&door.tcp, SOCK_STREAM);
	ck_assert(!door_is_closed(&door, more[4], 50));
	for (unsigned i = 1; i < 5; i++)
		close(more[i]);
}
END_TEST

START_TEST(a_client_that_hung_up_makes_room_for_itself)
{
	int second, third;

	door.settings.tcp_per_client = 2;
	send_ask(client, "cold.example.", 1);
	expect_asks(1);
	ck_assert_int_eq(shutdown(client, SHUT_WR), 0);
	second = door_connect(&door.tcp, SOCK_STREAM);
	ck_assert(!door_is_closed(&door, client, 50));
	third = door_connect(&door.tcp, SOCK_STREAM);
	ck_assert(door_is_closed(&door, client, 500));
	ck_assert(!door_is_closed(&door, second, 20));
	ck_assert(!door_is_closed(&door, third, 20));
	ck_assert_uint_eq(connections(), 2);
	ck_assert_uint_eq(door.walks.left, 1);
	close(second);
	close(third);
}
END_TEST

START_TEST(when_all_places_are_taken_the_longest_idle_gives_way)
{
	int second, third;

	put("www.example.", 5);
	door.settings.tcp_connections = 2;
	front_configure(door.front, &door.settings);
	door_run_ms(&door, 10);
	second = door_connect(&door.tcp, SOCK_STREAM);
	door_run_ms(&door, 10);
	send_ask(client, "www.example.", 1);
	expect_reply();
	third = door_connect(&door.tcp, SOCK_STREAM);
	ck_assert(door_is_closed(&door, second, 500));
	ck_assert(!door_is_closed(&door, client, 20));
	ck_assert(!door_is_closed(&door, third, 20));
	ck_assert_uint_eq(connections(), 2);
	close(second);
	close(third);
}
END_TEST

START_TEST(when_nobody_is_idle_the_newcomer_is_turned_away)
{
	int second;

	door.settings.tcp_connections = 1;
	front_configure(door.front, &door.settings);
	send_ask(client, "cold.example.", 1);
	expect_asks(1);
	second = door_connect(&door.tcp, SOCK_STREAM);
	ck_assert(door_is_closed(&door, second, 500));
	tell("cold.example.", 3);
	expect_reply();
	ck_assert_uint_eq(said.last_octet, 3);
	close(second);
}
END_TEST

static void connect_from(const char *text)
{
	struct address peer;
	int ends[2];

	ck_assert(address_parse(text, 4242, &peer));
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	connection_new(door.front, ends[0], &peer);     /* the other end stays open until exit */
}

static unsigned connections_from(const char *text)
{
	struct address peer;

	ck_assert(address_parse(text, 1, &peer));
	return connections_of(door.front, &peer);
}

START_TEST(a_client_is_an_ipv4_address_or_an_ipv6_64)
{
	connect_from("192.0.2.1");
	connect_from("192.0.2.1");
	connect_from("192.0.2.2");
	connect_from("2001:db8::1");
	connect_from("2001:db8:0:0:ffff::2");
	connect_from("2001:db8:0:1::1");
	ck_assert_uint_eq(connections_from("192.0.2.1"), 2);
	ck_assert_uint_eq(connections_from("192.0.2.2"), 1);
	ck_assert_uint_eq(connections_from("192.0.2.3"), 0);
	ck_assert_uint_eq(connections_from("2001:db8::7"), 2);
	ck_assert_uint_eq(connections_from("2001:db8:0:1::7"), 1);
	ck_assert_uint_eq(connections_from("2001:db8:0:2::7"), 0);
}
END_TEST

static unsigned complaints;

static void note_complaint(int priority, const char *line)
{
	complaints++;
}

START_TEST(without_descriptors_nobody_spins)
{
	struct rlimit before, none;
	uint64_t began;
	int waiting, turns = 0;

	put("www.example.", 5);
	door.settings.log = note_complaint;
	/* The one that is connected gets busy, so that it can't give way. */
	send_ask(client, "cold.example.", 1);
	expect_asks(1);
	waiting = door_connect(&door.tcp, SOCK_STREAM);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 3;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	began = clock_timer_ms();
	while (clock_timer_ms() - began < 500) {
		uv_run(&door.loop.uv, UV_RUN_ONCE);     /* sleeps while there is nothing to do */
		turns++;
	}
	ck_assert_int_lt(turns, 60);
	ck_assert_uint_eq(complaints, 1);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	send_ask(waiting, "www.example.", 2);
	ck_assert(door_read(&door, waiting, room, 2));
	tell("cold.example.", 3);
	expect_reply();
	close(waiting);
}
END_TEST

START_TEST(after_the_stop_what_was_asked_is_answered)
{
	int idle = door_connect(&door.tcp, SOCK_STREAM);

	send_ask(client, "cold.example.", 1);
	expect_asks(1);
	front_stop_listening(door.front);
	ck_assert(door_is_closed(&door, idle, 500));
	send_ask(client, "late.example.", 2);
	door_run_ms(&door, 50);
	ck_assert_uint_eq(door.walks.asked, 1);
	tell("cold.example.", 3);
	expect_reply();
	ck_assert_uint_eq(said.header.id, 1);
	ck_assert(door_is_closed(&door, client, 500));
	ck_assert_uint_eq(connections(), 0);
	close(idle);
}
END_TEST

START_TEST(connections_live_through_a_reload)
{
	struct front_settings other = door.settings;

	put("www.example.", 5);
	send_ask(client, "www.example.", 1);
	expect_reply();
	front_configure(door.front, &other);
	memset(&door.settings, 0xff, sizeof(door.settings));    /* nobody may look at it now */
	send_ask(client, "www.example.", 2);
	expect_reply();
	ck_assert_uint_eq(said.header.id, 2);
}
END_TEST

static void ask_for_trace(const char *name, uint16_t id)
{
	static const uint8_t options[] = { TRACE_OPTION >> 8, TRACE_OPTION & 0xff, 0, 0 };
	struct ask ask = www;
	uint8_t wire[600];

	ask.name = name;
	ask.id = id;
	ask.options = bytes_of(options, sizeof(options));
	send_octets(client, wire, ask_frame(&ask, wire, sizeof(wire)));
}

START_TEST(a_hit_is_traced)
{
	put("www.example.", 5);
	ask_for_trace("www.example.", 1);
	expect_reply();
	ck_assert_uint_eq(said.last_octet, 5);
	ck_assert_ptr_nonnull(said.trace.at);
	ck_assert_uint_eq(said.trace.at[0], 1);
	ck_assert_uint_eq(said.trace.at[3], 3);         /* HIT comes first */
}
END_TEST

START_TEST(a_special_name_is_traced)
{
	ask_for_trace("www.test.", 1);
	expect_reply();
	ck_assert_uint_eq(said.rcode, RCODE_NXDOMAIN);
	ck_assert_ptr_nonnull(said.trace.at);
	ck_assert_uint_eq(said.trace.at[0], 1);
	ck_assert_uint_eq(said.trace.at[3], 13);        /* LOCAL */
}
END_TEST

START_TEST(a_walk_is_traced)
{
	struct answer answer = fake_answer("cold.example.", TYPE_A, 6);
	struct arena arena;
	struct trace trace;

	ask_for_trace("cold.example.", 1);
	expect_asks(1);
	arena_init(&arena, 1 << 16);
	trace_init(&trace, &arena);
	trace_walk(&trace, &door.walks.questions[0]);
	fake_walks_tell(&door.walks, 0, &answer, &trace);
	arena_clear(&arena);
	expect_reply();
	ck_assert_uint_eq(said.last_octet, 6);
	ck_assert_ptr_nonnull(said.trace.at);
	ck_assert_uint_eq(said.trace.at[3], 1);         /* WALK */
}
END_TEST

START_TEST(no_trace_for_those_who_may_not)
{
	put("www.example.", 5);
	door.settings.trace_access = door.nobody;
	ask_for_trace("www.example.", 1);
	expect_reply();
	ck_assert_uint_eq(said.last_octet, 5);
	ck_assert_ptr_null(said.trace.at);
}
END_TEST

static bool so_many_are_connected(void *count)
{
	return connections() == *(unsigned *)count;
}

enum { MANY = 30 };

static bool so_many_were_asked(void *unused)
{
	return front_figures(door.front)->tcp_queries >= MANY;
}

START_TEST(many_connections_come_and_go)
{
	unsigned all = MANY + 1, one = 1;
	int idle[MANY];

	put("www.example.", 5);
	for (unsigned i = 0; i < MANY; i++) {
		idle[i] = door_connect(&door.tcp, SOCK_STREAM);
		send_ask(idle[i], "www.example.", (uint16_t)i);
	}
	ck_assert(door_run_until(&door, so_many_are_connected, &all));
	ck_assert(door_run_until(&door, so_many_were_asked, NULL));
	ck_assert_uint_eq(front_figures(door.front)->tcp_queries, MANY);
	for (unsigned i = 0; i < MANY; i++)
		close(idle[i]);
	ck_assert(door_run_until(&door, so_many_are_connected, &one));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_query_is_answered_from_the_cache,
		pipelined_queries_are_answered_as_their_answers_come,
		a_query_may_come_octet_by_octet,
		the_same_query_twice_is_answered_twice,
		no_more_in_flight_than_allowed,
		a_length_below_a_header_closes,
		an_answer_instead_of_a_query_is_ignored,
		an_idle_connection_is_closed,
		half_a_message_does_not_keep_a_connection,
		a_connection_that_waits_for_a_walk_is_not_idle,
		whoever_has_said_all_is_still_answered,
		whoever_leaves_leaves_the_walks,
		whoever_does_not_read_is_not_read_from,
		whoever_never_reads_is_dropped,
		answers_that_pile_up_drop_the_connection_from_its_own_turn,
		one_client_has_so_many_connections_and_no_more,
		a_client_that_hung_up_makes_room_for_itself,
		when_all_places_are_taken_the_longest_idle_gives_way,
		when_nobody_is_idle_the_newcomer_is_turned_away,
		a_client_is_an_ipv4_address_or_an_ipv6_64,
		without_descriptors_nobody_spins,
		after_the_stop_what_was_asked_is_answered,
		connections_live_through_a_reload,
		a_hit_is_traced,
		a_special_name_is_traced,
		a_walk_is_traced,
		no_trace_for_those_who_may_not,
		many_connections_come_and_go,
	};

	return suite_run_with("tcp", tests, SUITE_COUNT(tests), begin, end);
}
