/* SPDX-License-Identifier: MIT */
/* oddnames.c — the lab's name servers with quirks: each passes queries on to a good server and
 * spoils something on the way.
 *
 *   oddnames QUIRK ADDRESS TARGET [QUIRK ADDRESS TARGET]...
 *
 * ADDRESS and TARGET are IPv4 addresses, the port is 53. The quirks are in the table below;
 * "late=MILLISECONDS" is one, too. UDP goes through one poll loop; a TCP connection gets a child of
 * its own that copies octets both ways. Run by tests/lab/inside.sh inside the lab only. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
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

enum {
	DOORS = 32,             /* quirks at once */
	WAITING = 256,          /* queries on their way; the oldest gives way */
	MESSAGE = 4096,         /* octets of a datagram */
	HEADER = 12,            /* octets of a DNS header */
	PATIENCE = 5000,        /* milliseconds that the good server has */
	TCP_PATIENCE = 30000,   /* milliseconds that a connection may be idle */
	PORT = 53,
};

enum quirk {
	QUIRK_LATE,             /* replies after a while */
	QUIRK_LOSSY,            /* every other query is lost */
	QUIRK_TCP_ONLY,         /* silent over UDP */
	QUIRK_CUT,              /* every reply over UDP is truncated */
	QUIRK_CUT_NO_TCP,       /* the same, and nobody listens on TCP */
	QUIRK_EDNS_SILENT,      /* queries with EDNS are lost */
	QUIRK_EDNS_FORMERR,     /* queries with EDNS are called malformed */
	QUIRK_EDNS_NOTIMP,      /* queries with EDNS are called not implemented */
	QUIRK_LOWER_CASE,       /* the question comes back in small letters */
	QUIRK_STRAY_ID,         /* a reply with a wrong id comes first */
	QUIRK_STRAY_QUESTION,   /* a reply to another question comes first */
	QUIRK_STRAY_PORT,       /* a reply from another port comes first */
	QUIRK_SHORT,            /* replies of eleven octets */
	QUIRK_NO_QR,            /* replies that say they are queries */
	QUIRK_NO_AA,            /* replies without authority */
	QUIRK_DOUBLE,           /* every reply twice */
	QUIRK_FLAPPING,         /* every other reply is SERVFAIL */
	QUIRK_ECHO,             /* the query comes back as it was */
};

static const char *const quirk_names[] = {
	[QUIRK_LATE] = "late",
	[QUIRK_LOSSY] = "lossy",
	[QUIRK_TCP_ONLY] = "tcp-only",
	[QUIRK_CUT] = "cut",
	[QUIRK_CUT_NO_TCP] = "cut-no-tcp",
	[QUIRK_EDNS_SILENT] = "edns-silent",
	[QUIRK_EDNS_FORMERR] = "edns-formerr",
	[QUIRK_EDNS_NOTIMP] = "edns-notimp",
	[QUIRK_LOWER_CASE] = "lower-case",
	[QUIRK_STRAY_ID] = "stray-id",
	[QUIRK_STRAY_QUESTION] = "stray-question",
	[QUIRK_STRAY_PORT] = "stray-port",
	[QUIRK_SHORT] = "short",
	[QUIRK_NO_QR] = "no-qr",
	[QUIRK_NO_AA] = "no-aa",
	[QUIRK_DOUBLE] = "double",
	[QUIRK_FLAPPING] = "flapping",
	[QUIRK_ECHO] = "echo",
};

enum { RCODE_FORMERR = 1, RCODE_SERVFAIL = 2, RCODE_NOTIMP = 4 };

struct waiting {
	bool used;
	bool replied;           /* the reply is here and waits for its time */
	struct sockaddr_in asker;
	uint8_t id[2];          /* the asker's */
	int64_t due;            /* when the reply leaves, or the query is given up */
	uint8_t reply[MESSAGE];
	size_t length;
};

struct door {
	enum quirk quirk;
	int delay;              /* milliseconds */
	int udp, tcp;           /* towards the askers; tcp is -1 if nobody listens */
	int upstream;           /* connected to the good server */
	struct sockaddr_in target;
	unsigned count;         /* queries so far */
	struct waiting waiting[WAITING];
};

static struct door doors[DOORS];
static size_t door_count;

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void die(const char *what, const char *which)
{
	fprintf(stderr, "oddnames: %s %s: %s\n", what, which, strerror(errno));
	exit(1);
}

static struct sockaddr_in read_address(const char *text)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(PORT) };

	if (inet_pton(AF_INET, text, &a.sin_addr) != 1) {
		errno = EINVAL;
		die("no IPv4 address:", text);
	}
	return a;
}

static int open_socket(int type, const struct sockaddr_in *at, const char *text)
{
	int fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1;

	if (fd < 0)
		die("no socket for", text);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)at, sizeof(*at)) != 0)
		die("cannot bind", text);
	if (type == SOCK_STREAM && listen(fd, 64) != 0)
		die("cannot listen on", text);
	return fd;
}

