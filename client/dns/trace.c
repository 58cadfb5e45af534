/* SPDX-License-Identifier: MIT */
/* trace.c — each kind of event has a function that reads its fields, in the order of
 * docs/trace-format.md. */
#include "client/dns/trace.h"

#include <stdio.h>
#include <string.h>

enum { MAX_TRACE_EVENTS = 2000 };

static const char *const transports[] = { "udp", "tcp", "tls" };
static const char *const cut_sources[] = { "hints", "cache",   "referral",
					   "stub",  "forward", "local root" };
static const char *const securities[] = { "unchecked", "indeterminate", "insecure", "secure",
					  "bogus" };
static const char *const readings[] = {
	"answer",    "alias",	"no such name",	  "no such type", "referral", "lame",
	"truncated", "refused", "server failure", "malformed",	  "error",
};

static const char *word(const char *const *words, size_t count, uint8_t code)
{
	return code < count ? words[code] : "?";
}

#define WORD(words, code) word(words, sizeof(words) / sizeof((words)[0]), code)

void take_name(struct cursor *cursor, char into[NAME_TEXT])
{
	size_t used = 0, octets = 0;

	into[0] = '\0';
	for (;;) {
		uint8_t length = take_u8(cursor);
		struct bytes label = take_bytes(cursor, length);

		octets += 1U + length;
		if (length > 63 || octets > 255)
			cursor_fail(cursor);
		if (!cursor_is_good(cursor))
			return;
		if (length == 0)
			break;
		for (size_t i = 0; i < label.length; i++) {
			uint8_t octet = label.at[i];
			const char *form = "%c";

			if (octet <= 0x20 || octet >= 0x7f)
				form = "\\%03u";
			else if (strchr(".\\\"();@$", octet) != NULL)
				form = "\\%c";
			used += (size_t)snprintf(into + used, NAME_TEXT - used, form, octet);
		}
		into[used++] = '.';
		into[used] = '\0';
	}
	if (used == 0)
		snprintf(into, NAME_TEXT, ".");
}

/* An address as text; "" when there is none. */
static void take_address(struct cursor *cursor, char into[ADDRESS_TEXT], uint16_t *port)
{
	uint8_t family = take_u8(cursor);
	struct bytes octets = bytes_of(NULL, 0);
	struct address address;

	into[0] = '\0';
	*port = 0;
	if (family == 0)
		return;
	if (family != 4 && family != 6)
		cursor_fail(cursor);
	octets = take_bytes(cursor, family == 4 ? 4 : 16);
	*port = take_u16(cursor);
	if (!cursor_is_good(cursor))
		return;
	address = family == 4 ? address_v4(octets.at, *port) : address_v6(octets.at, *port);
	address_write(into, &address);
}

static json_t *take_text(struct cursor *cursor)
{
	struct bytes text = take_bytes(cursor, take_u8(cursor));

	return json_octets(text.at == NULL ? bytes_of("", 0) : text);
}

static json_t *type_json(uint16_t type)
{
	char name[24];

	return json_string(type_name(name, type));
}

static json_t *take_walk(struct cursor *at)
{
	char name[NAME_TEXT];
	uint16_t type, class;

	take_name(at, name);
	type = take_u16(at);
	class = take_u16(at);
	return json_pack("{s:s, s:o, s:i}", "name", name, "type", type_json(type), "class",
			 (int)class);
}

static json_t *take_step(struct cursor *at)
{
	return json_pack("{s:o}", "step", take_text(at));
}

static json_t *take_hit(struct cursor *at)
{
	char name[NAME_TEXT], from[ADDRESS_TEXT];
	uint16_t type, port;
	uint32_t age, left;
	uint8_t security;

	take_name(at, name);
	type = take_u16(at);
	age = take_u32(at);
	left = take_u32(at);
	security = take_u8(at);
	take_address(at, from, &port);
	return json_pack("{s:s, s:o, s:I, s:I, s:s, s:s}", "name", name, "type", type_json(type),
			 "age", (json_int_t)age, "ttl", (json_int_t)left, "security",
			 WORD(securities, security), "from", from);
}

