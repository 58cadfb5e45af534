/* SPDX-License-Identifier: MIT */
/* proof.c — fuzz target: denials.
 *
 * The first octet says what the rest is. Even: secure NSEC and NSEC3 sets of any octets, and a
 * name: nothing may crash, and what is spent is bounded. Odd: the seed of a zone (chance_zone.h),
 * its kind of chain, which of its records are there, and a name: what they prove is true. Either
 * way each kind of claim is made. */
#include "cache/base/must.h"
#include "tests/unit/resolver/validate/chance_zone.h"

static const uint16_t types[] = {
	TYPE_A, TYPE_MX, TYPE_NS, TYPE_DS, TYPE_CNAME, TYPE_DNAME, TYPE_SOA, TYPE_ANY, TYPE_NSEC3,
};
enum { TYPES = sizeof(types) / sizeof(types[0]), MOST_SETS = 40 };

/* The name, each ancestor and a wildcard; a search is begun once for NSEC3. */
static enum proof prove(struct evidence *evidence, enum claimed claimed, const struct name *name,
			unsigned number)
{
	unsigned most = name_labels(name) + 2;
	enum proof proof;

	evidence->effort = (struct effort){ .hashes = MAX_NSEC3_HASHES };
	proof = evidence_proves(evidence, claimed, name, number);
	must(evidence->effort.hashes_in_a_row <= most);
	must(evidence->effort.hashes + evidence->effort.hashes_in_a_row == MAX_NSEC3_HASHES);
	must(proof != PROOF_SPENT);
	evidence->effort.hashes = 1;
	(void)evidence_proves(evidence, claimed, name, number);
	return proof;
}

/* --- sets of any octets --- */

static void take_name(struct cursor *input, struct name *into)
{
	struct cursor octets = *input;

	name_read(&octets, into);
	if (cursor_is_good(&octets))
		input->position = octets.position;
	else
		*into = name_root;
}

static void add_set(struct cursor *input, struct evidence *evidence)
{
	uint8_t kind = take_u8(input);
	struct name owner;
	struct rrset *set;

	take_name(input, &owner);
	set = rrset_new(&evidence->arena, &owner, kind % 2 == 0 ? TYPE_NSEC : TYPE_NSEC3, CLASS_IN,
			0);
	must(set != NULL);
	for (unsigned records = 1 + (kind >> 1) % 2; records > 0; records--) {
		struct bytes rdata = take_bytes(input, take_u8(input));

		if (cursor_is_good(input))
			must(rrset_add(set, &evidence->arena, rdata) == OK);
	}
	set->security = kind >> 4 == 0 ? SECURITY_UNCHECKED : SECURITY_SECURE;
	rrsets_append(&evidence->sets, set);
}

static void try_anything(struct cursor *input)
{
	struct evidence evidence;
	struct name name;

	evidence_init(&evidence, ".");
	take_name(input, &evidence.zone);
	take_name(input, &name);
	for (unsigned sets = 0; sets < MOST_SETS && cursor_left(input) != 0; sets++)
		add_set(input, &evidence);
	(void)prove(&evidence, NO_NAME, &name, 0);
	(void)prove(&evidence, NO_DS, &name, 0);
	for (unsigned i = 0; i < TYPES; i++)
		(void)prove(&evidence, NO_TYPE, &name, types[i]);
	for (unsigned labels = 0; labels <= name_labels(&name); labels++)
		(void)prove(&evidence, WILDCARD, &name, labels);
	evidence_clear(&evidence);
}

/* --- true records --- */

static void try_claim(const struct chance_zone *zone, struct evidence *evidence,
		      enum claimed claimed, const struct name *name, unsigned number)
{
	enum proof proof = prove(evidence, claimed, name, number);

	must(proof == PROOF_LACKS || proof == chance_truth(zone, claimed, name, number));
}

static void try_wildcards(const struct chance_zone *zone, struct evidence *evidence,
			  const struct name *name)
{
	for (unsigned labels = 0; labels < name_labels(name); labels++) {
		if (chance_may_answer(zone, name, labels))
			try_claim(zone, evidence, WILDCARD, name, labels);
	}
}

/* An octet for each label: most are those of which the zone is made. */
static void make_name(struct cursor *input, const struct chance_zone *zone, struct name *into)
{
	unsigned labels = take_u8(input) % 5;

	*into = zone->nodes[take_u8(input) % zone->count].name;
	while (labels-- > 0) {
		uint8_t octet = take_u8(input);

		chance_put_label(into, (char)(octet < 128 ? "abcd*"[octet % 5] : octet));
	}
}

static void try_truth(struct cursor *input)
{
	static struct chance_zone zone;
	struct evidence evidence;
	uint32_t seed = take_u32(input);
	struct name name;

	chance_zone_make(&zone, seed * 0x9e3779b97f4a7c15 | 1);
	evidence_init(&evidence, ".");
	evidence.zone = zone.top;
	chance_chain(&zone, (enum chain_kind)(take_u8(input) % CHAINS), &evidence);
	make_name(input, &zone, &name);
	for (unsigned i = 0; i < zone.links; i++) {
		if (take_u8(input) % 4 == 1)
			zone.link[i].set->security = SECURITY_BOGUS;
	}
	try_claim(&zone, &evidence, NO_NAME, &name, 0);
	try_claim(&zone, &evidence, NO_DS, &name, 0);
	for (unsigned i = 0; i < TYPES; i++)
		try_claim(&zone, &evidence, NO_TYPE, &name, types[i]);
	try_wildcards(&zone, &evidence, &name);
	evidence_clear(&evidence);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	struct cursor input = cursor_over(bytes_of(octets, length));

	if (take_u8(&input) % 2 == 0)
		try_anything(&input);
	else
		try_truth(&input);
	return 0;
}
