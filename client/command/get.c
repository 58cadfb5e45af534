/* SPDX-License-Identifier: MIT */
/* get.c — `xylem get URL`: options to settings, one fetch, its report. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "client/command/options.h"
#include "client/command/resolver_choice.h"
#include "client/connect/buffer.h"
#include "client/fetch/fetch.h"
#include "client/report/report.h"

enum { LARGEST_BODY = 512 << 20 };

struct get_options {
	struct fetch_settings fetch;
	struct buffer         body;
	const char           *output;   /* -o */
	const char           *dns;
	const char           *format;
	const char           *colour;
	const char           *save;
	bool                  remote_name;
	bool                  heads;
	bool                  verbose;
	bool                  silent;
	bool                  show_error;
};

static const char *add_file(struct get_options *options, const char *path, bool as_is)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	const char *fault = NULL;
	char octets[65536];
	size_t length;

	if (file == NULL)
		return "the file can't be read";
	while (fault == NULL && (length = fread(octets, 1, sizeof(octets), file)) != 0) {
		size_t kept = 0;

		for (size_t i = 0; i < length; i++)
			if (as_is || strchr("\r\n", octets[i]) == NULL)
				octets[kept++] = octets[i];
		if (buffer_add(&options->body, bytes_of(octets, kept)) != OK)
			fault = "it is too large";
	}
	if (file != stdin)
		fclose(file);
	return fault;
}

/* Several -d are joined by "&"; @file is read, without line ends unless it is --data-binary (curl's
 * manual). */
static const char *add_data(struct get_options *options, const char *argument, bool as_is)
{
	if (options->fetch.has_body && buffer_add_text(&options->body, "&") != OK)
		return "it is too large";
	options->fetch.has_body = true;
	if (argument[0] == '@')
		return add_file(options, argument + 1, as_is);
	return buffer_add_text(&options->body, argument) == OK ? NULL : "it is too large";
}

static const char *call_data(void *settings, const char *argument)
{
	return add_data(settings, argument, false);
}

static const char *call_data_binary(void *settings, const char *argument)
{
	return add_data(settings, argument, true);
}

#define FIELD(name) offsetof(struct get_options, name)

