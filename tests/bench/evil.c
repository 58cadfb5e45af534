/* SPDX-License-Identifier: MIT */
/* evil.c — what the servers of those who mean ill say. See evil.h. */
#include "evil.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "talk.h"

enum {
	VICTIMS = 32,                   /* server names in one referral of NXNSAttack */
	CAMP_LABELS = 10,
	MANY_SERVERS = 1500,
	MANY_RECORDS = 4000,
	BOMB_HOPS = 120, BOMB_NAMES = 500,
	LARGE_RECORDS = 60,             /* of an answer of DNSBomb */
	FORGED = 40, MALFORMED = 12,    /* messages that come before a reply */
	SLOW_DRIP_MS = 400, REBIRTH_MS = 1000, DNSBOMB_MS = 3000,
	GHOST_S = 5, GHOST_TTL = 6,
	CHILD = 8191,                   /* the host of what attacks delegate to themselves */
};

static time_t began;

static time_t now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

void evil_begin(void)
{
	began = now_s();
}

static bool is_label(const struct talk *talk, unsigned depth, const char *text)
{
	const uint8_t *label = talk_label(talk, depth);

	return label[0] == strlen(text) &&
	       strncasecmp((const char *)label + 1, text, label[0]) == 0;
}

bool evil_is_asked(const struct talk *talk)
{
	return talk->labels > 0 && is_label(talk, 1, "evil");
}

static unsigned victim_of(const struct talk *talk, long number, unsigned index)
{
	uint64_t mixed = ((uint64_t)number << 8 | index) * 0x9e3779b97f4a7c15;

	return (unsigned)((mixed >> 33) % talk->world->zones);
}

static unsigned authoritative(struct talk *talk, unsigned rcode)
{
	talk->reply[2] |= FLAG_AA;
	return rcode;
}

/* --- records --- */

/* NS of the name `depth` labels long; the server's name is put by the caller, between. */
static size_t begin_ns(struct talk *talk, unsigned depth)
{
	put_suffix(talk, depth);
	return begin_record(talk, AUTHORITY, TYPE_NS);
}

/* Owner is "www.zK.tJ.", "ns1.zK.tJ." or the like: the poison. */
static void put_poison(struct talk *talk, unsigned section, const char *prefix, unsigned zone)
{
	put_labels(talk, "%s.z%u.t%u", prefix, zone, zone % talk->world->tlds);
	put(talk, "", 1);
	put_address(talk, section, poison);
}

static void put_foreign_ns(struct talk *talk, const char *owner)
{
	size_t data;

	if (owner[0] != '\0')
		put_labels(talk, "%s", owner);
	put(talk, "", 1);
	data = begin_record(talk, AUTHORITY, TYPE_NS);
	put_labels(talk, "ns1");
	put_suffix(talk, 2);
	end_record(talk, data);
}

/* Servers for others' zones: the root's, a top-level domain's, our parent's, a stranger's. */
static void put_foreign_servers(struct talk *talk)
{
	static const char *const owners[] = { "", "t0", "t1", "evil", "z0.t0", "z1.t1", "r" };

	for (unsigned i = 0; i < sizeof(owners) / sizeof(owners[0]); i++)
		put_foreign_ns(talk, owners[i]);
	put_labels(talk, "ns1");
	put_suffix(talk, 2);
	put_server_address(talk, ADDITIONAL, TYPE_A, talk->server.host, 0);
}

static void put_foreign_addresses(struct talk *talk)
{
	for (unsigned zone = 0; zone < 4; zone++) {
		put_poison(talk, ADDITIONAL, "www", zone);
		put_poison(talk, ADDITIONAL, "ns1", zone);
	}
	put_labels(talk, "ns1.t0");
	put(talk, "", 1);
	put_address(talk, ADDITIONAL, poison);
}

/* --- referrals --- */

static unsigned say_nxns(struct talk *talk, struct zone self)
{
	long number = talk_number(talk, 3, "q");

	(void)self;
	for (unsigned i = 0; i < VICTIMS; i++) {
		unsigned zone = victim_of(talk, number, i);
		size_t data = begin_ns(talk, 3);

		put_labels(talk, "n%u-%ld.z%u.t%u", i, number, zone, zone % talk->world->tlds);
		put(talk, "", 1);
		end_record(talk, data);
	}
	return 0;
}

