/* SPDX-License-Identifier: MIT */
/* making.c — what tests put into a cache. */
#include "making.h"

#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>

#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "cache/rdata.h"

struct name name_of(const char *text)
{
	struct name name;

	must(name_parse(text, &name));
	return name;
}

struct question question_of(const char *name, uint16_t type)
{
	return (struct question){ .name = name_of(name), .type = type, .class = CLASS_IN };
}

static struct bytes rdata_of(const char *owner, const char *type, const char *line, uint8_t *room,
			     size_t size, uint16_t *number)
{
	struct writer data = writer_over(room, size);
	char text[4096];
	ldns_rr *record;

	snprintf(text, sizeof(text), "%s 1 IN %s %s", owner, type, line);
	must(ldns_rr_new_frm_str(&record, text, 0, NULL, NULL) == LDNS_STATUS_OK);
	for (size_t i = 0; i < ldns_rr_rd_count(record); i++) {
		ldns_rdf *field = ldns_rr_rdf(record, i);

		put_bytes(&data, bytes_of(ldns_rdf_data(field), ldns_rdf_size(field)));
	}
	*number = (uint16_t)ldns_rr_get_type(record);
	ldns_rr_free(record);
	must(writer_is_good(&data));
	return writer_bytes(&data);
}

struct rrset *set_of(struct arena *arena, const char *owner, const char *type, uint32_t ttl,
		     const char *lines)
{
	struct name name = name_of(owner);
	struct rrset *set = NULL;
	char copy[8192], *place = NULL;

	must(snprintf(copy, sizeof(copy), "%s", lines) < (int)sizeof(copy));
	for (char *line = strtok_r(copy, "\n", &place); line != NULL;
	     line = strtok_r(NULL, "\n", &place)) {
		uint8_t room[4096];
		uint16_t number;
		struct bytes rdata = rdata_of(owner, type, line, room, sizeof(room), &number);

		if (set == NULL)
			set = rrset_new(arena, &name, number, CLASS_IN, ttl);
		must(set != NULL && rrset_add(set, arena, rdata) == OK);
	}
	return set;
}

void sign(struct arena *arena, struct rrset *set, const char *signer, uint32_t expires_at)
{
	struct name name = name_of(signer);
	uint8_t room[400];
	struct writer data = writer_over(room, sizeof(room));
	struct bytes *signature = arena_take(arena, sizeof(*signature));

	put_u16(&data, set->type);
	put_u8(&data, 13);
	put_u8(&data, (uint8_t)name_labels(&set->owner));
	put_u32(&data, set->ttl);
	put_u32(&data, expires_at);
	put_u32(&data, expires_at - 86400 * 14);
	put_u16(&data, 12345);
	name_write(&data, &name);
	for (int i = 0; i < 64; i++)
		put_u8(&data, (uint8_t)(i * 7));
	must(signature != NULL && writer_is_good(&data));
	*signature = arena_copy(arena, writer_bytes(&data));
	must(signature->at != NULL);
	set->signatures = signature;
	set->signature_count = 1;
	set->signature_ttl = set->ttl;
}

struct answer *a_answer(struct arena *arena, const char *name, const char *address, uint32_t ttl,
			enum security security, uint32_t now)
{
	struct answer_parts parts = {
		.question = question_of(name, TYPE_A), .security = security, .ede = EDE_NONE,
	};
	struct answer *answer;

	must(address_parse("192.0.2.53@53", 53, &parts.from));
	rrsets_append(&parts.sections[SECTION_ANSWER], set_of(arena, name, "A", ttl, address));
	answer = answer_build(arena, &parts, now, MAX_TTL);
	must(answer != NULL);
	return answer;
}

struct cache *cache_of(size_t octets, const char *file, void (*log)(int, const char *))
{
	struct cache_settings settings = {
		.memory = octets, .file = file, .max_ttl = MAX_TTL,
		.max_negative_ttl = MAX_NEGATIVE_TTL, .log = log,
	};
	struct cache *cache;

	must(cache_new(&settings, &cache) == OK);
	return cache;
}
