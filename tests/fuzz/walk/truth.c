/* SPDX-License-Identifier: MIT */
/* truth.c — small zones, an authoritative server for them, and the check against them. */
#include "tests/fuzz/walk/truth.h"

#include <stdio.h>
#include <string.h>

#include "cache/base/must.h"
#include "cache/rdata.h"

enum { TRUE_TTL = 7200, TRUE_MINIMUM = 600, MOST_RDATA = 64 };

static const struct zone_row {
	const char *zone;
	const char *addresses[5];       /* of its servers */
} zone_rows[] = {
	{ ".", { "198.41.0.4", "2001:503:ba3e::2:30" } },
	{ "victim.", { "192.0.2.1", "2001:db8::1", "192.0.2.2" } },
	{ "sub.victim.", { "192.0.2.4" } },
	{ "shop.", { "192.0.2.3", "2001:db8::3" } },
	{ "bank.shop.", { "192.0.2.5", "2001:db8::5", "192.0.2.1", "2001:db8::1" } },
};
enum { ZONES = sizeof(zone_rows) / sizeof(zone_rows[0]) };

/* What is at a zone's top is in both zones: the parent's referral and the child's own set. */
static const struct record_row {
	const char *owner;
	uint16_t    type;
	const char *data;
} record_rows[] = {
	{ ".", TYPE_NS, "a.root." },
	{ "a.root.", TYPE_A, "198.41.0.4" },
	{ "a.root.", TYPE_AAAA, "2001:503:ba3e::2:30" },
	{ "victim.", TYPE_NS, "ns1.victim." },
	{ "victim.", TYPE_NS, "ns2.victim." },
	{ "victim.", TYPE_A, "203.0.113.1" },
	{ "ns1.victim.", TYPE_A, "192.0.2.1" },
	{ "ns1.victim.", TYPE_AAAA, "2001:db8::1" },
	{ "ns2.victim.", TYPE_A, "192.0.2.2" },
	{ "www.victim.", TYPE_A, "203.0.113.2" },
	{ "www.victim.", TYPE_A, "203.0.113.3" },
	{ "www.victim.", TYPE_TXT, "\3yes" },
	{ "alias.victim.", TYPE_CNAME, "www.victim." },
	{ "out.victim.", TYPE_CNAME, "www.evil." },
	{ "old.victim.", TYPE_DNAME, "victim." },
	{ "a.b.deep.victim.", TYPE_A, "203.0.113.4" },
	{ "sub.victim.", TYPE_NS, "ns.sub.victim." },
	{ "ns.sub.victim.", TYPE_A, "192.0.2.4" },
	{ "w.sub.victim.", TYPE_A, "203.0.113.5" },
	{ "shop.", TYPE_NS, "ns.shop." },
	{ "ns.shop.", TYPE_A, "192.0.2.3" },
	{ "ns.shop.", TYPE_AAAA, "2001:db8::3" },
	{ "www.shop.", TYPE_A, "203.0.113.6" },
	{ "bank.shop.", TYPE_NS, "ns.bank.shop." },
	{ "bank.shop.", TYPE_NS, "ns1.victim." },
	{ "ns.bank.shop.", TYPE_A, "192.0.2.5" },
	{ "ns.bank.shop.", TYPE_AAAA, "2001:db8::5" },
	{ "www.bank.shop.", TYPE_A, "203.0.113.7" },
	{ "pay.bank.shop.", TYPE_CNAME, "www.evil.shop." },
};
enum { RECORDS = sizeof(record_rows) / sizeof(record_rows[0]) };

static struct true_zone {
	struct name    name;
	struct address addresses[5];
	unsigned       address_count;
} zones[ZONES];

static struct true_record {
	struct name owner;
	uint16_t    type;
	uint8_t     rdata[MOST_RDATA];
	size_t      length;
} records[RECORDS];

static struct name root_servers, evil_shop;
static bool sealed;

static void read_data(const struct record_row *row, struct true_record *into)
{
	struct writer writer = writer_over(into->rdata, sizeof(into->rdata));
	struct address address;
	struct name name;

	if (row->type == TYPE_TXT) {
		put_bytes(&writer, bytes_of(row->data, strlen(row->data)));
	} else if (row->type == TYPE_A || row->type == TYPE_AAAA) {
		must(address_parse(row->data, DNS_PORT, &address));
		put_bytes(&writer, address_octets(&address));
	} else {
		must(name_parse(row->data, &name));
		name_write(&writer, &name);
	}
	must(writer_is_good(&writer));
	into->length = writer.position;
}

