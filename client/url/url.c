/* SPDX-License-Identifier: MIT */
/* url.c — the parser of the WHATWG URL standard (§4.4), for the schemes http and https.
 *
 * In the order of the text: scheme, authority (user, host, port), path, query, fragment. Where the
 * standard has a state machine over characters this has a function per part: the schemes here are
 * all "special", so a part ends at the same characters each time. */
#include "client/url/url.h"

#include <ctype.h>
#include <string.h>

static const char *const outcome_words[] = {
	[URL_GOOD] = "good",
	[URL_EMPTY] = "it is empty",
	[URL_TOO_LONG] = "it is longer than 65,536 octets",
	[URL_OTHER_SCHEME] = "only http and https are spoken here",
	[URL_NO_HOST] = "it names no host",
	[URL_BAD_HOST] = "the host has characters or labels that no host name has",
	[URL_BAD_IPV4] = "the host ends in a number but is no IPv4 address",
	[URL_BAD_IPV6] = "what stands in brackets is no IPv6 address",
	[URL_BAD_PORT] = "the port isn't a number from 0 to 65535",
	[URL_NO_MEMORY] = "there is no memory for it",
};

const char *url_outcome_words(enum url_outcome outcome)
{
	return outcome_words[outcome];
}

/* Characters below 0x80 that a part encodes, besides controls and what is beyond ASCII (URL §1.3).
 */
static const char userinfo_encodes[] = " \"#<>?`{}/:;=@[\\]^|";
static const char path_encodes[] = " \"#<>?`{}^";
static const char query_encodes[] = " \"#<>'";
static const char fragment_encodes[] = " \"<>`";

static const char *percent_encode(struct arena *arena, struct bytes text, const char *set)
{
	static const char hex[] = "0123456789ABCDEF";
	char *encoded = arena_take(arena, text.length * 3 + 1);
	size_t length = 0;

	if (encoded == NULL)
		return NULL;
	for (size_t i = 0; i < text.length; i++) {
		uint8_t octet = text.at[i];

		if (octet >= 0x20 && octet < 0x7f && strchr(set, octet) == NULL) {
			encoded[length++] = (char)octet;
			continue;
		}
		encoded[length++] = '%';
		encoded[length++] = hex[octet >> 4];
		encoded[length++] = hex[octet & 15];
	}
	encoded[length] = '\0';
	return encoded;
}

static int hex_digit(char character)
{
	if (!isxdigit((unsigned char)character))
		return -1;
	if (isdigit((unsigned char)character))
		return character - '0';
	return tolower((unsigned char)character) - 'a' + 10;
}

struct bytes percent_decode(struct arena *arena, const char *text)
{
	size_t length = 0, room = strlen(text) + 1;
	uint8_t *decoded = arena_take(arena, room);

	if (decoded == NULL)
		return bytes_of(NULL, 0);
	for (; *text != '\0'; text++) {
		int high = text[0] == '%' ? hex_digit(text[1]) : -1;
		int low = high < 0 ? -1 : hex_digit(text[2]);

		if (low < 0) {
			decoded[length++] = (uint8_t)*text;
			continue;
		}
		decoded[length++] = (uint8_t)(high << 4 | low);
		text += 2;
	}
	return bytes_of(decoded, length);
}

static bool is_slash(char character)
{
	return character == '/' || character == '\\';
}

/* URL §4.4 step 1 to 3: no controls or blanks around, no tab or newline anywhere. */
static char *trim(struct arena *arena, const char *text)
{
	size_t length = strlen(text), used = 0;
	char *trimmed;

	while (length != 0 && (unsigned char)text[length - 1] <= 0x20)
		length--;
	while (length != 0 && (unsigned char)text[0] <= 0x20) {
		text++;
		length--;
	}
	trimmed = arena_take(arena, length + 1);
	if (trimmed == NULL)
		return NULL;
	for (size_t i = 0; i < length; i++)
		if (strchr("\t\n\r", text[i]) == NULL)
			trimmed[used++] = text[i];
	return trimmed;
}

/* How long the scheme at the start is, without its colon; 0 if there is none. */
static size_t scheme_length(const char *text)
{
	size_t length = 0;

	if (!isalpha((unsigned char)text[0]))
		return 0;
	while (isalnum((unsigned char)text[length]) || strchr("+-.", text[length]) != NULL) {
		if (text[length] == '\0')
			return 0;
		length++;
	}
	return text[length] == ':' ? length : 0;
}

static enum url_outcome parse_port(struct url *url, const char *text, size_t length)
{
	uint32_t port = 0;

