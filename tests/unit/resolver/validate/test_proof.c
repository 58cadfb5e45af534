/* SPDX-License-Identifier: MIT */
/* test_proof.c — what records prove, and what they don't: RFC 4035 appendix B, RFC 5155 appendix B,
 * and the rules of RFC 6840 §4. */
#include "resolver/validate/proof.h"

#include "tests/unit/resolver/validate/evidence.h"
#include "tests/unit/suite.h"

/* `number`: the type, or the wildcard's labels. */
struct row {
	const char  *what;
	enum claimed claimed;
	const char  *name;
	unsigned     number;
	enum proof   expected;
	const char  *records;
};

static enum proof prove(const struct evidence *evidence, const struct row *row)
{
	struct name name = name_of(row->name);

	return evidence_proves(evidence, row->claimed, &name, row->number);
}

static void check_row(const char *zone, const struct row *row)
{
	struct evidence evidence;
	enum proof proof;

	evidence_init(&evidence, zone);
	evidence_add(&evidence, row->records);
	proof = prove(&evidence, row);
	ck_assert_msg(proof == row->expected, "%s: %s, not %s", row->what, proof_text(proof),
		      proof_text(row->expected));
	evidence_clear(&evidence);
}

static void check_rows(const char *zone, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_row(zone, &rows[i]);
}

/* --- RFC 4035, appendix A and B --- */

#define TOP_NSEC   "example. NSEC a.example. NS SOA MX RRSIG NSEC DNSKEY\n"
#define B_NSEC     "b.example. NSEC ns1.example. NS RRSIG NSEC\n"
#define NS1_NSEC   "ns1.example. NSEC ns2.example. A RRSIG NSEC\n"
#define WILD_NSEC  "*.w.example. NSEC x.w.example. MX RRSIG NSEC\n"
#define XYW_NSEC   "x.y.w.example. NSEC xx.example. MX RRSIG NSEC\n"
#define XX_NSEC    "xx.example. NSEC example. A HINFO AAAA RRSIG NSEC\n"

START_TEST(nsec_proves_what_rfc_4035_says)
{
	static const struct row rows[] = {
		{ "B.2", NO_NAME, "ml.example.", 0, PROOF_HOLDS, B_NSEC TOP_NSEC },
		{ "B.2, no wildcard's", NO_NAME, "ml.example.", 0, PROOF_LACKS, B_NSEC },
		{ "B.2, no name's", NO_NAME, "ml.example.", 0, PROOF_LACKS, TOP_NSEC },
		{ "B.3", NO_TYPE, "ns1.example.", TYPE_MX, PROOF_HOLDS, NS1_NSEC },
		{ "B.3, there", NO_TYPE, "ns1.example.", TYPE_A, PROOF_LACKS, NS1_NSEC },
		{ "B.5", NO_DS, "b.example.", 0, PROOF_DELEGATES, B_NSEC },
		{ "B.6", WILDCARD, "a.z.w.example.", 2, PROOF_HOLDS, XYW_NSEC },
		{ "B.6, nearer", WILDCARD, "a.z.w.example.", 1, PROOF_LACKS, XYW_NSEC },
		{ "B.6, farther", WILDCARD, "a.z.w.example.", 3, PROOF_LACKS, XYW_NSEC },
		{ "B.7", NO_TYPE, "a.z.w.example.", TYPE_AAAA, PROOF_HOLDS, XYW_NSEC WILD_NSEC },
		{ "B.7, there", NO_TYPE, "a.z.w.example.", TYPE_MX, PROOF_LACKS,
		  XYW_NSEC WILD_NSEC },
		{ "B.7, no wildcard's", NO_TYPE, "a.z.w.example.", TYPE_AAAA, PROOF_LACKS,
		  XYW_NSEC },
		{ "B.8", NO_DS, "example.", 0, PROOF_LACKS, TOP_NSEC },
		{ "B.8, as a type", NO_TYPE, "example.", TYPE_DS, PROOF_LACKS, TOP_NSEC },
		{ "the last", NO_NAME, "zz.example.", 0, PROOF_HOLDS, XX_NSEC TOP_NSEC },
		{ "an empty non-terminal", NO_TYPE, "y.w.example.", TYPE_A, PROOF_HOLDS,
		  "x.w.example. NSEC x.y.w.example. MX RRSIG NSEC\n" },
		{ "it is there", NO_NAME, "y.w.example.", 0, PROOF_LACKS,
		  "x.w.example. NSEC x.y.w.example. MX RRSIG NSEC\n" TOP_NSEC WILD_NSEC },
	};

	check_rows("example.", rows, SUITE_COUNT(rows));
}
END_TEST

