/* SPDX-License-Identifier: MIT */
/* inside.h — the front as its own files see it. Nobody else includes this but its tests. */
#ifndef XYLEM_FRONT_INSIDE_H
#define XYLEM_FRONT_INSIDE_H

#include <netinet/in.h>
#include <uv.h>

#include "cache/base/hash.h"
#include "cache/base/limits.h"
#include "resolver/front/client.h"
#include "resolver/front/compose.h"
#include "resolver/front/examine.h"
#include "resolver/front/front.h"

enum {
	CLIENT_BUCKETS = 1024,
	CONNECTION_BUCKETS = 256,
	BATCHES_PER_WAKE = 4,           /* then the loop's others have their turn */
	ACCEPTS_PER_WAKE = 16,
	TCP_READ = 16 * 1024,           /* octets per connection and wake */
	MAX_UNSENT = 128 * 1024,        /* octets per connection: a slow reader is dropped beyond */
	PAUSE_MS = 100,                 /* after the system said no: no descriptors, say */
};

struct udp_batch;
struct tcp_room;

/* Where an answer over UDP goes, and from which of our addresses. */
struct udp_way {
	struct udp_socket *socket;
	union {
		struct sockaddr     any;
		struct sockaddr_in  v4;
		struct sockaddr_in6 v6;
	} peer;
	socklen_t peer_length;
	size_t    control_length;       /* 0: the socket has one address only */
	_Alignas(8) uint8_t control[64];        /* IP_PKTINFO or IPV6_PKTINFO, ready for sending */
};

struct front {
	struct front_figures         figures;
	struct loop                 *loop;
	struct cache                *cache;
	struct walks                *walks;
	const struct front_settings *settings;
	struct hash_key              key;
	bool                         stopping;
	struct list                  udp_sockets;
	struct udp_batch            *batch;

	/* Clients that wait, and places for more. */
	struct list client_buckets[CLIENT_BUCKETS];
	struct list free_clients;
	struct list client_slabs;
	size_t      clients, client_places;

	/* Connections: the least recently active first, and by who has them. */
	struct list      listeners;
	struct list      connections;
	struct list      connection_buckets[CONNECTION_BUCKETS];
	unsigned         connection_count, most_connections;
	struct tcp_room *room;
	uint64_t         complained_ms;         /* when the log heard last of descriptors */
};

/* What is to become of a message. */
enum prospect {
	PROSPECT_NONE,                  /* not to be answered */
	PROSPECT_REPLY,                 /* the reply is written */
	PROSPECT_WALK,                  /* the cache doesn't know */
};

/* Examines a message and answers it if that needs no walk: the hot path. The query's `from` and
 * `over_tcp` are filled in. */
enum prospect front_consider(struct front *front, struct bytes message, struct query *query,
			     struct writer *reply);

/* Counts a reply that is about to leave. */
void front_count_reply(struct front *front, const struct query *query, struct bytes reply);

/* say.c: the query log, if it is on. `elapsed_us`: since the query arrived. */
void front_say_reply(const struct query *query, struct bytes reply, bool walked,
		     uint32_t elapsed_us);

static inline void figure_add(uint64_t *figure, uint64_t more)
{
	__atomic_store_n(figure, __atomic_load_n(figure, __ATOMIC_RELAXED) + more,
			 __ATOMIC_RELAXED);
}

/* --- listen_udp.c --- */

MUST_USE struct udp_batch *udp_batch_new(void);
void udp_batch_free(struct udp_batch *batch);
void udp_send(struct front *front, const struct udp_way *way, struct bytes reply);
void udp_stop(struct front *front);     /* hears nothing more, can still send */
void front_close_udp(struct front *front);

/* --- listen_tcp.c --- */

struct connection;

MUST_USE struct tcp_room *tcp_room_new(void);
void tcp_room_free(struct tcp_room *room);
void tcp_stop(struct front *front);
void front_close_tcp(struct front *front);

/* --- connection.c --- */

/* Takes the descriptor, also when it fails. */
void connection_new(struct front *front, int fd, const struct address *peer);

/* Unlinks it at once, with all its clients; the memory goes when libuv is done with it. */
void connection_close(struct connection *connection);

/* For clients: one of theirs is waiting; an answer for one of theirs; it needn't wait any more. */
void connection_link(struct connection *connection, struct list *client);
void connection_answer(struct connection *connection, struct bytes reply);
void connection_unlink(struct connection *connection, struct list *client);

/* Closes the one that has been idle longest; false if none is idle. */
bool connections_make_room(struct front *front);

/* Closes the first of this client's on which it has said that no more queries come; false if there
 * is none. Most who say so have gone. */
bool connections_make_room_of(struct front *front, const struct address *peer);

/* Answers what is under way and then closes them; closes them now. */
void connections_stop(struct front *front);
void connections_close(struct front *front);

/* How many connections this client has (an IPv6 /64 is one client). */
unsigned connections_of(struct front *front, const struct address *peer);

#endif
