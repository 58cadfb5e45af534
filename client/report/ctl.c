/* SPDX-License-Identifier: MIT */
/* ctl.c — the daemon's replies for people: aligned, with units. */
#include <string.h>
#include <time.h>

#include "client/report/report_ctl.h"
#include "client/report/words.h"

enum { VALUES_FROM = 20 };

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text == NULL ? "" : text;
}

static json_int_t number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void row(struct terminal *terminal, const char *name, const char *value)
{
	terminal_say(terminal, DIM, "%s", name);
	terminal_to_column(terminal, VALUES_FROM);
	terminal_say(terminal, PLAIN, "%s", value);
	terminal_end_line(terminal);
}

static void count_row(struct terminal *terminal, const json_t *reply, const char *name,
		      const char *key)
{
	char count[WORDS];

	if (json_object_get(reply, key) != NULL)
		row(terminal, name, count_words(count, number_of(reply, key)));
}

/* A list of texts as one text with blanks between. */
static void join(char *into, size_t size, const json_t *list)
{
	size_t used = 0;

	into[0] = '\0';
	for (size_t i = 0; i < json_array_size(list) && used + 1 < size; i++) {
		const char *text = json_string_value(json_array_get(list, i));
		int length = snprintf(into + used, size - used, "%s%s", i == 0 ? "" : " ",
				      text == NULL ? "?" : text);

		used += length < 0 ? 0 : (size_t)length;
	}
}

/* "in force: serial 2026082201 from 192.33.4.12@53, 21 min old, 1,438 zones, 650 kB" */
static void show_local_root(struct terminal *terminal, const json_t *root)
{
	const char *why = text_of(root, "why");
	char text[4096], age[WORDS], zones[WORDS], size[WORDS];

	if (!json_is_object(root) || strcmp(text_of(root, "state"), "off") == 0)
		return;
	if (json_object_get(root, "serial") == NULL)
		snprintf(text, sizeof(text), "%s", text_of(root, "state"));
	else
		snprintf(text, sizeof(text), "%s: serial %lld from %s, %s old, %s zones, %s",
			 text_of(root, "state"), (long long)number_of(root, "serial"),
			 text_of(root, "from"), span_words(age, number_of(root, "age_s")),
			 count_words(zones, number_of(root, "zones")),
			 size_words(size, number_of(root, "bytes")));
	row(terminal, "local root", text);
	if (why[0] != '\0')
		row(terminal, "", why);
}

/* A daemon from before it knew says nothing. */
static void show_network(struct terminal *terminal, const json_t *reply)
{
	const char *why = text_of(reply, "network_why");
	char text[1024];

	if (json_object_get(reply, "network") == NULL)
		return;
	snprintf(text, sizeof(text), "%s%s%s", text_of(reply, "network"),
		 why[0] == '\0' ? "" : ": ", why);
	row(terminal, "network", text);
}

static void show_status(struct terminal *terminal, const json_t *reply)
{
	const char *config = json_string_value(json_object_get(reply, "config"));
	char text[1024], one[WORDS], other[WORDS];
	json_int_t queries = number_of(reply, "queries"),
		   hits = number_of(reply, "answers_from_cache");

	snprintf(text, sizeof(text), "%s, pid %lld, up %s", text_of(reply, "version"),
		 (long long)number_of(reply, "pid"), span_words(one, number_of(reply, "uptime_s")));
	row(terminal, "xylemd", text);
	join(text, sizeof(text), json_object_get(reply, "listen"));
	row(terminal, "listens on", text);
	row(terminal, "configuration", config == NULL ? "built in" : config);
	count_row(terminal, reply, "workers", "workers");
	count_row(terminal, reply, "queries", "queries");
	snprintf(text, sizeof(text), "%s (%.1f %%)", count_words(one, hits),
		 queries <= 0 ? 0.0 : 100.0 * (double)hits / (double)queries);
	row(terminal, "from the cache", text);
	snprintf(text, sizeof(text), "%s, %s under way",
		 count_words(one, number_of(reply, "walks")),
		 count_words(other, number_of(reply, "walks_now")));
	row(terminal, "walks", text);
	count_row(terminal, reply, "upstream queries", "upstream_queries");
	count_row(terminal, reply, "answered by proofs", "synthesised");
	count_row(terminal, reply, "failures", "failures");
	snprintf(text, sizeof(text), "%s of %s", size_words(one, number_of(reply, "cache_bytes")),
		 size_words(other, number_of(reply, "cache_limit_bytes")));
	row(terminal, "cache", text);
	row(terminal, "disk", text_of(reply, "disk"));
	show_network(terminal, reply);
	show_local_root(terminal, json_object_get(reply, "local_root"));
}

