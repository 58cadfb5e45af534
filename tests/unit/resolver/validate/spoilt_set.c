/* SPDX-License-Identifier: MIT */
/* spoilt_set.c — a set that was signed rightly, changed in a few places. */
#include <ctype.h>
#include <string.h>

#include "cache/base/must.h"
#include "tests/unit/resolver/validate/chance_set.h"

static void flip(struct run *run, size_t from)
{
	if (run->length > from)
		run->octets[from + chance((uint32_t)(run->length - from))] ^=
			(uint8_t)(1u << chance(8));
}

static size_t name_size(const uint8_t *at, size_t room)
{
	size_t size = 0;

	while (size < room && at[size] != 0)
		size += 1 + (size_t)at[size];
	return size + 1;
}

size_t run_signer_size(const struct run *rrsig)
{
	return name_size(rrsig->octets + RRSIG_FIXED, rrsig->length - RRSIG_FIXED);
}

unsigned run_labels(const uint8_t *name)
{
	unsigned count = 0;

	for (; *name != 0; name += 1 + *name)
		count++;
	return count;
}

void run_put_name(const char *text, struct run *into)
{
	struct name name;

	must(name_parse(text, &name));
	into->length = name.length;
	memcpy(into->octets, name.octets, name.length);
}

static void change_case(uint8_t *octets, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (((octets[i] | 0x20) >= 'a' && (octets[i] | 0x20) <= 'z') && chance(2) == 0)
			octets[i] ^= 0x20;
	}
}

static void change_owner(struct chance_set *set)
{
	static const char *const others[] = {
		"x.example.com.", "y.x.example.com.", "v.w.example.com.", "*.example.com.", "com.",
		"example.net.", "www.example.com.", "notexample.com.", "*.com.",
	};

	if (chance(2) == 0)
		run_put_name(chance_word(others, sizeof(others) / sizeof(others[0])), &set->owner);
	else
		change_case(set->owner.octets, set->owner.length);
}

/* Each record may change, one may go, come twice, or come from another set; and their order. */
static void change_records(struct chance_set *set)
{
	unsigned which = chance(set->count), other = chance(set->count);
	struct run kept = set->rdata[which];

	switch (chance(5)) {
	case 0:
		flip(&set->rdata[which], 0);
		break;
	case 1:
		if (set->count > 1)
			set->rdata[which] = set->rdata[--set->count];
		break;
	case 2:
		if (set->count <= MOST_RECORDS)
			set->rdata[set->count++] = kept;
		break;
	case 3:
		set->rdata[which] = set->rdata[other];
		set->rdata[other] = kept;
		break;
	case 4:
		change_case(set->rdata[which].octets, set->rdata[which].length);
		break;
	}
}

static void change_times(struct run *rrsig)
{
	static const int32_t near[] = { -2, -1, 0, 1, 2, 3600, -3600, INT32_MAX, INT32_MIN };
	uint32_t moment = SIGNED_AT + (uint32_t)near[chance(sizeof(near) / sizeof(near[0]))];

	put32(rrsig->octets + (chance(2) == 0 ? EXPIRES : BEGINS), moment);
}

static void change_signer(struct run *rrsig)
{
	static const char *const others[] = {
		"com.", ".", "www.example.com.", "EXAMPLE.com.", "example.net.",
	};
	size_t old = run_signer_size(rrsig), rest = rrsig->length - RRSIG_FIXED - old;
	struct run name, kept = *rrsig;

	run_put_name(chance_word(others, sizeof(others) / sizeof(others[0])), &name);
	if (RRSIG_FIXED + name.length + rest > MOST_OCTETS)
		return;
	memcpy(rrsig->octets + RRSIG_FIXED, name.octets, name.length);
	memcpy(rrsig->octets + RRSIG_FIXED + name.length, kept.octets + RRSIG_FIXED + old, rest);
	rrsig->length = RRSIG_FIXED + name.length + rest;
}

static void change_signature(struct run *rrsig)
{
	size_t head = RRSIG_FIXED + run_signer_size(rrsig);

	switch (chance(9)) {
	case 0:
		put16(rrsig->octets + COVERED, chance(300));
		break;
	case 1:
		rrsig->octets[ALGORITHM] = (uint8_t)chance(20);
		break;
	case 2:
		rrsig->octets[LABELS] = (uint8_t)chance(7);
		break;
	case 3:
		put32(rrsig->octets + ORIGINAL_TTL, chance(100000));
		break;
	case 4:
		change_times(rrsig);
		break;
	case 5:
		put16(rrsig->octets + TAG, chance(65536));
		break;
	case 6:
		change_signer(rrsig);
		break;
	case 7:
		flip(rrsig, head);
		break;
	case 8:                         /* shorter or longer */
		if (chance(2) == 0)
			rrsig->length = head + chance((uint32_t)(rrsig->length - head + 1));
		else if (rrsig->length < MOST_OCTETS)
			rrsig->octets[rrsig->length++] = (uint8_t)chance(256);
		break;
	}
}

