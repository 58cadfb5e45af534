/* SPDX-License-Identifier: MIT */
/* held_proof.c — what proves that a held zone lacks a name or a type: NSEC (RFC 4035 §3.1.3) or
 * NSEC3 (RFC 5155 §7.2), made when it is wanted. */
#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"
#include "tests/scenario/held.h"

enum { DENIAL_TTL = 300 };

/* A name of the chain, and by what it is sorted: itself, or its hash. */
struct link_of_chain {
	ldns_rdf *name, *key;
};

struct chain {
	struct link_of_chain *links;
	size_t                count;
};

static int by_key(const void *a, const void *b)
{
	return ldns_dname_compare(((const struct link_of_chain *)a)->key,
				  ((const struct link_of_chain *)b)->key);
}

static ldns_rdf *hash_of(const struct held_zone *zone, const ldns_rdf *name)
{
	uint8_t salt[sizeof(zone->salt)];
	int length = zone->salt[0] == '-' ? 0 : ldns_hexstring_to_data(salt, zone->salt);
	ldns_rdf *hash;

	must(length >= 0);
	hash = ldns_nsec3_hash_name((ldns_rdf *)name, 1, zone->iterations, (uint8_t)length, salt);
	must(hash != NULL && ldns_dname_cat(hash, zone->apex) == LDNS_STATUS_OK);
	return hash;
}

static void add_link(const struct held_zone *zone, const ldns_rdf *name, struct chain *chain)
{
	for (size_t i = 0; i < chain->count; i++) {
		if (ldns_dname_compare(chain->links[i].name, name) == 0)
			return;
	}
	chain->links = realloc(chain->links, (chain->count + 1) * sizeof(*chain->links));
	must(chain->links != NULL);
	chain->links[chain->count++] = (struct link_of_chain){
		ldns_rdf_clone(name), zone->nsec3 ? hash_of(zone, name) : ldns_rdf_clone(name) };
}

static bool is_insecure_cut(const struct held_zone *zone, const ldns_rdf *name)
{
	ldns_rr_list *ds;
	bool insecure;

	if (ldns_dname_compare(name, zone->apex) == 0 || !held_has(zone, name, LDNS_RR_TYPE_NS))
		return false;
	ds = held_set(zone, name, LDNS_RR_TYPE_DS);
	insecure = ldns_rr_list_rr_count(ds) == 0;
	ldns_rr_list_deep_free(ds);
	return insecure;
}

/* NSEC3 also for the empty names between this one and the apex (RFC 5155 §7.1). */
static void add_links_of(const struct held_zone *zone, const ldns_rdf *owner, struct chain *chain)
{
	ldns_rdf *cut = held_cut(zone, owner, LDNS_RR_TYPE_DS), *at, *above;
	bool hidden = cut != NULL && ldns_dname_compare(cut, owner) != 0;

	ldns_rdf_deep_free(cut);
	if (hidden || (zone->nsec3 && zone->opt_out && is_insecure_cut(zone, owner)))
		return;
	add_link(zone, owner, chain);
	at = ldns_rdf_clone(owner);
	while (zone->nsec3 && ldns_dname_compare(at, zone->apex) != 0) {
		add_link(zone, at, chain);
		above = ldns_dname_left_chop(at);
		ldns_rdf_deep_free(at);
		at = above;
	}
	ldns_rdf_deep_free(at);
}

static struct chain make_chain(const struct held_zone *zone)
{
	struct chain chain = { 0 };

	for (size_t i = 0; i < ldns_rr_list_rr_count(zone->records); i++)
		add_links_of(zone, ldns_rr_owner(ldns_rr_list_rr(zone->records, i)), &chain);
	qsort(chain.links, chain.count, sizeof(*chain.links), by_key);
	return chain;
}

static void free_chain(struct chain *chain)
{
	for (size_t i = 0; i < chain->count; i++) {
		ldns_rdf_deep_free(chain->links[i].name);
		ldns_rdf_deep_free(chain->links[i].key);
	}
	free(chain->links);
}

