/* SPDX-License-Identifier: MIT */
/* host_anchors.h — the control host's functions for trust anchors (control.h); for host.c, which
 * hands them over. `subject` is the daemon. */
#ifndef XYLEM_RESOLVER_HOST_ANCHORS_H
#define XYLEM_RESOLVER_HOST_ANCHORS_H

#include "resolver/control/control.h"

void host_anchor_list(void *subject, void (*each)(const struct control_anchor *, void *), void *to);
enum result host_negative_add(void *subject, const struct control_negative *negative,
			      struct control_zone_change *into);
enum result host_negative_remove(void *subject, const struct name *name,
				 struct control_zone_change *into);

#endif
