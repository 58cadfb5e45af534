/* SPDX-License-Identifier: MIT */
/* steps_act.c — what a believed reply teaches is kept, then acted upon. */
#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "cache/rdata.h"
#include "resolver/walk/walk_private.h"

static void put(struct walk *w, const struct answer_parts *parts, uint32_t max_ttl)
{
	uint32_t now = w->walks->loop->now_s;
	uint32_t longest = detour_life(w, max_ttl);
	struct answer *answer;

	if (w->walks->settings->validate && parts->security == SECURITY_UNCHECKED)
		return;                         /* nobody may be told of it */
	if (w->route.bypass && longest > MAX_BYPASS_TTL)
		longest = MAX_BYPASS_TTL;
	if (w->judged.passes && longest > MIN_FAILURE_TTL)
		longest = MIN_FAILURE_TTL;      /* LIMITS.md: a passing failure is no verdict */
	answer = answer_build(&w->arena, parts, now, longest);

	if (answer != NULL && walk_may_keep(w))
		cache_put_answer(w->walks->cache, answer, now);
}

/* RFC 6604 §3: the RCODE beside an alias or data is about the chain's end, not about them. */
static uint8_t rcode_of(enum reading reading)
{
	return reading == READS_NO_NAME ? RCODE_NXDOMAIN : RCODE_NOERROR;
}

/* What the asker should know of the answer: why it isn't secure, that it isn't from where it should
 * be, or what the forwarder has to say of it (RFC 8914 §3). */
static void annotate(struct walk *w, struct answer_parts *parts)
{
	parts->ede = w->judged.verdict.ede;
	parts->ede_text = w->judged.verdict.why;
	if (parts->ede != EDE_NONE)
		return;
	if (name_is_set(&w->detour.zone)) {
		parts->ede = EDE_OTHER;
		parts->ede_text = arena_print(&w->arena, "%s: this is the public tree's answer",
					      w->detour.why);
	} else if (w->route.cut.source == CUT_FROM_FORWARD && w->reply.ede != EDE_NONE) {
		walk_note_excuse(w);
		parts->ede = w->reply.ede;
		parts->ede_text = walk_print_excuse(w);
	}
}

static bool is_secure_proof(const struct rrset *set)
{
	return set->security == SECURITY_SECURE &&
	       (set->type == TYPE_NSEC || set->type == TYPE_NSEC3);
}

/* What proves that a wildcard was rightly used belongs to the answer (RFC 4035 §3.1.3.3). */
static void add_proofs(struct walk *w, struct rrsets *authority)
{
	for (struct rrset *set = w->reply.sections[SECTION_AUTHORITY].first; set != NULL;
	     set = set->next) {
		struct rrset *copy = is_secure_proof(set) ? arena_take(&w->arena, sizeof(*copy))
							  : NULL;

		if (copy == NULL)
			continue;
		*copy = *set;
		rrsets_append(authority, copy);
	}
}

/* What the reply says as an answer to `question`, with the sections from the reply. */
static struct answer_parts parts_of_reply(struct walk *w, const struct question *question)
{
	struct answer_parts parts = {
		.question = *question,
		.rcode = rcode_of(w->reading),
		.security = w->judged.verdict.security,
		.from = walk_peer(w, &w->attempt).address,
		.sections = { [SECTION_ANSWER] = w->reply.sections[SECTION_ANSWER] },
	};

	if (w->reading == READS_ANSWER || w->reading == READS_ALIAS)
		add_proofs(w, &parts.sections[SECTION_AUTHORITY]);
	annotate(w, &parts);
	return parts;
}

/* RFC 2308 §5: a denial lives for the lesser of the SOA's TTL and its last field. Without an SOA
 * it isn't kept. */
