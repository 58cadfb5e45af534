/* SPDX-License-Identifier: MIT */
/* dig.c — a reply as dig shows it. */
#include <ldns/ldns.h>
#include <time.h>

#include "client/report/report.h"

static void blank(const struct view *view)
{
	terminal_end_line(view->terminal);
}

static void line(const struct view *view, const char *text)
{
	terminal_say(view->terminal, PLAIN, "%s", text);
	terminal_end_line(view->terminal);
}

static size_t size_of(const struct event *reply, const char *section)
{
	return json_array_size(json_object_get(reply->facts, section));
}

static void show_header(const struct view *view, const struct event *reply)
{
	ldns_lookup_table *opcode =
		ldns_lookup_by_id(ldns_opcodes, (int)event_number(reply, "opcode"));
	bool edns = json_is_object(json_object_get(reply->facts, "edns"));

	line(view, ";; Got answer:");
	terminal_say(view->terminal, PLAIN, ";; ->>HEADER<<- opcode: %s, status: %s, id: %d",
		     opcode == NULL ? "?" : opcode->name, event_text(reply, "rcode"),
		     (int)event_number(reply, "id"));
	blank(view);
	terminal_say(view->terminal, PLAIN,
		     ";; flags: %s; QUERY: %zu, ANSWER: %zu, AUTHORITY: %zu, ADDITIONAL: %zu",
		     event_text(reply, "flags"), size_of(reply, "question"),
		     size_of(reply, "answer"), size_of(reply, "authority"),
		     size_of(reply, "additional") + (edns ? 1 : 0));
	blank(view);
	blank(view);
}

static void show_edns(const struct view *view, const struct event *reply)
{
	const json_t *edns = json_object_get(reply->facts, "edns");
	const json_t *extended = json_object_get(reply->facts, "extended_error");
	const char *nsid = json_string_value(json_object_get(edns, "nsid"));

	if (!json_is_object(edns))
		return;
	line(view, ";; OPT PSEUDOSECTION:");
	terminal_say(view->terminal, PLAIN, "; EDNS: version: %d, flags:%s; udp: %d",
		     (int)json_integer_value(json_object_get(edns, "version")),
		     json_is_true(json_object_get(edns, "do")) ? " do" : "",
		     (int)json_integer_value(json_object_get(edns, "udp")));
	blank(view);
	if (nsid != NULL) {
		terminal_say(view->terminal, PLAIN, "; NSID: %s", nsid);
		blank(view);
	}
	if (!json_is_object(extended))
		return;
	terminal_say(view->terminal, PLAIN, "; EDE: %d (%s)",
		     (int)json_integer_value(json_object_get(extended, "code")),
		     json_string_value(json_object_get(extended, "name")));
	if (json_string_length(json_object_get(extended, "text")) != 0)
		terminal_say(view->terminal, PLAIN, ": (%s)",
			     json_string_value(json_object_get(extended, "text")));
	blank(view);
}

static void show_section(const struct view *view, const struct event *reply, const char *section,
			 const char *title)
{
	const json_t *lines = json_object_get(reply->facts, section);

	if (json_array_size(lines) == 0)
		return;
	terminal_say(view->terminal, DIM, ";; %s SECTION:", title);
	blank(view);
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const char *text = json_string_value(json_array_get(lines, i));
		const char *part = text == NULL ? "" : text;

		/* Owner, TTL, class and type stand apart by tabs, which the terminal doesn't get
		 * from outside. */
		for (unsigned column = 0; *part != '\0'; column += column == 0 ? 24 : 8) {
			size_t length = strcspn(part, "\t");

			terminal_say(view->terminal, PLAIN, "%s%.*s",
				     column == 0 && section[0] == 'q' ? ";" : "", (int)length,
				     part);
			part += length + (part[length] == '\t' ? 1 : 0);
			if (*part == '\0')
				break;
			terminal_say(view->terminal, PLAIN, " ");
			terminal_to_column(view->terminal, column == 0 ? 24 : column + 8);
		}
		blank(view);
	}
	blank(view);
}

void report_dig(const struct view *view, const struct event *reply)
{
	const struct event *asked = event_find(view->log, 0, STAGE_DNS, "asked");
	char when[64] = "";
	time_t began = (time_t)view->log->began_wall;
	struct tm local;

	show_header(view, reply);
	show_edns(view, reply);
	show_section(view, reply, "question", "QUESTION");
	show_section(view, reply, "answer", "ANSWER");
	show_section(view, reply, "authority", "AUTHORITY");
	show_section(view, reply, "additional", "ADDITIONAL");
	terminal_say(view->terminal, PLAIN, ";; Query time: %lld msec",
		     (long long)(event_number(reply, "took_us") + 500) / 1000);
	blank(view);
	terminal_say(view->terminal, PLAIN, ";; SERVER: %s#%d(%s) (%s)",
		     event_text(asked, "address"), (int)event_number(asked, "port"),
		     event_text(asked, "address"),
		     strcmp(event_text(reply, "transport"), "tcp") == 0 ? "TCP" : "UDP");
	blank(view);
	if (localtime_r(&began, &local) != NULL)
		strftime(when, sizeof(when), "%a %b %d %H:%M:%S %Z %Y", &local);
	terminal_say(view->terminal, PLAIN, ";; WHEN: %s", when);
	blank(view);
	terminal_say(view->terminal, PLAIN, ";; MSG SIZE  rcvd: %d",
		     (int)event_number(reply, "octets"));
	blank(view);
}
