/* SPDX-License-Identifier: MIT */
/* settings.h — the configuration as the folders want it: each its own small struct, made once and
 * never changed.
 *
 * A reload makes a new one beside the old; when every worker has taken it, the old one is freed.
 * Threads share it without a lock or a count. It owns the configuration that it was made from. */
#ifndef XYLEM_RESOLVER_SETTINGS_H
#define XYLEM_RESOLVER_SETTINGS_H

#include "cache/cache.h"
#include "resolver/added_zones.h"
#include "resolver/complaint.h"
#include "resolver/config/config.h"
#include "resolver/front/front.h"
#include "resolver/observe/log.h"
#include "resolver/trust.h"
#include "resolver/walk/walk.h"

/* Several settings may be made from one configuration; only the main thread counts. */
struct shared_config {
	struct config *config;
	unsigned users;
};

/* What the configuration doesn't say: it came while the daemon runs, or is known from before. All
 * zeros: nothing. Borrowed while settings are made from it. */
struct at_run_time {
	const struct added_zones *added; /* they beat those of the configuration of their name */
	const struct negatives *negatives;
	const struct rollovers *rollovers;
	struct key_watcher *watcher;	   /* outlives the settings */
};

struct settings {
	struct config *config;
	struct shared_config *shared;
	struct added_zones *added;
	struct negatives *negatives;
	struct root *root; /* the local root; borrowed */
	struct name *time_servers;
	struct front_settings front;
	struct walk_settings walk; /* of one worker */
	struct cache_settings cache;
	struct log_settings log;

	/* What those point to. */
	struct access *access, *non_recursive, *trace_access;
	struct walk_zone *zones;
	struct walk_zone_health *health; /* the one part that changes: walk.h */
	struct local *local;
	struct authorities *authorities;
	struct anchors *configured; /* as they are written down … */
	struct anchors *anchors;    /* … and in force */
	uint64_t trusted;	    /* of these, less the negative ones of the run time */
};

/* Takes the configuration, also when it fails, copies what came at run time, and borrows the local
 * root. NULL: `why` says what of it can't be done. */
MUST_USE struct settings *settings_new(struct config *config, const struct at_run_time *besides,
				       struct root *root, struct complaint *why);

/* The same configuration, and what it doesn't say is another. Nothing is read again. */
MUST_USE struct settings *settings_besides(const struct settings *before,
					   const struct at_run_time *besides,
					   struct complaint *why);
void settings_free(struct settings *settings);

/* Adds a configured server to a cut. They have no names: their addresses are spread over as few
 * nameless servers as hold them; what is over the limits is left out. */
void settings_add_server(struct cut *cut, const struct address *address);

#endif
