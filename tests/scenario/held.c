/* SPDX-License-Identifier: MIT */
/* held.c — what a server answers from a zone that it holds (RFC 1034 §4.3.2). */
#include "tests/scenario/held.h"

#include <stdlib.h>

#include "cache/base/must.h"

enum { MOST_ALIASES = 12 };

/* One answer being made. */
struct making {
	const struct held_zone *zone;
	bool                    with;   /* signatures and proofs */
	ldns_pkt               *packet;
};

static bool proves(const struct making *making)
{
	return making->with && making->zone->is_signed && !making->zone->lacks_proof;
}

static void push(const struct making *making, ldns_rr_list *set, const ldns_rdf *shown_as,
		 ldns_pkt_section section)
{
	held_push(making->zone, set, shown_as, making->with, section, making->packet);
}

static void push_glue(const struct making *making, const ldns_rr_list *servers)
{
	static const ldns_rr_type types[] = { LDNS_RR_TYPE_A, LDNS_RR_TYPE_AAAA };

	for (size_t i = 0; i < ldns_rr_list_rr_count(servers); i++) {
		const ldns_rdf *server = ldns_rr_rdf(ldns_rr_list_rr(servers, i), 0);

		for (unsigned t = 0; t < 2; t++) {
			ldns_rr_list *set = held_set(making->zone, server, types[t]);

			ldns_pkt_push_rr_list(making->packet, LDNS_SECTION_ADDITIONAL, set);
			ldns_rr_list_free(set);
		}
	}
}

static void refer(const struct making *making, const ldns_rdf *cut)
{
	ldns_rr_list *servers = held_set(making->zone, cut, LDNS_RR_TYPE_NS);
	ldns_rr_list *ds = held_set(making->zone, cut, LDNS_RR_TYPE_DS);

	ldns_pkt_set_aa(making->packet, false);
	push_glue(making, servers);
	ldns_pkt_push_rr_list(making->packet, LDNS_SECTION_AUTHORITY, servers);
	ldns_rr_list_free(servers);
	if (!making->with || !making->zone->is_signed || making->zone->lacks_ds) {
		ldns_rr_list_deep_free(ds);
		return;
	}
	if (ldns_rr_list_rr_count(ds) == 0 && proves(making))
		held_deny(making->zone, cut, DENIES_DS, making->packet);
	push(making, ds, NULL, LDNS_SECTION_AUTHORITY);
}

static void deny(const struct making *making, const ldns_rdf *name, enum lack denial)
{
	ldns_rr_list *soa = held_set(making->zone, making->zone->apex, LDNS_RR_TYPE_SOA);

	for (size_t i = 0; i < ldns_rr_list_rr_count(soa); i++)
		ldns_rr_set_ttl(ldns_rr_list_rr(soa, i), 300);  /* RFC 2308 §3 */
	push(making, soa, NULL, LDNS_SECTION_AUTHORITY);
	if (proves(making))
		held_deny(making->zone, name, denial, making->packet);
}

/* The target of the alias that this list is; NULL: it is empty. The caller's. */
static ldns_rdf *target_of(const ldns_rr_list *alias)
{
	return ldns_rr_list_rr_count(alias) == 0 ?
		NULL : ldns_rdf_clone(ldns_rr_rdf(ldns_rr_list_rr(alias, 0), 0));
}

/* What `owner` has of this type, shown as `name`; an alias instead, with the name where it leads
 * (the caller's) in `next`. False: neither. */
static bool answer_at(const struct making *making, const ldns_rdf *owner, const ldns_rdf *name,
		      ldns_rr_type type, ldns_rdf **next)
{
	ldns_rr_list *set = type == LDNS_RR_TYPE_NSEC && making->zone->is_signed &&
			    !making->zone->nsec3 ? held_nsec(making->zone, owner)
						 : held_set(making->zone, owner, type);

	if (ldns_rr_list_rr_count(set) == 0 && type != LDNS_RR_TYPE_CNAME) {
		ldns_rr_list_free(set);
		set = held_set(making->zone, owner, LDNS_RR_TYPE_CNAME);
		*next = target_of(set);
	}
	if (ldns_rr_list_rr_count(set) == 0) {
		ldns_rr_list_free(set);
		return false;
	}
	push(making, set, owner == name ? NULL : name, LDNS_SECTION_ANSWER);
	return true;
}

