/* SPDX-License-Identifier: MIT */
/* test_options.c — arguments read from a table, and the tables of the commands themselves. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/command/manual.h"

struct wanted {
	bool         flag;
	const char  *text;
	struct texts texts;
	uint32_t     ms;
	int          called;
};

static const char *call(void *settings, const char *argument)
{
	((struct wanted *)settings)->called++;
	return strcmp(argument, "bad") == 0 ? "it is bad" : NULL;
}

static const struct option_row rows[] = {
	{ 'f', "flag", OPTION_FLAG, offsetof(struct wanted, flag), NULL, "a flag", NULL },
	{ 't', "text", OPTION_TEXT, offsetof(struct wanted, text), "TEXT", "a text", NULL },
	{ 'l', NULL, OPTION_TEXTS, offsetof(struct wanted, texts), "TEXT", "a list", NULL },
	{ 0, "time", OPTION_SECONDS, offsetof(struct wanted, ms), "SECONDS", "a time", NULL },
	{ 'c', "call", OPTION_CALL, 0, "TEXT", "a call", call },
	{ 0, "old", OPTION_IGNORED, 0, NULL, "ignored", NULL },
};

static const struct command command = {
	.name = "test", .usage = "", .what = "", .text = "", .options = rows, .option_count = 6,
};

static struct wanted wanted;
static int first;

/* Reads up to seven arguments after the command's name. */
static enum options_outcome read_options(const char *const *arguments, char **argv)
{
	int argc = 1;

	argv[0] = (char *)"test";
	for (; argc < 8 && arguments[argc - 1] != NULL; argc++)
		argv[argc] = (char *)arguments[argc - 1];
	argv[argc] = NULL;
	wanted = (struct wanted){ .flag = false };
	return options_read(&command, &wanted, argc, argv, &first);
}

START_TEST(each_kind_is_read)
{
	char *argv[9];

	ck_assert_int_eq(read_options((const char *[]){ "-f", "--text=a", "-lx", "-l", "y",
							"--time", "1.5", NULL },
				      argv),
			 OPTIONS_GOOD);
	ck_assert(wanted.flag);
	ck_assert_str_eq(wanted.text, "a");
	ck_assert_uint_eq(wanted.texts.count, 2);
	ck_assert_str_eq(wanted.texts.at[0], "x");
	ck_assert_str_eq(wanted.texts.at[1], "y");
	ck_assert_uint_eq(wanted.ms, 1500);
	texts_clear(&wanted.texts);
}
END_TEST

START_TEST(options_may_stand_behind_words)
{
	char *argv[9];

	ck_assert_int_eq(
		read_options((const char *[]){ "word", "-f", "--old", "other", NULL }, argv),
		OPTIONS_GOOD);
	ck_assert(wanted.flag);
	ck_assert_str_eq(argv[first], "word");
	ck_assert_str_eq(argv[first + 1], "other");
}
END_TEST

START_TEST(words_after_two_dashes_are_no_options)
{
	char *argv[9];

	ck_assert_int_eq(read_options((const char *[]){ "--", "-f", NULL }, argv), OPTIONS_GOOD);
	ck_assert(!wanted.flag);
	ck_assert_str_eq(argv[first], "-f");
}
END_TEST

START_TEST(bad_ones_are_refused)
{
	static const char *const bad[][3] = {
		{ "-z", NULL },		 { "--nonsense", NULL },  { "--text", NULL },
		{ "-t", NULL },		 { "--time=soon", NULL }, { "--time=-1", NULL },
		{ "--time=1e99", NULL }, { "-c", "bad", NULL },	  { "--flag=x", NULL },
	};
	char *argv[9];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(read_options(bad[i], argv) == OPTIONS_BAD, "%s", bad[i][0]);
}
END_TEST

START_TEST(seconds_are_numbers)
{
	uint32_t ms;

	ck_assert(seconds_read("0", &ms) && ms == 0);
	ck_assert(seconds_read("0.25", &ms) && ms == 250);
	ck_assert(seconds_read("30", &ms) && ms == 30000);
	ck_assert(!seconds_read("", &ms));
	ck_assert(!seconds_read("1s", &ms));
	ck_assert(!seconds_read("nan", &ms));
	ck_assert(!seconds_read("inf", &ms));
}
END_TEST

static const struct command *const commands[] = { &get_command, &query_command, &ctl_command };

START_TEST(tables_are_sound)
{
	const struct command *one = commands[_i];

	for (size_t i = 0; i < one->option_count; i++) {
		const struct option_row *row = &one->options[i];

		ck_assert_msg(row->sentence != NULL && row->sentence[0] != '\0', "%s", row->name);
		ck_assert_int_eq(row->call != NULL, row->kind == OPTION_CALL);
		ck_assert_int_eq(row->argument == NULL,
				 row->kind == OPTION_FLAG || row->kind == OPTION_IGNORED);
		for (size_t j = 0; j < i; j++) {
			ck_assert(row->letter == 0 || row->letter != one->options[j].letter);
			ck_assert_str_ne(row->name, one->options[j].name);
		}
	}
}
END_TEST

START_TEST(help_and_manual_name_every_option)
{
	const struct command *one = commands[_i];
	char *help = NULL, *manual = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&help, &length);

	options_help(one, to);
	fclose(to);
	to = open_memstream(&manual, &length);
	manual_page(commands, 3, to);
	fclose(to);
	for (size_t i = 0; i < one->option_count; i++) {
		ck_assert_ptr_nonnull(strstr(help, one->options[i].name));
		ck_assert_ptr_nonnull(strstr(help, one->options[i].sentence));
	}
	ck_assert_ptr_nonnull(strstr(manual, one->name));
	free(help);
	free(manual);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("options");
	TCase *tests = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	tcase_add_test(tests, each_kind_is_read);
	tcase_add_test(tests, options_may_stand_behind_words);
	tcase_add_test(tests, words_after_two_dashes_are_no_options);
	tcase_add_test(tests, bad_ones_are_refused);
	tcase_add_test(tests, seconds_are_numbers);
	tcase_add_loop_test(tests, tables_are_sound, 0, 3);
	tcase_add_loop_test(tests, help_and_manual_name_every_option, 0, 3);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
