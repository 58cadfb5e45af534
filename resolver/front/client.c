/* SPDX-License-Identifier: MIT */
/* client.c — from "the cache doesn't know" to the answer that was told. */
#include "resolver/front/client.h"

#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"
#include "resolver/front/inside.h"

enum { CLIENTS_PER_SLAB = 32 };

struct client {
	struct list        place;       /* in its bucket, or among the free */
	struct list        of_connection;       /* unlinked for a datagram */
	struct front      *front;
	struct connection *connection;  /* NULL: a datagram, answered along `way` */
	struct udp_way     way;
	struct query       query;
	struct asker       asker;
	struct alarm       patience;
};

struct slab {
	struct list   place;
	struct client clients[CLIENTS_PER_SLAB];
};

static const struct failure too_many = {
	RCODE_SERVFAIL, EDE_OTHER, "too many questions are being resolved: try again", false,
};
static const struct failure no_memory = {
	RCODE_SERVFAIL, EDE_OTHER, "out of memory", false,
};
static const struct failure no_way = {
	RCODE_SERVFAIL, EDE_OTHER, "the question needs itself to be resolved", false,
};

void clients_init(struct front *front)
{
	for (unsigned i = 0; i < CLIENT_BUCKETS; i++)
		list_init(&front->client_buckets[i]);
	list_init(&front->free_clients);
	list_init(&front->client_slabs);
}

static bool add_slab(struct front *front)
{
	struct slab *slab;

	if (front->client_places + CLIENTS_PER_SLAB > MAX_CLIENTS)
		return false;
	slab = calloc(1, sizeof(*slab));
	if (slab == NULL)
		return false;
	list_append(&front->client_slabs, &slab->place);
	for (unsigned i = 0; i < CLIENTS_PER_SLAB; i++)
		list_append(&front->free_clients, &slab->clients[i].place);
	front->client_places += CLIENTS_PER_SLAB;
	return true;
}

/* Whose question is it? Keyed, so that nobody can fill one bucket. */
static struct list *bucket_of(struct front *front, const struct query *query)
{
	struct {
		struct address from;
		uint32_t       id;
	} who = { query->from, query->header.id };

	return &front->client_buckets[hash_octets(&front->key, &who, sizeof(who)) %
				      CLIENT_BUCKETS];
}

/* Only stubs repeat themselves: same port, id and question. */
static bool is_waiting(const struct list *bucket, const struct query *query)
{
	list_for_each(place, bucket) {
		const struct client *other = container_of(place, struct client, place);

		if (other->connection == NULL && other->query.header.id == query->header.id &&
		    address_equal(&other->query.from, &query->from) &&
		    question_equal(&other->query.question, &query->question))
			return true;
	}
	return false;
}

/* Back among the free; it is in no walk any more. */
static void release(struct client *client)
{
	struct front *front = client->front;

	alarm_cancel(front->loop, &client->patience);
	if (client->connection != NULL)
		connection_unlink(client->connection, &client->of_connection);
	client->connection = NULL;
	list_remove(&client->place);
	list_prepend(&front->free_clients, &client->place);
	front->clients--;
}

static void leave_and_release(struct client *client)
{
	walk_leave(&client->asker);
	release(client);
}

void client_give_up(struct list *of_connection)
{
	leave_and_release(container_of(of_connection, struct client, of_connection));
}

void clients_clear(struct front *front)
{
	struct list *place;

	for (unsigned i = 0; i < CLIENT_BUCKETS; i++) {
		struct list *bucket = &front->client_buckets[i];

		while (!list_is_empty(bucket))
			leave_and_release(container_of(bucket->next, struct client, place));
	}
	while ((place = list_take_first(&front->client_slabs)) != NULL)
		free(container_of(place, struct slab, place));
}

static void send_reply(struct client *client, const struct writer *reply)
{
	uint64_t began_ms = client->patience.due_ms - CLIENT_PATIENCE_MS;

	front_count_reply(client->front, &client->query, writer_bytes(reply));
	front_say_reply(&client->query, writer_bytes(reply), true,
			(uint32_t)(client->front->loop->now_ms - began_ms) * 1000);
	if (client->connection != NULL)
		connection_answer(client->connection, writer_bytes(reply));
	else
		udp_send(client->front, &client->way, writer_bytes(reply));
}

static void told(struct asker *asker, const struct answer *answer, const struct trace *trace)
{
	struct client *client = container_of(asker, struct client, asker);
	uint8_t room[REPLY_ROOM];
	struct writer reply = writer_over(room, sizeof(room));

	if (answer == NULL)
		compose_failure(&client->query, &no_memory, trace, &reply);
	else
		compose_answer(&client->query, answer, client->front->loop->now_s, trace, &reply);
	send_reply(client, &reply);
	release(client);
}

/* The walk goes on for the cache, and for whoever asks again. */
static void patience_ends(struct alarm *alarm)
{
	struct client *client = container_of(alarm, struct client, patience);
	uint8_t room[REPLY_ROOM];
	struct writer reply = writer_over(room, sizeof(room));
	char why[512] = "no answer within 4.5 s; ask again. So far: ";
	size_t length = strlen(why);
	const struct failure impatient = {
		RCODE_SERVFAIL, EDE_NO_REACHABLE_AUTHORITY, why, false,
	};

	walk_describe(&client->asker, why + length, sizeof(why) - length);
	compose_failure(&client->query, &impatient, walk_trace(&client->asker), &reply);
	walk_leave(&client->asker);
	figure_add(&client->front->figures.impatient, 1);
	send_reply(client, &reply);
	release(client);
}

static struct client *take_place(struct front *front)
{
	struct list *place;

	if (list_is_empty(&front->free_clients) && !add_slab(front))
		return NULL;
	place = list_take_first(&front->free_clients);
	front->clients++;
	return container_of(place, struct client, place);
}

static const struct failure *begin_walk(struct client *client)
{
	struct front *front = client->front;
	const struct failure *failure = NULL;

	if (alarm_set(front->loop, &client->patience, CLIENT_PATIENCE_MS) != OK)
		return &no_memory;
	switch (walk_ask(front->walks, &client->query.question, &client->asker)) {
	case ASK_ACCEPTED:
		break;
	case ASK_TOO_MANY:
		failure = &too_many;
		break;
	case ASK_NO_MEMORY:
		failure = &no_memory;
		break;
	case ASK_CIRCLE:
	case ASK_TOO_DEEP:
		failure = &no_way;
		break;
	}
	return failure;
}

const struct failure *client_ask(struct front *front, const struct query *query,
				 const struct udp_way *way, struct connection *connection)
{
	struct list *bucket = bucket_of(front, query);
	const struct failure *failure;
	struct client *client;

	if (connection == NULL && is_waiting(bucket, query))
		return NULL;
	client = take_place(front);
	if (client == NULL)
		return &too_many;
	client->front = front;
	client->query = *query;
	client->connection = connection;
	list_init(&client->of_connection);
	if (connection != NULL)
		connection_link(connection, &client->of_connection);
	else
		client->way = *way;
	client->asker = (struct asker){ .client = query->from, .told = told };
	alarm_init(&client->patience, patience_ends);
	list_append(bucket, &client->place);
	failure = begin_walk(client);
	if (failure != NULL)
		release(client);
	return failure;
}
