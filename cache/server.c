/* SPDX-License-Identifier: MIT */
/* server.c — what a reply, a silence and nonsense teach us of a server. */
#include "cache/server.h"

#include <stddef.h>

#include "cache/base/limits.h"

enum {
	LONGEST_SILENCE_S = 300,        /* left alone at most so long after silences */
	USELESS_S = 30,                 /* it may be lame for one zone and good for another */
	LONGEST_ROUND_TRIP_US = 60 * 1000 * 1000,       /* so that sums never overflow */
};

void server_heard(struct server *server, uint32_t round_trip_us, uint32_t now)
{
	uint32_t error;

	if (round_trip_us == 0)
		round_trip_us = 1;              /* 0 says: never measured */
	if (round_trip_us > LONGEST_ROUND_TRIP_US)
		round_trip_us = LONGEST_ROUND_TRIP_US;
	server->silences = 0;
	server->avoid_until = 0;
	server->silent_at = 0;
	server->last_heard = now;
	if (server->round_trip_us == 0) {       /* RFC 6298 §2.2 */
		server->round_trip_us = round_trip_us;
		server->variation_us = round_trip_us / 2;
		return;
	}
	error = server->round_trip_us > round_trip_us ? server->round_trip_us - round_trip_us
						      : round_trip_us - server->round_trip_us;
	/* RFC 6298 §2.3: a quarter of the error, an eighth of the new value. */
	server->variation_us = server->variation_us - server->variation_us / 4 + error / 4;
	server->round_trip_us =
		server->round_trip_us - server->round_trip_us / 8 + round_trip_us / 8;
	if (server->round_trip_us == 0)
		server->round_trip_us = 1;
}

static void avoid_for(struct server *server, uint32_t seconds, uint32_t now)
{
	server->avoid_until = now + seconds;
	if (server->avoid_until == 0)
		server->avoid_until = 1;        /* 0 says: not avoided */
}

void server_was_silent(struct server *server, uint32_t now)
{
	uint32_t wait = LONGEST_SILENCE_S;

	if (server->silences < UINT16_MAX)
		server->silences++;
	if (server->silences < 10)              /* 1, 2, 4 … 256, 300 */
		wait = 1u << (server->silences - 1);
	avoid_for(server, wait, now);
	server->silent_at = now;
}

void server_was_useless(struct server *server, uint32_t now)
{
	avoid_for(server, USELESS_S, now);
	server->silent_at = 0;                  /* it did speak: no outage excuses it */
}

/* The first time costs this question a second query. From the second on it is worth a look. */
void server_doubted_edns(struct server *server, uint32_t now)
{
	if (server->edns == EDNS_DOUBTED || server->edns == EDNS_FAILS)
		server->edns_until = now + EDNS_EXCEPTION_S;
	server->edns = EDNS_DOUBTED;
}

void server_failed_edns(struct server *server, uint32_t now)
{
	server->edns = EDNS_FAILS;
	server->edns_until = now + EDNS_EXCEPTION_S;
}

bool server_wants_edns_checked(const struct server *server, uint32_t now)
{
	return (server->edns == EDNS_DOUBTED || server->edns == EDNS_FAILS) &&
	       server->edns_until <= now;
}

bool server_lacks_edns(const struct server *server, uint32_t now)
{
	return server->edns == EDNS_FAILS && server->edns_until > now;
}

void server_was_late(struct server *server, uint32_t waited_us, uint32_t now)
{
	if (waited_us > LONGEST_ROUND_TRIP_US)
		waited_us = LONGEST_ROUND_TRIP_US;
	if (server->silences < UINT16_MAX)
		server->silences++;
	server->silent_at = now;
	if (server->round_trip_us != 0 && server->round_trip_us < waited_us)
		server->round_trip_us = waited_us;
}

uint32_t server_usual_ms(const struct server *server)
{
	uint64_t usual = FIRST_HEDGE_MS;

	if (server->round_trip_us != 0)
		usual = (server->round_trip_us + 3 * (uint64_t)server->variation_us) / 1000;
	return usual < MIN_HEDGE_MS ? MIN_HEDGE_MS : (uint32_t)usual;
}

uint32_t server_patience_ms(const struct server *server)
{
	uint64_t patience = FIRST_PATIENCE_MS;

	if (server->round_trip_us != 0)
		patience = ((uint64_t)server->round_trip_us + 4 * (uint64_t)server->variation_us +
			    999) /
			   1000;
	if (patience < MIN_PATIENCE_MS)
		patience = MIN_PATIENCE_MS;
	for (unsigned i = 0; i < server->silences && patience < MAX_PATIENCE_MS; i++)
		patience *= 2;                  /* RFC 6298 §5.5 */
	return patience > MAX_PATIENCE_MS ? MAX_PATIENCE_MS : (uint32_t)patience;
}
