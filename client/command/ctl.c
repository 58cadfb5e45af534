/* SPDX-License-Identifier: MIT */
/* ctl.c — `xylem ctl VERB…`: one request to the daemon's control socket (docs/control.md), and its
 * reply for people. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "client/command/ctl_anchors.h"
#include "client/command/ctl_zone.h"
#include "client/command/options.h"
#include "client/connect/buffer.h"
#include "client/report/report_ctl.h"

enum { EXIT_FAILED = 1, EXIT_USAGE = 2, LARGEST_REPLY = 64 << 20, PATIENCE_S = 15 };

struct ctl_options {
	const char *socket;
	const char *format;
	const char *colour;
	const char *type;
	bool        below;
	bool        all;
	struct zone_options zone;
	struct anchors_options anchors;
};

#define FIELD(name) offsetof(struct ctl_options, name)

static const struct option_row ctl_rows[] = {
	{ 0, "socket", OPTION_TEXT, FIELD(socket), "PATH",
	  "the daemon's control socket ($XYLEM_SOCKET)", NULL },
	{ 0, "type", OPTION_TEXT, FIELD(type), "TYPE", "cache flush: only this type", NULL },
	{ 0, "below", OPTION_FLAG, FIELD(below), NULL, "cache flush: the name and all below it",
	  NULL },
	{ 0, "all", OPTION_FLAG, FIELD(all), NULL, "cache flush: everything", NULL },
	{ 0, "owner", OPTION_TEXT, FIELD(zone.owner), "TEXT",
	  "zone add, zone remove: whose zone it is (manual)", NULL },
	{ 0, "expires", OPTION_TEXT, FIELD(zone.expires), "TIME",
	  "zone add: it goes by itself after 90s, 30m, 8h or 2d", NULL },
	{ 0, "forward", OPTION_FLAG, FIELD(zone.forward), NULL,
	  "zone add: the servers are resolvers; the usual kind", NULL },
	{ 0, "stub", OPTION_FLAG, FIELD(zone.stub), NULL,
	  "zone add: the servers hold the zone themselves", NULL },
	{ 0, "fallback", OPTION_FLAG, FIELD(zone.fallback), NULL,
	  "zone add: go on without the servers when they fail", NULL },
	{ 0, "tls", OPTION_TEXT, FIELD(zone.tls), "NAME",
	  "zone add: ask over TLS, servers whose certificate has this name", NULL },
	{ 0, "dnssec", OPTION_TEXT, FIELD(zone.dnssec), "validate|off",
	  "zone add: whether its answers are checked", NULL },
	{ 0, "for", OPTION_TEXT, FIELD(anchors.end), "TIME",
	  "anchors negative add: it ends by itself after 90s, 30m, 8h or 2d", NULL },
	{ 0, "reason", OPTION_TEXT, FIELD(anchors.reason), "TEXT",
	  "anchors negative add: why; those who ask read it", NULL },
	{ 0, "format", OPTION_TEXT, FIELD(format), "text|json", "json: the reply as it came",
	  NULL },
	{ 0, "color", OPTION_TEXT, FIELD(colour), "WHEN", "auto, always or never", NULL },
};

/* The first of the usual places that exists; the system's if none does. */
static const char *choose_socket(const char *given, char *into, size_t size)
{
	static const char system[] = "/var/lib/xylem/control.sock";
	const char *named = given != NULL ? given : getenv("XYLEM_SOCKET");
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (named != NULL && named[0] != '\0')
		return named;
	if (state != NULL && state[0] == '/')
		snprintf(into, size, "%s/xylem/control.sock", state);
	else
		snprintf(into, size, "%s/.local/state/xylem/control.sock",
			 home == NULL ? "" : home);
	return access(into, F_OK) == 0 ? into : system;
}

static int complain(const char *what)
{
	fprintf(stderr, "xylem ctl: %s (xylem help ctl lists the verbs)\n", what);
	return EXIT_USAGE;
}

