/* SPDX-License-Identifier: MIT */
/* test_arena.c — memory that dies at once keeps to its ceiling. */
#include "cache/base/arena.h"

#include "tests/unit/suite.h"

START_TEST(what_is_taken_is_zero_and_aligned)
{
	struct arena arena;

	arena_init(&arena, 1 << 20);
	for (size_t size = 1; size < 3000; size += 7) {
		uint8_t *taken = arena_take(&arena, size);

		ck_assert_ptr_nonnull(taken);
		ck_assert_uint_eq((uintptr_t)taken % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			ck_assert_uint_eq(taken[i], 0);
		memset(taken, 0xff, size);
	}
	arena_clear(&arena);
}
END_TEST

START_TEST(more_than_the_ceiling_is_refused_and_the_rest_stays)
{
	struct arena arena;
	size_t taken = 0;
	uint8_t *first;

	arena_init(&arena, 100000);
	first = arena_take(&arena, 10);
	ck_assert_ptr_nonnull(first);
	*first = 42;
	while (arena_take(&arena, 1000) != NULL)
		taken += 1000;
	ck_assert_uint_le(taken, 100000);
	ck_assert_uint_ge(taken, 50000);
	ck_assert_uint_le(arena.held, 100000);
	ck_assert_uint_eq(*first, 42);
	ck_assert_ptr_null(arena_take(&arena, SIZE_MAX));
	ck_assert_ptr_null(arena_take(&arena, SIZE_MAX - 8));
	arena_clear(&arena);
}
END_TEST

START_TEST(a_cleared_arena_can_be_used_again)
{
	struct arena arena;

	arena_init(&arena, 10000);
	ck_assert_ptr_nonnull(arena_take(&arena, 9000));
	arena_clear(&arena);
	ck_assert_uint_eq(arena.held, 0);
	ck_assert_ptr_nonnull(arena_take(&arena, 9000));
	arena_clear(&arena);
	arena_clear(&arena);
}
END_TEST

START_TEST(copies_are_apart_from_what_they_copy)
{
	struct arena arena;
	char from[] = "leaf";
	struct bytes copy;

	arena_init(&arena, 10000);
	copy = arena_copy(&arena, bytes_of(from, 4));
	from[0] = 'L';
	ck_assert(bytes_equal(copy, bytes_of("leaf", 4)));
	ck_assert_ptr_nonnull(arena_copy(&arena, bytes_of(NULL, 0)).at);
	arena_clear(&arena);
}
END_TEST

START_TEST(a_message_can_always_be_shown)
{
	struct arena arena;

	arena_init(&arena, 5000);
	ck_assert_str_eq(arena_print(&arena, "%s of %d", "two", 3), "two of 3");
	while (arena_take(&arena, 100) != NULL)
		continue;
	ck_assert_str_eq(arena_print(&arena, "%0200d", 1), "");
	arena_clear(&arena);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		what_is_taken_is_zero_and_aligned,
		more_than_the_ceiling_is_refused_and_the_rest_stays,
		a_cleared_arena_can_be_used_again, copies_are_apart_from_what_they_copy,
		a_message_can_always_be_shown,
	};

	return suite_run("base.arena", tests, SUITE_COUNT(tests));
}