/* --- what must not be believed --- */

START_TEST(nsec_of_a_delegation_or_a_dname_says_nothing_of_what_is_below)
{
	static const char delegation[] = "b.example. NSEC ns1.example. NS RRSIG NSEC\n" TOP_NSEC;
	static const char signed_one[] = "b.example. NSEC ns1.example. NS DS RRSIG NSEC\n" TOP_NSEC;
	static const char dname[] = "b.example. NSEC ns1.example. DNAME RRSIG NSEC\n" TOP_NSEC;
	static const struct row rows[] = {
		{ "delegation", NO_NAME, "x.b.example.", 0, PROOF_LACKS, delegation },
		{ "delegation", WILDCARD, "x.b.example.", 1, PROOF_LACKS, delegation },
		{ "delegation", NO_TYPE, "x.b.example.", TYPE_A, PROOF_LACKS, delegation },
		{ "delegation", NO_DS, "x.b.example.", 0, PROOF_LACKS, delegation },
		{ "its own type", NO_TYPE, "b.example.", TYPE_A, PROOF_LACKS, delegation },
		{ "its own NS", NO_TYPE, "b.example.", TYPE_MX, PROOF_LACKS, signed_one },
		{ "its DS", NO_TYPE, "b.example.", TYPE_DS, PROOF_HOLDS, delegation },
		{ "its DS is there", NO_TYPE, "b.example.", TYPE_DS, PROOF_LACKS, signed_one },
		{ "its DS is there", NO_DS, "b.example.", 0, PROOF_LACKS, signed_one },
		{ "beside it", NO_NAME, "ba.example.", 0, PROOF_HOLDS, delegation },
		{ "DNAME", NO_NAME, "x.b.example.", 0, PROOF_LACKS, dname },
		{ "DNAME", NO_TYPE, "x.b.example.", TYPE_A, PROOF_LACKS, dname },
		{ "DNAME's own type", NO_TYPE, "b.example.", TYPE_A, PROOF_HOLDS, dname },
		{ "beside a DNAME", NO_NAME, "ba.example.", 0, PROOF_HOLDS, dname },
	};

	check_rows("example.", rows, SUITE_COUNT(rows));
}
END_TEST

