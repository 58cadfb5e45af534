/* SPDX-License-Identifier: MIT */
/* ledger.h — what one client query may cost, in all that is done for it (LIMITS.md, "The
 * ledger").
 *
 * One per client query, or per piece of background work; carried by pointer into sub-questions,
 * restarts, alias chains and retries. It can't be copied or reset: nothing in it ever grows back.
 * Counted: a walk that goes on for the cache after its client left is still paid by that client's
 * ledger. One thread only. */
#ifndef XYLEM_WALK_LEDGER_H
#define XYLEM_WALK_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/base/result.h"
#include "resolver/validate/verdict.h"

struct ledger {
	unsigned holders;
	uint64_t deadline_ms;           /* timer clock: when whoever pays stops paying */
	unsigned queries;               /* left, upstream */
	unsigned octets;                /* left, received */
	unsigned steps;                 /* left, of walks */
	unsigned server_names;          /* left, looked up */
	struct effort effort;           /* of validation */
};

/* Held once; NULL if there is no memory. */
MUST_USE struct ledger *ledger_new(uint64_t now_ms);
struct ledger          *ledger_hold(struct ledger *ledger);
void                    ledger_drop(struct ledger *ledger);     /* NULL is fine */

/* Spends, and says whether there was enough; what isn't enough is spent to nothing. */
bool ledger_spend_query(struct ledger *ledger);
bool ledger_spend_octets(struct ledger *ledger, unsigned octets);
bool ledger_spend_step(struct ledger *ledger);
bool ledger_spend_server_name(struct ledger *ledger);

/* In words what it has run out of; NULL while it has some. Upstream queries aren't looked at: the
 * reply to the last one may still bring the answer. */
const char *ledger_lacks(const struct ledger *ledger, uint64_t now_ms);

#endif
