/* SPDX-License-Identifier: MIT */
/* streams.c — the servers' TCP connections. See streams.h. */
#include "streams.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "forged.h"

enum {
	IDLE_S = 30,                    /* what a connection may be idle */
	BUFFER = 512 * 1024,            /* the largest reply leaves at once */
	DRIPS = 8,                      /* octets; by then everybody has given up */
};

struct connection {
	int socket;                     /* -1: free */
	unsigned generation;
	time_t touched;
	struct generated_server server;
	size_t length;
	uint8_t query[2 + GENERATED_QUERY];
};

unsigned long streams_queries, streams_octets_in, streams_octets_out;

static const struct generated *world;
static struct connection connections[STREAMS];
static int polled_connections[STREAMS];

void streams_init(const struct generated *of)
{
	world = of;
	for (int i = 0; i < STREAMS; i++)
		connections[i].socket = -1;
}

void streams_send(struct pending *reply)
{
	struct connection *connection = &connections[reply->connection];

	streams_octets_out += reply->length;
	if (connection->socket >= 0 && connection->generation == reply->generation)
		(void)!send(connection->socket, reply->message, reply->length,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
	road_give_back(reply);
}

static void end_connection(struct connection *connection)
{
	close(connection->socket);
	connection->socket = -1;
}

void streams_accept(int listener, enum family family)
{
	struct sockaddr_storage self;
	socklen_t length = sizeof(self);
	struct connection *connection = NULL;
	int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	int buffer = BUFFER;
	uint32_t last;

	for (int i = 0; i < STREAMS && connection == NULL; i++)
		if (connections[i].socket < 0)
			connection = &connections[i];
	if (client < 0 || connection == NULL ||
	    getsockname(client, (struct sockaddr *)&self, &length) != 0) {
		if (client >= 0)
			close(client);
		return;
	}
	(void)setsockopt(client, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer));
	connection->socket = client;
	connection->generation++;
	connection->touched = time(NULL);
	connection->length = 0;
	if (family == V4) {
		connection->server =
			generated_server_v4(ntohl(((struct sockaddr_in *)&self)->sin_addr.s_addr));
	} else {
		memcpy(&last, ((struct sockaddr_in6 *)&self)->sin6_addr.s6_addr + 12, 4);
		connection->server = generated_server_v6(ntohl(last));
	}
}

static void schedule(struct connection *connection, const uint8_t *octets, size_t length,
		     unsigned later_ms)
{
	struct pending *reply = road_take_large(length);

	if (reply == NULL)
		return;
	memcpy(reply->message, octets, length);
	reply->length = length;
	reply->connection = (int)(connection - connections);
	reply->generation = connection->generation;
	road_schedule(reply, 2, later_ms);
}

static void schedule_message(struct connection *connection, uint8_t *framed, size_t length,
			     const struct manner *manner)
{
	framed[0] = (uint8_t)(length >> 8);
	framed[1] = (uint8_t)length;
	if (manner->drip_ms == 0) {
		schedule(connection, framed, 2 + length, manner->later_ms);
		return;
	}
	for (unsigned i = 0; i < 2 + length && i < DRIPS; i++)
		schedule(connection, framed + i, 1, i * manner->drip_ms);
}

static void answer_message(struct connection *connection, const uint8_t *query, size_t length)
{
	static uint8_t framed[2 + GENERATED_LARGEST], stray[2 + GENERATED_MESSAGE];
	const struct manner plain = { 0 };
	struct generated_reply reply = { .at = framed + 2, .room = GENERATED_LARGEST };

	generated_answer(world, connection->server, false, query, length, &reply);
	if (reply.length == 0 || generated_is_silent(world, connection->server))
		return;
	if (reply.manner.in_unison_ms != 0)
		reply.manner.later_ms = road_until_multiple_ms(reply.manner.in_unison_ms);
	/* Nobody but the server itself gets anything into a stream. */
	for (unsigned i = 0; reply.manner.never && i < reply.manner.strays; i++) {
		size_t octets = forged_stray(reply.manner.stray, road_draw(), query, length,
					     stray + 2);

		schedule_message(connection, stray, octets, &plain);
	}
	if (!reply.manner.never)
		schedule_message(connection, framed, reply.length, &reply.manner);
}

/* Takes the whole messages off what has arrived. False if there is one that is too long. */
static bool take_messages(struct connection *connection)
{
	for (;;) {
		size_t length = (size_t)(connection->query[0] << 8 | connection->query[1]);

		if (connection->length < 2 ||
		    (length <= GENERATED_QUERY && connection->length < 2 + length))
			return true;
		if (length > GENERATED_QUERY)
			return false;
		streams_queries++;
		streams_octets_in += length;
		answer_message(connection, connection->query + 2, length);
		connection->length -= 2 + length;
		memmove(connection->query, connection->query + 2 + length, connection->length);
	}
}

static void read_connection(struct connection *connection)
{
	ssize_t count = recv(connection->socket, connection->query + connection->length,
			     sizeof(connection->query) - connection->length, MSG_DONTWAIT);

	connection->touched = time(NULL);
	if (count > 0)
		connection->length += (size_t)count;
	if (count == 0 || (count < 0 && errno != EAGAIN) || !take_messages(connection))
		end_connection(connection);
}

nfds_t streams_prepare(struct pollfd *polled)
{
	nfds_t count = 0;

	for (int i = 0; i < STREAMS; i++) {
		if (connections[i].socket < 0)
			continue;
		if (time(NULL) - connections[i].touched > IDLE_S) {
			end_connection(&connections[i]);
			continue;
		}
		polled_connections[count] = i;
		polled[count++] =
			(struct pollfd){ .fd = connections[i].socket, .events = POLLIN };
	}
	return count;
}

void streams_read(const struct pollfd *polled, nfds_t count)
{
	for (nfds_t i = 0; i < count; i++)
		if (polled[i].revents != 0)
			read_connection(&connections[polled_connections[i]]);
}