void truth_init(void)
{
	must(name_parse("root.", &root_servers) && name_parse("evil.shop.", &evil_shop));
	for (unsigned i = 0; i < ZONES; i++) {
		struct true_zone *zone = &zones[i];

		must(name_parse(zone_rows[i].zone, &zone->name));
		for (unsigned n = 0; n < 5 && zone_rows[i].addresses[n] != NULL; n++)
			must(address_parse(zone_rows[i].addresses[n], DNS_PORT,
					   &zone->addresses[zone->address_count++]));
	}
	for (unsigned i = 0; i < RECORDS; i++) {
		must(name_parse(record_rows[i].owner, &records[i].owner));
		records[i].type = record_rows[i].type;
		read_data(&record_rows[i], &records[i]);
	}
}

void truth_hints(struct cut *into)
{
	struct name server;

	must(name_parse("a.root.", &server));
	*into = (struct cut){ .zone = name_root, .source = CUT_FROM_HINTS, .ttl = UINT32_MAX };
	cut_add_server(into, &server);
	for (unsigned i = 0; i < zones[0].address_count; i++)
		cut_add_address(into, &server, &zones[0].addresses[i]);
}

unsigned truth_name_count(void)
{
	return RECORDS;
}

const struct name *truth_name(unsigned i)
{
	return &records[i].owner;
}

bool truth_covers(const struct name *name)
{
	if (name_is_root(name) || name_is_in(name, &root_servers))
		return true;
	if (name_is_in(name, &evil_shop))
		return false;
	return name_is_in(name, &zones[1].name) || name_is_in(name, &zones[3].name);
}

static bool is_server_of(const struct true_zone *zone, const struct address *address)
{
	for (unsigned i = 0; i < zone->address_count; i++) {
		if (address_equal(&zone->addresses[i], address))
			return true;
	}
	return false;
}

/* The deepest zone that the name is in, of those at the address (NULL: anywhere). A DS lies above
 * the cut (RFC 4035 §3.1.4.1). */
static const struct true_zone *zone_of(const struct name *name, uint16_t type,
				       const struct address *address)
{
	const struct true_zone *best = NULL;

	for (unsigned i = 0; i < ZONES; i++) {
		const struct true_zone *zone = &zones[i];

		if (!name_is_in(name, &zone->name) ||
		    (address != NULL && !is_server_of(zone, address)))
			continue;
		if (type == TYPE_DS && name_equal(name, &zone->name) && !name_is_root(name))
			continue;
		if (best == NULL || zone->name.length > best->name.length)
			best = zone;
	}
	return best;
}

bool truth_may_be_asked(const struct address *address, const struct name *name)
{
	return zone_of(name, TYPE_A, address) != NULL;
}

/* --- what there is --- */

static unsigned count_records(const struct name *owner, uint16_t type)
{
	unsigned count = 0;

	for (unsigned i = 0; i < RECORDS; i++)
		count += records[i].type == type && name_equal(&records[i].owner, owner);
	return count;
}

/* Is anything at the name or below it? */
static bool exists(const struct name *name)
{
	for (unsigned i = 0; i < RECORDS; i++) {
		if (name_is_in(&records[i].owner, name))
			return true;
	}
	return false;
}

/* Whatever its letters: who compresses a name uses those of the question (RFC 4343 §4). */
static bool has_record(const struct name *owner, uint16_t type, struct bytes rdata)
{
	uint8_t lower[MOST_RDATA];

	if (rdata.length > sizeof(lower))
		return false;
	memcpy(lower, rdata.at, rdata.length);
	rdata_lower(type, lower, rdata.length);
	for (unsigned i = 0; i < RECORDS; i++) {
		if (records[i].type == type && name_equal(&records[i].owner, owner) &&
		    bytes_equal(bytes_of(records[i].rdata, records[i].length),
				bytes_of(lower, rdata.length)))
			return true;
	}
	return false;
}

/* Where the DNAME above the name, or the CNAME at it, leads. */
static bool dname_target(const struct name *name, struct name *dname, struct name *target)
{
	for (unsigned i = 0; i < RECORDS; i++) {
		const struct true_record *record = &records[i];
		struct name to;

		if (record->type != TYPE_DNAME || !name_is_in(name, &record->owner) ||
		    name_equal(name, &record->owner))
			continue;
		*dname = record->owner;
		return rdata_name(bytes_of(record->rdata, record->length), &to) &&
		       name_substitute(name, &record->owner, &to, target);
	}
	return false;
}

/* --- as text --- */

static const char *type_word(uint16_t type)
{
	switch (type) {
	case TYPE_A:     return "A";
	case TYPE_AAAA:  return "AAAA";
	case TYPE_NS:    return "NS";
	case TYPE_CNAME: return "CNAME";
	case TYPE_DNAME: return "DNAME";
	default:         return "TXT";
	}
}

