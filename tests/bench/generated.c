/* SPDX-License-Identifier: MIT */
/* generated.c — what the servers of the generated Internet say. See generated.h. */
#include "generated.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "evil.h"
#include "signer.h"
#include "talk.h"

struct generated_server generated_server_v4(uint32_t address)
{
	return (struct generated_server){ address >> 4 & 0x1fff, (address & 15) - 1 };
}

struct generated_server generated_server_v6(uint32_t last)
{
	return (struct generated_server){ last >> 16, (last & 0xffff) - 1 };
}

bool generated_is_silent(const struct generated *world, struct generated_server server)
{
	if (server.index >= GENERATED_SERVERS_MAX)
		return true;
	return (server.index + server.host) % world->servers >= world->alive;
}

/* Of eight: four by ECDSAP256, three by RSASHA256, one not. Eight zones in a row are signed alike,
 * so that every one of eight top-level domains has each kind. */
struct generated_signing generated_signing(unsigned zone)
{
	static const struct generated_signing eight[] = {
		{ ECDSAP256, false }, { RSASHA256, true },
		{ ECDSAP256, false }, { 0, false },
		{ ECDSAP256, true },  { RSASHA256, false },
		{ ECDSAP256, false }, { RSASHA256, true },
	};

	return eight[zone / 8 % 8];
}

uint32_t generated_address(const uint8_t *name, size_t length)
{
	uint32_t hash = 2166136261;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (uint32_t)tolower(name[i])) * 16777619;
	hash ^= hash >> 15;
	return 203u << 24 | (hash & 0xffffff);
}

static unsigned say_as_root(struct talk *talk)
{
	const struct zone root = { 0, 0 };
	const uint8_t *label;
	long tld;

	if (talk->labels == 0)
		return answer_apex(talk, root);
	label = talk_label(talk, 1);
	if (label[0] == 1 && tolower(label[1]) == 'r') {
		if (talk->labels == 1)
			return answer_nothing(talk, root, 0);
		label = talk_label(talk, 2);
		return answer_server(talk, root,
				     label[0] == 1 && talk->labels == 2 ? tolower(label[1]) - 'a'
									: -1);
	}
	if (evil_is_asked(talk))
		return refer(talk, root, (struct zone){ GENERATED_EVIL_HOST, 1 });
	tld = talk_number(talk, 1, "t");
	if (tld < 0 || tld >= (long)talk->world->tlds)
		return answer_nothing(talk, root, RCODE_NXDOMAIN);
	return refer(talk, root, (struct zone){ 1 + (unsigned)tld, 1 });
}

static unsigned say_as_tld(struct talk *talk, unsigned host)
{
	const struct zone self = { host, 1 };
	long zone;

	if (talk->labels == 0 || talk_number(talk, 1, "t") != (long)host - 1)
		return RCODE_REFUSED;
	if (talk->labels == 1)
		return answer_apex(talk, self);
	if (talk->labels == 2 && talk_number(talk, 2, "ns") > 0)
		return answer_server(talk, self, talk_number(talk, 2, "ns") - 1);
	zone = talk_number(talk, 2, "z");
	if (zone < 0 || zone >= (long)talk->world->zones ||
	    zone % (long)talk->world->tlds != (long)host - 1)
		return answer_nothing(talk, self, RCODE_NXDOMAIN);
	host = GENERATED_FIRST_HOST + (unsigned)zone % talk->world->hosts;
	return refer(talk, self, (struct zone){ host, 2 });
}

static unsigned say_as_zone(struct talk *talk, unsigned host)
{
	const struct zone self = { host, 2 };
	const uint8_t *label = talk->reply + talk->at[0];
	long zone;

	if (talk->labels < 2)
		return RCODE_REFUSED;
	zone = talk_number(talk, 2, "z");
	if (zone < 0 || zone >= (long)talk->world->zones ||
	    talk_number(talk, 1, "t") != zone % (long)talk->world->tlds ||
	    GENERATED_FIRST_HOST + (unsigned)zone % talk->world->hosts != host)
		return RCODE_REFUSED;
	if (talk->labels == 2)
		return answer_apex(talk, self);
	if (talk->labels == 3 && talk_number(talk, 3, "ns") > 0)
		return answer_server(talk, self, talk_number(talk, 3, "ns") - 1);
	if (talk->labels == 3 && label[0] >= 3 &&
	    strncasecmp((const char *)label + 1, "www", 3) == 0)
		return answer_host(talk, self);
	return answer_nothing(talk, self, RCODE_NXDOMAIN);
}

static unsigned say(struct talk *talk, unsigned host)
{
	if (host >= GENERATED_EVIL_HOST)
		return evil_say(talk, host);
	if (host == 0)
		return say_as_root(talk);
	if (host < GENERATED_FIRST_HOST)
		return say_as_tld(talk, host);
	evil_forge_at(talk);
	return say_as_zone(talk, host);
}

/* The size that the query's OPT record allows; 0 if there is none. */
static unsigned edns_size(const uint8_t *query, size_t length, size_t question_end)
{
	if (question_end + 11 > length || query[11] == 0)
		return 0;
	if (query[question_end] != 0 || query[question_end + 2] != TYPE_OPT)
		return 0;
	return (unsigned)(query[question_end + 3] << 8 | query[question_end + 4]);
}

static void put_opt(struct talk *talk)
{
	put(talk, "", 1);
	put_16(talk, TYPE_OPT);
	put_16(talk, GENERATED_MESSAGE);
	put_32(talk, talk->dnssec_ok ? DNSSEC_OK : 0);
	put_16(talk, 0);
	talk->counts[ADDITIONAL]++;
}

/* What doesn't fit is truncated to nothing (RFC 2181 §9). */
static void truncate_reply(struct talk *talk)
{
	talk->reply[2] |= FLAG_TC;
	talk->position = talk->question_end;
	memset(talk->counts, 0, sizeof(talk->counts));
	talk->overflow = false;
}

void generated_answer(const struct generated *world, struct generated_server server, bool udp,
		      const uint8_t *query, size_t length, struct generated_reply *into)
{
	enum { OPT = 11 };
	struct talk talk = { .world = world, .server = server, .udp = udp, .reply = into->at,
			     .ttl = TTL };
	unsigned size, rcode;

	into->length = 0;
	if (length < HEADER || length > GENERATED_QUERY || length > into->room ||
	    query[2] & FLAG_QR)
		return;
	memcpy(talk.reply, query, length);
	if (query[4] != 0 || query[5] != 1 || !talk_read_question(&talk, length))
		return;
	size = edns_size(query, length, talk.question_end);
	talk.dnssec_ok = size != 0 && talk.question_end + 8 < length &&
			 (query[talk.question_end + 7] & DNSSEC_OK >> 8) != 0;
	talk.room = into->room;
	if (udp && size < into->room)
		talk.room = size < 512 ? 512 : size;
	talk.room -= size != 0 ? OPT : 0;
	talk.position = talk.question_end;
	talk.reply[2] = FLAG_QR | (query[2] & 1);
	rcode = say(&talk, server.host);
	if (talk.overflow)
		truncate_reply(&talk);
	talk.room += size != 0 ? OPT : 0;
	if (size != 0)
		put_opt(&talk);
	talk.reply[3] = (uint8_t)rcode;
	for (unsigned i = 0; i < 3; i++) {
		talk.reply[6 + 2 * i] = (uint8_t)(talk.counts[i] >> 8);
		talk.reply[7 + 2 * i] = (uint8_t)talk.counts[i];
	}
	into->length = talk.position;
	into->manner = talk.manner;
}
