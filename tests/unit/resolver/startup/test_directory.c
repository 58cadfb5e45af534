/* SPDX-License-Identifier: MIT */
/* test_directory.c — the folder is made once, and has one daemon at a time. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "resolver/startup/directory.h"
#include "tests/unit/suite.h"

static char top[64];

static void set_up(void)
{
	snprintf(top, sizeof(top), "/tmp/xylem-directory-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(top));
}

static void tear_down(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", top);
	ck_assert_int_eq(system(command), 0);
}

static const char *below(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	return path;
}

static struct identity ourselves(void)
{
	return (struct identity){ .name = "us", .uid = geteuid(), .gid = getegid() };
}

START_TEST(it_is_made_with_those_above_it)
{
	struct identity owner = ourselves();
	struct complaint why;
	struct stat facts;

	umask(0);
	ck_assert(directory_make(below("a/b/c"), &owner, &why));
	ck_assert_int_eq(stat(below("a/b/c"), &facts), 0);
	ck_assert_uint_eq(facts.st_mode & 07777, 0750);
	ck_assert(directory_make(below("a/b/c"), &owner, &why)); /* there already: fine */
}
END_TEST

START_TEST(a_file_in_its_place_is_refused)
{
	struct identity owner = ourselves();
	struct complaint why;

	close(open(below("file"), O_CREAT | O_WRONLY, 0600));
	ck_assert(!directory_make(below("file"), &owner, &why));
	ck_assert_msg(strstr(why.text, "isn't a directory") != NULL, "%s", why.text);
}
END_TEST

START_TEST(the_second_to_lock_it_is_told_who_was_first)
{
	struct complaint why;
	char pid[32];
	int first = directory_lock(top, &why), second;

	ck_assert_int_ge(first, 0);
	second = directory_lock(top, &why);
	ck_assert_int_eq(second, -1);
	snprintf(pid, sizeof(pid), "(pid %d)", (int)getpid());
	ck_assert_msg(strstr(why.text, pid) != NULL, "%s", why.text);
	close(first);
	second = directory_lock(top, &why);
	ck_assert_int_ge(second, 0);
	close(second);
}
END_TEST

START_TEST(a_link_in_the_lock_files_place_is_not_followed)
{
	struct complaint why;

	ck_assert_int_eq(symlink("elsewhere", below("lock")), 0);
	ck_assert_int_eq(directory_lock(top, &why), -1);
	ck_assert_int_ne(access(below("elsewhere"), F_OK), 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		it_is_made_with_those_above_it,
		a_file_in_its_place_is_refused,
		the_second_to_lock_it_is_told_who_was_first,
		a_link_in_the_lock_files_place_is_not_followed,
	};

	return suite_run_with("startup.directory", tests, SUITE_COUNT(tests), set_up, tear_down);
}
