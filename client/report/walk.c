/* SPDX-License-Identifier: MIT */
/* walk.c — the daemon's walk, hop by hop: whose zone, which server, how long, what it said. */
#include <string.h>

#include "client/report/report.h"
#include "client/report/words.h"

enum {
	MAX_DEPTH = 8,
	MAX_FLIGHTS = 64,
	REPEATS_WITHIN = 400,
	WIDEST_ZONE = 20,
	WIDEST_SERVER = 26,
	WIDEST_ADDRESS = 24
};

/* The zone whose servers are asked. */
struct asked_zone {
	const char *name;
	const char *security;
};

/* A query in the air, and whose zone it was for: by the time of the reply another sub-walk of the
 * same depth may have moved on to another zone. */
struct flight {
	const struct event *query;
	struct asked_zone   zone;
};

/* What is remembered from event to event. */
struct path {
	struct asked_zone zone[MAX_DEPTH];
	struct flight     flights[MAX_FLIGHTS];
	unsigned          in_the_air;
	unsigned    zone_width, server_width, address_width;
};

static unsigned depth_of(const struct event *event)
{
	int64_t depth = event_number(event, "depth");

	return depth < 0 || depth >= MAX_DEPTH ? MAX_DEPTH - 1 : (unsigned)depth;
}

static void widen(unsigned *width, const char *text, unsigned widest)
{
	unsigned columns = (unsigned)strlen(text);

	if (columns > *width)
		*width = columns > widest ? widest : columns;
}

static void measure(struct path *path, const struct event *event)
{
	if (event_is(event, STAGE_DNS, "walk cut"))
		widen(&path->zone_width, event_text(event, "zone"), WIDEST_ZONE);
	if (event_is(event, STAGE_DNS, "walk reply") || event_is(event, STAGE_DNS, "walk silent")) {
		widen(&path->server_width, event_text(event, "server"), WIDEST_SERVER);
		widen(&path->address_width, event_text(event, "address"), WIDEST_ADDRESS);
	}
}

static const char *or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

static enum style security_style(const char *security)
{
	if (strcmp(security, "secure") == 0)
		return GOOD;
	return strcmp(security, "bogus") == 0 ? BAD : DIM;
}

/* The last words of a line; on a line below if they don't fit. */
static void say_fitting(const struct view *view, unsigned indent, enum style style,
			const char *text)
{
	if (view->terminal->column + 2 + columns_of(text) > view->terminal->width) {
		terminal_end_line(view->terminal);
		terminal_to_column(view->terminal, indent + 4);
	} else {
		terminal_say(view->terminal, PLAIN, "  ");
	}
	terminal_say(view->terminal, style, "%s", text);
}

static void take_off(struct path *path, const struct event *query)
{
	if (path->in_the_air < MAX_FLIGHTS)
		path->flights[path->in_the_air++] = (struct flight){
			.query = query,
			.zone = path->zone[depth_of(query)],
		};
}

static bool is_answer_to(const struct event *event, const struct event *query)
{
	return depth_of(event) == depth_of(query) &&
	       strcmp(event_text(event, "server"), event_text(query, "server")) == 0 &&
	       strcmp(event_text(event, "address"), event_text(query, "address")) == 0;
}

/* The zone of the query that this is the reply to; of the last cut if the query isn't known. */
static struct asked_zone land(struct path *path, const struct event *event)
{
	for (unsigned i = 0; i < path->in_the_air; i++) {
		struct asked_zone zone = path->flights[i].zone;

		if (!is_answer_to(event, path->flights[i].query))
			continue;
		path->in_the_air--;
		memmove(&path->flights[i], &path->flights[i + 1],
			(path->in_the_air - i) * sizeof(path->flights[0]));
		return zone;
	}
	return path->zone[depth_of(event)];
}

static void say_hop(const struct view *view, const struct path *path, const char *zone,
		    const struct event *event, unsigned indent)
{
	char took[WORDS];

	terminal_to_column(view->terminal, indent);
	terminal_say(view->terminal, PLAIN, "%-*s ", (int)path->zone_width, or_empty(zone));
	terminal_say(view->terminal, PLAIN, "%-*s ", (int)path->server_width,
		     event_text(event, "server"));
	terminal_say(view->terminal, DIM, "%-*s ", (int)path->address_width,
		     event_text(event, "address"));
	terminal_say(view->terminal, DIM, "%s ", event_text(event, "transport"));
	terminal_say(view->terminal, PLAIN, "%9s",
		     time_words(took, event_number(event, "took_us")));
}

