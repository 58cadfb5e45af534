/* SPDX-License-Identifier: MIT */
/* copy_layout.h — the octets of a copy: for copy.c, which reads, and copy_build.c, which writes.
 *
 * One allocation: the struct with `tops`, then the tops' octets. A top is the root itself, or one
 * label below it that any record of the zone has; in canonical order, the root first:
 *
 *     u8 length, label; u16 length, packed cut (cut.h; empty: no zone cut); u16 sets; the sets
 *
 * and a set is u16 type, u32 TTL, u32 length and records, u32 length and signatures, each of them
 * u16 length and data. At the root stand all sets but signatures of their own, at a cut DS and
 * NSEC, elsewhere none. */
#ifndef XYLEM_ROOT_COPY_LAYOUT_H
#define XYLEM_ROOT_COPY_LAYOUT_H

#include "resolver/root/copy.h"

struct root_copy {
	struct zone_soa soa;
	bool            is_signed;
	enum security   security;       /* of all that it says */
	unsigned        zones;
	size_t          octets;         /* of all */
	size_t          top_count;
	uint32_t        tops[];         /* where each begins, from the copy's beginning */
};

/* One top; borrowed. */
struct top {
	struct bytes label;
	struct bytes cut;
	unsigned     set_count;
	struct bytes sets;              /* and what stands behind them */
};

#endif
