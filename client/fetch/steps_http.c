/* SPDX-License-Identifier: MIT */
/* steps_http.c — SEND_REQUEST, AWAIT_RESPONSE: the exchange itself. */
#include <errno.h>
#include <string.h>

#include "cache/base/clock.h"
#include "client/connect/tcp.h"
#include "client/fetch/fetch_private.h"

enum { READ_AT_ONCE = 65536, READS_PER_TURN = 16 };

static const char *method_of(const struct fetch *f)
{
	if (f->method != NULL)
		return f->method;
	if (f->settings->head_only)
		return "HEAD";
	return f->with_body ? "POST" : "GET";
}

static bool take_head(void *subject, struct bytes head)
{
	struct fetch *f = subject;
	int status = f->response.status;

	f->skip_body = fetch_follows(f, status) || (f->settings->fail_on_error && status >= 400);
	if (status != 0 && f->settings->compressed && f->response.coding[0] != '\0')
		f->coding = coding_new(f->response.coding);
	return !f->output->heads || output_write(f->output, head);
}

static bool show(void *subject, struct bytes piece)
{
	struct fetch *f = subject;

	f->shown_octets += piece.length;
	return !f->output->wanted || output_write(f->output, piece);
}

static bool take_body(void *subject, struct bytes piece)
{
	struct fetch *f = subject;

	if (f->skip_body)
		return true;
	if (f->coding == NULL)
		return show(f, piece);
	f->coding_outcome = coding_feed(f->coding, piece, show, f);
	return f->coding_outcome == CODING_FINE;
}

static enum step no_memory(struct fetch *f)
{
	return fail(f, EXIT_MEMORY, STAGE_REQUEST, BY_MACHINE, "a smaller body, or more memory",
		    "no memory for the request");
}

enum step send_request(struct fetch *f)
{
	struct request request = {
		.method = method_of(f),
		.url = &f->url,
		.headers = f->settings->headers.at,
		.header_count = f->settings->headers.count,
		.agent = f->settings->agent,
		.referer = f->settings->referer,
		.user = f->settings->user,
		.compressed = f->settings->compressed,
		.has_body = f->with_body,
		.body = f->with_body ? f->settings->body : bytes_of("", 0),
		.other_host = strcasecmp(f->url.host, f->first_host) != 0,
	};
	struct response_taker taker = { .head = take_head, .body = take_body, .subject = f };
	struct buffer head;
	enum result result;

	request.to_stranger = request.other_host || f->url.port != f->first_port ||
			      f->url.secure != f->first_secure;
	f->connect_by_us = 0;
	fetch_begin_stage(f, STAGE_REQUEST);
	buffer_init(&head, 16 << 20);
	result = request_write(&request, &f->arena, &head, f->log);
	f->request_octets = buffer_length(&head) + request.body.length;
	if (result == OK)
		result = connection_write(f->connection, buffer_bytes(&head));
	if (result == OK && request.body.length != 0)
		result = connection_write(f->connection, request.body);
	buffer_clear(&head);
	if (result != OK)
		return no_memory(f);
	response_init(&f->response, &taker, f->log, strcmp(request.method, "HEAD") == 0);
	f->response_open = true;
	return AWAIT_RESPONSE;
}

static void note_sent(struct fetch *f)
{
	f->sent = true;
	event_say(f->log, STAGE_REQUEST, FROM_KERNEL, "sent", "{s:I, s:I}", "octets",
		  (json_int_t)f->request_octets, "body",
		  (json_int_t)(f->with_body ? f->settings->body.length : 0));
	fetch_end_stage(f, STAGE_REQUEST);
	fetch_begin_stage(f, STAGE_RESPONSE);
}

static enum step unwritten(struct fetch *f)
{
	int error = f->output->error;

	switch (f->coding_outcome) {
	case CODING_BROKEN:
		return fail(f, EXIT_CODING, STAGE_RESPONSE, BY_SERVER, "without --compressed",
			    "the body isn't the \"%s\" that its header promises",
			    f->response.coding);
	case CODING_BOMB:
		return fail(f, EXIT_CODING, STAGE_RESPONSE, BY_SERVER, "without --compressed",
			    "the body swells more than %d times as it is unpacked: an attack",
			    BOMB_RATIO);
	case CODING_FINE:
	case CODING_UNWRITTEN:
		break;
	}
	return fail(f, EXIT_WRITE, STAGE_RESPONSE, BY_MACHINE, "another place with -o",
		    "%s can't be written: %s",
		    f->output->path == NULL ? "standard output" : f->output->path, strerror(error));
}

/* The response has come to a bad end: curl's code for each way. */
static enum step bad_response(struct fetch *f, enum response_state state)
{
	const struct response *response = &f->response;

