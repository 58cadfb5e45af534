/* SPDX-License-Identifier: MIT */
/* front.c — the front as a whole, and the hot path of one query. */
#include "resolver/front/front.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "cache/base/must.h"
#include "cache/base/rcu.h"
#include "resolver/front/inside.h"
#include "resolver/walk/local_parts.h"

enum {
	MOST_CONNECTIONS = 4096, FEW_CONNECTIONS = 16,
	LOCAL_OCTETS = 16 * 1024,       /* of memory for a local answer, its trace apart */
};

static const struct failure not_in_cache = {
	RCODE_REFUSED, EDE_NOT_AUTHORITATIVE, "not in the cache, and RD isn't set", false,
};
static const struct failure no_memory = {
	RCODE_SERVFAIL, EDE_OTHER, "out of memory", false,
};

/* A trace of what the cache alone has answered. The arena holds it. */
static void trace_of_hit(const struct query *query, const struct answer *answer, uint32_t now,
			 struct arena *arena, struct trace *trace)
{
	struct address from = answer_from(answer);
	uint8_t security = (uint8_t)answer_security(answer);
	uint32_t ttl = answer_ttl_left(answer, now);

	arena_init(arena, MAX_TRACE_OCTETS);
	trace_init(trace, arena);
	trace_hit(trace, &query->question, answer_age(answer, now), ttl, security, &from);
	trace_answer(trace, (uint8_t)answer_rcode(answer), security,
		     (uint16_t)answer_records(answer, SECTION_ANSWER), ttl);
}

static void compose_traced_hit(const struct query *query, const struct answer *answer,
			       uint32_t now, struct writer *reply)
{
	struct arena arena;
	struct trace trace;

	trace_of_hit(query, answer, now, &arena, &trace);
	compose_answer(query, answer, now, &trace, reply);
	arena_clear(&arena);
}

/* The read section begins and ends here: what is found in it is dead behind it. */
static bool answer_from_cache(struct front *front, const struct query *query,
			      struct writer *reply)
{
	uint64_t hash = cache_hash_name(front->cache, &query->question.name);
	uint32_t now = front->loop->now_s;
	const struct answer *answer;

	rcu_read_begin();
	answer = cache_find_answer(front->cache, &query->question, hash, now);
	if (answer != NULL && query->trace_option == 0)
		compose_answer(query, answer, now, NULL, reply);
	else if (answer != NULL)
		compose_traced_hit(query, answer, now, reply);
	rcu_read_end();
	return answer != NULL;
}

static void compose_local(const struct query *query, const struct answer_parts *parts,
			  uint32_t now, struct arena *arena, struct trace *trace,
			  struct writer *reply)
{
	const struct answer *answer = answer_build(arena, parts, now, MAX_NEGATIVE_TTL);

	if (answer == NULL) {
		compose_failure(query, &no_memory, trace, reply);
		return;
	}
	if (trace != NULL)
		trace_answer(trace, parts->rcode, (uint8_t)parts->security,
			     (uint16_t)answer_records(answer, SECTION_ANSWER), MAX_NEGATIVE_TTL);
	compose_answer(query, answer, now, trace, reply);
}

/* Names that never leave the house (policy/local.h). Behind the cache, which holds none of them: so
 * those that it answers don't pay for this. */
static bool answer_locally(struct front *front, const struct query *query, struct writer *reply)
{
	struct answer_parts parts;
	struct trace trace, *told = NULL;
	struct arena arena;
	bool is_local;

	arena_init(&arena, LOCAL_OCTETS + MAX_TRACE_OCTETS);
	if (query->trace_option != 0) {
		trace_init(&trace, &arena);
		told = &trace;
	}
	is_local = local_parts(front->settings->local, &query->question, &arena, told, &parts);
	if (is_local)
		compose_local(query, &parts, front->loop->now_s, &arena, told, reply);
	arena_clear(&arena);
	return is_local;
}