	for (size_t i = 0; i < length; i++) {
		if (!isdigit((unsigned char)text[i]))
			return URL_BAD_PORT;
		port = port * 10 + (uint32_t)(text[i] - '0');
		if (port > 65535)
			return URL_BAD_PORT;
	}
	if (length == 0)
		port = url->secure ? 443 : 80;
	url->port = (uint16_t)port;
	url->default_port = port == (url->secure ? 443 : 80);
	return URL_GOOD;
}

static enum url_outcome parse_user(struct url *url, struct arena *arena, const char *text,
				   size_t length)
{
	const char *colon = memchr(text, ':', length);
	size_t user = colon == NULL ? length : (size_t)(colon - text);
	size_t password = colon == NULL ? 0 : length - user - 1;

	url->user = percent_encode(arena, bytes_of(text, user), userinfo_encodes);
	url->password = percent_encode(arena, bytes_of(text + length - password, password),
				       userinfo_encodes);
	return url->user == NULL || url->password == NULL ? URL_NO_MEMORY : URL_GOOD;
}

/* user:password@host:port, as far as `length`. */
static enum url_outcome parse_authority(struct url *url, struct arena *arena, const char *text,
					size_t length)
{
	const char *at = memrchr(text, '@', length);
	const char *colon = NULL;
	enum url_outcome outcome;
	bool brackets = false;

	url->user = url->password = "";
	if (at != NULL) {
		outcome = parse_user(url, arena, text, (size_t)(at - text));
		if (outcome != URL_GOOD)
			return outcome;
		length -= (size_t)(at + 1 - text);
		text = at + 1;
	}
	for (size_t i = 0; i < length && colon == NULL; i++) {
		if (text[i] == '[')
			brackets = true;
		if (text[i] == ']')
			brackets = false;
		if (text[i] == ':' && !brackets)
			colon = text + i;
	}
	outcome = host_parse(arena, bytes_of(text, colon == NULL ? length : (size_t)(colon - text)),
			     &url->host, &url->kind);
	if (outcome != URL_GOOD)
		return outcome;
	if (colon == NULL)
		return parse_port(url, text, 0);
	return parse_port(url, colon + 1, (size_t)(text + length - colon - 1));
}

/* "." and "..", also with %2e for a dot: 1 and 2 dots; 0 for any other segment. */
static unsigned dots_of(const char *segment, size_t length)
{
	unsigned dots = 0;

	while (length != 0) {
		size_t step = 0;

		if (segment[0] == '.')
			step = 1;
		else if (length >= 3 && strncasecmp(segment, "%2e", 3) == 0)
			step = 3;
		if (step == 0)
			return 0;
		segment += step;
		length -= step;
		dots++;
	}
	return dots <= 2 ? dots : 0;
}

/* Appends the segments of `text` to `path`, which holds "/…" or nothing, and takes dot segments
 * out. */
static void append_segments(char *path, const char *text, size_t length)
{
	size_t used = strlen(path);

	for (;;) {
		size_t segment = 0;
		unsigned dots;
		bool last;

		while (segment < length && !is_slash(text[segment]))
			segment++;
		last = segment == length;
		dots = dots_of(text, segment);
		if (dots == 2)
			while (used != 0 && path[--used] != '/')
				;
		if (dots == 0) {
			path[used++] = '/';
			memcpy(path + used, text, segment);
			used += segment;
		} else if (last) {
			path[used++] = '/';
		}
		path[used] = '\0';
		if (last)
			return;
		text += segment + 1;
		length -= segment + 1;
	}
}

/* The path in `text`, after what a relative one is relative to ("/a/b" of "/a/b/c", or ""). */
static enum url_outcome parse_path(struct url *url, struct arena *arena, struct bytes before,
				   const char *text, size_t length)
{
	char *path = arena_take(arena, before.length + length + 3);

	if (path == NULL)
		return URL_NO_MEMORY;
	if (before.length != 0)
		memcpy(path, before.at, before.length);
	append_segments(path, text, length);
	url->path = percent_encode(arena, bytes_of(path, strlen(path)), path_encodes);
	return url->path == NULL ? URL_NO_MEMORY : URL_GOOD;
}

static enum url_outcome parse_query_and_fragment(struct url *url, struct arena *arena,
						 const char *text)
{
	size_t length = strcspn(text, "#");

	if (text[0] == '?')
		url->query = percent_encode(arena, bytes_of(text + 1, length - 1), query_encodes);
	if (text[0] == '?' && url->query == NULL)
		return URL_NO_MEMORY;
	if (text[length] != '#')
		return URL_GOOD;
	text += length + 1;
	url->fragment = percent_encode(arena, bytes_of(text, strlen(text)), fragment_encodes);
	return url->fragment == NULL ? URL_NO_MEMORY : URL_GOOD;
}

