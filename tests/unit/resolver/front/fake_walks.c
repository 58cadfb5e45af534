/* SPDX-License-Identifier: MIT */
/* fake_walks.c — walks that wait until a test tells their askers. */
#include "door.h"

#include <stdio.h>

#include "cache/base/must.h"

/* One world at a time: walk_leave() isn't told which. */
static struct walks *the_walks;

enum ask_refusal walk_ask(struct walks *walks, const struct question *question,
			  struct asker *asker)
{
	must(asker->walk == NULL);
	must(asker->ledger == NULL);
	must(asker->child_of == NULL);
	if (walks->says != ASK_ACCEPTED)
		return walks->says;
	must(walks->count < FAKE_ASKERS);
	the_walks = walks;
	walks->questions[walks->count] = *question;
	walks->askers[walks->count++] = asker;
	walks->asked++;
	return ASK_ACCEPTED;
}

static void take_out(struct walks *walks, unsigned index)
{
	must(index < walks->count);
	walks->count--;
	for (; index < walks->count; index++) {
		walks->askers[index] = walks->askers[index + 1];
		walks->questions[index] = walks->questions[index + 1];
	}
}

void walk_leave(struct asker *asker)
{
	for (unsigned i = 0; i < the_walks->count; i++) {
		if (the_walks->askers[i] != asker)
			continue;
		take_out(the_walks, i);
		the_walks->left++;
		return;
	}
	unreachable();        /* somebody left who wasn't waiting */
}

const struct trace *walk_trace(const struct asker *asker)
{
	return NULL;
}

void walk_describe(const struct asker *asker, char *into, size_t size)
{
	snprintf(into, size, "asking a fake");
}

void fake_walks_tell(struct walks *walks, unsigned index, const struct answer *answer,
		     const struct trace *trace)
{
	struct asker *asker = walks->askers[index];
	unsigned left = walks->left;

	take_out(walks, index);
	asker->told(asker, answer, trace);
	/* A walk tells its askers one after the other: none of them may vanish on the way. */
	must(walks->left == left);
}

unsigned fake_walks_index(const struct walks *walks, const char *name)
{
	struct name sought;

	must(name_parse(name, &sought));
	for (unsigned i = 0; i < walks->count; i++) {
		if (name_equal(&walks->questions[i].name, &sought))
			return i;
	}
	must_has_failed(name, "nobody asks for this name: fake_walks.c", __LINE__);
}
