/* SPDX-License-Identifier: MIT */
/* nsec3_cost.c — what an NSEC3 hash costs, and what the dearest proof does.
 *
 * `nsec3_cost [HASHES]` (200,000) says for several numbers of iterations how much processor time
 * one hash takes: ours, and OpenSSL's EVP with algorithm and context kept, which we don't use. Then
 * what a name of 127 labels costs that is denied as deep as can be.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cache/base/must.h"
#include "resolver/validate/proof.h"

static const uint8_t salt[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static struct name name;
static EVP_MD *sha1;
static EVP_MD_CTX *context;

static double microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void hash_as_we_do(unsigned iterations, uint8_t into[NSEC3_HASH_SIZE])
{
	struct effort effort = { .hashes = 1 };

	must(nsec3_hash(&effort, &name, bytes_of(salt, sizeof(salt)), iterations, into));
}

static void digest(struct bytes octets, uint8_t into[NSEC3_HASH_SIZE])
{
	must(EVP_DigestInit_ex2(context, sha1, NULL) == 1 &&
	     EVP_DigestUpdate(context, octets.at, octets.length) == 1 &&
	     EVP_DigestUpdate(context, salt, sizeof(salt)) == 1 &&
	     EVP_DigestFinal_ex(context, into, NULL) == 1);
}

static void hash_by_evp(unsigned iterations, uint8_t into[NSEC3_HASH_SIZE])
{
	struct name lower = name;

	name_lower(&lower);
	digest(name_bytes(&lower), into);
	for (unsigned i = 0; i < iterations; i++)
		digest(bytes_of(into, NSEC3_HASH_SIZE), into);
}

static double cost(unsigned hashes, unsigned iterations,
		   void (*hash)(unsigned, uint8_t[NSEC3_HASH_SIZE]))
{
	uint8_t into[NSEC3_HASH_SIZE];
	double begin = microseconds();

	for (unsigned i = 0; i < hashes; i++)
		hash(iterations, into);
	return (microseconds() - begin) / hashes;
}

static void print_hashes(unsigned hashes)
{
	static const unsigned rows[] = { 0, 1, 10, 50 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned count = hashes / (rows[i] + 1) + 1;

		printf("%2u iterations: %5.2f us a hash, %5.2f us by EVP\n", rows[i],
		       cost(count, rows[i], hash_as_we_do), cost(count, rows[i], hash_by_evp));
	}
}

/* One record whose gap is everything: each ancestor is hashed, and none is matched. */
static void print_dearest(void)
{
	uint8_t rdata[6 + NSEC3_HASH_SIZE] = { 1, 0, 0, MAX_NSEC3_ITERATIONS, 0, NSEC3_HASH_SIZE };
	struct bytes data = bytes_of(rdata, sizeof(rdata));
	struct rrset set = {
		.type = TYPE_NSEC3, .security = SECURITY_SECURE, .count = 1, .rdata = &data
	};
	struct rrsets sets = { .first = &set, .last = &set };
	struct effort effort = { .hashes = MAX_NSEC3_HASHES };
	struct check check = { .most_iterations = MAX_NSEC3_ITERATIONS, .effort = &effort };
	struct proof_of of = { .check = &check, .zone = &name_root, .sets = &sets };
	double begin;

	must(name_parse("00000000000000000000000000000000.", &set.owner));
	for (unsigned i = 0; i < NAME_LABELS; i++)
		memcpy(name.octets + 2 * i, "\1a", 2);
	name.octets[2 * NAME_LABELS] = 0;
	name.length = NAME_SIZE;
	begin = microseconds();
	must(proof_no_name(&of, &name) == PROOF_LACKS);
	printf("a name of %d labels, %d iterations: %u hashes, %.0f us\n", NAME_LABELS,
	       MAX_NSEC3_ITERATIONS, effort.hashes_in_a_row, microseconds() - begin);
}

int main(int argc, char **argv)
{
	int hashes = argc > 1 ? atoi(argv[1]) : 200000;

	must(hashes > 0);
	must(name_parse("www.example.com.", &name));
	sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
	context = EVP_MD_CTX_new();
	must(sha1 != NULL && context != NULL);
	print_hashes((unsigned)hashes);
	print_dearest();
	EVP_MD_CTX_free(context);
	EVP_MD_free(sha1);
	return 0;
}
