/* SPDX-License-Identifier: MIT */
/* denials_and_ldns.c — our proofs that something isn't there against ldns's, and both against the
 * zone.
 *
 * `validate.denials_and_ldns [ZONES [SEED]]`. Each round makes a zone by chance (chance_zone.h) and
 * its chain of NSEC, and of NSEC3 without, with, and with some opt-out. Of random names and types
 * both are asked whether records prove them absent: what a server would send, that with a record
 * less or more, or any records of the chain. What we say must follow from the zone's names (all
 * that is needed: the truth; else the truth or nothing), and be what ldns says. Where ldns differs
 * there must be a reason for it, found in the zone's names and not by our prover; each reason is
 * counted. ldns's NSEC prover isn't told whether the name or the type is denied: it has the benefit
 * of the doubt.
 *
 * Beside it, of the same records: which names and hashes each covers. */
#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>

#include "cache/base/must.h"
#include "resolver/validate/nsec3.h"
#include "tests/unit/resolver/validate/chance_zone.h"

enum { NAMES = 40, PARTS = 4 };

struct trial {
	uint64_t           seed;
	unsigned           number;      /* of the question, to find it again */
	struct chance_zone zone;
	struct evidence    evidence;
	ldns_rr           *records[CHANCE_NODES];       /* of each link, as ldns has it … */
	ldns_rr           *rrsigs[CHANCE_NODES];        /* … and how many labels were signed */
	bool               is_needed[CHANCE_NODES];
};

struct doubt {
	struct name  name;
	uint16_t     type;
	enum claimed claimed;
};

/* Why we differ from ldns: what it believes and must not, then what it doesn't and may. */
enum reason {
	HIDDEN, PARENTS_SIDE, CHILDS_SIDE, ALIAS, ANY_TYPE, OTHER_WILDCARD, WILDCARD_IS_THERE,
	OPTED_OUT, EMPTY_NODE, NAME_IS_THERE, ROOT_ENCLOSES, DS_ABSENT, DS_ALIAS, DS_WILDCARD,
	REASONS
};
static const char *const reasons[REASONS] = {
	[HIDDEN] = "false: below a delegation or DNAME (RFC 6840 §4.1)",
	[PARENTS_SIDE] = "false: the parent's record at a delegation (RFC 6840 §4.1)",
	[CHILDS_SIDE] = "false: the child's record, of DS (RFC 6840 §4.4)",
	[ALIAS] = "false: a CNAME is there (RFC 6840 §4.3)",
	[ANY_TYPE] = "false: there are types, for a question of ANY (RFC 1035 §3.2.3)",
	[OTHER_WILDCARD] = "false: another wildcard than the encloser's (RFC 4592 §3.3.1)",
	[WILDCARD_IS_THERE] = "false: the wildcard's own NSEC3 denies no wildcard (RFC 5155 §8.4)",
	[OPTED_OUT] = "it may be there, unsigned, by opt-out: insecure (RFC 5155 §6)",
	[EMPTY_NODE] = "no wildcard can make an empty non-terminal (RFC 4592 §2.2.2)",
	[NAME_IS_THERE] = "the name is there, so no wildcard counts (RFC 1034 §4.3.3)",
	[ROOT_ENCLOSES] = "the closest encloser is the root (RFC 5155 §8.3)",
	[DS_ABSENT] = "no DS, as there is no such name (RFC 5155 §8.4)",
	[DS_ALIAS] = "no DS, as there is a CNAME (RFC 1034 §3.6.2)",
	[DS_WILDCARD] = "no DS at the wildcard (RFC 5155 §8.7)",
};

static struct {
	unsigned long both, none, reasons[REASONS];
} seen[CHAINS];

/* ldns 1.8.3 forgets what it has hashed for a question of a type. LeakSanitizer asks for this. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libldns.so";
}

/* --- as ldns has it --- */

static ldns_rdf *rdf_of(const struct name *name)
{
	return ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, name->length, name->octets);
}

