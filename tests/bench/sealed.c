/* SPDX-License-Identifier: MIT */
/* sealed.c — signs replies after they are written. See sealed.h. */
#include "sealed.h"

#include <ctype.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	TYPE_RRSIG = 46, TYPE_NSEC = 47, TYPE_DNSKEY = 48, TYPE_NSEC3 = 50,
	ECDSAP256 = 13, RSASHA256 = 8,
	EC_KEYS = 32, RSA_KEYS = 4, KEYS = EC_KEYS + RSA_KEYS,
	RDATA = 1200, SIGNATURE = 256, NAME = 255, HASH = 20,
	DAY = 86400,
};

struct key {
	EVP_PKEY *pair;
	unsigned  algorithm, tag;
	uint8_t   rdata[4 + 3 + 256 + 8];       /* of its DNSKEY */
	size_t    length;
};

static struct key keys[KEYS];
static uint32_t begins, expires;

/* --- keys --- */

static void fail(const char *what)
{
	fprintf(stderr, "world: %s\n", what);
	exit(1);
}

static unsigned tag_of(const uint8_t *rdata, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < length; i++)
		sum += i & 1 ? rdata[i] : (uint32_t)rdata[i] << 8;
	return (sum + (sum >> 16)) & 0xffff;
}

static void make_key(struct key *key, unsigned algorithm)
{
	uint8_t octets[300], *at = key->rdata;
	size_t length = 0;
	BIGNUM *modulus = NULL;

	key->algorithm = algorithm;
	key->pair = algorithm == ECDSAP256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048);
	if (key->pair == NULL)
		fail("no keys to be had");
	memcpy(at, (uint8_t[]){ 1, 1, 3, (uint8_t)algorithm }, 4);
	at += 4;
	if (algorithm == ECDSAP256) {
		if (!EVP_PKEY_get_octet_string_param(key->pair, "pub", octets, sizeof(octets),
						     &length) || length != 65)
			fail("no public key");
		memcpy(at, octets + 1, 64);
		at += 64;
	} else {
		if (!EVP_PKEY_get_bn_param(key->pair, "n", &modulus))
			fail("no public key");
		memcpy(at, (uint8_t[]){ 3, 1, 0, 1 }, 4);
		at += 4 + BN_bn2bin(modulus, at + 4);
		BN_free(modulus);
	}
	key->length = (size_t)(at - key->rdata);
	key->tag = tag_of(key->rdata, key->length);
}

/* --- zones --- */

/* A name in wire form, small letters. */
struct wire {
	uint8_t octets[NAME];
	size_t  length;
};

static void add_label(struct wire *name, const uint8_t *label)
{
	for (size_t i = 0; i <= label[0] && name->length < NAME - 1; i++)
		name->octets[name->length++] = (uint8_t)(i == 0 ? label[0] : tolower(label[i]));
}

static struct wire suffix(const struct talk *talk, unsigned depth)
{
	struct wire name = { .length = 0 };

	for (; depth > 0; depth--)
		add_label(&name, talk_label(talk, depth));
	name.octets[name.length++] = 0;
	return name;
}

static unsigned depth_of_host(unsigned host)
{
	return host == 0 ? 0 : host < GENERATED_FIRST_HOST ? 1 : 2;
}

/* NULL: it isn't signed. */
static const struct key *key_of_zone(const struct talk *talk, unsigned depth)
{
	long zone;

	if (depth == 0)
		return &keys[0];
	if (depth == 1)
		return &keys[1 + (unsigned long)talk_number(talk, 1, "t") % 8];
	zone = talk_number(talk, 2, "z");
	switch (zone / 8 % 8) {
	case 7:
		return NULL;
	case 5:
	case 6:
		return &keys[EC_KEYS + zone % RSA_KEYS];
	default:
		return &keys[9 + zone % (EC_KEYS - 9)];
	}
}

/* --- signatures --- */

struct buffer {
	uint8_t at[4096];
	size_t  length;
};

static void add(struct buffer *buffer, const void *octets, size_t length)
{
	if (length > sizeof(buffer->at) - buffer->length)
		fail("a set is too large to be signed");
	memcpy(buffer->at + buffer->length, octets, length);
	buffer->length += length;
}

