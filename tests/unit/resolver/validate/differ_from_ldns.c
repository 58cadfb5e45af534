/* SPDX-License-Identifier: MIT */
/* differ_from_ldns.c — our verifier against ldns's, on random sets, signed and mutated.
 *
 * `validate.differ_from_ldns [ROUNDS [SEED]]`. Sets of random records, signed by ldns with keys of
 * every algorithm, are made once. Each round takes one, spoils it (or not), and asks both whether
 * the signature is good. They must agree. Where we are stricter on purpose, the reason is found by
 * a look at the octets which shares no code with our verifier, and counted; and where there is a
 * reason, we must have refused. Some of what has become odd is signed again, so that only its
 * oddity speaks against it. What ldns refuses we take for two reasons only: doubled data,
 * which counts once, and a life of 2^31 - 1 s, which is one (RFC 1982 §3.2). Any other difference
 * is a failure, shown with its round and seed.
 *
 * Beside it, of the same data: key tags, digests for DS, NSEC3 hashes, the order of names. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"
#include "resolver/validate/proof.h"
#include "tests/unit/resolver/validate/chance_set.h"

/* Why we refuse what ldns takes. */
enum reason {
	OTHER_TYPE, OTHER_SIGNER, OUT_OF_ZONE, MANY_LABELS, FEW_LABELS, BACKWARDS, NO_ZONE_KEY,
	REVOKED, PROTOCOL, RSA_SIZE, NO_SIGNATURE, REASONS
};
static const char *const reasons[REASONS] = {
	[OTHER_TYPE] = "covers another type (RFC 4035 §5.3.1)",
	[OTHER_SIGNER] = "is by another zone (RFC 4035 §5.3.1)",
	[OUT_OF_ZONE] = "its owner isn't in the zone (RFC 4035 §5.3.1)",
	[MANY_LABELS] = "more labels than the owner has (RFC 4035 §5.3.1)",
	[FEW_LABELS] = "fewer labels than the zone has (a wildcard above the zone)",
	[BACKWARDS] = "ends before it begins (RFC 4034 §3.1.5)",
	[NO_ZONE_KEY] = "the key isn't a zone's (RFC 4034 §2.1.1)",
	[REVOKED] = "the key is revoked (RFC 5011 §2.1)",
	[PROTOCOL] = "the key's protocol isn't 3 (RFC 4034 §2.1.2)",
	[RSA_SIZE] = "the RSA key's size is out of bounds (LIMITS.md)",
	[NO_SIGNATURE] = "there are no octets of a signature",
};

static struct {
	unsigned long good, bad, doubled, unreadable, explained[REASONS];
} seen;

static unsigned long round_number, first_seed;

/* --- what both say --- */

enum opinion { GOOD, BAD, UNREADABLE };

/* Empty: one of them can't be read. */
static void read_records(const struct chance_set *set, ldns_rr_list *into)
{
	for (unsigned i = 0; i < set->count; i++) {
		ldns_rr *record = chance_record(&set->owner, set->type, set->ttl, &set->rdata[i]);

		if (record != NULL) {
			ldns_rr_list_push_rr(into, record);
			continue;
		}
		while ((record = ldns_rr_list_pop_rr(into)) != NULL)
			ldns_rr_free(record);
		return;
	}
}

static enum opinion their_opinion(const struct chance_set *set)
{
	ldns_rr_list *records = ldns_rr_list_new(), *keys = ldns_rr_list_new();
	ldns_rr_list *good = ldns_rr_list_new();
	enum opinion opinion = UNREADABLE;
	ldns_rr *rrsig, *key;
	struct run apex;

	run_put_name("example.com.", &apex);
	read_records(set, records);
	rrsig = chance_record(&set->owner, TYPE_RRSIG, set->ttl, &set->rrsig);
	key = chance_record(&apex, TYPE_DNSKEY, 300, &set->key);
	if (key != NULL)
		ldns_rr_list_push_rr(keys, key);
	if (rrsig != NULL && key != NULL && ldns_rr_list_rr_count(records) != 0)
		opinion = ldns_verify_rrsig_keylist_time(records, rrsig, keys, SIGNED_AT, good) ==
			  LDNS_STATUS_OK ? GOOD : BAD;
	ldns_rr_free(rrsig);
	ldns_rr_list_free(good);
	ldns_rr_list_deep_free(keys);
	ldns_rr_list_deep_free(records);
	return opinion;
}

