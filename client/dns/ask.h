/* SPDX-License-Identifier: MIT */
/* ask.h — one DNS message to one server and back, over UDP or TCP. */
#ifndef XYLEM_CLIENT_ASK_H
#define XYLEM_CLIENT_ASK_H

#include "client/connect/watch.h"
#include "client/dns/message.h"

enum ask_transport { ASK_UDP, ASK_TCP };

enum ask_outcome {
	ASK_GOES_ON,
	ASK_REPLIED,
	ASK_SILENT,	 /* no reply in time */
	ASK_UNREACHABLE, /* refused, no route, hung up: ask_error() says which errno */
	ASK_IMPOSSIBLE,	 /* the name has no wire form, or there is no memory */
};

struct ask;

/* Begins to ask; wakes when something has happened. NULL without memory. */
struct ask *ask_new(uv_loop_t *loop, const struct address *server, enum ask_transport transport,
		    const struct dns_question *question, uint32_t patience_ms, struct waker waker);
void        ask_free(struct ask *ask);

/* Looks at what has happened. */
enum ask_outcome ask_step(struct ask *ask);

/* After ASK_REPLIED: the message, which lives as long as the ask. */
struct bytes ask_reply(const struct ask *ask);
uint16_t     ask_id(const struct ask *ask);
int          ask_error(const struct ask *ask);
enum ask_transport ask_transport(const struct ask *ask);

/* When the question left, and how long the reply took, by clock_timer_us(). Over TCP the connect
 * counts. */
uint64_t     ask_began_us(const struct ask *ask);
uint64_t     ask_took_us(const struct ask *ask);

#endif
