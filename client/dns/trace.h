/* SPDX-License-Identifier: MIT */
/* trace.h — reads the trace of a walk (docs/trace-format.md) and says it to the log.
 *
 * The octets come from a server: everything is bounded, what can't be read ends the reading, and
 * what was read until then stands. Names become text, with what isn't printable escaped as in zone
 * files. */
#ifndef XYLEM_CLIENT_TRACE_H
#define XYLEM_CLIENT_TRACE_H

#include "cache/base/cursor.h"
#include "client/connect/address.h"
#include "client/dns/message.h"
#include "client/log/events.h"

enum { TRACE_VERSION = 1, NAME_TEXT = 1025 };

enum trace_kind {
	TRACE_WALK = 1, TRACE_STEP, TRACE_HIT, TRACE_CUT, TRACE_QUERY, TRACE_REPLY, TRACE_SILENT,
	TRACE_ALIAS, TRACE_JOIN, TRACE_REFUSED, TRACE_FAIL, TRACE_ANSWER, TRACE_LOCAL,
	TRACE_VERDICT,
};

enum trace_outcome {
	TRACE_GOOD,
	TRACE_OTHER_VERSION,            /* and nothing was said but that */
	TRACE_CUT_SHORT,                /* it breaks its own format somewhere */
};

/* Says one event "trace" for the head and one for each event of the walk, at `asked_us` (when the
 * question left, in the log's time) plus the daemon's own time, each with the question's type as
 * "asked". */
enum trace_outcome trace_say(struct event_log *log, uint64_t asked_us, const char *asked,
			     struct bytes option);

/* A name in wire form as text; the cursor fails if it is no name. */
void take_name(struct cursor *cursor, char into[NAME_TEXT]);

#endif
