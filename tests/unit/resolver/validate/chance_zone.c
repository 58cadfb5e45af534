/* SPDX-License-Identifier: MIT */
/* chance_zone.c — zones by chance, their chains, and the truth about them. */
#include "tests/unit/resolver/validate/chance_zone.h"

#include "cache/base/must.h"

static const uint8_t salt[] = { 0xaa, 0xbb };
enum { ITERATIONS = 1, DEEPEST = 3 };

uint32_t chance(struct chance_zone *zone, uint32_t bound)
{
	zone->state ^= zone->state << 13;
	zone->state ^= zone->state >> 7;
	zone->state ^= zone->state << 17;
	return (uint32_t)(zone->state >> 11) % bound;
}

/* --- its names --- */

bool chance_has(const struct chance_node *node, unsigned type)
{
	return type / 8 < CHANCE_MAP && (node->types[type / 8] & 0x80 >> type % 8) != 0;
}

static void give(struct chance_node *node, unsigned type)
{
	must(type / 8 < CHANCE_MAP);
	node->types[type / 8] |= (uint8_t)(0x80 >> type % 8);
}

const struct chance_node *chance_find(const struct chance_zone *zone, const struct name *name)
{
	for (unsigned i = 0; i < zone->count; i++) {
		if (name_equal(&zone->nodes[i].name, name))
			return &zone->nodes[i];
	}
	return NULL;
}

bool chance_delegates(const struct chance_node *node)
{
	return chance_has(node, TYPE_NS) && !chance_has(node, TYPE_SOA);
}

bool chance_hides(const struct chance_node *node)
{
	return chance_delegates(node) || chance_has(node, TYPE_DNAME);
}

static bool is_below(const struct name *name, const struct name *other)
{
	return name_is_in(name, other) && !name_equal(name, other);
}

static bool is_hidden(const struct chance_zone *zone, const struct name *name)
{
	for (unsigned i = 0; i < zone->count; i++) {
		if (chance_hides(&zone->nodes[i]) && is_below(name, &zone->nodes[i].name))
			return true;
	}
	return false;
}

static bool has_below(const struct chance_zone *zone, const struct name *name)
{
	for (unsigned i = 0; i < zone->count; i++) {
		if (is_below(&zone->nodes[i].name, name))
			return true;
	}
	return false;
}

void chance_put_label(struct name *name, char octet)
{
	memmove(name->octets + 2, name->octets, name->length);
	name->octets[0] = 1;
	name->octets[1] = (uint8_t)octet;
	name->length = (uint8_t)(name->length + 2);
}

static bool is_wildcard(const struct name *name)
{
	return name->octets[0] == 1 && name->octets[1] == '*';
}

void chance_name(struct chance_zone *zone, struct name *into)
{
	static const char letters[] = "aBcd*";
	unsigned more = 1 + chance(zone, DEEPEST);

	*into = chance(zone, 2) == 0 ? zone->top : zone->nodes[chance(zone, zone->count)].name;
	while (more-- > 0)
		chance_put_label(into, letters[chance(zone, sizeof(letters) - 1)]);
}

static void give_types(struct chance_zone *zone, struct chance_node *node)
{
	switch (is_wildcard(&node->name) ? chance(zone, 3) : chance(zone, 7)) {
	case 0:
		give(node, TYPE_CNAME);
		break;
	case 3:
		give(node, TYPE_DNAME);
		if (chance(zone, 2) == 0)
			give(node, TYPE_A);
		break;
	case 4:
		give(node, TYPE_DS);
		give(node, TYPE_NS);
		break;
	case 5:
	case 6:
		give(node, TYPE_NS);
		break;
	default:
		give(node, chance(zone, 2) == 0 ? TYPE_A : TYPE_MX);
		give(node, chance(zone, 2) == 0 ? TYPE_A : TYPE_AAAA);
	}
}

static void add_node(struct chance_zone *zone)
{
	struct chance_node node = { .is_empty = false };

	chance_name(zone, &node.name);
	give_types(zone, &node);
	if (chance_find(zone, &node.name) != NULL || is_hidden(zone, &node.name))
		return;
	if (chance_hides(&node) && has_below(zone, &node.name))
		return;
	zone->nodes[zone->count++] = node;
}

