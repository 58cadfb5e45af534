/* SPDX-License-Identifier: MIT */
/* generated.c — what the servers of the generated Internet say. See generated.h. */
#include "generated.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
	HEADER = 12,
	LABELS = 16,                    /* names of more labels are of no use here */
	TTL = 86400,
	TYPE_A = 1, TYPE_NS = 2, TYPE_SOA = 6, TYPE_AAAA = 28, TYPE_OPT = 41, TYPE_DS = 43,
	RCODE_NXDOMAIN = 3, RCODE_REFUSED = 5,
	FLAG_AA = 0x04, FLAG_TC = 0x02, /* in the third octet */
	COMPRESSED = 0xc0,
};

enum { ANSWER, AUTHORITY, ADDITIONAL };

/* A question, and the reply to it while it is written. */
struct talk {
	const struct generated *world;
	uint8_t *reply;
	size_t position, room;
	bool overflow;
	unsigned counts[3];
	unsigned type;
	unsigned labels;
	uint8_t at[LABELS];             /* where each label of the question begins */
	size_t question_end;
};

/* A zone: who serves it, and where its name stands in the question (labels from the end). */
struct zone {
	unsigned host, depth;
};

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
	return (server.index + server.host) % world->servers >= world->alive;
}

uint32_t generated_address(const uint8_t *name, size_t length)
{
	uint32_t hash = 2166136261;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (uint32_t)tolower(name[i])) * 16777619;
	hash ^= hash >> 15;
	return 203u << 24 | (hash & 0xffffff);
}

/* --- writing --- */

static void put(struct talk *talk, const void *octets, size_t length)
{
	if (talk->overflow || length > talk->room - talk->position) {
		talk->overflow = true;
		return;
	}
	memcpy(talk->reply + talk->position, octets, length);
	talk->position += length;
}

static void put_16(struct talk *talk, unsigned value)
{
	put(talk, (uint8_t[]){ (uint8_t)(value >> 8), (uint8_t)value }, 2);
}

static void put_32(struct talk *talk, uint32_t value)
{
	put_16(talk, value >> 16);
	put_16(talk, value & 0xffff);
}

/* The last `depth` labels of the question's name. */
static void put_suffix(struct talk *talk, unsigned depth)
{
	if (depth == 0)
		put(talk, "", 1);
	else
		put_16(talk, COMPRESSED << 8 | talk->at[talk->labels - depth]);
}

/* The name of a zone's server. */
static void put_server_name(struct talk *talk, struct zone zone, unsigned index)
{
	char label[8];

	if (zone.host == 0) {
		put(talk, (uint8_t[]){ 1, (uint8_t)('a' + index), 1, 'r', 0 }, 5);
		return;
	}
	snprintf(label + 1, sizeof(label) - 1, "ns%u", (index + 1) & 0xff);
	label[0] = (char)strlen(label + 1);
	put(talk, label, (size_t)label[0] + 1);
	put_suffix(talk, zone.depth);
}

static size_t begin_record(struct talk *talk, unsigned section, unsigned type)
{
	put_16(talk, type);
	put_16(talk, 1);
	put_32(talk, TTL);
	put_16(talk, 0);
	talk->counts[section]++;
	return talk->position;
}

static void end_record(struct talk *talk, size_t began)
{
	if (talk->overflow)
		return;
	talk->reply[began - 2] = (uint8_t)((talk->position - began) >> 8);
	talk->reply[began - 1] = (uint8_t)(talk->position - began);
}

/* The rest of a record, whose owner is written, with a server's address. */
static void put_server_address(struct talk *talk, unsigned section, unsigned type, unsigned host,
			       unsigned index)
{
	static const uint8_t network[12] = { 0x20, 0x01, 0, 2 };
	size_t began = begin_record(talk, section, type);

	if (type == TYPE_A) {
		put_32(talk, 198u << 24 | 18u << 16 | host << 4 | (index + 1));
	} else {
		put(talk, network, sizeof(network));
		put_32(talk, host << 16 | (index + 1));
	}
	end_record(talk, began);
}

