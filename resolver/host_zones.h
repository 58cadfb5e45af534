/* SPDX-License-Identifier: MIT */
/* host_zones.h — the control host's functions for zones (control.h); for host.c, which hands them
 * over. `subject` is the daemon. */
#ifndef XYLEM_RESOLVER_HOST_ZONES_H
#define XYLEM_RESOLVER_HOST_ZONES_H

#include "resolver/control/control.h"

enum result host_zone_add(void *subject, const struct control_zone *zone,
			  struct control_zone_change *into);
enum result host_zone_remove(void *subject, const char *name, const char *owner,
			     struct control_zone_change *into);
void host_zone_list(void *subject, void (*each)(const struct control_zone *, void *), void *to);

#endif