static const char *text_of(const struct true_zone *zone)
{
	return zone_rows[zone - zones].zone;
}

const char *truth_zone_at(const struct address *address, const struct question *question)
{
	const struct true_zone *zone = zone_of(&question->name, question->type, address);

	return zone == NULL ? NULL : text_of(zone);
}

static bool is_server_name(const struct name *name)
{
	for (unsigned i = 0; i < RECORDS; i++) {
		if (records[i].type == TYPE_NS &&
		    has_record(&records[i].owner, TYPE_NS, name_bytes(name)))
			return true;
	}
	return false;
}

void truth_print(unsigned i, struct truth_text *into)
{
	const struct record_row *row = &record_rows[i];
	const struct name *owner = &records[i].owner;
	const struct true_zone *zone = zone_of(owner, row->type, NULL);
	struct name parent;

	snprintf(into->record, sizeof(into->record), "%s %s %s", row->owner, type_word(row->type),
		 row->type == TYPE_TXT ? "\"yes\"" : row->data);
	into->zone = text_of(zone);
	into->above = "";
	if (name_is_root(&zone->name) || (row->type != TYPE_NS && !is_server_name(owner)))
		return;
	name_parent(&zone->name, &parent);
	into->above = text_of(zone_of(&parent, TYPE_A, NULL));
}

/* --- a server --- */

static void say(struct said *said, enum section section, const struct name *owner, uint16_t type)
{
	for (unsigned i = 0; i < RECORDS; i++) {
		if (records[i].type == type && name_equal(&records[i].owner, owner))
			said_octets(said_add(said, section, owner, type, TRUE_TTL),
				    records[i].rdata, records[i].length);
	}
}

/* Addresses of the servers just referred to, as far as they lie in the zone of who says so. */
static void say_glue(struct said *said, const struct true_zone *zone)
{
	for (unsigned i = 0, count = said->count; i < count; i++) {
		const struct said_record *ns = &said->records[i];
		struct name server;

		if (ns->type != TYPE_NS || !rdata_name(bytes_of(ns->rdata, ns->length), &server) ||
		    !name_is_in(&server, &zone->name))
			continue;
		say(said, SECTION_ADDITIONAL, &server, TYPE_A);
		say(said, SECTION_ADDITIONAL, &server, TYPE_AAAA);
	}
}

static void refer(struct said *said, const struct true_zone *from, const struct name *to)
{
	say(said, SECTION_AUTHORITY, to, TYPE_NS);
	say_glue(said, from);
}

static void deny(struct said *said, const struct true_zone *zone, uint16_t rcode)
{
	said->flags |= FLAG_AA | rcode;
	said_soa(said, &zone->name, TRUE_TTL, TRUE_MINIMUM);
}

static bool say_alias(struct said *said, const struct question *question)
{
	struct name dname, target;

	if (dname_target(&question->name, &dname, &target)) {
		say(said, SECTION_ANSWER, &dname, TYPE_DNAME);
		said_name(said_add(said, SECTION_ANSWER, &question->name, TYPE_CNAME, TRUE_TTL),
			  &target);
		return true;
	}
	if (question->type == TYPE_CNAME || question->type == TYPE_RRSIG ||
	    question->type == TYPE_NSEC || count_records(&question->name, TYPE_CNAME) == 0)
		return false;
	say(said, SECTION_ANSWER, &question->name, TYPE_CNAME);
	return true;
}

/* The zone right below the one, on the way to the other. */
static const struct true_zone *step_down(const struct true_zone *from, const struct true_zone *to)
{
	for (;;) {
		const struct true_zone *above;
		struct name parent;

		name_parent(&to->name, &parent);
		above = zone_of(&parent, TYPE_A, NULL);
		if (above == from)
			return to;
		to = above;
	}
}

bool truth_reply(const struct address *address, const struct question *question, struct said *into)
{
	const struct true_zone *zone = zone_of(&question->name, question->type, address);
	const struct true_zone *deepest = zone_of(&question->name, question->type, NULL);

	if (zone == NULL || (zone == deepest && !truth_covers(&question->name)))
		return false;
	if (zone != deepest) {
		refer(into, zone, &step_down(zone, deepest)->name);
		return true;
	}
	if (say_alias(into, question)) {
		into->flags |= FLAG_AA;
	} else if (count_records(&question->name, question->type) != 0) {
		into->flags |= FLAG_AA;
		say(into, SECTION_ANSWER, &question->name, question->type);
		if (name_is_root(&question->name))
			say_glue(into, zone);
	} else {
		deny(into, zone, exists(&question->name) ? RCODE_NOERROR : RCODE_NXDOMAIN);
	}
	return true;
}

