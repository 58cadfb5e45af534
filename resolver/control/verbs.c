/* SPDX-License-Identifier: MIT */
/* verbs.c — what can be asked for. Later work adds rows, none adds a channel. */
#include "resolver/control/request.h"

#include "resolver/observe/text.h"

#include <unistd.h>

static const char *const disk_states[] = {
	[DISK_NONE] = "none",
	[DISK_LOADING] = "loading",
	[DISK_OK] = "ok",
	[DISK_PAUSED] = "paused",
	[DISK_BROKEN] = "broken",
};

static json_t *number(uint64_t value)
{
	return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

/* Paths and what a disk says are octets, JSON is text. */
static json_t *text_or_null(const char *text)
{
	char harmless[4096];

	if (text == NULL)
		return json_null();
	return json_stringn(harmless, text_neutral(harmless, sizeof(harmless), text));
}

/* --- status --- */

static json_t *listen_list(const struct control_status *status)
{
	json_t *list = json_array();

	for (size_t i = 0; i < status->listen_count; i++)
		json_array_append_new(list, json_string(status->listen[i]));
	return list;
}

/* One word or one sentence. */
static const char *disk_in_words(const struct cache_figures *figures)
{
	if (figures->disk == DISK_NONE || figures->disk == DISK_OK)
		return disk_states[figures->disk];
	if (figures->disk_why[0] != '\0')
		return figures->disk_why;
	return figures->disk == DISK_LOADING ? "the database is being read"
	       : figures->disk == DISK_PAUSED ? "writing to the database pauses"
					      : "the database can't be used";
}

static json_t *local_root(const struct control_local_root *root)
{
	const char *state = root->state == NULL ? "off" : root->state;

	if (!root->has_copy)
		return json_pack("{s:s, s:o}", "state", state, "why", text_or_null(root->why));
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "state", state,
			 "serial", number(root->serial),
			 "age_s", number(root->age_s),
			 "left_s", number(root->left_s),
			 "zones", number(root->zones),
			 "bytes", number(root->octets),
			 "from", text_or_null(root->from),
			 "why", text_or_null(root->why));
}

static json_t *run_status(struct request *request)
{
	struct control_status status = { 0 };
	struct cache_figures figures;

	request->host->status(request->host->subject, &status);
	cache_get_figures(request->host->cache, &figures);
	return json_pack("{s:s, s:i, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
			 " s:o, s:o, s:o, s:o, s:o}",
			 "version", XYLEM_VERSION,
			 "pid", (int)getpid(),
			 "uptime_s", number(status.uptime_s),
			 "workers", (int)status.workers,
			 "listen", listen_list(&status),
			 "config", text_or_null(status.config),
			 "queries", number(status.queries),
			 "answers_from_cache", number(status.answers_from_cache),
			 "walks", number(status.walks),
			 "walks_now", number(status.walks_now),
			 "upstream_queries", number(status.upstream_queries),
			 "failures", number(status.failures),
			 "synthesised", number(status.synthesised),
			 "cache_bytes", number(figures.octets),
			 "cache_limit_bytes", number(figures.limit),
			 "disk", text_or_null(disk_in_words(&figures)),
			 "network", text_or_null(status.network),
			 "network_why", text_or_null(status.network_why[0] == '\0'
						     ? NULL : status.network_why),
			 "local_root", local_root(&status.local_root));
}

/* --- cache stats --- */

static json_t *store(const struct store_figures *figures)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}",
			 "entries", number(figures->entries),
			 "bytes", number(figures->octets),
			 "hits", number(figures->hits),
			 "misses", number(figures->misses),
			 "evictions", number(figures->evictions));
}

static json_t *disk(const struct control_host *host, const struct cache_figures *figures)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "state", disk_states[figures->disk],
			 "why", figures->disk_why[0] == '\0' ? json_null()
							     : text_or_null(figures->disk_why),
			 "path", text_or_null(host->cache_file),
			 "rows", number(figures->disk_rows),
			 "written", number(figures->disk_written),
			 "dropped", number(figures->disk_dropped),
			 "bytes", number(figures->disk_octets));
}

