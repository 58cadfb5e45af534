/* SPDX-License-Identifier: MIT */
/* lessons.c — exceptions are learnt, and forgotten after a while: servers get mended. */
#include "resolver/upstream/lessons.h"

#include "cache/base/limits.h"
#include "resolver/upstream/cookie.h"

/* A server that has been silent may sit behind something that drops what it doesn't know: then
 * nothing is tried. */
static void apply_cookie(const struct server *server, uint32_t now,
			 struct exchange_request *request)
{
	if (server->cookie.length != 0)
		request->cookie = server->cookie;
	else if (server->cookieless_until <= now && server->silences == 0)
		cookie_draw(&request->cookie);
}

static void learn_cookie(struct server *server, const struct cookie *cookie, uint32_t now)
{
	server->cookie = *cookie;
	server->cookieless_until = cookie->length != 0 ? 0 : now + COOKIELESS_S;
}

void lessons_apply(const struct server *server, const struct defences *wanted, uint32_t now,
		   struct exchange_request *request)
{
	/* Over TLS there is nothing to forge; and a cookie would tell the server that it was us
	 * before. */
	if (request->transport == OVER_TLS)
		return;
	request->vary_letters = wanted->vary_letters && server->recases_until <= now;
	if (wanted->cookies)
		apply_cookie(server, now, request);
}

void lessons_learn(struct server *server, const struct exchange_findings *findings, uint32_t now)
{
	if (findings->letters_changed)
		server->recases_until = now + LETTERS_EXCEPTION_S;
	if (findings->cookie_sent)
		learn_cookie(server, &findings->cookie, now);
}
