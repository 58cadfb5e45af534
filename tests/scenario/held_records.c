/* SPDX-License-Identifier: MIT */
/* held_records.c — held zones, their records, and those that follow from their keys. */
#include <stdlib.h>

#include "cache/base/must.h"
#include "tests/scenario/held.h"

enum { USUAL_TTL = 3600 };

static struct held_zone *zones;

static bool same(const ldns_rdf *a, const ldns_rdf *b)
{
	return ldns_dname_compare(a, b) == 0;
}

static bool at_or_below(const ldns_rdf *name, const ldns_rdf *above)
{
	return same(name, above) || ldns_dname_is_subdomain(name, above);
}

struct held_zone *held_find(const ldns_rdf *name)
{
	struct held_zone *zone = zones;

	while (zone != NULL && !same(zone->apex, name))
		zone = zone->next;
	return zone;
}

struct held_zone *held_above(const ldns_rdf *name)
{
	struct held_zone *best = NULL;

	for (struct held_zone *zone = zones; zone != NULL; zone = zone->next) {
		if (at_or_below(name, zone->apex) &&
		    (best == NULL || ldns_dname_is_subdomain(zone->apex, best->apex)))
			best = zone;
	}
	return best;
}

struct held_zone *held_zone(const char *name)
{
	ldns_rdf *apex = ldns_dname_new_frm_str(name);
	struct held_zone *zone;

	if (apex == NULL)
		return NULL;
	zone = held_find(apex);
	if (zone != NULL) {
		ldns_rdf_deep_free(apex);
		return zone;
	}
	zone = calloc(1, sizeof(*zone));
	must(zone != NULL);
	zone->apex = apex;
	zone->records = ldns_rr_list_new();
	snprintf(zone->salt, sizeof(zone->salt), "-");
	zone->next = zones;
	zones = zone;
	must(held_add(zone, "@ 3600 IN SOA ns host 1 7200 3600 1209600 300"));
	return zone;
}

bool held_add(struct held_zone *zone, const char *text)
{
	ldns_rr *record = NULL;
	ldns_status status = ldns_rr_new_frm_str(&record, text, USUAL_TTL, zone->apex, NULL);

	if (status != LDNS_STATUS_OK) {
		fprintf(stderr, "\"%s\" is no record: %s\n", text, ldns_get_errorstr_by_id(status));
		return false;
	}
	return ldns_rr_list_push_rr(zone->records, record);
}

static void add_keys(const struct held_zone *zone, ldns_rr_list *into)
{
	for (unsigned i = 0; i < MOST_KEYS && !zone->lacks_keys; i++) {
		ldns_rr *record;

		if (!zone->keys[i].published)
			continue;
		record = ldns_key2rr(zone->keys[i].key);
		ldns_rr_set_ttl(record, USUAL_TTL);
		ldns_rr_list_push_rr(into, record);
	}
}

static void add_ds(const struct key_of_story *key, const struct vouching *vouching,
		   ldns_rr_list *into)
{
	unsigned digest = vouching != NULL && vouching->digest != 0 ? vouching->digest : 2;
	ldns_rr *record = ldns_key2rr(key->key), *ds;

	ds = ldns_key_rr2ds(record, digest == 1 ? LDNS_SHA1 : digest == 4 ? LDNS_SHA384
									 : LDNS_SHA256);
	must(ds != NULL);
	ldns_rr_free(record);
	ldns_rr_set_ttl(ds, USUAL_TTL);
	ldns_rdf_data(ldns_rr_rdf(ds, 2))[0] = (uint8_t)digest;
	if (vouching != NULL && vouching->algorithm != 0)
		ldns_rdf_data(ldns_rr_rdf(ds, 1))[0] = (uint8_t)vouching->algorithm;
	if (vouching != NULL && vouching->wrongly)
		ldns_rdf_data(ldns_rr_rdf(ds, 3))[0] ^= 1;
	ldns_rr_list_push_rr(into, ds);
}

static void add_ds_of_keys(const struct held_zone *child, const struct vouching *vouching,
			   ldns_rr_list *into)
{
	for (unsigned i = 0; i < MOST_KEYS; i++) {
		const struct key_of_story *key = &child->keys[i];

		if (key->key != NULL && (vouching != NULL && vouching->key != 0 ?
					 vouching->key == i + 1 : key->vouched))
			add_ds(key, vouching, into);
	}
}

