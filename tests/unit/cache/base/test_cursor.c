/* SPDX-License-Identifier: MIT */
/* test_cursor.c — the reader and the writer never leave their octets, and remember their first
 * error. */
#include "cache/base/cursor.h"

#include "tests/unit/suite.h"

START_TEST(numbers_are_big_endian)
{
	struct cursor at = cursor_over(bytes_of("\1\2\3\4\5\6\7", 7));

	ck_assert_uint_eq(take_u8(&at), 1);
	ck_assert_uint_eq(take_u16(&at), 0x0203);
	ck_assert_uint_eq(take_u32(&at), 0x04050607);
	ck_assert(cursor_is_good(&at));
	ck_assert_uint_eq(cursor_left(&at), 0);
}
END_TEST

START_TEST(a_reader_that_ran_off_the_end_gives_zeros_for_ever)
{
	struct cursor at = cursor_over(bytes_of("\1\2\3", 3));

	ck_assert_uint_eq(take_u32(&at), 0);
	ck_assert(!cursor_is_good(&at));
	ck_assert_uint_eq(take_u8(&at), 0);
	ck_assert_uint_eq(take_bytes(&at, 0).length, 0);
	ck_assert_uint_eq(cursor_left(&at), 0);
}
END_TEST

START_TEST(a_length_larger_than_all_memory_is_refused)
{
	struct cursor at = cursor_over(bytes_of("\1\2\3", 3));

	take_u8(&at);
	ck_assert_ptr_null(take_bytes(&at, SIZE_MAX).at);
	ck_assert(!cursor_is_good(&at));
}
END_TEST

START_TEST(the_rest_may_be_empty)
{
	struct cursor at = cursor_over(bytes_of("\1\2\3", 3));

	ck_assert_uint_eq(take_rest(&at).length, 3);
	ck_assert_uint_eq(take_rest(&at).length, 0);
	ck_assert(cursor_is_good(&at));
}
END_TEST

START_TEST(what_is_written_is_read_again)
{
	uint8_t room[7];
	struct writer writer = writer_over(room, sizeof(room));

	put_u8(&writer, 1);
	put_u16(&writer, 0x0203);
	put_u32(&writer, 0x04050607);
	ck_assert(writer_is_good(&writer));
	ck_assert(bytes_equal(writer_bytes(&writer), bytes_of("\1\2\3\4\5\6\7", 7)));
}
END_TEST

START_TEST(a_full_writer_writes_nothing_more)
{
	uint8_t room[4] = { 9, 9, 9, 9 };
	struct writer writer = writer_over(room, 3);

	put_u16(&writer, 1);
	put_u16(&writer, 2);
	put_u8(&writer, 3);
	ck_assert(!writer_is_good(&writer));
	ck_assert_uint_eq(room[2], 9);
	ck_assert_uint_eq(room[3], 9);
}
END_TEST

START_TEST(a_writer_goes_back_to_before_what_did_not_fit)
{
	uint8_t room[4];
	struct writer writer = writer_over(room, sizeof(room));

	put_u16(&writer, 1);
	put_u32(&writer, 2);
	writer_go_back(&writer, 2);
	ck_assert(writer_is_good(&writer));
	put_u16(&writer, 7);
	ck_assert(bytes_equal(writer_bytes(&writer), bytes_of("\0\1\0\7", 4)));
	patch_u16(&writer, 0, 0x0809);
	ck_assert(bytes_equal(writer_bytes(&writer), bytes_of("\x8\x9\0\7", 4)));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		numbers_are_big_endian, a_reader_that_ran_off_the_end_gives_zeros_for_ever,
		a_length_larger_than_all_memory_is_refused, the_rest_may_be_empty,
		what_is_written_is_read_again, a_full_writer_writes_nothing_more,
		a_writer_goes_back_to_before_what_did_not_fit,
	};

	return suite_run("base.cursor", tests, SUITE_COUNT(tests));
}