static void show_reply(const struct view *view, struct path *path, const struct event *event,
		       unsigned indent)
{
	struct asked_zone zone = land(path, event);
	const char *reading = event_text(event, "reading"), *about = event_text(event, "about");
	const char *summary = event_text(event, "summary");
	const char *security = or_empty(zone.security);
	enum style style = PLAIN;
	char said[1024];

	if (strcmp(reading, "referral") == 0)
		snprintf(said, sizeof(said), "refers to %s", about);
	else if (strcmp(reading, "answer") == 0)
		snprintf(said, sizeof(said), "%s · ttl %lld", summary,
			 (long long)event_number(event, "ttl"));
	else if (strcmp(reading, "alias") == 0)
		snprintf(said, sizeof(said), "alias of %s", about);
	else if (strcmp(reading, "truncated") == 0)
		snprintf(said, sizeof(said), "truncated: asked again over tcp");
	else if (summary[0] == '\0' || strcmp(summary, reading) == 0)
		snprintf(said, sizeof(said), "%s", reading);
	else
		snprintf(said, sizeof(said), "%s: %s", reading, summary);
	if (strcmp(reading, "lame") == 0 || strcmp(reading, "refused") == 0 ||
	    strcmp(reading, "server failure") == 0 || strcmp(reading, "malformed") == 0 ||
	    strcmp(reading, "error") == 0)
		style = ODD;
	say_hop(view, path, zone.name, event, indent);
	say_fitting(view, indent, style, said);
	if (security[0] != '\0' && strcmp(security, "unchecked") != 0)
		terminal_say(view->terminal, security_style(security), " %s", security);
	if (view->verbose)
		terminal_say(view->terminal, DIM, " (%d octets, %s)",
			     (int)event_number(event, "octets"), event_text(event, "rcode"));
	terminal_end_line(view->terminal);
}

static void say_line(const struct view *view, unsigned indent, enum style style, const char *text)
{
	terminal_to_column(view->terminal, indent);
	terminal_say(view->terminal, style, "%s", text);
	terminal_end_line(view->terminal);
}

static void show_hit(const struct view *view, const struct event *event, unsigned indent)
{
	char text[2048], age[WORDS], left[WORDS];
	const char *from = event_text(event, "from"), *security = event_text(event, "security");

	snprintf(text, sizeof(text), "cache: %s %s, learnt %s ago%s%s, %s left%s%s",
		 event_text(event, "name"), event_text(event, "type"),
		 span_words(age, event_number(event, "age")), from[0] == '\0' ? "" : " from ", from,
		 span_words(left, event_number(event, "ttl")),
		 strcmp(security, "unchecked") == 0 ? "" : ", ",
		 strcmp(security, "unchecked") == 0 ? "" : security);
	say_line(view, indent, PLAIN, text);
}

static void show_cut(const struct view *view, const struct event *event, unsigned indent)
{
	char text[2048];
	bool news = strcmp(event_text(event, "cut_source"), "referral") != 0;

	if (!news && !view->verbose)
		return;
	snprintf(text, sizeof(text), "starts at %s (known from %s, %d server%s)",
		 event_text(event, "zone"), event_text(event, "cut_source"),
		 (int)event_number(event, "servers"),
		 event_number(event, "servers") == 1 ? "" : "s");
	if (news && (strcmp(event_text(event, "zone"), ".") != 0 || view->verbose))
		say_line(view, indent, DIM, text);
}

static void show_failure(const struct view *view, const struct event *event, unsigned indent)
{
	char text[1024];

	snprintf(text, sizeof(text), "fails: %s%s%s", event_text(event, "rcode"),
		 event_text(event, "sentence")[0] == '\0' ? "" : ", ",
		 event_text(event, "sentence"));
	say_line(view, indent, BAD, text);
}

static void show_refused(const struct view *view, const struct event *event, unsigned indent)
{
	char text[2048];

	snprintf(text, sizeof(text), "ignored from %s %s: %s", event_text(event, "server"),
		 event_text(event, "address"), event_text(event, "why"));
	say_line(view, indent, ODD, text);
}

static void show_walk_begins(const struct view *view, const struct event *event, unsigned indent)
{
	char text[2048];

	if (depth_of(event) == 0)
		return;
	snprintf(text, sizeof(text), "needs %s %s:", event_text(event, "name"),
		 event_text(event, "type"));
	say_line(view, indent - 2, DIM, text);
}

static void show_join(const struct view *view, const struct event *event, unsigned indent)
{
	char text[2048], running[WORDS];

	snprintf(text, sizeof(text), "joins the walk for %s %s that began %s before",
		 event_text(event, "name"), event_text(event, "type"),
		 time_words(running, event_number(event, "running_us")));
	say_line(view, indent, DIM, text);
}

