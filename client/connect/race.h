/* SPDX-License-Identifier: MIT */
/* race.h — TCP attempts to several addresses: does what eyeballs.h decides, and says each attempt
 * to the log. */
#ifndef XYLEM_CLIENT_RACE_H
#define XYLEM_CLIENT_RACE_H

#include "client/connect/eyeballs.h"
#include "client/connect/watch.h"
#include "client/log/events.h"

struct race;

enum race_outcome { RACE_GOES_ON, RACE_WON, RACE_HOPELESS };

/* NULL without memory. The log must outlive the race. */
struct race *race_new(uv_loop_t *loop, struct event_log *log, struct waker waker);

/* Ends all attempts; those that still go on are logged as given up. */
void race_free(struct race *race);

/* As eyeballs_add(); `more_may_come`: another call may follow. */
void race_add(struct race *race, const struct address *addresses, size_t count, bool more_may_come);

/* Looks at what has happened and does what is due. */
enum race_outcome race_step(struct race *race);

/* After RACE_WON: the connected socket, which is then the caller's, and how it went. */
int race_take_socket(struct race *race, struct attempt *won);

/* The error of the attempt that failed last (errno), 0 if none did. */
int race_last_error(const struct race *race);
size_t race_attempts(const struct race *race);

#endif
