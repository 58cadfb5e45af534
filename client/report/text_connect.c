/* SPDX-License-Identifier: MIT */
/* text_connect.c — the text of cache, dns, tcp, tls and close. */
#include <string.h>

#include "client/report/report.h"
#include "client/report/words.h"

static const struct event *find(const struct view *view, enum stage stage, const char *what)
{
	return event_find(view->log, view->leg, stage, what);
}

/* How long the stage took, at the right edge; ends the line. */
static void say_took(const struct view *view, enum stage stage)
{
	char took[WORDS];

	terminal_say_right(view->terminal, PLAIN, "%s",
			   time_words(took, event_number(find(view, stage, "end"), "took_us")));
	terminal_end_line(view->terminal);
}

void show_cache(const struct view *view)
{
	const struct event *decision = find(view, STAGE_CACHE, "decision");

	terminal_say(view->terminal, PLAIN, "miss · fwd=%s (%s; %s)",
		     event_text(decision, "forward"), event_text(decision, "reason"),
		     event_text(decision, "section"));
	say_took(view, STAGE_CACHE);
}

static unsigned count_of(const struct view *view, enum stage stage, const char *what)
{
	unsigned count = 0;

	for (size_t i = 0; i < view->log->count; i++)
		if (view->log->events[i].leg == view->leg &&
		    event_is(&view->log->events[i], stage, what))
			count++;
	return count;
}

static void show_address(const struct view *view, const struct event *address)
{
	report_line(view, PLAIN, "%s", event_text(address, "address"));
}

static void show_no_reply(const struct view *view, const struct event *event)
{
	char took[WORDS];

	report_line(view, ODD, "%s over %s: no reply after %s (%s)", event_text(event, "asked"),
		    event_text(event, "transport"),
		    time_words(took, event_number(event, "took_us")), event_text(event, "reason"));
}

static void show_other_version(const struct view *view, const struct event *event)
{
	if (event_number(event, "version") != 1)
		report_line(view, ODD,
			    "the server's trace is of version %d, which isn't known here",
			    (int)event_number(event, "version"));
}

static void show_reply(const struct view *view, const struct event *reply)
{
	const char *asked = event_text(reply, "asked");
	const json_t *extended = json_object_get(reply->facts, "extended_error");
	const char *text = json_string_value(json_object_get(extended, "text"));
	char took[WORDS], ttl[WORDS];
	size_t answers = json_array_size(json_object_get(reply->facts, "answer"));

	terminal_to_column(view->terminal, 5);
	terminal_say(view->terminal, BOLD, "%-5s", asked);
	terminal_say(view->terminal, PLAIN, " %s, %zu record%s", event_text(reply, "rcode"),
		     answers, answers == 1 ? "" : "s");
	if (answers != 0)
		terminal_say(view->terminal, PLAIN, ", ttl %s",
			     span_words(ttl, event_number(reply, "ttl")));
	if (strstr(event_text(reply, "flags"), "ad") != NULL)
		terminal_say(view->terminal, GOOD, ", secure");
	terminal_say(view->terminal, DIM, " · %s %s", event_text(reply, "transport"),
		     time_words(took, event_number(reply, "took_us")));
	terminal_end_line(view->terminal);
	if (json_is_object(extended))
		report_line(view, ODD, "extended error %d (%s)%s%s",
			    (int)json_integer_value(json_object_get(extended, "code")),
			    json_string_value(json_object_get(extended, "name")),
			    text == NULL || text[0] == '\0' ? "" : ": ", text == NULL ? "" : text);
	report_walk(view, asked, 7);
}

/* Whom was asked, and what came of it. */
static void say_asked(const struct view *view)
{
	unsigned addresses = count_of(view, STAGE_DNS, "address");
	const char *manner = ", which shows no walk";

	if (count_of(view, STAGE_DNS, "trace") != 0)
		manner = "";
	if (count_of(view, STAGE_DNS, "reply") == 0)
		manner = ", which doesn't answer";
	terminal_say(view->terminal, PLAIN, "hosts: no · asked %s%s · %u address%s",
		     event_text(find(view, STAGE_DNS, "asked"), "server"), manner, addresses,
		     addresses == 1 ? "" : "es");
}

