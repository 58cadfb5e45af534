/* SPDX-License-Identifier: MIT */
/* judge.c — what of a reply is secure: each set that will be kept, and the proof that what isn't
 * there isn't. By the keys of the zone that the chain has reached. */
#include <string.h>
#include <time.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "resolver/observe/log.h"
#include "resolver/validate/proof.h"
#include "resolver/walk/walk_private.h"

static const struct verdict secure = { .security = SECURITY_SECURE, .ede = EDE_NONE };

/* A reply under judgement. */
struct judge {
	struct walk *w;
	struct check check;
	bool         tired;             /* the others have waited long enough */
	bool         proofs_checked;
};

void walk_make_check(struct walk *w, struct check *into)
{
	const struct walk_settings *settings = w->walks->settings;

	*into = (struct check){
		.now = (uint32_t)clock_wall_seconds(),
		.sha1 = settings->sha1,
		.any_time = w->any_time,
		.most_iterations = settings->most_iterations,
		.effort = &w->payer->effort,
		.arena = &w->arena,
	};
}

static bool is_tired(struct judge *j)
{
	const struct effort *effort = j->check.effort;

	if (effort->checks_in_a_row >= MAX_CHECKS_IN_A_ROW ||
	    effort->hashes_in_a_row >= MAX_NSEC3_HASHES_IN_A_ROW)
		j->tired = true;
	return j->tired;
}

/* The last one of these counts: while it is tired nobody looks at it. */
static const struct verdict not_yet = { .security = SECURITY_UNCHECKED, .ede = EDE_NONE };

static struct verdict bogus(struct judge *j, uint16_t ede, const char *why)
{
	return (struct verdict){ .security = SECURITY_BOGUS, .ede = ede, .why = why };
}

static const char *zone_text(struct judge *j)
{
	return walk_print_name(j->w, &j->w->chain.zone);
}

/* A forwarder that leaves signatures out is named. */
static struct verdict name_forwarder(struct judge *j, struct verdict verdict)
{
	char address[ADDRESS_TEXT_SIZE];
	struct trace_peer peer;

	if (verdict.ede != EDE_RRSIGS_MISSING && verdict.ede != EDE_NSEC_MISSING)
		return verdict;
	if (j->w->route.cut.source != CUT_FROM_FORWARD)
		return verdict;
	peer = walk_peer(j->w, &j->w->attempt);
	verdict.why = arena_print(&j->w->arena, "%s; forwarder %s left it out",
				  verdict.why == NULL ? "a signature is missing" : verdict.why,
				  address_print(&peer.address, address));
	return verdict;
}

/* Was the set made from a wildcard? Asked for by its own name a wildcard is just a name. */
static bool is_expanded(const struct rrset *set, unsigned labels)
{
	bool is_star = set->owner.octets[0] == 1 && set->owner.octets[1] == '*';

	return labels + is_star < name_labels(&set->owner);
}

static struct verdict judge_set(struct judge *j, struct rrset *set, unsigned *labels)
{
	if (set->security != SECURITY_SECURE && is_tired(j))
		return not_yet;
	return check_set(&j->check, j->w->chain.keys, set, labels);
}

/* --- proofs --- */

static bool is_proof(const struct rrset *set)
{
	return set->type == TYPE_NSEC || set->type == TYPE_NSEC3;
}

/* Those that are signed, and weren't made from a wildcard, count from now on. */
static void check_proofs(struct judge *j)
{
	struct rrset *set = j->w->reply.sections[SECTION_AUTHORITY].first;
	unsigned labels;

	for (; set != NULL && !j->tired; set = set->next) {
		if (!is_proof(set) || set->count == 0)
			continue;
		if (judge_set(j, set, &labels).security == SECURITY_SECURE &&
		    is_expanded(set, labels))
			set->security = SECURITY_UNCHECKED;
	}
}

static struct proof_of proof_of(struct judge *j)
{
	check_proofs(j);
	return (struct proof_of){
		.check = &j->check, .zone = &j->w->chain.zone,
		.sets = &j->w->reply.sections[SECTION_AUTHORITY],
	};
}

static struct verdict verdict_of_proof(struct judge *j, enum proof proof, const char *what,
				       const struct name *name)
{
	if (j->tired)
		return not_yet;
	switch (proof) {
	case PROOF_HOLDS:
	case PROOF_DELEGATES:
		return secure;
	case PROOF_OPTS_OUT:
		return (struct verdict){ .security = SECURITY_INSECURE, .ede = EDE_NONE };
	case PROOF_COSTS:
		return (struct verdict){
			.security = SECURITY_INSECURE, .ede = EDE_UNSUPPORTED_NSEC3_ITERATIONS,
			.why = arena_print(&j->w->arena, "%s has NSEC3 with more than %u "
					   "iterations, so its denials count as not signed (RFC "
					   "9276)", zone_text(j), j->check.most_iterations),
		};
	case PROOF_SPENT:
		return bogus(j, EDE_DNSSEC_BOGUS,
			     arena_print(&j->w->arena, "to check what %s denies takes more work "
					 "than one question may have", zone_text(j)));
	case PROOF_LACKS:
		break;
	}
	return name_forwarder(j, bogus(j, EDE_NSEC_MISSING,
		arena_print(&j->w->arena, "%s doesn't prove that %s %s", zone_text(j),
			    walk_print_name(j->w, name), what)));
}

