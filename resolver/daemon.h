/* SPDX-License-Identifier: MIT */
/* daemon.h — the whole of xylemd in one value: what main starts, what the control socket looks at.
 *
 * Used by the main thread alone. The workers' insides are reached through worker.h only. */
#ifndef XYLEM_RESOLVER_DAEMON_H
#define XYLEM_RESOLVER_DAEMON_H

#include "resolver/clock_guard.h"
#include "resolver/complaint.h"
#include "resolver/control/control.h"
#include "resolver/follower.h"
#include "resolver/loop_uv.h"
#include "resolver/network.h"
#include "resolver/root/keeper.h"
#include "resolver/settings.h"
#include "resolver/startup/privileges.h"
#include "resolver/startup/sockets.h"
#include "resolver/worker.h"

struct daemon {
	const struct config_arguments *arguments;
	struct settings *first;	   /* as it was started: still in force for what needs a restart */
	struct settings *settings; /* in force; may be `first` */
	struct identity identity;
	struct sockets sockets;
	int lock; /* descriptor */
	struct cache *cache;
	struct root *root; /* the local root, if there is to be one or not */
	struct root_keeper *root_keeper;
	struct worker **workers;
	unsigned worker_count;
	struct loop_uv driver; /* of the main thread */
	struct control *control;
	struct network_watch *network;
	struct clock_guard *clock_guard;
	struct clock_doubt clock; /* what it says */
	struct follower *follower; /* of the trust anchors */
	uv_timer_t fallback;      /* reads again whom this network names */
	unsigned fallback_reads;  /* since it last changed */
	struct control_host host;
	uint32_t started_at; /* age clock, s */
	uv_timer_t zones_end; /* when the next of what was added does */

	/* The addresses that are served, in text. */
	char (*listen_texts)[ADDRESS_TEXT_SIZE];
	const char **listen;
	size_t listen_count;

	/* What has begun, so that daemon_stop() can end it from any point on. */
	bool has_loop, has_lock, has_fallback_timer;
};

/* All zeros before. False: `why` has the reason, or is empty if the reader of the configuration has
 * said it all; then daemon_stop() is still due. On success every worker's loop runs. */
MUST_USE bool daemon_start(struct daemon *daemon, const struct config_arguments *arguments,
			   struct complaint *why);

/* Saves the cache and frees all. */
void daemon_stop(struct daemon *daemon);

/* One line in the log: addresses, threads, folder. */
void daemon_say_what_is_served(const struct daemon *daemon);

/* What a reload brought: the settings that differ from those before it. */
struct reload {
	struct config_difference changes[CONFIG_MAX_SETTINGS];
	size_t count;
};

/* Reads the configuration again and puts it into force: cache, connections and walks stay. False:
 * nothing has changed, and `why` says why; the log has every line. */
MUST_USE bool daemon_reload(struct daemon *daemon, struct reload *into, struct complaint *why);

/* Takes them, and frees those before. Cannot fail. */
void daemon_put_into_force(struct daemon *daemon, struct settings *next);

/* All that is known was judged by another light: it goes, and the walks under way leave nothing. */
void daemon_forget_all(struct daemon *daemon);

/* Zones that come and go (zones.c). A zone is refused with `why` if another owner has it, or there
 * are too many; else it is in force when this returns. */
MUST_USE bool daemon_add_zone(struct daemon *daemon, const struct added_zone *zone,
			      struct complaint *why);

/* Of that name and owner (NULL: any); how many there were. False: `why`. */
MUST_USE bool daemon_remove_zones(struct daemon *daemon, const char *name, const char *owner,
				  size_t *removed, struct complaint *why);

/* Those whose time is over go. Called by itself in time; here after the machine has slept. */
void daemon_expire_zones(struct daemon *daemon);

/* Negative trust anchors that come and go (zones.c); a name's own is replaced. False: `why`. */
MUST_USE bool daemon_add_negative(struct daemon *daemon, const struct negative *negative,
				  struct complaint *why);
MUST_USE bool daemon_remove_negative(struct daemon *daemon, const struct name *name,
				     bool *removed, struct complaint *why);

/* What the configuration doesn't say, as it is now. */
struct at_run_time daemon_besides(const struct daemon *daemon);

/* At the end, when the workers have stopped: what was learnt by what was added isn't saved, since
 * that isn't there after a restart. */
void daemon_forget_zones(struct daemon *daemon);

/* The same for SIGHUP: whoever sent it reads the log. */
void daemon_reload_and_log(struct daemon *daemon);

/* What the configuration wants of the local root. */
struct root_wishes daemon_root_wishes(const struct settings *settings);

/* Finds out whom to ask where port 53 is closed, and tells the workers: at start, when the network
 * or the configuration has changed. */
void daemon_find_fallback(struct daemon *daemon);

/* Opens the control socket, unless there shall be none (host.c). */
MUST_USE bool daemon_start_control(struct daemon *daemon, struct complaint *why);

#endif