START_TEST(nsec_that_breaks_a_rule_proves_nothing)
{
	static const struct row rows[] = {
		{ "next outside the zone", NO_NAME, "c.example.", 0, PROOF_LACKS,
		  "b.example. NSEC www.example.net. A RRSIG NSEC\n" TOP_NSEC },
		{ "next above the zone", NO_NAME, "c.example.", 0, PROOF_LACKS,
		  "b.example. NSEC . A RRSIG NSEC\n" TOP_NSEC },
		{ "owner outside the zone", NO_NAME, "c.example.", 0, PROOF_LACKS,
		  "b.exampla. NSEC d.example. A RRSIG NSEC\n" TOP_NSEC },
		{ "next before owner", NO_NAME, "c.example.", 0, PROOF_LACKS,
		  "b.example. NSEC a.example. A RRSIG NSEC\n" TOP_NSEC },
		{ "next is owner", NO_NAME, "c.example.", 0, PROOF_LACKS,
		  "b.example. NSEC b.example. A RRSIG NSEC\n" TOP_NSEC },
		{ "two in a set", NO_NAME, "c.example.", 0, PROOF_LACKS,
		  B_NSEC "b.example. NSEC d.example. NS RRSIG NSEC\n" TOP_NSEC },
		{ "name outside the zone", NO_NAME, "exampld.", 0, PROOF_LACKS, XX_NSEC TOP_NSEC },
		{ "CNAME", NO_TYPE, "b.example.", TYPE_A, PROOF_LACKS,
		  "b.example. NSEC d.example. CNAME RRSIG NSEC\n" },
		{ "CNAME at the wildcard", NO_TYPE, "b.example.", TYPE_A, PROOF_LACKS,
		  TOP_NSEC "*.example. NSEC c.example. CNAME RRSIG NSEC\n" },
		{ "NS at the wildcard", NO_TYPE, "b.example.", TYPE_A, PROOF_LACKS,
		  TOP_NSEC "*.example. NSEC c.example. NS RRSIG NSEC\n" },
		{ "NS at the wildcard", NO_TYPE, "b.example.", TYPE_DS, PROOF_LACKS,
		  TOP_NSEC "*.example. NSEC c.example. NS RRSIG NSEC\n" },
		{ "NS at the wildcard", NO_DS, "b.example.", 0, PROOF_LACKS,
		  TOP_NSEC "*.example. NSEC c.example. NS RRSIG NSEC\n" },
		{ "the wildcard is there", NO_NAME, "b.example.", 0, PROOF_LACKS,
		  TOP_NSEC "*.example. NSEC c.example. A RRSIG NSEC\n" },
		{ "something below the wildcard", NO_NAME, "b.example.", 0, PROOF_LACKS,
		  "example. NSEC a.*.example. NS SOA RRSIG NSEC\n"
		  "a.*.example. NSEC c.example. A RRSIG NSEC\n" },
		{ "an empty wildcard", NO_TYPE, "b.example.", TYPE_A, PROOF_HOLDS,
		  "example. NSEC a.*.example. NS SOA RRSIG NSEC\n"
		  "a.*.example. NSEC c.example. A RRSIG NSEC\n" },
		{ "ANY of what has types", NO_TYPE, "ns1.example.", TYPE_ANY, PROOF_LACKS,
		  NS1_NSEC },
		{ "the child's", NO_TYPE, "b.example.", TYPE_DS, PROOF_LACKS,
		  "b.example. NSEC d.example. NS SOA RRSIG NSEC\n" },
		{ "the child's", NO_DS, "b.example.", 0, PROOF_LACKS,
		  "b.example. NSEC d.example. NS SOA RRSIG NSEC\n" },
		{ "a compact denial", NO_TYPE, "b.example.", TYPE_A, PROOF_HOLDS,
		  "b.example. NSEC \\000.b.example. RRSIG NSEC TYPE128\n" },
	};

	check_rows("example.", rows, SUITE_COUNT(rows));
}
END_TEST

START_TEST(only_what_is_secure_proves_anything)
{
	static const enum security securities[] = {
		SECURITY_UNCHECKED, SECURITY_INDETERMINATE, SECURITY_INSECURE, SECURITY_BOGUS,
	};
	static const struct row row = {
		"not secure", NO_NAME, "ml.example.", 0, PROOF_HOLDS, B_NSEC TOP_NSEC,
	};

	for (size_t i = 0; i < SUITE_COUNT(securities); i++) {
		struct evidence evidence;

		evidence_init(&evidence, "example.");
		evidence_add(&evidence, row.records);
		ck_assert_int_eq(prove(&evidence, &row), PROOF_HOLDS);
		evidence.sets.first->security = securities[i];
		ck_assert_int_eq(prove(&evidence, &row), PROOF_LACKS);
		evidence_clear(&evidence);
	}
}
END_TEST

/* --- RFC 5155, appendix A and B --- */

#define PARAMETERS " NSEC3 1 1 12 aabbccdd "
#define TOP_NSEC3  "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example." PARAMETERS \
	"2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG\n"
#define NS1_NSEC3  "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example." PARAMETERS \
	"2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG\n"
#define A_NSEC3    "35mthgpgcu1qg68fab165klnsnk3dpvl.example." PARAMETERS \
	"b4um86eghhds6nea196smvmlo4ors995 NS DS RRSIG\n"
#define XW_NSEC3   "b4um86eghhds6nea196smvmlo4ors995.example." PARAMETERS \
	"gjeqe526plbf1g8mklp59enfd789njgi MX RRSIG\n"
#define YW_NSEC3   "ji6neoaepv8b5o6k4ev33abha8ht9fgc.example." PARAMETERS \
	"k8udemvp1j2f7eg6jebps17vp3n8i58h\n"
#define W_NSEC3    "k8udemvp1j2f7eg6jebps17vp3n8i58h.example." PARAMETERS \
	"kohar7mbb8dc2ce8a9qvl8hon4k53uhi\n"
#define NS2_NSEC3  "q04jkcevqvmu85r014c7dkba38o0ji5r.example." PARAMETERS \
	"r53bq7cc2uvmubfu5ocmm6pers9tk9en A RRSIG\n"
#define WILD_NSEC3 "r53bq7cc2uvmubfu5ocmm6pers9tk9en.example." PARAMETERS \
	"t644ebqk9bibcna874givr6joj62mlhv MX RRSIG\n"

