/* SPDX-License-Identifier: MIT */
/* test_exchange.c — exchanges over real sockets on loopback, against a small server that does as
 * it is told. */
#include "resolver/upstream/exchange.h"

#include <arpa/inet.h>
#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/message.h"
#include "resolver/loop_uv.h"

enum { ROOM = 4096, PATIENCE_MS = 150, SOON_MS = 30000 };
enum { LETTER = 2 + HEADER_LENGTH + 1 };        /* of the name, in a framed message */

static struct loop_uv driver;
static uv_async_t always_there;         /* as listeners are: without a handle a loop doesn't run */
static struct exchange *exchange;
static struct exchange_request request;
static enum exchange_outcome outcome;
static unsigned settled, strays;
static struct exchange_findings findings;
static uint8_t reply[ROOM];
static size_t reply_length;
static int server = -1;                 /* the server's socket; a listening one for TCP */
static uint8_t query[ROOM];
static size_t query_length;
static struct sockaddr_storage client;
static socklen_t client_length;

/* --- the asking side --- */

static void on_settled(void *subject)
{
	struct bytes message = exchange_reply(exchange);

	ck_assert_ptr_eq(subject, &settled);
	settled++;
	outcome = exchange_outcome(exchange);
	ck_assert_int_ne(outcome, EXCHANGE_PENDING);
	ck_assert_int_eq(message.length != 0, outcome == EXCHANGE_REPLIED);
	strays = exchange_strays(exchange);
	findings = *exchange_findings(exchange);
	reply_length = message.length < ROOM ? message.length : ROOM;
	if (reply_length != 0)
		memcpy(reply, message.at, reply_length);
	exchange_drop(&exchange);
	ck_assert_ptr_null(exchange);
}

static void start(void)
{
	settled = 0;
	loop_look_at_clocks(&driver.loop);      /* on a busy machine it was long ago */
	exchange = exchange_start(&driver.loop, &request, on_settled, &settled);
	ck_assert_ptr_nonnull(exchange);
	ck_assert_uint_eq(settled, 0);
	ck_assert_int_le(exchange_reply(exchange).length, 0);
}

/* A few rounds of the loop, without waiting. */
static void run_a_little(void)
{
	uv_ref((uv_handle_t *)&always_there);
	for (int i = 0; i < 10; i++)
		uv_run(&driver.uv, UV_RUN_NOWAIT);
	uv_unref((uv_handle_t *)&always_there);
}

/* Until the exchange has settled, and it was told of no more than once. */
static void run_to_the_end(void)
{
	run_a_little();
	while (settled == 0)
		uv_run(&driver.uv, UV_RUN_ONCE);
	run_a_little();
	ck_assert_uint_eq(settled, 1);
}

/* --- the asked side --- */

static void open_server(int family, int type)
{
	struct address any;
	struct sockaddr_storage at;
	socklen_t length;

	ck_assert(address_parse(family == AF_INET ? "127.0.0.1" : "::1", 0, &any));
	length = address_to_socket(&any, &at);
	server = socket(family, type | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(server, 0);
	ck_assert_int_eq(bind(server, (struct sockaddr *)&at, length), 0);
	ck_assert_int_eq(getsockname(server, (struct sockaddr *)&at, &length), 0);
	if (type == SOCK_STREAM)
		ck_assert_int_eq(listen(server, 16), 0);
	request.to = address_from_socket(&at);
	request.transport = type == SOCK_STREAM ? OVER_TCP : OVER_UDP;
}

static void close_server(void)
{
	close(server);
	server = -1;
}

static void must_become_readable(int descriptor)
{
	struct pollfd wanted = { .fd = descriptor, .events = POLLIN };

	ck_assert_int_eq(poll(&wanted, 1, SOON_MS), 1);
}

static void receive_query(void)
{
	ssize_t length;

	must_become_readable(server);
	client_length = sizeof(client);
	length = recvfrom(server, query, sizeof(query), 0, (struct sockaddr *)&client,
			  &client_length);
	ck_assert_int_ge(length, HEADER_LENGTH);
	query_length = (size_t)length;
}

/* The query as a reply to itself, with one octet changed by XOR (or none). */
static void send_reply(size_t changed, uint8_t change)
{
	uint8_t copy[ROOM];

	memcpy(copy, query, query_length);
	copy[2] |= 0x80;
	copy[changed] ^= change;
	ck_assert_int_eq(sendto(server, copy, query_length, 0, (struct sockaddr *)&client,
				client_length),
			 (ssize_t)query_length);
}

/* Takes the connection and reads the query from it; the loop must run meanwhile. */
static int accept_query(void)
{
	uint8_t length[2];
	int stream;

	for (struct pollfd wanted = { .fd = server, .events = POLLIN };
	     poll(&wanted, 1, 0) == 0;)
		uv_run(&driver.uv, UV_RUN_NOWAIT);
	stream = accept(server, NULL, NULL);
	ck_assert_int_ge(stream, 0);
	for (struct pollfd wanted = { .fd = stream, .events = POLLIN };
	     poll(&wanted, 1, 0) == 0;)
		uv_run(&driver.uv, UV_RUN_NOWAIT);
	ck_assert_int_eq(recv(stream, length, 2, MSG_WAITALL), 2);
	query_length = load_u16(length);
	ck_assert_int_eq(recv(stream, query, query_length, MSG_WAITALL), (ssize_t)query_length);
	return stream;
}

/* The query as a framed reply, longer by `more` octets, in the room; its octets. */
static size_t frame_reply(uint8_t room[ROOM], size_t more)
{
	size_t length = query_length + more;

	memset(room, 0, ROOM);
	store_u16(room, (uint16_t)length);
	memcpy(room + 2, query, query_length);
	room[4] |= 0x80;
	return length + 2;
}

static void say(int stream, const void *octets, size_t length)
{
	ck_assert_int_eq(send(stream, octets, length, MSG_NOSIGNAL), (ssize_t)length);
}

/* --- fixtures --- */

static void set_up(void)
{
	ck_assert_int_eq(loop_uv_init(&driver), OK);
	ck_assert_int_eq(uv_async_init(&driver.uv, &always_there, NULL), 0);
	uv_unref((uv_handle_t *)&always_there);
	request = (struct exchange_request){ .patience_ms = PATIENCE_MS };
	ck_assert(name_parse("wWw.example.", &request.question.name));
	request.question.type = TYPE_A;
	request.question.class = CLASS_IN;
	exchange = NULL;
	settled = 0;
}

static void tear_down(void)
{
	exchange_drop(&exchange);
	if (server >= 0)
		close_server();
	uv_close((uv_handle_t *)&always_there, NULL);
	loop_uv_clear(&driver);
}

static void set_up_udp(void)
{
	set_up();
	open_server(AF_INET, SOCK_DGRAM);
}

static void set_up_tcp(void)
{
	set_up();
	open_server(AF_INET, SOCK_STREAM);
}

/* --- UDP --- */

START_TEST(a_matching_datagram_is_the_reply)
{
	start();
	ck_assert_int_eq(exchange_outcome(exchange), EXCHANGE_PENDING);
	receive_query();
	send_reply(0, 0);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_REPLIED);
	ck_assert_uint_eq(strays, 0);
	ck_assert_uint_eq(reply_length, query_length);
	ck_assert_mem_eq(reply, query, 2);
}
END_TEST

