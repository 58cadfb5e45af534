/* SPDX-License-Identifier: MIT */
/* connection.c — octets through a socket, through TLS if there is any. */
#include "client/connect/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/connect/tcp.h"

enum { RECEIVED_AT_ONCE = 32768, MOST_QUEUED = 1 << 30 };

struct connection {
	int               descriptor;
	struct watch     *watch;
	struct tls       *tls;          /* NULL: plain */
	struct event_log *log;
	struct buffer     outgoing;     /* as it goes on the wire */
	int               error;
	bool              ended;        /* the other side's FIN has come */
};

struct connection *connection_new(uv_loop_t *loop, int descriptor, struct event_log *log,
				  struct waker waker)
{
	struct connection *connection = calloc(1, sizeof(*connection));
	struct watch *watch = connection == NULL ? NULL : watch_new(loop, descriptor, waker);

	if (watch == NULL) {
		free(connection);
		close(descriptor);
		return NULL;
	}
	*connection = (struct connection){ .descriptor = descriptor, .watch = watch, .log = log };
	buffer_init(&connection->outgoing, MOST_QUEUED);
	tcp_send_at_once(descriptor);
	watch_for(watch, UV_READABLE);
	return connection;
}

void connection_free(struct connection *connection)
{
	if (connection == NULL)
		return;
	tls_free(connection->tls);
	watch_free(connection->watch);
	close(connection->descriptor);
	buffer_clear(&connection->outgoing);
	free(connection);
}

enum tls_failure connection_start_tls(struct connection *connection,
				      const struct tls_wishes *wishes)
{
	enum tls_failure failure;

	connection->tls = tls_new(wishes, connection->log, &failure);
	return failure;
}

static enum io receive(struct connection *connection, void *into, size_t size, size_t *got)
{
	ssize_t length = recv(connection->descriptor, into, size, 0);

	*got = 0;
	if (length > 0) {
		*got = (size_t)length;
		return IO_DONE;
	}
	if (length == 0) {
		connection->ended = true;
		watch_for(connection->watch, 0);
		return IO_END;
	}
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
		return IO_AGAIN;
	connection->error = errno;
	return IO_BROKEN;
}

/* More ciphertext into TLS: IO_DONE if some came. */
static enum io receive_ciphertext(struct connection *connection)
{
	uint8_t octets[RECEIVED_AT_ONCE];
	size_t got;
	enum io io = receive(connection, octets, sizeof(octets), &got);

	if (io == IO_DONE && !tls_feed(connection->tls, bytes_of(octets, got))) {
		connection->error = ENOMEM;
		return IO_BROKEN;
	}
	return io;
}

enum io connection_flush(struct connection *connection)
{
	struct buffer *outgoing = &connection->outgoing;

	if (connection->tls != NULL && tls_drain(connection->tls, outgoing) != OK) {
		connection->error = ENOMEM;
		return IO_BROKEN;
	}
	while (buffer_length(outgoing) != 0) {
		struct bytes left = buffer_bytes(outgoing);
		ssize_t sent = send(connection->descriptor, left.at, left.length, MSG_NOSIGNAL);

		if (sent >= 0) {
			buffer_drop(outgoing, (size_t)sent);
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN && errno != EWOULDBLOCK) {
			connection->error = errno;
			return IO_BROKEN;
		}
		watch_for(connection->watch, UV_READABLE | UV_WRITABLE);
		return IO_AGAIN;
	}
	if (!connection->ended)
		watch_for(connection->watch, UV_READABLE);
	return IO_DONE;
}

enum io connection_handshake(struct connection *connection)
{
	for (;;) {
		enum io io = tls_handshake(connection->tls);
		enum io flushed = connection_flush(connection);  /* an alert too */

		if (io != IO_AGAIN)
			return io;
		if (flushed == IO_BROKEN)
			return IO_BROKEN;
		io = receive_ciphertext(connection);
		if (io == IO_END)
			return IO_BROKEN;
		if (io != IO_DONE)
			return io;
	}
}

enum result connection_write(struct connection *connection, struct bytes octets)
{
	if (connection->tls == NULL)
		return buffer_add(&connection->outgoing, octets);
	return tls_write(connection->tls, octets) == IO_DONE ? OK : NO_MEMORY;
}

enum io connection_read(struct connection *connection, void *into, size_t size, size_t *got)
{
	if (connection->tls == NULL)
		return receive(connection, into, size, got);
	for (;;) {
		enum io io = tls_read(connection->tls, into, size, got);

		if (io != IO_AGAIN)
			return io;
		io = receive_ciphertext(connection);
		if (io == IO_END)
			return IO_BROKEN; /* RFC 8446 §6.1: an end without close_notify is no end */
		if (io != IO_DONE)
			return io;
	}
}

int connection_error(const struct connection *connection)
{
	return connection->error;
}

const struct tls *connection_tls(const struct connection *connection)
{
	return connection->tls;
}

int connection_descriptor(const struct connection *connection)
{
	return connection->descriptor;
}

void connection_end(struct connection *connection)
{
	tcp_cork(connection->descriptor, true);
	if (connection->tls != NULL)
		tls_say_goodbye(connection->tls);
	(void)connection_flush(connection);
	shutdown(connection->descriptor, SHUT_WR);
	tcp_cork(connection->descriptor, false);
}

enum io connection_await_end(struct connection *connection)
{
	uint8_t octets[RECEIVED_AT_ONCE];
	size_t got;

	/* Not for ever: who sends without end is looked at again after the deadline was. */
	for (int turn = 0; turn < 32; turn++) {
		enum io io = connection->ended ? IO_END :
						 receive(connection, octets, sizeof(octets), &got);

		if (io != IO_DONE)
			return io;
	}
	return IO_AGAIN;
}
