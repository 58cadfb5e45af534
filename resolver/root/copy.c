/* SPDX-License-Identifier: MIT */
/* copy.c — lookups in the copy. What its octets are copy_layout.h says. */
#include "cache/base/must.h"
#include "cache/rdata.h"
#include "resolver/root/copy_layout.h"

#include <stdlib.h>

void root_copy_free(struct root_copy *copy)
{
	free(copy);
}

struct zone_soa root_copy_soa(const struct root_copy *copy)
{
	return copy->soa;
}

unsigned root_copy_zones(const struct root_copy *copy)
{
	return copy->zones;
}

size_t root_copy_octets(const struct root_copy *copy)
{
	return copy->octets;
}

/* --- finding a top --- */

/* A top-level label; the root's own is empty. */
static struct top read_top(const struct root_copy *copy, size_t i)
{
	struct cursor at = cursor_over(bytes_of((const uint8_t *)copy + copy->tops[i],
						copy->octets - copy->tops[i]));
	struct top top;

	top.label = take_bytes(&at, take_u8(&at));
	top.cut = take_bytes(&at, take_u16(&at));
	top.set_count = take_u16(&at);
	top.sets = take_rest(&at);
	return top;
}

/* RFC 4034 §6.1; both in small letters. */
static int compare_labels(struct bytes a, struct bytes b)
{
	size_t common = a.length < b.length ? a.length : b.length;
	int order = common == 0 ? 0 : memcmp(a.at, b.at, common);

	if (order != 0)
		return order;
	return a.length < b.length ? -1 : a.length > b.length;
}

