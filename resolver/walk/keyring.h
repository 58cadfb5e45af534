/* SPDX-License-Identifier: MIT */
/* keyring.h — the keys of secure zones, prepared, for one thread's walks.
 *
 * What is in it was found secure by a walk of this thread; nobody else puts anything in. Bounded:
 * the one not used for longest goes. Whoever got keys holds them, so they may go at any time. */
#ifndef XYLEM_WALK_KEYRING_H
#define XYLEM_WALK_KEYRING_H

#include "resolver/validate/keys.h"

struct keyring;

MUST_USE enum result keyring_new(size_t most, struct keyring **into);
void                 keyring_free(struct keyring *keyring);     /* NULL is fine */

/* Held for the caller, who drops them; NULL: not known, or no longer good. */
struct zone_keys *keyring_find(struct keyring *keyring, const struct name *zone, uint32_t now);

/* Holds them from now on, in place of those of the zone that were there, until they are no longer
 * good (`good_until`). Without memory nothing is kept. */
void keyring_put(struct keyring *keyring, struct zone_keys *keys, uint32_t now);

/* The zone has none any more: it isn't secure. */
void keyring_forget(struct keyring *keyring, const struct name *zone);

/* All of them go: what is trusted is another matter from now on. */
void keyring_clear(struct keyring *keyring);

#endif