static void store_denial(struct walk *w)
{
	struct answer_parts parts = parts_of_reply(w, &w->put);
	const struct rrset *soa = reply_denial_soa(&w->reply, &w->put, &w->route.cut);
	uint32_t ttl;

	if (soa == NULL)
		return;
	ttl = rdata_soa_minimum(soa->rdata[0]);
	if (soa->ttl < ttl)
		ttl = soa->ttl;
	for (struct rrset *set = w->reply.sections[SECTION_AUTHORITY].first; set != NULL;
	     set = set->next) {
		if (set->ttl > ttl)
			set->ttl = ttl;
	}
	parts.sections[SECTION_AUTHORITY] = w->reply.sections[SECTION_AUTHORITY];
	put(w, &parts, w->walks->settings->max_negative_ttl);
	walk_keep_proofs(w);
}

/* RFC 8198 §5.3: what a wildcard has answered once it will answer for other names. */
static void store_wildcard(struct walk *w)
{
	struct answer_parts parts;

	if (!walk_find_wildcard(w, &parts))
		return;
	put(w, &parts, w->walks->settings->max_ttl);
	walk_keep_proofs(w);
}

/* RFC 6672 §3.2: a DNAME without its CNAME gets one made, with the DNAME's TTL. */
static bool complete_alias(struct walk *w)
{
	struct rrsets *sets = &w->reply.sections[SECTION_ANSWER];
	struct name target;
	struct rrset *made;

	if (rrsets_find(sets, &w->put.name, TYPE_CNAME) != NULL)
		return true;
	if (sets->first == NULL || !reply_alias(&w->reply, &w->put, &target))
		return false;
	made = rrset_new(&w->arena, &w->put.name, TYPE_CNAME, CLASS_IN, sets->first->ttl);
	if (made == NULL || rrset_add(made, &w->arena, name_bytes(&target)) != OK)
		return false;
	rrsets_append(sets, made);
	return true;
}

static void store_alias(struct walk *w)
{
	struct question link = w->put;
	struct answer_parts parts;

	link.type = TYPE_CNAME;
	if (!complete_alias(w))
		return;
	parts = parts_of_reply(w, &link);
	put(w, &parts, w->walks->settings->max_ttl);
	store_wildcard(w);
}

void walk_add_addresses(struct cut *cut, const struct name *server, const struct rrset *set)
{
	for (unsigned i = 0; i < set->count; i++) {
		struct address address;

		if (set->type == TYPE_A && set->rdata[i].length == 4)
			address = address_v4(set->rdata[i].at, DNS_PORT);
		else if (set->type == TYPE_AAAA && set->rdata[i].length == 16)
			address = address_v6(set->rdata[i].at, DNS_PORT);
		else
			continue;
		cut_add_address(cut, server, &address);
	}
}

void walk_add_glue(struct cut *cut, const struct rrsets *additional)
{
	for (const struct rrset *set = additional->first; set != NULL; set = set->next)
		walk_add_addresses(cut, &set->owner, set);
}

/* What validation has found out of the child goes with the cut: LIMITS.md, and for no longer than
 * the DS set and the signatures live. */
static void add_trust(const struct walk *w, struct cut *cut)
{
	const struct rrset *ds = rrsets_find(&w->reply.sections[SECTION_AUTHORITY], &cut->zone,
					     TYPE_DS);
	struct writer writer = writer_over(cut->ds, sizeof(cut->ds));

	cut->security = w->judged.below;
	if (cut->security == SECURITY_SECURE || cut->security == SECURITY_INSECURE)
		put_bytes(&writer, w->judged.ds);
	if (!writer_is_good(&writer))
		cut->security = SECURITY_BOGUS;
	cut->ds_length = writer_is_good(&writer) ? (uint16_t)writer.position : 0;
	if (ds != NULL && ds->ttl < cut->ttl)
		cut->ttl = ds->ttl;
	if (w->judged.life < cut->ttl)
		cut->ttl = w->judged.life;
}

/* A zone that was taken away takes along what it referred to, else it would rise again from there
 * (phoenix domains). The root is never taken away. */
static uint32_t life_of_parent(const struct walk *w)
{
	const struct cut *parent = &w->route.cut;

	if (!cut_is_learnt(parent))
		return MAX_TTL;
	return cut_ttl_left(parent, w->walks->loop->now_s);
}

