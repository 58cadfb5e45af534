/* SPDX-License-Identifier: MIT */
/* exchange.h — one query to one address, and what came back.
 *
 * Knows nothing of walks: it calls `settled(subject)` once, from the loop, when its outcome is
 * no longer PENDING, and never before exchange_start() has returned nor after exchange_drop().
 * `settled` may drop it.
 *
 * Each UDP query has its own connected socket, a random port and a random id; what doesn't match
 * address, port, id and question is a stray (RFC 5452 §9.1). The first one settles the exchange
 * as STRAYED: somebody may be guessing, and whoever asks again over TCP leaves nothing to guess.
 * Over TCP queries to one address share a connection, which is kept for a while (RFC 7766, 7828).
 * Strays there are waited past, up to MAX_STRAYS. A stream that ends, or says nonsense of its
 * lengths, settles as UNREACHABLE; as RESET if the connection was there before the query or had
 * others' replies: then it tells nothing of this query, which is to be asked again, alone.
 * Patience covers everything, from the handshakes on.
 *
 * TLS is TCP with a door (RFC 7858, the strict profile of RFC 8310; tls.h): the server proves by
 * its certificate that it is `tls_name`, to somebody who trusts `authorities`, before anything is
 * sent; else the exchange settles as UNTRUSTED, and exchange_fault() says why. Nothing ever goes
 * out in clear instead. What is kept of a server, its connections and sessions, is kept for the
 * address and the name: never used for another name at the same address. Queries are padded (RFC
 * 8467).
 *
 * With vary_letters each letter of the question's name goes out in a case that is drawn by chance.
 * Over UDP a reply with other letters is a stray; over TCP it is taken, and a finding. The reply
 * that is handed on has the question's name in small letters.
 *
 * A cookie goes with the query if the request has one and EDNS isn't off. Over UDP a reply with a
 * wrong cookie is a stray, and so is one without when the server is known to send them (RFC 7873
 * §5.3); over TCP that is a finding.
 *
 * Queries carry EDNS with DO and a payload of EDNS_PAYLOAD, unless asked otherwise.
 * tests/fake/fake_exchange.c is linked instead in simulated worlds. */
#ifndef XYLEM_UPSTREAM_EXCHANGE_H
#define XYLEM_UPSTREAM_EXCHANGE_H

#include "cache/base/address.h"
#include "cache/question.h"
#include "cache/server.h"
#include "resolver/loop.h"

struct authorities;

enum transport { OVER_UDP = 0, OVER_TCP = 1, OVER_TLS = 2 };    /* docs/trace-format.md's numbers */

struct exchange_request {
	struct address  to;
	struct question question;
	enum transport  transport;
	uint32_t        patience_ms;            /* from now to SILENT */
	bool            recursion_desired;      /* towards a forwarder */
	bool            without_edns;           /* towards a server that can't */
	bool            vary_letters;           /* 0x20: they must come back as they were sent */
	struct cookie   cookie;                 /* to be sent; see cookie.h */
	bool            alone;                  /* over TCP, TLS: on a connection of its own */
	const struct name  *tls_name;           /* over TLS: the server's; an address as its text */
	struct authorities *authorities;        /* over TLS; see authorities.h */
};

enum exchange_outcome {
	EXCHANGE_PENDING,
	EXCHANGE_REPLIED,               /* a matching message; also one with TC */
	EXCHANGE_SILENT,                /* nothing that matches in time */
	EXCHANGE_STRAYED,               /* over UDP: a message that isn't the reply; ask by TCP */
	EXCHANGE_RESET,                 /* a shared connection ended: ask again, alone */
	EXCHANGE_UNREACHABLE,           /* the network or the peer said no: ICMP, RST, no route */
	EXCHANGE_UNTRUSTED,             /* over TLS: whoever is there isn't the server; not asked */
};

/* What a reply showed of the server, for lessons.h, or the lack of one of the network. */
struct exchange_findings {
	bool          letters_changed;  /* over TCP: the question came back in other letters */
	bool          cookie_sent;
	struct cookie cookie;           /* that came back for it; length 0: none */
	bool          no_route;         /* UNREACHABLE, and our own system says so */
};

struct exchange;

/* NULL: the system has no socket or memory for it. The request is copied. */
MUST_USE struct exchange *exchange_start(struct loop *loop, const struct exchange_request *request,
					 void (*settled)(void *subject), void *subject);

enum exchange_outcome exchange_outcome(const struct exchange *exchange);

/* The reply, valid until the drop; empty unless the outcome is EXCHANGE_REPLIED. */
struct bytes exchange_reply(const struct exchange *exchange);

const struct exchange_findings *exchange_findings(const struct exchange *exchange);

/* What went wrong with TLS, of a server: "its certificate expired on 2026-01-31". Valid until the
 * drop; NULL unless it isn't REPLIED and TLS is why. */
const char *exchange_fault(const struct exchange *exchange);

uint32_t exchange_elapsed_us(const struct exchange *exchange);
unsigned exchange_strays(const struct exchange *exchange);

/* Forgets it, at any time; its socket and timer are closed. Sets the pointer to NULL; NULL is
 * fine. */
void exchange_drop(struct exchange **exchange);

#endif
