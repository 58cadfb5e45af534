/* SPDX-License-Identifier: MIT */
/* signature.c — fuzz target: signed sets, changed.
 *
 * A few sets are signed by ldns once, with keys that are always the same. The first octet chooses
 * one; then come changes, each three octets: what, where, how. Whatever is changed, check_set() and
 * check_keys() do no harm, spend no more than they may, and say "secure" only of what was signed:
 * the same data in canonical form, in any order, doubled or not, at the same owner, or at one that
 * the wildcard makes. */
#include <stdlib.h>

#include "cache/base/must.h"
#include "cache/rdata.h"
#include "tests/unit/resolver/validate/signed.h"

static const char *const texts[] = {
	"www.example.com. 300 IN A 192.0.2.1\nwww.example.com. 300 IN A 192.0.2.2",
	"example.com. 300 IN SOA ns.example.com. host.example.com. 1 2 3 4 5",
	"mail.example.com. 300 IN MX 10 a.example.com.\n"
	"mail.example.com. 300 IN MX 20 b.example.com.",
	"*.example.com. 300 IN TXT \"any\"",
	"_sip.example.com. 300 IN SRV 1 2 3 www.example.com.",
};
enum { SETS = sizeof(texts) / sizeof(texts[0]), KINDS = 3, CHANGE = 3, MOST_CHANGES = 32 };

static struct signed_zone zone;
static struct zone_keys  *keys;
static struct rrset      *sets[SETS][KINDS], *dnskey;
static uint8_t            ds_room[256];
static struct writer      ds;

static void begin(void)
{
	static const int algorithms[KINDS] = { LDNS_SIGN_ECDSAP256SHA256, LDNS_SIGN_ED25519,
					       LDNS_SIGN_ECDSAP384SHA384 };

	signed_begin(&zone, "example.com.");
	for (int i = 0; i < KINDS; i++)
		(void)signed_key(&zone, (ldns_algorithm)algorithms[i], 257, 0);
	keys = signed_keys(&zone);
	for (unsigned i = 0; i < SETS; i++) {
		for (int j = 0; j < KINDS; j++)
			sets[i][j] = signed_set(&zone, texts[i], (int[]){ j, -1 });
	}
	dnskey = signed_dnskey(&zone, (int[]){ 0, -1 });
	ds = writer_over(ds_room, sizeof(ds_room));
	signed_ds(&zone, 0, LDNS_SHA256, &ds);
}

/* --- changes --- */

static struct bytes copy_of(struct arena *arena, struct bytes from)
{
	struct bytes copy = arena_copy(arena, from);

	must(copy.at != NULL);
	return copy;
}

static struct rrset *copy_set(struct arena *arena, const struct rrset *set)
{
	struct rrset *copy = arena_take(arena, sizeof(*copy));

	must(copy != NULL);
	*copy = *set;
	copy->rdata = arena_take(arena, (set->count + MOST_CHANGES) * sizeof(*copy->rdata));
	copy->signatures = arena_take(arena, (MOST_CHANGES + 1u) * sizeof(*copy->signatures));
	must(copy->rdata != NULL && copy->signatures != NULL);
	for (unsigned i = 0; i < set->count; i++)
		copy->rdata[i] = copy_of(arena, set->rdata[i]);
	for (unsigned i = 0; i < set->signature_count; i++)
		copy->signatures[i] = copy_of(arena, set->signatures[i]);
	return copy;
}

static void change_octets(struct bytes octets, uint8_t where, uint8_t how)
{
	if (octets.length != 0)
		((uint8_t *)(uintptr_t)octets.at)[where % octets.length] ^= how;
}

static void change(struct arena *arena, struct rrset *set, const uint8_t *change)
{
	struct bytes *record = &set->rdata[change[1] % (set->count + (set->count == 0))];
	struct bytes *signature = &set->signatures[change[1] % set->signature_count];

	switch (change[0] % 8) {
	case 0:
		if (set->count != 0)
			change_octets(*record, change[2], (uint8_t)(1 + change[2] / 32));
		break;
	case 1:
		change_octets(*signature, change[2], (uint8_t)(1 << change[1] % 8));
		break;
	case 2:
		name_lower(&set->owner);
		set->owner.octets[1] ^= set->owner.octets[1] >= 'a' ? 0x20 : 0;
		break;
	case 3:
		set->rdata[set->count] = copy_of(arena, *record);
		set->count += set->count != 0;
		break;
	case 4:
		set->count -= set->count > 1;
		break;
	case 5:
		set->signatures[set->signature_count++] = copy_of(arena, *signature);
		break;
	case 6:
		if (signature->length > change[2])
			signature->length = change[2];
		break;
	case 7:
		if (!name_parse(change[2] % 2 == 0 ? "a.b.example.com." : "x.example.net.",
				&set->owner))
			unreachable();
		break;
	}
}

/* --- what was signed --- */

static bool has(const struct rrset *set, uint16_t type, struct bytes rdata)
{
	uint8_t one[512], other[512];

	must(rdata.length <= sizeof(one));
	memcpy(one, rdata.at, rdata.length);
	rdata_lower(type, one, rdata.length);
	for (unsigned i = 0; i < set->count; i++) {
		if (set->rdata[i].length != rdata.length)
			continue;
		memcpy(other, set->rdata[i].at, rdata.length);
		rdata_lower(type, other, rdata.length);
		if (memcmp(one, other, rdata.length) == 0)
			return true;
	}
	return false;
}

static bool has_all(const struct rrset *set, const struct rrset *of)
{
	for (unsigned i = 0; i < of->count; i++) {
		if (!has(set, of->type, of->rdata[i]))
			return false;
	}
	return true;
}

static bool is_its_owner(const struct rrset *set, const struct rrset *of, unsigned labels)
{
	struct name encloser;

	if (name_equal(&set->owner, &of->owner))
		return true;
	if (of->owner.octets[1] != '*' || labels != 2)
		return false;
	name_ancestor(&set->owner, 2, &encloser);
	return name_equal(&encloser, &keys->zone);
}

static void check_one(struct arena *arena, const struct rrset *original, struct rrset *set)
{
	struct effort effort = { .checks = MAX_CHECKS, .failures = MAX_FAILED_CHECKS_IN_ALL };
	struct check check = { .now = SIGNED_AT, .effort = &effort, .arena = arena };
	struct verdict verdict;
	unsigned labels = 2;

	if (original == dnskey)
		verdict = check_keys(&check, set, writer_bytes(&ds));
	else
		verdict = check_set(&check, keys, set, &labels);
	must(verdict.security == SECURITY_SECURE || verdict.why != NULL);
	must(MAX_CHECKS - effort.checks <= MAX_FAILED_CHECKS + 1);
	must((verdict.security == SECURITY_SECURE) == (set->security == SECURITY_SECURE));
	if (verdict.security != SECURITY_SECURE)
		return;
	must(has_all(set, original) && has_all(original, set));
	must(is_its_owner(set, original, labels));
	must(set->ttl <= original->ttl && set->signature_count == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t length)
{
	const struct rrset *original;
	struct arena arena;
	struct rrset *set;

	if (keys == NULL)
		begin();
	if (length == 0 || length > 1 + CHANGE * MOST_CHANGES)
		return 0;
	original = input[0] < 16 ? dnskey : sets[input[0] % SETS][input[0] / SETS % KINDS];
	arena_init(&arena, 1 << 20);
	set = copy_set(&arena, original);
	for (size_t at = 1; at + CHANGE <= length; at += CHANGE)
		change(&arena, set, input + at);
	check_one(&arena, original, set);
	arena_clear(&arena);
	return 0;
}
