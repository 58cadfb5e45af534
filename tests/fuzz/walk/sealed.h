/* SPDX-License-Identifier: MIT */
/* sealed.h — the true zones once more, signed from the root down, but for sub.victim., which is
 * delegated as unsigned, and for the liars' zones. Whoever sits in the path may change what their
 * servers say, and put in what they said to another: whoever validates must see through that. */
#ifndef XYLEM_TESTS_FUZZ_SEALED_H
#define XYLEM_TESTS_FUZZ_SEALED_H

#include "resolver/upstream/exchange.h"
#include "resolver/validate/anchors.h"
#include "tests/fuzz/walk/script.h"

/* After truth_init(); once is enough. */
void sealed_init(void);

/* The root's. */
const struct anchors *sealed_anchors(void);

/* Is all that is said of this name signed, down to its own zone? */
bool sealed_covers(const struct name *name);

/* What the server with that address says, from malloc; none: it isn't a true one. */
struct bytes sealed_reply(const struct exchange_request *request);

/* The same, with the changes that a script's reaction wants. */
struct bytes sealed_forged(const struct exchange_request *request,
			   const uint8_t script[REACTION_OCTETS]);

#endif