/* The request of the words, or NULL with a sentence. */
static json_t *make_request(const struct ctl_options *options, int count, char **words,
			    const char **fault)
{
	bool cache = count > 1 && strcmp(words[0], "cache") == 0;
	const char *verb = cache ? words[1] : count > 0 ? words[0] : "";
	const char *name = cache && count > 2 ? words[2] : NULL;
	const char *type = cache && count > 3 ? words[3] : options->type;

	*fault = NULL;
	if (count > 0 && strcmp(words[0], "zone") == 0)
		return zone_request(&options->zone, count - 1, words + 1, fault);
	if (count > 0 && strcmp(words[0], "anchors") == 0)
		return anchors_request(&options->anchors, count - 1, words + 1, fault);
	if (!cache && count == 1 && (strcmp(verb, "status") == 0 || strcmp(verb, "reload") == 0))
		return json_pack("{s:s}", "verb", verb);
	if (cache && count == 2 && strcmp(verb, "stats") == 0)
		return json_pack("{s:s}", "verb", "cache stats");
	if (cache && strcmp(verb, "show") == 0) {
		*fault = "cache show NAME [TYPE]";
		return count < 3 || count > 4 ? NULL :
						json_pack("{s:s, s:s, s:s*}", "verb", "cache show",
							  "name", name, "type", type);
	}
	if (cache && strcmp(verb, "flush") == 0 && options->all && name == NULL)
		return json_pack("{s:s, s:b}", "verb", "cache flush", "all", 1);
	if (cache && strcmp(verb, "flush") == 0) {
		json_t *request;

		*fault = "cache flush NAME [TYPE] [--below], or cache flush --all";
		if (options->all || count < 3 || count > 4)
			return NULL;
		request = json_pack("{s:s, s:s, s:s*}", "verb", "cache flush", "name", name, "type",
				    type);
		if (options->below)
			json_object_set_new(request, "below", json_true());
		return request;
	}
	*fault = count == 0 ? "a verb is wanted: status, cache, zone, anchors, reload"
			    : "there is no such verb";
	return NULL;
}

static int open_socket(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = PATIENCE_S };
	int descriptor;

	if (strlen(path) >= sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(to.sun_path, path, strlen(path) + 1);
	descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return -1;
	(void)setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	(void)setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(descriptor, (const struct sockaddr *)&to, sizeof(to)) == 0)
		return descriptor;
	close(descriptor);
	return -1;
}

static int cannot_connect(const char *path)
{
	const char *hint =
		"is xylemd running, and with this directory? --socket PATH names another";

	if (errno == EACCES || errno == EPERM)
		hint = "you may not: ask as root, as the daemon's user, or as a member of its "
		       "group";
	fprintf(stderr, "xylem ctl: no daemon at %s: %s; %s\n", path, strerror(errno), hint);
	return EXIT_FAILED;
}