static void show_store(struct terminal *terminal, const json_t *reply, const char *name)
{
	const json_t *store = json_object_get(reply, name);
	json_int_t hits = number_of(store, "hits"), misses = number_of(store, "misses");
	char entries[WORDS], size[WORDS], hit[WORDS], miss[WORDS], gone[WORDS];

	if (store == NULL)
		return;
	terminal_say(terminal, PLAIN, "%-10s %12s %12s %14s %14s %7.1f %% %12s", name,
		     count_words(entries, number_of(store, "entries")),
		     size_words(size, number_of(store, "bytes")), count_words(hit, hits),
		     count_words(miss, misses),
		     hits + misses <= 0 ? 0.0 : 100.0 * (double)hits / (double)(hits + misses),
		     count_words(gone, number_of(store, "evictions")));
	terminal_end_line(terminal);
}

static void show_stats(struct terminal *terminal, const json_t *reply)
{
	const json_t *disk = json_object_get(reply, "disk");
	char used[WORDS], limit[WORDS], rows[WORDS], written[WORDS], dropped[WORDS], text[1024];

	snprintf(text, sizeof(text), "%s of %s", size_words(used, number_of(reply, "bytes")),
		 size_words(limit, number_of(reply, "limit_bytes")));
	row(terminal, "memory", text);
	terminal_end_line(terminal);
	terminal_say(terminal, DIM, "%-10s %12s %12s %14s %14s %9s %12s", "store", "entries",
		     "size", "hits", "misses", "hit rate", "evicted");
	terminal_end_line(terminal);
	show_store(terminal, reply, "answers");
	show_store(terminal, reply, "cuts");
	show_store(terminal, reply, "servers");
	show_store(terminal, reply, "denials");
	if (!json_is_object(disk))
		return;
	terminal_end_line(terminal);
	snprintf(text, sizeof(text), "%s %s: %s rows, %s written, %s dropped, %s",
		 text_of(disk, "state"), text_of(disk, "path"),
		 count_words(rows, number_of(disk, "rows")),
		 count_words(written, number_of(disk, "written")),
		 count_words(dropped, number_of(disk, "dropped")),
		 size_words(used, number_of(disk, "bytes")));
	row(terminal, "disk", text);
}

static void show_answer(struct terminal *terminal, const json_t *answer)
{
	const json_t *records = json_object_get(answer, "records");
	char age[WORDS], left[WORDS];

	terminal_say(terminal, BOLD, "%s %s", text_of(answer, "type"), text_of(answer, "rcode"));
	terminal_say(terminal, PLAIN, "  %s, learnt %s ago from %s, %s left",
		     text_of(answer, "security"), span_words(age, number_of(answer, "age_s")),
		     text_of(answer, "from"), span_words(left, number_of(answer, "ttl_s")));
	terminal_end_line(terminal);
	for (size_t i = 0; i < json_array_size(records); i++) {
		const char *text = json_string_value(json_array_get(records, i));

		for (unsigned column = 0; text != NULL && *text != '\0'; column++) {
			size_t length = strcspn(text, "\t");

			terminal_say(terminal, PLAIN, "%s%.*s", column == 0 ? "  " : " ",
				     (int)length, text);
			text += length + (text[length] == '\t' ? 1 : 0);
		}
		terminal_end_line(terminal);
	}
}