/* From the wildcard below the name's closest encloser (RFC 4592 §3.3.1), or that there is none. */
static ldns_rdf *answer_missing(const struct making *making, const ldns_rdf *name,
				ldns_rr_type type)
{
	ldns_rdf *encloser = held_encloser(making->zone, name);
	ldns_rdf *wildcard = held_wildcard(encloser), *next = NULL;

	if (!held_exists(making->zone, wildcard)) {
		ldns_pkt_set_rcode(making->packet, LDNS_RCODE_NXDOMAIN);
		deny(making, name, DENIES_NAME);
	} else if (!answer_at(making, wildcard, name, type, &next)) {
		deny(making, name, DENIES_TYPE);
	} else if (proves(making)) {
		held_deny(making->zone, name, DENIES_CLOSER, making->packet);
	}
	ldns_rdf_deep_free(encloser);
	ldns_rdf_deep_free(wildcard);
	return next;
}

/* The CNAME that follows from a DNAME (RFC 6672 §3.1) isn't signed. */
static ldns_rdf *push_followed(const struct making *making, const ldns_rdf *name,
			       const ldns_rdf *owner, const ldns_rdf *target)
{
	ldns_rr *alias = ldns_rr_new_frm_type(LDNS_RR_TYPE_CNAME);
	ldns_rdf *made = ldns_rdf_clone(target);
	int own = ldns_dname_label_count(name) - ldns_dname_label_count(owner);

	for (int i = own - 1; i >= 0; i--) {
		ldns_rdf *label = ldns_dname_label(name, (uint8_t)i);

		must(ldns_dname_cat(label, made) == LDNS_STATUS_OK);
		ldns_rdf_deep_free(made);
		made = label;
	}
	ldns_rr_set_owner(alias, ldns_rdf_clone(name));
	ldns_rr_set_ttl(alias, 3600);
	ldns_rdf_deep_free(ldns_rr_set_rdf(alias, ldns_rdf_clone(made), 0));
	ldns_pkt_push_rr(making->packet, LDNS_SECTION_ANSWER, alias);
	return made;
}

/* If there is a DNAME above the name. */
static bool answer_redirected(const struct making *making, const ldns_rdf *name, ldns_rdf **next)
{
	ldns_rdf *at = ldns_dname_left_chop(name), *above, *target = NULL;

	while (at != NULL && (ldns_dname_compare(at, making->zone->apex) == 0 ||
			      ldns_dname_is_subdomain(at, making->zone->apex))) {
		ldns_rr_list *set = held_set(making->zone, at, LDNS_RR_TYPE_DNAME);

		target = target_of(set);
		push(making, set, NULL, LDNS_SECTION_ANSWER);
		if (target != NULL) {
			*next = push_followed(making, name, at, target);
			break;
		}
		above = ldns_dname_left_chop(at);
		ldns_rdf_deep_free(at);
		at = above;
	}
	ldns_rdf_deep_free(at);
	ldns_rdf_deep_free(target);
	return *next != NULL;
}

/* One name; where it leads, if it is an alias (the caller's). */
static ldns_rdf *answer_name(const struct making *making, const ldns_rdf *name, ldns_rr_type type)
{
	ldns_rdf *cut = held_cut(making->zone, name, type), *next = NULL;

	if (cut != NULL)
		refer(making, cut);
	else if (answer_redirected(making, name, &next))
		return next;
	else if (!held_exists(making->zone, name))
		return answer_missing(making, name, type);
	else if (!answer_at(making, name, name, type, &next))
		deny(making, name, type == LDNS_RR_TYPE_DS ? DENIES_DS : DENIES_TYPE);
	ldns_rdf_deep_free(cut);
	return next;
}

void held_answer(const struct held_zone *zone, const ldns_rdf *name, ldns_rr_type type,
		 bool wants_signatures, ldns_pkt *into)
{
	const struct making making = { zone, wants_signatures, into };
	ldns_rdf *at = ldns_rdf_clone(name), *next;

	ldns_pkt_set_aa(into, true);
	for (unsigned i = 0; i < MOST_ALIASES && at != NULL; i++) {
		next = answer_name(&making, at, type);
		ldns_rdf_deep_free(at);
		at = next;
		if (at != NULL && ldns_dname_compare(at, zone->apex) != 0 &&
		    !ldns_dname_is_subdomain(at, zone->apex))
			break;
	}
	ldns_rdf_deep_free(at);
}
