/* SPDX-License-Identifier: MIT */
/* test_config_table.c — the table agrees with the struct, with itself, and with the pages. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "resolver/config/config.h"
#include "resolver/config/docs.h"
#include "resolver/config/table.h"
#include "resolver/config/value.h"

/* What each kind takes in its struct. */
static const size_t sizes[SETTING_KINDS] = {
	[YES_OR_NO] = sizeof(bool),
	[NUMBER] = sizeof(uint32_t),
	[SIZE] = sizeof(uint64_t),
	[SECONDS] = sizeof(uint32_t),
	[MILLISECONDS] = sizeof(uint32_t),
	[WORD] = sizeof(int),
	[TEXT] = sizeof(char *),
	[PATH] = sizeof(char *),
	[NAME] = sizeof(char *),
	[ADDRESSES] = sizeof(struct config_addresses),
	[NETWORKS] = sizeof(struct config_networks),
	[NAMES] = sizeof(struct config_names),
	[ZONES] = sizeof(struct config_zones),
};

static void key_is_field(const struct setting *setting)
{
	char key[64];

	ck_assert_uint_lt(strlen(setting->field), sizeof(key));
	strcpy(key, setting->field);
	for (char *at = key; *at != '\0'; at++)
		if (*at == '_') *at = '-';
	ck_assert_str_eq(setting->key, key);
}

START_TEST(a_field_is_named_like_its_key)
{
	for (size_t i = 0; i < settings_count; i++)
		key_is_field(&settings[i]);
	for (size_t i = 0; i < zone_settings_count; i++)
		key_is_field(&zone_settings[i]);
}
END_TEST

START_TEST(no_two_settings_share_a_key_or_octets_of_the_struct)
{
	static const char *owner[sizeof(struct config)];

	for (size_t i = 0; i < settings_count; i++) {
		for (size_t j = 0; j < sizes[settings[i].kind]; j++) {
			ck_assert_uint_lt(settings[i].offset + j, sizeof(struct config));
			ck_assert_msg(owner[settings[i].offset + j] == NULL, "%s and %s",
				      settings[i].key, owner[settings[i].offset + j]);
			owner[settings[i].offset + j] = settings[i].key;
		}
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(settings[i].key, settings[j].key);
		ck_assert_msg(!setting_has_group(settings[i].key), "%s is a group, too",
			      settings[i].key);
	}
}
END_TEST

static bool is_number(enum setting_kind kind)
{
	return kind == NUMBER || kind == SIZE || kind == SECONDS || kind == MILLISECONDS;
}

START_TEST(a_row_is_whole)
{
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *setting = &settings[i];

		ck_assert_ptr_nonnull(setting->sentence);
		ck_assert_msg(setting->sentence[strlen(setting->sentence) - 1] == '.', "%s",
			      setting->key);
		ck_assert_msg((setting->value != NULL) != (setting->work_out != NULL), "%s",
			      setting->key);
		ck_assert_msg(setting->work_out == NULL || setting->rule != NULL, "%s",
			      setting->key);
		ck_assert_msg(setting->kind != WORD || setting->words[1] != NULL, "%s",
			      setting->key);
		ck_assert_msg(!is_number(setting->kind) || setting->most > setting->least, "%s",
			      setting->key);
		ck_assert_msg(setting->kind == YES_OR_NO || setting->kind == WORD ||
				      setting->most > 0,
			      "%s", setting->key);
		if (setting->kind == ADDRESSES && !setting->is_planned)
			ck_assert_msg(setting->port != 0 || strcmp(setting->key, "listen") == 0,
				      "%s", setting->key);
	}
}
END_TEST

START_TEST(every_bound_of_a_number_is_kept_to_the_unit)
{
	struct config_arguments arguments = { .count = 1 };

	for (size_t i = 0; i < settings_count; i++) {
		char text[SETTING_NUMBER_TEXT];
		struct config_report report;
		struct config *config;

		if (!is_number(settings[i].kind)) continue;
		for (int beyond = 0; beyond < 2; beyond++) {
			value_number_text(settings[i].kind, settings[i].most + (uint64_t)beyond,
					  text);
			arguments.options[0] =
				(struct config_option){ "--set", settings[i].key, text };
			config_report_init(&report);
			config = config_read_text(&arguments, NULL, NULL, 0, &report);
			if (beyond == 1)
				ck_assert_msg(report.errors == 1 && config == NULL, "%s",
					      settings[i].key);
			else if (config == NULL) /* may clash with another's default */
				ck_assert_msg(strstr(report.remarks[report.count - 1].text,
						     "is more than") != NULL,
					      "%s", report.remarks[report.count - 1].text);
			config_free(config);
			config_report_clear(&report);
		}
	}
}
END_TEST

