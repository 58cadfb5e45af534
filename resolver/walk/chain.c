/* SPDX-License-Identifier: MIT */
/* chain.c — the chain of trust, from what is known to the zone that a reply comes from.
 *
 * On an ordinary walk the chain comes with the cut, since each referral was validated on the way
 * down. Where there is no referral (parent and child on the same servers, forwarders, stub zones)
 * it is asked for: the DS of each name between, from the top down, so that each sub-walk finds the
 * keys that it needs already there. */
#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "resolver/observe/log.h"
#include "resolver/validate/proof.h"
#include "resolver/walk/walk_private.h"

enum { DS_ROOM = 1024 };

void chain_reset(struct walk *w)
{
	zone_keys_drop(w->chain.keys);
	w->chain.keys = NULL;
	w->chain.begun = w->chain.renews = false;
}

void chain_end(struct walk *w)
{
	walk_leave_all(&w->chain.asked);
	chain_reset(w);
	w->chain.told_ds.zone = w->chain.told_keys.zone = (struct name){ 0 };
}

/* --- where it stands --- */

/* The sets are the answer's that said so, or there is no reason. */
static void stop_at(struct walk *w, enum security security, uint16_t ede, const char *why)
{
	w->chain.security = security;
	w->chain.ede = ede;
	w->chain.why = why;
}

static void move_to(struct walk *w, const struct name *zone, enum security security,
		    struct bytes ds)
{
	w->chain.zone = *zone;
	w->chain.labels = name_labels(zone);
	w->chain.ds = ds;
	stop_at(w, security, EDE_NONE, NULL);
}

/* RFC 7646 §2. */
static void stop_at_negative(struct walk *w, const struct anchor *anchor)
{
	move_to(w, &anchor->zone, SECURITY_INSECURE, bytes_of(NULL, 0));
	stop_at(w, SECURITY_INSECURE, EDE_NEGATIVE_ANCHOR,
		arena_print(&w->arena, "signatures of %s aren't checked: %s",
			    walk_print_name(w, &anchor->zone),
			    anchor->reason != NULL ? anchor->reason
						   : "it is among the negative anchors"));
}

static void move_to_anchor(struct walk *w, const struct anchor *anchor)
{
	if (anchor->is_negative)
		stop_at_negative(w, anchor);
	else
		move_to(w, &anchor->zone, SECURITY_SECURE, anchor->ds);
}

/* Its parent has a DS, but of kinds that aren't known here. */
static void stop_for_unknown_kinds(struct walk *w)
{
	struct verdict verdict;
	struct check check;

	walk_make_check(w, &check);
	verdict = ds_reason(&check, &w->chain.zone, w->chain.ds);
	stop_at(w, SECURITY_INSECURE, verdict.ede, verdict.why);
}

static bool is_unchecked_zone(const struct walk *w)
{
	const struct walk_zone *zone;

	if (!w->route.configured)
		return false;
	zone = find_configured_zone(w->walks->settings, &w->route.cut.zone, NULL);
	return zone != NULL && zone->unchecked;
}

/* What is known of the cut itself, from the referral that led there. */
static bool cut_is_judged(const struct cut *cut)
{
	return cut_is_learnt(cut) && cut->security != SECURITY_UNCHECKED &&
	       cut->security != SECURITY_INDETERMINATE;
}

