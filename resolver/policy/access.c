/* SPDX-License-Identifier: MIT */
/* access.c — networks become ranges once, so that a look is a binary search.
 *
 * Prefixes are nested or apart, never half over each other. Sorted by where they begin, wider ones
 * first, one sweep with a stack of those that are open gives every place where the verdict changes.
 * */
#include "resolver/policy/access.h"

#include <stdlib.h>

enum { ADDRESS_OCTETS = 16, OPEN_AT_ONCE = 8 * ADDRESS_OCTETS + 1 };

/* From here up to the next edge all addresses have this verdict. */
struct edge {
	uint8_t from[ADDRESS_OCTETS];
	bool    allowed;
};

/* One family's edges, in order; the first is at the lowest address. */
struct edges {
	struct edge *at;
	size_t       count;
};

struct access {
	struct edges v4, v6;
};

struct range {
	uint8_t first[ADDRESS_OCTETS];
	uint8_t last[ADDRESS_OCTETS];
	uint8_t bits;
	bool    allowed;
};

static size_t family_octets(uint8_t family)
{
	return family == 4 ? 4 : ADDRESS_OCTETS;
}

static struct range range_of(const struct network *network, bool allowed)
{
	size_t octets = family_octets(network->address.family);
	struct range range = { .allowed = allowed, .bits = network->bits };

	if (range.bits > octets * 8)
		range.bits = (uint8_t)(octets * 8);
	for (size_t i = 0; i < octets; i++) {
		size_t before = i * 8;
		uint8_t free_bits = 0xff;

		if (range.bits >= before + 8)
			free_bits = 0;
		else if (range.bits > before)
			free_bits = (uint8_t)(0xff >> (range.bits - before));
		range.first[i] = network->address.octets[i] & (uint8_t)~free_bits;
		range.last[i] = network->address.octets[i] | free_bits;
	}
	return range;
}

/* By beginning; then the wider first; then, of equals, the one that keeps out last, so that it
 * holds. */
static int compare_ranges(const void *left, const void *right)
{
	const struct range *a = left, *b = right;
	int order = memcmp(a->first, b->first, sizeof(a->first));

	if (order != 0)
		return order;
	if (a->bits != b->bits)
		return a->bits < b->bits ? -1 : 1;
	return (int)b->allowed - (int)a->allowed;
}

static size_t collect(struct access_list list, uint8_t family, bool allowed, struct range *into)
{
	size_t n = 0;

	for (size_t i = 0; i < list.count; i++) {
		if (list.at[i].address.family == family)
			into[n++] = range_of(&list.at[i], allowed);
	}
	return n;
}

static void add_edge(struct edges *edges, const uint8_t from[ADDRESS_OCTETS], bool allowed)
{
	struct edge *last = edges->count == 0 ? NULL : &edges->at[edges->count - 1];

	if (last == NULL || memcmp(last->from, from, ADDRESS_OCTETS) != 0) {
		last = &edges->at[edges->count++];
		memcpy(last->from, from, ADDRESS_OCTETS);
	}
	last->allowed = allowed;
}

/* False behind the family's last address. */
static bool next_address(const uint8_t address[ADDRESS_OCTETS], size_t octets,
			 uint8_t into[ADDRESS_OCTETS])
{
	memcpy(into, address, ADDRESS_OCTETS);
	for (size_t i = octets; i-- > 0;) {
		if (++into[i] != 0)
			return true;
	}
	return false;
}

/* The innermost open range ends: what is around it holds again. */
static void close_range(struct edges *edges, const struct range *ended, size_t octets,
			bool around)
{
	uint8_t behind[ADDRESS_OCTETS];

	if (next_address(ended->last, octets, behind))
		add_edge(edges, behind, around);
}

/* Each range gives at most two edges; `edges` has room for them and the first. */
static void sweep(const struct range *ranges, size_t count, size_t octets, bool otherwise,
		  struct edges *edges)
{
	static const uint8_t lowest[ADDRESS_OCTETS];
	const struct range *open[OPEN_AT_ONCE + 1];
	size_t depth = 0;

	add_edge(edges, lowest, otherwise);
	for (size_t i = 0; i <= count; i++) {
		while (depth > 0 && (i == count || memcmp(open[depth - 1]->last, ranges[i].first,
							 ADDRESS_OCTETS) < 0)) {
			depth--;
			close_range(edges, open[depth], octets,
				    depth == 0 ? otherwise : open[depth - 1]->allowed);
		}
		if (i == count)
			break;
		/* The same network again takes its place: so no more than one per length is open.
		 * */
		if (depth > 0 && open[depth - 1]->bits == ranges[i].bits)
			depth--;
		open[depth++] = &ranges[i];
		add_edge(edges, ranges[i].first, ranges[i].allowed);
	}
}

static enum result make_edges(struct access_list allow, struct access_list deny, uint8_t family,
			      bool otherwise, struct edges *into)
{
	size_t most = allow.count + deny.count, count;
	struct range *ranges = calloc(most + 1, sizeof(*ranges));

	into->at = calloc(2 * most + 1, sizeof(*into->at));
	if (ranges == NULL || into->at == NULL) {
		free(ranges);
		return NO_MEMORY;
	}
	count = collect(allow, family, true, ranges);
	count += collect(deny, family, false, ranges + count);
	qsort(ranges, count, sizeof(*ranges), compare_ranges);
	sweep(ranges, count, family_octets(family), otherwise, into);
	free(ranges);
	return OK;
}

struct access *access_new(struct access_list allow, struct access_list deny, bool otherwise)
{
	struct access *access = calloc(1, sizeof(*access));

	if (access == NULL)
		return NULL;
	if (make_edges(allow, deny, 4, otherwise, &access->v4) == OK &&
	    make_edges(allow, deny, 6, otherwise, &access->v6) == OK)
		return access;
	access_free(access);
	return NULL;
}

void access_free(struct access *access)
{
	if (access == NULL)
		return;
	free(access->v4.at);
	free(access->v6.at);
	free(access);
}

/* The last edge that isn't above the address. */
static bool look(const struct edges *edges, const uint8_t octets[ADDRESS_OCTETS])
{
	size_t low = 0, high = edges->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(edges->at[middle].from, octets, ADDRESS_OCTETS) <= 0)
			low = middle;
		else
			high = middle;
	}
	return edges->at[low].allowed;
}

bool access_allows(const struct access *access, const struct address *address)
{
	if (address->family == 4)
		return look(&access->v4, address->octets);
	if (address->family == 6)
		return look(&access->v6, address->octets);
	return false;
}