/* The one that matches or covers: before the first comes the last. */
static size_t find_link(const struct chain *chain, const ldns_rdf *key)
{
	size_t best = chain->count - 1;

	for (size_t i = 0; i < chain->count; i++) {
		if (ldns_dname_compare(chain->links[i].key, key) <= 0)
			best = i;
		else
			return i == 0 ? chain->count - 1 : best;
	}
	return best;
}

static bool is_the_zones(const struct held_zone *zone, const ldns_rdf *name, ldns_rr_type type)
{
	bool at_cut = ldns_dname_compare(name, zone->apex) != 0 &&
		      held_has(zone, name, LDNS_RR_TYPE_NS);

	return !at_cut || type == LDNS_RR_TYPE_NS || type == LDNS_RR_TYPE_DS;
}

/* The types that a name has, as text. A cut's glue isn't the zone's. */
static void write_types(const struct held_zone *zone, const ldns_rdf *name, FILE *into)
{
	bool any_signed = false, cut = is_insecure_cut(zone, name);

	for (size_t i = 0; i < ldns_rr_list_rr_count(zone->records); i++) {
		const ldns_rr *record = ldns_rr_list_rr(zone->records, i);
		ldns_rr_type type = ldns_rr_get_type(record);
		char *word;

		if (ldns_dname_compare(ldns_rr_owner(record), name) != 0 ||
		    !is_the_zones(zone, name, type))
			continue;
		word = ldns_rr_type2str(type);
		fprintf(into, " %s", word);
		free(word);
		any_signed = true;
	}
	if (ldns_dname_compare(name, zone->apex) == 0)
		fputs(zone->nsec3 ? " DNSKEY NSEC3PARAM" : " DNSKEY", into);
	else if (any_signed && !cut && held_has(zone, name, LDNS_RR_TYPE_NS))
		fputs(" DS", into);
	if (!zone->nsec3)
		fputs(" NSEC RRSIG", into);
	else if (any_signed && !cut)
		fputs(" RRSIG", into);
}

static void write_link(const struct held_zone *zone, const struct chain *chain, size_t i,
		       FILE *into)
{
	const struct link_of_chain *here = &chain->links[i];
	const struct link_of_chain *next = &chain->links[(i + 1) % chain->count];
	char *owner = ldns_rdf2str(here->key), *other = ldns_rdf2str(next->key);

	if (zone->nsec3)
		fprintf(into, "%s %d IN NSEC3 1 %d %u %s %.*s", owner, DENIAL_TTL, zone->opt_out,
			zone->iterations, zone->salt, (int)strcspn(other, "."), other);
	else
		fprintf(into, "%s %d IN NSEC %s", owner, DENIAL_TTL, other);
	write_types(zone, here->name, into);
	free(owner);
	free(other);
}

static ldns_rr_list *record_of_link(const struct held_zone *zone, const struct chain *chain,
				    size_t i)
{
	ldns_rr_list *set = ldns_rr_list_new();
	ldns_rr *record = NULL;
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	must(file != NULL);
	write_link(zone, chain, i, file);
	must(fclose(file) == 0);
	must(ldns_rr_new_frm_str(&record, text, 0, NULL, NULL) == LDNS_STATUS_OK);
	free(text);
	ldns_rr_list_push_rr(set, record);
	return set;
}

static bool stands_there(const ldns_pkt *packet, const ldns_rr_list *set)
{
	const ldns_rr_list *authority = ldns_pkt_authority(packet);

	for (size_t i = 0; i < ldns_rr_list_rr_count(authority); i++) {
		if (ldns_rr_compare(ldns_rr_list_rr(authority, i), ldns_rr_list_rr(set, 0)) == 0)
			return true;
	}
	return false;
}

/* The record that matches or covers the name. */
static void push_link(const struct held_zone *zone, const struct chain *chain,
		      const ldns_rdf *name, ldns_pkt *into)
{
	ldns_rdf *key = zone->nsec3 ? hash_of(zone, name) : ldns_rdf_clone(name);
	ldns_rr_list *set = record_of_link(zone, chain, find_link(chain, key));

	ldns_rdf_deep_free(key);
	if (stands_there(into, set))
		ldns_rr_list_deep_free(set);
	else
		held_push(zone, set, NULL, true, LDNS_SECTION_AUTHORITY, into);
}

