/* SPDX-License-Identifier: MIT */
/* check.c — the whole configuration: made complete, and checked against itself and the machine. */
#include "resolver/config/check.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "cache/base/must.h"
#include "resolver/config/report.h"
#include "resolver/config/table.h"
#include "resolver/config/zones.h"

enum {
	MAX_WORKERS = 256, /* as in the table */
};

/* Where a setting was written, for lines about it. */
static struct place place_of(const struct config *config, const char *key)
{
	const struct setting *setting = setting_find(key);
	const struct config_origin *origin;

	must(setting != NULL);
	origin = &config->origins[setting - settings];
	return (struct place){ .file = config->path,
			       .line = origin->line,
			       .option = origin->option };
}

/* ---- completing ---- */

static bool is_word(const struct setting *setting, const char *text)
{
	for (size_t i = 0; i < SETTING_MAX_WORDS && setting->words[i] != NULL; i++)
		if (strcmp(setting->words[i], text) == 0) return true;
	return false;
}

static const char *below(const char *directory, const char *path, struct arena *arena)
{
	return arena_print(arena, "%s%s%s", directory, strcmp(directory, "/") == 0 ? "" : "/",
			   path);
}

static bool finish_directory(struct config *config, struct config_report *report)
{
	char here[PATH_MAX], *end;

	if (config->directory[0] != '/') {
		if (getcwd(here, sizeof(here)) == NULL) {
			report_error(report, place_of(config, "directory"),
				     "'directory' is relative, and the working directory can't be "
				     "found: %s",
				     strerror(errno));
			return false;
		}
		config->directory = below(here, config->directory, &config->arena);
	}
	end = (char *)config->directory + strlen(config->directory);
	while (end > config->directory + 1 && end[-1] == '/')
		*--end = '\0';
	return true;
}

/* False: no memory. */
static bool finish_paths(struct config *config)
{
	for (size_t i = 0; i < settings_count; i++) {
		const char **field = (const char **)(void *)((char *)config + settings[i].offset);

		if (settings[i].kind != PATH || *field == NULL) continue;
		if ((*field)[0] != '/' && !is_word(&settings[i], *field))
			*field = below(config->directory, *field, &config->arena);
		if ((*field)[0] == '\0') return false;
	}
	return true;
}

void config_finish(struct config *config, struct config_report *report)
{
	if (!finish_directory(config, report)) return;
	if (!finish_paths(config)) {
		report_error(report, (struct place){ .file = config->path }, "out of memory");
		return;
	}
	for (size_t i = 0; i < config->listen.count; i++)
		if (config->listen.at[i].port == 0)
			config->listen.at[i].port = (uint16_t)config->port;
	if (config->workers == 0)
		config->workers = machine_cores() < MAX_WORKERS ? machine_cores() : MAX_WORKERS;
}

/* ---- checking ---- */

static void check_listen(const struct config *config, struct config_report *report)
{
	char text[ADDRESS_TEXT_SIZE];

	for (size_t i = 1; i < config->listen.count; i++)
		for (size_t j = 0; j < i; j++)
			if (address_equal(&config->listen.at[i], &config->listen.at[j]))
				report_error(report, place_of(config, "listen"),
					     "'listen' has %s twice",
					     address_print_with_port(&config->listen.at[i], text));
}

static void check_order(const struct config *config, const char *least, uint32_t least_value,
			const char *most, uint32_t most_value, struct config_report *report)
{
	struct place place = place_of(config, config_is_default(config, least) ? most : least);

	if (least_value > most_value)
		report_error(report, place, "'%s' (%us) is more than '%s' (%us)", least,
			     least_value, most, most_value);
}

static void check_socket(const struct config *config, const char *key, const char *path,
			 struct config_report *report)
{
	size_t most = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1;

	if (path != NULL && strlen(path) > most)
		report_error(report, place_of(config, key),
			     "'%s' is %s, which has %zu letters; a socket's path has at most %zu",
			     key, path, strlen(path), most);
}

static void check_file(const struct config *config, const char *key, const char *path,
		       struct config_report *report)
{
	if (path != NULL && access(path, R_OK) != 0)
		report_error(report, place_of(config, key), "'%s' is %s, which can't be read: %s",
			     key, path, strerror(errno));
}

static void check_people(const struct config *config, struct config_report *report)
{
	if (!config_is_default(config, "user") && getpwnam(config->user) == NULL)
		report_error(report, place_of(config, "user"),
			     "'user' is '%s'; this machine has no such user", config->user);
	if (config->control.group != NULL && getgrnam(config->control.group) == NULL)
		report_error(report, place_of(config, "control.group"),
			     "'control.group' is '%s'; this machine has no such group",
			     config->control.group);
}

void config_check(struct config *config, struct config_report *report)
{
	check_listen(config, report);
	check_order(config, "cache.min-ttl", config->cache.min_ttl, "cache.max-ttl",
		    config->cache.max_ttl, report);
	check_order(config, "cache.failure-ttl", config->cache.failure_ttl, "cache.max-failure-ttl",
		    config->cache.max_failure_ttl, report);
	if (!config->upstream.ipv4 && !config->upstream.ipv6)
		report_error(report, place_of(config, "upstream.ipv6"),
			     "'upstream.ipv4' and 'upstream.ipv6' are both off: no server could be "
			     "asked");
	check_socket(config, "control.socket", config->control.socket, report);
	check_socket(config, "dnstap.socket", config->dnstap.socket, report);
	check_file(config, "root-hints", config->root_hints, report);
	check_file(config, "trust-anchors", config->trust_anchors, report);
	if (strcmp(config->upstream.tls_ca, "system") != 0)
		check_file(config, "upstream.tls-ca", config->upstream.tls_ca, report);
	check_people(config, report);
	(void)zones_check(config, report); /* false only with a line in the report */
}
