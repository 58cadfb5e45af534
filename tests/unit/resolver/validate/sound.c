/* SPDX-License-Identifier: MIT */
/* sound.c — no part of a zone's true records proves anything false, and all of them prove what is
 * true.
 *
 * `validate.sound [ZONES [SEED]]`. Each round makes a zone by chance (chance_zone.h) and its chain
 * of NSEC, and of NSEC3 without, with, and with some opt-out. Claims of each kind are made of many
 * names, and must have the outcome that the zone's names say: from the whole chain, and from what
 * a server would send, exactly that; from parts of either that or none. */
#include <stdio.h>
#include <stdlib.h>

#include "cache/base/must.h"
#include "tests/unit/resolver/validate/chance_zone.h"

enum { NAMES = 60, PARTS = 6 };

static unsigned long seen[CHAINS][PROOF_SPENT + 1], lacking;

static const char *const chain_names[CHAINS] = {
	[CHAIN_NSEC] = "NSEC",
	[CHAIN_NSEC3] = "NSEC3",
	[CHAIN_OPT_OUT] = "NSEC3, opt-out",
	[CHAIN_SOME_OPT_OUT] = "NSEC3, some opt-out",
};
static const char *const claim_names[] = {
	[NO_NAME] = "no name",
	[NO_TYPE] = "no type",
	[WILDCARD] = "wildcard",
	[NO_DS] = "no DS",
};

struct claim {
	enum claimed claimed;
	struct name name;
	unsigned number;
};

static void show(const struct chance_zone *zone, const struct claim *claim, uint64_t seed,
		 enum proof proof, enum proof truth)
{
	char text[NAME_TEXT_SIZE];

	printf("zone of seed %llu, %s:\n", (unsigned long long)seed, chain_names[zone->chain]);
	for (unsigned i = 0; i < zone->count; i++) {
		printf("  %s%s:", name_print(&zone->nodes[i].name, text),
		       zone->nodes[i].is_left_out ? " (left out)" : "");
		for (unsigned type = 0; type < CHANCE_MAP * 8; type++) {
			if (chance_has(&zone->nodes[i], type))
				printf(" %u", type);
		}
		printf("\n");
	}
	for (unsigned i = 0; i < zone->links; i++) {
		if (zone->link[i].set->security == SECURITY_SECURE)
			printf("  secure: that of %s%s\n",
			       name_print(&zone->link[i].node->name, text),
			       zone->link[i].opts_out ? ", opt-out" : "");
	}
	printf("%s of %s, %u: %s, not %s\n", claim_names[claim->claimed],
	       name_print(&claim->name, text), claim->number, proof_text(proof), proof_text(truth));
	exit(1);
}

struct trial {
	uint64_t seed;
	struct chance_zone zone;
	struct evidence evidence;
};

static enum proof prove(struct trial *trial, const struct claim *claim)
{
	trial->evidence.effort.hashes = MAX_NSEC3_HASHES;
	return evidence_proves(&trial->evidence, claim->claimed, &claim->name, claim->number);
}

/* From all of it: exactly the truth. */
static void must_prove(struct trial *trial, const struct claim *claim, enum proof truth)
{
	enum proof proof = prove(trial, claim);

	if (proof != truth)
		show(&trial->zone, claim, trial->seed, proof, truth);
	seen[trial->zone.chain][proof]++;
}

/* From a part: the truth, or nothing. */
static void may_prove(struct trial *trial, const struct claim *claim, enum proof truth)
{
	enum proof proof = prove(trial, claim);

	if (proof != truth && proof != PROOF_LACKS)
		show(&trial->zone, claim, trial->seed, proof, truth);
	lacking += proof != truth;
}

static void all_are_secure(struct chance_zone *zone)
{
	for (unsigned i = 0; i < zone->links; i++)
		zone->link[i].set->security = SECURITY_SECURE;
}