/* qN and rN are each served by a name in the other. */
static unsigned say_tsuname(struct talk *talk, struct zone self)
{
	long number = talk_number(talk, 3, "q");
	size_t data = begin_ns(talk, 3);

	(void)self;
	if (number >= 0)
		put_labels(talk, "ns.r%ld", number);
	else
		put_labels(talk, "ns.q%ld", talk_number(talk, 3, "r"));
	put_suffix(talk, 2);
	end_record(talk, data);
	return 0;
}

/* A tree: the servers of qN are in q2N and q2N+1. */
static unsigned say_idns(struct talk *talk, struct zone self)
{
	long number = talk_number(talk, 3, "q");

	if (number < 0 || number > 49999999)
		return answer_nothing(talk, self, RCODE_NXDOMAIN);
	for (long i = 0; i < 2; i++) {
		size_t data = begin_ns(talk, 3);

		put_labels(talk, "ns.q%ld", 2 * number + i);
		put_suffix(talk, 2);
		end_record(talk, data);
	}
	return 0;
}

/* Addresses that no server has, other ones for each number. */
static void put_dead_addresses(struct talk *talk, long number, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		unsigned host = ((unsigned)number * 13 + i) & 0x1fff;

		put_labels(talk, "ns%u", i + 1);
		put_suffix(talk, 3);
		put_server_address(talk, ADDITIONAL, TYPE_A, host, 13 + i % 2);
		put_labels(talk, "ns%u", i + 1);
		put_suffix(talk, 3);
		put_server_address(talk, ADDITIONAL, TYPE_AAAA, host, 13 + i % 2);
	}
}

static unsigned refer_to_dead(struct talk *talk, long number, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		size_t data = begin_ns(talk, 3);

		put_labels(talk, "ns%u", i + 1);
		put_suffix(talk, 3);
		end_record(talk, data);
	}
	put_dead_addresses(talk, number, count);
	return 0;
}

static unsigned say_dead(struct talk *talk, struct zone self)
{
	(void)self;
	return refer_to_dead(talk, talk_number(talk, 3, "q"), GENERATED_SERVERS_MAX);
}

/* qN has 1,500 servers, all named in rN, whose servers are silent. */
static unsigned say_nrd(struct talk *talk, struct zone self)
{
	long number = talk_number(talk, 3, "q");

	(void)self;
	if (number < 0)
		return refer_to_dead(talk, talk_number(talk, 3, "r"), 4);
	for (unsigned i = 0; i < MANY_SERVERS && !talk->overflow; i++) {
		size_t data = begin_ns(talk, 3);

		put_labels(talk, "n%u.r%ld", i, number);
		put_suffix(talk, 2);
		end_record(talk, data);
	}
	return 0;
}

/* The servers of qN, at another host: where the delegation is true. */
static void put_child(struct talk *talk)
{
	size_t data = begin_ns(talk, 3);

	put_labels(talk, "ns");
	put_suffix(talk, 3);
	end_record(talk, data);
	put_labels(talk, "ns");
	put_suffix(talk, 3);
	put_server_address(talk, ADDITIONAL, TYPE_A, CHILD, 0);
}

static unsigned say_glue(struct talk *talk, struct zone self)
{
	if (self.host != CHILD) {
		put_child(talk);
		put_foreign_addresses(talk);
		return 0;
	}
	answer_host(talk, self);
	put_poison(talk, ANSWER, "www", 0);
	put_poison(talk, ANSWER, "www", 1);
	put_foreign_servers(talk);
	put_foreign_addresses(talk);
	return 0;
}

static unsigned say_ns(struct talk *talk, struct zone self)
{
	answer_host(talk, self);
	put_foreign_servers(talk);
	return authoritative(talk, 0);
}

/* A forwarder: its replies have RA, and no authority. */
static unsigned say_maginot(struct talk *talk, struct zone self)
{
	answer_host(talk, self);
	talk->reply[2] &= (uint8_t)~FLAG_AA;
	put_poison(talk, ANSWER, "www", 0);
	put_poison(talk, ANSWER, "www", 1);
	put_foreign_servers(talk);
	put_foreign_addresses(talk);
	return FLAG_RA;
}

/* The parent forgets gN after a while; its servers never do. */
static unsigned say_ghost(struct talk *talk, struct zone self)
{
	if (self.host == CHILD) {
		if (talk->type != TYPE_NS)
			return answer_host(talk, self);
		put_child(talk);
		return authoritative(talk, 0);
	}
	if (now_s() - began > GHOST_S)
		return answer_nothing(talk, self, RCODE_NXDOMAIN);
	talk->ttl = GHOST_TTL;
	put_child(talk);
	return 0;
}

