/* SPDX-License-Identifier: MIT */
/* answer_row.c — fuzz target: octets as they might lie in a database → is it an answer? →
 * used.
 *
 * An even first octet: the rest is the row. An odd one: the rest are changes (u16 where, u8 to
 * what) to a real answer, signed alias, denial and all, so that the deep checks are reached
 * without a corpus. What answer_is_sound() lets in must be readable: written with DNSSEC and
 * without, parsed again, expanded, capped. The same octets are tried as a packed cut. */
#include <stdlib.h>

#include "cache/base/must.h"
#include "cache/cache.h"
#include "cache/rdata.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static void read_back(const struct answer *answer, uint32_t now, bool dnssec_ok)
{
	uint8_t room[MAX_MESSAGE];
	struct writer writer = writer_over(room, sizeof(room));
	struct header header = { .flags = FLAG_QR, .questions = 1 };
	struct question question;
	struct cursor at;
	bool fits;

	answer_question(answer, &question);
	must(answer_is_for(answer, &question));
	header_write(&writer, &header);
	question_write(&writer, &question);
	fits = answer_write(answer, now, dnssec_ok, &writer, header.counts);
	must(fits);
	at = cursor_over(writer_bytes(&writer));
	cursor_skip(&at, HEADER_LENGTH);
	question_read(&at, &question);
	for (unsigned left = header.counts[0] + header.counts[1] + (unsigned)header.counts[2];
	     left > 0; left--) {
		struct record record;

		record_read(&at, &record);
		must(cursor_is_good(&at));
	}
	must(cursor_left(&at) == 0);
}

static void use_answer(struct answer *answer)
{
	struct arena arena;
	struct answer_parts parts;
	uint32_t stored_at = answer_stored_at(answer);
	enum result result;

	read_back(answer, stored_at, true);
	read_back(answer, stored_at + 10, false);
	(void)answer_from(answer);
	must(strlen(answer_ede_text(answer)) < 255);
	arena_init(&arena, 1 << 22);
	result = answer_expand(answer, stored_at, &arena, &parts);
	must(result == OK || result == NO_SPACE || result == NO_MEMORY);
	arena_clear(&arena);
	answer_adopt(answer, 1000, 60);
	must(answer_ttl_left(answer, 1000) <= 60);
	must(answer_is_sound(bytes_of(answer, answer_size(answer))));
}

static void use_cut(struct bytes octets)
{
	static uint8_t packed[CUT_PACKED_SIZE];
	static struct cut cut, again;
	size_t length;

	if (!cut_unpack(octets, &cut))
		return;
	length = cut_pack(&cut, packed);
	must(length != 0 && length == octets.length);
	must(cut_unpack(bytes_of(packed, length), &again));
}

static void add_set(struct arena *arena, struct answer_parts *parts, enum section section,
		    const char *owner, uint16_t type, struct bytes rdata)
{
	struct name name;
	struct rrset *set;

	must(name_parse(owner, &name));
	set = rrset_new(arena, &name, type, CLASS_IN, 300);
	must(set != NULL && rrset_add(set, arena, rdata) == OK);
	rrsets_append(&parts->sections[section], set);
}

/* A real answer with everything in it, as if from nobody. */
static struct answer *build_real(struct arena *arena)
{
	static const uint8_t alias[] = "\4host\3www\7example\3com", address[] = { 192, 0, 2, 1 };
	static const uint8_t nsec[] = "\4zulu\7example\3com\0\0\2\x40\1";
	static const uint8_t rrsig[] =
		"\0\5\15\3\0\0\1\54\x70\0\0\0\x60\0\0\0\1\2\7example\3com\0signature";
	static const uint8_t soa[] = "\2ns\7example\3com\0\4host\7example\3com\0"
				     "\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\1";
	struct answer_parts parts = { .security = SECURITY_SECURE,
				      .ede = 22,
				      .ede_text = "a sentence" };
	struct answer *answer;

	must(name_parse("www.example.com", &parts.question.name));
	parts.question.type = TYPE_A;
	parts.question.class = CLASS_IN;
	parts.from = address_v4(address, 53);
	add_set(arena, &parts, SECTION_ANSWER, "www.example.com", TYPE_CNAME,
		bytes_of(alias, sizeof(alias)));
	add_set(arena, &parts, SECTION_ANSWER, "host.www.example.com", TYPE_A,
		bytes_of(address, sizeof(address)));
	add_set(arena, &parts, SECTION_ANSWER, "www.example.com", TYPE_RRSIG,
		bytes_of(rrsig, sizeof(rrsig) - 1));
	add_set(arena, &parts, SECTION_AUTHORITY, "example.com", TYPE_SOA,
		bytes_of(soa, sizeof(soa)));
	add_set(arena, &parts, SECTION_AUTHORITY, "alpha.example.com", TYPE_NSEC,
		bytes_of(nsec, sizeof(nsec) - 1));
	answer = answer_build(arena, &parts, 1000, 86400);
	must(answer != NULL && answer_is_sound(bytes_of(answer, answer_size(answer))));
	return answer;
}

static void use_changed(const uint8_t *changes, size_t length)
{
	struct arena arena;
	struct answer *answer;
	size_t size;

	arena_init(&arena, 1 << 20);
	answer = build_real(&arena);
	size = answer_size(answer);
	for (; length >= 3; changes += 3, length -= 3)
		((uint8_t *)answer)[load_u16(changes) % size] = changes[2];
	if (answer_is_sound(bytes_of(answer, size)))
		use_answer(answer);
	arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	uint8_t *copy;

	if (length == 0)
		return 0;
	if (octets++[0] % 2 != 0) {
		use_changed(octets, --length);
		return 0;
	}
	copy = malloc(length--);                /* aligned, and its end is where ASan sees it */
	must(copy != NULL);
	memcpy(copy, octets, length);
	if (answer_is_sound(bytes_of(copy, length)))
		use_answer((struct answer *)copy);
	use_cut(bytes_of(octets, length));
	free(copy);
	return 0;
}
