/* SPDX-License-Identifier: MIT */
/* streams.c — the servers' TCP connections. See streams.h. */
#include "streams.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { IDLE_S = 30 };                   /* what a connection may be idle */

struct connection {
	int socket;                     /* -1: free */
	unsigned generation;
	time_t touched;
	struct generated_server server;
	size_t length;
	uint8_t query[2 + GENERATED_QUERY];
};

unsigned long streams_queries;

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

/* Takes the whole messages off what has arrived. False if there is one that is too long. */
static bool take_messages(struct connection *connection)
{
	for (;;) {
		size_t length = (size_t)(connection->query[0] << 8 | connection->query[1]);
		struct pending *reply;

		if (connection->length < 2 ||
		    (length <= GENERATED_QUERY && connection->length < 2 + length))
			return true;
		if (length > GENERATED_QUERY || (reply = road_take_place()) == NULL)
			return false;
		streams_queries++;
		reply->length =
			generated_reply(world, connection->server, false, connection->query + 2,
					length, reply->message + 2, GENERATED_MESSAGE);
		reply->message[0] = (uint8_t)(reply->length >> 8);
		reply->message[1] = (uint8_t)reply->length;
		reply->length += 2;
		reply->connection = (int)(connection - connections);
		reply->generation = connection->generation;
		road_schedule(reply, 2);
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
