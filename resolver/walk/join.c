/* SPDX-License-Identifier: MIT */
/* join.c — walks begun, joined, left and ended. */
#include "resolver/walk/join.h"

#include <stdlib.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/base/must.h"

enum {
	BUCKETS = sizeof(((struct walks *)0)->buckets) / sizeof(struct list),
	MOST_HANDED_OVER = 8,           /* for each walk begun */
};

enum result walks_new(struct loop *loop, struct cache *cache,
		      const struct walk_settings *settings, struct walks **into)
{
	struct walks *walks = calloc(1, sizeof(*walks));

	if (walks == NULL)
		return NO_MEMORY;
	walks->loop = loop;
	walks->cache = cache;
	walks->settings = settings;
	list_init(&walks->all);
	for (unsigned i = 0; i < BUCKETS; i++)
		list_init(&walks->buckets[i]);
	if (holders_new(MAX_WALKS_PER_WORKER, &walks->holders) != OK ||
	    keyring_new(MAX_KEYRING_ZONES, &walks->keyring) != OK) {
		holders_free(walks->holders);
		free(walks);
		return NO_MEMORY;
	}
	outage_init(walks);
	bypass_init(walks);
	*into = walks;
	return OK;
}

void walks_configure(struct walks *walks, const struct walk_settings *settings)
{
	walks->settings = settings;
}

void walks_close_cache(struct walks *walks)
{
	walks->closed = true;
	walks->view++;
	keyring_clear(walks->keyring);
}

void walks_open_cache(struct walks *walks)
{
	walks->closed = false;
	walks->view++;
}

bool walk_may_keep(const struct walk *w)
{
	return !w->walks->closed && w->view == w->walks->view && !w->any_time;
}

/* LIMITS.md: without the right time no signature is good, and without a signature there would be no
 * time. */
static bool is_for_the_clock(const struct walks *walks, const struct question *question,
			     const struct asker *asker)
{
	const struct walk_settings *settings = walks->settings;

	if (asker->child_of != NULL)
		return asker->child_of->any_time;
	if (!clock_is_doubted(settings->clock))
		return false;
	for (unsigned i = 0; i < settings->time_server_count; i++) {
		if (name_is_in(&question->name, &settings->time_servers[i]))
			return true;
	}
	return false;
}

/* The asker belongs to no walk any more, and nobody pays for it. */
static void unlink_asker(struct asker *asker)
{
	list_remove(&asker->place);
	asker->walk = NULL;
	ledger_drop(asker->ledger);
	asker->ledger = NULL;
}

void walks_free(struct walks *walks)
{
	if (walks == NULL)
		return;
	list_for_each(place, &walks->all) {
		struct walk *w = container_of(place, struct walk, place);

		list_for_each(asked, &w->askers)
			unlink_asker(container_of(asked, struct asker, place));
	}
	while (!list_is_empty(&walks->all)) {
		walk_end(container_of(walks->all.next, struct walk, place));
	}
	outage_clear(walks);
	bypass_clear(walks);
	holders_free(walks->holders);
	keyring_free(walks->keyring);
	free(walks);
}

size_t walks_under_way(const struct walks *walks)
{
	return walks->count;
}

unsigned walks_at_step(const struct walks *walks, unsigned step)
{
	return walks->at[step];
}

const struct walk_figures *walks_figures(const struct walks *walks)
{
	return &walks->figures;
}

static struct list *bucket_of(struct walks *walks, const struct question *question)
{
	uint64_t hash = cache_hash_name(walks->cache, &question->name) + question->type;

	return &walks->buckets[hash % BUCKETS];
}

static struct walk *find_walk(struct walks *walks, const struct question *question, bool any_time)
{
	struct list *bucket = bucket_of(walks, question);

	list_for_each(place, bucket) {
		struct walk *w = container_of(place, struct walk, bucket);

		if (w->at < FAIL && w->view == walks->view && w->any_time == any_time &&
		    question_equal(&w->asked, question))
			return w;
	}
	return NULL;
}

