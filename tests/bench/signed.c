/* SPDX-License-Identifier: MIT */
/* signed.c — DNSSEC's records, written and signed as they are asked for. See signed.h. */
#include "signed.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "signer.h"

enum {
	NAME = 256,
	SET = 64,                       /* records of one set */
	PROOF_TTL = 3600,               /* the SOA's minimum (RFC 9077 §3) */
	DAY = 86400, VALID_DAYS = 30,
	HASH = 20, HASH_LABEL = 32,     /* SHA-1, and in base32hex (RFC 5155) */
	OPT_OUT = 1,
	BITMAP = 2 + 7,                 /* types up to 55 */
	TYPE_RRSIG = 46, TYPE_NSEC = 47, TYPE_NSEC3 = 50,
};

struct octets {
	const uint8_t *at;
	size_t length;
};

static uint32_t inception, expiration;
static EVP_MD_CTX *hashing;
static const EVP_MD *sha1, *sha256;

void signed_begin(void)
{
	inception = (uint32_t)time(NULL) - DAY;
	expiration = inception + VALID_DAYS * DAY;
	hashing = EVP_MD_CTX_new();
	sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (hashing == NULL || sha1 == NULL || sha256 == NULL) {
		fprintf(stderr, "world: OpenSSL has no SHA-1 or SHA-256\n");
		exit(1);
	}
	signers_make();
}

static void hash(const EVP_MD *how, const struct octets *parts, unsigned count, uint8_t *into)
{
	EVP_DigestInit_ex2(hashing, how, NULL);
	for (unsigned i = 0; i < count; i++)
		EVP_DigestUpdate(hashing, parts[i].at, parts[i].length);
	EVP_DigestFinal_ex(hashing, into, NULL);
}

/* --- zones and their keys --- */

/* How a zone is signed: the root and the top-level domains by ECDSA, of these every other with
 * NSEC3 and opt-out; evil. not at all. */
static struct generated_signing signing_of(const struct talk *talk, struct zone zone)
{
	const struct generated_signing none = { 0, false };

	if (!talk->world->is_signed || zone.host >= GENERATED_EVIL_HOST)
		return none;
	if (zone.depth < 2)
		return (struct generated_signing){ ECDSAP256,
						   zone.depth == 1 && zone.host % 2 == 0 };
	return generated_signing((unsigned)talk_number(talk, 2, "z"));
}

static bool is_silent(const struct talk *talk, struct zone zone)
{
	return !talk->dnssec_ok || signing_of(talk, zone).algorithm == 0;
}

/* The last labels of the question's name in canonical form. */
static size_t write_suffix(const struct talk *talk, unsigned depth, uint8_t into[NAME])
{
	const uint8_t *from = depth == 0 ? NULL : talk_label(talk, depth);
	size_t length = depth == 0 ? 0 : talk->question_end - 5 - (size_t)(from - talk->reply);

	for (size_t i = 0; i < length; i++)
		into[i] = (uint8_t)tolower(from[i]);
	into[length] = 0;
	return length + 1;
}

static struct signer *signer_of(const struct talk *talk, struct zone zone, bool signs_keys)
{
	uint8_t name[NAME];
	size_t length = write_suffix(talk, zone.depth, name);
	uint32_t number = generated_address(name, length);

	return signer_get(signing_of(talk, zone).algorithm,
			  signs_keys ? number : number + 1 + number / SIGNERS % (SIGNERS - 1));
}

/* --- signatures --- */

/* A name of the message in canonical form; moves the position behind it. */
static size_t expand(const uint8_t *message, size_t *position, uint8_t into[NAME])
{
	size_t at = *position, length = 0;
	bool jumped = false;

	while (message[at] != 0) {
		if (message[at] >= COMPRESSED) {
			*position = jumped ? *position : at + 2;
			jumped = true;
			at = (size_t)(message[at] & 0x3f) << 8 | message[at + 1];
			continue;
		}
		into[length] = message[at];
		for (unsigned i = 1; i <= message[at]; i++)
			into[length + i] = (uint8_t)tolower(message[at + i]);
		length += message[at] + 1u;
		at += message[at] + 1u;
	}
	*position = jumped ? *position : at + 1;
	into[length] = 0;
	return length + 1;
}

