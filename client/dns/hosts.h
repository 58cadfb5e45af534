/* SPDX-License-Identifier: MIT */
/* hosts.h — names that are known without asking: localhost (RFC 6761 §6.3) and those in /etc/hosts.
 */
#ifndef XYLEM_CLIENT_HOSTS_H
#define XYLEM_CLIENT_HOSTS_H

#include "client/connect/address.h"

/* The addresses of `name` in text of the form of hosts(5), up to `room`; gives how many. Pure. */
size_t hosts_find_in(const char *text, size_t length, const char *name, struct address *into,
		     size_t room);

/* The same from a file, of which at most 4 MB are looked at. A file that can't be read has no
 * names. */
size_t hosts_find(const char *path, const char *name, struct address *into, size_t room);

/* localhost and all below it: 127.0.0.1 and ::1, whatever anybody says. 0 for other names. */
size_t hosts_find_localhost(const char *name, struct address *into, size_t room);

#endif