/* The signature names the key that it has become, so that this is tried. */
static void change_key(struct chance_set *set)
{
	static const uint16_t flags[] = { 0, 1, 256, 257, 384, 385, 0x8000, 0xffff };

	switch (chance(5)) {
	case 0:
		put16(set->key.octets, flags[chance(sizeof(flags) / sizeof(flags[0]))]);
		break;
	case 1:
		set->key.octets[2] = (uint8_t)chance(5);
		break;
	case 2:
		set->key.octets[3] = (uint8_t)chance(20);
		break;
	case 3:
		flip(&set->key, KEY_FIXED);
		break;
	case 4:
		set->key.length = KEY_FIXED + chance((uint32_t)(set->key.length - KEY_FIXED + 1));
		break;
	}
	if (chance(4) != 0)
		put16(set->rrsig.octets + TAG,
		      ldns_calc_keytag_raw(set->key.octets, set->key.length));
}

void chance_spoil(struct chance_set *set)
{
	for (unsigned changes = chance(4); changes > 0; changes--) {
		switch (chance(5)) {
		case 0: change_owner(set); break;
		case 1: change_records(set); break;
		case 2: change_signature(&set->rrsig); break;
		case 3: change_key(set); break;
		case 4: set->ttl = chance(100000); break;
		}
	}
}

/* RFC 4035 §5.3.2: the owner as signed. */
static struct run signed_owner(const struct chance_set *set)
{
	unsigned labels = run_labels(set->owner.octets), said = set->rrsig.octets[LABELS];
	const uint8_t *at = set->owner.octets;
	struct run star = { .length = 2, .octets = { 1, '*' } };

	if (said >= labels)
		return set->owner;
	for (; labels > said; labels--)
		at += 1 + *at;
	memcpy(star.octets + 2, at, set->owner.length - (size_t)(at - set->owner.octets));
	star.length += set->owner.length - (size_t)(at - set->owner.octets);
	return star;
}

static bool put_signed_records(const struct chance_set *set, ldns_rr_list *into)
{
	uint32_t ttl = get32(set->rrsig.octets + ORIGINAL_TTL);
	struct run owner = signed_owner(set);

	for (unsigned i = 0; i < set->count; i++) {
		ldns_rr *record = chance_record(&owner, set->type, ttl, &set->rdata[i]);

		if (record == NULL)
			return false;
		ldns_rr2canonical(record);
		if (ldns_rr_list_contains_rr(into, record))
			ldns_rr_free(record);   /* doubles aren't signed (RFC 4034 §6.3) */
		else
			ldns_rr_list_push_rr(into, record);
	}
	return true;
}

static bool put_signed_part(const struct chance_set *set, ldns_buffer *into)
{
	struct run head = set->rrsig;
	ldns_rr_list *records = ldns_rr_list_new();
	bool good = put_signed_records(set, records);

	head.length = RRSIG_FIXED + run_signer_size(&set->rrsig);
	for (size_t i = RRSIG_FIXED; i < head.length; i++)
		head.octets[i] = (uint8_t)tolower(head.octets[i]);
	ldns_buffer_write(into, head.octets, head.length);
	ldns_rr_list_sort(records);
	good = good && ldns_rr_list2buffer_wire(into, records) == LDNS_STATUS_OK;
	ldns_rr_list_deep_free(records);
	return good;
}

void chance_sign_again(struct chance_set *set)
{
	ldns_buffer *octets = ldns_buffer_new(LDNS_MAX_PACKETLEN);
	size_t head = RRSIG_FIXED + run_signer_size(&set->rrsig);
	ldns_rdf *signature = NULL;
	size_t size;

	if (put_signed_part(set, octets))
		signature = ldns_sign_public_buffer(octets, chance_key(set->signer));
	size = signature == NULL ? 0 : ldns_rdf_size(signature);
	if (size != 0 && head + size <= MOST_OCTETS) {
		memcpy(set->rrsig.octets + head, ldns_rdf_data(signature), size);
		set->rrsig.length = head + size;
	}
	ldns_rdf_deep_free(signature);
	ldns_buffer_free(octets);
}
