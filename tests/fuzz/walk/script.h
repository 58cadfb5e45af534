/* SPDX-License-Identifier: MIT */
/* script.h — the fuzzer's octets as a script: who asks what, and what the servers say to it.
 *
 *   4 octets          settings, configured zones, how many questions, seed of chance
 *   4 octets each     a question: name, type, what happens before it, how long that takes
 *   32 octets each    a reaction: the n-th query gets the n-th one, round and round
 *
 * A reaction stands at a fixed place, so that changing one changes nothing else, and a short script
 * goes on for ever. */
#ifndef XYLEM_TESTS_FUZZ_SCRIPT_H
#define XYLEM_TESTS_FUZZ_SCRIPT_H

#include "tests/fake/fake.h"
#include "tests/fuzz/walk/said.h"

enum { HEAD_OCTETS = 4, ASK_OCTETS = 4, REACTION_OCTETS = 32, MOST_ASKS = 8 };

struct script {
	const uint8_t *head;
	unsigned       ask_count;
	const uint8_t *asks;
	size_t         reaction_count;
	const uint8_t *reactions;
	size_t         used;            /* reactions */
};

/* False: too short for one question. */
bool script_read(const uint8_t *octets, size_t length, struct script *into);

/* The next reaction's octets, which differ a little from round to round. */
void script_next(struct script *script, uint8_t into[REACTION_OCTETS]);

/* Names, types, addresses and times to live of which the scripts speak. */
enum { ALPHABET_TYPES = 16 };
void                  alphabet_init(void);
const struct name    *alphabet_name(uint8_t letter);
uint16_t              alphabet_type(uint8_t letter);
const struct address *alphabet_address(uint8_t letter);
uint32_t              alphabet_ttl(uint8_t letter);

/* What a server says that follows the script; from malloc. */
struct bytes liar_says(const uint8_t script[REACTION_OCTETS],
		       const struct exchange_request *request);

/* Does the query, or its reply, get lost? Then `into` says how. */
bool liar_loses(const uint8_t script[REACTION_OCTETS], const struct exchange_request *request,
		struct fake_reaction *into);

/* How and when the reply reaches whoever asked: a true one, or a lie. */
void liar_delivers(const uint8_t script[REACTION_OCTETS], const struct exchange_request *request,
		   struct fake_reaction *reaction);

#endif
