/* SPDX-License-Identifier: MIT */
/* rrset.h — the records of one owner, type and class, with the signatures over them.
 *
 * RRsets live in the arena of the question they were found for; all they point at lies there too.
 * Their data is expanded (rdata.h). Once made, a set doesn't change but for its TTL and security,
 * and which list it hangs in. */
#ifndef XYLEM_CACHE_RRSET_H
#define XYLEM_CACHE_RRSET_H

#include "cache/base/arena.h"
#include "cache/message.h"
#include "cache/trust.h"

struct rrset {
	struct rrset *next;             /* in its section, in the order of the message */
	struct name   owner;
	uint16_t      type;
	uint16_t      class;
	uint32_t      ttl;              /* the least of its records' (RFC 2181 §5.2) */
	enum security security;
	uint16_t      count;
	uint16_t      signature_count;
	uint16_t      room;             /* for how many records `rdata` has room */
	struct bytes *rdata;            /* `count` of them */
	struct bytes *signatures;       /* RRSIG data; `signature_count` of them */
	uint32_t      signature_ttl;
};

/* One section's sets. A list of all zeros is empty. */
struct rrsets {
	struct rrset *first;
	struct rrset *last;
};

void rrsets_append(struct rrsets *sets, struct rrset *set);

/* NULL if there is none. */
struct rrset *rrsets_find(const struct rrsets *sets, const struct name *owner, uint16_t type);

/* Keeps those of which `keep` says true, in their order. */
void rrsets_filter(struct rrsets *sets, bool (*keep)(const struct rrset *, void *), void *subject);

/* Adds one record that was read from `message`; an RRSIG goes to the set it covers (made empty if
 * it comes first). A doubled record isn't added again (RFC 2181 §5). MALFORMED for data that
 * breaks its format, NO_SPACE beyond the limits, NO_MEMORY when the arena is full; then the sets
 * are as before. */
MUST_USE enum result rrsets_add(struct rrsets *sets, struct arena *arena, struct bytes message,
				const struct record *record);

/* An empty set in the arena, in no list; NULL if there is no memory. */
MUST_USE struct rrset *rrset_new(struct arena *arena, const struct name *owner, uint16_t type,
				 uint16_t class, uint32_t ttl);

/* Adds expanded data, which is copied into the arena. */
MUST_USE enum result rrset_add(struct rrset *set, struct arena *arena, struct bytes rdata);

#endif
