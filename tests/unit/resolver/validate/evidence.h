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

/* The only set of a new list: the data's octets are as given, however wrong. */
struct rrset *evidence_raw(struct evidence *evidence, const char *owner, uint16_t type,
			   struct bytes rdata);

struct proof_of evidence_of(const struct evidence *evidence);

struct name name_of(const char *text);
const char *proof_text(enum proof proof);

#endif
