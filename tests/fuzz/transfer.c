/* SPDX-License-Identifier: MIT */
/* transfer.c — fuzz target: octets from whoever gives the root zone → transfer → zone → digest →
 * copy → what the copy says.
 *
 * The input is a stream as TCP has it. What the headers promise is checked by must(): the zone
 * stays within its bounds and in order, and each name of the zone gets from the copy a cut or an
 * answer that can be used, or nothing. */
#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "cache/rdata.h"
#include "resolver/root/copy.h"
#include "resolver/root/digest.h"
#include "resolver/root/transfer.h"

static void check_order(const struct zone *zone)
{
	for (size_t i = 1; i < zone->count; i++) {
		struct zone_record before = zone_record(zone, i - 1), record = zone_record(zone, i);
		struct cursor at = cursor_over(before.owner), next_at = cursor_over(record.owner);
		struct name name, next;

		name_read(&at, &name);
		name_read(&next_at, &next);
		must(cursor_is_good(&at) && cursor_left(&at) == 0);
		must(cursor_is_good(&next_at) && cursor_left(&next_at) == 0);
		must(name_compare(&name, &next) <= 0);
	}
}

static void check_sections(const struct answer_parts *parts, struct arena *arena)
{
	bool denies = parts->sections[SECTION_ANSWER].first == NULL;
	struct answer *answer = answer_build(arena, parts, 0, MAX_TTL);

	if (denies)
		must(parts->sections[SECTION_AUTHORITY].first != NULL);
	if (answer != NULL)
		must(answer_rcode(answer) == parts->rcode);
}

static void ask(const struct root_copy *copy, const struct name *name, uint16_t type)
{
	const struct question question = { .name = *name, .type = type, .class = CLASS_IN };
	static struct cut cut;
	struct answer_parts parts;
	struct arena arena;

	arena_init(&arena, 256 * 1024);
	if (root_copy_find_cut(copy, name, 0, MAX_TTL, &cut)) {
		must(name_is_in(name, &cut.zone) && name_labels(&cut.zone) == 1);
		must(cut.ttl <= MAX_TTL && cut.source == CUT_FROM_LOCAL_ROOT);
	}
	if (root_copy_answer(copy, &question, &arena, &parts))
		check_sections(&parts, &arena);
	arena_clear(&arena);
}

static void ask_all(const struct root_copy *copy, const struct zone *zone)
{
	for (size_t i = 0; i < zone->count && i < 100; i++) {
		struct zone_record record = zone_record(zone, i);
		struct cursor at = cursor_over(record.owner);
		struct name name;

		name_read(&at, &name);
		ask(copy, &name, record.type);
		ask(copy, &name, TYPE_DS);
		name.octets[1] ^= 1;            /* a neighbour, or the root's end */
		if (!name_is_root(&name))
			ask(copy, &name, TYPE_A);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct transfer transfer = { .id = size < 4 ? 0 : load_u16(data + 2) };
	struct complaint why;
	struct root_copy *copy = NULL;
	struct zone zone;
	bool good;

	zone_init(&zone, &name_root);
	transfer.zone = &zone;
	good = transfer_take_stream(&transfer, bytes_of(data, size), &why);
	must(zone.count <= MAX_ROOT_RECORDS && zone.octets.used <= MAX_ROOT_OCTETS);
	if (good && zone_finish(&zone, &why)) {
		check_order(&zone);
		(void)zone_check_digest(&zone, &why);
		copy = root_copy_new(&zone, SECURITY_UNCHECKED, &why);
	}
	if (copy != NULL)
		ask_all(copy, &zone);
	root_copy_free(copy);
	zone_clear(&zone);
	return 0;
}
