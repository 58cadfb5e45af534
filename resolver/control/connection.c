/* SPDX-License-Identifier: MIT */
/* connection.c — lines in, lines out, and time limits for both. */
#include "resolver/control/connection.h"

#include "cache/base/limits.h"
#include "resolver/control/peer.h"
#include "resolver/control/request.h"
#include "resolver/observe/log.h"

#include <stdlib.h>

struct connection {
	uv_pipe_t       pipe;
	uv_timer_t      timer;
	uv_write_t      write;
	unsigned        handles;        /* not yet closed: pipe, timer */
	struct list     place;          /* in control->connections */
	struct control *control;
	uid_t           user;
	char           *reply;          /* on its way; NULL: none is */
	bool            is_reading;
	bool            has_ended;      /* the peer says no more */
	bool            is_last;        /* hang up after this reply */
	size_t          filled;
	char            octets[MAX_CONTROL_REQUEST + 1];        /* read, not yet answered */
};

static void proceed(struct connection *connection);

/* --- the end --- */

static void on_closed(uv_handle_t *handle)
{
	struct connection *connection = handle->data;

	if (--connection->handles > 0)
		return;
	free(connection->reply);
	free(connection);
}

static bool is_hung_up(const struct connection *connection)
{
	return uv_is_closing((const uv_handle_t *)&connection->pipe);
}

static void hang_up(struct connection *connection)
{
	if (is_hung_up(connection))
		return;
	list_remove(&connection->place);
	uv_close((uv_handle_t *)&connection->pipe, on_closed);
	uv_close((uv_handle_t *)&connection->timer, on_closed);
}

static void on_patience_lost(uv_timer_t *timer)
{
	hang_up(timer->data);
}

static void allow(struct connection *connection, uint64_t ms)
{
	if (uv_timer_start(&connection->timer, on_patience_lost, ms, 0) != 0)
		hang_up(connection);
}

static void stop_reading(struct connection *connection)
{
	uv_read_stop((uv_stream_t *)&connection->pipe);
	connection->is_reading = false;
}

/* --- replies --- */

static void on_written(uv_write_t *write, int status)
{
	struct connection *connection = write->data;

	if (is_hung_up(connection))
		return;
	free(connection->reply);
	connection->reply = NULL;
	if (status != 0 || connection->is_last) {
		hang_up(connection);
		return;
	}
	allow(connection, CONTROL_IDLE_MS);
	proceed(connection);
}

/* Takes the reply; NULL: there was no memory for one. */
static void send_reply(struct connection *connection, char *reply)
{
	uv_buf_t buffer;

	if (reply == NULL) {
		hang_up(connection);
		return;
	}
	connection->reply = reply;
	buffer = uv_buf_init(reply, (unsigned)strlen(reply));
	stop_reading(connection);
	allow(connection, CONTROL_WRITE_MS);
	connection->write.data = connection;
	if (uv_write(&connection->write, (uv_stream_t *)&connection->pipe, &buffer, 1,
		     on_written) != 0)
		hang_up(connection);
}

/* --- requests --- */

static bool is_blank(struct bytes line)
{
	for (size_t i = 0; i < line.length; i++)
		if (line.at[i] != ' ' && line.at[i] != '\r' && line.at[i] != '\t')
			return false;
	return true;
}

/* Answers the first `length` octets and forgets `used` of them. */
static void answer_line(struct connection *connection, size_t length, size_t used)
{
	struct bytes line = bytes_of(connection->octets, length);
	char *reply = NULL;
	bool blank = is_blank(line);

	if (!blank)
		reply = control_answer(&connection->control->host, line, connection->user);
	connection->filled -= used;
	memmove(connection->octets, connection->octets + used, connection->filled);
	if (!blank)
		send_reply(connection, reply);
}

