/* SPDX-License-Identifier: MIT */
/* answer_row.c — fuzz target: octets as they might lie in a database → is it an answer? → used.
 *
 * What answer_is_sound() lets in must be readable: written with DNSSEC and without, parsed again, expanded, capped. The
 * same octets are tried as a packed cut. */
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
	for (unsigned left = header.counts[0] + header.counts[1] + (unsigned)header.counts[2]; left > 0; left--) {
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

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	uint8_t *copy = malloc(length + 1);     /* aligned, and exactly so long: ASan sees the end */

	must(copy != NULL);
	memcpy(copy, octets, length);
	if (answer_is_sound(bytes_of(copy, length)))
		use_answer((struct answer *)copy);
	use_cut(bytes_of(octets, length));
	free(copy);
	return 0;
}
