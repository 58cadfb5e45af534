/* SPDX-License-Identifier: MIT */
/* story_signed.c — the lines that make zones that servers hold, their keys, and what is wrong. */
#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"
#include "tests/scenario/held.h"
#include "tests/scenario/story_private.h"
#include "tests/scenario/world.h"

enum { USUAL_BITS = 1024 };

static bool read_uint(const struct line *line, unsigned *i, unsigned *into)
{
	return number(line, ++*i, into);
}

static bool make_key(struct held_zone *zone, unsigned at, ldns_algorithm algorithm,
		     uint16_t flags, unsigned bits)
{
	struct key_of_story *key = &zone->keys[at];
	bool for_keys = (flags & LDNS_KEY_SEP_KEY) != 0;

	if (key->key != NULL)
		ldns_key_deep_free(key->key);
	*key = (struct key_of_story){
		.key = signer_key(zone->apex, at + 1, algorithm, flags, bits),
		.published = true, .signs_keys = for_keys, .signs_data = !for_keys,
		.vouched = for_keys,
	};
	return key->key != NULL;
}

/* zone Z is signed [with ALGORITHM] [bits N] [nsec3] [iterations N] [salt HEX] [optout] */
static bool sign_zone(struct held_zone *zone, const struct line *line)
{
	ldns_algorithm algorithm = LDNS_ECDSAP256SHA256;
	unsigned bits = USUAL_BITS, iterations = 0;

	for (unsigned i = 4; i < line->count; i++) {
		if (word_is(line, i, "with") && i + 1 < line->count)
			algorithm = signer_algorithm(line->words[++i]);
		else if (word_is(line, i, "nsec3"))
			zone->nsec3 = true;
		else if (word_is(line, i, "optout"))
			zone->nsec3 = zone->opt_out = true;
		else if (word_is(line, i, "salt") && i + 1 < line->count)
			snprintf(zone->salt, sizeof(zone->salt), "%s", line->words[++i]);
		else if (word_is(line, i, "iterations") ? !read_uint(line, &i, &iterations) :
			 !word_is(line, i, "bits") || !read_uint(line, &i, &bits))
			return false;
	}
	zone->iterations = (uint16_t)iterations;
	zone->is_signed = true;
	return algorithm != 0 && make_key(zone, 0, algorithm, FLAGS_OF_KSK, bits) &&
	       make_key(zone, 1, algorithm, FLAGS_OF_ZSK, bits);
}

/* key N [ALGORITHM] [ksk|zsk|csk] [bits N] comes */
static bool play_new_key(struct held_zone *zone, unsigned at, const struct line *line)
{
	ldns_algorithm algorithm = LDNS_ECDSAP256SHA256;
	unsigned bits = USUAL_BITS;
	uint16_t flags = FLAGS_OF_KSK;
	bool both = false;

	for (unsigned i = 5; i < line->count; i++) {
		if (word_is(line, i, "zsk"))
			flags = FLAGS_OF_ZSK;
		else if (word_is(line, i, "csk"))
			both = true;
		else if (word_is(line, i, "bits") && number(line, i + 1, &bits))
			i++;
		else if (!word_is(line, i, "ksk") &&
			 (algorithm = signer_algorithm(line->words[i])) == 0)
			return false;
	}
	if (!make_key(zone, at, algorithm, flags, bits))
		return false;
	zone->keys[at].signs_data = zone->keys[at].signs_data || both;
	return true;
}

/* zone Z key N comes […] | leaves | is revoked | is standby | signs keys|data|both|nothing |
 * is vouched | isn't vouched | is hidden */
static bool play_key(struct held_zone *zone, const struct line *line)
{
	struct key_of_story *key;
	unsigned n;

	if (!number(line, 3, &n) || n == 0 || n > MOST_KEYS || line->count < 5)
		return false;
	key = &zone->keys[n - 1];
	if (word_is(line, 4, "comes"))
		return play_new_key(zone, n - 1, line);
	if (key->key == NULL)
		return false;
	if (word_is(line, 4, "leaves"))
		key->published = key->signs_keys = key->signs_data = key->vouched = false;
	else if (word_is(line, 5, "revoked"))
		signer_set_flags(key->key, (uint16_t)(ldns_key_flags(key->key) |
						      LDNS_KEY_REVOKE_KEY));
	else if (word_is(line, 5, "standby"))
		key->signs_keys = key->signs_data = false;
	else if (word_is(line, 5, "hidden"))
		key->published = false;
	else if (word_is(line, 5, "vouched"))
		key->vouched = word_is(line, 4, "is");
	else if (word_is(line, 4, "signs")) {
		key->signs_keys = word_is(line, 5, "keys") || word_is(line, 5, "both");
		key->signs_data = word_is(line, 5, "data") || word_is(line, 5, "both");
	} else
		return false;
	return true;
}

