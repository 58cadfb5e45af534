/* SPDX-License-Identifier: MIT */
/* query.c — `xylem query NAME [TYPE] [@SERVER]`: dig's habits, then the walk. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uv.h>

#include "client/command/options.h"
#include "client/command/resolver_choice.h"
#include "client/dns/ask.h"
#include "client/dns/say.h"
#include "client/dns/trace.h"
#include "client/report/report.h"

enum {
	EXIT_USAGE = 1,                 /* dig's codes */
	EXIT_NO_REPLY = 9,
	EXIT_INTERNAL = 10,
};

struct query_options {
	const char *server;
	const char *port;
	const char *reverse;
	const char *type;
	const char *class;
	const char *name;
	const char *format;
	const char *colour;
	uint32_t    patience_ms;
	bool        verbose;
	bool        tcp;
	bool dnssec, checking_disabled, no_edns, no_recursion, no_trace, short_answer, nsid, no_ad;
	bool        ignore_tc;
};

#define FIELD(name) offsetof(struct query_options, name)

static const struct option_row query_rows[] = {
	{ 'p', "port", OPTION_TEXT, FIELD(port), "PORT", "the server's port (53)", NULL },
	{ 'x', "reverse", OPTION_TEXT, FIELD(reverse), "ADDRESS", "the name of an address (PTR)",
	  NULL },
	{ 't', "type", OPTION_TEXT, FIELD(type), "TYPE", "the type, also as an argument (A)",
	  NULL },
	{ 'c', "class", OPTION_TEXT, FIELD(class), "CLASS", "the class (IN)", NULL },
	{ 'q', "name", OPTION_TEXT, FIELD(name), "NAME",
	  "the name, when it looks like something else", NULL },
	{ 0, "dns", OPTION_TEXT, FIELD(server), "ADDR[:PORT]", "the same as @ADDR", NULL },
	{ 0, "time", OPTION_SECONDS, FIELD(patience_ms), "SECONDS",
	  "how long to wait for a reply (10)", NULL },
	{ 'v', "verbose", OPTION_FLAG, FIELD(verbose), NULL, "each step of the walk", NULL },
	{ 0, "format", OPTION_TEXT, FIELD(format), "text|json", "how it is shown", NULL },
	{ 0, "color", OPTION_TEXT, FIELD(colour), "WHEN", "auto, always or never", NULL },
};

/* dig's words with a plus; those with "no" before them turn it off. */
static const struct plus {
	const char *word;
	size_t      offset;
	bool        value;
} pluses[] = {
	{ "tcp", FIELD(tcp), true },          { "vc", FIELD(tcp), true },
	{ "notcp", FIELD(tcp), false },       { "dnssec", FIELD(dnssec), true },
	{ "do", FIELD(dnssec), true },        { "nodnssec", FIELD(dnssec), false },
	{ "cd", FIELD(checking_disabled), true }, { "cdflag", FIELD(checking_disabled), true },
	{ "nocd", FIELD(checking_disabled), false }, { "noedns", FIELD(no_edns), true },
	{ "edns", FIELD(no_edns), false },    { "norecurse", FIELD(no_recursion), true },
	{ "norec", FIELD(no_recursion), true }, { "recurse", FIELD(no_recursion), false },
	{ "short", FIELD(short_answer), true }, { "noshort", FIELD(short_answer), false },
	{ "nsid", FIELD(nsid), true },        { "nonsid", FIELD(nsid), false },
	{ "noad", FIELD(no_ad), true },       { "noadflag", FIELD(no_ad), true },
	{ "ad", FIELD(no_ad), false },        { "ignore", FIELD(ignore_tc), true },
	{ "notrace", FIELD(no_trace), true }, { "walk", FIELD(no_trace), false },
	{ "nowalk", FIELD(no_trace), true },
};

