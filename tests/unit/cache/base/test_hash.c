/* SPDX-License-Identifier: MIT */
/* test_hash.c — our SipHash-1-3 gives what OpenSSL's gives, and chance is even. */
#include "cache/base/hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "cache/base/random.h"
#include "tests/unit/suite.h"

/* OpenSSL with the same number of rounds: the oracle. */
static uint64_t oracle(const struct hash_key *key, const uint8_t *octets, size_t length)
{
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
	EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
	unsigned compression = 1, finalization = 3;
	size_t size = 8, written;
	const OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_C_ROUNDS, &compression),
		OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_D_ROUNDS, &finalization),
		OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
		OSSL_PARAM_construct_end(),
	};
	uint8_t out[8];
	uint64_t hash;

	ck_assert(EVP_MAC_init(context, (const uint8_t *)key, 16, parameters) == 1);
	ck_assert(EVP_MAC_update(context, octets, length) == 1);
	ck_assert(EVP_MAC_final(context, out, &written, sizeof(out)) == 1);
	ck_assert_uint_eq(written, 8);
	memcpy(&hash, out, 8);
	EVP_MAC_CTX_free(context);
	EVP_MAC_free(mac);
	return hash;
}

START_TEST(the_hash_is_siphash_1_3)
{
	uint8_t octets[300];
	struct hash_key key;

	random_fill(octets, sizeof(octets));
	hash_key_draw(&key);
	for (size_t length = 0; length < sizeof(octets); length++)
		ck_assert_uint_eq(hash_octets(&key, octets, length), oracle(&key, octets, length));
}
END_TEST

START_TEST(another_key_gives_another_hash)
{
	struct hash_key one, two;

	hash_key_draw(&one);
	hash_key_draw(&two);
	ck_assert_uint_ne(hash_octets(&one, "leaf", 4), hash_octets(&two, "leaf", 4));
}
END_TEST

START_TEST(chance_is_even_and_below_its_bound)
{
	unsigned seen[7] = { 0 };

	for (int i = 0; i < 70000; i++)
		seen[random_below(7)]++;
	/* Ten thousand each, give or take six standard deviations. */
	for (int i = 0; i < 7; i++)
		ck_assert_uint_lt(seen[i] > 10000 ? seen[i] - 10000 : 10000 - seen[i], 560);
	for (int i = 0; i < 100; i++)
		ck_assert_uint_eq(random_below(1), 0);
}
END_TEST

START_TEST(large_and_small_draws_differ_each_time)
{
	uint8_t one[2000] = { 0 }, two[2000] = { 0 };

	random_fill(one, sizeof(one));
	random_fill(two, sizeof(two));
	ck_assert(memcmp(one, two, sizeof(one)) != 0);
	random_fill(one, 16);
	random_fill(two, 16);
	ck_assert(memcmp(one, two, 16) != 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_hash_is_siphash_1_3, another_key_gives_another_hash,
		chance_is_even_and_below_its_bound, large_and_small_draws_differ_each_time,
	};

	return suite_run("base.hash", tests, SUITE_COUNT(tests));
}
