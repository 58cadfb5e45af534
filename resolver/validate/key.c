/* SPDX-License-Identifier: MIT */
/* key.c — DNSKEYs read, public keys made of them, signatures verified by OpenSSL.
 *
 * What is made for a key is kept with it, and digests are fetched once: with OpenSSL 3 finding an
 * algorithm by its name costs as much as some verifications. For ECDSA its older interface is used,
 * deprecated since 3.0: making a key ready costs 2 us instead of 18, and checking a signature 54
 * instead of 58 (tests/bench/verify_cost); most signatures are ECDSA's. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "resolver/validate/key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "resolver/validate/algorithm.h"

enum {
	DNSKEY_HEAD = 4,                /* flags, protocol, algorithm */
	DS_HEAD = 4,                    /* tag, algorithm, digest type */
	PROTOCOL_DNSSEC = 3,            /* RFC 4034 §2.1.2 */
	LARGEST_COORDINATE = 48,
};

struct public_key {
	EC_KEY       *ec;               /* ECDSA's; NULL: it is of another kind */
	EVP_PKEY     *pkey;
	EVP_MD_CTX   *context;          /* of a verification, used again and again */
	const EVP_MD *digest;           /* NULL: the algorithm has its own */
};

/* --- what OpenSSL knows by name, looked up once --- */

static struct {
	EVP_MD   *sha1, *sha256, *sha384, *sha512;
	EC_GROUP *p256, *p384;
} fetched;

static void fetch(void)
{
	fetched.sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
	fetched.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	fetched.sha384 = EVP_MD_fetch(NULL, "SHA384", NULL);
	fetched.sha512 = EVP_MD_fetch(NULL, "SHA512", NULL);
	fetched.p256 = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	fetched.p384 = EC_GROUP_new_by_curve_name(NID_secp384r1);
}

static void fetch_once(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, fetch);
}

static const EVP_MD *digest_of_ds(uint8_t type)
{
	fetch_once();
	switch (type) {
	case DIGEST_SHA1:
		return fetched.sha1;
	case DIGEST_SHA256:
		return fetched.sha256;
	case DIGEST_SHA384:
		return fetched.sha384;
	default:
		return NULL;
	}
}

/* --- DNSKEYs --- */

uint16_t key_tag(struct bytes rdata)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < rdata.length; i++)
		sum += i % 2 == 0 ? (uint32_t)rdata.at[i] << 8 : rdata.at[i];
	return (uint16_t)(sum + (sum >> 16));
}

bool zone_key_read(struct bytes rdata, struct zone_key *into)
{
	if (rdata.length <= DNSKEY_HEAD)
		return false;
	*into = (struct zone_key){
		.flags = load_u16(rdata.at),
		.protocol = rdata.at[2],
		.algorithm = rdata.at[3],
		.tag = key_tag(rdata),
		.rdata = rdata,
	};
	return true;
}

void zone_key_clear(struct zone_key *key)
{
	if (key->ready == NULL)
		return;
	EC_KEY_free(key->ready->ec);
	EVP_MD_CTX_free(key->ready->context);
	EVP_PKEY_free(key->ready->pkey);
	free(key->ready);
	key->ready = NULL;
}

bool zone_key_may_sign(const struct zone_key *key)
{
	return (key->flags & KEY_FLAG_ZONE) != 0 && (key->flags & KEY_FLAG_REVOKED) == 0 &&
	       key->protocol == PROTOCOL_DNSSEC;
}

/* --- public keys --- */

static struct bytes public_octets(const struct zone_key *key)
{
	return bytes_of(key->rdata.at + DNSKEY_HEAD, key->rdata.length - DNSKEY_HEAD);
}

static unsigned bits_of(struct bytes number)
{
	unsigned zeroes = 0, first;

	while (zeroes < number.length && number.at[zeroes] == 0)
		zeroes++;
	if (zeroes == number.length)
		return 0;
	first = 8 * sizeof(unsigned) - (unsigned)__builtin_clz(number.at[zeroes]);
	return 8 * ((unsigned)number.length - zeroes - 1) + first;
}