START_TEST(over_ipv6_too)
{
	close_server();
	open_server(AF_INET6, SOCK_DGRAM);
	start();
	receive_query();
	send_reply(0, 0);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_REPLIED);
}
END_TEST

START_TEST(the_query_is_as_it_should_be)
{
	struct cursor at;
	struct header header;
	struct question question;
	struct record record;
	struct edns edns;

	start();
	receive_query();
	at = cursor_over(bytes_of(query, query_length));
	header_read(&at, &header);
	question_read(&at, &question);
	record_read(&at, &record);
	ck_assert(cursor_is_good(&at));
	ck_assert_uint_eq(cursor_left(&at), 0);
	ck_assert_uint_eq(header.flags, 0);
	ck_assert_mem_eq(question.name.octets, request.question.name.octets, 13);
	ck_assert(question_equal(&question, &request.question));
	ck_assert_uint_eq(record.type, TYPE_OPT);
	ck_assert(edns_read(&record, &edns));
	ck_assert(edns.dnssec_ok);
	ck_assert_uint_eq(edns.payload, 1232);
	ck_assert_uint_eq(edns.version, 0);
}
END_TEST

START_TEST(to_an_old_forwarder_without_edns_with_rd)
{
	request.without_edns = true;
	request.recursion_desired = true;
	start();
	receive_query();
	ck_assert_uint_eq(query_length, HEADER_LENGTH + 13 + 4);
	ck_assert_uint_eq(load_u16(query + 2), FLAG_RD);
	ck_assert_uint_eq(query[11], 0);
}
END_TEST

START_TEST(ids_and_ports_differ)
{
	enum { TIMES = 32 };
	unsigned same_id = 0, same_port = 0;
	uint16_t id = 0, port = 0;

	for (int i = 0; i < TIMES; i++) {
		start();
		receive_query();
		same_id += load_u16(query) == id;
		id = load_u16(query);
		same_port += address_from_socket(&client).port == port;
		port = address_from_socket(&client).port;
		ck_assert_uint_ge(port, 1024);
		exchange_drop(&exchange);
	}
	ck_assert_uint_le(same_id, 1);          /* once in 2,000 runs by chance */
	ck_assert_uint_le(same_port, 1);
}
END_TEST

START_TEST(silence_lasts_as_long_as_patience)
{
	uint64_t before;

	loop_look_at_clocks(&driver.loop);
	before = driver.loop.now_ms;            /* from which alarms count */
	start();
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_SILENT);
	ck_assert_uint_eq(strays, 0);
	ck_assert_uint_ge(clock_timer_ms() - before, PATIENCE_MS - 2);
}
END_TEST

/* Octets whose change makes a stray: id, QR, opcode, question count, name, type, class. */
static const struct {
	size_t  at;
	uint8_t change;
} wrong[] = { { 0, 1 }, { 1, 0x80 }, { 2, 0x80 }, { 2, 0x28 }, { 5, 1 }, { 5, 3 },
	      { 13, 1 }, { 18, 2 }, { 26, 1 }, { 28, 2 } };

START_TEST(the_first_stray_settles_it)
{
	request.patience_ms = 60000;
	start();
	receive_query();
	send_reply(wrong[_i].at, wrong[_i].change);
	send_reply(0, 0);                       /* comes too late: perhaps that one is forged */
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_STRAYED);
	ck_assert_uint_eq(strays, 1);
}
END_TEST

