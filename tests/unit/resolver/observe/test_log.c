/* SPDX-License-Identifier: MIT */
/* test_log.c — lines are whole, harmless, at their level and where they should be. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "cache/dns.h"
#include "resolver/observe/log.h"
#include "tests/unit/suite.h"

enum { THREADS = 4, LINES_EACH = 500 };

static long clock_ahead_s;
static char folder[64], path[128], got[1 << 20];

/* A clock that a test moves on: in libc's place. */
int clock_gettime(clockid_t clock, struct timespec *into)
{
	int result = (int)syscall(SYS_clock_gettime, clock, into);

	into->tv_sec += clock_ahead_s;
	return result;
}

static void read_log(const char *from)
{
	int file = open(from, O_RDONLY);
	ssize_t n = read(file, got, sizeof(got) - 1);

	ck_assert_int_ge(n, 0);
	got[n] = '\0';
	close(file);
}

static unsigned count_lines(void)
{
	unsigned lines = 0;

	for (const char *at = got; *at != '\0'; at++)
		lines += *at == '\n';
	return lines;
}

static enum result log_to(const char *to, enum log_level level, bool queries)
{
	struct log_settings settings = { .level = level, .queries = queries, .to = to };

	return log_configure(&settings);
}

static void set_up(void)
{
	strcpy(folder, "/tmp/xylem-log-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/log", folder);
	ck_assert_int_eq(log_to(path, LOG_LEVEL_INFO, false), OK);
}

static void tear_down(void)
{
	unlink(path);
	rmdir(folder);
}

START_TEST(a_line_has_time_level_and_text)
{
	log_warning("the %s is %d", "answer", 42);
	read_log(path);
	ck_assert_uint_eq(strlen(got),
			  strlen("2026-11-21T01:47:59.123Z warning: the answer is 42\n"));
	ck_assert_int_eq(got[10], 'T');
	ck_assert_str_eq(got + 23, "Z warning: the answer is 42\n");
}
END_TEST

START_TEST(lines_above_the_level_are_not_said)
{
	ck_assert_int_eq(log_to(path, LOG_LEVEL_WARNING, false), OK);
	log_debug("one");
	log_info("two");
	log_warning("three");
	log_error("four");
	ck_assert(log_says(LOG_LEVEL_WARNING) && !log_says(LOG_LEVEL_INFO));
	log_with_priority(LOG_NOTICE, "five");
	log_with_priority(LOG_CRIT, "six");
	read_log(path);
	ck_assert_uint_eq(count_lines(), 3);
	ck_assert_ptr_nonnull(strstr(got, "warning: three"));
	ck_assert_ptr_nonnull(strstr(got, "error: four"));
	ck_assert_ptr_nonnull(strstr(got, "error: six"));
}
END_TEST

START_TEST(hostile_octets_make_no_second_line)
{
	char octets[5000];

	log_info("a\nb\rc\x1b[31m %s", "\xff\x07");
	memset(octets, 'x', sizeof(octets));
	octets[sizeof(octets) - 1] = '\0';
	log_info("%s", octets);
	read_log(path);
	ck_assert_uint_eq(count_lines(), 2);
	ck_assert_ptr_nonnull(strstr(got, "a?b?c?[31m ??\n"));
	ck_assert_uint_le(strlen(strchr(got, '\n') + 1), LOG_LINE_SIZE);
}
END_TEST

START_TEST(errno_stays_as_it_is)
{
	errno = EXDEV;
	log_info("x");
	ck_assert_int_eq(errno, EXDEV);
}
END_TEST

START_TEST(a_surprise_is_said_once_a_minute)
{
	for (unsigned i = 0; i < 1000; i++)
		log_once_a_minute("stray", "stray reply number %u", i);
	log_once_a_minute("lame", "another kind");
	read_log(path);
	ck_assert_uint_eq(count_lines(), 2);
	ck_assert_ptr_nonnull(strstr(got, "stray reply number 0\n"));
	clock_ahead_s += 61;
	log_once_a_minute("stray", "stray again");
	read_log(path);
	ck_assert_ptr_nonnull(strstr(got, "stray again (and 999 more like it since"));
	clock_ahead_s += 61;
	log_once_a_minute("stray", "and again");
	read_log(path);
	ck_assert_ptr_nonnull(strstr(got, "and again\n"));
}
END_TEST

START_TEST(more_kinds_of_surprises_than_there_is_room_for_do_no_harm)
{
	char key[64];

	for (unsigned i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "kind-%u-with-a-key-that-is-rather-long", i);
		log_once_a_minute(key, "surprise");
	}
	read_log(path);
	ck_assert_uint_eq(count_lines(), 1000);
}
END_TEST

static void *log_much(void *who)
{
	for (unsigned i = 0; i < LINES_EACH; i++)
		log_info("thread %c says line %u and then some words to make it longer",
			 *(char *)who, i);
	return NULL;
}

