/* SPDX-License-Identifier: MIT */
/* bare.c — how much of a signed workload is bare cryptography: what no validator can do without.
 *
 *   bare FILE
 *
 * FILE has the names that are asked, one a line, as dnsperf reads them; zones are new to the
 * resolver, the root's and the top-level domains' keys are left out. Counted is each set once that
 * has to be checked, whoever keeps what it has checked: the name's own; its zone's DNSKEYs and DS,
 * or the proof that there is none; of a name that isn't there its own gap, and once for a zone its
 * SOA, the gap at its wildcard and, with NSEC3, its apex. Then a check of each algorithm is timed,
 * with its key made ready before. Prints one line:
 *
 *   names N p256 CHECKS rsa CHECKS p256_us US rsa_us US bare_us US
 *
 * the last for a name. */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "generated.h"
#include "signer.h"

enum {
	ZONES = 1 << 20,
	WARM = 500, CHECKS = 4000,
	POINT = 1 + 64,                 /* a P-256 key with what tells that it isn't compressed */
};

enum { SEEN = 1, SEEN_DENYING = 2 };

static void must_do(bool done)
{
	if (done)
		return;
	fprintf(stderr, "bare: OpenSSL doesn't accept a key or a signature\n");
	exit(1);
}

/* --- counting --- */

struct need {
	unsigned long names, p256, rsa;
};

static void add_zone(struct need *need, unsigned zone)
{
	struct generated_signing signing = generated_signing(zone);

	/* Its DS, or the gap there: by its top-level domain. */
	need->p256++;
	need->p256 += signing.algorithm == ECDSAP256;
	need->rsa += signing.algorithm == RSASHA256;
}

static void add_name(struct need *need, const char *line, uint8_t *seen)
{
	char label[64];
	unsigned zone;
	unsigned long checks = 1;
	struct generated_signing signing;

	if (sscanf(line, "%63[^.].z%u", label, &zone) != 2 || zone >= ZONES)
		return;
	signing = generated_signing(zone);
	need->names++;
	if ((seen[zone] & SEEN) == 0)
		add_zone(need, zone);
	seen[zone] |= SEEN;
	if (strncmp(label, "www", 3) != 0 && (seen[zone] & SEEN_DENYING) == 0) {
		seen[zone] |= SEEN_DENYING;
		checks += signing.nsec3 ? 3 : 2;
	}
	need->p256 += signing.algorithm == ECDSAP256 ? checks : 0;
	need->rsa += signing.algorithm == RSASHA256 ? checks : 0;
}

static struct need count(const char *path)
{
	struct need need = { 0, 0, 0 };
	uint8_t *seen = calloc(ZONES, 1);
	FILE *file = fopen(path, "r");
	char line[512];

	if (file == NULL || seen == NULL) {
		fprintf(stderr, "bare: cannot read %s\n", path);
		exit(1);
	}
	while (fgets(line, sizeof(line), file) != NULL)
		add_name(&need, line, seen);
	fclose(file);
	free(seen);
	if (need.names == 0) {
		fprintf(stderr, "bare: no names in %s\n", path);
		exit(1);
	}
	return need;
}

/* --- timing --- */

static EVP_PKEY *build_key(const char *type, OSSL_PARAM_BLD *parts)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	OSSL_PARAM *all = OSSL_PARAM_BLD_to_param(parts);
	EVP_PKEY *made = NULL;

	must_do(context != NULL && all != NULL && EVP_PKEY_fromdata_init(context) == 1 &&
		EVP_PKEY_fromdata(context, &made, EVP_PKEY_PUBLIC_KEY, all) == 1);
	OSSL_PARAM_free(all);
	OSSL_PARAM_BLD_free(parts);
	EVP_PKEY_CTX_free(context);
	return made;
}

/* From the data of a DNSKEY: RFC 6605 §4, RFC 3110 §2. */
static EVP_PKEY *read_key(const struct signer *signer, unsigned algorithm)
{
	uint8_t data[SIGNER_KEY], point[POINT] = { 4 };
	size_t length = signer_key(signer, false, data);
	OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
	BIGNUM *modulus = BN_bin2bn(data + 8, (int)length - 8, NULL);
	BIGNUM *exponent = BN_bin2bn(data + 5, 3, NULL);
	EVP_PKEY *made;

	must_do(parts != NULL && modulus != NULL && exponent != NULL);
	memcpy(point + 1, data + 4, POINT - 1);
	if (algorithm == RSASHA256)
		must_do(OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_N, modulus) &&
			OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_E, exponent));
	else
		must_do(OSSL_PARAM_BLD_push_utf8_string(parts, OSSL_PKEY_PARAM_GROUP_NAME,
							"prime256v1", 0) &&
			OSSL_PARAM_BLD_push_octet_string(parts, OSSL_PKEY_PARAM_PUB_KEY, point,
							 POINT));
	made = build_key(algorithm == RSASHA256 ? "RSA" : "EC", parts);
	BN_free(modulus);
	BN_free(exponent);
	return made;
}

/* As OpenSSL wants it: an ECDSA signature in DER. */
static size_t sign(unsigned algorithm, const uint8_t *digest, uint8_t into[SIGNATURE])
{
	uint8_t raw[SIGNATURE], *end = into;
	size_t length = signer_sign(signer_get(algorithm, 0), digest, raw);
	ECDSA_SIG *pair;

	if (algorithm == RSASHA256) {
		memcpy(into, raw, length);
		return length;
	}
	pair = ECDSA_SIG_new();
	must_do(pair != NULL && ECDSA_SIG_set0(pair, BN_bin2bn(raw, 32, NULL),
					       BN_bin2bn(raw + 32, 32, NULL)));
	length = (size_t)i2d_ECDSA_SIG(pair, &end);
	ECDSA_SIG_free(pair);
	return length;
}

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Microseconds of processor time of a check, of octets as long as an A record's set. */
static double time_check(unsigned algorithm)
{
	static const uint8_t octets[100] = "an address, with the head of its signature";
	EVP_PKEY *key = read_key(signer_get(algorithm, 0), algorithm);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_MD *sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	uint8_t digest[SIGNER_DIGEST], signature[SIGNATURE];
	size_t length;
	double began = 0, ended;

	must_do(context != NULL && sha256 != NULL &&
		EVP_Digest(octets, sizeof(octets), digest, NULL, sha256, NULL) == 1);
	length = sign(algorithm, digest, signature);
	for (unsigned i = 0; i < WARM + CHECKS; i++) {
		if (i == WARM)
			began = now_us();
		must_do(EVP_DigestVerifyInit(context, NULL, sha256, NULL, key) == 1 &&
			EVP_DigestVerify(context, signature, length, octets, sizeof(octets)) == 1);
		EVP_MD_CTX_reset(context);
	}
	ended = now_us();
	EVP_MD_free(sha256);
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return (ended - began) / CHECKS;
}

int main(int argc, char **argv)
{
	struct need need;
	double p256, rsa;

	if (argc != 2) {
		fprintf(stderr, "usage: bare FILE\n");
		return 2;
	}
	need = count(argv[1]);
	signers_make();
	p256 = time_check(ECDSAP256);
	rsa = time_check(RSASHA256);
	printf("names %lu p256 %lu rsa %lu p256_us %.1f rsa_us %.1f bare_us %.1f\n", need.names,
	       need.p256, need.rsa, p256, rsa,
	       ((double)need.p256 * p256 + (double)need.rsa * rsa) / (double)need.names);
	return 0;
}
