/* SPDX-License-Identifier: MIT */
/* fake_exchange.c — exchanges with a simulated world: no sockets, only alarms. */
#include <stdlib.h>

#include "cache/base/clock.h"
#include "cache/base/must.h"
#include "tests/fake/fake.h"

struct fake_reaction (*fake_world)(const struct exchange_request *request);
unsigned fake_exchanges_open;

struct exchange {
	struct loop         *loop;
	struct alarm         alarm;
	enum exchange_outcome outcome;
	struct fake_reaction reaction;
	uint64_t             began_us, settled_us;
	void               (*settled)(void *subject);
	void                *subject;
};

static void on_alarm(struct alarm *alarm)
{
	struct exchange *exchange = container_of(alarm, struct exchange, alarm);

	exchange->outcome = exchange->reaction.outcome;
	exchange->settled_us = clock_timer_us();
	exchange->settled(exchange->subject);
}

struct exchange *exchange_start(struct loop *loop, const struct exchange_request *request,
				void (*settled)(void *subject), void *subject)
{
	struct exchange *exchange = calloc(1, sizeof(*exchange));
	uint32_t wait;

	must(exchange != NULL);
	exchange->loop = loop;
	exchange->settled = settled;
	exchange->subject = subject;
	exchange->began_us = clock_timer_us();
	exchange->reaction = fake_world(request);
	wait = exchange->reaction.after_ms;
	if (exchange->reaction.outcome == EXCHANGE_SILENT || wait > request->patience_ms) {
		exchange->reaction.outcome = EXCHANGE_SILENT;
		wait = request->patience_ms;
	}
	alarm_init(&exchange->alarm, on_alarm);
	must(alarm_set(loop, &exchange->alarm, wait) == OK);
	fake_exchanges_open++;
	return exchange;
}

enum exchange_outcome exchange_outcome(const struct exchange *exchange)
{
	return exchange->outcome;
}

struct bytes exchange_reply(const struct exchange *exchange)
{
	return exchange->outcome == EXCHANGE_REPLIED ? exchange->reaction.reply
						     : bytes_of(NULL, 0);
}

const struct exchange_findings *exchange_findings(const struct exchange *exchange)
{
	return &exchange->reaction.findings;
}

const char *exchange_fault(const struct exchange *exchange)
{
	return exchange->reaction.fault;
}

uint32_t exchange_elapsed_us(const struct exchange *exchange)
{
	uint64_t end = exchange->settled_us != 0 ? exchange->settled_us : clock_timer_us();

	return (uint32_t)(end - exchange->began_us);
}

unsigned exchange_strays(const struct exchange *exchange)
{
	return 0;
}

void exchange_drop(struct exchange **place)
{
	struct exchange *exchange = *place;

	if (exchange == NULL)
		return;
	*place = NULL;
	alarm_cancel(exchange->loop, &exchange->alarm);
	free((void *)exchange->reaction.reply.at);
	free(exchange);
	fake_exchanges_open--;
}
