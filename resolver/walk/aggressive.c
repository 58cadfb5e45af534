/* SPDX-License-Identifier: MIT */
/* aggressive.c — answers without asking, from what secure zones have proved before (RFC 8198).
 *
 * The denial store only has evidence. It is gathered here for the sought name, and then weighed as
 * if a server had sent it: by proof.h, all of one kind, NSEC or NSEC3. What doesn't follow from it
 * is asked for as ever. */
#include "cache/base/clock.h"
#include "resolver/validate/nsec3.h"
#include "resolver/walk/walk_private.h"

/* --- what is kept --- */

/* What came from elsewhere than the public tree says nothing of that. */
static bool is_from_public_tree(const struct walk *w)
{
	return !w->route.configured && !w->route.bypass && !name_is_set(&w->detour.zone);
}

static bool may_be_used(const struct walk *w)
{
	return w->walks->settings->aggressive &&
	       w->judged.verdict.security == SECURITY_SECURE && is_from_public_tree(w) &&
	       walk_may_keep(w);
}

static const struct rrset *first_proof(const struct rrsets *sets)
{
	const struct rrset *set = sets->first;

	while (set != NULL && set->type != TYPE_NSEC && set->type != TYPE_NSEC3)
		set = set->next;
	return set;
}

/* All that is secure of one reply was signed by one zone. */
void walk_keep_proofs(struct walk *w)
{
	const struct rrsets *sets = &w->reply.sections[SECTION_AUTHORITY];
	const struct rrset *proof = first_proof(sets);
	struct denials_of of;
	struct name zone;

	if (!may_be_used(w) || proof == NULL || !signature_signer(proof, &zone))
		return;
	of = (struct denials_of){ .zone = &zone, .type = proof->type };
	cache_put_denials(w->walks->cache, &of, sets, w->walks->loop->now_s);
}

static const struct rrset *answering_set(const struct walk *w)
{
	const struct rrsets *answers = &w->reply.sections[SECTION_ANSWER];
	const struct rrset *set = rrsets_find(answers, &w->put.name, w->put.type);

	return set != NULL ? set : rrsets_find(answers, &w->put.name, TYPE_CNAME);
}

/* The set as its zone has signed it. */
bool walk_find_wildcard(struct walk *w, struct answer_parts *into)
{
	const struct rrset *set = answering_set(w);
	struct rrset *wildcard = arena_take(&w->arena, sizeof(*wildcard));
	struct signature signature;

	if (!may_be_used(w) || set == NULL || set->security != SECURITY_SECURE || wildcard == NULL)
		return false;
	if (set->signature_count == 0 || !signature_read(set->signatures[0], &signature))
		return false;
	if (signature.labels >= name_labels(&set->owner))
		return false;
	*wildcard = *set;
	wildcard_below(&set->owner, signature.labels, &wildcard->owner);
	*into = (struct answer_parts){
		.question = { .name = wildcard->owner, .type = set->type, .class = CLASS_IN },
		.rcode = RCODE_NOERROR,
		.security = SECURITY_SECURE,
		.ede = EDE_NONE,
		.from = walk_peer(w, &w->attempt).address,
	};
	rrsets_append(&into->sections[SECTION_ANSWER], wildcard);
	return !name_equal(&wildcard->owner, &set->owner);
}

/* --- whose proofs count --- */

/* The zone that the name is in, as far as anybody knows, if it is secure. What an anchor or a
 * configured zone says of a part of it beats what the zone denies. */
static bool find_secure_zone(struct walk *w, struct name *into)
{
	const struct walk_settings *settings = w->walks->settings;
	const struct anchor *anchor = anchors_find(settings->anchors, &w->sought.name,
						   clock_wall_seconds());
	struct name from = walk_beginning(&w->sought);
	bool from_cache;
	struct cut cut;

	if (anchor == NULL || anchor->is_negative)
		return false;
	if (find_configured_zone(settings, &w->sought.name, NULL) != NULL ||
	    name_is_set(&w->detour.zone))
		return false;
	if (!walk_find_known_cut(w, &from, &cut, &from_cache))
		cut = settings->hints;
	*into = cut.zone;
	if (name_equal(&cut.zone, &anchor->zone))
		return true;
	return name_is_in(&cut.zone, &anchor->zone) && cut_is_learnt(&cut) &&
	       cut.security == SECURITY_SECURE;
}

/* --- the evidence --- */

struct synthesis {
	struct walk      *w;
	struct check      check;
	struct name       zone;
	struct denials_of of;
	struct rrsets     proofs;
	unsigned          encloser;     /* labels of the closest one, if the name isn't there */
};