static void add_16(struct buffer *buffer, unsigned value)
{
	add(buffer, (uint8_t[]){ (uint8_t)(value >> 8), (uint8_t)value }, 2);
}

static void add_32(struct buffer *buffer, uint32_t value)
{
	add_16(buffer, value >> 16);
	add_16(buffer, value & 0xffff);
}

static unsigned labels_of(const struct wire *name)
{
	unsigned labels = 0;

	for (const uint8_t *at = name->octets; *at != 0; at += *at + 1u)
		labels++;
	return labels;
}

/* r and s out of DER. */
static void flatten(const uint8_t *der, uint8_t into[64])
{
	const uint8_t *at = der + 2;

	memset(into, 0, 64);
	for (int part = 0; part < 2; part++) {
		size_t length = at[1];
		const uint8_t *number = at + 2;

		for (; length > 32; length--)
			number++;
		memcpy(into + 32 * part + 32 - length, number, length);
		at += 2 + at[1];
	}
}

static size_t sign(const struct key *key, const struct buffer *what, uint8_t into[SIGNATURE])
{
	static EVP_MD_CTX *context;
	uint8_t der[SIGNATURE + 16];
	size_t length = sizeof(der);

	if (context == NULL)
		context = EVP_MD_CTX_new();
	EVP_MD_CTX_reset(context);              /* else it keeps the last key */
	if (EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key->pair) != 1 ||
	    EVP_DigestSign(context, der, &length, what->at, what->length) != 1)
		fail("cannot sign");
	if (key->algorithm == ECDSAP256) {
		flatten(der, into);
		return 64;
	}
	memcpy(into, der, length);
	return length;
}

/* A set that is to be signed: its records' data in canonical form. */
struct set {
	struct wire owner;
	unsigned    type;
	uint32_t    ttl;
	unsigned    count;
	struct {
		uint8_t octets[RDATA];
		size_t  length;
	} records[GENERATED_SERVERS_MAX];
};

static void put_name(struct talk *talk, const struct wire *name)
{
	put(talk, name->octets, name->length);
}

static void put_signature(struct talk *talk, unsigned section, const struct set *set,
			  const struct key *key, const struct wire *signer)
{
	struct buffer what = { .length = 0 };
	uint8_t signature[SIGNATURE];
	size_t head, length, began;

	add_16(&what, set->type);
	add(&what, (uint8_t[]){ (uint8_t)key->algorithm, (uint8_t)labels_of(&set->owner) }, 2);
	add_32(&what, set->ttl);
	add_32(&what, expires);
	add_32(&what, begins);
	add_16(&what, key->tag);
	add(&what, signer->octets, signer->length);
	head = what.length;
	for (unsigned i = 0; i < set->count; i++) {
		add(&what, set->owner.octets, set->owner.length);
		add_16(&what, set->type);
		add_16(&what, 1);
		add_32(&what, set->ttl);
		add_16(&what, (unsigned)set->records[i].length);
		add(&what, set->records[i].octets, set->records[i].length);
	}
	length = sign(key, &what, signature);
	put_name(talk, &set->owner);
	began = begin_record(talk, section, TYPE_RRSIG);
	put(talk, what.at, head);
	put(talk, signature, length);
	end_record(talk, began);
}

/* A new set of one record, with its signature. */
static void put_set(struct talk *talk, unsigned section, struct set *set, const struct key *key,
		    const struct wire *signer)
{
	size_t began;

	set->ttl = talk->ttl;
	set->count = 1;
	put_name(talk, &set->owner);
	began = begin_record(talk, section, set->type);
	put(talk, set->records[0].octets, set->records[0].length);
	end_record(talk, began);
	put_signature(talk, section, set, key, signer);
}

static void data(struct set *set, const void *octets, size_t length)
{
	memcpy(set->records[0].octets + set->records[0].length, octets, length);
	set->records[0].length += length;
}

/* --- what only signed zones have --- */

static void put_keys(struct talk *talk, unsigned depth)
{
	const struct key *key = key_of_zone(talk, depth);
	struct wire zone = suffix(talk, depth);
	static struct set set;

	set = (struct set){ .owner = zone, .type = TYPE_DNSKEY };
	data(&set, key->rdata, key->length);
	put_set(talk, ANSWER, &set, key, &zone);
}

