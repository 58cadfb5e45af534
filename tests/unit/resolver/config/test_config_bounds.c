/* SPDX-License-Identifier: MIT */
/* test_config_bounds.c — how much a file may hold, and a configuration as a whole: completed,
 * printed, compared. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "resolver/config/config.h"
#include "resolver/config/report.h"
#include "resolver/config/value.h"

static const struct config_arguments no_options;
static struct config_report report;

static void begin(void)
{
	config_report_init(&report);
}

static void end(void)
{
	config_report_clear(&report);
}

static struct config *read_text(const char *text)
{
	return config_read_text(&no_options, "x.yaml", text, strlen(text), &report);
}

/* The errors of the report, each ended by a newline; the caller frees them. */
static char *errors(void)
{
	char *text;
	size_t length;
	FILE *to = open_memstream(&text, &length);

	for (size_t i = 0; i < report.count; i++)
		if (report.remarks[i].is_error) fprintf(to, "%s\n", report.remarks[i].text);
	fclose(to);
	return text;
}

/* ---- bounds ---- */

/* `head`, then `piece` until the text has at least `octets`. The caller frees it. */
static char *long_text(const char *head, const char *piece, size_t octets)
{
	size_t length = strlen(piece), at = strlen(head);
	char *text = malloc(octets + length + at + 1);

	ck_assert_ptr_nonnull(text);
	strcpy(text, head);
	for (; at < octets; at += length)
		strcpy(text + at, piece);
	return text;
}

static const struct {
	const char *head, *piece;
	size_t octets;
	const char *line;
} too_much[] = {
	{ "", "# much ado\n", 1024 * 1024 + 1, "x.yaml: the file is larger than 1MB" },
	{ "x: [", "1,", 200010,
	  "x.yaml:1: there is too much in this file: at most 100000 values are read" },
	{ "x: ", "[", 1000000, "x.yaml:1: lists and groups are nested too deeply" },
	{ "x: ", "{a: ", 1000000, "x.yaml:1: lists and groups are nested too deeply" },
};

START_TEST(a_file_is_bounded)
{
	char *text = long_text(too_much[_i].head, too_much[_i].piece, too_much[_i].octets);

	begin();
	ck_assert_ptr_null(read_text(text));
	ck_assert_uint_eq(report.count, 1);
	ck_assert_str_eq(report.remarks[0].text, too_much[_i].line);
	free(text);
	end();
}
END_TEST

START_TEST(a_list_is_bounded)
{
	char *text = long_text("access.allow:\n", "- 192.0.2.1\n", 12 * 50010);

	begin();
	ck_assert_ptr_null(read_text(text));
	ck_assert_str_eq(report.remarks[0].text,
			 "x.yaml:2: 'access.allow' has 50009 items; at most 50000 are taken");
	free(text);
	end();
}
END_TEST

START_TEST(a_long_list_is_read)
{
	char *text = long_text("access.allow:\n", "- private\n", 10 * 49990);
	struct config *config;

	begin();
	config = read_text(text);
	ck_assert_ptr_nonnull(config);
	ck_assert_uint_eq(config->access.allow.count, 6 * 49989);
	config_free(config);
	free(text);
	end();
}
END_TEST

START_TEST(many_errors_are_counted_and_few_are_shown)
{
	char *text = long_text("access.deny: 1.2.3\n", "dnssec.mdoe: off\n", 17 * 20000), *said;
	size_t length;
	FILE *all;

	begin();
	ck_assert_ptr_null(read_text(text));
	ck_assert_uint_eq(report.count, CONFIG_MAX_REMARKS);
	ck_assert_uint_eq(report.errors, report.count + report.left_out);
	said = errors();
	ck_assert_ptr_nonnull(strstr(
		said, "x.yaml:2: 'dnssec.mdoe' isn't a setting; did you mean 'dnssec.mode'?\n"));
	free(said);
	all = open_memstream(&said, &length);
	config_report_write(&report, all);
	fclose(all);
	ck_assert_ptr_nonnull(strstr(said, " more\n"));
	free(said);
	free(text);
	end();
}
END_TEST

