/* SPDX-License-Identifier: MIT */
/* tls.h — TLS over one connected socket, towards a server that must prove its name.
 *
 * The strict profile of RFC 8310: TLS 1.2 or later, a certificate for exactly that name (or
 * address) from an authority that is trusted, else no octet of ours is sent. Never waits. What is
 * agreed once with a server makes the next handshake shorter (sessions.h).
 *
 * OpenSSL writes without MSG_NOSIGNAL: the thread has SIGPIPE blocked or ignored, as every worker
 * has. One thread only. */
#ifndef XYLEM_UPSTREAM_TLS_H
#define XYLEM_UPSTREAM_TLS_H

#include <sys/types.h>

#include "cache/base/address.h"
#include "cache/base/result.h"
#include "cache/name.h"
#include "resolver/upstream/authorities.h"

/* What all connections of one thread have in common; counted, since connections may outlive a
 * reload. */
struct tls_rules;

/* NULL, with a sentence in `why` that lives as long as the authorities: there can be no TLS. */
MUST_USE struct tls_rules *tls_rules_new(struct authorities *authorities, const char **why);
struct tls_rules *tls_rules_hold(struct tls_rules *rules);
void              tls_rules_drop(struct tls_rules *rules);      /* NULL is fine */

/* Are they made of these authorities? */
bool tls_rules_trust(const struct tls_rules *rules, struct authorities *authorities);

struct tls;

/* Over a socket that is on its way to `address` and stays the caller's. NULL: no memory. */
MUST_USE struct tls *tls_new(struct tls_rules *rules, int descriptor,
			     const struct address *address, const struct name *name);

/* Says goodbye, if there is somebody to say it to. NULL is fine. */
void tls_free(struct tls *tls);

bool tls_is_with(const struct tls *tls, const struct tls_rules *rules, const struct name *name);

enum tls_progress { TLS_GOES_ON, TLS_IS_DONE, TLS_HAS_FAILED };

/* The socket is ready: a step further in the handshake. */
MUST_USE enum tls_progress tls_handshake(struct tls *tls);

/* Octets read or written; 0: none for now; -1: it has ended or is broken. Once the handshake is
 * done. */
MUST_USE ssize_t tls_read(struct tls *tls, void *into, size_t size);
MUST_USE ssize_t tls_write(struct tls *tls, const void *octets, size_t length);

/* Does what it was last asked for need the socket to take octets? */
bool tls_wants_to_write(const struct tls *tls);

/* What is the matter with the handshake, in words: why it has failed, or that it isn't over.
 * NULL once it is done. */
const char *tls_fault(const struct tls *tls);

/* Has it failed since whoever is there isn't the server, or doesn't speak TLS? Else the connection
 * has merely ended. */
bool tls_is_refused(const struct tls *tls);

#endif