static json_t *run_cache_stats(struct request *request)
{
	struct cache_figures figures;

	cache_get_figures(request->host->cache, &figures);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "limit_bytes", number(figures.limit),
			 "bytes", number(figures.octets),
			 "answers", store(&figures.answers),
			 "cuts", store(&figures.cuts),
			 "servers", store(&figures.servers),
			 "denials", store(&figures.denials),
			 "disk", disk(request->host, &figures));
}

/* --- cache flush --- */

/* What is meant must be said: an empty request never empties the cache. */
static bool take_flush(struct request *request, struct cache_flush *into)
{
	bool has_name = json_object_get(request->members, "name") != NULL;

	into->all = json_is_true(json_object_get(request->members, "all"));
	into->below = json_is_true(json_object_get(request->members, "below"));
	if (!into->all && !has_name) {
		request_refuse(request, "say what to flush: a \"name\", or \"all\": true");
		return false;
	}
	if (into->all && json_object_size(request->members) != 2) {
		request_refuse(request, "\"all\": true flushes everything: it stands alone");
		return false;
	}
	if (into->all)
		return true;
	return request_take_name(request, "name", &into->name) &&
	       request_take_type(request, &into->type);
}

static json_t *run_cache_flush(struct request *request)
{
	struct cache_flush what = { 0 };

	if (!take_flush(request, &what))
		return NULL;
	return json_pack("{s:o}", "removed", number(cache_flush(request->host->cache, &what)));
}

/* --- reload --- */

static json_t *run_reload(struct request *request)
{
	struct control_reload reload = { .change_count = 0 };
	json_t *changed, *restart;

	if (request->host->reload(request->host->subject, &reload) != OK)
		return request_refuse(request, "%s", reload.why[0] != '\0' ? reload.why
				      : "the new configuration can't be used; nothing has changed");
	changed = json_array();
	restart = json_array();
	for (size_t i = 0; i < reload.change_count && i < CONTROL_MAX_CHANGES; i++) {
		json_array_append_new(changed, json_string(reload.changes[i].key));
		if (reload.changes[i].needs_restart)
			json_array_append_new(restart, json_string(reload.changes[i].key));
	}
	return json_pack("{s:o, s:o}", "changed", changed, "restart", restart);
}

/* --- the table: docs/control.md has the same --- */

const struct verb control_verbs[] = {
	{ .name = "status", .run = run_status },
	{ .name = "cache stats", .run = run_cache_stats },
	{
		.name = "cache show",
		.members = { { "name", JSON_STRING }, { "type", JSON_STRING } },
		.run = show_cache,
	},
	{
		.name = "cache flush",
		.changes_things = true,
		.members = { { "name", JSON_STRING }, { "type", JSON_STRING },
			     { "below", JSON_TRUE }, { "all", JSON_TRUE } },
		.run = run_cache_flush,
	},
	{ .name = "reload", .changes_things = true, .run = run_reload },
	{
		.name = "zone add",
		.changes_things = true,
		.members = { { "zone", JSON_STRING }, { "kind", JSON_STRING },
			     { "servers", JSON_ARRAY }, { "owner", JSON_STRING },
			     { "expires_s", JSON_INTEGER }, { "fallback", JSON_TRUE },
			     { "dnssec", JSON_STRING }, { "tls", JSON_STRING } },
		.run = run_zone_add,
	},
	{
		.name = "zone remove",
		.changes_things = true,
		.members = { { "zone", JSON_STRING }, { "owner", JSON_STRING } },
		.run = run_zone_remove,
	},
	{ .name = "zone list", .run = run_zone_list },
	{ .name = "anchors", .run = run_anchors },
	{
		.name = "anchors negative add",
		.changes_things = true,
		.members = { { "zone", JSON_STRING }, { "reason", JSON_STRING },
			     { "expires_s", JSON_INTEGER } },
		.run = run_negative_add,
	},
	{
		.name = "anchors negative remove",
		.changes_things = true,
		.members = { { "zone", JSON_STRING } },
		.run = run_negative_remove,
	},
};
const size_t control_verb_count = sizeof(control_verbs) / sizeof(control_verbs[0]);
