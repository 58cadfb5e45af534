/* SPDX-License-Identifier: MIT */
/* read.c — defaults, then the file, then the options: one configuration out of three sources. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache/base/must.h"
#include "resolver/config/check.h"
#include "resolver/config/value.h"

enum {
	CONFIG_OCTETS = 64 * 1024 * 1024, /* TREE_MAX_NODES of the largest values, and room */
	TREE_OCTETS = 64 * 1024 * 1024,
};

static const char default_file[] = "/etc/xylem/xylemd.yaml";

/* ---- defaults ---- */

static bool set_default(struct reading *reading, const struct setting *setting,
			struct config *config)
{
	const char *text =
		setting->work_out != NULL ? setting->work_out(reading->arena) : setting->value;
	struct node single = { .kind = NODE_TEXT, .text = text };
	struct node *list;

	switch (setting->kind) {
	case ADDRESSES:
	case NETWORKS:
	case NAMES:
	case ZONES:
		list = value_split(text, reading->arena);
		return list != NULL && value_read(reading, setting, list, config);
	case YES_OR_NO:
	case NUMBER:
	case SIZE:
	case SECONDS:
	case MILLISECONDS:
	case WORD:
	case TEXT:
	case PATH:
	case NAME:
		return value_read(reading, setting, &single, config);
	case SETTING_KINDS:
		break;
	}
	unreachable();
}

static bool set_defaults(struct reading *reading, struct config *config)
{
	for (size_t i = 0; i < settings_count; i++)
		if (!set_default(reading, &settings[i], config)) return false;
	return true;
}

/* ---- the file ---- */

static void refuse_unknown(struct reading *reading, const struct node *node, const char *key)
{
	struct place place = { .file = reading->file, .line = node->key_line };
	const char *guess = NULL;

	if (reading->report->errors < CONFIG_MAX_REMARKS) /* beyond, lines are only counted */
		guess = setting_guess(key);
	if (guess != NULL)
		report_error(reading->report, place, "'%s' isn't a setting; did you mean '%s'?",
			     report_quote(reading->report, key), guess);
	else
		report_error(reading->report, place,
			     "'%s' isn't a setting; xylemd --help-settings lists those that are",
			     report_quote(reading->report, key));
}

static void warn_if_planned(struct reading *reading, const struct setting *setting,
			    struct place place)
{
	if (setting->is_planned)
		report_warning(reading->report, place,
			       "'%s' is known but has no effect yet in this version", setting->key);
}

static void take_setting(struct reading *reading, const struct setting *setting,
			 const struct node *node, struct config *config)
{
	struct config_origin *origin = &config->origins[setting - settings];
	struct place place = { .file = reading->file, .line = node->key_line };

	if (origin->from == CONFIG_FROM_FILE) {
		report_error(reading->report, place, "'%s' stands twice, first at line %d",
			     setting->key, origin->line);
		return;
	}
	*origin = (struct config_origin){ .from = CONFIG_FROM_FILE, .line = node->key_line };
	warn_if_planned(reading, setting, place);
	(void)value_read(reading, setting, node, config); /* false only with a line in the report */
}

/* A group's members; `prefix` is "" or "cache.". Goes as deep as there are groups in the table. */
static void take_group(struct reading *reading, const char *prefix, const struct node *group,
		       struct arena *scratch, struct config *config)
{
	for (const struct node *node = group->first; node != NULL; node = node->next) {
		const char *key = arena_print(scratch, "%s%s", prefix, node->key);
		const struct setting *setting = setting_find(key);

		if (setting != NULL) take_setting(reading, setting, node, config);
		else if (!setting_has_group(key)) refuse_unknown(reading, node, key);
		else if (node->kind == NODE_GROUP)
			take_group(reading, arena_print(scratch, "%s.", key), node, scratch,
				   config);
		else if (!node_is_nothing(node)) /* `cache:` with all below commented out is fine */
			report_error(
				reading->report,
				(struct place){ .file = reading->file, .line = node->line },
				"'%s' is a group; its settings are expected below it, indented",
				key);
	}
}

static void take_file(struct reading *reading, const char *text, size_t length,
		      struct config *config)
{
	struct arena scratch;
	struct node *root;

	arena_init(&scratch, TREE_OCTETS);
	root = tree_read(reading->file, text, length, &scratch, reading->report);
	if (root != NULL && root->kind == NODE_GROUP)
		take_group(reading, "", root, &scratch, config);
	else if (root != NULL && !node_is_nothing(root))
		report_error(reading->report,
			     (struct place){ .file = reading->file, .line = root->line },
			     "expected settings, each on a line like 'listen: 127.0.0.1'");
	arena_clear(&scratch);
}

/* ---- the options ---- */

static bool is_list(const struct setting *setting)
{
	return setting->kind == ADDRESSES || setting->kind == NETWORKS || setting->kind == NAMES;
}

