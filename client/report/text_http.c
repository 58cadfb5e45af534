/* SPDX-License-Identifier: MIT */
/* text_http.c — the text of request and response. */
#include <string.h>
#include <strings.h>

#include "client/report/report.h"
#include "client/report/words.h"

static const struct event *find(const struct view *view, enum stage stage, const char *what)
{
	return event_find(view->log, view->leg, stage, what);
}

static void show_sent_header(const struct view *view, const struct event *header)
{
	report_line(view, DIM, "> %s: %s", event_text(header, "name"), event_text(header, "value"));
}

static void show_received_header(const struct view *view, const struct event *header)
{
	report_line(view, DIM, "< %s: %s", event_text(header, "name"), event_text(header, "value"));
}

void show_request(const struct view *view)
{
	const struct event *line = find(view, STAGE_REQUEST, "line");
	const struct event *sent = find(view, STAGE_REQUEST, "sent");
	char size[WORDS], took[WORDS];

	terminal_say(view->terminal, PLAIN, "%s %s HTTP/%s · ", event_text(line, "method"),
		     event_text(line, "target"), event_text(line, "version"));
	if (sent == NULL)
		terminal_say(view->terminal, ODD, "not all of it could be sent");
	else
		terminal_say(view->terminal, PLAIN, "%s sent",
			     size_words(size, event_number(sent, "octets")));
	terminal_say_right(
		view->terminal, PLAIN, "%s",
		time_words(took, event_number(find(view, STAGE_REQUEST, "end"), "took_us")));
	terminal_end_line(view->terminal);
	if (view->verbose)
		report_each(view, STAGE_REQUEST, "header", show_sent_header);
}

/* The value of a header of the response; "" if it has none. The last one counts. */
static const char *header_of(const struct view *view, const char *name)
{
	const char *value = "";

	for (size_t i = 0; i < view->log->count; i++) {
		const struct event *event = &view->log->events[i];

		if (event->leg == view->leg && event_is(event, STAGE_RESPONSE, "header") &&
		    strcasecmp(event_text(event, "name"), name) == 0)
			value = event_text(event, "value");
	}
	return value;
}

static void show_interim(const struct view *view, const struct event *status)
{
	if (event_flag(status, "interim"))
		report_line(view, DIM, "%d %s (interim)", (int)event_number(status, "status"),
			    event_text(status, "reason"));
}

static void say_body(const struct view *view, const struct event *complete)
{
	const char *type = header_of(view, "content-type");
	const char *coding = event_text(complete, "coding");
	char size[WORDS], wire[WORDS];

	if (type[0] != '\0')
		terminal_say(view->terminal, PLAIN, " · %.*s", (int)strcspn(type, ";"), type);
	if (coding[0] != '\0')
		terminal_say(view->terminal, PLAIN, " · %s (%s %s)",
			     size_words(size, event_number(complete, "decoded_octets")), coding,
			     size_words(wire, event_number(complete, "body_octets")));
	else
		terminal_say(view->terminal, PLAIN, " · %s",
			     size_words(size, event_number(complete, "body_octets")));
	if (strcmp(event_text(complete, "framing"), "chunked") == 0)
		terminal_say(view->terminal, PLAIN, " chunked");
	if (strcmp(event_text(complete, "framing"), "close") == 0)
		terminal_say(view->terminal, PLAIN, " until the close");
}

static void say_timing(const struct view *view)
{
	struct phases phases;
	char wait[WORDS], receive[WORDS], took[WORDS];

	phases_read(&phases, view->log, view->leg);
	terminal_to_column(view->terminal, INDENT);
	if (phases.seen[PHASE_RECEIVE])
		terminal_say(view->terminal, PLAIN, "wait %s · receive %s",
			     time_words(wait, (int64_t)(phases.to_us[PHASE_WAIT] -
							phases.from_us[PHASE_WAIT])),
			     time_words(receive, (int64_t)(phases.to_us[PHASE_RECEIVE] -
							   phases.from_us[PHASE_RECEIVE])));
	else
		terminal_say(view->terminal, ODD, "not one octet came");
	if (header_of(view, "server-timing")[0] != '\0')
		terminal_say(view->terminal, PLAIN, " · the server says %s",
			     header_of(view, "server-timing"));
	terminal_say_right(
		view->terminal, PLAIN, "%s",
		time_words(took, event_number(find(view, STAGE_RESPONSE, "end"), "took_us")));
	terminal_end_line(view->terminal);
}

static void show_retransmits(const struct view *view)
{
	const struct event *figures = find(view, STAGE_RESPONSE, "figures");
	char rtt[WORDS];

	if (figures != NULL && (view->verbose || event_number(figures, "retransmits") != 0))
		report_line(view, DIM, "kernel: rtt %s · %lld octets acknowledged · retransmits %d",
			    short_time_words(rtt, event_number(figures, "rtt_us")),
			    (long long)event_number(figures, "octets_acknowledged"),
			    (int)event_number(figures, "retransmits"));
}

void show_response(const struct view *view)
{
	const struct event *status = find(view, STAGE_RESPONSE, "status");
	const struct event *complete = find(view, STAGE_RESPONSE, "complete");
	int code = (int)event_number(status, "status");
	const char *location = header_of(view, "location");

	report_each(view, STAGE_RESPONSE, "status", show_interim);
	terminal_to_column(view->terminal, INDENT);
	if (status == NULL)
		terminal_say(view->terminal, BAD, "no response");
	else
		terminal_say(view->terminal,
			     code >= 400   ? BAD
			     : code >= 300 ? ODD
					   : GOOD,
			     "%d %s", code, event_text(status, "reason"));
	if (complete != NULL)
		say_body(view, complete);
	if (location[0] != '\0')
		terminal_say(view->terminal, PLAIN, " → %s", location);
	terminal_end_line(view->terminal);
	say_timing(view);
	if (event_flag(complete, "bare_newlines"))
		report_line(view, ODD, "lines of the head end without a carriage return");
	if (complete != NULL && !event_flag(complete, "shown") &&
	    event_number(complete, "body_octets") != 0 && location[0] == '\0')
		report_line(view, DIM, "the body isn't shown (-o - shows it, -o FILE keeps it)");
	show_retransmits(view);
	if (view->verbose)
		report_each(view, STAGE_RESPONSE, "header", show_received_header);
}
