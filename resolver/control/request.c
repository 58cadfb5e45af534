/* SPDX-License-Identifier: MIT */
/* request.c — what is asked, by whom, and whether it is well asked. */
#include "resolver/control/request.h"

#include "cache/base/limits.h"
#include "resolver/observe/log.h"
#include "resolver/observe/text.h"

#include <ldns/ldns.h>
#include <stdarg.h>
#include <stdlib.h>

/* --- replies --- */

/* Takes the object. */
static char *write_line(json_t *reply)
{
	char *text = json_dumps(reply, JSON_COMPACT);
	char *line = NULL;
	size_t length;

	json_decref(reply);
	if (text == NULL)
		return NULL;
	length = strlen(text);
	line = realloc(text, length + 2);
	if (line == NULL) {
		free(text);
		return NULL;
	}
	memcpy(line + length, "\n", 2);
	return line;
}

/* The sentence may quote anybody, and may be cut off in the middle of a character. */
static char *refuse_with(const char *why)
{
	char harmless[CONTROL_WHY_SIZE];
	size_t length = text_neutral(harmless, sizeof(harmless) - 1, why);
	json_t *reply;

	harmless[length] = '\0';
	reply = json_pack("{s:b, s:s}", "ok", 0, "error", harmless);
	return reply == NULL ? NULL : write_line(reply);
}

char *control_refuse(const char *format, ...)
{
	char why[CONTROL_WHY_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, sizeof(why), format, arguments);
	va_end(arguments);
	return refuse_with(why);
}

json_t *request_refuse(struct request *request, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(request->why, sizeof(request->why), format, arguments);
	va_end(arguments);
	return NULL;
}

/* --- members --- */

bool request_take_name(struct request *request, const char *member, struct name *into)
{
	const char *text = json_string_value(json_object_get(request->members, member));

	if (text == NULL) {
		request_refuse(request, "\"%s\" is missing: a domain name, such as "
			       "\"www.example.\"", member);
		return false;
	}
	if (!name_parse(text, into)) {
		request_refuse(request, "\"%s\" is no domain name: labels have 1 to 63 octets, "
			       "a name at most 255", member);
		return false;
	}
	return true;
}

/* TYPE65280 (RFC 3597 §5), a number of at most five digits. 0: it isn't that. */
static uint16_t numbered_type(const char *text)
{
	unsigned number = 0;

	if (strncasecmp(text, "TYPE", 4) != 0 || strlen(text) < 5 || strlen(text) > 9)
		return 0;
	for (text += 4; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return 0;
		number = number * 10 + (unsigned)(*text - '0');
	}
	return number > UINT16_MAX ? 0 : (uint16_t)number;
}

bool request_take_type(struct request *request, uint16_t *into)
{
	const char *text = json_string_value(json_object_get(request->members, "type"));

	*into = 0;
	if (text == NULL)
		return true;
	*into = numbered_type(text);
	if (*into == 0 && strncasecmp(text, "TYPE", 4) != 0)
		*into = (uint16_t)ldns_get_rr_type_by_name(text);
	if (*into != 0)
		return true;
	request_refuse(request, "\"type\" is no record type: it is a name such as \"AAAA\", or "
		       "\"TYPE\" and a number from 1 to 65535");
	return false;
}

/* --- the column of refusals --- */

/* Nesting is looked at before the parser sees it. */
static unsigned depth_of(struct bytes line)
{
	unsigned depth = 0, deepest = 0;
	bool in_string = false;

	for (size_t i = 0; i < line.length; i++) {
		uint8_t octet = line.at[i];

		if (in_string && octet == '\\')
			i++;
		else if (octet == '"')
			in_string = !in_string;
		else if (!in_string && (octet == '{' || octet == '['))
			deepest = ++depth > deepest ? depth : deepest;
		else if (!in_string && (octet == '}' || octet == ']') && depth > 0)
			depth--;
	}
	return deepest;
}

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < control_verb_count; i++)
		if (strcmp(control_verbs[i].name, name) == 0)
			return &control_verbs[i];
	return NULL;
}

static const char *list_verbs(char into[CONTROL_WHY_SIZE])
{
	size_t length = 0;

	for (size_t i = 0; i < control_verb_count; i++)
		length += (size_t)snprintf(into + length, CONTROL_WHY_SIZE - length, "%s\"%s\"",
					   i == 0 ? "" : ", ", control_verbs[i].name);
	return into;
}

