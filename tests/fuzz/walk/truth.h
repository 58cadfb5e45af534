/* SPDX-License-Identifier: MIT */
/* truth.h — the zones of the simulated world whose servers never lie: the root, victim., and shop.,
 * but for what the fuzzer makes of evil.shop. and of all other names of the root.
 *
 * They are the model that the cache is held against: whatever others say, of these zones it must
 * never hold anything but this. */
#ifndef XYLEM_TESTS_FUZZ_TRUTH_H
#define XYLEM_TESTS_FUZZ_TRUTH_H

#include "cache/answer.h"
#include "cache/cut.h"
#include "tests/fuzz/walk/said.h"

/* Reads the zones; once is enough. */
void truth_init(void);

/* The root's servers, as hints. */
void truth_hints(struct cut *into);

/* Is that name's truth told here? */
bool truth_covers(const struct name *name);

/* Has a server of the zone that the name is in, or of one above it, this address? */
bool truth_may_be_asked(const struct address *address, const struct name *name);

/* The reply of the server with that address. False: nothing that it must tell the truth of. */
bool truth_reply(const struct address *address, const struct question *question,
		 struct said *into);

/* Stops if an answer says anything else of these zones. */
void truth_check_answer(const struct question *question, const struct answer_parts *parts);

/* Are they the signed ones (sealed.h)? Then they have more than is told of here. */
void truth_seal(bool is_sealed);

/* Stops if the cut, found for a name of these zones, is none of theirs. */
void truth_check_cut(const struct cut *cut);

/* The name of the zone from which the server with that address answers; NULL: it isn't true. */
const char *truth_zone_at(const struct address *address, const struct question *question);

/* The i-th record as text, and the zone that it is in. At a zone's top, or the address of a server
 * of it, it stands in the one above, too. */
struct truth_text {
	const char *zone;
	const char *above;              /* "": it doesn't */
	char        record[200];
};
void truth_print(unsigned i, struct truth_text *into);

/* The names that have something, for whoever asks or looks them all up: one for each record. */
unsigned           truth_name_count(void);
const struct name *truth_name(unsigned i);

#endif
