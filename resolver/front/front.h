/* SPDX-License-Identifier: MIT */
/* front.h — the front door of one thread: clients in over UDP and TCP, answers out.
 *
 * A query that the answer cache can answer is answered at once; another one becomes a client
 * (client.h) that asks a walk and is answered by what the walk tells, or after CLIENT_PATIENCE_MS
 * by SERVFAIL with an extended error. Whatever arrives is examined first (examine.h). Sends are
 * tried once: a full socket or an unreachable client costs that answer only.
 *
 * Bounds, per front, so per worker: 2 × MAX_WALKS_PER_WORKER clients, connections as in the
 * settings, 128 kB of unsent answers per connection. One thread only, but for front_figures(). The
 * thread has called rcu_thread_begin(). */
#ifndef XYLEM_FRONT_FRONT_H
#define XYLEM_FRONT_FRONT_H

#include "resolver/policy/access.h"
#include "resolver/policy/local.h"
#include "resolver/policy/sentinel.h"
#include "resolver/walk/walk.h"

struct front;

/* The front's part of the configuration. Borrowed, immutable, replaced by front_configure(). */
struct front_settings {
	const struct access *access;            /* who may ask at all; others: REFUSED */
	const struct access *non_recursive;     /* who may with RD=0; others: REFUSED */
	const struct local  *local;             /* names answered here; NULL: none */
	struct sentinel      sentinel;          /* who tests which root keys are trusted */
	bool                 trace_on;
	const struct access *trace_access;      /* who is given traces; others' option is ignored */
	uint16_t             trace_option;      /* the EDNS option's code */
	unsigned             tcp_per_client;    /* connections of one IPv4 address or IPv6 /64;
						 * 0: MAX_TCP_PER_CLIENT */
	unsigned             tcp_queries;       /* in flight per connection; 0: MAX_TCP_QUERIES */
	unsigned             tcp_idle_ms;       /* 0: TCP_IDLE_MS */
	unsigned             tcp_connections;   /* of this front; 0: a quarter of RLIMIT_NOFILE,
						 * at most 4096 */
	void               (*log)(int priority, const char *line);      /* syslog's priorities;
									 * NULL: nobody listens */
};

/* Cache, loop and walks outlive the front. NO_MEMORY only. */
MUST_USE enum result front_new(struct loop *loop, struct cache *cache, struct walks *walks,
			       const struct front_settings *settings, struct front **into);

/* On the front's own thread. When it returns nothing looks at the old settings any more.
 * Connections stay. */
void front_configure(struct front *front, const struct front_settings *settings);

/* Takes a bound datagram socket, or a bound stream socket (listen() is called here if nobody did),
 * of IPv4 or IPv6. The descriptor is the front's from now on, also when this fails (then it is
 * closed). Makes it non-blocking. */
MUST_USE enum result front_add_udp(struct front *front, int fd);
MUST_USE enum result front_add_tcp(struct front *front, int fd);

/* Takes no new queries and connections; what is under way is still answered. Once front_clients()
 * gives 0 nobody waits. */
void   front_stop_listening(struct front *front);
size_t front_clients(const struct front *front);        /* that wait for a walk */

/* Before walks_free(): clients leave their walks, unanswered. Sockets are closed; the loop must run
 * on until libuv's close callbacks are done (loop_uv_clear() does that), only then the memory goes.
 * NULL is fine. */
void front_free(struct front *front);

/* Since the beginning. Written by the front's thread alone, read by any with relaxed atomic loads.
 * */
struct front_figures {
	uint64_t udp_queries, tcp_queries;      /* messages that arrived, good or bad */
	uint64_t dropped;                       /* of them: no queries, so never answered */
	uint64_t refused;                       /* of them: answered by the column of refusals */
	uint64_t from_cache;                    /* of them: answered without a walk */
	uint64_t local;                         /* of them: of names that never leave the house */
	uint64_t truncated;                     /* answers sent with TC */
	uint64_t impatient;                     /* answered since CLIENT_PATIENCE_MS were over */
	uint64_t unsent;                        /* answers that the kernel didn't take */
	uint64_t rcodes[24];                    /* answers by RCODE, extended ones too */
	uint64_t tcp_accepted, tcp_turned_away; /* connections */
	uint64_t tcp_connections;               /* open now */
} __attribute__((aligned(64)));

const struct front_figures *front_figures(const struct front *front);

#endif
