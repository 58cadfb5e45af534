/* SPDX-License-Identifier: MIT */
/* fake_cache.c — answers that a test has put there. */
#include "door.h"

#include "cache/base/must.h"

struct answer fake_answer(const char *name, uint16_t type, uint8_t last)
{
	static uint8_t images[256][16];
	struct answer answer = {
		.question = { .type = type, .class = CLASS_IN },
		.security = SECURITY_INSECURE,
		.ede = EDE_NONE,
		.records = 1,
		.image = bytes_of(images[last], sizeof(images[last])),
	};
	const uint8_t image[16] = { 0xc0, 12, 0, TYPE_A, 0, CLASS_IN, 0, 0, 0, 60, 0, 4, 192, 0, 2,
				    last };

	memcpy(images[last], image, sizeof(image));
	must(name_parse(name, &answer.question.name));
	return answer;
}

void fake_cache_add(struct cache *cache, const struct answer *answer)
{
	must(cache->count < FAKE_ANSWERS);
	cache->answers[cache->count++] = *answer;
}

uint64_t cache_hash_name(const struct cache *cache, const struct name *name)
{
	return name->length;
}

const struct answer *cache_find_answer(struct cache *cache, const struct question *question,
				       uint64_t name_hash, uint32_t now)
{
	cache->looks++;
	for (unsigned i = 0; i < cache->count; i++) {
		if (question_equal(&cache->answers[i].question, question))
			return &cache->answers[i];
	}
	return NULL;
}

/* What the front makes of local names: the first record of the answer, as it is. */
struct answer *answer_build(struct arena *arena, const struct answer_parts *parts, uint32_t now,
			    uint32_t max_ttl)
{
	const struct rrset *set = parts->sections[SECTION_ANSWER].first;
	struct answer *answer = arena_take(arena, sizeof(*answer));
	uint8_t room[64];
	struct writer image = writer_over(room, sizeof(room));

	must(answer != NULL);
	if (set != NULL) {
		put_u16(&image, 0xc000 | HEADER_LENGTH);
		put_u16(&image, set->type);
		put_u16(&image, set->class);
		put_u32(&image, set->ttl);
		put_u16(&image, (uint16_t)set->rdata[0].length);
		put_bytes(&image, set->rdata[0]);
	}
	*answer = (struct answer){
		.question = parts->question,
		.rcode = parts->rcode,
		.security = parts->security,
		.ede = parts->ede,
		.ede_text = parts->ede_text,
		.image = arena_copy(arena, writer_bytes(&image)),
		.records = set != NULL,
	};
	return answer;
}

unsigned answer_rcode(const struct answer *answer)
{
	return answer->rcode;
}

enum security answer_security(const struct answer *answer)
{
	return answer->security;
}

uint16_t answer_ede(const struct answer *answer)
{
	return answer->ede;
}

const char *answer_ede_text(const struct answer *answer)
{
	return answer->ede_text == NULL ? "" : answer->ede_text;
}

struct address answer_from(const struct answer *answer)
{
	return address_v4((const uint8_t[4]){ 198, 51, 100, 9 }, 53);
}

unsigned answer_records(const struct answer *answer, enum section section)
{
	return section == SECTION_ANSWER ? answer->records : 0;
}

uint32_t answer_age(const struct answer *answer, uint32_t now)
{
	return 7;
}

uint32_t answer_ttl_left(const struct answer *answer, uint32_t now)
{
	return 53;
}

bool answer_write(const struct answer *answer, uint32_t now, bool dnssec_ok,
		  struct writer *message, uint16_t counts[SECTIONS])
{
	size_t start = message->position;

	if (answer->is_for_do_only && !dnssec_ok)
		return true;
	put_bytes(message, answer->image);
	if (!writer_is_good(message)) {
		writer_go_back(message, start);
		return false;
	}
	counts[SECTION_ANSWER] = (uint16_t)answer->records;
	return true;
}
