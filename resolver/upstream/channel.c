/* SPDX-License-Identifier: MIT */
/* channel.c — framing, pipelining and idling, over a stream of whichever kind. */
#include "resolver/upstream/channel.h"

#include <stdlib.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "cache/base/random.h"
#include "resolver/upstream/match.h"

enum { READS_AT_ONCE = 4, ROOM = MAX_MESSAGE + LENGTH_OCTETS };

/* --- life --- */

void channel_close(struct channel *c)
{
	must(list_is_empty(&c->exchanges));
	alarm_cancel(c->pool->loop, &c->idle);
	list_remove(&c->place);
	c->pool->count--;
	stream_end(&c->stream);
	watch_close(c->pool->loop, &c->watch);
	free(c->unsent);
	free(c->message);
	free(c);
}

/* The server may have closed a connection that was there before, for being idle; or it takes one
 * query each (RFC 7766 §6.2.1 knows such): then that tells nothing of the query. */
static enum exchange_outcome outcome_of_break(const struct exchange *x)
{
	const struct channel *c = x->tcp.channel;

	if (stream_is_refused(&c->stream))
		return EXCHANGE_UNTRUSTED;
	if (x->tcp.alone)
		return EXCHANGE_UNREACHABLE;
	return x->tcp.came_late || c->replies != 0 ? EXCHANGE_RESET : EXCHANGE_UNREACHABLE;
}

/* Takes the exchange off its connection. */
static void let_go(struct exchange *x)
{
	list_remove(&x->tcp.place);
	x->tcp.channel->under_way--;
	x->tcp.channel = NULL;
}

void channel_break(struct channel *c)
{
	while (!list_is_empty(&c->exchanges)) {
		struct exchange *x = container_of(c->exchanges.next, struct exchange, tcp.place);
		enum exchange_outcome outcome = outcome_of_break(x);

		exchange_note_fault(x, stream_fault(&c->stream));
		let_go(x);
		exchange_settle(x, outcome);
	}
	channel_close(c);
}

static void on_idle(struct alarm *alarm)
{
	channel_close(container_of(alarm, struct channel, idle));
}

/* Nothing under way: kept for a while, if it is good for more. */
static void rest(struct channel *c)
{
	if (c->is_closed_to_more || !c->stream.is_open || c->idle_ms == 0 ||
	    alarm_set(c->pool->loop, &c->idle, c->idle_ms) != OK)
		channel_close(c);
}

/* --- what comes --- */

/* RFC 7828 §3.4: how long the server will keep it, in tenths of a second; none at all if it says
 * so. */
static void note_keepalive(struct channel *c, struct bytes message)
{
	enum { UNIT_MS = 100 };
	struct bytes value;
	uint32_t told_ms;

	if (!message_option(message, OPTION_TCP_KEEPALIVE, &value) || value.length != 2)
		return;
	told_ms = load_u16(value.at) * (uint32_t)UNIT_MS;
	c->idle_ms = told_ms < MAX_UPSTREAM_IDLE_MS ? told_ms : MAX_UPSTREAM_IDLE_MS;
	c->is_closed_to_more = c->is_closed_to_more || told_ms == 0;
}

static struct exchange *find_exchange(struct channel *c, uint16_t id)
{
	list_for_each(place, &c->exchanges) {
		struct exchange *x = container_of(place, struct exchange, tcp.place);

		if (load_u16(query_message(&x->query).at) == id)
			return x;
	}
	return NULL;
}

/* A reply to one of ours, or a stray: too many of these, and the stream is none of ours. */
static bool take_message(struct channel *c, struct bytes message)
{
	struct exchange *x = find_exchange(c, load_u16(message.at));
	enum exchange_outcome outcome = EXCHANGE_PENDING;

	if (x != NULL) {
		exchange_arrived(x, message);
		outcome = x->outcome;
	}
	if (outcome == EXCHANGE_REPLIED) {
		c->replies++;
		note_keepalive(c, message);
		return true;
	}
	return ++c->strays < MAX_STRAYS;
}

/* The length is here. Shorter than a header is a lie; longer than 65,535 can't be said. */
static bool make_room(struct channel *c)
{
	c->message_length = load_u16(c->length);
	if (c->message_length < HEADER_LENGTH)
		return false;
	c->message = malloc(c->message_length);
	return c->message != NULL;
}

static bool finish_message(struct channel *c)
{
	uint8_t *message = c->message;
	bool goes_on;

	c->message = NULL;
	c->arrived = 0;
	goes_on = take_message(c, bytes_of(message, c->message_length));
	free(message);
	return goes_on;
}

/* First the length, then exactly that many of the message. False: no stream of messages. */
static bool take_octets(struct channel *c, const uint8_t *at, size_t count)
{
	while (count != 0) {
		size_t behind, some;

		if (c->arrived < LENGTH_OCTETS) {
			c->length[c->arrived++] = *at++;
			count--;
			if (c->arrived == LENGTH_OCTETS && !make_room(c))
				return false;
			continue;
		}
		behind = c->arrived - LENGTH_OCTETS;
		some = c->message_length - behind < count ? c->message_length - behind : count;
		memcpy(c->message + behind, at, some);
		c->arrived += some;
		at += some;
		count -= some;
		if (behind + some == c->message_length && !finish_message(c))
			return false;
	}
	return true;
}

