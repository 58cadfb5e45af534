/* SPDX-License-Identifier: MIT */
/* tcp.c — queries on connections that are kept and shared (RFC 7766 §6.2).
 *
 * One connection for each address, as a rule, with several queries under way, told apart by their
 * ids; replies come in any order. One that has nothing under way is kept for a while: as long as
 * the server said (RFC 7828), or UPSTREAM_IDLE_MS. Nothing of those who wait runs in here:
 * exchange_settle() only makes ready. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "cache/base/random.h"
#include "resolver/upstream/exchange_private.h"
#include "resolver/upstream/match.h"

enum { READS_AT_ONCE = 4, ROOM = MAX_MESSAGE + LENGTH_OCTETS };

/* All of one loop's, the one that was quiet longest first. */
struct pool {
	struct loop *loop;
	struct list  all;
	unsigned     count;
};

struct connection {
	struct list    place;           /* in the pool */
	struct pool   *pool;
	struct address to;
	struct watch   watch;
	struct alarm   idle;
	struct list    exchanges;       /* under way */
	unsigned       under_way;
	unsigned       replies, strays;
	bool           is_open;         /* the handshake is over */
	bool           is_closed_to_more;
	bool           is_reading;      /* it must stay until that is over */
	uint32_t       idle_ms;         /* how long it is kept with nothing under way */
	uint64_t       heard_us;        /* when something last arrived */
	uint8_t       *unsent;          /* queries, with their lengths … */
	size_t         unsent_length, unsent_room;
	uint8_t        length[LENGTH_OCTETS];   /* of the message that comes … */
	size_t         arrived;                 /* … and how many octets of both are here */
	uint8_t       *message;
	size_t         message_length;
};

/* --- life --- */

static void close_connection(struct connection *c)
{
	must(list_is_empty(&c->exchanges));
	alarm_cancel(c->pool->loop, &c->idle);
	list_remove(&c->place);
	c->pool->count--;
	watch_close(c->pool->loop, &c->watch);
	free(c->unsent);
	free(c->message);
	free(c);
}

/* The server may have closed a connection that was there before, for being idle; or it takes one
 * query each (RFC 7766 §6.2.1 knows such): then that tells nothing of the query. */
static enum exchange_outcome outcome_of_break(const struct exchange *x)
{
	const struct connection *c = x->tcp.connection;

	if (x->tcp.alone)
		return EXCHANGE_UNREACHABLE;
	return x->tcp.came_late || c->replies != 0 ? EXCHANGE_RESET : EXCHANGE_UNREACHABLE;
}

/* Takes the exchange off its connection. */
static void let_go(struct exchange *x)
{
	list_remove(&x->tcp.place);
	x->tcp.connection->under_way--;
	x->tcp.connection = NULL;
}

static void break_connection(struct connection *c)
{
	while (!list_is_empty(&c->exchanges)) {
		struct exchange *x = container_of(c->exchanges.next, struct exchange, tcp.place);
		enum exchange_outcome outcome = outcome_of_break(x);

		let_go(x);
		exchange_settle(x, outcome);
	}
	close_connection(c);
}

static void on_idle(struct alarm *alarm)
{
	close_connection(container_of(alarm, struct connection, idle));
}

/* Nothing under way: kept for a while, if it is good for more. */
static void rest(struct connection *c)
{
	if (c->is_closed_to_more || !c->is_open || c->idle_ms == 0 ||
	    alarm_set(c->pool->loop, &c->idle, c->idle_ms) != OK)
		close_connection(c);
}

static void free_pool(void *kept)
{
	struct pool *pool = kept;

	while (!list_is_empty(&pool->all))
		close_connection(container_of(pool->all.next, struct connection, place));
	free(pool);
}

static struct pool *pool_of(struct loop *loop)
{
	struct loop_uv *driver = loop->driver;
	struct pool *pool = driver->kept;

