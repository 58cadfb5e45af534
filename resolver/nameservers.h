/* SPDX-License-Identifier: MIT */
/* nameservers.h — the resolvers that a file in the form of resolv.conf(5) names. */
#ifndef XYLEM_RESOLVER_NAMESERVERS_H
#define XYLEM_RESOLVER_NAMESERVERS_H

#include "cache/base/address.h"

/* Any octets are fine. Loopback and unspecified addresses are left out, and those that hold for one
 * link only (fe80::1%eth0): we can't send there. How many went to `into`, each once. */
unsigned nameservers_read(struct bytes text, struct address *into, unsigned most);

#endif