START_TEST(nsec3_proves_what_rfc_5155_says)
{
	static const struct row rows[] = {
		{ "B.1", NO_NAME, "a.c.x.w.example.", 0, PROOF_OPTS_OUT,
		  TOP_NSEC3 XW_NSEC3 A_NSEC3 },
		{ "B.1, no encloser's", NO_NAME, "a.c.x.w.example.", 0, PROOF_LACKS,
		  TOP_NSEC3 A_NSEC3 },
		{ "B.1, no next closer's", NO_NAME, "a.c.x.w.example.", 0, PROOF_LACKS,
		  XW_NSEC3 A_NSEC3 },
		{ "B.1, no wildcard's", NO_NAME, "a.c.x.w.example.", 0, PROOF_LACKS,
		  TOP_NSEC3 XW_NSEC3 },
		{ "B.2", NO_TYPE, "ns1.example.", TYPE_MX, PROOF_HOLDS, NS1_NSEC3 },
		{ "B.2, there", NO_TYPE, "ns1.example.", TYPE_A, PROOF_LACKS, NS1_NSEC3 },
		{ "B.2.1", NO_TYPE, "y.w.example.", TYPE_A, PROOF_HOLDS, YW_NSEC3 },
		{ "B.2.1, ANY", NO_TYPE, "y.w.example.", TYPE_ANY, PROOF_HOLDS, YW_NSEC3 },
		{ "B.3", NO_DS, "c.example.", 0, PROOF_OPTS_OUT, TOP_NSEC3 A_NSEC3 },
		{ "B.4", WILDCARD, "a.z.w.example.", 2, PROOF_OPTS_OUT, NS2_NSEC3 },
		{ "B.4, nearer", WILDCARD, "a.z.w.example.", 1, PROOF_LACKS, NS2_NSEC3 },
		{ "B.5", NO_TYPE, "a.z.w.example.", TYPE_AAAA, PROOF_OPTS_OUT,
		  W_NSEC3 NS2_NSEC3 WILD_NSEC3 },
		{ "B.6", NO_DS, "example.", 0, PROOF_LACKS, TOP_NSEC3 },
		{ "B.6, as a type", NO_TYPE, "example.", TYPE_DS, PROOF_LACKS, TOP_NSEC3 },
	};

	check_rows("example.", rows, SUITE_COUNT(rows));
}
END_TEST

/* --- NSEC3: what must not be believed --- */

/* "x.b.example." isn't there: b is, with these types; neither x.b nor *.b. */
static enum proof denied_below(const char *middle, const char *others, const char *types,
			       enum claimed claimed)
{
	struct evidence evidence;
	struct name name = name_of("x.b.example.");
	enum proof proof;

	evidence_init(&evidence, "example.");
	evidence_match(&evidence, "b.example.", middle, types);
	evidence_gap(&evidence, "x.b.example.", others);
	evidence_gap(&evidence, "*.b.example.", others);
	proof = evidence_proves(&evidence, claimed, &name, TYPE_A);
	evidence_clear(&evidence);
	return proof;
}

START_TEST(nsec3_of_a_delegation_or_a_dname_says_nothing_of_what_is_below)
{
	static const char *const hiding[] = { "NS", "NS DS RRSIG", "DNAME RRSIG", "A DNAME RRSIG" };
	static const char any[] = "1 0 0 -", opt_out[] = "1 1 0 -";

	ck_assert_int_eq(denied_below(any, any, "A RRSIG", NO_NAME), PROOF_HOLDS);
	ck_assert_int_eq(denied_below(any, any, "", NO_NAME), PROOF_HOLDS);
	ck_assert_int_eq(denied_below(any, any, "NS SOA RRSIG", NO_NAME), PROOF_HOLDS);
	ck_assert_int_eq(denied_below(any, opt_out, "A RRSIG", NO_DS), PROOF_OPTS_OUT);
	for (size_t i = 0; i < SUITE_COUNT(hiding); i++) {
		ck_assert_int_eq(denied_below(any, any, hiding[i], NO_NAME), PROOF_LACKS);
		ck_assert_int_eq(denied_below(any, any, hiding[i], NO_TYPE), PROOF_LACKS);
		ck_assert_int_eq(denied_below(any, any, hiding[i], NO_DS), PROOF_LACKS);
		ck_assert_int_eq(denied_below(any, opt_out, hiding[i], NO_DS), PROOF_LACKS);
	}
}
END_TEST