/* An empty non-terminal for each name between a node and the top. */
static void add_between(struct chance_zone *zone, const struct name *name)
{
	struct chance_node node = { .is_empty = true };

	for (unsigned labels = name_labels(name) - 1; labels > name_labels(&zone->top); labels--) {
		name_ancestor(name, labels, &node.name);
		if (chance_find(zone, &node.name) == NULL && zone->count < CHANCE_NODES)
			zone->nodes[zone->count++] = node;
	}
}

void chance_zone_make(struct chance_zone *zone, uint64_t seed)
{
	unsigned tries, count;

	must(seed != 0);
	*zone = (struct chance_zone){ .state = seed, .count = 1 };
	for (int i = 0; i < 8; i++)
		(void)chance(zone, 2);
	zone->top = name_of(chance(zone, 4) == 0 ? "." : "A.zone.");
	zone->nodes[0].name = zone->top;
	give(&zone->nodes[0], TYPE_SOA);
	give(&zone->nodes[0], TYPE_NS);
	if (chance(zone, 3) == 0)
		give(&zone->nodes[0], TYPE_MX);
	tries = chance(zone, 14);
	while (tries-- > 0)
		add_node(zone);
	count = zone->count;
	for (unsigned i = 1; i < count; i++)
		add_between(zone, &zone->nodes[i].name);
	must(zone->count < CHANCE_NODES);
}

/* --- its chains --- */

static void put_map(struct writer *writer, const struct chance_node *node, bool is_nsec)
{
	struct chance_node all = *node;

	if (is_nsec)
		give(&all, TYPE_NSEC);
	if (is_nsec || (!node->is_empty && (!chance_delegates(node) || chance_has(node, TYPE_DS))))
		give(&all, TYPE_RRSIG);
	if (!is_nsec && node->is_empty)
		return;
	put_u8(writer, 0);
	put_u8(writer, CHANCE_MAP);
	put_bytes(writer, bytes_of(all.types, CHANCE_MAP));
}

static void add_set(struct chance_link *link, struct evidence *evidence, const struct name *owner,
		    uint16_t type, const struct writer *rdata)
{
	struct rrset *set = rrset_new(&evidence->arena, owner, type, CLASS_IN, 300);

	must(set != NULL && writer_is_good(rdata));
	must(rrset_add(set, &evidence->arena, writer_bytes(rdata)) == OK);
	set->security = SECURITY_SECURE;
	rrsets_append(&evidence->sets, set);
	link->set = set;
}

static void add_nsec(struct chance_zone *zone, unsigned i, struct evidence *evidence)
{
	uint8_t room[NAME_SIZE + 2 + CHANCE_MAP];
	struct writer rdata = writer_over(room, sizeof(room));
	struct chance_link *link = &zone->link[i];

	name_write(&rdata, &zone->link[(i + 1) % zone->links].node->name);
	put_map(&rdata, link->node, true);
	add_set(link, evidence, &link->node->name, TYPE_NSEC, &rdata);
}

static void hash_owner(const struct chance_zone *zone, const uint8_t hash[NSEC3_HASH_SIZE],
		       struct name *into)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";

	into->length = (uint8_t)(33 + zone->top.length);
	into->octets[0] = 32;
	memcpy(into->octets + 33, zone->top.octets, zone->top.length);
	for (unsigned i = 0; i < 32; i++) {
		unsigned bit = i * 5, at = bit / 8;
		unsigned pair = (unsigned)hash[at] << 8 | (at + 1 < 20 ? hash[at + 1] : 0);

		into->octets[1 + i] = (uint8_t)digits[pair >> (11 - bit % 8) & 31];
	}
}

static void add_nsec3(struct chance_zone *zone, unsigned i, struct evidence *evidence)
{
	uint8_t room[300];
	struct writer rdata = writer_over(room, sizeof(room));
	struct chance_link *link = &zone->link[i];
	struct name owner;

	put_u8(&rdata, 1);
	put_u8(&rdata, link->opts_out);
	put_u16(&rdata, ITERATIONS);
	put_u8(&rdata, sizeof(salt));
	put_bytes(&rdata, bytes_of(salt, sizeof(salt)));
	put_u8(&rdata, NSEC3_HASH_SIZE);
	put_bytes(&rdata, bytes_of(zone->link[(i + 1) % zone->links].hash, NSEC3_HASH_SIZE));
	put_map(&rdata, link->node, false);
	hash_owner(zone, link->hash, &owner);
	add_set(link, evidence, &owner, TYPE_NSEC3, &rdata);
}

