/* SPDX-License-Identifier: MIT */
/* oddserver.c — the lab's servers that misbehave as no real server will on demand.
 *
 *   oddserver MODE ADDRESS PORT [MODE ADDRESS PORT]...
 *
 * Modes, each a door that is opened on the address and port:
 *   silent  UDP and TCP: takes everything, never says a word (nothing is even read)
 *   stuck   TCP: the handshake never completes (the queue of waiting connections is full)
 *   slam    TCP: every connection is closed as soon as it is made
 *   http    TCP: an HTTP/1.1 server whose answers depend on the path, see odd_pages.c
 *
 * One thread, one poll loop. An answer is a short script of acts (send, wait, close, ...), so that
 * each oddity can be read in the table. Run by tests/lab/inside.sh inside the lab only; it opens
 * nothing else. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "oddserver.h"

enum {
	DOORS = 64,             /* sockets that wait */
	GUESTS = 256,           /* connections at once; more have to wait in the kernel */
	REQUEST = 16384,        /* octets of a request's head */
	PATIENCE = 60000,       /* milliseconds after which any connection ends */
	BURST = 1000,           /* sends in a row */
};

enum door_kind {
	DOOR_SILENT,            /* never polled */
	DOOR_SLAM,
	DOOR_HTTP,
};

struct door {
	enum door_kind kind;
	int socket;
};

/* One connection to an http door: reads the head of a request, then plays its page's script. */
struct guest {
	int socket;             /* -1: this place is free */
	char request[REQUEST];
	size_t length;
	const struct act *act;  /* NULL while the request is being read */
	size_t sent;            /* octets of the act that are on their way */
	unsigned rounds;        /* repetitions of the act that are left */
	int64_t wake;           /* nothing happens before this time */
	int64_t end;            /* when patience ends */
};

static struct door doors[DOORS];
static size_t door_count;
static struct guest guests[GUESTS];

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void die(const char *what, const char *address)
{
	fprintf(stderr, "oddserver: %s %s: %s\n", what, address, strerror(errno));
	exit(1);
}

/* Reads an address of either family; false if it is none. */
static bool read_address(const char *text, unsigned port, struct sockaddr_storage *out,
			 socklen_t *length)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		*length = sizeof(*v4);
		return true;
	}
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		*length = sizeof(*v6);
		return true;
	}
	return false;
}

static int open_socket(int type, const char *address, unsigned port)
{
	struct sockaddr_storage where;
	socklen_t length;
	int on = 1;
	int fd;

	if (!read_address(address, port, &where, &length)) {
		errno = EINVAL;
		die("not an address:", address);
	}
	fd = socket(where.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		die("no socket for", address);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (where.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&where, length) != 0)
		die("cannot bind", address);
	return fd;
}

static void add_door(enum door_kind kind, int fd)
{
	if (door_count == DOORS) {
		fprintf(stderr, "oddserver: more than %d doors\n", DOORS);
		exit(1);
	}
	doors[door_count++] = (struct door){ .kind = kind, .socket = fd };
}

static void open_listener(enum door_kind kind, const char *address, unsigned port)
{
	int fd = open_socket(SOCK_STREAM, address, port);

	if (listen(fd, 64) != 0)
		die("cannot listen on", address);
	add_door(kind, fd);
}

static void open_silent(const char *address, unsigned port)
{
	add_door(DOOR_SILENT, open_socket(SOCK_DGRAM, address, port));
	open_listener(DOOR_SILENT, address, port);
}