static void open_door(const char *quirk, const char *address, const char *target)
{
	struct door *d = &doors[door_count];
	struct sockaddr_in at = read_address(address);
	size_t kinds = sizeof(quirk_names) / sizeof(quirk_names[0]);
	size_t length = strcspn(quirk, "=");
	size_t kind = 0;

	while (kind < kinds && (strlen(quirk_names[kind]) != length ||
				strncmp(quirk, quirk_names[kind], length) != 0))
		kind++;
	if (kind == kinds || door_count == DOORS) {
		errno = EINVAL;
		die(kind == kinds ? "no such quirk:" : "too many quirks at", quirk);
	}
	d->quirk = (enum quirk)kind;
	d->delay = quirk[length] == '=' ? atoi(quirk + length + 1) : 0;
	d->target = read_address(target);
	d->udp = open_socket(SOCK_DGRAM, &at, address);
	d->tcp = d->quirk == QUIRK_CUT_NO_TCP ? -1 : open_socket(SOCK_STREAM, &at, address);
	d->upstream = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (d->upstream < 0 ||
	    connect(d->upstream, (struct sockaddr *)&d->target, sizeof(d->target)) != 0)
		die("no way to", target);
	door_count++;
}

static void say(int fd, const struct sockaddr_in *to, const void *message, size_t length)
{
	sendto(fd, message, length, MSG_NOSIGNAL, (const struct sockaddr *)to, sizeof(*to));
}

/* The octets of header and question; 0 if there is no question to be seen. */
static size_t question_end(const uint8_t *message, size_t length)
{
	size_t at = HEADER;

	while (at < length && message[at] != 0) {
		if (message[at] > 63)
			return 0;
		at += 1u + message[at];
	}
	return at + 5 <= length ? at + 5 : 0;
}

/* Makes a query into a reply of header and question only. */
static size_t make_bare_reply(uint8_t *message, size_t length, unsigned rcode)
{
	size_t end = question_end(message, length);

	if (end == 0)
		return 0;
	message[2] |= 0x80;
	message[3] = (uint8_t)rcode;
	memset(message + 6, 0, 6);
	return end;
}

/* What the door says at once, without the good server. True if the query goes no further. */
static bool refuse(struct door *d, const struct sockaddr_in *asker, uint8_t *query, size_t length)
{
	bool edns = query[10] != 0 || query[11] != 0;
	unsigned rcode = 0;

	switch (d->quirk) {
	case QUIRK_LOSSY:
		return d->count % 2 == 1;
	case QUIRK_TCP_ONLY:
		return true;
	case QUIRK_EDNS_SILENT:
		return edns;
	case QUIRK_ECHO:
		say(d->udp, asker, query, length);
		return true;
	case QUIRK_CUT:
	case QUIRK_CUT_NO_TCP:
		query[2] |= 0x02;
		break;
	case QUIRK_EDNS_FORMERR:
		if (!edns)
			return false;
		rcode = RCODE_FORMERR;
		break;
	case QUIRK_EDNS_NOTIMP:
		if (!edns)
			return false;
		rcode = RCODE_NOTIMP;
		break;
	case QUIRK_FLAPPING:
		if (d->count % 2 == 0)
			return false;
		rcode = RCODE_SERVFAIL;
		break;
	case QUIRK_LATE:
	case QUIRK_LOWER_CASE:
	case QUIRK_STRAY_ID:
	case QUIRK_STRAY_QUESTION:
	case QUIRK_STRAY_PORT:
	case QUIRK_SHORT:
	case QUIRK_NO_QR:
	case QUIRK_NO_AA:
	case QUIRK_DOUBLE:
		return false;
	}
	length = make_bare_reply(query, length, rcode);
	if (length > 0)
		say(d->udp, asker, query, length);
	return true;
}

/* The place in the table is the id that the good server sees. */
static void take_query(struct door *d)
{
	uint8_t query[MESSAGE];
	struct sockaddr_in asker;
	socklen_t size = sizeof(asker);
	ssize_t n = recvfrom(d->udp, query, sizeof(query), 0, (struct sockaddr *)&asker, &size);
	struct waiting *w;
	unsigned place;

	if (n < HEADER || (query[2] & 0x80) != 0)
		return;
	d->count++;
	if (refuse(d, &asker, query, (size_t)n))
		return;
	place = d->count % WAITING;
	w = &d->waiting[place];
	*w = (struct waiting){
		.used = true,
		.asker = asker,
		.id = { query[0], query[1] },
		.due = now() + PATIENCE,
	};
	query[0] = (uint8_t)(place >> 8);
	query[1] = (uint8_t)place;
	send(d->upstream, query, (size_t)n, MSG_NOSIGNAL);
}

