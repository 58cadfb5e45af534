/* SPDX-License-Identifier: MIT */
/* cache.h — the door to what is known: four stores in memory, one byte budget, a disk tier
 * behind.
 *
 *   answers   by question          answer.h
 *   cuts      by zone              cut.h
 *   servers   by address           server.h
 *   denials   by zone and type     denial.h
 *
 * One cache serves all threads. Reads take no lock; whoever calls has called rcu_thread_begin().
 * Writes are short and lock one shard. Everything is counted against `memory` octets, what waits
 * for a grace period too; each store has a share that others can't take, and SIEVE decides what
 * goes. Ages are seconds on the age clock, given by the caller as `now`.
 *
 * Nothing here knows sockets, loops or policy. The disk tier has its own threads: no call waits
 * for a disk. */
#ifndef XYLEM_CACHE_CACHE_H
#define XYLEM_CACHE_CACHE_H

#include "cache/answer.h"
#include "cache/base/hash.h"
#include "cache/cut.h"
#include "cache/denial.h"
#include "cache/server.h"

struct cache;

struct cache_settings {
	size_t      memory;             /* octets for everything kept here */
	const char *file;               /* the database; NULL: memory only */
	uint32_t    max_ttl;            /* s */
	uint32_t    max_negative_ttl;   /* s */
	uint64_t    fingerprint;        /* of what decides what is secure; 0: nothing is */
	void      (*log)(int priority, const char *line);  /* syslog's; from any thread */
};

/* Opens the database if there is one to be had; a damaged or foreign one is set aside under
 * another name, with one line in the log. Only a lack of memory makes it fail. Loading goes on in
 * a thread of its own; nothing waits for it. */
MUST_USE enum result cache_new(const struct cache_settings *settings, struct cache **into);

/* Writes behind what isn't written yet, waits for its threads and readers, and frees all. */
void cache_free(struct cache *cache);

/* From now on that is another matter: what is kept on the disk is kept under this fingerprint, and
 * nothing under another is ever loaded. What is in memory is the caller's to flush. */
void cache_trust(struct cache *cache, uint64_t fingerprint);

/* The keyed hash of a name, letters ignored: computed once per packet and given to the finders. */
uint64_t cache_hash_name(const struct cache *cache, const struct name *name);

/* --- answers --- */

/* The hot path. Only inside a read section (base/rcu.h), and valid until it ends. NULL: not
 * known, or expired. */
const struct answer *cache_find_answer(struct cache *cache, const struct question *question,
				       uint64_t name_hash, uint32_t now);

/* The same, copied into an arena, for walks. NULL also when the arena is full. */
MUST_USE struct answer *cache_copy_answer(struct cache *cache, const struct question *question,
					  uint32_t now, struct arena *arena);

/* Keeps a copy, unless it is worth less than what is there: an answer whose security is lower
 * never replaces a live one whose security is higher (bogus is lowest), a failure never replaces
 * live data, TTL 0 is never kept, nor
 * what has more than MAX_ANSWER_OCTETS. */
void cache_put_answer(struct cache *cache, const struct answer *answer, uint32_t now);

/* For how long the last failure to answer this question was kept, in s, if it is still remembered
 * and its time was over no more than MAX_FAILURE_TTL ago; else 0. An answer in between makes it
 * forgotten. So whoever fails again can keep the failure for longer (RFC 9520 §3.2). */
uint32_t cache_failed_for(struct cache *cache, const struct question *question, uint32_t now);

/* What is kept as a failure for the question is no more than a mistake of ours: it goes. */
void cache_forget_failure(struct cache *cache, const struct question *question);

/* --- cuts --- */

/* The deepest live cut at or above the name; false if not even the root's is known. */
MUST_USE bool cache_find_cut(struct cache *cache, const struct name *name, uint32_t now,
			     struct cut *into);
void cache_put_cut(struct cache *cache, const struct cut *cut, uint32_t now);

/* --- servers --- */

/* What is known of the address; all zeros if nothing is. */
void cache_get_server(struct cache *cache, const struct address *address, struct server *into);
void cache_put_server(struct cache *cache, const struct address *address,
		      const struct server *server);

/* --- denials --- */

/* denials_find() and denials_soa() of what is kept of the zone. */
MUST_USE struct rrset *cache_find_denial(struct cache *cache, const struct denials_of *of,
					 const struct name *name, uint32_t now,
					 struct arena *arena);
MUST_USE struct rrset *cache_find_denial_soa(struct cache *cache, const struct denials_of *of,
					     uint32_t now, struct arena *arena);

/* Keeps those of the sets that denials_admit(): LIMITS.md. */
void cache_put_denials(struct cache *cache, const struct denials_of *of,
		       const struct rrsets *sets, uint32_t now);

/* --- for those who look from outside (control socket) --- */

struct store_figures {
	uint64_t entries, octets, hits, misses, evictions;
};

enum disk_state { DISK_NONE, DISK_LOADING, DISK_OK, DISK_PAUSED, DISK_BROKEN };

struct cache_figures {
	size_t               limit, octets;
	struct store_figures answers, cuts, servers, denials;
	enum disk_state      disk;
	char                 disk_why[160];     /* a sentence when it isn't OK */
	uint64_t             disk_rows, disk_written, disk_dropped, disk_octets;
};

void cache_get_figures(struct cache *cache, struct cache_figures *into);

/* Every live answer for the name (any type, or one), in no order; `each` gets them inside a read
 * section. */
void cache_each_answer(struct cache *cache, const struct name *name, uint32_t now,
		       void (*each)(const struct answer *, void *), void *subject);

struct cache_flush {
	bool        all;                /* else: */
	struct name name;
	bool        below;              /* the name and all below it … */
	bool        through;            /* … and answers with an alias that leads there, and all
					 * failures, of which nobody knows what they came from */
	uint16_t    type;               /* 0: all types */
};

/* Removes answers (all types, or one), and with `all` or without a type the cuts and denials too;
 * from the disk as well. How many entries it removed from memory. */
uint64_t cache_flush(struct cache *cache, const struct cache_flush *what);

#endif
