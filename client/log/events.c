/* SPDX-License-Identifier: MIT */
/* events.c — the log: an array that grows, told to one watcher as it does. */
#include "client/log/events.h"

#include <stdlib.h>
#include <string.h>

#include "cache/base/clock.h"

static const char *const stage_names[STAGES] = {
	[STAGE_RUN] = "run",         [STAGE_CACHE] = "cache",       [STAGE_DNS] = "dns",
	[STAGE_TCP] = "tcp",         [STAGE_TLS] = "tls",           [STAGE_REQUEST] = "request",
	[STAGE_RESPONSE] = "response", [STAGE_CLOSE] = "close",
};

static const char *const source_names[SOURCES] = {
	[FROM_HERE] = "here",       [FROM_WIRE] = "wire",     [FROM_KERNEL] = "kernel",
	[FROM_LIBRARY] = "library", [FROM_DAEMON] = "daemon", [FROM_INFERENCE] = "inferred",
};

const char *stage_name(enum stage stage)
{
	return stage < STAGES ? stage_names[stage] : "?";
}

const char *source_name(enum source source)
{
	return source < SOURCES ? source_names[source] : "?";
}

void events_init(struct event_log *log)
{
	*log = (struct event_log){
		.began_us = clock_timer_us(),
		.began_wall = clock_wall_seconds(),
	};
}

void events_clear(struct event_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		json_decref(log->events[i].facts);
	free(log->events);
	log->events = NULL;
	log->count = log->room = 0;
}

uint64_t events_now(const struct event_log *log)
{
	return clock_timer_us() - log->began_us;
}

static bool make_room(struct event_log *log)
{
	size_t room = log->room == 0 ? 64 : log->room * 2;
	struct event *events;

	if (log->count < log->room)
		return true;
	if (log->count >= MAX_EVENTS)
		return false;
	events = realloc(log->events, room * sizeof(*events));
	if (events == NULL)
		return false;
	log->events = events;
	log->room = room;
	return true;
}

static void say(struct event_log *log, uint64_t at_us, enum stage stage, enum source source,
		const char *what, json_t *facts)
{
	struct event *event;

	if (!make_room(log)) {
		log->dropped++;
		json_decref(facts);
		return;
	}
	event = &log->events[log->count++];
	*event = (struct event){
		.at_us = at_us,
		.stage = stage,
		.source = source,
		.leg = log->leg,
		.connection = log->connection,
		.what = what,
		.facts = facts,
	};
	if (log->told != NULL)
		log->told(log->watcher, event);
}

static json_t *pack(const char *format, va_list arguments)
{
	json_t *facts = format == NULL ? NULL : json_vpack_ex(NULL, 0, format, arguments);

	/* Text that isn't UTF-8, or no memory: the event stays, and says that it lost its facts. */
	return facts == NULL && format != NULL ? json_pack("{s:b}", "facts_lost", 1) : facts;
}

void event_say(struct event_log *log, enum stage stage, enum source source, const char *what,
	       const char *format, ...)
{
	va_list arguments;
	json_t *facts;

	va_start(arguments, format);
	facts = pack(format, arguments);
	va_end(arguments);
	say(log, events_now(log), stage, source, what, facts);
}

void event_say_at(struct event_log *log, uint64_t at_us, enum stage stage, enum source source,
		  const char *what, const char *format, ...)
{
	va_list arguments;
	json_t *facts;

	va_start(arguments, format);
	facts = pack(format, arguments);
	va_end(arguments);
	say(log, at_us, stage, source, what, facts);
}

json_t *json_octets(struct bytes octets)
{
	json_t *text = json_stringn((const char *)octets.at, octets.length);
	char *wide;
	size_t length = 0;

	if (text != NULL || octets.length > SIZE_MAX / 2)
		return text;
	wide = malloc(octets.length * 2 + 1);
	if (wide == NULL)
		return NULL;
	for (size_t i = 0; i < octets.length; i++) {
		uint8_t octet = octets.at[i];

		if (octet < 0x80) {
			wide[length++] = (char)octet;
			continue;
		}
		wide[length++] = (char)(0xc0 | octet >> 6);
		wide[length++] = (char)(0x80 | (octet & 0x3f));
	}
	text = json_stringn(wide, length);
	free(wide);
	return text;
}

json_t *json_octets_of(const char *text)
{
	return json_octets(bytes_of(text, strlen(text)));
}

bool event_is(const struct event *event, enum stage stage, const char *what)
{
	return event->stage == stage && strcmp(event->what, what) == 0;
}

const char *event_text(const struct event *event, const char *key)
{
	const char *text =
		event == NULL ? NULL : json_string_value(json_object_get(event->facts, key));

	return text == NULL ? "" : text;
}

int64_t event_number(const struct event *event, const char *key)
{
	return event == NULL ? 0 : json_integer_value(json_object_get(event->facts, key));
}

bool event_flag(const struct event *event, const char *key)
{
	return event != NULL && json_is_true(json_object_get(event->facts, key));
}

const struct event *event_find(const struct event_log *log, unsigned leg, enum stage stage,
			       const char *what)
{
	for (size_t i = log->count; i-- > 0;) {
		const struct event *event = &log->events[i];

		if (event->leg == leg && event_is(event, stage, what))
			return event;
	}
	return NULL;
}

json_t *event_json(const struct event *event)
{
	return json_pack("{s:I, s:s, s:s, s:s, s:i, s:i, s:O?}", "t_us", (json_int_t)event->at_us,
			 "stage", stage_name(event->stage), "what", event->what, "source",
			 source_name(event->source), "leg", (int)event->leg, "connection",
			 (int)event->connection, "facts", event->facts);
}
