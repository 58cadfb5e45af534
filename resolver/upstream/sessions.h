/* SPDX-License-Identifier: MIT */
/* sessions.h — what TLS servers gave us for a shorter handshake next time.
 *
 * One for each address and name, since what was verified for one name says nothing of another,
 * be it at the same address. At most MAX_TLS_SESSIONS: the oldest gives way. One thread only. */
#ifndef XYLEM_UPSTREAM_SESSIONS_H
#define XYLEM_UPSTREAM_SESSIONS_H

#include "cache/base/address.h"
#include "cache/base/list.h"
#include "cache/name.h"

struct ssl_session_st;          /* OpenSSL's SSL_SESSION */

struct sessions {
	struct list all;        /* oldest first */
	unsigned    count;
};

void sessions_init(struct sessions *sessions);
void sessions_clear(struct sessions *sessions);

/* Takes the session, in the place of an older one for the same. */
void sessions_put(struct sessions *sessions, const struct address *address,
		  const struct name *name, struct ssl_session_st *session);

/* The caller's from now on; NULL if there is none, or its certificate has expired since. */
struct ssl_session_st *sessions_take(struct sessions *sessions, const struct address *address,
				     const struct name *name);

#endif
