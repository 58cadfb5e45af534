/* SPDX-License-Identifier: MIT */
/* rollover_file.h — how far the roll-overs of trust anchors are, as text that outlives the daemon:
 * `anchors.state` in its folder.
 *
 *     xylem-anchors 1
 *     zone . basis 0123456789abcdef seen 1764585000 pause 86400
 *     key valid 1764585000 0 257 3 8 AwEAAa…
 *     end
 *
 * A zone's keys stand below it, each with its state, since when (s since 1970), how much of the
 * time that its state takes has been observed (s), and its DNSKEY in presentation form. Whatever
 * isn't exactly so is damaged, and nothing of it counts. */
#ifndef XYLEM_RESOLVER_ROLLOVER_FILE_H
#define XYLEM_RESOLVER_ROLLOVER_FILE_H

#include <stdio.h>

#include "resolver/complaint.h"
#include "resolver/validate/rollover.h"

struct rollovers {
	unsigned        count;
	struct rollover zones[MAX_ANCHOR_ZONES];
};

enum { ROLLOVER_FILE_MOST = 512 * 1024 };       /* octets; a full one has half of that */

/* False: `why` names the line; `into` is empty. */
MUST_USE bool rollovers_parse(struct bytes text, struct rollovers *into, struct complaint *why);

/* False: the stream is broken. */
MUST_USE bool rollovers_print(const struct rollovers *rollovers, FILE *to);

enum rollover_file { ROLLOVER_FILE_READ, ROLLOVER_FILE_ABSENT, ROLLOVER_FILE_WRONG };

/* Wrong: `why`; the file was renamed to PATH.damaged, if it could be. Without a file or with a
 * wrong one `into` is empty. */
MUST_USE enum rollover_file rollovers_load(const char *path, struct rollovers *into,
					   struct complaint *why);

/* Written whole beside it, brought to the disk, then renamed. False: `why`; the file before is
 * still there. */
MUST_USE bool rollovers_save(const char *path, const struct rollovers *rollovers,
			     struct complaint *why);

#endif
