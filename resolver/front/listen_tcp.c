/* SPDX-License-Identifier: MIT */
/* listen_tcp.c — connections come in: how many of whom, and what happens when there are no
 * descriptors left. */
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#include "resolver/front/inside.h"
#include "resolver/loop_uv.h"

enum { BACKLOG = 256, COMPLAIN_EVERY_MS = 60 * 1000 };

struct listener {
	struct list   place;
	struct front *front;
	uv_poll_t     poll;
	struct alarm  pause;            /* while the system has no descriptors */
	int           fd;
};

/* Once a minute at most: this happens thousands of times or never. */
static void complain(struct front *front, const char *line)
{
	uint64_t now = front->loop->now_ms;

	if (front->settings->log == NULL)
		return;
	if (front->complained_ms != 0 && now - front->complained_ms < COMPLAIN_EVERY_MS)
		return;
	front->complained_ms = now;
	front->settings->log(LOG_WARNING, line);
}

static unsigned most_per_client(const struct front *front)
{
	unsigned most = front->settings->tcp_per_client;

	return most == 0 ? MAX_TCP_PER_CLIENT : most;
}

/* Whether there is room for one more connection of this client. */
static bool has_room(struct front *front, const struct address *peer)
{
	if (connections_of(front, peer) >= most_per_client(front) &&
	    !connections_make_room_of(front, peer))
		return false;
	if (front->connection_count < front->most_connections)
		return true;
	return connections_make_room(front);
}

static void welcome(struct front *front, int fd, const struct sockaddr_storage *from)
{
	struct address peer = address_from_socket(from);
	const int yes = 1;

	if (!has_room(front, &peer)) {
		figure_add(&front->figures.tcp_turned_away, 1);
		close(fd);
		return;
	}
	figure_add(&front->figures.tcp_accepted, 1);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	connection_new(front, fd, &peer);
}

static void on_connections(uv_poll_t *poll, int status, int events);

static void listen_again(struct alarm *alarm)
{
	struct listener *listener = container_of(alarm, struct listener, pause);

	if (!listener->front->stopping)
		(void)uv_poll_start(&listener->poll, UV_READABLE, on_connections);
}

/* The backlog would wake us at once again: so nobody looks for a moment. */
static void pause_listening(struct listener *listener)
{
	uv_poll_stop(&listener->poll);
	if (alarm_set(listener->front->loop, &listener->pause, PAUSE_MS) != OK)
		listen_again(&listener->pause);
}

static bool is_out_of_descriptors(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

/* False: nothing more to accept now. */
static bool accept_one(struct listener *listener)
{
	struct front *front = listener->front;
	struct sockaddr_storage from = { 0 };
	socklen_t length = sizeof(from);
	int fd = accept4(listener->fd, (struct sockaddr *)&from, &length,
			 SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0) {
		welcome(front, fd, &from);
		return true;
	}
	if (errno == EAGAIN)
		return false;
	if (!is_out_of_descriptors(errno))
		return true;            /* this one was gone before it was accepted */
	complain(front, "no descriptors left for TCP clients; raise LimitNOFILE= (ulimit -n)");
	if (!connections_make_room(front))
		pause_listening(listener);
	return false;
}

static void on_connections(uv_poll_t *poll, int status, int events)
{
	struct listener *listener = poll->data;

	loop_look_at_clocks(listener->front->loop);
	if (status < 0) {
		pause_listening(listener);
		return;
	}
	for (unsigned i = 0; i < ACCEPTS_PER_WAKE; i++) {
		if (!accept_one(listener))
			return;
	}
}

/* Whoever bound the socket may have called listen() too. */
static bool is_listening(int fd)
{
	int listening = 0;
	socklen_t length = sizeof(listening);

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) != 0)
		return false;
	return listening != 0 || listen(fd, BACKLOG) == 0;
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

enum result front_add_tcp(struct front *front, int fd)
{
	struct listener *listener = calloc(1, sizeof(*listener));

	if (listener == NULL) {
		close(fd);
		return NO_MEMORY;
	}
	listener->front = front;
	listener->fd = fd;
	listener->poll.data = listener;
	alarm_init(&listener->pause, listen_again);
	if (!is_listening(fd) ||
	    uv_poll_init(loop_uv_of(front->loop), &listener->poll, fd) != 0) {
		free(listener);
		close(fd);
		return NO_SOCKET;
	}
	list_append(&front->listeners, &listener->place);
	if (uv_poll_start(&listener->poll, UV_READABLE, on_connections) != 0)
		return NO_SOCKET;       /* linked: front_free() closes it */
	return OK;
}

static void stop_listening(struct front *front)
{
	struct list *place;

	while ((place = list_take_first(&front->listeners)) != NULL) {
		struct listener *listener = container_of(place, struct listener, place);

		alarm_cancel(front->loop, &listener->pause);
		uv_close((uv_handle_t *)&listener->poll, on_closed);
		close(listener->fd);    /* libuv has forgotten it already */
	}
}

void tcp_stop(struct front *front)
{
	stop_listening(front);
	connections_stop(front);
}

void front_close_tcp(struct front *front)
{
	stop_listening(front);
	connections_close(front);
}
