/* SPDX-License-Identifier: MIT */
/* exchange_private.h — an exchange from the inside, for the two transports.
 *
 * Life: started → pending → settled → dropped. A transport tells what it learnt by
 * exchange_arrived() or exchange_settle(), and touches nothing of the exchange after them:
 * whoever waits may have dropped it. Its libuv handles count in `handles`; when settled or
 * dropped the transport is asked to close them, and the memory goes with the last close
 * callback, not before. */
#ifndef XYLEM_UPSTREAM_EXCHANGE_PRIVATE_H
#define XYLEM_UPSTREAM_EXCHANGE_PRIVATE_H

#include <uv.h>

#include "resolver/upstream/cookie.h"
#include "resolver/upstream/query.h"

struct udp {
	uv_poll_t poll;
	int       descriptor;
};

struct tcp {
	uv_tcp_t     stream;
	uv_connect_t connect;
	uv_write_t   write;
	uint8_t      length[LENGTH_OCTETS];     /* of the message that comes … */
	size_t       arrived;                   /* … and how many octets of both are here */
	uint8_t     *message;
	size_t       message_length;
};

struct exchange {
	struct loop          *loop;
	void                (*settled)(void *);
	void                 *subject;
	enum exchange_outcome outcome;
	enum transport        transport;
	bool                  vary_letters;
	struct cookie         cookie;           /* that was sent */
	bool                  dropped;
	unsigned              handles;          /* of libuv, that may still call back */
	unsigned              strays;
	struct turn           turn;             /* tells of what was known before the loop ran */
	struct alarm          patience;
	uint64_t              began_us, settled_us;
	struct exchange_findings findings;
	struct query          query;
	uint8_t              *reply;            /* malloc'ed */
	size_t                reply_length;
	union {
		struct udp udp;
		struct tcp tcp;
	};
};

/* Settles the exchange if the message matches; else counts a stray, which over UDP settles it too,
 * and over TCP when there are too many. Takes nothing: the message is copied. True: settled, and
 * perhaps gone. */
bool exchange_arrived(struct exchange *x, struct bytes message);

/* Tells of the outcome now: only from a callback of the loop. */
void exchange_settle(struct exchange *x, enum exchange_outcome outcome);

/* Tells of it in the loop's next round: for what is known while the exchange is being started. */
void exchange_settle_soon(struct exchange *x, enum exchange_outcome outcome);

/* For uv_close(): counts a handle out, and frees the exchange behind the last one if it was
 * dropped. */
void exchange_handle_closed(uv_handle_t *handle);

/* What a failed system call, as libuv names it, means: the network or the peer said no, or our
 * own system did. */
bool error_is_unreachable(int error);

/* The transports. Start: NO_SOCKET when the system has none for us, and then nothing is open;
 * close: at most once. */
MUST_USE enum result exchange_udp_start(struct exchange *x, const struct address *to);
void                 exchange_udp_close(struct exchange *x);
MUST_USE enum result exchange_tcp_start(struct exchange *x, const struct address *to);
void                 exchange_tcp_close(struct exchange *x);

#endif
