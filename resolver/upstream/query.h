/* SPDX-License-Identifier: MIT */
/* query.h — the query as it goes onto the wire: a header, one question, an OPT with a cookie, and
 * padding over TLS. */
#ifndef XYLEM_UPSTREAM_QUERY_H
#define XYLEM_UPSTREAM_QUERY_H

#include "cache/message.h"
#include "resolver/upstream/exchange.h"

enum {
	LENGTH_OCTETS = 2,              /* RFC 1035 §4.2.2, before each message on a stream */
	QUESTION_ROOM = NAME_SIZE + 4,
	OPT_ROOM      = 11 + 4 + MAX_COOKIE_OCTETS + 4,
	PADDED_TO     = 128,            /* octets, over TLS: RFC 8467 §4.1 */
	QUERY_ROOM    = LENGTH_OCTETS + HEADER_LENGTH + QUESTION_ROOM + OPT_ROOM + 4 + PADDED_TO,
	OPTION_TCP_KEEPALIVE = 11,      /* RFC 7828 */
};

/* The query with its length before it, as a stream carries it. Its id and, if the request wants
 * that, its letters' case are drawn here. */
struct query {
	size_t  length;                 /* with LENGTH_OCTETS */
	uint8_t octets[QUERY_ROOM];
};

void query_write(const struct exchange_request *request, struct query *into);

/* As a datagram carries it. */
static inline struct bytes query_message(const struct query *query)
{
	return bytes_of(query->octets + LENGTH_OCTETS, query->length - LENGTH_OCTETS);
}

#endif
