/* SPDX-License-Identifier: MIT */
/* holder.h — who has a port: from /proc, for a message that helps. */
#ifndef XYLEM_STARTUP_HOLDER_H
#define XYLEM_STARTUP_HOLDER_H

#include <stdbool.h>
#include <sys/types.h>

#include "cache/base/address.h"

struct holder {
	unsigned uid;	/* whose socket it is */
	pid_t pid;	/* 0: a process that we may not look into */
	char name[64];	/* of its program; "" likewise */
	char unit[128]; /* the systemd service that it belongs to; "" if none */
};

/* False if no socket of this network namespace stands in the way of binding the address. */
bool holder_find(const struct address *address, bool tcp, struct holder *into);

#endif