void chain_begin(struct walk *w, const struct name *target, bool to_child)
{
	const struct cut *cut = &w->route.cut;
	const struct anchor *anchor = anchors_find(w->walks->settings->anchors, target,
						   clock_wall_seconds());

	chain_reset(w);
	w->chain.begun = true;
	w->chain.target = *target;
	w->chain.to_child = to_child;
	w->chain.passes = false;
	if (is_unchecked_zone(w))
		move_to(w, &cut->zone, SECURITY_INSECURE, bytes_of(NULL, 0));
	else if (anchor == NULL)
		move_to(w, &cut->zone, SECURITY_INDETERMINATE, bytes_of(NULL, 0));
	else if (anchor->is_negative || name_is_in(&anchor->zone, &cut->zone) ||
		 !cut_is_judged(cut))
		move_to_anchor(w, anchor);
	else
		move_to(w, &cut->zone, cut->security, bytes_of(cut->ds, cut->ds_length));
	if (w->chain.security == SECURITY_BOGUS)
		stop_at(w, SECURITY_BOGUS, w->distrust.ede, w->distrust.why);
	if (w->chain.security == SECURITY_INSECURE && w->chain.ds.length != 0)
		stop_for_unknown_kinds(w);
}

/* --- what other walks say --- */

/* Is it asked for already? */
static bool is_asked(const struct walk *w, const struct question *question)
{
	list_for_each(place, &w->chain.asked) {
		if (question_equal(&container_of(place, struct subquestion, place)->question,
				   question))
			return true;
	}
	return false;
}

/* A failure, which says nothing of trust: no answer, or one that isn't there to stay. */
static bool says_nothing(const struct answer *answer)
{
	return answer == NULL || answer_is_failure(answer);
}

static void take_told(struct walk *w, struct told *told, const struct name *zone,
		      const struct answer *answer)
{
	uint32_t now = w->walks->loop->now_s;

	told->zone = *zone;
	told->was_known = false;
	told->failed = says_nothing(answer) ||
		       answer_expand(answer, now, &w->arena, &told->parts) != OK;
	if (told->failed && answer != NULL)
		told->parts.ede_text = arena_print(&w->arena, "%s", answer_ede_text(answer));
	else if (told->failed)
		told->parts.ede_text = "";
}

static void told_of_zone(struct asker *asker, const struct answer *answer,
			 const struct trace *trace)
{
	struct subquestion *sub = container_of(asker, struct subquestion, asker);
	struct walk *w = asker->child_of;
	bool is_ds = sub->question.type == TYPE_DS;

	list_remove(&sub->place);
	walk_absorb(w, asker, trace);
	take_told(w, is_ds ? &w->chain.told_ds : &w->chain.told_keys, &sub->question.name, answer);
	walk_wake(w, WAKE_CHILD);
}

/* It can't be found out now. What depends on it isn't believed, nor held against anybody for
 * long. */
static void break_off(struct walk *w, uint16_t ede, const char *what, const struct name *zone,
		      const char *why)
{
	w->chain.passes = true;
	stop_at(w, SECURITY_BOGUS, ede,
		arena_print(&w->arena, "the %s of %s can't be had%s%s", what,
			    walk_print_name(w, zone), *why == '\0' ? "" : ": ", why));
}

static const char *refusal_in_words(enum ask_refusal refusal)
{
	switch (refusal) {
	case ASK_TOO_MANY:
		return "too many questions are being resolved";
	case ASK_NO_MEMORY:
		return "no memory";
	case ASK_CIRCLE:
		return "to get it this very answer is needed";
	case ASK_TOO_DEEP:
		return "too many zones need each other";
	case ASK_ACCEPTED:
		break;
	}
	return "";
}

/* What is known of the zone's DS set, or keys: told, in the cache, or on its way. */
enum knowledge { KNOWN, ON_ITS_WAY, BROKEN_OFF };

static enum knowledge learn(struct walk *w, const struct name *zone, uint16_t type,
			    struct told *told)
{
	const struct question question = { .name = *zone, .type = type, .class = CLASS_IN };
	const char *what = type == TYPE_DS ? "DS" : "keys";
	uint16_t ede = type == TYPE_DS ? EDE_DNSSEC_BOGUS : EDE_DNSKEY_MISSING;
	enum ask_refusal refusal;

