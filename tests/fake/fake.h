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

/* The time of day in the world, and by how much the daemon's clock is ahead of it. */
int64_t fake_clock_true_seconds(void);
void fake_clock_set_error(int64_t seconds);

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

/* What a server does about cookies (RFC 7873). */
enum fake_cookie { COOKIE_OF_NONE, COOKIE_OF_ITS_OWN, COOKIE_OF_ANOTHER };

/* The outcome and the findings of a reaction that has a reply: what a real exchange makes of it.
 * Over TCP a stray is waited past. */
void fake_judge(const struct exchange_request *request, bool other_letters,
		enum fake_cookie cookie, struct fake_reaction *reaction);

/* Lets the world run until `until_ms` since its start; or, if `enough` is given, until that is true
 * or nothing is to come before then. */
void fake_run(struct loop *loop, uint64_t until_ms, const bool *enough);

/* Told of each query; set by the runner before the first. */
extern struct fake_reaction (*fake_world)(const struct exchange_request *request);

/* Exchanges that are open now: none may be left when a world ends. */
extern unsigned fake_exchanges_open;

#endif
