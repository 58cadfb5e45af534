/* SPDX-License-Identifier: MIT */
/* test_keeper.c — fetching from one server over loopback, keeping in files, and the keeper's times.
 * The clock is tests/fake's, so that a minute passes when a test says so. */
#include "tests/unit/suite.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "resolver/root/fetch.h"
#include "resolver/root/keeper.h"
#include "resolver/root/saved.h"
#include "tests/fake/fake.h"
#include "tests/unit/resolver/root/zones.h"

/* --- a server of one connection, on a thread --- */

struct giver {
	int            listener;
	struct address address;
	pthread_t      thread;
	struct bytes   stream;          /* of AXFR; its id is replaced */
	enum { GIVES, IS_SILENT, IS_SLOW } does;
};

static bool read_query(int connection, uint8_t query[TRANSFER_QUERY_SIZE + 2])
{
	return recv(connection, query, 2 + 12 + 1 + 4, MSG_WAITALL) == 2 + 12 + 1 + 4;
}

static void send_all(int connection, struct bytes octets)
{
	(void)!send(connection, octets.at, octets.length, MSG_NOSIGNAL);
}

/* The stream's first record as the reply to the query for SOA. */
static void give_soa(const struct giver *server, int connection, const uint8_t *query)
{
	uint8_t reply[512];
	struct writer to = writer_over(reply, sizeof(reply));
	const uint8_t *first = server->stream.at + 2 + 12 + 5;
	struct cursor at = cursor_over(bytes_of(first, server->stream.length - 19));
	struct record record;

	record_read(&at, &record);
	put_u16(&to, 0);
	put_bytes(&to, bytes_of(query + 2, 2));
	put_u16(&to, FLAG_QR | FLAG_AA);
	put_u16(&to, 1);
	put_u16(&to, 1);
	put_u32(&to, 0);
	put_bytes(&to, bytes_of(query + 14, 5));
	put_bytes(&to, bytes_of(first, at.position));
	patch_u16(&to, 0, (uint16_t)(to.position - 2));
	send_all(connection, writer_bytes(&to));
}

static void give_zone(const struct giver *server, int connection, const uint8_t *query)
{
	uint8_t *octets = (uint8_t *)server->stream.at;

	for (size_t at = 0; at < server->stream.length; at += 2u + load_u16(octets + at))
		memcpy(octets + at + 2, query + 2, 2);
	send_all(connection, server->stream);
}

static void *serve(void *subject)
{
	struct giver *server = subject;
	int connection = accept(server->listener, NULL, NULL);
	uint8_t query[TRANSFER_QUERY_SIZE + 2];

	if (connection < 0 || !read_query(connection, query))
		return NULL;
	if (server->does == IS_SILENT)
		fake_clock_advance_us((ROOT_TRANSFER_MS - 50) * 1000ull);
	if (server->does == IS_SLOW) {
		fake_clock_advance_us((ROOT_TRANSFER_MS + 1) * 1000ull);
		send_all(connection, bytes_of("\0", 1));
	}
	if (server->does == GIVES) {
		give_soa(server, connection, query);
		if (read_query(connection, query))
			give_zone(server, connection, query);
	}
	(void)!recv(connection, query, 1, 0);   /* until the other end hangs up */
	close(connection);
	return NULL;
}

static void server_start(struct giver *server, const char *text)
{
	struct sockaddr_storage address;
	socklen_t length;
	const uint8_t loopback[4] = { 127, 0, 0, 1 };
	struct address any = address_v4(loopback, 0);

	if (text != NULL)
		server->stream = stream_of(text, 5, 1);
	server->listener = socket(AF_INET, SOCK_STREAM, 0);
	length = address_to_socket(&any, &address);
	must(bind(server->listener, (struct sockaddr *)&address, length) == 0);
	must(listen(server->listener, 4) == 0);
	must(getsockname(server->listener, (struct sockaddr *)&address, &length) == 0);
	server->address = address_from_socket(&address);
	must(pthread_create(&server->thread, NULL, serve, server) == 0);
}

