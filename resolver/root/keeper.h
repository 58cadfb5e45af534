/* SPDX-License-Identifier: MIT */
/* keeper.h — keeps the local root fresh, on a thread of its own (RFC 8806).
 *
 * With a file it reads that, and again when it changes; else it asks servers: is there a newer
 * zone, and if so for all of it, as often as the zone's SOA says (RFC 1035 §3.3.13). What is whole
 * is published to the root (root.h), and kept in a file over a restart. What is wrong is refused by
 * one line in the log, and the copy before it serves until its time is over; then the ordinary root
 * is asked. Workers never wait for it. All calls are main's. */
#ifndef XYLEM_ROOT_KEEPER_H
#define XYLEM_ROOT_KEEPER_H

#include "cache/base/address.h"
#include "cache/base/result.h"
#include "resolver/complaint.h"
#include "resolver/root/root.h"

struct root_keeper;

/* Borrowed for the call that they are given to. */
struct root_wishes {
	bool                  enabled;
	const char           *file;     /* a zone file; NULL: by transfer … */
	const struct address *servers;  /* … from these */
	size_t                server_count;
	const char           *directory;        /* where a transfer is kept, as root.axfr */
	bool                  digest_required;  /* else a zone without one will do */
	bool                  use_ipv4, use_ipv6;
	bool                  validate; /* it must be signed … */
	const struct anchors *anchors;  /* … as these say, if they say anything of the root */
};

enum root_state {
	ROOT_OFF,
	ROOT_ABSENT,                    /* no copy has come yet */
	ROOT_IN_FORCE,
	ROOT_EXPIRED,                   /* there is one, but too old to be used */
};

enum { ROOT_WHY_SIZE = 1024 };          /* a source and a sentence */

struct root_figures {
	enum root_state state;
	uint32_t        serial;
	uint32_t        age_s;          /* since it was known to be the newest */
	uint32_t        left_s;         /* until it is too old */
	unsigned        zones;
	size_t          octets;
	char            from[ADDRESS_TEXT_SIZE + 1024];         /* file or server */
	char            why[ROOT_WHY_SIZE];     /* what went wrong last; "": nothing */
};

/* Starts the thread. NULL: `why`. */
MUST_USE struct root_keeper *root_keeper_start(struct root *root, const struct root_wishes *wishes,
					       struct complaint *why);

/* Other wishes; in any case it looks for news now. */
void root_keeper_configure(struct root_keeper *keeper, const struct root_wishes *wishes);

void root_keeper_look(struct root_keeper *keeper, struct root_figures *into);

/* Returns when the thread has ended, at once. NULL is fine. The root stays as it is. */
void root_keeper_stop(struct root_keeper *keeper);

#endif
