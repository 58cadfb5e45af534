/* SPDX-License-Identifier: MIT */
/* control.c — any octets as a request to the control socket.
 *
 * The reply must be one line of JSON that says whether it is ok; and only a flush that was asked
 * for may flush. */
#include <stdlib.h>
#include <string.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "cache/rdata.h"
#include "resolver/control/request.h"
#include "resolver/observe/log.h"
#include "tests/unit/resolver/control/fake_cache.h"

static struct cache cache;

static void host_status(void *subject, struct control_status *into)
{
	into->config = "/etc/xylem/xylemd.yaml";
}

static enum result host_reload(void *subject, struct control_reload *into)
{
	into->changes[0] = (struct control_change){ "listen", true };
	into->change_count = 1;
	return OK;
}

/* Only what may be in force is handed over. */
static enum result host_zone_add(void *subject, const struct control_zone *zone,
				 struct control_zone_change *into)
{
	struct name name;

	must(name_parse(zone->name, &name));
	must(strlen(zone->name) < NAME_TEXT_SIZE);
	must(strlen(zone->owner) >= 1 && strlen(zone->owner) <= MAX_ZONE_OWNER);
	must(zone->server_count >= 1 && zone->server_count <= MAX_ADDED_SERVERS);
	must(zone->expires_s <= MAX_ADDED_ZONE_S);
	for (size_t i = 0; i < zone->server_count; i++)
		must(zone->servers[i].family != 0);
	return OK;
}

static enum result host_zone_remove(void *subject, const char *name, const char *owner,
				    struct control_zone_change *into)
{
	must(name != NULL || owner != NULL);
	into->removed = 1;
	return OK;
}

static void host_zone_list(void *subject, void (*each)(const struct control_zone *, void *),
			   void *to)
{
	const struct control_zone zone = { .name = ".", .owner = NULL };

	each(&zone, to);
}

static const struct control_host host = { .cache = &cache, .status = host_status,
					  .reload = host_reload, .zone_add = host_zone_add,
					  .zone_remove = host_zone_remove,
					  .zone_list = host_zone_list };

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	struct log_settings quiet = { .level = LOG_LEVEL_ERROR, .to = "stderr" };

	return log_configure(&quiet) == OK ? 0 : 1;
}

static void ask(const void *octets, size_t length)
{
	unsigned flushes = cache.flushes;
	char *line = control_answer(&host, bytes_of(octets, length), 0);
	json_t *reply;

	must(line != NULL);
	must(strchr(line, '\n') == line + strlen(line) - 1);
	reply = json_loads(line, 0, NULL);
	must(json_is_boolean(json_object_get(reply, "ok")));
	must(cache.flushes == flushes ||
	     (json_is_true(json_object_get(reply, "ok")) &&
	      (cache.flushed.all || name_is_set(&cache.flushed.name))));
	json_decref(reply);
	free(line);
}

/* Data enters as from a reply: expanded, or refused. */
static struct bytes expand(struct bytes message, uint16_t type)
{
	static uint8_t expanded[65535];
	struct writer into = writer_over(expanded, sizeof(expanded));
	struct record record = { .owner = name_root, .type = type, .class = CLASS_IN,
				 .rdata = bytes_of(message.at + 2, message.length - 2),
				 .rdata_position = 2 };

	rdata_expand(message, &record, &into);
	return writer_is_good(&into) ? writer_bytes(&into) : bytes_of(NULL, 0);
}

static void show(struct bytes message)
{
	static const char request[] = "{\"verb\":\"cache show\",\"name\":\"www.example.\"}";
	struct answer_parts parts = { .question = { .type = load_u16(message.at),
						    .class = CLASS_IN }, .ede = EDE_NONE };
	struct bytes rdata = expand(message, parts.question.type);
	struct arena arena;
	struct rrset *set;

	arena_init(&arena, 1 << 20);
	must(name_parse("www.example.", &parts.question.name));
	set = rrset_new(&arena, &parts.question.name, parts.question.type, CLASS_IN, 60);
	must(set != NULL);
	if (rdata.at != NULL && rrset_add(set, &arena, rdata) == OK) {
		rrsets_append(&parts.sections[SECTION_ANSWER], set);
		cache.answers[0] = answer_build(&arena, &parts, clock_age_seconds(), MAX_TTL);
		cache.answer_count = cache.answers[0] == NULL ? 0 : 1;
		ask(request, sizeof(request) - 1);
	}
	cache.answer_count = 0;
	arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	if (length > 3 && octets[0] == 255)
		show(bytes_of(octets + 1, length - 1));
	else
		ask(octets, length);
	return 0;
}
