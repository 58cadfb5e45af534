/* SPDX-License-Identifier: MIT */
/* trust.h — is a whole zone what the root's keys have signed (RFC 8976 §4 steps 1 and 2)?
 *
 * Its DNSKEY set by an anchor, its ZONEMD set by these keys; what the digest then covers is
 * digest.h's matter. Signatures over other sets needn't be looked at. */
#ifndef XYLEM_ROOT_TRUST_H
#define XYLEM_ROOT_TRUST_H

#include "cache/trust.h"
#include "resolver/root/zone.h"
#include "resolver/validate/anchors.h"

/* As of `now` (wall clock, s). SECURE: for `life` seconds more. INDETERMINATE: there is no anchor
 * for it. BOGUS: `why`. */
enum security zone_trust(const struct zone *zone, const struct anchors *anchors, int64_t now,
			 uint32_t *life, struct complaint *why);

#endif
