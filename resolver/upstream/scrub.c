/* SPDX-License-Identifier: MIT */
/* scrub.c — section by section: a set is kept, or there is a reason why it isn't. */
#include "resolver/upstream/scrub.h"

#include <stdio.h>

#include "cache/rdata.h"
#include "resolver/observe/text.h"
#include "resolver/upstream/parts.h"

struct scrub {
	struct reply               *reply;
	const struct question      *question;
	const struct cut           *cut;
	const struct scrub_watcher *watcher;
	const struct rrset         *data;       /* what the answer section may show: data … */
	const struct rrset         *dname;      /* … or what leads away from the name */
	const struct rrset         *cname;
	const struct rrset         *ns;         /* the referral, or the root's own when asked */
	const struct rrset         *soa;        /* the denial's */
};

/* Left out without a word: honest servers say much that we don't need, and a trace of it would
 * bury what matters. */
static const char not_needed[] = "";

static void tell(const struct scrub *s, const struct rrset *set, const char *why)
{
	char type[TYPE_TEXT_SIZE], owner[NAME_TEXT_SIZE], text[NAME_TEXT_SIZE + 128];

	if (s->watcher == NULL || why == not_needed)
		return;
	snprintf(text, sizeof(text), "%s %s %s", text_type(set->type, type),
		 name_print(&set->owner, owner), why);
	s->watcher->removed(text, s->watcher->subject);
}

/* Is the CNAME what the DNAME makes of the name (RFC 6672 §3.1)? Only then does it say nothing
 * of its own. */
static bool is_shadow(const struct rrset *cname, const struct rrset *dname, const struct name *name)
{
	struct name made, said;

	if (cname == NULL || cname->count != 1 || dname->count != 1)
		return false;
	if (!part_dname_target(dname, name, &made))
		return false;
	return rdata_name(cname->rdata[0], &said) && name_equal(&made, &said);
}

/* Which sets of the answer section may speak. Data beats aliases; a DNAME beats a CNAME that
 * isn't its shadow. */
static void choose_speakers(struct scrub *s)
{
	const struct name *name = &s->question->name;

	s->data = part_data(s->reply, s->question);
	s->dname = part_dname(s->reply, s->question, &s->cut->zone);
	s->cname = part_cname(s->reply, s->question);
	if (s->dname == NULL)
		return;
	if (s->data != NULL && s->data != s->cname) {
		s->dname = NULL;
		return;
	}
	if (!is_shadow(s->cname, s->dname, name))
		s->data = s->cname = NULL;
}

static const char *refuse_in_answer(const struct scrub *s, const struct rrset *set)
{
	if (!name_is_in(&set->owner, &s->cut->zone))
		return "out of bailiwick";
	if (set == s->data || set == s->dname)
		return NULL;
	if (set == s->cname && (s->data == NULL || s->dname != NULL))
		return NULL;
	if (s->data != NULL && part_is_data(set, s->question))
		return NULL;                    /* type ANY: all that the name has */
	if (set->type == TYPE_CNAME && name_equal(&set->owner, &s->question->name))
		return s->data != NULL ? "beside other data" : "isn't what the DNAME makes of it";
	if (s->data == NULL && s->dname == NULL && s->cname == NULL)
		return "isn't what was asked for";
	return not_needed;                      /* a later link: it is asked of its own zone */
}

static const char *refuse_ns(const struct scrub *s, const struct rrset *set)
{
	if (s->data != NULL || s->dname != NULL || s->cname != NULL || s->soa != NULL)
		return not_needed;              /* LIMITS.md: NS beside an answer is ignored */
	if (s->reply->rcode != RCODE_NOERROR || name_equal(&set->owner, &s->cut->zone))
		return not_needed;
	if (!name_is_in(&s->question->name, &set->owner))
		return "is a sideways referral";
	if (s->cut->source == CUT_FROM_FORWARD)
		return "is a referral from a forwarder";
	if (s->ns != NULL)
		return "is a second referral";
	return "is a referral to the child for its DS";
}

/* RFC 4035 §3.1.4.1: a DS is the parent's to deny. A server of both that speaks for the child
 * here answers the wrong question. */
static bool is_childs_soa(const struct scrub *s, const struct rrset *set)
{
	return set->type == TYPE_SOA && s->question->type == TYPE_DS && s->data == NULL &&
	       name_equal(&set->owner, &s->question->name) &&
	       !name_equal(&set->owner, &s->cut->zone);
}

