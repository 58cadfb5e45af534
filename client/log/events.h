/* SPDX-License-Identifier: MIT */
/* events.h — the log of what happened: the spine of the client.
 *
 * Every fact is one event: when, in which stage, of which leg and connection, from which source,
 * what, and its facts as a JSON object. The parts that do something only say events; every report
 * (text, waterfall, JSON, a saved run) reads only events. An event never changes once said. Text
 * from outside is kept as it came; whoever shows it neutralises it.
 *
 * The log is bounded by MAX_EVENTS; what came later is counted as dropped. The log owns its events.
 */
#ifndef XYLEM_CLIENT_EVENTS_H
#define XYLEM_CLIENT_EVENTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/base/bytes.h"

enum { MAX_EVENTS = 200000 };

/* The stages in the order in which a request meets them. */
enum stage {
	STAGE_RUN,                      /* the whole: legs begin and end, the outcome */
	STAGE_CACHE,
	STAGE_DNS,
	STAGE_TCP,
	STAGE_TLS,
	STAGE_REQUEST,
	STAGE_RESPONSE,
	STAGE_CLOSE,
	STAGES
};

/* Who says so. What is FROM_INFERENCE was not seen but follows; reports mark it with "~". */
enum source {
	FROM_HERE,
	FROM_WIRE,
	FROM_KERNEL,
	FROM_LIBRARY,
	FROM_DAEMON,
	FROM_INFERENCE,
	SOURCES
};

struct event {
	uint64_t    at_us;              /* since the log began */
	enum stage  stage;
	enum source source;
	unsigned    leg;                /* 0 for the first request, then one per redirect */
	unsigned    connection;         /* 0: none; else counted from 1 */
	const char *what;               /* a word or two, always a literal */
	json_t     *facts;              /* an object; NULL if there are none or no memory */
};

struct event_log {
	struct event *events;
	size_t        count;
	size_t        room;
	size_t        dropped;
	uint64_t      began_us;         /* clock_timer_us() at the start */
	int64_t       began_wall;       /* seconds since 1970 */
	unsigned      leg;              /* stamped on what is said next */
	unsigned      connection;
	void        (*told)(void *watcher, const struct event *event);  /* may be NULL */
	void         *watcher;
};

void     events_init(struct event_log *log);
void     events_clear(struct event_log *log);
uint64_t events_now(const struct event_log *log);

/* Says an event; `format` and what follows are those of json_pack and make an object, or format is
 * NULL. */
void event_say(struct event_log *log, enum stage stage, enum source source, const char *what,
	       const char *format, ...);

/* The same for what happened at another time than now (microseconds since the log began). */
void event_say_at(struct event_log *log, uint64_t at_us, enum stage stage, enum source source,
		  const char *what, const char *format, ...);

/* Octets from outside as a JSON string: UTF-8 if it is valid, else each octet as the character of
 * its number. */
json_t *json_octets(struct bytes octets);
json_t *json_octets_of(const char *text);

/* A fact of an event. These never fail: what isn't there is "", 0 or false. */
bool        event_is(const struct event *event, enum stage stage, const char *what);
const char *event_text(const struct event *event, const char *key);
int64_t     event_number(const struct event *event, const char *key);
bool        event_flag(const struct event *event, const char *key);

/* The last event of this kind in this leg; NULL if there is none. */
const struct event *event_find(const struct event_log *log, unsigned leg, enum stage stage,
			       const char *what);

const char *stage_name(enum stage stage);
const char *source_name(enum source source);

/* One event as a JSON object, for a saved run and the JSON report: a new reference, NULL without
 * memory. */
json_t *event_json(const struct event *event);

#endif
