/* SPDX-License-Identifier: MIT */
/* chance_set.c — random records of many types, and their signatures. */
#include "tests/unit/resolver/validate/chance_set.h"

#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"

enum { KINDS = 9, POOL = 400 };

static struct chance_set pool[POOL];
static struct signed_zone zone;
static uint64_t state;

uint32_t chance(uint32_t bound)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 11) % bound;
}

/* ldns leaves out what is behind the end of a record's data: such a record it can't read. */
static bool is_read_whole(const ldns_rr *record, const struct run *rdata)
{
	ldns_buffer *wire = ldns_buffer_new(MOST_OCTETS);
	bool whole = ldns_rr_rdata2buffer_wire(wire, record) == LDNS_STATUS_OK &&
		     bytes_equal(bytes_of(ldns_buffer_begin(wire), ldns_buffer_position(wire)),
				 bytes_of(rdata->octets, rdata->length));

	ldns_buffer_free(wire);
	return whole;
}

ldns_rr *chance_record(const struct run *owner, uint16_t type, uint32_t ttl,
		       const struct run *rdata)
{
	uint8_t wire[2 * MOST_OCTETS];
	ldns_rr *record = NULL;
	size_t at = owner->length, end = 0;

	memcpy(wire, owner->octets, at);
	put16(wire + at, type);
	put16(wire + at + 2, CLASS_IN);
	put32(wire + at + 4, ttl);
	put16(wire + at + 8, (unsigned)rdata->length);
	memcpy(wire + at + 10, rdata->octets, rdata->length);
	if (ldns_wire2rr(&record, wire, at + 10 + rdata->length, &end, LDNS_SECTION_ANSWER) !=
	    LDNS_STATUS_OK)
		return NULL;
	if (is_read_whole(record, rdata))
		return record;
	ldns_rr_free(record);
	return NULL;
}

static const char *const owners[] = {
	"example.com.", "www.example.com.", "WWW.Example.COM.", "a.b.c.example.com.",
	"*.example.com.", "*.w.example.com.", "\\000x\\.y.example.com.",
	"_443._tcp.www.example.com.",
	"xn--mnchen-3ya.example.com.",
	"0123456789012345678901234567890123456789012345678901234567.x.example.com.",
};

static const char *const names[] = {
	"ns1.example.com.", "NS2.Example.NET.", ".", "a.very.long.way.down.example.org.",
	"MixedCase.",
};

const char *chance_word(const char *const *of, unsigned count)
{
	return of[chance(count)];
}

enum { OWNERS = sizeof(owners) / sizeof(owners[0]), NAMES = sizeof(names) / sizeof(names[0]) };

/* A type and its data in presentation form: @ is any name, # a number, % octets in hex, & how many
 * they are. */
static const struct kind {
	const char *type, *form;
} kinds[] = {
	{ "A", "192.0.2.#" }, { "AAAA", "2001:db8::#" }, { "NS", "@" }, { "CNAME", "@" },
	{ "SOA", "@ @ # 2 3 4 5" }, { "PTR", "@" }, { "MX", "# @" }, { "TXT", "\"%\" \"Text\"" },
	{ "SRV", "1 # 53 @" }, { "DNAME", "@" }, { "DS", "# 13 200 %" },
	{ "NSEC", "@ A MX RRSIG NSEC TYPE10#" }, { "NAPTR", "# 10 \"u\" \"Sip\" \"!^.*$!x!\" @" },
	{ "CAA", "0 issue \"Ca#.example\"" }, { "TLSA", "3 1 1 %" }, { "HINFO", "\"Cpu#\" \"Os\"" },
	{ "RP", "@ @" }, { "AFSDB", "# @" }, { "KX", "# @" }, { "SSHFP", "1 1 %" },
	{ "LOC", "# 22 23.000 N 10 5 0.000 E 10.00m 1m 1m 1m" }, { "TYPE65280", "\\& %" },
	{ "NSEC3PARAM", "1 0 # %" }, { "MINFO", "@ @" },
};
enum { TYPES = sizeof(kinds) / sizeof(kinds[0]) };

static void print_hex(FILE *into, unsigned octets)
{
	while (octets-- > 0)
		fprintf(into, "%02x", (unsigned)chance(256));
}

