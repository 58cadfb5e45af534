/* SPDX-License-Identifier: MIT */
/* test_keys.c — from a DS, or an anchor, to a zone's keys. */
#include "tests/unit/resolver/validate/signed.h"

#include "resolver/validate/algorithm.h"
#include "tests/unit/suite.h"

static struct signed_zone zone;
static uint8_t            room[4096];
static struct writer      ds;

static void begin(void)
{
	signed_begin(&zone, "example.com.");
	ds = writer_over(room, sizeof(room));
}

static void end(void)
{
	signed_end(&zone);
}

static struct verdict check(struct rrset *set)
{
	return check_keys(&zone.check, set, writer_bytes(&ds));
}

static void is(struct verdict verdict, enum security security, uint16_t ede, const char *why)
{
	ck_assert_msg(verdict.security == security, "%d: %s", verdict.security, verdict.why);
	ck_assert_uint_eq(verdict.ede, ede);
	ck_assert_msg(why == NULL || strstr(verdict.why, why) != NULL, "%s", verdict.why);
}

static unsigned key(ldns_signing_algorithm algorithm, uint16_t flags)
{
	return signed_key(&zone, (ldns_algorithm)algorithm, flags, 1024);
}

START_TEST(a_key_that_a_ds_vouches_for_and_that_signs_the_set_is_enough)
{
	static const ldns_hash digests[] = { LDNS_SHA1, LDNS_SHA256, LDNS_SHA384 };

	(void)key(LDNS_SIGN_ECDSAP256SHA256, 257);
	(void)key(LDNS_SIGN_ECDSAP256SHA256, 256);
	for (unsigned i = 0; i < SUITE_COUNT(digests); i++) {
		struct rrset *set = signed_dnskey(&zone, (int[]){ 0, -1 });

		ds = writer_over(room, sizeof(room));
		signed_ds(&zone, 0, digests[i], &ds);
		is(check(set), SECURITY_SECURE, EDE_NONE, NULL);
		ck_assert_int_eq(set->security, SECURITY_SECURE);
	}
}
END_TEST

/* RFC 4034 §2.1.1: the SEP flag means nothing to a validator. */
START_TEST(a_ds_may_point_at_any_zone_key)
{
	(void)key(LDNS_SIGN_ECDSAP256SHA256, 256);
	signed_ds(&zone, 0, LDNS_SHA256, &ds);
	is(check(signed_dnskey(&zone, (int[]){ 0, -1 })), SECURITY_SECURE, EDE_NONE, NULL);
}
END_TEST

START_TEST(a_standby_key_and_a_standby_ds_do_no_harm)
{
	(void)key(LDNS_SIGN_ECDSAP256SHA256, 257);
	(void)key(LDNS_SIGN_ED25519, 257);
	signed_ds(&zone, 1, LDNS_SHA256, &ds);
	signed_ds(&zone, 0, LDNS_SHA256, &ds);
	is(check(signed_dnskey(&zone, (int[]){ 0, -1 })), SECURITY_SECURE, EDE_NONE, NULL);
}
END_TEST

START_TEST(a_set_signed_by_another_key_only_is_bogus)
{
	(void)key(LDNS_SIGN_ECDSAP256SHA256, 257);
	(void)key(LDNS_SIGN_ECDSAP256SHA256, 256);
	signed_ds(&zone, 0, LDNS_SHA256, &ds);
	is(check(signed_dnskey(&zone, (int[]){ 1, -1 })), SECURITY_BOGUS, EDE_DNSKEY_MISSING,
	   "and there is no such key");
	is(check(signed_dnskey(&zone, (int[]){ -1 })), SECURITY_BOGUS, EDE_RRSIGS_MISSING,
	   "example.com. DNSKEY isn't signed");
}
END_TEST

START_TEST(a_ds_of_no_key_is_bogus)
{
	(void)key(LDNS_SIGN_ECDSAP256SHA256, 257);
	signed_ds(&zone, 0, LDNS_SHA256, &ds);
	room[2 + 4] ^= 1;
	is(check(signed_dnskey(&zone, (int[]){ 0, -1 })), SECURITY_BOGUS, EDE_DNSKEY_MISSING,
	   "none of the keys of example.com. is one that its DS vouches for");
}
END_TEST