/* RFC 3110 §2: the exponent's length in one octet, or in two behind a zero. */
static bool split_rsa(struct bytes octets, struct bytes *exponent, struct bytes *modulus)
{
	struct cursor at = cursor_over(octets);
	size_t length = take_u8(&at);

	if (length == 0)
		length = take_u16(&at);
	*exponent = take_bytes(&at, length);
	*modulus = take_rest(&at);
	return cursor_is_good(&at) && bits_of(*exponent) > 0 &&
	       bits_of(*exponent) <= MAX_RSA_EXPONENT_BITS && bits_of(*modulus) >= MIN_RSA_BITS &&
	       bits_of(*modulus) <= MAX_RSA_BITS;
}

static EVP_PKEY *pkey_from(const char *type, OSSL_PARAM *parameters)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *pkey = NULL;

	if (context != NULL && EVP_PKEY_fromdata_init(context) == 1 &&
	    EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(context);
	return pkey;
}

static EVP_PKEY *make_rsa(struct bytes octets)
{
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	OSSL_PARAM *parameters = NULL;
	struct bytes exponent, modulus;
	BIGNUM *e = NULL, *n = NULL;
	EVP_PKEY *pkey = NULL;

	if (builder != NULL && split_rsa(octets, &exponent, &modulus)) {
		e = BN_bin2bn(exponent.at, (int)exponent.length, NULL);
		n = BN_bin2bn(modulus.at, (int)modulus.length, NULL);
	}
	if (e != NULL && n != NULL &&
	    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1 &&
	    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1)
		parameters = OSSL_PARAM_BLD_to_param(builder);
	if (parameters != NULL)
		pkey = pkey_from("RSA", parameters);
	OSSL_PARAM_free(parameters);
	OSSL_PARAM_BLD_free(builder);
	BN_free(e);
	BN_free(n);
	return pkey;
}

/* RFC 6605 §4: x and y; OpenSSL wants an octet before them. They must be on the curve. */
static EC_KEY *make_ec(struct bytes octets, const EC_GROUP *curve, size_t coordinate)
{
	uint8_t point[1 + 2 * LARGEST_COORDINATE] = { POINT_CONVERSION_UNCOMPRESSED };
	EC_KEY *key = EC_KEY_new();
	EC_POINT *place = curve == NULL ? NULL : EC_POINT_new(curve);
	bool good = false;

	if (key != NULL && place != NULL && octets.length == 2 * coordinate) {
		memcpy(point + 1, octets.at, octets.length);
		good = EC_POINT_oct2point(curve, place, point, 1 + octets.length, NULL) == 1 &&
		       EC_KEY_set_group(key, curve) == 1 &&
		       EC_KEY_set_public_key(key, place) == 1;
	}
	EC_POINT_free(place);
	if (good)
		return key;
	EC_KEY_free(key);
	return NULL;
}

static EVP_PKEY *make_pkey(uint8_t algorithm, struct bytes octets)
{
	switch (algorithm) {
	case ALGORITHM_RSASHA1:
	case ALGORITHM_RSASHA1_NSEC3:
	case ALGORITHM_RSASHA256:
	case ALGORITHM_RSASHA512:
		return make_rsa(octets);
	case ALGORITHM_ED25519:
		return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, octets.at,
						   octets.length);
	case ALGORITHM_ED448:
		return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED448, NULL, octets.at,
						   octets.length);
	default:
		return NULL;
	}
}

static const EVP_MD *digest_of_algorithm(uint8_t algorithm)
{
	fetch_once();
	switch (algorithm) {
	case ALGORITHM_RSASHA1:
	case ALGORITHM_RSASHA1_NSEC3:
		return fetched.sha1;
	case ALGORITHM_RSASHA256:
	case ALGORITHM_ECDSAP256:
		return fetched.sha256;
	case ALGORITHM_ECDSAP384:
		return fetched.sha384;
	case ALGORITHM_RSASHA512:
		return fetched.sha512;
	default:
		return NULL;                    /* Ed25519 and Ed448 take it all at once */
	}
}

static bool make_ready(struct zone_key *key)
{
	struct public_key *ready = key->ready;

	ready->digest = digest_of_algorithm(key->algorithm);
	if (key->algorithm == ALGORITHM_ECDSAP256)
		ready->ec = make_ec(public_octets(key), fetched.p256, 32);
	else if (key->algorithm == ALGORITHM_ECDSAP384)
		ready->ec = make_ec(public_octets(key), fetched.p384, 48);
	if (ready->ec != NULL)
		return true;
	ready->pkey = make_pkey(key->algorithm, public_octets(key));
	ready->context = ready->pkey == NULL ? NULL : EVP_MD_CTX_new();
	return ready->context != NULL;
}