/* --- aliases --- */

/* lL.a.b.c...qN is an alias of lL+1.a.b.c...qN, with other labels between: each of them has to be
 * gone through anew, and half of the servers refuse to help. */
static unsigned say_camp(struct talk *talk, struct zone self)
{
	long link = talk->labels > 3 ? talk_number(talk, talk->labels, "l") : 0;
	size_t data;

	if (talk->labels > 3 && talk->server.index % 2 == 1)
		return RCODE_SERVFAIL;
	if (link < 0 || talk->type != TYPE_A)
		return answer_nothing(talk, self, 0);
	put_suffix(talk, talk->labels);
	data = begin_record(talk, ANSWER, TYPE_CNAME);
	put_labels(talk, "l%ld", link + 1);
	for (unsigned i = 0; i < CAMP_LABELS; i++)
		put_labels(talk, "%c%ld", 'a' + (int)i, link);
	put_suffix(talk, 3);
	end_record(talk, data);
	return authoritative(talk, 0);
}

static unsigned say_cname(struct talk *talk, struct zone self)
{
	long link = talk->labels > 3 ? talk_number(talk, 4, "l") : 0;
	size_t data;

	if (link < 0 || talk->labels > 4)
		return answer_nothing(talk, self, RCODE_NXDOMAIN);
	put_suffix(talk, talk->labels);
	data = begin_record(talk, ANSWER, TYPE_CNAME);
	put_labels(talk, "l%ld", link + 1);
	put_suffix(talk, 3);
	end_record(talk, data);
	return authoritative(talk, 0);
}

static unsigned say_dname(struct talk *talk, struct zone self)
{
	long number = talk_number(talk, 3, "q");
	size_t data;

	if (number < 0 || talk->labels < 4)
		return answer_nothing(talk, self, 0);
	put_suffix(talk, 3);
	data = begin_record(talk, ANSWER, TYPE_DNAME);
	put_labels(talk, "q%ld", number + 1);
	put_suffix(talk, 2);
	end_record(talk, data);
	put_suffix(talk, talk->labels);
	data = begin_record(talk, ANSWER, TYPE_CNAME);
	for (unsigned depth = talk->labels; depth > 3; depth--)
		put(talk, talk_label(talk, depth), talk_label(talk, depth)[0] + 1u);
	put_labels(talk, "q%ld", number + 1);
	put_suffix(talk, 2);
	end_record(talk, data);
	return authoritative(talk, 0);
}

/* --- answers that are too much --- */

static unsigned answer_addresses(struct talk *talk, unsigned count)
{
	for (unsigned i = 0; i < count && !talk->overflow; i++) {
		put_suffix(talk, talk->labels);
		put_address(talk, ANSWER, 203u << 24 | i);
	}
	return authoritative(talk, 0);
}

static unsigned say_many(struct talk *talk, struct zone self)
{
	(void)self;
	return answer_addresses(talk, MANY_RECORDS);
}

/* A text that is a chain of pointers, each to the one before it; then names that end in it. */
static unsigned say_bomb(struct talk *talk, struct zone self)
{
	unsigned at;
	size_t data;

	answer_host(talk, self);
	if (talk->udp) {
		talk->overflow = true;
		return 0;
	}
	put_suffix(talk, talk->labels);
	data = begin_record(talk, ADDITIONAL, TYPE_TXT);
	put(talk, (uint8_t[]){ 2 * BOMB_HOPS }, 1);
	at = HEADER;
	for (unsigned i = 0; i < BOMB_HOPS; i++) {
		unsigned here = (unsigned)talk->position;

		put_16(talk, COMPRESSED << 8 | at);
		at = here;
	}
	end_record(talk, data);
	for (unsigned i = 0; i < BOMB_NAMES; i++) {
		put_labels(talk, "x%u", i);
		put_16(talk, COMPRESSED << 8 | at);
		put_address(talk, ADDITIONAL, poison);
	}
	return authoritative(talk, 0);
}

static unsigned say_dnsbomb(struct talk *talk, struct zone self)
{
	(void)self;
	talk->manner.in_unison_ms = DNSBOMB_MS;
	return answer_addresses(talk, LARGE_RECORDS);
}

/* --- replies that come in a bad manner --- */

