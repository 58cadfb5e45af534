/* SPDX-License-Identifier: MIT */
/* copy.h — the root zone made ready for lookups: one run of octets that never changes.
 *
 * Holds what a root server would say to a resolver: for each top-level domain the cut, with glue
 * and DS, ready packed (cut.h); the records at the top; DS and NSEC. Glue stands only in cuts. A
 * lookup is a binary search over the top-level labels: no allocation but in the asker's arena, no
 * lock, no system call. Published and freed by root.h. */
#ifndef XYLEM_ROOT_COPY_H
#define XYLEM_ROOT_COPY_H

#include "cache/answer.h"
#include "cache/cut.h"
#include "resolver/root/zone.h"

struct root_copy;

/* From a finished zone whose apex is the root, of which is known what `security` says: SECURE if it
 * is signed as a whole. NULL: `why` says what of it can't be the root zone,
 * or that there is no memory. */
MUST_USE struct root_copy *root_copy_new(const struct zone *zone, enum security security,
					  struct complaint *why);
void                       root_copy_free(struct root_copy *copy);      /* NULL is fine */

struct zone_soa root_copy_soa(const struct root_copy *copy);
unsigned        root_copy_zones(const struct root_copy *copy);  /* that it delegates */
size_t          root_copy_octets(const struct root_copy *copy);

/* The cut of the top-level domain that the name is in, as a referral from the root, as of `now`
 * (age clock, s), with at most `max_ttl`. False: there is none, or it can't be told from here. */
MUST_USE bool root_copy_find_cut(const struct root_copy *copy, const struct name *name,
				 uint32_t now, uint32_t max_ttl, struct cut *into);

/* What the root itself answers: records at the top, DS of top-level domains, that a top-level
 * domain doesn't exist; denials with SOA and, in a signed zone, their proof. All is copied to the
 * arena. False: it is for others to answer, or the arena is full. */
MUST_USE bool root_copy_answer(const struct root_copy *copy, const struct question *question,
			       struct arena *arena, struct answer_parts *into);

#endif
