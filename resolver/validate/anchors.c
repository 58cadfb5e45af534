/* SPDX-License-Identifier: MIT */
/* anchors.c — a short list, looked through from one end to the other: there are few anchors. */
#include "resolver/validate/anchors.h"

#include <stdlib.h>
#include <string.h>

#include "cache/base/limits.h"
#include "cache/dns.h"
#include "resolver/validate/key.h"

enum { DS_OCTETS = 1024, SHORTEST_DS = 4 + 20 };

struct kept_anchor {
	struct anchor anchor;
	char         *reason;           /* owned */
	uint8_t       ds[DS_OCTETS];
};

struct anchors {
	struct kept_anchor *kept;
	size_t              count, room;
};

struct anchors *anchors_new(void)
{
	return calloc(1, sizeof(struct anchors));
}

void anchors_free(struct anchors *anchors)
{
	if (anchors == NULL)
		return;
	for (size_t i = 0; i < anchors->count; i++)
		free(anchors->kept[i].reason);
	free(anchors->kept);
	free(anchors);
}

/* The sets of data move when the list grows. */
static void point_to_data(struct anchors *anchors)
{
	for (size_t i = 0; i < anchors->count; i++)
		anchors->kept[i].anchor.ds.at = anchors->kept[i].ds;
}

static struct kept_anchor *append(struct anchors *anchors, const struct name *zone,
				  bool is_negative)
{
	struct kept_anchor *fresh;

	if (anchors->count == anchors->room) {
		size_t room = 2 * anchors->room + 4;

		fresh = realloc(anchors->kept, room * sizeof(*fresh));
		if (fresh == NULL)
			return NULL;
		anchors->kept = fresh;
		anchors->room = room;
	}
	fresh = &anchors->kept[anchors->count++];
	*fresh = (struct kept_anchor){ .anchor = { .zone = *zone, .is_negative = is_negative } };
	point_to_data(anchors);
	return fresh;
}

static struct kept_anchor *find_exactly(const struct anchors *anchors, const struct name *zone,
					bool is_negative)
{
	for (size_t i = 0; i < anchors->count; i++) {
		struct kept_anchor *kept = &anchors->kept[i];

		if (kept->anchor.is_negative == is_negative && name_equal(&kept->anchor.zone, zone))
			return kept;
	}
	return NULL;
}

enum result anchors_add_ds(struct anchors *anchors, const struct name *zone, struct bytes rdata)
{
	struct kept_anchor *kept = find_exactly(anchors, zone, false);
	struct writer into;

	if (rdata.length < SHORTEST_DS)
		return MALFORMED;
	if (kept == NULL)
		kept = append(anchors, zone, false);
	if (kept == NULL)
		return NO_MEMORY;
	into = writer_over(kept->ds + kept->anchor.ds.length,
			   sizeof(kept->ds) - kept->anchor.ds.length);
	put_u16(&into, (uint16_t)rdata.length);
	put_bytes(&into, rdata);
	if (!writer_is_good(&into))
		return MALFORMED;
	kept->anchor.ds.length += into.position;
	return OK;
}

enum result anchors_add_key(struct anchors *anchors, const struct name *zone, struct bytes rdata)
{
	uint8_t ds[DS_SHA256_SIZE];
	struct zone_key key;

	if (!zone_key_read(rdata, &key) || !zone_key_may_sign(&key))
		return MALFORMED;
	return anchors_add_ds(anchors, zone, bytes_of(ds, zone_key_digest(&key, zone, ds)));
}

enum result anchors_add_negative(struct anchors *anchors, const struct name *zone,
				 const char *reason, int64_t until)
{
	struct kept_anchor *kept = find_exactly(anchors, zone, true);
	char *copy = reason == NULL ? NULL : strdup(reason);

	if (reason != NULL && copy == NULL)
		return NO_MEMORY;
	if (kept == NULL)
		kept = append(anchors, zone, true);
	if (kept == NULL) {
		free(copy);
		return NO_MEMORY;
	}
	free(kept->reason);
	kept->reason = copy;
	kept->anchor.reason = copy;
	kept->anchor.until = until;
	return OK;
}

static enum result add_copy(struct anchors *into, const struct kept_anchor *kept)
{
	struct kept_anchor *fresh;

	if (kept->anchor.is_negative)
		return anchors_add_negative(into, &kept->anchor.zone, kept->reason,
					    kept->anchor.until);
	fresh = append(into, &kept->anchor.zone, false);
	if (fresh == NULL)
		return NO_MEMORY;
	memcpy(fresh->ds, kept->ds, kept->anchor.ds.length);
	fresh->anchor.ds.length = kept->anchor.ds.length;
	return OK;
}

struct anchors *anchors_copy(const struct anchors *anchors)
{
	struct anchors *copy = anchors_new();

	for (size_t i = 0; copy != NULL && i < anchors_count(anchors); i++) {
		if (add_copy(copy, &anchors->kept[i]) != OK) {
			anchors_free(copy);
			return NULL;
		}
	}
	return copy;
}

static bool is_over(const struct anchor *anchor, int64_t now)
{
	return anchor->until != 0 && now >= anchor->until;
}

static bool is_closer(const struct anchor *anchor, const struct anchor *best)
{
	if (best == NULL || anchor->zone.length != best->zone.length)
		return best == NULL || anchor->zone.length > best->zone.length;
	return anchor->is_negative;
}

const struct anchor *anchors_find(const struct anchors *anchors, const struct name *name,
				  int64_t now)
{
	const struct anchor *best = NULL;

	for (size_t i = 0; anchors != NULL && i < anchors->count; i++) {
		const struct anchor *anchor = &anchors->kept[i].anchor;

		if (!is_over(anchor, now) && name_is_in(name, &anchor->zone) &&
		    is_closer(anchor, best))
			best = anchor;
	}
	return best;
}

size_t anchors_count(const struct anchors *anchors)
{
	return anchors == NULL ? 0 : anchors->count;
}

const struct anchor *anchors_at(const struct anchors *anchors, size_t i)
{
	return &anchors->kept[i].anchor;
}

/* FNV-1a: nobody is to be defended against here, and it is the same on each machine. */
static uint64_t mix(uint64_t sum, struct bytes octets)
{
	for (size_t i = 0; i < octets.length; i++)
		sum = (sum ^ letter_lower(octets.at[i])) * 0x100000001b3;
	return sum;
}

static uint64_t fingerprint_of(const struct anchor *anchor)
{
	const uint8_t kind = anchor->is_negative;
	uint64_t sum = mix(0xcbf29ce484222325, bytes_of(&kind, 1));

	sum = mix(sum, name_bytes(&anchor->zone));
	return mix(sum, anchor->ds);
}

/* A sum, so that their order doesn't matter. */
uint64_t anchors_fingerprint(const struct anchors *anchors)
{
	uint64_t sum = 1;

	for (size_t i = 0; i < anchors_count(anchors); i++)
		sum += fingerprint_of(&anchors->kept[i].anchor);
	return sum;
}
