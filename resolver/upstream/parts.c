/* SPDX-License-Identifier: MIT */
/* parts.c — looks through the sections of a reply. */
#include "resolver/upstream/parts.h"

#include "cache/rdata.h"

bool part_is_data(const struct rrset *set, const struct question *question)
{
	if (!name_equal(&set->owner, &question->name))
		return false;
	if (question->type == TYPE_RRSIG)
		return set->signature_count != 0;
	if (question->type == TYPE_ANY)
		return set->count != 0 || set->signature_count != 0;
	return set->type == question->type && set->count != 0;
}

const struct rrset *part_data(const struct reply *reply, const struct question *question)
{
	const struct rrset *set = reply->sections[SECTION_ANSWER].first;

	while (set != NULL && !part_is_data(set, question))
		set = set->next;
	return set;
}

const struct rrset *part_cname(const struct reply *reply, const struct question *question)
{
	const struct rrset *set =
		rrsets_find(&reply->sections[SECTION_ANSWER], &question->name, TYPE_CNAME);

	return set != NULL && set->count != 0 ? set : NULL;
}

const struct rrset *part_dname(const struct reply *reply, const struct question *question,
			       const struct name *zone)
{
	const struct rrset *set = reply->sections[SECTION_ANSWER].first;

	for (; set != NULL; set = set->next) {
		if (set->type != TYPE_DNAME || set->count == 0)
			continue;
		if (!name_is_in(&set->owner, zone))
			continue;
		if (name_equal(&set->owner, &question->name))
			continue;
		if (name_is_in(&question->name, &set->owner))
			return set;
	}
	return NULL;
}

bool part_dname_target(const struct rrset *dname, const struct name *name, struct name *target)
{
	struct name moved_to;

	if (!rdata_name(dname->rdata[0], &moved_to))
		return false;
	return name_substitute(name, &dname->owner, &moved_to, target);
}

/* May a set of this owner in the authority section be about the question? */
static bool is_above_question(const struct name *owner, const struct question *question)
{
	if (!name_is_in(&question->name, owner))
		return false;
	if (question->type == TYPE_DS && !name_is_root(owner))
		return !name_equal(&question->name, owner);
	return true;
}

const struct rrset *part_soa(const struct reply *reply, const struct question *question,
			     const struct cut *cut)
{
	const struct rrset *set = reply->sections[SECTION_AUTHORITY].first;

	for (; set != NULL; set = set->next) {
		if (set->type != TYPE_SOA || set->count != 1)
			continue;
		if (!name_is_in(&set->owner, &cut->zone))
			continue;
		if (is_above_question(&set->owner, question))
			return set;
	}
	return NULL;
}

const struct rrset *part_referral(const struct reply *reply, const struct question *question,
				  const struct cut *cut)
{
	const struct rrset *set = reply->sections[SECTION_AUTHORITY].first;

	for (; set != NULL; set = set->next) {
		if (set->type != TYPE_NS || set->count == 0)
			continue;
		if (!name_is_in(&set->owner, &cut->zone))
			continue;
		if (name_equal(&set->owner, &cut->zone))
			continue;
		if (is_above_question(&set->owner, question))
			return set;
	}
	return NULL;
}
