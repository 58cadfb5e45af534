/* SPDX-License-Identifier: MIT */
/* test_aggressive.c — zones by chance, of whose proofs some are at hand: what follows from them is
 * the truth, or nothing. */
#include <stdlib.h>

#include "cache/base/rcu.h"
#include "resolver/walk/join.h"
#include "tests/fake/fake.h"
#include "tests/unit/resolver/validate/chance_zone.h"
#include "tests/unit/suite.h"

enum { ZONES = 60, NAMES_PER_ZONE = 40 };

static const uint16_t types[] = { TYPE_A, TYPE_MX, TYPE_CNAME, TYPE_DS, TYPE_NS, TYPE_ANY };

static struct loop loop;
static struct cache *cache;
static struct walks *walks;
static struct walk_settings settings;
static struct anchors *anchors;
static struct asker asker;
static struct walk *w;
static struct chance_zone zone;
static struct evidence evidence;

/* How often each kind of answer followed, so that nobody tests nothing. */
static unsigned no_name, no_type, by_wildcard, nothing;

static struct fake_reaction silence(const struct exchange_request *request)
{
	return (struct fake_reaction){ .outcome = EXCHANGE_SILENT };
}

static void told(struct asker *who, const struct answer *answer, const struct trace *trace)
{
}

static void trust(const struct name *top)
{
	static const uint8_t ds[36] = { 0, 1, 13, 2 };
	struct cut cut = { .zone = *top, .source = CUT_FROM_REFERRAL, .ttl = 3600,
			   .security = SECURITY_SECURE, .stored_at = loop.now_s };

	ck_assert(anchors_add_ds(anchors, top, bytes_of(ds, sizeof(ds))) == OK);
	cut_add_server(&cut, top);
	if (!name_is_root(top))
		cache_put_cut(cache, &cut, loop.now_s);
}

static void open_world(void)
{
	struct cache_settings of_cache = { .memory = 8 << 20, .max_ttl = 86400,
					   .max_negative_ttl = 3600 };
	struct question question = { .name = zone.top, .type = TYPE_TXT, .class = CLASS_IN };

	loop_init(&loop);
	ck_assert(cache_new(&of_cache, &cache) == OK);
	anchors = anchors_new();
	ck_assert_ptr_nonnull(anchors);
	trust(&zone.top);
	settings = (struct walk_settings){
		.hints = { .zone = name_root, .source = CUT_FROM_HINTS, .ttl = UINT32_MAX },
		.validate = true, .aggressive = true, .anchors = anchors,
		.most_iterations = MAX_NSEC3_ITERATIONS, .most = 100,
		.max_ttl = 86400, .max_negative_ttl = 3600,
	};
	ck_assert(walks_new(&loop, cache, &settings, &walks) == OK);
	asker = (struct asker){ .told = told };
	list_init(&asker.place);
	ck_assert(walk_ask(walks, &question, &asker) == ASK_ACCEPTED);
	w = asker.walk;
}

static void close_world(void)
{
	walk_leave(&asker);
	walks_free(walks);
	loop_clear(&loop);
	cache_free(cache);
	anchors_free(anchors);
	evidence_clear(&evidence);
}

static struct rrset *make_set(const struct name *owner, uint16_t type, struct bytes rdata)
{
	struct rrset *set = rrset_new(&evidence.arena, owner, type, CLASS_IN, 300);

	ck_assert(set != NULL && rrset_add(set, &evidence.arena, rdata) == OK);
	set->security = SECURITY_SECURE;
	return set;
}

static void admit(struct rrsets *among, const struct rrset *set)
{
	struct rrset *copy = arena_take(&evidence.arena, sizeof(*copy));

	ck_assert_ptr_nonnull(copy);
	*copy = *set;
	rrsets_append(among, copy);
}

/* An RRSIG by this zone; nobody checks it any more. */
static void sign(struct rrset *set)
{
	uint8_t room[18 + NAME_SIZE + 4] = { 0 };
	struct writer writer = writer_over(room, sizeof(room));

	put_u16(&writer, set->type);
	writer.position = 18;
	name_write(&writer, &zone.top);
	put_u32(&writer, 0);
	set->signatures = arena_take(&evidence.arena, sizeof(*set->signatures));
	set->signatures[0] = arena_copy(&evidence.arena, writer_bytes(&writer));
	set->signature_count = 1;
	set->signature_ttl = set->ttl;
}

static void keep_wildcard(const struct chance_node *node, uint16_t type, struct bytes rdata)
{
	struct answer_parts parts = {
		.question = { .name = node->name, .type = type, .class = CLASS_IN },
		.security = SECURITY_SECURE, .ede = EDE_NONE,
	};
	struct rrset *set;

	if (!chance_has(node, type))
		return;
	set = make_set(&node->name, type, rdata);
	sign(set);
	rrsets_append(&parts.sections[SECTION_ANSWER], set);
	cache_put_answer(cache, answer_build(&evidence.arena, &parts, loop.now_s, 86400),
			 loop.now_s);
}

static void keep_wildcards(void)
{
	for (unsigned i = 0; i < zone.count; i++) {
		const struct name *name = &zone.nodes[i].name;

		if (name->octets[0] != 1 || name->octets[1] != '*')
			continue;
		keep_wildcard(&zone.nodes[i], TYPE_A, bytes_of("\1\2\3\4", 4));
		keep_wildcard(&zone.nodes[i], TYPE_MX, bytes_of("\0\1\0", 3));
		keep_wildcard(&zone.nodes[i], TYPE_CNAME, name_bytes(&zone.top));
	}
}