START_TEST(a_datagram_without_a_header_is_a_stray)
{
	request.patience_ms = 60000;
	start();
	receive_query();
	ck_assert_int_eq(sendto(server, "x", (size_t)_i, 0, (struct sockaddr *)&client,
				client_length), _i);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_STRAYED);
}
END_TEST

START_TEST(other_addresses_arent_heard)
{
	int stranger = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	start();
	receive_query();
	query[2] |= 0x80;
	(void)!sendto(stranger, query, query_length, 0, (struct sockaddr *)&client, client_length);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_SILENT);
	ck_assert_uint_eq(strays, 0);
	close(stranger);
}
END_TEST

/* The first letter in the other case. */
START_TEST(letters_may_change_unless_they_count)
{
	request.vary_letters = _i == 1;
	start();
	receive_query();
	send_reply(13, 0x20);
	run_to_the_end();
	ck_assert_int_eq(outcome, _i == 1 ? EXCHANGE_STRAYED : EXCHANGE_REPLIED);
	ck_assert_uint_eq(strays, _i == 1);
}
END_TEST

START_TEST(varied_letters_come_back_small)
{
	request.vary_letters = true;
	start();
	receive_query();
	send_reply(0, 0);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_REPLIED);
	ck_assert(!findings.letters_changed);
	ck_assert_mem_eq(reply + HEADER_LENGTH, "\3www\7example", 13);
}
END_TEST

START_TEST(a_bare_error_has_no_letters)
{
	request.vary_letters = true;
	start();
	receive_query();
	memset(query + 4, 0, 8);
	query[3] |= RCODE_REFUSED;
	query_length = HEADER_LENGTH;
	send_reply(0, 0);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_REPLIED);
	ck_assert_uint_eq(reply_length, HEADER_LENGTH);
}
END_TEST

/* Ten letters: all the same in two queries once in a thousand, three times in a row never. */
START_TEST(letters_vary_by_chance)
{
	enum { TIMES = 16 };
	uint8_t before[13] = "";
	unsigned same = 0;

	request.vary_letters = true;
	for (int i = 0; i < TIMES; i++) {
		start();
		receive_query();
		same += memcmp(before, query + HEADER_LENGTH, sizeof(before)) == 0;
		memcpy(before, query + HEADER_LENGTH, sizeof(before));
		for (size_t k = 0; k < sizeof(before); k++)
			ck_assert_uint_eq(letter_lower(before[k]),
					  letter_lower(request.question.name.octets[k]));
		exchange_drop(&exchange);
	}
	ck_assert_uint_le(same, 2);
}
END_TEST

/* The query with a cookie is 4 octets and the cookie longer, and the cookie its end. */
static void ask_with_cookie(unsigned octets)
{
	request.cookie = (struct cookie){ .length = (uint8_t)octets, .octets = "12345678abcdefgh" };
	start();
	receive_query();
	ck_assert_uint_eq(query_length, HEADER_LENGTH + 13 + 4 + 11 + 4 + octets);
	ck_assert_mem_eq(query + query_length - octets, "12345678abcdefgh", octets);
}

static void forget_opt(void)
{
	query[11] = 0;
	query_length = HEADER_LENGTH + 13 + 4;
}

START_TEST(a_cookie_that_comes_back_is_found)
{
	ask_with_cookie(16);
	send_reply(query_length - 1, 1);        /* the server's part may change */
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_REPLIED);
	ck_assert(findings.cookie_sent);
	ck_assert_uint_eq(findings.cookie.length, 16);
	ck_assert_mem_eq(findings.cookie.octets, "12345678abcdefgi", 16);
}
END_TEST

START_TEST(a_wrong_cookie_is_a_stray)
{
	ask_with_cookie(16);
	send_reply(query_length - 16, 1);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_STRAYED);
}
END_TEST

/* Of a server that has shown cookies; of any other it is as good as ever. */
START_TEST(no_cookie_is_a_stray_where_one_is_due)
{
	ask_with_cookie(_i == 0 ? 8 : 16);
	forget_opt();
	send_reply(0, 0);
	run_to_the_end();
	ck_assert_int_eq(outcome, _i == 0 ? EXCHANGE_REPLIED : EXCHANGE_STRAYED);
	ck_assert_uint_eq(findings.cookie.length, 0);
}
END_TEST

START_TEST(without_edns_there_is_no_cookie)
{
	request.cookie.length = 16;
	request.without_edns = true;
	start();
	receive_query();
	ck_assert_uint_eq(query_length, HEADER_LENGTH + 13 + 4);
	send_reply(0, 0);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_REPLIED);
	ck_assert(!findings.cookie_sent);
}
END_TEST

START_TEST(a_truncated_reply_is_a_reply)
{
	start();
	receive_query();
	send_reply(2, FLAG_TC >> 8);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_REPLIED);
	ck_assert_uint_eq(load_u16(reply + 2) & FLAG_TC, FLAG_TC);
}
END_TEST

START_TEST(a_closed_port_is_told_at_once)
{
	uint64_t before = clock_timer_ms();

	request.patience_ms = 60000;
	close_server();
	start();
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_UNREACHABLE);
	ck_assert_uint_lt(clock_timer_ms() - before, 5000);
}
END_TEST

/* Addresses to which the kernel sends nothing: TEST-NET would leave this machine. */
static const char *const unsendable[] = { "255.255.255.255", "fe80::1", "ff02::1" };

