/* SPDX-License-Identifier: MIT */
/* verify_cost.c — what making a key ready and checking a signature cost (resolver/validate/key.c).
 *
 *   ninja -C build tests/bench/verify_cost && build/tests/bench/verify_cost
 *
 * Processor time, the least of five rounds; beside it OpenSSL's own way (EVP, all kept). */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cache/base/must.h"
#include "resolver/validate/algorithm.h"
#include "resolver/validate/key.h"

enum { ROUNDS = 5, TIMES = 1000, MESSAGE = 200 };

static double now_us(void)
{
	struct timespec used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (double)used.tv_sec * 1e6 + (double)used.tv_nsec / 1e3;
}

static EVP_PKEY *make_pair(uint8_t algorithm)
{
	switch (algorithm) {
	case ALGORITHM_ECDSAP256:
		return EVP_EC_gen("P-256");
	case ALGORITHM_ECDSAP384:
		return EVP_EC_gen("P-384");
	case ALGORITHM_ED25519:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	case ALGORITHM_ED448:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED448");
	default:
		return EVP_RSA_gen(2048);
	}
}

static const EVP_MD *digest_for(uint8_t algorithm)
{
	if (algorithm == ALGORITHM_ECDSAP384)
		return EVP_sha384();
	return algorithm == ALGORITHM_ED25519 || algorithm == ALGORITHM_ED448 ? NULL : EVP_sha256();
}

static void put_public(EVP_PKEY *pair, uint8_t algorithm, struct writer *into)
{
	uint8_t octets[300];
	size_t length = sizeof(octets);
	BIGNUM *modulus = NULL;

	if (algorithm == ALGORITHM_RSASHA256) {
		must(EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_RSA_N, &modulus) == 1);
		put_bytes(into, bytes_of("\3\1\0\1", 4));
		put_bytes(into, bytes_of(octets, (size_t)BN_bn2bin(modulus, octets)));
		BN_free(modulus);
	} else if (algorithm == ALGORITHM_ED25519 || algorithm == ALGORITHM_ED448) {
		must(EVP_PKEY_get_raw_public_key(pair, octets, &length) == 1);
		put_bytes(into, bytes_of(octets, length));
	} else {
		must(EVP_PKEY_get_octet_string_param(pair, OSSL_PKEY_PARAM_PUB_KEY, octets,
						     sizeof(octets), &length) == 1);
		put_bytes(into, bytes_of(octets + 1, length - 1));
	}
}

/* RFC 6605 §4: r and s out of DER. */
static struct bytes flatten(const uint8_t *der, size_t coordinate, uint8_t *into)
{
	const uint8_t *at = der + (der[1] & 0x80 ? 3 : 2);

	memset(into, 0, 2 * coordinate);
	for (int part = 0; part < 2; part++) {
		size_t length = at[1], skipped = length > coordinate ? length - coordinate : 0;

		memcpy(into + (size_t)(part + 1) * coordinate - (length - skipped),
		       at + 2 + skipped, length - skipped);
		at += 2 + length;
	}
	return bytes_of(into, 2 * coordinate);
}

/* One algorithm's key, a message, and its signature as the DNS and as OpenSSL have it. */
struct sample {
	uint8_t      algorithm;
	EVP_PKEY    *pair;
	uint8_t      rdata[400], message[MESSAGE], made[600], flat[200];
	struct bytes key, signature, openssl;
};

static void make_sample(struct sample *sample, uint8_t algorithm)
{
	struct writer into = writer_over(sample->rdata, sizeof(sample->rdata));
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t length = sizeof(sample->made);

	sample->algorithm = algorithm;
	sample->pair = make_pair(algorithm);
	must(sample->pair != NULL);
	put_u16(&into, KEY_FLAG_ZONE);
	put_u8(&into, 3);
	put_u8(&into, algorithm);
	put_public(sample->pair, algorithm, &into);
	sample->key = writer_bytes(&into);
	must(EVP_DigestSignInit(context, NULL, digest_for(algorithm), NULL, sample->pair) == 1);
	must(EVP_DigestSign(context, sample->made, &length, sample->message, MESSAGE) == 1);
	sample->signature = sample->openssl = bytes_of(sample->made, length);
	if (algorithm == ALGORITHM_ECDSAP256)
		sample->signature = flatten(sample->made, 32, sample->flat);
	if (algorithm == ALGORITHM_ECDSAP384)
		sample->signature = flatten(sample->made, 48, sample->flat);
	EVP_MD_CTX_free(context);
}

static void make_ready(const struct sample *sample)
{
	struct zone_key key;

	must(zone_key_read(sample->key, &key) && zone_key_prepare(&key, false));
	zone_key_clear(&key);
}

static struct zone_key kept;

static void check_ours(const struct sample *sample)
{
	struct effort effort = { .checks = 1, .failures = 1 };
	struct check check = { .effort = &effort };

	must(zone_key_verify(&kept, &check, bytes_of(sample->message, MESSAGE),
			     sample->signature));
}

static EVP_MD_CTX *openssl;

static void check_openssl(const struct sample *sample)
{
	must(EVP_DigestVerifyInit(openssl, NULL, digest_for(sample->algorithm), NULL,
				  sample->pair) == 1);
	must(EVP_DigestVerify(openssl, sample->openssl.at, sample->openssl.length,
			      sample->message, MESSAGE) == 1);
}

static double least(void (*does)(const struct sample *), const struct sample *sample)
{
	double best = 1e9;

	for (int round = 0; round < ROUNDS; round++) {
		double began = now_us(), took;

		for (int i = 0; i < TIMES; i++)
			does(sample);
		took = (now_us() - began) / TIMES;
		best = took < best ? took : best;
	}
	return best;
}

int main(void)
{
	static const uint8_t algorithms[] = { ALGORITHM_RSASHA256, ALGORITHM_ECDSAP256,
					      ALGORITHM_ECDSAP384, ALGORITHM_ED25519,
					      ALGORITHM_ED448 };
	char room[ALGORITHM_TEXT_SIZE];

	printf("%-18s %12s %12s %12s\n", "us of processor", "make ready", "check", "EVP's check");
	for (size_t i = 0; i < sizeof(algorithms); i++) {
		struct sample sample = { 0 };

		make_sample(&sample, algorithms[i]);
		must(zone_key_read(sample.key, &kept) && zone_key_prepare(&kept, false));
		openssl = EVP_MD_CTX_new();
		printf("%-18s %12.1f %12.1f %12.1f\n", algorithm_name(algorithms[i], room),
		       least(make_ready, &sample), least(check_ours, &sample),
		       least(check_openssl, &sample));
		zone_key_clear(&kept);
		EVP_MD_CTX_free(openssl);
		EVP_PKEY_free(sample.pair);
	}
	return 0;
}
