/* SPDX-License-Identifier: MIT */
/* ctl_zone.c — zones that come and go, as one writes them in a script. */
#include "client/command/ctl_zone.h"

#include <stdlib.h>
#include <string.h>

json_int_t ctl_seconds_of(const char *text)
{
	static const struct {
		const char *unit;
		int         seconds;
	} units[] = { { "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 } };
	char *end;
	long count;

	if (text[0] < '0' || text[0] > '9')
		return 0;
	count = strtol(text, &end, 10);
	if (count > 1000000000)
		return 0;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].unit) == 0)
			return (json_int_t)count * units[i].seconds;
	}
	return 0;
}

static json_t *list_of(int count, char **words)
{
	json_t *list = json_array();

	for (int i = 0; i < count; i++)
		json_array_append_new(list, json_string(words[i]));
	return list;
}

static json_t *add_request(const struct zone_options *options, int count, char **words,
			   const char **fault)
{
	json_int_t expires = options->expires == NULL ? 0 : ctl_seconds_of(options->expires);
	json_t *request;

	*fault = "zone add NAME SERVER... [--owner TEXT] [--expires TIME] [--stub] [--fallback] "
		 "[--tls NAME]";
	if (count < 2)
		return NULL;
	*fault = "--expires is a time such as 90s, 30m, 8h or 2d";
	if (options->expires != NULL && expires == 0)
		return NULL;
	*fault = "--stub and --forward are two kinds: a zone has one";
	if (options->stub && options->forward)
		return NULL;
	*fault = NULL;
	request = json_pack("{s:s, s:s, s:s, s:o, s:b, s:s*, s:s*, s:s*}", "verb", "zone add",
			    "zone", words[0], "kind", options->stub ? "stub" : "forward",
			    "servers", list_of(count - 1, words + 1), "fallback",
			    (int)options->fallback, "owner", options->owner, "dnssec",
			    options->dnssec, "tls", options->tls);
	if (request != NULL && options->expires != NULL)
		json_object_set_new(request, "expires_s", json_integer(expires));
	return request;
}

json_t *zone_request(const struct zone_options *options, int count, char **words,
		     const char **fault)
{
	const char *verb = count > 0 ? words[0] : "";

	if (count == 1 && strcmp(verb, "list") == 0)
		return json_pack("{s:s}", "verb", "zone list");
	if (strcmp(verb, "add") == 0)
		return add_request(options, count - 1, words + 1, fault);
	*fault = "zone list, zone add or zone remove";
	if (strcmp(verb, "remove") != 0)
		return NULL;
	*fault = "zone remove NAME, or zone remove --owner TEXT, or both";
	if (count > 2 || (count == 1 && options->owner == NULL))
		return NULL;
	return json_pack("{s:s, s:s*, s:s*}", "verb", "zone remove", "zone",
			 count == 2 ? words[1] : NULL, "owner", options->owner);
}