static void show_cut(struct terminal *terminal, const json_t *cut)
{
	const json_t *servers = json_object_get(cut, "servers");
	char left[WORDS], addresses[1024];

	terminal_say(terminal, BOLD, "cut %s", text_of(cut, "zone"));
	terminal_say(terminal, PLAIN, "  %s, from %s, %s left", text_of(cut, "security"),
		     text_of(cut, "source"), span_words(left, number_of(cut, "ttl_s")));
	terminal_end_line(terminal);
	for (size_t i = 0; i < json_array_size(servers); i++) {
		const json_t *server = json_array_get(servers, i);

		join(addresses, sizeof(addresses), json_object_get(server, "addresses"));
		terminal_say(terminal, PLAIN, "  %-30s %s", text_of(server, "name"),
			     addresses[0] == '\0' ? "no address known" : addresses);
		terminal_end_line(terminal);
	}
}

static void show_cache(struct terminal *terminal, const json_t *reply)
{
	const json_t *answers = json_object_get(reply, "answers");

	if (json_array_size(answers) == 0) {
		terminal_say(terminal, PLAIN, "%s: no answer in the cache", text_of(reply, "name"));
		terminal_end_line(terminal);
	}
	for (size_t i = 0; i < json_array_size(answers); i++)
		show_answer(terminal, json_array_get(answers, i));
	if (json_is_object(json_object_get(reply, "cut")))
		show_cut(terminal, json_object_get(reply, "cut"));
}

static void show_flush(struct terminal *terminal, const json_t *reply)
{
	char count[WORDS];

	terminal_say(terminal, PLAIN, "%s entr%s removed",
		     count_words(count, number_of(reply, "removed")),
		     number_of(reply, "removed") == 1 ? "y" : "ies");
	terminal_end_line(terminal);
}

static void show_reload(struct terminal *terminal, const json_t *reply)
{
	char text[4096];

	join(text, sizeof(text), json_object_get(reply, "changed"));
	row(terminal, "changed", text[0] == '\0' ? "nothing" : text);
	join(text, sizeof(text), json_object_get(reply, "restart"));
	if (text[0] != '\0')
		row(terminal, "after a restart", text);
}

static void show_added(struct terminal *terminal, const json_t *reply)
{
	terminal_say(terminal, PLAIN, "%s %s for %s%s", text_of(reply, "zone"),
		     json_is_true(json_object_get(reply, "replaced")) ? "changed" : "added",
		     text_of(reply, "owner"),
		     json_is_true(json_object_get(reply, "shadows")) ?
			     "; the file has that zone too, which gives way to this" : "");
	terminal_end_line(terminal);
}

static void show_removed(struct terminal *terminal, const json_t *reply)
{
	json_int_t removed = number_of(reply, "removed");

	if (removed == 0)
		terminal_say(terminal, PLAIN, "there was none to remove");
	else
		terminal_say(terminal, PLAIN, "%lld zone%s removed", (long long)removed,
			     removed == 1 ? "" : "s");
	terminal_end_line(terminal);
}

static void show_zone(struct terminal *terminal, const json_t *zone)
{
	const char *owner = json_string_value(json_object_get(zone, "owner"));
	const char *tls = json_string_value(json_object_get(zone, "tls"));
	char servers[1024], left[WORDS];

	join(servers, sizeof(servers), json_object_get(zone, "servers"));
	terminal_say(terminal, BOLD, "%s", text_of(zone, "zone"));
	terminal_say(terminal, PLAIN, "  %s to %s%s%s%s, %s", text_of(zone, "kind"), servers,
		     tls == NULL ? "" : " over TLS as ", tls == NULL ? "" : tls,
		     json_is_true(json_object_get(zone, "fallback")) ? ", with fallback" : "",
		     owner == NULL ? "from the file" : owner);
	if (json_is_integer(json_object_get(zone, "expires_s")))
		terminal_say(terminal, PLAIN, ", %s left",
			     span_words(left, number_of(zone, "expires_s")));
	if (json_is_true(json_object_get(zone, "shadowed")))
		terminal_say(terminal, PLAIN, ", gives way to the one added");
	terminal_end_line(terminal);
}

