/* SPDX-License-Identifier: MIT */
/* fetch.h — one URL fetched, from the cache decision to the close; redirects are legs of the same
 * fetch.
 *
 * A fetch says all it does to its log, gives heads and body to its output, and ends with curl's
 * exit code. It runs in steps (fetch.c has the table); between them it sleeps until a callback
 * wakes it. */
#ifndef XYLEM_CLIENT_FETCH_H
#define XYLEM_CLIENT_FETCH_H

#include <uv.h>

#include "client/fetch/output.h"
#include "client/fetch/settings.h"
#include "client/log/events.h"

struct fetch;

/* All must outlive the fetch. NULL without memory. */
struct fetch *fetch_new(uv_loop_t *loop, const struct fetch_settings *settings,
			struct event_log *log, struct output *output);
void          fetch_free(struct fetch *fetch);

/* Does all that can be done now. To be called again after each turn of the loop, until
 * fetch_is_over(). */
void          fetch_run(struct fetch *fetch);
bool          fetch_is_over(const struct fetch *fetch);

/* curl's exit code for what happened; 112 for a name whose DNSSEC is bogus. */
int           fetch_exit_code(const struct fetch *fetch);

/* curl's codes, by its manual. */
enum exit_code {
	EXIT_PROTOCOL = 1,
	EXIT_OPTION = 2,
	EXIT_URL = 3,
	EXIT_RESOLVE = 6,
	EXIT_CONNECT = 7,
	EXIT_WEIRD_REPLY = 8,
	EXIT_PARTIAL = 18,
	EXIT_HTTP_ERROR = 22,
	EXIT_WRITE = 23,
	EXIT_READ = 26,
	EXIT_MEMORY = 27,
	EXIT_TIME = 28,
	EXIT_TLS = 35,
	EXIT_REDIRECTS = 47,
	EXIT_EMPTY = 52,
	EXIT_SEND = 55,
	EXIT_RECEIVE = 56,
	EXIT_CERTIFICATE = 60,
	EXIT_CODING = 61,
	EXIT_CA_FILE = 77,
	EXIT_BOGUS = 112,               /* ours: DNSSEC says no */
};

#endif