static void put_servers(struct talk *talk, unsigned section, struct zone zone)
{
	for (unsigned i = 0; i < talk->world->servers; i++) {
		size_t began;

		put_suffix(talk, zone.depth);
		began = begin_record(talk, section, TYPE_NS);
		put_server_name(talk, zone, i);
		end_record(talk, began);
	}
	for (unsigned i = 0; i < talk->world->servers; i++) {
		put_server_name(talk, zone, i);
		put_server_address(talk, ADDITIONAL, TYPE_A, zone.host, i);
		if (!talk->world->with_v6)
			continue;
		put_server_name(talk, zone, i);
		put_server_address(talk, ADDITIONAL, TYPE_AAAA, zone.host, i);
	}
}

static void put_soa(struct talk *talk, unsigned section, struct zone zone)
{
	static const uint32_t times[] = { 1, 7200, 3600, 1209600, 3600 };
	size_t began;

	put_suffix(talk, zone.depth);
	began = begin_record(talk, section, TYPE_SOA);
	put_server_name(talk, zone, 0);
	put_server_name(talk, zone, 0);
	for (unsigned i = 0; i < 5; i++)
		put_32(talk, times[i]);
	end_record(talk, began);
}

/* --- reading --- */

/* The number after a letter: "z17" is 17; -1 if it is none. */
static long label_number(const struct talk *talk, unsigned depth, const char *prefix)
{
	const uint8_t *label = talk->reply + talk->at[talk->labels - depth];
	size_t skipped = strlen(prefix);
	long number = 0;

	if (label[0] <= skipped || label[0] > skipped + 8)
		return -1;
	if (strncasecmp((const char *)label + 1, prefix, skipped) != 0)
		return -1;
	for (size_t i = skipped + 1; i <= label[0]; i++) {
		if (!isdigit(label[i]))
			return -1;
		number = number * 10 + label[i] - '0';
	}
	return number;
}