static const char *refuse_in_authority(const struct scrub *s, const struct rrset *set)
{
	if (!name_is_in(&set->owner, &s->cut->zone)) {
		if (set->type == TYPE_NS && name_is_in(&s->cut->zone, &set->owner))
			return "is an upward referral";
		return "out of bailiwick";
	}
	switch (set->type) {
	case TYPE_NS:
		return set == s->ns ? NULL : refuse_ns(s, set);
	case TYPE_DS:
		if (s->ns != NULL && name_equal(&set->owner, &s->ns->owner))
			return NULL;
		return "isn't of the zone referred to";
	case TYPE_SOA:
		if (set == s->soa)
			return NULL;
		return is_childs_soa(s, set) ? "denies a DS that its parent holds" : not_needed;
	case TYPE_NSEC:
	case TYPE_NSEC3:
		return NULL;                    /* proofs: of a denial, a missing DS, a wildcard */
	default:
		return not_needed;
	}
}

/* Is it the name of one of the servers? */
static bool is_named(const struct rrset *ns, const struct name *owner)
{
	struct name server;

	for (unsigned i = 0; i < ns->count; i++) {
		if (rdata_name(ns->rdata[i], &server) && name_equal(&server, owner))
			return true;
	}
	return false;
}

static const char *refuse_in_additional(const struct scrub *s, const struct rrset *set)
{
	if (s->ns == NULL)
		return not_needed;
	if (set->type != TYPE_A && set->type != TYPE_AAAA)
		return not_needed;
	if (!is_named(s->ns, &set->owner))
		return "isn't of a server referred to";
	if (!name_is_in(&set->owner, &s->cut->zone))
		return "out of bailiwick";
	if (set->count == 0)
		return not_needed;
	return NULL;
}

static bool keep_in_answer(const struct rrset *set, void *scrub)
{
	const char *why = refuse_in_answer(scrub, set);

	if (why != NULL)
		tell(scrub, set, why);
	return why == NULL;
}

/* RFC 1034 §4.2.1: servers refer downwards. One that points anywhere else doesn't know the zone;
 * so does a forwarder that points at all. */
static bool is_misdirection(const struct scrub *s, const struct rrset *set)
{
	if (is_childs_soa(s, set))
		return true;
	if (set->type != TYPE_NS || set->count == 0)
		return false;
	if (s->cut->source == CUT_FROM_FORWARD)
		return true;
	return !name_is_in(&set->owner, &s->cut->zone) ||
	       !name_is_in(&s->question->name, &set->owner);
}

static bool keep_in_authority(const struct rrset *set, void *scrub)
{
	struct scrub *s = scrub;
	const char *why = refuse_in_authority(s, set);

	if (why == NULL)
		return true;
	if (is_misdirection(s, set))
		s->reply->misdirects = true;
	tell(s, set, why);
	return false;
}

static bool keep_in_additional(const struct rrset *set, void *scrub)
{
	const char *why = refuse_in_additional(scrub, set);

	if (why != NULL)
		tell(scrub, set, why);
	return why == NULL;
}

/* RFC 8109: priming asks for the root's servers, and their addresses come along. */
static bool is_priming(const struct scrub *s)
{
	return name_is_root(&s->cut->zone) && name_is_root(&s->question->name) &&
	       s->question->type == TYPE_NS && s->data != NULL;
}

static void choose_referral(struct scrub *s)
{
	if (is_priming(s))
		s->ns = s->data;
	else
		s->ns = reply_referral(s->reply, s->question, s->cut);
	if (s->data == NULL && s->dname == NULL && s->cname == NULL)
		s->soa = part_soa(s->reply, s->question, s->cut);
}

void reply_scrub(struct reply *reply, const struct question *question, const struct cut *cut,
		 const struct scrub_watcher *watcher)
{
	struct scrub s = { .reply = reply, .question = question, .cut = cut, .watcher = watcher };

	choose_speakers(&s);
	rrsets_filter(&reply->sections[SECTION_ANSWER], keep_in_answer, &s);
	choose_referral(&s);
	rrsets_filter(&reply->sections[SECTION_AUTHORITY], keep_in_authority, &s);
	rrsets_filter(&reply->sections[SECTION_ADDITIONAL], keep_in_additional, &s);
}
