/* SPDX-License-Identifier: MIT */
/* response.c — splits the head from the body, and lets llhttp read both. */
#include "client/http/response.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static struct response *of(llhttp_t *parser)
{
	return parser->data;
}

static int add(struct buffer *buffer, const char *at, size_t length)
{
	return buffer_add(buffer, bytes_of(at, length)) == OK ? 0 : HPE_USER;
}

static int on_field(llhttp_t *parser, const char *at, size_t length)
{
	return add(&of(parser)->name, at, length);
}

static int on_value(llhttp_t *parser, const char *at, size_t length)
{
	return add(&of(parser)->value, at, length);
}

static int on_reason(llhttp_t *parser, const char *at, size_t length)
{
	return add(&of(parser)->reason, at, length);
}

static bool is_named(struct bytes name, const char *wanted)
{
	return name.length == strlen(wanted) &&
	       strncasecmp((const char *)name.at, wanted, name.length) == 0;
}

static void keep(char *into, size_t size, struct bytes value)
{
	if (value.length >= size ||
	    (value.length != 0 && memchr(value.at, 0, value.length) != NULL))
		return;
	if (value.length != 0)
		memcpy(into, value.at, value.length);
	into[value.length] = '\0';
}

/* A trailer is told as a head of one line. */
static bool tell_trailer(struct response *response, struct bytes name, struct bytes value)
{
	struct buffer *line = &response->head;
	bool told = buffer_add(line, name) == OK && buffer_add_text(line, ": ") == OK &&
		    buffer_add(line, value) == OK && buffer_add_text(line, "\r\n") == OK &&
		    response->taker.head(response->taker.subject, buffer_bytes(line));

	buffer_drop(line, buffer_length(line));
	if (!told)
		response->state = RESPONSE_UNWRITTEN;
	return told;
}

static int on_value_complete(llhttp_t *parser)
{
	struct response *response = of(parser);
	struct bytes name = buffer_bytes(&response->name), value = buffer_bytes(&response->value);
	bool trailer = response->in_body;

	if (++response->headers > MAX_HEADERS) {
		response->state = RESPONSE_TOO_LARGE;
		return HPE_USER;
	}
	if (value.length == 0)
		value = bytes_of("", 0);
	event_say(response->log, STAGE_RESPONSE, FROM_WIRE, trailer ? "trailer" : "header",
		  "{s:o, s:o}", "name", json_octets(name), "value", json_octets(value));
	if (trailer && !tell_trailer(response, name, value))
		return HPE_USER;
	if (!trailer && is_named(name, "location"))
		keep(response->location, sizeof(response->location), value);
	if (!trailer && is_named(name, "transfer-encoding"))
		response->odd_transfer = !is_named(value, "chunked");
	if (!trailer && is_named(name, "content-encoding"))
		keep(response->coding, sizeof(response->coding), value);
	buffer_drop(&response->name, name.length);
	buffer_drop(&response->value, value.length);
	return 0;
}

static int on_headers_complete(llhttp_t *parser)
{
	struct response *response = of(parser);
	struct bytes reason = buffer_bytes(&response->reason);
	char version[8];

	snprintf(version, sizeof(version), "%u.%u", (unsigned)parser->http_major,
		 (unsigned)parser->http_minor);
	event_say(response->log, STAGE_RESPONSE, FROM_WIRE, "status", "{s:i, s:s, s:o, s:b}",
		  "status", (int)parser->status_code, "version", version, "reason",
		  json_octets(reason.length == 0 ? bytes_of("", 0) : reason), "interim",
		  parser->status_code / 100 == 1);
	buffer_drop(&response->reason, reason.length);
	if (parser->status_code / 100 == 1 && parser->status_code != 101) {
		response->interim = parser->status_code;
		return 0;
	}
	response->status = parser->status_code;
	/* RFC 9112 §6.3, rule 1: whatever the head says, these have no body. */
	if (response->status == 204 || response->status == 304)
		response->head_only = true;
	response->chunked = (parser->flags & F_CHUNKED) != 0;
	response->keeps_alive = llhttp_should_keep_alive(parser) != 0;
	response->until_close = !response->head_only && llhttp_message_needs_eof(parser) != 0;
	return response->head_only ? 1 : 0;
}