START_TEST(what_cant_be_sent_is_told_from_the_loop)
{
	request.patience_ms = 60000;
	request.transport = _i % 2 == 0 ? OVER_UDP : OVER_TCP;
	ck_assert(address_parse(unsendable[_i / 2], 53, &request.to));
	start();                                /* which checks that it isn't told inside */
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_UNREACHABLE);
}
END_TEST

START_TEST(a_big_datagram_arrives_whole)
{
	start();
	receive_query();
	memset(query + query_length, 0, ROOM - query_length);
	query_length = ROOM - 10;
	send_reply(0, 0);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_REPLIED);
	ck_assert_uint_eq(reply_length, ROOM - 10);
}
END_TEST

START_TEST(nothing_is_told_after_a_drop)
{
	start();
	receive_query();
	if (_i >= 1)
		send_reply(0, 0);
	if (_i >= 2)
		run_a_little();                 /* settled, and dropped by on_settled */
	exchange_drop(&exchange);
	ck_assert_ptr_null(exchange);
	uv_run(&driver.uv, UV_RUN_DEFAULT);
	ck_assert_uint_eq(settled, _i >= 2);
}
END_TEST

START_TEST(nothing_is_told_after_a_drop_of_what_couldnt_be_sent)
{
	ck_assert(address_parse("255.255.255.255", 53, &request.to));
	start();
	exchange_drop(&exchange);
	run_a_little();
	ck_assert_uint_eq(settled, 0);
}
END_TEST

static void on_settled_only(void *subject)
{
	settled++;
}

START_TEST(a_settled_exchange_waits_for_its_drop)
{
	uint32_t elapsed;

	settled = 0;
	exchange = exchange_start(&driver.loop, &request, on_settled_only, NULL);
	receive_query();
	send_reply(0, 0);
	send_reply(0, 0);                       /* a second one changes nothing */
	uv_run(&driver.uv, UV_RUN_DEFAULT);
	ck_assert_uint_eq(settled, 1);
	ck_assert_int_eq(exchange_outcome(exchange), EXCHANGE_REPLIED);
	ck_assert_uint_eq(exchange_reply(exchange).length, query_length);
	elapsed = exchange_elapsed_us(exchange);
	usleep(2000);
	ck_assert_uint_eq(exchange_elapsed_us(exchange), elapsed);
}
END_TEST

/* --- TCP --- */

START_TEST(a_reply_over_tcp)
{
	uint8_t framed[ROOM];
	size_t length;
	int stream;

	start();
	stream = accept_query();
	ck_assert_uint_eq(query_length, HEADER_LENGTH + 13 + 4 + 11 + 4);       /* keepalive */
	length = frame_reply(framed, 1000);
	say(stream, framed, length);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_REPLIED);
	ck_assert_uint_eq(reply_length, query_length + 1000);
	ck_assert_mem_eq(reply, framed + 2, reply_length);
	close(stream);
}
END_TEST

START_TEST(a_reply_over_tcp_in_single_octets)
{
	uint8_t framed[ROOM];
	size_t length;
	int stream, on = 1;

	request.patience_ms = SOON_MS;
	start();
	stream = accept_query();
	setsockopt(stream, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	length = frame_reply(framed, 20);
	for (size_t i = 0; i < length; i++) {
		ck_assert_uint_eq(settled, 0);
		say(stream, framed + i, 1);
		run_a_little();
	}
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_REPLIED);
	ck_assert_mem_eq(reply, framed + 2, reply_length);
	close(stream);
}
END_TEST

START_TEST(strays_over_tcp_are_waited_past)
{
	uint8_t framed[ROOM];
	size_t length;
	int stream;

	start();
	stream = accept_query();
	length = frame_reply(framed, 0);
	framed[LETTER] ^= 1;
	say(stream, framed, length);
	framed[LETTER] ^= 1;
	say(stream, framed, length);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_REPLIED);
	ck_assert_uint_eq(strays, 1);
	close(stream);
}
END_TEST

/* Nobody guesses over TCP: what happened to the letters is told, and small ones are handed on. */
START_TEST(letters_may_change_over_tcp)
{
	uint8_t framed[ROOM];
	size_t length;
	int stream;

	request.vary_letters = true;
	start();
	stream = accept_query();
	length = frame_reply(framed, 0);
	if (_i == 1)
		framed[2 + HEADER_LENGTH + 1] ^= 0x20;
	say(stream, framed, length);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_REPLIED);
	ck_assert_int_eq(findings.letters_changed, _i == 1);
	ck_assert_mem_eq(reply + HEADER_LENGTH, "\3www\7example", 13);
	close(stream);
}
END_TEST

START_TEST(no_cookie_over_tcp_is_a_finding)
{
	uint8_t framed[ROOM];
	size_t length;
	int stream;

	request.cookie.length = 16;
	start();
	stream = accept_query();
	query[11] = 0;
	query_length = HEADER_LENGTH + 13 + 4;
	length = frame_reply(framed, 0);
	say(stream, framed, length);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_REPLIED);
	ck_assert(findings.cookie_sent);
	ck_assert_uint_eq(findings.cookie.length, 0);
	close(stream);
}
END_TEST

START_TEST(a_stream_of_strays_isnt_read_for_ever)
{
	uint8_t framed[ROOM];
	size_t length;
	int stream;

	request.patience_ms = 60000;
	start();
	stream = accept_query();
	length = frame_reply(framed, 0);
	framed[LETTER] ^= 1;
	for (int i = 0; i < MAX_STRAYS; i++)
		say(stream, framed, length);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_UNREACHABLE);
	ck_assert_uint_eq(strays, MAX_STRAYS);
	close(stream);
}
END_TEST

