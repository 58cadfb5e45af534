/* SPDX-License-Identifier: MIT */
/* signed.c — ldns's records and signatures, octet by octet into ours. */
#include "tests/unit/resolver/validate/signed.h"

#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"

void signed_begin(struct signed_zone *zone, const char *apex)
{
	memset(zone, 0, sizeof(*zone));
	zone->apex = ldns_dname_new_frm_str(apex);
	must(zone->apex != NULL);
	arena_init(&zone->arena, 8 * 1024 * 1024);
	zone->effort = (struct effort){ .checks = MAX_CHECKS, .failures = MAX_FAILED_CHECKS_IN_ALL,
					.hashes = MAX_NSEC3_HASHES };
	zone->check = (struct check){ .now = SIGNED_AT, .effort = &zone->effort,
				      .arena = &zone->arena,
				      .most_iterations = MAX_NSEC3_ITERATIONS };
}

void signed_end(struct signed_zone *zone)
{
	for (unsigned i = 0; i < zone->count; i++)
		ldns_key_deep_free(zone->keys[i]);
	ldns_rdf_deep_free(zone->apex);
	arena_clear(&zone->arena);
}

unsigned signed_key(struct signed_zone *zone, ldns_algorithm algorithm, uint16_t flags,
		    unsigned bits)
{
	must(zone->count < MOST_SIGNERS);
	zone->keys[zone->count] = signer_key(zone->apex, zone->count + 1, algorithm, flags, bits);
	must(zone->keys[zone->count] != NULL);
	return zone->count++;
}

static struct bytes rdata_of(struct arena *arena, const ldns_rr *record)
{
	ldns_buffer *wire = ldns_buffer_new(512);
	struct bytes copy;

	must(ldns_rr_rdata2buffer_wire(wire, record) == LDNS_STATUS_OK);
	copy = arena_copy(arena, bytes_of(ldns_buffer_begin(wire), ldns_buffer_position(wire)));
	ldns_buffer_free(wire);
	must(copy.at != NULL);
	return copy;
}

static struct name name_of_rdf(const ldns_rdf *rdf)
{
	struct cursor at = cursor_over(bytes_of(ldns_rdf_data(rdf), ldns_rdf_size(rdf)));
	struct name name;

	name_read(&at, &name);
	must(cursor_is_good(&at));
	return name;
}

static ldns_rr_list *records_of(const char *text)
{
	ldns_rr_list *records = ldns_rr_list_new();
	char *copy = strdup(text), *rest = copy;

	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		ldns_rr *record;

		if (*line == '\0')
			continue;
		must(ldns_rr_new_frm_str(&record, line, 300, NULL, NULL) == LDNS_STATUS_OK);
		ldns_rr_list_push_rr(records, record);
	}
	free(copy);
	must(ldns_rr_list_rr_count(records) != 0);
	return records;
}

static struct rrset *set_of_records(struct signed_zone *zone, const ldns_rr_list *records)
{
	const ldns_rr *first = ldns_rr_list_rr(records, 0);
	struct name owner = name_of_rdf(ldns_rr_owner(first));
	struct rrset *set = rrset_new(&zone->arena, &owner, (uint16_t)ldns_rr_get_type(first),
				      CLASS_IN, ldns_rr_ttl(first));

	must(set != NULL);
	for (size_t i = 0; i < ldns_rr_list_rr_count(records); i++)
		must(rrset_add(set, &zone->arena,
			       rdata_of(&zone->arena, ldns_rr_list_rr(records, i))) == OK);
	return set;
}

static void sign(struct signed_zone *zone, struct rrset *set, const ldns_rr_list *records,
		 unsigned signer, const struct manner *manner)
{
	ldns_rr *signature = signer_sign(records, zone->keys[signer], manner);

	must(signature != NULL);
	if (set->signatures == NULL)
		set->signatures = arena_take(&zone->arena, 64 * sizeof(*set->signatures));
	set->signatures[set->signature_count++] = rdata_of(&zone->arena, signature);
	set->signature_ttl = set->ttl;
	ldns_rr_free(signature);
}

static const struct manner usual = { .inception = SIGNED_AT - 3600,
				     .expiration = SIGNED_AT + VALID_FOR, .labels = -1 };

static struct rrset *sign_all(struct signed_zone *zone, ldns_rr_list *records, const int *signers)
{
	struct rrset *set = set_of_records(zone, records);

	for (; *signers >= 0; signers++)
		sign(zone, set, records, (unsigned)*signers, &usual);
	ldns_rr_list_deep_free(records);
	return set;
}

struct rrset *signed_set(struct signed_zone *zone, const char *text, const int *signers)
{
	return sign_all(zone, records_of(text), signers);
}

void signed_add(struct signed_zone *zone, struct rrset *set, const char *text, unsigned signer,
		const struct manner *manner)
{
	ldns_rr_list *records = records_of(text);

	sign(zone, set, records, signer, manner == NULL ? &usual : manner);
	ldns_rr_list_deep_free(records);
}

static ldns_rr_list *dnskey_records(const struct signed_zone *zone)
{
	ldns_rr_list *records = ldns_rr_list_new();

	for (unsigned i = 0; i < zone->count; i++) {
		ldns_rr *record = ldns_key2rr(zone->keys[i]);

		ldns_rr_set_ttl(record, 300);
		ldns_rr_list_push_rr(records, record);
	}
	return records;
}

struct rrset *signed_dnskey(struct signed_zone *zone, const int *signers)
{
	return sign_all(zone, dnskey_records(zone), signers);
}

struct zone_keys *signed_keys(struct signed_zone *zone)
{
	ldns_rr_list *records = dnskey_records(zone);
	struct zone_keys *keys = zone_keys_new(set_of_records(zone, records));

	ldns_rr_list_deep_free(records);
	must(keys != NULL);
	return keys;
}

void signed_ds(const struct signed_zone *zone, unsigned key, ldns_hash hash, struct writer *into)
{
	ldns_rr *record = ldns_key2rr(zone->keys[key]);
	ldns_rr *ds = ldns_key_rr2ds(record, hash);
	ldns_buffer *wire = ldns_buffer_new(512);

	must(ds != NULL && ldns_rr_rdata2buffer_wire(wire, ds) == LDNS_STATUS_OK);
	put_u16(into, (uint16_t)ldns_buffer_position(wire));
	put_bytes(into, bytes_of(ldns_buffer_begin(wire), ldns_buffer_position(wire)));
	ldns_buffer_free(wire);
	ldns_rr_free(ds);
	ldns_rr_free(record);
}
