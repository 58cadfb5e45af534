/* SPDX-License-Identifier: MIT */
/* story_follows.c — the daemon follows its trust anchors through a story's time (RFC 5011). What
 * follower.c does with files and threads is done here with neither; what is seen and what follows
 * from it is the daemon's own code. */
#include <stdlib.h>

#include "cache/base/must.h"
#include "resolver/trust.h"
#include "tests/fake/fake.h"
#include "tests/scenario/held.h"
#include "tests/scenario/story_private.h"

enum { LOOK_MS = 5000 };

struct following {
	struct key_watcher watcher;
	struct rollovers   rollovers;
	bool               has_seen;
	struct sight       sight;
	struct anchors    *followed;    /* NULL: as configured */
};

static void seen(struct key_watcher *watcher, const struct name *zone, const struct sight *sight)
{
	struct following *following = container_of(watcher, struct following, watcher);

	following->has_seen = true;
	following->sight = *sight;
}

/* daemon follows */
static bool begin_to_follow(struct story *story)
{
	if (story->anchors == NULL || story->following != NULL)
		return false;
	story->following = calloc(1, sizeof(*story->following));
	must(story->following != NULL);
	story->following->watcher.seen = seen;
	story->settings.watcher = &story->following->watcher;
	trust_align(&story->following->rollovers, story->anchors);
	return true;
}

static struct rollover *rollover_of(struct story *story, const char *zone)
{
	struct rollovers *rollovers = &story->following->rollovers;
	struct name name;

	for (unsigned i = 0; name_parse(zone, &name) && i < rollovers->count; i++) {
		if (name_equal(&rollovers->zones[i].zone, &name))
			return &rollovers->zones[i];
	}
	return NULL;
}

static void put_into_force(struct story *story)
{
	struct anchors *before = story->following->followed;

	story->following->followed = trust_follow(story->anchors, &story->following->rollovers);
	must(story->following->followed != NULL);
	story_trust(story, story->following->followed);
	anchors_free(before);
}

/* daemon looks at the keys of ZONE */
static bool look(struct story *story, const char *zone)
{
	struct following *following = story->following;
	struct rollover *rollover = rollover_of(story, zone);
	struct question question = { .type = TYPE_DNSKEY, .class = CLASS_IN };
	struct bytes listed;

	if (rollover == NULL)
		return false;
	question.name = rollover->zone;
	following->has_seen = false;
	walks_ask_afresh(story->walks, &question);
	story_run(story, fake_clock_ms_since_start() + LOOK_MS, NULL);
	listed = trust_listed(story->anchors, &rollover->zone);
	if (following->has_seen && rollover_see(rollover, &following->sight, listed))
		put_into_force(story);
	return true;
}

/* The state of a key; ROLLOVER_STATES: unknown. */
static enum rollover_state state_of(const struct rollover *rollover, const ldns_rr *key)
{
	ldns_buffer *wire = ldns_buffer_new(1024);
	enum rollover_state state = ROLLOVER_STATES;
	struct bytes rdata;

	must(ldns_rr_rdata2buffer_wire(wire, key) == LDNS_STATUS_OK);
	ldns_buffer_begin(wire)[1] &= (uint8_t)~LDNS_KEY_REVOKE_KEY;
	rdata = bytes_of(ldns_buffer_begin(wire), ldns_buffer_position(wire));
	for (unsigned i = 0; i < rollover->count; i++) {
		const struct rollover_key *known = &rollover->keys[i];

		if (bytes_equal(bytes_of(known->rdata, known->length), rdata))
			state = known->state;
	}
	ldns_buffer_free(wire);
	return state;
}

/* daemon has key N of ZONE for pending|valid|missing|revoked|removed|nothing */
static bool check_key(struct story *story, const struct line *line)
{
	struct held_zone *zone = line->count == 8 ? held_zone(line->words[5]) : NULL;
	struct rollover *rollover = zone == NULL ? NULL : rollover_of(story, line->words[5]);
	enum rollover_state state;
	const char *word;
	unsigned number_of_key;
	ldns_rr *key;

	if (rollover == NULL || !number(line, 3, &number_of_key) || number_of_key == 0 ||
	    number_of_key > MOST_KEYS || zone->keys[number_of_key - 1].key == NULL)
		return false;
	key = ldns_key2rr(zone->keys[number_of_key - 1].key);
	state = state_of(rollover, key);
	ldns_rr_free(key);
	word = state == ROLLOVER_STATES ? "nothing" : rollover_state_name(state);
	if (!word_is(line, 7, word))
		story_fails(story, "it is %s", word);
	return true;
}

bool play_follow(struct story *story, const struct line *line)
{
	if (word_is(line, 1, "follows"))
		return begin_to_follow(story);
	if (story->following == NULL)
		return false;
	if (word_is(line, 1, "looks"))
		return line->count == 7 && look(story, line->words[6]);
	return check_key(story, line);
}

void clear_following(struct story *story)
{
	if (story->following != NULL)
		anchors_free(story->following->followed);
	free(story->following);
}
