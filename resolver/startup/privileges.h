/* SPDX-License-Identifier: MIT */
/* privileges.h — who the daemon is after it has bound its ports: a user of no consequence, without
 * capabilities. */
#ifndef XYLEM_STARTUP_PRIVILEGES_H
#define XYLEM_STARTUP_PRIVILEGES_H

#include <sys/types.h>

#include "cache/base/result.h"
#include "resolver/complaint.h"

/* Who the daemon will be. */
struct identity {
	char name[64]; /* of the user */
	uid_t uid;
	gid_t gid;
	gid_t control_group; /* kept as a supplementary group for the control socket; or `gid` */
	bool changes;	     /* started as root, and becomes somebody else */
};

/* Looks the user up; doesn't change anything. `group` may be NULL. Started as an ordinary user, the
 * daemon stays who it is. So it does as the root of a user namespace where that user doesn't exist.
 */
MUST_USE bool identity_find(struct identity *into, const char *user, const char *group,
			    struct complaint *why);

/* Becomes it, for good: every capability goes, in whatever state the daemon was started, and no
 * program that it ran could get any back. Before threads are made. */
MUST_USE bool privileges_drop(const struct identity *identity, struct complaint *why);

#endif
