/* SPDX-License-Identifier: MIT */
/* steps_end.c — END_CONNECTION, AWAIT_END, END_LEG, FAIL: how it ends. */
#include <string.h>

#include "cache/base/clock.h"
#include "client/connect/tcp.h"
#include "client/fetch/fetch_private.h"

enum step end_connection(struct fetch *f)
{
	const char *before;

	if (!f->settings->watched)
		return END_LEG;
	fetch_begin_stage(f, STAGE_CLOSE);
	before = tcp_state(connection_descriptor(f->connection));
	if (strcmp(before, "CLOSE-WAIT") == 0)
		f->they_ended = true;
	connection_end(f->connection);
	f->ended_us = clock_timer_us();
	event_say(f->log, STAGE_CLOSE, FROM_KERNEL, "our end", "{s:b, s:s, s:s, s:b}", "first",
		  !f->they_ended, "before", before, "after",
		  tcp_state(connection_descriptor(f->connection)), "tls",
		  connection_tls(f->connection) != NULL);
	return AWAIT_END;
}

/* What the kernel still knows once the socket is closed. */
static void say_rest(struct fetch *f)
{
	struct tcp_rest rest;
	bool told;

	connection_free(f->connection);
	f->connection = NULL;
	told = tcp_find_rest(&f->ours, &f->theirs, &rest);
	event_say(f->log, STAGE_CLOSE, FROM_KERNEL, "rest", "{s:b, s:s, s:b, s:I}", "told", told,
		  "state", told ? rest.state : "?", "timed", rest.timed, "left_ms",
		  (json_int_t)rest.left_ms);
}

enum step await_end(struct fetch *f)
{
	enum io io = connection_await_end(f->connection);
	uint64_t waited_us = clock_timer_us() - f->ended_us;

	if (io == IO_AGAIN && waited_us < END_PATIENCE_MS * 1000ULL)
		return AWAIT_END;
	event_say(f->log, STAGE_CLOSE, FROM_KERNEL, "their end", "{s:b, s:b, s:I, s:s}", "came",
		  io == IO_END, "reset", io == IO_BROKEN, "took_us", (json_int_t)waited_us, "state",
		  tcp_state(connection_descriptor(f->connection)));
	say_rest(f);
	fetch_end_stage(f, STAGE_CLOSE);
	return END_LEG;
}

bool fetch_follows(const struct fetch *f, int status)
{
	if (!f->settings->follow || f->response.location[0] == '\0')
		return false;
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* What the next leg asks with (RFC 9110 §15.4): a POST becomes a GET at 301, 302 and 303, unless -X
 * says otherwise. */
static void change_method(struct fetch *f, int status)
{
	if (status == 307 || status == 308)
		return;
	if (f->with_body && f->settings->method == NULL)
		f->with_body = false;
}

static void say_leg_ends(struct fetch *f)
{
	event_say(f->log, STAGE_RUN, FROM_HERE, "leg ends", "{s:i, s:o}", "status",
		  f->response_open ? f->response.status : 0, "location",
		  json_octets_of(f->response_open ? f->response.location : ""));
}

enum step end_leg(struct fetch *f)
{
	int status = f->response.status;
	bool follows = fetch_follows(f, status);

	say_leg_ends(f);
	if (!follows && !output_end(f->output, status < 400 || !f->settings->fail_on_error))
		return fail(f, EXIT_WRITE, STAGE_RESPONSE, BY_MACHINE, "another place with -o",
			    "the body can't be written: %s", strerror(f->output->error));
	if (!follows && f->settings->fail_on_error && status >= 400)
		return fail(f, EXIT_HTTP_ERROR, STAGE_RESPONSE, status >= 500 ? BY_SERVER : BY_YOU,
			    status >= 500 ? "again later" : "another address or other credentials",
			    "the server answered %d", status);
	if (!follows)
		return OVER;
	if (f->log->leg >= MAX_REDIRECTS)
		return fail(f, EXIT_REDIRECTS, STAGE_RESPONSE, BY_SERVER,
			    "the last Location by itself", "more than %d redirects", MAX_REDIRECTS);
	f->next_url = arena_print(&f->arena, "%s", f->response.location);
	change_method(f, status);
	fetch_drop_leg(f);
	f->log->leg++;
	f->log->connection = 0;
	return READ_URL;
}

enum step give_up(struct fetch *f)
{
	fetch_end_stage(f, f->open_stage);
	say_leg_ends(f);
	(void)output_end(f->output, false);
	return OVER;
}
