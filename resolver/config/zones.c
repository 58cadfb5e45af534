/* SPDX-License-Identifier: MIT */
/* zones.c — entries of `stub` and `forward`, each a group with settings of its own. */
#include "resolver/config/zones.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cache/base/must.h"

static struct place place_of(const struct reading *reading, int line)
{
	return (struct place){ .file = reading->file, .line = line, .option = reading->option };
}

static const struct setting *find_zone_setting(const char *key)
{
	for (size_t i = 0; i < zone_settings_count; i++)
		if (strcmp(zone_settings[i].key, key) == 0) return &zone_settings[i];
	return NULL;
}

static bool refuse_unknown(struct reading *reading, const struct setting *list,
			   const struct node *node)
{
	const char *keys[8];
	const char *guess;

	must(zone_settings_count <= sizeof(keys) / sizeof(keys[0]));
	for (size_t i = 0; i < zone_settings_count; i++)
		keys[i] = zone_settings[i].key;
	guess = guess_word(node->key, keys, zone_settings_count);
	if (guess != NULL)
		report_error(reading->report, place_of(reading, node->key_line),
			     "a '%s' zone has no '%s'; did you mean '%s'?", list->key,
			     report_quote(reading->report, node->key), guess);
	else
		report_error(reading->report, place_of(reading, node->key_line),
			     "a '%s' zone has no '%s'; expected zone, servers, dnssec", list->key,
			     report_quote(reading->report, node->key));
	return false;
}

static bool read_member(struct reading *reading, const struct setting *list,
			const struct node *node, int *lines, struct config_zone *zone)
{
	const struct setting *setting = find_zone_setting(node->key);

	if (setting == NULL) return refuse_unknown(reading, list, node);
	if (lines[setting - zone_settings] != 0) {
		report_error(reading->report, place_of(reading, node->key_line),
			     "'%s' stands twice in one zone, first at line %d", setting->key,
			     lines[setting - zone_settings]);
		return false;
	}
	lines[setting - zone_settings] = node->key_line;
	if (setting->is_planned)
		report_warning(reading->report, place_of(reading, node->key_line),
			       "'%s' of a '%s' zone is known but has no effect yet in this version",
			       setting->key, list->key);
	return value_read(reading, setting, node, zone);
}

static bool set_defaults(struct reading *reading, const int *lines, struct config_zone *zone)
{
	for (size_t i = 0; i < zone_settings_count; i++) {
		struct node node = { .kind = NODE_TEXT, .text = zone_settings[i].value };

		if (lines[i] == 0 && zone_settings[i].value != NULL &&
		    !value_read(reading, &zone_settings[i], &node, zone))
			return false;
	}
	return true;
}

/* A host's name or an address is what a certificate has. Whoever writes `yes` means something else.
 */
static bool is_host(struct reading *reading, const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";
	static const char *const answers[] = { "yes", "no", "true", "false", "on", "off" };
	struct address address;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (strcasecmp(text, answers[i]) == 0) return false;
	if (address_parse(text, 0, &address)) return address.port == 0;
	return text[strspn(text, letters)] == '\0' && strcmp(text, ".") != 0 &&
	       parse_name(text, reading->arena) != NULL;
}

/* Line by line what hangs on `tls`: 0 stands for a port that wasn't written. */
static bool finish_zone(struct reading *reading, const struct setting *list, int line,
			struct config_zone *zone)
{
	enum {
		DNS = 53,
		DNS_OVER_TLS = 853, /* RFC 7858 §3.1 */
	};

	for (size_t i = 0; i < zone->servers.count; i++) {
		struct address *server = &zone->servers.at[i];

		if (zone->tls != NULL && server->port == DNS)
			report_warning(reading->report, place_of(reading, line),
				       "a '%s' zone with 'tls' has a server at port 53, where "
				       "servers seldom speak TLS; it is 853 if none is written",
				       list->key);
		if (server->port == 0) server->port = zone->tls == NULL ? DNS : DNS_OVER_TLS;
	}
	if (zone->tls != NULL && zone->fallback)
		report_warning(reading->report, place_of(reading, line),
			       "a '%s' zone has 'tls' and 'fallback': when its servers fail, its "
			       "questions are asked in clear",
			       list->key);
	if (zone->tls == NULL || is_host(reading, zone->tls)) return true;
	report_error(reading->report, place_of(reading, line),
		     "'tls' of a '%s' zone is '%s'; expected the name that its servers' "
		     "certificate has, like dns.example.net, or none",
		     list->key, report_quote(reading->report, zone->tls));
	return false;
}

