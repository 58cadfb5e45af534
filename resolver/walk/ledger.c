/* SPDX-License-Identifier: MIT */
/* ledger.c — spending what one client query may cost. */
#include "resolver/walk/ledger.h"

#include <stdlib.h>

#include "cache/base/limits.h"
#include "cache/base/must.h"

struct ledger *ledger_new(uint64_t now_ms)
{
	struct ledger *ledger = malloc(sizeof(*ledger));

	if (ledger == NULL)
		return NULL;
	*ledger = (struct ledger){
		.holders = 1,
		.deadline_ms = now_ms + WALK_PATIENCE_MS,
		.queries = MAX_UPSTREAM_QUERIES,
		.octets = MAX_UPSTREAM_OCTETS,
		.steps = MAX_STEPS,
		.server_names = MAX_SERVER_NAMES,
		.effort = {
			.checks = MAX_CHECKS, .failures = MAX_FAILED_CHECKS_IN_ALL,
			.hashes = MAX_NSEC3_HASHES,
		},
	};
	return ledger;
}

struct ledger *ledger_hold(struct ledger *ledger)
{
	ledger->holders++;
	return ledger;
}

void ledger_drop(struct ledger *ledger)
{
	if (ledger == NULL)
		return;
	must(ledger->holders > 0);
	if (--ledger->holders == 0)
		free(ledger);
}

static bool spend(unsigned *left, unsigned amount)
{
	bool enough = *left >= amount;

	*left = enough ? *left - amount : 0;
	return enough;
}

bool ledger_spend_query(struct ledger *ledger)
{
	return spend(&ledger->queries, 1);
}

bool ledger_spend_octets(struct ledger *ledger, unsigned octets)
{
	return spend(&ledger->octets, octets);
}

bool ledger_spend_step(struct ledger *ledger)
{
	return spend(&ledger->steps, 1);
}

bool ledger_spend_server_name(struct ledger *ledger)
{
	return spend(&ledger->server_names, 1);
}

const char *ledger_lacks(const struct ledger *ledger, uint64_t now_ms)
{
	if (now_ms >= ledger->deadline_ms)
		return "its time (8 s)";
	if (ledger->octets == 0)
		return "its 256 kB of upstream replies";
	if (ledger->steps == 0)
		return "its 4096 steps";
	return NULL;
}