static struct name name_of(const struct run *run)
{
	struct name name = { .length = (uint8_t)run->length };

	memcpy(name.octets, run->octets, run->length);
	return name;
}

static struct bytes bytes_of_run(const struct run *run)
{
	return bytes_of(run->octets, run->length);
}

static struct rrset our_set(const struct chance_set *set, struct bytes rdata[MOST_RECORDS + 1],
			    struct bytes *rrsig)
{
	for (unsigned i = 0; i < set->count; i++)
		rdata[i] = bytes_of_run(&set->rdata[i]);
	*rrsig = bytes_of_run(&set->rrsig);
	return (struct rrset){ .owner = name_of(&set->owner), .type = set->type, .class = CLASS_IN,
			       .ttl = set->ttl, .count = (uint16_t)set->count, .rdata = rdata,
			       .signature_count = 1, .signatures = rrsig };
}

static struct zone_keys *our_keys(const struct chance_set *set)
{
	struct bytes key = bytes_of_run(&set->key);
	struct rrset dnskey = { .type = TYPE_DNSKEY, .class = CLASS_IN, .count = 1, .rdata = &key };
	struct zone_keys *keys;

	must(name_parse("example.com.", &dnskey.owner));
	keys = zone_keys_new(&dnskey);
	must(keys != NULL);
	return keys;
}

static enum opinion our_opinion(const struct chance_set *set, struct arena *arena,
				const char **why)
{
	struct effort effort = { .checks = MAX_CHECKS, .failures = MAX_FAILED_CHECKS_IN_ALL };
	struct check check = { .now = SIGNED_AT, .sha1 = true, .effort = &effort, .arena = arena };
	struct bytes rdata[MOST_RECORDS + 1], rrsig;
	struct rrset ours = our_set(set, rdata, &rrsig);
	struct zone_keys *keys = our_keys(set);
	struct verdict verdict;
	unsigned labels;

	verdict = check_set(&check, keys, &ours, &labels);
	zone_keys_drop(keys);
	*why = verdict.why;
	if (verdict.security != SECURITY_SECURE) {
		must(verdict.why != NULL);
		return BAD;
	}
	must(ours.ttl <= get32(set->rrsig.octets + ORIGINAL_TTL));
	return GOOD;
}

/* --- where they differ --- */

/* Is the name the zone, or below it? */
static bool is_in_zone(const struct run *name)
{
	static const uint8_t apex[] = "\7example\3com";
	uint8_t lower[MOST_OCTETS];

	for (size_t i = 0; i < name->length; i++)
		lower[i] = (uint8_t)tolower(name->octets[i]);
	for (size_t at = 0; at < name->length; at += 1 + (size_t)name->octets[at]) {
		if (name->length - at == sizeof(apex) &&
		    memcmp(lower + at, apex, sizeof(apex)) == 0)
			return true;
	}
	return false;
}

static unsigned bits_of_number(const uint8_t *at, size_t length)
{
	unsigned bits = 0;

	while (length > 0 && *at == 0) {
		at++;
		length--;
	}
	if (length == 0)
		return 0;
	for (unsigned first = *at; first != 0; first >>= 1)
		bits++;
	return bits + 8 * (unsigned)(length - 1);
}

static bool is_odd_rsa(const struct run *key)
{
	const uint8_t *at = key->octets + KEY_FIXED, *end = key->octets + key->length;
	uint8_t algorithm = key->octets[3];
	size_t exponent;
	unsigned bits;

	if (algorithm != 5 && algorithm != 7 && algorithm != 8 && algorithm != 10)
		return false;
	exponent = at < end ? *at++ : 0;
	if (exponent == 0 && end - at >= 2) {
		exponent = get16(at);
		at += 2;
	}
	if (exponent == 0 || exponent >= (size_t)(end - at))
		return true;
	bits = bits_of_number(at, exponent);
	if (bits == 0 || bits > MAX_RSA_EXPONENT_BITS)
		return true;
	bits = bits_of_number(at + exponent, (size_t)(end - at) - exponent);
	return bits < MIN_RSA_BITS || bits > MAX_RSA_BITS;
}

