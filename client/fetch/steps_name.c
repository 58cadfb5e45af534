/* SPDX-License-Identifier: MIT */
/* steps_name.c — READ_URL, LOOK_IN_CACHE, LOOK_IN_HOSTS, ASK_DNS, AWAIT_DNS: from text to
 * addresses. */
#include <string.h>
#include <strings.h>

#include "cache/base/clock.h"
#include "client/dns/hosts.h"
#include "client/fetch/fetch_private.h"

enum step read_url(struct fetch *f)
{
	struct url before = f->url;
	enum url_outcome outcome;

	event_say(f->log, STAGE_RUN, FROM_HERE, "leg begins", "{s:o}", "text",
		  json_octets_of(f->next_url));
	outcome = url_parse(&f->url, &f->arena, f->next_url, f->log->leg == 0 ? NULL : &before);
	if (outcome == URL_OTHER_SCHEME)
		return fail(f, EXIT_PROTOCOL, STAGE_RUN, f->log->leg == 0 ? BY_YOU : BY_SERVER,
			    "an address that begins with http:// or https://", "%s: %s",
			    f->next_url, url_outcome_words(outcome));
	if (outcome != URL_GOOD)
		return fail(f, EXIT_URL, STAGE_RUN, f->log->leg == 0 ? BY_YOU : BY_SERVER,
			    "the address in another spelling", "\"%s\" is no URL: %s", f->next_url,
			    url_outcome_words(outcome));
	if (f->log->leg == 0) {
		snprintf(f->first_host, sizeof(f->first_host), "%.255s", f->url.host);
		f->first_port = f->url.port;
		f->first_secure = f->url.secure;
	}
	event_say(f->log, STAGE_RUN, FROM_HERE, "url", "{s:o, s:o, s:i, s:s}", "url",
		  json_octets_of(url_write(&f->arena, &f->url, false)), "host",
		  json_octets_of(f->url.host), "port", (int)f->url.port, "scheme",
		  f->url.secure ? "https" : "http");
	f->sent = f->first_octet = f->skip_body = f->they_ended = false;
	f->request_octets = f->shown_octets = 0;
	f->found_count = 0;
	f->connect_by_us = clock_timer_us() + f->settings->connect_patience_ms * 1000ULL;
	return LOOK_IN_CACHE;
}

/* RFC 9211 §2.2: nothing is kept yet, so nothing can match: uri-miss; another method never could:
 * method. */
enum step look_in_cache(struct fetch *f)
{
	bool cacheable = (f->method == NULL && !f->with_body) ||
			 (f->method != NULL && strcmp(f->method, "GET") == 0);

	fetch_begin_stage(f, STAGE_CACHE);
	event_say(f->log, STAGE_CACHE, FROM_HERE, "decision", "{s:b, s:s, s:s, s:s}", "hit", false,
		  "forward", cacheable ? "uri-miss" : "method", "section", "RFC 9111 §4", "reason",
		  cacheable ? "nothing is stored" : "only GET is answered from a cache");
	fetch_end_stage(f, STAGE_CACHE);
	return LOOK_IN_HOSTS;
}

/* Keeps only the families that -4 and -6 leave, with the port of the URL. */
static void keep_found(struct fetch *f, const struct address *found, size_t count)
{
	for (size_t i = 0; i < count && f->found_count < MAX_ADDRESSES; i++) {
		struct address address = found[i];
		bool six = address.any.sa_family == AF_INET6;

		if ((six && f->settings->only_v4) || (!six && f->settings->only_v6))
			continue;
		if (six)
			address.v6.sin6_port = htons(f->url.port);
		else
			address.v4.sin_port = htons(f->url.port);
		f->found[f->found_count++] = address;
	}
}

/* --resolve HOST:PORT:ADDR[,ADDR]: curl's form; "*" is any host. */
static bool look_in_given(struct fetch *f)
{
	for (size_t i = 0; i < f->settings->resolve.count; i++) {
		const char *text = f->settings->resolve.at[i];
		size_t host = strcspn(text, ":");
		char port[8];
		int length = snprintf(port, sizeof(port), ":%u:", (unsigned)f->url.port);
		bool any = host == 1 && text[0] == '*';

		if (!any &&
		    (host != strlen(f->url.host) || strncasecmp(text, f->url.host, host) != 0))
			continue;
		if (strncmp(text + host, port, (size_t)length) != 0)
			continue;
		for (text += host + (size_t)length; *text != '\0';) {
			char one[ADDRESS_TEXT];
			size_t end = strcspn(text, ",");
			size_t strip = text[0] == '[' ? 1 : 0;
			struct address address;

			snprintf(one, sizeof(one), "%.*s", (int)(end - 2 * strip), text + strip);
			if (end > 2 * strip && address_read(&address, one, 0))
				keep_found(f, &address, 1);
			text += end + (text[end] == ',' ? 1 : 0);
		}
		return true;
	}
	return false;
}

static void say_local(struct fetch *f, const char *how)
{
	char text[ADDRESS_TEXT];

	event_say(f->log, STAGE_DNS, FROM_HERE, "local", "{s:s}", "how", how);
	for (size_t i = 0; i < f->found_count; i++)
		event_say(f->log, STAGE_DNS, FROM_HERE, "address", "{s:s}", "address",
			  address_write(text, &f->found[i]));
	fetch_end_stage(f, STAGE_DNS);
}

