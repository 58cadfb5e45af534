/* SPDX-License-Identifier: MIT */
/* test_nsec3.c — NSEC3 records read, and names hashed: RFC 5155 §3 to §5, appendix A. */
#include "resolver/validate/nsec3.h"

#include <ldns/ldns.h>

#include "tests/unit/resolver/validate/evidence.h"
#include "tests/unit/suite.h"

static const uint8_t salt_of_the_rfc[] = { 0xaa, 0xbb, 0xcc, 0xdd };

/* The owner that the hash of a name has in the zone `example`. */
static const char *hashed_text(const char *text, struct bytes salt, unsigned iterations)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	static char into[33];
	uint8_t hash[NSEC3_HASH_SIZE];
	struct effort effort = { .hashes = 1 };
	struct name name = name_of(text);

	ck_assert(nsec3_hash(&effort, &name, salt, iterations, hash));
	for (unsigned i = 0; i < 32; i++) {
		unsigned bit = i * 5, at = bit / 8;
		unsigned pair = (unsigned)hash[at] << 8 | (at + 1 < 20 ? hash[at + 1] : 0);

		into[i] = digits[pair >> (11 - bit % 8) & 31];
	}
	return into;
}

START_TEST(hashes_are_those_of_the_rfc)
{
	static const char *const rows[][2] = {
		{ "example.", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom" },
		{ "a.example.", "35mthgpgcu1qg68fab165klnsnk3dpvl" },
		{ "ai.example.", "gjeqe526plbf1g8mklp59enfd789njgi" },
		{ "ns1.example.", "2t7b4g4vsa5smi47k61mv5bv1a22bojr" },
		{ "ns2.example.", "q04jkcevqvmu85r014c7dkba38o0ji5r" },
		{ "w.example.", "k8udemvp1j2f7eg6jebps17vp3n8i58h" },
		{ "*.w.example.", "r53bq7cc2uvmubfu5ocmm6pers9tk9en" },
		{ "x.w.example.", "b4um86eghhds6nea196smvmlo4ors995" },
		{ "y.w.example.", "ji6neoaepv8b5o6k4ev33abha8ht9fgc" },
		{ "x.y.w.example.", "2vptu5timamqttgl4luu9kg21e0aor3s" },
		{ "xx.example.", "t644ebqk9bibcna874givr6joj62mlhv" },
		{ "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.",
		  "kohar7mbb8dc2ce8a9qvl8hon4k53uhi" },
		{ "X.Y.W.EXAMPLE.", "2vptu5timamqttgl4luu9kg21e0aor3s" },
	};

	for (size_t i = 0; i < SUITE_COUNT(rows); i++)
		ck_assert_str_eq(
			hashed_text(rows[i][0], bytes_of(salt_of_the_rfc, 4), 12), rows[i][1]);
}
END_TEST

START_TEST(a_hash_is_spent_and_counted_and_then_there_are_none)
{
	struct effort effort = { .hashes = 1 };
	struct name name = name_of("example.");
	uint8_t hash[NSEC3_HASH_SIZE];

	ck_assert(nsec3_hash(&effort, &name, bytes_of(NULL, 0), 0, hash));
	ck_assert_uint_eq(effort.hashes, 0);
	ck_assert_uint_eq(effort.hashes_in_a_row, 1);
	ck_assert(!nsec3_hash(&effort, &name, bytes_of(NULL, 0), 0, hash));
	ck_assert_uint_eq(effort.hashes_in_a_row, 1);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		hashes_are_those_of_the_rfc,
		a_hash_is_spent_and_counted_and_then_there_are_none,
	};

	return suite_run("validate.nsec3", tests, SUITE_COUNT(tests));
}