static int on_body(llhttp_t *parser, const char *at, size_t length)
{
	struct response *response = of(parser);

	response->body_octets += length;
	if (response->taker.body(response->taker.subject, bytes_of(at, length)))
		return 0;
	response->state = RESPONSE_UNWRITTEN;
	return HPE_USER;
}

static int on_message_complete(llhttp_t *parser)
{
	struct response *response = of(parser);

	if (response->status == 0)
		return 0;
	response->state = RESPONSE_COMPLETE;
	return HPE_PAUSED;                      /* what follows isn't ours to read */
}

void response_init(struct response *response, const struct response_taker *taker,
		   struct event_log *log, bool head_only)
{
	*response = (struct response){ .taker = *taker, .log = log, .head_only = head_only,
				       .line_empty = true };
	llhttp_settings_init(&response->settings);
	response->settings.on_header_field = on_field;
	response->settings.on_header_value = on_value;
	response->settings.on_status = on_reason;
	response->settings.on_header_value_complete = on_value_complete;
	response->settings.on_headers_complete = on_headers_complete;
	response->settings.on_body = on_body;
	response->settings.on_message_complete = on_message_complete;
	llhttp_init(&response->parser, HTTP_RESPONSE, &response->settings);
	response->parser.data = response;
	buffer_init(&response->head, LARGEST_HEAD);
	buffer_init(&response->name, LARGEST_HEAD);
	buffer_init(&response->value, LARGEST_HEAD);
	buffer_init(&response->reason, LARGEST_HEAD);
}

void response_clear(struct response *response)
{
	buffer_clear(&response->head);
	buffer_clear(&response->name);
	buffer_clear(&response->value);
	buffer_clear(&response->reason);
}

/* Lets llhttp read; false if reading has to stop. */
static bool parse(struct response *response, struct bytes octets)
{
	enum llhttp_errno error =
		llhttp_execute(&response->parser, (const char *)octets.at, octets.length);

	if (response->state != RESPONSE_GOES_ON)
		return false;
	if (error == HPE_OK)
		return true;
	if (error == HPE_PAUSED_UPGRADE) {
		response->state = RESPONSE_COMPLETE;    /* 101: not HTTP from here on */
		return false;
	}
	snprintf(response->fault, sizeof(response->fault), "%s",
		 response->parser.reason == NULL ? llhttp_errno_name(error)
						 : response->parser.reason);
	response->state = response->in_body ? RESPONSE_BAD_BODY : RESPONSE_BAD_HEAD;
	if (error == HPE_INVALID_VERSION || error == HPE_INVALID_STATUS)
		response->state = RESPONSE_NOT_HTTP;
	return false;
}

/* How many of these octets belong to the head: to the end of its empty line if that is among them.
 */
static size_t head_part(struct response *response, struct bytes octets, bool *complete)
{
	for (size_t i = 0; i < octets.length; i++) {
		if (octets.at[i] == '\n' && response->line_empty &&
		    buffer_length(&response->head) + i != 0) {
			*complete = true;
			return i + 1;
		}
		if (octets.at[i] == '\n')
			response->line_empty = true;
		else if (octets.at[i] != '\r')
			response->line_empty = false;
	}
	*complete = false;
	return octets.length;
}

/* The value of a Content-Length line, without the blanks around it; .at is NULL if it is another
 * line. */
static struct bytes length_value(struct bytes line)
{
	static const char name[] = "content-length:";
	size_t before = sizeof(name) - 1;

	if (line.length < before || strncasecmp((const char *)line.at, name, before) != 0)
		return bytes_of(NULL, 0);
	while (before < line.length && strchr(" \t", line.at[before]) != NULL)
		before++;
	while (line.length > before && strchr(" \t\r\n", line.at[line.length - 1]) != NULL)
		line.length--;
	return bytes_of(line.at + before, line.length - before);
}

