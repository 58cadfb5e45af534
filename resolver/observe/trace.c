/* SPDX-License-Identifier: MIT */
/* trace.c — the trace of a walk: pieces of events, oldest first, as docs/trace-format.md has them.
 *
 * An event is put together on the stack and copied to the last piece. Pieces that ran empty
 * because their events were the oldest stand behind the last one and are used again: so a trace
 * never takes more of its arena than MAX_TRACE_OCTETS and what is lost at the ends of pieces,
 * however long the walk. */
#include "resolver/observe/trace.h"

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "resolver/observe/text.h"

enum kind {                             /* the numbers of docs/trace-format.md */
	KIND_WALK = 1,
	KIND_STEP = 2,
	KIND_HIT = 3,
	KIND_CUT = 4,
	KIND_QUERY = 5,
	KIND_REPLY = 6,
	KIND_SILENT = 7,
	KIND_ALIAS = 8,
	KIND_JOIN = 9,
	KIND_REFUSED = 10,
	KIND_FAIL = 11,
	KIND_ANSWER = 12,
	KIND_LOCAL = 13,
	KIND_VERDICT = 14,
};

enum {
	FORMAT_VERSION = 1,
	OPTION_HEAD = 3,                /* octets before the first event: version, dropped */
	EVENT_HEAD = 3,                 /* kind, length */
	TIME_AT = 3, DEPTH_AT = 7,      /* in an event */
	MAX_EVENT = 1024,               /* octets; the largest, REPLY, has at most 807 */
	PIECE_ROOM = 2032,              /* octets of events: two thousand and a head */
	MAX_TEXT = 255,
};

struct trace_piece {
	struct trace_piece *next;       /* behind trace->last: spare ones, empty */
	uint16_t            begin, end; /* of the events in it */
	uint8_t             octets[PIECE_ROOM];
};

static size_t event_octets(const uint8_t *event)
{
	return EVENT_HEAD + (size_t)load_u16(event + 1);
}

/* --- keeping --- */

void trace_init(struct trace *trace, struct arena *arena)
{
	*trace = (struct trace){ .arena = arena, .began_us = clock_timer_us() };
}

static void drop_oldest(struct trace *trace)
{
	struct trace_piece *piece = trace->first;
	size_t octets = event_octets(piece->octets + piece->begin);

	piece->begin = (uint16_t)(piece->begin + octets);
	trace->octets -= (unsigned)octets;
	trace->dropped++;
	if (piece->begin < piece->end)
		return;
	piece->begin = piece->end = 0;
	if (piece == trace->last)
		return;
	trace->first = piece->next;
	piece->next = trace->last->next;
	trace->last->next = piece;
}

/* Makes the last piece one that has room. False: the arena is full. */
static bool find_room(struct trace *trace, size_t octets)
{
	struct trace_piece *piece;

	if (trace->last != NULL && PIECE_ROOM - (size_t)trace->last->end >= octets)
		return true;
	if (trace->last != NULL && trace->last->next != NULL) {
		trace->last = trace->last->next;
		return true;
	}
	piece = arena_take(trace->arena, sizeof(*piece));
	if (piece == NULL)
		return false;
	if (trace->last == NULL)
		trace->first = piece;
	else
		trace->last->next = piece;
	trace->last = piece;
	return true;
}

static void keep(struct trace *trace, struct bytes event)
{
	struct trace_piece *piece;

	while (trace->octets + event.length > MAX_TRACE_OCTETS - OPTION_HEAD)
		drop_oldest(trace);
	if (!find_room(trace, event.length)) {
		trace->dropped++;
		return;
	}
	piece = trace->last;
	memcpy(piece->octets + piece->end, event.at, event.length);
	piece->end = (uint16_t)(piece->end + event.length);
	trace->octets += (unsigned)event.length;
}

/* --- putting an event together --- */

struct event {
	struct writer out;
	uint8_t       octets[MAX_EVENT];
};

static uint32_t capped(uint64_t us)
{
	return us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
}

static void event_begin(struct event *event, const struct trace *trace, enum kind kind)
{
	uint64_t now = clock_timer_us();

	event->out = writer_over(event->octets, sizeof(event->octets));
	put_u8(&event->out, kind);
	put_u16(&event->out, 0);
	put_u32(&event->out, now > trace->began_us ? capped(now - trace->began_us) : 0);
	put_u8(&event->out, 0);
}

static void event_end(struct event *event, struct trace *trace)
{
	must(writer_is_good(&event->out));      /* every field is bounded: MAX_EVENT suffices */
	patch_u16(&event->out, 1, (uint16_t)(event->out.position - EVENT_HEAD));
	keep(trace, writer_bytes(&event->out));
}

static void put_name(struct event *event, const struct name *name)
{
	bool there = name != NULL && name_is_set(name);

	name_write(&event->out, there ? name : &name_root);
}