/* The last top that doesn't come behind the label: the first, the root's own, comes behind none. */
static size_t find_top(const struct root_copy *copy, struct bytes label)
{
	size_t low = 0, high = copy->top_count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (compare_labels(read_top(copy, middle).label, label) <= 0)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The name's last label in small letters, borrowed from `top_level`. */
static struct bytes label_of(const struct name *name, struct name *top_level)
{
	if (name_is_root(name))
		return bytes_of(NULL, 0);
	name_ancestor(name, 1, top_level);
	name_lower(top_level);
	return bytes_of(top_level->octets + 1, top_level->octets[0]);
}

bool root_copy_find_cut(const struct root_copy *copy, const struct name *name, uint32_t now,
			uint32_t max_ttl, struct cut *into)
{
	struct name top_level;
	struct bytes label = label_of(name, &top_level);
	struct top top = read_top(copy, find_top(copy, label));

	if (compare_labels(top.label, label) != 0 || top.cut.length == 0)
		return false;
	if (!cut_unpack(top.cut, into))
		return false;
	into->source = CUT_FROM_LOCAL_ROOT;
	if (copy->security == SECURITY_SECURE)
		into->security = into->ds_length == 0 ? SECURITY_INSECURE : SECURITY_SECURE;
	into->stored_at = now;
	if (into->ttl > max_ttl)
		into->ttl = max_ttl;
	return true;
}

/* --- sets --- */

/* One set of a top: its head, and where its records are. */
struct packed_set {
	uint16_t     type;
	uint32_t     ttl;
	struct bytes records, signatures;       /* u16 length and data, one after the other */
};

static void skip_list(struct cursor *at, struct bytes *into)
{
	*into = take_bytes(at, take_u32(at));
}

static bool find_set(const struct top *top, uint16_t type, struct packed_set *into)
{
	struct cursor at = cursor_over(top->sets);

	for (unsigned i = 0; i < top->set_count; i++) {
		into->type = take_u16(&at);
		into->ttl = take_u32(&at);
		skip_list(&at, &into->records);
		skip_list(&at, &into->signatures);
		if (into->type == type)
			return true;
	}
	return false;
}

static bool unpack_records(struct bytes list, struct rrset *set, struct arena *arena)
{
	struct cursor at = cursor_over(list);

	while (cursor_left(&at) != 0) {
		if (rrset_add(set, arena, take_bytes(&at, take_u16(&at))) != OK)
			return false;
	}
	return true;
}

static bool unpack_signatures(struct bytes list, struct rrset *set, struct arena *arena)
{
	struct cursor at = cursor_over(list);

	set->signature_ttl = set->ttl;
	if (list.length == 0)
		return true;
	set->signatures = arena_take(arena, MAX_SIGNATURES_PER_RRSET * sizeof(*set->signatures));
	if (set->signatures == NULL)
		return false;
	while (cursor_left(&at) != 0 && set->signature_count < MAX_SIGNATURES_PER_RRSET) {
		struct bytes copy = arena_copy(arena, take_bytes(&at, take_u16(&at)));

		if (copy.at == NULL)
			return false;
		set->signatures[set->signature_count++] = copy;
	}
	return true;
}

/* The set, in the arena; NULL: no memory. */
static struct rrset *unpack_set(const struct top *top, const struct packed_set *packed,
				struct arena *arena)
{
	struct name owner = name_root;
	struct rrset *set;

	if (top->label.length != 0) {
		struct writer to = writer_over(owner.octets, sizeof(owner.octets));

		put_u8(&to, (uint8_t)top->label.length);
		put_bytes(&to, top->label);
		put_u8(&to, 0);
		owner.length = (uint8_t)to.position;
	}
	set = rrset_new(arena, &owner, packed->type, CLASS_IN, packed->ttl);
	if (set == NULL || !unpack_records(packed->records, set, arena) ||
	    !unpack_signatures(packed->signatures, set, arena))
		return NULL;
	return set;
}

/* --- answers --- */

/* An answer on its way. */
struct making {
	const struct root_copy *copy;
	struct arena           *arena;
	struct answer_parts    *into;
	uint32_t                denial_ttl;
};

static bool add_denial_set(struct making *making, const struct top *top,
			   const struct packed_set *packed)
{
	struct rrset *set = unpack_set(top, packed, making->arena);

	if (set == NULL)
		return false;
	if (set->ttl > making->denial_ttl)
		set->ttl = set->signature_ttl = making->denial_ttl;
	rrsets_append(&making->into->sections[SECTION_AUTHORITY], set);
	return true;
}

/* RFC 2308 §5: a denial lives for the lesser of the SOA's TTL and its last field. */
static bool add_soa(struct making *making)
{
	struct top apex = read_top(making->copy, 0);
	struct packed_set soa;
	bool found = find_set(&apex, TYPE_SOA, &soa);

	must(found);                            /* zone_finish() has seen it */
	making->denial_ttl = rdata_soa_minimum(soa.records);
	if (soa.ttl < making->denial_ttl)
		making->denial_ttl = soa.ttl;
	return add_denial_set(making, &apex, &soa);
}

/* Does this NSEC reach beyond the name? The last one's next name is the root. */
static bool reaches_beyond(const struct packed_set *nsec, const struct name *name)
{
	struct cursor at = cursor_over(nsec->records);
	struct name next;

	cursor_skip(&at, 2);
	name_read(&at, &next);
	return cursor_is_good(&at) && (name_is_root(&next) || name_compare(&next, name) > 0);
}

/* The NSEC that covers the name, unless it stands there already (RFC 4035 §3.1.3.2). */
static bool add_covering(struct making *making, const struct name *name)
{
	const struct rrsets *told = &making->into->sections[SECTION_AUTHORITY];
	struct name top_level;
	size_t i = find_top(making->copy, label_of(name, &top_level));
	struct packed_set nsec;
	struct top top = read_top(making->copy, i);

	while (!find_set(&top, TYPE_NSEC, &nsec)) {
		if (i == 0)
			return false;
		top = read_top(making->copy, --i);
	}
	if (!reaches_beyond(&nsec, name))
		return false;
	for (const struct rrset *set = told->first; set != NULL; set = set->next) {
		struct bytes label = bytes_of(set->owner.octets + 1, set->owner.octets[0]);

		if (set->type == TYPE_NSEC && compare_labels(label, top.label) == 0)
			return true;
	}
	return add_denial_set(making, &top, &nsec);
}

/* Neither the name nor a wildcard that would make it. */
static bool deny_name(struct making *making, const struct question *question)
{
	static const struct name wildcard = { .length = 3, .octets = "\1*" };

	making->into->rcode = RCODE_NXDOMAIN;
	if (!add_soa(making))
		return false;
	return !making->copy->is_signed || (add_covering(making, &question->name) &&
					    add_covering(making, &wildcard));
}

static bool deny_type(struct making *making, const struct top *top)
{
	struct packed_set nsec;

	if (!add_soa(making))
		return false;
	if (!making->copy->is_signed)
		return true;
	return find_set(top, TYPE_NSEC, &nsec) && add_denial_set(making, top, &nsec);
}

static bool answer_at(struct making *making, const struct top *top, uint16_t type)
{
	struct packed_set packed;
	struct rrset *set;

	if (!find_set(top, type, &packed))
		return deny_type(making, top);
	set = unpack_set(top, &packed, making->arena);
	if (set == NULL)
		return false;
	rrsets_append(&making->into->sections[SECTION_ANSWER], set);
	return true;
}

/* A question for all types, or for signatures alone, is the root's servers' to answer. */
static bool type_is_told(uint16_t type)
{
	return type != TYPE_ANY && type != TYPE_RRSIG && type != TYPE_SIG &&
	       type != TYPE_AXFR && type != TYPE_IXFR;
}

bool root_copy_answer(const struct root_copy *copy, const struct question *question,
		      struct arena *arena, struct answer_parts *into)
{
	struct making making = { .copy = copy, .arena = arena, .into = into };
	unsigned labels = name_labels(&question->name);
	struct name top_level;
	struct bytes label = label_of(&question->name, &top_level);
	struct top top = read_top(copy, find_top(copy, label));

	*into = (struct answer_parts){
		.question = *question,
		.rcode = RCODE_NOERROR,
		.security = copy->security,
		.ede = EDE_NONE,
	};
	if (question->class != CLASS_IN || !type_is_told(question->type))
		return false;
	if (compare_labels(top.label, label) != 0)
		return deny_name(&making, question);
	if (labels == 0)
		return answer_at(&making, &top, question->type);
	if (labels == 1 && question->type == TYPE_DS && top.cut.length != 0)
		return answer_at(&making, &top, TYPE_DS);
	return false;
}