static void ds_of(const struct key *key, const struct wire *zone, struct set *set)
{
	uint8_t digest[32], *at;
	struct buffer what = { .length = 0 };

	add(&what, zone->octets, zone->length);
	add(&what, key->rdata, key->length);
	SHA256(what.at, what.length, digest);
	*set = (struct set){ .owner = *zone, .type = TYPE_DS };
	at = (uint8_t[]){ (uint8_t)(key->tag >> 8), (uint8_t)key->tag, (uint8_t)key->algorithm, 2 };
	data(set, at, 4);
	data(set, digest, sizeof(digest));
}

/* --- proofs --- */

static void type_map(struct set *set, const unsigned *types)
{
	uint8_t map[34] = { 0 };
	unsigned most = 0;

	for (; *types != 0; types++) {
		map[2 + *types / 8] |= (uint8_t)(0x80 >> *types % 8);
		most = *types / 8 > most ? *types / 8 : most;
	}
	map[1] = (uint8_t)(most + 1);
	data(set, map, 2 + most + 1);
}

/* The name exists, with these types only. */
static void put_nsec_at(struct talk *talk, const struct wire *owner, const unsigned *types,
			const struct key *key, const struct wire *zone)
{
	static struct set set;

	set = (struct set){ .owner = *owner, .type = TYPE_NSEC };
	data(&set, "\1\0", 2);                  /* \000.owner is the next */
	data(&set, owner->octets, owner->length);
	type_map(&set, types);
	put_set(talk, AUTHORITY, &set, key, zone);
}

/* Nothing is between these two labels of the zone. */
static void put_gap(struct talk *talk, const char *from, const char *to, const struct key *key,
		    const struct wire *zone)
{
	const unsigned types[] = { TYPE_RRSIG, TYPE_NSEC, 0 };
	static struct set set;
	uint8_t label[64];

	set = (struct set){ .type = TYPE_NSEC };
	label[0] = (uint8_t)strlen(from);
	memcpy(label + 1, from, label[0]);
	add_label(&set.owner, label);
	memcpy(set.owner.octets + set.owner.length, zone->octets, zone->length);
	set.owner.length += zone->length;
	label[0] = (uint8_t)strlen(to);
	memcpy(label + 1, to, label[0]);
	data(&set, label, label[0] + 1u);
	data(&set, zone->octets, zone->length);
	type_map(&set, types);
	put_set(talk, AUTHORITY, &set, key, zone);
}

/* RFC 4470 §3: just around the name, and around the wildcard. */
static void put_no_name(struct talk *talk, unsigned depth, const struct key *key,
			const struct wire *zone)
{
	const uint8_t *label = talk_label(talk, depth + 1);
	char from[66], to[68];

	snprintf(from, sizeof(from), "%.*s", label[0], (const char *)label + 1);
	for (char *at = from; *at != '\0'; at++)
		*at = (char)tolower(*at);
	snprintf(to, sizeof(to), "%s!", from);
	from[strlen(from) - 1]--;
	strcat(from, "~");
	put_gap(talk, from, to, key, zone);
	put_gap(talk, "!", "+", key, zone);
}

static void hash_name(const struct wire *name, uint8_t hash[HASH])
{
	SHA1(name->octets, name->length, hash);
}

static void base32(const uint8_t hash[HASH], uint8_t label[33])
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";

	label[0] = 32;
	for (unsigned i = 0; i < 32; i++) {
		unsigned bit = 5 * i, word = (unsigned)hash[bit / 8] << 8;

		word |= bit / 8 + 1 < HASH ? hash[bit / 8 + 1] : 0;
		label[1 + i] = (uint8_t)digits[word >> (11 - bit % 8) & 31];
	}
}

/* The child is there, and has no DS: a hash that begins and ends with it (RFC 7129 appendix B). */
static void put_nsec3_at(struct talk *talk, const struct wire *child, const struct key *key,
			 const struct wire *zone)
{
	const unsigned types[] = { TYPE_NS, 0 };
	uint8_t hash[HASH], label[33];
	static struct set set;

	hash_name(child, hash);
	base32(hash, label);
	set = (struct set){ .type = TYPE_NSEC3 };
	add_label(&set.owner, label);
	memcpy(set.owner.octets + set.owner.length, zone->octets, zone->length);
	set.owner.length += zone->length;
	hash[HASH - 1]++;
	data(&set, (uint8_t[]){ 1, 0, 0, 0, 0, HASH }, 6);
	data(&set, hash, HASH);
	type_map(&set, types);
	put_set(talk, AUTHORITY, &set, key, zone);
}

