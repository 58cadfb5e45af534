/* SPDX-License-Identifier: MIT */
/* forged.h — messages that no server of the generated Internet would send: forged, mismatched,
 * malformed. What they say names 198.51.100.66 and ns1.glue.evil. */
#ifndef XYLEM_BENCH_FORGED_H
#define XYLEM_BENCH_FORGED_H

#include "generated.h"

/* Writes one of that kind that comes before the reply to a query; which of its kind `chance` says.
 * Returns its octets, at most GENERATED_MESSAGE; some have none. */
size_t forged_stray(enum stray kind, uint64_t chance, const uint8_t *query, size_t length,
		    uint8_t *into);

/* A reply about kam.zK.tJ. as somebody writes it who guesses. */
size_t forged_guess(unsigned zone, unsigned tld, uint64_t chance, uint8_t *into);

#endif