static struct proof_of proof_of(const struct synthesis *s)
{
	return (struct proof_of){ .check = &s->check, .zone = &s->zone, .sets = &s->proofs };
}

/* What is known at or before the name; NULL: nothing. */
static struct rrset *add_proof(struct synthesis *s, const struct name *name)
{
	struct rrset *set = cache_find_denial(s->w->walks->cache, &s->of, name,
					      s->w->walks->loop->now_s, &s->w->arena);

	if (set != NULL && rrsets_find(&s->proofs, &set->owner, set->type) == NULL)
		rrsets_append(&s->proofs, set);
	return set;
}

static void gather_nsec(struct synthesis *s)
{
	struct proof_of of = proof_of(s);
	struct finding found;
	struct name wildcard;

	if (add_proof(s, &s->w->sought.name) == NULL)
		return;
	found = nsec_find(&of, &s->w->sought.name);
	if (found.standing != STANDS_ABSENT)
		return;
	s->encloser = found.encloser;
	wildcard_below(&s->w->sought.name, found.encloser, &wildcard);
	(void)add_proof(s, &wildcard);
}

/* The record at or before the name's hash; says whether it is the name's own. */
static bool add_hashed(struct synthesis *s, const struct nsec3_parameters *by,
		       const struct name *name)
{
	uint8_t hash[NSEC3_HASH_SIZE];
	const struct rrset *set;
	struct name owner;

	if (!nsec3_hash(s->check.effort, name, by->salt, by->iterations, hash) ||
	    !nsec3_owner(hash, &s->zone, &owner))
		return false;
	set = add_proof(s, &owner);
	return set != NULL && name_equal(&set->owner, &owner);
}

/* Those of any record of the zone will do: if it has just got others, the proof will fail. */
static bool find_parameters(struct synthesis *s, struct nsec3_parameters *into)
{
	const struct rrset *set = cache_find_denial(s->w->walks->cache, &s->of, &s->zone,
						    s->w->walks->loop->now_s, &s->w->arena);
	struct nsec3 nsec3;

	if (set == NULL || !nsec3_read(set, &s->zone, &nsec3) ||
	    nsec3.parameters.iterations > s->check.most_iterations)
		return false;
	*into = nsec3.parameters;
	return true;
}

/* Is this ancestor there? Of those above it no record is needed then (RFC 5155 §7.2.1). */
static bool add_encloser(struct synthesis *s, const struct nsec3_parameters *by, unsigned labels)
{
	struct rrsets before = s->proofs;
	struct name ancestor;

	s->proofs = (struct rrsets){ .first = NULL };
	name_ancestor(&s->w->sought.name, labels, &ancestor);
	if (add_hashed(s, by, &ancestor)) {
		s->encloser = labels;
		return true;
	}
	s->proofs = before;
	return false;
}

/* From the zone's top downwards, as nsec3_find() does, to the first name that isn't there. */
static void gather_nsec3(struct synthesis *s)
{
	const struct name *name = &s->w->sought.name;
	unsigned labels = name_labels(&s->zone);
	struct nsec3_parameters by;
	struct name at;

	if (!find_parameters(s, &by) || add_hashed(s, &by, name))
		return;
	s->proofs = (struct rrsets){ .first = NULL };
	while (labels < name_labels(name) && add_encloser(s, &by, labels))
		labels++;
	if (s->proofs.first == NULL)
		return;
	name_ancestor(name, s->encloser + 1, &at);
	(void)add_hashed(s, &by, &at);
	wildcard_below(name, s->encloser, &at);
	(void)add_hashed(s, &by, &at);
}

/* --- what follows from it --- */

static void begin_parts(const struct synthesis *s, uint8_t rcode, struct answer_parts *into)
{
	*into = (struct answer_parts){
		.question = s->w->sought,
		.rcode = rcode,
		.security = SECURITY_SECURE,
		.ede = EDE_SYNTHESIZED,
		.ede_text = "it follows from what the zone has proved before (RFC 8198)",
	};
}

/* RFC 8198 §5.4: all of it lives as long as the first to expire. */
static void end_parts(struct answer_parts *parts)
{
	uint32_t least = UINT32_MAX;

	for (int i = 0; i < SECTIONS; i++) {
		for (struct rrset *set = parts->sections[i].first; set != NULL; set = set->next)
			least = set->ttl < least ? set->ttl : least;
	}
	for (int i = 0; i < SECTIONS; i++) {
		for (struct rrset *set = parts->sections[i].first; set != NULL; set = set->next)
			set->ttl = set->signature_ttl = least;
	}
}

static void add_all(const struct rrsets *sets, struct rrsets *into)
{
	for (struct rrset *set = sets->first, *next; set != NULL; set = next) {
		next = set->next;
		rrsets_append(into, set);
	}
}

