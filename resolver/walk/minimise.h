/* SPDX-License-Identifier: MIT */
/* minimise.h — how much of a name a server needs to hear (RFC 9156). Pure. */
#ifndef XYLEM_WALK_MINIMISE_H
#define XYLEM_WALK_MINIMISE_H

#include "cache/question.h"

enum minimise {
	MINIMISE_OFF,                   /* the whole name, always */
	MINIMISE_RELAXED,               /* the whole name where a server breaks on less */
	MINIMISE_STRICT,
};

/* How many labels to show next to a server that has been shown `shown` of them (its zone's, at
 * first), of a name that has `labels`; `count` shorter questions were put on the way to this
 * name so far. One label more at first, then larger steps: never more than MAX_MINIMISED
 * questions. */
unsigned minimise_labels(unsigned shown, unsigned labels, unsigned count);

/* The question cut down to that many labels, of a type that every server understands and that
 * tells nothing (§2.1); with all labels, the question itself. */
void minimise(const struct question *sought, unsigned labels, struct question *into);

#endif
