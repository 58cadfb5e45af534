/* SPDX-License-Identifier: MIT */
/* holders.h — who holds how many of something that there is a bounded number of, and who gives way
 * when it runs out: the oldest thing of whoever holds most (LIMITS.md, "walks at once").
 *
 * So one client may use all that there is, and others still get their share. A client is an IPv4
 * address or an IPv6 /64, which is what one customer has; nobody's things (background work) are one
 * holder's too. Taking, giving back and finding who gives way take the same time however many there
 * are. What is held embeds a struct holding. One thread only. */
#ifndef XYLEM_POLICY_HOLDERS_H
#define XYLEM_POLICY_HOLDERS_H

#include "cache/base/address.h"
#include "cache/base/list.h"
#include "cache/base/result.h"

struct holder;
struct holders;

struct holding {
	struct list    place;           /* among its holder's, the oldest first */
	struct holder *holder;          /* NULL: nobody holds it */
};

/* For at most about `most` things; more only cost precision among those who hold most. */
MUST_USE enum result holders_new(unsigned most, struct holders **into);

/* NULL is fine. What is still held is forgotten, and must not be given back any more. */
void holders_free(struct holders *holders);

/* `who` with family 0 is nobody. `holding` is all zeros, or was given back. */
MUST_USE enum result holders_take(struct holders *holders, const struct address *who,
				  struct holding *holding);

/* Nothing happens if nobody holds it. */
void holders_give_back(struct holders *holders, struct holding *holding);

/* The oldest thing of one of those who hold most; NULL: there is none. It stays held. */
struct holding *holders_find_oldest_of_most(const struct holders *holders);

/* Would `who` be another holder than this thing's? */
bool holding_is_anothers(const struct holding *holding, const struct address *who);

#endif
