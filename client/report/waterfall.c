/* SPDX-License-Identifier: MIT */
/* waterfall.c — where the time went: bars on one axis, the total, and who is to blame for most of
 * it. */
#include <string.h>

#include "client/report/report.h"
#include "client/report/words.h"

enum { BAR_FROM = 9, NUMBERS = 26, MAX_LEGS = 64 };

/* As long as the widest terminal that is used. */
static const char full_bar[] = "##################################################"
			       "##################################################";

static const char *const phase_names[PHASES] = {
	[PHASE_DNS] = "dns",   [PHASE_TCP] = "tcp",   [PHASE_TLS] = "tls",
	[PHASE_SEND] = "send", [PHASE_WAIT] = "wait", [PHASE_RECEIVE] = "recv",
};

static const char *const phase_owners[PHASES] = {
	[PHASE_DNS] = "the resolver's walk",    [PHASE_TCP] = "the network's round trip",
	[PHASE_TLS] = "the TLS handshake",      [PHASE_SEND] = "sending the request",
	[PHASE_WAIT] = "the server",            [PHASE_RECEIVE] = "the transfer",
};

const char *phase_name(enum phase phase)
{
	return phase_names[phase];
}

/* The whole of a leg must not last longer than what was said of it. */
static void begin(struct phases *phases, enum phase phase, uint64_t at_us)
{
	phases->seen[phase] = true;
	phases->from_us[phase] = phases->to_us[phase] = at_us;
}

static bool phase_of(enum stage stage, enum phase *phase)
{
	switch (stage) {
	case STAGE_DNS: *phase = PHASE_DNS; return true;
	case STAGE_TCP: *phase = PHASE_TCP; return true;
	case STAGE_TLS: *phase = PHASE_TLS; return true;
	case STAGE_REQUEST: *phase = PHASE_SEND; return true;
	case STAGE_RESPONSE: *phase = PHASE_WAIT; return true;
	case STAGE_RUN:
	case STAGE_CACHE:
	case STAGE_CLOSE:
	case STAGES:
		break;
	}
	return false;
}

void phases_read(struct phases *phases, const struct event_log *log, unsigned leg)
{
	*phases = (struct phases){ .seen = { false } };
	for (size_t i = 0; i < log->count; i++) {
		const struct event *event = &log->events[i];
		enum phase phase;

		if (event->leg != leg || !phase_of(event->stage, &phase))
			continue;
		if (strcmp(event->what, "begin") == 0)
			begin(phases, phase, event->at_us);
		/* An answer can come before the request has left. */
		if (event_is(event, STAGE_RESPONSE, "first octet")) {
			begin(phases, PHASE_RECEIVE, event->at_us);
			phases->to_us[PHASE_WAIT] = event->at_us;
		}
		if (phase == PHASE_WAIT && phases->seen[PHASE_RECEIVE])
			phase = PHASE_RECEIVE;
		if (strcmp(event->what, "end") == 0 && phases->seen[phase])
			phases->to_us[phase] = event->at_us;
	}
}

struct chart {
	struct phases legs[MAX_LEGS];
	unsigned      count;
	uint64_t      from_us, to_us;
	uint64_t      phase_us[PHASES]; /* over all legs */
	uint64_t      known_us;         /* all phases together */
	uint64_t      closing_us;       /* the closes between legs */
	unsigned      longest_leg;
	enum phase    longest;
};

static uint64_t length_of(const struct phases *phases, unsigned phase)
{
	if (!phases->seen[phase] || phases->to_us[phase] < phases->from_us[phase])
		return 0;
	return phases->to_us[phase] - phases->from_us[phase];
}

static void add_leg(struct chart *chart, const struct event_log *log, unsigned leg)
{
	struct phases *phases = &chart->legs[leg];

	phases_read(phases, log, leg);
	for (unsigned phase = 0; phase < PHASES; phase++) {
		uint64_t length = length_of(phases, phase);

		if (!phases->seen[phase])
			continue;
		if (phases->to_us[phase] > chart->to_us)
			chart->to_us = phases->to_us[phase];
		chart->phase_us[phase] += length;
		chart->known_us += length;
		if (length > length_of(&chart->legs[chart->longest_leg], chart->longest)) {
			chart->longest = (enum phase)phase;
			chart->longest_leg = leg;
		}
	}
}

static void read_chart(struct chart *chart, const struct event_log *log)
{
	*chart = (struct chart){ .count = 0 };
	for (size_t i = 0; i < log->count; i++)
		if (log->events[i].leg + 1 > chart->count && log->events[i].leg < MAX_LEGS)
			chart->count = log->events[i].leg + 1;
	for (unsigned leg = 0; leg < chart->count; leg++)
		add_leg(chart, log, leg);
	for (size_t i = 0; i < log->count; i++)
		if (log->events[i].leg + 1 < chart->count &&
		    event_is(&log->events[i], STAGE_CLOSE, "end"))
			chart->closing_us += (uint64_t)event_number(&log->events[i], "took_us");
}

