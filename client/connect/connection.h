/* SPDX-License-Identifier: MIT */
/* connection.h — a connected socket, plain or with TLS on it.
 *
 * It owns the socket. Nothing happens in callbacks: the waker says "look again", and whoever is
 * woken handshakes, flushes and reads until IO_AGAIN. */
#ifndef XYLEM_CLIENT_CONNECTION_H
#define XYLEM_CLIENT_CONNECTION_H

#include "client/connect/address.h"
#include "client/connect/tls.h"
#include "client/connect/watch.h"

struct connection;

/* Takes the socket, even when it fails (NULL: no memory). */
struct connection *connection_new(uv_loop_t *loop, int descriptor, struct event_log *log,
				  struct waker waker);
void               connection_free(struct connection *connection);

/* From now on through TLS; TLS_FINE, or why not. */
enum tls_failure   connection_start_tls(struct connection *connection,
					const struct tls_wishes *wishes);
enum io            connection_handshake(struct connection *connection);

/* Queues octets; connection_flush() sends them. NO_MEMORY, or NO_SPACE beyond 1 GiB. */
MUST_USE enum result connection_write(struct connection *connection, struct bytes octets);

/* IO_DONE once nothing is left to send. */
enum io            connection_flush(struct connection *connection);
enum io            connection_read(struct connection *connection, void *into, size_t size,
				   size_t *got);

/* Why it is broken: an errno (0: not the socket's fault), and TLS's sentence ("" without TLS). */
int                connection_error(const struct connection *connection);
const struct tls  *connection_tls(const struct connection *connection);
int                connection_descriptor(const struct connection *connection);

/* close_notify and our FIN, in one segment: then we are the ones who close first, and the other
 * side's close_notify doesn't come between (CLIENT.md, traps). */
void               connection_end(struct connection *connection);

/* After connection_end(): what still comes is thrown away. IO_END: the other side has closed too.
 */
enum io            connection_await_end(struct connection *connection);

#endif
