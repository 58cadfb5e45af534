/* SPDX-License-Identifier: MIT */
/* ctl_anchors.c — where trust begins, and where it is broken off for a while. */
#include "client/command/ctl_anchors.h"

#include <string.h>

#include "client/command/ctl_zone.h"

static json_t *add_request(const struct anchors_options *options, const char *zone,
			   const char **fault)
{
	json_int_t seconds = options->end == NULL ? 0 : ctl_seconds_of(options->end);
	json_t *request;

	*fault = "--for is a time such as 90s, 30m, 8h or 2d";
	if (options->end != NULL && seconds == 0)
		return NULL;
	*fault = NULL;
	request = json_pack("{s:s, s:s, s:s*}", "verb", "anchors negative add", "zone", zone,
			    "reason", options->reason);
	if (request != NULL && seconds != 0)
		json_object_set_new(request, "expires_s", json_integer(seconds));
	return request;
}

json_t *anchors_request(const struct anchors_options *options, int count, char **words,
			const char **fault)
{
	*fault = NULL;
	if (count == 0)
		return json_pack("{s:s}", "verb", "anchors");
	*fault = "anchors, anchors negative add NAME [--for TIME] [--reason TEXT], or anchors "
		 "negative remove NAME";
	if (count != 3 || strcmp(words[0], "negative") != 0)
		return NULL;
	if (strcmp(words[1], "add") == 0)
		return add_request(options, words[2], fault);
	if (strcmp(words[1], "remove") != 0)
		return NULL;
	*fault = NULL;
	return json_pack("{s:s, s:s}", "verb", "anchors negative remove", "zone", words[2]);
}