static ldns_rr *record_of(const struct rrset *set)
{
	uint8_t room[1024];
	struct writer wire = writer_over(room, sizeof(room));
	ldns_rr *record = NULL;
	size_t end = 0;

	name_write(&wire, &set->owner);
	put_u16(&wire, set->type);
	put_u16(&wire, CLASS_IN);
	put_u32(&wire, set->ttl);
	put_u16(&wire, (uint16_t)set->rdata[0].length);
	put_bytes(&wire, set->rdata[0]);
	must(writer_is_good(&wire));
	must(ldns_wire2rr(&record, room, writer_bytes(&wire).length, &end, LDNS_SECTION_ANSWER) ==
	     LDNS_STATUS_OK);
	return record;
}

static bool is_star(const struct name *name)
{
	return name->octets[0] == 1 && name->octets[1] == '*';
}

/* RFC 4034 §3.1.3: the asterisk isn't counted. */
static ldns_rr *rrsig_of(const struct rrset *set)
{
	char text[2 * NAME_TEXT_SIZE], owner[NAME_TEXT_SIZE];
	ldns_rr *record = NULL;

	snprintf(text, sizeof(text),
		 "%s 300 IN RRSIG %s 13 %u 300 20300101000000 20200101000000 1 . AAAA",
		 name_print(&set->owner, owner), set->type == TYPE_NSEC ? "NSEC" : "NSEC3",
		 name_labels(&set->owner) - is_star(&set->owner));
	must(ldns_rr_new_frm_str(&record, text, 300, NULL, NULL) == LDNS_STATUS_OK);
	return record;
}

static ldns_status ask_ldns(const struct trial *trial, const struct doubt *doubt,
			    ldns_rr_list *records, ldns_rr_list *rrsigs)
{
	ldns_rr *asked = ldns_rr_new();
	ldns_status status;

	ldns_rr_set_owner(asked, rdf_of(&doubt->name));
	ldns_rr_set_type(asked, (ldns_rr_type)doubt->type);
	if (trial->zone.chain == CHAIN_NSEC)
		status = ldns_dnssec_verify_denial(asked, records, rrsigs);
	else
		status = ldns_dnssec_verify_denial_nsec3(
			asked, records, rrsigs,
			doubt->claimed == NO_NAME ? LDNS_RCODE_NXDOMAIN : LDNS_RCODE_NOERROR,
			(ldns_rr_type)doubt->type, doubt->claimed != NO_NAME);
	ldns_rr_free(asked);
	return status;
}

static bool is_sent(const struct trial *trial, unsigned link)
{
	return trial->zone.link[link].set->security == SECURITY_SECURE;
}

static bool they_believe(const struct trial *trial, const struct doubt *doubt)
{
	ldns_rr_list *records = ldns_rr_list_new(), *rrsigs = ldns_rr_list_new();
	bool believe = false;

	for (unsigned i = 0; i < trial->zone.links; i++) {
		if (is_sent(trial, i)) {
			ldns_rr_list_push_rr(records, trial->records[i]);
			ldns_rr_list_push_rr(rrsigs, trial->rrsigs[i]);
		}
	}
	if (ldns_rr_list_rr_count(records) != 0)
		believe = ask_ldns(trial, doubt, records, rrsigs) == LDNS_STATUS_OK;
	ldns_rr_list_free(records);
	ldns_rr_list_free(rrsigs);
	return believe;
}

/* --- what we say --- */

static bool has_all_needed(const struct trial *trial)
{
	for (unsigned i = 0; i < trial->zone.links; i++) {
		if (trial->is_needed[i] && !is_sent(trial, i))
			return false;
	}
	return true;
}

static void show(const struct trial *trial, const struct doubt *doubt, const char *what)
{
	static const char *const claims[] = {
		[NO_NAME] = "no such name",
		[NO_TYPE] = "no such type",
		[NO_DS] = "no DS",
	};
	char text[NAME_TEXT_SIZE];

	printf("%s: seed %llu, question %u: %s of %s, type %u, from\n", what,
	       (unsigned long long)trial->seed, trial->number, claims[doubt->claimed],
	       name_print(&doubt->name, text), doubt->type);
	for (unsigned i = 0; i < trial->zone.links; i++) {
		if (is_sent(trial, i))
			ldns_rr_print(stdout, trial->records[i]);
	}
	exit(1);
}

