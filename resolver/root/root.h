/* SPDX-License-Identifier: MIT */
/* root.h — the local root as walks see it (RFC 8806): there is a copy that may be used, or there
 * isn't.
 *
 * One for the whole daemon. The keeper (keeper.h) publishes copies; all workers read, under RCU and
 * without locks. A copy whose time is over isn't used, whether or not anybody has taken it away. */
#ifndef XYLEM_ROOT_ROOT_H
#define XYLEM_ROOT_ROOT_H

#include "cache/answer.h"
#include "cache/cut.h"

struct root;
struct root_copy;                       /* copy.h */

MUST_USE struct root *root_new(void);   /* NULL: no memory */
void                  root_free(struct root *root);     /* when nobody reads any more */

/* Takes the copy, which is good until then (age clock, s). The one before is freed when its readers
 * have left. False: no memory; all is as before, the copy the caller's. One thread publishes. */
MUST_USE bool root_publish(struct root *root, struct root_copy *copy, uint32_t good_until);

/* There is no copy from now on. */
void root_withdraw(struct root *root);

/* The copy in force has been found to be the root's newest. */
void root_prolong(struct root *root, uint32_t good_until);

/* As in copy.h; false too if there is no copy to be used. A cut ends with the copy at the latest.
 * `root` may be NULL: there is none. */
MUST_USE bool root_find_cut(struct root *root, const struct name *name, uint32_t now,
			    struct cut *into);
MUST_USE bool root_find_answer(struct root *root, const struct question *question, uint32_t now,
			       struct arena *arena, struct answer_parts *into);

#endif
