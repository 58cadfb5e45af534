/* SPDX-License-Identifier: MIT */
/* signer.c — arithmetic of careless keys. See signer.h. */
#include "signer.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PRIMES = 8, PRIME_BITS = 256, RSA_BITS = 2048, RSA_OCTETS = RSA_BITS / 8,
	EXPONENT = 65537,
	P256_OCTETS = 32,
	HEAD = 4,                       /* of a DNSKEY's data: flags, protocol, algorithm */
	FLAG_ZONE = 0x01, FLAG_SEP = 0x01,
};

struct prime {
	BIGNUM *p, *d;                  /* the private exponent modulo p - 1 */
	BIGNUM *share;                  /* 1 modulo p, 0 modulo every other prime */
	BN_MONT_CTX *ready;
};

struct signer {
	unsigned algorithm;
	uint8_t key[SIGNER_KEY];        /* the data of a DNSKEY with the flags of a zone's key */
	size_t key_length;
	BIGNUM *modulus;                /* RSA's, or the order of P-256 */
	struct prime primes[PRIMES];
	BIGNUM *d, *r, *k_inverse;      /* P-256: the key, what the nonce gives, 1 / nonce */
};

static struct signer signers[2][SIGNERS];
static BN_CTX *context;

static void must_do(bool done)
{
	if (done)
		return;
	fprintf(stderr, "signer: OpenSSL's arithmetic failed\n");
	exit(1);
}

static BIGNUM *number(void)
{
	BIGNUM *made = BN_new();

	must_do(made != NULL);
	return made;
}

static void write_key(struct signer *signer, const uint8_t *public, size_t length)
{
	const uint8_t head[HEAD] = { FLAG_ZONE, 0, 3, (uint8_t)signer->algorithm };

	memcpy(signer->key, head, HEAD);
	memcpy(signer->key + HEAD, public, length);
	signer->key_length = HEAD + length;
}

/* --- RSA --- */

/* False: the primes' product hasn't the right size, or 65537 isn't invertible. */
static bool draw_primes(struct signer *signer)
{
	BIGNUM *less = number(), *exponent = number();
	bool fit = true;

	must_do(BN_one(signer->modulus) && BN_set_word(exponent, EXPONENT));
	for (unsigned i = 0; i < PRIMES; i++) {
		struct prime *prime = &signer->primes[i];

		/* One is longer by a bit, so that the product has 2,048 mostly. */
		must_do(BN_generate_prime_ex(prime->p, PRIME_BITS + (i == 0), 0, NULL, NULL,
					     NULL) &&
			BN_mul(signer->modulus, signer->modulus, prime->p, context) &&
			BN_copy(less, prime->p) != NULL && BN_sub_word(less, 1));
		fit = fit && BN_mod_inverse(prime->d, exponent, less, context) != NULL;
	}
	BN_free(less);
	BN_free(exponent);
	return fit && BN_num_bits(signer->modulus) == RSA_BITS;
}

static void make_rsa(struct signer *signer)
{
	uint8_t public[4 + RSA_OCTETS] = { 3, 1, 0, 1 };        /* RFC 3110 §2 */
	BIGNUM *others = number();

	signer->modulus = number();
	for (unsigned i = 0; i < PRIMES; i++)
		signer->primes[i] = (struct prime){ number(), number(), number(),
						    BN_MONT_CTX_new() };
	while (!draw_primes(signer)) {
	}
	for (unsigned i = 0; i < PRIMES; i++) {
		struct prime *prime = &signer->primes[i];

		must_do(BN_div(others, NULL, signer->modulus, prime->p, context) &&
			BN_mod_inverse(prime->share, others, prime->p, context) != NULL &&
			BN_mul(prime->share, prime->share, others, context) &&
			BN_MONT_CTX_set(prime->ready, prime->p, context));
	}
	must_do(BN_bn2binpad(signer->modulus, public + 4, RSA_OCTETS) == RSA_OCTETS);
	write_key(signer, public, sizeof(public));
	BN_free(others);
}

/* EMSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §9.2). */
static void pad(const uint8_t digest[SIGNER_DIGEST], uint8_t into[RSA_OCTETS])
{
	static const uint8_t name[] = {
		0x00, 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48,
		0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
	};

	memset(into, 0xff, RSA_OCTETS);
	into[0] = 0;
	into[1] = 1;
	memcpy(into + RSA_OCTETS - SIGNER_DIGEST - sizeof(name), name, sizeof(name));
	memcpy(into + RSA_OCTETS - SIGNER_DIGEST, digest, SIGNER_DIGEST);
}