	if (pool != NULL)
		return pool;
	pool = calloc(1, sizeof(*pool));
	if (pool == NULL)
		return NULL;
	pool->loop = loop;
	list_init(&pool->all);
	driver->kept = pool;
	driver->free_kept = free_pool;
	return pool;
}

/* --- what comes --- */

/* RFC 7828 §3.4: how long the server will keep it, in tenths of a second; none at all if it says
 * so. */
static void note_keepalive(struct connection *c, struct bytes message)
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

static struct exchange *find_exchange(struct connection *c, uint16_t id)
{
	list_for_each(place, &c->exchanges) {
		struct exchange *x = container_of(place, struct exchange, tcp.place);

		if (load_u16(query_message(&x->query).at) == id)
			return x;
	}
	return NULL;
}

/* A reply to one of ours, or a stray: too many of these, and the stream is none of ours. */
static bool take_message(struct connection *c, struct bytes message)
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
static bool make_room(struct connection *c)
{
	c->message_length = load_u16(c->length);
	if (c->message_length < HEADER_LENGTH)
		return false;
	c->message = malloc(c->message_length);
	return c->message != NULL;
}

static bool finish_message(struct connection *c)
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
static bool take_octets(struct connection *c, const uint8_t *at, size_t count)
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
static bool read_stream(struct connection *c)
{
	static _Thread_local uint8_t room[ROOM];

	/* Not for ever: nobody keeps the loop here. */
	for (int i = 0; i < READS_AT_ONCE; i++) {
		ssize_t count = recv(c->watch.descriptor, room, sizeof(room), 0);

		if (count < 0)
			return errno == EAGAIN || errno == EINTR;
		if (count == 0 || !take_octets(c, room, (size_t)count))
			return false;
		c->heard_us = clock_timer_us();
		if ((size_t)count < sizeof(room))
			break;
	}
	return true;
}

/* --- what goes --- */

/* What can't be sent stays; an error shows when reading. */
static void send_unsent(struct connection *c)
{
	ssize_t count = send(c->watch.descriptor, c->unsent, c->unsent_length, MSG_NOSIGNAL);

	if (count <= 0)
		return;
	c->unsent_length -= (size_t)count;
	memmove(c->unsent, c->unsent + count, c->unsent_length);
}

static bool append(struct connection *c, const struct query *query)
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

static void on_ready(struct watch *watch, uint32_t events)
{
	struct connection *c = container_of(watch, struct connection, watch);

	list_remove(&c->place);
	list_append(&c->pool->all, &c->place);
	if ((events & EPOLLOUT) != 0 && (events & (EPOLLERR | EPOLLHUP)) == 0) {
		c->is_open = true;
		send_unsent(c);
		if (c->unsent_length == 0)
			watch_change(c->pool->loop, watch, EPOLLIN);
	}
	c->is_reading = true;
	if ((events & ~(uint32_t)EPOLLOUT) != 0 && !read_stream(c)) {
		break_connection(c);
		return;
	}
	c->is_reading = false;
	if (c->under_way == 0 && c->idle.seat == 0)
		rest(c);
}

/* --- which one --- */

/* LIMITS.md: bounded. The idle one that rests longest gives way, else the one that has been quiet
 * longest: slow servers get no more room than that. */
static void make_room_in(struct pool *pool)
{
	struct connection *quietest;

	if (pool->count < MAX_UPSTREAM_CONNECTIONS)
		return;
	list_for_each(place, &pool->all) {
		struct connection *c = container_of(place, struct connection, place);

		if (c->under_way != 0)
			continue;
		close_connection(c);
		return;
	}
	quietest = container_of(pool->all.next, struct connection, place);
	break_connection(quietest);
}

static struct connection *find_connection(struct pool *pool, const struct address *to)
{
	list_for_each(place, &pool->all) {
		struct connection *c = container_of(place, struct connection, place);

		if (!c->is_closed_to_more && c->under_way < MAX_QUERIES_PER_CONNECTION &&
		    address_equal(&c->to, to))
			return c;
	}
	return NULL;
}