static bool read_how(const struct line *line, unsigned i, struct fault_of_zone *fault)
{
	static const struct {
		const char *word;
		enum manner_of_fault how;
	} words[] = {
		{ "expired", SIGNS_EXPIRED }, { "early", SIGNS_EARLY }, { "badly", SIGNS_BADLY },
		{ "also-badly", SIGNS_ALSO_BADLY }, { "not", SIGNS_NOT },
		{ "by-another-key", SIGNS_BY_ANOTHER }, { "for", SIGNS_FOR },
		{ "as", SIGNS_AS }, { "labels", SIGNS_WITH_LABELS },
	};

	for (unsigned k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
		if (!word_is(line, i, words[k].word))
			continue;
		fault->how = words[k].how;
		if (fault->how == SIGNS_AS)
			fault->signer = ldns_dname_new_frm_str(line->words[i + 1]);
		if (fault->how == SIGNS_FOR || fault->how == SIGNS_WITH_LABELS)
			return number(line, i + 1, &fault->number);
		return fault->how != SIGNS_AS || fault->signer != NULL;
	}
	return false;
}

/* zone Z signs NAME|* TYPE|* expired|early|badly|also-badly|not|by-another-key|for N s|as ZONE|
 * labels N, zone Z signs well */
static bool play_fault(struct held_zone *zone, const struct line *line)
{
	struct fault_of_zone *fault;
	uint16_t type = 0;

	if (line->count < 6 || (!word_is(line, 4, "*") && !read_type(line->words[4], &type)))
		return false;
	fault = calloc(1, sizeof(*fault));
	must(fault != NULL);
	fault->next = zone->faults;
	zone->faults = fault;
	fault->type = (ldns_rr_type)type;
	if (!word_is(line, 3, "*"))
		fault->name = ldns_dname_new_frm_str(line->words[3]);
	return read_how(line, 5, fault);
}

/* zone Z vouches for CHILD [not|wrongly] [key N] [digest N] [algorithm N] */
static bool play_vouching(struct held_zone *zone, const struct line *line)
{
	struct vouching *vouching = calloc(1, sizeof(*vouching));

	must(vouching != NULL);
	vouching->next = zone->vouchings;
	zone->vouchings = vouching;
	vouching->child = line->count < 5 ? NULL : ldns_dname_new_frm_str(line->words[4]);
	if (vouching->child == NULL)
		return false;
	for (unsigned i = 5; i < line->count; i++) {
		if (word_is(line, i, "not"))
			vouching->nothing = true;
		else if (word_is(line, i, "wrongly"))
			vouching->wrongly = true;
		else if (word_is(line, i, "key") ? !number(line, ++i, &vouching->key) :
			 word_is(line, i, "digest") ? !number(line, ++i, &vouching->digest) :
			 !word_is(line, i, "algorithm") ||
				 !number(line, ++i, &vouching->algorithm))
			return false;
	}
	return true;
}

/* zone Z, zone Z is signed …, is unsigned, lacks proof|keys|ds, key …, signs …, vouches … */
bool play_held_zone(struct story *story, const struct line *line)
{
	struct held_zone *zone = line->count < 2 ? NULL : held_zone(line->words[1]);

	if (zone == NULL)
		return false;
	story->held = zone;
	if (line->count == 2)
		return true;
	if (word_is(line, 2, "is") && word_is(line, 3, "signed"))
		return sign_zone(zone, line);
	if (word_is(line, 2, "is") && word_is(line, 3, "unsigned"))
		return !(zone->is_signed = false);
	if (word_is(line, 2, "lacks") && word_is(line, 3, "proof"))
		return zone->lacks_proof = true;
	if (word_is(line, 2, "lacks") && word_is(line, 3, "keys"))
		return zone->lacks_keys = true;
	if (word_is(line, 2, "lacks") && word_is(line, 3, "ds"))
		return zone->lacks_ds = true;
	if (word_is(line, 2, "key"))
		return play_key(zone, line);
	if (word_is(line, 2, "signs"))
		return play_fault(zone, line);
	return word_is(line, 2, "vouches") && play_vouching(zone, line);
}