/* RFC 4034 §6.2: names in the data of old types are spelled out. */
static size_t write_canonical(const uint8_t *message, size_t position, unsigned type,
			      size_t length, uint8_t *into)
{
	const size_t end = position + length;
	size_t written = 0;

	if (type == TYPE_NS || type == TYPE_SOA)
		written += expand(message, &position, into);
	if (type == TYPE_SOA)
		written += expand(message, &position, into + written);
	memcpy(into + written, message + position, end - position);
	return written + end - position;
}

static int by_data(const void *a, const void *b)
{
	const struct octets *x = a, *y = b;
	int order = memcmp(x->at, y->at, x->length < y->length ? x->length : y->length);

	return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

/* The records from `from` on as they are signed (RFC 4034 §3.1.8.1): parts, of which each begins
 * with its length. */
static unsigned read_set(const struct talk *talk, size_t from, uint8_t *room,
			 struct octets *records)
{
	uint8_t owner[NAME];
	unsigned count = 0;

	for (size_t position = from; position < talk->position && count < SET; count++) {
		unsigned type;
		size_t length;

		expand(talk->reply, &position, owner);
		type = (unsigned)(talk->reply[position] << 8 | talk->reply[position + 1]);
		length = (size_t)talk->reply[position + 8] << 8 | talk->reply[position + 9];
		position += 10;
		records[count].at = room + 2;
		records[count].length =
			write_canonical(talk->reply, position, type, length, room + 2);
		room[0] = (uint8_t)(records[count].length >> 8);
		room[1] = (uint8_t)records[count].length;
		room += 2 + records[count].length;
		position += length;
	}
	qsort(records, count, sizeof(*records), by_data);
	return count;
}

/* All of an RRSIG's data before the signature. */
static size_t write_head(const struct talk *talk, struct zone zone, const uint8_t *fixed,
			 unsigned labels, uint8_t *into)
{
	const struct signer *signer = signer_of(talk, zone, fixed[1] == TYPE_DNSKEY);
	const unsigned tag = signer_tag(signer, fixed[1] == TYPE_DNSKEY);
	const uint32_t times[] = { expiration, inception };

	memcpy(into, fixed, 2);
	into[2] = (uint8_t)signing_of(talk, zone).algorithm;
	into[3] = (uint8_t)labels;
	memcpy(into + 4, fixed + 4, 4);
	for (unsigned i = 0; i < 8; i++)
		into[8 + i] = (uint8_t)(times[i / 4] >> (24 - i % 4 * 8));
	into[16] = (uint8_t)(tag >> 8);
	into[17] = (uint8_t)tag;
	return 18 + write_suffix(talk, zone.depth, into + 18);
}

/* `fixed` is type, class and TTL of the set. */
static size_t write_signature(const struct talk *talk, struct zone zone, size_t from,
			      const struct octets *head, const struct octets *owner_and_fixed,
			      uint8_t into[SIGNATURE])
{
	static uint8_t room[2 * GENERATED_MESSAGE + SET * NAME];
	struct octets records[SET], parts[1 + 2 * SET];
	unsigned count = read_set(talk, from, room, records);
	uint8_t digest[SIGNER_DIGEST];

	parts[0] = *head;
	for (unsigned i = 0; i < count; i++) {
		parts[1 + 2 * i] = *owner_and_fixed;
		parts[2 + 2 * i] = (struct octets){ records[i].at - 2, records[i].length + 2 };
	}
	hash(sha256, parts, 1 + 2 * count, digest);
	return signer_sign(signer_of(talk, zone, head->at[1] == TYPE_DNSKEY), digest, into);
}

void put_signature(struct talk *talk, unsigned section, struct zone zone, size_t from)
{
	uint8_t owner[NAME + 8], head[18 + NAME], signature[SIGNATURE];
	struct octets heads = { head, 0 }, owners = { owner, 0 };
	const uint8_t *fixed;
	unsigned labels = 0;
	uint32_t ttl = talk->ttl;
	size_t position = from, length, began;

	if (is_silent(talk, zone) || talk->overflow)
		return;
	owners.length = expand(talk->reply, &position, owner);
	for (size_t at = 0; owner[at] != 0; at += owner[at] + 1u)
		labels++;
	fixed = talk->reply + position;
	memcpy(owner + owners.length, fixed, 8);
	owners.length += 8;
	heads.length = write_head(talk, zone, fixed, labels, head);
	talk->ttl = (uint32_t)fixed[4] << 24 | (uint32_t)fixed[5] << 16 | (uint32_t)fixed[6] << 8 |
		    fixed[7];
	length = write_signature(talk, zone, from, &heads, &owners, signature);
	put(talk, owner, owners.length - 8);
	began = begin_record(talk, section, TYPE_RRSIG);
	put(talk, head, heads.length);
	put(talk, signature, length);
	end_record(talk, began);
	talk->ttl = ttl;
}

/* --- keys and trust --- */

bool put_keys(struct talk *talk, struct zone zone)
{
	uint8_t key[SIGNER_KEY];

	if (signing_of(talk, zone).algorithm == 0)
		return false;
	for (unsigned signs_keys = 0; signs_keys < 2; signs_keys++) {
		size_t length = signer_key(signer_of(talk, zone, signs_keys), signs_keys, key);
		size_t began;

		put_suffix(talk, zone.depth);
		began = begin_record(talk, ANSWER, TYPE_DNSKEY);
		put(talk, key, length);
		end_record(talk, began);
	}
	return true;
}

/* The data of its DS: 4 octets and SHA-256. */
static void write_trust(const struct talk *talk, struct zone zone, uint8_t into[4 + SIGNER_DIGEST])
{
	const struct signer *signer = signer_of(talk, zone, true);
	uint8_t name[NAME], key[SIGNER_KEY];
	const struct octets parts[] = {
		{ name, write_suffix(talk, zone.depth, name) },
		{ key, signer_key(signer, true, key) },
	};

	into[0] = (uint8_t)(signer_tag(signer, true) >> 8);
	into[1] = (uint8_t)signer_tag(signer, true);
	into[2] = (uint8_t)signing_of(talk, zone).algorithm;
	into[3] = 2;
	hash(sha256, parts, 2, into + 4);
}

bool signed_has_trust(const struct talk *talk, struct zone parent, struct zone child)
{
	return signing_of(talk, parent).algorithm != 0 && signing_of(talk, child).algorithm != 0;
}

void signed_anchor(char *into, size_t room)
{
	const struct generated world = { .is_signed = true };
	const struct talk talk = { .world = &world };
	uint8_t data[4 + SIGNER_DIGEST];
	size_t length;

	write_trust(&talk, (struct zone){ 0, 0 }, data);
	length = (size_t)snprintf(into, room, ". 86400 IN DS %u %u %u ", data[0] << 8 | data[1],
				  data[2], data[3]);
	for (unsigned i = 4; i < sizeof(data) && length < room; i++)
		length += (size_t)snprintf(into + length, room - length, "%02X", data[i]);
	if (length < room)
		snprintf(into + length, room - length, "\n");
}

/* --- proofs --- */

static void put_types(struct talk *talk, const uint8_t *types, unsigned count)
{
	uint8_t bitmap[BITMAP] = { 0, BITMAP - 2 };

	for (unsigned i = 0; i < count; i++)
		bitmap[2 + types[i] / 8] |= (uint8_t)(0x80 >> types[i] % 8);
	while (bitmap[1] > 0 && bitmap[1 + bitmap[1]] == 0)
		bitmap[1]--;
	put(talk, bitmap, bitmap[1] == 0 ? 0 : 2u + bitmap[1]);
}

/* A name below the last `depth` labels of the question's, spelled out: the label has its length. */
static void put_below(struct talk *talk, const uint8_t *label, unsigned depth)
{
	uint8_t name[NAME];
	size_t length = write_suffix(talk, depth, name);

	put(talk, label, label[0] + 1u);
	put(talk, name, length);
}

/* A little before a label, and a little after it (RFC 4470 §4). */
static void put_around(struct talk *talk, struct zone zone, const uint8_t *label, unsigned depth)
{
	static const uint8_t types[] = { TYPE_RRSIG, TYPE_NSEC };
	const unsigned last = label[0];
	const size_t from = talk->position;
	uint8_t near[65];
	size_t began;

	for (unsigned i = 1; i <= last; i++)
		near[i] = (uint8_t)tolower(label[i]);
	near[0] = (uint8_t)(last + (last < 63));
	near[last]--;
	near[near[0]] = '~';
	put_below(talk, near, depth);
	began = begin_record(talk, AUTHORITY, TYPE_NSEC);
	near[last] = (uint8_t)tolower(label[last]);
	near[near[0]] = '!';
	put_below(talk, near, depth);
	put_types(talk, types, 2);
	end_record(talk, began);
	put_signature(talk, AUTHORITY, zone, from);
}

/* That name, and nothing until its first child; it has those types. */
static void put_exact(struct talk *talk, struct zone zone, unsigned depth, const uint8_t *types,
		      unsigned count)
{
	const size_t from = talk->position;
	uint8_t own[16] = { TYPE_RRSIG, TYPE_NSEC };
	size_t began;

	memcpy(own + 2, types, count);
	put_suffix(talk, depth);
	began = begin_record(talk, AUTHORITY, TYPE_NSEC);
	put_below(talk, (const uint8_t[]){ 1, 0 }, depth);
	put_types(talk, own, count + 2);
	end_record(talk, began);
	put_signature(talk, AUTHORITY, zone, from);
}

static void step(uint8_t hashed[HASH], int by)
{
	for (unsigned i = HASH; i-- > 0;) {
		hashed[i] = (uint8_t)(hashed[i] + by);
		if (hashed[i] != (by > 0 ? 0 : 0xff))
			return;
	}
}

/* A digest in base32hex is a label. */
static void put_hash(struct talk *talk, const uint8_t hashed[HASH], struct zone zone)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	uint8_t label[1 + HASH_LABEL] = { HASH_LABEL };

	for (unsigned i = 0; i < HASH_LABEL; i++) {
		unsigned bit = i * 5;
		unsigned two = (unsigned)hashed[bit / 8] << 8 |
			       (bit / 8 + 1 < HASH ? hashed[bit / 8 + 1] : 0);

		label[1 + i] = (uint8_t)digits[two >> (11 - bit % 8) & 31];
	}
	put(talk, label, sizeof(label));
	put_suffix(talk, zone.depth);
}

