/* SPDX-License-Identifier: MIT */
/* fallback.h — the resolvers that are asked while a network blocks or intercepts port 53: those of
 * `fallback.servers`, then with `fallback.dhcp` those that this network names.
 *
 * What DHCP and router advertisements said is in the files of whoever manages the network:
 * systemd-resolved, NetworkManager, resolvconf, else in /etc/resolv.conf. The first that names a
 * resolver which isn't this machine's own is believed. It may be written after the network is up,
 * so the files are read when that changes, and twice more soon after. Main thread only. */
#ifndef XYLEM_RESOLVER_FALLBACK_H
#define XYLEM_RESOLVER_FALLBACK_H

#include "cache/cut.h"
#include "resolver/config/config.h"

/* A cut for walks_set_fallback(): with no servers if there are none. */
void fallback_find(const struct config *config, struct cut *into);

/* In how many ms to read them again, after they were read for the `times`-th time since the network
 * changed; 0: no more. */
unsigned fallback_pause_ms(unsigned times);

#endif
