/* SPDX-License-Identifier: MIT */
/* fake_cache.h — a cache that holds what a test says, in place of the real one. */
#ifndef XYLEM_TEST_FAKE_CACHE_H
#define XYLEM_TEST_FAKE_CACHE_H

#include "cache/cache.h"

struct cache {
	struct cache_figures figures;
	const struct answer *answers[64];
	unsigned             answer_count;
	const struct cut    *cut;               /* NULL: none */
	struct cache_flush   flushed;           /* the last one */
	unsigned             flushes;
};

#endif
