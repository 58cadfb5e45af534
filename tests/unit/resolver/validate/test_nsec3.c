/* SPDX-License-Identifier: MIT */
/* test_nsec3.c — NSEC3 records read, and names hashed: RFC 5155 §3 to §5, appendix A. */
#include "resolver/validate/nsec3.h"

#include <ldns/ldns.h>

#include "tests/unit/resolver/validate/evidence.h"
#include "tests/unit/suite.h"

static const uint8_t salt_of_the_rfc[] = { 0xaa, 0xbb, 0xcc, 0xdd };

/* As it stands in an owner. */
static const char *hashed_text(const char *text, struct bytes salt, unsigned iterations)
{
	uint8_t hash[NSEC3_HASH_SIZE];
	struct effort effort = { .hashes = 1 };
	struct name name = name_of(text);

	ck_assert(nsec3_hash(&effort, &name, salt, iterations, hash));
	return base32hex(hash);
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
		{ "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.", "kohar7mbb8dc2ce8a9qvl8hon4k53uhi" },
		{ "X.Y.W.EXAMPLE.", "2vptu5timamqttgl4luu9kg21e0aor3s" },
	};

	for (size_t i = 0; i < SUITE_COUNT(rows); i++)
		ck_assert_str_eq(hashed_text(rows[i][0], bytes_of(salt_of_the_rfc, 4), 12),
				 rows[i][1]);
}
END_TEST

/* Any octets in the name, any salt, any case; as ldns has it. */
START_TEST(hashes_are_those_of_ldns)
{
	for (unsigned round = 0; round < 200; round++) {
		uint8_t octets[] = {
			3, (uint8_t)(round * 37), 'A', 'z', 2, '*', (uint8_t)round, 0
		};
		unsigned iterations = round % 7 * 25;
		struct name name = { .length = sizeof(octets) };
		uint8_t salt[255], hash[NSEC3_HASH_SIZE];
		struct effort effort = { .hashes = 1 };
		ldns_rdf *theirs,
			*of = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, sizeof(octets), octets);
		char *text;

		memset(salt, (int)round, sizeof(salt));
		memcpy(name.octets, octets, sizeof(octets));
		theirs = ldns_nsec3_hash_name(of, 1, (uint16_t)iterations, (uint8_t)(round + 56),
					      salt);
		ck_assert(nsec3_hash(&effort, &name, bytes_of(salt, round + 56), iterations, hash));
		text = ldns_rdf2str(theirs);
		text[strcspn(text, ".")] = '\0';
		ck_assert_str_eq(text, base32hex(hash));
		free(text);
		ldns_rdf_deep_free(theirs);
		ldns_rdf_deep_free(of);
	}
}
END_TEST

/* The hash "0p9m…" of RFC 5155, and a record with one gap after it. */
#define OWNER "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"

static const uint8_t good[] = {
	1, 1, 0,  12, 4,  0xaa, 0xbb, 0xcc, 0xdd, 20, 1,  2,  3,  4, 5, 6,    7,
	8, 9, 10, 11, 12, 13,	14,   15,   16,	  17, 18, 19, 20, 0, 1, 0x40,
};

static bool reads(const char *owner, uint16_t type, const uint8_t *rdata, size_t length,
		  struct nsec3 *into)
{
	struct evidence evidence;
	bool is_read;

	evidence_init(&evidence, "example.");
	is_read = nsec3_read(evidence_raw(&evidence, owner, type, bytes_of(rdata, length)),
			     &evidence.zone, into);
	evidence_clear(&evidence);
	return is_read;
}

START_TEST(a_record_is_read_whole)
{
	struct evidence evidence;
	struct nsec3 nsec3;

	evidence_init(&evidence, "example.");
	ck_assert(nsec3_read(evidence_raw(&evidence, OWNER ".EXAMPLE.", TYPE_NSEC3,
					  bytes_of(good, sizeof(good))),
			     &evidence.zone, &nsec3));
	ck_assert_str_eq(base32hex(nsec3.hash), OWNER);
	ck_assert(nsec3.opts_out);
	ck_assert_uint_eq(nsec3.parameters.iterations, 12);
	ck_assert(bytes_equal(nsec3.parameters.salt, bytes_of(salt_of_the_rfc, 4)));
	ck_assert_mem_eq(nsec3.next, good + 10, NSEC3_HASH_SIZE);
	ck_assert(type_map_has(nsec3.types, TYPE_A) && !type_map_has(nsec3.types, TYPE_NS));
	evidence_clear(&evidence);
}
END_TEST