static bool is_proven(struct trial *trial, const struct doubt *doubt, enum claimed claimed)
{
	enum proof truth = chance_truth(&trial->zone, claimed, &doubt->name, doubt->type);
	enum proof proof;

	trial->evidence.effort.hashes = MAX_NSEC3_HASHES;
	proof = evidence_proves(&trial->evidence, claimed, &doubt->name, doubt->type);
	if (proof != truth && (proof != PROOF_LACKS || has_all_needed(trial)))
		show(trial, doubt, "we are wrong");
	return proof != PROOF_LACKS;
}

static bool we_believe(struct trial *trial, const struct doubt *doubt)
{
	bool believe = is_proven(trial, doubt, doubt->claimed);

	if (trial->zone.chain == CHAIN_NSEC && is_proven(trial, doubt, NO_NAME))
		return true;
	if (trial->zone.chain == CHAIN_NSEC && is_proven(trial, doubt, NO_TYPE))
		return true;
	return believe;
}

/* --- why they differ --- */

/* What a wildcard that is in the chain says of a type. */
static bool wildcard_speaks(const struct chance_node *wildcard, uint16_t type)
{
	if (type == TYPE_ANY)
		return !wildcard->is_empty;
	return chance_has(wildcard, type) || chance_has(wildcard, TYPE_CNAME) ||
	       chance_delegates(wildcard);
}

/* Of a name that is in the chain. */
static enum reason why_match_is_false(const struct chance_zone *zone, const struct doubt *doubt,
				      const struct chance_node *node)
{
	if (doubt->type == TYPE_ANY && !node->is_empty)
		return ANY_TYPE;
	if (doubt->type == TYPE_DS && node == &zone->nodes[0])
		return CHILDS_SIDE;
	if (doubt->type != TYPE_DS && chance_delegates(node))
		return PARENTS_SIDE;
	return chance_has(node, TYPE_CNAME) && zone->chain == CHAIN_NSEC ? ALIAS : REASONS;
}

static const struct chance_node *wildcard_at(const struct chance_zone *zone,
					     const struct chance_node *encloser, struct name *name)
{
	const struct chance_node *node;

	*name = encloser->name;
	chance_put_label(name, '*');
	node = chance_find(zone, name);
	return node == NULL || node->is_left_out ? NULL : node;
}

/* ldns believes it, and we don't. */
static enum reason why_false(const struct trial *trial, const struct doubt *doubt)
{
	const struct chance_zone *zone = &trial->zone;
	const struct chance_node *closest = chance_encloser(zone, &doubt->name), *wildcard;
	unsigned more = name_labels(&doubt->name) - name_labels(&closest->name);
	struct name name;

	if (more == 0)
		return why_match_is_false(zone, doubt, closest);
	if (chance_hides(closest))
		return HIDDEN;
	wildcard = wildcard_at(zone, closest, &name);
	if (zone->chain == CHAIN_NSEC && more > 1 &&
	    (!is_sent(trial, (unsigned)(chance_link_of(zone, &name) - zone->link)) ||
	     (wildcard != NULL && wildcard_speaks(wildcard, doubt->type))))
		return OTHER_WILDCARD;
	if (wildcard == NULL)
		return REASONS;
	if (doubt->claimed == NO_NAME)
		return WILDCARD_IS_THERE;
	if (doubt->type == TYPE_ANY && !wildcard->is_empty)
		return ANY_TYPE;
	if (chance_delegates(wildcard))
		return PARENTS_SIDE;
	return chance_has(wildcard, TYPE_CNAME) && zone->chain == CHAIN_NSEC ? ALIAS : REASONS;
}

static bool is_opted_out(const struct trial *trial, const struct doubt *doubt)
{
	return trial->zone.chain >= CHAIN_OPT_OUT &&
	       chance_truth(&trial->zone, doubt->claimed, &doubt->name, doubt->type) ==
		       PROOF_OPTS_OUT;
}

/* Of a name that is in the chain. ldns looks at the wildcard beside it. */
static enum reason why_match_is_true(const struct chance_zone *zone, const struct doubt *doubt,
				     const struct chance_node *node)
{
	const struct chance_node *beside;
	struct name name;

	if (zone->chain != CHAIN_NSEC)
		return doubt->claimed == NO_DS && chance_has(node, TYPE_CNAME) ? DS_ALIAS
									       : REASONS;
	if (node->is_empty)
		return EMPTY_NODE;
	name_parent(&doubt->name, &name);
	chance_put_label(&name, '*');
	beside = chance_find(zone, &name);
	return beside != NULL && chance_has(beside, doubt->type) ? NAME_IS_THERE : REASONS;
}

