/* SPDX-License-Identifier: MIT */
/* bypass.h — while a network doesn't let us through to the root's servers (upstream/passage.h):
 * how it is found out and told, and the way round by `fallback`, if there is one.
 *
 * One per thread, in its walks. A suspicion is raised by an odd reply to a walk, which then waits
 * until two root servers have been asked (AWAIT_PROBE). On the bypass walks ask the fallback's
 * resolvers as if they forwarded the root: configured zones keep their own servers, no cut is
 * learnt, and what is learnt lives for MAX_BYPASS_TTL at most (docs/decisions/0008). The direct way
 * is probed on and on, each minute in the end, and taken again at once. Whoever forwards everything
 * by configuration has no way to the root that could be closed. */
#ifndef XYLEM_WALK_BYPASS_H
#define XYLEM_WALK_BYPASS_H

#include "resolver/upstream/exchange.h"
#include "resolver/upstream/passage.h"
#include "resolver/walk/walk.h"

struct root_probe {
	struct bypass   *bypass;
	struct address   to;
	struct exchange *exchange;      /* in the air; or NULL */
};

struct bypass {
	struct walks       *walks;
	struct interception interception;
	struct cut          fallback;   /* no servers: there is none */
	enum passage        passage;    /* when last looked at */
	struct root_probe   probes[INTERCEPTION_ADDRESSES];
	struct alarm        due;
};

void bypass_init(struct walks *walks);
void bypass_clear(struct walks *walks);

/* Something was heard or not heard: has the passage changed? Then it is told in the log, and who
 * waits in vain takes the other way. */
void bypass_look(struct walks *walks);
void bypass_network_changed(struct walks *walks);

/* Is the way to the root closed, and there a way round? */
bool bypass_is_open(const struct walks *walks);

/* Should this walk be on the bypass and isn't, or the other way round? */
bool bypass_differs(const struct walk *w);

/* A walk has read a reply. */
void bypass_heard(struct walk *w);

/* Is it being looked into whether such a reply as this walk had was the server's? */
bool bypass_is_looked_into(const struct walk *w);

/* May what fails in this walk be the network's fault, and no server's? */
bool bypass_excuses(const struct walk *w);

/* Is the way that it needs closed? */
bool bypass_is_needed(const struct walk *w);

/* And is there none round, nor any use in trying? */
bool bypass_lacks(const struct walk *w);

/* The sentence for people; false and "" if the passage is direct. */
bool bypass_say(const struct walks *walks, char *into, size_t size);

#endif