/* What follows "http://", "https://" or "//". */
static enum url_outcome parse_absolute(struct url *url, struct arena *arena, const char *text)
{
	size_t authority = strcspn(text, "/\\?#");
	enum url_outcome outcome = parse_authority(url, arena, text, authority);
	size_t path;

	if (outcome != URL_GOOD)
		return outcome;
	text += authority;
	path = strcspn(text, "?#");
	outcome = parse_path(url, arena, bytes_of("", 0), path == 0 ? text : text + 1,
			     path == 0 ? 0 : path - 1);
	if (outcome != URL_GOOD)
		return outcome;
	return parse_query_and_fragment(url, arena, text + path);
}

/* A relative one that names no host. */
static enum url_outcome parse_relative(struct url *url, struct arena *arena, const char *text,
				       const struct url *base)
{
	size_t path = strcspn(text, "?#");
	struct bytes before = bytes_of("", 0);
	enum url_outcome outcome = URL_GOOD;

	*url = *base;
	url->fragment = NULL;
	if (path != 0 || text[0] == '?')
		url->query = NULL;
	if (path != 0 && !is_slash(text[0]))
		before = bytes_of(base->path, (size_t)(strrchr(base->path, '/') - base->path));
	if (path != 0) {
		bool slash = is_slash(text[0]);

		outcome = parse_path(url, arena, before, text + slash, path - slash);
	}
	if (outcome != URL_GOOD)
		return outcome;
	return parse_query_and_fragment(url, arena, text + path);
}

enum url_outcome url_parse(struct url *url, struct arena *arena, const char *text,
			   const struct url *base)
{
	size_t scheme;

	*url = (struct url){ .user = "", .password = "" };
	if (strlen(text) > LONGEST_URL)
		return URL_TOO_LONG;
	text = trim(arena, text);
	if (text == NULL)
		return URL_NO_MEMORY;
	if (text[0] == '\0' && base == NULL)
		return URL_EMPTY;
	scheme = scheme_length(text);
	url->secure = scheme == 5 && strncasecmp(text, "https", 5) == 0;
	if (url->secure || (scheme == 4 && strncasecmp(text, "http", 4) == 0)) {
		text += scheme + 1;
		if (base != NULL && base->secure == url->secure && !is_slash(text[0]))
			return parse_relative(url, arena, text, base);
		return parse_absolute(url, arena, text + strspn(text, "/\\"));
	}
	/* "name:8080/x" is a host and a port to curl, not a scheme. */
	if (scheme != 0 && (base != NULL || strncmp(text + scheme, "://", 3) == 0 ||
			    !isdigit((unsigned char)text[scheme + 1])))
		return URL_OTHER_SCHEME;
	if (base == NULL)
		return parse_absolute(url, arena, text + strspn(text, "/\\"));
	url->secure = base->secure;
	if (is_slash(text[0]) && is_slash(text[1]))
		return parse_absolute(url, arena, text + strspn(text, "/\\"));
	return parse_relative(url, arena, text, base);
}

const char *url_authority(struct arena *arena, const struct url *url)
{
	const char *open = url->kind == HOST_IPV6 ? "[" : "";
	const char *shut = url->kind == HOST_IPV6 ? "]" : "";

	if (url->default_port)
		return arena_print(arena, "%s%s%s", open, url->host, shut);
	return arena_print(arena, "%s%s%s:%u", open, url->host, shut, (unsigned)url->port);
}

const char *url_target(struct arena *arena, const struct url *url)
{
	return arena_print(arena, "%s%s%s", url->path, url->query == NULL ? "" : "?",
			   url->query == NULL ? "" : url->query);
}

const char *url_write(struct arena *arena, const struct url *url, bool secrets)
{
	const char *user = "";

	if (secrets && (url->user[0] != '\0' || url->password[0] != '\0'))
		user = arena_print(arena, "%s%s%s@", url->user, url->password[0] == '\0' ? "" : ":",
				   url->password);
	return arena_print(arena, "http%s://%s%s%s%s%s", url->secure ? "s" : "", user,
			   url_authority(arena, url), url_target(arena, url),
			   url->fragment == NULL ? "" : "#",
			   url->fragment == NULL ? "" : url->fragment);
}