static void show_local(const struct view *view, const struct event *event, unsigned indent)
{
	char text[2048];

	snprintf(text, sizeof(text), "%s is answered by xylemd itself (%s)",
		 event_text(event, "zone"), event_text(event, "law"));
	say_line(view, indent, PLAIN, text);
}

/* That all is well is said where the answer is; what isn't, where it was found. */
static void show_verdict(const struct view *view, const struct event *event, unsigned indent)
{
	const char *why = event_text(event, "why"), *security = event_text(event, "security");
	char text[2048];

	if (why[0] == '\0' && !view->verbose)
		return;
	snprintf(text, sizeof(text), "%s, by the keys of %s%s%s", security,
		 event_text(event, "zone"), why[0] == '\0' ? "" : ": ", why);
	say_line(view, indent, security_style(security), text);
}

static void show_silent(const struct view *view, struct path *path, const struct event *event,
			unsigned indent)
{
	say_hop(view, path, land(path, event).name, event, indent);
	say_fitting(view, indent, ODD, "silent");
	terminal_end_line(view->terminal);
}

static void show_event(const struct view *view, struct path *path, const struct event *event,
		       unsigned indent)
{
	unsigned depth = depth_of(event);

	indent += 2 * depth;
	if (event_is(event, STAGE_DNS, "walk"))
		show_walk_begins(view, event, indent);
	if (event_is(event, STAGE_DNS, "walk hit"))
		show_hit(view, event, indent);
	if (event_is(event, STAGE_DNS, "walk local"))
		show_local(view, event, indent);
	if (event_is(event, STAGE_DNS, "walk cut")) {
		path->zone[depth] = (struct asked_zone){ event_text(event, "zone"),
							 event_text(event, "security") };
		show_cut(view, event, indent);
	}
	if (event_is(event, STAGE_DNS, "walk query"))
		take_off(path, event);
	if (event_is(event, STAGE_DNS, "walk reply"))
		show_reply(view, path, event, indent);
	if (event_is(event, STAGE_DNS, "walk silent"))
		show_silent(view, path, event, indent);
	if (event_is(event, STAGE_DNS, "walk refused"))
		show_refused(view, event, indent);
	if (event_is(event, STAGE_DNS, "walk verdict"))
		show_verdict(view, event, indent);
	if (event_is(event, STAGE_DNS, "walk join"))
		show_join(view, event, indent);
	if (event_is(event, STAGE_DNS, "walk fail"))
		show_failure(view, event, indent);
	if (event_is(event, STAGE_DNS, "walk step") && view->verbose)
		say_line(view, indent, DIM, event_text(event, "step"));
}

static bool belongs(const struct view *view, const struct event *event, const char *asked)
{
	return event->leg == view->leg && event->source == FROM_DAEMON &&
	       strcmp(event_text(event, "asked"), asked) == 0;
}

/* A walk that several others wait for is told by each of them: the same event is shown once. */
static bool is_repeated(const struct event_log *log, size_t which)
{
	const struct event *event = &log->events[which];

	for (size_t i = which; i-- > 0 && which - i <= REPEATS_WITHIN;)
		if (log->events[i].at_us == event->at_us && log->events[i].leg == event->leg &&
		    strcmp(log->events[i].what, event->what) == 0 &&
		    json_equal(log->events[i].facts, event->facts))
			return true;
	return false;
}

bool report_has_walk(const struct view *view, const char *asked)
{
	for (size_t i = 0; i < view->log->count; i++)
		if (belongs(view, &view->log->events[i], asked))
			return true;
	return false;
}

static void show_dropped(const struct view *view, const struct event *event, unsigned indent)
{
	char text[128];

	if (!event_is(event, STAGE_DNS, "trace") || event_number(event, "dropped") == 0)
		return;
	snprintf(text, sizeof(text), "(the first %d events didn't fit into the trace)",
		 (int)event_number(event, "dropped"));
	say_line(view, indent, ODD, text);
}

void report_walk(const struct view *view, const char *asked, unsigned indent)
{
	struct path path = { .zone_width = 1 };

	for (size_t i = 0; i < view->log->count; i++)
		if (belongs(view, &view->log->events[i], asked))
			measure(&path, &view->log->events[i]);
	for (size_t i = 0; i < view->log->count; i++) {
		if (!belongs(view, &view->log->events[i], asked))
			continue;
		if (is_repeated(view->log, i))
			continue;
		show_dropped(view, &view->log->events[i], indent);
		show_event(view, &path, &view->log->events[i], indent);
	}
}
