/* SPDX-License-Identifier: MIT */
/* test_table.c — the table of steps is whole, and docs/walk.md shows it as it is. */
#include <stdio.h>
#include <stdlib.h>

#include "resolver/walk/join.h"
#include "tests/unit/suite.h"

START_TEST(every_step_has_a_name)
{
	for (unsigned step = 0; step < walk_step_count(); step++)
		ck_assert(walk_step_name(step) != NULL && walk_step_name(step)[0] != '\0');
}
END_TEST

START_TEST(only_the_steps_that_await_sleep)
{
	for (unsigned step = 0; step < walk_step_count(); step++) {
		bool awaits = strncmp(walk_step_name(step), "await", 5) == 0;

		ck_assert_msg(walk_step_sleeps(step) == awaits, "%s", walk_step_name(step));
	}
}
END_TEST

static void mark(unsigned step, bool *seen)
{
	if (seen[step])
		return;
	seen[step] = true;
	for (unsigned next = 0; next < walk_step_count(); next++) {
		if (walk_step_may_lead_to(step, next))
			mark(next, seen);
	}
}

START_TEST(every_step_can_be_reached)
{
	bool seen[STEPS] = { false };

	mark(LOOK_IN_CACHE, seen);
	for (unsigned step = 0; step < walk_step_count(); step++)
		ck_assert_msg(seen[step], "%s", walk_step_name(step));
}
END_TEST

START_TEST(nothing_fails_after_fail)
{
	ck_assert(!walk_step_may_lead_to(FAIL, FAIL));
	ck_assert(!walk_step_may_lead_to(ANSWER, FAIL));
	ck_assert(walk_step_may_lead_to(ACT_ON_REPLY, FAIL));
}
END_TEST

/* "| name | does | next, next |": the row of the step, NULL if the line is none. */
static char *row_of(char *line, const char *step)
{
	size_t length = strlen(step);

	if (strncmp(line, "| ", 2) != 0 || strncmp(line + 2, step, length) != 0 ||
	    strncmp(line + 2 + length, " |", 2) != 0)
		return NULL;
	return strchr(line + 2 + length + 2, '|');
}

/* Is the step named in the row's last column? */
static bool names(const char *column, const char *step)
{
	const char *at = column;
	size_t length = strlen(step);

	while ((at = strstr(at, step)) != NULL) {
		bool begins = at[-1] == ' ', ends = at[length] == ',' || at[length] == ' ';

		if (begins && ends && (at[-2] == '|' || at[-2] == ','))
			return true;
		at += length;
	}
	return false;
}

static void compare(unsigned step, const char *column)
{
	for (unsigned next = 0; next < walk_step_count(); next++) {
		if (next == FAIL)
			continue;               /* said once, below the table */
		ck_assert_msg(names(column, walk_step_name(next)) ==
				      walk_step_may_lead_to(step, next),
			      "docs/walk.md: may \"%s\" be followed by \"%s\"?",
			      walk_step_name(step), walk_step_name(next));
	}
}

START_TEST(the_document_shows_the_same_table)
{
	FILE *file = fopen(getenv("WALK_MD"), "r");
	unsigned rows = 0;
	char line[1024];

	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		for (unsigned step = 0; step < walk_step_count(); step++) {
			char *column = row_of(line, walk_step_name(step));

			if (column == NULL)
				continue;
			compare(step, column);
			rows++;
		}
	}
	fclose(file);
	ck_assert_uint_eq(rows, walk_step_count());
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		every_step_has_a_name, only_the_steps_that_await_sleep,
		every_step_can_be_reached, nothing_fails_after_fail,
		the_document_shows_the_same_table,
	};

	return suite_run("walk.table", tests, SUITE_COUNT(tests));
}