/* We believe it, and ldns doesn't. */
static enum reason why_true(const struct trial *trial, const struct doubt *doubt)
{
	const struct chance_zone *zone = &trial->zone;
	const struct chance_node *closest = chance_encloser(zone, &doubt->name);
	unsigned more = name_labels(&doubt->name) - name_labels(&closest->name);
	struct name name;

	if (is_opted_out(trial, doubt))
		return OPTED_OUT;
	if (more == 0)
		return why_match_is_true(zone, doubt, closest);
	if (zone->chain == CHAIN_NSEC)
		return REASONS;
	if (name_is_root(&closest->name))
		return ROOT_ENCLOSES;
	if (doubt->claimed == NO_DS)
		return DS_ABSENT;
	return doubt->type == TYPE_DS && wildcard_at(zone, closest, &name) != NULL ? DS_WILDCARD
										   : REASONS;
}

static void compare(struct trial *trial, const struct doubt *doubt)
{
	bool we = we_believe(trial, doubt), they = they_believe(trial, doubt);
	enum reason reason;

	if (we == they) {
		seen[trial->zone.chain].both += we;
		seen[trial->zone.chain].none += !we;
		return;
	}
	reason = we ? why_true(trial, doubt) : why_false(trial, doubt);
	if (reason == REASONS)
		show(trial, doubt, we ? "ldns doesn't believe it" : "only ldns believes it");
	seen[trial->zone.chain].reasons[reason]++;
}

/* --- one by one --- */

static bool covers(const struct trial *trial, unsigned link, const struct name *name)
{
	const struct rrset *set = trial->zone.link[link].set;
	uint8_t hash[NSEC3_HASH_SIZE];
	struct effort effort = { .hashes = 1 };
	struct nsec3 nsec3;
	struct nsec nsec;

	if (trial->zone.chain == CHAIN_NSEC) {
		must(nsec_read(set, &trial->zone.top, &nsec));
		return name_equal(&nsec.owner, name) || nsec_covers(&nsec, &trial->zone.top, name);
	}
	must(nsec3_read(set, &trial->zone.top, &nsec3));
	must(nsec3_hash(&effort, name, nsec3.parameters.salt, nsec3.parameters.iterations, hash));
	return nsec3_matches(&nsec3, hash) || nsec3_covers(&nsec3, hash);
}

/* A record's own name counts as covered to ldns. */
static bool they_cover(const struct trial *trial, unsigned link, const struct name *name)
{
	ldns_rdf *asked = rdf_of(name), *top = rdf_of(&trial->zone.top);
	bool covered;

	if (trial->zone.chain != CHAIN_NSEC) {
		ldns_rdf *hashed = ldns_nsec3_hash_name_frm_nsec3(trial->records[link], asked);

		must(hashed != NULL && ldns_dname_cat(hashed, top) == LDNS_STATUS_OK);
		ldns_rdf_deep_free(asked);
		asked = hashed;
	}
	covered = ldns_nsec_covers_name(trial->records[link], asked);
	ldns_rdf_deep_free(asked);
	ldns_rdf_deep_free(top);
	return covered;
}

static void compare_record(const struct trial *trial, const struct doubt *doubt)
{
	unsigned link = (unsigned)doubt->name.octets[1] % trial->zone.links;
	const struct chance_node *node = trial->zone.link[link].node;
	bool is_below = name_is_in(&doubt->name, &node->name) && chance_hides(node);

	if (trial->zone.chain == CHAIN_NSEC && is_below)
		return;                 /* RFC 6840 §4.1: it may cover it and says nothing of it */
	if (covers(trial, link, &doubt->name) != they_cover(trial, link, &doubt->name)) {
		ldns_rr_print(stdout, trial->records[link]);
		show(trial, doubt, "only one says that this covers the name");
	}
}

/* --- rounds --- */

static void send_some(struct trial *trial)
{
	for (unsigned i = 0; i < trial->zone.links; i++)
		trial->zone.link[i].set->security =
			chance(&trial->zone, 3) != 0 ? SECURITY_SECURE : SECURITY_UNCHECKED;
}