/* RFC 5011 §2.1. */
START_TEST(a_revoked_key_vouches_for_nothing)
{
	(void)key(LDNS_SIGN_ECDSAP256SHA256, 257 | 0x80);
	signed_ds(&zone, 0, LDNS_SHA256, &ds);
	is(check(signed_dnskey(&zone, (int[]){ 0, -1 })), SECURITY_BOGUS, EDE_NO_ZONE_KEY_BIT,
	   "it is revoked, or no zone key");
}
END_TEST

START_TEST(a_key_that_is_no_zone_key_vouches_for_nothing)
{
	(void)key(LDNS_SIGN_ECDSAP256SHA256, 1);
	signed_ds(&zone, 0, LDNS_SHA256, &ds);
	is(check(signed_dnskey(&zone, (int[]){ 0, -1 })), SECURITY_BOGUS, EDE_NO_ZONE_KEY_BIT,
	   NULL);
}
END_TEST

/* RFC 4035 §5.2; RFC 9905. */
START_TEST(what_is_not_known_makes_a_zone_insecure)
{
	(void)key(LDNS_SIGN_RSASHA1, 257);
	signed_ds(&zone, 0, LDNS_SHA256, &ds);
	is(check(signed_dnskey(&zone, (int[]){ 0, -1 })), SECURITY_INSECURE,
	   EDE_UNSUPPORTED_DNSKEY, "is signed with RSASHA1 only");
	zone.check.sha1 = true;
	is(check(signed_dnskey(&zone, (int[]){ 0, -1 })), SECURITY_SECURE, EDE_NONE, NULL);
	room[2 + 3] = 200;
	is(check(signed_dnskey(&zone, (int[]){ 0, -1 })), SECURITY_INSECURE, EDE_UNSUPPORTED_DS,
	   "digests of type 200 only");
}
END_TEST

/* LIMITS.md: RSA keys of 1024 to 4096 bits. */
START_TEST(a_key_of_a_size_that_is_not_checked_makes_a_zone_insecure)
{
	static const struct { unsigned bits; enum security security; } sizes[] = {
		{ MIN_RSA_BITS - 64, SECURITY_INSECURE }, { MIN_RSA_BITS, SECURITY_SECURE },
		{ MAX_RSA_BITS, SECURITY_SECURE }, { MAX_RSA_BITS + 64, SECURITY_INSECURE },
	};

	for (unsigned i = 0; i < SUITE_COUNT(sizes); i++) {
		struct rrset *set;

		signed_end(&zone);
		begin();
		(void)signed_key(&zone, (ldns_algorithm)LDNS_SIGN_RSASHA256, 257, sizes[i].bits);
		signed_ds(&zone, 0, LDNS_SHA256, &ds);
		set = signed_dnskey(&zone, (int[]){ 0, -1 });
		is(check(set), sizes[i].security,
		   sizes[i].security == SECURITY_SECURE ? EDE_NONE : EDE_UNSUPPORTED_DNSKEY, NULL);
	}
}
END_TEST

/* A key of so many octets of exponent and modulus. */
static bool is_fit(const uint8_t *head, size_t head_length, size_t exponent, size_t modulus)
{
	uint8_t rdata[1024] = { 1, 1, 3, ALGORITHM_RSASHA256 };
	struct writer into = writer_over(rdata, sizeof(rdata));
	struct zone_key one;
	bool fit;

	into.position = 4;
	put_bytes(&into, bytes_of(head, head_length));
	for (size_t i = 0; i < exponent; i++)
		put_u8(&into, 0xff);
	for (size_t i = 0; i < modulus; i++)
		put_u8(&into, 0xff);
	ck_assert(zone_key_read(writer_bytes(&into), &one));
	fit = zone_key_prepare(&one, false);
	zone_key_clear(&one);
	return fit;
}

START_TEST(an_exponent_has_so_many_bits_and_no_more)
{
	ck_assert(is_fit((uint8_t[]){ 3 }, 1, 3, 128));
	ck_assert(is_fit((uint8_t[]){ 8 }, 1, MAX_RSA_EXPONENT_BITS / 8, 128));
	ck_assert(!is_fit((uint8_t[]){ 9 }, 1, MAX_RSA_EXPONENT_BITS / 8 + 1, 128));
	ck_assert(is_fit((uint8_t[]){ 0, 0, 3 }, 3, 3, 128));           /* RFC 3110 §2 */
}
END_TEST