static struct verdict judge_wildcard(struct judge *j, const struct name *name, unsigned labels)
{
	struct proof_of of = proof_of(j);

	return verdict_of_proof(j, proof_wildcard(&of, name, labels),
				"isn't there, so that its wildcard may answer", name);
}

/* --- by reading --- */

static struct verdict judge_data(struct judge *j, struct rrset *set)
{
	struct verdict verdict;
	unsigned labels = 0;

	verdict = judge_set(j, set, &labels);
	if (verdict.security != SECURITY_SECURE)
		return name_forwarder(j, verdict);
	if (!is_expanded(set, labels))
		return verdict;
	verdict = judge_wildcard(j, &set->owner, labels);
	if (verdict.security != SECURITY_SECURE)
		set->security = SECURITY_UNCHECKED;
	return verdict;
}

/* The root's keys are signed anew all the time: if they seem out of date, the clock is. */
static void note_roots_time(const struct walk *w, const struct verdict *verdict)
{
	struct clock_doubt *doubt = w->walks->settings->clock;
	bool is_untimely = verdict->ede == EDE_SIGNATURE_EXPIRED ||
			   verdict->ede == EDE_SIGNATURE_NOT_YET_VALID;

	if (doubt == NULL || w->any_time || !name_is_root(&w->chain.zone))
		return;
	if (is_untimely && !__atomic_exchange_n(&doubt->root_is_untimely, true, __ATOMIC_RELAXED))
		log_warning("this machine's clock may be wrong: %s", verdict->why);
	else if (verdict->security == SECURITY_SECURE)
		__atomic_store_n(&doubt->root_is_untimely, false, __ATOMIC_RELAXED);
}

/* All that came, since what is found secure has only the good signature left. */
static bool copy_signatures(struct judge *j, const struct rrset *set, struct rrset *into)
{
	size_t octets = set->signature_count * sizeof(*set->signatures);

	*into = *set;
	into->signatures = arena_take(&j->w->arena, octets);
	if (into->signatures == NULL || octets == 0)
		return false;
	memcpy(into->signatures, set->signatures, octets);
	return true;
}

/* RFC 5011: whether revoked keys have signed costs work of its own, which no asker pays. */
static void tell_watcher(struct judge *j, const struct rrset *whole, struct bytes good)
{
	const struct walk_settings *settings = j->w->walks->settings;
	struct effort effort = { .checks = MAX_ANCHOR_KEYS, .failures = MAX_ANCHOR_KEYS };
	struct check check = j->check;
	struct sight sight;

	check.effort = &effort;
	if (!sight_read(&check, whole, good, &sight))
		return;
	sight.now = clock_wall_seconds();
	settings->watcher->seen(settings->watcher, &whole->owner, &sight);
}

static bool is_watched(const struct judge *j, const struct rrset *set)
{
	const struct walk_settings *settings = j->w->walks->settings;
	const struct anchor *anchor;

	if (settings->watcher == NULL || !walk_may_keep(j->w) || j->w->any_time)
		return false;
	anchor = anchors_find(settings->anchors, &set->owner, clock_wall_seconds());
	return anchor != NULL && !anchor->is_negative && name_equal(&anchor->zone, &set->owner);
}

/* The zone's own keys, by what its parent or an anchor says. */
static struct verdict judge_own_keys(struct judge *j, struct rrset *set)
{
	struct walk *w = j->w;
	struct verdict verdict;
	struct zone_keys *keys;
	uint32_t now = w->walks->loop->now_s;
	struct rrset whole;
	bool is_told;

	if (is_tired(j))
		return not_yet;
	is_told = is_watched(j, set) && copy_signatures(j, set, &whole);
	verdict = check_keys(&j->check, set, w->chain.ds);
	note_roots_time(w, &verdict);
	if (verdict.security != SECURITY_SECURE)
		return verdict;
	if (is_told)
		tell_watcher(j, &whole, set->signatures[0]);
	keys = zone_keys_new(set);
	if (keys == NULL)
		return verdict;
	keys->good_until = now + set->ttl;
	keys->asked_at = now;
	if (walk_may_keep(w))
		keyring_put(w->walks->keyring, keys, now);
	zone_keys_drop(keys);
	return verdict;
}

