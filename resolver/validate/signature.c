/* SPDX-License-Identifier: MIT */
/* signature.c — a set in its canonical form, its signatures, and why they aren't good. */
#include "resolver/validate/signature.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cache/rdata.h"
#include "resolver/observe/text.h"
#include "resolver/validate/algorithm.h"

enum {
	RRSIG_HEAD = 18,                /* octets before the signer's name */
	RECORD_HEAD = 2 + 2 + 4 + 2,    /* type, class, TTL, length */
	DAY = 86400, HOUR = 3600, MINUTE = 60,
};

bool signature_read(struct bytes rdata, struct signature *into)
{
	struct cursor at = cursor_over(rdata);

	into->covered = take_u16(&at);
	into->algorithm = take_u8(&at);
	into->labels = take_u8(&at);
	into->original_ttl = take_u32(&at);
	into->expires = take_u32(&at);
	into->begins = take_u32(&at);
	into->tag = take_u16(&at);
	name_read(&at, &into->signer);
	into->octets = take_rest(&at);
	return cursor_is_good(&at) && into->octets.length != 0;
}

bool signature_signer(const struct rrset *set, struct name *into)
{
	struct signature signature;

	for (unsigned i = 0; i < set->signature_count; i++) {
		if (signature_read(set->signatures[i], &signature) &&
		    name_is_in(&set->owner, &signature.signer)) {
			*into = signature.signer;
			return true;
		}
	}
	return false;
}

/* --- canonical form (RFC 4034 §6) --- */

static int compare_data(const void *one, const void *other)
{
	const struct bytes *a = one, *b = other;
	size_t common = a->length < b->length ? a->length : b->length;
	int order = common == 0 ? 0 : memcmp(a->at, b->at, common);

	if (order != 0)
		return order;
	return a->length < b->length ? -1 : a->length > b->length;
}

/* The data in canonical form and order; NULL: no memory. */
static struct bytes *sort_data(struct arena *arena, const struct rrset *set)
{
	struct bytes *sorted = arena_take(arena, set->count * sizeof(*sorted));

	for (unsigned i = 0; sorted != NULL && i < set->count; i++) {
		struct bytes copy = arena_copy(arena, set->rdata[i]);

		if (copy.at == NULL)
			return NULL;
		rdata_lower(set->type, (uint8_t *)(uintptr_t)copy.at, copy.length);
		sorted[i] = copy;
	}
	if (sorted != NULL && set->count > 1)
		qsort(sorted, set->count, sizeof(*sorted), compare_data);
	return sorted;
}

/* RFC 4035 §5.3.2: the wildcard's name, if it was made from one. */
static void signed_owner(const struct name *owner, unsigned labels, struct name *into)
{
	struct writer writer;
	struct name encloser;

	*into = *owner;
	if (labels < name_labels(owner)) {
		name_ancestor(owner, labels, &encloser);
		writer = writer_over(into->octets, sizeof(into->octets));
		put_bytes(&writer, bytes_of("\1*", 2));
		name_write(&writer, &encloser);
		into->length = (uint8_t)writer.position;
	}
	name_lower(into);
}

static void put_record(struct writer *into, const struct rrset *set, const struct name *owner,
		       uint32_t ttl, struct bytes rdata)
{
	name_write(into, owner);
	put_u16(into, set->type);
	put_u16(into, set->class);
	put_u32(into, ttl);
	put_u16(into, (uint16_t)rdata.length);
	put_bytes(into, rdata);
}

/* A set under check. */
struct checking {
	const struct check     *check;
	const struct zone_keys *keys;
	struct rrset           *set;
	struct bytes           *sorted;
	uint8_t                *room;
	size_t                  size;
	unsigned                failed; /* signatures that were wrong */
	struct verdict          nearest;
	unsigned                nearness;
};

static size_t octets_needed(const struct rrset *set)
{
	size_t octets = RRSIG_HEAD + NAME_SIZE;

	for (unsigned i = 0; i < set->count; i++)
		octets += NAME_SIZE + RECORD_HEAD + set->rdata[i].length;
	return octets;
}

static bool make_ready(struct checking *c)
{
	if (c->sorted != NULL)
		return true;
	c->size = octets_needed(c->set);
	c->room = arena_take(c->check->arena, c->size);
	c->sorted = sort_data(c->check->arena, c->set);
	return c->room != NULL && c->sorted != NULL;
}

/* RFC 4034 §3.1.8.1. Doubled data counts once (§6.3). */
static struct bytes signed_octets(struct checking *c, struct bytes rrsig,
				  const struct signature *signature)
{
	struct writer into = writer_over(c->room, c->size);
	struct name signer = signature->signer, owner;

	name_lower(&signer);
	signed_owner(&c->set->owner, signature->labels, &owner);
	put_bytes(&into, bytes_of(rrsig.at, RRSIG_HEAD));
	name_write(&into, &signer);
	for (unsigned i = 0; i < c->set->count; i++) {
		if (i > 0 && bytes_equal(c->sorted[i], c->sorted[i - 1]))
			continue;
		put_record(&into, c->set, &owner, signature->original_ttl, c->sorted[i]);
	}
	return writer_is_good(&into) ? writer_bytes(&into) : bytes_of(c->room, 0);
}