enum prospect front_consider(struct front *front, struct bytes message, struct query *query,
			     struct writer *reply)
{
	enum refusal refusal = examine(message, front->settings, query);

	if (refusal == ADMIT)
		query->tests_in_vain = sentinel_denies(&front->settings->sentinel,
						       &query->question);
	if (refusal == REFUSE_SILENTLY) {
		figure_add(&front->figures.dropped, 1);
		return PROSPECT_NONE;
	}
	if (refusal != ADMIT) {
		figure_add(&front->figures.refused, 1);
		compose_failure(query, refusal_failure(refusal), NULL, reply);
	} else if (query->trace_option != 0 && !query->over_tcp) {
		compose_truncated(query, reply);        /* docs/trace-format.md: over TCP only */
	} else if (query->question.type != TYPE_ANY && answer_from_cache(front, query, reply)) {
		figure_add(&front->figures.from_cache, 1);
	} else if (answer_locally(front, query, reply)) {
		figure_add(&front->figures.local, 1);
	} else if (query->question.type == TYPE_ANY) {
		compose_any(query, reply);
	} else if (!query_has_flag(query, FLAG_RD)) {
		compose_failure(query, &not_in_cache, NULL, reply);
	} else {
		return PROSPECT_WALK;
	}
	return PROSPECT_REPLY;
}

/* The one extended RCODE that is said here is BADVERS, and only to those whose version isn't known.
 * */
void front_count_reply(struct front *front, const struct query *query, struct bytes reply)
{
	unsigned rcode = reply.at[3] & MASK_RCODE;

	if (rcode == 0 && query->edns.version > 0)
		rcode = RCODE_BADVERS;
	figure_add(&front->figures.rcodes[rcode], 1);
	if ((reply.at[2] & FLAG_TC >> 8) != 0)
		figure_add(&front->figures.truncated, 1);
}

static unsigned most_connections(const struct front_settings *settings)
{
	struct rlimit files;
	rlim_t most;

	if (settings->tcp_connections != 0)
		return settings->tcp_connections;
	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return FEW_CONNECTIONS;
	most = files.rlim_cur / 4;
	if (most > MOST_CONNECTIONS)
		return MOST_CONNECTIONS;
	return most < FEW_CONNECTIONS ? FEW_CONNECTIONS : (unsigned)most;
}

enum result front_new(struct loop *loop, struct cache *cache, struct walks *walks,
		      const struct front_settings *settings, struct front **into)
{
	struct front *front = aligned_alloc(_Alignof(struct front), sizeof(*front));

	if (front == NULL)
		return NO_MEMORY;
	memset(front, 0, sizeof(*front));
	front->loop = loop;
	front->cache = cache;
	front->walks = walks;
	hash_key_draw(&front->key);
	clients_init(front);
	list_init(&front->udp_sockets);
	list_init(&front->listeners);
	list_init(&front->connections);
	for (unsigned i = 0; i < CONNECTION_BUCKETS; i++)
		list_init(&front->connection_buckets[i]);
	front_configure(front, settings);
	front->batch = udp_batch_new();
	front->room = tcp_room_new();
	if (front->batch == NULL || front->room == NULL) {
		front_free(front);
		return NO_MEMORY;
	}
	*into = front;
	return OK;
}

void front_configure(struct front *front, const struct front_settings *settings)
{
	front->settings = settings;
	front->most_connections = most_connections(settings);
}

void front_stop_listening(struct front *front)
{
	front->stopping = true;
	udp_stop(front);
	tcp_stop(front);
}

size_t front_clients(const struct front *front)
{
	return front->clients;
}

void front_free(struct front *front)
{
	if (front == NULL)
		return;
	front_close_tcp(front);
	front_close_udp(front);
	clients_clear(front);
	udp_batch_free(front->batch);
	tcp_room_free(front->room);
	free(front);
}

const struct front_figures *front_figures(const struct front *front)
{
	return &front->figures;
}