/* All that the options say of this setting: the items of all of them for a list, else what the last
 * one says. */
static struct node *gather(const struct config_arguments *arguments, const struct setting *setting,
			   const char **option, struct arena *arena)
{
	struct node *gathered = NULL;

	for (size_t i = 0; i < arguments->count; i++) {
		const struct config_option *given = &arguments->options[i];
		struct node *node;

		if (strcmp(given->key, setting->key) != 0) continue;
		*option = given->option;
		if (!is_list(setting)) {
			node = arena_take(arena, sizeof(*node));
			if (node != NULL)
				*node = (struct node){ .kind = NODE_TEXT, .text = given->value };
		} else {
			node = value_split(given->value, arena);
		}
		if (node == NULL) return NULL;
		if (gathered == NULL || gathered->first == NULL || !is_list(setting)) {
			gathered = node;
		} else if (node->first != NULL) {
			gathered->last->next = node->first;
			gathered->last = node->last;
		}
	}
	return gathered;
}

static void take_options(struct reading *reading, const struct config_arguments *arguments,
			 struct config *config)
{
	for (size_t i = 0; i < settings_count; i++) {
		const char *option = NULL;
		struct node *node = gather(arguments, &settings[i], &option, reading->arena);

		if (option == NULL) continue;
		reading->option = option;
		config->origins[i] =
			(struct config_origin){ .from = CONFIG_FROM_OPTION, .option = option };
		if (node == NULL) {
			report_error(reading->report, (struct place){ .option = option },
				     "out of memory");
			continue;
		}
		warn_if_planned(reading, &settings[i], (struct place){ .option = option });
		(void)value_read(reading, &settings[i], node, config); /* false only with a line */
	}
	reading->option = NULL;
}

/* ---- putting it together ---- */

static struct config *config_new(const char *file)
{
	struct config *config = calloc(1, sizeof(*config));

	if (config == NULL) return NULL;
	arena_init(&config->arena, CONFIG_OCTETS);
	config->origins = arena_take(&config->arena, settings_count * sizeof(*config->origins));
	if (file != NULL) config->path = arena_print(&config->arena, "%s", file);
	if (config->origins != NULL) return config;
	config_free(config);
	return NULL;
}

void config_free(struct config *config)
{
	struct arena arena;

	if (config == NULL) return;
	arena = config->arena;
	arena_clear(&arena);
	free(config);
}

struct config *config_read_text(const struct config_arguments *arguments, const char *file,
				const char *text, size_t length, struct config_report *report)
{
	struct config *config = config_new(file);
	struct reading reading = { .file = file, .report = report };

	if (config == NULL) {
		report_error(report, (struct place){ .file = file }, "out of memory");
		return NULL;
	}
	reading.arena = &config->arena;
	if (!set_defaults(&reading, config) && report->errors == 0)
		report_error(report, (struct place){ .file = file }, "out of memory");
	if (file != NULL) take_file(&reading, text, length, config);
	take_options(&reading, arguments, config);
	if (report->errors == 0) config_finish(config, report);
	if (report->errors == 0) config_check(config, report);
	if (report->errors == 0) return config;
	config_free(config);
	return NULL;
}

/* The whole file, or its first TREE_MAX_OCTETS + 1 octets, by which one sees that it is too large.
 * NULL with errno. */
static char *read_file(const char *path, size_t *length)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	char *text = descriptor >= 0 ? malloc(TREE_MAX_OCTETS + 1) : NULL;
	ssize_t got = 1;
	int error;

	*length = 0;
	while (text != NULL && got > 0 && *length <= TREE_MAX_OCTETS) {
		got = read(descriptor, text + *length, TREE_MAX_OCTETS + 1 - *length);
		if (got > 0) *length += (size_t)got;
	}
	error = errno;
	if (descriptor >= 0) close(descriptor);
	if (got < 0) {
		free(text);
		text = NULL;
	}
	errno = error;
	return text;
}

struct config *config_read(const struct config_arguments *arguments, struct config_report *report)
{
	const char *file = arguments->file != NULL ? arguments->file : default_file;
	size_t length;
	char *text = read_file(file, &length);
	struct config *config;

	if (text == NULL && arguments->file == NULL && errno == ENOENT)
		return config_read_text(arguments, NULL, NULL, 0, report);
	if (text == NULL) {
		report_error(report, (struct place){ .file = file }, "can't be read: %s",
			     strerror(errno));
		return NULL;
	}
	config = config_read_text(arguments, file, text, length, report);
	free(text);
	return config;
}

bool config_is_default(const struct config *config, const char *key)
{
	const struct setting *setting = setting_find(key);

	must(setting != NULL);
	return config->origins[setting - settings].from == CONFIG_DEFAULT;
}
