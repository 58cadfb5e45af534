/* SPDX-License-Identifier: MIT */
/* host_anchors.c — the daemon's trust anchors as the control socket sees them. */
#include "resolver/host_anchors.h"

#include <stdio.h>
#include <string.h>

#include "cache/base/clock.h"
#include "resolver/daemon.h"

struct listing {
	const struct daemon *daemon;
	void               (*each)(const struct control_anchor *, void *);
	void                *to;
};

static const struct rollover *rollover_of(const struct daemon *daemon, const struct name *zone)
{
	const struct rollovers *rollovers = follower_rollovers(daemon->follower);

	if (!daemon->settings->config->dnssec.rfc5011)
		return NULL;
	for (unsigned i = 0; i < rollovers->count; i++) {
		if (name_equal(&rollovers->zones[i].zone, zone))
			return &rollovers->zones[i];
	}
	return NULL;
}

static struct bytes rdata_of(const struct rollover_key *key)
{
	return bytes_of(key->rdata, key->length);
}

/* The key that has been seen for a DS, which stands behind its length. NULL: none has. */
static const struct rollover_key *key_of(const struct rollover *rollover, struct bytes one)
{
	for (unsigned i = 0; rollover != NULL && i < rollover->count; i++) {
		if (rollover_is_listed(one, &rollover->zone, rdata_of(&rollover->keys[i])))
			return &rollover->keys[i];
	}
	return NULL;
}

static void show_state(const struct rollover_key *key, struct control_anchor *into)
{
	into->state = rollover_state_name(key->state);
	into->since = key->since;
	if (key->state == ROLLOVER_PENDING)
		into->left_s = key->observed < ROLLOVER_HOLD_DOWN_S
				       ? ROLLOVER_HOLD_DOWN_S - key->observed : 1;
}

static void list_configured(const struct listing *listing, const struct anchor *anchor,
			    const char *zone)
{
	const struct settings *settings = listing->daemon->settings;
	const struct rollover *rollover = rollover_of(listing->daemon, &anchor->zone);
	struct cursor at = cursor_over(anchor->ds);

	while (cursor_left(&at) != 0) {
		const uint8_t *start = anchor->ds.at + (anchor->ds.length - cursor_left(&at));
		struct bytes ds = take_bytes(&at, take_u16(&at));
		const struct rollover_key *key = key_of(rollover, bytes_of(start, ds.length + 2));
		struct control_anchor shown = {
			.zone = zone, .tag = load_u16(ds.at), .algorithm = ds.at[2],
			.state = "listed",
			.source = settings->config->trust_anchors == NULL ? "built in" : "file",
		};

		if (key != NULL)
			show_state(key, &shown);
		listing->each(&shown, listing->to);
	}
}

static void list_followers(const struct listing *listing, const struct anchor *anchor,
			   const char *zone)
{
	const struct rollover *rollover = rollover_of(listing->daemon, &anchor->zone);

	for (unsigned i = 0; rollover != NULL && i < rollover->count; i++) {
		const struct rollover_key *key = &rollover->keys[i];
		struct control_anchor shown = {
			.zone = zone, .tag = key_tag(rdata_of(key)), .algorithm = key->rdata[3],
			.source = "RFC 5011",
		};

		if (rollover_is_listed(anchor->ds, &anchor->zone, rdata_of(key)))
			continue;
		show_state(key, &shown);
		listing->each(&shown, listing->to);
	}
}

static void list_negatives(const struct listing *listing, uint32_t now)
{
	const struct negatives *negatives = listing->daemon->settings->negatives;

	for (size_t i = 0; i < negatives->count; i++) {
		const struct negative *negative = &negatives->at[i];
		struct control_anchor shown = {
			.zone = negative->text, .is_negative = true, .state = "negative",
			.source = "control", .reason = negative->reason,
		};

		if (negative->expires_at != 0)
			shown.left_s = negative->expires_at > now ? negative->expires_at - now : 1;
		listing->each(&shown, listing->to);
	}
}

void host_anchor_list(void *subject, void (*each)(const struct control_anchor *, void *), void *to)
{
	const struct daemon *daemon = subject;
	const struct listing listing = { daemon, each, to };
	const struct anchors *configured = daemon->settings->configured;

	for (size_t i = 0; i < anchors_count(configured); i++) {
		const struct anchor *anchor = anchors_at(configured, i);
		char zone[NAME_TEXT_SIZE];

		name_print(&anchor->zone, zone);
		if (anchor->is_negative) {
			each(&(struct control_anchor){ .zone = zone, .is_negative = true,
						       .state = "negative", .source = "file",
						       .reason = anchor->reason }, to);
			continue;
		}
		list_configured(&listing, anchor, zone);
		list_followers(&listing, anchor, zone);
	}
	list_negatives(&listing, clock_age_seconds());
}

/* --- negative ones --- */

static enum result refuse(struct control_zone_change *into, const struct complaint *why)
{
	snprintf(into->why, sizeof(into->why), "%.*s", CONTROL_WHY_SIZE - 1, why->text);
	return NOT_ALLOWED;
}

static bool is_in_file(const struct daemon *daemon, const struct name *name)
{
	const struct anchors *configured = daemon->settings->configured;

	for (size_t i = 0; i < anchors_count(configured); i++) {
		const struct anchor *anchor = anchors_at(configured, i);

		if (anchor->is_negative && name_equal(&anchor->zone, name))
			return true;
	}
	return false;
}

enum result host_negative_add(void *subject, const struct control_negative *negative,
			      struct control_zone_change *into)
{
	static struct negative fresh;
	struct daemon *daemon = subject;
	struct complaint why;

	if (!daemon->settings->walk.validate) {
		complain(&why, "nothing is checked (`dnssec.mode`), so there is nothing to except");
		return refuse(into, &why);
	}
	fresh = (struct negative){ .name = negative->name };
	name_lower(&fresh.name);
	name_print(&fresh.name, fresh.text);
	snprintf(fresh.reason, sizeof(fresh.reason), "%s", negative->reason);
	if (negative->expires_s != 0)
		fresh.expires_at = clock_age_seconds() + negative->expires_s;
	into->shadows = is_in_file(daemon, &fresh.name);
	into->replaced = negatives_find(daemon->settings->negatives, &fresh.name) != NULL;
	if (!daemon_add_negative(daemon, &fresh, &why))
		return refuse(into, &why);
	log_warning("below %s signatures aren't checked from now on: %s", fresh.text, fresh.reason);
	return OK;
}

enum result host_negative_remove(void *subject, const struct name *name,
				 struct control_zone_change *into)
{
	struct daemon *daemon = subject;
	struct complaint why;
	bool removed;

	if (!daemon_remove_negative(daemon, name, &removed, &why))
		return refuse(into, &why);
	into->removed = removed;
	if (removed || !is_in_file(daemon, name))
		return OK;
	complain(&why, "that negative anchor stands in the configuration; take it out of "
		       "`dnssec.negative-anchors` there, and reload");
	return refuse(into, &why);
}
