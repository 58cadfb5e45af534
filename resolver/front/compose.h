/* SPDX-License-Identifier: MIT */
/* compose.h — replies on the wire, as dig expects them of a resolver.
 *
 * Every reply has the query's id, opcode, RD and CD, the question in the asker's letters, AA clear,
 * and an OPT record exactly when the query had one. What doesn't fit into query->most octets
 * becomes TC with empty sections (RFC 2181 §9). AD is set only if the data is secure and the asker
 * set AD or DO (RFC 6840 §5.8).
 *
 * `into` is empty and has room for query->most octets, or for REPLY_ROOM, which every reply fits.
 * Nothing is allocated. */
#ifndef XYLEM_FRONT_COMPOSE_H
#define XYLEM_FRONT_COMPOSE_H

#include "cache/answer.h"
#include "cache/base/limits.h"
#include "resolver/front/examine.h"
#include "resolver/observe/trace.h"

/* A largest answer, a largest trace, and the rest of a message. */
enum { REPLY_ROOM = MAX_TOLD_OCTETS + MAX_TRACE_OCTETS + 2048 };

/* The answer as of `now` (age clock). Data that is bogus becomes SERVFAIL unless CD is set, and
 * so does secure data where the query tests in vain (sentinel.h). The
 * trace goes along if the query wants one; NULL: there is none. */
void compose_answer(const struct query *query, const struct answer *answer, uint32_t now,
		    const struct trace *trace, struct writer *into);

void compose_failure(const struct query *query, const struct failure *failure,
		     const struct trace *trace, struct writer *into);

/* "Ask again over TCP." */
void compose_truncated(const struct query *query, struct writer *into);

/* What ANY gets, whatever there is: one HINFO record (RFC 8482 §4.2). So ANY costs no walk and
 * amplifies nothing. */
void compose_any(const struct query *query, struct writer *into);

#endif
