/* SPDX-License-Identifier: MIT */
/* exchange_private.h — an exchange from the inside, for its transports.
 *
 * Life: started → pending → settled → told → dropped. Whoever learns the outcome settles it; the
 * one who waits is told from the loop's ready list, so nothing of his runs inside a transport.
 * When it is settled or dropped the transport lets go of it. */
#ifndef XYLEM_UPSTREAM_EXCHANGE_PRIVATE_H
#define XYLEM_UPSTREAM_EXCHANGE_PRIVATE_H

#include "resolver/loop_uv.h"
#include "resolver/upstream/cookie.h"
#include "resolver/upstream/query.h"

struct channel;

struct udp {
	struct watch watch;
};

struct tcp {
	struct channel *channel;  /* NULL: it has let go */
	struct list        place;       /* among that connection's exchanges */
	bool               alone;       /* nobody else on it */
	bool               came_late;   /* the connection was there before: it may be stale */
};

struct exchange {
	struct loop             *loop;
	void                   (*settled)(void *);
	void                    *subject;
	enum exchange_outcome    outcome;
	enum transport           transport;
	bool                     is_open;       /* the transport has something to let go */
	bool                     holds;         /* the loop, until it is told */
	bool                     vary_letters;
	struct cookie            cookie;        /* that was sent */
	unsigned                 strays;
	struct turn              turn;          /* tells */
	struct alarm             patience;
	uint64_t                 began_us, settled_us;
	struct exchange_findings findings;
	struct query             query;
	uint8_t                 *reply;         /* malloc'ed */
	size_t                   reply_length;
	char                    *fault;         /* malloc'ed; or NULL */
	union {
		struct udp udp;
		struct tcp tcp;
	};
};

/* Settles the exchange if the message matches; else counts a stray, which over UDP settles it too,
 * and over TCP when there are too many. Takes nothing: the message is copied. */
void exchange_arrived(struct exchange *x, struct bytes message);

/* For one that is pending. */
void exchange_settle(struct exchange *x, enum exchange_outcome outcome);

/* What TLS has to say, before it is settled; copied. NULL: nothing. */
void exchange_note_fault(struct exchange *x, const char *fault);

/* What a failed system call means: the network or the peer said no, or our own system did. */
bool error_is_unreachable(int error);

/* The transports. Start: NO_SOCKET when the system has none for us, and then nothing is open; it
 * may settle the exchange instead of opening anything. Close: once, if it is open. */
MUST_USE enum result exchange_udp_start(struct exchange *x, const struct address *to);
void                 exchange_udp_close(struct exchange *x);
MUST_USE enum result exchange_tcp_start(struct exchange *x, const struct exchange_request *request);
void                 exchange_tcp_close(struct exchange *x);

#endif
