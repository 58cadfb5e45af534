/* SPDX-License-Identifier: MIT */
/* fake.h — the levers of the simulated clock and chance.
 *
 * tests/fake/ holds second implementations of cache/base/clock.h, cache/base/random.h and
 * resolver/upstream/exchange.h, chosen at link time. */
#ifndef XYLEM_TESTS_FAKE_H
#define XYLEM_TESTS_FAKE_H

#include "cache/base/bytes.h"
#include "resolver/upstream/exchange.h"

/* The clocks stand still but for this. All begin at a time of their own, so that a mix-up shows. */
void fake_clock_advance_us(uint64_t us);
uint64_t fake_clock_ms_since_start(void);

/* The same numbers again from the same seed. */
void fake_random_seed(uint64_t seed);

/* What the world does with a query. */
struct fake_reaction {
	enum exchange_outcome outcome;  /* any but PENDING */
	uint32_t              after_ms; /* of any but SILENT */
	struct bytes          reply;    /* from malloc; the exchange frees it */
	struct exchange_findings findings;
	const char           *fault;    /* of TLS; lives for ever */
};

/* Told of each query; set by the runner before the first. */
extern struct fake_reaction (*fake_world)(const struct exchange_request *request);

/* Exchanges that are open now: none may be left when a world ends. */
extern unsigned fake_exchanges_open;

#endif