static void take_reply(struct door *d)
{
	uint8_t reply[MESSAGE];
	ssize_t n = recv(d->upstream, reply, sizeof(reply), 0);
	struct waiting *w;

	if (n < HEADER || reply[0] != 0)
		return;
	w = &d->waiting[reply[1]];
	if (!w->used || w->replied)
		return;
	memcpy(w->reply, reply, (size_t)n);
	memcpy(w->reply, w->id, 2);
	w->length = (size_t)n;
	w->replied = true;
	w->due = now() + d->delay;
}

static void say_from_elsewhere(const struct waiting *w)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	say(fd, &w->asker, w->reply, w->length);
	close(fd);
}

static void say_first(const struct door *d, const struct waiting *w, size_t at, uint8_t flip)
{
	uint8_t copy[MESSAGE];

	memcpy(copy, w->reply, w->length);
	if (at < w->length)
		copy[at] ^= flip;
	say(d->udp, &w->asker, copy, w->length);
}

/* Lets a reply go, with what the quirk does to it. */
static void let_go(struct door *d, struct waiting *w)
{
	size_t end = question_end(w->reply, w->length);

	w->used = false;
	if (!w->replied)
		return;
	if (d->quirk == QUIRK_LOWER_CASE) {
		for (size_t i = HEADER; i + 4 < end; i++)
			w->reply[i] = (uint8_t)tolower(w->reply[i]);    /* lengths are below 'A' */
	}
	if (d->quirk == QUIRK_STRAY_ID)
		say_first(d, w, 0, 0x55);
	if (d->quirk == QUIRK_STRAY_QUESTION)
		say_first(d, w, HEADER + 1, 0x01);
	if (d->quirk == QUIRK_STRAY_PORT)
		say_from_elsewhere(w);
	if (d->quirk == QUIRK_NO_QR)
		w->reply[2] &= 0x7f;
	if (d->quirk == QUIRK_NO_AA)
		w->reply[2] &= 0xfb;
	if (d->quirk == QUIRK_SHORT)
		w->length = HEADER - 1;
	if (d->quirk == QUIRK_DOUBLE)
		say(d->udp, &w->asker, w->reply, w->length);
	say(d->udp, &w->asker, w->reply, w->length);
}

/* Copies what comes on one socket to the other; false at the end. */
static bool copy(int from, int to)
{
	char buffer[MESSAGE];
	ssize_t n = recv(from, buffer, sizeof(buffer), 0);

	return n > 0 && send(to, buffer, (size_t)n, MSG_NOSIGNAL) == n;
}

/* A child's whole life: one connection, both ways, until either side ends it or is idle. */
static void relay(const struct door *d, int asker)
{
	int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pollfd polls[2] = { { .fd = asker, .events = POLLIN },
				   { .fd = server, .events = POLLIN } };

	if (server < 0 ||
	    connect(server, (const struct sockaddr *)&d->target, sizeof(d->target)) != 0)
		return;
	if (d->delay > 0)
		usleep((useconds_t)d->delay * 1000);
	while (poll(polls, 2, TCP_PATIENCE) > 0) {
		if (polls[0].revents != 0 && !copy(asker, server))
			return;
		if (polls[1].revents != 0 && !copy(server, asker))
			return;
	}
}

static void take_connection(const struct door *d)
{
	int asker = accept4(d->tcp, NULL, NULL, SOCK_CLOEXEC);

	if (asker < 0)
		return;
	if (fork() == 0) {
		relay(d, asker);
		_exit(0);
	}
	close(asker);
}

/* Lets go whatever is due. Returns the milliseconds until the next is, -1 if none waits. */
static int let_due_go(void)
{
	int64_t time = now();
	int64_t soonest = INT64_MAX;

	for (size_t i = 0; i < door_count; i++) {
		for (size_t j = 0; j < WAITING; j++) {
			struct waiting *w = &doors[i].waiting[j];

			if (w->used && w->due <= time)
				let_go(&doors[i], w);
			else if (w->used && w->due < soonest)
				soonest = w->due;
		}
	}
	return soonest == INT64_MAX ? -1 : (int)(soonest - time);
}

static void serve(void)
{
	struct pollfd polls[3 * DOORS];

	for (size_t i = 0; i < door_count; i++) {
		polls[3 * i] = (struct pollfd){ .fd = doors[i].udp, .events = POLLIN };
		polls[3 * i + 1] = (struct pollfd){ .fd = doors[i].upstream, .events = POLLIN };
		polls[3 * i + 2] = (struct pollfd){ .fd = doors[i].tcp, .events = POLLIN };
	}
	if (poll(polls, 3 * door_count, let_due_go()) < 0 && errno != EINTR)
		die("poll", "failed");
	for (size_t i = 0; i < door_count; i++) {
		if (polls[3 * i].revents != 0)
			take_query(&doors[i]);
		if (polls[3 * i + 1].revents != 0)
			take_reply(&doors[i]);
		if (polls[3 * i + 2].revents != 0)
			take_connection(&doors[i]);
	}
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);       /* the kernel buries them */
	for (int i = 1; i + 2 < argc; i += 3)
		open_door(argv[i], argv[i + 1], argv[i + 2]);
	for (;;)
		serve();
}