static bool take_plus(struct query_options *options, const char *word)
{
	for (size_t i = 0; i < sizeof(pluses) / sizeof(pluses[0]); i++) {
		if (strcasecmp(word, pluses[i].word) != 0)
			continue;
		*(bool *)((char *)options + pluses[i].offset) = pluses[i].value;
		return true;
	}
	return false;
}

static int complain(const char *argument, const char *what)
{
	fprintf(stderr, "xylem query: %s: %s (xylem help query says more)\n", argument, what);
	return EXIT_USAGE;
}

static bool is_type(const char *text)
{
	if (strncasecmp(text, "TYPE", 4) == 0 && text[4] >= '0' && text[4] <= '9')
		return true;
	return strcasecmp(text, "ANY") == 0 || ldns_get_rr_type_by_name(text) != 0;
}

/* What stands without a dash, in any order, as dig has it. 0, or an exit code. */
static int take_words(struct query_options *options, int argc, char **argv, int first)
{
	for (int i = first; i < argc; i++) {
		const char *word = argv[i];

		if (word[0] == '@')
			options->server = word + 1;
		else if (word[0] == '+' && !take_plus(options, word + 1))
			return complain(word, "this word isn't known");
		else if (word[0] == '+')
			continue;
		else if (options->name == NULL && options->reverse == NULL && !is_type(word))
			options->name = word;
		else if (options->type == NULL && is_type(word))
			options->type = word;
		else if (options->class == NULL && ldns_get_rr_class_by_name(word) != 0)
			options->class = word;
		else if (options->name == NULL && options->reverse == NULL)
			options->name = word;
		else
			return complain(word, "one name, one type and one class at a time");
	}
	return 0;
}

/* "4.3.2.1.in-addr.arpa." or thirty-two nibbles (RFC 1035 §3.5, RFC 3596 §2.5). */
static bool reverse_name(const char *text, char *into, size_t size)
{
	unsigned char octets[16];
	size_t used = 0;

	if (inet_pton(AF_INET, text, octets) == 1) {
		snprintf(into, size, "%u.%u.%u.%u.in-addr.arpa.", octets[3], octets[2], octets[1],
			 octets[0]);
		return true;
	}
	if (inet_pton(AF_INET6, text, octets) != 1)
		return false;
	for (int i = 15; i >= 0; i--)
		used += (size_t)snprintf(into + used, size - used, "%x.%x.", octets[i] & 15,
					 octets[i] >> 4);
	snprintf(into + used, size - used, "ip6.arpa.");
	return true;
}

static const char *choose_server(const struct query_options *options, struct address *server)
{
	const char *fault = resolver_choose(options->server, server);
	char *end;
	unsigned long port;

	if (fault != NULL || options->port == NULL)
		return fault;
	port = strtoul(options->port, &end, 10);
	if (end == options->port || *end != '\0' || port == 0 || port > 65535)
		return "-p wants a port from 1 to 65535";
	if (server->any.sa_family == AF_INET6)
		server->v6.sin6_port = htons((uint16_t)port);
	else
		server->v4.sin_port = htons((uint16_t)port);
	return NULL;
}

static void on_woken(void *subject)
{
	(void)subject;                  /* the loop's turn ends, and that is all that is wanted */
}

static enum ask_outcome await(uv_loop_t *loop, struct ask *ask)
{
	enum ask_outcome outcome;

	while ((outcome = ask_step(ask)) == ASK_GOES_ON)
		uv_run(loop, UV_RUN_ONCE);
	return outcome;
}

struct asking {
	uv_loop_t                  *loop;
	struct event_log           *log;
	const struct query_options *options;
	struct address              server;
	struct dns_question         question;
};

