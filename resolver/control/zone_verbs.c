/* SPDX-License-Identifier: MIT */
/* zone_verbs.c — `zone add`, `zone remove`, `zone list`: stub and forward zones that come and
 * go. */
#include "resolver/control/request.h"

#include "cache/base/limits.h"
#include "resolver/observe/text.h"

#include <stdlib.h>

static const char usual_owner[] = "manual";

enum { DNS_OVER_TLS_PORT = 853 };       /* RFC 7858 §3.1 */

static const char *text_of(const struct request *request, const char *member)
{
	return json_string_value(json_object_get(request->members, member));
}

/* --- what is asked for --- */

/* As the configuration writes names. */
static bool take_zone(struct request *request, char into[NAME_TEXT_SIZE])
{
	struct name name;

	if (!request_take_name(request, "zone", &name))
		return false;
	name_lower(&name);
	name_print(&name, into);
	return true;
}

/* Other people will read it, in the log and on terminals. */
static bool check_owner(struct request *request, const char *owner)
{
	char harmless[MAX_ZONE_OWNER + 1];
	size_t length = strlen(owner);

	if (length >= 1 && length <= MAX_ZONE_OWNER &&
	    text_neutral(harmless, MAX_ZONE_OWNER, owner) == length &&
	    memcmp(harmless, owner, length) == 0)
		return true;
	request_refuse(request, "\"owner\" must be 1 to %d octets of text without control "
		       "characters, such as \"vpn\"", MAX_ZONE_OWNER);
	return false;
}

static bool take_one_of(struct request *request, const char *member, const char *const words[2],
			bool *is_second)
{
	const char *text = text_of(request, member);

	*is_second = text != NULL && strcmp(text, words[1]) == 0;
	if (text == NULL || *is_second || strcmp(text, words[0]) == 0)
		return true;
	request_refuse(request, "\"%s\" must be \"%s\" or \"%s\"", member, words[0], words[1]);
	return false;
}

/* The name that a certificate has: a host's, or an address. */
static bool take_certificate(struct request *request, const char **into)
{
	const char *text = text_of(request, "tls");
	struct name name;

	*into = text;
	if (text == NULL || (name_parse(text, &name) && !name_is_root(&name)))
		return true;
	request_refuse(request, "\"tls\" must be the name that the servers' certificate has, like "
		       "dns.example.net");
	return false;
}

static bool take_server(struct request *request, const json_t *item, uint16_t port,
			struct address *into)
{
	const char *text = json_string_value(item);

	if (text != NULL && address_parse(text, port, into))
		return true;
	if (text != NULL)
		request_refuse(request, "\"%.64s\" in \"servers\" is no address: it is like "
			       "192.0.2.1, 192.0.2.1@5353 or 2001:db8::1", text);
	else
		request_refuse(request, "\"servers\" must be a list of strings, each an address");
	return false;
}

static bool take_servers(struct request *request, struct address into[MAX_ADDED_SERVERS],
			 size_t *count)
{
	const json_t *list = json_object_get(request->members, "servers");
	uint16_t port = text_of(request, "tls") == NULL ? DNS_PORT : DNS_OVER_TLS_PORT;

	*count = json_array_size(list);
	if (*count == 0 || *count > MAX_ADDED_SERVERS) {
		request_refuse(request, "say whom to ask: \"servers\", a list of 1 to %d addresses",
			       MAX_ADDED_SERVERS);
		return false;
	}
	for (size_t i = 0; i < *count; i++)
		if (!take_server(request, json_array_get(list, i), port, &into[i]))
			return false;
	return true;
}

static bool take_expiry(struct request *request, uint32_t *into)
{
	const json_t *value = json_object_get(request->members, "expires_s");
	json_int_t seconds = json_integer_value(value);

	*into = 0;
	if (value == NULL)
		return true;
	if (seconds < 1 || seconds > MAX_ADDED_ZONE_S) {
		request_refuse(request, "\"expires_s\" must be from 1 to %d seconds; without it "
			       "the zone stays until it is removed", MAX_ADDED_ZONE_S);
		return false;
	}
	*into = (uint32_t)seconds;
	return true;
}

json_t *run_zone_add(struct request *request)
{
	static const char *const kinds[2] = { "forward", "stub" };
	static const char *const ways[2] = { "validate", "off" };
	struct control_zone_change change = { .replaced = false };
	struct address servers[MAX_ADDED_SERVERS];
	struct control_zone zone = { .owner = text_of(request, "owner"), .servers = servers };
	char name[NAME_TEXT_SIZE];
	bool unchecked;

	if (zone.owner == NULL)
		zone.owner = usual_owner;
	if (!take_zone(request, name) || !check_owner(request, zone.owner) ||
	    !take_one_of(request, "kind", kinds, &zone.is_stub) ||
	    !take_one_of(request, "dnssec", ways, &unchecked) ||
	    !take_certificate(request, &zone.tls) ||
	    !take_servers(request, servers, &zone.server_count) ||
	    !take_expiry(request, &zone.expires_s))
		return NULL;
	zone.name = name;
	zone.validate = !unchecked;
	zone.fallback = json_is_true(json_object_get(request->members, "fallback"));
	if (request->host->zone_add(request->host->subject, &zone, &change) != OK)
		return request_refuse(request, "%s", change.why);
	return json_pack("{s:s, s:s, s:b, s:b}", "zone", name, "owner", zone.owner,
			 "replaced", change.replaced, "shadows", change.shadows);
}

/* --- and taken away --- */

json_t *run_zone_remove(struct request *request)
{
	const char *owner = text_of(request, "owner");
	bool has_zone = json_object_get(request->members, "zone") != NULL;
	struct control_zone_change change = { .removed = 0 };
	char name[NAME_TEXT_SIZE];

	if (!has_zone && owner == NULL)
		return request_refuse(request, "say what to remove: a \"zone\", or all of an "
				      "\"owner\", or both");
	if (has_zone && !take_zone(request, name))
		return NULL;
	if (owner != NULL && !check_owner(request, owner))
		return NULL;
	if (request->host->zone_remove(request->host->subject, has_zone ? name : NULL, owner,
				       &change) != OK)
		return request_refuse(request, "%s", change.why);
	return json_pack("{s:I}", "removed", (json_int_t)change.removed);
}

/* --- and shown --- */

static void show_zone(const struct control_zone *zone, void *list)
{
	json_t *servers = json_array();
	char text[ADDRESS_TEXT_SIZE];

	for (size_t i = 0; i < zone->server_count; i++)
		json_array_append_new(
			servers, json_string(address_print_with_port(&zone->servers[i], text)));
	json_array_append_new(
		list,
		json_pack("{s:s, s:s, s:o, s:b, s:s, s:s?, s:s?, s:o, s:b}",
			  "zone", zone->name,
			  "kind", zone->is_stub ? "stub" : "forward",
			  "servers", servers,
			  "fallback", zone->fallback,
			  "dnssec", zone->validate ? "validate" : "off",
			  "tls", zone->tls,
			  "owner", zone->owner,
			  "expires_s", zone->expires_s == 0 ? json_null()
							    : json_integer(zone->expires_s),
			  "shadowed", zone->is_shadowed));
}

json_t *run_zone_list(struct request *request)
{
	json_t *list = json_array();

	request->host->zone_list(request->host->subject, show_zone, list);
	return json_pack("{s:o}", "zones", list);
}
