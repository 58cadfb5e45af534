/* SPDX-License-Identifier: MIT */
/* proof.c — what isn't there: the rules that NSEC and NSEC3 share.
 *
 * Each kind of record tells how a name stands (nsec.h, nsec3.h); the rules here draw the
 * conclusion, from the NSEC alone and, if that doesn't suffice, from the NSEC3 alone. */
#include "resolver/validate/nsec3.h"

/* What is to be proven, and by which kind. */
struct claim {
	const struct proof_of *of;
	const struct name     *name;
	uint16_t               type;
	unsigned               labels;          /* of a wildcard answer */
	bool                   by_nsec3;
	struct nsec3_search    search;          /* only then */
};

static struct finding find(struct claim *claim)
{
	return claim->by_nsec3 ? nsec3_find(&claim->search) : nsec_find(claim->of, claim->name);
}

static struct finding find_wildcard(struct claim *claim, unsigned labels)
{
	struct name wildcard;

	if (claim->by_nsec3)
		return nsec3_find_wildcard(&claim->search, labels);
	wildcard_below(claim->name, labels, &wildcard);
	return nsec_find(claim->of, &wildcard);
}

/* Of a name that stands so that nothing follows from it. */
static enum proof failed(enum standing standing)
{
	if (standing == STANDS_COSTLY)
		return PROOF_COSTS;
	return standing == STANDS_SPENT ? PROOF_SPENT : PROOF_LACKS;
}

static enum proof decide(struct claim *claim, enum proof (*rule)(struct claim *))
{
	enum proof proof;

	if (!name_is_in(claim->name, claim->of->zone))
		return PROOF_LACKS;
	claim->by_nsec3 = false;
	proof = rule(claim);
	if (proof != PROOF_LACKS)
		return proof;
	if (!nsec3_search_begin(&claim->search, claim->of, claim->name))
		return failed(claim->search.failure);
	claim->by_nsec3 = true;
	return rule(claim);
}

/* --- the name isn't there --- */

static enum proof absent(const struct finding *finding)
{
	return finding->opts_out ? PROOF_OPTS_OUT : PROOF_HOLDS;
}

/* RFC 4035 §5.4, RFC 5155 §8.4. The wildcard too may be there, as an empty non-terminal above
 * unsigned delegations. */
static enum proof no_name(struct claim *claim)
{
	struct finding found = find(claim), wildcard;

	if (found.standing != STANDS_ABSENT)
		return failed(found.standing);
	wildcard = find_wildcard(claim, found.encloser);
	if (wildcard.standing != STANDS_ABSENT)
		return failed(wildcard.standing);
	return found.opts_out ? PROOF_OPTS_OUT : absent(&wildcard);
}

enum proof proof_no_name(const struct proof_of *of, const struct name *name)
{
	struct claim claim = { .of = of, .name = name };

	return decide(&claim, no_name);
}

/* --- the type isn't there --- */

/* RFC 6840 §4.1 and §4.4: of a name at which a zone begins, the parent knows the DS, and the child
 * all else. */
static bool is_on_the_other_side(const struct claim *claim, struct bytes types)
{
	if (claim->type != TYPE_DS)
		return type_map_delegates(types);
	if (name_is_root(claim->name))
		return false;
	return type_map_has(types, TYPE_SOA) || name_equal(claim->name, claim->of->zone);
}

static bool has_type(struct bytes types, uint16_t type)
{
	return type == TYPE_ANY ? types.length != 0 : type_map_has(types, type);
}

/* A CNAME would have been the answer (RFC 6840 §4.3). */
static enum proof lacks_type(const struct claim *claim, struct bytes types)
{
	if (is_on_the_other_side(claim, types))
		return PROOF_LACKS;
	if (has_type(types, claim->type) || type_map_has(types, TYPE_CNAME))
		return PROOF_LACKS;
	return PROOF_HOLDS;
}