static json_t *take_cut(struct cursor *at)
{
	char zone[NAME_TEXT];
	uint8_t source, security, servers;

	take_name(at, zone);
	source = take_u8(at);
	security = take_u8(at);
	servers = take_u8(at);
	return json_pack("{s:s, s:s, s:s, s:i}", "zone", zone, "cut_source",
			 WORD(cut_sources, source), "security", WORD(securities, security),
			 "servers", (int)servers);
}

static json_t *take_query(struct cursor *at)
{
	char server[NAME_TEXT], address[ADDRESS_TEXT], name[NAME_TEXT];
	uint16_t port, type;
	uint8_t transport;

	take_name(at, server);
	take_address(at, address, &port);
	transport = take_u8(at);
	take_name(at, name);
	type = take_u16(at);
	return json_pack("{s:s, s:s, s:i, s:s, s:s, s:o}", "server", server, "address", address,
			 "port", (int)port, "transport", WORD(transports, transport), "name", name,
			 "type", type_json(type));
}

static json_t *take_reply(struct cursor *at)
{
	char server[NAME_TEXT], address[ADDRESS_TEXT], about[NAME_TEXT], name[24];
	uint16_t port, octets;
	uint32_t took, ttl;
	uint8_t transport, rcode, reading;

	take_name(at, server);
	take_address(at, address, &port);
	transport = take_u8(at);
	took = take_u32(at);
	octets = take_u16(at);
	rcode = take_u8(at);
	reading = take_u8(at);
	take_name(at, about);
	ttl = take_u32(at);
	return json_pack("{s:s, s:s, s:i, s:s, s:I, s:i, s:s, s:s, s:s, s:I, s:o}", "server",
			 server, "address", address, "port", (int)port, "transport",
			 WORD(transports, transport), "took_us", (json_int_t)took, "octets",
			 (int)octets, "rcode", rcode_name(name, rcode), "reading",
			 WORD(readings, reading), "about", about, "ttl", (json_int_t)ttl, "summary",
			 take_text(at));
}

static json_t *take_silent(struct cursor *at)
{
	char server[NAME_TEXT], address[ADDRESS_TEXT];
	uint16_t port;
	uint8_t transport;

	take_name(at, server);
	take_address(at, address, &port);
	transport = take_u8(at);
	return json_pack("{s:s, s:s, s:i, s:s, s:I}", "server", server, "address", address, "port",
			 (int)port, "transport", WORD(transports, transport), "took_us",
			 (json_int_t)take_u32(at));
}

static json_t *take_alias(struct cursor *at)
{
	char from[NAME_TEXT], to[NAME_TEXT];

	take_name(at, from);
	take_name(at, to);
	return json_pack("{s:s, s:s, s:i}", "from", from, "to", to, "links", (int)take_u8(at));
}

static json_t *take_join(struct cursor *at)
{
	char name[NAME_TEXT];
	uint16_t type;

	take_name(at, name);
	type = take_u16(at);
	return json_pack("{s:s, s:o, s:I}", "name", name, "type", type_json(type), "running_us",
			 (json_int_t)take_u32(at));
}

static json_t *take_refused(struct cursor *at)
{
	char server[NAME_TEXT], address[ADDRESS_TEXT];
	uint16_t port;

	take_name(at, server);
	take_address(at, address, &port);
	return json_pack("{s:s, s:s, s:o}", "server", server, "address", address, "why",
			 take_text(at));
}

static json_t *take_fail(struct cursor *at)
{
	uint8_t rcode = take_u8(at);
	uint16_t extended = take_u16(at);
	char name[24];

	return json_pack("{s:s, s:i, s:o}", "rcode", rcode_name(name, rcode), "extended",
			 extended == 65535 ? -1 : (int)extended, "sentence", take_text(at));
}

