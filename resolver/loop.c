/* SPDX-License-Identifier: MIT */
/* loop.c — the ready list and the heap of alarms. */
#include "resolver/loop.h"

#include <stdlib.h>

#include "cache/base/clock.h"
#include "cache/base/must.h"

void loop_init(struct loop *loop)
{
	*loop = (struct loop){ 0 };
	list_init(&loop->ready);
	loop_look_at_clocks(loop);
}

void loop_clear(struct loop *loop)
{
	must(list_is_empty(&loop->ready));
	free(loop->heap);
	loop->heap = NULL;
	loop->seats = loop->room = 0;
}

void loop_look_at_clocks(struct loop *loop)
{
	loop->now_ms = clock_timer_ms();
	loop->now_s = clock_age_seconds();
}

void turn_init(struct turn *turn, void (*run)(struct turn *))
{
	list_init(&turn->place);
	turn->run = run;
}

void loop_make_ready(struct loop *loop, struct turn *turn)
{
	if (list_is_empty(&turn->place))
		list_append(&loop->ready, &turn->place);
}

void turn_cancel(struct turn *turn)
{
	list_remove(&turn->place);
}

void alarm_init(struct alarm *alarm, void (*rings)(struct alarm *))
{
	*alarm = (struct alarm){ .rings = rings };
}

static void seat(struct loop *loop, struct alarm *alarm, size_t at)
{
	loop->heap[at] = alarm;
	alarm->seat = at;
}

/* Moves the alarm, whose place is `at`, to where the heap's order wants it. */
static void settle(struct loop *loop, struct alarm *alarm, size_t at)
{
	while (at > 1 && loop->heap[at / 2]->due_ms > alarm->due_ms) {
		seat(loop, loop->heap[at / 2], at);
		at /= 2;
	}
	for (;;) {
		size_t child = at * 2;

		if (child > loop->seats)
			break;
		if (child < loop->seats &&
		    loop->heap[child + 1]->due_ms < loop->heap[child]->due_ms)
			child++;
		if (loop->heap[child]->due_ms >= alarm->due_ms)
			break;
		seat(loop, loop->heap[child], at);
		at = child;
	}
	seat(loop, alarm, at);
}

static bool has_room(struct loop *loop)
{
	size_t room = loop->room == 0 ? 64 : loop->room * 2;
	struct alarm **larger;

	if (loop->seats + 1 < loop->room)
		return true;
	larger = realloc(loop->heap, room * sizeof(struct alarm *));
	if (larger == NULL)
		return false;
	loop->heap = larger;
	loop->room = room;
	return true;
}

enum result alarm_set(struct loop *loop, struct alarm *alarm, uint64_t in_ms)
{
	alarm->due_ms = loop->now_ms + in_ms;
	if (alarm->seat == 0) {
		if (!has_room(loop))
			return NO_MEMORY;
		alarm->seat = ++loop->seats;
	}
	settle(loop, alarm, alarm->seat);
	return OK;
}

void alarm_cancel(struct loop *loop, struct alarm *alarm)
{
	size_t at = alarm->seat;
	struct alarm *last;

	if (at == 0)
		return;
	alarm->seat = 0;
	last = loop->heap[loop->seats--];
	if (last != alarm)
		settle(loop, last, at);
}

uint64_t loop_next_due(const struct loop *loop)
{
	return loop->seats == 0 ? UINT64_MAX : loop->heap[1]->due_ms;
}

void loop_run_due(struct loop *loop)
{
	struct list *place;

	while (loop_next_due(loop) <= loop->now_ms) {
		struct alarm *alarm = loop->heap[1];

		alarm_cancel(loop, alarm);
		alarm->rings(alarm);
	}
	while ((place = list_take_first(&loop->ready)) != NULL) {
		struct turn *turn = container_of(place, struct turn, place);

		turn->run(turn);
	}
}
