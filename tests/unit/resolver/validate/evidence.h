/* SPDX-License-Identifier: MIT */
/* evidence.h — secure sets, made from text or octet by octet, and what they are to prove.
 *
 * A mistake in a test's text ends the test. */
#ifndef XYLEM_TESTS_EVIDENCE_H
#define XYLEM_TESTS_EVIDENCE_H

#include "resolver/validate/proof.h"

struct evidence {
	struct name   zone;
	struct arena  arena;
	struct rrsets sets;
	struct effort effort;
	struct check  check;
};

/* With as many hashes to spend as a client query has, and as many iterations as are the default. */
void evidence_init(struct evidence *evidence, const char *zone);
void evidence_clear(struct evidence *evidence);

/* One record in presentation format, or several, each on a line of its own. They are secure. */
void evidence_add(struct evidence *evidence, const char *text);

/* The NSEC3 of a name, or one whose gap is that name alone; `middle` is what stands before the next
 * hash: "1 0 0 -". Hashed with
 * no iterations and no salt, whatever it says. */
void evidence_match(struct evidence *evidence, const char *name, const char *middle,
		    const char *types);
void evidence_gap(struct evidence *evidence, const char *name, const char *middle);

/* RFC 4648 §7, in a room that the next call uses again. */
const char *base32hex(const uint8_t hash[NSEC3_HASH_SIZE]);

/* The only set of a new list: the data's octets are as given, however wrong. */
struct rrset *evidence_raw(struct evidence *evidence, const char *owner, uint16_t type,
			   struct bytes rdata);

struct proof_of evidence_of(const struct evidence *evidence);

enum claimed { NO_NAME, NO_TYPE, WILDCARD, NO_DS };

/* `number`: the type, or the wildcard's labels. */
enum proof evidence_proves(const struct evidence *evidence, enum claimed claimed,
			   const struct name *name, unsigned number);

struct name name_of(const char *text);
const char *proof_text(enum proof proof);

#endif
