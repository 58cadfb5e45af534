/* SPDX-License-Identifier: MIT */
/* anchor_verbs.c — `anchors`, `anchors negative add`, `anchors negative remove`. */
#include "resolver/control/request.h"

#include <string.h>

#include "cache/base/limits.h"
#include "resolver/observe/text.h"

static json_t *number_or_null(int64_t value)
{
	return value == 0 ? json_null() : json_integer(value);
}

static void show_anchor(const struct control_anchor *anchor, void *list)
{
	bool negative = anchor->is_negative;

	json_array_append_new(
		list, json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:s?}",
				"zone", anchor->zone,
				"state", anchor->state,
				"source", anchor->source,
				"tag", negative ? json_null() : json_integer(anchor->tag),
				"algorithm", negative ? json_null()
						      : json_integer(anchor->algorithm),
				"since", number_or_null(anchor->since),
				"left_s", number_or_null(anchor->left_s),
				"reason", anchor->reason));
}

json_t *run_anchors(struct request *request)
{
	json_t *list = json_array();

	request->host->anchor_list(request->host->subject, show_anchor, list);
	return json_pack("{s:o}", "anchors", list);
}

/* Askers read it, in extended error 33. */
static bool take_reason(struct request *request, const char **into)
{
	const json_t *value = json_object_get(request->members, "reason");
	char harmless[MAX_NEGATIVE_REASON + 1];
	size_t length = json_string_length(value);

	*into = value == NULL ? "the operator has said so" : json_string_value(value);
	if (value == NULL ||
	    (length >= 1 && length <= MAX_NEGATIVE_REASON && strlen(*into) == length &&
	     text_neutral(harmless, MAX_NEGATIVE_REASON, *into) == length &&
	     memcmp(harmless, *into, length) == 0))
		return true;
	request_refuse(request, "\"reason\" must be 1 to %d octets of text without control "
		       "characters; askers read it", MAX_NEGATIVE_REASON);
	return false;
}

static bool take_end(struct request *request, uint32_t *into)
{
	const json_t *value = json_object_get(request->members, "expires_s");
	json_int_t seconds = json_integer_value(value);

	*into = 0;
	if (value == NULL)
		return true;
	if (seconds < 1 || seconds > MAX_NEGATIVE_S) {
		request_refuse(request, "\"expires_s\" must be from 1 to %d seconds; without it "
			       "the anchor stays until it is removed", MAX_NEGATIVE_S);
		return false;
	}
	*into = (uint32_t)seconds;
	return true;
}

static const char *print_lower(struct name *name, char into[NAME_TEXT_SIZE])
{
	name_lower(name);
	return name_print(name, into);
}

json_t *run_negative_add(struct request *request)
{
	struct control_zone_change change = { .replaced = false };
	struct control_negative negative = { .expires_s = 0 };
	char zone[NAME_TEXT_SIZE];

	if (!request_take_name(request, "zone", &negative.name) ||
	    !take_reason(request, &negative.reason) || !take_end(request, &negative.expires_s))
		return NULL;
	if (request->host->negative_add(request->host->subject, &negative, &change) != OK)
		return request_refuse(request, "%s", change.why);
	return json_pack("{s:s, s:s, s:b, s:o}", "zone", print_lower(&negative.name, zone),
			 "reason", negative.reason, "replaced", change.replaced, "expires_s",
			 number_or_null(negative.expires_s));
}

json_t *run_negative_remove(struct request *request)
{
	struct control_zone_change change = { .removed = 0 };
	struct name name;

	if (!request_take_name(request, "zone", &name))
		return NULL;
	if (request->host->negative_remove(request->host->subject, &name, &change) != OK)
		return request_refuse(request, "%s", change.why);
	return json_pack("{s:I}", "removed", (json_int_t)change.removed);
}