START_TEST(owners_are_a_hash_right_below_the_zones_top)
{
	static const char *const owners[] = {
		"example.",
		OWNER ".",
		OWNER ".example.net.",
		OWNER ".a.example.",
		OWNER ".exampla.",
		"0p9mhaveqvm6t7vbl5lop2u3t2rp3to.example.",
		OWNER "0.example.",
		"0p9mhaveqvm6t7vbl5lop2u3t2rp3tow.example.",
		"-p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.",
		"\\255p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.",
	};
	struct nsec3 nsec3;

	ck_assert(reads(OWNER ".example.", TYPE_NSEC3, good, sizeof(good), &nsec3));
	ck_assert(reads("0P9MHAVEQVM6T7VBL5LOP2U3T2RP3TOM.example.", TYPE_NSEC3, good, sizeof(good),
			&nsec3));
	ck_assert(!reads(OWNER ".example.", TYPE_NSEC, good, sizeof(good), &nsec3));
	for (size_t i = 0; i < SUITE_COUNT(owners); i++)
		ck_assert_msg(!reads(owners[i], TYPE_NSEC3, good, sizeof(good), &nsec3), "%s",
			      owners[i]);
}
END_TEST

START_TEST(unknown_hashes_and_flags_and_broken_data_are_ignored)
{
	static const struct {
		unsigned at;
		uint8_t octet;
	} rows[] = {
		{ 0, 0 },   { 0, 2 },  { 1, 2 },  { 1, 0x81 }, { 4, 5 },
		{ 4, 255 }, { 9, 19 }, { 9, 21 }, { 31, 0 },   { 31, 2 },
	};
	struct nsec3 nsec3;

	for (size_t i = 0; i < SUITE_COUNT(rows); i++) {
		uint8_t bad[sizeof(good)];

		memcpy(bad, good, sizeof(good));
		bad[rows[i].at] = rows[i].octet;
		ck_assert_msg(!reads(OWNER ".example.", TYPE_NSEC3, bad, sizeof(bad), &nsec3),
			      "row %zu", i);
	}
	for (size_t length = 0; length < sizeof(good); length++)
		ck_assert(reads(OWNER ".example.", TYPE_NSEC3, good, length, &nsec3) ==
			  (length == 30));
}
END_TEST

START_TEST(salts_have_from_no_octets_to_255)
{
	uint8_t rdata[5 + 255 + 1 + NSEC3_HASH_SIZE] = { 1, 0, 0, 0, 0, NSEC3_HASH_SIZE };
	struct nsec3 nsec3;

	ck_assert(reads(OWNER ".example.", TYPE_NSEC3, rdata, 6 + NSEC3_HASH_SIZE, &nsec3));
	ck_assert_uint_eq(nsec3.parameters.salt.length, 0);
	rdata[4] = 255;
	rdata[5] = 0;
	rdata[5 + 255] = NSEC3_HASH_SIZE;
	ck_assert(reads(OWNER ".example.", TYPE_NSEC3, rdata, sizeof(rdata), &nsec3));
	ck_assert_uint_eq(nsec3.parameters.salt.length, 255);
}
END_TEST

START_TEST(the_last_gap_wraps_and_a_lone_one_is_all_but_itself)
{
	static const struct {
		uint8_t hash, next, sought;
		bool is_covered;
	} rows[] = {
		{ 10, 20, 15, true },  { 10, 20, 10, false }, { 10, 20, 20, false },
		{ 10, 20, 5, false },  { 10, 20, 25, false }, { 20, 10, 25, true },
		{ 20, 10, 5, true },   { 20, 10, 15, false }, { 20, 10, 20, false },
		{ 20, 10, 10, false }, { 10, 10, 5, true },   { 10, 10, 15, true },
		{ 10, 10, 10, false },
	};

	for (size_t i = 0; i < SUITE_COUNT(rows); i++) {
		struct nsec3 nsec3 = { .hash = { 0, rows[i].hash }, .next = { 0, rows[i].next } };
		uint8_t sought[NSEC3_HASH_SIZE] = { 0, rows[i].sought };

		ck_assert_msg(nsec3_covers(&nsec3, sought) == rows[i].is_covered, "row %zu", i);
	}
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
		hashes_are_those_of_ldns,
		a_record_is_read_whole,
		owners_are_a_hash_right_below_the_zones_top,
		unknown_hashes_and_flags_and_broken_data_are_ignored,
		salts_have_from_no_octets_to_255,
		the_last_gap_wraps_and_a_lone_one_is_all_but_itself,
		a_hash_is_spent_and_counted_and_then_there_are_none,
	};

	return suite_run("validate.nsec3", tests, SUITE_COUNT(tests));
}