START_TEST(nsec3_of_one_proof_have_the_same_parameters)
{
	static const char *const others[] = { "1 0 1 -", "1 0 0 AA" };

	for (size_t i = 0; i < SUITE_COUNT(others); i++) {
		ck_assert_int_eq(denied_below("1 0 0 -", others[i], "A RRSIG", NO_NAME),
				 PROOF_LACKS);
		ck_assert_int_eq(denied_below(others[i], "1 0 0 -", "A RRSIG", NO_NAME),
				 PROOF_LACKS);
	}
	/* Those that cost too much don't spoil what the others prove, nor help. */
	ck_assert_int_eq(denied_below("1 0 51 -", "1 0 0 -", "A RRSIG", NO_NAME), PROOF_LACKS);
	ck_assert_int_eq(denied_below("1 0 51 -", "1 0 51 -", "A RRSIG", NO_NAME), PROOF_COSTS);
}
END_TEST

START_TEST(unknown_hashes_and_flags_prove_nothing)
{
	ck_assert_int_eq(denied_below("1 0 0 -", "1 2 0 -", "A RRSIG", NO_NAME), PROOF_LACKS);
	ck_assert_int_eq(denied_below("1 128 0 -", "1 0 0 -", "A RRSIG", NO_NAME), PROOF_LACKS);
	ck_assert_int_eq(denied_below("2 0 0 -", "1 0 0 -", "A RRSIG", NO_NAME), PROOF_LACKS);
	ck_assert_int_eq(denied_below("1 0 0 -", "2 0 0 -", "A RRSIG", NO_NAME), PROOF_LACKS);
	ck_assert_int_eq(denied_below("2 0 65535 -", "2 0 65535 -", "", NO_NAME), PROOF_LACKS);
}
END_TEST

START_TEST(nsec3_of_a_name_tells_its_types)
{
	static const struct {
		const char *types;
		enum proof  no_a, no_ds_type, no_ds;
	} rows[] = {
		{ "NS", PROOF_LACKS, PROOF_HOLDS, PROOF_DELEGATES },
		{ "NS DS RRSIG", PROOF_LACKS, PROOF_LACKS, PROOF_LACKS },
		{ "NS SOA RRSIG", PROOF_HOLDS, PROOF_LACKS, PROOF_LACKS },
		{ "A RRSIG", PROOF_LACKS, PROOF_HOLDS, PROOF_HOLDS },
		{ "MX RRSIG", PROOF_HOLDS, PROOF_HOLDS, PROOF_HOLDS },
		{ "CNAME RRSIG", PROOF_LACKS, PROOF_LACKS, PROOF_HOLDS },
		{ "DNAME RRSIG", PROOF_HOLDS, PROOF_HOLDS, PROOF_HOLDS },
		{ "", PROOF_HOLDS, PROOF_HOLDS, PROOF_HOLDS },
	};
	struct name name = name_of("b.example.");

	for (size_t i = 0; i < SUITE_COUNT(rows); i++) {
		struct evidence evidence;
		struct proof_of of;

		evidence_init(&evidence, "example.");
		evidence_match(&evidence, "b.example.", "1 0 0 -", rows[i].types);
		of = evidence_of(&evidence);
		ck_assert_int_eq(proof_no_type(&of, &name, TYPE_A), rows[i].no_a);
		ck_assert_int_eq(proof_no_type(&of, &name, TYPE_DS), rows[i].no_ds_type);
		ck_assert_int_eq(proof_no_ds(&of, &name), rows[i].no_ds);
		ck_assert_int_eq(proof_no_name(&of, &name), PROOF_LACKS);
		evidence_clear(&evidence);
	}
}
END_TEST

START_TEST(the_parts_of_a_proof_are_of_one_kind)
{
	struct evidence evidence;
	struct name name = name_of("x.b.example.");

	evidence_init(&evidence, "example.");
	evidence_match(&evidence, "b.example.", "1 0 0 -", "A RRSIG");
	evidence_gap(&evidence, "x.b.example.", "1 0 0 -");
	evidence_add(&evidence, "b.example. NSEC a.b.example. A RRSIG NSEC\n");
	ck_assert_int_eq(evidence_proves(&evidence, NO_NAME, &name, 0), PROOF_LACKS);
	evidence_gap(&evidence, "*.b.example.", "1 0 0 -");
	ck_assert_int_eq(evidence_proves(&evidence, NO_NAME, &name, 0), PROOF_HOLDS);
	evidence_clear(&evidence);
}
END_TEST

