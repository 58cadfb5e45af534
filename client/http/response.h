/* SPDX-License-Identifier: MIT */
/* response.h — an HTTP/1.1 response read from octets, by llhttp with all leniency off.
 *
 * Knows no socket: it is fed what came and tells what it found. The head is kept as it stood on the
 * wire, so that it can be shown octet by octet; the body is handed on as it comes, never kept.
 * Interim responses (1xx) are told and passed over. */
#ifndef XYLEM_CLIENT_RESPONSE_H
#define XYLEM_CLIENT_RESPONSE_H

#include <llhttp.h>
#include <stdbool.h>

#include "client/connect/buffer.h"
#include "client/log/events.h"

enum {
	LARGEST_HEAD = 300 * 1024,      /* curl's bound */
	MAX_HEADERS = 20000,            /* trailers counted */
};

enum response_state {
	RESPONSE_GOES_ON,
	RESPONSE_COMPLETE,
	RESPONSE_NOT_HTTP,              /* doesn't begin with a status line of HTTP/1 */
	RESPONSE_BAD_HEAD,
	RESPONSE_BAD_BODY,              /* chunks that are none */
	RESPONSE_TOO_LARGE,             /* heads beyond the bounds */
	RESPONSE_CODED,                 /* in a transfer coding that wasn't asked for */
	RESPONSE_EMPTY,                 /* ended before the first line was whole */
	RESPONSE_CUT_SHORT,             /* ended in the middle */
	RESPONSE_UNWRITTEN,             /* whoever takes the body couldn't */
};

/* Whom to tell. Each may give false: then reading stops as RESPONSE_UNWRITTEN. */
struct response_taker {
	bool (*head)(void *subject, struct bytes head);         /* the whole head; 1xx too */
	bool (*body)(void *subject, struct bytes piece);
	void  *subject;
};

struct response {
	struct response_taker taker;
	struct event_log     *log;
	llhttp_t              parser;
	llhttp_settings_t     settings;
	enum response_state   state;
	bool                  head_only;        /* the answer to HEAD has no body */
	bool                  in_body;
	bool                  line_empty;       /* the line of the head so far has no character */
	struct buffer         head;             /* as on the wire */
	struct buffer         name, value;      /* of the header being read */
	struct buffer         reason;
	size_t                headers;
	int                   status;           /* of the final response; 0: none yet */
	int                   interim;          /* 1xx seen */
	bool                  chunked;
	bool                  until_close;      /* the body ends with the connection */
	bool                  keeps_alive;
	uint64_t              wire_octets;      /* all that was fed and read */
	uint64_t              head_octets;
	uint64_t              body_octets;      /* without chunk framing */
	char                  location[4096];   /* "" if there is none; too long a one is none */
	char                  coding[128];      /* Content-Encoding */
	bool                  odd_transfer;     /* Transfer-Encoding is more than "chunked" */
	bool                  bare_newlines;    /* seen in the head */
	char                  fault[128];       /* llhttp's words */
};

void response_init(struct response *response, const struct response_taker *taker,
		   struct event_log *log, bool head_only);
void response_clear(struct response *response);

/* What came; gives the state afterwards. Octets behind the end of the response are ignored. */
enum response_state response_feed(struct response *response, struct bytes octets);

/* The connection has ended. */
enum response_state response_end(struct response *response);

#endif
