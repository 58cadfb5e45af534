/* SPDX-License-Identifier: MIT */
/* signer.c — keys from a seed, signatures by ldns. */
#include "tests/scenario/signer.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"

ldns_algorithm signer_algorithm(const char *word)
{
	ldns_lookup_table *known = ldns_lookup_by_name(ldns_algorithms, word);

	return known == NULL ? 0 : (ldns_algorithm)known->id;
}

static size_t private_octets(ldns_algorithm algorithm)
{
	if (algorithm == LDNS_ECDSAP256SHA256 || algorithm == LDNS_ED25519)
		return 32;
	if (algorithm == LDNS_ECDSAP384SHA384)
		return 48;
	return algorithm == LDNS_ED448 ? 57 : 0;
}

/* The private key is a hash of zone, number and algorithm, in the file form that ldns reads. The
 * first octet is made small: any such number is a private key of these curves. */
static ldns_key *key_from_seed(ldns_rdf *zone, unsigned number, ldns_algorithm algorithm)
{
	char *name = ldns_rdf2str(zone), seed[1200], text[512], secret[200];
	uint8_t octets[SHA512_DIGEST_LENGTH];
	ldns_key *key = NULL;
	FILE *file;

	snprintf(seed, sizeof(seed), "%s %u %d", name, number, (int)algorithm);
	free(name);
	SHA512((const uint8_t *)seed, strlen(seed), octets);
	octets[0] &= 0x7f;
	EVP_EncodeBlock((uint8_t *)secret, octets, (int)private_octets(algorithm));
	snprintf(text, sizeof(text), "Private-key-format: v1.2\nAlgorithm: %d (of a story)\n"
		 "PrivateKey: %s\n", (int)algorithm, secret);
	file = fmemopen(text, strlen(text), "r");
	must(file != NULL);
	if (ldns_key_new_frm_fp(&key, file) != LDNS_STATUS_OK)
		key = NULL;
	fclose(file);
	return key;
}

ldns_key *signer_key(ldns_rdf *zone, unsigned number, ldns_algorithm algorithm, uint16_t flags,
		     unsigned bits)
{
	ldns_key *key = private_octets(algorithm) != 0 ?
		key_from_seed(zone, number, algorithm) :
		ldns_key_new_frm_algorithm((ldns_signing_algorithm)algorithm, (uint16_t)bits);

	if (key == NULL)
		return NULL;
	ldns_key_set_pubkey_owner(key, ldns_rdf_clone(zone));
	signer_set_flags(key, flags);
	return key;
}

void signer_set_flags(ldns_key *key, uint16_t flags)
{
	ldns_rr *record;

	ldns_key_set_flags(key, flags);
	record = ldns_key2rr(key);
	must(record != NULL);
	ldns_key_set_keytag(key, ldns_calc_keytag(record));
	ldns_rr_free(record);
}

/* RFC 4034 §3.1.8.1: the RRSIG's data without the signature, then the set in canonical form. */
static void write_signed_part(const ldns_rr *signature, const ldns_rr_list *set, ldns_buffer *into)
{
	ldns_rr_list *canonical = ldns_rr_list_clone(set);

	for (size_t i = 0; i < ldns_rr_list_rr_count(canonical); i++)
		ldns_rr2canonical(ldns_rr_list_rr(canonical, i));
	ldns_rr_list_sort(canonical);
	must(ldns_rrsig2buffer_wire(into, signature) == LDNS_STATUS_OK);
	must(ldns_rr_list2buffer_wire(into, canonical) == LDNS_STATUS_OK);
	ldns_rr_list_deep_free(canonical);
}

ldns_rr *signer_sign(const ldns_rr_list *set, ldns_key *key, const struct manner *manner)
{
	ldns_buffer *buffer = ldns_buffer_new(LDNS_MAX_PACKETLEN);
	ldns_rdf *right_signer = ldns_key_pubkey_owner(key);
	ldns_rr *signature;

	must(buffer != NULL);
	ldns_key_set_inception(key, (uint32_t)manner->inception);
	ldns_key_set_expiration(key, (uint32_t)manner->expiration);
	if (manner->signer != NULL)
		ldns_key_set_pubkey_owner(key, manner->signer);
	signature = ldns_create_empty_rrsig(set, key);
	ldns_key_set_pubkey_owner(key, right_signer);
	must(signature != NULL);
	if (manner->labels >= 0)
		ldns_rdf_deep_free(ldns_rr_set_rdf(signature,
			ldns_native2rdf_int8(LDNS_RDF_TYPE_INT8, (uint8_t)manner->labels), 2));
	write_signed_part(signature, set, buffer);
	ldns_rdf_deep_free(ldns_rr_set_rdf(signature, ldns_sign_public_buffer(buffer, key), 8));
	ldns_buffer_free(buffer);
	return signature;
}