	if (name_is_set(&told->zone) && name_equal(&told->zone, zone)) {
		if (!told->failed)
			return KNOWN;
		break_off(w, ede, what, zone, told->parts.ede_text);
		return BROKEN_OFF;
	}
	if (is_asked(w, &question))
		return ON_ITS_WAY;
	if (!w->any_time && walk_look_up(w, &question, &told->parts) &&
	    told->parts.rcode != RCODE_SERVFAIL) {
		told->zone = *zone;
		told->failed = false;
		told->was_known = true;
		return KNOWN;
	}
	refusal = walk_ask_another(w, &question, told_of_zone, &w->chain.asked, false);
	if (refusal == ASK_ACCEPTED)
		return ON_ITS_WAY;
	break_off(w, ede, what, zone, refusal_in_words(refusal));
	return BROKEN_OFF;
}

/* --- DS sets --- */

/* The answer is secure as a whole, so all of it is. */
static void believe(struct rrsets *sets)
{
	for (struct rrset *set = sets->first; set != NULL; set = set->next)
		set->security = SECURITY_SECURE;
}

static const struct name *zone_of_denial(const struct rrsets *authority, struct name *room)
{
	for (const struct rrset *set = authority->first; set != NULL; set = set->next) {
		if (signature_signer(set, room))
			return room;
	}
	*room = name_root;
	return room;
}

static enum proof read_no_ds(struct walk *w, struct answer_parts *parts, const struct name *child)
{
	struct name zone;
	struct check check;
	struct proof_of of = {
		.check = &check, .sets = &parts->sections[SECTION_AUTHORITY],
		.zone = zone_of_denial(&parts->sections[SECTION_AUTHORITY], &zone),
	};

	walk_make_check(w, &check);
	believe(&parts->sections[SECTION_AUTHORITY]);
	return proof_no_ds(&of, child);
}

/* Nothing is there: of a name in a configured zone, that the public tree doesn't know it. */
static void pass_absent(struct walk *w, const struct name *zone)
{
	static bool said;               /* by any thread, about any zone: a hint is enough */

	if (!w->route.configured) {
		w->chain.labels = name_labels(&w->chain.target);
		return;
	}
	if (!__atomic_exchange_n(&said, true, __ATOMIC_RELAXED))
		log_info("%s isn't in the public tree, so answers from its configured servers are "
			 "taken as not signed", walk_print_name(w, zone));
	move_to(w, zone, SECURITY_INSECURE, bytes_of(NULL, 0));
}

static void pass_without_ds(struct walk *w, struct answer_parts *parts, const struct name *child)
{
	if (parts->rcode == RCODE_NXDOMAIN) {
		pass_absent(w, child);
		return;
	}
	switch (read_no_ds(w, parts, child)) {
	case PROOF_DELEGATES:
	case PROOF_OPTS_OUT:
	case PROOF_COSTS:
		move_to(w, child, SECURITY_INSECURE, bytes_of(NULL, 0));
		return;
	case PROOF_SPENT:
		break_off(w, EDE_DNSSEC_BOGUS, "DS", child, "there are too many proofs to check");
		return;
	case PROOF_HOLDS:
	case PROOF_LACKS:               /* an alias, or a wildcard: no zone either */
		w->chain.labels = name_labels(child);
		return;
	}
}

static void pass_with_ds(struct walk *w, const struct name *child, const struct rrset *ds)
{
	uint8_t *room = arena_take(&w->arena, DS_ROOM);
	struct writer into = writer_over(room, room == NULL ? 0 : DS_ROOM);
	struct verdict chosen;
	struct check check;

	walk_make_check(w, &check);
	chosen = ds_choose(&check, ds, &into);
	if (chosen.security == SECURITY_SECURE && !writer_is_good(&into)) {
		break_off(w, EDE_DNSSEC_BOGUS, "DS", child, "no memory");
		return;
	}
	move_to(w, child, chosen.security, writer_bytes(&into));
	stop_at(w, chosen.security, chosen.ede, chosen.why);
}

