/* SPDX-License-Identifier: MIT */
/* zones.c — zones that come and go while all goes on, and the timer that ends them. */
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

static void wait_for_next_end(struct daemon *daemon)
{
	uint32_t left = added_zones_next_end(daemon->settings->added, clock_age_seconds());
	uint64_t wait = left < LOOK_AGAIN_MS / 1000 ? (uint64_t)left * 1000 : LOOK_AGAIN_MS;

	if (left == UINT32_MAX) {
		uv_timer_stop(&daemon->zones_end);
		return;
	}
	daemon->zones_end.data = daemon;
	must(uv_timer_start(&daemon->zones_end, on_end, wait == 0 ? 1 : wait, 0) == 0);
}

/* Takes the list. */
static bool put_into_force(struct daemon *daemon, struct added_zones *zones, struct complaint *why)
{
	struct settings *next = settings_with_zones(daemon->settings, zones, why);

	free(zones);
	if (next == NULL) return false;
	daemon_put_into_force(daemon, next);
	wait_for_next_end(daemon);
	return true;
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
	return put_into_force(daemon, zones, why);
}

bool daemon_remove_zones(struct daemon *daemon, const char *name, const char *owner,
			 size_t *removed, struct complaint *why)
{
	struct added_zones *zones = added_zones_copy(daemon->settings->added);

	if (zones == NULL) return complain(why, "no memory to remove a zone");
	*removed = added_zones_remove(zones, name, owner);
	if (*removed > 0) return put_into_force(daemon, zones, why);
	free(zones);
	return true;
}

void daemon_expire_zones(struct daemon *daemon)
{
	struct added_zones *zones = added_zones_copy(daemon->settings->added);
	struct complaint why;
	size_t ended;

	ended = zones == NULL ? 0 : added_zones_expire(zones, clock_age_seconds());
	if (ended == 0) {
		free(zones);
		wait_for_next_end(daemon);
		return;
	}
	if (put_into_force(daemon, zones, &why))
		log_info("added zones whose time is over: %zu", ended);
	else
		wait_for_next_end(daemon); /* no memory: again in a moment */
}
