/* SPDX-License-Identifier: MIT */
/* url.h — addresses of http and https, read by the rules of the WHATWG URL standard.
 *
 * Pure: no name is looked up. A parsed URL is normal: lower-case host (in ASCII, by UTS 46),
 * numbers in their usual form, dot segments gone, what must be percent-encoded encoded. All text
 * lives in the arena that was given and ends with a zero. Only http and https are read; without a
 * scheme http is meant, as curl has it ("localhost:8080/x" too). */
#ifndef XYLEM_CLIENT_URL_H
#define XYLEM_CLIENT_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/base/arena.h"

enum { LONGEST_URL = 65536 };

enum host_kind { HOST_NAME, HOST_IPV4, HOST_IPV6 };

struct url {
	bool           secure;          /* https */
	const char    *user;            /* percent-encoded; "" if there is none */
	const char    *password;
	const char    *host;            /* name in ASCII, or address without brackets */
	enum host_kind kind;
	uint16_t       port;            /* given, or the scheme's own */
	bool           default_port;    /* it is the scheme's own */
	const char    *path;            /* begins with "/" */
	const char    *query;           /* without "?"; NULL if there is none */
	const char    *fragment;        /* without "#"; NULL if there is none; never sent */
};

enum url_outcome {
	URL_GOOD,
	URL_EMPTY,
	URL_TOO_LONG,
	URL_OTHER_SCHEME,               /* not http, not https */
	URL_NO_HOST,
	URL_BAD_HOST,                   /* characters or labels that no host name has */
	URL_BAD_IPV4,
	URL_BAD_IPV6,
	URL_BAD_PORT,
	URL_NO_MEMORY,
};

/* Reads `text`; `base` (may be NULL) is what a relative one is relative to. */
MUST_USE enum url_outcome url_parse(struct url *url, struct arena *arena, const char *text,
				    const struct url *base);

/* The outcome in words: "the port isn't a number up to 65535". */
const char *url_outcome_words(enum url_outcome outcome);

/* The whole in its normal form, with user and password hidden unless `secrets`; "" without memory.
 */
const char *url_write(struct arena *arena, const struct url *url, bool secrets);

/* host, or host:port if the port isn't the scheme's own; IPv6 in brackets: as in a Host header. */
const char *url_authority(struct arena *arena, const struct url *url);

/* path and query: what goes into the request line. */
const char *url_target(struct arena *arena, const struct url *url);

/* %41 to A; what isn't a valid escape stays. */
struct bytes percent_decode(struct arena *arena, const char *text);

/* The text of a host by itself: made normal and told apart. For url.c and its tests. */
MUST_USE enum url_outcome host_parse(struct arena *arena, struct bytes text, const char **host,
				     enum host_kind *kind);

#endif
