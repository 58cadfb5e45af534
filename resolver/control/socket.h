/* SPDX-License-Identifier: MIT */
/* socket.h — the socket file: made, owned by the right group, and removed again. */
#ifndef XYLEM_CONTROL_SOCKET_H
#define XYLEM_CONTROL_SOCKET_H

#include "resolver/control/control.h"

#include <sys/types.h>

/* The file that we made: so that nobody else's is removed. */
struct control_socket {
	char  path[108];                /* sizeof(sun_path) */
	dev_t device;
	ino_t inode;
	gid_t group;
	int   descriptor;               /* bound, not yet listening; taken by whoever watches it */
};

MUST_USE enum result control_socket_open(const struct control_settings *settings,
					 struct control_socket *into, char why[CONTROL_WHY_SIZE]);

/* Removes the file if it is still ours. */
void control_socket_remove(const struct control_socket *socket);

#endif
