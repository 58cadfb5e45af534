/* SPDX-License-Identifier: MIT */
/* connection.c — one TCP connection (RFC 7766): messages in, answers out in whatever order they
 * come.
 *
 * Reading stops while MAX_TCP_QUERIES wait for walks or answers wait for a slow reader, so what a
 * connection holds is bounded: one message begun and one read, MAX_UNSENT octets of answers, its
 * clients. Idle it holds no buffer at all.
 *
 * Told from inside a walk, a connection only notes it and takes a turn of the loop: what closes a
 * connection makes its other clients leave their walks, which mustn't happen while a walk tells its
 * askers.
 *
 * Three patiences, all of the same length: for the next query, for the rest of a message, for a
 * reader of answers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cache/base/must.h"
#include "resolver/front/inside.h"
#include "resolver/loop_uv.h"

enum { FRAME = 2, MAX_FRAME = FRAME + MAX_MESSAGE, GATHER = 64 * 1024 };

struct connection {
	struct list    place;           /* among the front's, the least recently active first */
	struct list    of_peer;         /* in its client's bucket */
	struct list    clients;         /* that wait for walks */
	unsigned       in_flight;       /* how many */
	struct front  *front;
	uv_poll_t      poll;
	struct turn    turn;
	struct alarm   alarm;
	int            fd;
	int            watched;         /* UV_READABLE | UV_WRITABLE */
	struct address peer;

	uint8_t *in;                    /* read, not yet examined: NULL if nothing */
	size_t   in_length;
	uint8_t *out;                   /* composed, not yet sent: NULL if nothing */
	size_t   out_length, out_sent;

	uint64_t active_ms;             /* last query taken or answer given */
	uint64_t begun_ms;              /* since when a message is incomplete */
	uint64_t unsent_ms;             /* since when an answer waits for its reader */
	bool     peer_done;             /* no more queries come; answers may still be read */
	bool     broken;                /* to be closed on its turn */
};

/* Shared by all connections of a front; holds nothing between two calls. */
struct tcp_room {
	uint8_t in[MAX_FRAME + TCP_READ];
	uint8_t gather[GATHER];
	size_t  gathered;
};

struct tcp_room *tcp_room_new(void)
{
	return malloc(sizeof(struct tcp_room));
}

void tcp_room_free(struct tcp_room *room)
{
	free(room);
}

/* --- who has how many --- */

static bool is_same_client(const struct address *a, const struct address *b)
{
	/* Whoever has one address of an IPv6 /64 has them all. */
	return a->family == b->family && memcmp(a->octets, b->octets, a->family == 6 ? 8 : 4) == 0;
}

static struct list *bucket_of(struct front *front, const struct address *peer)
{
	uint64_t hash = hash_octets(&front->key, peer->octets, peer->family == 6 ? 8 : 4);

	return &front->connection_buckets[hash % CONNECTION_BUCKETS];
}

unsigned connections_of(struct front *front, const struct address *peer)
{
	unsigned n = 0;

	list_for_each(place, bucket_of(front, peer))
		n += is_same_client(&container_of(place, struct connection, of_peer)->peer, peer);
	return n;
}

static bool is_idle(const struct connection *connection)
{
	return connection->in_flight == 0 && connection->out == NULL;
}

bool connections_make_room(struct front *front)
{
	list_for_each(place, &front->connections) {
		struct connection *connection = container_of(place, struct connection, place);

		if (!is_idle(connection))
			continue;
		connection_close(connection);
		return true;
	}
	return false;
}

/* A client that closed its socket and one that only has no more to ask look the same from here. */
bool connections_make_room_of(struct front *front, const struct address *peer)
{
	list_for_each(place, bucket_of(front, peer)) {
		struct connection *connection = container_of(place, struct connection, of_peer);

		if (!connection->peer_done || !is_same_client(&connection->peer, peer))
			continue;
		connection_close(connection);
		return true;
	}
	return false;
}

static void note_activity(struct connection *connection)
{
	connection->active_ms = connection->front->loop->now_ms;
	list_remove(&connection->place);
	list_append(&connection->front->connections, &connection->place);
}

/* --- patience --- */

static uint64_t patience_ms(const struct connection *connection)
{
	unsigned idle = connection->front->settings->tcp_idle_ms;

	return idle == 0 ? TCP_IDLE_MS : idle;
}

/* When it is to be closed, if nothing changes. */
static uint64_t due_ms(const struct connection *connection)
{
	uint64_t patience = patience_ms(connection);

	if (connection->out != NULL)
		return connection->unsent_ms + patience;
	if (connection->in_flight > 0)
		return connection->front->loop->now_ms + patience;      /* clients have their own */
	if (connection->in != NULL)
		return connection->begun_ms + patience;
	return connection->active_ms + patience;
}

/* Rings when it could be due; most often something has happened since. */
static void patience_may_end(struct alarm *alarm)
{
	struct connection *connection = container_of(alarm, struct connection, alarm);
	uint64_t due = due_ms(connection), now = connection->front->loop->now_ms;

	if (due <= now || alarm_set(connection->front->loop, alarm, due - now) != OK)
		connection_close(connection);
}

