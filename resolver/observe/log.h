/* SPDX-License-Identifier: MIT */
/* log.h — what the daemon says to whoever runs it: one line each, whole, from any thread.
 *
 * To standard error unless log_configure() says otherwise: with systemd's priority (`<4>`)
 * before each line if that is a journal's stream, else with the time (UTC) and the level's name;
 * or to syslog; or to a file. A line is one write(2), at most LOG_LINE_SIZE octets; what could
 * steer a terminal or forge a second line becomes '?', so that anybody's octets may be logged.
 * Never log a secret. Nothing here can fail in a way that its callers could mend, and errno
 * stays as it is. */
#ifndef XYLEM_OBSERVE_LOG_H
#define XYLEM_OBSERVE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/base/address.h"
#include "cache/question.h"
#include "cache/trust.h"

enum { LOG_LINE_SIZE = 2048 };

enum log_level {                        /* the order of config.h's */
	LOG_LEVEL_ERROR,                /* something doesn't work, and won't by itself */
	LOG_LEVEL_WARNING,              /* something isn't as it should be */
	LOG_LEVEL_INFO,                 /* what the daemon does in the large */
	LOG_LEVEL_DEBUG,                /* and in the small */
};

struct log_settings {
	enum log_level level;           /* lines above it are not said */
	bool           queries;         /* say every question */
	const char    *to;              /* "stderr", "syslog", or a file's absolute path */
};

/* At start, and again at each reload; a file is opened anew each time, so it may have been moved
 * away. Before the first call: info and worse to standard error. DISK_FAILED: the file can't be
 * opened; then nothing has changed, and errno says why. Lines of other threads meanwhile go to
 * the old place or the new one. */
MUST_USE enum result log_configure(const struct log_settings *settings);

/* Whether a line of that level would be said: for those who would have to work for it. */
bool log_says(enum log_level level);

__attribute__((format(printf, 1, 2))) void log_error(const char *format, ...);
__attribute__((format(printf, 1, 2))) void log_warning(const char *format, ...);
__attribute__((format(printf, 1, 2))) void log_info(const char *format, ...);
__attribute__((format(printf, 1, 2))) void log_debug(const char *format, ...);

/* For a survivable surprise that anybody on the network may cause again and again: a warning,
 * but at most one a minute for each `key` (a short word for the kind of surprise); the next line
 * tells how many were left out. At most 64 kinds are told apart. */
__attribute__((format(printf, 2, 3))) void log_once_a_minute(const char *key, const char *format,
							     ...);

/* A line with one of syslog's priorities: the form that cache_settings wants. */
void log_with_priority(int priority, const char *line);

/* One question that was answered or has failed. */
struct log_question {
	const struct question *question;
	struct address         asker;
	const char            *transport;       /* "udp", "tcp", "tls", "https" */
	unsigned               rcode;
	enum security          security;
	bool                   from_cache;
	uint32_t               elapsed_us;
	const char            *why;     /* the failure's sentence; NULL or "": none */
};

/* Whether log_question() says anything at all: for the hot path. */
bool log_says_questions(void);

/* `query 192.0.2.1@4242 udp www.example. A NOERROR insecure 12.3 ms, walked`; with log.queries
 * at any level, else as debug. */
void log_question(const struct log_question *told);

#endif