static bool read_zone(struct reading *reading, const struct setting *list, const struct node *node,
		      struct config_zone *zone)
{
	int lines[8] = { 0 }; /* where each member stands; 0: it doesn't */
	bool good = true;

	if (node->kind != NODE_GROUP) {
		report_error(reading->report, place_of(reading, node->line),
			     "'%s' holds something that is no zone; expected %s", list->key,
			     setting_expects(list, &reading->report->arena));
		return false;
	}
	zone->line = node->line;
	for (const struct node *member = node->first; member != NULL; member = member->next)
		good &= read_member(reading, list, member, lines, zone);
	for (size_t i = 0; i < zone_settings_count; i++) {
		if (lines[i] != 0 || zone_settings[i].value != NULL) continue;
		report_error(reading->report, place_of(reading, node->line),
			     "a '%s' zone lacks '%s'; expected %s", list->key, zone_settings[i].key,
			     setting_expects(&zone_settings[i], &reading->report->arena));
		good = false;
	}
	if (!good || !set_defaults(reading, lines, zone)) return false;
	return finish_zone(reading, list, lines[find_zone_setting("tls") - zone_settings], zone);
}

bool zones_read(struct reading *reading, const struct setting *setting, const struct node *node,
		struct config_zones *into)
{
	size_t count = 0;
	bool good = true;

	if (node->kind != NODE_LIST) {
		report_error(reading->report, place_of(reading, node->line),
			     "'%s' isn't a list; expected %s", setting->key,
			     setting_expects(setting, &reading->report->arena));
		return false;
	}
	for (const struct node *entry = node->first; entry != NULL; entry = entry->next)
		count++;
	if (count > setting->most) {
		report_error(reading->report, place_of(reading, node->line),
			     "'%s' has %zu zones; at most %zu are taken", setting->key, count,
			     (size_t)setting->most);
		return false;
	}
	into->count = 0;
	into->at = arena_take(reading->arena, (count + 1) * sizeof(*into->at));
	if (into->at == NULL) {
		report_error(reading->report, place_of(reading, node->line), "out of memory");
		return false;
	}
	for (const struct node *entry = node->first; entry != NULL; entry = entry->next)
		good &= read_zone(reading, setting, entry, &into->at[into->count++]);
	return good;
}

void zones_write(const struct config_zones *zones, FILE *to)
{
	fprintf(to, "[");
	for (size_t i = 0; i < zones->count; i++) {
		fprintf(to, i == 0 ? "{" : ", {");
		for (size_t j = 0; j < zone_settings_count; j++) {
			fprintf(to, "%s%s: ", j == 0 ? "" : ", ", zone_settings[j].key);
			value_write(&zone_settings[j], &zones->at[i], to);
		}
		fprintf(to, "}");
	}
	fprintf(to, "]");
}

static int compare_zones(const void *a, const void *b)
{
	const struct config_zone *first = *(const struct config_zone *const *)a;
	const struct config_zone *second = *(const struct config_zone *const *)b;
	int order = strcmp(first->zone, second->zone);

	return order != 0 ? order : first->line - second->line;
}

bool zones_check(struct config *config, struct config_report *report)
{
	size_t count = config->stub.count + config->forward.count, n = 0;
	const struct config_zone **all = arena_take(&config->arena, (count + 1) * sizeof(*all));
	bool good = true;

	if (all == NULL) {
		report_error(report, (struct place){ .file = config->path }, "out of memory");
		return false;
	}
	for (size_t i = 0; i < config->stub.count; i++)
		all[n++] = &config->stub.at[i];
	for (size_t i = 0; i < config->forward.count; i++)
		all[n++] = &config->forward.at[i];
	qsort(all, count, sizeof(*all), compare_zones);
	for (size_t i = 1; i < count; i++) {
		if (strcmp(all[i - 1]->zone, all[i]->zone) != 0) continue;
		report_error(report, (struct place){ .file = config->path, .line = all[i]->line },
			     "the zone '%s' stands twice in 'stub' and 'forward', first at line %d",
			     report_quote(report, all[i]->zone), all[i - 1]->line);
		good = false;
	}
	return good;
}
