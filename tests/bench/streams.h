/* SPDX-License-Identifier: MIT */
/* streams.h — the TCP connections of the generated Internet's servers. A connection ends when its
 * client ends it, sends something too long, or is idle for half a minute. */
#ifndef XYLEM_BENCH_STREAMS_H
#define XYLEM_BENCH_STREAMS_H

#include <poll.h>

#include "generated.h"
#include "road.h"

enum { STREAMS = 256 };                 /* connections at once; further ones are closed */

extern unsigned long streams_queries;   /* so far */
extern unsigned long streams_octets_in, streams_octets_out;

/* `world` is borrowed for good. */
void streams_init(const struct generated *world);

/* Takes a connection off a listening socket. */
void streams_accept(int listener, enum family family);

/* Writes what there is to be waited for into `polled`, which has room for STREAMS; how many. */
nfds_t streams_prepare(struct pollfd *polled);

/* After poll: the same `polled`. */
void streams_read(const struct pollfd *polled, nfds_t count);

/* Sends the reply if its connection is still there, and gives it back. */
void streams_send(struct pending *reply);

#endif
