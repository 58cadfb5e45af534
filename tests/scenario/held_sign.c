/* SPDX-License-Identifier: MIT */
/* held_sign.c — the signatures of a held zone's sets, right or as a story wants them wrong. */
#include <stdlib.h>

#include "cache/base/must.h"
#include "tests/fake/fake.h"
#include "tests/scenario/held.h"

enum { HOUR = 3600, DAY = 86400, ANOTHER_KEY = 99 };

static bool fits(const struct fault_of_zone *fault, const ldns_rdf *owner, ldns_rr_type type)
{
	return (fault->name == NULL || ldns_dname_compare(fault->name, owner) == 0) &&
	       (fault->type == 0 || fault->type == type);
}

static const struct fault_of_zone *find_fault(const struct held_zone *zone, const ldns_rdf *owner,
					      ldns_rr_type type, enum manner_of_fault how)
{
	const struct fault_of_zone *fault = zone->faults;

	while (fault != NULL && !(fault->how == how && fits(fault, owner, type)))
		fault = fault->next;
	return fault;
}

/* Times are the world's, not those that the daemon's clock shows. */
static struct manner manner_of(const struct held_zone *zone, const ldns_rdf *owner,
			       ldns_rr_type type)
{
	int64_t now = fake_clock_true_seconds();
	int64_t life = zone->lives_s != 0 ? zone->lives_s : 14 * DAY;
	struct manner manner = { .inception = now - HOUR, .expiration = now + life, .labels = -1 };
	const struct fault_of_zone *fault;

	if (find_fault(zone, owner, type, SIGNS_EXPIRED) != NULL) {
		manner.inception = now - 14 * DAY;
		manner.expiration = now - DAY;
	}
	if (find_fault(zone, owner, type, SIGNS_EARLY) != NULL)
		manner.inception = now + DAY;
	if ((fault = find_fault(zone, owner, type, SIGNS_FOR)) != NULL)
		manner.expiration = now + fault->number;
	if ((fault = find_fault(zone, owner, type, SIGNS_WITH_LABELS)) != NULL)
		manner.labels = (int)fault->number;
	if ((fault = find_fault(zone, owner, type, SIGNS_AS)) != NULL)
		manner.signer = fault->signer;
	return manner;
}

/* One bit of it turned. */
static ldns_rr *damaged(ldns_rr *signature)
{
	ldns_rdf *octets = ldns_rr_rdf(signature, 8);

	ldns_rdf_data(octets)[ldns_rdf_size(octets) / 2] ^= 0x10;
	return signature;
}

/* By a key that says it is this one, and isn't. */
static ldns_rr *by_another(const struct held_zone *zone, const ldns_rr_list *set, ldns_key *key,
			   const struct manner *manner)
{
	ldns_key *other = signer_key(zone->apex, ANOTHER_KEY,
				     (ldns_algorithm)ldns_key_algorithm(key),
				     ldns_key_flags(key), 1024);
	ldns_rr *signature;

	must(other != NULL);
	ldns_key_set_keytag(other, ldns_key_keytag(key));
	signature = signer_sign(set, other, manner);
	ldns_key_deep_free(other);
	return signature;
}

static void sign_by(const struct held_zone *zone, const ldns_rr_list *set, ldns_key *key,
		    ldns_rr_list *into)
{
	const ldns_rdf *owner = ldns_rr_list_owner(set);
	ldns_rr_type type = ldns_rr_list_type(set);
	struct manner manner = manner_of(zone, owner, type);

	if (find_fault(zone, owner, type, SIGNS_ALSO_BADLY) != NULL)
		ldns_rr_list_push_rr(into, damaged(signer_sign(set, key, &manner)));
	if (find_fault(zone, owner, type, SIGNS_BY_ANOTHER) != NULL)
		ldns_rr_list_push_rr(into, by_another(zone, set, key, &manner));
	else if (find_fault(zone, owner, type, SIGNS_BADLY) != NULL)
		ldns_rr_list_push_rr(into, damaged(signer_sign(set, key, &manner)));
	else
		ldns_rr_list_push_rr(into, signer_sign(set, key, &manner));
}

