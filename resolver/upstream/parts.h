/* SPDX-License-Identifier: MIT */
/* parts.h — which of a reply's sets could say what: for the scrubber, which keeps them, and the
 * reader, which believes them.
 *
 * Private to upstream. Pure. Each gives NULL if there is none. */
#ifndef XYLEM_UPSTREAM_PARTS_H
#define XYLEM_UPSTREAM_PARTS_H

#include "resolver/upstream/reply.h"

/* Does the set hold what the question asks for? Types ANY and RRSIG ask for what others hold. */
bool part_is_data(const struct rrset *set, const struct question *question);

/* The first set of the answer section for which that is so. */
const struct rrset *part_data(const struct reply *reply, const struct question *question);

/* The CNAME of the asked name. */
const struct rrset *part_cname(const struct reply *reply, const struct question *question);

/* The first DNAME that lies in `zone` and strictly above the asked name (RFC 6672 §2.3: it says
 * nothing of itself). */
const struct rrset *part_dname(const struct reply *reply, const struct question *question,
			       const struct name *zone);

/* Where the DNAME moves the asked name. False if that name is too long. */
bool part_dname_target(const struct rrset *dname, const struct name *name, struct name *target);

/* The one SOA by which this zone's servers may deny the question: in the zone, at or above the
 * name, and for a DS, which the parent holds (RFC 4035 §3.1.4.1), strictly above it. */
const struct rrset *part_soa(const struct reply *reply, const struct question *question,
			     const struct cut *cut);

/* The NS set that refers to a zone strictly below the cut, at or above the name; for a DS
 * strictly above. */
const struct rrset *part_referral(const struct reply *reply, const struct question *question,
				  const struct cut *cut);

#endif
