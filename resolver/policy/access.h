/* SPDX-License-Identifier: MIT */
/* access.h — who may: networks that are let in, networks that are kept out, and what holds for all
 * others.
 *
 * The longest network that holds an address decides; of two that are equal, the one that keeps out.
 * An access never changes once made, so threads share it without a lock; it has one owner, who
 * frees it when nobody looks any more. Knows addresses and nothing of the wire. A look costs a
 * binary search: lists of thousands are fine. */
#ifndef XYLEM_POLICY_ACCESS_H
#define XYLEM_POLICY_ACCESS_H

#include "cache/base/address.h"

struct access;

/* Borrowed; bits beyond a network's length don't count. */
struct access_list {
	const struct network *at;
	size_t                count;
};

/* `otherwise` holds for addresses in no network of either list. NULL: no memory. */
MUST_USE struct access *access_new(struct access_list allow, struct access_list deny,
				   bool otherwise);
void access_free(struct access *access);

/* The port doesn't count. An address of no family is never allowed. */
bool access_allows(const struct access *access, const struct address *address);

#endif