/* A cut is what the parent's referral says, and lives no longer than it, nor than the parent. */
static bool cut_of_referral(struct walk *w, struct cut *into)
{
	const struct rrset *ns = reply_referral(&w->reply, &w->put, &w->route.cut);
	uint32_t longest = life_of_parent(w);

	if (ns == NULL)
		return false;
	*into = (struct cut){
		.zone = ns->owner,
		.source = CUT_FROM_REFERRAL,
		.stored_at = w->walks->loop->now_s,
		.ttl = ns->ttl < longest ? ns->ttl : longest,
	};
	for (unsigned i = 0; i < ns->count; i++) {
		struct name server;

		if (rdata_name(ns->rdata[i], &server))
			cut_add_server(into, &server);
	}
	walk_add_glue(into, &w->reply.sections[SECTION_ADDITIONAL]);
	add_trust(w, into);
	return true;
}

static void store_referral(struct walk *w)
{
	struct cut cut;

	if (!cut_of_referral(w, &cut) || !walk_may_keep(w))
		return;
	/* Below a stub zone there are its own cuts. */
	if (!w->detour.around_stub || !name_is_in(&cut.zone, &w->detour.zone))
		cache_put_cut(w->walks->cache, &cut, w->walks->loop->now_s);
}

/* STORE_REPLY: each datum under the question it answers, before anybody acts on it. */
enum step store_reply(struct walk *w)
{
	struct answer_parts parts;

	switch (w->reading) {
	case READS_ANSWER:
		parts = parts_of_reply(w, &w->put);
		put(w, &parts, w->walks->settings->max_ttl);
		store_wildcard(w);
		if (name_is_root(&w->put.name) && w->put.type == TYPE_NS &&
		    w->route.cut.source != CUT_FROM_FORWARD)
			prime_from(w);
		break;
	case READS_ALIAS:
		store_alias(w);
		break;
	case READS_NO_NAME:
	case READS_NO_TYPE:
		store_denial(w);
		break;
	case READS_REFERRAL:
		store_referral(w);
		break;
	case READS_LAME:
	case READS_TRUNCATED:
	case READS_REFUSED:
	case READS_SERVER_FAILURE:
	case READS_MALFORMED:
	case READS_OTHER_ERROR:
		unreachable();
	}
	return ACT_ON_REPLY;
}

void route_enter(struct walk *w)
{
	struct cut *cut = &w->route.cut;
	enum security security;

	walk_drop_children(w);
	chain_end(w);
	memset(w->route.tries, 0, sizeof(w->route.tries));
	memset(w->route.looked_up, 0, sizeof(w->route.looked_up));
	w->route.names_looked_up = 0;
	w->route.asked = 0;
	w->route.overfull = 0;
	w->route.bogus = 0;
	w->route.is_forlorn = false;
	w->route.lack = NULL;
	w->route.lack_passes = false;
	w->route.excuse = (struct excuse){ .ede = EDE_NONE };
	w->route.heard = false;
	w->route.shown = name_labels(&cut->zone);
	w->route.whole = false;
	w->route.is_odd = false;
	security = chain_security_of_cut(w);
	trace_cut(&w->trace, &cut->zone,
		  (uint8_t)(w->route.from_cache ? CUT_FROM_CACHE : cut->source),
		  (uint8_t)security, cut->server_count);
	if (w->walks->settings->validate && security == SECURITY_SECURE)
		chain_ask_ahead(w);
}

static enum step descend(struct walk *w)
{
	struct cut below;

	if (++w->route.referrals > MAX_REFERRALS)
		return walk_fail(w, EDE_OTHER, "more than %d referrals on the way to %s",
				 MAX_REFERRALS, walk_print_name(w, &w->sought.name));
	must(cut_of_referral(w, &below));
	w->route.cut = below;
	w->distrust = w->judged.verdict;
	w->route.from_cache = false;
	w->route.may_fall_back = false;
	route_enter(w);
	return CHOOSE_SERVER;
}

