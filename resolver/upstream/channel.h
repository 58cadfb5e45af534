/* SPDX-License-Identifier: MIT */
/* channel.h — a connection to one server, kept, and shared by the queries under way on it (RFC 7766
 * §6.2).
 *
 * Queries are told apart by their ids; replies come in any order. One that has nothing under way
 * is kept for a while: as long as the server said (RFC 7828), or UPSTREAM_IDLE_MS. Nothing of
 * those who wait runs in here: exchange_settle() only makes ready. */
#ifndef XYLEM_UPSTREAM_CHANNEL_H
#define XYLEM_UPSTREAM_CHANNEL_H

#include "resolver/upstream/exchange_private.h"
#include "resolver/upstream/stream.h"

/* All of one loop's, the one that was quiet longest first. */
struct pool {
	struct loop      *loop;
	struct list       all;
	unsigned          count;
	struct tls_rules *rules;        /* of new connections; NULL: no TLS was needed yet */
};

struct channel {
	struct list   place;            /* in the pool */
	struct pool  *pool;
	struct stream stream;
	struct watch  watch;
	uint32_t      awaited;          /* the events that it is watched for */
	struct alarm  idle;
	struct list   exchanges;        /* under way */
	unsigned      under_way;
	unsigned      replies, strays;
	bool          is_closed_to_more;
	bool          is_reading;       /* it must stay until that is over */
	uint32_t      idle_ms;          /* how long it is kept with nothing under way */
	uint64_t      heard_us;         /* when something last arrived */
	uint8_t      *unsent;           /* queries, with their lengths … */
	size_t        unsent_length, unsent_room;
	uint8_t       length[LENGTH_OCTETS];    /* of the message that comes … */
	size_t        arrived;                  /* … and how many octets of both are here */
	uint8_t      *message;
	size_t        message_length;
};

/* Takes the stream. NULL: no memory, or the system can't watch it; then it stays the caller's. */
MUST_USE struct channel *channel_new(struct pool *pool, const struct stream *stream);

/* With nothing under way. */
void channel_close(struct channel *c);

/* Whoever is under way on it is told that it has ended. */
void channel_break(struct channel *c);

/* The query goes out as soon as the stream takes it. NO_SOCKET: no memory. */
MUST_USE enum result channel_join(struct channel *c, struct exchange *x);

/* The exchange, settled or not, is no longer under way. */
void channel_leave(struct exchange *x);

#endif