/* False: there is nothing more to answer at present. */
static bool answer_next(struct connection *connection)
{
	const char *end = memchr(connection->octets, '\n', connection->filled);
	size_t length = end == NULL ? connection->filled : (size_t)(end - connection->octets);

	if (end != NULL) {
		answer_line(connection, length, length + 1);
		return true;
	}
	if (length > MAX_CONTROL_REQUEST) {     /* where the next one begins, nobody knows */
		connection->is_last = true;
		send_reply(connection, control_refuse("a request has at most %d octets",
						      MAX_CONTROL_REQUEST));
		return true;
	}
	if (connection->has_ended && length > 0) {      /* printf forgets the newline */
		answer_line(connection, length, length);
		return true;
	}
	return false;
}

static void on_room_wanted(uv_handle_t *handle, size_t suggested, uv_buf_t *into)
{
	struct connection *connection = handle->data;

	*into = uv_buf_init(connection->octets + connection->filled,
			    (unsigned)(sizeof(connection->octets) - connection->filled));
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
	struct connection *connection = stream->data;

	if (length == UV_EOF) {
		connection->has_ended = true;
		stop_reading(connection);
	} else if (length < 0) {
		hang_up(connection);
		return;
	} else {
		connection->filled += (size_t)length;
	}
	proceed(connection);
}

/* Answers until a reply is on its way or nothing is left; then reads on. */
static void proceed(struct connection *connection)
{
	while (connection->reply == NULL && !is_hung_up(connection) && answer_next(connection))
		;
	if (is_hung_up(connection) || connection->reply != NULL)
		return;
	if (connection->has_ended) {
		hang_up(connection);
		return;
	}
	if (connection->is_reading)
		return;
	connection->is_reading = true;
	if (uv_read_start((uv_stream_t *)&connection->pipe, on_room_wanted, on_read) != 0)
		hang_up(connection);
}

/* --- the beginning --- */

/* NULL if it may stay; else the line it is told. What to do without memory for that: nothing is
 * told. */
static char *examine_peer(struct connection *connection, bool *may_stay)
{
	const struct control *control = connection->control;
	struct peer peer;
	int descriptor;

	*may_stay = false;
	if (uv_fileno((uv_handle_t *)&connection->pipe, &descriptor) != 0)
		return NULL;
	if (peer_of(descriptor, &peer) != OK)
		return control_refuse("the kernel doesn't say who you are");
	connection->user = peer.user;
	if (!peer_may_speak(&peer, control->socket.group)) {
		log_once_a_minute("control-peer", "control: user %u was turned away", peer.user);
		return control_refuse("user %u may not speak here: root, user %u and "
				      "the members of group %u may",
				      (unsigned)peer.user, (unsigned)geteuid(),
				      (unsigned)control->socket.group);
	}
	if (list_length(&control->connections) >= CONTROL_CONNECTIONS)
		return control_refuse("%d connections are open already: try again when one has "
				      "ended", CONTROL_CONNECTIONS);
	*may_stay = true;
	return NULL;
}

/* A line to somebody who isn't let in: one try, which the socket's buffer always has room for. */
static void turn_away(struct connection *connection, char *reply)
{
	uv_buf_t buffer;

	if (reply != NULL) {
		buffer = uv_buf_init(reply, (unsigned)strlen(reply));
		uv_try_write((uv_stream_t *)&connection->pipe, &buffer, 1);
	}
	free(reply);
	hang_up(connection);
}

void connection_accept(struct control *control)
{
	struct connection *connection = calloc(1, sizeof(*connection));
	bool may_stay;
	char *reply;

	if (connection == NULL)
		return;                         /* it waits in the queue until the next one comes */
	connection->control = control;
	connection->handles = 2;
	list_init(&connection->place);
	uv_pipe_init(control->server.loop, &connection->pipe, 0);
	uv_timer_init(control->server.loop, &connection->timer);
	connection->pipe.data = connection;
	connection->timer.data = connection;
	if (uv_accept((uv_stream_t *)&control->server, (uv_stream_t *)&connection->pipe) != 0) {
		hang_up(connection);
		return;
	}
	reply = examine_peer(connection, &may_stay);
	if (!may_stay) {
		turn_away(connection, reply);
		return;
	}
	list_append(&control->connections, &connection->place);
	allow(connection, CONTROL_IDLE_MS);
	proceed(connection);
}

void connections_hang_up(struct control *control)
{
	list_for_each(place, &control->connections)
		hang_up(container_of(place, struct connection, place));
}
