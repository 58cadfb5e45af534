/* SPDX-License-Identifier: MIT */
/* pick.h — which of a cut's addresses to ask next.
 *
 * Pure: what is remembered, what was tried and a random number in, a row out. */
#ifndef XYLEM_UPSTREAM_PICK_H
#define XYLEM_UPSTREAM_PICK_H

#include "cache/cut.h"
#include "cache/server.h"
#include "resolver/upstream/family.h"

enum { MAX_TRIES_PER_ADDRESS = 3 };     /* by one walk; then the address is out */

/* Everything borrowed. The rows stand in the order of the cut's servers, and of each server's
 * addresses. */
struct pick_view {
	const struct cut    *cut;
	const struct server *servers;   /* what is remembered of each address */
	const uint8_t       *tries;     /* how often this walk has asked it */
	unsigned             count;     /* of rows */
	bool                 use_ipv4, use_ipv6;
	enum family_state    ipv4, ipv6;
	uint32_t             now;       /* age clock, s */
};

/* The row to ask; -1 if there is none left. In this order:
 *
 * 1. those that aren't avoided before those that are (avoid_until), and of these those tried
 *    less often; while the other family is up, those of a family that is down come last of all,
 *    and those of a suspect one are avoided unless they were measured lately;
 * 2. the quickest, and any other that is nearly as quick; one that was never measured, or long
 *    ago, counts as of middling speed, and one time in sixteen is tried all the same, so that
 *    the best can be found;
 * 3. if both address families are left, the one that this walk has tried less, else either by
 *    chance;
 * 4. one of what is left by chance. */
int pick_address(const struct pick_view *view, uint32_t random);

/* Are all that could be asked avoided, be it for silence or nonsense, and some for silence? Then a
 * long search has found nobody a short while ago. */
bool pick_is_forlorn(const struct pick_view *view);

#endif
