/* SPDX-License-Identifier: MIT */
/* added_zones.c — a short list, looked through from its beginning. */
#include "resolver/added_zones.h"

#include <stdlib.h>
#include <string.h>

struct added_zones *added_zones_copy(const struct added_zones *zones)
{
	struct added_zones *copy = calloc(1, sizeof(*copy));

	if (copy != NULL && zones != NULL) *copy = *zones;
	return copy;
}

const struct added_zone *added_zones_find(const struct added_zones *zones, const char *name)
{
	for (size_t i = 0; i < zones->count; i++)
		if (strcmp(zones->at[i].name, name) == 0) return &zones->at[i];
	return NULL;
}

bool added_zones_put(struct added_zones *zones, const struct added_zone *zone,
		     struct complaint *why)
{
	const struct added_zone *old = added_zones_find(zones, zone->name);

	if (old != NULL && strcmp(old->owner, zone->owner) != 0)
		return complain(why,
				"%s is %s's already: remove it first, or add it as that owner",
				old->name, old->owner);
	if (old == NULL && zones->count == MAX_ADDED_ZONES)
		return complain(why, "%d zones have been added, which is the most there may be: "
				     "remove one first, or configure some in the file",
				MAX_ADDED_ZONES);
	zones->at[old == NULL ? zones->count++ : (size_t)(old - zones->at)] = *zone;
	return true;
}

/* Keeps those for which `stays` is true, in their order. */
static size_t keep(struct added_zones *zones,
		   bool (*stays)(const struct added_zone *, const void *), const void *subject)
{
	size_t kept = 0, before = zones->count;

	for (size_t i = 0; i < before; i++) {
		if (!stays(&zones->at[i], subject)) continue;
		if (kept != i) zones->at[kept] = zones->at[i];
		kept++;
	}
	zones->count = kept;
	return before - kept;
}

struct sought {
	const char *name, *owner;
};

static bool is_another(const struct added_zone *zone, const void *subject)
{
	const struct sought *sought = subject;

	if (sought->name != NULL && strcmp(sought->name, zone->name) != 0) return true;
	return sought->owner != NULL && strcmp(sought->owner, zone->owner) != 0;
}

size_t added_zones_remove(struct added_zones *zones, const char *name, const char *owner)
{
	const struct sought sought = { name, owner };

	return keep(zones, is_another, &sought);
}

static bool has_time_left(const struct added_zone *zone, const void *now)
{
	return zone->expires_at == 0 || zone->expires_at > *(const uint32_t *)now;
}

size_t added_zones_expire(struct added_zones *zones, uint32_t now)
{
	return keep(zones, has_time_left, &now);
}

uint32_t added_zones_next_end(const struct added_zones *zones, uint32_t now)
{
	uint32_t next = UINT32_MAX;

	for (size_t i = 0; i < zones->count; i++) {
		uint32_t end = zones->at[i].expires_at;

		if (end == 0) continue;
		if (end <= now) return 0;
		if (end - now < next) next = end - now;
	}
	return next;
}

struct config_zone added_zone_as_configured(const struct added_zone *zone)
{
	return (struct config_zone){
		.zone = zone->name,
		.servers = { (struct address *)(uintptr_t)zone->servers, zone->server_count },
		.dnssec = zone->dnssec,
		.fallback = zone->fallback,
		.tls = zone->tls[0] == '\0' ? NULL : zone->tls,
	};
}