/* RFC 9112 §2.2: a line may end with a single LF; llhttp reads it as one that ends well. */
static bool parse_line(struct response *response, struct bytes line)
{
	size_t length = line.length;

	if (length == 0 || line.at[length - 1] != '\n')
		return parse(response, line);
	if (length >= 2 && line.at[length - 2] == '\r')
		return parse(response, line);
	response->bare_newlines = true;
	if (length > 1 && !parse(response, bytes_of(line.at, length - 1)))
		return false;
	return parse(response, bytes_of("\r\n", 2));
}

/* RFC 9110 §8.6: a Content-Length that is there twice with the same value counts once. llhttp would
 * refuse it, so it reads the head without the repetitions; those that differ are left for it to
 * refuse. */
static bool parse_head(struct response *response)
{
	struct bytes head = buffer_bytes(&response->head), first = bytes_of(NULL, 0);
	bool good = true;

	while (head.length != 0 && good) {
		const uint8_t *end = memchr(head.at, '\n', head.length);
		size_t length = end == NULL ? head.length : (size_t)(end + 1 - head.at);
		struct bytes line = bytes_of(head.at, length), value = length_value(line);

		head = bytes_of(head.at + length, head.length - length);
		if (value.at != NULL && first.at != NULL && bytes_equal(value, first))
			continue;
		if (value.at != NULL)
			first = value;
		good = parse_line(response, line);
	}
	return good;
}

/* The first five octets must be "HTTP/": anything else isn't a response at all. */
static bool may_be_http(const struct response *response)
{
	struct bytes head = buffer_bytes(&response->head);

	return memcmp(head.at, "HTTP/", head.length < 5 ? head.length : 5) == 0;
}

static enum response_state stop(struct response *response, enum response_state state)
{
	response->state = state;
	return state;
}

/* Takes what belongs to the head; gives how much that was. */
static size_t feed_head(struct response *response, struct bytes octets)
{
	bool complete;
	size_t length = head_part(response, octets, &complete);

	response->head_octets += length;
	if (response->head_octets > LARGEST_HEAD ||
	    buffer_add(&response->head, bytes_of(octets.at, length)) != OK) {
		stop(response, RESPONSE_TOO_LARGE);
		return length;
	}
	if (!may_be_http(response)) {
		stop(response, RESPONSE_NOT_HTTP);
		return length;
	}
	if (!complete)
		return length;
	response->line_empty = true;
	if (!parse_head(response) && response->state != RESPONSE_COMPLETE)
		return length;
	response->in_body = response->status != 0;
	if (!response->taker.head(response->taker.subject, buffer_bytes(&response->head)))
		stop(response, RESPONSE_UNWRITTEN);
	buffer_drop(&response->head, buffer_length(&response->head));
	if (response->in_body && response->odd_transfer && !response->head_only)
		stop(response, RESPONSE_CODED);
	return length;
}

enum response_state response_feed(struct response *response, struct bytes octets)
{
	while (response->state == RESPONSE_GOES_ON && octets.length != 0) {
		size_t length = octets.length;

		if (response->in_body)
			parse(response, octets);
		else
			length = feed_head(response, octets);
		response->wire_octets += length;
		octets = bytes_of(octets.at + length, octets.length - length);
	}
	return response->state;
}

enum response_state response_end(struct response *response)
{
	if (response->state != RESPONSE_GOES_ON)
		return response->state;
	if (!response->in_body && memchr(response->head.octets == NULL ? (const uint8_t *)"" :
									 response->head.octets,
					 '\n', buffer_length(&response->head)) == NULL)
		return stop(response, RESPONSE_EMPTY);
	if (!response->in_body)
		return stop(response, RESPONSE_CUT_SHORT);
	if (llhttp_finish(&response->parser) != HPE_OK && response->state == RESPONSE_GOES_ON)
		return stop(response, RESPONSE_CUT_SHORT);
	if (response->state == RESPONSE_GOES_ON)
		response->state = RESPONSE_COMPLETE;
	return response->state;
}