START_TEST(the_largest_message_over_tcp)
{
	uint8_t header[2] = { 0xff, 0xff }, *message = calloc(1, 65535);
	size_t said = 0;
	int stream;

	request.patience_ms = SOON_MS;
	start();
	stream = accept_query();
	memcpy(message, query, query_length);
	message[2] |= 0x80;
	say(stream, header, 2);
	fcntl(stream, F_SETFL, O_NONBLOCK);
	while (said < 65535) {
		ssize_t count = send(stream, message + said, 65535 - said, MSG_NOSIGNAL);

		if (count > 0)
			said += (size_t)count;
		uv_run(&driver.uv, UV_RUN_NOWAIT);
	}
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_REPLIED);
	ck_assert_uint_eq(reply_length, ROOM);  /* what this test keeps of it */
	free(message);
	close(stream);
}
END_TEST

START_TEST(a_length_too_short_for_a_message_is_a_lie)
{
	uint8_t lie[2] = { 0, (uint8_t)_i };
	int stream;

	request.patience_ms = 60000;
	start();
	stream = accept_query();
	say(stream, lie, 2);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_UNREACHABLE);
	close(stream);
}
END_TEST

START_TEST(a_length_that_is_never_filled_is_silence)
{
	uint8_t framed[ROOM];
	size_t length;
	int stream;

	start();
	stream = accept_query();
	length = frame_reply(framed, 0);
	framed[0] = 0xff;
	say(stream, framed, length);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_SILENT);
	close(stream);
}
END_TEST

START_TEST(a_length_that_is_too_small_cuts_the_question_off)
{
	uint8_t framed[ROOM];
	size_t length;
	int stream;

	start();
	stream = accept_query();
	length = frame_reply(framed, 0);
	framed[1] = 20;                         /* the rest reads as lengths: 0x0000 or so */
	say(stream, framed, length);
	run_to_the_end();
	ck_assert_int_ne(outcome, EXCHANGE_REPLIED);
	ck_assert_uint_ge(strays, 1);
	close(stream);
}
END_TEST

/* How much of its reply the server says before it closes. */
static const size_t said_before_close[] = { 0, 1, 2, 3, 20 };

START_TEST(a_stream_that_ends_early_is_told_at_once)
{
	uint8_t framed[ROOM];
	int stream;

	request.patience_ms = 60000;
	start();
	stream = accept_query();
	frame_reply(framed, 0);
	if (said_before_close[_i] != 0)
		say(stream, framed, said_before_close[_i]);
	close(stream);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_UNREACHABLE);
}
END_TEST

START_TEST(a_stream_that_is_reset_is_told_at_once)
{
	struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
	int stream;

	request.patience_ms = 60000;
	start();
	stream = accept_query();
	setsockopt(stream, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(stream);
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_UNREACHABLE);
}
END_TEST

START_TEST(silence_over_tcp)
{
	start();
	run_to_the_end();                       /* the kernel accepts, nobody reads */
	ck_assert_int_eq(outcome, EXCHANGE_SILENT);
}
END_TEST

START_TEST(a_closed_tcp_port_is_told_at_once)
{
	request.patience_ms = 60000;
	close_server();
	start();
	run_to_the_end();
	ck_assert_int_eq(outcome, EXCHANGE_UNREACHABLE);
}
END_TEST

/* Dropped before connecting, when connected, after half a length, after half a message. */
START_TEST(nothing_is_told_after_a_drop_at_any_stage_of_tcp)
{
	uint8_t framed[ROOM];
	int stream = -1;

	start();
	if (_i >= 1)
		stream = accept_query();
	if (_i >= 2) {
		frame_reply(framed, 0);
		say(stream, framed, _i == 2 ? 1 : 20);
		run_a_little();
	}
	exchange_drop(&exchange);
	run_a_little();
	ck_assert_uint_eq(settled, 0);
	if (stream >= 0)
		close(stream);
}
END_TEST

/* --- connections that are kept --- */

static struct exchange *several[MAX_QUERIES_PER_CONNECTION + 1];
static enum exchange_outcome outcomes[MAX_QUERIES_PER_CONNECTION + 1];
static uint8_t queries[MAX_QUERIES_PER_CONNECTION + 1][ROOM];

static void on_one_settled(void *place)
{
	struct exchange **one = place;

	outcomes[one - several] = exchange_outcome(*one);
	settled++;
	exchange_drop(one);
}

static void start_one(unsigned which)
{
	several[which] = exchange_start(&driver.loop, &request, on_one_settled, &several[which]);
	ck_assert_ptr_nonnull(several[which]);
	outcomes[which] = EXCHANGE_PENDING;
}

static void run_until_settled(unsigned count)
{
	while (settled < count)
		uv_run(&driver.uv, UV_RUN_ONCE);
	ck_assert_uint_eq(settled, count);
}

/* The next query of a stream, kept in `queries` too. */
static void read_query(int stream, unsigned which)
{
	uint8_t length[2];

	for (struct pollfd wanted = { .fd = stream, .events = POLLIN };
	     poll(&wanted, 1, 0) == 0;)
		uv_run(&driver.uv, UV_RUN_NOWAIT);
	ck_assert_int_eq(recv(stream, length, 2, MSG_WAITALL), 2);
	query_length = load_u16(length);
	ck_assert_int_eq(recv(stream, query, query_length, MSG_WAITALL), (ssize_t)query_length);
	memcpy(queries[which], query, query_length);
}

