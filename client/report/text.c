/* SPDX-License-Identifier: MIT */
/* text.c — the stages as they happen: each is shown when its "end" has been said. */
#include <stdarg.h>
#include <string.h>

#include "client/report/report.h"
#include "client/report/words.h"

/* In the order in which a request meets them. */
static const struct section {
	enum stage  stage;
	const char *name;
	void      (*show)(const struct view *view);
} sections[] = {
	{ STAGE_CACHE, "cache", show_cache },
	{ STAGE_DNS, "dns", show_dns },
	{ STAGE_TCP, "tcp", show_tcp },
	{ STAGE_TLS, "tls", show_tls },
	{ STAGE_REQUEST, "http", show_request },
	{ STAGE_RESPONSE, "", show_response },
	{ STAGE_CLOSE, "close", show_close },
};

void report_line(const struct view *view, enum style style, const char *format, ...)
{
	char text[4096];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	terminal_to_column(view->terminal, INDENT);
	terminal_say(view->terminal, style, "%s", text);
	terminal_end_line(view->terminal);
}

void report_each(const struct view *view, enum stage stage, const char *what,
		 void (*shown)(const struct view *view, const struct event *event))
{
	for (size_t i = 0; i < view->log->count; i++) {
		const struct event *event = &view->log->events[i];

		if (event->leg == view->leg && event_is(event, stage, what))
			shown(view, event);
	}
}

static void show_leg(const struct view *view, const struct event *url)
{
	if (view->leg != 0)
		terminal_end_line(view->terminal);
	terminal_say(view->terminal, BOLD, "%s", event_text(url, "url"));
	if (view->leg != 0)
		terminal_say_right(view->terminal, DIM, "redirect %u", view->leg);
	terminal_end_line(view->terminal);
}

/* The number of a section in this leg: sections that didn't happen aren't counted. */
static unsigned number_of(const struct view *view, size_t which)
{
	unsigned number = 1;

	for (size_t i = 0; i < which; i++)
		if (sections[i].name[0] != '\0' &&
		    event_find(view->log, view->leg, sections[i].stage, "begin") != NULL)
			number++;
	return number;
}

static void show_section(const struct view *view, size_t which)
{
	const struct section *section = &sections[which];

	if (section->name[0] != '\0') {
		terminal_say(view->terminal, DIM, "%2u ", number_of(view, which));
		terminal_say(view->terminal, BOLD, "%s", section->name);
	}
	terminal_to_column(view->terminal, INDENT);
	section->show(view);
}

void report_text_told(void *watcher, const struct event *event)
{
	struct view *view = watcher;

	view->leg = event->leg;
	if (event_is(event, STAGE_RUN, "url"))
		show_leg(view, event);
	if (strcmp(event->what, "end") != 0)
		return;
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		if (sections[i].stage == event->stage)
			show_section(view, i);
	fflush(view->terminal->to);
}

void report_failure(const struct view *view)
{
	const struct event *failure = NULL;

	for (size_t i = 0; i < view->log->count; i++)
		if (event_is(&view->log->events[i], STAGE_RUN, "failure"))
			failure = &view->log->events[i];
	if (failure == NULL)
		return;
	terminal_say(view->terminal, BAD, "xylem: (%d) ", (int)event_number(failure, "exit"));
	terminal_say(view->terminal, PLAIN, "%s: %s; responsible: %s; try: %s",
		     event_text(failure, "stage"), event_text(failure, "what"),
		     event_text(failure, "responsible"), event_text(failure, "advice"));
	terminal_end_line(view->terminal);
}