static void put_text(struct event *event, const char *text)
{
	char harmless[MAX_TEXT];
	size_t length = text == NULL ? 0 : text_neutral(harmless, sizeof(harmless), text);

	put_u8(&event->out, (uint8_t)length);
	put_bytes(&event->out, bytes_of(harmless, length));
}

static void put_address(struct event *event, const struct address *address)
{
	if (address == NULL || (address->family != 4 && address->family != 6)) {
		put_u8(&event->out, 0);
		return;
	}
	put_u8(&event->out, address->family);
	put_bytes(&event->out, address_octets(address));
	put_u16(&event->out, address->port);
}

static void put_peer(struct event *event, const struct trace_peer *peer)
{
	put_name(event, peer->server);
	put_address(event, &peer->address);
}

/* --- the events --- */

void trace_walk(struct trace *trace, const struct question *question)
{
	struct event event;

	event_begin(&event, trace, KIND_WALK);
	put_name(&event, &question->name);
	put_u16(&event.out, question->type);
	put_u16(&event.out, question->class);
	event_end(&event, trace);
}

void trace_step(struct trace *trace, const char *step)
{
	struct event event;

	event_begin(&event, trace, KIND_STEP);
	put_text(&event, step);
	event_end(&event, trace);
}

void trace_hit(struct trace *trace, const struct question *question, uint32_t age, uint32_t ttl,
	       uint8_t security, const struct address *from)
{
	struct event event;

	event_begin(&event, trace, KIND_HIT);
	put_name(&event, &question->name);
	put_u16(&event.out, question->type);
	put_u32(&event.out, age);
	put_u32(&event.out, ttl);
	put_u8(&event.out, security);
	put_address(&event, from);
	event_end(&event, trace);
}

void trace_cut(struct trace *trace, const struct name *zone, uint8_t source, uint8_t security,
	       uint8_t servers)
{
	struct event event;

	event_begin(&event, trace, KIND_CUT);
	put_name(&event, zone);
	put_u8(&event.out, source);
	put_u8(&event.out, security);
	put_u8(&event.out, servers);
	event_end(&event, trace);
}

void trace_query(struct trace *trace, const struct trace_peer *peer,
		 const struct question *question)
{
	struct event event;

	event_begin(&event, trace, KIND_QUERY);
	put_peer(&event, peer);
	put_u8(&event.out, peer->transport);
	put_name(&event, &question->name);
	put_u16(&event.out, question->type);
	event_end(&event, trace);
}

void trace_reply(struct trace *trace, const struct trace_peer *peer,
		 const struct trace_reply *reply)
{
	struct event event;

	event_begin(&event, trace, KIND_REPLY);
	put_peer(&event, peer);
	put_u8(&event.out, peer->transport);
	put_u32(&event.out, reply->elapsed_us);
	put_u16(&event.out, reply->octets);
	put_u8(&event.out, reply->rcode);
	put_u8(&event.out, reply->reading);
	put_name(&event, reply->about);
	put_u32(&event.out, reply->ttl);
	put_text(&event, reply->summary);
	event_end(&event, trace);
}

void trace_silent(struct trace *trace, const struct trace_peer *peer, uint32_t waited_us)
{
	struct event event;

	event_begin(&event, trace, KIND_SILENT);
	put_peer(&event, peer);
	put_u8(&event.out, peer->transport);
	put_u32(&event.out, waited_us);
	event_end(&event, trace);
}

void trace_alias(struct trace *trace, const struct name *from, const struct name *to,
		 uint8_t links)
{
	struct event event;

	event_begin(&event, trace, KIND_ALIAS);
	put_name(&event, from);
	put_name(&event, to);
	put_u8(&event.out, links);
	event_end(&event, trace);
}

void trace_join(struct trace *trace, const struct question *question, uint32_t age_us)
{
	struct event event;

	event_begin(&event, trace, KIND_JOIN);
	put_name(&event, &question->name);
	put_u16(&event.out, question->type);
	put_u32(&event.out, age_us);
	event_end(&event, trace);
}

void trace_refused(struct trace *trace, const struct trace_peer *peer, const char *why)
{
	struct event event;

	event_begin(&event, trace, KIND_REFUSED);
	put_peer(&event, peer);
	put_text(&event, why);
	event_end(&event, trace);
}

void trace_fail(struct trace *trace, uint8_t rcode, uint16_t ede, const char *sentence)
{
	struct event event;

	event_begin(&event, trace, KIND_FAIL);
	put_u8(&event.out, rcode);
	put_u16(&event.out, ede);
	put_text(&event, sentence);
	event_end(&event, trace);
}

void trace_verdict(struct trace *trace, const struct name *zone, uint8_t security, uint16_t ede,
		   const char *why)
{
	struct event event;

	event_begin(&event, trace, KIND_VERDICT);
	put_name(&event, zone);
	put_u8(&event.out, security);
	put_u16(&event.out, ede);
	put_text(&event, why == NULL ? "" : why);
	event_end(&event, trace);
}