/* --- out --- */

/* How much the kernel took; a connection that is gone takes nothing and is broken. */
static size_t try_send(struct connection *connection, const uint8_t *at, size_t length)
{
	size_t sent = 0;

	while (sent < length) {
		ssize_t n = send(connection->fd, at + sent, length - sent,
				 MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n >= 0) {
			sent += (size_t)n;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			connection->broken = true;
		break;
	}
	return sent;
}

/* Behind what waits already. A reader who lets too much pile up is dropped. */
static void keep_unsent(struct connection *connection, const uint8_t *at, size_t length)
{
	size_t waiting = connection->out_length - connection->out_sent;
	uint8_t *larger;

	if (length == 0 || connection->broken)
		return;
	if (waiting + length > MAX_UNSENT)
		goto too_slow;
	if (waiting == 0)
		connection->unsent_ms = connection->front->loop->now_ms;
	else
		memmove(connection->out, connection->out + connection->out_sent, waiting);
	larger = realloc(connection->out, waiting + length);
	if (larger == NULL)
		goto too_slow;
	memcpy(larger + waiting, at, length);
	connection->out = larger;
	connection->out_sent = 0;
	connection->out_length = waiting + length;
	return;
too_slow:
	figure_add(&connection->front->figures.unsent, 1);
	connection->broken = true;
}

static void send_unsent(struct connection *connection)
{
	if (connection->out == NULL || connection->broken)
		return;
	connection->out_sent += try_send(connection, connection->out + connection->out_sent,
					 connection->out_length - connection->out_sent);
	if (connection->out_sent < connection->out_length)
		return;
	free(connection->out);
	connection->out = NULL;
	connection->out_length = connection->out_sent = 0;
}

static void send_gathered(struct connection *connection)
{
	struct tcp_room *room = connection->front->room;
	size_t sent = 0;

	if (connection->out == NULL && !connection->broken)
		sent = try_send(connection, room->gather, room->gathered);
	keep_unsent(connection, room->gather + sent, room->gathered - sent);
	room->gathered = 0;
}

/* --- in --- */

static unsigned most_in_flight(const struct connection *connection)
{
	unsigned most = connection->front->settings->tcp_queries;

	return most == 0 ? MAX_TCP_QUERIES : most;
}

static bool takes_queries(const struct connection *connection)
{
	return !connection->broken && !connection->front->stopping && connection->out == NULL &&
	       connection->in_flight < most_in_flight(connection);
}

/* Answers what needs no walk into the gathered replies. */
static void take_query(struct connection *connection, struct bytes message)
{
	struct front *front = connection->front;
	struct tcp_room *room = front->room;
	struct query query = { .from = connection->peer, .over_tcp = true };
	const struct failure *failure;
	struct writer reply;

	if (GATHER - room->gathered < FRAME + REPLY_ROOM)
		send_gathered(connection);
	reply = writer_over(room->gather + room->gathered + FRAME, REPLY_ROOM);
	note_activity(connection);
	figure_add(&front->figures.tcp_queries, 1);
	switch (front_consider(front, message, &query, &reply)) {
	case PROSPECT_NONE:
		return;
	case PROSPECT_REPLY:
		break;
	case PROSPECT_WALK:
		failure = client_ask(front, &query, NULL, connection);
		if (failure == NULL)
			return;
		compose_failure(&query, failure, NULL, &reply);
		break;
	}
	front_count_reply(front, &query, writer_bytes(&reply));
	front_say_reply(&query, writer_bytes(&reply), false, 0);
	store_u16(reply.start - FRAME, (uint16_t)reply.position);
	room->gathered += FRAME + reply.position;
}

/* Takes whole messages as long as it may; how many octets they were. */
static size_t take_messages(struct connection *connection, const uint8_t *at, size_t length)
{
	size_t taken = 0;

	while (length - taken >= FRAME && takes_queries(connection)) {
		size_t message = load_u16(at + taken);

		if (message < HEADER_LENGTH) {
			connection->broken = true;      /* out of step with the frames */
			break;
		}
		if (length - taken - FRAME < message)
			break;
		take_query(connection, bytes_of(at + taken + FRAME, message));
		taken += FRAME + message;
	}
	send_gathered(connection);
	return taken;
}

/* Keeps what wasn't taken: the beginning of a message, or more than may be in flight. */
static void keep_rest(struct connection *connection, const uint8_t *rest, size_t length,
		      bool is_new)
{
	uint8_t *kept = NULL;

	if (length > 0) {
		kept = malloc(length);
		if (kept == NULL) {
			connection->broken = true;
			return;
		}
		memcpy(kept, rest, length);
		if (is_new || connection->in == NULL)
			connection->begun_ms = connection->front->loop->now_ms;
	}
	free(connection->in);
	connection->in = kept;
	connection->in_length = length;
}

static void receive(struct connection *connection)
{
	uint8_t *room = connection->front->room->in;
	size_t held = connection->in_length, taken;
	ssize_t n;

	must(held < MAX_FRAME);         /* what is read on is less than a message */
	if (held > 0)
		memcpy(room, connection->in, held);
	n = recv(connection->fd, room + held, TCP_READ, MSG_DONTWAIT);
	if (n < 0) {
		if (errno != EAGAIN && errno != EINTR)
			connection->broken = true;
		return;
	}
	if (n == 0) {
		connection->peer_done = true;
		return;
	}
	taken = take_messages(connection, room, held + (size_t)n);
	keep_rest(connection, room + taken, held + (size_t)n - taken, taken > 0);
}

/* What was read while too much was under way. */
static void take_kept(struct connection *connection)
{
	size_t taken;

	if (connection->in == NULL)
		return;
	taken = take_messages(connection, connection->in, connection->in_length);
	if (taken > 0)
		keep_rest(connection, connection->in + taken, connection->in_length - taken, true);
}

/* --- its turn --- */

static void on_ready(uv_poll_t *poll, int status, int events);

static void watch(struct connection *connection)
{
	int wanted = 0;

	if (takes_queries(connection) && !connection->peer_done)
		wanted |= UV_READABLE;
	if (connection->out != NULL)
		wanted |= UV_WRITABLE;
	if (wanted == connection->watched)
		return;
	connection->watched = wanted;
	if (wanted == 0)
		uv_poll_stop(&connection->poll);
	else if (uv_poll_start(&connection->poll, wanted, on_ready) != 0)
		connection->broken = true;
}

/* Sends what waits, takes what may be taken, watches for what comes next; the last thing done with
 * a connection, for it may close. */
static void go_on(struct connection *connection)
{
	bool no_more;

	send_unsent(connection);
	take_kept(connection);
	watch(connection);
	no_more = connection->peer_done || connection->front->stopping;
	if (connection->broken || (no_more && is_idle(connection)))
		connection_close(connection);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
	struct connection *connection = poll->data;

	loop_look_at_clocks(connection->front->loop);
	if (status < 0)
		connection->broken = true;      /* reset by the peer, mostly */
	else if ((events & UV_READABLE) != 0)
		receive(connection);
	go_on(connection);
}

static void on_turn(struct turn *turn)
{
	go_on(container_of(turn, struct connection, turn));
}

/* --- its clients --- */

void connection_link(struct connection *connection, struct list *client)
{
	list_append(&connection->clients, client);
	connection->in_flight++;
}

void connection_unlink(struct connection *connection, struct list *client)
{
	list_remove(client);
	connection->in_flight--;
	loop_make_ready(connection->front->loop, &connection->turn);
}

void connection_answer(struct connection *connection, struct bytes reply)
{
	uint8_t frame[FRAME];

	store_u16(frame, (uint16_t)reply.length);       /* its sender sends nothing larger */
	keep_unsent(connection, frame, sizeof(frame));
	keep_unsent(connection, reply.at, reply.length);
	note_activity(connection);
	loop_make_ready(connection->front->loop, &connection->turn);
}

/* --- its life --- */

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void connection_new(struct front *front, int fd, const struct address *peer)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	if (connection == NULL ||
	    uv_poll_init(loop_uv_of(front->loop), &connection->poll, fd) != 0) {
		free(connection);
		close(fd);
		return;
	}
	connection->front = front;
	connection->fd = fd;
	connection->peer = *peer;
	connection->poll.data = connection;
	connection->active_ms = front->loop->now_ms;
	list_init(&connection->clients);
	turn_init(&connection->turn, on_turn);
	alarm_init(&connection->alarm, patience_may_end);
	list_append(&front->connections, &connection->place);
	list_append(bucket_of(front, peer), &connection->of_peer);
	figure_add(&front->figures.tcp_connections, 1);
	front->connection_count++;
	if (alarm_set(front->loop, &connection->alarm, patience_ms(connection)) != OK)
		connection->broken = true;
	watch(connection);
	if (connection->broken)
		connection_close(connection);
}

void connection_close(struct connection *connection)
{
	struct front *front = connection->front;

	while (!list_is_empty(&connection->clients))
		client_give_up(connection->clients.next);
	turn_cancel(&connection->turn);
	alarm_cancel(front->loop, &connection->alarm);
	list_remove(&connection->place);
	list_remove(&connection->of_peer);
	front->connection_count--;
	__atomic_fetch_sub(&front->figures.tcp_connections, 1, __ATOMIC_RELAXED);
	free(connection->in);
	free(connection->out);
	uv_close((uv_handle_t *)&connection->poll, on_closed);
	close(connection->fd);          /* libuv has forgotten it already */
}

void connections_stop(struct front *front)
{
	list_for_each(place, &front->connections) {
		struct connection *connection = container_of(place, struct connection, place);

		loop_make_ready(front->loop, &connection->turn);
	}
}

void connections_close(struct front *front)
{
	while (!list_is_empty(&front->connections))
		connection_close(container_of(front->connections.next, struct connection, place));
}
