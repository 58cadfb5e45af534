/* SPDX-License-Identifier: MIT */
/* trace.h — the trace of a walk: a compact list of what happened, in the walk's arena.
 *
 * Always kept while a walk runs; survives only if somebody asked for it (docs/trace-format.md,
 * which has the octets). Told in plain values; a trace that is full drops its oldest events and
 * counts them. Nothing here can fail. */
#ifndef XYLEM_OBSERVE_TRACE_H
#define XYLEM_OBSERVE_TRACE_H

#include "cache/base/address.h"
#include "cache/base/arena.h"
#include "cache/question.h"

struct trace_piece;

struct trace {
	struct arena       *arena;
	uint64_t            began_us;   /* timer clock */
	struct trace_piece *first, *last;
	unsigned            octets, dropped;
};

/* Who was spoken to. */
struct trace_peer {
	const struct name *server;      /* &name_root if it has no name */
	struct address     address;
	uint8_t            transport;
};

void trace_init(struct trace *trace, struct arena *arena);

void trace_walk(struct trace *trace, const struct question *question);
void trace_step(struct trace *trace, const char *step);
void trace_hit(struct trace *trace, const struct question *question, uint32_t age, uint32_t ttl,
	       uint8_t security, const struct address *from);
void trace_cut(struct trace *trace, const struct name *zone, uint8_t source, uint8_t security,
	       uint8_t servers);
void trace_query(struct trace *trace, const struct trace_peer *peer,
		 const struct question *question);

struct trace_reply {
	uint32_t           elapsed_us;
	uint16_t           octets;
	uint8_t            rcode;
	uint8_t            reading;
	const struct name *about;
	uint32_t           ttl;
	const char        *summary;
};
void trace_reply(struct trace *trace, const struct trace_peer *peer,
		 const struct trace_reply *reply);
void trace_silent(struct trace *trace, const struct trace_peer *peer, uint32_t waited_us);
void trace_alias(struct trace *trace, const struct name *from, const struct name *to,
		 uint8_t links);
void trace_join(struct trace *trace, const struct question *question, uint32_t age_us);
void trace_refused(struct trace *trace, const struct trace_peer *peer, const char *why);
void trace_fail(struct trace *trace, uint8_t rcode, uint16_t ede, const char *sentence);
void trace_answer(struct trace *trace, uint8_t rcode, uint8_t security, uint16_t records,
		  uint32_t ttl);

/* What validation says of a reply, by the keys of this zone. */
void trace_verdict(struct trace *trace, const struct name *zone, uint8_t security, uint16_t ede,
		   const char *why);

/* The name is in a zone that the daemon answers itself, by this law ("RFC 6761"). */
void trace_local(struct trace *trace, const struct question *question, const struct name *zone,
		 const char *law);

/* A sub-walk's events become part of its parent's trace, one deeper, at the times at which they
 * happened (events of before the parent began are set to its beginning). The child's trace lives
 * on. */
void trace_absorb(struct trace *trace, const struct trace *child);

/* The option's value (docs/trace-format.md); at most MAX_TRACE_OCTETS. Returns its octets. */
void trace_write(const struct trace *trace, struct writer *writer);

#endif
