/* SPDX-License-Identifier: MIT */
/* pick.c — rank, then speed, then family, then chance. */
#include "resolver/upstream/pick.h"

#include "cache/base/must.h"

enum {
	ROWS            = MAX_SERVERS_PER_CUT * MAX_ADDRESSES_PER_SERVER,
	UNKNOWN_US      = 120 * 1000,   /* a server across an ocean: most are nearer */
	BAND_US         = 20 * 1000,    /* nobody notices a difference below it */
	MEASURED_FOR_S  = 900,          /* then the network may have changed */
	AVOIDED_RANK    = MAX_TRIES_PER_ADDRESS,
	DOWN_RANK       = 2 * MAX_TRIES_PER_ADDRESS,
	NO_RANK         = 3 * MAX_TRIES_PER_ADDRESS,
};

/* How a random number is used: its parts are independent. */
enum { EXPLORE_MASK = 0x0f, FAMILY_BIT = 0x10, REST_SHIFT = 5 };

/* The rows that are still in the choice. */
struct field {
	unsigned count;
	uint8_t  rows[ROWS];
};

/* The address of each row, in the order of the cut. */
static unsigned list_addresses(const struct pick_view *view, const struct address *into[ROWS])
{
	unsigned count = 0;

	for (unsigned s = 0; s < view->cut->server_count; s++) {
		const struct cut_server *server = &view->cut->servers[s];

		for (unsigned p = 0; p < server->address_count && count < view->count; p++)
			into[count++] = &server->addresses[p];
	}
	return count;
}

static bool is_known(const struct server *server, uint32_t now)
{
	return server->round_trip_us != 0 && server->last_heard != 0 &&
	       now - server->last_heard < MEASURED_FOR_S;
}

/* What a question to it may be expected to take. */
static uint64_t expected_us(const struct server *server, uint32_t now)
{
	uint64_t expected = is_known(server, now) ? server->round_trip_us : UNKNOWN_US;
	unsigned silences = server->silences < 6 ? server->silences : 6;

	if (server->prefers_tcp)
		expected *= 2;                  /* a handshake goes before the question */
	return expected << silences;
}

/* Only where there is another family that is up. */
static enum family_state doubts_of(const struct pick_view *view, uint8_t family)
{
	if (family == 4)
		return view->use_ipv6 && view->ipv6 == FAMILY_UP ? view->ipv4 : FAMILY_UP;
	return view->use_ipv4 && view->ipv4 == FAMILY_UP ? view->ipv6 : FAMILY_UP;
}

static unsigned lower_rank(const struct pick_view *view, uint8_t family,
			   const struct server *server)
{
	enum family_state doubts = doubts_of(view, family);

	if (doubts == FAMILY_DOWN)
		return DOWN_RANK;
	if (server->avoid_until > view->now)
		return AVOIDED_RANK;
	return doubts == FAMILY_SUSPECT && !is_known(server, view->now) ? AVOIDED_RANK : 0;
}

static unsigned rank_of(const struct pick_view *view, const struct address *address, unsigned row)
{
	if (address->family == 4 && !view->use_ipv4)
		return NO_RANK;
	if (address->family == 6 && !view->use_ipv6)
		return NO_RANK;
	if (view->tries[row] >= MAX_TRIES_PER_ADDRESS)
		return NO_RANK;
	return view->tries[row] + lower_rank(view, address->family, &view->servers[row]);
}

static struct field best_ranked(const struct pick_view *view,
				const struct address *const *addresses, unsigned count)
{
	struct field field = { 0 };
	unsigned best = NO_RANK;

	for (unsigned row = 0; row < count; row++) {
		unsigned rank = rank_of(view, addresses[row], row);

		if (rank == NO_RANK || rank > best)
			continue;
		if (rank < best)
			field.count = 0;
		best = rank;
		field.rows[field.count++] = (uint8_t)row;
	}
	return field;
}

/* Those never measured, if it is their turn; else the field as it was. */
static struct field explored(const struct pick_view *view, struct field field)
{
	struct field unknown = { 0 };

	for (unsigned i = 0; i < field.count; i++) {
		if (!is_known(&view->servers[field.rows[i]], view->now))
			unknown.rows[unknown.count++] = field.rows[i];
	}
	return unknown.count != 0 ? unknown : field;
}

static struct field quickest(const struct pick_view *view, struct field field)
{
	struct field quick = { 0 };
	uint64_t best = UINT64_MAX;

	for (unsigned i = 0; i < field.count; i++) {
		uint64_t expected = expected_us(&view->servers[field.rows[i]], view->now);

		if (expected < best)
			best = expected;
	}
	for (unsigned i = 0; i < field.count; i++) {
		if (expected_us(&view->servers[field.rows[i]], view->now) <=
		    best + best / 4 + BAND_US)
			quick.rows[quick.count++] = field.rows[i];
	}
	return quick;
}

/* Which family's turn it is; not every network has both, and this walk may be the first to learn
 * it. */
static uint8_t family_of_turn(const struct pick_view *view, const struct address *const *addresses,
			      unsigned count, uint32_t random)
{
	unsigned tries_4 = 0, tries_6 = 0;

	for (unsigned row = 0; row < count; row++) {
		if (addresses[row]->family == 4)
			tries_4 += view->tries[row];
		else
			tries_6 += view->tries[row];
	}
	if (tries_4 != tries_6)
		return tries_4 < tries_6 ? 4 : 6;
	return (random & FAMILY_BIT) != 0 ? 6 : 4;
}

static struct field of_family(struct field field, const struct address *const *addresses,
			      uint8_t family)
{
	struct field chosen = { 0 };

	for (unsigned i = 0; i < field.count; i++) {
		if (addresses[field.rows[i]]->family == family)
			chosen.rows[chosen.count++] = field.rows[i];
	}
	return chosen.count != 0 ? chosen : field;
}

int pick_address(const struct pick_view *view, uint32_t random)
{
	const struct address *addresses[ROWS];
	unsigned count = list_addresses(view, addresses);
	struct field field = best_ranked(view, addresses, count);

	if (field.count == 0)
		return -1;
	if ((random & EXPLORE_MASK) == 0)
		field = explored(view, field);
	field = quickest(view, field);
	field = of_family(field, addresses, family_of_turn(view, addresses, count, random));
	return field.rows[(random >> REST_SHIFT) % field.count];
}

bool pick_is_forlorn(const struct pick_view *view)
{
	const struct address *addresses[ROWS];
	unsigned count = list_addresses(view, addresses), silent = 0;

	for (unsigned row = 0; row < count; row++) {
		const struct server *server = &view->servers[row];

		if (rank_of(view, addresses[row], row) == NO_RANK)
			continue;
		if (server->avoid_until <= view->now)
			return false;
		silent += server->silences != 0;
	}
	return silent != 0;
}
