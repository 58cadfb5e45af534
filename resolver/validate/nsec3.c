/* SPDX-License-Identifier: MIT */
/* nsec3.c — NSEC3 records read, names hashed, and what the records say of a name. */
/* OpenSSL's SHA-1 without EVP: half of the time, no memory, and it can't fail
 * (tests/bench/nsec3_cost.c). */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "resolver/validate/nsec3.h"

enum { HASH_ALGORITHM_SHA1 = 1, FLAG_OPT_OUT = 1, HASH_LABEL = 32 };

/* --- one record --- */

/* RFC 4648 §7: base32 whose digits sort as what they stand for. */
static int digit_value(uint8_t digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	digit = letter_lower(digit);
	return digit >= 'a' && digit <= 'v' ? digit - 'a' + 10 : -1;
}

static bool read_hash(const uint8_t label[1 + HASH_LABEL], uint8_t into[NSEC3_HASH_SIZE])
{
	uint32_t bits = 0;
	unsigned count = 0;

	for (unsigned i = 1; i <= HASH_LABEL; i++) {
		int value = digit_value(label[i]);

		if (value < 0)
			return false;
		bits = bits << 5 | (uint32_t)value;
		count += 5;
		if (count >= 8) {
			count -= 8;
			*into++ = (uint8_t)(bits >> count);
		}
	}
	return true;
}

static bool read_owner(const struct name *owner, const struct name *zone,
		       uint8_t into[NSEC3_HASH_SIZE])
{
	if (owner->octets[0] != HASH_LABEL)
		return false;
	if (owner->length != zone->length + 1 + HASH_LABEL || !name_is_in(owner, zone))
		return false;
	return read_hash(owner->octets, into);
}

bool nsec3_owner(const uint8_t hash[NSEC3_HASH_SIZE], const struct name *zone, struct name *into)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	uint8_t *digit = into->octets;
	uint32_t bits = 0;
	unsigned count = 0;

	if (zone->length + 1 + HASH_LABEL > NAME_SIZE)
		return false;
	into->length = (uint8_t)(zone->length + 1 + HASH_LABEL);
	*digit++ = HASH_LABEL;
	for (unsigned i = 0; i < NSEC3_HASH_SIZE; i++) {
		bits = bits << 8 | hash[i];
		for (count += 8; count >= 5; count -= 5)
			*digit++ = (uint8_t)digits[bits >> (count - 5) & 31];
	}
	memcpy(digit, zone->octets, zone->length);
	return true;
}

bool nsec3_read(const struct rrset *set, const struct name *zone, struct nsec3 *into)
{
	struct cursor rdata;
	struct bytes next;
	uint8_t algorithm, flags;

	if (set->type != TYPE_NSEC3 || set->count != 1)
		return false;
	if (!read_owner(&set->owner, zone, into->hash))
		return false;
	rdata = cursor_over(set->rdata[0]);
	algorithm = take_u8(&rdata);
	flags = take_u8(&rdata);
	into->parameters.iterations = take_u16(&rdata);
	into->parameters.salt = take_bytes(&rdata, take_u8(&rdata));
	next = take_bytes(&rdata, take_u8(&rdata));
	into->types = take_rest(&rdata);
	if (!cursor_is_good(&rdata) || !type_map_is_sound(into->types))
		return false;
	if (algorithm != HASH_ALGORITHM_SHA1 || next.length != NSEC3_HASH_SIZE)
		return false;
	if ((flags & ~FLAG_OPT_OUT) != 0)
		return false;
	memcpy(into->next, next.at, NSEC3_HASH_SIZE);
	into->opts_out = flags == FLAG_OPT_OUT;
	return true;
}

bool nsec3_matches(const struct nsec3 *nsec3, const uint8_t hash[NSEC3_HASH_SIZE])
{
	return memcmp(nsec3->hash, hash, NSEC3_HASH_SIZE) == 0;
}

bool nsec3_covers(const struct nsec3 *nsec3, const uint8_t hash[NSEC3_HASH_SIZE])
{
	bool is_behind = memcmp(nsec3->hash, hash, NSEC3_HASH_SIZE) < 0;
	bool is_before = memcmp(hash, nsec3->next, NSEC3_HASH_SIZE) < 0;

	if (memcmp(nsec3->hash, nsec3->next, NSEC3_HASH_SIZE) < 0)
		return is_behind && is_before;
	/* The last one, or the only one, whose next is itself. */
	return (is_behind || is_before) && !nsec3_matches(nsec3, hash);
}

/* --- hashing --- */

static void digest(struct bytes octets, struct bytes salt, uint8_t into[NSEC3_HASH_SIZE])
{
	SHA_CTX state;

	SHA1_Init(&state);
	SHA1_Update(&state, octets.at, octets.length);
	SHA1_Update(&state, salt.at, salt.length);
	SHA1_Final(into, &state);
}

bool nsec3_hash(struct effort *effort, const struct name *name, struct bytes salt,
		unsigned iterations, uint8_t into[NSEC3_HASH_SIZE])
{
	struct name lower = *name;

	if (effort->hashes == 0)
		return false;
	effort->hashes--;
	effort->hashes_in_a_row++;
	name_lower(&lower);
	digest(name_bytes(&lower), salt, into);
	for (unsigned i = 0; i < iterations; i++)
		digest(bytes_of(into, NSEC3_HASH_SIZE), salt, into);
	return true;
}

