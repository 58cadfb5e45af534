/* SPDX-License-Identifier: MIT */
/* steps_cache.c — what is known already: the answer, a link of it, or the zone to go on from. */
#include "cache/base/limits.h"
#include "cache/rdata.h"
#include "resolver/root/root.h"
#include "resolver/walk/local_parts.h"
#include "resolver/walk/walk_private.h"

void found_add(struct walk *w, enum section section, const struct rrset *set)
{
	struct rrset *copy = arena_take(&w->arena, sizeof(*copy));

	if (copy == NULL)
		return;                         /* building the answer will fail, and say so */
	*copy = *set;
	rrsets_append(&w->found.sections[section], copy);
}

static unsigned weight(enum security security)
{
	static const unsigned weights[] = {
		[SECURITY_BOGUS] = 0, [SECURITY_UNCHECKED] = 1, [SECURITY_INDETERMINATE] = 2,
		[SECURITY_INSECURE] = 3, [SECURITY_SECURE] = 4,
	};

	return weights[security];
}

void found_note(struct walk *w, enum security security, uint16_t ede, const char *text)
{
	bool is_weaker = weight(security) < weight(w->found.security);

	if (is_weaker)
		w->found.security = security;
	/* The reason for SERVFAIL isn't covered up by what a later link has to say. */
	if (is_weaker || w->found.security != SECURITY_BOGUS) {
		w->found.ede = ede;
		w->found.ede_text = text;
	}
}

/* All that a cached answer says becomes part of what is found. */
static void take_parts(struct walk *w, const struct answer_parts *parts)
{
	for (int section = 0; section < SECTION_ADDITIONAL; section++) {
		for (struct rrset *set = parts->sections[section].first; set != NULL;
		     set = set->next)
			found_add(w, (enum section)section, set);
	}
	w->found.rcode = parts->rcode;
	w->found.from = parts->from;
	found_note(w, parts->security, parts->ede, parts->ede_text);
}

bool walk_look_up(struct walk *w, const struct question *question, struct answer_parts *into)
{
	uint32_t now = w->walks->loop->now_s;
	struct answer *answer;
	struct address from;

	answer = cache_copy_answer(w->walks->cache, question, now, &w->arena);
	if (answer != NULL && w->any_time && answer_security(answer) == SECURITY_BOGUS)
		return false;                   /* by the wrong time, perhaps */
	if (answer == NULL || answer_expand(answer, now, &w->arena, into) != OK)
		return false;
	from = answer_from(answer);
	trace_hit(&w->trace, question, answer_age(answer, now), answer_ttl_left(answer, now),
		  (uint8_t)answer_security(answer), &from);
	return true;
}

static bool look_up(struct walk *w, uint16_t type, struct answer_parts *into)
{
	struct question question = w->sought;

	question.type = type;
	return walk_look_up(w, &question, into);
}

/* RFC 1034 §3.6.2: an alias stands for all types but its own, and those that live beside it (RFC
 * 4035 §2.5). */
bool walk_type_follows_aliases(uint16_t type)
{
	return type != TYPE_CNAME && type != TYPE_ANY && type != TYPE_RRSIG && type != TYPE_NSEC;
}

static struct rrset *alias_in(const struct walk *w, const struct answer_parts *parts)
{
	if (!walk_type_follows_aliases(w->sought.type))
		return NULL;
	return rrsets_find(&parts->sections[SECTION_ANSWER], &w->sought.name, TYPE_CNAME);
}

static struct rrset *cached_alias(struct walk *w, struct answer_parts *parts)
{
	if (!walk_type_follows_aliases(w->sought.type) || !look_up(w, TYPE_CNAME, parts))
		return NULL;
	return alias_in(w, parts);
}

/* Has the chain been at this name before? */
static bool is_in_chain(struct walk *w, const struct name *name)
{
	for (struct rrset *set = w->found.sections[SECTION_ANSWER].first; set != NULL;
	     set = set->next) {
		if (set->type == TYPE_CNAME && name_equal(&set->owner, name))
			return true;
	}
	return false;
}

