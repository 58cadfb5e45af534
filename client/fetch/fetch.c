/* SPDX-License-Identifier: MIT */
/* fetch.c — the way of one request.
 *
 * Read the table from the top: that is the order of an ordinary request. A step returns the step
 * that follows. A fetch sleeps in the AWAIT_ steps and nowhere else; what wakes it is a hint to
 * look again. */
#include "client/fetch/fetch_private.h"

#include <stdarg.h>
#include <stdlib.h>

#include "cache/base/clock.h"
#include "cache/base/must.h"

const char BY_YOU[] = "this command", BY_RESOLVER[] = "the resolver", BY_ZONE[] = "the name's zone",
	   BY_NETWORK[] = "the network", BY_SERVER[] = "the server", BY_MACHINE[] = "this machine";

#define TO(step) (1u << (step))

static const struct row {
	const char *name;
	enum step (*run)(struct fetch *f);
	bool        sleeps;             /* runs only when woken */
	unsigned    next;               /* what it may return, besides FAIL */
} rows[STEPS] = {
	[READ_URL] = { "read url", read_url, false, TO(LOOK_IN_CACHE) },
	[LOOK_IN_CACHE] = { "look in cache", look_in_cache, false, TO(LOOK_IN_HOSTS) },
	[LOOK_IN_HOSTS] = { "look in hosts", look_in_hosts, false, TO(ASK_DNS) | TO(CONNECT) },
	[ASK_DNS] = { "ask dns", ask_dns, false, TO(AWAIT_DNS) },
	[AWAIT_DNS] = { "await dns", await_dns, true, TO(AWAIT_DNS) | TO(CONNECT) },
	[CONNECT] = { "connect", connect_to_host, false, TO(AWAIT_CONNECT) },
	[AWAIT_CONNECT] = { "await connect", await_connect, true,
			    TO(AWAIT_CONNECT) | TO(START_TLS) | TO(SEND_REQUEST) },
	[START_TLS] = { "start tls", start_tls, false, TO(AWAIT_TLS) },
	[AWAIT_TLS] = { "await tls", await_tls, true, TO(AWAIT_TLS) | TO(SEND_REQUEST) },
	[SEND_REQUEST] = { "send request", send_request, false, TO(AWAIT_RESPONSE) },
	[AWAIT_RESPONSE] = { "await response", await_response, true,
			     TO(AWAIT_RESPONSE) | TO(END_CONNECTION) },
	[END_CONNECTION] = { "end connection", end_connection, false, TO(AWAIT_END) | TO(END_LEG) },
	[AWAIT_END] = { "await end", await_end, true, TO(AWAIT_END) | TO(END_LEG) },
	[END_LEG] = { "end leg", end_leg, false, TO(READ_URL) | TO(OVER) },
	[FAIL] = { "fail", give_up, false, TO(OVER) },
	[OVER] = { "over", NULL, false, 0 },
};

static void on_woken(void *subject)
{
	struct fetch *f = subject;

	f->woken = true;
}

struct waker fetch_waker(struct fetch *f)
{
	return (struct waker){ .woken = on_woken, .subject = f };
}

struct fetch *fetch_new(uv_loop_t *loop, const struct fetch_settings *settings,
			struct event_log *log, struct output *output)
{
	struct fetch *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->deadline = alarm_new(loop, fetch_waker(f));
	if (f->deadline == NULL) {
		free(f);
		return NULL;
	}
	arena_init(&f->arena, 64 << 20);
	f->settings = settings;
	f->log = log;
	f->output = output;
	f->loop = loop;
	f->next_url = settings->url;
	f->method = settings->method;
	f->with_body = settings->has_body;
	f->began_us = clock_timer_us();
	return f;
}

/* Lets go of what only this leg needed. */
void fetch_drop_leg(struct fetch *f)
{
	resolve_free(f->resolve);
	f->resolve = NULL;
	race_free(f->race);
	f->race = NULL;
	connection_free(f->connection);
	f->connection = NULL;
	coding_free(f->coding);
	f->coding = NULL;
	if (f->response_open)
		response_clear(&f->response);
	f->response_open = false;
}

void fetch_free(struct fetch *f)
{
	if (f == NULL)
		return;
	fetch_drop_leg(f);
	alarm_free(f->deadline);
	arena_clear(&f->arena);
	free(f);
}