/* NSEC3 for the name of a label, or none, and the last `depth` labels of the question's: with its
 * types, or without any (`types` is NULL) if it covers it. */
static void put_hashed(struct talk *talk, struct zone zone, const char *label, unsigned depth,
		       const uint8_t *types, unsigned count)
{
	const uint8_t head[] = { 1, zone.depth == 1 ? OPT_OUT : 0, 0, 0, 0, HASH };
	const size_t from = talk->position;
	uint8_t name[NAME], hashed[HASH];
	const struct octets parts[] = {
		{ (const uint8_t *)label, strlen(label) },
		{ name, write_suffix(talk, depth, name) },
	};
	size_t began;

	hash(sha1, parts, 2, hashed);
	if (types == NULL)
		step(hashed, -1);
	put_hash(talk, hashed, zone);
	began = begin_record(talk, AUTHORITY, TYPE_NSEC3);
	put(talk, head, sizeof(head));
	step(hashed, 1);
	if (types == NULL)
		step(hashed, 1);
	put(talk, hashed, HASH);
	put_types(talk, types, count);
	end_record(talk, began);
	put_signature(talk, AUTHORITY, zone, from);
}

/* --- which proofs --- */

/* The types at a name that is there: those of an apex, of what is between the root and its servers,
 * of a host or server. */