static void server_stop(struct giver *server)
{
	shutdown(server->listener, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	close(server->listener);
	free((void *)server->stream.at);
}

/* --- fetching --- */

static struct complaint why;
static struct fetched fetched;

static enum fetch_outcome fetch(struct giver *server, const struct zone_soa *known)
{
	struct fetch_wish wish = { .from = server->address, .known = known,
				   .stop = eventfd(0, EFD_CLOEXEC) };
	enum fetch_outcome outcome;

	fetched_clear(&fetched);
	fetched_init(&fetched);
	outcome = root_fetch(&wish, &fetched, &why);
	close(wish.stop);
	return outcome;
}

START_TEST(a_server_gives_the_zone_unless_it_is_known)
{
	struct zone_soa known = { .serial = 2026010100 };
	const struct {
		uint32_t           serial;
		enum fetch_outcome outcome;
	} rows[] = { { 2026010099, FETCH_NEWER }, { 2026010100, FETCH_SAME },
		     { 2026010101, FETCH_FAILED } };

	for (unsigned i = 0; i < 3; i++) {
		struct giver server = { .does = GIVES };

		known.serial = rows[i].serial;
		server_start(&server, small_root);
		ck_assert_msg(fetch(&server, &known) == rows[i].outcome, "%u: %s", i, why.text);
		server_stop(&server);
	}
	ck_assert_msg(strstr(why.text, "isn't newer than ours") != NULL, "%s", why.text);
}
END_TEST

START_TEST(a_slow_and_a_silent_server_are_given_up)
{
	struct giver silent = { .does = IS_SILENT }, slow = { .does = IS_SLOW };

	server_start(&silent, NULL);
	ck_assert_int_eq(fetch(&silent, NULL), FETCH_FAILED);
	ck_assert_msg(strstr(why.text, "silent") || strstr(why.text, "longer"), "%s", why.text);
	server_stop(&silent);
	server_start(&slow, NULL);
	ck_assert_int_eq(fetch(&slow, NULL), FETCH_FAILED);
	ck_assert_msg(strstr(why.text, "longer than 60 s") != NULL, "%s", why.text);
	server_stop(&slow);
}
END_TEST

START_TEST(who_is_told_to_stop_stops)
{
	struct giver server = { .does = IS_SLOW };
	struct fetch_wish wish = { .stop = eventfd(1, EFD_CLOEXEC) };

	server_start(&server, NULL);
	wish.from = server.address;
	fetched_init(&fetched);
	ck_assert_int_eq(root_fetch(&wish, &fetched, &why), FETCH_STOPPED);
	close(wish.stop);
	server_stop(&server);
}
END_TEST

/* --- keeping --- */

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", scratch_folder(), name);
	return path;
}

START_TEST(what_is_kept_is_read_again)
{
	struct bytes stream = stream_of(small_root, 4, 99);
	struct zone zone;
	uint32_t age;

	ck_assert_msg(saved_write(path_of("kept"), stream, &why), "%s", why.text);
	zone_init(&zone, &name_root);
	ck_assert_msg(saved_read(path_of("kept"), &zone, &age, &why) == SAVED_READ, "%s", why.text);
	ck_assert_uint_eq(zone.count, 19);
	zone_clear(&zone);
	zone_init(&zone, &name_root);
	ck_assert_int_eq(saved_read(path_of("nothing"), &zone, &age, &why), SAVED_ABSENT);
	write_file(path_of("kept"), bytes_of(stream.at, stream.length / 2));
	ck_assert_int_eq(saved_read(path_of("kept"), &zone, &age, &why), SAVED_WRONG);
	ck_assert_int_eq(saved_read("/", &zone, &age, &why), SAVED_WRONG);
	zone_clear(&zone);
	ck_assert(!saved_write("/no/such/folder/kept", stream, &why));
	free((void *)stream.at);
}
END_TEST

/* --- the keeper --- */

static struct root_figures figures;

/* Waits (bounded) until the keeper has told something of a copy, or of a failure. */
static void wait_for_news(struct root_keeper *keeper)
{
	for (unsigned i = 0; i < 2000; i++) {
		root_keeper_look(keeper, &figures);
		if (figures.state >= ROOT_IN_FORCE || figures.why[0] != '\0')
			return;
		poll(NULL, 0, 10);
	}
	ck_abort_msg("the keeper says nothing");
}