/* --- reasons --- */

/* The reason of the signature that came nearest is told. */
enum { ILL_FORMED = 1, UNSUPPORTED, NO_KEY, WRONG_TIME, WRONG_SIGNATURE, NO_EFFORT };

static void note(struct checking *c, unsigned nearness, uint16_t ede, const char *why)
{
	if (nearness <= c->nearness)
		return;
	c->nearness = nearness;
	c->nearest = (struct verdict){ .security = SECURITY_BOGUS, .ede = ede, .why = why };
}

/* "www.example.com. A" */
static const char *set_text(struct checking *c)
{
	char name[NAME_TEXT_SIZE], type[TYPE_TEXT_SIZE];

	return arena_print(c->check->arena, "%s %s", name_print(&c->set->owner, name),
			   text_type(c->set->type, type));
}

static const char *key_text(struct checking *c, const struct signature *signature)
{
	char name[NAME_TEXT_SIZE], room[ALGORITHM_TEXT_SIZE];

	return arena_print(c->check->arena, "key %u (%s) of %s", signature->tag,
			   algorithm_name(signature->algorithm, room),
			   name_print(&signature->signer, name));
}

static const char *span_text(struct checking *c, uint32_t seconds)
{
	if (seconds >= 2 * DAY)
		return arena_print(c->check->arena, "%u days", seconds / DAY);
	if (seconds >= 2 * HOUR)
		return arena_print(c->check->arena, "%u hours", seconds / HOUR);
	if (seconds >= 2 * MINUTE)
		return arena_print(c->check->arena, "%u minutes", seconds / MINUTE);
	return arena_print(c->check->arena, "%u seconds", seconds);
}

/* A moment modulo 2^32 near that of the check. */
static const char *time_text(struct checking *c, uint32_t moment)
{
	time_t when = (time_t)c->check->now + (int32_t)(moment - c->check->now);
	char text[40] = "";
	struct tm parts;

	if (gmtime_r(&when, &parts) != NULL)
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &parts);
	return arena_print(c->check->arena, "%s", text);
}

/* Moments half the circle away are neither before nor after (RFC 1982 §3.2): then it isn't good. */
static bool is_timely(struct checking *c, const struct signature *signature)
{
	uint32_t now = c->check->now;

	if (c->check->any_time)
		return true;
	if ((int32_t)(signature->expires - signature->begins) < 0) {
		note(c, ILL_FORMED, EDE_DNSSEC_BOGUS,
		     arena_print(c->check->arena, "the signature over %s by %s ends before it "
				 "begins", set_text(c), key_text(c, signature)));
		return false;
	}
	if ((int32_t)(signature->expires - now) < 0) {
		note(c, WRONG_TIME, EDE_SIGNATURE_EXPIRED,
		     arena_print(c->check->arena, "the signature over %s by %s expired on %s, %s "
				 "ago", set_text(c), key_text(c, signature),
				 time_text(c, signature->expires),
				 span_text(c, now - signature->expires)));
		return false;
	}
	if ((int32_t)(now - signature->begins) < 0) {
		note(c, WRONG_TIME, EDE_SIGNATURE_NOT_YET_VALID,
		     arena_print(c->check->arena, "the signature over %s by %s is valid from %s "
				 "on, in %s", set_text(c), key_text(c, signature),
				 time_text(c, signature->begins),
				 span_text(c, signature->begins - now)));
		return false;
	}
	return true;
}

static unsigned labels_of_owner(const struct name *owner)
{
	bool is_star = owner->octets[0] == 1 && owner->octets[1] == '*';

	return name_labels(owner) - is_star;
}

/* RFC 4035 §5.3.1. */
static bool is_about_set(struct checking *c, const struct signature *signature)
{
	const struct rrset *set = c->set;
	const char *what = NULL;

	if (signature->covered != set->type)
		what = "is of another type";
	else if (!name_equal(&signature->signer, &c->keys->zone))
		what = "isn't by its zone";
	else if (!name_is_in(&set->owner, &signature->signer))
		what = "is by a zone that it isn't in";
	else if (signature->labels > labels_of_owner(&set->owner))
		what = "has more labels than the name";
	else if (signature->labels < name_labels(&signature->signer))
		what = "has fewer labels than its zone";
	if (what == NULL)
		return true;
	note(c, ILL_FORMED, EDE_DNSSEC_BOGUS,
	     arena_print(c->check->arena, "the signature over %s by %s %s", set_text(c),
			 key_text(c, signature), what));
	return false;
}

/* --- keys --- */