/* RFC 6672 §2.4: a name has one DNAME. */
static bool is_another_dname(const struct walk *w, const struct rrset *set)
{
	const struct rrset *followed = rrsets_find(&w->found.sections[SECTION_ANSWER],
						   &set->owner, TYPE_DNAME);

	return followed != NULL && followed->count != 0 && set->count != 0 &&
	       !bytes_equal(followed->rdata[0], set->rdata[0]);
}

const struct rrset *found_contradiction(struct walk *w, const struct rrsets *answer)
{
	for (const struct rrset *set = answer->first; set != NULL; set = set->next) {
		if ((set->type == TYPE_CNAME && is_in_chain(w, &set->owner)) ||
		    (set->type == TYPE_DNAME && is_another_dname(w, set)))
			return set;
	}
	return NULL;
}

enum step fail_in_circle(struct walk *w, const struct name *name)
{
	return walk_fail(w, EDE_OTHER, "the alias %s leads in a circle, back to %s",
			 walk_print_name(w, &w->sought.name), walk_print_name(w, name));
}

enum step follow_alias(struct walk *w, const struct name *target)
{
	if (++w->aliases > MAX_ALIASES)
		return walk_fail(w, EDE_OTHER, "%s leads to a chain of more than %d aliases",
			    walk_print_name(w, &w->asked.name), MAX_ALIASES);
	if (is_in_chain(w, target))
		return fail_in_circle(w, target);
	trace_alias(&w->trace, &w->sought.name, target, (uint8_t)w->aliases);
	w->sought.name = *target;
	w->minimised = 0;
	detour_end(w);                          /* the zone's servers may know this name */
	return LOOK_IN_CACHE;
}

/* What is known ends the walk. */
static enum step answer_from_parts(struct walk *w, const struct answer_parts *parts)
{
	const struct rrset *clash = found_contradiction(w, &parts->sections[SECTION_ANSWER]);

	if (clash != NULL)
		return fail_in_circle(w, &clash->owner);
	take_parts(w, parts);
	return ANSWER;
}

/* Is it known that this name doesn't exist? Then `into` has the denial. */
static bool is_denied(struct walk *w, const struct name *name, uint16_t type,
		      struct answer_parts *into)
{
	const struct question question = { .name = *name, .type = type, .class = CLASS_IN };
	const struct answer *known = cache_copy_answer(w->walks->cache, &question,
						       w->walks->loop->now_s, &w->arena);

	return known != NULL && answer_rcode(known) == RCODE_NXDOMAIN &&
	       answer_records(known, SECTION_ANSWER) == 0 && walk_look_up(w, &question, into);
}

/* RFC 2308 §5: a name that doesn't exist has no type at all; denials are kept by question, and
 * these types are asked for most. RFC 8020 §2: nothing exists below such a name. That is believed
 * of what the root's servers have denied, as in act_on_minimised(); without it each name below a
 * missing top-level domain would cost a query to the root. */
static bool is_known_not_to_exist(struct walk *w, struct answer_parts *into)
{
	const struct name *name = &w->sought.name;
	struct name top;

	if (find_configured_zone(w->walks->settings, name, NULL) != NULL)
		return false;
	if (is_denied(w, name, TYPE_A, into) || is_denied(w, name, TYPE_AAAA, into))
		return true;
	if (name_labels(name) < 2)
		return false;
	name_ancestor(name, 1, &top);
	return is_denied(w, &top, TYPE_A, into);
}

/* Where a question's way begins: questions for DS at the parent, which holds them (RFC 4035
 * §3.1.4.1). */
struct name walk_beginning(const struct question *question)
{
	struct name from = question->name;

	if (question->type == TYPE_DS)
		name_parent(&from, &from);
	return from;
}

/* RFC 8806: what the root would say, our copy of its zone says. A configured zone beats it. */
static bool root_parts(struct walk *w, struct answer_parts *into)
{
	const struct walk_settings *settings = w->walks->settings;
	struct name from = walk_beginning(&w->sought);

	if (settings->root == NULL || find_configured_zone(settings, &from, NULL) != NULL)
		return false;
	if (!root_find_answer(settings->root, &w->sought, w->walks->loop->now_s, &w->arena, into))
		return false;
	/* A copy that was taken before anything had to be signed. */
	if (settings->validate && into->security == SECURITY_UNCHECKED)
		return false;
	trace_local(&w->trace, &w->sought, &name_root, "local root, RFC 8806");
	return true;
}