/* REASONS: there is none. */
static enum reason find_reason(const struct chance_set *set)
{
	const uint8_t *rrsig = set->rrsig.octets, *key = set->key.octets;
	unsigned labels = run_labels(set->owner.octets);
	struct run signer = { .length = run_signer_size(&set->rrsig) };
	bool is_star = set->owner.octets[0] == 1 && set->owner.octets[1] == '*';

	memcpy(signer.octets, rrsig + RRSIG_FIXED, signer.length);
	if (get16(rrsig + COVERED) != set->type)
		return OTHER_TYPE;
	if (!is_in_zone(&signer) || run_labels(signer.octets) != 2)
		return OTHER_SIGNER;
	if (!is_in_zone(&set->owner))
		return OUT_OF_ZONE;
	if (rrsig[LABELS] > labels - is_star)
		return MANY_LABELS;
	if (rrsig[LABELS] < 2)
		return FEW_LABELS;
	if ((int32_t)(get32(rrsig + EXPIRES) - get32(rrsig + BEGINS)) < 0)
		return BACKWARDS;
	if ((get16(key) & 0x100) == 0)
		return NO_ZONE_KEY;
	if ((get16(key) & 0x80) != 0)
		return REVOKED;
	if (key[2] != 3)
		return PROTOCOL;
	if (is_odd_rsa(&set->key))
		return RSA_SIZE;
	return set->rrsig.length == RRSIG_FIXED + signer.length ? NO_SIGNATURE : REASONS;
}

static bool is_alike(const struct run *one, const struct run *other)
{
	if (one->length != other->length)
		return false;
	for (size_t i = 0; i < one->length; i++) {
		if (tolower(one->octets[i]) != tolower(other->octets[i]))
			return false;
	}
	return true;
}

/* The same data twice, letters aside (RFC 4034 §6.3). */
static bool has_doubles(const struct chance_set *set)
{
	for (unsigned i = 0; i < set->count; i++) {
		for (unsigned n = 0; n < i; n++) {
			if (is_alike(&set->rdata[i], &set->rdata[n]))
				return true;
		}
	}
	return false;
}

static bool lives_longest(const struct chance_set *set)
{
	return get32(set->rrsig.octets + EXPIRES) - get32(set->rrsig.octets + BEGINS) == INT32_MAX;
}

static void show_run(const char *what, const struct run *run)
{
	printf("%s ", what);
	for (size_t i = 0; i < run->length; i++)
		printf("%02x", run->octets[i]);
	printf("\n");
}

static void show(const struct chance_set *set, const char *how)
{
	printf("%s, in round %lu of seed %lu: type %u, TTL %u\n", how, round_number, first_seed,
	       set->type, set->ttl);
	show_run("owner", &set->owner);
	for (unsigned i = 0; i < set->count; i++)
		show_run("data", &set->rdata[i]);
	show_run("rrsig", &set->rrsig);
	show_run("key", &set->key);
	exit(1);
}

static void compare_opinions(const struct chance_set *set)
{
	enum opinion they = their_opinion(set), we;
	enum reason reason = find_reason(set);
	const char *why = "";
	struct arena arena;

	if (they == UNREADABLE) {
		seen.unreadable++;
		return;
	}
	arena_init(&arena, 1 << 20);
	we = our_opinion(set, &arena, &why);
	if (we == GOOD && reason != REASONS)
		show(set, reasons[reason]);
	if (we == GOOD && they == BAD && !has_doubles(set) && !lives_longest(set))
		show(set, "we take what ldns refuses");
	if (we == BAD && they == GOOD && reason == REASONS)
		show(set, why);
	if (we != they && we == GOOD)
		seen.doubled++;
	else if (we != they)
		seen.explained[reason]++;
	else if (we == GOOD)
		seen.good++;
	else
		seen.bad++;
	arena_clear(&arena);
}

/* --- beside it --- */

