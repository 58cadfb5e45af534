/* SPDX-License-Identifier: MIT */
/* fetch.h — the root zone from one server, by TCP: is there a newer one, and if so all of it.
 *
 * Blocks, so it is for a thread of its own. Bounded by ROOT_TRANSFER_MS in all, by ROOT_SILENCE_MS
 * between two pieces, and by the bounds of transfer.h and zone.h. */
#ifndef XYLEM_ROOT_FETCH_H
#define XYLEM_ROOT_FETCH_H

#include "cache/base/address.h"
#include "resolver/root/transfer.h"

struct fetch_wish {
	struct address         from;
	const struct zone_soa *known;   /* what we have already; NULL: nothing */
	int                    stop;    /* descriptor: when it can be read, give up */
};

enum fetch_outcome {
	FETCH_NEWER,                    /* zone and stream are filled; the zone is finished */
	FETCH_SAME,                     /* the server has what we have */
	FETCH_FAILED,                   /* `why` says why */
	FETCH_STOPPED,
};

/* What came: the caller clears both, whatever the outcome. */
struct fetched {
	struct zone    zone;
	struct growing stream;          /* the messages as they came: transfer_take_stream() */
};
void fetched_init(struct fetched *fetched);
void fetched_clear(struct fetched *fetched);

enum fetch_outcome root_fetch(const struct fetch_wish *wish, struct fetched *into,
			      struct complaint *why);

#endif
