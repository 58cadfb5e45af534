/* SPDX-License-Identifier: MIT */
/* join.h — one walk per question; no circles; who pays. */
#ifndef XYLEM_WALK_JOIN_H
#define XYLEM_WALK_JOIN_H

#include "resolver/walk/walk_private.h"

/* The payer is spent: askers who are spent too are told so, and the one with most left pays from
 * now on. False: nobody is left who could. */
bool walk_change_payer(struct walk *w, const char *lack);

/* The table's facts, for tests and docs/walk.md. */
bool walk_step_sleeps(unsigned step);
bool walk_step_may_lead_to(unsigned from, unsigned to);

#endif