static void answer(int stream, unsigned which)
{
	uint8_t framed[ROOM];

	memcpy(query, queries[which], query_length);
	say(stream, framed, frame_reply(framed, 0));
}

static bool somebody_connects(void)
{
	struct pollfd wanted = { .fd = server, .events = POLLIN };

	run_a_little();
	return poll(&wanted, 1, 20) == 1;
}

/* Sends one query and answers it: the connection is left open. */
static int open_kept_connection(void)
{
	int stream;

	settled = 0;
	start_one(0);
	stream = accept_query();
	memcpy(queries[0], query, query_length);
	answer(stream, 0);
	run_until_settled(1);
	ck_assert_int_eq(outcomes[0], EXCHANGE_REPLIED);
	settled = 0;
	return stream;
}

START_TEST(a_connection_is_used_again)
{
	int stream = open_kept_connection();

	for (unsigned i = 0; i < 5; i++) {
		start_one(0);
		read_query(stream, 0);
		answer(stream, 0);
		run_until_settled(i + 1);
		ck_assert_int_eq(outcomes[0], EXCHANGE_REPLIED);
	}
	ck_assert(!somebody_connects());
	close(stream);
}
END_TEST

START_TEST(replies_come_in_any_order)
{
	enum { SEVERAL = 8 };
	int stream = open_kept_connection();

	for (unsigned i = 0; i < SEVERAL; i++)
		start_one(i);
	for (unsigned i = 0; i < SEVERAL; i++) {
		read_query(stream, i);
		for (unsigned k = 0; k < i; k++)
			ck_assert_mem_ne(queries[k], queries[i], 2);
	}
	for (unsigned i = SEVERAL; i-- > 0;)
		answer(stream, i);
	run_until_settled(SEVERAL);
	for (unsigned i = 0; i < SEVERAL; i++)
		ck_assert_int_eq(outcomes[i], EXCHANGE_REPLIED);
	close(stream);
}
END_TEST

/* By its end, or by a reset. */
START_TEST(a_kept_connection_that_ends_tells_nothing_of_the_query)
{
	struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
	int stream = open_kept_connection();

	start_one(0);
	if (_i == 1)
		setsockopt(stream, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(stream);
	run_until_settled(1);
	ck_assert_int_eq(outcomes[0], EXCHANGE_RESET);
	start_one(0);                           /* and the next one has a fresh connection */
	stream = accept_query();
	memcpy(queries[0], query, query_length);
	answer(stream, 0);
	run_until_settled(2);
	ck_assert_int_eq(outcomes[0], EXCHANGE_REPLIED);
	close(stream);
}
END_TEST

START_TEST(a_server_that_takes_one_query_each_resets_the_others)
{
	int stream;

	start_one(0);
	start_one(1);
	stream = accept_query();
	memcpy(queries[0], query, query_length);
	answer(stream, 0);
	shutdown(stream, SHUT_WR);
	run_until_settled(2);
	ck_assert_int_eq(outcomes[0], EXCHANGE_REPLIED);
	ck_assert_int_eq(outcomes[1], EXCHANGE_RESET);
	close(stream);
}
END_TEST

START_TEST(who_asks_alone_shares_no_connection)
{
	int stream = open_kept_connection(), own;

	request.alone = true;
	start_one(0);
	own = accept_query();
	request.alone = false;
	start_one(1);
	read_query(stream, 1);                  /* not over the other's */
	close(own);
	run_until_settled(1);
	ck_assert_int_eq(outcomes[0], EXCHANGE_UNREACHABLE);
	answer(stream, 1);
	run_until_settled(2);
	ck_assert_int_eq(outcomes[1], EXCHANGE_REPLIED);
	close(stream);
}
END_TEST

START_TEST(a_connection_that_was_silent_gets_no_more_queries)
{
	int stream = open_kept_connection(), fresh;

	start_one(0);
	read_query(stream, 0);
	run_until_settled(1);
	ck_assert_int_eq(outcomes[0], EXCHANGE_SILENT);
	start_one(0);
	fresh = accept_query();
	exchange_drop(&several[0]);
	close(fresh);
	close(stream);
}
END_TEST

START_TEST(a_late_reply_to_one_doesnt_hurt_another)
{
	int stream = open_kept_connection();

	start_one(0);
	read_query(stream, 0);
	exchange_drop(&several[0]);
	start_one(1);
	read_query(stream, 1);
	answer(stream, 0);
	answer(stream, 1);
	run_until_settled(1);
	ck_assert_int_eq(outcomes[1], EXCHANGE_REPLIED);
	close(stream);
}
END_TEST

START_TEST(a_full_connection_gets_a_second_beside_it)
{
	int stream = open_kept_connection();

	for (unsigned i = 0; i < MAX_QUERIES_PER_CONNECTION; i++)
		start_one(i);
	ck_assert(!somebody_connects());
	start_one(MAX_QUERIES_PER_CONNECTION);
	ck_assert(somebody_connects());
	for (unsigned i = 0; i <= MAX_QUERIES_PER_CONNECTION; i++)
		exchange_drop(&several[i]);
	close(stream);
}
END_TEST

/* RFC 7828: a server that says 0 wants it closed; one that says 0.1 s gets that. */
START_TEST(a_connection_is_kept_as_long_as_the_server_says)
{
	uint8_t framed[ROOM], octet;
	uint64_t before;
	int stream;

	start_one(0);
	stream = accept_query();
	ck_assert_mem_eq(query + query_length - 4, "\0\13\0\0", 4);
	query[query_length - 5] = 6;            /* of all options … */
	query[query_length - 1] = 2;            /* … and of this one */
	query[query_length++] = 0;
	query[query_length++] = (uint8_t)_i;
	before = clock_timer_ms();
	say(stream, framed, frame_reply(framed, 0));
	run_until_settled(1);
	fcntl(stream, F_SETFL, O_NONBLOCK);
	while (recv(stream, &octet, 1, 0) < 0) {
		ck_assert_uint_lt(clock_timer_ms() - before, 2000);
		uv_run(&driver.uv, UV_RUN_NOWAIT);
		usleep(1000);
		run_a_little();
	}
	if (_i != 0)
		ck_assert_uint_ge(clock_timer_ms() - before, 90);
	close(stream);
}
END_TEST

/* True: nobody rings before then, and somebody does. */
static bool rings_in(uint64_t least_ms, uint64_t most_ms)
{
	uint64_t due = loop_next_due(&driver.loop), now = clock_timer_ms();

	return due != UINT64_MAX && due >= now + least_ms && due <= now + most_ms;
}

START_TEST(an_idle_connection_is_closed_at_last)
{
	int stream = open_kept_connection();

	ck_assert(rings_in(UPSTREAM_IDLE_MS - 2000, UPSTREAM_IDLE_MS));
	close(stream);
}
END_TEST

START_TEST(a_server_may_not_ask_us_to_stay_for_ever)
{
	uint8_t framed[ROOM];
	int stream;

	start_one(0);
	stream = accept_query();
	query[query_length - 5] = 6;
	query[query_length - 1] = 2;
	query[query_length++] = 0xff;
	query[query_length++] = 0xff;
	say(stream, framed, frame_reply(framed, 0));
	run_until_settled(1);
	ck_assert(rings_in(MAX_UPSTREAM_IDLE_MS - 2000, MAX_UPSTREAM_IDLE_MS));
	close(stream);
}
END_TEST

/* --- many --- */

static unsigned count_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	unsigned count = 0;

	ck_assert_ptr_nonnull(folder);
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count;
}