ldns_rr_list *held_ds(const struct held_zone *zone, const ldns_rdf *name)
{
	const struct held_zone *child = held_find(name);
	ldns_rr_list *set = ldns_rr_list_new();
	bool told = false;

	if (child == NULL || !child->is_signed)
		return set;
	for (const struct vouching *v = zone == NULL ? NULL : zone->vouchings; v; v = v->next) {
		if (!same(v->child, name))
			continue;
		told = true;
		if (!v->nothing)
			add_ds_of_keys(child, v, set);
	}
	if (!told)
		add_ds_of_keys(child, NULL, set);
	return set;
}

ldns_rr_list *held_set(const struct held_zone *zone, const ldns_rdf *owner, ldns_rr_type type)
{
	bool at_apex = same(owner, zone->apex);
	ldns_rr_list *set;

	if (type == LDNS_RR_TYPE_DS && !at_apex && held_has(zone, owner, LDNS_RR_TYPE_NS)) {
		set = held_ds(zone, owner);
		if (ldns_rr_list_rr_count(set) != 0)
			return set;
		ldns_rr_list_free(set);
	}
	set = ldns_rr_list_new();
	if (type == LDNS_RR_TYPE_DNSKEY && at_apex && zone->is_signed)
		add_keys(zone, set);
	for (size_t i = 0; i < ldns_rr_list_rr_count(zone->records); i++) {
		ldns_rr *record = ldns_rr_list_rr(zone->records, i);

		if (ldns_rr_get_type(record) == type && same(ldns_rr_owner(record), owner))
			ldns_rr_list_push_rr(set, ldns_rr_clone(record));
	}
	return set;
}

bool held_has(const struct held_zone *zone, const ldns_rdf *owner, ldns_rr_type type)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(zone->records); i++) {
		const ldns_rr *record = ldns_rr_list_rr(zone->records, i);

		if (ldns_rr_get_type(record) == type && same(ldns_rr_owner(record), owner))
			return true;
	}
	return false;
}

/* Also an empty name above others (RFC 4592 §2.2.2). */
bool held_exists(const struct held_zone *zone, const ldns_rdf *name)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(zone->records); i++) {
		if (at_or_below(ldns_rr_owner(ldns_rr_list_rr(zone->records, i)), name))
			return true;
	}
	return false;
}

ldns_rdf *held_cut(const struct held_zone *zone, const ldns_rdf *name, ldns_rr_type type)
{
	ldns_rdf *at = ldns_rdf_clone(name), *above, *highest = NULL;

	while (!same(at, zone->apex) && ldns_dname_label_count(at) > 0) {
		if (held_has(zone, at, LDNS_RR_TYPE_NS) &&
		    !(type == LDNS_RR_TYPE_DS && same(at, name))) {
			ldns_rdf_deep_free(highest);
			highest = ldns_rdf_clone(at);
		}
		above = ldns_dname_left_chop(at);
		ldns_rdf_deep_free(at);
		at = above;
	}
	ldns_rdf_deep_free(at);
	return highest;
}

static void clear_zone(struct held_zone *zone)
{
	while (zone->faults != NULL) {
		struct fault_of_zone *next = zone->faults->next;

		ldns_rdf_deep_free(zone->faults->name);
		ldns_rdf_deep_free(zone->faults->signer);
		free(zone->faults);
		zone->faults = next;
	}
	while (zone->vouchings != NULL) {
		struct vouching *next = zone->vouchings->next;

		ldns_rdf_deep_free(zone->vouchings->child);
		free(zone->vouchings);
		zone->vouchings = next;
	}
	for (unsigned i = 0; i < MOST_KEYS; i++) {
		if (zone->keys[i].key != NULL)
			ldns_key_deep_free(zone->keys[i].key);
	}
	ldns_rdf_deep_free(zone->apex);
	ldns_rr_list_deep_free(zone->records);
	free(zone);
}

void held_clear(void)
{
	while (zones != NULL) {
		struct held_zone *next = zones->next;

		clear_zone(zones);
		zones = next;
	}
}