static int no_reply(const struct asking *asking, const struct ask *ask, enum ask_outcome outcome)
{
	char text[ADDRESS_TEXT];

	address_write_with_port(text, &asking->server);
	if (outcome == ASK_IMPOSSIBLE)
		return complain(asking->question.name, "this can't be a name in the DNS");
	if (outcome == ASK_SILENT)
		fprintf(stderr,
			";; no reply from %s within %u s: is it a resolver? (@ADDRESS, -p PORT)\n",
			text, (unsigned)(asking->options->patience_ms / 1000));
	else
		fprintf(stderr,
			";; no reply from %s: %s; start xylemd there, or name another with "
			"@ADDRESS\n",
			text, strerror(ask_error(ask)));
	return EXIT_NO_REPLY;
}

/* Asks once and says the reply. 0, or an exit code; `truncated`: it is to be asked again over TCP.
 */
static int ask_once(struct asking *asking, enum ask_transport transport, bool *truncated)
{
	struct waker waker = { .woken = on_woken };
	struct ask *ask = ask_new(asking->loop, &asking->server, transport, &asking->question,
				  asking->options->patience_ms, waker);
	enum ask_outcome outcome = ask == NULL ? ASK_IMPOSSIBLE : await(asking->loop, ask);
	struct dns_reply reply = { .packet = NULL };
	int code = 0;

	*truncated = false;
	if (outcome != ASK_REPLIED) {
		code = no_reply(asking, ask, outcome);
	} else if (reply_read(&reply, ask_reply(ask), ask_id(ask), &asking->question) != OK) {
		fprintf(stderr, ";; a reply came that can't be read\n");
		code = EXIT_NO_REPLY;
	} else if (transport == ASK_UDP && ldns_pkt_tc(reply.packet) &&
		   !asking->options->ignore_tc) {
		*truncated = true;
	} else {
		char type[24];

		type_name(type, asking->question.type);
		if (reply.trace.at != NULL &&
		    trace_say(asking->log, ask_began_us(ask) - asking->log->began_us, type,
			      reply.trace) == TRACE_CUT_SHORT)
			event_say(asking->log, STAGE_DNS, FROM_HERE, "trace cut short", NULL);
		dns_say_reply(asking->log, type, &reply, ask_took_us(ask), transport == ASK_TCP);
	}
	reply_clear(&reply);
	ask_free(ask);
	return code;
}

static int ask_all(struct asking *asking)
{
	char text[ADDRESS_TEXT], plain[ADDRESS_TEXT];
	bool truncated = asking->options->tcp;
	int code = 0;

	event_say(asking->log, STAGE_DNS, FROM_HERE, "asked", "{s:s, s:s, s:i, s:o}", "server",
		  address_write_with_port(text, &asking->server), "address",
		  address_write(plain, &asking->server), "port", (int)address_port(&asking->server),
		  "name", json_octets_of(asking->question.name));
	if (!truncated)
		code = ask_once(asking, ASK_UDP, &truncated);
	if (code == 0 && truncated)
		code = ask_once(asking, ASK_TCP, &truncated);
	return code;
}

static void show_short(const struct view *view, const struct event *reply)
{
	const json_t *lines = json_object_get(reply->facts, "answer");

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const char *text = json_string_value(json_array_get(lines, i));

		/* owner, TTL, class, type, then the data */
		for (int column = 0; column < 4 && text != NULL; column++) {
			text = strchr(text, '\t');
			if (text != NULL)
				text++;
		}
		terminal_say(view->terminal, PLAIN, "%s", text == NULL ? "" : text);
		terminal_end_line(view->terminal);
	}
}

static void show(const struct view *view, const struct query_options *options)
{
	const struct event *reply = event_find(view->log, 0, STAGE_DNS, "reply");
	const char *asked = event_text(reply, "asked");

	if (reply == NULL)
		return;
	if (options->short_answer) {
		show_short(view, reply);
		return;
	}
	report_dig(view, reply);
	if (report_has_walk(view, asked)) {
		terminal_end_line(view->terminal);
		terminal_say(view->terminal, DIM, ";; WALK of the server, by its own account:");
		terminal_end_line(view->terminal);
		report_walk(view, asked, 3);
	} else if (!options->no_trace && !options->no_edns) {
		terminal_say(
			view->terminal, DIM,
			";; no walk: this server doesn't show one (xylemd shows it to loopback)");
		terminal_end_line(view->terminal);
	}
	terminal_end_line(view->terminal);
}