START_TEST(a_thousand_exchanges_leave_no_descriptor)
{
	unsigned before = count_descriptors();

	request.patience_ms = 1;
	for (int i = 0; i < 1000; i++) {
		start();
		if (i % 3 == 0)
			exchange_drop(&exchange);
		if (i % 3 == 1) {
			receive_query();
			send_reply(0, 0);
		}
		uv_run(&driver.uv, UV_RUN_DEFAULT);
		while (recv(server, query, sizeof(query), MSG_DONTWAIT) > 0)
			;
	}
	ck_assert_uint_eq(count_descriptors(), before);
}
END_TEST

START_TEST(two_hundred_at_once)
{
	enum { MANY = 200 };
	static struct exchange *many[MANY];

	settled = 0;
	request.patience_ms = SOON_MS;
	for (int i = 0; i < MANY; i++)
		many[i] = exchange_start(&driver.loop, &request, on_settled_only, NULL);
	for (int i = 0; i < MANY; i++) {
		receive_query();
		send_reply(0, 0);
	}
	uv_run(&driver.uv, UV_RUN_DEFAULT);
	ck_assert_uint_eq(settled, MANY);
	for (int i = 0; i < MANY; i++) {
		ck_assert_int_eq(exchange_outcome(many[i]), EXCHANGE_REPLIED);
		exchange_drop(&many[i]);
	}
}
END_TEST

/* LIMITS.md: a thousand slow servers leave room for another. */
START_TEST(the_quietest_of_too_many_connections_gives_way)
{
	static struct exchange *many[MAX_UPSTREAM_CONNECTIONS + 1];

	close_server();
	open_server(AF_INET, SOCK_STREAM);
	settled = 0;
	request.patience_ms = 60000;
	request.alone = true;
	for (int i = 0; i <= MAX_UPSTREAM_CONNECTIONS; i++) {
		run_a_little();
		ck_assert_uint_eq(settled, 0);
		many[i] = exchange_start(&driver.loop, &request, on_settled_only, NULL);
		ck_assert_ptr_nonnull(many[i]);
	}
	run_a_little();
	ck_assert_uint_eq(settled, 1);
	for (int i = 0; i <= MAX_UPSTREAM_CONNECTIONS; i++)
		exchange_drop(&many[i]);
}
END_TEST

START_TEST(without_descriptors_there_is_no_exchange)
{
	struct rlimit limit, less;
	int last = dup(0);

	request.transport = _i == 0 ? OVER_UDP : OVER_TCP;
	run_a_little();                         /* libuv opens what it needs for itself */
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	less = (struct rlimit){ .rlim_cur = (rlim_t)last + 1, .rlim_max = limit.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &less), 0);
	exchange = exchange_start(&driver.loop, &request, on_settled, &settled);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_ptr_null(exchange);
	close(last);
	run_a_little();
	ck_assert_uint_eq(settled, 0);
}
END_TEST