/* The labels of the question; false if there is no question that we can answer. */
static bool read_question(struct talk *talk, size_t length)
{
	size_t position = HEADER;

	while (position < length && talk->reply[position] != 0) {
		if (talk->reply[position] > 63 || talk->labels == LABELS || position > 255)
			return false;
		talk->at[talk->labels++] = (uint8_t)position;
		position += talk->reply[position] + 1u;
	}
	if (position + 5 > length)
		return false;
	talk->type = (unsigned)(talk->reply[position + 1] << 8 | talk->reply[position + 2]);
	talk->question_end = position + 5;
	return true;
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

/* --- what each kind of server says --- */

static unsigned answer_nothing(struct talk *talk, struct zone zone, unsigned rcode)
{
	put_soa(talk, AUTHORITY, zone);
	talk->reply[2] |= FLAG_AA;
	return rcode;
}

static unsigned answer_server(struct talk *talk, struct zone zone, long index)
{
	if (index < 0 || index >= (long)talk->world->servers)
		return answer_nothing(talk, zone, RCODE_NXDOMAIN);
	if (talk->type != TYPE_A && (talk->type != TYPE_AAAA || !talk->world->with_v6))
		return answer_nothing(talk, zone, 0);
	put_suffix(talk, talk->labels);
	put_server_address(talk, ANSWER, talk->type, zone.host, (unsigned)index);
	talk->reply[2] |= FLAG_AA;
	return 0;
}

static unsigned answer_host(struct talk *talk, struct zone zone)
{
	static const uint8_t network[12] = { 0x20, 0x01, 0, 3 };
	const uint8_t *name = talk->reply + HEADER;
	size_t began;

	if (talk->type != TYPE_A && talk->type != TYPE_AAAA)
		return answer_nothing(talk, zone, 0);
	put_suffix(talk, talk->labels);
	began = begin_record(talk, ANSWER, talk->type);
	if (talk->type == TYPE_AAAA)
		put(talk, network, sizeof(network));
	put_32(talk, generated_address(name, talk->question_end - 4 - HEADER));
	end_record(talk, began);
	talk->reply[2] |= FLAG_AA;
	return 0;
}

static unsigned answer_apex(struct talk *talk, struct zone zone)
{
	if (talk->type == TYPE_NS)
		put_servers(talk, ANSWER, zone);
	else if (talk->type == TYPE_SOA)
		put_soa(talk, ANSWER, zone);
	else if (zone.depth == 2)
		return answer_host(talk, zone);
	else
		return answer_nothing(talk, zone, 0);
	talk->reply[2] |= FLAG_AA;
	return 0;
}

/* The zone below this one that the question is in; its parent speaks for its DS. */
static unsigned refer(struct talk *talk, struct zone parent, struct zone child)
{
	if (talk->type == TYPE_DS && talk->labels == child.depth)
		return answer_nothing(talk, parent, 0);
	put_servers(talk, AUTHORITY, child);
	return 0;
}

static unsigned say_as_root(struct talk *talk)
{
	const struct zone root = { 0, 0 };
	const uint8_t *label;
	long tld;

	if (talk->labels == 0)
		return answer_apex(talk, root);
	label = talk->reply + talk->at[talk->labels - 1];
	if (label[0] == 1 && tolower(label[1]) == 'r') {
		if (talk->labels == 1)
			return answer_nothing(talk, root, 0);
		label = talk->reply + talk->at[talk->labels - 2];
		return answer_server(talk, root,
				     label[0] == 1 && talk->labels == 2 ? tolower(label[1]) - 'a'
									: -1);
	}
	tld = label_number(talk, 1, "t");
	if (tld < 0 || tld >= (long)talk->world->tlds)
		return answer_nothing(talk, root, RCODE_NXDOMAIN);
	return refer(talk, root, (struct zone){ 1 + (unsigned)tld, 1 });
}

static unsigned say_as_tld(struct talk *talk, unsigned host)
{
	const struct zone self = { host, 1 };
	long zone;

	if (talk->labels == 0 || label_number(talk, 1, "t") != (long)host - 1)
		return RCODE_REFUSED;
	if (talk->labels == 1)
		return answer_apex(talk, self);
	if (talk->labels == 2 && label_number(talk, 2, "ns") > 0)
		return answer_server(talk, self, label_number(talk, 2, "ns") - 1);
	zone = label_number(talk, 2, "z");
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
	zone = label_number(talk, 2, "z");
	if (zone < 0 || zone >= (long)talk->world->zones ||
	    label_number(talk, 1, "t") != zone % (long)talk->world->tlds ||
	    GENERATED_FIRST_HOST + (unsigned)zone % talk->world->hosts != host)
		return RCODE_REFUSED;
	if (talk->labels == 2)
		return answer_apex(talk, self);
	if (talk->labels == 3 && label_number(talk, 3, "ns") > 0)
		return answer_server(talk, self, label_number(talk, 3, "ns") - 1);
	if (talk->labels == 3 && label[0] >= 3 &&
	    strncasecmp((const char *)label + 1, "www", 3) == 0)
		return answer_host(talk, self);
	return answer_nothing(talk, self, RCODE_NXDOMAIN);
}

static unsigned say(struct talk *talk, unsigned host)
{
	if (host == 0)
		return say_as_root(talk);
	if (host < GENERATED_FIRST_HOST)
		return say_as_tld(talk, host);
	return say_as_zone(talk, host);
}

static void put_opt(struct talk *talk)
{
	put(talk, "", 1);
	put_16(talk, TYPE_OPT);
	put_16(talk, GENERATED_MESSAGE);
	put_32(talk, 0);
	put_16(talk, 0);
	talk->counts[ADDITIONAL]++;
}

size_t generated_reply(const struct generated *world, struct generated_server server, bool udp,
		       const uint8_t *query, size_t length, uint8_t *reply, size_t room)
{
	enum { OPT = 11 };
	struct talk talk = { .world = world, .reply = reply };
	unsigned size, rcode;

	if (length < HEADER || length > GENERATED_QUERY || length > room || query[2] & 0x80)
		return 0;
	memcpy(reply, query, length);
	if (query[4] != 0 || query[5] != 1 || !read_question(&talk, length))
		return 0;
	size = edns_size(query, length, talk.question_end);
	talk.room = room;
	if (udp && size < room)
		talk.room = size < 512 ? 512 : size;
	talk.room -= size != 0 ? OPT : 0;
	talk.position = talk.question_end;
	reply[2] = 0x80 | (query[2] & 1);
	rcode = say(&talk, server.host);
	if (talk.overflow) {
		reply[2] |= FLAG_TC;
		talk.position = talk.question_end;
		memset(talk.counts, 0, sizeof(talk.counts));
		talk.overflow = false;
	}
	talk.room += size != 0 ? OPT : 0;
	if (size != 0)
		put_opt(&talk);
	reply[3] = (uint8_t)rcode;
	for (unsigned i = 0; i < 3; i++) {
		reply[6 + 2 * i] = (uint8_t)(talk.counts[i] >> 8);
		reply[7 + 2 * i] = (uint8_t)talk.counts[i];
	}
	return talk.position;
}
