/* SPDX-License-Identifier: MIT */
/* test_nsec.c — NSEC records read, type bit maps, gaps: RFC 4034 §4. */
#include "resolver/validate/nsec.h"

#include "tests/unit/resolver/validate/evidence.h"
#include "tests/unit/suite.h"

START_TEST(a_type_map_is_sound_only_in_order_and_within_its_bounds)
{
	static const struct {
		uint8_t octets[40];
		size_t length;
		bool is_sound;
	} rows[] = {
		{ { 0 }, 0, true },
		{ { 0, 1, 0x40 }, 3, true },
		{ { 0, 1, 0x40, 1, 1, 0x80 }, 6, true },
		{ { 0, 32 }, 34, true },
		{ { 0 }, 1, false },			  /* no length */
		{ { 0, 0 }, 2, false },			  /* an empty window */
		{ { 0, 33 }, 35, false },		  /* a long one */
		{ { 0, 2, 0x40 }, 3, false },		  /* over the end */
		{ { 1, 1, 0x80, 0, 1, 0x40 }, 6, false }, /* out of order */
		{ { 0, 1, 0x40, 0, 1, 0x40 }, 6, false }, /* doubled */
		{ { 0, 1, 0x40, 1 }, 4, false },	  /* something left over */
	};

	for (size_t i = 0; i < SUITE_COUNT(rows); i++)
		ck_assert_msg(type_map_is_sound(bytes_of(rows[i].octets, rows[i].length)) ==
				      rows[i].is_sound,
			      "row %zu", i);
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

static bool reads(const char *owner, const char *next, struct bytes types, struct nsec *into)
{
	uint8_t room[NAME_SIZE + 64];
	struct writer rdata = writer_over(room, sizeof(room));
	struct name next_name = name_of(next);
	struct evidence evidence;
	struct rrset *set;
	bool is_read;

	name_write(&rdata, &next_name);
	put_bytes(&rdata, types);
	evidence_init(&evidence, "example.");
	set = evidence_raw(&evidence, owner, TYPE_NSEC, writer_bytes(&rdata));
	is_read = nsec_read(set, &evidence.zone, into);
	evidence_clear(&evidence);
	return is_read;
}

START_TEST(next_names_are_greater_or_the_zones_top)
{
	static const struct {
		const char *owner, *next;
		bool is_read;
	} rows[] = {
		{ "b.example.", "c.example.", true },
		{ "b.example.", "example.", true },
		{ "b.example.", "EXAMPLE.", true },
		{ "example.", "example.", true },
		{ "b.example.", "a.b.example.", true },
		{ "b.example.", "b.example.", false },
		{ "b.example.", "B.example.", false },
		{ "b.example.", "a.example.", false },
		{ "a.b.example.", "b.example.", false },
		{ "b.example.", "c.example.net.", false },
		{ "b.example.", ".", false },
		{ "b.example.net.", "example.", false },
		{ ".", "a.example.", false },
		{ "bexample.", "example.", false },
	};
	struct nsec nsec;

	for (size_t i = 0; i < SUITE_COUNT(rows); i++)
		ck_assert_msg(reads(rows[i].owner, rows[i].next, bytes_of("\0\1\x40", 3), &nsec) ==
				      rows[i].is_read,
			      "%s to %s", rows[i].owner, rows[i].next);
}
END_TEST

START_TEST(a_broken_type_map_or_next_name_spoils_the_record)
{
	struct evidence evidence;
	struct nsec nsec;

	ck_assert(!reads("b.example.", "c.example.", bytes_of("\0\2\x40", 3), &nsec));
	ck_assert(!reads("b.example.", "c.example.", bytes_of("\1\1\x40\0\1\x40", 6), &nsec));
	evidence_init(&evidence, "example.");
	ck_assert(!nsec_read(
		evidence_raw(&evidence, "b.example.", TYPE_NSEC, bytes_of("\1c\7exam", 7)),
		&evidence.zone, &nsec));
	ck_assert(!nsec_read(evidence_raw(&evidence, "b.example.", TYPE_NSEC, bytes_of("", 0)),
			     &evidence.zone, &nsec));
	ck_assert(
		!nsec_read(evidence_raw(&evidence, "b.example.", TYPE_A, bytes_of("\0\0\1\x40", 4)),
			   &evidence.zone, &nsec));
	evidence_clear(&evidence);
}
END_TEST

START_TEST(gaps_are_in_canonical_order_and_end_at_the_top)
{
	static const struct {
		const char *owner, *next, *name;
		unsigned encloser; /* 0: not covered */
	} rows[] = {
		{ "b.example.", "d.example.", "c.example.", 1 },
		{ "b.example.", "d.example.", "x.b.example.", 2 },
		{ "b.example.", "d.example.", "C.EXAMPLE.", 1 },
		{ "b.example.", "d.example.", "b.example.", 0 },
		{ "b.example.", "d.example.", "d.example.", 0 },
		{ "b.example.", "d.example.", "a.example.", 0 },
		{ "b.example.", "d.example.", "e.example.", 0 },
		{ "b.example.", "d.example.", "c.example.net.", 0 },
		{ "b.example.", "example.", "e.example.", 1 },
		{ "b.example.", "example.", "a.example.", 0 },
		{ "b.example.", "example.", "example.", 0 },
		{ "b.example.", "example.", "zz.", 0 },
		{ "example.", "example.", "a.example.", 1 },
		{ "b.example.", "y.d.example.", "x.d.example.", 2 },
		{ "a.c.b.example.", "d.example.", "b.c.b.example.", 3 },
	};

	for (size_t i = 0; i < SUITE_COUNT(rows); i++) {
		struct nsec nsec = { .owner = name_of(rows[i].owner),
				     .next = name_of(rows[i].next) };
		struct name zone = name_of("example."), name = name_of(rows[i].name);
		bool is_covered = nsec_covers(&nsec, &zone, &name);

		ck_assert_msg(is_covered == (rows[i].encloser != 0), "row %zu", i);
		if (is_covered)
			ck_assert_uint_eq(nsec_encloser(&nsec, &name), rows[i].encloser);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_type_map_is_sound_only_in_order_and_within_its_bounds,
		types_are_found_in_their_windows,
		next_names_are_greater_or_the_zones_top,
		a_broken_type_map_or_next_name_spoils_the_record,
		gaps_are_in_canonical_order_and_end_at_the_top,
	};

	return suite_run("validate.nsec", tests, SUITE_COUNT(tests));
}
