/* SPDX-License-Identifier: MIT */
/* test_signature.c — sets signed by ldns, as they are and changed. */
#include "tests/unit/resolver/validate/signed.h"

#include <stdlib.h>

#include "resolver/validate/algorithm.h"
#include "tests/unit/suite.h"

static struct signed_zone zone;
static struct zone_keys  *keys;

static void begin(void)
{
	signed_begin(&zone, "example.com.");
	keys = NULL;
}

static void end(void)
{
	zone_keys_drop(keys);
	signed_end(&zone);
}

static const char www[] = "www.example.com. 300 IN A 192.0.2.1\n"
			  "www.example.com. 300 IN A 192.0.2.2";

/* Checks by the keys as they are in the end. */
static struct verdict check(struct rrset *set, unsigned *labels)
{
	unsigned unused;

	zone_keys_drop(keys);
	keys = signed_keys(&zone);
	return check_set(&zone.check, keys, set, labels == NULL ? &unused : labels);
}

static void is_bogus(struct rrset *set, uint16_t ede, const char *why)
{
	struct verdict verdict = check(set, NULL);

	ck_assert_int_eq(verdict.security, SECURITY_BOGUS);
	ck_assert_uint_eq(verdict.ede, ede);
	ck_assert_ptr_nonnull(verdict.why);
	ck_assert_msg(strstr(verdict.why, why) != NULL, "%s", verdict.why);
	ck_assert_int_ne(set->security, SECURITY_SECURE);
}

static void is_secure(struct rrset *set)
{
	struct verdict verdict = check(set, NULL);

	ck_assert_msg(verdict.security == SECURITY_SECURE, "%s", verdict.why);
	ck_assert_int_eq(set->security, SECURITY_SECURE);
	ck_assert_uint_eq(set->signature_count, 1);
}

START_TEST(every_algorithm_verifies)
{
	static const struct { ldns_signing_algorithm algorithm; unsigned bits; } all[] = {
		{ LDNS_SIGN_RSASHA256, 2048 }, { LDNS_SIGN_RSASHA512, 1024 },
		{ LDNS_SIGN_ECDSAP256SHA256, 0 }, { LDNS_SIGN_ECDSAP384SHA384, 0 },
		{ LDNS_SIGN_ED25519, 0 }, { LDNS_SIGN_ED448, 0 },
	};

	for (unsigned i = 0; i < SUITE_COUNT(all); i++)
		(void)signed_key(&zone, (ldns_algorithm)all[i].algorithm, 256, all[i].bits);
	for (int i = 0; i < (int)SUITE_COUNT(all); i++)
		is_secure(signed_set(&zone, www, (int[]){ i, -1 }));
}
END_TEST

START_TEST(sha1_counts_only_where_it_is_said_to)
{
	struct rrset *set;

	(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_RSASHA1, 256, 1024);
	set = signed_set(&zone, www, (int[]){ 0, -1 });
	is_bogus(set, EDE_UNSUPPORTED_DNSKEY, "can't be checked here");
	zone.check.sha1 = true;
	is_secure(set);
}
END_TEST

/* Each octet of the data, the TTL that was signed, and the signature. */
START_TEST(whatever_is_changed_is_noticed)
{
	static const ldns_signing_algorithm all[] = {
		LDNS_SIGN_ECDSAP256SHA256, LDNS_SIGN_RSASHA256, LDNS_SIGN_ED25519,
	};
	struct rrset *set;

	for (unsigned i = 0; i < SUITE_COUNT(all); i++)
		(void)signed_key(&zone, (ldns_algorithm)all[i], 256, 1024);
	for (int key = 0; key < (int)SUITE_COUNT(all); key++) {
		size_t length;

		set = signed_set(&zone, www, (int[]){ key, -1 });
		length = set->signatures[0].length;
		for (size_t at = 0; at < length; at++) {
			uint8_t *octets = (uint8_t *)(uintptr_t)set->signatures[0].at;

			zone.effort.failures = MAX_FAILED_CHECKS_IN_ALL;
			zone.effort.checks = MAX_CHECKS;
			octets[at] ^= 1;
			ck_assert_msg(check(set, NULL).security == SECURITY_BOGUS, "octet %zu",
				      at);
			octets[at] ^= 1;
		}
		zone.effort.failures = MAX_FAILED_CHECKS_IN_ALL;
		((uint8_t *)(uintptr_t)set->rdata[1].at)[3] ^= 1;
		is_bogus(set, EDE_DNSSEC_BOGUS, "is wrong");
		((uint8_t *)(uintptr_t)set->rdata[1].at)[3] ^= 1;
		is_secure(set);
	}
}
END_TEST

