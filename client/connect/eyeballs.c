/* SPDX-License-Identifier: MIT */
/* eyeballs.c — the rules of RFC 8305, sections 4 and 5. */
#include "client/connect/eyeballs.h"

#include "cache/base/must.h"

void eyeballs_init(struct eyeballs *eyeballs)
{
	*eyeballs = (struct eyeballs){ .more_may_come = false };
}

static bool knows(const struct eyeballs *eyeballs, const struct address *address)
{
	for (size_t i = 0; i < eyeballs->count; i++)
		if (address_equal(&eyeballs->attempts[i].to, address))
			return true;
	return false;
}

/* Where the attempts that haven't begun start: they are always the last ones. */
static size_t first_waiting(const struct eyeballs *eyeballs)
{
	size_t i = 0;

	while (i < eyeballs->count && eyeballs->attempts[i].state != ATTEMPT_WAITS)
		i++;
	return i;
}

/* Brings the next attempt of `family` at or after `from` forward to `from`, keeping the order of
 * the others. */
static bool bring_forward(struct eyeballs *eyeballs, size_t from, sa_family_t family)
{
	for (size_t i = from; i < eyeballs->count; i++) {
		struct attempt found = eyeballs->attempts[i];

		if (found.to.any.sa_family != family)
			continue;
		for (; i > from; i--)
			eyeballs->attempts[i] = eyeballs->attempts[i - 1];
		eyeballs->attempts[from] = found;
		return true;
	}
	return false;
}

static sa_family_t other_family(sa_family_t family)
{
	return family == AF_INET6 ? AF_INET : AF_INET6;
}

static void interleave(struct eyeballs *eyeballs)
{
	size_t first = first_waiting(eyeballs);

	for (size_t i = first; i < eyeballs->count; i++) {
		if (i == 0)
			continue;
		bring_forward(eyeballs, i,
			      other_family(eyeballs->attempts[i - 1].to.any.sa_family));
	}
}

void eyeballs_add(struct eyeballs *eyeballs, const struct address *addresses, size_t count)
{
	for (size_t i = 0; i < count && eyeballs->count < MAX_ADDRESSES; i++)
		if (!knows(eyeballs, &addresses[i]))
			eyeballs->attempts[eyeballs->count++] =
				(struct attempt){ .to = addresses[i], .state = ATTEMPT_WAITS };
	interleave(eyeballs);
}

struct eyeballs_advice eyeballs_next(const struct eyeballs *eyeballs, uint64_t now_us)
{
	size_t waiting = first_waiting(eyeballs), going_on = 0;
	uint64_t due = eyeballs->last_began_us + ATTEMPT_DELAY_US;

	for (size_t i = 0; i < eyeballs->count; i++) {
		if (eyeballs->attempts[i].state == ATTEMPT_WON)
			return (struct eyeballs_advice){ .deed = EYEBALLS_OVER, .which = i };
		if (eyeballs->attempts[i].state == ATTEMPT_GOES_ON)
			going_on++;
	}
	if (waiting < eyeballs->count) {
		if (going_on == 0 || eyeballs->hurry || now_us >= due)
			return (struct eyeballs_advice){ .deed = EYEBALLS_BEGIN, .which = waiting };
		return (struct eyeballs_advice){ .deed = EYEBALLS_WAIT, .until_us = due };
	}
	if (going_on == 0 && !eyeballs->more_may_come)
		return (struct eyeballs_advice){ .deed = EYEBALLS_HOPELESS };
	return (struct eyeballs_advice){ .deed = EYEBALLS_WAIT };
}

void eyeballs_began(struct eyeballs *eyeballs, size_t which, uint64_t now_us)
{
	must(which < eyeballs->count && eyeballs->attempts[which].state == ATTEMPT_WAITS);
	eyeballs->attempts[which].state = ATTEMPT_GOES_ON;
	eyeballs->attempts[which].began_us = now_us;
	eyeballs->last_began_us = now_us;
	eyeballs->hurry = false;
}

void eyeballs_failed(struct eyeballs *eyeballs, size_t which, uint64_t now_us)
{
	must(which < eyeballs->count && eyeballs->attempts[which].state == ATTEMPT_GOES_ON);
	eyeballs->attempts[which].state = ATTEMPT_FAILED;
	eyeballs->attempts[which].ended_us = now_us;
	eyeballs->hurry = true;
}

void eyeballs_won(struct eyeballs *eyeballs, size_t which, uint64_t now_us)
{
	must(which < eyeballs->count && eyeballs->attempts[which].state == ATTEMPT_GOES_ON);
	for (size_t i = 0; i < eyeballs->count; i++) {
		struct attempt *attempt = &eyeballs->attempts[i];

		if (attempt->state != ATTEMPT_GOES_ON)
			continue;
		attempt->state = i == which ? ATTEMPT_WON : ATTEMPT_LOST;
		attempt->ended_us = now_us;
	}
}
