/* SPDX-License-Identifier: MIT */
/* saved.h — the last good transfer, in a file: a restart has it at once.
 *
 * The file holds the messages as they came, each behind its length, and is read by the same reader
 * as those from a server. Its time of change says when it was last found to be the newest. */
#ifndef XYLEM_ROOT_SAVED_H
#define XYLEM_ROOT_SAVED_H

#include "resolver/root/transfer.h"

/* Written whole beside it, then renamed. False: `why`; the file before is still there. */
MUST_USE bool saved_write(const char *path, struct bytes stream, struct complaint *why);

/* From now on it counts as just come. */
void saved_touch(const char *path);

enum saved_state { SAVED_READ, SAVED_ABSENT, SAVED_WRONG };

/* Gathers and finishes the zone; `age_s` is how long ago it was known to be the newest. Wrong:
 * `why` says what is. */
enum saved_state saved_read(const char *path, struct zone *into, uint32_t *age_s,
			    struct complaint *why);

/* How long ago a file was changed, in seconds: 0 if that is to come. */
uint32_t saved_age(int64_t changed_at);

#endif