START_TEST(letters_order_and_doubles_do_not_matter)
{
	struct rrset *set;
	struct bytes first;

	(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_ECDSAP256SHA256, 256, 0);
	set = signed_set(&zone, "mail.example.com. 300 IN MX 10 b.example.com.\n"
				"mail.example.com. 300 IN MX 10 a.example.com.",
			 (int[]){ 0, -1 });
	set->owner.octets[1] = 'M';
	((uint8_t *)(uintptr_t)set->rdata[0].at)[5] = 'E';
	first = set->rdata[0];
	set->rdata[0] = set->rdata[1];
	set->rdata[1] = first;
	is_secure(set);
}
END_TEST

START_TEST(out_of_its_time_a_signature_is_not_good_and_says_so)
{
	struct rrset *set;

	(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_ECDSAP256SHA256, 256, 0);
	set = signed_set(&zone, www, (int[]){ 0, -1 });
	zone.check.now = SIGNED_AT + VALID_FOR + 3 * 86400;
	is_bogus(set, EDE_SIGNATURE_EXPIRED, "the signature over www.example.com. A by key ");
	is_bogus(set, EDE_SIGNATURE_EXPIRED, " (ECDSAP256SHA256) of example.com. expired on ");
	is_bogus(set, EDE_SIGNATURE_EXPIRED, " UTC, 3 days ago");
	zone.check.now = SIGNED_AT - 3600 - 7200;
	is_bogus(set, EDE_SIGNATURE_NOT_YET_VALID, " UTC on, in 2 hours");
	zone.check.any_time = true;
	is_secure(set);
}
END_TEST

/* RFC 4034 §3.1.5: serial number arithmetic. 2^32 comes in 2106. */
START_TEST(time_goes_on_after_2106)
{
	const struct manner manner = { .inception = 0xffffff00, .expiration = 0x100000100,
				       .labels = -1 };
	struct rrset *set;

	(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_ECDSAP256SHA256, 256, 0);
	set = signed_set(&zone, www, (int[]){ -1 });
	signed_add(&zone, set, www, 0, &manner);
	zone.check.now = 0xffffff10;
	is_secure(set);
	set->security = SECURITY_UNCHECKED;
	zone.check.now = 0x80;
	is_secure(set);
	set->security = SECURITY_UNCHECKED;
	zone.check.now = 0x200;
	is_bogus(set, EDE_SIGNATURE_EXPIRED, "expired");
}
END_TEST

/* RFC 1982 §3.2 doesn't say which of the two is earlier. */
START_TEST(half_the_circle_away_no_time_is_good)
{
	const struct manner manner = { .inception = SIGNED_AT, .expiration = SIGNED_AT + 2,
				       .labels = -1 };
	struct rrset *set;

	(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_ECDSAP256SHA256, 256, 0);
	set = signed_set(&zone, www, (int[]){ -1 });
	signed_add(&zone, set, www, 0, &manner);
	zone.check.now = SIGNED_AT + 0x80000002u;
	is_bogus(set, EDE_SIGNATURE_EXPIRED, "expired");
	zone.check.now = SIGNED_AT + 0x80000000u;
	is_bogus(set, EDE_SIGNATURE_EXPIRED, "expired");
	zone.check.now = SIGNED_AT;
	is_secure(set);
}
END_TEST

START_TEST(the_ttl_is_bounded_by_the_original_and_by_the_expiry)
{
	struct rrset *set;

	(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_ECDSAP256SHA256, 256, 0);
	set = signed_set(&zone, www, (int[]){ 0, -1 });
	set->ttl = 86400;
	is_secure(set);
	ck_assert_uint_eq(set->ttl, 300);
	ck_assert_uint_le(set->signature_ttl, 300);
	set = signed_set(&zone, www, (int[]){ 0, -1 });
	zone.check.now = SIGNED_AT + VALID_FOR - 7;
	is_secure(set);
	ck_assert_uint_eq(set->ttl, 7);
}
END_TEST