/* LOOK_IN_CACHE: RFC 1034 §5.3.3 step 1. The answer itself, be it learnt or our own, else a link
 * on the way to it. */
enum step look_in_cache(struct walk *w)
{
	struct answer_parts parts;
	const struct rrset *clash;
	struct rrset *alias;
	struct name target;

	if (walk_is_afresh(w))
		return FIND_CUT;
	if (look_up(w, w->sought.type, &parts))
		return answer_from_parts(w, &parts);
	if (local_parts(w->walks->settings->local, &w->sought, &w->arena, &w->trace, &parts))
		return answer_from_parts(w, &parts);
	if (root_parts(w, &parts))
		return answer_from_parts(w, &parts);
	if (is_known_not_to_exist(w, &parts))
		return answer_from_parts(w, &parts);
	alias = cached_alias(w, &parts);
	if (alias == NULL && walk_synthesise(w, &parts)) {
		w->synthesised = true;
		alias = alias_in(w, &parts);
		if (alias == NULL)
			return answer_from_parts(w, &parts);
	}
	if (alias == NULL || alias->count == 0 || !rdata_name(alias->rdata[0], &target))
		return FIND_CUT;
	clash = found_contradiction(w, &parts.sections[SECTION_ANSWER]);
	if (clash != NULL)
		return fail_in_circle(w, &clash->owner);
	take_parts(w, &parts);
	return follow_alias(w, &target);
}

static void enter_zone(struct walk *w, const struct walk_zone *zone)
{
	w->route.cut = zone->cut;
	w->route.from_cache = false;
	w->route.may_fall_back = zone->health != NULL;
}

/* Below a stub zone its own referrals are followed. */
static bool knows_cut_below(struct walk *w, const struct walk_zone *zone, const struct name *name)
{
	const struct cut *cut = &w->route.cut;

	return zone->cut.source == CUT_FROM_STUB &&
	       cache_find_cut(w->walks->cache, name, w->walks->loop->now_s, &w->route.cut) &&
	       cut->zone.length > zone->cut.zone.length;
}

/* The deepest cut that is known. The local root beats what was learnt of the root and the top-level
 * domains before it came. */
bool walk_find_known_cut(struct walk *w, const struct name *from, struct cut *into,
			 bool *from_cache)
{
	uint32_t now = w->walks->loop->now_s;

	*from_cache = cache_find_cut(w->walks->cache, from, now, into);
	if (*from_cache && name_labels(&into->zone) > 1)
		return true;
	/* What is not found leaves the cut as it is. */
	if (!root_find_cut(w->walks->settings->root, from, now, into))
		return *from_cache;
	*from_cache = false;
	return true;
}

/* Where the way to the root is closed, others are asked. */
static void enter_public_tree(struct walk *w, const struct name *name)
{
	const struct walk_settings *settings = w->walks->settings;
	struct name from = *name;

	w->route.configured = false;
	w->route.bypass = bypass_is_open(w->walks);
	if (w->route.bypass) {
		w->route.cut = w->walks->bypass.fallback;
		w->route.from_cache = false;
		w->bypassed = true;
		return;
	}
	detour_begin_at(w, &from);
	if (walk_find_known_cut(w, &from, &w->route.cut, &w->route.from_cache))
		return;
	w->route.cut = settings->hints;
	if (settings->priming)
		walks_prime(w->walks);
}

/* A configured zone beats what the public tree says. */
static void choose_cut(struct walk *w, const struct name *name)
{
	const struct walk_zone *zone;

	w->route.may_fall_back = false;
	w->route.bypass = false;
	while ((zone = walk_find_zone(w, name)) != NULL) {
		w->route.configured = &zone->cut != outage_root(w->walks->settings);
		w->route.from_cache = knows_cut_below(w, zone, name);
		if (w->route.from_cache)
			return;
		if (!walk_passes_by(w, zone)) {
			enter_zone(w, zone);
			return;
		}
	}
	enter_public_tree(w, name);
}

/* FIND_CUT: RFC 1034 §5.3.3 step 2. */
enum step find_cut(struct walk *w)
{
	struct name from = walk_beginning(&w->sought);

	if (w->from_parent)
		name_parent(&from, &from);
	choose_cut(w, &from);
	route_enter(w);
	return CHOOSE_SERVER;
}
