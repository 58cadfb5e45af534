/* SPDX-License-Identifier: MIT */
/* test_nsec.c — NSEC records read, type bit maps, gaps: RFC 4034 §4. */
#include "resolver/validate/nsec.h"

#include "tests/unit/resolver/validate/evidence.h"
#include "tests/unit/suite.h"

START_TEST(a_type_map_is_sound_only_in_order_and_within_its_bounds)
{
	static const struct {
		uint8_t octets[40];
		size_t  length;
		bool    is_sound;
	} rows[] = {
		{ { 0 }, 0, true },
		{ { 0, 1, 0x40 }, 3, true },
		{ { 0, 1, 0x40, 1, 1, 0x80 }, 6, true },
		{ { 0, 32 }, 34, true },
		{ { 0 }, 1, false },                            /* no length */
		{ { 0, 0 }, 2, false },                         /* an empty window */
		{ { 0, 33 }, 35, false },                       /* a long one */
		{ { 0, 2, 0x40 }, 3, false },                   /* over the end */
		{ { 1, 1, 0x80, 0, 1, 0x40 }, 6, false },       /* out of order */
		{ { 0, 1, 0x40, 0, 1, 0x40 }, 6, false },       /* doubled */
		{ { 0, 1, 0x40, 1 }, 4, false },                /* something left over */
	};

	for (size_t i = 0; i < SUITE_COUNT(rows); i++)
		ck_assert_msg(type_map_is_sound(bytes_of(rows[i].octets, rows[i].length)) ==
			      rows[i].is_sound, "row %zu", i);
}
END_TEST

START_TEST(types_are_found_in_their_windows)
{
	static const uint8_t octets[] = { 0, 6, 0x40, 0x01, 0, 0, 0, 0x03, 1, 1, 0x40, 255, 1, 1 };
	struct bytes types = bytes_of(octets, sizeof(octets));
	static const uint16_t those[] = { TYPE_A, TYPE_MX, TYPE_RRSIG, TYPE_NSEC, 257, 0xff07 };
	unsigned found = 0;

	for (size_t i = 0; i < SUITE_COUNT(those); i++)
		ck_assert_msg(type_map_has(types, those[i]), "type %u", those[i]);
	for (unsigned type = 0; type <= UINT16_MAX; type++)
		found += type_map_has(types, (uint16_t)type);
	ck_assert_uint_eq(found, SUITE_COUNT(those));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_type_map_is_sound_only_in_order_and_within_its_bounds,
		types_are_found_in_their_windows,
	};

	return suite_run("validate.nsec", tests, SUITE_COUNT(tests));
}