/* Is `walk`, or whoever waits for it, or for that, the one called `whom`? Each walk is looked at
 * once. */
static bool is_for(struct walk *walk, const struct walk *whom, unsigned search)
{
	if (walk == whom)
		return true;
	if (walk->visited == search)
		return false;
	walk->visited = search;
	list_for_each(place, &walk->askers) {
		struct asker *asker = container_of(place, struct asker, place);

		if (asker->child_of != NULL && is_for(asker->child_of, whom, search))
			return true;
	}
	return false;
}

static void on_deadline(struct alarm *alarm)
{
	walk_wake(container_of(alarm, struct walk, deadline), WAKE_DEADLINE);
}

static void on_late(struct alarm *alarm)
{
	walk_wake(container_of(alarm, struct walk, late), WAKE_LATE);
}

/* On whose behalf is it asked? */
static const struct address *client_of(const struct asker *asker)
{
	return asker->child_of != NULL ? &asker->child_of->client : &asker->client;
}

/* Somebody else who waits for this walk; NULL: there is none. */
static const struct address *find_another_client(struct walk *w)
{
	list_for_each(place, &w->askers) {
		const struct address *client =
			client_of(container_of(place, struct asker, place));

		if (holding_is_anothers(&w->holding, client))
			return client;
	}
	return NULL;
}

/* LIMITS.md: whoever holds most walks gives up its oldest. One that others wait for too is theirs
 * from now on, and the next is looked at; so nobody loses an answer to somebody else's greed. */
static bool make_room(struct walks *walks)
{
	for (unsigned i = 0; i < MOST_HANDED_OVER; i++) {
		struct holding *oldest = holders_find_oldest_of_most(walks->holders);
		const struct address *another;
		struct walk *w;

		if (oldest == NULL)
			return false;
		w = container_of(oldest, struct walk, holding);
		another = find_another_client(w);
		holders_give_back(walks->holders, oldest);
		if (another != NULL && holders_take(walks->holders, another, oldest) == OK)
			continue;
		w->gives_way = true;
		walks->giving_way++;
		walk_wake(w, WAKE_DEADLINE);
		return true;
	}
	return false;
}

static struct walk *begin(struct walks *walks, const struct question *question, unsigned depth,
			  const struct address *client)
{
	struct walk *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->walks = walks;
	w->asked = w->sought = *question;
	w->depth = depth;
	w->client = *client;
	w->view = walks->view;
	w->found = (struct answer_parts){ .question = *question, .ede = EDE_NONE,
					  .security = SECURITY_SECURE };
	list_init(&w->askers);
	list_init(&w->children);
	list_init(&w->chain.asked);
	arena_init(&w->arena, WALK_ARENA_OCTETS);
	trace_init(&w->trace, &w->arena);
	trace_walk(&w->trace, question);
	turn_init(&w->turn, walk_run);
	alarm_init(&w->deadline, on_deadline);
	alarm_init(&w->late, on_late);
	if (alarm_set(walks->loop, &w->deadline, WALK_PATIENCE_MS) != OK ||
	    holders_take(walks->holders, client, &w->holding) != OK) {
		alarm_cancel(walks->loop, &w->deadline);
		arena_clear(&w->arena);
		free(w);
		return NULL;
	}
	list_append(&walks->all, &w->place);
	list_append(bucket_of(walks, question), &w->bucket);
	walks->count++;
	walks->at[LOOK_IN_CACHE]++;
	walk_count(&walks->figures.walks);
	loop_make_ready(walks->loop, &w->turn);
	return w;
}

/* The asker with more left pays. */
static void add_asker(struct walk *w, struct asker *asker, struct ledger *ledger)
{
	asker->walk = w;
	asker->ledger = ledger_hold(ledger);
	list_append(&w->askers, &asker->place);
	if (w->payer != NULL && w->payer->queries >= ledger->queries)
		return;
	ledger_drop(w->payer);
	w->payer = ledger_hold(ledger);
}