/* has RECORD: of the zone named last; names without a dot at the end are below it. */
bool play_has(struct story *story, const struct line *line)
{
	return story->held != NULL && line->count > 2 && held_add(story->held, line->rest[1]);
}

/* server A holds ZONE… [after N ms] */
bool play_holds(struct story *story, const struct line *line)
{
	for (unsigned i = 3; i < line->count; i++) {
		struct held_zone *zone;

		if (word_is(line, i, "after"))
			return number(line, i + 1, &story->server->held_delay_ms);
		zone = held_zone(line->words[i]);
		if (zone == NULL || story->server->held_count == MOST_HELD)
			return false;
		story->server->held[story->server->held_count++] = zone;
	}
	return true;
}

static void trust(struct story *story, const struct held_zone *zone, const struct name *name)
{
	ldns_rr_list *set = held_ds(NULL, zone->apex);

	for (size_t i = 0; i < ldns_rr_list_rr_count(set); i++) {
		ldns_buffer *wire = ldns_buffer_new(512);

		must(ldns_rr_rdata2buffer_wire(wire, ldns_rr_list_rr(set, i)) == LDNS_STATUS_OK);
		must(anchors_add_ds(story->anchors, name,
				    bytes_of(ldns_buffer_begin(wire),
					     ldns_buffer_position(wire))) == OK);
		ldns_buffer_free(wire);
	}
	ldns_rr_list_deep_free(set);
}

void story_trust(struct story *story, const struct anchors *anchors)
{
	const struct cache_flush all = { .all = true };

	walks_close_cache(story->walks);
	story->settings.validate = true;
	story->settings.anchors = anchors;
	story->settings.most_iterations = MAX_NSEC3_ITERATIONS;
	cache_flush(story->cache, &all);
	walks_open_cache(story->walks);
}

/* daemon trusts ZONE|nobody, daemon distrusts ZONE: from the first of these on it validates. */
bool play_trust(struct story *story, const struct line *line)
{
	struct held_zone *zone = NULL;
	struct name name;

	if (line->count != 3)
		return false;
	if (story->anchors == NULL)
		story->anchors = anchors_new();
	must(story->anchors != NULL);
	story_trust(story, story->anchors);
	if (word_is(line, 1, "distrusts"))
		return name_parse(line->words[2], &name) &&
		       anchors_add_negative(story->anchors, &name, NULL, 0) == OK;
	if (word_is(line, 2, "nobody")) {
		anchors_free(story->anchors);
		story->settings.anchors = story->anchors = anchors_new();
		return true;
	}
	zone = held_zone(line->words[2]);
	if (zone == NULL || !name_parse(line->words[2], &name))
		return false;
	trust(story, zone, &name);
	return true;
}

/* clock is set by NAME: a time server's, from now on */
static bool set_time_server(struct story *story, const struct line *line)
{
	story->settings.clock = &story->clock;
	story->settings.time_servers = &story->time_server;
	story->settings.time_server_count = 1;
	return name_parse(line->words[4], &story->time_server);
}

/* clock is N s|days|years ahead|behind, clock is right, clock is set by NAME */
bool play_clock(struct story *story, const struct line *line)
{
	int64_t unit = word_is(line, 3, "days") ? 86400 : word_is(line, 3, "years") ? 31557600 : 1;
	unsigned count;

	if (word_is(line, 2, "set") && line->count == 5)
		return set_time_server(story, line);
	if (word_is(line, 2, "right"))
		fake_clock_set_error(0);
	else if (line->count == 5 && number(line, 2, &count))
		fake_clock_set_error(unit * (word_is(line, 4, "behind") ? -(int64_t)count : count));
	else
		return false;
	loop_look_at_clocks(&story->loop);
	return true;
}