/* --- the check --- */

/* A DNAME above a name that isn't of these zones was said for that name alone: by liars, who speak
 * here for whoever is asked about it. It may be the asked name, or a link further on. */
static bool is_anothers(const struct rrsets *answer, const struct rrset *dname)
{
	if (dname->type != TYPE_DNAME)
		return false;
	for (const struct rrset *set = answer->first; set != NULL; set = set->next) {
		if (set->type == TYPE_CNAME && name_is_in(&set->owner, &dname->owner) &&
		    !truth_covers(&set->owner))
			return true;
	}
	return false;
}

void truth_seal(bool is_sealed)
{
	sealed = is_sealed;
}

/* What a signed zone has besides: made by the signer. */
static bool is_of_signing(uint16_t type)
{
	return type == TYPE_DS || type == TYPE_DNSKEY || type == TYPE_RRSIG || type == TYPE_NSEC ||
	       type == TYPE_NSEC3 || type == TYPE_SOA;
}

static void check_set(const struct question *question, const struct rrsets *answer,
		      const struct rrset *set)
{
	struct name dname, target, said;

	if (!truth_covers(&set->owner) || set->count == 0 || (sealed && is_of_signing(set->type)))
		return;
	if (is_anothers(answer, set) ||
	    (set->type == TYPE_DNAME && !truth_covers(&question->name)))
		return;
	must(set->ttl <= TRUE_TTL);
	if (set->type == TYPE_CNAME && dname_target(&set->owner, &dname, &target)) {
		must(set->count == 1 && rdata_name(set->rdata[0], &said));
		must(name_equal(&said, &target));
		return;
	}
	must(set->count == count_records(&set->owner, set->type));
	for (unsigned i = 0; i < set->count; i++)
		must(has_record(&set->owner, set->type, set->rdata[i]));
}

/* The end of the answer's chain, as far as the truth tells it. */
static void follow(const struct answer_parts *parts, struct name *at)
{
	const struct rrset *set = parts->sections[SECTION_ANSWER].first;
	uint16_t type = parts->question.type;

	if (type == TYPE_CNAME)
		return;
	for (; set != NULL; set = set->next) {
		if (set->type == TYPE_CNAME && set->count == 1 && name_equal(&set->owner, at))
			must(rdata_name(set->rdata[0], at));
	}
}

/* Names that were asked for in vain: rightly so? */
static void check_end(const struct question *question, const struct answer_parts *parts)
{
	struct name end = question->name, dname, target;
	bool has_data;

	follow(parts, &end);
	if (!truth_covers(&end))
		return;
	has_data = rrsets_find(&parts->sections[SECTION_ANSWER], &end, question->type) != NULL;
	if (dname_target(&end, &dname, &target)) {
		must(question->type == TYPE_CNAME && has_data);
		return;
	}
	must((parts->rcode == RCODE_NXDOMAIN) == !exists(&end));
	must(has_data == (count_records(&end, question->type) != 0));
	if (question->type != TYPE_CNAME && question->type != TYPE_RRSIG &&
	    question->type != TYPE_NSEC)
		must(count_records(&end, TYPE_CNAME) == 0);
}

void truth_check_answer(const struct question *question, const struct answer_parts *parts)
{
	const struct rrset *set;

	for (set = parts->sections[SECTION_ANSWER].first; set != NULL; set = set->next)
		check_set(question, &parts->sections[SECTION_ANSWER], set);
	if (parts->rcode != RCODE_NOERROR && parts->rcode != RCODE_NXDOMAIN)
		return;                         /* a failure says nothing of the zone */
	if (question->type == TYPE_ANY)         /* some of all there is, alias or not */
		return;
	if (!sealed || !is_of_signing(question->type))
		check_end(question, parts);
}

static bool is_true_server(const struct name *zone, const struct name *server)
{
	return has_record(zone, TYPE_NS, name_bytes(server));
}

void truth_check_cut(const struct cut *cut)
{
	const struct true_zone *zone = zone_of(&cut->zone, TYPE_A, NULL);

	must(name_equal(&zone->name, &cut->zone));
	must(cut->ttl <= TRUE_TTL);
	for (unsigned i = 0; i < cut->server_count; i++) {
		const struct cut_server *server = &cut->servers[i];

		must(is_true_server(&cut->zone, &server->name));
		for (unsigned n = 0; n < server->address_count; n++)
			must(is_server_of(zone, &server->addresses[n]));
	}
}
