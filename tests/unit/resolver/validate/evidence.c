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
		[PROOF_LACKS] = "lacks", [PROOF_HOLDS] = "holds", [PROOF_OPTS_OUT] = "opts out",
		[PROOF_COSTS] = "costs", [PROOF_DELEGATES] = "delegates", [PROOF_SPENT] = "spent",
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
	return (struct proof_of){ .check = &evidence->check, .zone = &evidence->zone,
				  .sets = &evidence->sets };
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