START_TEST(warnings_never_crowd_out_an_error)
{
	const struct place place = { .file = "x.yaml", .line = 7 };

	begin();
	for (int i = 0; i < 2 * CONFIG_MAX_REMARKS; i++)
		report_warning(&report, place, "warning %d", i);
	report_error(&report, place, "the error");
	ck_assert_uint_eq(report.count, CONFIG_MAX_REMARKS);
	ck_assert_uint_eq(report.left_out, CONFIG_MAX_REMARKS + 1);
	ck_assert_str_eq(report.remarks[0].text, "x.yaml:7: warning 0");
	ck_assert_str_eq(report.remarks[CONFIG_MAX_REMARKS - 1].text, "x.yaml:7: the error");
	end();
}
END_TEST

START_TEST(hostile_values_are_shown_short_and_tame)
{
	char *text = long_text("port: ", "\xc3\xa9", 5000);

	begin();
	ck_assert_ptr_null(read_text(text));
	ck_assert_uint_lt(strlen(report.remarks[0].text), 200);
	free(text);
	end();
}
END_TEST

/* ---- paths, names ---- */

START_TEST(a_name_has_at_most_255_octets_and_labels_of_63)
{
	struct arena arena;
	char label[65], name[400];

	arena_init(&arena, 65536);
	memset(label, 'a', 64);
	label[64] = '\0';
	ck_assert_ptr_null(parse_name(label, &arena));
	label[63] = '\0';
	ck_assert_ptr_nonnull(parse_name(label, &arena));
	/* 3 × 64 + 62 + 1 = 255 on the wire */
	snprintf(name, sizeof(name), "%s.%s.%s.%.61s", label, label, label, label);
	ck_assert_ptr_nonnull(parse_name(name, &arena));
	snprintf(name, sizeof(name), "%s.%s.%s.%.62s", label, label, label, label);
	ck_assert_ptr_null(parse_name(name, &arena));
	ck_assert_ptr_null(parse_name("", &arena));
	ck_assert_ptr_null(parse_name("..", &arena));
	ck_assert_ptr_null(parse_name(".a", &arena));
	ck_assert_ptr_null(parse_name("a\\", &arena));
	ck_assert_ptr_null(parse_name("a\\25", &arena));
	ck_assert_ptr_null(parse_name("a\\256", &arena));
	ck_assert_str_eq(parse_name("\\065b\\.c", &arena), "ab\\.c.");
	arena_clear(&arena);
}
END_TEST

START_TEST(a_socket_whose_path_is_too_long_is_refused)
{
	char text[300], long_part[200];

	memset(long_part, 'd', sizeof(long_part) - 1);
	long_part[sizeof(long_part) - 1] = '\0';
	snprintf(text, sizeof(text), "directory: /%s\n", long_part);
	begin();
	ck_assert_ptr_null(read_text(text));
	ck_assert_ptr_nonnull(strstr(report.remarks[0].text, "a socket's path has at most 107"));
	end();
}
END_TEST

START_TEST(a_relative_directory_is_made_absolute)
{
	struct config *config;

	begin();
	ck_assert_int_eq(chdir("/tmp"), 0);
	config = read_text("directory: some/where/\n");
	ck_assert_ptr_nonnull(config);
	ck_assert_str_eq(config->directory, "/tmp/some/where");
	ck_assert_str_eq(config->control.socket, "/tmp/some/where/control.sock");
	config_free(config);
	end();
}
END_TEST

/* ---- showing and comparing ---- */

