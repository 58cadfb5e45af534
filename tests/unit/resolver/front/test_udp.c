/* SPDX-License-Identifier: MIT */
/* test_udp.c — datagrams on real loopback sockets. */
#include <stdlib.h>
#include <unistd.h>

#include "cache/base/limits.h"
#include "door.h"
#include "resolver/front/client.h"
#include "tests/unit/suite.h"

enum { SOON_MS = 2000, NEVER_MS = 150 };

static struct door door;
static int client;
static uint8_t room[4096];
static struct said said;

static void open_at(const char *text)
{
	door_open(&door, text);
	client = door_connect(&door.udp, SOCK_DGRAM);
}

static void begin(void)
{
	open_at("127.0.0.1");
}

static void end(void)
{
	close(client);
	door_close(&door);
}

static const struct ask www = {
	.name = "www.Example.", .type = TYPE_A, .id = 4711, .flags = FLAG_RD, .edns = true,
};

static void expect_reply(void)
{
	size_t length = door_receive(&door, client, room, sizeof(room), SOON_MS);

	ck_assert_uint_gt(length, 0);
	said_read(bytes_of(room, length), &said);
}

static void expect_silence(void)
{
	ck_assert_uint_eq(door_receive(&door, client, room, sizeof(room), NEVER_MS), 0);
}

static bool somebody_asked(void *unused)
{
	return door.walks.count > 0;
}

static void put(const char *name, uint8_t last)
{
	struct answer answer = fake_answer(name, TYPE_A, last);

	fake_cache_add(&door.cache, &answer);
}

START_TEST(what_the_cache_knows_is_answered_at_once)
{
	const struct front_figures *figures = front_figures(door.front);

	put("www.example.", 5);
	ask_send(&www, client);
	expect_reply();
	ck_assert_uint_eq(said.header.id, 4711);
	ck_assert_uint_eq(said.last_octet, 5);
	ck_assert_mem_eq(said.question.name.octets, "\3www\7Example", 13);
	ck_assert_uint_eq(door.walks.asked, 0);
	ck_assert_uint_eq(figures->udp_queries, 1);
	ck_assert_uint_eq(figures->from_cache, 1);
	ck_assert_uint_eq(figures->rcodes[RCODE_NOERROR], 1);
}
END_TEST

static void ask_for(const char *name, uint16_t type, uint16_t flags)
{
	struct ask ask = www;

	ask.name = name;
	ask.type = type;
	ask.flags = flags;
	ask_send(&ask, client);
	expect_reply();
}

START_TEST(special_names_are_answered_without_a_walk)
{
	ask_for("Www.LocalHost.", TYPE_A, FLAG_RD);
	ck_assert_uint_eq(said.rcode, RCODE_NOERROR);
	ck_assert_uint_eq(said.last_octet, 1);
	ck_assert_mem_eq(said.question.name.octets, "\3Www\11LocalHost", 15);
	ck_assert_uint_eq(said.header.flags & (FLAG_AA | FLAG_RA | FLAG_AD), FLAG_RA);
	ask_for("www.test.", TYPE_A, FLAG_RD | FLAG_AD);
	ck_assert_uint_eq(said.rcode, RCODE_NXDOMAIN);
	ck_assert_uint_eq(said.ede, EDE_SYNTHESIZED);
	ck_assert_str_eq(said.ede_text, "test. is answered by xylemd itself (RFC 6761)");
	ck_assert_uint_eq(said.header.flags & (FLAG_AA | FLAG_RA | FLAG_AD), FLAG_RA);
	ask_for("localhost.", TYPE_MX, FLAG_RD);
	ck_assert_uint_eq(said.rcode, RCODE_NOERROR);
	ck_assert_uint_eq(said.header.counts[SECTION_ANSWER], 0);
	ck_assert_uint_eq(door.walks.asked, 0);
	ck_assert_uint_eq(front_figures(door.front)->local, 3);
}
END_TEST

START_TEST(special_names_need_no_recursion)
{
	ask_for("localhost.", TYPE_A, 0);
	ck_assert_uint_eq(said.rcode, RCODE_NOERROR);
	ck_assert_uint_eq(said.last_octet, 1);
}
END_TEST

START_TEST(absent_special_names_are_absent_for_any_type)
{
	ask_for("www.onion.", TYPE_ANY, FLAG_RD);
	ck_assert_uint_eq(said.rcode, RCODE_NXDOMAIN);
	ask_for("www.example.", TYPE_ANY, FLAG_RD);
	ck_assert_uint_eq(said.rcode, RCODE_NOERROR);
	ck_assert_uint_eq(said.header.counts[SECTION_ANSWER], 1);
	ck_assert_uint_eq(door.walks.asked, 0);
}
END_TEST