START_TEST(a_wildcard_tells_how_many_labels_were_signed)
{
	static const char star[] = "*.example.com. 300 IN A 192.0.2.9";
	struct rrset *set;
	unsigned labels;

	(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_ECDSAP256SHA256, 256, 0);
	set = signed_set(&zone, star, (int[]){ 0, -1 });
	ck_assert(name_parse("a.b.example.com.", &set->owner));
	ck_assert_int_eq(check(set, &labels).security, SECURITY_SECURE);
	ck_assert_uint_eq(labels, 2);
	ck_assert_int_eq(check(set, &labels).security, SECURITY_SECURE);        /* once more */
	ck_assert_uint_eq(labels, 2);
	set = signed_set(&zone, star, (int[]){ 0, -1 });
	ck_assert(name_parse("a.example.net.", &set->owner));
	is_bogus(set, EDE_DNSSEC_BOGUS, "by a zone that it isn't in");
}
END_TEST

START_TEST(labels_beyond_the_owners_or_below_the_signers_are_refused)
{
	struct manner manner = { .inception = SIGNED_AT - 9, .expiration = SIGNED_AT + 99 };
	struct rrset *set;

	(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_ECDSAP256SHA256, 256, 0);
	manner.labels = 4;
	set = signed_set(&zone, www, (int[]){ -1 });
	signed_add(&zone, set, www, 0, &manner);
	is_bogus(set, EDE_DNSSEC_BOGUS, "has more labels than the name");
	manner.labels = 1;
	set = signed_set(&zone, www, (int[]){ -1 });
	signed_add(&zone, set, www, 0, &manner);
	is_bogus(set, EDE_DNSSEC_BOGUS, "has fewer labels than its zone");
}
END_TEST

START_TEST(only_its_zone_may_sign_a_set)
{
	struct manner manner = { .inception = SIGNED_AT - 9, .expiration = SIGNED_AT + 99,
				 .labels = -1 };
	struct rrset *set;

	(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_ECDSAP256SHA256, 256, 0);
	manner.signer = ldns_dname_new_frm_str("com.");
	set = signed_set(&zone, www, (int[]){ -1 });
	signed_add(&zone, set, www, 0, &manner);
	ldns_rdf_deep_free(manner.signer);
	is_bogus(set, EDE_DNSSEC_BOGUS, "isn't by its zone");
}
END_TEST

START_TEST(a_set_without_signatures_is_told_as_such)
{
	(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_ECDSAP256SHA256, 256, 0);
	is_bogus(signed_set(&zone, www, (int[]){ -1 }), EDE_RRSIGS_MISSING,
		 "www.example.com. A isn't signed, though its zone example.com. is");
}
END_TEST

START_TEST(one_good_signature_is_enough_and_the_others_go)
{
	const struct manner old = { .inception = 1000, .expiration = 2000, .labels = -1 };
	struct rrset *set;

	(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_ECDSAP256SHA256, 256, 0);
	(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_ED25519, 256, 0);
	set = signed_set(&zone, www, (int[]){ -1 });
	signed_add(&zone, set, www, 0, &old);
	signed_add(&zone, set, "www.example.com. 300 IN A 192.0.2.66", 0, NULL);
	signed_add(&zone, set, www, 1, NULL);
	is_secure(set);
}
END_TEST

/* KeyTrap: no more is done for one set, whatever it brings along. */
START_TEST(so_many_wrong_signatures_of_a_set_and_no_more)
{
	struct rrset *set;

	(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_ECDSAP256SHA256, 256, 0);
	set = signed_set(&zone, www, (int[]){ -1 });
	for (unsigned i = 0; i < MAX_SIGNATURES_PER_RRSET - 1; i++)
		signed_add(&zone, set, "www.example.com. 300 IN A 192.0.2.66", 0, NULL);
	signed_add(&zone, set, www, 0, NULL);
	is_bogus(set, EDE_DNSSEC_BOGUS, "is wrong");
	ck_assert_uint_eq(zone.effort.failures, MAX_FAILED_CHECKS_IN_ALL - MAX_FAILED_CHECKS);
	ck_assert_uint_eq(zone.effort.checks, MAX_CHECKS - MAX_FAILED_CHECKS);
}
END_TEST

