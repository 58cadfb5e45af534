/* SPDX-License-Identifier: MIT */
/* verdict.h — what validation says of a datum, with the reason; and what a check may spend.
 *
 * Data in, verdict out: nothing in this folder knows loops, caches, sockets or policy. Nothing here
 * changes but what the caller hands in: a set's security and TTL, the effort that is spent. */
#ifndef XYLEM_VALIDATE_VERDICT_H
#define XYLEM_VALIDATE_VERDICT_H

#include "cache/base/arena.h"
#include "cache/base/limits.h"
#include "cache/dns.h"
#include "cache/trust.h"

struct verdict {
	enum security security;         /* SECURE, INSECURE or BOGUS */
	uint16_t      ede;              /* of an INSECURE or BOGUS one; EDE_NONE: no more to say */
	const char   *why;              /* a sentence that names zone, key tag, algorithm, time; in
					 * the check's arena; NULL where there is no more to say */
};

/* What one client query may cost (LIMITS.md). Part of its ledger: only ever spent. */
struct effort {
	unsigned checks;                /* of signatures, left */
	unsigned failures;              /* of those that may fail, left: KeyTrap */
	unsigned hashes;                /* NSEC3 names hashed, left: CVE-2023-50868 */
	unsigned checks_in_a_row;       /* since the walk last let others work … */
	unsigned hashes_in_a_row;       /* … which it does when either has become too many */
};

/* As of one moment, under one configuration, for one question. */
struct check {
	uint32_t       now;             /* wall clock, s, modulo 2^32 (RFC 4034 §3.1.5) */
	bool           sha1;            /* algorithms 5 and 7 count (RFC 9905) */
	bool           any_time;        /* the clock is known to be wrong: dates aren't looked at */
	unsigned       most_iterations; /* of NSEC3; with more it proves nothing (RFC 9276 §3.2) */
	struct effort *effort;
	struct arena  *arena;           /* for sentences */
};

#endif
