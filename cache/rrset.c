/* SPDX-License-Identifier: MIT */
/* rrset.c — records gathered into sets. */
#include "cache/rrset.h"

#include "cache/base/limits.h"
#include "cache/rdata.h"

void rrsets_append(struct rrsets *sets, struct rrset *set)
{
	set->next = NULL;
	if (sets->last == NULL)
		sets->first = set;
	else
		sets->last->next = set;
	sets->last = set;
}

struct rrset *rrsets_find(const struct rrsets *sets, const struct name *owner, uint16_t type)
{
	for (struct rrset *set = sets->first; set != NULL; set = set->next) {
		if (set->type == type && name_equal(&set->owner, owner))
			return set;
	}
	return NULL;
}

void rrsets_filter(struct rrsets *sets, bool (*keep)(const struct rrset *, void *), void *subject)
{
	struct rrset *set = sets->first;

	*sets = (struct rrsets){ 0 };
	while (set != NULL) {
		struct rrset *next = set->next;

		if (keep(set, subject))
			rrsets_append(sets, set);
		set = next;
	}
}

struct rrset *rrset_new(struct arena *arena, const struct name *owner, uint16_t type,
			uint16_t class, uint32_t ttl)
{
	struct rrset *set = arena_take(arena, sizeof(*set));

	if (set == NULL)
		return NULL;
	set->owner = *owner;
	set->type = type;
	set->class = class;
	set->ttl = ttl;
	return set;
}

static bool has_rdata(const struct bytes *list, unsigned count, struct bytes rdata)
{
	for (unsigned i = 0; i < count; i++) {
		if (bytes_equal(list[i], rdata))
			return true;
	}
	return false;
}

/* Room for one more in a list that doubles; the old copy stays in the arena until it dies. */
static bool grow(struct rrset *set, struct arena *arena)
{
	uint16_t room = set->room == 0 ? 2 : (uint16_t)(set->room * 2);
	struct bytes *larger;

	if (set->count < set->room)
		return true;
	larger = arena_take(arena, room * sizeof(*larger));
	if (larger == NULL)
		return false;
	if (set->count != 0)
		memcpy(larger, set->rdata, set->count * sizeof(*larger));
	set->rdata = larger;
	set->room = room;
	return true;
}

enum result rrset_add(struct rrset *set, struct arena *arena, struct bytes rdata)
{
	struct bytes copy;

	if (has_rdata(set->rdata, set->count, rdata))
		return OK;
	if (set->count == MAX_RECORDS_PER_RRSET)
		return NO_SPACE;
	if (!grow(set, arena))
		return NO_MEMORY;
	copy = arena_copy(arena, rdata);
	if (copy.at == NULL)
		return NO_MEMORY;
	set->rdata[set->count++] = copy;
	return OK;
}

static enum result add_signature(struct rrset *set, struct arena *arena, struct bytes rdata,
				 uint32_t ttl)
{
	struct bytes copy;

	if (has_rdata(set->signatures, set->signature_count, rdata))
		return OK;
	if (set->signature_count == MAX_SIGNATURES_PER_RRSET)
		return OK;                      /* the rest isn't looked at: KeyTrap */
	if (set->signatures == NULL)
		set->signatures = arena_take(arena, MAX_SIGNATURES_PER_RRSET * sizeof(rdata));
	copy = arena_copy(arena, rdata);
	if (set->signatures == NULL || copy.at == NULL)
		return NO_MEMORY;
	if (set->signature_count == 0 || ttl < set->signature_ttl)
		set->signature_ttl = ttl;
	set->signatures[set->signature_count++] = copy;
	return OK;
}

/* The set to which this type of this owner belongs. NULL: there is none among `*count`. */
static struct rrset *find_set(const struct rrsets *sets, const struct record *record, uint16_t type,
			      unsigned *count)
{
	*count = 0;
	for (struct rrset *set = sets->first; set != NULL; set = set->next) {
		if (set->type == type && set->class == record->class &&
		    name_equal(&set->owner, &record->owner))
			return set;
		++*count;
	}
	return NULL;
}

static enum result add_data(struct rrset *set, struct arena *arena, struct bytes rdata,
			    uint32_t ttl)
{
	bool is_first = set->count == 0;
	enum result result = rrset_add(set, arena, rdata);

	if (result == OK && (is_first || ttl < set->ttl))
		set->ttl = ttl;
	return result;
}

enum result rrsets_add(struct rrsets *sets, struct arena *arena, struct bytes message,
		       const struct record *record)
{
	uint8_t room[MAX_MESSAGE];
	struct writer expanded = writer_over(room, sizeof(room));
	bool is_signature = record->type == TYPE_RRSIG;
	uint16_t type = record->type;
	unsigned count;
	struct rrset *known, *set;
	enum result result;

	rdata_expand(message, record, &expanded);
	if (!writer_is_good(&expanded))
		return MALFORMED;
	if (is_signature)
		type = rdata_covered_type(writer_bytes(&expanded));
	known = find_set(sets, record, type, &count);
	if (known == NULL && count >= MAX_RRSETS_PER_REPLY)
		return NO_SPACE;
	set = known != NULL ? known
			    : rrset_new(arena, &record->owner, type, record->class, record->ttl);
	if (set == NULL)
		return NO_MEMORY;
	if (is_signature)
		result = add_signature(set, arena, writer_bytes(&expanded), record->ttl);
	else
		result = add_data(set, arena, writer_bytes(&expanded), record->ttl);
	if (result == OK && known == NULL)
		rrsets_append(sets, set);
	return result;
}