START_TEST(special_names_turned_off_are_asked_of_a_walk)
{
	struct ask ask = www;

	door.settings.local = NULL;
	ask.name = "www.test.";
	ask_send(&ask, client);
	ck_assert(door_run_until(&door, somebody_asked, NULL));
	ck_assert_uint_eq(front_figures(door.front)->local, 0);
}
END_TEST

START_TEST(what_it_does_not_know_is_asked_of_a_walk)
{
	struct answer answer = fake_answer("www.example.", TYPE_A, 6);

	ask_send(&www, client);
	ck_assert(door_run_until(&door, somebody_asked, NULL));
	ck_assert_uint_eq(front_clients(door.front), 1);
	fake_walks_tell(&door.walks, fake_walks_index(&door.walks, "www.example."), &answer, NULL);
	expect_reply();
	ck_assert_uint_eq(said.header.id, 4711);
	ck_assert_uint_eq(said.last_octet, 6);
	ck_assert_mem_eq(said.question.name.octets, "\3www\7Example", 13);
	ck_assert_uint_eq(front_clients(door.front), 0);
}
END_TEST

START_TEST(answers_from_the_cache_do_not_wait_for_walks)
{
	struct ask cold = www;

	put("www.example.", 5);
	cold.name = "cold.example.";
	cold.id = 1;
	ask_send(&cold, client);
	ask_send(&www, client);
	expect_reply();
	ck_assert_uint_eq(said.header.id, 4711);
	ck_assert_uint_eq(front_clients(door.front), 1);
}
END_TEST

START_TEST(a_repeated_query_is_asked_once)
{
	struct answer answer = fake_answer("www.example.", TYPE_A, 6);

	ask_send(&www, client);
	ask_send(&www, client);
	ask_send(&www, client);
	door_run_ms(&door, 50);
	ck_assert_uint_eq(door.walks.asked, 1);
	fake_walks_tell(&door.walks, 0, &answer, NULL);
	expect_reply();
	expect_silence();
}
END_TEST

START_TEST(another_id_or_question_is_no_repetition)
{
	struct ask other = www;

	ask_send(&www, client);
	other.id++;
	ask_send(&other, client);
	other.type = TYPE_AAAA;
	ask_send(&other, client);
	other.name = "wwx.example.";
	ask_send(&other, client);
	door_run_ms(&door, 50);
	ck_assert_uint_eq(door.walks.asked, 4);
}
END_TEST

START_TEST(a_client_is_not_kept_waiting_for_ever)
{
	size_t length;

	ask_send(&www, client);
	ck_assert(door_run_until(&door, somebody_asked, NULL));
	length = door_receive(&door, client, room, sizeof(room), CLIENT_PATIENCE_MS - 500);
	ck_assert_uint_eq(length, 0);
	expect_reply();
	ck_assert_uint_eq(said.rcode, RCODE_SERVFAIL);
	ck_assert_uint_eq(said.ede, EDE_NO_REACHABLE_AUTHORITY);
	ck_assert_uint_gt(strlen(said.ede_text), 0);
	ck_assert_uint_eq(door.walks.left, 1);
	ck_assert_uint_eq(front_clients(door.front), 0);
	ck_assert_uint_eq(front_figures(door.front)->impatient, 1);
}
END_TEST

START_TEST(when_walks_are_too_many_the_client_is_told)
{
	door.walks.says = ASK_TOO_MANY;
	ask_send(&www, client);
	expect_reply();
	ck_assert_uint_eq(said.rcode, RCODE_SERVFAIL);
	ck_assert_uint_eq(said.ede, EDE_OTHER);
	ck_assert_uint_eq(front_clients(door.front), 0);
}
END_TEST

START_TEST(a_walk_without_an_answer_is_a_failure)
{
	ask_send(&www, client);
	ck_assert(door_run_until(&door, somebody_asked, NULL));
	fake_walks_tell(&door.walks, 0, NULL, NULL);
	expect_reply();
	ck_assert_uint_eq(said.rcode, RCODE_SERVFAIL);
}
END_TEST

START_TEST(refusals_are_said)
{
	struct ask ask = www;

	ask.type = TYPE_AXFR;
	ask_send(&ask, client);
	expect_reply();
	ck_assert_uint_eq(said.rcode, RCODE_REFUSED);
	ask = www;
	ask.version = 7;
	ask_send(&ask, client);
	expect_reply();
	ck_assert_uint_eq(said.rcode, RCODE_BADVERS);
	ck_assert_uint_eq(front_figures(door.front)->rcodes[RCODE_BADVERS], 1);
	ck_assert_uint_eq(front_figures(door.front)->refused, 2);
	ck_assert_uint_eq(door.walks.asked, 0);
	ck_assert_uint_eq(door.cache.looks, 0);
}
END_TEST

