/* SPDX-License-Identifier: MIT */
/* fake_resolver.c — a resolver and a web server on loopback, a thread per conversation. */
#include "fake_resolver.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cache/base/cursor.h"
#include "cache/base/must.h"
#include "trace_maker.h"

enum { NXDOMAIN = 3, SERVFAIL = 2, FORMERR = 1, TYPE_A = 1, TYPE_AAAA = 28 };

struct asked {
	char     name[256];
	uint16_t type;
	size_t   end;                   /* of the question */
	bool     edns;
	bool     tcp;
};

static bool read_question(struct bytes query, struct asked *asked)
{
	struct cursor at = cursor_over(query);
	size_t used = 0;
	uint8_t length;

	cursor_skip(&at, 12);
	while ((length = take_u8(&at)) != 0) {
		struct bytes label = take_bytes(&at, length);

		if (!cursor_is_good(&at) || used + length + 2 > sizeof(asked->name))
			return false;
		memcpy(asked->name + used, label.at, length);
		used += length;
		asked->name[used++] = '.';
	}
	asked->name[used == 0 ? 0 : used - 1] = '\0';
	asked->type = take_u16(&at);
	(void)take_u16(&at);
	asked->end = at.position;
	asked->edns = query.length >= 12 && load_u16(query.at + 10) != 0;
	return cursor_is_good(&at);
}

static bool is(const struct asked *asked, const char *name)
{
	return strcmp(asked->name, name) == 0;
}

static void put_option(struct writer *reply, uint16_t code, struct bytes value)
{
	put_u16(reply, code);
	put_u16(reply, (uint16_t)value.length);
	put_bytes(reply, value);
}

static void put_opt(struct writer *reply, const struct asked *asked)
{
	uint8_t room[4096];
	struct writer trace = writer_over(room, sizeof(room));
	size_t place;

	put_u8(reply, 0);
	put_u16(reply, 41);
	put_u16(reply, 1232);
	put_u32(reply, 0);
	place = reply->position;
	put_u16(reply, 0);
	if (is(asked, "bogus.example"))
		put_option(reply, 15, bytes_of("\0\6the signature is wrong", 24));
	if (is(asked, "failing.example"))
		put_option(reply, 15, bytes_of("\0\x16no server answers", 19));
	trace_make_walk(&trace);
	if (is(asked, "future.example"))
		room[0] = 2;
	if (asked->tcp && (is(asked, "www.example") || is(asked, "future.example")))
		put_option(reply, 65300, writer_bytes(&trace));
	patch_u16(reply, place, (uint16_t)(reply->position - place - 2));
}

