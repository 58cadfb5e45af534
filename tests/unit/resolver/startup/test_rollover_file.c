/* SPDX-License-Identifier: MIT */
/* test_rollover_file.c — what was written is read again; what was damaged is not, whatever was. */
#include "resolver/rollover_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/suite.h"

static char             folder[] = "/tmp/xylem-rollover-XXXXXX";
static char             path[64], damaged[80];
static struct rollovers rollovers, again;
static struct complaint why;

static void add_key(struct rollover *rollover, enum rollover_state state, uint16_t length)
{
	struct rollover_key *key = &rollover->keys[rollover->count++];

	key->state = state;
	key->since = 1764585000 + rollover->count;
	key->observed = 86400 * rollover->count;
	key->length = length;
	memset(key->rdata, rollover->count, length);
	memcpy(key->rdata, (const uint8_t[]){ 1, 1, 3, 8 }, 4);
}

static void begin(void)
{
	ck_assert(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/anchors.state", folder);
	snprintf(damaged, sizeof(damaged), "%s.damaged", path);
	memset(&rollovers, 0, sizeof(rollovers));
	rollovers.count = 2;
	rollovers.zones[0] = (struct rollover){ .zone = name_root, .basis = UINT64_MAX,
						.seen_at = 1764585000, .pause = 86400 };
	ck_assert(name_parse("a\\032b.example.", &rollovers.zones[1].zone));
	for (unsigned state = 0; state < ROLLOVER_STATES; state++)
		add_key(&rollovers.zones[0], (enum rollover_state)state, (uint16_t)(260 + state));
	add_key(&rollovers.zones[1], ROLLOVER_VALID, MAX_ANCHOR_KEY);
}

static void end(void)
{
	unlink(path);
	unlink(damaged);
	rmdir(folder);
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
}

static char *printed(size_t *length)
{
	char *text = NULL;
	FILE *to = open_memstream(&text, length);

	ck_assert(rollovers_print(&rollovers, to));
	fclose(to);
	return text;
}

static bool parses(const char *text, size_t length)
{
	return rollovers_parse(bytes_of((const uint8_t *)text, length), &again, &why);
}

static void check_same(void)
{
	ck_assert_uint_eq(again.count, rollovers.count);
	for (unsigned i = 0; i < again.count; i++) {
		const struct rollover *one = &rollovers.zones[i], *other = &again.zones[i];

		ck_assert(name_equal(&one->zone, &other->zone));
		ck_assert(one->basis == other->basis && one->seen_at == other->seen_at &&
			  one->pause == other->pause && one->count == other->count);
		for (unsigned j = 0; j < one->count; j++) {
			const struct rollover_key *key = &one->keys[j], *kept = &other->keys[j];

			ck_assert(key->state == kept->state && key->since == kept->since &&
				  key->observed == kept->observed && key->length == kept->length);
			ck_assert_mem_eq(key->rdata, kept->rdata, key->length);
		}
	}
}

START_TEST(what_was_saved_is_loaded)
{
	ck_assert(rollovers_save(path, &rollovers, &why));
	ck_assert_int_eq(rollovers_load(path, &again, &why), ROLLOVER_FILE_READ);
	check_same();
}
END_TEST

START_TEST(without_a_file_there_is_nothing)
{
	ck_assert_int_eq(rollovers_load(path, &again, &why), ROLLOVER_FILE_ABSENT);
	ck_assert_uint_eq(again.count, 0);
}
END_TEST

START_TEST(a_file_cut_anywhere_is_damaged)
{
	size_t length;
	char *text = printed(&length);

	ck_assert(parses(text, length));
	check_same();
	for (size_t i = 0; i < length; i++) {
		ck_assert(!parses(text, i));
		ck_assert_uint_eq(again.count, 0);
	}
	free(text);
}
END_TEST

START_TEST(a_damaged_file_is_set_aside)
{
	FILE *file = fopen(path, "w");

	fputs("xylem-anchors 1\nzone . basis 0 seen 0 pause 0\nkey perhaps\nend\n", file);
	fclose(file);
	ck_assert_int_eq(rollovers_load(path, &again, &why), ROLLOVER_FILE_WRONG);
	ck_assert_uint_eq(again.count, 0);
	ck_assert_str_eq(why.text, "line 3 is not as xylemd writes it");
	ck_assert_int_eq(access(path, F_OK), -1);
	ck_assert_int_eq(access(damaged, F_OK), 0);
}
END_TEST

START_TEST(what_nobody_wrote_is_refused)
{
	static const char *const texts[] = {
		"", "\n", "xylem-anchors 2\nend\n", "xylem-anchors 1\n", "xylem-anchors 1\nend",
		"xylem-anchors 1\nend\n\n",
		"xylem-anchors 1\nkey valid 0 0 257 3 15 AAAA\nend\n",
		"xylem-anchors 1\nzone .. basis 0 seen 0 pause 0\nend\n",
		"xylem-anchors 1\nzone . basis g seen 0 pause 0\nend\n",
		"xylem-anchors 1\nzone . basis 10000000000000000 seen 0 pause 0\nend\n",
		"xylem-anchors 1\nzone . basis 0 seen -1 pause 0\nend\n",
		"xylem-anchors 1\nzone . basis 0 seen 0 pause 1296001\nend\n",
		"xylem-anchors 1\nzone . basis 0 seen 0 pause 0 \nend\n",
		"xylem-anchors 1\nzone . basis 0 seen 0 pause 0\n"
		"zone . basis 0 seen 0 pause 0\nend\n",
		"xylem-anchors 1\nzone . basis 0 seen 0 pause 0\n"
		"key valid 0 0 385 3 15 AAAA\nend\n",
		"xylem-anchors 1\nzone . basis 0 seen 0 pause 0\n"
		"key valid 0 0 256 3 15 AAAA\nend\n",
		"xylem-anchors 1\nzone . basis 0 seen 0 pause 0\n"
		"key valid 0 0 257 3 15 AAA\nend\n",
		"xylem-anchors 1\nzone . basis 0 seen 0 pause 0\n"
		"key valid 0 0 257 3 15 A=AA\nend\n",
		"xylem-anchors 1\nzone . basis 0 seen 0 pause 0\n"
		"key valid 0 0 257 3 15 AAAA\nkey pending 0 0 257 3 15 AAAA\nend\n",
	};

	ck_assert(parses("xylem-anchors 1\nend\n", 20));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		ck_assert_msg(!parses(texts[i], strlen(texts[i])), "%s", texts[i]);
}
END_TEST

START_TEST(so_many_zones_and_so_long_a_key_and_no_more)
{
	size_t length;
	char *text;

	for (rollovers.count = 0; rollovers.count < MAX_ANCHOR_ZONES; rollovers.count++) {
		struct rollover *zone = &rollovers.zones[rollovers.count];
		char name[16];

		memset(zone, 0, sizeof(*zone));
		snprintf(name, sizeof(name), "z%u.", rollovers.count);
		ck_assert(name_parse(name, &zone->zone));
		while (zone->count < MAX_ANCHOR_KEYS)
			add_key(zone, ROLLOVER_VALID, MAX_ANCHOR_KEY);
	}
	text = printed(&length);
	ck_assert_uint_lt(length, ROLLOVER_FILE_MOST);
	ck_assert(parses(text, length));
	check_same();
	memcpy(strstr(text, "end\n"), "zone", 4);
	ck_assert(!parses(text, strlen(text)));
	free(text);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		what_was_saved_is_loaded,
		without_a_file_there_is_nothing,
		a_file_cut_anywhere_is_damaged,
		a_damaged_file_is_set_aside,
		what_nobody_wrote_is_refused,
		so_many_zones_and_so_long_a_key_and_no_more,
	};

	return suite_run_with("startup.rollover_file", tests, SUITE_COUNT(tests), begin, end);
}
