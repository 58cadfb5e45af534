/* SPDX-License-Identifier: MIT */
/* road.h — between a resolver and the servers of the generated Internet: time and chance.
 *
 * A reply waits here until it is due. There are PENDING places; who finds none free loses the
 * reply, and that is counted. The same seed gives the same sequence of chances. */
#ifndef XYLEM_BENCH_ROAD_H
#define XYLEM_BENCH_ROAD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "generated.h"

enum family { V4, V6, FAMILIES };

/* A reply on its way. */
struct pending {
	int64_t  due_ns;
	uint64_t order;                 /* of those due at once the first leaves first */
	struct sockaddr_storage asker;
	socklen_t asker_length;
	union {
		struct in_addr v4;
		struct in6_addr v6;
	} from;
	enum family family;
	int connection;                 /* -1: a datagram */
	unsigned generation;            /* of the connection */
	size_t length;
	uint8_t *message;               /* `room`, or what road_take_large made */
	uint8_t room[2 + GENERATED_MESSAGE];
};

struct road {
	int64_t  delay_ns, jitter_ns;
	double   loss, reorder;         /* from 0 to 1 */
	uint64_t chance;                /* the seed, at first */
	unsigned long overflow;         /* replies for which there was no place */
};
extern struct road road;

void    road_init(void);
int64_t road_now_ns(void);

/* Does a datagram get lost, there or back? */
bool road_loses(void);

/* A place for a reply; NULL if there is none. Each goes back, or is scheduled. */
struct pending *road_take_place(void);
void            road_give_back(struct pending *reply);

/* The same for a message of that many octets. */
struct pending *road_take_large(size_t octets);

/* The reply is due after so many delays, and that much later; it isn't lost. */
void road_schedule(struct pending *reply, unsigned delays, unsigned later_ms);

/* Until the clock is at a multiple of that many milliseconds. */
unsigned road_until_multiple_ms(unsigned of_ms);

/* The next of the chances: 64 bits of it. */
uint64_t road_draw(void);

/* The next reply that is due by now, to be given back; NULL if there is none. */
struct pending *road_take_due(int64_t now_ns);

/* Until the next is due, at most a second. */
int64_t road_wait_ns(void);

#endif
