/* SPDX-License-Identifier: MIT */
/* digest.c — the SIMPLE scheme: a hash over all records in canonical form and order (RFC 8976
 * §3.3). */
#include "resolver/root/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "cache/base/must.h"
#include "cache/rdata.h"

enum {
	SCHEME_SIMPLE = 1,
	HASH_SHA384 = 1,
	HASH_SHA512 = 2,
	MOST_DIGESTS = 16,              /* ZONEMD records looked at */
	DIGEST_SIZE = 64,
};

struct zonemd {
	uint32_t     serial;
	uint8_t      scheme, hash;
	struct bytes digest;
};

static const EVP_MD *hash_function(const struct zonemd *told)
{
	if (told->scheme != SCHEME_SIMPLE)
		return NULL;
	if (told->hash == HASH_SHA384)
		return EVP_sha384();
	return told->hash == HASH_SHA512 ? EVP_sha512() : NULL;
}

static struct zonemd zonemd_read(struct bytes rdata)
{
	struct cursor at = cursor_over(rdata);
	struct zonemd told;

	told.serial = take_u32(&at);
	told.scheme = take_u8(&at);
	told.hash = take_u8(&at);
	told.digest = take_rest(&at);
	return told;
}

/* RFC 8976 §3.3.1.1: the ZONEMD records of the apex and the signatures over them are left out;
 * any others are data like all else. */
static bool is_left_out(const struct zone *zone, const struct zone_record *record)
{
	if (!zone_record_is_at_apex(zone, record))
		return false;
	if (record->type == TYPE_ZONEMD)
		return true;
	return record->type == TYPE_RRSIG && rdata_covered_type(record->rdata) == TYPE_ZONEMD;
}

/* False: OpenSSL has no memory. */
static bool compute(const struct zone *zone, const EVP_MD *function, uint8_t into[DIGEST_SIZE])
{
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	bool good = hash != NULL && EVP_DigestInit_ex(hash, function, NULL) == 1;

	for (size_t i = 0; good && i < zone->count; i++) {
		struct zone_record record = zone_record(zone, i);

		if (!is_left_out(zone, &record))
			good = EVP_DigestUpdate(hash, record.wire.at, record.wire.length) == 1;
	}
	good = good && EVP_DigestFinal_ex(hash, into, NULL) == 1;
	EVP_MD_CTX_free(hash);
	return good;
}

/* The apex's ZONEMD records: how many there are, at most MOST_DIGESTS. */
static unsigned find_digests(const struct zone *zone, struct zonemd into[MOST_DIGESTS])
{
	unsigned count = 0;

	for (size_t i = 0; i < zone->count && count < MOST_DIGESTS; i++) {
		struct zone_record record = zone_record(zone, i);

		if (!zone_record_is_at_apex(zone, &record))
			break;
		if (record.type == TYPE_ZONEMD)
			into[count++] = zonemd_read(record.rdata);
	}
	return count;
}

static bool has_twin(const struct zonemd *all, unsigned count, unsigned which)
{
	for (unsigned i = 0; i < count; i++) {
		if (i != which && all[i].scheme == all[which].scheme &&
		    all[i].hash == all[which].hash)
			return true;
	}
	return false;
}

static enum digest_verdict check_one(const struct zone *zone, const struct zonemd *told,
				     struct complaint *why)
{
	const EVP_MD *function = hash_function(told);
	uint32_t serial = zone_soa(zone).serial;
	uint8_t digest[DIGEST_SIZE];

	must(function != NULL);
	complain(why, "its records aren't those that its digest was made of (ZONEMD, %s)",
		 told->hash == HASH_SHA384 ? "SHA-384" : "SHA-512");
	if (told->serial != serial)
		complain(why, "its digest is for serial %u, but its serial is %u", told->serial,
			 serial);
	else if (told->digest.length != (size_t)EVP_MD_get_size(function))
		complain(why, "its digest has %zu octets, not %d", told->digest.length,
			 EVP_MD_get_size(function));
	else if (!compute(zone, function, digest))
		complain(why, "its digest can't be computed: no memory");
	else if (CRYPTO_memcmp(digest, told->digest.at, told->digest.length) == 0)
		return DIGEST_MATCHES;
	return DIGEST_DIFFERS;
}

enum digest_verdict zone_check_digest(const struct zone *zone, struct complaint *why)
{
	struct zonemd all[MOST_DIGESTS];
	unsigned count = find_digests(zone, all), known = 0;

	for (unsigned i = 0; i < count; i++) {
		if (hash_function(&all[i]) == NULL)
			continue;
		known++;
		if (has_twin(all, count, i))
			complain(why, "it has two digests of one kind, so none counts");
		else if (check_one(zone, &all[i], why) == DIGEST_MATCHES)
			return DIGEST_MATCHES;
	}
	if (known > 0)
		return DIGEST_DIFFERS;
	complain(why, count == 0 ? "it has no digest (ZONEMD)"
				 : "it has only digests (ZONEMD) of kinds that are unknown here");
	return DIGEST_ABSENT;
}