START_TEST(rubbish_is_answered_with_silence)
{
	ck_assert_int_eq(send(client, "hello", 5, 0), 5);
	ck_assert_int_eq(send(client, "", 0, 0), 0);
	expect_silence();
	ck_assert_uint_eq(front_figures(door.front)->dropped, 2);
	put("www.example.", 5);
	ask_send(&www, client);
	expect_reply();
}
END_TEST

START_TEST(a_new_configuration_holds_from_the_next_query_on)
{
	struct front_settings stricter = door.settings;

	put("www.example.", 5);
	stricter.access = door.nobody;
	front_configure(door.front, &stricter);
	ask_send(&www, client);
	expect_reply();
	ck_assert_uint_eq(said.rcode, RCODE_REFUSED);
	ck_assert_uint_eq(said.ede, EDE_PROHIBITED);
	front_configure(door.front, &door.settings);
	ask_send(&www, client);
	expect_reply();
	ck_assert_uint_eq(said.last_octet, 5);
}
END_TEST

START_TEST(without_rd_only_the_cache_is_asked)
{
	struct ask ask = www;

	ask.flags = 0;
	ask_send(&ask, client);
	expect_reply();
	ck_assert_uint_eq(said.rcode, RCODE_REFUSED);
	ck_assert_uint_eq(said.ede, EDE_NOT_AUTHORITATIVE);
	put("www.example.", 5);
	ask_send(&ask, client);
	expect_reply();
	ck_assert_uint_eq(said.last_octet, 5);
	ck_assert_uint_eq(door.walks.asked, 0);
}
END_TEST

START_TEST(any_needs_neither_cache_nor_walk)
{
	struct ask ask = www;

	ask.type = TYPE_ANY;
	ask_send(&ask, client);
	expect_reply();
	ck_assert_uint_eq(said.header.counts[SECTION_ANSWER], 1);
	ck_assert_uint_eq(door.walks.asked, 0);
	ck_assert_uint_eq(door.cache.looks, 0);
}
END_TEST

START_TEST(a_trace_is_asked_for_over_tcp)
{
	static const uint8_t options[] = { TRACE_OPTION >> 8, TRACE_OPTION & 0xff, 0, 0 };
	struct ask ask = www;

	put("www.example.", 5);
	ask.options = bytes_of(options, sizeof(options));
	ask_send(&ask, client);
	expect_reply();
	ck_assert((said.header.flags & FLAG_TC) != 0);
	ck_assert_ptr_null(said.trace.at);
	door.settings.trace_access = door.nobody;
	ask_send(&ask, client);
	expect_reply();
	ck_assert((said.header.flags & FLAG_TC) == 0);
	ck_assert_uint_eq(said.last_octet, 5);
}
END_TEST

START_TEST(many_at_once_are_all_answered)
{
	enum { MANY = 3 * UDP_BATCH + 7 };
	bool seen[MANY] = { false };

	put("www.example.", 5);
	for (unsigned i = 0; i < MANY; i++) {
		struct ask ask = www;

		ask.id = (uint16_t)i;
		ask_send(&ask, client);
	}
	for (unsigned i = 0; i < MANY; i++) {
		expect_reply();
		ck_assert_uint_lt(said.header.id, MANY);
		ck_assert(!seen[said.header.id]);
		seen[said.header.id] = true;
	}
	ck_assert_uint_eq(front_figures(door.front)->from_cache, MANY);
}
END_TEST

START_TEST(a_client_that_is_gone_hurts_nobody)
{
	struct answer answer = fake_answer("gone.example.", TYPE_A, 6);
	struct ask ask = www;
	int gone = door_connect(&door.udp, SOCK_DGRAM);

	ask.name = "gone.example.";
	ask_send(&ask, gone);
	ck_assert(door_run_until(&door, somebody_asked, NULL));
	close(gone);
	for (unsigned i = 0; i < 3; i++) {
		if (door.walks.count > 0)
			fake_walks_tell(&door.walks, 0, &answer, NULL);
		door_run_ms(&door, 20);
	}
	put("www.example.", 5);
	ask_send(&www, client);
	expect_reply();
}
END_TEST

START_TEST(after_the_stop_walks_still_answer)
{
	struct answer answer = fake_answer("www.example.", TYPE_A, 6);
	struct ask late = www;

	ask_send(&www, client);
	ck_assert(door_run_until(&door, somebody_asked, NULL));
	front_stop_listening(door.front);
	late.id++;
	ask_send(&late, client);
	expect_silence();
	fake_walks_tell(&door.walks, 0, &answer, NULL);
	expect_reply();
	ck_assert_uint_eq(said.header.id, 4711);
	ck_assert_uint_eq(front_clients(door.front), 0);
}
END_TEST