START_TEST(the_defaults_are_those_of_the_design)
{
	static const struct config_arguments no_options;
	struct config_report report;
	struct config *config;

	config_report_init(&report);
	config = config_read_text(&no_options, NULL, NULL, 0, &report);
	ck_assert_ptr_nonnull(config);
	ck_assert_uint_eq(report.count, 0);
	ck_assert_uint_eq(config->listen.count, 2);
	ck_assert_uint_eq(config->listen.at[0].port, 53);
	ck_assert_uint_ge(config->workers, 1);
	ck_assert_uint_ge(config->cache.memory, 8u << 20);
	ck_assert_uint_eq(config->cache.max_ttl, 86400);
	ck_assert_uint_eq(config->cache.max_negative_ttl, 3600);
	ck_assert_uint_eq(config->trace.option, 65300);
	ck_assert_uint_eq(config->upstream.edns_size, 1232);
	ck_assert_int_eq(config->dnssec.mode, CONFIG_DNSSEC_VALIDATE);
	ck_assert_int_eq(config->upstream.minimise, CONFIG_MINIMISE_RELAXED);
	ck_assert_int_eq(config->log.level, CONFIG_LOG_INFO);
	ck_assert_uint_eq(config->serve_stale.after, 1800);
	ck_assert_uint_eq(config->access.allow.count, 8);
	ck_assert_ptr_null(config->root_hints);
	ck_assert_ptr_null(config->control.group);
	ck_assert_ptr_null(config->path);
	ck_assert_int_eq(config->cache.file[0], '/');
	config_free(config);
	config_report_clear(&report);
}
END_TEST

/* ---- guesses ---- */

START_TEST(a_slip_is_guessed_and_nonsense_is_not)
{
	ck_assert_str_eq(setting_guess("lisen"), "listen");
	ck_assert_str_eq(setting_guess("cache.mxa-ttl"), "cache.max-ttl");
	ck_assert_str_eq(setting_guess("acces.allow"), "access.allow");
	ck_assert_str_eq(setting_guess("never-ask"), "upstream.never-ask");
	ck_assert_str_eq(setting_guess("forwards"), "forward");
	ck_assert_ptr_null(setting_guess("x"));
	ck_assert_ptr_null(setting_guess(""));
	ck_assert_ptr_null(setting_guess("interface-automatic"));
	ck_assert_ptr_null(setting_guess(
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}
END_TEST

/* ---- pages ---- */

static const struct {
	const char *page, *path;
} pages[] = {
	{ "config.md", DOCS "/config.md" },
	{ "xylemd.8", DOCS "/man/xylemd.8" },
	{ "xylemd.yaml.5", DOCS "/man/xylemd.yaml.5" },
};

static char *written_page(const char *page)
{
	char *text;
	size_t length;
	FILE *to = open_memstream(&text, &length);

	ck_assert(docs_write(page, to));
	fclose(to);
	return text;
}

START_TEST(a_page_is_as_the_table_makes_it)
{
	char *made = written_page(pages[_i].page), *kept;
	FILE *file = fopen(pages[_i].path, "r");
	size_t length = strlen(made);

	ck_assert_msg(file != NULL, "%s can't be opened", pages[_i].path);
	kept = calloc(1, length + 2);
	ck_assert_uint_le(fread(kept, 1, length + 1, file), length);
	fclose(file);
	ck_assert_msg(strcmp(made, kept) == 0, "%s is out of date: xylemd --print-docs %s >%s",
		      pages[_i].path, pages[_i].page, pages[_i].path);
	free(kept);
	free(made);
}
END_TEST

START_TEST(every_setting_is_on_the_pages_once)
{
	char *markdown = written_page("config.md"), row[80];

	for (size_t i = 0; i < settings_count; i++) {
		const char *first, *second;

		snprintf(row, sizeof(row), "\n| `%s` |", settings[i].key);
		first = strstr(markdown, row);
		ck_assert_msg(first != NULL, "%s", settings[i].key);
		second = strstr(first + 1, row);
		ck_assert_msg(second == NULL, "%s", settings[i].key);
	}
	ck_assert(!docs_write("no.page", stderr));
	free(markdown);
}
END_TEST

START_TEST(help_fits_a_terminal)
{
	char *text;
	size_t length, column = 0;
	FILE *to = open_memstream(&text, &length);

	docs_write_help(to);
	docs_write_settings(to);
	fclose(to);
	for (size_t i = 0; i < length; i++) {
		column = text[i] == '\n' ? 0 : column + 1;
		ck_assert_uint_le(column, 79);
		ck_assert_int_ne(text[i], '`');
	}
	free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config.table");
	TCase *table = tcase_create("table");
	SRunner *runner;
	int failed;

	tcase_add_test(table, a_field_is_named_like_its_key);
	tcase_add_test(table, no_two_settings_share_a_key_or_octets_of_the_struct);
	tcase_add_test(table, a_row_is_whole);
	tcase_add_test(table, every_bound_of_a_number_is_kept_to_the_unit);
	tcase_add_test(table, the_defaults_are_those_of_the_design);
	tcase_add_test(table, a_slip_is_guessed_and_nonsense_is_not);
	tcase_add_loop_test(table, a_page_is_as_the_table_makes_it, 0,
			    sizeof(pages) / sizeof(pages[0]));
	tcase_add_test(table, every_setting_is_on_the_pages_once);
	tcase_add_test(table, help_fits_a_terminal);
	suite_add_tcase(suite, table);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