static void show_zones(struct terminal *terminal, const json_t *reply)
{
	const json_t *zones = json_object_get(reply, "zones");

	if (json_array_size(zones) == 0) {
		terminal_say(terminal, PLAIN, "no zone is configured or added");
		terminal_end_line(terminal);
	}
	for (size_t i = 0; i < json_array_size(zones); i++)
		show_zone(terminal, json_array_get(zones, i));
}

static void show_negative(struct terminal *terminal, const json_t *anchor)
{
	char left[WORDS];

	terminal_say(terminal, BOLD, "%s", text_of(anchor, "zone"));
	terminal_say(terminal, PLAIN, "  not checked: %s; from %s", text_of(anchor, "reason"),
		     text_of(anchor, "source"));
	if (json_is_integer(json_object_get(anchor, "left_s")))
		terminal_say(terminal, PLAIN, ", %s left",
			     span_words(left, number_of(anchor, "left_s")));
	terminal_end_line(terminal);
}

static void show_key(struct terminal *terminal, const json_t *anchor)
{
	time_t since = (time_t)number_of(anchor, "since");
	char left[WORDS], day[32] = "";
	struct tm parts;

	terminal_say(terminal, BOLD, "%s", text_of(anchor, "zone"));
	terminal_say(terminal, PLAIN, "  key %lld, algorithm %lld, %s",
		     (long long)number_of(anchor, "tag"),
		     (long long)number_of(anchor, "algorithm"), text_of(anchor, "state"));
	if (since != 0 && gmtime_r(&since, &parts) != NULL &&
	    strftime(day, sizeof(day), "%Y-%m-%d %H:%M UTC", &parts) != 0)
		terminal_say(terminal, PLAIN, " since %s", day);
	if (json_is_integer(json_object_get(anchor, "left_s")))
		terminal_say(terminal, PLAIN, ", to be trusted in %s",
			     span_words(left, number_of(anchor, "left_s")));
	terminal_say(terminal, PLAIN, "; from %s",
		     strcmp(text_of(anchor, "source"), "built in") == 0
			     ? "xylemd itself" : text_of(anchor, "source"));
	terminal_end_line(terminal);
}

static void show_anchors(struct terminal *terminal, const json_t *reply)
{
	const json_t *anchors = json_object_get(reply, "anchors");

	if (json_array_size(anchors) == 0) {
		terminal_say(terminal, PLAIN, "nothing is trusted, so nothing is checked");
		terminal_end_line(terminal);
	}
	for (size_t i = 0; i < json_array_size(anchors); i++) {
		const json_t *anchor = json_array_get(anchors, i);

		if (strcmp(text_of(anchor, "state"), "negative") == 0)
			show_negative(terminal, anchor);
		else
			show_key(terminal, anchor);
	}
}

static void show_negative_added(struct terminal *terminal, const json_t *reply)
{
	char left[WORDS];

	terminal_say(terminal, PLAIN, "%s: signatures aren't checked at and below it",
		     text_of(reply, "zone"));
	if (json_is_integer(json_object_get(reply, "expires_s")))
		terminal_say(terminal, PLAIN, ", for %s",
			     span_words(left, number_of(reply, "expires_s")));
	else
		terminal_say(terminal, PLAIN, " until it is removed, or a restart");
	terminal_end_line(terminal);
}

static void show_negative_removed(struct terminal *terminal, const json_t *reply)
{
	terminal_say(terminal, PLAIN, "%s",
		     number_of(reply, "removed") == 0 ? "there was none to remove"
						      : "removed: signatures are checked again");
	terminal_end_line(terminal);
}

static const struct shown_verb {
	const char *verb;
	void      (*show)(struct terminal *terminal, const json_t *reply);
} verbs[] = {
	{ "status", show_status },     { "cache stats", show_stats }, { "cache show", show_cache },
	{ "cache flush", show_flush }, { "reload", show_reload },
	{ "zone add", show_added },    { "zone remove", show_removed },
	{ "zone list", show_zones },
	{ "anchors", show_anchors },
	{ "anchors negative add", show_negative_added },
	{ "anchors negative remove", show_negative_removed },
};

void report_ctl(struct terminal *terminal, const char *verb, const json_t *reply)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].verb, verb) == 0)
			verbs[i].show(terminal, reply);
}
