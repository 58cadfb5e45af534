/* SPDX-License-Identifier: MIT */
/* lessons.c — exceptions are learnt, and forgotten after a while: servers get mended. */
#include "resolver/upstream/lessons.h"

#include "cache/base/limits.h"

void lessons_apply(const struct server *server, const struct defences *wanted, uint32_t now,
		   struct exchange_request *request)
{
	request->vary_letters = wanted->vary_letters && server->recases_until <= now;
}

void lessons_learn(struct server *server, const struct exchange_findings *findings, uint32_t now)
{
	if (findings->letters_changed)
		server->recases_until = now + LETTERS_EXCEPTION_S;
}