void trace_answer(struct trace *trace, uint8_t rcode, uint8_t security, uint16_t records,
		  uint32_t ttl)
{
	struct event event;

	event_begin(&event, trace, KIND_ANSWER);
	put_u8(&event.out, rcode);
	put_u8(&event.out, security);
	put_u16(&event.out, records);
	put_u32(&event.out, ttl);
	event_end(&event, trace);
}

void trace_local(struct trace *trace, const struct question *question, const struct name *zone,
		 const char *law)
{
	struct event event;

	event_begin(&event, trace, KIND_LOCAL);
	put_name(&event, &question->name);
	put_u16(&event.out, question->type);
	put_name(&event, zone);
	put_text(&event, law);
	event_end(&event, trace);
}

/* --- reading it back --- */

struct reader {
	const struct trace_piece *piece;
	const struct trace_piece *last;
	size_t                    at;
};

static struct reader reader_of(const struct trace *trace)
{
	return (struct reader){
		.piece = trace->first,
		.last = trace->last,
		.at = trace->first == NULL ? 0 : trace->first->begin,
	};
}

/* The event where the reader stands; NULL at the end. */
static const uint8_t *look(struct reader *reader)
{
	while (reader->piece != NULL) {
		if (reader->at < reader->piece->end)
			return reader->piece->octets + reader->at;
		if (reader->piece == reader->last)
			return NULL;
		reader->piece = reader->piece->next;
		reader->at = reader->piece->begin;
	}
	return NULL;
}

static void pass(struct reader *reader)
{
	reader->at += event_octets(reader->piece->octets + reader->at);
}

/* --- a sub-walk's events --- */

/* When a child's event happened as its parent counts: the child began `later_us` after it, or
 * before it. */
static uint32_t time_for_parent(const uint8_t *event, int64_t later_us)
{
	int64_t at = (int64_t)load_u32(event + TIME_AT) + later_us;

	return at < 0 ? 0 : capped((uint64_t)at);
}

static void adopt(uint8_t *event, int64_t later_us)
{
	store_u32(event + TIME_AT, time_for_parent(event, later_us));
	if (event[DEPTH_AT] < UINT8_MAX)
		event[DEPTH_AT]++;
}

static bool comes_first(const uint8_t *mine, const uint8_t *theirs, int64_t later_us)
{
	return load_u32(mine + TIME_AT) <= time_for_parent(theirs, later_us);
}

static void forget_events(struct trace *trace)
{
	trace->octets = 0;
	trace->last = trace->first;
	for (struct trace_piece *piece = trace->first; piece != NULL; piece = piece->next)
		piece->begin = piece->end = 0;
}

/* Both are in the order of time, and so is what comes out: merged on the stack, because the
 * pieces that it is written to are those that it is read from. */
void trace_absorb(struct trace *trace, const struct trace *child)
{
	int64_t later_us = (int64_t)(child->began_us - trace->began_us);
	unsigned left = trace->octets + child->octets;
	struct reader mine = reader_of(trace), theirs = reader_of(child);
	uint8_t merged[MAX_TRACE_OCTETS];
	size_t length = 0;

	trace->dropped += child->dropped;
	for (;;) {
		const uint8_t *a = look(&mine), *b = look(&theirs);
		bool take_mine = a != NULL && (b == NULL || comes_first(a, b, later_us));
		const uint8_t *event = take_mine ? a : b;

		if (event == NULL)
			break;
		if (left > MAX_TRACE_OCTETS - OPTION_HEAD) {
			left -= (unsigned)event_octets(event);
			trace->dropped++;
		} else {
			memcpy(merged + length, event, event_octets(event));
			if (!take_mine)
				adopt(merged + length, later_us);
			length += event_octets(event);
		}
		pass(take_mine ? &mine : &theirs);
	}
	forget_events(trace);
	for (size_t at = 0; at < length; at += event_octets(merged + at))
		keep(trace, bytes_of(merged + at, event_octets(merged + at)));
}

/* --- the option --- */

void trace_write(const struct trace *trace, struct writer *writer)
{
	struct reader reader = reader_of(trace);
	size_t left = trace->octets;
	size_t room = writer_left(writer) < OPTION_HEAD ? 0 : writer_left(writer) - OPTION_HEAD;
	unsigned dropped = trace->dropped;
	const uint8_t *event;

	for (; left > room; dropped++) {
		left -= event_octets(look(&reader));
		pass(&reader);
	}
	put_u8(writer, FORMAT_VERSION);
	put_u16(writer, dropped > UINT16_MAX ? UINT16_MAX : (uint16_t)dropped);
	while ((event = look(&reader)) != NULL) {
		put_bytes(writer, bytes_of(event, event_octets(event)));
		pass(&reader);
	}
}
