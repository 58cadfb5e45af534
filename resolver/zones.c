/* SPDX-License-Identifier: MIT */
/* zones.c — zones and negative anchors that come and go while all goes on, and the timer that ends
 * them. */
#include <stdlib.h>
#include <string.h>

#include "cache/base/clock.h"
#include "cache/base/must.h"
#include "resolver/daemon.h"

enum {
	LOOK_AGAIN_MS = 10 * 1000, /* at the latest: timers stand still while the machine sleeps */
};

static void on_end(uv_timer_t *timer)
{
	daemon_expire_zones(timer->data);
}

static uint32_t next_end(const struct settings *settings, uint32_t now)
{
	uint32_t zone = added_zones_next_end(settings->added, now);
	uint32_t negative = negatives_next_end(settings->negatives, now);

	return zone < negative ? zone : negative;
}

static void wait_for_next_end(struct daemon *daemon)
{
	uint32_t left = next_end(daemon->settings, clock_age_seconds());
	uint64_t wait = left < LOOK_AGAIN_MS / 1000 ? (uint64_t)left * 1000 : LOOK_AGAIN_MS;

	if (left == UINT32_MAX) {
		uv_timer_stop(&daemon->zones_end);
		return;
	}
	daemon->zones_end.data = daemon;
	must(uv_timer_start(&daemon->zones_end, on_end, wait == 0 ? 1 : wait, 0) == 0);
}

static bool put_into_force(struct daemon *daemon, const struct at_run_time *besides,
			   struct complaint *why)
{
	struct settings *next = settings_besides(daemon->settings, besides, why);

	if (next == NULL) return false;
	daemon_put_into_force(daemon, next);
	wait_for_next_end(daemon);
	return true;
}

/* Takes the list. */
static bool use_zones(struct daemon *daemon, struct added_zones *zones, struct complaint *why)
{
	struct at_run_time besides = daemon_besides(daemon);
	bool good;

	besides.added = zones;
	good = put_into_force(daemon, &besides, why);
	free(zones);
	return good;
}

/* Takes the list. */
static bool use_negatives(struct daemon *daemon, struct negatives *negatives,
			  struct complaint *why)
{
	struct at_run_time besides = daemon_besides(daemon);
	bool good;

	besides.negatives = negatives;
	good = put_into_force(daemon, &besides, why);
	free(negatives);
	return good;
}

void daemon_forget_zones(struct daemon *daemon)
{
	const struct added_zones *zones = daemon->settings->added;
	struct cache_flush what = { .below = true, .through = true };

	for (size_t i = 0; i < zones->count; i++) {
		bool parsed = name_parse(zones->at[i].name, &what.name);

		must(parsed);
		(void)cache_flush(daemon->cache, &what);
	}
	for (size_t i = 0; i < daemon->settings->negatives->count; i++) {
		what.name = daemon->settings->negatives->at[i].name;
		(void)cache_flush(daemon->cache, &what);
	}
}

/* Whoever adds a zone says that its servers can be reached now, whatever was before. */
static void forgive_servers(struct daemon *daemon, const struct added_zone *zone)
{
	const struct server unknown = { 0 };

	for (size_t i = 0; i < zone->server_count; i++)
		cache_put_server(daemon->cache, &zone->servers[i], &unknown);
}

bool daemon_add_zone(struct daemon *daemon, const struct added_zone *zone, struct complaint *why)
{
	struct added_zones *zones = added_zones_copy(daemon->settings->added);

	if (zones == NULL) return complain(why, "no memory for another zone");
	(void)added_zones_expire(zones, clock_age_seconds());
	if (!added_zones_put(zones, zone, why)) {
		free(zones);
		return false;
	}
	forgive_servers(daemon, zone);
	return use_zones(daemon, zones, why);
}

bool daemon_remove_zones(struct daemon *daemon, const char *name, const char *owner,
			 size_t *removed, struct complaint *why)
{
	struct added_zones *zones = added_zones_copy(daemon->settings->added);

	if (zones == NULL) return complain(why, "no memory to remove a zone");
	*removed = added_zones_remove(zones, name, owner);
	if (*removed > 0) return use_zones(daemon, zones, why);
	free(zones);
	return true;
}

bool daemon_add_negative(struct daemon *daemon, const struct negative *negative,
			 struct complaint *why)
{
	struct negatives *negatives = negatives_copy(daemon->settings->negatives);

	if (negatives == NULL) return complain(why, "no memory for another negative anchor");
	(void)negatives_expire(negatives, clock_age_seconds());
	if (negatives_put(negatives, negative, why)) return use_negatives(daemon, negatives, why);
	free(negatives);
	return false;
}

bool daemon_remove_negative(struct daemon *daemon, const struct name *name, bool *removed,
			    struct complaint *why)
{
	struct negatives *negatives = negatives_copy(daemon->settings->negatives);

	if (negatives == NULL) return complain(why, "no memory to remove a negative anchor");
	*removed = negatives_remove(negatives, name);
	if (*removed) return use_negatives(daemon, negatives, why);
	free(negatives);
	return true;
}

void daemon_expire_zones(struct daemon *daemon)
{
	struct added_zones *zones = added_zones_copy(daemon->settings->added);
	struct negatives *negatives = negatives_copy(daemon->settings->negatives);
	struct at_run_time besides = daemon_besides(daemon);
	uint32_t now = clock_age_seconds();
	struct complaint why;
	size_t ended = 0, over = 0;

	if (zones != NULL && negatives != NULL) {
		ended = added_zones_expire(zones, now);
		over = negatives_expire(negatives, now);
		besides.added = zones;
		besides.negatives = negatives;
	}
	if (ended + over == 0)
		wait_for_next_end(daemon);
	else if (!put_into_force(daemon, &besides, &why))
		wait_for_next_end(daemon); /* no memory: again in a moment */
	else if (ended != 0)
		log_info("added zones whose time is over: %zu", ended);
	if (over != 0) log_info("negative anchors whose time is over: %zu", over);
	free(zones);
	free(negatives);
}
