/* SPDX-License-Identifier: MIT */
/* fetch.c — one connection: SOA, and if it is newer AXFR. */
#include "resolver/root/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/base/random.h"

/* A message's length stands before it: a stream of the smallest is larger by two octets each. */
enum { MOST_STREAM = MAX_ROOT_TRANSFER + MAX_ROOT_TRANSFER / HEADER_LENGTH * 2 };

struct connection {
	const struct fetch_wish *wish;
	int                      socket;
	uint64_t                 deadline_ms;   /* timer clock */
	bool                     stopped;
	struct complaint        *why;
};

void fetched_init(struct fetched *fetched)
{
	zone_init(&fetched->zone, &name_root);
	fetched->stream = (struct growing){ .most = MOST_STREAM };
}

void fetched_clear(struct fetched *fetched)
{
	zone_clear(&fetched->zone);
	growing_clear(&fetched->stream);
}

/* Until the socket can be read, or written; false: too late, or told to stop. */
static bool wait_for(struct connection *connection, short what)
{
	struct pollfd both[2] = {
		{ .fd = connection->socket, .events = what },
		{ .fd = connection->wish->stop, .events = POLLIN },
	};
	uint64_t now = clock_timer_ms();
	uint64_t left = now < connection->deadline_ms ? connection->deadline_ms - now : 0;
	int ready;

	if (left == 0)
		return complain(connection->why, "it took longer than %d s",
				ROOT_TRANSFER_MS / 1000);
	ready = poll(both, 2, (int)(left < ROOT_SILENCE_MS ? left : ROOT_SILENCE_MS));
	if (ready < 0 && errno != EINTR)
		return complain(connection->why, "%s", strerror(errno));
	if (both[1].revents != 0) {
		connection->stopped = true;
		return complain(connection->why, "it was given up");
	}
	if (ready == 0)
		return complain(connection->why, "the server is silent");
	return true;
}

static bool would_block(void)
{
	return errno == EAGAIN || errno == EINTR;
}

static bool write_all(struct connection *connection, struct bytes octets)
{
	while (octets.length != 0) {
		ssize_t written = send(connection->socket, octets.at, octets.length, MSG_NOSIGNAL);

		if (written > 0)
			octets = bytes_of(octets.at + written, octets.length - (size_t)written);
		else if (written == 0 || !would_block())
			return complain(connection->why, "%s", strerror(errno));
		else if (!wait_for(connection, POLLOUT))
			return false;
	}
	return true;
}

static bool read_all(struct connection *connection, uint8_t *into, size_t length)
{
	while (length != 0) {
		ssize_t got = recv(connection->socket, into, length, 0);

		if (got > 0) {
			into += got;
			length -= (size_t)got;
			/* Who sends an octet now and then is never silent, but slow. */
			if (clock_timer_ms() >= connection->deadline_ms)
				return complain(connection->why, "it took longer than %d s",
						ROOT_TRANSFER_MS / 1000);
		} else if (got == 0) {
			return complain(connection->why, "the server hung up in the middle");
		} else if (!would_block()) {
			return complain(connection->why, "%s", strerror(errno));
		} else if (!wait_for(connection, POLLIN)) {
			return false;
		}
	}
	return true;
}

static bool open_connection(struct connection *connection)
{
	const struct address *to = &connection->wish->from;
	struct sockaddr_storage address;
	socklen_t length = address_to_socket(to, &address), size = sizeof(int);
	int failed = 0;

	connection->socket = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
				    0);
	if (connection->socket < 0)
		return complain(connection->why, "no socket: %s", strerror(errno));
	if (connect(connection->socket, (struct sockaddr *)&address, length) == 0)
		return true;
	if (errno != EINPROGRESS)
		return complain(connection->why, "%s", strerror(errno));
	if (!wait_for(connection, POLLOUT))
		return false;
	if (getsockopt(connection->socket, SOL_SOCKET, SO_ERROR, &failed, &size) != 0)
		failed = errno;
	return failed == 0 || complain(connection->why, "%s", strerror(failed));
}

static bool ask(struct connection *connection, uint16_t type, uint16_t id)
{
	uint8_t room[2 + TRANSFER_QUERY_SIZE];
	struct bytes query = transfer_query(&name_root, type, id, room + 2);

	store_u16(room, (uint16_t)query.length);
	return write_all(connection, bytes_of(room, 2 + query.length));
}

/* The next message, in `room`, which holds its length first. */
static bool read_message(struct connection *connection, uint8_t room[2 + MAX_MESSAGE],
			 struct bytes *into)
{
	if (!read_all(connection, room, 2))
		return false;
	*into = bytes_of(room + 2, load_u16(room));
	return read_all(connection, room + 2, into->length);
}

static bool ask_soa(struct connection *connection, struct zone_soa *into)
{
	uint16_t id = random_u16();
	uint8_t room[2 + MAX_MESSAGE];
	struct bytes message;

	return ask(connection, TYPE_SOA, id) && read_message(connection, room, &message) &&
	       transfer_read_soa(message, &name_root, id, into, connection->why);
}

static bool ask_all(struct connection *connection, struct fetched *into)
{
	struct transfer transfer = { .zone = &into->zone, .id = random_u16() };
	enum transfer_state state = TRANSFER_GOES_ON;
	uint8_t room[2 + MAX_MESSAGE];
	struct bytes message;

	if (!ask(connection, TYPE_AXFR, transfer.id))
		return false;
	while (state == TRANSFER_GOES_ON) {
		if (!read_message(connection, room, &message))
			return false;
		state = transfer_take(&transfer, message, connection->why);
		growing_append(&into->stream, bytes_of(room, 2 + message.length));
	}
	if (into->stream.failed)
		return complain(connection->why, "there is no memory for it");
	return state == TRANSFER_ENDS && zone_finish(&into->zone, connection->why);
}

static bool is_newer(const struct connection *connection, const struct zone_soa *soa)
{
	const struct zone_soa *known = connection->wish->known;

	if (known == NULL || serial_is_newer(soa->serial, known->serial))
		return true;
	return complain(connection->why, "its serial %u isn't newer than ours, %u", soa->serial,
			known->serial);
}

static enum fetch_outcome converse(struct connection *connection, struct fetched *into)
{
	const struct zone_soa *known = connection->wish->known;
	struct zone_soa soa;

	if (!open_connection(connection) || !ask_soa(connection, &soa))
		return FETCH_FAILED;
	if (known != NULL && soa.serial == known->serial)
		return FETCH_SAME;
	if (!is_newer(connection, &soa) || !ask_all(connection, into))
		return FETCH_FAILED;
	soa = zone_soa(&into->zone);
	return is_newer(connection, &soa) ? FETCH_NEWER : FETCH_FAILED;
}

enum fetch_outcome root_fetch(const struct fetch_wish *wish, struct fetched *into,
			      struct complaint *why)
{
	struct connection connection = {
		.wish = wish, .socket = -1, .why = why,
		.deadline_ms = clock_timer_ms() + ROOT_TRANSFER_MS,
	};
	enum fetch_outcome outcome;

	why->text[0] = '\0';
	outcome = converse(&connection, into);
	if (connection.socket >= 0)
		close(connection.socket);
	return connection.stopped ? FETCH_STOPPED : outcome;
}
