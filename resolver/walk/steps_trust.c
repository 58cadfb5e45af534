/* SPDX-License-Identifier: MIT */
/* steps_trust.c — is what a reply says what its zone has signed? Between scrubbing and storing, so
 * that nothing unproven is kept, and the same for every reply, referrals included. */
#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "resolver/upstream/pick.h"
#include "resolver/walk/walk_private.h"

static const struct rrset *first_signed_proof(const struct walk *w)
{
	const struct rrset *set = w->reply.sections[SECTION_AUTHORITY].first;

	while (set != NULL && ((set->type != TYPE_NSEC && set->type != TYPE_NSEC3) ||
			       set->signature_count == 0))
		set = set->next;
	return set;
}

static const struct rrset *referred_ds(const struct walk *w, const struct name *child)
{
	const struct rrset *ds = rrsets_find(&w->reply.sections[SECTION_AUTHORITY], child, TYPE_DS);

	return ds != NULL && ds->signature_count != 0 ? ds : NULL;
}

/* The set by whose signature the reply's zone is known; NULL: none. */
static const struct rrset *find_witness(const struct walk *w)
{
	const struct rrset *set;

	if (w->reading == READS_ANSWER || w->reading == READS_ALIAS)
		return w->reply.sections[SECTION_ANSWER].first;
	if (w->reading == READS_REFERRAL) {
		set = reply_referral(&w->reply, &w->put, &w->route.cut);
		must(set != NULL);
		set = referred_ds(w, &set->owner);
	} else {
		set = reply_denial_soa(&w->reply, &w->put, &w->route.cut);
	}
	return set != NULL ? set : first_signed_proof(w);
}

/* The deepest name at which the zone of unsigned data may begin. */
static struct name lowest_zone(const struct walk *w, const struct rrset *witness)
{
	struct name lowest = witness != NULL ? witness->owner : w->put.name;

	if (w->put.type == TYPE_DS && name_equal(&lowest, &w->put.name))
		name_parent(&lowest, &lowest);  /* RFC 4035 §3.1.4.1 */
	return lowest;
}

static void begin(struct walk *w)
{
	const struct rrset *witness = find_witness(w), *ns;
	struct name lowest = lowest_zone(w, witness), signer;

	if (w->reading == READS_REFERRAL && witness == NULL) {
		ns = reply_referral(&w->reply, &w->put, &w->route.cut);
		chain_begin(w, &ns->owner, true);
		return;
	}
	if (w->reading == READS_REFERRAL) {
		/* What is said of a cut is the parent's, whoever the witness says has signed it. */
		ns = reply_referral(&w->reply, &w->put, &w->route.cut);
		name_parent(&ns->owner, &lowest);
	}
	if (witness != NULL && signature_signer(witness, &signer) && name_is_in(&lowest, &signer))
		chain_begin(w, &signer, false);
	else
		chain_begin(w, &lowest, false);
}

/* LIMITS.md: a shorter question whose answer only says "no cut here" isn't checked, nor kept. */
static bool only_shows_the_way(const struct walk *w)
{
	return !question_equal(&w->put, &w->sought) && !walk_believes_minimised(w);
}

/* FIND_KEYS: whose signatures are on it, and is that zone trusted? */
enum step find_keys(struct walk *w)
{
	if (!w->walks->settings->validate) {
		w->judged = (struct judgement){ .verdict = { SECURITY_UNCHECKED, EDE_NONE, NULL },
						.below = SECURITY_UNCHECKED, .life = MAX_TTL };
		return STORE_REPLY;
	}
	if (!w->chain.begun)
		begin(w);
	if (only_shows_the_way(w) && w->chain.security == SECURITY_SECURE) {
		w->judged = (struct judgement){ .verdict = { SECURITY_UNCHECKED, EDE_NONE, NULL } };
		chain_reset(w);
		return STORE_REPLY;
	}
	return chain_go_on(w) == CHAIN_WAITS ? AWAIT_KEYS : VALIDATE_REPLY;
}

static bool is_ready(struct walk *w)
{
	return chain_go_on(w) == CHAIN_ENDS;
}

/* AWAIT_KEYS: a sub-walk has told of a DS set or of keys. */
enum step await_keys(struct walk *w)
{
	return list_is_empty(&w->chain.asked) || is_ready(w) ? FIND_KEYS : AWAIT_KEYS;
}

/* Somebody else may have forged this, or one server may have an old copy. Not if the zone's keys
 * are what is wrong, or there is nothing left to check another one with. */
static bool asks_another(struct walk *w)
{
	struct attempt other;

	if (w->chain.security != SECURITY_SECURE || w->payer->effort.failures == 0 ||
	    w->payer->effort.checks == 0 || w->route.bogus == MAX_BOGUS_REPLIES)
		return false;
	w->route.tries[w->attempt.server][w->attempt.place] = MAX_TRIES_PER_ADDRESS;
	if (!walk_choose(w, &other) || w->route.tries[other.server][other.place] != 0)
		return false;
	w->route.bogus++;
	w->distrust = w->judged.verdict;
	return true;
}

static void tell(struct walk *w)
{
	const struct verdict *verdict = &w->judged.verdict;

	trace_verdict(&w->trace, &w->chain.zone, (uint8_t)verdict->security, verdict->ede,
		      verdict->why);
}

/* VALIDATE_REPLY: RFC 4035 §5. */
enum step validate_reply(struct walk *w)
{
	bool done = judge_reply(w);

	if (!w->chain.begun)
		unreachable();
	if (!done) {
		if (alarm_set(w->walks->loop, &w->late, 0) == OK)
			return AWAIT_TURN;
		w->payer->effort.checks_in_a_row = w->payer->effort.hashes_in_a_row = 0;
		done = judge_reply(w);          /* without memory for an alarm: at once */
	}
	if (w->judged.verdict.security == SECURITY_UNCHECKED)
		return FIND_KEYS;               /* the child's DS has to be asked for */
	if (renewal_of_keys(w))
		return AWAIT_KEYS;
	tell(w);
	if (renewal_of_cut(w)) {
		chain_reset(w);
		return FIND_CUT;
	}
	if (w->judged.verdict.security == SECURITY_BOGUS && asks_another(w)) {
		chain_reset(w);
		return CHOOSE_SERVER;
	}
	chain_reset(w);
	return STORE_REPLY;
}

/* AWAIT_TURN: others have worked meanwhile. */
enum step await_turn(struct walk *w)
{
	w->payer->effort.checks_in_a_row = w->payer->effort.hashes_in_a_row = 0;
	return VALIDATE_REPLY;
}
