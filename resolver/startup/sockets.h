/* SPDX-License-Identifier: MIT */
/* sockets.h — the sockets that questions are taken at: one for UDP and one for TCP, per address and
 * worker.
 *
 * The workers' sockets at one address share its port by SO_REUSEPORT, so that the kernel deals the
 * clients out. That option alone would also let a second daemon in, silently, for half of the
 * questions: so the first socket at each address is bound without it and is given it only then.
 * Whoever comes later is refused. */
#ifndef XYLEM_STARTUP_SOCKETS_H
#define XYLEM_STARTUP_SOCKETS_H

#include <stddef.h>

#include "cache/base/address.h"
#include "cache/base/result.h"
#include "resolver/complaint.h"

struct sockets_wanted {
	const struct address *addresses;
	size_t address_count;
	unsigned workers;
	bool lenient; /* nobody asked for just these: a machine without ::1 is served at the rest */
};

struct sockets_pair {
	int udp; /* bound */
	int tcp; /* listening */
};

struct sockets {
	struct address *addresses; /* as wanted; of no family where this machine hasn't got it */
	size_t address_count;
	unsigned workers;
	struct sockets_pair *pairs; /* of worker w at address a: [w * address_count + a] */
};

/* False: `why` says which address couldn't be had and what to do; nothing is left open. What was
 * left out leniently is told to `warn`. */
MUST_USE bool sockets_open(struct sockets *into, const struct sockets_wanted *wanted,
			   void (*warn)(const char *line), struct complaint *why);

/* The worker's sockets at the a-th address. From then on they are the caller's to close. */
struct sockets_pair sockets_take(struct sockets *sockets, unsigned worker, size_t address);

/* Closes what wasn't taken. */
void sockets_close(struct sockets *sockets);

#endif