static void put_no_ds(struct talk *talk, unsigned depth, const struct key *key,
		      const struct wire *zone)
{
	const unsigned types[] = { TYPE_NS, TYPE_RRSIG, TYPE_NSEC, 0 };
	struct wire child = suffix(talk, depth + 1);

	if (depth == 1 && talk_number(talk, 1, "t") % 2 == 1)
		put_nsec3_at(talk, &child, key, zone);
	else
		put_nsec_at(talk, &child, types, key, zone);
}

static void put_child_trust(struct talk *talk, unsigned section, unsigned depth,
			    const struct key *key, const struct wire *zone)
{
	const struct key *child = key_of_zone(talk, depth + 1);
	struct wire name = suffix(talk, depth + 1);
	static struct set set;

	if (child == NULL) {
		put_no_ds(talk, depth, key, zone);
		return;
	}
	ds_of(child, &name, &set);
	put_set(talk, section, &set, key, zone);
}

static void put_no_type(struct talk *talk, unsigned depth, const struct key *key,
			const struct wire *zone)
{
	const unsigned apex[] = { TYPE_NS, TYPE_SOA, TYPE_RRSIG, TYPE_NSEC, TYPE_DNSKEY, 0 };
	const unsigned host[] = { TYPE_RRSIG, TYPE_NSEC, 0 };
	struct wire name = suffix(talk, talk->labels);

	if (talk->type == TYPE_DS && talk->labels == depth + 1 && depth < 2) {
		put_no_ds(talk, depth, key, zone);
		return;
	}
	put_nsec_at(talk, &name, talk->labels == depth ? apex : host, key, zone);
}

/* --- replies, signed after they are written --- */

struct reading {
	const uint8_t *message;
	size_t         position;
};

static struct wire expand(const uint8_t *message, size_t *position)
{
	struct wire name = { .length = 0 };
	size_t at = *position;
	bool jumped = false;

	while (message[at] != 0) {
		if (message[at] >= COMPRESSED) {
			if (!jumped)
				*position = at + 2;
			jumped = true;
			at = (size_t)(message[at] & 0x3f) << 8 | message[at + 1];
			continue;
		}
		add_label(&name, message + at);
		at += message[at] + 1u;
	}
	if (!jumped)
		*position = at + 1;
	name.octets[name.length++] = 0;
	return name;
}

/* One record: where it ends, and what of it is signed. */
struct record {
	struct wire owner;
	unsigned    type;
	size_t      begin, end;
	uint8_t     data[RDATA];
	size_t      length;
};

static void append(struct record *record, const void *octets, size_t length)
{
	memcpy(record->data + record->length, octets, length);
	record->length += length;
}

static void read_record(const uint8_t *message, size_t position, struct record *into)
{
	size_t length, at;

	into->begin = position;
	into->owner = expand(message, &position);
	into->type = (unsigned)(message[position] << 8 | message[position + 1]);
	length = (size_t)message[position + 8] << 8 | message[position + 9];
	at = position + 10;
	into->end = at + length;
	into->length = 0;
	if (into->type == TYPE_NS || into->type == TYPE_SOA) {
		for (int names = into->type == TYPE_NS ? 1 : 2; names > 0; names--) {
			struct wire name = expand(message, &at);

			append(into, name.octets, name.length);
		}
	}
	append(into, message + at, into->end - at);
}

static bool joins(const struct set *set, const struct record *record)
{
	return set->count != 0 && set->type == record->type &&
	       set->owner.length == record->owner.length &&
	       memcmp(set->owner.octets, record->owner.octets, set->owner.length) == 0;
}

