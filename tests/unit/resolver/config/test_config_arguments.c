/* SPDX-License-Identifier: MIT */
/* test_config_arguments.c — the command line, and what it does to the file's settings. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "resolver/config/config.h"

enum {
	MAX_ARGUMENTS = 8,
};

static struct config_report report;
static struct config_arguments arguments;

/* The words behind the program's name; a NULL ends them. */
static bool read_words(const char *const *words)
{
	static char program[] = "xylemd", *argv[MAX_ARGUMENTS + 2] = { program };
	int argc = 1;

	for (; words[argc - 1] != NULL; argc++)
		argv[argc] = (char *)words[argc - 1];
	argv[argc] = NULL;
	return config_arguments_read(&arguments, argc, argv, &report);
}

static const struct {
	const char *words[MAX_ARGUMENTS];
	const char *line;
} bad[] = {
	{ { "--lisen", "::1" }, "xylemd: there is no option '--lisen'; did you mean '--listen'?" },
	{ { "-x" }, "xylemd: there is no option '-x'; xylemd --help lists them" },
	{ { "--list" }, "xylemd: there is no option '--list'; did you mean '--listen'?" },
	{ { "start" }, "xylemd: 'start' is no option; xylemd --help lists them" },
	{ { "--listen" }, "xylemd: '--listen' needs a value: ADDRESS[@PORT]" },
	{ { "--listen=" }, "xylemd: '--listen' needs a value: ADDRESS[@PORT]" },
	{ { "--help=yes" }, "xylemd: '--help' takes no value" },
	{ { "--set", "cache.memory" },
	  "--set: 'cache.memory' has no '='; expected KEY=VALUE, like cache.memory=64MB" },
	{ { "--set", "cache.memroy=1" },
	  "--set: 'cache.memroy' isn't a setting; did you mean 'cache.memory'?" },
	{ { "--set", "=1" },
	  "--set: '=1' isn't a setting; xylemd --help-settings lists those that are" },
	{ { "--set", "forward=." }, "--set: 'forward' can only be set in a file" },
	{ { "--user\n", "x" }, "xylemd: there is no option '--user?'; did you mean '--set'?" },
	{ { "--directory", "a\nb" },
	  "xylemd: the value of '--directory' holds line breaks or control characters" },
};

START_TEST(a_wrong_command_line_is_one_clear_line)
{
	config_report_init(&report);
	ck_assert(!read_words(bad[_i].words));
	ck_assert_uint_eq(report.count, 1);
	ck_assert_str_eq(report.remarks[0].text, bad[_i].line);
	config_report_clear(&report);
}
END_TEST

START_TEST(there_is_room_for_64_settings_and_no_more)
{
	static char program[] = "xylemd", set[] = "--set", value[] = "port=54";
	static char *argv[2 * CONFIG_MAX_OPTIONS + 4] = { program };
	int argc = 1;

	for (int i = 0; i <= CONFIG_MAX_OPTIONS; i++) {
		argv[argc++] = set;
		argv[argc++] = value;
	}
	config_report_init(&report);
	ck_assert(config_arguments_read(&arguments, argc - 2, argv, &report));
	ck_assert(!config_arguments_read(&arguments, argc, argv, &report));
	ck_assert_str_eq(report.remarks[0].text,
			 "xylemd: at most 64 settings can be given as options");
	config_report_clear(&report);
}
END_TEST

static struct config *read_with(const char *const *words, const char *text)
{
	config_report_init(&report);
	ck_assert(read_words(words));
	return config_read_text(&arguments, "x.yaml", text, strlen(text), &report);
}

START_TEST(options_go_before_the_file)
{
	static const char *const words[] = { "--port", "5300", "--set=cache.max-ttl=1h",
					     "--workers=3", NULL };
	struct config *config =
		read_with(words, "port: 99\ncache.max-ttl: 2h\ncache.min-ttl: 1m\n");

	ck_assert_ptr_nonnull(config);
	ck_assert_uint_eq(config->port, 5300);
	ck_assert_uint_eq(config->listen.at[0].port, 5300);
	ck_assert_uint_eq(config->cache.max_ttl, 3600);
	ck_assert_uint_eq(config->cache.min_ttl, 60);
	ck_assert_uint_eq(config->workers, 3);
	config_free(config);
	config_report_clear(&report);
}
END_TEST

START_TEST(lists_add_up_and_replace_those_of_the_file)
{
	static const char *const words[] = { "--listen", "192.0.2.1, ::1@54", "--listen",
					     "192.0.2.2", NULL };
	struct config *config = read_with(words, "listen: 192.0.2.9\n");

	ck_assert_ptr_nonnull(config);
	ck_assert_uint_eq(config->listen.count, 3);
	ck_assert_uint_eq(config->listen.at[1].port, 54);
	ck_assert_uint_eq(config->listen.at[2].octets[3], 2);
	ck_assert(!config_is_default(config, "listen"));
	config_free(config);
	config_report_clear(&report);
}
END_TEST

