/* SPDX-License-Identifier: MIT */
/* exchange_cost.c — what a query upstream costs: time, and under strace system calls.
 *
 * `exchange_cost [EXCHANGES [AT_ONCE [tcp]]]` (20,000, one at a time, UDP) asks a server in a
 * process of its own, which sends every query back as its reply, and says how much processor
 * time and how much time each took here. The system calls:
 *
 *     strace -c -o calls.txt exchange_cost 2000 && head -20 calls.txt
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cache/base/must.h"
#include "cache/dns.h"
#include "resolver/loop_uv.h"
#include "resolver/upstream/exchange.h"

enum { MOST_AT_ONCE = 1000, ROOM = 4096 };

static struct loop_uv driver;
static uv_async_t always_there;
static struct exchange_request request;
static unsigned wanted, begun, settled, replied;

struct slot {
	struct exchange *exchange;
	struct turn      next;
};
static struct slot slots[MOST_AT_ONCE];

static double seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* --- the server: datagrams --- */

static void serve_datagrams(int server)
{
	struct sockaddr_storage client;
	uint8_t room[ROOM];

	for (;;) {
		socklen_t length = sizeof(client);
		ssize_t count = recvfrom(server, room, sizeof(room), 0,
					 (struct sockaddr *)&client, &length);

		if (count < 0)
			_exit(1);
		room[2] |= 0x80;
		(void)!sendto(server, room, (size_t)count, 0, (struct sockaddr *)&client, length);
	}
}

/* --- the server: streams, one process for each --- */

static void serve_stream(int stream)
{
	uint8_t room[ROOM];

	for (;;) {
		size_t length;

		if (recv(stream, room, 2, MSG_WAITALL) != 2)
			_exit(0);
		length = (size_t)(room[0] << 8 | room[1]);
		if (length > ROOM - 2)
			_exit(0);
		if (recv(stream, room + 2, length, MSG_WAITALL) != (ssize_t)length)
			_exit(0);
		room[4] |= 0x80;
		if (send(stream, room, length + 2, MSG_NOSIGNAL) < 0)
			_exit(0);
	}
}

static void serve_streams(int server)
{
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int stream = accept(server, NULL, NULL);

		if (stream < 0)
			_exit(1);
		if (fork() == 0)
			serve_stream(stream);
		close(stream);
	}
}

static pid_t begin_server(bool streams)
{
	struct address any;
	struct sockaddr_storage at;
	socklen_t length;
	int server = socket(AF_INET, (streams ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
	pid_t pid;

	must(address_parse("127.0.0.1", 0, &any));
	length = address_to_socket(&any, &at);
	must(server >= 0 && bind(server, (struct sockaddr *)&at, length) == 0);
	must(getsockname(server, (struct sockaddr *)&at, &length) == 0);
	must(!streams || listen(server, MOST_AT_ONCE) == 0);
	request.to = address_from_socket(&at);
	request.transport = streams ? OVER_TCP : OVER_UDP;
	pid = fork();
	must(pid >= 0);
	if (pid == 0 && streams)
		serve_streams(server);
	if (pid == 0)
		serve_datagrams(server);
	close(server);
	return pid;
}

/* --- the asking side --- */

static void on_settled(void *subject)
{
	struct slot *slot = subject;

	replied += exchange_outcome(slot->exchange) == EXCHANGE_REPLIED;
	exchange_drop(&slot->exchange);
	if (++settled == wanted)
		uv_stop(&driver.uv);
	loop_make_ready(&driver.loop, &slot->next);
}

static void begin_next(struct turn *turn)
{
	struct slot *slot = container_of(turn, struct slot, next);

	if (begun == wanted)
		return;
	begun++;
	slot->exchange = exchange_start(&driver.loop, &request, on_settled, slot);
	must(slot->exchange != NULL);
}

int main(int argc, char **argv)
{
	unsigned at_once = argc > 2 ? (unsigned)atoi(argv[2]) : 1;
	double processor, wall;
	pid_t server;

	wanted = argc > 1 ? (unsigned)atoi(argv[1]) : 20000;
	must(wanted != 0 && at_once != 0 && at_once <= MOST_AT_ONCE);
	request.patience_ms = 2000;
	must(name_parse("www.example.com.", &request.question.name));
	request.question.type = TYPE_A;
	request.question.class = CLASS_IN;
	server = begin_server(argc > 3 && strcmp(argv[3], "tcp") == 0);
	must(loop_uv_init(&driver) == OK);
	must(uv_async_init(&driver.uv, &always_there, NULL) == 0);
	processor = seconds(CLOCK_PROCESS_CPUTIME_ID);
	wall = seconds(CLOCK_MONOTONIC);
	for (unsigned i = 0; i < at_once; i++) {
		turn_init(&slots[i].next, begin_next);
		loop_make_ready(&driver.loop, &slots[i].next);
	}
	uv_run(&driver.uv, UV_RUN_DEFAULT);
	printf("%u exchanges, %u at once, %u replied: %.1f us of processor, %.1f us each\n",
	       settled, at_once, replied,
	       (seconds(CLOCK_PROCESS_CPUTIME_ID) - processor) * 1e6 / settled,
	       (seconds(CLOCK_MONOTONIC) - wall) * 1e6 / settled);
	uv_close((uv_handle_t *)&always_there, NULL);
	loop_uv_clear(&driver);
	kill(server, SIGTERM);
	waitpid(server, NULL, 0);
	return replied == settled ? 0 : 1;
}