static bool send_all(int descriptor, const char *text)
{
	size_t length = strlen(text);

	while (length != 0) {
		ssize_t sent = send(descriptor, text, length, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return false;
		text += sent;
		length -= (size_t)sent;
	}
	return true;
}

/* One line into `reply`; NULL, or what went wrong. */
static const char *receive_line(int descriptor, struct buffer *reply)
{
	char octets[65536];

	for (;;) {
		ssize_t length = recv(descriptor, octets, sizeof(octets), 0);
		char *end = length <= 0 ? NULL : memchr(octets, '\n', (size_t)length);

		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return errno == EAGAIN ? "the daemon doesn't answer" : strerror(errno);
		if (length == 0)
			return buffer_length(reply) == 0 ? "the daemon hung up without an answer"
							 : NULL;
		if (buffer_add(reply, bytes_of(octets, end == NULL ? (size_t)length :
								     (size_t)(end - octets))) != OK)
			return "the reply is too large";
		if (end != NULL)
			return NULL;
	}
}

/* Sends the request and reads the reply; NULL after a message on stderr. */
static json_t *speak(const char *path, json_t *request, struct buffer *line, int *code)
{
	char *text = json_dumps(request, JSON_COMPACT);
	int descriptor = open_socket(path);
	const char *fault = NULL;
	json_t *reply = NULL;
	json_error_t error;

	*code = EXIT_FAILED;
	if (descriptor < 0) {
		free(text);
		*code = cannot_connect(path);
		return NULL;
	}
	if (text == NULL)
		fault = "no memory";
	else if (!send_all(descriptor, text) || !send_all(descriptor, "\n"))
		fault = "the daemon hung up";
	/* Even then it may have said why before. */
	if (text != NULL)
		fault = receive_line(descriptor, line);
	if (fault == NULL) {
		reply = json_loadb((const char *)buffer_bytes(line).at, buffer_length(line), 0,
				   &error);
		fault = json_is_object(reply) ? NULL
					      : "the reply isn't JSON as docs/control.md has it";
	}
	if (fault != NULL) {
		fprintf(stderr, "xylem ctl: %s: %s\n", path, fault);
		json_decref(reply);
		reply = NULL;
	}
	close(descriptor);
	free(text);
	return reply;
}

static int show(const struct ctl_options *options, const char *verb, const json_t *reply,
		struct bytes line)
{
	bool ok = json_is_true(json_object_get(reply, "ok"));
	enum colour_wish wish;
	struct terminal terminal;

	(void)colour_read(options->colour, &wish);
	if (manner_is_json(options->format)) {
		printf("%.*s\n", (int)line.length, (const char *)line.at);
		return ok ? 0 : EXIT_FAILED;
	}
	terminal_init(&terminal, ok ? stdout : stderr, wish);
	if (ok) {
		report_ctl(&terminal, verb, reply);
		return 0;
	}
	terminal_say(&terminal, PLAIN, "xylem ctl: the daemon says: %s",
		     json_string_value(json_object_get(reply, "error")) == NULL ?
			     "no, and not why" :
			     json_string_value(json_object_get(reply, "error")));
	terminal_end_line(&terminal);
	return EXIT_FAILED;
}

static int ctl_run(const struct command *command, int argc, char **argv)
{
	struct ctl_options options = { .socket = NULL };
	enum options_outcome outcome;
	char usual[4096];
	const char *fault, *path;
	struct buffer line;
	json_t *request, *reply;
	int first, code;

	outcome = options_read(command, &options, argc, argv, &first);
	if (outcome != OPTIONS_GOOD)
		return outcome == OPTIONS_HELP ? 0 : EXIT_USAGE;
	fault = manner_check(options.format, options.colour);
	if (fault != NULL)
		return complain(fault);
	request = make_request(&options, argc - first, argv + first, &fault);
	if (request == NULL)
		return complain(fault == NULL ? "no memory" : fault);
	path = choose_socket(options.socket, usual, sizeof(usual));
	buffer_init(&line, LARGEST_REPLY);
	reply = speak(path, request, &line, &code);
	if (reply != NULL)
		code = show(&options, json_string_value(json_object_get(request, "verb")), reply,
			    buffer_bytes(&line));
	json_decref(reply);
	json_decref(request);
	buffer_clear(&line);
	return code;
}

const struct command ctl_command = {
	.name = "ctl",
	.usage = "[OPTION]… VERB",
	.what = "Asks and steers the running xylemd through its control socket",
	.text = "Verbs:\n"
		"  status                     what it is doing\n"
		"  cache stats                the stores and how they fill\n"
		"  cache show NAME [TYPE]     what is known of a name, and from whom\n"
		"  cache flush NAME [TYPE]    forget it; --below: and all below; or --all, no "
		"name\n"
		"  reload                     read the configuration again\n"
		"  zone list                  stub and forward zones, and whose they are\n"
		"  zone add NAME SERVER…      from now on ask those for the zone, until a\n"
		"                             restart, its removal, or --expires\n"
		"  zone remove [NAME]         no more; or all zones of an --owner\n"
		"  anchors                    the keys where trust begins, and how far they are\n"
		"                             in their roll-overs (RFC 5011)\n"
		"  anchors negative add NAME  check no signatures at and below it, until a\n"
		"                             restart, its removal, or --for; with a --reason\n"
		"  anchors negative remove NAME\n"
		"                             check them again\n"
		"An added zone beats one of its name in the file, survives a reload, and\n"
		"takes what the cache had of its names along when it comes and when it goes.\n"
		"A name has one owner at a time: the same one may add it again, to change\n"
		"it or to begin its time anew. For a VPN:\n"
		"  up:    xylem ctl zone add corp.example 10.8.0.1 --owner vpn --expires 12h\n"
		"  down:  xylem ctl zone remove --owner vpn\n"
		"The socket: --socket, else $XYLEM_SOCKET, else control.sock in\n"
		"$XDG_STATE_HOME/xylem or ~/.local/state/xylem if it is there, else\n"
		"/var/lib/xylem/control.sock.",
	.options = ctl_rows,
	.option_count = sizeof(ctl_rows) / sizeof(ctl_rows[0]),
	.run = ctl_run,
};
