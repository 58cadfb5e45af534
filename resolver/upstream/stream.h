/* SPDX-License-Identifier: MIT */
/* stream.h — octets both ways between us and one server: over TCP as they are, or within TLS.
 *
 * Never waits. Whoever has a stream watches its descriptor for what stream_awaits() says, and
 * calls stream_open() until it is open, then reads and writes. Nothing can be written before it is
 * open: over TLS that is when the server has proved who it is. */
#ifndef XYLEM_UPSTREAM_STREAM_H
#define XYLEM_UPSTREAM_STREAM_H

#include <sys/types.h>

#include "resolver/upstream/tls.h"

/* Whom to reach. */
struct stream_peer {
	struct address      address;
	const struct name  *name;       /* over TLS: whom the certificate must name; else NULL */
	struct tls_rules   *rules;      /* over TLS */
};

struct stream {
	int            descriptor;
	struct address address;
	struct tls    *tls;             /* NULL: in clear */
	bool           is_connected;    /* TCP's handshake is over */
	bool           is_open;         /* TLS's too, if there is one */
};

/* 0; or what errno would say, negative: there is no stream then. */
MUST_USE int stream_start(struct stream *stream, const struct stream_peer *peer);

/* Says goodbye; the descriptor is closed by whoever watches it. */
void stream_end(struct stream *stream);

bool stream_is_to(const struct stream *stream, const struct stream_peer *peer);

/* The descriptor is ready for these events of epoll's. False: it will never open. */
MUST_USE bool stream_open(struct stream *stream, uint32_t events);

/* Of epoll's events, those to wait for; `unsent`: there is something to write. */
uint32_t stream_awaits(const struct stream *stream, bool unsent);

/* How many octets; 0: none now; -1: it has ended. */
MUST_USE ssize_t stream_read(struct stream *stream, void *into, size_t size);
MUST_USE ssize_t stream_write(struct stream *stream, const void *octets, size_t length);

/* What TLS has to say of a stream that hasn't opened, or NULL; and whether that is the server's
 * fault, not the network's. */
const char *stream_fault(const struct stream *stream);
bool        stream_is_refused(const struct stream *stream);

#endif
