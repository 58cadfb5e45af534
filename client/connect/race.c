/* SPDX-License-Identifier: MIT */
/* race.c — the sockets of Happy Eyeballs. */
#include "client/connect/race.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache/base/clock.h"

struct runner {
	int           descriptor;       /* -1: none */
	struct watch *watch;
};

struct race {
	uv_loop_t        *loop;
	struct event_log *log;
	struct waker      waker;
	struct alarm     *alarm;        /* the next attempt is due */
	struct eyeballs   eyeballs;
	struct runner     runners[MAX_ADDRESSES];
	int               last_error;
};

struct race *race_new(uv_loop_t *loop, struct event_log *log, struct waker waker)
{
	struct race *race = calloc(1, sizeof(*race));

	if (race == NULL)
		return NULL;
	race->loop = loop;
	race->log = log;
	race->waker = waker;
	race->alarm = alarm_new(loop, waker);
	eyeballs_init(&race->eyeballs);
	for (size_t i = 0; i < MAX_ADDRESSES; i++)
		race->runners[i].descriptor = -1;
	if (race->alarm != NULL)
		return race;
	free(race);
	return NULL;
}

static void let_go(struct runner *runner)
{
	watch_free(runner->watch);
	runner->watch = NULL;
	if (runner->descriptor >= 0)
		close(runner->descriptor);
	runner->descriptor = -1;
}

static void say_attempt(struct race *race, size_t which, const char *what, int error)
{
	const struct attempt *attempt = &race->eyeballs.attempts[which];
	uint64_t now_us = clock_timer_us();
	char text[ADDRESS_TEXT];

	event_say(race->log, STAGE_TCP, FROM_KERNEL, what, "{s:i, s:s, s:i, s:I, s:i, s:s}",
		  "attempt", (int)which, "address", address_write(text, &attempt->to), "port",
		  (int)address_port(&attempt->to), "took_us",
		  (json_int_t)(attempt->began_us == 0 ? 0 : now_us - attempt->began_us), "error",
		  error, "reason", error == 0 ? "" : strerror(error));
}

void race_free(struct race *race)
{
	if (race == NULL)
		return;
	for (size_t i = 0; i < race->eyeballs.count; i++) {
		if (race->eyeballs.attempts[i].state == ATTEMPT_GOES_ON)
			say_attempt(race, i, "attempt given up", 0);
		let_go(&race->runners[i]);
	}
	alarm_free(race->alarm);
	free(race);
}

void race_add(struct race *race, const struct address *addresses, size_t count, bool more_may_come)
{
	race->eyeballs.more_may_come = more_may_come;
	eyeballs_add(&race->eyeballs, addresses, count);
}

static void fail(struct race *race, size_t which, int error)
{
	race->last_error = error;
	eyeballs_failed(&race->eyeballs, which, clock_timer_us());
	say_attempt(race, which, "attempt failed", error);
	let_go(&race->runners[which]);
}

static void begin(struct race *race, size_t which)
{
	struct runner *runner = &race->runners[which];
	const struct address *to = &race->eyeballs.attempts[which].to;

	eyeballs_began(&race->eyeballs, which, clock_timer_us());
	say_attempt(race, which, "attempt begins", 0);
	runner->descriptor =
		socket(to->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (runner->descriptor < 0) {
		fail(race, which, errno);
		return;
	}
	if (connect(runner->descriptor, &to->any, address_length(to)) != 0 &&
	    errno != EINPROGRESS) {
		fail(race, which, errno);
		return;
	}
	runner->watch = watch_new(race->loop, runner->descriptor, race->waker);
	if (runner->watch == NULL) {
		fail(race, which, ENOMEM);
		return;
	}
	watch_for(runner->watch, UV_WRITABLE);
}

static void look_at(struct race *race, size_t which)
{
	struct runner *runner = &race->runners[which];
	socklen_t length = sizeof(int);
	int error = 0;

	if (race->eyeballs.attempts[which].state != ATTEMPT_GOES_ON)
		return;
	if (watch_take_ready(runner->watch) == 0)
		return;
	if (getsockopt(runner->descriptor, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
		error = errno;
	if (error != 0) {
		fail(race, which, error);
		return;
	}
	eyeballs_won(&race->eyeballs, which, watch_ready_us(runner->watch));
	say_attempt(race, which, "attempt won", 0);
	for (size_t i = 0; i < race->eyeballs.count; i++) {
		if (race->eyeballs.attempts[i].state != ATTEMPT_LOST)
			continue;
		say_attempt(race, i, "attempt lost", 0);
		let_go(&race->runners[i]);
	}
}

enum race_outcome race_step(struct race *race)
{
	for (size_t i = 0; i < race->eyeballs.count; i++)
		look_at(race, i);
	for (;;) {
		struct eyeballs_advice advice = eyeballs_next(&race->eyeballs, clock_timer_us());

		switch (advice.deed) {
		case EYEBALLS_BEGIN:
			begin(race, advice.which);
			break;
		case EYEBALLS_WAIT:
			if (advice.until_us != 0)
				alarm_set(race->alarm, advice.until_us);
			return RACE_GOES_ON;
		case EYEBALLS_OVER:
			return RACE_WON;
		case EYEBALLS_HOPELESS:
			return RACE_HOPELESS;
		}
	}
}

int race_take_socket(struct race *race, struct attempt *won)
{
	for (size_t i = 0; i < race->eyeballs.count; i++) {
		int descriptor = race->runners[i].descriptor;

		if (race->eyeballs.attempts[i].state != ATTEMPT_WON)
			continue;
		*won = race->eyeballs.attempts[i];
		race->runners[i].descriptor = -1;
		watch_free(race->runners[i].watch);
		race->runners[i].watch = NULL;
		return descriptor;
	}
	return -1;
}

int race_last_error(const struct race *race)
{
	return race->last_error;
}

size_t race_attempts(const struct race *race)
{
	return race->eyeballs.count;
}