static const struct option_row get_rows[] = {
	{ 'v', "verbose", OPTION_FLAG, FIELD(verbose), NULL,
	  "all headers, certificates, TLS messages, steps of the walk", NULL },
	{ 'o', "output", OPTION_TEXT, FIELD(output), "FILE",
	  "the body goes there (- is standard output)", NULL },
	{ 'O', "remote-name", OPTION_FLAG, FIELD(remote_name), NULL,
	  "the body goes to a file named as the URL's last part", NULL },
	{ 'i', "include", OPTION_FLAG, FIELD(heads), NULL, "heads and body go to the output",
	  NULL },
	{ 'I', "head", OPTION_FLAG, FIELD(fetch.head_only), NULL,
	  "HEAD: only the head is asked for", NULL },
	{ 'L', "location", OPTION_FLAG, FIELD(fetch.follow), NULL,
	  "redirects are followed, 50 at most, each as a leg of its own", NULL },
	{ 'X', "request", OPTION_TEXT, FIELD(fetch.method), "METHOD", "another method", NULL },
	{ 'H', "header", OPTION_TEXTS, FIELD(fetch.headers), "LINE",
	  "a header; \"Name:\" takes one out, \"Name;\" sends it empty", NULL },
	{ 'd', "data", OPTION_CALL, 0, "DATA",
	  "POST this, or @FILE without its line ends (@-: stdin)", call_data },
	{ 0, "data-binary", OPTION_CALL, 0, "DATA", "POST this, or @FILE as it is",
	  call_data_binary },
	{ 'A', "user-agent", OPTION_TEXT, FIELD(fetch.agent), "NAME",
	  "the User-Agent; \"\" sends none", NULL },
	{ 'e', "referer", OPTION_TEXT, FIELD(fetch.referer), "URL", "the Referer", NULL },
	{ 'u', "user", OPTION_TEXT, FIELD(fetch.user), "NAME:PASSWORD", "basic authentication",
	  NULL },
	{ 'k', "insecure", OPTION_FLAG, FIELD(fetch.insecure), NULL,
	  "go on with a certificate that isn't good", NULL },
	{ 0, "cacert", OPTION_TEXT, FIELD(fetch.ca_file), "FILE",
	  "trust these authorities only (PEM)", NULL },
	{ '4', "ipv4", OPTION_FLAG, FIELD(fetch.only_v4), NULL, "IPv4 only", NULL },
	{ '6', "ipv6", OPTION_FLAG, FIELD(fetch.only_v6), NULL, "IPv6 only", NULL },
	{ 'm', "max-time", OPTION_SECONDS, FIELD(fetch.patience_ms), "SECONDS",
	  "at most for the whole", NULL },
	{ 0, "connect-timeout", OPTION_SECONDS, FIELD(fetch.connect_patience_ms), "SECONDS",
	  "at most until connected, TLS included (300)", NULL },
	{ 0, "resolve", OPTION_TEXTS, FIELD(fetch.resolve), "HOST:PORT:ADDR",
	  "this address for this host, without asking", NULL },
	{ 0, "dns", OPTION_TEXT, FIELD(dns), "ADDR[:PORT]",
	  "the resolver to ask ($XYLEM_DNS, else 127.0.0.1)", NULL },
	{ 0, "compressed", OPTION_FLAG, FIELD(fetch.compressed), NULL,
	  "ask for a compressed body and unpack it", NULL },
	{ 'f', "fail", OPTION_FLAG, FIELD(fetch.fail_on_error), NULL,
	  "exit 22 and no body for a status of 400 or more", NULL },
	{ 's', "silent", OPTION_FLAG, FIELD(silent), NULL, "no stages, no error message", NULL },
	{ 'S', "show-error", OPTION_FLAG, FIELD(show_error), NULL,
	  "with -s: the error message all the same", NULL },
	{ 0, "format", OPTION_TEXT, FIELD(format), "text|json", "how the stages are shown", NULL },
	{ 0, "color", OPTION_TEXT, FIELD(colour), "WHEN", "auto, always or never", NULL },
	{ 0, "save", OPTION_TEXT, FIELD(save), "FILE",
	  "keep the run's events, one JSON object a line", NULL },
	{ 0, "http1.1", OPTION_IGNORED, 0, NULL, "HTTP/1.1, which is spoken anyway", NULL },
};

/* -O: the last part of the path; false if it has none. */
static bool name_from_url(const char *url, char *into, size_t size)
{
	size_t length = strcspn(url, "?#");
	const char *start = strstr(url, "://");
	size_t from = start == NULL ? 0 : (size_t)(start - url) + 3;
	size_t at = length;

	while (at > from && url[at - 1] != '/')
		at--;
	if (at == from || at == length || length - at >= size)
		return false;
	memcpy(into, url + at, length - at);
	into[length - at] = '\0';
	return strcmp(into, ".") != 0 && strcmp(into, "..") != 0;
}

static void choose_output(const struct get_options *options, struct output *output, bool json,
			  const char *remote_name)
{
	bool terminal = isatty(STDOUT_FILENO) == 1;
	bool to_file = options->remote_name ||
		       (options->output != NULL && strcmp(options->output, "-") != 0);

	output->path = options->remote_name ? remote_name : to_file ? options->output : NULL;
	output->heads = options->heads || options->fetch.head_only;
	output->wanted =
		to_file || options->output != NULL || (!json && (output->heads || !terminal));
	if (json && !to_file)
		output->wanted = output->heads = false;
	output->harmless = !to_file && terminal;
}

/* What is wrong with the options together; NULL if nothing is. */
static const char *check(struct get_options *options, int argc, int first)
{
	const char *fault;

	if (first >= argc)
		return "no URL given";
	if (first + 1 < argc)
		return "one URL at a time";
	if (options->fetch.only_v4 && options->fetch.only_v6)
		return "-4 and -6 exclude each other";
	if (options->fetch.head_only && options->fetch.has_body)
		return "-I and -d exclude each other";
	fault = manner_check(options->format, options->colour);
	if (fault != NULL)
		return fault;
	return resolver_choose(options->dns, &options->fetch.dns);
}

static int run_fetch(const struct fetch_settings *settings, struct event_log *log,
		     struct output *output)
{
	struct fetch *fetch;
	uv_loop_t loop;
	int code = EXIT_MEMORY;