static void hash_name(const struct name *name, uint8_t into[NSEC3_HASH_SIZE])
{
	struct effort effort = { .hashes = 1 };

	must(nsec3_hash(&effort, name, bytes_of(salt, sizeof(salt)), ITERATIONS, into));
}

static int compare_names(const void *a, const void *b)
{
	const struct chance_link *first = a, *second = b;

	return name_compare(&first->node->name, &second->node->name);
}

static int compare_hashes(const void *a, const void *b)
{
	const struct chance_link *first = a, *second = b;

	return memcmp(first->hash, second->hash, NSEC3_HASH_SIZE);
}

const struct chance_link *chance_link_of(const struct chance_zone *zone, const struct name *name)
{
	const struct chance_link *found = &zone->link[zone->links - 1];
	const struct chance_node node = { .name = *name };
	struct chance_link sought = { .node = &node };

	hash_name(name, sought.hash);
	for (unsigned i = 0; i < zone->links; i++) {
		int order = zone->chain == CHAIN_NSEC ? compare_names(&zone->link[i], &sought)
						      : compare_hashes(&zone->link[i], &sought);

		if (order <= 0)
			found = &zone->link[i];
	}
	return found;
}

/* RFC 5155 §7.1: unsigned delegations, and what is there only because of them. */
static void leave_out(struct chance_zone *zone)
{
	for (unsigned i = 0; i < zone->count; i++) {
		struct chance_node *node = &zone->nodes[i];

		node->is_left_out = node->is_empty && zone->chain >= CHAIN_OPT_OUT;
		if (chance_delegates(node) && !chance_has(node, TYPE_DS))
			node->is_left_out =
				zone->chain == CHAIN_OPT_OUT ||
				(zone->chain == CHAIN_SOME_OPT_OUT && chance(zone, 2) == 0);
	}
	for (unsigned i = 0; i < zone->count; i++) {
		for (unsigned k = 0; k < zone->count; k++) {
			if (!zone->nodes[k].is_empty && !zone->nodes[k].is_left_out &&
			    is_below(&zone->nodes[k].name, &zone->nodes[i].name))
				zone->nodes[i].is_left_out = false;
		}
	}
}

static void set_flags(struct chance_zone *zone)
{
	for (unsigned i = 0; i < zone->links; i++)
		zone->link[i].opts_out =
			zone->chain == CHAIN_OPT_OUT ||
			(zone->chain == CHAIN_SOME_OPT_OUT && chance(zone, 4) == 0);
	for (unsigned i = 0; i < zone->count; i++) {
		const struct chance_link *link = chance_link_of(zone, &zone->nodes[i].name);

		if (zone->nodes[i].is_left_out)
			zone->link[link - zone->link].opts_out = true;
	}
}

void chance_chain(struct chance_zone *zone, enum chain_kind chain, struct evidence *evidence)
{
	zone->chain = chain;
	zone->links = 0;
	leave_out(zone);
	for (unsigned i = 0; i < zone->count; i++) {
		struct chance_link *link = &zone->link[zone->links];

		if (chain == CHAIN_NSEC ? zone->nodes[i].is_empty : zone->nodes[i].is_left_out)
			continue;
		*link = (struct chance_link){ .node = &zone->nodes[i] };
		hash_name(&zone->nodes[i].name, link->hash);
		zone->links++;
	}
	qsort(zone->link, zone->links, sizeof(zone->link[0]),
	      chain == CHAIN_NSEC ? compare_names : compare_hashes);
	set_flags(zone);
	for (unsigned i = 0; i < zone->links; i++) {
		if (chain == CHAIN_NSEC)
			add_nsec(zone, i, evidence);
		else
			add_nsec3(zone, i, evidence);
	}
}

/* --- the truth --- */

const struct chance_node *chance_encloser(const struct chance_zone *zone, const struct name *name)
{
	struct name at = *name;
	const struct chance_node *node = chance_find(zone, &at);

	while (node == NULL || node->is_left_out) {
		name_parent(&at, &at);
		node = chance_find(zone, &at);
	}
	return node;
}

