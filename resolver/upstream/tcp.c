/* SPDX-License-Identifier: MIT */
/* tcp.c — which connection a query goes out on: one for each server, as a rule.
 *
 * A server is an address and, over TLS, the name that its certificate must have: connections to one
 * address for different names are strangers to each other. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cache/base/limits.h"
#include "resolver/upstream/channel.h"

/* --- the pool --- */

static void free_pool(void *kept)
{
	struct pool *pool = kept;

	while (!list_is_empty(&pool->all))
		channel_close(container_of(pool->all.next, struct channel, place));
	tls_rules_drop(pool->rules);
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

/* --- which one --- */

/* LIMITS.md: bounded. The idle one that rests longest gives way, else the one that has been quiet
 * longest: slow servers get no more room than that. */
static void make_room_in(struct pool *pool)
{
	struct channel *quietest;

	if (pool->count < MAX_UPSTREAM_CONNECTIONS)
		return;
	list_for_each(place, &pool->all) {
		struct channel *c = container_of(place, struct channel, place);

		if (c->under_way != 0)
			continue;
		channel_close(c);
		return;
	}
	quietest = container_of(pool->all.next, struct channel, place);
	channel_break(quietest);
}

static struct channel *find_channel(struct pool *pool, const struct stream_peer *peer)
{
	list_for_each(place, &pool->all) {
		struct channel *c = container_of(place, struct channel, place);

		if (!c->is_closed_to_more && c->under_way < MAX_QUERIES_PER_CONNECTION &&
		    stream_is_to(&c->stream, peer))
			return c;
	}
	return NULL;
}

/* --- the exchange's side --- */

/* What is trusted may have changed with a reload: connections made before are then of no use to
 * new queries. NULL, with the reason: there can be no TLS. */
static struct tls_rules *rules_of(struct pool *pool, struct authorities *authorities,
				  const char **why)
{
	if (authorities == NULL) {
		*why = "nobody is trusted: no authorities are configured";
		return NULL;
	}
	if (pool->rules != NULL && tls_rules_trust(pool->rules, authorities))
		return pool->rules;
	tls_rules_drop(pool->rules);
	pool->rules = tls_rules_new(authorities, why);
	return pool->rules;
}

static enum result join_new(struct exchange *x, struct pool *pool, const struct stream_peer *peer)
{
	struct stream stream;
	struct channel *c;
	int error = stream_start(&stream, peer);

	if (error != 0 && !error_is_unreachable(-error))
		return NO_SOCKET;
	if (error != 0) {
		exchange_settle(x, EXCHANGE_UNREACHABLE);
		return OK;
	}
	make_room_in(pool);
	c = channel_new(pool, &stream);
	if (c == NULL) {
		stream_end(&stream);
		close(stream.descriptor);
		return NO_SOCKET;
	}
	if (channel_join(c, x) == OK)
		return OK;
	channel_close(c);
	return NO_SOCKET;
}

enum result exchange_tcp_start(struct exchange *x, const struct exchange_request *request)
{
	struct pool *pool = pool_of(x->loop);
	struct stream_peer peer = { .address = request->to };
	struct channel *c = NULL;
	const char *why;

	if (pool == NULL)
		return NO_SOCKET;
	if (request->transport == OVER_TLS) {
		peer.name = request->tls_name;
		peer.rules = rules_of(pool, request->authorities, &why);
		if (peer.rules == NULL) {
			exchange_note_fault(x, why);
			exchange_settle(x, EXCHANGE_UNTRUSTED);
			return OK;
		}
	}
	x->tcp.alone = request->alone;
	if (!request->alone)
		c = find_channel(pool, &peer);
	return c != NULL ? channel_join(c, x) : join_new(x, pool, &peer);
}

void exchange_tcp_close(struct exchange *x)
{
	if (x->tcp.channel != NULL)
		channel_leave(x);
}