static const char *list_members(const struct verb *verb, char into[CONTROL_WHY_SIZE])
{
	size_t length = 0;

	into[0] = '\0';
	for (size_t i = 0; verb->members[i].name != NULL; i++)
		length += (size_t)snprintf(into + length, CONTROL_WHY_SIZE - length, ", \"%s\"",
					   verb->members[i].name);
	return into;
}

static const char *type_in_words(json_type type)
{
	if (type == JSON_TRUE)
		return "true or false";
	if (type == JSON_ARRAY)
		return "a list";
	return type == JSON_INTEGER ? "a whole number" : "a string";
}

static bool is_of_type(const json_t *value, json_type type)
{
	return type == JSON_TRUE ? json_is_boolean(value) : json_typeof(value) == type;
}

/* One member of the request: does this verb know it, and is it what it should be? */
static bool check_member(struct request *request, const struct verb *verb, const char *name,
			 const json_t *value)
{
	char known[CONTROL_WHY_SIZE];

	for (size_t i = 0; verb->members[i].name != NULL; i++) {
		if (strcmp(verb->members[i].name, name) != 0)
			continue;
		if (is_of_type(value, verb->members[i].type))
			return true;
		request_refuse(request, "\"%s\" must be %s", name,
			       type_in_words(verb->members[i].type));
		return false;
	}
	request_refuse(request, "\"%.64s\" is no member of a \"%s\" request: it has \"verb\"%s",
		       name, verb->name, list_members(verb, known));
	return false;
}

static bool check_members(struct request *request, const struct verb *verb)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)request->members, name, value) {
		if (strcmp(name, "verb") == 0)
			continue;
		if (!check_member(request, verb, name, value))
			return false;
	}
	return true;
}

static const struct verb *take_verb(struct request *request)
{
	const json_t *name = json_object_get(request->members, "verb");
	char known[CONTROL_WHY_SIZE];
	const struct verb *verb;

	if (!json_is_string(name)) {
		request_refuse(request, "\"verb\" is missing: a string, one of %s",
			       list_verbs(known));
		return NULL;
	}
	verb = find_verb(json_string_value(name));
	if (verb == NULL)
		request_refuse(request, "there is no verb \"%.64s\": it is one of %s",
			       json_string_value(name), list_verbs(known));
	return verb;
}

/* --- one request --- */

static json_t *run_verb(struct request *request, uid_t user)
{
	const struct verb *verb = take_verb(request);
	json_t *reply;

	if (verb == NULL)
		return NULL;
	if (!check_members(request, verb))
		return NULL;
	reply = verb->run(request);
	if (verb->changes_things)
		log_info("control: user %u: %s: %s", (unsigned)user, verb->name,
			 reply != NULL ? "done" : request->why);
	return reply;
}

/* A sentence for what the parser says of octets that may be anything. */
static char *refuse_syntax(const json_error_t *error)
{
	if (json_error_code(error) == json_error_invalid_utf8)
		return control_refuse("a request is JSON in UTF-8; this isn't UTF-8");
	if (json_error_code(error) == json_error_duplicate_key)
		return control_refuse("a member stands twice in the request");
	return control_refuse("a request is one JSON object in one line, such as "
			      "{\"verb\": \"status\"}; this breaks off or isn't JSON near octet %d",
			      error->position);
}

static char *answer_object(const struct control_host *host, const json_t *members, uid_t user)
{
	struct request request = { .host = host, .members = members };
	json_t *reply = run_verb(&request, user);

	if (reply == NULL && request.why[0] != '\0')
		return refuse_with(request.why);
	if (reply == NULL || json_object_set_new(reply, "ok", json_true()) != 0) {
		json_decref(reply);
		return refuse_with("the daemon has no memory for this reply");
	}
	return write_line(reply);
}

char *control_answer(const struct control_host *host, struct bytes line, uid_t user)
{
	json_error_t error;
	json_t *members;
	char *reply;

	if (line.length > MAX_CONTROL_REQUEST)
		return control_refuse("a request has at most %d octets", MAX_CONTROL_REQUEST);
	if (depth_of(line) > CONTROL_DEPTH)
		return control_refuse("a request is nested at most %d deep", CONTROL_DEPTH);
	members = json_loadb((const char *)line.at, line.length, JSON_REJECT_DUPLICATES, &error);
	if (members == NULL)
		return refuse_syntax(&error);
	if (json_is_object(members))
		reply = answer_object(host, members, user);
	else
		reply = control_refuse("a request is a JSON object, such as "
				       "{\"verb\": \"status\"}");
	json_decref(members);
	return reply;
}