static unsigned say_tudoor(struct talk *talk, struct zone self)
{
	talk->manner.strays = MALFORMED;
	talk->manner.stray = STRAY_MALFORMED;
	return answer_host(talk, self);
}

static unsigned say_nomatch(struct talk *talk, struct zone self)
{
	talk->manner.strays = 3;
	talk->manner.stray = talk_number(talk, 3, "q") % 2 ? STRAY_OTHER_ID : STRAY_OTHER_QUESTION;
	talk->manner.never = true;
	return answer_host(talk, self);
}

static unsigned say_rebirth(struct talk *talk, struct zone self)
{
	talk->manner.later_ms = REBIRTH_MS;
	return answer_host(talk, self);
}

static unsigned say_slow(struct talk *talk, struct zone self)
{
	talk->manner.drip_ms = SLOW_DRIP_MS;
	talk->overflow = talk->udp;
	return talk->udp ? 0 : answer_host(talk, self);
}

void evil_forge_at(struct talk *talk)
{
	const uint8_t *label = talk->labels > 0 ? talk_label(talk, talk->labels) : NULL;

	if (label == NULL || label[0] < 3 || strncasecmp((const char *)label + 1, "kam", 3) != 0)
		return;
	talk->manner.strays = FORGED;
	talk->manner.stray = STRAY_FORGED;
}

/* --- who they are --- */

/* The order is that of their hosts. The first one's address is in configurations. */
static const struct {
	const char *label;
	unsigned (*say)(struct talk *, struct zone);
} attacks[] = {
	{ "maginot", say_maginot }, { "nxns", say_nxns },       { "camp", say_camp },
	{ "tsuname", say_tsuname }, { "idns", say_idns },       { "nrd", say_nrd },
	{ "cname", say_cname },     { "dname", say_dname },     { "dead", say_dead },
	{ "glue", say_glue },       { "ns", say_ns },           { "tudoor", say_tudoor },
	{ "nomatch", say_nomatch }, { "rebirth", say_rebirth }, { "bomb", say_bomb },
	{ "many", say_many },       { "slow", say_slow },       { "dnsbomb", say_dnsbomb },
	{ "ghost", say_ghost },
};

enum { ATTACKS = sizeof(attacks) / sizeof(attacks[0]) };

_Static_assert(GENERATED_EVIL_HOST + ATTACKS < CHILD, "each attack has a host of its own");

/* As if the server spoke for all the world. */
static unsigned lie(struct talk *talk)
{
	if (talk->type == TYPE_A) {
		put_suffix(talk, talk->labels);
		put_address(talk, ANSWER, poison);
	}
	return authoritative(talk, 0);
}

/* The attack whose zone the question is in; ATTACKS if there is none. */
static unsigned find_attack(const struct talk *talk)
{
	unsigned which = 0;

	while (which < ATTACKS && (talk->labels < 2 || !is_label(talk, 2, attacks[which].label)))
		which++;
	return which;
}

static unsigned say_as_parent(struct talk *talk)
{
	const struct zone self = { GENERATED_EVIL_HOST, 1 };
	unsigned which;

	if (talk->labels == 1)
		return answer_apex(talk, self);
	if (talk->labels == 2 && talk_number(talk, 2, "ns") > 0)
		return answer_server(talk, self, talk_number(talk, 2, "ns") - 1);
	which = find_attack(talk);
	if (which < ATTACKS)
		return refer(talk, self, (struct zone){ GENERATED_EVIL_HOST + 1 + which, 2 });
	return answer_nothing(talk, self, RCODE_NXDOMAIN);
}

unsigned evil_say(struct talk *talk, unsigned host)
{
	const struct zone self = { host, 2 };
	unsigned which;

	if (!evil_is_asked(talk))
		return lie(talk);
	if (host == GENERATED_EVIL_HOST)
		return say_as_parent(talk);
	which = find_attack(talk);
	if (which == ATTACKS || (host != CHILD && host != GENERATED_EVIL_HOST + 1 + which))
		return RCODE_REFUSED;
	if (talk->labels == 2)
		return answer_apex(talk, self);
	if (talk->labels == 3 && talk_number(talk, 3, "ns") > 0)
		return answer_server(talk, self, talk_number(talk, 3, "ns") - 1);
	if (talk_number(talk, 3, "q") < 0 && talk_number(talk, 3, "r") < 0 &&
	    talk_number(talk, 3, "g") < 0)
		return answer_nothing(talk, self, RCODE_NXDOMAIN);
	return attacks[which].say(talk, self);
}