/* Modulo each prime, then put together (the Chinese remainder theorem). */
static void sign_rsa(struct signer *signer, const uint8_t digest[SIGNER_DIGEST],
		     uint8_t into[RSA_OCTETS])
{
	uint8_t padded[RSA_OCTETS];
	BIGNUM *message, *part, *sum;

	BN_CTX_start(context);
	message = BN_CTX_get(context);
	part = BN_CTX_get(context);
	sum = BN_CTX_get(context);
	pad(digest, padded);
	must_do(sum != NULL && BN_bin2bn(padded, RSA_OCTETS, message) != NULL);
	BN_zero(sum);
	for (unsigned i = 0; i < PRIMES; i++) {
		struct prime *prime = &signer->primes[i];

		must_do(BN_mod(part, message, prime->p, context) &&
			BN_mod_exp_mont(part, part, prime->d, prime->p, context, prime->ready) &&
			BN_mul(part, part, prime->share, context) && BN_add(sum, sum, part));
	}
	must_do(BN_mod(sum, sum, signer->modulus, context) &&
		BN_bn2binpad(sum, into, RSA_OCTETS) == RSA_OCTETS);
	BN_CTX_end(context);
}

/* --- P-256 --- */

static void make_p256(struct signer *signer)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *point = EC_POINT_new(group);
	BIGNUM *nonce = number(), *x = number(), *y = number();
	uint8_t public[2 * P256_OCTETS];

	signer->modulus = number();
	signer->d = number();
	signer->r = number();
	signer->k_inverse = number();
	must_do(point != NULL && EC_GROUP_get_order(group, signer->modulus, context) &&
		BN_rand_range(signer->d, signer->modulus) &&
		BN_rand_range(nonce, signer->modulus) &&
		BN_mod_inverse(signer->k_inverse, nonce, signer->modulus, context) != NULL);
	must_do(EC_POINT_mul(group, point, nonce, NULL, NULL, context) &&
		EC_POINT_get_affine_coordinates(group, point, x, y, context) &&
		BN_nnmod(signer->r, x, signer->modulus, context));
	must_do(EC_POINT_mul(group, point, signer->d, NULL, NULL, context) &&
		EC_POINT_get_affine_coordinates(group, point, x, y, context) &&
		BN_bn2binpad(x, public, P256_OCTETS) == P256_OCTETS &&
		BN_bn2binpad(y, public + P256_OCTETS, P256_OCTETS) == P256_OCTETS);
	write_key(signer, public, sizeof(public));
	EC_POINT_free(point);
	EC_GROUP_free(group);
	BN_free(nonce);
	BN_free(x);
	BN_free(y);
}

/* s = (z + r d) / k modulo the order (RFC 6605 §4: r, then s). */
static void sign_p256(struct signer *signer, const uint8_t digest[SIGNER_DIGEST],
		      uint8_t into[2 * P256_OCTETS])
{
	BIGNUM *z, *s;

	BN_CTX_start(context);
	z = BN_CTX_get(context);
	s = BN_CTX_get(context);
	must_do(s != NULL && BN_bin2bn(digest, SIGNER_DIGEST, z) != NULL &&
		BN_mod_mul(s, signer->r, signer->d, signer->modulus, context) &&
		BN_mod_add(s, s, z, signer->modulus, context) &&
		BN_mod_mul(s, s, signer->k_inverse, signer->modulus, context));
	must_do(BN_bn2binpad(signer->r, into, P256_OCTETS) == P256_OCTETS &&
		BN_bn2binpad(s, into + P256_OCTETS, P256_OCTETS) == P256_OCTETS);
	BN_CTX_end(context);
}

/* --- all --- */

void signers_make(void)
{
	context = BN_CTX_new();
	must_do(context != NULL);
	for (unsigned i = 0; i < SIGNERS; i++) {
		signers[0][i].algorithm = ECDSAP256;
		make_p256(&signers[0][i]);
		signers[1][i].algorithm = RSASHA256;
		make_rsa(&signers[1][i]);
	}
}

struct signer *signer_get(unsigned algorithm, unsigned number)
{
	return &signers[algorithm == RSASHA256][number % SIGNERS];
}

size_t signer_key(const struct signer *signer, bool signs_keys, uint8_t into[SIGNER_KEY])
{
	memcpy(into, signer->key, signer->key_length);
	if (signs_keys)
		into[1] |= FLAG_SEP;
	return signer->key_length;
}

/* RFC 4034 appendix B. */
unsigned signer_tag(const struct signer *signer, bool signs_keys)
{
	uint8_t key[SIGNER_KEY];
	size_t length = signer_key(signer, signs_keys, key);
	uint32_t sum = 0;

	for (size_t i = 0; i < length; i++)
		sum += i % 2 == 0 ? (uint32_t)key[i] << 8 : key[i];
	return (sum + (sum >> 16)) & 0xffff;
}

size_t signer_sign(struct signer *signer, const uint8_t digest[SIGNER_DIGEST],
		   uint8_t into[SIGNATURE])
{
	if (signer->algorithm == RSASHA256) {
		sign_rsa(signer, digest, into);
		return RSA_OCTETS;
	}
	sign_p256(signer, digest, into);
	return 2 * P256_OCTETS;
}