static bool is_bare_signature(const struct rrset *set)
{
	return set->count == 0;
}

static bool has_data(const struct rrset *set, void *nothing)
{
	return !is_bare_signature(set);
}

/* RFC 4035 §2.2: signatures aren't signed. Asked for by themselves they are for who knows what to
 * do with them; beside other types they are left out. */
static struct verdict judge_answer(struct judge *j)
{
	struct rrsets *sets = &j->w->reply.sections[SECTION_ANSWER];
	struct verdict verdict = secure, one;

	if (j->w->put.type == TYPE_RRSIG && j->w->reading == READS_ANSWER)
		return (struct verdict){ .security = SECURITY_INDETERMINATE, .ede = EDE_NONE };
	rrsets_filter(sets, has_data, NULL);
	for (struct rrset *set = sets->first; set != NULL; set = set->next) {
		if (set->type == TYPE_DNSKEY && chain_is_for_own_keys(j->w))
			one = judge_own_keys(j, set);
		else
			one = judge_data(j, set);
		if (one.security == SECURITY_BOGUS || j->tired)
			return one;
		if (one.security != SECURITY_SECURE)
			verdict = one;
	}
	return verdict;
}

/* RFC 6672 §5.3.1: of a DNAME and the CNAME that it makes only the first is signed. */
static struct verdict judge_alias(struct judge *j)
{
	struct rrsets *sets = &j->w->reply.sections[SECTION_ANSWER];
	struct rrset *dname = sets->first;

	while (dname != NULL && dname->type != TYPE_DNAME)
		dname = dname->next;
	if (dname == NULL)
		return judge_answer(j);
	return judge_data(j, dname);
}

static bool is_secure(const struct rrset *set, void *nothing)
{
	return set->security == SECURITY_SECURE;
}

static struct verdict judge_denial(struct judge *j)
{
	struct walk *w = j->w;
	struct rrsets *authority = &w->reply.sections[SECTION_AUTHORITY];
	struct rrset *soa = authority->first;
	struct verdict verdict = secure;
	struct proof_of of;
	unsigned labels;

	while (soa != NULL && soa->type != TYPE_SOA)
		soa = soa->next;
	if (soa != NULL)
		verdict = judge_set(j, soa, &labels);
	if (verdict.security != SECURITY_SECURE)
		return name_forwarder(j, verdict);
	of = proof_of(j);
	if (j->tired)
		return not_yet;
	if (w->reading == READS_NO_NAME)
		verdict = verdict_of_proof(j, proof_no_name(&of, &w->put.name), "isn't there",
					   &w->put.name);
	else if (w->put.type == TYPE_DS)
		verdict = verdict_of_proof(j, proof_no_ds(&of, &w->put.name), "has no DS",
					   &w->put.name);
	else
		verdict = verdict_of_proof(j, proof_no_type(&of, &w->put.name, w->put.type),
					   "has nothing of this type", &w->put.name);
	if (verdict.security != SECURITY_BOGUS)
		rrsets_filter(authority, is_secure, NULL);
	return verdict;
}

/* --- referrals --- */

static struct verdict child_is(struct judge *j, enum security security, struct bytes ds)
{
	j->w->judged.below = security;
	j->w->judged.ds = ds;
	return secure;
}

/* A DS set of which none is of use goes along, so that it can be told why. */
static void keep_reason(const struct rrset *ds, struct writer *into)
{
	for (unsigned i = 0; i < ds->count; i++) {
		if (writer_left(into) < 2 + ds->rdata[i].length)
			return;
		put_u16(into, (uint16_t)ds->rdata[i].length);
		put_bytes(into, ds->rdata[i]);
	}
}

static struct verdict judge_ds(struct judge *j, struct rrset *ds)
{
	enum { ROOM = 1024 };
	uint8_t *room = arena_take(j->check.arena, ROOM);
	struct writer into = writer_over(room, room == NULL ? 0 : ROOM);
	struct verdict verdict;
	unsigned labels;

	verdict = judge_set(j, ds, &labels);
	if (verdict.security != SECURITY_SECURE)
		return verdict;
	if (is_expanded(ds, labels))
		return bogus(j, EDE_DNSSEC_BOGUS,
			     arena_print(j->check.arena, "the DS of %s was made from a wildcard",
					 walk_print_name(j->w, &ds->owner)));
	verdict = ds_choose(&j->check, ds, &into);
	if (!writer_is_good(&into))
		return bogus(j, EDE_DNSSEC_BOGUS, "no memory");
	if (verdict.security == SECURITY_INSECURE)
		keep_reason(ds, &into);
	child_is(j, verdict.security, writer_bytes(&into));
	return secure;
}

/* The chain has been asked for the child's own DS. */
static struct verdict judge_child_by_chain(struct judge *j, const struct name *child)
{
	const struct chain *chain = &j->w->chain;

