/* SPDX-License-Identifier: MIT */
/* test_config_used.c — the manual doesn't promise what nobody reads: a setting that is in force is
 * looked at somewhere outside resolver/config/, and one that is looked at isn't called planned. */
#include <ctype.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "resolver/config/table.h"
#include "tests/unit/suite.h"

enum {
	MAX_SOURCES = 2 * 1024 * 1024,
	MAX_OPEN = 8,
};

/* Every source of the resolver but those of its configuration, one after the other. */
static char sources[MAX_SOURCES];
static size_t sources_length;

static bool is_source(const char *path)
{
	size_t length = strlen(path);

	return length > 2 && strcmp(path + length - 2, ".c") == 0 &&
	       strstr(path, "/resolver/config/") == NULL;
}

static int take_source(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	FILE *file;

	if (kind != FTW_F || !is_source(path)) return 0;
	file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	sources_length +=
		fread(sources + sources_length, 1, MAX_SOURCES - 1 - sources_length, file);
	ck_assert_uint_lt(sources_length, MAX_SOURCES - 1);
	fclose(file);
	return 0;
}

static bool follows_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Does `config->` and this stand anywhere, as a whole; a group counts if it is handed on as one? */
static bool is_looked_at(const char *field, bool is_group)
{
	char wanted[80];

	snprintf(wanted, sizeof(wanted), "config->%s", field);
	for (const char *at = strstr(sources, wanted); at != NULL; at = strstr(at + 1, wanted)) {
		char behind = at[strlen(wanted)];

		if (!follows_name(behind) && !(is_group && behind == '.')) return true;
	}
	return false;
}

static bool group_is_handed_on(const struct setting *setting)
{
	char group[64];
	const char *dot = strchr(setting->field, '.');

	if (dot == NULL) return false;
	snprintf(group, sizeof(group), "%.*s", (int)(dot - setting->field), setting->field);
	return is_looked_at(group, true);
}

/* What config_finish() uses up itself. */
static bool is_used_up(const struct setting *setting)
{
	return strcmp(setting->key, "port") == 0;
}

static void setup(void)
{
	ck_assert_int_eq(nftw(RESOLVER, take_source, MAX_OPEN, FTW_PHYS), 0);
	ck_assert_uint_gt(sources_length, 0);
}

START_TEST(what_is_in_force_is_looked_at)
{
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *setting = &settings[i];

		if (setting->is_planned || is_used_up(setting)) continue;
		ck_assert_msg(is_looked_at(setting->field, false) || group_is_handed_on(setting),
			      "nobody looks at '%s': mark its row PLANNED until somebody does",
			      setting->key);
	}
}
END_TEST

START_TEST(what_is_planned_is_not_looked_at)
{
	for (size_t i = 0; i < settings_count; i++)
		ck_assert_msg(
			!settings[i].is_planned || !is_looked_at(settings[i].field, false),
			"'%s' is looked at: take PLANNED out of its row, and write its pages anew",
			settings[i].key);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		what_is_in_force_is_looked_at, what_is_planned_is_not_looked_at,
	};

	return suite_run_with("config.used", tests, SUITE_COUNT(tests), setup, NULL);
}