static void print_data(FILE *into, const char *form)
{
	unsigned octets = 1 + chance(40);

	for (; *form != '\0'; form++) {
		switch (*form) {
		case '@': fputs(chance_word(names, NAMES), into); break;
		case '#': fprintf(into, "%u", (unsigned)chance(90)); break;
		case '%': print_hex(into, octets); break;
		case '&': fprintf(into, "# %u", octets); break;
		default:  fputc(*form, into); break;
		}
	}
}

/* "www.example.com. 300 IN A 192.0.2.1" */
static ldns_rr *random_record(const char *owner, unsigned ttl, const struct kind *kind)
{
	char text[1000] = "";
	FILE *into = fmemopen(text, sizeof(text), "w");
	ldns_rr *record = NULL;

	must(into != NULL);
	fprintf(into, "%s %u IN %s ", owner, ttl, kind->type);
	print_data(into, kind->form);
	fclose(into);
	must(ldns_rr_new_frm_str(&record, text, 300, NULL, NULL) == LDNS_STATUS_OK);
	return record;
}

static void take_data(struct run *into, const ldns_rr *record)
{
	ldns_buffer *wire = ldns_buffer_new(MOST_OCTETS);

	must(ldns_rr_rdata2buffer_wire(wire, record) == LDNS_STATUS_OK);
	into->length = ldns_buffer_position(wire);
	must(into->length <= MOST_OCTETS);
	memcpy(into->octets, ldns_buffer_begin(wire), into->length);
	ldns_buffer_free(wire);
}

/* What is signed has no doubles (RFC 4034 §6.3). */
static ldns_rr_list *random_records(void)
{
	ldns_rr_list *records = ldns_rr_list_new();
	const char *owner = chance_word(owners, OWNERS);
	const struct kind *kind = &kinds[chance(TYPES)];
	unsigned count = 1 + chance(MOST_RECORDS), ttl = chance(100000);

	for (unsigned i = 0; i < count; i++) {
		ldns_rr *record = random_record(owner, ttl, kind);

		if (ldns_rr_list_contains_rr(records, record))
			ldns_rr_free(record);
		else
			ldns_rr_list_push_rr(records, record);
	}
	return records;
}

static void make_set(struct chance_set *into)
{
	struct manner manner = { .inception = SIGNED_AT - 3600, .labels = -1,
				 .expiration = SIGNED_AT + VALID_FOR };
	ldns_rr_list *records = random_records();
	const ldns_rr *first = ldns_rr_list_rr(records, 0);
	ldns_rr *dnskey, *signature;

	into->signer = chance(zone.count);
	dnskey = ldns_key2rr(zone.keys[into->signer]);
	signature = signer_sign(records, zone.keys[into->signer], &manner);
	into->owner.length = ldns_rdf_size(ldns_rr_owner(first));
	memcpy(into->owner.octets, ldns_rdf_data(ldns_rr_owner(first)), into->owner.length);
	into->type = (uint16_t)ldns_rr_get_type(first);
	into->ttl = ldns_rr_ttl(first);
	for (size_t i = 0; i < ldns_rr_list_rr_count(records); i++)
		take_data(&into->rdata[into->count++], ldns_rr_list_rr(records, i));
	take_data(&into->rrsig, signature);
	take_data(&into->key, dnskey);
	ldns_rr_free(signature);
	ldns_rr_free(dnskey);
	ldns_rr_list_deep_free(records);
}

void chance_begin(uint64_t seed)
{
	static const struct { int algorithm; unsigned bits; } rows[KINDS] = {
		{ LDNS_RSASHA1, 1024 }, { LDNS_RSASHA1_NSEC3, 1024 }, { LDNS_RSASHA256, 1024 },
		{ LDNS_RSASHA512, 1536 }, { LDNS_RSASHA256, 768 },
		{ LDNS_ECDSAP256SHA256, 0 }, { LDNS_ECDSAP384SHA384, 0 },
		{ LDNS_ED25519, 0 }, { LDNS_ED448, 0 },
	};

	must(seed != 0);
	state = seed;
	signed_begin(&zone, "example.com.");
	for (unsigned i = 0; i < KINDS; i++)
		(void)signed_key(&zone, (ldns_algorithm)rows[i].algorithm, i % 2 == 0 ? 256 : 257,
				 rows[i].bits);
	for (unsigned i = 0; i < POOL; i++)
		make_set(&pool[i]);
}

void chance_end(void)
{
	signed_end(&zone);
}

ldns_key *chance_key(unsigned number)
{
	return zone.keys[number];
}

const struct chance_set *chance_any_set(void)
{
	return &pool[chance(POOL)];
}
