/* SPDX-License-Identifier: MIT */
/* cookie.h — DNS cookies towards servers (RFC 7873, RFC 9018).
 *
 * A client cookie is eight octets by chance, drawn for one server and kept beside the server cookie
 * that came back for it (RFC 9018 §3): no two servers see the same, and one that answers with
 * none never sees the same again. Pure but for chance. */
#ifndef XYLEM_UPSTREAM_COOKIE_H
#define XYLEM_UPSTREAM_COOKIE_H

#include "cache/server.h"

/* A new client cookie, for a server of which no cookie is known. */
void cookie_draw(struct cookie *into);

/* Does it hold a server's part: has the server shown that it answers them? */
static inline bool cookie_is_whole(const struct cookie *cookie)
{
	return cookie->length > CLIENT_COOKIE_OCTETS;
}

enum cookie_check {
	COOKIE_RIGHT,                   /* ours is in it, and the server's: RFC 7873 §5.3 */
	COOKIE_MISSING,                 /* no cookie, or none of the server's */
	COOKIE_WRONG,                   /* another's, or of a length that none has */
};

/* The cookie of a reply to a query that carried `sent`; RIGHT: it goes into `into`, for the next
 * query. */
enum cookie_check cookie_check(const struct cookie *sent, struct bytes message,
			       struct cookie *into);

#endif