START_TEST(of_two_single_values_the_last_counts)
{
	static const char *const words[] = { "--port", "1", "--set", "port=2", NULL };
	struct config *config = read_with(words, "");

	ck_assert_ptr_nonnull(config);
	ck_assert_uint_eq(config->port, 2);
	config_free(config);
	config_report_clear(&report);
}
END_TEST

START_TEST(a_list_can_be_emptied)
{
	static const char *const words[] = { "--set", "access.allow=", NULL };
	struct config *config = read_with(words, "");

	ck_assert_ptr_nonnull(config);
	ck_assert_uint_eq(config->access.allow.count, 0);
	config_free(config);
	config_report_clear(&report);
}
END_TEST

START_TEST(a_wrong_option_is_named)
{
	static const char *const words[] = { "--cache-file", "nnoe", "--log-level", "loud", NULL };

	ck_assert_ptr_null(read_with(words, "prot: 1\n"));
	ck_assert_uint_eq(report.count, 3);
	ck_assert_str_eq(report.remarks[0].text,
			 "x.yaml:1: 'prot' isn't a setting; did you mean 'port'?");
	ck_assert_str_eq(report.remarks[1].text,
			 "--cache-file: 'cache.file' is 'nnoe'; expected none or a "
			 "file's path (with a / or a . in it)");
	ck_assert_str_eq(
		report.remarks[2].text,
		"--log-level: 'log.level' is 'loud'; expected error, warning, info or debug");
	config_report_clear(&report);
}
END_TEST

/* ---- errands ---- */

static const struct {
	const char *words[MAX_ARGUMENTS];
	const char *text; /* of the file */
	int status;
	const char *out, *err; /* how they begin, after the file's name */
} errands[] = {
	{ { "--check-config", "-c" }, "port: 54\n", 0, ": fine\n", "" },
	{ { "--check-config", "-c" },
	  "prot: 54\n",
	  1,
	  "",
	  ":1: 'prot' isn't a setting; did you mean 'port'?\n" },
};

START_TEST(checking_says_fine_or_what_is_wrong)
{
	char path[] = "/tmp/test_config_XXXXXX", *out, *err;
	const char *words[] = { errands[_i].words[0], errands[_i].words[1], path, NULL };
	size_t out_length, err_length, path_length = strlen(path);
	int file = mkstemp(path);
	FILE *to, *wrong;

	ck_assert_int_ge(file, 0);
	ck_assert_int_eq(write(file, errands[_i].text, strlen(errands[_i].text)),
			 (ssize_t)strlen(errands[_i].text));
	close(file);
	config_report_init(&report);
	ck_assert(read_words(words));
	to = open_memstream(&out, &out_length);
	wrong = open_memstream(&err, &err_length);
	ck_assert_int_eq(config_errand_do(&arguments, to, wrong), errands[_i].status);
	fclose(to);
	fclose(wrong);
	unlink(path);
	ck_assert_str_eq(out_length == 0 ? "" : out + path_length, errands[_i].out);
	ck_assert_str_eq(err_length == 0 ? "" : err + path_length, errands[_i].err);
	free(out);
	free(err);
	config_report_clear(&report);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_an_error)
{
	static const char *const words[] = { "-c", "/no/such/file", "--check-config", NULL };

	config_report_init(&report);
	ck_assert(read_words(words));
	ck_assert_int_eq(arguments.errand, CONFIG_CHECK);
	ck_assert_ptr_null(config_read(&arguments, &report));
	ck_assert_str_eq(report.remarks[0].text,
			 "/no/such/file: can't be read: No such file or directory");
	config_report_clear(&report);
}
END_TEST

START_TEST(an_ordinary_start_is_no_errand)
{
	static const char *const words[] = { "--foreground", "-f", NULL };

	config_report_init(&report);
	ck_assert(read_words(words));
	ck_assert_int_eq(arguments.errand, CONFIG_RUN);
	ck_assert_uint_eq(arguments.count, 0);
	config_report_clear(&report);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config.arguments");
	TCase *lines = tcase_create("lines"), *errand = tcase_create("errands");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(lines, a_wrong_command_line_is_one_clear_line, 0,
			    sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(lines, there_is_room_for_64_settings_and_no_more);
	tcase_add_test(lines, options_go_before_the_file);
	tcase_add_test(lines, lists_add_up_and_replace_those_of_the_file);
	tcase_add_test(lines, of_two_single_values_the_last_counts);
	tcase_add_test(lines, a_list_can_be_emptied);
	tcase_add_test(lines, a_wrong_option_is_named);
	tcase_add_loop_test(errand, checking_says_fine_or_what_is_wrong, 0,
			    sizeof(errands) / sizeof(errands[0]));
	tcase_add_test(errand, a_file_that_cannot_be_read_is_an_error);
	tcase_add_test(errand, an_ordinary_start_is_no_errand);
	suite_add_tcase(suite, lines);
	suite_add_tcase(suite, errand);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