/* --- bounds --- */

START_TEST(so_many_iterations_and_no_more)
{
	static const struct row row = {
		"B.2", NO_TYPE, "ns1.example.", TYPE_MX, PROOF_HOLDS, NS1_NSEC3,
	};
	struct evidence evidence;

	evidence_init(&evidence, "example.");
	evidence_add(&evidence, row.records);
	evidence.check.most_iterations = 12;
	ck_assert_int_eq(prove(&evidence, &row), PROOF_HOLDS);
	evidence.check.most_iterations = 11;
	ck_assert_int_eq(prove(&evidence, &row), PROOF_COSTS);
	ck_assert_uint_eq(evidence.effort.hashes, MAX_NSEC3_HASHES - 1);
	evidence_clear(&evidence);
}
END_TEST

/* B.1 hashes the name, the four from the top to the next closer name, and a wildcard. */
START_TEST(a_proof_ends_when_the_effort_is_spent)
{
	static const struct row row = {
		"B.1", NO_NAME, "a.c.x.w.example.", 0, PROOF_OPTS_OUT, TOP_NSEC3 XW_NSEC3 A_NSEC3,
	};
	unsigned needs = 6;

	for (unsigned hashes = 0; hashes <= needs; hashes++) {
		struct evidence evidence;

		evidence_init(&evidence, "example.");
		evidence_add(&evidence, row.records);
		evidence.effort.hashes = hashes;
		ck_assert_int_eq(prove(&evidence, &row),
				 hashes < needs ? PROOF_SPENT : PROOF_OPTS_OUT);
		ck_assert_uint_eq(evidence.effort.hashes, 0);
		ck_assert_uint_eq(evidence.effort.hashes_in_a_row, hashes);
		evidence_clear(&evidence);
	}
}
END_TEST

/* The name, its ancestors once each, and no more, whatever is claimed. */
START_TEST(the_longest_name_costs_a_bounded_number_of_hashes)
{
	struct evidence evidence;
	struct name name = { .length = NAME_SIZE };

	for (unsigned i = 0; i < NAME_LABELS; i++)
		memcpy(name.octets + 2 * i, "\1a", 2);
	evidence_init(&evidence, ".");
	evidence_match(&evidence, "b.", "1 0 0 -", "A RRSIG");
	for (enum claimed claimed = NO_NAME; claimed <= NO_DS; claimed++) {
		evidence.effort = (struct effort){ .hashes = MAX_NSEC3_HASHES };
		ck_assert_int_eq(evidence_proves(&evidence, claimed, &name, 1), PROOF_LACKS);
		ck_assert_uint_eq(evidence.effort.hashes_in_a_row,
				  claimed == WILDCARD ? 1 : NAME_LABELS + 1);
	}
	/* Absent right below the top: found before the many labels are hashed. */
	evidence_match(&evidence, ".", "1 0 0 -", "NS SOA RRSIG");
	evidence_gap(&evidence, "a.", "1 0 0 -");
	evidence_gap(&evidence, "*.", "1 0 0 -");
	evidence.effort.hashes_in_a_row = 0;
	ck_assert_int_eq(evidence_proves(&evidence, NO_NAME, &name, 0), PROOF_HOLDS);
	ck_assert_uint_eq(evidence.effort.hashes_in_a_row, 4);
	evidence_clear(&evidence);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		nsec_proves_what_rfc_4035_says,
		nsec_of_a_delegation_or_a_dname_says_nothing_of_what_is_below,
		nsec_that_breaks_a_rule_proves_nothing,
		only_what_is_secure_proves_anything,
		nsec3_proves_what_rfc_5155_says,
		nsec3_of_a_delegation_or_a_dname_says_nothing_of_what_is_below,
		nsec3_of_one_proof_have_the_same_parameters,
		unknown_hashes_and_flags_prove_nothing,
		nsec3_of_a_name_tells_its_types,
		the_parts_of_a_proof_are_of_one_kind,
		so_many_iterations_and_no_more,
		a_proof_ends_when_the_effort_is_spent,
		the_longest_name_costs_a_bounded_number_of_hashes,
	};

	return suite_run("validate.proof", tests, SUITE_COUNT(tests));
}
