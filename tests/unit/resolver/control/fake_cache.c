/* SPDX-License-Identifier: MIT */
/* fake_cache.c — as much of cache.h as the control socket uses. */
#include "fake_cache.h"

void cache_get_figures(struct cache *cache, struct cache_figures *into)
{
	*into = cache->figures;
}

void cache_each_answer(struct cache *cache, const struct name *name, uint32_t now,
		       void (*each)(const struct answer *, void *), void *subject)
{
	struct question question;

	for (unsigned i = 0; i < cache->answer_count; i++) {
		answer_question(cache->answers[i], &question);
		if (name_equal(&question.name, name))
			each(cache->answers[i], subject);
	}
}

bool cache_find_cut(struct cache *cache, const struct name *name, uint32_t now, struct cut *into)
{
	if (cache->cut == NULL || !name_is_in(name, &cache->cut->zone))
		return false;
	*into = *cache->cut;
	return true;
}

uint64_t cache_flush(struct cache *cache, const struct cache_flush *what)
{
	cache->flushed = *what;
	cache->flushes++;
	return 7;
}
