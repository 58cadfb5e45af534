/* SPDX-License-Identifier: MIT */
/* client.h — one client query that waits for a walk: who asked, where the answer goes, what it may
 * contain.
 *
 * A client is answered exactly once: by what the walk tells, or after CLIENT_PATIENCE_MS by
 * SERVFAIL while the walk goes on; or never, when its connection or the front goes first. Places
 * come from slabs and are used again; there are at most MAX_CLIENTS. */
#ifndef XYLEM_FRONT_CLIENT_H
#define XYLEM_FRONT_CLIENT_H

#include "cache/base/limits.h"
#include "resolver/front/examine.h"

struct connection;
struct udp_way;

enum { MAX_CLIENTS = 2 * MAX_WALKS_PER_WORKER };

void clients_init(struct front *front);

/* All leave their walks, unanswered. */
void clients_clear(struct front *front);

/* Asks a walk for the query; what it says goes over the connection, or if that is NULL the way of a
 * datagram (copied). NULL: it will be answered. Otherwise what to say at once instead. A datagram
 * that repeats one that waits already is not asked again. */
const struct failure *client_ask(struct front *front, const struct query *query,
				 const struct udp_way *way, struct connection *connection);

/* The place of a client in its connection's list: it leaves its walk, unanswered. */
void client_give_up(struct list *of_connection);

#endif
