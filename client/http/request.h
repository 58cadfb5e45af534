/* SPDX-License-Identifier: MIT */
/* request.h — a request as octets. Pure. */
#ifndef XYLEM_CLIENT_REQUEST_H
#define XYLEM_CLIENT_REQUEST_H

#include <stdbool.h>

#include "cache/base/arena.h"
#include "client/connect/buffer.h"
#include "client/log/events.h"
#include "client/url/url.h"

struct request {
	const char        *method;
	const struct url  *url;
	const char *const
		*headers; /* as given with -H: "Name: value", "Name:" takes out, "Name;" is empty */
	size_t             header_count;
	const char        *agent;       /* NULL: our own */
	const char        *referer;     /* NULL: none */
	const char *user; /* "name:password", NULL: none; the URL's own comes after it */
	bool               compressed;
	bool               has_body;
	struct bytes       body;
	bool               other_host;  /* redirected there: a Host that was given isn't for it */
	bool               to_stranger; /* another host, port or scheme: no credentials go there */
};

/* The head of the request into `into`, said to the log as well (credentials hidden). */
MUST_USE enum result request_write(const struct request *request, struct arena *arena,
				   struct buffer *into, struct event_log *log);

#endif