static enum ask_refusal join_or_begin(struct walks *walks, const struct question *question,
				      struct asker *asker, struct walk **into)
{
	unsigned depth = asker->child_of == NULL ? 0 : asker->child_of->depth + 1;
	bool any_time = is_for_the_clock(walks, question, asker);
	struct walk *w = find_walk(walks, question, any_time);

	if (w != NULL) {
		if (asker->child_of != NULL && is_for(asker->child_of, w, ++walks->searches))
			return ASK_CIRCLE;
		walk_count(&walks->figures.joined);
		asker->joined = true;
		if (asker->child_of != NULL)
			trace_join(&asker->child_of->trace, question,
				   (uint32_t)(clock_timer_us() - w->trace.began_us));
		*into = w;
		return ASK_ACCEPTED;
	}
	if (depth > MAX_DEPTH)
		return ASK_TOO_DEEP;
	if (walks->count - walks->giving_way >= walks->settings->most && !make_room(walks))
		return ASK_TOO_MANY;
	*into = begin(walks, question, depth, client_of(asker));
	if (*into == NULL)
		return ASK_NO_MEMORY;
	(*into)->any_time = any_time;
	return ASK_ACCEPTED;
}

enum ask_refusal walk_ask(struct walks *walks, const struct question *question,
			  struct asker *asker)
{
	struct ledger *ledger;
	enum ask_refusal refusal;
	struct walk *w;

	ledger = asker->child_of != NULL ? ledger_hold(asker->child_of->payer)
					 : ledger_new(walks->loop->now_ms);
	if (ledger == NULL)
		return ASK_NO_MEMORY;
	refusal = join_or_begin(walks, question, asker, &w);
	if (refusal == ASK_ACCEPTED)
		add_asker(w, asker, ledger);
	ledger_drop(ledger);
	return refusal;
}

void walk_leave(struct asker *asker)
{
	struct walk *w = asker->walk;
	bool was_child = asker->child_of != NULL;

	if (w == NULL)
		return;
	unlink_asker(asker);
	/* A client's walk goes on for the cache; a sub-walk that nobody needs is only a cost. */
	if (was_child && list_is_empty(&w->askers))
		walk_end(w);
}

static bool is_spent(const struct asker *asker, const struct walk *w)
{
	return asker->ledger->queries == 0 ||
	       ledger_lacks(asker->ledger, w->walks->loop->now_ms) != NULL;
}

static struct asker *find_richest(struct walk *w)
{
	struct asker *richest = NULL;

	list_for_each(place, &w->askers) {
		struct asker *asker = container_of(place, struct asker, place);

		if (is_spent(asker, w))
			continue;
		if (richest == NULL || asker->ledger->queries > richest->ledger->queries)
			richest = asker;
	}
	return richest;
}

/* Only the asker whose ledger is spent fails. */
static void tell_spent(struct walk *w, struct asker *asker, const char *lack)
{
	struct answer_parts parts = {
		.question = w->asked,
		.rcode = RCODE_SERVFAIL,
		.ede = EDE_OTHER,
		.ede_text = arena_print(&w->arena, "this question has spent %s", lack),
	};
	struct answer *answer = answer_build(&w->arena, &parts, w->walks->loop->now_s, 0);

	unlink_asker(asker);
	asker->told(asker, answer, &w->trace);
}

bool walk_change_payer(struct walk *w, const char *lack)
{
	struct asker *richest = find_richest(w);

	if (richest == NULL)
		return false;
	list_for_each(place, &w->askers) {
		struct asker *asker = container_of(place, struct asker, place);

		if (is_spent(asker, w))
			tell_spent(w, asker, lack);
	}
	ledger_drop(w->payer);
	w->payer = ledger_hold(richest->ledger);
	return true;
}