START_TEST(at_the_end_clients_leave_their_walks)
{
	for (unsigned i = 0; i < 100; i++) {
		struct ask ask = www;

		ask.id = (uint16_t)i;
		ask_send(&ask, client);
	}
	door_run_ms(&door, 50);
	ck_assert_uint_eq(door.walks.count, 100);
	/* end() looks that nobody waits any more. */
}
END_TEST

START_TEST(places_are_used_again)
{
	struct answer answer = fake_answer("www.example.", TYPE_A, 6);

	for (unsigned i = 0; i < 300; i++) {
		struct ask ask = www;

		ask.id = (uint16_t)i;
		ask_send(&ask, client);
		ck_assert(door_run_until(&door, somebody_asked, NULL));
		fake_walks_tell(&door.walks, 0, &answer, NULL);
		expect_reply();
		ck_assert_uint_eq(said.header.id, i);
	}
}
END_TEST

START_TEST(clients_are_bounded)
{
	struct ask ask = www;

	/* In handfuls, so that the socket's buffer holds them. */
	for (unsigned i = 0; i < MAX_CLIENTS; i++) {
		ask.id = (uint16_t)i;
		ask_send(&ask, client);
		if (i % 50 == 0)
			door_run_ms(&door, 0);
	}
	door_run_ms(&door, 50);
	ck_assert_uint_eq(front_clients(door.front), MAX_CLIENTS);
	ask.id = MAX_CLIENTS;
	ask_send(&ask, client);
	expect_reply();
	ck_assert_uint_eq(said.header.id, MAX_CLIENTS);
	ck_assert_uint_eq(said.rcode, RCODE_SERVFAIL);
	ck_assert_uint_eq(door.walks.asked, MAX_CLIENTS);
}
END_TEST

/* Over a wildcard socket: the answer comes from the address that was asked, or a connected client
 * doesn't hear it. */
static void check_wildcard(const char *at, const char *asked)
{
	struct address to;
	struct answer answer = fake_answer("cold.example.", TYPE_A, 6);
	struct ask cold = www;

	door_open(&door, at);
	put("www.example.", 5);
	ck_assert(address_parse(asked, door.udp.port, &to));
	client = door_connect(&to, SOCK_DGRAM);
	ask_send(&www, client);
	expect_reply();
	ck_assert_uint_eq(said.last_octet, 5);
	cold.name = "cold.example.";
	ask_send(&cold, client);
	ck_assert(door_run_until(&door, somebody_asked, NULL));
	fake_walks_tell(&door.walks, 0, &answer, NULL);
	expect_reply();
	ck_assert_uint_eq(said.last_octet, 6);
	end();
}

START_TEST(a_wildcard_socket_answers_from_the_asked_address)
{
	check_wildcard("0.0.0.0", "127.0.0.1");
	check_wildcard("0.0.0.0", "127.9.8.7");
}
END_TEST

START_TEST(a_wildcard_socket_of_ipv6_too)
{
	check_wildcard("::", "::1");
	check_wildcard("::", "127.9.8.7");
}
END_TEST

START_TEST(ipv6_is_served)
{
	open_at("::1");
	put("www.example.", 5);
	ask_send(&www, client);
	expect_reply();
	ck_assert_uint_eq(said.last_octet, 5);
	end();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		what_the_cache_knows_is_answered_at_once,
		special_names_are_answered_without_a_walk,
		special_names_need_no_recursion,
		absent_special_names_are_absent_for_any_type,
		special_names_turned_off_are_asked_of_a_walk,
		what_it_does_not_know_is_asked_of_a_walk,
		answers_from_the_cache_do_not_wait_for_walks,
		a_repeated_query_is_asked_once,
		another_id_or_question_is_no_repetition,
		a_client_is_not_kept_waiting_for_ever,
		when_walks_are_too_many_the_client_is_told,
		a_walk_without_an_answer_is_a_failure,
		refusals_are_said,
		rubbish_is_answered_with_silence,
		a_new_configuration_holds_from_the_next_query_on,
		without_rd_only_the_cache_is_asked,
		any_needs_neither_cache_nor_walk,
		a_trace_is_asked_for_over_tcp,
		many_at_once_are_all_answered,
		a_client_that_is_gone_hurts_nobody,
		after_the_stop_walks_still_answer,
		at_the_end_clients_leave_their_walks,
		places_are_used_again,
		clients_are_bounded,
	};
	const TTest *const addresses[] = {
		a_wildcard_socket_answers_from_the_asked_address,
		a_wildcard_socket_of_ipv6_too,
		ipv6_is_served,
	};

	int failed = suite_run_with("udp", tests, SUITE_COUNT(tests), begin, end);

	return failed | suite_run("addresses", addresses, SUITE_COUNT(addresses));
}
