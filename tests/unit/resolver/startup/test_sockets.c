/* SPDX-License-Identifier: MIT */
/* test_sockets.c — one daemon's sockets share a port, another's don't; and who has it is named. On
 * loopback, at ports that the kernel gives. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "resolver/startup/holder.h"
#include "resolver/startup/sockets.h"
#include "tests/unit/suite.h"

static unsigned warnings;

static void count_warning(const char *line)
{
	warnings++;
}

static struct address loopback(uint16_t port)
{
	return address_v4((const uint8_t[]){ 127, 0, 0, 1 }, port);
}

/* A port that is free for UDP and TCP now. */
static uint16_t free_port(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(at);
	int probe = socket(AF_INET, SOCK_STREAM, 0);

	ck_assert_int_eq(bind(probe, (struct sockaddr *)&at, sizeof(at)), 0);
	ck_assert_int_eq(getsockname(probe, (struct sockaddr *)&at, &length), 0);
	close(probe);
	return ntohs(at.sin_port);
}

static bool open_at(struct sockets *into, struct address *address, unsigned workers,
		    struct complaint *why)
{
	struct sockets_wanted wanted = { .addresses = address,
					 .address_count = 1,
					 .workers = workers };

	return sockets_open(into, &wanted, count_warning, why);
}

START_TEST(each_worker_has_its_own_pair)
{
	struct address address = loopback(free_port());
	struct sockets sockets;
	struct complaint why;

	ck_assert(open_at(&sockets, &address, 3, &why));
	for (unsigned worker = 0; worker < 3; worker++) {
		struct sockets_pair pair = sockets_take(&sockets, worker, 0);

		ck_assert_int_ge(pair.udp, 0);
		ck_assert_int_ge(pair.tcp, 0);
		close(pair.udp);
		close(pair.tcp);
	}
	ck_assert_int_eq(sockets_take(&sockets, 0, 0).udp, -1); /* taken already */
	sockets_close(&sockets);
}
END_TEST

START_TEST(another_daemon_is_refused_and_the_holder_named)
{
	struct address address = loopback(free_port());
	struct sockets first, second;
	struct complaint why;
	char pid[32];

	ck_assert(open_at(&first, &address, 2, &why));
	ck_assert(!open_at(&second, &address, 2, &why));
	snprintf(pid, sizeof(pid), "(pid %d)", (int)getpid());
	ck_assert_msg(strstr(why.text, pid) != NULL, "%s", why.text);
	ck_assert_msg(strstr(why.text, "--port 5300") != NULL, "%s", why.text);
	sockets_close(&first);
	ck_assert(open_at(&second, &address, 2, &why)); /* free again */
	sockets_close(&second);
}
END_TEST

START_TEST(a_port_taken_for_tcp_alone_is_refused)
{
	struct address address = loopback(free_port());
	struct sockaddr_storage at;
	socklen_t length = address_to_socket(&address, &at);
	int holder = socket(AF_INET, SOCK_STREAM, 0);
	struct sockets sockets;
	struct complaint why;

	ck_assert_int_eq(bind(holder, (struct sockaddr *)&at, length), 0);
	ck_assert_int_eq(listen(holder, 1), 0);
	ck_assert(!open_at(&sockets, &address, 1, &why));
	ck_assert_msg(strstr(why.text, "(TCP) is taken by") != NULL, "%s", why.text);
	close(holder);
}
END_TEST

START_TEST(an_address_that_is_not_here_is_refused)
{
	struct address address = address_v4((const uint8_t[]){ 192, 0, 2, 254 }, free_port());
	struct sockets sockets;
	struct complaint why;

	ck_assert(!open_at(&sockets, &address, 1, &why));
	ck_assert_msg(strstr(why.text, "no interface with the address") != NULL, "%s", why.text);
}
END_TEST

START_TEST(an_address_that_is_not_here_is_left_out_if_nobody_asked_for_it)
{
	struct address addresses[2] = { address_v4((const uint8_t[]){ 192, 0, 2, 254 },
						   free_port()) };
	struct sockets_wanted wanted = {
		.addresses = addresses, .address_count = 2, .workers = 2, .lenient = true
	};
	struct sockets sockets;
	struct complaint why;

	addresses[1] = loopback(addresses[0].port);
	warnings = 0;
	ck_assert(sockets_open(&sockets, &wanted, count_warning, &why));
	ck_assert_uint_eq(warnings, 1);
	ck_assert_uint_eq(sockets.addresses[0].family, 0);
	ck_assert_int_eq(sockets_take(&sockets, 1, 0).udp, -1);
	ck_assert_uint_eq(sockets.addresses[1].family, 4);
	sockets_close(&sockets);
}
END_TEST

START_TEST(a_wildcard_holder_stands_in_the_way_of_any_address)
{
	uint16_t port = free_port();
	struct address any = address_v4((const uint8_t[]){ 0, 0, 0, 0 }, port),
		       one = loopback(port);
	struct sockets sockets;
	struct complaint why;
	struct holder holder;

	ck_assert(!holder_find(&one, false, &holder));
	ck_assert(open_at(&sockets, &any, 1, &why));
	ck_assert(holder_find(&one, false, &holder));
	ck_assert_int_eq(holder.pid, getpid());
	ck_assert(holder_find(&one, true, &holder));
	ck_assert_int_eq(holder.pid, getpid());
	sockets_close(&sockets);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		each_worker_has_its_own_pair,
		another_daemon_is_refused_and_the_holder_named,
		a_port_taken_for_tcp_alone_is_refused,
		an_address_that_is_not_here_is_refused,
		an_address_that_is_not_here_is_left_out_if_nobody_asked_for_it,
		a_wildcard_holder_stands_in_the_way_of_any_address,
	};

	return suite_run("startup.sockets", tests, SUITE_COUNT(tests));
}