static void add_sets(struct walk *w, enum section section)
{
	for (struct rrset *set = w->reply.sections[section].first; set != NULL; set = set->next)
		found_add(w, section, set);
}

/* The weakest link's trust is the answer's, and so is its reason. */
static void note_trust(struct walk *w)
{
	enum security security = w->judged.verdict.security;
	struct answer_parts parts;

	annotate(w, &parts);
	/* What was checked without regard to time isn't secure to anybody. */
	if (w->any_time && w->depth == 0 && security == SECURITY_SECURE)
		security = SECURITY_INSECURE;
	found_note(w, security, parts.ede, parts.ede_text);
	w->doubtful |= w->judged.passes;
}

static enum step answer_from_reply(struct walk *w)
{
	const struct rrset *clash = found_contradiction(w, &w->reply.sections[SECTION_ANSWER]);

	if (clash != NULL)
		return fail_in_circle(w, &clash->owner);
	add_sets(w, SECTION_ANSWER);
	if (w->reading != READS_ANSWER)
		add_sets(w, SECTION_AUTHORITY);
	else
		add_proofs(w, &w->found.sections[SECTION_AUTHORITY]);
	w->found.rcode = rcode_of(w->reading);
	w->found.from = walk_peer(w, &w->attempt).address;
	note_trust(w);
	return ANSWER;
}

static enum step follow_link(struct walk *w)
{
	const struct rrset *clash = found_contradiction(w, &w->reply.sections[SECTION_ANSWER]);
	struct name target;

	if (!reply_alias(&w->reply, &w->put, &target))
		return walk_fail(w, EDE_INVALID_DATA, "the DNAME above %s makes a name too long",
			    walk_print_name(w, &w->sought.name));
	if (w->sought.type == TYPE_CNAME)       /* made of a DNAME: it is what was asked for */
		return answer_from_reply(w);
	if (clash != NULL)
		return fail_in_circle(w, &clash->owner);
	add_sets(w, SECTION_ANSWER);
	add_proofs(w, &w->found.sections[SECTION_AUTHORITY]);
	w->found.from = walk_peer(w, &w->attempt).address;
	note_trust(w);
	return follow_alias(w, &target);
}

/* A shorter question tells only whether there is a cut below. That a name above the sought one
 * doesn't exist is believed of the root's servers; others have been seen to deny what only has
 * names below it (RFC 8020 §1), so unless told to be strict the whole name decides. */
bool walk_believes_minimised(const struct walk *w)
{
	bool is_strict = w->walks->settings->minimise == MINIMISE_STRICT;

	if (w->reading == READS_REFERRAL)
		return true;
	return w->reading == READS_NO_NAME && (is_strict || name_is_root(&w->route.cut.zone));
}

static enum step act_on_minimised(struct walk *w)
{
	if (walk_believes_minimised(w))
		return w->reading == READS_REFERRAL ? descend(w) : answer_from_reply(w);
	if (w->reading == READS_ALIAS || w->reading == READS_NO_NAME)
		w->route.whole = true;
	w->route.shown = name_labels(&w->put.name);
	memset(w->route.tries, 0, sizeof(w->route.tries));
	return SEND_QUERY;
}

/* ACT_ON_REPLY: RFC 1034 §5.3.3 step 4, on data already stored. */
enum step act_on_reply(struct walk *w)
{
	if (!question_equal(&w->put, &w->sought))
		return act_on_minimised(w);
	switch (w->reading) {
	case READS_ANSWER:                      /* 4a */
	case READS_NO_NAME:
	case READS_NO_TYPE:
		return answer_from_reply(w);
	case READS_REFERRAL:                    /* 4b */
		return descend(w);
	case READS_ALIAS:                       /* 4c */
		return follow_link(w);
	case READS_LAME:                        /* 4d: scrub_reply() chose another server */
	case READS_TRUNCATED:
	case READS_REFUSED:
	case READS_SERVER_FAILURE:
	case READS_MALFORMED:
	case READS_OTHER_ERROR:
		break;
	}
	unreachable();
}