static unsigned types_at(const struct talk *talk, struct zone zone, unsigned depth,
			 uint8_t types[static 8])
{
	static const uint8_t apex[] = { TYPE_NS, TYPE_SOA, TYPE_DNSKEY };
	unsigned count = 0;

	if (depth == zone.depth) {
		memcpy(types, apex, sizeof(apex));
		count = sizeof(apex);
	} else if (zone.depth == 0 && depth == 1) {
		return 0;
	}
	types[count++] = TYPE_RRSIG;
	if (depth != zone.depth || zone.depth == 2) {
		types[count++] = TYPE_A;
		if (talk->world->with_v6 || zone.depth == 2)
			types[count++] = TYPE_AAAA;
	}
	return count;
}

static void put_match(struct talk *talk, struct zone zone, unsigned depth)
{
	uint8_t types[8];
	unsigned count = types_at(talk, zone, depth, types);

	if (signing_of(talk, zone).nsec3)
		put_hashed(talk, zone, "", depth, types, count);
	else
		put_exact(talk, zone, depth, types, count);
}

/* Is the name one label below the zone's own there? If the question is about a name below it. */
static bool has_encloser_below(const struct talk *talk, struct zone zone)
{
	const uint8_t *label;

	if (talk->labels < zone.depth + 2)
		return false;
	label = talk_label(talk, zone.depth + 1);
	if (zone.depth == 0)
		return label[0] == 1 && tolower(label[1]) == 'r';
	return talk_number(talk, zone.depth + 1, "ns") > 0 ||
	       (zone.depth == 2 && label[0] >= 3 &&
		strncasecmp((const char *)label + 1, "www", 3) == 0);
}