START_TEST(what_is_printed_reads_back_as_the_same)
{
	struct config *config, *again;
	char *first, *second;
	size_t length;
	FILE *to;

	begin();
	config = read_text(
		"directory: /s p/\"q\"\nlisten: [\"::1\", 127.0.0.1@5300]\nport: 99\n"
		"stub:\n- {zone: \"a\\\\\\\".b\", servers: \"::1\", tls: x}\n"
		"forward:\n- {zone: ., servers: [10.0.0.1], dnssec: off}\n"
		"cache: {file: none, memory: 8193KB, max-ttl: 61s}\nserve-stale.after: 1800ms\n"
		"rebinding.allow: [\"*.x\", a\\ b.c]\n");
	if (config == NULL) config_report_write(&report, stderr);
	ck_assert_ptr_nonnull(config);
	to = open_memstream(&first, &length);
	config_print(config, to);
	fclose(to);
	again = read_text(first);
	if (again == NULL) config_report_write(&report, stderr);
	ck_assert_ptr_nonnull(again);
	ck_assert_uint_eq(config_differences(config, again, NULL, 0), 0);
	ck_assert_ptr_nonnull(strstr(first, "\nport: 99  # x.yaml:3\n"));
	ck_assert_ptr_nonnull(strstr(first, "\npriming: yes  # default\n"));
	to = open_memstream(&second, &length);
	config_print(again, to);
	fclose(to);
	ck_assert_ptr_nonnull(strstr(second, "\npriming: yes  # x.yaml:"));
	free(first);
	free(second);
	config_free(config);
	config_free(again);
	end();
}
END_TEST

START_TEST(differences_say_what_a_reload_can_do)
{
	struct config_difference changed[3];
	struct config *old, *new;

	begin();
	old = read_text("cache.max-ttl: 1h\naccess.allow: [10.0.0.0/8]\n");
	new = read_text(
		"cache.max-ttl: 60m\naccess.allow: [10.0.0.0/9]\nport: 54\nlog.level: debug\n");
	ck_assert_ptr_nonnull(old);
	ck_assert_ptr_nonnull(new);
	/* the same TTL in other words is no change; `listen` has its port from `port` */
	ck_assert_uint_eq(config_differences(old, new, changed, 3), 4);
	ck_assert_str_eq(changed[0].key, "listen");
	ck_assert(changed[0].needs_restart);
	ck_assert_str_eq(changed[1].key, "port");
	ck_assert_str_eq(changed[2].key, "access.allow");
	ck_assert(!changed[2].needs_restart);
	ck_assert_uint_eq(config_differences(old, old, changed, 3), 0);
	config_free(old);
	config_free(new);
	end();
}
END_TEST

START_TEST(a_default_is_known_as_such)
{
	struct config *config;

	begin();
	config = read_text("port: 53\n");
	ck_assert_ptr_nonnull(config);
	ck_assert(config_is_default(config, "listen"));
	ck_assert(!config_is_default(config, "port"));
	config_free(config);
	config_free(NULL);
	end();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config.bounds");
	TCase *bounds = tcase_create("bounds"), *whole = tcase_create("whole");
	SRunner *runner;
	int failed;

	tcase_set_timeout(bounds, 60);
	tcase_add_loop_test(bounds, a_file_is_bounded, 0, sizeof(too_much) / sizeof(too_much[0]));
	tcase_add_test(bounds, a_list_is_bounded);
	tcase_add_test(bounds, a_long_list_is_read);
	tcase_add_test(bounds, many_errors_are_counted_and_few_are_shown);
	tcase_add_test(bounds, warnings_never_crowd_out_an_error);
	tcase_add_test(bounds, hostile_values_are_shown_short_and_tame);
	tcase_add_test(whole, a_name_has_at_most_255_octets_and_labels_of_63);
	tcase_add_test(whole, a_socket_whose_path_is_too_long_is_refused);
	tcase_add_test(whole, a_relative_directory_is_made_absolute);
	tcase_add_test(whole, what_is_printed_reads_back_as_the_same);
	tcase_add_test(whole, differences_say_what_a_reload_can_do);
	tcase_add_test(whole, a_default_is_known_as_such);
	suite_add_tcase(suite, bounds);
	suite_add_tcase(suite, whole);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