static bool denies(const struct synthesis *s, uint8_t rcode, struct answer_parts *into)
{
	struct rrsets *authority = &into->sections[SECTION_AUTHORITY];
	struct rrset *soa = cache_find_denial_soa(s->w->walks->cache, &s->of,
						  s->w->walks->loop->now_s, &s->w->arena);

	if (soa == NULL)
		return false;
	begin_parts(s, rcode, into);
	rrsets_append(authority, soa);
	add_all(&s->proofs, authority);
	end_parts(into);
	return true;
}

/* What the wildcard is known to have of the type. It must be this zone's: in a zone below, whose
 * cut isn't known any more, there may be names that this one knows nothing of. */
static struct rrset *find_expanded(struct synthesis *s, uint16_t type)
{
	struct question question = { .type = type, .class = CLASS_IN };
	struct answer_parts known;
	struct name signer;
	struct rrset *set;

	wildcard_below(&s->w->sought.name, s->encloser, &question.name);
	if (!walk_look_up(s->w, &question, &known) || known.security != SECURITY_SECURE)
		return NULL;
	set = rrsets_find(&known.sections[SECTION_ANSWER], &question.name, type);
	if (set == NULL || !signature_signer(set, &signer) || !name_equal(&signer, &s->zone))
		return NULL;
	set->owner = s->w->sought.name;
	return set;
}

static bool wildcard_answers(struct synthesis *s, struct answer_parts *into)
{
	const struct question *sought = &s->w->sought;
	struct proof_of of = proof_of(s);
	struct rrset *set;

	if (sought->type == TYPE_ANY || sought->type == TYPE_RRSIG || sought->type == TYPE_NSEC)
		return false;
	if (proof_wildcard(&of, &sought->name, s->encloser) != PROOF_HOLDS)
		return false;
	set = find_expanded(s, sought->type);
	if (set == NULL && walk_type_follows_aliases(sought->type))
		set = find_expanded(s, TYPE_CNAME);
	if (set == NULL)
		return false;
	begin_parts(s, RCODE_NOERROR, into);
	rrsets_append(&into->sections[SECTION_ANSWER], set);
	add_all(&s->proofs, &into->sections[SECTION_AUTHORITY]);
	end_parts(into);
	return true;
}

static bool follows(struct synthesis *s, struct answer_parts *into)
{
	struct proof_of of = proof_of(s);

	if (s->proofs.first == NULL)
		return false;
	if (proof_no_name(&of, &s->w->sought.name) == PROOF_HOLDS)
		return denies(s, RCODE_NXDOMAIN, into);
	if (proof_no_type(&of, &s->w->sought.name, s->w->sought.type) == PROOF_HOLDS)
		return denies(s, RCODE_NOERROR, into);
	return wildcard_answers(s, into);
}

/* One kind of proof after the other: a zone may just have changed it. */
static bool follows_from(struct synthesis *s, uint16_t type, struct answer_parts *into)
{
	s->of = (struct denials_of){ .zone = &s->zone, .type = type };
	s->proofs = (struct rrsets){ .first = NULL };
	s->encloser = name_labels(&s->zone);
	if (type == TYPE_NSEC)
		gather_nsec(s);
	else
		gather_nsec3(s);
	return follows(s, into);
}

/* No more hashes than anybody computes in a row: what takes more is asked for. */
static bool follows_cheaply(struct synthesis *s, struct answer_parts *into)
{
	struct effort *effort = &s->w->payer->effort, some = *effort;
	unsigned most = MAX_NSEC3_HASHES_IN_A_ROW;
	bool is_found;

	if (some.hashes > most)
		some.hashes = most;
	most = some.hashes;
	s->check.effort = &some;
	is_found = follows_from(s, TYPE_NSEC, into) || follows_from(s, TYPE_NSEC3, into);
	effort->hashes -= most - some.hashes;
	effort->hashes_in_a_row = some.hashes_in_a_row;
	return is_found;
}

bool walk_synthesise(struct walk *w, struct answer_parts *into)
{
	const struct walk_settings *settings = w->walks->settings;
	struct synthesis s = { .w = w };

	if (!settings->validate || !settings->aggressive || w->any_time)
		return false;
	if (!find_secure_zone(w, &s.zone))
		return false;
	if (w->sought.type == TYPE_DS && name_equal(&w->sought.name, &s.zone))
		return false;
	walk_make_check(w, &s.check);
	if (!follows_cheaply(&s, into))
		return false;
	walk_count(&w->walks->figures.synthesised);
	trace_local(&w->trace, &w->sought, &s.zone, "proofs at hand, RFC 8198");
	return true;
}
