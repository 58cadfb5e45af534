/* SPDX-License-Identifier: MIT */
/* local_parts.h — what policy says of a local name (policy/local.h), as the parts of an answer.
 *
 * For the front, which answers without a walk, and for walks that come to such a name by an alias
 * or as a server's: none of them is ever sent upstream. Knows neither walks nor the cache. */
#ifndef XYLEM_WALK_LOCAL_PARTS_H
#define XYLEM_WALK_LOCAL_PARTS_H

#include "cache/answer.h"
#include "resolver/observe/trace.h"
#include "resolver/policy/local.h"

/* False: the name isn't local (`local` NULL: no name is), or the arena is full. Else the parts, in
 * the arena: insecure, and with the SOA and an extended error that says who answers where there is
 * no data. `trace` is told; NULL: nobody. */
MUST_USE bool local_parts(const struct local *local, const struct question *question,
			  struct arena *arena, struct trace *trace, struct answer_parts *into);

#endif
