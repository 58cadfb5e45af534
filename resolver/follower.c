/* SPDX-License-Identifier: MIT */
/* follower.c — a mailbox for the workers, a timer, a file. */
#include "resolver/follower.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/base/clock.h"
#include "cache/base/list.h"
#include "cache/base/must.h"

enum {
	BEGIN_MS = 2 * 1000,            /* after the start, others come first */
	LOOK_AGAIN_MS = 60 * 1000,      /* timers stand still while the machine sleeps */
	SIGNAL_PAUSE_S = 86400,         /* where nothing is followed */
	MOST_TAGS = 32,
	LEAST_BETWEEN_S = 600,          /* two sights that bring nothing new */
};

struct letter {
	bool         is_there;
	struct name  zone;
	struct sight sight;
};

struct follower {
	struct key_watcher     watcher;
	struct follower_wishes wishes;
	char                   path[PATH_MAX];
	const struct settings *settings;
	uv_timer_t             timer;
	uv_async_t             bell;
	unsigned               open;    /* handles that libuv still has */
	struct rollovers      *rollovers;
	int64_t                ask_at[MAX_ANCHOR_ZONES];        /* wall clock, s; as the zones */
	bool                   is_unsaved;

	/* Between threads. */
	uv_mutex_t    lock;
	struct letter letters[MAX_ANCHOR_ZONES];
};

/* --- what the workers have seen --- */

/* On a worker's thread. The newest of a zone is enough; without room it will be seen again. */
static void seen(struct key_watcher *watcher, const struct name *zone, const struct sight *sight)
{
	struct follower *follower = container_of(watcher, struct follower, watcher);
	struct letter *letter = NULL;

	uv_mutex_lock(&follower->lock);
	for (unsigned i = 0; i < MAX_ANCHOR_ZONES; i++) {
		struct letter *one = &follower->letters[i];

		if (!one->is_there || name_equal(&one->zone, zone))
			letter = letter == NULL || one->is_there ? one : letter;
	}
	if (letter != NULL)
		*letter = (struct letter){ true, *zone, *sight };
	uv_mutex_unlock(&follower->lock);
	uv_async_send(&follower->bell);
}

static void say_states(const struct rollover *rollover)
{
	char zone[NAME_TEXT_SIZE];

	name_print(&rollover->zone, zone);
	for (unsigned i = 0; i < rollover->count; i++) {
		const struct rollover_key *key = &rollover->keys[i];

		log_info("trust anchors of %s: key %u is %s", zone,
			 key_tag(bytes_of(key->rdata, key->length)),
			 rollover_state_name(key->state));
	}
}

static void save(struct follower *follower)
{
	struct complaint why;

	follower->is_unsaved = !rollovers_save(follower->path, follower->rollovers, &why);
	if (follower->is_unsaved)
		log_warning("how far the trust anchors' roll-overs are can't be kept: %s; it is "
			    "tried again, and a restart before begins from the file's anchors",
			    why.text);
}

/* Keys may be looked at for askers' sake as often as they like. */
static bool is_too_soon(const struct rollover *before, int64_t now)
{
	return before->seen_at != 0 && now >= before->seen_at &&
	       now - before->seen_at < LEAST_BETWEEN_S;
}

/* What is on the disk comes first: what was trusted once is trusted after a crash. */
static void take_sight(struct follower *follower, unsigned at, const struct sight *sight)
{
	struct rollover *rollover = &follower->rollovers->zones[at];
	struct bytes listed = trust_listed(follower->settings->configured, &rollover->zone);
	static struct rollover before;
	struct complaint why;
	bool is_other;

	before = *rollover;
	is_other = rollover_see(rollover, sight, listed);
	if (!is_other && is_too_soon(&before, sight->now)) {
		*rollover = before;
		return;
	}
	follower->ask_at[at] = sight->now + rollover->pause;
	save(follower);
	if (!is_other)
		return;
	say_states(rollover);
	if (!follower->wishes.trust_changed(follower->wishes.subject, &why))
		log_error("the trust anchors have changed, and can't be put into force: %s",
			  why.text);
}

static void open_letter(struct follower *follower, const struct letter *letter)
{
	for (unsigned i = 0; i < follower->rollovers->count; i++) {
		if (name_equal(&follower->rollovers->zones[i].zone, &letter->zone)) {
			take_sight(follower, i, &letter->sight);
			return;
		}
	}
}

static void on_bell(uv_async_t *bell)
{
	static struct letter letter;
	struct follower *follower = bell->data;

	for (unsigned i = 0; i < MAX_ANCHOR_ZONES; i++) {
		uv_mutex_lock(&follower->lock);
		letter = follower->letters[i];
		follower->letters[i].is_there = false;
		uv_mutex_unlock(&follower->lock);
		if (letter.is_there && follower->settings->config->dnssec.rfc5011)
			open_letter(follower, &letter);
	}
}

/* --- asking --- */

static int compare_tags(const void *one, const void *other)
{
	return *(const uint16_t *)one - *(const uint16_t *)other;
}