enum step look_in_hosts(struct fetch *f)
{
	struct address found[MAX_ADDRESSES];
	const char *how = NULL;
	size_t count = 0;

	fetch_begin_stage(f, STAGE_DNS);
	if (look_in_given(f)) {
		how = "--resolve";
	} else if (f->url.kind != HOST_NAME) {
		how = "literal";
		count = address_read(&found[0], f->url.host, f->url.port) ? 1 : 0;
	} else {
		count = hosts_find(f->settings->hosts_file, f->url.host, found, MAX_ADDRESSES);
		how = count != 0 ? "hosts" : NULL;
		if (count == 0)
			count = hosts_find_localhost(f->url.host, found, MAX_ADDRESSES);
		if (count != 0 && how == NULL)
			how = "localhost";
	}
	if (how == NULL)
		return ASK_DNS;
	keep_found(f, found, count);
	say_local(f, how);
	if (f->found_count != 0)
		return CONNECT;
	return fail(f, EXIT_RESOLVE, STAGE_DNS, BY_YOU, "without -4 or -6, or another --resolve",
		    "%s has no address of the family that was asked for", f->url.host);
}

enum step ask_dns(struct fetch *f)
{
	struct resolve_wishes wishes = {
		.server = f->settings->dns,
		.name = f->url.host,
		.port = f->url.port,
		.v4 = !f->settings->only_v6,
		.v6 = !f->settings->only_v4,
	};
	char text[ADDRESS_TEXT];

	event_say(f->log, STAGE_DNS, FROM_HERE, "asked", "{s:s, s:o}", "server",
		  address_write_with_port(text, &wishes.server), "name",
		  json_octets_of(f->url.host));
	f->resolve = resolve_new(f->loop, &wishes, f->log, fetch_waker(f));
	if (f->resolve == NULL)
		return fail(f, EXIT_MEMORY, STAGE_DNS, BY_MACHINE, "more memory", "no memory");
	return AWAIT_DNS;
}

static enum step no_address(struct fetch *f, enum resolve_outcome outcome)
{
	const char *reason = resolve_reason(f->resolve);
	char server[ADDRESS_TEXT];

	address_write_with_port(server, &f->settings->dns);
	switch (outcome) {
	case RESOLVE_NO_NAME:
		return fail(f, EXIT_RESOLVE, STAGE_DNS, BY_ZONE, "the name's spelling",
			    "%s doesn't exist (%s)", f->url.host, reason);
	case RESOLVE_NO_ADDRESS:
		return fail(f, EXIT_RESOLVE, STAGE_DNS, BY_ZONE, "xylem query for what it has",
			    "%s exists but has no %saddress", f->url.host,
			    f->settings->only_v4   ? "IPv4 " :
			    f->settings->only_v6 ? "IPv6 " :
						     "");
	case RESOLVE_BOGUS:
		return fail(f, EXIT_BOGUS, STAGE_DNS, BY_ZONE,
			    "xylem query for the walk; tell the zone's owner",
			    "DNSSEC says that the answer for %s is forged or broken (%s)",
			    f->url.host, reason);
	case RESOLVE_SILENT:
		return fail(f, EXIT_RESOLVE, STAGE_DNS, BY_RESOLVER, "another resolver with --dns",
			    "the resolver at %s stays silent", server);
	case RESOLVE_UNREACHABLE:
		return fail(f, EXIT_RESOLVE, STAGE_DNS, BY_RESOLVER,
			    "starting xylemd, or another resolver with --dns ADDRESS[:PORT]",
			    "no resolver answers at %s (%s)", server, reason);
	case RESOLVE_IMPOSSIBLE:
		return fail(f, EXIT_RESOLVE, STAGE_DNS, BY_YOU, "a shorter name or shorter labels",
			    "%s can't be a name in the DNS", f->url.host);
	case RESOLVE_FAILED:
	case RESOLVE_GOES_ON:
	case RESOLVE_SOME:
	case RESOLVE_DONE:
		break;
	}
	return fail(f, EXIT_RESOLVE, STAGE_DNS, BY_RESOLVER, "xylem query for the walk",
		    "the resolver at %s can't find the addresses of %s (%s)", server, f->url.host,
		    reason);
}

enum step await_dns(struct fetch *f)
{
	enum resolve_outcome outcome = resolve_step(f->resolve);
	char text[ADDRESS_TEXT];

	if (outcome == RESOLVE_GOES_ON)
		return AWAIT_DNS;
	if (outcome != RESOLVE_SOME && outcome != RESOLVE_DONE)
		return no_address(f, outcome);
	f->found_count = resolve_addresses(f->resolve, f->found, MAX_ADDRESSES);
	for (size_t i = 0; i < f->found_count; i++)
		event_say(f->log, STAGE_DNS, FROM_WIRE, "address", "{s:s}", "address",
			  address_write(text, &f->found[i]));
	if (outcome == RESOLVE_DONE) {
		resolve_free(f->resolve);
		f->resolve = NULL;
	}
	fetch_end_stage(f, STAGE_DNS);
	return CONNECT;
}
