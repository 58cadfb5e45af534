/* SPDX-License-Identifier: MIT */
/* cache_keys.c — by what an entry is found: keyed hashes, and how an entry tells whether it is
 * meant. */
#include "cache/cache_private.h"

uint64_t cache_hash_name(const struct cache *cache, const struct name *name)
{
	uint8_t small[NAME_SIZE];

	for (unsigned i = 0; i < name->length; i++)
		small[i] = letter_lower(name->octets[i]);
	return hash_octets(&cache->key, small, name->length);
}

/* The name's hash is keyed already, so a few multiplications suffice to mix type and class in. */
static uint64_t hash_question(uint64_t name_hash, uint16_t type, uint16_t class)
{
	uint64_t mixed = name_hash ^ ((uint64_t)type << 16 | class) * 0x9e3779b97f4a7c15;

	mixed ^= mixed >> 29;
	mixed *= 0xbf58476d1ce4e5b9;
	return mixed ^ mixed >> 32;
}

static bool answer_matches(const struct entry *entry, const void *question)
{
	return answer_is_for(answer_in(entry), question);
}

struct table_key answer_key(uint64_t name_hash, const struct question *question)
{
	return (struct table_key){
		.hash = hash_question(name_hash, question->type, question->class),
		.matches = answer_matches,
		.sought = question,
	};
}

static bool cut_matches(const struct entry *entry, const void *zone)
{
	return cut_packed_is_of(entry_bytes(entry), zone);
}

struct table_key cut_key(const struct cache *cache, const struct name *zone)
{
	return (struct table_key){ cache_hash_name(cache, zone), cut_matches, zone };
}

static bool server_matches(const struct entry *entry, const void *address)
{
	return address_equal(server_address_in(entry), address);
}

struct table_key server_key(const struct cache *cache, const struct address *address)
{
	return (struct table_key){
		.hash = hash_octets(&cache->key, address, sizeof(*address)),
		.matches = server_matches,
		.sought = address,
	};
}

static bool denials_match(const struct entry *entry, const void *of)
{
	return denials_are_of(entry_bytes(entry), of);
}

struct table_key denial_key(const struct cache *cache, const struct denials_of *of)
{
	return (struct table_key){
		.hash = hash_question(cache_hash_name(cache, of->zone), of->type, CLASS_IN),
		.matches = denials_match,
		.sought = of,
	};
}
