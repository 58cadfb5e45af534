/* SPDX-License-Identifier: MIT */
/* request.c — the head of a request, in curl's order: own headers first, then those that were
 * given. */
#include "client/http/request.h"

#include <openssl/evp.h>
#include <string.h>
#include <strings.h>

#include "client/http/coding.h"

struct composer {
	const struct request *request;
	struct arena         *arena;
	struct buffer        *into;
	struct event_log     *log;
	enum result           result;   /* the first failure stays */
};

static size_t name_length(const char *header)
{
	return strcspn(header, ":;");
}

/* What -H says about a header of this name; NULL if nothing. */
static const char *given(const struct request *request, const char *name)
{
	for (size_t i = 0; i < request->header_count; i++) {
		const char *header = request->headers[i];

		if (name_length(header) == strlen(name) &&
		    strncasecmp(header, name, strlen(name)) == 0)
			return header;
	}
	return NULL;
}

static void add(struct composer *composer, const char *text)
{
	if (composer->result == OK)
		composer->result = buffer_add_text(composer->into, text);
}

static void put(struct composer *composer, const char *name, const char *value)
{
	bool secret = strcasecmp(name, "Authorization") == 0 || strcasecmp(name, "Cookie") == 0;

	add(composer, name);
	add(composer, value[0] == '\0' ? ":" : ": ");
	add(composer, value);
	add(composer, "\r\n");
	event_say(composer->log, STAGE_REQUEST, FROM_HERE, "header", "{s:o, s:o}", "name",
		  json_octets_of(name), "value", json_octets_of(secret ? "(not logged)" : value));
}

/* A header of our own, unless -H has one of this name. */
static void put_own(struct composer *composer, const char *name, const char *value)
{
	if (given(composer->request, name) == NULL)
		put(composer, name, value);
}

static const char *basic(struct composer *composer)
{
	const struct request *request = composer->request;
	const char *user = request->user;
	char *encoded;

	if (request->to_stranger)
		user = NULL;                            /* but what the URL itself says is for it */
	if (user == NULL && (request->url->user[0] != '\0' || request->url->password[0] != '\0')) {
		struct bytes name = percent_decode(composer->arena, request->url->user);
		struct bytes password = percent_decode(composer->arena, request->url->password);

		user = arena_print(composer->arena, "%.*s:%.*s", (int)name.length,
				   (const char *)name.at, (int)password.length,
				   (const char *)password.at);
	}
	if (user == NULL)
		return NULL;
	if (strchr(user, ':') == NULL)
		user = arena_print(composer->arena, "%s:", user);
	encoded = arena_take(composer->arena, strlen(user) * 4 / 3 + 8);
	if (encoded == NULL)
		return NULL;
	EVP_EncodeBlock((unsigned char *)encoded, (const unsigned char *)user, (int)strlen(user));
	return arena_print(composer->arena, "Basic %s", encoded);
}

static void put_given(struct composer *composer, const char *header)
{
	size_t length = name_length(header);
	const char *name = arena_print(composer->arena, "%.*s", (int)length, header);
	const char *value = header + length + (header[length] == '\0' ? 0 : 1);

	value += strspn(value, " \t");
	if (header[length] == '\0')
		return;                                 /* no colon: no header, as curl has it */
	if (header[length] == ':' && value[0] == '\0')
		return;                                 /* takes one of ours out */
	if (strcasecmp(name, "Host") == 0)
		return;                                 /* written in its place */
	if (composer->request->to_stranger &&
	    (strcasecmp(name, "Authorization") == 0 || strcasecmp(name, "Cookie") == 0))
		return;
	put(composer, name, value);
}

static void put_host(struct composer *composer)
{
	const char *host = given(composer->request, "Host");

	if (host == NULL || composer->request->other_host) {
		put(composer, "Host", url_authority(composer->arena, composer->request->url));
		return;
	}
	host += name_length(host);
	if (*host != '\0')
		host++;
	host += strspn(host, " \t");
	if (*host != '\0')
		put(composer, "Host", host);
}

enum result request_write(const struct request *request, struct arena *arena, struct buffer *into,
			  struct event_log *log)
{
	struct composer composer = { .request = request, .arena = arena, .into = into, .log = log };
	const char *target = url_target(arena, request->url), *authorization;

	event_say(log, STAGE_REQUEST, FROM_HERE, "line", "{s:o, s:o, s:s}", "method",
		  json_octets_of(request->method), "target", json_octets_of(target), "version",
		  "1.1");
	add(&composer, request->method);
	add(&composer, " ");
	add(&composer, target);
	add(&composer, " HTTP/1.1\r\n");
	put_host(&composer);
	authorization = basic(&composer);
	if (authorization != NULL)
		put_own(&composer, "Authorization", authorization);
	if (request->agent == NULL || request->agent[0] != '\0')
		put_own(&composer, "User-Agent",
			request->agent == NULL ? "xylem/" XYLEM_VERSION : request->agent);
	put_own(&composer, "Accept", "*/*");
	if (request->compressed)
		put_own(&composer, "Accept-Encoding", coding_names);
	if (request->referer != NULL)
		put_own(&composer, "Referer", request->referer);
	for (size_t i = 0; i < request->header_count; i++)
		put_given(&composer, request->headers[i]);
	if (request->has_body) {
		put_own(&composer, "Content-Length",
			arena_print(arena, "%zu", request->body.length));
		put_own(&composer, "Content-Type", "application/x-www-form-urlencoded");
	}
	add(&composer, "\r\n");
	return composer.result;
}