static TCase *udp_case(void)
{
	TCase *udp = tcase_create("udp");

	tcase_add_checked_fixture(udp, set_up_udp, tear_down);
	tcase_add_test(udp, a_matching_datagram_is_the_reply);
	tcase_add_test(udp, over_ipv6_too);
	tcase_add_test(udp, the_query_is_as_it_should_be);
	tcase_add_test(udp, to_an_old_forwarder_without_edns_with_rd);
	tcase_add_test(udp, ids_and_ports_differ);
	tcase_add_test(udp, silence_lasts_as_long_as_patience);
	tcase_add_loop_test(udp, the_first_stray_settles_it, 0, sizeof(wrong) / sizeof(wrong[0]));
	tcase_add_loop_test(udp, a_datagram_without_a_header_is_a_stray, 0, 2);
	tcase_add_test(udp, other_addresses_arent_heard);
	tcase_add_loop_test(udp, letters_may_change_unless_they_count, 0, 2);
	tcase_add_test(udp, varied_letters_come_back_small);
	tcase_add_test(udp, a_bare_error_has_no_letters);
	tcase_add_test(udp, letters_vary_by_chance);
	tcase_add_test(udp, a_cookie_that_comes_back_is_found);
	tcase_add_test(udp, a_wrong_cookie_is_a_stray);
	tcase_add_loop_test(udp, no_cookie_is_a_stray_where_one_is_due, 0, 2);
	tcase_add_test(udp, without_edns_there_is_no_cookie);
	tcase_add_test(udp, a_truncated_reply_is_a_reply);
	tcase_add_test(udp, a_closed_port_is_told_at_once);
	tcase_add_loop_test(udp, what_cant_be_sent_is_told_from_the_loop, 0, 6);
	tcase_add_test(udp, a_big_datagram_arrives_whole);
	tcase_add_loop_test(udp, nothing_is_told_after_a_drop, 0, 3);
	tcase_add_test(udp, nothing_is_told_after_a_drop_of_what_couldnt_be_sent);
	tcase_add_test(udp, a_settled_exchange_waits_for_its_drop);
	return udp;
}

static TCase *tcp_case(void)
{
	TCase *tcp = tcase_create("tcp");

	tcase_add_checked_fixture(tcp, set_up_tcp, tear_down);
	tcase_add_test(tcp, a_reply_over_tcp);
	tcase_add_test(tcp, a_reply_over_tcp_in_single_octets);
	tcase_add_test(tcp, strays_over_tcp_are_waited_past);
	tcase_add_loop_test(tcp, letters_may_change_over_tcp, 0, 2);
	tcase_add_test(tcp, no_cookie_over_tcp_is_a_finding);
	tcase_add_test(tcp, a_stream_of_strays_isnt_read_for_ever);
	tcase_add_test(tcp, the_largest_message_over_tcp);
	tcase_add_loop_test(tcp, a_length_too_short_for_a_message_is_a_lie, 0, HEADER_LENGTH);
	tcase_add_test(tcp, a_length_that_is_never_filled_is_silence);
	tcase_add_test(tcp, a_length_that_is_too_small_cuts_the_question_off);
	tcase_add_loop_test(tcp, a_stream_that_ends_early_is_told_at_once, 0, 5);
	tcase_add_test(tcp, a_stream_that_is_reset_is_told_at_once);
	tcase_add_test(tcp, silence_over_tcp);
	tcase_add_test(tcp, a_closed_tcp_port_is_told_at_once);
	tcase_add_loop_test(tcp, nothing_is_told_after_a_drop_at_any_stage_of_tcp, 0, 4);
	return tcp;
}

static TCase *kept_case(void)
{
	TCase *kept = tcase_create("kept");

	tcase_add_checked_fixture(kept, set_up_tcp, tear_down);
	tcase_add_test(kept, a_connection_is_used_again);
	tcase_add_test(kept, replies_come_in_any_order);
	tcase_add_loop_test(kept, a_kept_connection_that_ends_tells_nothing_of_the_query, 0, 2);
	tcase_add_test(kept, a_server_that_takes_one_query_each_resets_the_others);
	tcase_add_test(kept, who_asks_alone_shares_no_connection);
	tcase_add_test(kept, a_connection_that_was_silent_gets_no_more_queries);
	tcase_add_test(kept, a_late_reply_to_one_doesnt_hurt_another);
	tcase_add_test(kept, a_full_connection_gets_a_second_beside_it);
	tcase_add_loop_test(kept, a_connection_is_kept_as_long_as_the_server_says, 0, 2);
	tcase_add_test(kept, an_idle_connection_is_closed_at_last);
	tcase_add_test(kept, a_server_may_not_ask_us_to_stay_for_ever);
	return kept;
}

static TCase *many_case(void)
{
	TCase *many = tcase_create("many");

	tcase_add_checked_fixture(many, set_up_udp, tear_down);
	tcase_set_timeout(many, 30);
	tcase_add_test(many, a_thousand_exchanges_leave_no_descriptor);
	tcase_add_test(many, two_hundred_at_once);
	tcase_add_test(many, the_quietest_of_too_many_connections_gives_way);
	tcase_add_loop_test(many, without_descriptors_there_is_no_exchange, 0, 2);
	return many;
}

int main(void)
{
	Suite *suite = suite_create("upstream.exchange");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, udp_case());
	suite_add_tcase(suite, tcp_case());
	suite_add_tcase(suite, kept_case());
	suite_add_tcase(suite, many_case());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