	if (chain->security == SECURITY_SECURE && !name_equal(&chain->zone, child))
		return bogus(j, EDE_DNSSEC_BOGUS,
			     arena_print(j->check.arena, "%s refers to %s, and denies that there "
					 "is such a zone",
					 walk_print_name(j->w, &j->w->route.cut.zone),
					 walk_print_name(j->w, child)));
	if (chain->security == SECURITY_BOGUS)
		return bogus(j, chain->ede, chain->why);
	return child_is(j, chain->security, chain->ds);
}

/* DESIGN.md §2: a secure parent's referral without DS or proof gets one explicit query for the DS
 * before it is bogus. */
static struct verdict judge_referral(struct judge *j)
{
	struct walk *w = j->w;
	const struct rrset *ns = reply_referral(&w->reply, &w->put, &w->route.cut);
	struct rrset *ds;
	struct proof_of of;
	enum proof proof;

	must(ns != NULL);
	if (w->chain.to_child)
		return judge_child_by_chain(j, &ns->owner);
	ds = rrsets_find(&w->reply.sections[SECTION_AUTHORITY], &ns->owner, TYPE_DS);
	if (ds != NULL && ds->count != 0)
		return judge_ds(j, ds);
	of = proof_of(j);
	if (j->tired)
		return not_yet;
	proof = proof_no_ds(&of, &ns->owner);
	if (proof == PROOF_DELEGATES || proof == PROOF_OPTS_OUT || proof == PROOF_COSTS)
		return child_is(j, SECURITY_INSECURE, bytes_of(NULL, 0));
	chain_begin(w, &ns->owner, true);
	return not_yet;
}

/* --- the whole --- */

static struct verdict judge_secure(struct judge *j)
{
	if (chain_is_for_own_keys(j->w) && j->w->reading != READS_ANSWER &&
	    (j->w->reading != READS_REFERRAL || !j->w->chain.to_child))
		return bogus(j, EDE_DNSKEY_MISSING,
			     arena_print(j->check.arena, "%s has no keys, though its parent says "
					 "that it is signed", zone_text(j)));
	switch (j->w->reading) {
	case READS_ANSWER:
		return judge_answer(j);
	case READS_ALIAS:
		return judge_alias(j);
	case READS_NO_NAME:
	case READS_NO_TYPE:
		return judge_denial(j);
	case READS_REFERRAL:
		return judge_referral(j);
	case READS_LAME:
	case READS_TRUNCATED:
	case READS_REFUSED:
	case READS_SERVER_FAILURE:
	case READS_MALFORMED:
	case READS_OTHER_ERROR:
		break;
	}
	unreachable();
}

/* For how long all signatures on the authority section are good: RFC 4035 §5.3.3, and what is left
 * on secure sets are good ones. */
static uint32_t life_of_proof(const struct walk *w, uint32_t now)
{
	const struct rrset *set = w->reply.sections[SECTION_AUTHORITY].first;
	uint32_t life = MAX_TTL;

	for (; set != NULL; set = set->next) {
		struct signature signature;

		if (set->security != SECURITY_SECURE || set->signature_count == 0 ||
		    !signature_read(set->signatures[0], &signature))
			continue;
		if (signature.expires - now < life)
			life = signature.expires - now;
	}
	return life;
}

/* The chain ended before the zone: what it says of that is said of the reply. */
static void judge_by_chain(struct walk *w)
{
	w->judged = (struct judgement){
		.verdict = { w->chain.security, w->chain.ede, w->chain.why },
		.passes = w->chain.passes, .below = w->chain.security, .life = MAX_TTL,
	};
}

/* The reason isn't to be sought in the zone. */
static void blame_clock(struct judge *j)
{
	struct verdict *verdict = &j->w->judged.verdict;
	char text[40] = "";
	time_t now = (time_t)clock_wall_seconds();
	struct tm parts;

	if (verdict->ede != EDE_SIGNATURE_EXPIRED && verdict->ede != EDE_SIGNATURE_NOT_YET_VALID)
		return;
	if (!clock_is_doubted(j->w->walks->settings->clock))
		return;
	if (gmtime_r(&now, &parts) != NULL)
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M UTC", &parts);
	verdict->why = arena_print(j->check.arena, "this machine's clock is wrong (%s); %s", text,
				   verdict->why);
}

bool judge_reply(struct walk *w)
{
	struct judge j = { .w = w };

	if (w->chain.security != SECURITY_SECURE) {
		judge_by_chain(w);
		return true;
	}
	walk_make_check(w, &j.check);
	if (is_tired(&j))
		return false;
	w->judged = (struct judgement){ .below = SECURITY_BOGUS };
	w->judged.verdict = judge_secure(&j);
	blame_clock(&j);
	w->judged.life = life_of_proof(w, j.check.now);
	return !j.tired;
}