ldns_rdf *held_wildcard(const ldns_rdf *encloser)
{
	ldns_rdf *wildcard = ldns_dname_new_frm_str("*");

	must(wildcard != NULL && ldns_dname_cat(wildcard, encloser) == LDNS_STATUS_OK);
	return wildcard;
}

/* The chain's, where it is opt-out: a cut that isn't in it doesn't exist for NSEC3. */
static bool is_in_chain(const struct held_zone *zone, const struct chain *chain,
			const ldns_rdf *name)
{
	if (!zone->nsec3)
		return held_exists(zone, name);
	for (size_t i = 0; i < chain->count; i++) {
		if (ldns_dname_compare(chain->links[i].name, name) == 0)
			return true;
	}
	return false;
}

/* The name's longest ancestor that is there, and that with one label more. */
static void find_encloser(const struct held_zone *zone, const struct chain *chain,
			  const ldns_rdf *name, ldns_rdf **encloser, ldns_rdf **closer)
{
	*encloser = ldns_rdf_clone(name);
	*closer = ldns_rdf_clone(name);
	while (ldns_dname_compare(*encloser, zone->apex) != 0 &&
	       !is_in_chain(zone, chain, *encloser)) {
		ldns_rdf_deep_free(*closer);
		*closer = *encloser;
		*encloser = ldns_dname_left_chop(*closer);
	}
}

ldns_rdf *held_encloser(const struct held_zone *zone, const ldns_rdf *name)
{
	ldns_rdf *at = ldns_rdf_clone(name), *above;

	while (ldns_dname_compare(at, zone->apex) != 0 && !held_exists(zone, at)) {
		above = ldns_dname_left_chop(at);
		ldns_rdf_deep_free(at);
		at = above;
	}
	return at;
}

/* By NSEC3: encloser and next closer name, and for a missing name the wildcard too. */
static void deny_by_hashes(const struct held_zone *zone, const struct chain *chain,
			   const ldns_rdf *name, enum lack denial, ldns_pkt *into)
{
	ldns_rdf *encloser, *closer, *wildcard;

	find_encloser(zone, chain, name, &encloser, &closer);
	wildcard = held_wildcard(encloser);
	if (denial != DENIES_CLOSER)
		push_link(zone, chain, encloser, into);
	if (ldns_dname_compare(encloser, name) != 0)
		push_link(zone, chain, closer, into);
	if (denial == DENIES_NAME ||
	    (denial == DENIES_TYPE && ldns_dname_compare(encloser, name) != 0))
		push_link(zone, chain, wildcard, into);
	ldns_rdf_deep_free(encloser);
	ldns_rdf_deep_free(closer);
	ldns_rdf_deep_free(wildcard);
}

static void deny_by_names(const struct held_zone *zone, const struct chain *chain,
			  const ldns_rdf *name, enum lack denial, ldns_pkt *into)
{
	ldns_rdf *encloser = held_encloser(zone, name), *wildcard = held_wildcard(encloser);

	push_link(zone, chain, name, into);
	if (denial == DENIES_NAME ||
	    (denial == DENIES_TYPE && ldns_dname_compare(encloser, name) != 0))
		push_link(zone, chain, wildcard, into);
	ldns_rdf_deep_free(encloser);
	ldns_rdf_deep_free(wildcard);
}

void held_deny(const struct held_zone *zone, const ldns_rdf *name, enum lack denial,
	       ldns_pkt *into)
{
	struct chain chain = make_chain(zone);

	if (zone->nsec3)
		deny_by_hashes(zone, &chain, name, denial, into);
	else
		deny_by_names(zone, &chain, name, denial, into);
	free_chain(&chain);
}

ldns_rr_list *held_nsec(const struct held_zone *zone, const ldns_rdf *owner)
{
	struct chain chain = make_chain(zone);
	ldns_rr_list *set;
	size_t at = find_link(&chain, owner);

	if (ldns_dname_compare(chain.links[at].key, owner) == 0)
		set = record_of_link(zone, &chain, at);
	else
		set = ldns_rr_list_new();
	free_chain(&chain);
	return set;
}
