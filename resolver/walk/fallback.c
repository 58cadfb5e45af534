/* SPDX-License-Identifier: MIT */
/* fallback.c — configured zones, and the way round their servers when those fail and `fallback`
 * allows it: on from the zone that encloses it, or from the public tree.
 *
 * A detour is one question's. When nobody of a zone has replied, later questions don't wait for
 * that again: they take the detour at once, but for one in FALLBACK_RETRY_S, which asks; the first
 * reply ends it. What is found on a detour is kept for MAX_FALLBACK_TTL only: the zone's own
 * servers may say something else. */
#include "cache/base/limits.h"
#include "resolver/observe/log.h"
#include "resolver/walk/walk_private.h"

const struct walk_zone *find_configured_zone(const struct walk_settings *settings,
					     const struct name *name, const struct name *passed)
{
	const struct walk_zone *best = NULL;

	for (unsigned i = 0; i < settings->zone_count; i++) {
		const struct walk_zone *zone = &settings->zones[i];

		if (!name_is_in(name, &zone->cut.zone))
			continue;
		if (passed != NULL && name_is_in(&zone->cut.zone, passed))
			continue;
		if (best == NULL || zone->cut.zone.length > best->cut.zone.length)
			best = zone;
	}
	return best;
}

/* --- what is known of a zone's servers --- */

/* True: all that is known is that they don't reply, and it is another walk's turn to ask. */
static bool is_silent(const struct walk_zone *zone, uint32_t now)
{
	uint32_t ask_at;

	if (zone->health == NULL ||
	    __atomic_load_n(&zone->health->silent_since, __ATOMIC_RELAXED) == 0)
		return false;
	ask_at = __atomic_load_n(&zone->health->ask_at, __ATOMIC_RELAXED);
	return now < ask_at ||
	       !__atomic_compare_exchange_n(&zone->health->ask_at, &ask_at, now + FALLBACK_RETRY_S,
					    false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/* Said once, by whoever finds it out. */
static void note_silence(const struct walk_zone *zone, uint32_t now)
{
	uint32_t never = 0;
	char text[NAME_TEXT_SIZE];

	__atomic_store_n(&zone->health->ask_at, now + FALLBACK_RETRY_S, __ATOMIC_RELAXED);
	if (__atomic_compare_exchange_n(&zone->health->silent_since, &never, now != 0 ? now : 1,
					false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		log_warning("no server of %s replies: going on without them, as its `fallback` "
			    "says, and asking them again every %d s",
			    name_print(&zone->cut.zone, text), FALLBACK_RETRY_S);
}

/* The zone whose servers are being asked, as it is configured now; NULL: it isn't any more, or has
 * no fallback. */
static const struct walk_zone *zone_of_route(const struct walk *w)
{
	const struct name *name = &w->route.cut.zone;
	const struct walk_zone *zone = find_configured_zone(w->walks->settings, name, NULL);

	if (zone == NULL || zone->health == NULL || !name_equal(&zone->cut.zone, name))
		return NULL;
	return zone;
}

void walk_heard(struct walk *w)
{
	const struct walk_zone *zone;
	char text[NAME_TEXT_SIZE];

	w->route.heard = true;
	zone = w->route.may_fall_back ? zone_of_route(w) : NULL;
	if (zone != NULL &&
	    __atomic_exchange_n(&zone->health->silent_since, 0, __ATOMIC_RELAXED) != 0)
		log_info("the servers of %s reply again", name_print(&zone->cut.zone, text));
}

void fallback_network_changed(const struct walks *walks)
{
	for (unsigned i = 0; i < walks->settings->zone_count; i++) {
		struct walk_zone_health *health = walks->settings->zones[i].health;

		if (health != NULL)
			__atomic_store_n(&health->ask_at, 0, __ATOMIC_RELAXED);
	}
}

/* --- the detour --- */

static void take_detour(struct walk *w, const struct cut *zone, const char *why)
{
	struct trace_peer peer = { .server = &name_root,
				   .address = zone->servers[0].addresses[0] };

	if (why == NULL)
		why = "its servers failed";     /* the arena is full */
	w->detour = (struct detour){ .zone = zone->zone, .taken = true, .why = why,
				     .around_stub = zone->source == CUT_FROM_STUB };
	trace_refused(&w->trace, &peer, why);
}

void detour_end(struct walk *w)
{
	w->detour.zone = (struct name){ 0 };
	w->detour.around_stub = false;
}

const struct walk_zone *walk_find_zone(const struct walk *w, const struct name *name)
{
	const struct name *passed = name_is_set(&w->detour.zone) ? &w->detour.zone : NULL;

	return find_configured_zone(w->walks->settings, name, passed);
}

bool walk_passes_by(struct walk *w, const struct walk_zone *zone)
{
	if (!is_silent(zone, w->walks->loop->now_s))
		return false;
	take_detour(w, &zone->cut, arena_print(&w->arena, "no server of %s has replied lately",
					       walk_print_name(w, &zone->cut.zone)));
	return true;
}

bool walk_falls_back(struct walk *w)
{
	const struct walk_zone *zone;
	const char *excuse = walk_print_excuse(w);

	if (!w->route.may_fall_back)
		return false;
	zone = zone_of_route(w);
	/* A network that is down is nobody's fault. */
	if (zone != NULL && !w->route.heard && !outage_is_total(w->walks))
		note_silence(zone, w->walks->loop->now_s);
	take_detour(w, &w->route.cut,
		    arena_print(&w->arena, "%s%sno server of %s %s", excuse == NULL ? "" : excuse,
				excuse == NULL ? "" : "; ",
				walk_print_name(w, &w->route.cut.zone),
				w->route.heard ? "gave a useful answer" : "replied"));
	return true;
}

void detour_begin_at(const struct walk *w, struct name *from)
{
	if (w->detour.around_stub && name_is_in(from, &w->detour.zone))
		name_parent(&w->detour.zone, from);
}

uint32_t detour_life(const struct walk *w, uint32_t ttl)
{
	return w->detour.taken && ttl > MAX_FALLBACK_TTL ? MAX_FALLBACK_TTL : ttl;
}