static void wildcard_of(const struct chance_node *node, struct name *into)
{
	*into = node->name;
	chance_put_label(into, '*');
}

static bool denies(const struct chance_zone *zone, const struct chance_node *node, unsigned type)
{
	bool is_top = node == &zone->nodes[0];

	if (node->is_empty)
		return true;
	if (type == TYPE_ANY || chance_has(node, type) || chance_has(node, TYPE_CNAME))
		return false;
	if (type == TYPE_DS)
		return !is_top || name_is_root(&zone->top);
	return !chance_delegates(node);
}

/* Of a name that is in the chain. */
static enum proof truth_of_node(const struct chance_zone *zone, enum claimed claimed,
				const struct chance_node *node, unsigned number)
{
	if (claimed == NO_TYPE)
		return denies(zone, node, number) ? PROOF_HOLDS : PROOF_LACKS;
	if (claimed != NO_DS || node == &zone->nodes[0] || chance_has(node, TYPE_DS))
		return PROOF_LACKS;
	return chance_delegates(node) ? PROOF_DELEGATES : PROOF_HOLDS;
}

bool chance_may_answer(const struct chance_zone *zone, const struct name *name, unsigned labels)
{
	const struct chance_node *node;
	struct name wildcard;

	name_ancestor(name, labels, &wildcard);
	chance_put_label(&wildcard, '*');
	node = chance_find(zone, &wildcard);
	return node != NULL && !node->is_empty;
}

static bool opts_out(const struct chance_zone *zone, const struct name *name)
{
	return zone->chain != CHAIN_NSEC && chance_link_of(zone, name)->opts_out;
}

/* Of one that isn't; `closest` is. */
static enum proof truth_of_gap(const struct chance_zone *zone, enum claimed claimed,
			       const struct chance_node *closest, unsigned number)
{
	const struct chance_node *node;
	struct name wildcard;

	wildcard_of(closest, &wildcard);
	node = chance_find(zone, &wildcard);
	if (claimed == WILDCARD)
		return number == name_labels(&closest->name) ? PROOF_HOLDS : PROOF_LACKS;
	if (claimed == NO_DS)
		return PROOF_HOLDS;
	if (node != NULL && !node->is_left_out)
		return claimed == NO_TYPE && denies(zone, node, number) ? PROOF_HOLDS : PROOF_LACKS;
	if (opts_out(zone, &wildcard))
		return PROOF_OPTS_OUT;
	return claimed == NO_NAME ? PROOF_HOLDS : PROOF_LACKS;
}

enum proof chance_truth(const struct chance_zone *zone, enum claimed claimed,
			const struct name *name, unsigned number)
{
	const struct chance_node *closest = chance_encloser(zone, name);
	struct name nearer;
	enum proof proof;

	if (name_equal(&closest->name, name))
		return truth_of_node(zone, claimed, closest, number);
	if (chance_hides(closest))
		return PROOF_LACKS;
	proof = truth_of_gap(zone, claimed, closest, number);
	name_ancestor(name, name_labels(&closest->name) + 1, &nearer);
	if (!opts_out(zone, &nearer))
		return proof;
	/* RFC 5155 §9.2: unsigned, whatever a wildcard would have. */
	return proof == PROOF_HOLDS || claimed == NO_TYPE ? PROOF_OPTS_OUT : proof;
}

/* --- what a server sends --- */

static void send(struct chance_zone *zone, const struct name *name)
{
	chance_link_of(zone, name)->set->security = SECURITY_SECURE;
}

void chance_select(struct chance_zone *zone, const struct name *name)
{
	const struct chance_node *closest = chance_encloser(zone, name);
	struct name wildcard, nearer = *name;

	for (unsigned i = 0; i < zone->links; i++)
		zone->link[i].set->security = SECURITY_UNCHECKED;
	wildcard_of(closest, &wildcard);
	if (zone->chain != CHAIN_NSEC && !name_equal(&closest->name, name)) {
		name_ancestor(name, name_labels(&closest->name) + 1, &nearer);
		send(zone, &closest->name);
	}
	send(zone, &nearer);
	if (!name_equal(&closest->name, name))
		send(zone, &wildcard);
}
