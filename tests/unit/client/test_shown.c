/* SPDX-License-Identifier: MIT */
/* test_shown.c — what reaches the terminal, and numbers as words. */
#include <check.h>
#include <stdlib.h>

#include "client/report/report.h"
#include "client/report/terminal.h"
#include "client/report/words.h"

static const struct pair {
	const char *text, *shown;
} pairs[] = {
	{ "plain text", "plain text" },
	{ "\033[31mred", "\\x1b[31mred" },
	{ "a\r\nb\tc", "a\\x0d\\x0ab\\x09c" },
	{ "bell\a back\b del\x7f", "bell\\x07 back\\x08 del\\x7f" },
	{ "\xc2\x9b" "31m", "\\u{9b}31m" },
	{ "b\xc3\xbc" "cher \xe4\xbe\x8b", "b\xc3\xbc" "cher \xe4\xbe\x8b" },
	{ "\xe2\x80\xae" "gnp.exe", "\\u{202e}gnp.exe" },
	{ "\xe2\x81\xa6" "x", "\\u{2066}x" },
	{ "zero\xe2\x80\x8bwidth", "zero\\u{200b}width" },
	{ "\xff\xfe", "\\xff\\xfe" },
	{ "\xc0\xaf", "\\xc0\\xaf" },
	{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },
	{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
	{ "cut \xe4\xbe", "cut \\xe4\\xbe" },
	{ "\xf0\x9f\x99\x82", "\xf0\x9f\x99\x82" },
};

START_TEST(hostile_text_is_harmless)
{
	char shown[256];

	neutralise(shown, sizeof(shown), bytes_of(pairs[_i].text, strlen(pairs[_i].text)), false);
	ck_assert_str_eq(shown, pairs[_i].shown);
}
END_TEST

START_TEST(zero_octets_are_shown)
{
	char shown[64];

	ck_assert_uint_eq(neutralise(shown, sizeof(shown), bytes_of("a\0b", 3), false), 6);
	ck_assert_str_eq(shown, "a\\x00b");
}
END_TEST

START_TEST(lines_and_tabs_stay_in_bodies)
{
	char shown[64];

	neutralise(shown, sizeof(shown), bytes_of("a\tb\n\033c", 6), true);
	ck_assert_str_eq(shown, "a\tb\n\\x1bc");
}
END_TEST

START_TEST(long_text_is_cut_whole)
{
	char shown[6];

	ck_assert_uint_eq(neutralise(shown, sizeof(shown), bytes_of("ab\033cd", 5), false), 2);
	ck_assert_str_eq(shown, "ab");
}
END_TEST

START_TEST(no_octet_beyond_the_terminal_is_dangerous)
{
	char text[3] = { (char)(_i >> 8), (char)_i, 0 }, shown[64];
	size_t length = neutralise(shown, sizeof(shown), bytes_of(text, 2), false);

	for (size_t i = 0; i < length; i++) {
		ck_assert_uint_ge((unsigned char)shown[i], 0x20);
		ck_assert_uint_ne((unsigned char)shown[i], 0x7f);
	}
}
END_TEST

START_TEST(unfinished_characters_are_counted)
{
	ck_assert_uint_eq(utf8_unfinished(bytes_of("abc", 3)), 0);
	ck_assert_uint_eq(utf8_unfinished(bytes_of("a\xe4\xbe", 3)), 2);
	ck_assert_uint_eq(utf8_unfinished(bytes_of("a\xe4\xbe\x8b", 4)), 0);
	ck_assert_uint_eq(utf8_unfinished(bytes_of("\xf0\x9f\x99", 3)), 3);
	ck_assert_uint_eq(utf8_unfinished(bytes_of("\xc3", 1)), 1);
	ck_assert_uint_eq(utf8_unfinished(bytes_of("\x80\x80\x80\x80", 4)), 0);
	ck_assert_uint_eq(utf8_unfinished(bytes_of("", 0)), 0);
}
END_TEST

START_TEST(nothing_said_begins_a_line)
{
	struct terminal terminal;
	char *text = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);

	ck_assert_ptr_nonnull(to);
	terminal_init(&terminal, to, COLOUR_ALWAYS);
	terminal_say(&terminal, BAD, "%s", "one\n\033[2Jtwo");
	terminal_end_line(&terminal);
	fclose(to);
	ck_assert_str_eq(text, "\033[1;31mone\\x0a\\x1b[2Jtwo\033[0m\n");
	free(text);
}
END_TEST

START_TEST(a_pipe_gets_no_colour)
{
	struct terminal terminal;
	char *text = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);

	ck_assert_ptr_nonnull(to);
	terminal_init(&terminal, to, COLOUR_AUTO);
	terminal_say(&terminal, BAD, "red");
	terminal_say_right(&terminal, PLAIN, "right");
	terminal_end_line(&terminal);
	fclose(to);
	ck_assert_ptr_null(strchr(text, '\033'));
	ck_assert_uint_eq(length, terminal.width + 1);
	free(text);
}
END_TEST