/* RFC 5155 §8.7; NS at a wildcard delegate nothing that anybody could rely on (RFC 4592 §4.2). */
static enum proof wildcard_lacks_type(struct claim *claim, unsigned labels)
{
	struct finding wildcard = find_wildcard(claim, labels);

	if (wildcard.standing == STANDS_EMPTY)
		return PROOF_HOLDS;
	if (wildcard.standing == STANDS_ABSENT && wildcard.opts_out)
		return PROOF_OPTS_OUT;
	if (wildcard.standing != STANDS_MATCHED)
		return failed(wildcard.standing);
	if (type_map_delegates(wildcard.types))
		return PROOF_LACKS;
	return lacks_type(claim, wildcard.types);
}

/* RFC 4035 §5.4, RFC 5155 §8.5 to §8.7. Where an opt-out covers it, it may be an empty non-terminal
 * above unsigned delegations, which has no record of its own (RFC 5155 §7.1). */
static enum proof no_type(struct claim *claim)
{
	struct finding found = find(claim);

	if (found.standing == STANDS_MATCHED)
		return lacks_type(claim, found.types);
	if (found.standing == STANDS_EMPTY)
		return PROOF_HOLDS;
	if (found.standing != STANDS_ABSENT)
		return failed(found.standing);
	if (found.opts_out)
		return PROOF_OPTS_OUT;
	return wildcard_lacks_type(claim, found.encloser);
}

enum proof proof_no_type(const struct proof_of *of, const struct name *name, uint16_t type)
{
	struct claim claim = { .of = of, .name = name, .type = type };

	return decide(&claim, no_type);
}

/* --- nothing is nearer than the wildcard --- */

/* RFC 5155 §8.8: the signature has shown that the encloser is there. NSEC says which it is. */
static enum proof nothing_nearer(struct claim *claim)
{
	struct finding found = claim->by_nsec3
				       ? nsec3_find_gap(&claim->search, claim->labels + 1)
				       : find(claim);

	if (found.standing != STANDS_ABSENT)
		return failed(found.standing);
	return found.encloser == claim->labels ? absent(&found) : PROOF_LACKS;
}

enum proof proof_wildcard(const struct proof_of *of, const struct name *name, unsigned labels)
{
	struct claim claim = { .of = of, .name = name, .labels = labels };

	if (labels >= name_labels(name) || labels < name_labels(of->zone))
		return PROOF_LACKS;
	return decide(&claim, nothing_nearer);
}

/* --- no DS --- */

/* RFC 6840 §4.4: only NS say that a zone begins here. */
static enum proof delegates(const struct claim *claim, struct bytes types)
{
	if (is_on_the_other_side(claim, types) || type_map_has(types, TYPE_DS))
		return PROOF_LACKS;
	return type_map_has(types, TYPE_NS) ? PROOF_DELEGATES : PROOF_HOLDS;
}

/* RFC 4035 §5.2, RFC 5155 §8.6 and §8.9. */
static enum proof no_ds(struct claim *claim)
{
	struct finding found = find(claim);

	if (found.standing == STANDS_MATCHED)
		return delegates(claim, found.types);
	if (found.standing == STANDS_EMPTY)
		return PROOF_HOLDS;
	if (found.standing != STANDS_ABSENT)
		return failed(found.standing);
	if (found.opts_out)
		return PROOF_OPTS_OUT;
	found = find_wildcard(claim, found.encloser);
	if (found.standing == STANDS_ABSENT || found.standing == STANDS_EMPTY)
		return PROOF_HOLDS;
	if (found.standing != STANDS_MATCHED)
		return failed(found.standing);
	return delegates(claim, found.types) == PROOF_HOLDS ? PROOF_HOLDS : PROOF_LACKS;
}

enum proof proof_no_ds(const struct proof_of *of, const struct name *child)
{
	struct claim claim = { .of = of, .name = child, .type = TYPE_DS };

	if (name_equal(child, of->zone))
		return PROOF_LACKS;
	return decide(&claim, no_ds);
}
