/* SPDX-License-Identifier: MIT */
/* follower.h — follows the roll-overs of trust anchors (RFC 5011): asks for the keys in time, hears
 * of them from the workers' threads, keeps how far it is on disk, and says what the anchors are to
 * be. Tells the zone's servers which keys are trusted here (RFC 8145).
 *
 * On the main thread, but for what the watcher is told. */
#ifndef XYLEM_RESOLVER_FOLLOWER_H
#define XYLEM_RESOLVER_FOLLOWER_H

#include <uv.h>

#include "resolver/settings.h"

struct follower;

/* What the follower needs of the daemon. */
struct follower_wishes {
	const char *path;       /* of the file */
	void       *subject;
	void      (*ask)(void *subject, const struct question *question);       /* afresh */
	bool      (*trust_changed)(void *subject, struct complaint *why);
};

/* Reads the file. Starts nothing as yet. NULL: `why`. */
MUST_USE struct follower *follower_new(uv_loop_t *loop, const struct follower_wishes *wishes,
				       struct complaint *why);

/* For settings that are made. */
const struct rollovers *follower_rollovers(const struct follower *follower);
struct key_watcher     *follower_watcher(struct follower *follower);

/* These settings are in force from now on; borrowed until the next. */
void follower_configure(struct follower *follower, const struct settings *settings);

/* Asks and hears nothing more. NULL is fine. The memory goes when the loop has run the callbacks of
 * what was closed. Nobody may tell the watcher any more. */
void follower_free(struct follower *follower);

/* RFC 8145 §5.1: the name by which the zone's servers are told; false: nothing is trusted. */
MUST_USE bool follower_signal(struct bytes listed, const struct name *zone, struct name *into);

#endif