START_TEST(a_key_too_short_for_its_exponent_is_no_key)
{
	ck_assert(!is_fit((uint8_t[]){ 200 }, 1, 3, 128));
	ck_assert(!is_fit((uint8_t[]){ 0, 0xff, 0xff }, 3, 3, 128));
	ck_assert(!is_fit((uint8_t[]){ 0, 0 }, 2, 0, 0));
	ck_assert(!is_fit((uint8_t[]){ 0 }, 1, 0, 0));
	ck_assert(!is_fit((uint8_t[]){ 3 }, 1, 3, 0));
}
END_TEST

/* --- choosing from a DS set --- */

static struct rrset *ds_set(void)
{
	struct name owner;

	ck_assert(name_parse("example.com.", &owner));
	return rrset_new(&zone.arena, &owner, TYPE_DS, CLASS_IN, 300);
}

static void add_ds(struct rrset *set, unsigned tag, uint8_t algorithm, uint8_t digest)
{
	uint8_t data[36] = { (uint8_t)(tag >> 8), (uint8_t)tag, algorithm, digest };

	ck_assert(rrset_add(set, &zone.arena, bytes_of(data, sizeof(data))) == OK);
}

START_TEST(so_many_ds_are_tried_and_no_more)
{
	struct rrset *set = ds_set();

	for (unsigned i = 0; i < 3 * MAX_DS_TRIED; i++)
		add_ds(set, i, ALGORITHM_ECDSAP256, DIGEST_SHA256);
	is(ds_choose(&zone.check, set, &ds), SECURITY_SECURE, EDE_NONE, NULL);
	ck_assert_uint_eq(ds.position, MAX_DS_TRIED * (2 + 36));
}
END_TEST

/* RFC 4509 §3. */
START_TEST(sha1_does_not_count_beside_a_better_digest)
{
	struct rrset *set = ds_set();

	add_ds(set, 1, ALGORITHM_ECDSAP256, DIGEST_SHA1);
	add_ds(set, 2, ALGORITHM_ECDSAP256, DIGEST_SHA256);
	add_ds(set, 3, ALGORITHM_ECDSAP256, 77);
	is(ds_choose(&zone.check, set, &ds), SECURITY_SECURE, EDE_NONE, NULL);
	ck_assert_uint_eq(ds.position, 2 + 36);
	ck_assert_uint_eq(room[3], 2);
}
END_TEST

START_TEST(ds_of_unknown_kinds_only_make_a_zone_insecure)
{
	struct rrset *set = ds_set();

	is(ds_choose(&zone.check, set, &ds), SECURITY_INSECURE, EDE_NONE, NULL);
	add_ds(set, 1, 3, DIGEST_SHA256);
	is(ds_choose(&zone.check, set, &ds), SECURITY_INSECURE, EDE_UNSUPPORTED_DNSKEY,
	   "is signed with DSA only");
	add_ds(set, 1, ALGORITHM_ED25519, 5);
	is(ds_choose(&zone.check, set, &ds), SECURITY_INSECURE, EDE_UNSUPPORTED_DS,
	   "digests of type 5 only");
	add_ds(set, 1, ALGORITHM_ED25519, DIGEST_SHA384);
	is(ds_choose(&zone.check, set, &ds), SECURITY_SECURE, EDE_NONE, NULL);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_key_that_a_ds_vouches_for_and_that_signs_the_set_is_enough,
		a_ds_may_point_at_any_zone_key, a_standby_key_and_a_standby_ds_do_no_harm,
		a_set_signed_by_another_key_only_is_bogus, a_ds_of_no_key_is_bogus,
		a_revoked_key_vouches_for_nothing, a_key_that_is_no_zone_key_vouches_for_nothing,
		what_is_not_known_makes_a_zone_insecure,
		a_key_of_a_size_that_is_not_checked_makes_a_zone_insecure,
		an_exponent_has_so_many_bits_and_no_more,
		a_key_too_short_for_its_exponent_is_no_key, so_many_ds_are_tried_and_no_more,
		sha1_does_not_count_beside_a_better_digest,
		ds_of_unknown_kinds_only_make_a_zone_insecure,
	};

	return suite_run_with("validate.keys", tests, SUITE_COUNT(tests), begin, end);
}