	if (uv_loop_init(&loop) != 0) {
		fprintf(stderr, "xylem: no event loop: this machine has no descriptors left\n");
		return EXIT_MEMORY;
	}
	fetch = fetch_new(&loop, settings, log, output);
	if (fetch != NULL) {
		for (fetch_run(fetch); !fetch_is_over(fetch); fetch_run(fetch))
			uv_run(&loop, UV_RUN_ONCE);
		code = fetch_exit_code(fetch);
	}
	fetch_free(fetch);
	uv_run(&loop, UV_RUN_DEFAULT);          /* until libuv has let go of everything */
	uv_loop_close(&loop);
	return code;
}

static int run(struct get_options *options, bool json, struct output *output)
{
	FILE *stages =
		isatty(STDOUT_FILENO) == 1 && !output->wanted && !output->heads ? stdout : stderr;
	struct terminal terminal;
	struct event_log log;
	struct view view = { .log = &log, .terminal = &terminal, .verbose = options->verbose };
	bool text = !json && !options->silent;
	enum colour_wish wish;
	int code;

	(void)colour_read(options->colour, &wish);
	terminal_init(&terminal, stages, wish);
	events_init(&log);
	if (text) {
		log.told = report_text_told;
		log.watcher = &view;
	}
	code = run_fetch(&options->fetch, &log, output);
	log.told = NULL;
	if (text)
		report_waterfall(&view);
	if (text || (options->silent && options->show_error))
		report_failure(&view);
	if (json && !report_json(&log, stdout, code) && code == 0)
		code = EXIT_WRITE;
	if (options->save != NULL && !report_save(&log, options->save)) {
		fprintf(stderr, "xylem get: %s can't be written: %s\n", options->save,
			strerror(errno));
		code = code == 0 ? EXIT_WRITE : code;
	}
	events_clear(&log);
	return code;
}

static void clear(struct get_options *options)
{
	buffer_clear(&options->body);
	texts_clear(&options->fetch.headers);
	texts_clear(&options->fetch.resolve);
}

static int complain(const char *what, int code)
{
	fprintf(stderr, "xylem get: %s (xylem help get says more)\n", what);
	return code;
}

static int get_run(const struct command *command, int argc, char **argv)
{
	struct get_options options = {
		.fetch = { .connect_patience_ms = CONNECT_PATIENCE_MS, .hosts_file = "/etc/hosts" },
	};
	struct output output = { .wanted = false };
	enum options_outcome outcome;
	const char *fault;
	char remote_name[256];
	bool json;
	int first, code = 0;

	buffer_init(&options.body, LARGEST_BODY);
	outcome = options_read(command, &options, argc, argv, &first);
	fault = outcome == OPTIONS_GOOD ? check(&options, argc, first) : NULL;
	if (outcome == OPTIONS_BAD)
		code = EXIT_OPTION;
	else if (fault != NULL)
		code = complain(fault, EXIT_OPTION);
	else if (outcome == OPTIONS_GOOD && options.remote_name &&
		 !name_from_url(argv[first], remote_name, sizeof(remote_name)))
		code = complain("-O: the URL has no last part to name a file", EXIT_WRITE);
	else if (outcome == OPTIONS_GOOD) {
		options.fetch.url = argv[first];
		options.fetch.body = buffer_bytes(&options.body);
		options.fetch.watched = !options.silent || options.save != NULL;
		json = manner_is_json(options.format);
		choose_output(&options, &output, json, remote_name);
		code = run(&options, json, &output);
	}
	clear(&options);
	return code;
}

const struct command get_command = {
	.name = "get",
	.usage = "[OPTION]… URL",
	.what = "Fetches one URL and shows every stage of it",
	.text = "The stages: cache, DNS with each hop of xylemd's walk, TCP, TLS, request,\n"
		"response, close; then a waterfall and a verdict. They go to the terminal or to\n"
		"standard error; the body goes to standard output when that is a pipe or a file,\n"
		"or when -o - or -i asks for it. Letters mean what they mean to curl, and so do\n"
		"exit codes; 112 is a name whose DNSSEC is bogus.",
	.options = get_rows,
	.option_count = sizeof(get_rows) / sizeof(get_rows[0]),
	.run = get_run,
};
