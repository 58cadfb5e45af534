/* SPDX-License-Identifier: MIT */
/* evidence.c — ldns reads the text; our own reader makes the sets. */
#include "tests/unit/resolver/validate/evidence.h"

#include <ldns/ldns.h>

#include "cache/base/must.h"

struct name name_of(const char *text)
{
	struct name name;

	must(name_parse(text, &name));
	return name;
}

const char *proof_text(enum proof proof)
{
	static const char *const texts[] = {
		[PROOF_LACKS] = "lacks",	 [PROOF_HOLDS] = "holds",
		[PROOF_OPTS_OUT] = "opts out",	 [PROOF_COSTS] = "costs",
		[PROOF_DELEGATES] = "delegates", [PROOF_SPENT] = "spent",
	};

	return texts[proof];
}

void evidence_init(struct evidence *evidence, const char *zone)
{
	*evidence = (struct evidence){
		.zone = name_of(zone),
		.effort = { .hashes = MAX_NSEC3_HASHES },
		.check = { .most_iterations = MAX_NSEC3_ITERATIONS },
	};
	arena_init(&evidence->arena, 8 * 1024 * 1024);
	evidence->check.effort = &evidence->effort;
	evidence->check.arena = &evidence->arena;
}

void evidence_clear(struct evidence *evidence)
{
	arena_clear(&evidence->arena);
}

struct proof_of evidence_of(const struct evidence *evidence)
{
	return (struct proof_of){ .check = &evidence->check,
				  .zone = &evidence->zone,
				  .sets = &evidence->sets };
}

enum proof evidence_proves(const struct evidence *evidence, enum claimed claimed,
			   const struct name *name, unsigned number)
{
	struct proof_of of = evidence_of(evidence);

	switch (claimed) {
	case NO_NAME:
		return proof_no_name(&of, name);
	case NO_TYPE:
		return proof_no_type(&of, name, (uint16_t)number);
	case WILDCARD:
		return proof_wildcard(&of, name, number);
	case NO_DS:
		return proof_no_ds(&of, name);
	}
	unreachable();
}

static void add_record(struct evidence *evidence, const char *text)
{
	struct cursor cursor;
	struct record record;
	ldns_rr *theirs = NULL;
	uint8_t *wire = NULL;
	size_t size = 0;

	must(ldns_rr_new_frm_str(&theirs, text, 300, NULL, NULL) == LDNS_STATUS_OK);
	must(ldns_rr2wire(&wire, theirs, LDNS_SECTION_ANSWER, &size) == LDNS_STATUS_OK);
	cursor = cursor_over(bytes_of(wire, size));
	record_read(&cursor, &record);
	must(cursor_is_good(&cursor));
	must(rrsets_add(&evidence->sets, &evidence->arena, bytes_of(wire, size), &record) == OK);
	evidence->sets.last->security = SECURITY_SECURE;
	free(wire);
	ldns_rr_free(theirs);
}

void evidence_add(struct evidence *evidence, const char *text)
{
	char line[4096];

	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		must(length < sizeof(line));
		memcpy(line, text, length);
		line[length] = '\0';
		if (length != 0)
			add_record(evidence, line);
		text += length + (text[length] == '\n');
	}
}

const char *base32hex(const uint8_t hash[NSEC3_HASH_SIZE])
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	static char into[33];

	for (unsigned i = 0; i < 32; i++) {
		unsigned bit = i * 5, at = bit / 8;
		unsigned pair = (unsigned)hash[at] << 8 | (at + 1 < 20 ? hash[at + 1] : 0);

		into[i] = digits[pair >> (11 - bit % 8) & 31];
	}
	return into;
}

/* One more or one less; no hash of ours ends in so many ones or zeros. */
static void step(uint8_t hash[NSEC3_HASH_SIZE], int by)
{
	must(hash[NSEC3_HASH_SIZE - 1] != (by > 0 ? 255 : 0));
	hash[NSEC3_HASH_SIZE - 1] = (uint8_t)(hash[NSEC3_HASH_SIZE - 1] + by);
}

static void add_nsec3(struct evidence *evidence, const uint8_t hash[NSEC3_HASH_SIZE],
		      const char *middle, const uint8_t next[NSEC3_HASH_SIZE], const char *types)
{
	char line[512], zone[NAME_TEXT_SIZE];
	const char *top = name_is_root(&evidence->zone) ? "" : name_print(&evidence->zone, zone);
	int length = snprintf(line, sizeof(line), "%s.%s NSEC3 %s ", base32hex(hash), top, middle);

	must(length > 0);
	snprintf(line + length, sizeof(line) - (size_t)length, "%s %s", base32hex(next), types);
	add_record(evidence, line);
}

static void hash_text(const char *text, uint8_t into[NSEC3_HASH_SIZE])
{
	struct effort effort = { .hashes = 1 };
	struct name name = name_of(text);

	must(nsec3_hash(&effort, &name, bytes_of(NULL, 0), 0, into));
}

void evidence_match(struct evidence *evidence, const char *name, const char *middle,
		    const char *types)
{
	uint8_t hash[NSEC3_HASH_SIZE], next[NSEC3_HASH_SIZE];

	hash_text(name, hash);
	hash_text(name, next);
	step(next, 1);
	add_nsec3(evidence, hash, middle, next, types);
}

void evidence_gap(struct evidence *evidence, const char *name, const char *middle)
{
	uint8_t hash[NSEC3_HASH_SIZE], next[NSEC3_HASH_SIZE];

	hash_text(name, hash);
	hash_text(name, next);
	step(hash, -1);
	step(next, 1);
	add_nsec3(evidence, hash, middle, next, "A RRSIG");
}

struct rrset *evidence_raw(struct evidence *evidence, const char *owner, uint16_t type,
			   struct bytes rdata)
{
	struct name name = name_of(owner);
	struct rrset *set = rrset_new(&evidence->arena, &name, type, CLASS_IN, 300);

	must(set != NULL && rrset_add(set, &evidence->arena, rdata) == OK);
	set->security = SECURITY_SECURE;
	evidence->sets = (struct rrsets){ 0 };
	rrsets_append(&evidence->sets, set);
	return set;
}