	switch (state) {
	case RESPONSE_UNWRITTEN:
		return unwritten(f);
	case RESPONSE_EMPTY:
		return fail(f, EXIT_EMPTY, STAGE_RESPONSE, BY_SERVER, "the server's log",
			    "%s closed the connection without %s", f->url.host,
			    response->wire_octets == 0 ? "a word" : "a whole line");
	case RESPONSE_CUT_SHORT:
		if (!response->in_body)
			return fail(f, EXIT_RECEIVE, STAGE_RESPONSE, BY_SERVER, "the server's log",
				    "the connection ended in the middle of the head");
		return fail(f, EXIT_PARTIAL, STAGE_RESPONSE, BY_SERVER,
			    "again; then the server's log",
			    "the connection ended in the middle of the body, after %llu octets",
			    (unsigned long long)response->body_octets);
	case RESPONSE_NOT_HTTP:
		return fail(f, EXIT_PROTOCOL, STAGE_RESPONSE, BY_SERVER,
			    "https:// or another port, if something else listens here",
			    "what came isn't HTTP/1");
	case RESPONSE_TOO_LARGE:
		return fail(f, EXIT_RECEIVE, STAGE_RESPONSE, BY_SERVER,
			    "the server's configuration",
			    "the head is larger than %d kB, or has more than %d lines",
			    LARGEST_HEAD / 1024, MAX_HEADERS);
	case RESPONSE_CODED:
		return fail(f, EXIT_CODING, STAGE_RESPONSE, BY_SERVER, "the server's software",
			    "the body is in a transfer coding that nobody asked for");
	case RESPONSE_BAD_HEAD:
		return fail(f, EXIT_WEIRD_REPLY, STAGE_RESPONSE, BY_SERVER, "the server's software",
			    "the head breaks the rules of RFC 9112: %s", response->fault);
	case RESPONSE_BAD_BODY:
		return fail(f, EXIT_RECEIVE, STAGE_RESPONSE, BY_SERVER, "the server's software",
			    "the body's chunks break the rules of RFC 9112 §7.1: %s",
			    response->fault);
	case RESPONSE_GOES_ON:
	case RESPONSE_COMPLETE:
		break;
	}
	return fail(f, EXIT_RECEIVE, STAGE_RESPONSE, BY_SERVER, "the server's log", "no response");
}

static enum step broken(struct fetch *f)
{
	int error = connection_error(f->connection);
	const struct tls *tls = connection_tls(f->connection);

	if (error != 0)
		return fail(f, f->sent || f->first_octet ? EXIT_RECEIVE : EXIT_SEND, STAGE_RESPONSE,
			    BY_SERVER, "again; then the server's log, or what stands between",
			    "the connection broke: %s", strerror(error));
	return fail(f, EXIT_RECEIVE, STAGE_RESPONSE, BY_SERVER, "again; then the server's log",
		    "the connection ended without TLS's farewell%s%s: what came may be cut short",
		    tls != NULL && tls_reason(tls)[0] != '\0' ? " - " : "",
		    tls != NULL ? tls_reason(tls) : "");
}

static enum step complete(struct fetch *f)
{
	const struct response *response = &f->response;

	if (f->coding != NULL && !coding_is_whole(f->coding))
		return fail(f, EXIT_CODING, STAGE_RESPONSE, BY_SERVER, "without --compressed",
			    "the body's \"%s\" stops in the middle", response->coding);
	tcp_say_figures(f->log, STAGE_RESPONSE, "figures", connection_descriptor(f->connection));
	event_say(f->log, STAGE_RESPONSE, FROM_WIRE, "complete",
		  "{s:i, s:I, s:I, s:I, s:I, s:s, s:s, s:b, s:b, s:b}", "status", response->status,
		  "wire_octets", (json_int_t)response->wire_octets, "head_octets",
		  (json_int_t)response->head_octets, "body_octets",
		  (json_int_t)response->body_octets, "decoded_octets", (json_int_t)f->shown_octets,
		  "coding", f->coding == NULL ? "" : response->coding, "framing",
		  response->until_close ? "close"
		  : response->chunked	? "chunked"
					: "length",
		  "keeps_alive", response->keeps_alive, "shown",
		  f->output->wanted && !f->skip_body, "bare_newlines", response->bare_newlines);
	fetch_end_stage(f, STAGE_RESPONSE);
	return END_CONNECTION;
}

/* One read: OVER if there is more to read at once. */
static enum step read_some(struct fetch *f)
{
	uint8_t octets[READ_AT_ONCE];
	enum response_state state;
	size_t got;
	enum io io = connection_read(f->connection, octets, sizeof(octets), &got);

	if (io == IO_AGAIN)
		return AWAIT_RESPONSE;
	if (io == IO_BROKEN)
		return broken(f);
	if (io == IO_END) {
		f->they_ended = true;
		state = response_end(&f->response);
		return state == RESPONSE_COMPLETE ? complete(f) : bad_response(f, state);
	}
	if (!f->first_octet) {
		f->first_octet = true;
		event_say(f->log, STAGE_RESPONSE, FROM_KERNEL, "first octet", NULL);
	}
	state = response_feed(&f->response, bytes_of(octets, got));
	if (state == RESPONSE_COMPLETE)
		return complete(f);
	if (f->skip_body && f->response.in_body && state == RESPONSE_GOES_ON)
		return complete(f);             /* nobody wants the rest: hang up */
	return state == RESPONSE_GOES_ON ? OVER : bad_response(f, state);
}

enum step await_response(struct fetch *f)
{
	enum io io = connection_flush(f->connection);
	enum step next = AWAIT_RESPONSE;

	if (io == IO_DONE && !f->sent)
		note_sent(f);
	/* A server may answer and hang up before it has taken all of a request: its answer counts
	 * more. */
	for (int turn = 0; turn < READS_PER_TURN; turn++) {
		next = read_some(f);
		if (next != OVER)
			break;
	}
	if (io == IO_BROKEN && next == AWAIT_RESPONSE)
		return broken(f);
	if (next != OVER)
		return next;
	f->woken = true;
	return AWAIT_RESPONSE;
}