/* --- all records of a proof --- */

static bool are_equal(const struct nsec3_parameters *a, const struct nsec3_parameters *b)
{
	return a->iterations == b->iterations && bytes_equal(a->salt, b->salt);
}

static bool read_secure(const struct proof_of *of, const struct rrset *set, struct nsec3 *into)
{
	return set->security == SECURITY_SECURE && nsec3_read(set, of->zone, into);
}

bool nsec3_search_begin(struct nsec3_search *search, const struct proof_of *of,
			const struct name *name)
{
	struct nsec3 nsec3;

	search->of = of;
	search->name = name;
	search->labels = name_labels(name);
	search->failure = STANDS_UNKNOWN;
	memset(search->is_hashed, 0, sizeof(search->is_hashed));
	for (const struct rrset *set = of->sets->first; set != NULL; set = set->next) {
		if (!read_secure(of, set, &nsec3))
			continue;
		if (nsec3.parameters.iterations <= of->check->most_iterations) {
			search->parameters = nsec3.parameters;
			search->failure = STANDS_UNKNOWN;
			return true;
		}
		search->failure = STANDS_COSTLY;
	}
	return false;
}

static bool hash_name(struct nsec3_search *search, const struct name *name, uint8_t *into)
{
	if (nsec3_hash(search->of->check->effort, name, search->parameters.salt,
		       search->parameters.iterations, into))
		return true;
	search->failure = STANDS_SPENT;
	return false;
}

/* The hash of the ancestor that has so many labels; NULL: the effort is spent. */
static const uint8_t *hash_of(struct nsec3_search *search, unsigned labels)
{
	struct name ancestor;

	if (search->is_hashed[labels])
		return search->hashes[labels];
	name_ancestor(search->name, labels, &ancestor);
	if (!hash_name(search, &ancestor, search->hashes[labels]))
		return NULL;
	search->is_hashed[labels] = true;
	return search->hashes[labels];
}

/* The first of the proof's records to which `says` applies. */
static bool find_record(const struct nsec3_search *search, const uint8_t *hash,
			bool (*says)(const struct nsec3 *, const uint8_t *), struct nsec3 *into)
{
	for (const struct rrset *set = search->of->sets->first; set != NULL; set = set->next) {
		if (read_secure(search->of, set, into) &&
		    are_equal(&into->parameters, &search->parameters) && says(into, hash))
			return true;
	}
	return false;
}

static struct finding failed(const struct nsec3_search *search)
{
	return (struct finding){ .standing = search->failure };
}

static struct finding find_match(const struct nsec3_search *search, const uint8_t *hash)
{
	struct finding finding = { .standing = STANDS_UNKNOWN };
	struct nsec3 nsec3;

	if (find_record(search, hash, nsec3_matches, &nsec3)) {
		finding.standing = STANDS_MATCHED;
		finding.types = nsec3.types;
	}
	return finding;
}

static struct finding find_gap(const struct nsec3_search *search, const uint8_t *hash,
			       unsigned encloser)
{
	struct finding finding = { .standing = STANDS_UNKNOWN, .encloser = encloser };
	struct nsec3 nsec3;

	if (find_record(search, hash, nsec3_covers, &nsec3)) {
		finding.standing = STANDS_ABSENT;
		finding.opts_out = nsec3.opts_out;
	}
	return finding;
}

struct finding nsec3_find_gap(struct nsec3_search *search, unsigned labels)
{
	const uint8_t *hash = hash_of(search, labels);

	return hash == NULL ? failed(search) : find_gap(search, hash, labels - 1);
}

/* RFC 5155 §8.3: is this ancestor there, may something be said of what is below it, and isn't the
 * next closer name there? */
static struct finding find_below(struct nsec3_search *search, unsigned labels)
{
	const uint8_t *hash = hash_of(search, labels);
	struct finding encloser;

	if (hash == NULL)
		return failed(search);
	encloser = find_match(search, hash);
	if (encloser.standing != STANDS_MATCHED || type_map_hides_below(encloser.types))
		return (struct finding){ .standing = STANDS_UNKNOWN };
	return nsec3_find_gap(search, labels + 1);
}

/* From the zone's top downwards: a name of very many labels that aren't there, which anybody can
 * ask for, costs few hashes. */
struct finding nsec3_find(struct nsec3_search *search)
{
	const uint8_t *hash = hash_of(search, search->labels);
	struct finding finding;

	if (hash == NULL)
		return failed(search);
	finding = find_match(search, hash);
	for (unsigned labels = name_labels(search->of->zone);
	     finding.standing == STANDS_UNKNOWN && labels < search->labels; labels++)
		finding = find_below(search, labels);
	return finding;
}

struct finding nsec3_find_wildcard(struct nsec3_search *search, unsigned labels)
{
	uint8_t hash[NSEC3_HASH_SIZE];
	struct name wildcard;
	struct finding finding;

	wildcard_below(search->name, labels, &wildcard);
	if (!hash_name(search, &wildcard, hash))
		return failed(search);
	finding = find_match(search, hash);
	return finding.standing == STANDS_MATCHED ? finding : find_gap(search, hash, labels);
}
