/* SPDX-License-Identifier: MIT */
/* control.c — the door: from a socket file to connections, and the end of it all. */
#include "resolver/control/control.h"

#include "resolver/control/connection.h"
#include "resolver/observe/log.h"

#include <stdlib.h>
#include <unistd.h>

static void on_connection(uv_stream_t *server, int status)
{
	if (status != 0) {
		log_once_a_minute("control-accept", "control: %s", uv_strerror(status));
		return;
	}
	connection_accept(server->data);
}

static void on_closed(uv_handle_t *server)
{
	free(server->data);
}

/* From here on the memory is the loop's to free, since libuv knows the handle. */
static enum result listen_on(struct control *control, char why[CONTROL_WHY_SIZE])
{
	int error = uv_pipe_open(&control->server, control->socket.descriptor);

	if (error != 0)
		close(control->socket.descriptor);
	else
		error = uv_listen((uv_stream_t *)&control->server, CONTROL_CONNECTIONS,
				  on_connection);
	if (error == 0)
		return OK;
	snprintf(why, CONTROL_WHY_SIZE, "%s: %s", control->socket.path, uv_strerror(error));
	control_stop(control);
	return NO_SOCKET;
}

enum result control_start(uv_loop_t *loop, const struct control_settings *settings,
			  const struct control_host *host, struct control **into,
			  char why[CONTROL_WHY_SIZE])
{
	struct control *control = calloc(1, sizeof(*control));
	enum result result;

	*into = NULL;
	if (control == NULL) {
		snprintf(why, CONTROL_WHY_SIZE, "no memory for the control socket");
		return NO_MEMORY;
	}
	control->host = *host;
	list_init(&control->connections);
	result = control_socket_open(settings, &control->socket, why);
	if (result != OK) {
		free(control);
		return result;
	}
	uv_pipe_init(loop, &control->server, 0);
	control->server.data = control;
	result = listen_on(control, why);
	if (result == OK)
		*into = control;
	return result;
}

void control_stop(struct control *control)
{
	if (control == NULL)
		return;
	connections_hang_up(control);
	control_socket_remove(&control->socket);
	uv_close((uv_handle_t *)&control->server, on_closed);
}