/* At an alias no zone begins (RFC 1034 §3.6.2), wherever it leads: an insecure answer is so for
 * what is there, and says nothing of this name. */
static bool is_alias(const struct answer_parts *parts, const struct name *child)
{
	return parts->security != SECURITY_BOGUS &&
	       rrsets_find(&parts->sections[SECTION_ANSWER], child, TYPE_CNAME) != NULL;
}

/* One label down: is there a zone, and what vouches for it? */
static void pass(struct walk *w, const struct name *child, struct answer_parts *parts)
{
	const struct rrset *ds = rrsets_find(&parts->sections[SECTION_ANSWER], child, TYPE_DS);

	if (is_alias(parts, child)) {
		w->chain.labels = name_labels(child);
		return;
	}
	switch (parts->security) {
	case SECURITY_SECURE:
		break;
	case SECURITY_BOGUS:
		stop_at(w, SECURITY_BOGUS, parts->ede,
			arena_print(&w->arena, "%s",
				    parts->ede_text == NULL ? "" : parts->ede_text));
		return;
	case SECURITY_UNCHECKED:
	case SECURITY_INDETERMINATE:
	case SECURITY_INSECURE:
		move_to(w, child, SECURITY_INSECURE, bytes_of(NULL, 0));
		return;
	}
	if (ds != NULL && ds->count != 0)
		pass_with_ds(w, child, ds);
	else
		pass_without_ds(w, parts, child);
}

static enum chain_state step_down(struct walk *w)
{
	struct told *told = &w->chain.told_ds;
	struct name child;

	name_ancestor(&w->chain.target, w->chain.labels + 1, &child);
	switch (learn(w, &child, TYPE_DS, told)) {
	case ON_ITS_WAY:
		return CHAIN_WAITS;
	case KNOWN:
		pass(w, &child, &told->parts);
		break;
	case BROKEN_OFF:
		break;
	}
	told->zone = (struct name){ 0 };
	return CHAIN_ENDS;
}

/* --- keys --- */

bool chain_is_for_own_keys(const struct walk *w)
{
	return w->put.type == TYPE_DNSKEY && name_equal(&w->put.name, &w->chain.zone);
}

/* Keys that were found secure by a walk, or lie in the cache as such. */
static void take_keys(struct walk *w, struct told *told)
{
	struct answer_parts *parts = &told->parts;
	const struct rrset *set = rrsets_find(&parts->sections[SECTION_ANSWER], &w->chain.zone,
					      TYPE_DNSKEY);
	uint32_t now = w->walks->loop->now_s;

	if (parts->security == SECURITY_INSECURE) {
		keyring_forget(w->walks->keyring, &w->chain.zone);
		stop_at(w, SECURITY_INSECURE, parts->ede, parts->ede_text);
		return;
	}
	if (parts->security != SECURITY_SECURE || set == NULL) {
		stop_at(w, SECURITY_BOGUS,
			parts->ede == EDE_NONE ? EDE_DNSKEY_MISSING : parts->ede,
			parts->ede_text == NULL || *parts->ede_text == '\0'
				? arena_print(&w->arena, "%s has no keys, though its parent says "
					      "that it is signed",
					      walk_print_name(w, &w->chain.zone))
				: parts->ede_text);
		return;
	}
	w->chain.keys = zone_keys_new(set);
	if (w->chain.keys == NULL) {
		break_off(w, EDE_DNSKEY_MISSING, "keys", &w->chain.zone, "no memory");
		return;
	}
	w->chain.keys->good_until = now + set->ttl;
	w->chain.keys->asked_at = told->was_known ? now - RENEWAL_PAUSE_S : now;
	if (walk_may_keep(w))
		keyring_put(w->walks->keyring, w->chain.keys, now);
}

static void take_ready_keys(struct walk *w)
{
	w->chain.keys = keyring_find(w->walks->keyring, &w->chain.zone, w->walks->loop->now_s);
}