static ldns_rr_list *sign(const struct held_zone *zone, const ldns_rr_list *set)
{
	ldns_rr_list *signatures = ldns_rr_list_new();
	ldns_rr_type type = ldns_rr_list_type(set);

	if (find_fault(zone, ldns_rr_list_owner(set), type, SIGNS_NOT) != NULL)
		return signatures;
	for (unsigned i = 0; i < MOST_KEYS; i++) {
		const struct key_of_story *key = &zone->keys[i];

		if (type == LDNS_RR_TYPE_DNSKEY ? key->signs_keys : key->signs_data)
			sign_by(zone, set, key->key, signatures);
	}
	return signatures;
}

static void push_all(ldns_rr_list *list, const ldns_rdf *shown_as, ldns_pkt_section section,
		     ldns_pkt *into)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
		ldns_rr *record = ldns_rr_list_rr(list, i);

		if (shown_as != NULL) {
			ldns_rdf_deep_free(ldns_rr_owner(record));
			ldns_rr_set_owner(record, ldns_rdf_clone(shown_as));
		}
		ldns_pkt_push_rr(into, section, record);
	}
	ldns_rr_list_free(list);
}

void held_push(const struct held_zone *zone, ldns_rr_list *set, const ldns_rdf *shown_as,
	       bool wants_signatures, ldns_pkt_section section, ldns_pkt *into)
{
	ldns_rr_list *signatures = NULL;

	if (zone->is_signed && wants_signatures && ldns_rr_list_rr_count(set) != 0)
		signatures = sign(zone, set);
	push_all(set, shown_as, section, into);
	if (signatures != NULL)
		push_all(signatures, shown_as, section, into);
}

/* The set of the record at `first` of a section, if that is its first. */
static ldns_rr_list *set_beginning_at(const ldns_rr_list *section, size_t first)
{
	const ldns_rr *lead = ldns_rr_list_rr(section, first);
	ldns_rr_list *set = ldns_rr_list_new();

	for (size_t i = 0; i < ldns_rr_list_rr_count(section); i++) {
		const ldns_rr *record = ldns_rr_list_rr(section, i);

		if (ldns_rr_get_type(record) != ldns_rr_get_type(lead) ||
		    ldns_dname_compare(ldns_rr_owner(record), ldns_rr_owner(lead)) != 0)
			continue;
		if (i < first)
			break;
		ldns_rr_list_push_rr(set, ldns_rr_clone(record));
	}
	return set;
}

static void sign_section(ldns_pkt *packet, const ldns_rr_list *section, ldns_pkt_section which)
{
	size_t count = ldns_rr_list_rr_count(section);

	for (size_t i = 0; i < count; i++) {
		const ldns_rr *record = ldns_rr_list_rr(section, i);
		const struct held_zone *zone = held_above(ldns_rr_owner(record));
		ldns_rr_type type = ldns_rr_get_type(record);
		ldns_rr_list *set;

		if (zone == NULL || !zone->is_signed || type == LDNS_RR_TYPE_RRSIG ||
		    (type == LDNS_RR_TYPE_NS && which == LDNS_SECTION_AUTHORITY))
			continue;
		set = set_beginning_at(section, i);
		if (ldns_rr_list_rr_count(set) != 0)
			push_all(sign(zone, set), NULL, which, packet);
		ldns_rr_list_deep_free(set);
	}
}

void held_sign_packet(ldns_pkt *packet)
{
	sign_section(packet, ldns_pkt_answer(packet), LDNS_SECTION_ANSWER);
	sign_section(packet, ldns_pkt_authority(packet), LDNS_SECTION_AUTHORITY);
}