/* False: it has ended, or what came is no stream of messages. */
static bool read_stream(struct channel *c)
{
	static _Thread_local uint8_t room[ROOM];

	/* Not for ever: nobody keeps the loop here. */
	for (int i = 0; i < READS_AT_ONCE; i++) {
		ssize_t count = stream_read(&c->stream, room, sizeof(room));

		if (count <= 0)
			return count == 0;
		if (!take_octets(c, room, (size_t)count))
			return false;
		c->heard_us = clock_timer_us();
		if ((size_t)count < sizeof(room))
			break;
	}
	return true;
}

/* --- what goes --- */

/* What can't be sent stays; an error shows when reading. */
static void send_unsent(struct channel *c)
{
	ssize_t count = 0;

	if (c->unsent_length != 0)
		count = stream_write(&c->stream, c->unsent, c->unsent_length);
	if (count <= 0)
		return;
	c->unsent_length -= (size_t)count;
	memmove(c->unsent, c->unsent + count, c->unsent_length);
}

static bool append(struct channel *c, const struct query *query)
{
	size_t needed = c->unsent_length + query->length;
	uint8_t *larger;

	if (needed > c->unsent_room) {
		larger = realloc(c->unsent, needed);
		if (larger == NULL)
			return false;
		c->unsent = larger;
		c->unsent_room = needed;
	}
	memcpy(c->unsent + c->unsent_length, query->octets, query->length);
	c->unsent_length = needed;
	return true;
}

static void await(struct channel *c)
{
	uint32_t events = stream_awaits(&c->stream, c->unsent_length != 0);

	if (events != c->awaited)
		watch_change(c->pool->loop, &c->watch, events);
	c->awaited = events;
}

/* False: it has ended. */
static bool go_on(struct channel *c, uint32_t events)
{
	if (!c->stream.is_open && !stream_open(&c->stream, events))
		return false;
	if (!c->stream.is_open)
		return true;
	send_unsent(c);
	return read_stream(c);
}

static void on_ready(struct watch *watch, uint32_t events)
{
	struct channel *c = container_of(watch, struct channel, watch);
	bool goes_on;

	list_remove(&c->place);
	list_append(&c->pool->all, &c->place);
	c->is_reading = true;
	goes_on = go_on(c, events);
	c->is_reading = false;
	if (!goes_on) {
		channel_break(c);
		return;
	}
	await(c);
	if (c->under_way == 0 && c->idle.seat == 0)
		rest(c);
}

struct channel *channel_new(struct pool *pool, const struct stream *stream)
{
	struct channel *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->pool = pool;
	c->stream = *stream;
	c->idle_ms = UPSTREAM_IDLE_MS;
	c->heard_us = clock_timer_us();
	c->awaited = stream_awaits(stream, false);
	c->watch = (struct watch){ .descriptor = stream->descriptor, .ready = on_ready };
	alarm_init(&c->idle, on_idle);
	list_init(&c->exchanges);
	list_init(&c->place);
	if (watch_start(pool->loop, &c->watch, c->awaited) != OK) {
		free(c);
		return NULL;
	}
	list_append(&pool->all, &c->place);
	pool->count++;
	return c;
}

/* --- the exchange's side --- */

/* RFC 7766 §6.2.1: no two under way on one connection have the same id. */
static void draw_id(struct channel *c, struct query *query)
{
	uint8_t *id = query->octets + LENGTH_OCTETS;

	while (find_exchange(c, load_u16(id)) != NULL)
		store_u16(id, random_u16());
}

enum result channel_join(struct channel *c, struct exchange *x)
{
	draw_id(c, &x->query);
	if (!append(c, &x->query))
		return NO_SOCKET;
	alarm_cancel(c->pool->loop, &c->idle);
	list_remove(&c->place);
	list_append(&c->pool->all, &c->place);
	x->tcp.channel = c;
	x->tcp.came_late = c->stream.is_open || c->under_way != 0;
	list_append(&c->exchanges, &x->tcp.place);
	c->under_way++;
	c->is_closed_to_more = c->is_closed_to_more || x->tcp.alone;
	x->is_open = true;
	if (!c->stream.is_open)
		return OK;
	send_unsent(c);
	await(c);
	return OK;
}

/* One that nothing came over since this query went out may be dead: nobody else waits for it. */
void channel_leave(struct exchange *x)
{
	struct channel *c = x->tcp.channel;

	if (x->outcome == EXCHANGE_SILENT)
		exchange_note_fault(x, stream_fault(&c->stream));
	let_go(x);
	if (x->outcome == EXCHANGE_SILENT && c->heard_us <= x->began_us)
		c->is_closed_to_more = true;
	if (c->under_way == 0 && !c->is_reading)
		rest(c);
}