/* Newer ones can't be had: the verdict by the old ones stands. */
static void keep_to_old_keys(struct walk *w)
{
	w->chain.renews = false;
	take_ready_keys(w);
	if (w->chain.keys == NULL)
		return;
	w->chain.passes = false;
	stop_at(w, SECURITY_SECURE, EDE_NONE, NULL);
}

static enum chain_state find_zone_keys(struct walk *w)
{
	struct told *told = &w->chain.told_keys;

	if (w->chain.keys != NULL || chain_is_for_own_keys(w))
		return CHAIN_ENDS;
	if (!w->chain.renews)
		take_ready_keys(w);
	if (w->chain.keys != NULL)
		return CHAIN_ENDS;
	switch (learn(w, &w->chain.zone, TYPE_DNSKEY, told)) {
	case ON_ITS_WAY:
		return CHAIN_WAITS;
	case KNOWN:
		take_keys(w, told);
		break;
	case BROKEN_OFF:
		if (w->chain.renews)
			keep_to_old_keys(w);
		break;
	}
	told->zone = (struct name){ 0 };
	return CHAIN_ENDS;
}

bool chain_ask_keys_again(struct walk *w)
{
	const struct question keys = { .name = w->chain.zone, .type = TYPE_DNSKEY,
				       .class = CLASS_IN };

	if (!is_asked(w, &keys) &&
	    walk_ask_another(w, &keys, told_of_zone, &w->chain.asked, true) != ASK_ACCEPTED)
		return false;
	w->chain.told_keys.zone = (struct name){ 0 };
	zone_keys_drop(w->chain.keys);
	w->chain.keys = NULL;
	w->chain.renews = true;
	return true;
}

/* An anchor on the way begins the chain anew. */
static void look_for_anchor(struct walk *w)
{
	const struct anchor *anchor;
	struct name here;

	if (w->chain.labels >= name_labels(&w->chain.target))
		return;
	name_ancestor(&w->chain.target, w->chain.labels, &here);
	anchor = anchors_find(w->walks->settings->anchors, &here, clock_wall_seconds());
	if (anchor != NULL && anchor->zone.length > w->chain.zone.length)
		move_to_anchor(w, anchor);
}

enum chain_state chain_go_on(struct walk *w)
{
	unsigned target = name_labels(&w->chain.target);

	while (w->chain.security == SECURITY_SECURE && w->chain.labels < target) {
		if (step_down(w) == CHAIN_WAITS)
			return CHAIN_WAITS;
		look_for_anchor(w);
	}
	/* For a child's sake only its DS was wanted. */
	if (w->chain.security != SECURITY_SECURE || w->chain.to_child)
		return CHAIN_ENDS;
	return find_zone_keys(w);
}

enum security chain_security_of_cut(struct walk *w)
{
	const struct cut *cut = &w->route.cut;
	enum security security;

	if (!w->walks->settings->validate)
		return cut->security;
	chain_begin(w, &cut->zone, false);
	security = w->chain.security;
	/* Where the chain has to be asked for nothing is known yet. */
	if (security == SECURITY_SECURE && !name_equal(&w->chain.zone, &cut->zone))
		security = SECURITY_UNCHECKED;
	chain_reset(w);
	return security;
}

void chain_ask_ahead(struct walk *w)
{
	const struct question keys = { .name = w->route.cut.zone, .type = TYPE_DNSKEY,
				       .class = CLASS_IN };
	struct zone_keys *known;
	struct answer_parts parts;

	if (question_equal(&keys, &w->sought))
		return;
	known = keyring_find(w->walks->keyring, &keys.name, w->walks->loop->now_s);
	zone_keys_drop(known);
	if (known == NULL && (w->any_time || !walk_look_up(w, &keys, &parts)))
		/* Refused: it will be asked for again when it is needed. */
		(void)!walk_ask_another(w, &keys, told_of_zone, &w->chain.asked, false);
}