void show_dns(const struct view *view)
{
	const struct event *local = find(view, STAGE_DNS, "local");
	const char *how = event_text(local, "how");

	if (strcmp(how, "literal") == 0)
		terminal_say(view->terminal, PLAIN, "not needed: the address stands in the URL");
	else if (strcmp(how, "hosts") == 0)
		terminal_say(view->terminal, PLAIN, "hosts: yes (/etc/hosts has the name)");
	else if (strcmp(how, "localhost") == 0)
		terminal_say(view->terminal, PLAIN,
			     "localhost: this machine by rule (RFC 6761 §6.3)");
	else if (local != NULL)
		terminal_say(view->terminal, PLAIN, "given with %s", how);
	else
		say_asked(view);
	say_took(view, STAGE_DNS);
	report_each(view, STAGE_DNS, "no reply", show_no_reply);
	report_each(view, STAGE_DNS, "trace", show_other_version);
	report_each(view, STAGE_DNS, "reply", show_reply);
	if (view->verbose || local != NULL)
		report_each(view, STAGE_DNS, "address", show_address);
}

static void show_failed_attempt(const struct view *view, const struct event *attempt)
{
	char took[WORDS];

	report_line(view, ODD, "%s port %d failed after %s: %s", event_text(attempt, "address"),
		    (int)event_number(attempt, "port"),
		    time_words(took, event_number(attempt, "took_us")),
		    event_text(attempt, "reason"));
}

static void show_lost_attempt(const struct view *view, const struct event *attempt)
{
	char took[WORDS];

	report_line(view, ODD, "%s silent for %s, closed", event_text(attempt, "address"),
		    time_words(took, event_number(attempt, "took_us")));
}

static void show_figures(const struct view *view, const struct event *figures)
{
	char rtt[WORDS], spread[WORDS];

	report_line(view, DIM, "kernel: rtt %s ±%s · mss %d · cwnd %d · retransmits %d%s%s",
		    short_time_words(rtt, event_number(figures, "rtt_us")),
		    short_time_words(spread, event_number(figures, "rttvar_us")),
		    (int)event_number(figures, "mss"), (int)event_number(figures, "cwnd"),
		    (int)event_number(figures, "retransmits"),
		    event_flag(figures, "sack") ? " · sack" : "",
		    event_flag(figures, "timestamps") ? " · timestamps" : "");
}

void show_tcp(const struct view *view)
{
	const struct event *connected = find(view, STAGE_TCP, "connected");
	unsigned attempts = count_of(view, STAGE_TCP, "attempt begins");

	if (connected == NULL)
		terminal_say(view->terminal, BAD, "no connection after %u attempt%s", attempts,
			     attempts == 1 ? "" : "s");
	else
		terminal_say(view->terminal, PLAIN, "%s port %d%s",
			     event_text(connected, "address"), (int)event_number(connected, "port"),
			     attempts > 1 ? " won" : " connected");
	say_took(view, STAGE_TCP);
	report_each(view, STAGE_TCP, "attempt failed", show_failed_attempt);
	report_each(view, STAGE_TCP, "attempt lost", show_lost_attempt);
	report_each(view, STAGE_TCP, "attempt given up", show_lost_attempt);
	if (connected != NULL && view->verbose)
		report_line(view, DIM, "from %s port %d", event_text(connected, "our_address"),
			    (int)event_number(connected, "our_port"));
	report_each(view, STAGE_TCP, "figures", show_figures);
	if (connected != NULL && view->verbose)
		report_line(view, DIM, "? the segments themselves can't be seen without a capture");
}

static void show_message(const struct view *view, const struct event *message)
{
	report_line(view, DIM, "%s %s, %d octets", event_flag(message, "sent") ? "→" : "←",
		    event_text(message, "name"), (int)event_number(message, "octets"));
}

static void show_alert(const struct view *view, const struct event *alert)
{
	if (event_flag(alert, "fatal"))
		report_line(view, ODD, "%s alert: %s", event_flag(alert, "sent") ? "→" : "←",
			    event_text(alert, "name"));
}