static void look_at_text(const char *text, bool digest_required)
{
	struct root_wishes wishes = { .enabled = true, .file = path_of("root"),
				      .directory = scratch_folder(),
				      .digest_required = digest_required };
	struct root *root = root_new();
	struct root_keeper *keeper;

	write_file(wishes.file, bytes_of(text, strlen(text)));
	keeper = root_keeper_start(root, &wishes, &why);
	ck_assert_msg(keeper != NULL, "%s", why.text);
	wait_for_news(keeper);
	root_keeper_stop(keeper);
	root_free(root);
}

START_TEST(the_soas_times_are_kept_within_bounds)
{
	look_at_text(". 1 IN SOA a. b. 1 1 1 1 1\n. 1 IN NS a.\ncom. 1 IN NS a.com.\n", false);
	ck_assert_int_eq(figures.state, ROOT_IN_FORCE);
	ck_assert_uint_gt(figures.left_s, 0);
	ck_assert_uint_le(figures.left_s, MIN_ROOT_REFRESH_S);
	look_at_text(". 1 IN SOA a. b. 1 4000000000 4000000000 4000000000 1\n. 1 IN NS a.\n"
		     "com. 1 IN NS a.com.\n", false);
	ck_assert_int_eq(figures.state, ROOT_IN_FORCE);
	ck_assert_uint_gt(figures.left_s, MAX_ROOT_REFRESH_S);
	ck_assert_uint_le(figures.left_s, MAX_ROOT_EXPIRE_S);
}
END_TEST

START_TEST(a_digest_is_wanted_unless_it_is_not)
{
	char *text = with_digest(small_root);

	look_at_text(small_root, true);
	ck_assert_int_eq(figures.state, ROOT_ABSENT);
	ck_assert_msg(strstr(figures.why, "no digest") != NULL, "%s", figures.why);
	look_at_text(small_root, false);
	ck_assert_int_eq(figures.state, ROOT_IN_FORCE);
	ck_assert_uint_eq(figures.zones, 2);
	look_at_text(text, true);
	ck_assert_int_eq(figures.state, ROOT_IN_FORCE);
	strstr(text, "192.0.2.10")[8] = '2';
	look_at_text(text, false);
	ck_assert_int_eq(figures.state, ROOT_ABSENT);
	ck_assert_msg(strstr(figures.why, "aren't those") != NULL, "%s", figures.why);
	free(text);
}
END_TEST

START_TEST(a_transfer_comes_and_is_kept)
{
	char *text = with_digest(small_root);
	struct giver server = { .does = GIVES };
	struct root_wishes wishes = { .enabled = true, .directory = scratch_folder(),
				      .servers = &server.address, .server_count = 1,
				      .digest_required = true, .use_ipv4 = true };
	struct root *root = root_new();
	struct root_keeper *keeper;

	server_start(&server, text);
	keeper = root_keeper_start(root, &wishes, &why);
	ck_assert_msg(keeper != NULL, "%s", why.text);
	wait_for_news(keeper);
	ck_assert_msg(figures.state == ROOT_IN_FORCE, "%s", figures.why);
	ck_assert_uint_eq(figures.serial, 2026010100);
	root_keeper_stop(keeper);
	ck_assert_int_eq(access(path_of("root.axfr"), R_OK), 0);
	server_stop(&server);
	root_free(root);
	free(text);
}
END_TEST

static void set_up(void)
{
	fake_random_seed(1);
}

static void tear_down(void)
{
	fetched_clear(&fetched);
}

int main(void)
{
	const TTest *const tests[] = {
		a_server_gives_the_zone_unless_it_is_known, a_slow_and_a_silent_server_are_given_up,
		who_is_told_to_stop_stops, what_is_kept_is_read_again,
		the_soas_times_are_kept_within_bounds, a_digest_is_wanted_unless_it_is_not,
		a_transfer_comes_and_is_kept,
	};

	return suite_run_with("root.keeper", tests, SUITE_COUNT(tests), set_up, tear_down);
}