static json_t *take_answer(struct cursor *at)
{
	uint8_t rcode = take_u8(at), security = take_u8(at);
	uint16_t records = take_u16(at);
	uint32_t ttl = take_u32(at);
	char name[24];

	return json_pack("{s:s, s:s, s:i, s:I}", "rcode", rcode_name(name, rcode), "security",
			 WORD(securities, security), "records", (int)records, "ttl",
			 (json_int_t)ttl);
}

static json_t *take_local(struct cursor *at)
{
	char name[NAME_TEXT], zone[NAME_TEXT];
	uint16_t type;

	take_name(at, name);
	type = take_u16(at);
	take_name(at, zone);
	return json_pack("{s:s, s:o, s:s, s:o}", "name", name, "type", type_json(type), "zone",
			 zone, "law", take_text(at));
}

static json_t *take_verdict(struct cursor *at)
{
	char zone[NAME_TEXT];
	uint16_t extended;
	uint8_t security;

	take_name(at, zone);
	security = take_u8(at);
	extended = take_u16(at);
	return json_pack("{s:s, s:s, s:i, s:o}", "zone", zone, "security",
			 WORD(securities, security), "extended",
			 extended == 65535 ? -1 : (int)extended, "why", take_text(at));
}

static const struct kind {
	const char *what;
	json_t   *(*take)(struct cursor *at);
} kinds[] = {
	[TRACE_WALK] = { "walk", take_walk },
	[TRACE_STEP] = { "walk step", take_step },
	[TRACE_HIT] = { "walk hit", take_hit },
	[TRACE_CUT] = { "walk cut", take_cut },
	[TRACE_QUERY] = { "walk query", take_query },
	[TRACE_REPLY] = { "walk reply", take_reply },
	[TRACE_SILENT] = { "walk silent", take_silent },
	[TRACE_ALIAS] = { "walk alias", take_alias },
	[TRACE_JOIN] = { "walk join", take_join },
	[TRACE_REFUSED] = { "walk refused", take_refused },
	[TRACE_FAIL] = { "walk fail", take_fail },
	[TRACE_ANSWER] = { "walk answer", take_answer },
	[TRACE_LOCAL] = { "walk local", take_local },
	[TRACE_VERDICT] = { "walk verdict", take_verdict },
};

static void say_event(struct event_log *log, uint64_t asked_us, const char *asked,
		      const struct kind *kind, struct cursor *fields)
{
	uint32_t at_us = take_u32(fields);
	uint8_t depth = take_u8(fields);
	json_t *facts = kind->take(fields);

	if (facts == NULL || !cursor_is_good(fields)) {
		json_decref(facts);
		return;
	}
	json_object_set_new(facts, "asked", json_string(asked));
	json_object_set_new(facts, "depth", json_integer(depth));
	event_say_at(log, asked_us + at_us, STAGE_DNS, FROM_DAEMON, kind->what, "o", facts);
}

enum trace_outcome trace_say(struct event_log *log, uint64_t asked_us, const char *asked,
			     struct bytes option)
{
	struct cursor at = cursor_over(option);
	uint8_t version = take_u8(&at);
	uint16_t dropped;

	if (version != TRACE_VERSION) {
		event_say(log, STAGE_DNS, FROM_DAEMON, "trace", "{s:s, s:i}", "asked", asked,
			  "version", (int)version);
		return TRACE_OTHER_VERSION;
	}
	dropped = take_u16(&at);
	event_say(log, STAGE_DNS, FROM_DAEMON, "trace", "{s:s, s:i, s:i}", "asked", asked,
		  "version", (int)version, "dropped", (int)dropped);
	for (int i = 0; i < MAX_TRACE_EVENTS && cursor_left(&at) != 0; i++) {
		uint8_t kind = take_u8(&at);
		struct cursor fields = cursor_over(take_bytes(&at, take_u16(&at)));

		if (!cursor_is_good(&at))
			return TRACE_CUT_SHORT;
		if (kind >= TRACE_WALK && kind <= TRACE_VERDICT)
			say_event(log, asked_us, asked, &kinds[kind], &fields);
	}
	return cursor_is_good(&at) ? TRACE_GOOD : TRACE_CUT_SHORT;
}