START_TEST(lines_of_threads_do_not_mix_and_none_is_lost_while_the_place_changes)
{
	char names[THREADS] = { 'a', 'b', 'c', 'd' }, moved[160], line[256];
	pthread_t threads[THREADS];
	unsigned lines;
	FILE *all;

	for (unsigned i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, log_much, &names[i]), 0);
	snprintf(moved, sizeof(moved), "%s.1", path);
	ck_assert_int_eq(rename(path, moved), 0);
	for (unsigned i = 0; i < 50; i++)
		ck_assert_int_eq(log_to(path, LOG_LEVEL_INFO, false), OK);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	read_log(path);
	lines = count_lines();
	read_log(moved);
	ck_assert_uint_eq(lines + count_lines(), THREADS * LINES_EACH);
	all = fopen(moved, "r");
	while (fgets(line, sizeof(line), all) != NULL)
		ck_assert_str_eq(strstr(line, " and then"),
				 " and then some words to make it longer\n");
	fclose(all);
	unlink(moved);
}
END_TEST

START_TEST(a_file_that_cannot_be_opened_changes_nothing)
{
	ck_assert_int_eq(log_to("/nowhere/at/all/log", LOG_LEVEL_DEBUG, false), DISK_FAILED);
	ck_assert(!log_says(LOG_LEVEL_DEBUG));
	log_info("still here");
	read_log(path);
	ck_assert_uint_eq(count_lines(), 1);
}
END_TEST

/* Standard error is a pipe that JOURNAL_STREAM names, or doesn't. */
static void log_into_pipe(bool is_journal)
{
	int channel[2], before = dup(STDERR_FILENO);
	char stream[64];
	struct stat status;
	ssize_t n;

	ck_assert_int_eq(pipe(channel), 0);
	dup2(channel[1], STDERR_FILENO);
	ck_assert_int_eq(fstat(STDERR_FILENO, &status), 0);
	snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)status.st_dev,
		 (unsigned long long)status.st_ino + (is_journal ? 0 : 1));
	setenv("JOURNAL_STREAM", stream, 1);
	ck_assert_int_eq(log_to("stderr", LOG_LEVEL_INFO, false), OK);
	log_error("to whom");
	dup2(before, STDERR_FILENO);
	n = read(channel[0], got, sizeof(got) - 1);
	ck_assert_int_gt(n, 0);
	got[n] = '\0';
}

START_TEST(the_journal_gets_priorities_and_others_get_the_time)
{
	log_into_pipe(true);
	ck_assert_str_eq(got, "<3>to whom\n");
	log_into_pipe(false);
	ck_assert_str_eq(got + 23, "Z error: to whom\n");
}
END_TEST

START_TEST(a_question_is_one_line_when_wanted)
{
	struct question question = { .type = TYPE_AAAA, .class = CLASS_IN };
	struct log_question told = { .question = &question, .transport = "tcp",
				     .rcode = RCODE_SERVFAIL, .security = SECURITY_BOGUS,
				     .elapsed_us = 12345, .why = "no server\nanswered" };

	ck_assert(name_parse("www\\010.example.", &question.name));
	ck_assert(address_parse("192.0.2.7@4242", 0, &told.asker));
	log_question(&told);
	ck_assert(!log_says_questions());
	read_log(path);
	ck_assert_uint_eq(count_lines(), 0);
	ck_assert_int_eq(log_to(path, LOG_LEVEL_INFO, true), OK);
	log_question(&told);
	read_log(path);
	ck_assert_str_eq(got + 24,
			 " info: query 192.0.2.7@4242 tcp www\\010.example. AAAA SERVFAIL bogus"
			 " 12.3 ms, walked: no server?answered\n");
	ck_assert_int_eq(log_to(path, LOG_LEVEL_DEBUG, false), OK);
	told.from_cache = true;
	told.why = NULL;
	told.rcode = 77;
	log_question(&told);
	read_log(path);
	ck_assert_ptr_nonnull(strstr(got, "debug: query 192.0.2.7@4242 tcp www\\010.example. AAAA "
				     "RCODE77 bogus 12.3 ms, from the cache\n"));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_line_has_time_level_and_text, lines_above_the_level_are_not_said,
		hostile_octets_make_no_second_line, errno_stays_as_it_is,
		a_surprise_is_said_once_a_minute,
		more_kinds_of_surprises_than_there_is_room_for_do_no_harm,
		lines_of_threads_do_not_mix_and_none_is_lost_while_the_place_changes,
		a_file_that_cannot_be_opened_changes_nothing,
		the_journal_gets_priorities_and_others_get_the_time,
		a_question_is_one_line_when_wanted,
	};

	return suite_run_with("observe.log", tests, SUITE_COUNT(tests), set_up, tear_down);
}
