/* SPDX-License-Identifier: MIT */
/* json.c — the log as JSON: one object with a summary, or one event a line. */
#include <errno.h>

#include "client/report/report.h"

static json_t *timing_of(const struct event_log *log, unsigned leg)
{
	json_t *timing = json_object();
	struct phases phases;

	phases_read(&phases, log, leg);
	for (unsigned phase = 0; phase < PHASES; phase++)
		if (phases.seen[phase])
			json_object_set_new(timing, phase_name((enum phase)phase),
					    json_integer((json_int_t)(phases.to_us[phase] -
								      phases.from_us[phase])));
	return timing;
}

static json_t *leg_json(const struct event_log *log, unsigned leg)
{
	const struct event *url = event_find(log, leg, STAGE_RUN, "url");
	const struct event *complete = event_find(log, leg, STAGE_RESPONSE, "complete");
	const struct event *connected = event_find(log, leg, STAGE_TCP, "connected");

	return json_pack("{s:s, s:s, s:I, s:I, s:o}", "url", event_text(url, "url"), "address",
			 event_text(connected, "address"), "status",
			 (json_int_t)event_number(complete, "status"), "body_octets",
			 (json_int_t)event_number(complete, "body_octets"), "timing_us",
			 timing_of(log, leg));
}

static json_t *failure_json(const struct event_log *log)
{
	for (size_t i = log->count; i-- > 0;)
		if (event_is(&log->events[i], STAGE_RUN, "failure"))
			return json_incref(log->events[i].facts);
	return json_null();
}

bool report_json(const struct event_log *log, FILE *to, int exit_code)
{
	json_t *legs = json_array(), *events = json_array();
	unsigned last = log->count == 0 ? 0 : log->events[log->count - 1].leg;
	json_t *whole;
	bool good;

	for (unsigned leg = 0; leg <= last; leg++)
		json_array_append_new(legs, leg_json(log, leg));
	for (size_t i = 0; i < log->count; i++)
		json_array_append_new(events, event_json(&log->events[i]));
	whole = json_pack("{s:s, s:I, s:i, s:o, s:o, s:I, s:o}", "xylem", XYLEM_VERSION, "began",
			  (json_int_t)log->began_wall, "exit", exit_code, "failure",
			  failure_json(log), "legs", legs, "events_dropped",
			  (json_int_t)log->dropped, "events", events);
	good = whole != NULL && json_dumpf(whole, to, JSON_INDENT(2)) == 0 &&
	       fputc('\n', to) != EOF;
	json_decref(whole);
	return good && fflush(to) == 0;
}

bool report_save(const struct event_log *log, const char *path)
{
	FILE *file = fopen(path, "we");
	bool good = file != NULL;

	for (size_t i = 0; good && i < log->count; i++) {
		json_t *event = event_json(&log->events[i]);

		good = event != NULL && json_dumpf(event, file, JSON_COMPACT) == 0 &&
		       fputc('\n', file) != EOF;
		json_decref(event);
	}
	if (file != NULL && fclose(file) != 0)
		good = false;
	return good;
}
