/* SPDX-License-Identifier: MIT */
/* trust.c — lists that are put together. */
#include "resolver/trust.h"

#include <stdlib.h>
#include <string.h>

/* --- negative anchors of the run time --- */

struct negatives *negatives_copy(const struct negatives *negatives)
{
	struct negatives *copy = malloc(sizeof(*copy));

	if (copy == NULL)
		return NULL;
	if (negatives == NULL)
		copy->count = 0;
	else
		*copy = *negatives;
	return copy;
}

static size_t place_of(const struct negatives *negatives, const struct name *name)
{
	size_t place = 0;

	while (place < negatives->count && !name_equal(&negatives->at[place].name, name))
		place++;
	return place;
}

const struct negative *negatives_find(const struct negatives *negatives, const struct name *name)
{
	size_t place = place_of(negatives, name);

	return place == negatives->count ? NULL : &negatives->at[place];
}

bool negatives_put(struct negatives *negatives, const struct negative *negative,
		   struct complaint *why)
{
	size_t place = place_of(negatives, &negative->name);

	if (place == MAX_NEGATIVE_ANCHORS)
		return complain(why, "%d negative anchors have been set, which is the most there "
				     "may be: remove one first, or configure some in the file",
				MAX_NEGATIVE_ANCHORS);
	negatives->at[place] = *negative;
	negatives->count += place == negatives->count;
	return true;
}

static void remove_at(struct negatives *negatives, size_t place)
{
	negatives->at[place] = negatives->at[--negatives->count];
}

bool negatives_remove(struct negatives *negatives, const struct name *name)
{
	size_t place = place_of(negatives, name);

	if (place == negatives->count)
		return false;
	remove_at(negatives, place);
	return true;
}

size_t negatives_expire(struct negatives *negatives, uint32_t now)
{
	size_t before = negatives->count;

	for (size_t i = negatives->count; i-- > 0;) {
		if (negatives->at[i].expires_at != 0 && negatives->at[i].expires_at <= now)
			remove_at(negatives, i);
	}
	return before - negatives->count;
}

uint32_t negatives_next_end(const struct negatives *negatives, uint32_t now)
{
	uint32_t next = UINT32_MAX;

	for (size_t i = 0; i < negatives->count; i++) {
		uint32_t end = negatives->at[i].expires_at;

		if (end == 0)
			continue;
		if (end <= now)
			return 0;
		if (end - now < next)
			next = end - now;
	}
	return next;
}

/* --- what follows what is configured --- */

struct bytes trust_listed(const struct anchors *anchors, const struct name *zone)
{
	for (size_t i = 0; i < anchors_count(anchors); i++) {
		const struct anchor *anchor = anchors_at(anchors, i);

		if (!anchor->is_negative && name_equal(&anchor->zone, zone))
			return anchor->ds;
	}
	return bytes_of(NULL, 0);
}

/* FNV-1a over each DS, summed: their order is nothing. */
static uint64_t basis_of(struct bytes listed)
{
	struct cursor at = cursor_over(listed);
	uint64_t sum = 0;

	while (cursor_left(&at) != 0) {
		struct bytes ds = take_bytes(&at, take_u16(&at));
		uint64_t one = 0xcbf29ce484222325;

		for (size_t i = 0; i < ds.length; i++)
			one = (one ^ ds.at[i]) * 0x100000001b3;
		sum += one;
	}
	return sum;
}

static struct rollover *find_rollover(struct rollovers *rollovers, const struct name *zone)
{
	for (unsigned i = 0; i < rollovers->count; i++) {
		if (name_equal(&rollovers->zones[i].zone, zone))
			return &rollovers->zones[i];
	}
	return NULL;
}

static void begin_anew(struct rollover *rollover, uint64_t basis)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < rollover->count; i++) {
		enum rollover_state state = rollover->keys[i].state;

		if (state == ROLLOVER_REVOKED || state == ROLLOVER_REMOVED)
			rollover->keys[kept++] = rollover->keys[i];
	}
	rollover->count = kept;
	rollover->basis = basis;
	rollover->seen_at = 0;
	rollover->pause = 0;
}

static void drop_unlisted(struct rollovers *rollovers, const struct anchors *configured)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < rollovers->count; i++) {
		if (trust_listed(configured, &rollovers->zones[i].zone).length == 0)
			continue;
		if (kept != i)
			rollovers->zones[kept] = rollovers->zones[i];
		kept++;
	}
	rollovers->count = kept;
}

void trust_align(struct rollovers *rollovers, const struct anchors *configured)
{
	drop_unlisted(rollovers, configured);
	for (size_t i = 0; i < anchors_count(configured); i++) {
		const struct anchor *anchor = anchors_at(configured, i);
		struct rollover *rollover;

		if (anchor->is_negative)
			continue;
		rollover = find_rollover(rollovers, &anchor->zone);
		if (rollover == NULL && rollovers->count < MAX_ANCHOR_ZONES) {
			rollover = &rollovers->zones[rollovers->count++];
			memset(rollover, 0, sizeof(*rollover));
			rollover->zone = anchor->zone;
			rollover->basis = basis_of(anchor->ds);
		}
		if (rollover != NULL && rollover->basis != basis_of(anchor->ds))
			begin_anew(rollover, basis_of(anchor->ds));
	}
}

static bool add_permitted(struct anchors *into, const struct anchor *anchor,
			  const struct rollover *rollover)
{
	struct cursor at = cursor_over(anchor->ds);

	while (cursor_left(&at) != 0) {
		struct bytes ds = take_bytes(&at, take_u16(&at));

		if (rollover != NULL && !rollover_permits(rollover, ds))
			continue;
		if (anchors_add_ds(into, &anchor->zone, ds) == NO_MEMORY)
			return false;
	}
	return true;
}

static bool add_followers(struct anchors *into, const struct anchor *anchor,
			  const struct rollover *rollover)
{
	if (rollover == NULL || rollover->basis != basis_of(anchor->ds))
		return true;
	for (unsigned i = 0; i < rollover->count; i++) {
		const struct rollover_key *key = &rollover->keys[i];
		struct bytes rdata = bytes_of(key->rdata, key->length);

		if (!rollover_is_trusted(key->state) ||
		    rollover_is_listed(anchor->ds, &anchor->zone, rdata))
			continue;
		if (anchors_add_key(into, &anchor->zone, rdata) == NO_MEMORY)
			return false;
	}
	return true;
}

static bool follow(struct anchors *into, const struct anchor *anchor,
		   const struct rollover *rollover)
{
	if (anchor->is_negative)
		return anchors_add_negative(into, &anchor->zone, anchor->reason,
					    anchor->until) == OK;
	return add_permitted(into, anchor, rollover) && add_followers(into, anchor, rollover);
}

struct anchors *trust_follow(const struct anchors *configured, const struct rollovers *rollovers)
{
	struct anchors *anchors = anchors_new();

	for (size_t i = 0; anchors != NULL && i < anchors_count(configured); i++) {
		const struct anchor *anchor = anchors_at(configured, i);
		const struct rollover *rollover =
			rollovers == NULL ? NULL
					  : find_rollover((struct rollovers *)(uintptr_t)rollovers,
							  &anchor->zone);

		if (follow(anchors, anchor, rollover))
			continue;
		anchors_free(anchors);
		return NULL;
	}
	return anchors;
}