bool zone_key_prepare(struct zone_key *key, bool sha1)
{
	if (!algorithm_is_supported(key->algorithm, sha1) || key->is_unfit)
		return false;
	if (key->ready != NULL)
		return true;
	key->ready = calloc(1, sizeof(*key->ready));
	if (key->ready == NULL)
		return false;
	if (make_ready(key))
		return true;
	zone_key_clear(key);
	key->is_unfit = true;
	return false;
}

/* --- signatures --- */

/* RFC 6605 §4: r and s, each as long as a coordinate. */
static bool verifies_ecdsa(const struct public_key *key, struct bytes octets,
			   struct bytes signature)
{
	size_t coordinate = signature.length / 2;
	ECDSA_SIG *pair = ECDSA_SIG_new();
	uint8_t digest[EVP_MAX_MD_SIZE];
	BIGNUM *r, *s;
	unsigned length;
	bool good;

	r = BN_bin2bn(signature.at, (int)coordinate, NULL);
	s = BN_bin2bn(signature.at + coordinate, (int)coordinate, NULL);
	if (pair == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(pair, r, s) != 1) {
		BN_free(r);
		BN_free(s);
		ECDSA_SIG_free(pair);
		return false;
	}
	good = EVP_Digest(octets.at, octets.length, digest, &length, key->digest, NULL) == 1 &&
	       ECDSA_do_verify(digest, (int)length, pair, key->ec) == 1;
	ECDSA_SIG_free(pair);
	return good;
}

static bool verifies(const struct zone_key *key, struct bytes octets, struct bytes signature)
{
	const struct public_key *ready = key->ready;
	size_t coordinates = key->algorithm == ALGORITHM_ECDSAP256 ? 64 : 96;

	if (ready->ec != NULL)
		return signature.length == coordinates && verifies_ecdsa(ready, octets, signature);
	if (EVP_DigestVerifyInit(ready->context, NULL, ready->digest, NULL, ready->pkey) != 1)
		return false;
	return EVP_DigestVerify(ready->context, signature.at, signature.length, octets.at,
				octets.length) == 1;
}

bool zone_key_verify(struct zone_key *key, const struct check *check, struct bytes octets,
		     struct bytes signature)
{
	struct effort *effort = check->effort;

	if (effort->checks == 0 || effort->failures == 0)
		return false;
	if (!zone_key_prepare(key, check->sha1))
		return false;
	effort->checks--;
	effort->checks_in_a_row++;
	if (verifies(key, octets, signature))
		return true;
	effort->failures--;
	return false;
}

/* --- digests --- */

static size_t digest_key(const struct zone_key *key, const struct name *zone, const EVP_MD *type,
			 uint8_t into[EVP_MAX_MD_SIZE])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	struct name owner = *zone;
	unsigned length = 0;

	name_lower(&owner);
	if (context == NULL || type == NULL || EVP_DigestInit_ex(context, type, NULL) != 1 ||
	    EVP_DigestUpdate(context, owner.octets, owner.length) != 1 ||
	    EVP_DigestUpdate(context, key->rdata.at, key->rdata.length) != 1 ||
	    EVP_DigestFinal_ex(context, into, &length) != 1)
		length = 0;
	EVP_MD_CTX_free(context);
	return length;
}

bool zone_key_has_digest(const struct zone_key *key, const struct name *zone, uint8_t digest_type,
			 struct bytes digest)
{
	uint8_t made[EVP_MAX_MD_SIZE];
	size_t length = digest_key(key, zone, digest_of_ds(digest_type), made);

	return length != 0 && bytes_equal(bytes_of(made, length), digest);
}

size_t zone_key_digest(const struct zone_key *key, const struct name *zone,
		       uint8_t into[DS_SHA256_SIZE])
{
	uint8_t made[EVP_MAX_MD_SIZE] = { 0 };

	(void)digest_key(key, zone, digest_of_ds(DIGEST_SHA256), made);
	store_u16(into, key->tag);
	into[2] = key->algorithm;
	into[3] = DIGEST_SHA256;
	memcpy(into + DS_HEAD, made, DS_SHA256_SIZE - DS_HEAD);
	return DS_SHA256_SIZE;
}