void put_denial(struct talk *talk, struct zone zone, unsigned rcode)
{
	const unsigned encloser = zone.depth + has_encloser_below(talk, zone);
	const uint32_t ttl = talk->ttl;

	if (is_silent(talk, zone))
		return;
	talk->ttl = PROOF_TTL;
	if (rcode == 0) {
		put_match(talk, zone, talk->labels);
	} else if (signing_of(talk, zone).nsec3) {
		put_match(talk, zone, encloser);
		put_hashed(talk, zone, "", encloser + 1, NULL, 0);
		put_hashed(talk, zone, "\1*", encloser, NULL, 0);
	} else {
		put_around(talk, zone, talk_label(talk, encloser + 1), encloser);
		put_around(talk, zone, (const uint8_t *)"\1*", encloser);
	}
	talk->ttl = ttl;
}

/* RFC 4035 §3.1.4.1, RFC 5155 §7.2.7: no DS at the child, or no more than a gap with opt-out. */
static void put_no_trust(struct talk *talk, struct zone parent, struct zone child)
{
	static const uint8_t types[] = { TYPE_NS };
	const uint32_t ttl = talk->ttl;

	talk->ttl = PROOF_TTL;
	if (signing_of(talk, parent).nsec3) {
		put_match(talk, parent, parent.depth);
		put_hashed(talk, parent, "", child.depth, NULL, 0);
	} else {
		put_exact(talk, parent, child.depth, types, 1);
	}
	talk->ttl = ttl;
}

bool put_trust(struct talk *talk, unsigned section, struct zone parent, struct zone child)
{
	const size_t from = talk->position;
	uint8_t data[4 + SIGNER_DIGEST];
	size_t began;

	if (!signed_has_trust(talk, parent, child)) {
		if (!is_silent(talk, parent))
			put_no_trust(talk, parent, child);
		return false;
	}
	if (!talk->dnssec_ok && section != ANSWER)
		return true;
	write_trust(talk, child, data);
	put_suffix(talk, child.depth);
	began = begin_record(talk, section, TYPE_DS);
	put(talk, data, sizeof(data));
	end_record(talk, began);
	put_signature(talk, section, parent, from);
	return true;
}