static void show_certificate(const struct view *view, const struct event *certificate)
{
	report_line(view, DIM, "certificate %d: %s, issued by %s, %s to %s, %s %d bits",
		    (int)event_number(certificate, "depth"), event_text(certificate, "subject"),
		    event_text(certificate, "issuer"), event_text(certificate, "not_before"),
		    event_text(certificate, "not_after"), event_text(certificate, "key"),
		    (int)event_number(certificate, "key_bits"));
}

/* The server's own certificate: the first that was said. */
static const struct event *first_certificate(const struct view *view)
{
	for (size_t i = 0; i < view->log->count; i++)
		if (view->log->events[i].leg == view->leg &&
		    event_is(&view->log->events[i], STAGE_TLS, "certificate"))
			return &view->log->events[i];
	return NULL;
}

static void show_trust(const struct view *view)
{
	const struct event *certificate = first_certificate(view);
	const struct event *verified = find(view, STAGE_TLS, "verified");

	terminal_to_column(view->terminal, INDENT);
	terminal_say(view->terminal, PLAIN, "%s, issued by %s, %d days left · ",
		     event_text(certificate, "subject"), event_text(certificate, "issuer"),
		     (int)event_number(certificate, "days_left"));
	if (event_flag(verified, "good"))
		terminal_say(view->terminal, GOOD, "verified");
	else
		terminal_say(view->terminal, BAD, "NOT verified: %s (-k: gone on)",
			     event_text(verified, "reason"));
	terminal_end_line(view->terminal);
}

void show_tls(const struct view *view)
{
	const struct event *agreed = find(view, STAGE_TLS, "agreed");
	const char *alpn = event_text(agreed, "alpn");

	if (agreed == NULL)
		terminal_say(view->terminal, BAD, "no agreement");
	else
		terminal_say(view->terminal, PLAIN, "%s · %s · %s · %s",
			     event_text(agreed, "version"), event_text(agreed, "cipher"),
			     event_text(agreed, "group"), alpn[0] == '\0' ? "no alpn" : alpn);
	say_took(view, STAGE_TLS);
	if (agreed != NULL)
		show_trust(view);
	report_each(view, STAGE_TLS, "alert", show_alert);
	if (!view->verbose)
		return;
	report_each(view, STAGE_TLS, "certificate", show_certificate);
	report_each(view, STAGE_TLS, "message", show_message);
}

static void say_rest(const struct view *view)
{
	const struct event *rest = find(view, STAGE_CLOSE, "rest");
	char left[WORDS];

	if (rest == NULL)
		return;
	if (!event_flag(rest, "told"))
		terminal_say(view->terminal, DIM, " · ? the kernel doesn't say what is left of it");
	else if (event_flag(rest, "timed"))
		terminal_say(view->terminal, PLAIN, " · we: %s for %s", event_text(rest, "state"),
			     time_words(left, event_number(rest, "left_ms") * 1000));
	else
		terminal_say(view->terminal, PLAIN, " · we: %s", event_text(rest, "state"));
}

void show_close(const struct view *view)
{
	const struct event *ours = find(view, STAGE_CLOSE, "our end");
	const struct event *theirs = find(view, STAGE_CLOSE, "their end");
	const char *farewell = event_flag(ours, "tls") ? "FIN (+close_notify)" : "FIN";

	if (event_flag(ours, "first"))
		terminal_say(view->terminal, PLAIN, "we first: → %s  ", farewell);
	else
		terminal_say(view->terminal, PLAIN, "the server first: ← FIN  → %s  ", farewell);
	if (event_flag(theirs, "reset"))
		terminal_say(view->terminal, ODD, "← RST");
	else if (event_flag(ours, "first") && event_flag(theirs, "came"))
		terminal_say(view->terminal, PLAIN, "← FIN");
	else if (!event_flag(theirs, "came"))
		terminal_say(view->terminal, ODD, "no FIN from the server within a second (%s)",
			     event_text(theirs, "state"));
	say_rest(view);
	say_took(view, STAGE_CLOSE);
}
