/* SPDX-License-Identifier: MIT */
/* peer.h — who is at the other end of a UNIX socket, and whether they may speak. */
#ifndef XYLEM_CONTROL_PEER_H
#define XYLEM_CONTROL_PEER_H

#include <stdbool.h>
#include <sys/types.h>

#include "cache/base/result.h"

struct peer {
	uid_t user;
	gid_t group;                    /* the process's own at connect(2) */
};

/* As the kernel saw them when they connected. */
MUST_USE enum result peer_of(int descriptor, struct peer *into);

/* root, the daemon's own user, and whoever is in the group: by the process's group, or by the
 * system's list. */
bool peer_may_speak(const struct peer *peer, gid_t group);

#endif
