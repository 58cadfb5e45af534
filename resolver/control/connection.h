/* SPDX-License-Identifier: MIT */
/* connection.h — one who speaks with the daemon.
 *
 * Requests are answered one by one, in order; while a reply is on its way nothing more is read,
 * so a connection holds one request and one reply at most. A connection frees itself when it is
 * hung up on. */
#ifndef XYLEM_CONTROL_CONNECTION_H
#define XYLEM_CONTROL_CONNECTION_H

#include "cache/base/list.h"
#include "resolver/control/control.h"
#include "resolver/control/socket.h"

struct control {
	uv_pipe_t             server;
	struct control_socket socket;
	struct control_host   host;
	struct list           connections;
};

/* Takes the next connection from the server's queue; says why not, if not, and hangs up. */
void connection_accept(struct control *control);

/* On all of them. */
void connections_hang_up(struct control *control);

#endif