static void try_parts(struct trial *trial, const struct claim *claim, enum proof truth)
{
	for (unsigned part = 0; part < PARTS; part++) {
		for (unsigned i = 0; i < trial->zone.links; i++)
			trial->zone.link[i].set->security =
				chance(&trial->zone, 3) != 0 ? SECURITY_SECURE : SECURITY_UNCHECKED;
		may_prove(trial, claim, truth);
	}
}

/* What a server sends, and that without each of its records. */
static void try_reply(struct trial *trial, const struct claim *claim, enum proof truth)
{
	chance_select(&trial->zone, &claim->name);
	must_prove(trial, claim, truth);
	for (unsigned i = 0; i < trial->zone.links; i++) {
		struct rrset *set = trial->zone.link[i].set;

		if (set->security != SECURITY_SECURE)
			continue;
		set->security = SECURITY_BOGUS;
		may_prove(trial, claim, truth);
		set->security = SECURITY_SECURE;
	}
}

static void try_claim(struct trial *trial, const struct claim *claim)
{
	enum proof truth = chance_truth(&trial->zone, claim->claimed, &claim->name, claim->number);

	all_are_secure(&trial->zone);
	must_prove(trial, claim, truth);
	try_reply(trial, claim, truth);
	try_parts(trial, claim, truth);
}

/* Wildcard answers are claimed only where the wildcard is there to be signed. */
static void try_wildcards(struct trial *trial, const struct name *name)
{
	for (unsigned labels = 0; labels < name_labels(name); labels++) {
		struct claim claim = { .claimed = WILDCARD, .name = *name, .number = labels };

		if (chance_may_answer(&trial->zone, name, labels))
			try_claim(trial, &claim);
	}
}

static void try_name(struct trial *trial, const struct name *name)
{
	static const uint16_t types[] = {
		TYPE_A, TYPE_MX, TYPE_NS, TYPE_DS, TYPE_CNAME, TYPE_DNAME, TYPE_SOA, TYPE_ANY,
	};
	struct claim claim = { .claimed = NO_NAME, .name = *name };

	try_claim(trial, &claim);
	claim.claimed = NO_DS;
	try_claim(trial, &claim);
	claim.claimed = NO_TYPE;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		claim.number = types[i];
		try_claim(trial, &claim);
	}
	try_wildcards(trial, name);
}

static void try_chain(struct trial *trial, enum chain_kind chain)
{
	struct name name;

	evidence_init(&trial->evidence, ".");
	trial->evidence.zone = trial->zone.top;
	chance_chain(&trial->zone, chain, &trial->evidence);
	for (unsigned i = 0; i < trial->zone.count; i++)
		try_name(trial, &trial->zone.nodes[i].name);
	for (unsigned i = 0; i < NAMES; i++) {
		chance_name(&trial->zone, &name);
		try_name(trial, &name);
	}
	evidence_clear(&trial->evidence);
}

int main(int count, char **arguments)
{
	unsigned long zones = count > 1 ? strtoul(arguments[1], NULL, 10) : 20;
	uint64_t seed = count > 2 ? strtoul(arguments[2], NULL, 10) : 1;
	static struct trial trial;

	for (unsigned long i = 0; i < zones; i++) {
		trial.seed = seed + i;
		chance_zone_make(&trial.zone, trial.seed * 0x9e3779b97f4a7c15);
		for (enum chain_kind chain = CHAIN_NSEC; chain < CHAINS; chain++)
			try_chain(&trial, chain);
	}
	for (enum chain_kind chain = CHAIN_NSEC; chain < CHAINS; chain++) {
		printf("%s:", chain_names[chain]);
		for (enum proof proof = PROOF_LACKS; proof <= PROOF_SPENT; proof++)
			printf(" %lu %s", seen[chain][proof], proof_text(proof));
		printf("\n");
	}
	printf("parts: %lu proved nothing\n", lacking);
	/* A look that finds nothing proves nothing. */
	return lacking == 0 || seen[CHAIN_NSEC][PROOF_HOLDS] == 0 ||
	       seen[CHAIN_NSEC3][PROOF_HOLDS] == 0 || seen[CHAIN_OPT_OUT][PROOF_OPTS_OUT] == 0;
}
