/* SPDX-License-Identifier: MIT */
/* host.c — the daemon as the control socket sees it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/base/clock.h"
#include "resolver/daemon.h"
#include "resolver/host_anchors.h"
#include "resolver/host_zones.h"

/* Control's list of listen addresses, made once: they don't change while the daemon runs. */
static bool print_addresses(struct daemon *daemon)
{
	size_t count = daemon->sockets.address_count;

	daemon->listen_texts = calloc(count, sizeof(*daemon->listen_texts));
	daemon->listen = calloc(count, sizeof(*daemon->listen));
	if (daemon->listen_texts == NULL || daemon->listen == NULL) return false;
	for (size_t i = 0; i < count; i++) {
		const struct address *address = &daemon->sockets.addresses[i];

		if (address->family == 0) continue;
		address_print_with_port(address, daemon->listen_texts[daemon->listen_count]);
		daemon->listen[daemon->listen_count] = daemon->listen_texts[daemon->listen_count];
		daemon->listen_count++;
	}
	return true;
}

static void look_at_root(const struct daemon *daemon, struct control_local_root *into)
{
	static const char *const states[] = {
		[ROOT_OFF] = NULL,
		[ROOT_ABSENT] = "absent",
		[ROOT_IN_FORCE] = "in force",
		[ROOT_EXPIRED] = "expired",
	};
	static struct root_figures figures; /* what is borrowed until the next call */

	root_keeper_look(daemon->root_keeper, &figures);
	*into = (struct control_local_root){
		.state = states[figures.state],
		.has_copy = figures.state == ROOT_IN_FORCE || figures.state == ROOT_EXPIRED,
		.serial = figures.serial,
		.age_s = figures.age_s,
		.left_s = figures.left_s,
		.zones = figures.zones,
		.octets = figures.octets,
		.from = figures.from,
		.why = figures.why[0] == '\0' ? NULL : figures.why,
	};
}

static const char *const passages[] = {
	[PASSAGE_DIRECT] = "direct",
	[PASSAGE_DOWN] = "down",
	[PASSAGE_BLOCKED] = "blocked",
	[PASSAGE_INTERCEPTED] = "intercepted",
};

/* Each thread finds out by itself: the worst is told. */
static void note_passage(struct control_status *into, const struct worker_figures *figures)
{
	enum passage worst = PASSAGE_DIRECT;

	while (into->network != NULL && into->network != passages[worst])
		worst++;
	if (into->network != NULL && figures->passage <= worst) return;
	into->network = passages[figures->passage];
	snprintf(into->network_why, sizeof(into->network_why), "%s", figures->passage_why);
}

static void status(void *subject, struct control_status *into)
{
	struct daemon *daemon = subject;

	memset(into, 0, sizeof(*into));
	into->uptime_s = clock_age_seconds() - daemon->started_at;
	into->workers = daemon->worker_count;
	into->listen = daemon->listen;
	into->listen_count = daemon->listen_count;
	into->config = daemon->settings->config->path;
	look_at_root(daemon, &into->local_root);
	for (unsigned i = 0; i < daemon->worker_count; i++) {
		static struct worker_figures figures;   /* ASan's stacks aren't aligned for it */

		worker_look(daemon->workers[i], &figures);
		into->queries += figures.front.udp_queries + figures.front.tcp_queries;
		into->answers_from_cache += figures.front.from_cache;
		into->walks += figures.walk.walks;
		into->walks_now += figures.walks_now;
		into->upstream_queries += figures.walk.upstream_queries;
		into->failures += figures.walk.failures;
		into->synthesised += figures.walk.synthesised;
		note_passage(into, &figures);
	}
}

_Static_assert((int)CONTROL_MAX_CHANGES == (int)CONFIG_MAX_SETTINGS,
	       "a reload may change every setting");

static enum result reload(void *subject, struct control_reload *into)
{
	static struct reload brought;
	struct complaint why;

	into->change_count = 0;
	if (!daemon_reload(subject, &brought, &why)) {
		snprintf(into->why, sizeof(into->why), "%.*s", CONTROL_WHY_SIZE - 1, why.text);
		return NOT_ALLOWED;
	}
	for (size_t i = 0; i < brought.count; i++)
		into->changes[into->change_count++] = (struct control_change){
			.key = brought.changes[i].key,
			.needs_restart = brought.changes[i].needs_restart,
		};
	return OK;
}

bool daemon_start_control(struct daemon *daemon, struct complaint *why)
{
	const struct config *config = daemon->first->config;
	struct control_settings settings = { .path = config->control.socket,
					     .group = config->control.group };
	char reason[CONTROL_WHY_SIZE];

	if (!print_addresses(daemon)) return complain(why, "no memory for the control socket");
	if (settings.path == NULL) return true;
	daemon->host = (struct control_host){
		.cache = daemon->cache,
		.cache_file = config->cache.file,
		.subject = daemon,
		.status = status,
		.reload = reload,
		.zone_add = host_zone_add,
		.zone_remove = host_zone_remove,
		.zone_list = host_zone_list,
		.anchor_list = host_anchor_list,
		.negative_add = host_negative_add,
		.negative_remove = host_negative_remove,
	};
	if (control_start(&daemon->driver.uv, &settings, &daemon->host, &daemon->control, reason) !=
	    OK)
		return complain(why, "%s", reason);
	return true;
}