/* A socket on its way to there; or what errno would say, negative. */
static int connect_stream(const struct address *to)
{
	struct sockaddr_storage peer;
	socklen_t length = address_to_socket(to, &peer);
	int on = 1, error;
	int descriptor = socket(to->family == 4 ? AF_INET : AF_INET6,
				SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (descriptor < 0)
		return -errno;
	/* Queries are small and don't wait for one another's acknowledgement. */
	(void)setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(descriptor, (struct sockaddr *)&peer, length) == 0 || errno == EINPROGRESS)
		return descriptor;
	error = -errno;
	close(descriptor);
	return error;
}

static struct connection *new_connection(struct pool *pool, const struct address *to,
					 int descriptor)
{
	struct connection *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->pool = pool;
	c->to = *to;
	c->idle_ms = UPSTREAM_IDLE_MS;
	c->heard_us = clock_timer_us();
	c->watch = (struct watch){ .descriptor = descriptor, .ready = on_ready };
	alarm_init(&c->idle, on_idle);
	list_init(&c->exchanges);
	list_init(&c->place);
	if (watch_start(pool->loop, &c->watch, EPOLLIN | EPOLLOUT) != OK) {
		free(c);
		return NULL;
	}
	make_room_in(pool);
	list_append(&pool->all, &c->place);
	pool->count++;
	return c;
}

/* --- the exchange's side --- */

/* RFC 7766 §6.2.1: no two under way on one connection have the same id. */
static void draw_id(struct connection *c, struct query *query)
{
	uint8_t *id = query->octets + LENGTH_OCTETS;

	while (find_exchange(c, load_u16(id)) != NULL)
		store_u16(id, random_u16());
}

static enum result join(struct exchange *x, struct connection *c)
{
	draw_id(c, &x->query);
	if (!append(c, &x->query))
		return NO_SOCKET;
	alarm_cancel(c->pool->loop, &c->idle);
	list_remove(&c->place);
	list_append(&c->pool->all, &c->place);
	x->tcp.connection = c;
	x->tcp.came_late = c->is_open || c->under_way != 0;
	list_append(&c->exchanges, &x->tcp.place);
	c->under_way++;
	c->is_closed_to_more = c->is_closed_to_more || x->tcp.alone;
	x->is_open = true;
	if (!c->is_open)
		return OK;
	send_unsent(c);
	if (c->unsent_length != 0)
		watch_change(c->pool->loop, &c->watch, EPOLLIN | EPOLLOUT);
	return OK;
}

static enum result join_new(struct exchange *x, struct pool *pool, const struct address *to)
{
	int descriptor = connect_stream(to);
	struct connection *c;

	if (descriptor < 0 && !error_is_unreachable(-descriptor))
		return NO_SOCKET;
	if (descriptor < 0) {
		exchange_settle(x, EXCHANGE_UNREACHABLE);
		return OK;
	}
	c = new_connection(pool, to, descriptor);
	if (c == NULL) {
		close(descriptor);
		return NO_SOCKET;
	}
	if (join(x, c) == OK)
		return OK;
	close_connection(c);
	return NO_SOCKET;
}

enum result exchange_tcp_start(struct exchange *x, const struct address *to)
{
	struct pool *pool = pool_of(x->loop);
	struct connection *c = NULL;

	if (pool == NULL)
		return NO_SOCKET;
	if (!x->tcp.alone)
		c = find_connection(pool, to);
	return c != NULL ? join(x, c) : join_new(x, pool, to);
}

/* One that nothing came over since this query went out may be dead: nobody else waits for it. */
void exchange_tcp_close(struct exchange *x)
{
	struct connection *c = x->tcp.connection;

	if (c == NULL)
		return;
	let_go(x);
	if (x->outcome == EXCHANGE_SILENT && c->heard_us <= x->began_us)
		c->is_closed_to_more = true;
	if (c->under_way == 0 && !c->is_reading)
		rest(c);
}
