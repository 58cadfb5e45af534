/* SPDX-License-Identifier: MIT */
/* test_memory.c — exchanges while each allocation of ours fails in turn.
 *
 * Linked with --wrap for malloc, calloc and realloc: those of this program, not libuv's own.
 * Whatever fails, an exchange either isn't made or settles once, and nothing leaks (the
 * sanitizer says). */
#include <check.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cache/base/cursor.h"
#include "resolver/loop_uv.h"
#include "resolver/upstream/exchange.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static int until_failure = -1;          /* allocations that still succeed; -1: all do */
static unsigned failures;

static bool fails_now(void)
{
	if (until_failure < 0)
		return false;
	if (until_failure-- > 0)
		return false;
	failures++;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails_now() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails_now() ? NULL : __real_realloc(old, size);
}

static struct loop_uv driver;
static struct exchange *exchange;
static unsigned settled;
static enum exchange_outcome outcome;

static void on_settled(void *subject)
{
	settled++;
	outcome = exchange_outcome(exchange);
	exchange_drop(&exchange);
}

static int open_server(int type, struct exchange_request *request)
{
	struct sockaddr_storage at;
	struct address any;
	socklen_t length;
	int server = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	ck_assert(address_parse("127.0.0.1", 0, &any));
	length = address_to_socket(&any, &at);
	ck_assert_int_eq(bind(server, (struct sockaddr *)&at, length), 0);
	ck_assert_int_eq(getsockname(server, (struct sockaddr *)&at, &length), 0);
	if (type == SOCK_STREAM)
		ck_assert_int_eq(listen(server, 4), 0);
	request->to = address_from_socket(&at);
	request->transport = type == SOCK_STREAM ? OVER_TCP : OVER_UDP;
	return server;
}

/* Sends the query back as its reply, whatever the transport; the kernel keeps it until the loop
 * runs. */
static void reply_over_udp(int server)
{
	struct sockaddr_storage client;
	socklen_t length = sizeof(client);
	uint8_t query[512];
	ssize_t count = recvfrom(server, query, sizeof(query), 0, (struct sockaddr *)&client,
				 &length);

	query[2] |= 0x80;
	(void)!sendto(server, query, (size_t)count, 0, (struct sockaddr *)&client, length);
}

static void reply_over_tcp(int server)
{
	uint8_t query[512];
	int stream = accept(server, NULL, NULL);

	uv_run(&driver.uv, UV_RUN_NOWAIT);
	ssize_t count = recv(stream, query, sizeof(query), 0);

	query[4] |= 0x80;
	(void)!send(stream, query, (size_t)count, MSG_NOSIGNAL);
	close(stream);
}

/* One exchange of which the allocation number `fail` fails; how many failed. */
static unsigned exchange_with_failure(int type, int fail)
{
	struct exchange_request request = {
		.patience_ms = 2000, .question = { .name = name_root, .type = 2, .class = 1 },
	};
	int server;

	ck_assert_int_eq(loop_uv_init(&driver), OK);
	server = open_server(type, &request);
	settled = failures = 0;
	until_failure = fail;
	exchange = exchange_start(&driver.loop, &request, on_settled, NULL);
	if (exchange != NULL && type == SOCK_DGRAM)
		reply_over_udp(server);
	else if (exchange != NULL)
		reply_over_tcp(server);
	uv_run(&driver.uv, UV_RUN_DEFAULT);
	until_failure = -1;
	ck_assert_ptr_null(exchange);
	if (failures == 0) {
		ck_assert_uint_eq(settled, 1);
		ck_assert_int_eq(outcome, EXCHANGE_REPLIED);
	} else if (settled != 0) {
		ck_assert_uint_eq(settled, 1);
		ck_assert_int_ne(outcome, EXCHANGE_REPLIED);
	}
	close(server);
	loop_uv_clear(&driver);
	return failures;
}

START_TEST(every_allocation_may_fail)
{
	int type = _i == 0 ? SOCK_DGRAM : SOCK_STREAM, fail = 0;

	while (exchange_with_failure(type, fail) != 0)
		fail++;
	/* The exchange, the alarms' heap, the reply; over TCP also the pool, the connection, what
	 * is to be sent and the message. */
	ck_assert_int_eq(fail, type == SOCK_DGRAM ? 3 : 7);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("upstream.memory");
	TCase *all = tcase_create("memory");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(all, every_allocation_may_fail, 0, 2);
	suite_add_tcase(suite, all);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