static void show_bar(const struct view *view, const struct chart *chart, unsigned leg,
		     unsigned phase)
{
	const struct phases *phases = &chart->legs[leg];
	unsigned width = view->terminal->width - BAR_FROM - NUMBERS;
	uint64_t whole = chart->to_us - chart->from_us;
	uint64_t from = phases->from_us[phase] - chart->from_us;
	uint64_t length = length_of(phases, phase);
	unsigned start = whole == 0 ? 0 : (unsigned)(from * width / whole);
	unsigned bar = whole == 0 ? 0 : (unsigned)((length * width + whole / 2) / whole);
	bool longest = leg == chart->longest_leg && phase == chart->longest;
	char took[WORDS];

	if (start >= width)
		start = width - 1;
	if (bar == 0)
		bar = 1;
	if (start + bar > width)
		bar = width - start;
	if (chart->count > 1)
		terminal_say(view->terminal, DIM, "%2u ", leg + 1);
	terminal_to_column(view->terminal, 3);
	terminal_say(view->terminal, PLAIN, "%s", phase_names[phase]);
	terminal_to_column(view->terminal, BAR_FROM + start);
	terminal_say(view->terminal, longest ? ODD : PLAIN, "%.*s", (int)bar, full_bar);
	terminal_to_column(view->terminal, BAR_FROM + width);
	terminal_say(view->terminal, PLAIN, "%11s", time_words(took, (int64_t)length));
	if (longest)
		terminal_say(view->terminal, ODD, " ← longest");
	terminal_end_line(view->terminal);
}

/* The smallest TTL of the addresses: for so long DNS will be free. */
static void say_dns_hope(const struct view *view)
{
	const struct event *reply = event_find(view->log, 0, STAGE_DNS, "reply");
	char ttl[WORDS];

	if (reply != NULL && event_number(reply, "ttl") != 0)
		terminal_say(view->terminal, PLAIN, "; dns is nearly free for the next %s (ttl)",
			     span_words(ttl, event_number(reply, "ttl")));
}

static void show_verdict(const struct view *view, const struct chart *chart)
{
	uint64_t whole = chart->to_us - chart->from_us;
	enum phase heaviest = PHASE_DNS;

	for (unsigned phase = 0; phase < PHASES; phase++)
		if (chart->phase_us[phase] > chart->phase_us[heaviest])
			heaviest = (enum phase)phase;
	if (whole == 0 || chart->known_us == 0)
		return;
	for (size_t i = 0; i < view->log->count; i++)
		if (event_is(&view->log->events[i], STAGE_RUN, "failure"))
			return;                 /* the failure is the verdict */
	terminal_to_column(view->terminal, 3);
	terminal_say(view->terminal, BOLD, "verdict");
	terminal_say(view->terminal, PLAIN, "  %s took %llu %%", phase_owners[heaviest],
		     (unsigned long long)(chart->phase_us[heaviest] * 100 / whole));
	if (chart->count > 1)
		terminal_say(view->terminal, PLAIN, "; %u redirect%s", chart->count - 1,
			     chart->count == 2 ? "" : "s");
	if (heaviest == PHASE_DNS)
		say_dns_hope(view);
	terminal_end_line(view->terminal);
}

static void show_total(const struct view *view, const struct chart *chart)
{
	uint64_t whole = chart->to_us - chart->from_us;
	uint64_t known = chart->known_us + chart->closing_us;
	char text[WORDS];

	terminal_to_column(view->terminal, 3);
	terminal_say(view->terminal, BOLD, "total  ");
	terminal_say(view->terminal, PLAIN, "  %s", time_words(text, (int64_t)whole));
	terminal_say(view->terminal, PLAIN, " · in the phases %s",
		     time_words(text, (int64_t)chart->known_us));
	if (chart->closing_us != 0)
		terminal_say(view->terminal, PLAIN, ", closing between them %s",
			     time_words(text, (int64_t)chart->closing_us));
	terminal_say(view->terminal, PLAIN, ", this program ~%s",
		     time_words(text, (int64_t)(whole > known ? whole - known : 0)));
	terminal_end_line(view->terminal);
}

void report_waterfall(const struct view *view)
{
	struct chart chart;

	read_chart(&chart, view->log);
	if (chart.to_us == 0)
		return;
	terminal_end_line(view->terminal);
	for (unsigned leg = 0; leg < chart.count; leg++)
		for (unsigned phase = 0; phase < PHASES; phase++)
			if (chart.legs[leg].seen[phase])
				show_bar(view, &chart, leg, phase);
	show_total(view, &chart);
	show_verdict(view, &chart);
}