/* Of each record by chance, one in `rarely` is left out; 0: none. */
static void admit_some(uint16_t type, unsigned rarely)
{
	static const char soa[] = "\0\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5";
	const struct denials_of of = { &zone.top, type };
	struct rrsets some = { .first = NULL };

	admit(&some, make_set(&zone.top, TYPE_SOA, bytes_of(soa, 22)));
	for (unsigned i = 0; i < zone.links; i++) {
		if (rarely == 0 || chance(&zone, rarely) != 0)
			admit(&some, zone.link[i].set);
	}
	cache_put_denials(cache, &of, &some, loop.now_s);
}

static bool is_wildcards(const struct name *name, uint16_t type)
{
	struct name star;
	const struct chance_node *node;
	unsigned labels = name_labels(name);

	while (--labels > 0 || name_is_root(&zone.top)) {
		if (chance_truth(&zone, WILDCARD, name, labels) == PROOF_HOLDS)
			break;
		if (labels == 0)
			return false;
	}
	name_ancestor(name, labels, &star);
	chance_put_label(&star, '*');
	node = chance_find(&zone, &star);
	return node != NULL && (chance_has(node, type) || chance_has(node, TYPE_CNAME));
}

static bool has_soa(const struct answer_parts *parts)
{
	return rrsets_find(&parts->sections[SECTION_AUTHORITY], &zone.top, TYPE_SOA) != NULL;
}

static void check_truth(const struct name *name, uint16_t type, const struct answer_parts *parts)
{
	ck_assert(parts->security == SECURITY_SECURE);
	if (parts->rcode == RCODE_NXDOMAIN) {
		ck_assert_int_eq(chance_truth(&zone, NO_NAME, name, 0), PROOF_HOLDS);
		ck_assert(has_soa(parts) && parts->sections[SECTION_ANSWER].first == NULL);
		no_name++;
	} else if (parts->sections[SECTION_ANSWER].first == NULL) {
		ck_assert_int_eq(chance_truth(&zone, NO_TYPE, name, type), PROOF_HOLDS);
		ck_assert(has_soa(parts));
		no_type++;
	} else {
		ck_assert(name_equal(&parts->sections[SECTION_ANSWER].first->owner, name));
		ck_assert(is_wildcards(name, type));
		by_wildcard++;
	}
}

static void try_name(const struct name *name, bool all_is_known)
{
	for (size_t i = 0; i < SUITE_COUNT(types); i++) {
		struct answer_parts parts;

		w->sought = (struct question){ *name, types[i], CLASS_IN };
		w->payer->effort.hashes = MAX_NSEC3_HASHES;
		if (walk_synthesise(w, &parts)) {
			check_truth(name, types[i], &parts);
			continue;
		}
		nothing++;
		if (all_is_known && !(types[i] == TYPE_DS && name_equal(name, &zone.top)))
			ck_assert(chance_truth(&zone, NO_NAME, name, 0) != PROOF_HOLDS &&
				  chance_truth(&zone, NO_TYPE, name, types[i]) != PROOF_HOLDS);
	}
}

/* Each name on the way to a very deep one is there, so that the search could hash them all. */
START_TEST(no_more_names_are_hashed_than_in_a_row)
{
	const struct denials_of of = { &zone.top, TYPE_NSEC3 };
	struct name name = name_of("A.zone.");
	struct answer_parts parts;

	rcu_thread_begin();
	fake_world = silence;
	zone.top = name;
	evidence_init(&evidence, "A.zone.");
	open_world();
	for (unsigned i = 0; i < 100; i++) {
		char text[NAME_TEXT_SIZE];

		evidence_match(&evidence, name_print(&name, text), "1 0 0 -", "A RRSIG");
		chance_put_label(&name, 'a');
	}
	cache_put_denials(cache, &of, &evidence.sets, loop.now_s);
	w->sought = (struct question){ name, TYPE_A, CLASS_IN };
	ck_assert(!walk_synthesise(w, &parts));
	ck_assert_uint_eq(w->payer->effort.hashes, MAX_NSEC3_HASHES - MAX_NSEC3_HASHES_IN_A_ROW);
	close_world();
	rcu_thread_end();
}
END_TEST

static void try_zone(uint64_t seed, enum chain_kind chain, unsigned rarely)
{
	struct name name;

	chance_zone_make(&zone, seed);
	evidence_init(&evidence, name_is_root(&zone.top) ? "." : "A.zone.");
	chance_chain(&zone, chain, &evidence);
	open_world();
	admit_some(chain == CHAIN_NSEC ? TYPE_NSEC : TYPE_NSEC3, rarely);
	keep_wildcards();
	for (unsigned i = 0; i < zone.count; i++)
		try_name(&zone.nodes[i].name, rarely == 0);
	for (unsigned i = 0; i < NAMES_PER_ZONE; i++) {
		chance_name(&zone, &name);
		try_name(&name, rarely == 0);
	}
	close_world();
}

static void try_zones(unsigned rarely)
{
	rcu_thread_begin();
	fake_world = silence;
	no_name = no_type = by_wildcard = nothing = 0;
	for (unsigned i = 1; i <= ZONES; i++)
		try_zone(i * 7919, i % CHAINS, rarely);
	rcu_thread_end();
	ck_assert_uint_gt(no_name, 0);
	ck_assert_uint_gt(no_type, 0);
	ck_assert_uint_gt(by_wildcard, 0);
	ck_assert_uint_gt(nothing, 0);
}

START_TEST(from_all_proofs_all_follows_that_is_true)
{
	try_zones(0);
}
END_TEST

START_TEST(from_some_proofs_only_the_truth_follows)
{
	for (unsigned rarely = 2; rarely < 6; rarely++)
		try_zones(rarely);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		from_all_proofs_all_follows_that_is_true,
		from_some_proofs_only_the_truth_follows, no_more_names_are_hashed_than_in_a_row,
	};

	return suite_run("walk.aggressive", tests, SUITE_COUNT(tests));
}
