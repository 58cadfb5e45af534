/* SPDX-License-Identifier: MIT */
/* keeper_private.h — the keeper's insides, for keeper.c and rounds.c. */
#ifndef XYLEM_ROOT_KEEPER_PRIVATE_H
#define XYLEM_ROOT_KEEPER_PRIVATE_H

#include <pthread.h>
#include <sys/types.h>

#include "resolver/root/copy.h"
#include "resolver/root/keeper.h"

/* What the thread knows of the copy that it has published. */
struct known_copy {
	bool            enabled, has_copy;
	bool            is_from_file;   /* the administrator's, not a transfer */
	struct zone_soa soa;
	unsigned        zones;
	size_t          octets;
	uint32_t        confirmed_at, good_until, signed_until; /* age clock, s */
	char            from[ADDRESS_TEXT_SIZE + 1024];
};

/* By which a file is known to be another. */
struct file_mark {
	dev_t   device;
	ino_t   number;
	off_t   size;
	int64_t changed_s, changed_ns;
};

struct root_keeper {
	struct root *root;
	pthread_t    thread;
	int          bell;              /* eventfd: there is something new in what follows */

	pthread_mutex_t    lock;        /* over these */
	struct root_wishes next;
	bool               has_next, stops;
	struct known_copy  told;
	char               told_why[ROOT_WHY_SIZE];

	/* The thread's alone. */
	struct root_wishes wishes;
	struct known_copy  known;
	uint32_t           look_at;     /* age clock, s: the next round */
	uint32_t           failures;    /* rounds in a row */
	bool               said_expired;
	char               said[ROOT_WHY_SIZE];    /* the last warning, so that it is said once */
	struct file_mark   mark;        /* of the file, when it was read last */
};

/* keeper.c: what is known, for root_keeper_look(). */
void keeper_tell(struct root_keeper *keeper, const char *why);

/* rounds.c: with new wishes; and each time that the thread wakes. */
void keeper_begin(struct root_keeper *keeper);
void keeper_go_on(struct root_keeper *keeper);

#endif