START_TEST(so_many_failures_of_a_question_and_no_more)
{
	unsigned sets = 0;

	(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_ECDSAP256SHA256, 256, 0);
	for (; zone.effort.failures > 0 && sets < 100; sets++) {
		struct rrset *set = signed_set(&zone, www, (int[]){ -1 });

		signed_add(&zone, set, "www.example.com. 300 IN A 192.0.2.66", 0, NULL);
		is_bogus(set, EDE_DNSSEC_BOGUS, "is wrong");
	}
	ck_assert_uint_eq(sets, MAX_FAILED_CHECKS_IN_ALL);
	is_bogus(signed_set(&zone, www, (int[]){ 0, -1 }), EDE_DNSSEC_BOGUS,
		 "takes more work than one question may have");
}
END_TEST

START_TEST(so_many_checks_of_a_question_and_no_more)
{
	unsigned sets = 0;

	(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_ECDSAP256SHA256, 256, 0);
	for (; zone.effort.checks > 0 && sets < 1000; sets++)
		is_secure(signed_set(&zone, www, (int[]){ 0, -1 }));
	ck_assert_uint_eq(sets, MAX_CHECKS);
	ck_assert_uint_eq(zone.effort.checks_in_a_row, MAX_CHECKS);
	is_bogus(signed_set(&zone, www, (int[]){ 0, -1 }), EDE_DNSSEC_BOGUS,
		 "takes more work than one question may have");
}
END_TEST

/* Three keys of one tag: the same, told thrice. */
START_TEST(so_many_keys_of_one_tag_and_no_more)
{
	struct rrset *set;
	struct zone_keys *many;
	unsigned labels;

	(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_ECDSAP256SHA256, 256, 0);
	set = signed_set(&zone, www, (int[]){ 0, -1 });
	((uint8_t *)(uintptr_t)set->rdata[0].at)[3] ^= 1;
	keys = signed_keys(&zone);
	many = calloc(1, sizeof(*many) + 3 * sizeof(many->keys[0]));
	many->zone = keys->zone;
	for (; many->count < 3; many->count++)
		ck_assert(zone_key_read(keys->keys[0].rdata, &many->keys[many->count]));
	ck_assert_int_eq(check_set(&zone.check, many, set, &labels).security, SECURITY_BOGUS);
	ck_assert_uint_eq(zone.effort.checks, MAX_CHECKS - MAX_KEYS_PER_TAG);
	for (unsigned i = 0; i < many->count; i++)
		zone_key_clear(&many->keys[i]);
	free(many);
}
END_TEST

/* Whatever stands there instead of a signature. */
START_TEST(a_signature_that_is_none_harms_nothing)
{
	struct rrset *set;

	(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_ECDSAP256SHA256, 256, 0);
	set = signed_set(&zone, www, (int[]){ 0, -1 });
	for (size_t length = 0; length < set->signatures[0].length; length++) {
		struct bytes whole = set->signatures[0];

		zone.effort.failures = MAX_FAILED_CHECKS_IN_ALL;
		zone.effort.checks = MAX_CHECKS;
		set->signatures[0].length = length;
		ck_assert_int_eq(check(set, NULL).security, SECURITY_BOGUS);
		set->signatures[0] = whole;
	}
	zone.effort.failures = MAX_FAILED_CHECKS_IN_ALL;
	is_secure(set);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		every_algorithm_verifies, sha1_counts_only_where_it_is_said_to,
		whatever_is_changed_is_noticed, letters_order_and_doubles_do_not_matter,
		out_of_its_time_a_signature_is_not_good_and_says_so, time_goes_on_after_2106,
		half_the_circle_away_no_time_is_good,
		the_ttl_is_bounded_by_the_original_and_by_the_expiry,
		a_wildcard_tells_how_many_labels_were_signed,
		labels_beyond_the_owners_or_below_the_signers_are_refused,
		only_its_zone_may_sign_a_set, a_set_without_signatures_is_told_as_such,
		one_good_signature_is_enough_and_the_others_go,
		so_many_wrong_signatures_of_a_set_and_no_more,
		so_many_failures_of_a_question_and_no_more,
		so_many_checks_of_a_question_and_no_more, so_many_keys_of_one_tag_and_no_more,
		a_signature_that_is_none_harms_nothing,
	};

	return suite_run_with("validate.signature", tests, SUITE_COUNT(tests), begin, end);
}
