/* SPDX-License-Identifier: MIT */
/* anchors.h — where trust begins (RFC 4033 §2), and where it ends on somebody's word (negative
 * trust anchors, RFC 7646).
 *
 * Built once, then never changed: threads share it. An anchor is a DS set; a key becomes one by its
 * digest. */
#ifndef XYLEM_VALIDATE_ANCHORS_H
#define XYLEM_VALIDATE_ANCHORS_H

#include "cache/base/bytes.h"
#include "cache/base/result.h"
#include "cache/name.h"

struct anchors;

struct anchor {
	struct name  zone;
	bool         is_negative;
	struct bytes ds;                /* each with its length as a u16 before it (cut.h) */
	const char  *reason;            /* of a negative one; NULL: none was given */
	int64_t      until;             /* wall clock, s: when a negative one ends; 0: never */
};

MUST_USE struct anchors *anchors_new(void);     /* NULL: no memory */
void                     anchors_free(struct anchors *anchors);        /* NULL is fine */

/* With the same in it; NULL: no memory. */
MUST_USE struct anchors *anchors_copy(const struct anchors *anchors);

/* While it is built. The data is that of a DS, or of a DNSKEY that may sign. MALFORMED: it isn't,
 * or the zone has too many. */
MUST_USE enum result anchors_add_ds(struct anchors *anchors, const struct name *zone,
				    struct bytes rdata);
MUST_USE enum result anchors_add_key(struct anchors *anchors, const struct name *zone,
				     struct bytes rdata);
MUST_USE enum result anchors_add_negative(struct anchors *anchors, const struct name *zone,
					  const char *reason, int64_t until);

/* The one closest to the name, at or above it, negative or not; a negative one beats the other at
 * the same name. NULL: there is none, so nothing is known of the name's trust. `now`: wall
 * clock, s. `anchors` may be NULL. */
const struct anchor *anchors_find(const struct anchors *anchors, const struct name *name,
				  int64_t now);

/* All of them, in no order, for who shows them. */
size_t               anchors_count(const struct anchors *anchors);
const struct anchor *anchors_at(const struct anchors *anchors, size_t i);

/* A number that is another whenever what is trusted is another: for what outlives the daemon. */
uint64_t anchors_fingerprint(const struct anchors *anchors);

#endif
