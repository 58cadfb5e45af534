/* SPDX-License-Identifier: MIT */
/* tcp.h — what the kernel knows about a connection, and the close of it. */
#ifndef XYLEM_CLIENT_TCP_H
#define XYLEM_CLIENT_TCP_H

#include "client/connect/address.h"
#include "client/log/events.h"

/* Says TCP_INFO of a connected socket as an event `what` of `stage`: round trip, MSS, window,
 * retransmits. */
void tcp_say_figures(struct event_log *log, enum stage stage, const char *what, int descriptor);

/* Answers are sent at once, not held back for more (TCP_NODELAY). */
void tcp_send_at_once(int descriptor);

/* While corked, what is written waits, so that close_notify and FIN leave in one segment. */
void tcp_cork(int descriptor, bool corked);

/* What the kernel still keeps of a connection, closed or not, asked by its two ends over
 * NETLINK_SOCK_DIAG. */
struct tcp_rest {
	bool        known;              /* the kernel has such a connection */
	const char *state;              /* "TIME-WAIT" */
	bool        timed;              /* a timer runs … */
	uint32_t    left_ms;            /* … for so long */
};

/* False: the kernel doesn't answer such questions here. */
bool tcp_find_rest(const struct address *ours, const struct address *theirs, struct tcp_rest *rest);

/* The state of an open socket by TCP_INFO, which never shows TIME-WAIT. */
const char *tcp_state(int descriptor);

#endif