static bool has_effort(struct checking *c)
{
	const struct effort *effort = c->check->effort;

	if (effort->checks != 0 && effort->failures != 0 && c->failed < MAX_FAILED_CHECKS)
		return true;
	if (c->failed < MAX_FAILED_CHECKS)
		note(c, NO_EFFORT, EDE_DNSSEC_BOGUS,
		     arena_print(c->check->arena, "to check the signature over %s takes more work "
				 "than one question may have", set_text(c)));
	return false;
}

static bool verify_with(struct checking *c, struct zone_key *key, struct bytes rrsig,
			const struct signature *signature)
{
	if (!has_effort(c))
		return false;
	if (!make_ready(c)) {
		note(c, NO_EFFORT, EDE_DNSSEC_BOGUS, "no memory to check a signature");
		return false;
	}
	if (zone_key_verify(key, c->check, signed_octets(c, rrsig, signature), signature->octets))
		return true;
	c->failed++;
	note(c, WRONG_SIGNATURE, EDE_DNSSEC_BOGUS,
	     arena_print(c->check->arena, "the signature over %s by %s is wrong", set_text(c),
			 key_text(c, signature)));
	return false;
}

static bool verify(struct checking *c, struct bytes rrsig, const struct signature *signature)
{
	unsigned tried = 0;
	bool unfit = false;

	for (unsigned i = 0; i < c->keys->count && tried < MAX_KEYS_PER_TAG; i++) {
		struct zone_key *key = (struct zone_key *)&c->keys->keys[i];

		if (key->tag != signature->tag || key->algorithm != signature->algorithm)
			continue;
		tried++;
		if (!zone_key_prepare(key, c->check->sha1))
			unfit = true;
		else if (verify_with(c, key, rrsig, signature))
			return true;
	}
	if (unfit)
		note(c, UNSUPPORTED, EDE_UNSUPPORTED_DNSKEY,
		     arena_print(c->check->arena, "the signature over %s is by %s, which can't be "
				 "used", set_text(c), key_text(c, signature)));
	else if (tried == 0)
		note(c, NO_KEY, EDE_DNSKEY_MISSING,
		     arena_print(c->check->arena, "the signature over %s is by %s, and there is no "
				 "such key", set_text(c), key_text(c, signature)));
	return false;
}

static bool check_one(struct checking *c, struct bytes rrsig, struct signature *signature)
{
	if (!signature_read(rrsig, signature)) {
		note(c, ILL_FORMED, EDE_DNSSEC_BOGUS,
		     arena_print(c->check->arena, "a signature over %s can't be read",
				 set_text(c)));
		return false;
	}
	if (!is_about_set(c, signature) || !is_timely(c, signature))
		return false;
	if (!algorithm_is_supported(signature->algorithm, c->check->sha1)) {
		note(c, UNSUPPORTED, EDE_UNSUPPORTED_DNSKEY,
		     arena_print(c->check->arena, "the signature over %s by %s can't be checked "
				 "here", set_text(c), key_text(c, signature)));
		return false;
	}
	return verify(c, rrsig, signature);
}

/* RFC 4035 §5.3.3. */
static void accept(struct checking *c, struct bytes rrsig, const struct signature *signature)
{
	struct rrset *set = c->set;
	uint32_t left = signature->expires - c->check->now;

	set->security = SECURITY_SECURE;
	if (signature->original_ttl < set->ttl)
		set->ttl = signature->original_ttl;
	if (!c->check->any_time && left < set->ttl)
		set->ttl = left;
	if (set->signature_ttl > set->ttl)
		set->signature_ttl = set->ttl;
	set->signatures[0] = rrsig;
	set->signature_count = 1;
}

static struct verdict secure(void)
{
	return (struct verdict){ .security = SECURITY_SECURE, .ede = EDE_NONE };
}

static struct verdict nothing_good(struct checking *c)
{
	char text[NAME_TEXT_SIZE];

	if (c->nearness != 0)
		return c->nearest;
	return (struct verdict){
		.security = SECURITY_BOGUS, .ede = EDE_RRSIGS_MISSING,
		.why = arena_print(c->check->arena, "%s isn't signed, though its zone %s is",
				   set_text(c), name_print(&c->keys->zone, text)),
	};
}

struct verdict check_set(const struct check *check, const struct zone_keys *keys,
			 struct rrset *set, unsigned *labels)
{
	struct checking c = { .check = check, .keys = keys, .set = set };
	struct signature signature;

	*labels = name_labels(&set->owner);
	if (set->security == SECURITY_SECURE && set->signature_count != 0 &&
	    signature_read(set->signatures[0], &signature)) {
		*labels = signature.labels;
		return secure();
	}
	for (unsigned i = 0; i < set->signature_count; i++) {
		if (!check_one(&c, set->signatures[i], &signature))
			continue;
		*labels = signature.labels;
		accept(&c, set->signatures[i], &signature);
		return secure();
	}
	return nothing_good(&c);
}
