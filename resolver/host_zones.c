/* SPDX-License-Identifier: MIT */
/* host_zones.c — the daemon's zones as the control socket sees them. */
#include <stdio.h>
#include <string.h>

#include "cache/base/clock.h"
#include "resolver/daemon.h"
#include "resolver/host_zones.h"

static bool is_in_file(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->stub.count; i++)
		if (strcmp(config->stub.at[i].zone, name) == 0) return true;
	for (size_t i = 0; i < config->forward.count; i++)
		if (strcmp(config->forward.at[i].zone, name) == 0) return true;
	return false;
}

static enum result refuse(struct control_zone_change *into, const struct complaint *why)
{
	snprintf(into->why, sizeof(into->why), "%.*s", CONTROL_WHY_SIZE - 1, why->text);
	return NOT_ALLOWED;
}

enum result host_zone_add(void *subject, const struct control_zone *zone,
			  struct control_zone_change *into)
{
	static struct added_zone fresh;
	struct daemon *daemon = subject;
	uint32_t now = clock_age_seconds();
	struct complaint why;

	fresh = (struct added_zone){
		.is_stub = zone->is_stub,
		.fallback = zone->fallback,
		.dnssec = zone->validate ? CONFIG_DNSSEC_VALIDATE : CONFIG_DNSSEC_OFF,
		.expires_at = zone->expires_s == 0 ? 0 : now + zone->expires_s,
		.server_count = zone->server_count,
	};
	snprintf(fresh.name, sizeof(fresh.name), "%s", zone->name);
	snprintf(fresh.owner, sizeof(fresh.owner), "%s", zone->owner);
	snprintf(fresh.tls, sizeof(fresh.tls), "%s", zone->tls == NULL ? "" : zone->tls);
	memcpy(fresh.servers, zone->servers, zone->server_count * sizeof(*zone->servers));
	into->shadows = is_in_file(daemon->settings->config, zone->name);
	into->replaced = added_zones_find(daemon->settings->added, zone->name) != NULL;
	if (!daemon_add_zone(daemon, &fresh, &why)) return refuse(into, &why);
	log_info("zone added: %s for %s%s", fresh.name, fresh.owner,
		 into->shadows ? "; the file's zone of that name gives way to it" : "");
	return OK;
}

enum result host_zone_remove(void *subject, const char *name, const char *owner,
			     struct control_zone_change *into)
{
	struct daemon *daemon = subject;
	struct complaint why;

	if (!daemon_remove_zones(daemon, name, owner, &into->removed, &why))
		return refuse(into, &why);
	if (into->removed > 0 || name == NULL || !is_in_file(daemon->settings->config, name))
		return OK;
	complain(&why, "%s was not added at run time: it stands in the configuration; take it out "
		       "there, and reload", name);
	return refuse(into, &why);
}

struct listing {
	const struct settings *settings;
	void (*each)(const struct control_zone *, void *);
	void *to;
};

static void list_configured(const struct listing *listing, const struct config_zones *zones,
			    bool is_stub)
{
	for (size_t i = 0; i < zones->count; i++) {
		const struct config_zone *zone = &zones->at[i];
		struct control_zone shown = {
			.name = zone->zone,
			.servers = zone->servers.at,
			.server_count = zone->servers.count,
			.is_stub = is_stub,
			.validate = zone->dnssec == CONFIG_DNSSEC_VALIDATE,
			.fallback = zone->fallback,
			.tls = zone->tls,
			.is_shadowed = added_zones_find(listing->settings->added, zone->zone) !=
				       NULL,
		};

		listing->each(&shown, listing->to);
	}
}

static void list_added(const struct listing *listing, uint32_t now)
{
	const struct added_zones *added = listing->settings->added;

	for (size_t i = 0; i < added->count; i++) {
		const struct added_zone *zone = &added->at[i];
		struct control_zone shown = {
			.name = zone->name,
			.owner = zone->owner,
			.servers = zone->servers,
			.server_count = zone->server_count,
			.is_stub = zone->is_stub,
			.validate = zone->dnssec == CONFIG_DNSSEC_VALIDATE,
			.fallback = zone->fallback,
			.tls = zone->tls[0] == '\0' ? NULL : zone->tls,
		};

		if (zone->expires_at != 0)
			shown.expires_s = zone->expires_at > now ? zone->expires_at - now : 1;
		listing->each(&shown, listing->to);
	}
}

void host_zone_list(void *subject, void (*each)(const struct control_zone *, void *), void *to)
{
	const struct daemon *daemon = subject;
	const struct listing listing = { daemon->settings, each, to };

	list_configured(&listing, &daemon->settings->config->stub, true);
	list_configured(&listing, &daemon->settings->config->forward, false);
	list_added(&listing, clock_age_seconds());
}