/* A queue of one place, which we fill ourselves: from then on the kernel drops every SYN. */
static void open_stuck(const char *address, unsigned port)
{
	struct sockaddr_storage where;
	socklen_t length;
	int fd = open_socket(SOCK_STREAM, address, port);

	if (listen(fd, 0) != 0)
		die("cannot listen on", address);
	add_door(DOOR_SILENT, fd);
	read_address(address, port, &where, &length);
	for (int i = 0; i < 3; i++) {
		int filler = socket(where.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

		if (filler < 0)
			die("no socket for", address);
		connect(filler, (struct sockaddr *)&where, length);     /* stays open for ever */
	}
}

static void guest_leave(struct guest *g)
{
	close(g->socket);
	g->socket = -1;
}

/* A reset instead of a close. */
static void guest_reset(struct guest *g)
{
	struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(g->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	guest_leave(g);
}

static void guest_next_act(struct guest *g, const struct act *act)
{
	g->act = act;
	g->sent = 0;
	g->rounds = act->times > 0 ? act->times : 1;
}

/* Sends what the act has; one octet at a time if it has a pause. True when it is all out. */
static bool guest_send(struct guest *g)
{
	const struct act *a = g->act;
	size_t length = a->length > 0 ? a->length : strlen(a->text);

	for (int burst = 0; g->rounds > 0; burst++) {
		size_t part = a->pause > 0 ? 1 : length - g->sent;
		ssize_t n;

		if (burst == BURST)
			return false;           /* others want to be served too */
		n = send(g->socket, a->text + g->sent, part, MSG_NOSIGNAL);
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			g->wake = now() + 5;
			return false;
		}
		if (n < 0) {
			guest_leave(g);
			return false;
		}
		g->sent += (size_t)n;
		if (g->sent == length) {
			g->sent = 0;
			g->rounds--;
		}
		if (a->pause > 0) {
			g->wake = now() + a->pause;
			return g->rounds == 0;
		}
	}
	return true;
}

/* Plays the script until it has to wait or is over. */
static void guest_play(struct guest *g)
{
	while (g->socket >= 0 && g->act != NULL && g->wake <= now()) {
		switch (g->act->kind) {
		case ACT_SEND:
			if (!guest_send(g))
				return;
			break;
		case ACT_WAIT:
			g->wake = now() + g->act->pause;
			break;
		case ACT_HOLD:
			g->wake = g->end;
			return;
		case ACT_RESET:
			guest_reset(g);
			return;
		case ACT_AGAIN:
			g->act = NULL;
			g->length = 0;
			return;
		case ACT_CLOSE:
			shutdown(g->socket, SHUT_WR);
			guest_leave(g);
			return;
		}
		guest_next_act(g, g->act + 1);
	}
}

/* The path of "GET /path HTTP/1.1", or "/" if there is none to be seen. */
static void request_path(const struct guest *g, char *path, size_t size)
{
	const char *begin = strchr(g->request, ' ');
	size_t length;

	snprintf(path, size, "/");
	if (begin == NULL)
		return;
	length = strcspn(++begin, " ?\r\n");
	if (length > 0 && length < size)
		snprintf(path, size, "%.*s", (int)length, begin);
}

static void guest_read(struct guest *g)
{
	char path[256];
	ssize_t n = recv(g->socket, g->request + g->length, REQUEST - 1 - g->length, 0);

	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return;
	if (n <= 0) {
		guest_leave(g);
		return;
	}
	g->length += (size_t)n;
	g->request[g->length] = '\0';
	if (strstr(g->request, "\r\n\r\n") == NULL && g->length < REQUEST - 1 &&
	    memchr(g->request, 22, 1) == NULL)
		return;
	request_path(g, path, sizeof(path));
	guest_next_act(g, odd_page_find(path));
}

static struct guest *guest_place(void)
{
	for (size_t i = 0; i < GUESTS; i++) {
		if (guests[i].socket < 0)
			return &guests[i];
	}
	return NULL;
}

static void door_answer(const struct door *d)
{
	struct guest *g = guest_place();
	int on = 1;
	int fd;

	if (g == NULL && d->kind == DOOR_HTTP)
		return;
	fd = accept4(d->socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return;
	if (d->kind == DOOR_SLAM) {
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	g->socket = fd;
	g->length = 0;
	g->act = NULL;
	g->wake = 0;
	g->end = now() + PATIENCE;
}

/* A guest that waits for nothing but our silence may go when he hangs up. */
static short guest_interest(const struct guest *g)
{
	if (g->act == NULL)
		return POLLIN;
	return g->act->kind == ACT_HOLD ? POLLRDHUP : 0;
}

/* Fills in what to wait for; the owner of each place is kept beside it. Returns the count, sets the
 * time to wait. */
static nfds_t gather(struct pollfd *polls, struct guest **owners, int *timeout)
{
	int64_t soonest = INT64_MAX;
	int64_t time = now();
	nfds_t n = 0;

	for (size_t i = 0; i < door_count; i++)
		polls[n++] = (struct pollfd){
			.fd = doors[i].kind == DOOR_SILENT ? -1 : doors[i].socket,
			.events = POLLIN,
		};
	for (size_t i = 0; i < GUESTS; i++) {
		struct guest *g = &guests[i];
		int64_t due;

		if (g->socket < 0)
			continue;
		due = g->act != NULL && g->wake < g->end ? g->wake : g->end;
		if (due < soonest)
			soonest = due;
		owners[n] = g;
		polls[n++] = (struct pollfd){ .fd = g->socket, .events = guest_interest(g) };
	}
	*timeout = -1;
	if (soonest != INT64_MAX)
		*timeout = soonest > time ? (int)(soonest - time) : 0;
	return n;
}

static void serve(void)
{
	struct pollfd polls[DOORS + GUESTS];
	struct guest *owners[DOORS + GUESTS];
	int timeout;
	nfds_t n = gather(polls, owners, &timeout);

	if (poll(polls, n, timeout) < 0 && errno != EINTR)
		die("poll", "failed");
	for (nfds_t i = door_count; i < n; i++) {
		struct guest *g = owners[i];

		if (g->act == NULL && polls[i].revents != 0)
			guest_read(g);
		else if (polls[i].revents & (POLLERR | POLLHUP | POLLRDHUP))
			guest_leave(g);
		if (g->socket >= 0)
			guest_play(g);
		if (g->socket >= 0 && now() >= g->end)
			guest_leave(g);
	}
	for (size_t i = 0; i < door_count; i++) {
		if (doors[i].kind != DOOR_SILENT && polls[i].revents != 0)
			door_answer(&doors[i]);
	}
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < GUESTS; i++)
		guests[i].socket = -1;
	for (int i = 1; i + 2 < argc; i += 3) {
		unsigned port = (unsigned)atoi(argv[i + 2]);

		if (strcmp(argv[i], "silent") == 0)
			open_silent(argv[i + 1], port);
		else if (strcmp(argv[i], "stuck") == 0)
			open_stuck(argv[i + 1], port);
		else if (strcmp(argv[i], "slam") == 0)
			open_listener(DOOR_SLAM, argv[i + 1], port);
		else if (strcmp(argv[i], "http") == 0)
			open_listener(DOOR_HTTP, argv[i + 1], port);
		else
			return fprintf(stderr, "oddserver: no such mode: %s\n", argv[i]), 2;
	}
	for (;;)
		serve();
}
