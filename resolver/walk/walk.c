/* SPDX-License-Identifier: MIT */
/* walk.c — the way of one question through the daemon.
 *
 * Read the table from the top: that is the order of an ordinary question. A step returns the step
 * that follows. A walk sleeps in the AWAIT_ steps and nowhere else; what wakes it is a hint to
 * look again. From FAIL on nothing can fail. */
#include <stdlib.h>

#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "resolver/walk/join.h"
#include "resolver/walk/walk_private.h"

#define TO(step) (1u << (step))

static const struct stage {
	const char *name;
	enum step (*run)(struct walk *);
	unsigned    wakes;              /* 0: runs at once; else sleeps until one of these */
	unsigned    next;               /* what it may return, besides FAIL */
} stages[] = {
[LOOK_IN_CACHE] = { "look in cache", look_in_cache, 0,
	TO(LOOK_IN_CACHE) | TO(FIND_CUT) | TO(ANSWER) },
[FIND_CUT] = { "find cut", find_cut, 0,
	TO(CHOOSE_SERVER) },
[CHOOSE_SERVER] = { "choose server", choose_server, 0,
	TO(SEND_QUERY) | TO(AWAIT_ADDRESS) | TO(AWAIT_PROBE) | TO(FIND_CUT) },
[AWAIT_ADDRESS] = { "await address", await_address, WAKE_CHILD,
	TO(AWAIT_ADDRESS) | TO(CHOOSE_SERVER) },
[AWAIT_PROBE] = { "await probe", await_probe, WAKE_NETWORK,
	TO(AWAIT_PROBE) | TO(CHOOSE_SERVER) },
[SEND_QUERY] = { "send query", send_query, 0,
	TO(AWAIT_REPLY) | TO(CHOOSE_SERVER) },
[AWAIT_REPLY] = { "await reply", await_reply, WAKE_EXCHANGE | WAKE_LATE | WAKE_NETWORK,
	TO(AWAIT_REPLY) | TO(SCRUB_REPLY) | TO(SEND_QUERY) | TO(CHOOSE_SERVER) },
[SCRUB_REPLY] = { "scrub reply", scrub_reply, 0,
	TO(FIND_KEYS) | TO(SEND_QUERY) | TO(CHOOSE_SERVER) },
[FIND_KEYS] = { "find keys", find_keys, 0,
	TO(AWAIT_KEYS) | TO(VALIDATE_REPLY) | TO(STORE_REPLY) },
[AWAIT_KEYS] = { "await keys", await_keys, WAKE_CHILD,
	TO(AWAIT_KEYS) | TO(FIND_KEYS) },
[VALIDATE_REPLY] = { "validate reply", validate_reply, 0,
	TO(STORE_REPLY) | TO(AWAIT_TURN) | TO(FIND_KEYS) | TO(AWAIT_KEYS) | TO(FIND_CUT) |
	TO(CHOOSE_SERVER) },
[AWAIT_TURN] = { "await turn", await_turn, WAKE_LATE,
	TO(VALIDATE_REPLY) },
[STORE_REPLY] = { "store reply", store_reply, 0,
	TO(ACT_ON_REPLY) },
[ACT_ON_REPLY] = { "act on reply", act_on_reply, 0,
	TO(ANSWER) | TO(LOOK_IN_CACHE) | TO(CHOOSE_SERVER) | TO(SEND_QUERY) },
[FAIL] = { "fail", answer_failure, 0,
	TO(ANSWER) },
[ANSWER] = { "answer", tell_askers, 0,
	TO(OVER) },
[OVER] = { "over", NULL, 0,
	0 },
};
_Static_assert(sizeof(stages) / sizeof(stages[0]) == STEPS, "a row for every step");

unsigned walk_step_count(void)
{
	return STEPS;
}

const char *walk_step_name(unsigned step)
{
	return stages[step].name;
}

bool walk_step_sleeps(unsigned step)
{
	return stages[step].wakes != 0;
}

bool walk_step_may_lead_to(unsigned from, unsigned to)
{
	return to == FAIL ? from < FAIL : (stages[from].next & TO(to)) != 0;
}

/* What must hold in each state. A walk has a query in the air exactly while it awaits a reply,
 * waits for nobody once it is over, and has an answer or a reason from the moment it needs one. */
static void walk_check(const struct walk *w)
{
	must((w->attempt.exchange != NULL) == (w->at == AWAIT_REPLY));
	must(w->hedges[0].exchange == NULL || w->at == AWAIT_REPLY);
	must(w->at != AWAIT_ADDRESS || !list_is_empty(&w->children));
	must(w->at != AWAIT_KEYS || !list_is_empty(&w->chain.asked));
	must(w->at != FAIL || w->failure.sentence != NULL);
	must(w->at != OVER || list_is_empty(&w->askers));
}

void walk_moves(struct walk *w, enum step to)
{
	w->walks->at[w->at]--;
	w->walks->at[to]++;
	w->at = to;
	trace_step(&w->trace, stages[to].name);
}

/* May it go on? Each step is paid for; when the payer is spent another asker pays. */
static const char *lacks(struct walk *w)
{
	const char *lack;

	(void)ledger_spend_step(w->payer);
	lack = ledger_lacks(w->payer, w->walks->loop->now_ms);
	return lack == NULL || walk_change_payer(w, lack) ? NULL : lack;
}

static enum step take_step(struct walk *w)
{
	const char *lack = w->at < FAIL ? lacks(w) : NULL;

	if (w->gives_way && w->at < FAIL)
		return give_way(w);
	return lack != NULL ? give_up(w, lack) : stages[w->at].run(w);
}

/* The only loop: runs a walk until it sleeps or is over. */
void walk_run(struct turn *turn)
{
	struct walk *w = container_of(turn, struct walk, turn);

	while (w->at != OVER) {
		const struct stage *here = &stages[w->at];
		enum step next;

		if (here->wakes != 0 && (w->woken & (here->wakes | WAKE_DEADLINE)) == 0)
			return;                         /* asleep, at a named place */
		w->woken = 0;
		next = take_step(w);
		must(walk_step_may_lead_to(w->at, next));
		if (next != w->at || here->wakes == 0)
			walk_moves(w, next);
		walk_check(w);
	}
	walk_end(w);
}

/* For callbacks: says "look again" and returns. Never runs the walk itself. */
void walk_wake(struct walk *w, enum wake who)
{
	w->woken |= who;
	loop_make_ready(w->walks->loop, &w->turn);
}

/* Lets go of everything; nobody is told any more. */
void walk_end(struct walk *w)
{
	must(list_is_empty(&w->askers));
	walk_drop_attempts(w);
	walk_drop_children(w);
	chain_end(w);
	alarm_cancel(w->walks->loop, &w->deadline);
	turn_cancel(&w->turn);
	list_remove(&w->place);
	list_remove(&w->bucket);
	holders_give_back(w->walks->holders, &w->holding);
	w->walks->giving_way -= w->gives_way;
	w->walks->at[w->at]--;
	w->walks->count--;
	ledger_drop(w->payer);
	arena_clear(&w->arena);
	free(w);
}

void walk_count(uint64_t *figure)
{
	/* Only this thread writes; others look (status, metrics). */
	__atomic_store_n(figure, *figure + 1, __ATOMIC_RELAXED);
}