/* What a server would send; that without each of its records; any. */
static void try_doubt(struct trial *trial, const struct doubt *doubt)
{
	trial->number++;
	chance_select(&trial->zone, &doubt->name);
	for (unsigned i = 0; i < trial->zone.links; i++)
		trial->is_needed[i] = is_sent(trial, i);
	compare(trial, doubt);
	for (unsigned i = 0; i < trial->zone.links; i++) {
		if (!trial->is_needed[i])
			continue;
		trial->zone.link[i].set->security = SECURITY_BOGUS;
		compare(trial, doubt);
		trial->zone.link[i].set->security = SECURITY_SECURE;
	}
	for (unsigned part = 0; part < PARTS; part++) {
		send_some(trial);
		compare(trial, doubt);
	}
	compare_record(trial, doubt);
}

/* The root can't be asked of ldns: it looks for a wildcard beside the name. */
static void pick_name(struct trial *trial, struct name *into)
{
	struct chance_zone *zone = &trial->zone;

	*into = zone->nodes[chance(zone, zone->count)].name;
	if (name_is_root(into) || chance(zone, 3) != 0)
		chance_name(zone, into);
}

static void try_name(struct trial *trial)
{
	static const uint16_t types[] = {
		TYPE_A, TYPE_MX, TYPE_NS, TYPE_DS, TYPE_CNAME, TYPE_DNAME, TYPE_SOA, TYPE_ANY,
	};
	struct doubt doubt = { .claimed = NO_TYPE };

	pick_name(trial, &doubt.name);
	doubt.type = types[chance(&trial->zone, sizeof(types) / sizeof(types[0]))];
	try_doubt(trial, &doubt);
	if (trial->zone.chain != CHAIN_NSEC) {
		doubt.claimed = NO_NAME;
		try_doubt(trial, &doubt);
	}
	doubt.claimed = NO_DS;
	doubt.type = TYPE_DS;
	try_doubt(trial, &doubt);
}

static void try_chain(struct trial *trial, enum chain_kind chain)
{
	evidence_init(&trial->evidence, ".");
	trial->evidence.zone = trial->zone.top;
	chance_chain(&trial->zone, chain, &trial->evidence);
	for (unsigned i = 0; i < trial->zone.links; i++) {
		trial->records[i] = record_of(trial->zone.link[i].set);
		trial->rrsigs[i] = rrsig_of(trial->zone.link[i].set);
	}
	for (unsigned i = 0; i < NAMES; i++)
		try_name(trial);
	for (unsigned i = 0; i < trial->zone.links; i++) {
		ldns_rr_free(trial->records[i]);
		ldns_rr_free(trial->rrsigs[i]);
	}
	evidence_clear(&trial->evidence);
}

static unsigned long report(enum chain_kind chain)
{
	static const char *const names[CHAINS] = { "NSEC", "NSEC3", "NSEC3, opt-out",
						   "NSEC3, some opt-out" };
	unsigned long differ = 0;

	printf("%s: %lu proven to both, %lu to none; to one only:\n", names[chain],
	       seen[chain].both, seen[chain].none);
	for (unsigned i = 0; i < REASONS; i++) {
		if (seen[chain].reasons[i] != 0)
			printf("%10lu  %s\n", seen[chain].reasons[i], reasons[i]);
		differ += seen[chain].reasons[i];
	}
	return differ;
}

int main(int count, char **arguments)
{
	unsigned long zones = count > 1 ? strtoul(arguments[1], NULL, 10) : 20;
	uint64_t seed = count > 2 ? strtoul(arguments[2], NULL, 10) : 1;
	static struct trial trial;
	bool is_idle = false;

	for (unsigned long i = 0; i < zones; i++) {
		trial.seed = seed + i;
		trial.number = 0;
		chance_zone_make(&trial.zone, trial.seed * 0x9e3779b97f4a7c15);
		for (enum chain_kind chain = CHAIN_NSEC; chain < CHAINS; chain++)
			try_chain(&trial, chain);
	}
	for (enum chain_kind chain = CHAIN_NSEC; chain < CHAINS; chain++) {
		if (report(chain) == 0 || seen[chain].both == 0 || seen[chain].none == 0)
			is_idle = true;
	}
	/* A look that finds nothing proves nothing. */
	return is_idle;
}
