/* SPDX-License-Identifier: MIT */
/* walk.h — asking: one question in, one answer out, to everyone who asked it.
 *
 * walk_ask() begins a walk, or joins the one for the same question that is under way on this
 * thread. The asker is told exactly once, from the loop and never inside walk_ask(), unless it
 * leaves before. The answer and the trace that it is shown die when `told` returns; the answer is
 * NULL if there was no memory for one: then it is a SERVFAIL. See walk.c for the table of steps.
 * One thread only. */
#ifndef XYLEM_WALK_WALK_H
#define XYLEM_WALK_WALK_H

#include "cache/cache.h"
#include "resolver/loop.h"
#include "resolver/observe/trace.h"
#include "resolver/policy/local.h"
#include "resolver/upstream/lessons.h"
#include "resolver/upstream/passage.h"
#include "resolver/validate/anchors.h"
#include "resolver/validate/rollover.h"
#include "resolver/walk/ledger.h"
#include "resolver/walk/minimise.h"

struct walk;
struct walks;
struct root;                            /* resolver/root/root.h */

/* Whether the servers of a zone with `fallback` reply at all: the one thing here that changes.
 * Atomic, shared by all threads that have these settings. */
struct walk_zone_health {
	uint32_t silent_since;          /* age clock, s: none of them replies; 0: they do */
	uint32_t ask_at;                /* age clock, s: then one walk asks them again */
};

/* Why dates may say nothing. Atomic, shared by all threads. */
struct clock_doubt {
	bool is_behind;                 /* of a time that has been already: clock_guard.h */
	bool root_is_untimely;          /* the root's keys are signed, for another time */
};

static inline bool clock_is_doubted(const struct clock_doubt *doubt)
{
	return doubt != NULL && (__atomic_load_n(&doubt->is_behind, __ATOMIC_RELAXED) ||
				 __atomic_load_n(&doubt->root_is_untimely, __ATOMIC_RELAXED));
}

/* A configured zone: its servers are asked instead of walking to it. */
struct walk_zone {
	struct cut               cut;           /* from stub or forward; never expires */
	bool                     unchecked;     /* `dnssec: off`: nothing of it is checked */
	struct walk_zone_health *health;        /* if they fail, on from the public tree; NULL:
						 * then the question fails */
};

/* Whoever follows the roll-overs of zones with anchors of their own: is told each time that such a
 * zone's keys have been found secure. On the worker's thread; embedded in it. */
struct key_watcher {
	void (*seen)(struct key_watcher *, const struct name *zone, const struct sight *);
};

/* The walk's part of the configuration. Borrowed, immutable, replaced whole by
 * walks_configure(). */
struct walk_settings {
	struct cut              hints;          /* where the root is, if nobody knows better */
	const struct walk_zone *zones;          /* stub and forward */
	unsigned                zone_count;
	struct authorities     *authorities;    /* who may sign for servers asked by TLS */
	const struct local     *local;          /* names that are never asked about; NULL: none */
	struct root            *root;           /* the local root; NULL: none */
	bool                    validate;       /* signatures are checked, from these on: */
	const struct anchors   *anchors;        /* NULL: none */
	struct key_watcher     *watcher;        /* NULL: nobody follows roll-overs */
	bool                    sha1;           /* algorithms 5 and 7 count */
	unsigned                most_iterations;        /* of NSEC3 */
	struct clock_doubt     *clock;          /* NULL: it is always right */
	const struct name      *time_servers;   /* names by which a wrong clock may be set */
	unsigned                time_server_count;
	bool                    aggressive;     /* proofs at hand answer (RFC 8198) */
	const struct network   *never_ask;      /* addresses that no server may have */
	unsigned                never_ask_count;
	bool                    use_ipv4, use_ipv6;
	bool                    priming;
	enum minimise           minimise;
	struct defences         defences;
	uint32_t                max_ttl, max_negative_ttl;      /* s */
	uint32_t                failure_ttl, max_failure_ttl;   /* s: of the first, and at most */
	size_t                  most;           /* walks at once; then an old one gives way */
};

/* Whoever asks: a client, a walk that needs a sub-question, background work. Embedded in it. */
struct asker {
	struct list    place;           /* among the walk's askers */
	struct address client;          /* on whose behalf; family 0: nobody's, or child_of's */
	struct walk   *walk;            /* NULL before and after */
	struct ledger *ledger;          /* who pays: held from walk_ask() until it is told */
	struct walk   *child_of;        /* the walk that asks; NULL: nobody's child */
	bool           joined;          /* the walk was under way already, for others */
	bool           afresh;          /* servers are to be asked, whatever is known here */
	void         (*told)(struct asker *, const struct answer *, const struct trace *);
};

/* All walks of one thread. */
MUST_USE enum result walks_new(struct loop *loop, struct cache *cache,
			       const struct walk_settings *settings, struct walks **into);
void walks_configure(struct walks *walks, const struct walk_settings *settings);

/* When other zones are configured, what is known of their names is another matter. Close,
 * configure, flush the cache, open: from close to open nothing that this thread's walks find goes
 * into the cache, and what those find that began before the opening never does; nobody joins them.
 * With all threads closed while the cache is flushed, nothing of before can come back. */
void walks_close_cache(struct walks *walks);
void walks_open_cache(struct walks *walks);

/* Ends all walks; nobody is told. */
void walks_free(struct walks *walks);

/* Learns the root's servers from the hints' servers (RFC 8109), as background work. */
void walks_prime(struct walks *walks);

/* Asks the servers whatever is known here, as background work; the answer is kept as any other.
 * While so many are under way (two for each zone with an anchor) others are not begun. */
void walks_ask_afresh(struct walks *walks, const struct question *question);

/* Links or addresses have changed, or the machine has slept: what was silent may reply now. If
 * nobody did, what is in the air is sent again. */
void walks_network_changed(struct walks *walks);

/* Whom to ask while the network doesn't let us through to the root (bypass.h): a cut with addresses
 * only, or with none. Copied. */
void walks_set_fallback(struct walks *walks, const struct cut *fallback);

/* Does it? The sentence about it for people; "" if it does. */
enum passage walks_passage(const struct walks *walks, char *into, size_t size);

size_t walks_under_way(const struct walks *walks);

/* How many walks stand at each step: for status and metrics. `steps` of them, named by
 * walk_step_name(). */
unsigned    walk_step_count(void);
const char *walk_step_name(unsigned step);
unsigned    walks_at_step(const struct walks *walks, unsigned step);

/* Figures since the beginning; read by other threads, so atomic where written. */
struct walk_figures {
	uint64_t walks, joined, upstream_queries, upstream_silences, failures, synthesised;
};
const struct walk_figures *walks_figures(const struct walks *walks);

enum ask_refusal { ASK_ACCEPTED, ASK_TOO_MANY, ASK_NO_MEMORY, ASK_CIRCLE, ASK_TOO_DEEP };

/* `asker` has client, child_of and told filled in, all else zero. A child is paid by its parent's
 * ledger; for anybody else a new one is opened here. Refused: nobody will be told. */
MUST_USE enum ask_refusal walk_ask(struct walks *walks, const struct question *question,
				   struct asker *asker);

/* In words what the asker's walk is at, for a client that is told to wait no longer: "asking
 * 192.0.2.1, a server of example.com." */
void walk_describe(const struct asker *asker, char *into, size_t size);

/* What has happened so far in the asker's walk; borrowed until the loop goes on. */
const struct trace *walk_trace(const struct asker *asker);

/* The asker won't be told. The walk goes on while others wait, or for the cache (until
 * WALK_PATIENCE_MS). */
void walk_leave(struct asker *asker);

#endif