static unsigned sorted_tags(struct bytes listed, uint16_t tags[MOST_TAGS])
{
	struct cursor at = cursor_over(listed);
	unsigned count = 0, kept = 0;

	while (cursor_left(&at) != 0 && count < MOST_TAGS) {
		struct bytes ds = take_bytes(&at, take_u16(&at));

		if (ds.length >= 2)
			tags[count++] = load_u16(ds.at);
	}
	qsort(tags, count, sizeof(tags[0]), compare_tags);
	for (unsigned i = 0; i < count; i++) {
		if (kept == 0 || tags[kept - 1] != tags[i])
			tags[kept++] = tags[i];
	}
	return kept;
}

bool follower_signal(struct bytes listed, const struct name *zone, struct name *into)
{
	char text[2 * NAME_TEXT_SIZE] = "_ta", rest[NAME_TEXT_SIZE];
	uint16_t tags[MOST_TAGS];
	unsigned count = sorted_tags(listed, tags);
	size_t length = strlen(text);

	/* A label has 63 octets: twelve tags. */
	for (unsigned i = 0; i < count && length + 5 <= 63; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "-%04x", tags[i]);
	name_print(zone, rest);
	snprintf(text + length, sizeof(text) - length, ".%s", name_is_root(zone) ? "" : rest);
	return count != 0 && name_parse(text, into);
}

static void signal_zone(struct follower *follower, const struct name *zone)
{
	struct question question = { .type = TYPE_NULL, .class = CLASS_IN };

	if (follower_signal(trust_listed(follower->settings->anchors, zone), zone,
			    &question.name))
		follower->wishes.ask(follower->wishes.subject, &question);
}

static void ask(struct follower *follower, unsigned at, int64_t now)
{
	const struct rollover *rollover = &follower->rollovers->zones[at];
	const struct config *config = follower->settings->config;
	const struct question question = { .name = rollover->zone, .type = TYPE_DNSKEY,
					   .class = CLASS_IN };

	follower->ask_at[at] = now + (config->dnssec.rfc5011 ? rollover_retry(rollover->pause)
							     : SIGNAL_PAUSE_S);
	if (config->dnssec.rfc5011)
		follower->wishes.ask(follower->wishes.subject, &question);
	if (config->telemetry.rfc8145)
		signal_zone(follower, &rollover->zone);
}

/* A clock that went back doesn't make it wait for longer than the longest pause. */
static bool is_due(const struct follower *follower, unsigned at, int64_t now)
{
	return follower->ask_at[at] <= now ||
	       follower->ask_at[at] > now + ROLLOVER_MOST_PAUSE_S;
}

static void on_timer(uv_timer_t *timer)
{
	struct follower *follower = timer->data;
	int64_t now = clock_wall_seconds();

	if (follower->is_unsaved)
		save(follower);
	for (unsigned i = 0; i < follower->rollovers->count; i++) {
		if (is_due(follower, i, now))
			ask(follower, i, now);
	}
}

/* --- begin, configure, end --- */

static void load(struct follower *follower)
{
	struct complaint why;

	if (rollovers_load(follower->path, follower->rollovers, &why) == ROLLOVER_FILE_WRONG)
		log_warning("%s: %s; it is set aside as %s.damaged, and trust begins from the "
			    "configured anchors", follower->path, why.text, follower->path);
}

struct follower *follower_new(uv_loop_t *loop, const struct follower_wishes *wishes,
			      struct complaint *why)
{
	struct follower *follower = calloc(1, sizeof(*follower));

	if (follower != NULL)
		follower->rollovers = calloc(1, sizeof(*follower->rollovers));
	if (follower == NULL || follower->rollovers == NULL) {
		free(follower);
		complain(why, "no memory to follow the trust anchors");
		return NULL;
	}
	follower->watcher.seen = seen;
	follower->wishes = *wishes;
	snprintf(follower->path, sizeof(follower->path), "%s", wishes->path);
	load(follower);
	must(uv_mutex_init(&follower->lock) == 0);
	must(uv_timer_init(loop, &follower->timer) == 0);
	must(uv_async_init(loop, &follower->bell, on_bell) == 0);
	follower->timer.data = follower->bell.data = follower;
	follower->open = 2;
	return follower;
}

const struct rollovers *follower_rollovers(const struct follower *follower)
{
	return follower->rollovers;
}

struct key_watcher *follower_watcher(struct follower *follower)
{
	return &follower->watcher;
}

void follower_configure(struct follower *follower, const struct settings *settings)
{
	int64_t now = clock_wall_seconds();
	bool is_first = follower->settings == NULL;
	bool is_other = is_first || follower->settings->configured != settings->configured;

	follower->settings = settings;
	if (is_other) {
		trust_align(follower->rollovers, settings->configured);
		for (unsigned i = 0; i < follower->rollovers->count; i++)
			follower->ask_at[i] = rollover_next(&follower->rollovers->zones[i], now);
	}
	if (is_first)
		must(uv_timer_start(&follower->timer, on_timer, BEGIN_MS, LOOK_AGAIN_MS) == 0);
}

static void on_close(uv_handle_t *handle)
{
	struct follower *follower = handle->data;

	if (--follower->open != 0)
		return;
	uv_mutex_destroy(&follower->lock);
	free(follower->rollovers);
	free(follower);
}

void follower_free(struct follower *follower)
{
	if (follower == NULL)
		return;
	uv_close((uv_handle_t *)&follower->timer, on_close);
	uv_close((uv_handle_t *)&follower->bell, on_close);
}
