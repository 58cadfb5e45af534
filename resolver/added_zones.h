/* SPDX-License-Identifier: MIT */
/* added_zones.h — stub and forward zones that were added while the daemon runs, through the control
 * socket: for a VPN, for split DNS. Each has an owner, and may have an end.
 *
 * Plain values of the main thread. A list that is in force belongs to the settings that were made
 * with it, and doesn't change any more: whoever wants another one changes a copy. A name stands in
 * it once. */
#ifndef XYLEM_RESOLVER_ADDED_ZONES_H
#define XYLEM_RESOLVER_ADDED_ZONES_H

#include "cache/base/limits.h"
#include "cache/name.h"
#include "resolver/complaint.h"
#include "resolver/config/config.h"

struct added_zone {
	char name[NAME_TEXT_SIZE]; /* as config.h has names: lower case, with the final dot */
	char owner[MAX_ZONE_OWNER + 1];
	char tls[NAME_TEXT_SIZE]; /* their certificate's name; "": in clear */
	bool is_stub;
	bool fallback;
	enum config_dnssec dnssec;
	uint32_t expires_at; /* age clock, s; 0: it doesn't */
	struct address servers[MAX_ADDED_SERVERS];
	size_t server_count; /* at least one */
};

struct added_zones {
	size_t count;
	struct added_zone at[MAX_ADDED_ZONES];
};

/* A copy, or, of NULL, an empty one. NULL: no memory. free() it. */
MUST_USE struct added_zones *added_zones_copy(const struct added_zones *zones);

const struct added_zone *added_zones_find(const struct added_zones *zones, const char *name);

/* Puts it in, or in the place of the one of that name, if that is the same owner's. False:
 * `why`. */
MUST_USE bool added_zones_put(struct added_zones *zones, const struct added_zone *zone,
			      struct complaint *why);

/* Takes out those of that name and owner (NULL: any). Gives how many. */
size_t added_zones_remove(struct added_zones *zones, const char *name, const char *owner);

/* Takes out those whose time is over; gives how many. */
size_t added_zones_expire(struct added_zones *zones, uint32_t now);

/* In how many seconds the first of them ends; UINT32_MAX: none does. */
uint32_t added_zones_next_end(const struct added_zones *zones, uint32_t now);

/* As if it stood in the file; borrows from it. */
struct config_zone added_zone_as_configured(const struct added_zone *zone);

#endif