START_TEST(numbers_have_units)
{
	char text[WORDS];

	ck_assert_str_eq(time_words(text, 61449), "61.4 ms");
	ck_assert_str_eq(time_words(text, 12300000), "12.3 s");
	ck_assert_str_eq(short_time_words(text, 21), "21 µs");
	ck_assert_str_eq(size_words(text, 312), "312 B");
	ck_assert_str_eq(size_words(text, 18200), "18.2 kB");
	ck_assert_str_eq(size_words(text, 3400000), "3.4 MB");
	ck_assert_str_eq(span_words(text, 300), "5 min");
	ck_assert_str_eq(span_words(text, 93784), "1 d 2 h");
	ck_assert_str_eq(count_words(text, 1234567), "1,234,567");
	ck_assert_str_eq(count_words(text, 999), "999");
	ck_assert_str_eq(count_words(text, -123456), "-123,456");
}
END_TEST

START_TEST(phases_come_from_events)
{
	struct event_log log;
	struct phases phases;

	events_init(&log);
	event_say_at(&log, 10, STAGE_DNS, FROM_HERE, "begin", NULL);
	event_say_at(&log, 30, STAGE_DNS, FROM_HERE, "end", NULL);
	event_say_at(&log, 40, STAGE_RESPONSE, FROM_HERE, "begin", NULL);
	event_say_at(&log, 70, STAGE_RESPONSE, FROM_KERNEL, "first octet", NULL);
	event_say_at(&log, 75, STAGE_RESPONSE, FROM_HERE, "end", NULL);
	phases_read(&phases, &log, 0);
	ck_assert(phases.seen[PHASE_DNS] && phases.seen[PHASE_WAIT] && phases.seen[PHASE_RECEIVE]);
	ck_assert(!phases.seen[PHASE_TCP] && !phases.seen[PHASE_TLS]);
	ck_assert_uint_eq(phases.to_us[PHASE_DNS] - phases.from_us[PHASE_DNS], 20);
	ck_assert_uint_eq(phases.to_us[PHASE_WAIT] - phases.from_us[PHASE_WAIT], 30);
	ck_assert_uint_eq(phases.to_us[PHASE_RECEIVE] - phases.from_us[PHASE_RECEIVE], 5);
	events_clear(&log);
}
END_TEST

START_TEST(octets_of_any_kind_become_json)
{
	json_t *latin = json_octets(bytes_of("\xe4\0\x80", 3));

	ck_assert_uint_eq(json_string_length(latin), 5);
	ck_assert_int_eq(memcmp(json_string_value(latin), "\xc3\xa4\0\xc2\x80", 5), 0);
	json_decref(latin);
}
END_TEST

START_TEST(events_keep_their_facts)
{
	struct event_log log;
	const struct event *event;
	json_t *json;

	events_init(&log);
	log.leg = 2;
	event_say(&log, STAGE_TCP, FROM_KERNEL, "connected", "{s:s, s:i, s:b}", "address",
		  "192.0.2.1", "port", 80, "fast", 1);
	event = event_find(&log, 2, STAGE_TCP, "connected");
	ck_assert_ptr_nonnull(event);
	ck_assert_ptr_null(event_find(&log, 1, STAGE_TCP, "connected"));
	ck_assert_str_eq(event_text(event, "address"), "192.0.2.1");
	ck_assert_int_eq(event_number(event, "port"), 80);
	ck_assert(event_flag(event, "fast"));
	ck_assert_str_eq(event_text(event, "nothing"), "");
	ck_assert_str_eq(event_text(NULL, "nothing"), "");
	json = event_json(event);
	ck_assert_str_eq(json_string_value(json_object_get(json, "source")), "kernel");
	ck_assert_int_eq(json_integer_value(json_object_get(json, "leg")), 2);
	json_decref(json);
	events_clear(&log);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("shown");
	TCase *tests = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	tcase_add_loop_test(tests, hostile_text_is_harmless, 0, sizeof(pairs) / sizeof(pairs[0]));
	tcase_add_test(tests, zero_octets_are_shown);
	tcase_add_test(tests, lines_and_tabs_stay_in_bodies);
	tcase_add_test(tests, long_text_is_cut_whole);
	tcase_add_loop_test(tests, no_octet_beyond_the_terminal_is_dangerous, 0, 256);
	tcase_add_test(tests, unfinished_characters_are_counted);
	tcase_add_test(tests, nothing_said_begins_a_line);
	tcase_add_test(tests, a_pipe_gets_no_colour);
	tcase_add_test(tests, numbers_have_units);
	tcase_add_test(tests, phases_come_from_events);
	tcase_add_test(tests, octets_of_any_kind_become_json);
	tcase_add_test(tests, events_keep_their_facts);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