static bool has_address(const struct asked *asked)
{
	static const char *const names[] = { "www.example",  "plain.example", "future.example",
					     "late.example", "big.example" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (is(asked, names[i]))
			return asked->type == TYPE_A;
	return false;
}

static uint8_t rcode_for(const struct asked *asked)
{
	if (is(asked, "gone.example"))
		return NXDOMAIN;
	if (is(asked, "bogus.example") || is(asked, "failing.example"))
		return SERVFAIL;
	return is(asked, "plain.example") && asked->edns ? FORMERR : 0;
}

/* The reply into `room`; 0: none is given. */
static size_t make_reply(struct bytes query, bool tcp, uint8_t *room, size_t size)
{
	struct writer reply = writer_over(room, size);
	struct asked asked = { .tcp = tcp };
	bool truncated, edns;
	uint8_t rcode;

	if (!read_question(query, &asked) || is(&asked, "silent.example"))
		return 0;
	if (is(&asked, "late.example") && asked.type == TYPE_AAAA)
		sleep(2);
	rcode = rcode_for(&asked);
	truncated = !tcp && is(&asked, "big.example");
	edns = asked.edns && rcode != FORMERR;
	put_u16(&reply, load_u16(query.at));
	put_u8(&reply, truncated ? 0x83 : 0x81);
	put_u8(&reply, 0x80 | rcode);
	put_u16(&reply, 1);
	put_u16(&reply, rcode == 0 && has_address(&asked) && !truncated);
	put_u16(&reply, 0);
	put_u16(&reply, edns);
	put_bytes(&reply, bytes_of(query.at + 12, asked.end - 12));
	if (rcode == 0 && has_address(&asked) && !truncated) {
		put_u16(&reply, 0xc00c);
		put_u16(&reply, TYPE_A);
		put_u16(&reply, 1);
		put_u32(&reply, 300);
		put_u16(&reply, 4);
		put_bytes(&reply, bytes_of("\x7f\0\0\1", 4));
	}
	if (edns)
		put_opt(&reply, &asked);
	must(writer_is_good(&reply));
	return reply.position;
}

static void *answer_datagrams(void *argument)
{
	int descriptor = *(int *)argument;
	uint8_t query[1500], reply[8192];
	struct sockaddr_in from;

	for (;;) {
		socklen_t length = sizeof(from);
		ssize_t got = recvfrom(descriptor, query, sizeof(query), 0,
				       (struct sockaddr *)&from, &length);
		size_t made = got <= 0 ? 0 : make_reply(bytes_of(query, (size_t)got), false, reply,
							sizeof(reply));

		if (made != 0)
			(void)sendto(descriptor, reply, made, 0, (struct sockaddr *)&from, length);
	}
	return NULL;
}

static void *answer_stream(void *argument)
{
	int descriptor = *(int *)argument;
	uint8_t query[1500], reply[8192];
	ssize_t got;
	size_t made;

	free(argument);
	got = recv(descriptor, query, 2, MSG_WAITALL);
	if (got == 2 && load_u16(query) <= sizeof(query))
		got = recv(descriptor, query, load_u16(query), MSG_WAITALL);
	made = got <= 2 ? 0 : make_reply(bytes_of(query, (size_t)got), true, reply + 2,
					 sizeof(reply) - 2);
	if (made == 0) {
		pause();
		return NULL;
	}
	store_u16(reply, (uint16_t)made);
	/* In two pieces, so that readers have to put them together. */
	(void)send(descriptor, reply, 1, MSG_NOSIGNAL);
	usleep(1000);
	(void)send(descriptor, reply + 1, made + 1, MSG_NOSIGNAL);
	close(descriptor);
	return NULL;
}

static const char *page_of(const char *request)
{
	static const char found[] = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n";
	static const char moved[] =
		"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n";
	static const char loop[] =
		"HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n";

	if (strncmp(request, "GET /moved ", 11) == 0)
		return moved;
	if (strncmp(request, "GET /loop ", 10) == 0)
		return loop;
	return strncmp(request, "GET /silent ", 12) == 0 ? "" : found;
}

static void *answer_web(void *argument)
{
	int descriptor = *(int *)argument;
	char request[4096];
	size_t length = 0;

	free(argument);
	request[0] = '\0';
	while (strstr(request, "\r\n\r\n") == NULL) {
		ssize_t got = recv(descriptor, request + length, sizeof(request) - 1 - length, 0);

		if (got <= 0)
			break;
		length += (size_t)got;
		request[length] = '\0';
	}
	(void)send(descriptor, page_of(request), strlen(page_of(request)), MSG_NOSIGNAL);
	while (recv(descriptor, request, sizeof(request), 0) > 0)
		;
	close(descriptor);
	return NULL;
}

struct door {
	int    descriptor;
	void *(*answer)(void *);
};

static void start_thread(void *(*run)(void *), void *argument)
{
	pthread_t thread;

	must(pthread_create(&thread, NULL, run, argument) == 0);
	pthread_detach(thread);
}

static void *accept_all(void *argument)
{
	struct door door = *(struct door *)argument;

	free(argument);
	for (;;) {
		int *descriptor = malloc(sizeof(*descriptor));

		must(descriptor != NULL);
		*descriptor = accept(door.descriptor, NULL, NULL);
		start_thread(door.answer, descriptor);
	}
	return NULL;
}

/* Binds to loopback; port 0: any. Gives the port. */
static uint16_t bind_loopback(int descriptor, uint16_t port)
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons(port),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(here);

	must(descriptor >= 0);
	must(bind(descriptor, (struct sockaddr *)&here, sizeof(here)) == 0);
	must(getsockname(descriptor, (struct sockaddr *)&here, &length) == 0);
	return ntohs(here.sin_port);
}

static uint16_t open_door(void *(*answer)(void *))
{
	struct door *door = malloc(sizeof(*door));
	uint16_t port;

	must(door != NULL);
	door->descriptor = socket(AF_INET, SOCK_STREAM, 0);
	door->answer = answer;
	port = bind_loopback(door->descriptor, 0);
	must(listen(door->descriptor, 16) == 0);
	start_thread(accept_all, door);
	return port;
}

uint16_t fake_resolver_start(bool tcp)
{
	uint16_t port = tcp ? open_door(answer_stream) : 0;
	int *descriptor = malloc(sizeof(*descriptor));

	must(descriptor != NULL);
	*descriptor = socket(AF_INET, SOCK_DGRAM, 0);
	port = bind_loopback(*descriptor, port);
	start_thread(answer_datagrams, descriptor);
	return port;
}

uint16_t fake_web_start(void)
{
	return open_door(answer_web);
}