static int run(const struct query_options *options, struct asking *asking)
{
	enum colour_wish wish;
	struct terminal terminal;
	struct event_log log;
	struct view view = { .log = &log, .terminal = &terminal, .verbose = options->verbose };
	uv_loop_t loop;
	int code;

	(void)colour_read(options->colour, &wish);
	if (uv_loop_init(&loop) != 0)
		return EXIT_INTERNAL;
	terminal_init(&terminal, stdout, wish);
	events_init(&log);
	asking->loop = &loop;
	asking->log = &log;
	code = ask_all(asking);
	if (manner_is_json(options->format))
		code = report_json(&log, stdout, code) ? code : EXIT_INTERNAL;
	else
		show(&view, options);
	events_clear(&log);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	return code;
}

static int query_run(const struct command *command, int argc, char **argv)
{
	struct query_options options = { .patience_ms = 10 * 1000 };
	struct asking asking = { .options = &options };
	char reversed[80];
	enum options_outcome outcome;
	const char *fault;
	int first, code;

	outcome = options_read(command, &options, argc, argv, &first);
	if (outcome != OPTIONS_GOOD)
		return outcome == OPTIONS_HELP ? 0 : EXIT_USAGE;
	code = take_words(&options, argc, argv, first);
	if (code != 0)
		return code;
	fault = manner_check(options.format, options.colour);
	if (fault != NULL)
		return complain("options", fault);
	fault = choose_server(&options, &asking.server);
	if (fault != NULL)
		return complain(options.server == NULL ? "server" : options.server, fault);
	if (options.reverse != NULL && !reverse_name(options.reverse, reversed, sizeof(reversed)))
		return complain(options.reverse, "-x wants an IPv4 or IPv6 address");
	if (options.type != NULL && !is_type(options.type))
		return complain(options.type, "there is no such type");
	if (options.class != NULL && ldns_get_rr_class_by_name(options.class) == 0)
		return complain(options.class, "there is no such class");
	asking.question = (struct dns_question){
		.name = options.reverse != NULL ? reversed
			: options.name == NULL	? "."
						: options.name,
		.type = options.reverse != NULL && options.type == NULL ? LDNS_RR_TYPE_PTR
			: options.type != NULL ? (uint16_t)ldns_get_rr_type_by_name(options.type)
			: options.name == NULL ? LDNS_RR_TYPE_NS
					       : LDNS_RR_TYPE_A,
		.class = options.class == NULL ? LDNS_RR_CLASS_IN
					       : (uint16_t)ldns_get_rr_class_by_name(options.class),
		.recursion = !options.no_recursion,
		.checking_disabled = options.checking_disabled,
		.authentic = !options.no_ad,
		.edns = !options.no_edns,
		.dnssec = options.dnssec,
		.trace = !options.no_trace,
		.nsid = options.nsid,
	};
	return run(&options, &asking);
}

const struct command query_command = {
	.name = "query",
	.usage = "[OPTION]… NAME [TYPE] [CLASS] [@SERVER] [+WORD]…",
	.what = "Asks a resolver one question and shows the answer and the walk that found it",
	.text = "The answer is shown in dig's form; below it each hop of the walk, when the "
		"server\n"
		"is xylemd and shows it. SERVER is an address, with a port as 127.0.0.1:5300 or\n"
		"[::1]:5300. Words, as dig has them: +tcp +dnssec +cd +noedns +norecurse +short\n"
		"+nsid +noad +ignore, and +nowalk. Exit codes are dig's: 0 for any reply, 9 for\n"
		"none, 1 for wrong usage.",
	.options = query_rows,
	.option_count = sizeof(query_rows) / sizeof(query_rows[0]),
	.run = query_run,
};
