/* SPDX-License-Identifier: MIT */
/* report.h — what is shown of a log. Every report reads only events. */
#ifndef XYLEM_CLIENT_REPORT_H
#define XYLEM_CLIENT_REPORT_H

#include "client/log/events.h"
#include "client/report/terminal.h"

enum { INDENT = 11 };                   /* where the words of a stage begin */

/* What a report shows: a leg of a log, on a terminal. */
struct view {
	const struct event_log *log;
	struct terminal        *terminal;
	unsigned                leg;
	bool                    verbose;
};

/* Shows what there is to show once `event` has been said: the text report grows with the log. Its
 * type is that of event_log.told, with a struct view as the watcher. */
void report_text_told(void *view, const struct event *event);

/* The phases of all legs as bars, the total, and the verdict. */
void report_waterfall(const struct view *view);

/* Where time went in a leg. The order is that of the bars. */
enum phase { PHASE_DNS, PHASE_TCP, PHASE_TLS, PHASE_SEND, PHASE_WAIT, PHASE_RECEIVE, PHASES };

struct phases {
	bool     seen[PHASES];
	uint64_t from_us[PHASES];
	uint64_t to_us[PHASES];
};

/* Pure: reads the events of a leg. A phase that began and didn't end lasts until the leg's last
 * event. */
void phases_read(struct phases *phases, const struct event_log *log, unsigned leg);

const char *phase_name(enum phase phase);

/* The failure in one sentence, if the log has one. */
void report_failure(const struct view *view);

/* The walk that answered the question about this type ("A"), hop by hop; nothing if there is no
 * trace of it. */
bool report_has_walk(const struct view *view, const char *asked);
void report_walk(const struct view *view, const char *asked, unsigned indent);

/* A reply in dig's form. */
void report_dig(const struct view *view, const struct event *reply);

/* All of it as one JSON object; false if it couldn't be written. */
bool report_json(const struct event_log *log, FILE *to, int exit_code);

/* One event a line: the form of a saved run. */
bool report_save(const struct event_log *log, const char *path);

/* The stages' parts of the text report, in the order of the table in text.c. */
void show_cache(const struct view *view);
void show_dns(const struct view *view);
void show_tcp(const struct view *view);
void show_tls(const struct view *view);
void show_request(const struct view *view);
void show_response(const struct view *view);
void show_close(const struct view *view);

/* Starts a line below a stage's first one. */
void report_line(const struct view *view, enum style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Calls `shown` for each event of this kind in the view's leg, in order. */
void report_each(const struct view *view, enum stage stage, const char *what,
		 void (*shown)(const struct view *view, const struct event *event));

#endif
