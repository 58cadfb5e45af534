/* SPDX-License-Identifier: MIT */
/* zone_text.h — records in presentation format (RFC 1035 §5.1), one after the other; ldns reads. */
#ifndef XYLEM_ROOT_ZONE_TEXT_H
#define XYLEM_ROOT_ZONE_TEXT_H

#include <ldns/ldns.h>
#include <stdio.h>

#include "cache/base/result.h"
#include "resolver/root/zone.h"

/* Whoever takes the records, and may refuse one: false, and the complaint says why. A record is
 * borrowed. */
struct zone_text_taker {
	bool (*take)(void *subject, const ldns_rr *record, struct complaint *why);
	void  *subject;
};

/* `name` is the text's, for complaints, which begin with it and the line. Names are relative to the
 * root, TTLs `ttl`, until the text says otherwise. */
MUST_USE bool zone_text_read(FILE *from, const char *name, uint32_t ttl,
			     const struct zone_text_taker *taker, struct complaint *why);

/* A whole zone from a file: gathered and finished. */
MUST_USE bool zone_text_read_file(const char *path, struct zone *into, struct complaint *why);

#endif