/* The set that came before is complete. */
static void finish(struct talk *talk, unsigned section, struct set *set, const struct key *key,
		   const struct wire *zone, unsigned depth)
{
	bool is_referral = section == AUTHORITY && set->type == TYPE_NS;

	if (set->count == 0 || section == ADDITIONAL)
		return;
	if (is_referral)
		put_child_trust(talk, AUTHORITY, depth, key, zone);
	else
		put_signature(talk, section, set, key, zone);
	set->count = 0;
}

static void copy_signed(struct talk *talk, const uint8_t *message, const unsigned counts[3],
			const struct key *key, const struct wire *zone, unsigned depth)
{
	size_t position = talk->question_end;
	static struct record record;
	static struct set set;

	for (unsigned section = 0; section < 3; section++) {
		set.count = 0;
		for (unsigned i = 0; i < counts[section]; i++) {
			read_record(message, position, &record);
			if (!joins(&set, &record)) {
				finish(talk, section, &set, key, zone, depth);
				set.owner = record.owner;
				set.type = record.type;
				set.ttl = talk->ttl;
			}
			put(talk, message + record.begin, record.end - record.begin);
			talk->counts[section]++;
			memcpy(set.records[set.count].octets, record.data, record.length);
			set.records[set.count++].length = record.length;
			position = record.end;
		}
		finish(talk, section, &set, key, zone, depth);
	}
}

void sealed_sign(struct talk *talk, unsigned rcode)
{
	unsigned depth = depth_of_host(talk->server.host), counts[3];
	bool is_denial = talk->counts[ANSWER] == 0 && (talk->reply[2] & FLAG_AA) != 0;
	static uint8_t before[GENERATED_LARGEST];
	const struct key *key;
	struct wire zone;

	if (talk->overflow || talk->labels < depth || rcode == RCODE_REFUSED)
		return;
	key = key_of_zone(talk, depth);
	if (key == NULL)
		return;
	zone = suffix(talk, depth);
	memcpy(before, talk->reply, talk->position);
	memcpy(counts, talk->counts, sizeof(counts));
	memset(talk->counts, 0, sizeof(talk->counts));
	talk->position = talk->question_end;
	copy_signed(talk, before, counts, key, &zone, depth);
	if (!is_denial)
		return;
	if (rcode == RCODE_NXDOMAIN)
		put_no_name(talk, depth, key, &zone);
	else
		put_no_type(talk, depth, key, &zone);
}

bool sealed_says(struct talk *talk)
{
	unsigned depth = depth_of_host(talk->server.host);
	const struct key *key;
	struct wire zone;

	if (talk->labels < depth || talk->server.host >= GENERATED_EVIL_HOST)
		return false;
	key = key_of_zone(talk, depth);
	if (key == NULL)
		return false;
	zone = suffix(talk, depth);
	if (talk->type == TYPE_DNSKEY && talk->labels == depth)
		put_keys(talk, depth);
	else if (talk->type == TYPE_DS && talk->labels == depth + 1 && depth < 2 &&
		 talk_number(talk, depth + 1, depth == 0 ? "t" : "z") >= 0 &&
		 key_of_zone(talk, depth + 1) != NULL)
		put_child_trust(talk, ANSWER, depth, key, &zone);
	else
		return false;
	talk->reply[2] |= FLAG_AA;
	return true;
}

bool sealed_is_wanted(const uint8_t *query, size_t length, size_t question_end)
{
	return question_end + 11 <= length && query[question_end] == 0 &&
	       query[question_end + 2] == TYPE_OPT && (query[question_end + 7] & 0x80) != 0;
}

void sealed_begin(const char *anchor_file)
{
	const struct wire root = { .octets = { 0 }, .length = 1 };
	FILE *file = fopen(anchor_file, "w");
	static struct set set;

	begins = (uint32_t)time(NULL) - DAY;
	expires = (uint32_t)time(NULL) + 7 * DAY;
	for (unsigned i = 0; i < KEYS; i++)
		make_key(&keys[i], i < EC_KEYS ? ECDSAP256 : RSASHA256);
	ds_of(&keys[0], &root, &set);
	if (file == NULL)
		fail("cannot write the anchor");
	fprintf(file, "%u %u 2 ", keys[0].tag, keys[0].algorithm);
	for (unsigned i = 4; i < 36; i++)
		fprintf(file, "%02X", set.records[0].octets[i]);
	fprintf(file, "\n");
	fclose(file);
}
