/* SPDX-License-Identifier: MIT */
/* network.h — tells when the machine's network may be another: links, addresses and routes have
 * changed (netlink), or the machine has slept (its clock jumped).
 *
 * Changes come in bunches: what comes within NETWORK_CALM_MS is told as one, and in a storm one is
 * told each NETWORK_STORM_MS. Where netlink isn't allowed, a line in the log says so, and outages
 * end with the next probe's reply instead. Needs no privilege. Main thread only. */
#ifndef XYLEM_RESOLVER_NETWORK_H
#define XYLEM_RESOLVER_NETWORK_H

#include <uv.h>

#include "cache/base/result.h"

enum { NETWORK_CALM_MS = 50, NETWORK_STORM_MS = 1000 };

struct network_watch;

/* `what` is for the log: "the machine has slept for 12 s". NULL: no memory. */
struct network_watch *network_watch_new(uv_loop_t *loop,
					void (*changed)(void *subject, const char *what),
					void *subject);

/* The loop runs once more afterwards, for its handles. NULL is fine. */
void network_watch_free(struct network_watch *watch);

#endif
