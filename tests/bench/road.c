/* SPDX-License-Identifier: MIT */
/* road.c — time and chance between resolver and servers. See road.h. */
#include "road.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PENDING = 65536, SECOND_NS = 1000000000 };

struct road road = { .chance = 1 };

static struct pending *heap[PENDING], *spare[PENDING];
static size_t heap_size, spare_size;
static uint64_t orders;

void road_init(void)
{
	struct pending *pool = calloc(PENDING, sizeof(*pool));

	if (pool == NULL) {
		fprintf(stderr, "world: no memory\n");
		exit(1);
	}
	for (size_t i = 0; i < PENDING; i++)
		spare[spare_size++] = &pool[i];
}

int64_t road_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

/* splitmix64: a sequence that the seed decides. */
uint64_t road_draw(void)
{
	uint64_t z = road.chance += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* In [0, 1). */
static double draw(void)
{
	return (double)(road_draw() >> 11) / 9007199254740992.0;
}

bool road_loses(void)
{
	return road.loss != 0 && (draw() < road.loss || draw() < road.loss);
}

/* --- replies that wait: a heap by time --- */

static bool is_before(const struct pending *a, const struct pending *b)
{
	return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->order < b->order;
}

static void heap_add(struct pending *reply)
{
	size_t at = heap_size++;

	while (at > 0 && is_before(reply, heap[(at - 1) / 2])) {
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap[at] = reply;
}

static struct pending *heap_take(void)
{
	struct pending *first = heap[0], *last = heap[--heap_size];
	size_t at = 0;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < heap_size && is_before(heap[child + 1], heap[child]))
			child++;
		if (child >= heap_size || !is_before(heap[child], last))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = last;
	return first;
}

unsigned road_until_multiple_ms(unsigned of_ms)
{
	return of_ms - (unsigned)(road_now_ns() / 1000000 % of_ms);
}

void road_schedule(struct pending *reply, unsigned delays, unsigned later_ms)
{
	int64_t wait = road.delay_ns * delays;

	if (road.jitter_ns != 0)
		wait += (int64_t)((draw() * 2 - 1) * (double)road.jitter_ns);
	if (road.reorder != 0 && draw() < road.reorder)
		wait = 0;
	wait += later_ms * 1000000LL;
	reply->due_ns = road_now_ns() + (wait > 0 ? wait : 0);
	reply->order = orders++;
	heap_add(reply);
}

struct pending *road_take_place(void)
{
	if (spare_size != 0) {
		struct pending *reply = spare[--spare_size];

		reply->message = reply->room;
		return reply;
	}
	road.overflow++;
	return NULL;
}

struct pending *road_take_large(size_t octets)
{
	struct pending *reply = road_take_place();

	if (reply == NULL || octets <= sizeof(reply->room))
		return reply;
	reply->message = malloc(octets);
	if (reply->message != NULL)
		return reply;
	reply->message = reply->room;
	road_give_back(reply);
	return NULL;
}

void road_give_back(struct pending *reply)
{
	if (reply->message != reply->room)
		free(reply->message);
	spare[spare_size++] = reply;
}

struct pending *road_take_due(int64_t now_ns)
{
	if (heap_size == 0 || heap[0]->due_ns > now_ns)
		return NULL;
	return heap_take();
}

int64_t road_wait_ns(void)
{
	int64_t wait = heap_size == 0 ? SECOND_NS : heap[0]->due_ns - road_now_ns();

	if (wait > SECOND_NS)
		return SECOND_NS;
	return wait < 0 ? 0 : wait;
}