static void compare_key(const struct chance_set *set)
{
	static const struct { uint8_t type; ldns_hash hash; } digests[] = {
		{ 1, LDNS_SHA1 }, { 2, LDNS_SHA256 }, { 4, LDNS_SHA384 },
	};
	unsigned which = chance(3);
	struct name name = name_of(&set->owner);
	struct zone_key key;
	ldns_rr *record, *ds;
	const ldns_rdf *digest;

	record = chance_record(&set->owner, TYPE_DNSKEY, 300, &set->key);
	if (record == NULL || !zone_key_read(bytes_of_run(&set->key), &key)) {
		ldns_rr_free(record);
		return;
	}
	/* Algorithm 1, which nobody uses, has tags of its own (RFC 4034 B.1). */
	if (key.algorithm != 1 && key.tag != ldns_calc_keytag_raw(set->key.octets, set->key.length))
		show(set, "the key tags differ");
	ds = ldns_key_rr2ds(record, digests[which].hash);
	if (ds != NULL) {
		digest = ldns_rr_rdf(ds, 3);
		if (!zone_key_has_digest(&key, &name, digests[which].type,
					 bytes_of(ldns_rdf_data(digest), ldns_rdf_size(digest))))
			show(set, "the digests differ");
	}
	zone_key_clear(&key);
	ldns_rr_free(ds);
	ldns_rr_free(record);
}

static ldns_rdf *rdf_of(const struct run *name)
{
	return ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, name->length, name->octets);
}

static void compare_hash(const struct chance_set *set)
{
	uint8_t salt[32], length = (uint8_t)chance(sizeof(salt) + 1), ours[NSEC3_HASH_SIZE];
	struct effort effort = { .hashes = 1 };
	struct name name = name_of(&set->owner);
	uint16_t iterations = (uint16_t)chance(20);
	ldns_rdf *owner = rdf_of(&set->owner);
	ldns_rdf *hashed, *octets = NULL;
	char *text;

	for (unsigned i = 0; i < length; i++)
		salt[i] = (uint8_t)chance(256);
	must(nsec3_hash(&effort, &name, bytes_of(salt, length), iterations, ours));
	hashed = ldns_nsec3_hash_name(owner, 1, iterations, length, salt);
	must(hashed != NULL);
	text = ldns_rdf2str(hashed);
	text[strcspn(text, ".")] = '\0';
	must(ldns_str2rdf_b32_ext(&octets, text) == LDNS_STATUS_OK);
	if (memcmp(ldns_rdf_data(octets) + 1, ours, sizeof(ours)) != 0)
		show(set, "the NSEC3 hashes differ");
	free(text);
	ldns_rdf_deep_free(octets);
	ldns_rdf_deep_free(hashed);
	ldns_rdf_deep_free(owner);
}

static int sign_of(int number)
{
	return (number > 0) - (number < 0);
}

static void compare_order(const struct chance_set *one, const struct chance_set *other)
{
	struct name a = name_of(&one->owner), b = name_of(&other->owner);
	ldns_rdf *c = rdf_of(&one->owner), *d = rdf_of(&other->owner);

	if (sign_of(name_compare(&a, &b)) != sign_of(ldns_dname_compare(c, d)))
		show(one, "the order of names differs");
	ldns_rdf_deep_free(c);
	ldns_rdf_deep_free(d);
}

static void play_round(void)
{
	static struct chance_set set;

	set = *chance_any_set();
	chance_spoil(&set);
	if (chance(3) == 0)
		chance_sign_again(&set);
	compare_opinions(&set);
	compare_key(&set);
	if (chance(8) == 0)
		compare_hash(&set);
	compare_order(&set, chance_any_set());
}

int main(int count, char **arguments)
{
	unsigned long rounds = count > 1 ? strtoul(arguments[1], NULL, 10) : 20000, stricter = 0;

	first_seed = count > 2 ? strtoul(arguments[2], NULL, 10) : 88172645463325252;
	chance_begin(first_seed);
	for (round_number = 0; round_number < rounds; round_number++)
		play_round();
	printf("%lu signatures: %lu good to both, %lu bad to both, %lu that ldns can't read;\n"
	       "%lu over doubled data, or of the longest life good to us alone; bad to us alone:\n",
	       rounds, seen.good, seen.bad, seen.unreadable, seen.doubled);
	for (unsigned i = 0; i < REASONS; i++) {
		printf("%8lu  %s\n", seen.explained[i], reasons[i]);
		stricter += seen.explained[i];
	}
	chance_end();
	/* A look that finds nothing proves nothing. */
	return seen.good == 0 || seen.bad == 0 || seen.doubled == 0 || stricter == 0;
}
