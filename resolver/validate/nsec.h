/* SPDX-License-Identifier: MIT */
/* nsec.h — what NSEC records say (RFC 4034 §4), one by one, and of a name.
 *
 * What breaks its format says nothing: its reader gives false. What was read borrows from its
 * set. */
#ifndef XYLEM_VALIDATE_NSEC_H
#define XYLEM_VALIDATE_NSEC_H

#include "resolver/validate/proof.h"

/* Type bit maps (RFC 4034 §4.1.2), of NSEC and NSEC3. Sound: windows in order, none empty or longer
 * than 32 octets, nothing left over. The others want a sound one. */
bool type_map_is_sound(struct bytes types);
bool type_map_has(struct bytes types, uint16_t type);

/* NS without SOA: the records of a delegation, which the parent has signed. */
bool type_map_delegates(struct bytes types);

/* RFC 6840 §4.1: may there be names below the owner that its zone knows nothing of? At a delegation
 * they are the child's, at a DNAME they are moved elsewhere. */
bool type_map_hides_below(struct bytes types);

struct nsec {
	struct name  owner, next;
	struct bytes types;
};

/* False: the set isn't one NSEC of the zone, or its next name isn't the next in the zone. Its
 * security isn't looked at. */
MUST_USE bool nsec_read(const struct rrset *set, const struct name *zone, struct nsec *into);

/* Lies a name of the zone between owner and next? The last NSEC names the zone's top. An empty
 * non-terminal, one with `next` below it, is covered as well. False where nothing may be said. */
bool nsec_covers(const struct nsec *nsec, const struct name *zone, const struct name *name);

/* How many labels the closest encloser of a covered name has (RFC 4592 §3.3.1). */
unsigned nsec_encloser(const struct nsec *nsec, const struct name *name);

/* The wildcard below the ancestor that has so many labels, fewer than the name has. */
void wildcard_below(const struct name *name, unsigned labels, struct name *into);

/* What all records of one kind together say of a name. */
enum standing {
	STANDS_UNKNOWN,                 /* nothing */
	STANDS_MATCHED,                 /* it is there, with `types` */
	STANDS_EMPTY,                   /* it is there since something is below it: without types */
	STANDS_ABSENT,                  /* it isn't there, nor any name between `encloser` and it */
	STANDS_COSTLY,                  /* PROOF_COSTS; NSEC3 only, as is … */
	STANDS_SPENT,                   /* … PROOF_SPENT */
};

struct finding {
	enum standing standing;
	struct bytes  types;
	unsigned      encloser;         /* labels of the closest encloser, which is there */
	bool          opts_out;         /* it may be there, unsigned: NSEC3 only */
};

struct finding nsec_find(const struct proof_of *of, const struct name *name);

#endif