bool fetch_is_over(const struct fetch *f)
{
	return f->at == OVER;
}

int fetch_exit_code(const struct fetch *f)
{
	return f->exit_code;
}

void fetch_begin_stage(struct fetch *f, enum stage stage)
{
	f->open_stage = stage;
	f->stage_began_us = clock_timer_us();
	event_say(f->log, stage, FROM_HERE, "begin", NULL);
}

void fetch_end_stage(struct fetch *f, enum stage stage)
{
	if (f->open_stage != stage || stage == STAGE_RUN)
		return;
	f->open_stage = STAGE_RUN;
	event_say(f->log, stage, FROM_HERE, "end", "{s:I}", "took_us",
		  (json_int_t)(clock_timer_us() - f->stage_began_us));
}

enum step fail(struct fetch *f, int exit_code, enum stage stage, const char *who,
	       const char *advice, const char *what, ...)
{
	char text[2048];
	va_list arguments;

	va_start(arguments, what);
	vsnprintf(text, sizeof(text), what, arguments);
	va_end(arguments);
	f->exit_code = exit_code;
	event_say(f->log, STAGE_RUN, FROM_HERE, "failure", "{s:i, s:s, s:s, s:o, s:s}", "exit",
		  exit_code, "stage", stage_name(stage), "responsible", who, "what",
		  json_octets_of(text), "advice", advice);
	return FAIL;
}

static enum stage stage_of(enum step at)
{
	if (at <= AWAIT_DNS)
		return STAGE_DNS;
	if (at <= AWAIT_CONNECT)
		return STAGE_TCP;
	if (at <= AWAIT_TLS)
		return STAGE_TLS;
	return at == SEND_REQUEST ? STAGE_REQUEST : STAGE_RESPONSE;
}

static enum step time_is_up(struct fetch *f, uint64_t limit_ms, const char *advice)
{
	enum stage stage = stage_of(f->at);
	const char *who = stage == STAGE_DNS   ? BY_RESOLVER
			  : stage == STAGE_TCP ? BY_NETWORK
					       : BY_SERVER;

	return fail(f, EXIT_TIME, stage, who, advice, "time is up after %.1f s in the step \"%s\"",
		    (double)limit_ms / 1000, rows[f->at].name);
}

/* The nearest of the two deadlines, or the wait for the other side's end; sets the alarm. */
static uint64_t next_deadline(const struct fetch *f)
{
	uint64_t whole = f->settings->patience_ms == 0
				 ? UINT64_MAX
				 : f->began_us + f->settings->patience_ms * 1000ULL;
	uint64_t connecting = f->connect_by_us == 0 ? UINT64_MAX : f->connect_by_us;

	if (f->at == AWAIT_END)
		return f->ended_us + END_PATIENCE_MS * 1000ULL;
	return whole < connecting ? whole : connecting;
}

/* OVER: no deadline has passed. */
static enum step check_deadlines(struct fetch *f)
{
	uint64_t now_us = clock_timer_us();

	if (f->at >= END_CONNECTION)
		return OVER;
	if (f->settings->patience_ms != 0 &&
	    now_us >= f->began_us + f->settings->patience_ms * 1000ULL)
		return time_is_up(f, f->settings->patience_ms, "a larger -m");
	if (f->connect_by_us != 0 && now_us >= f->connect_by_us)
		return time_is_up(f, f->settings->connect_patience_ms,
				  "a larger --connect-timeout");
	return OVER;
}

void fetch_run(struct fetch *f)
{
	while (f->at != OVER) {
		const struct row *here = &rows[f->at];
		enum step next;

		if (here->sleeps && !f->woken) {
			uint64_t deadline_us = next_deadline(f);

			if (deadline_us != UINT64_MAX)
				alarm_set(f->deadline, deadline_us);
			return;
		}
		if (here->sleeps)
			f->woken = false;
		next = check_deadlines(f);
		if (next == OVER)
			next = here->run(f);
		must(next == FAIL || (here->next & TO(next)) != 0);
		/* A step that has just begun to wait looks once by itself: what it waits for may be
		 * there already. */
		if (next != f->at && rows[next].sleeps)
			f->woken = true;
		f->at = next;
	}
	fetch_drop_leg(f);
	alarm_unset(f->deadline);
}
