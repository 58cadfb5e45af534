/* SPDX-License-Identifier: MIT */
/* arguments.c — the command line of xylemd. */
#include "resolver/config/arguments.h"

#include <string.h>

#include "cache/base/must.h"
#include "resolver/config/report.h"
#include "resolver/config/table.h"

const struct program_option program_options[] = {
	{ "--config", "-c", "FILE", NULL, CONFIG_RUN,
	  "Read the settings from FILE. Without it, /etc/xylem/xylemd.yaml is read if there is "
	  "one." },
	{ "--check-config", NULL, NULL, NULL, CONFIG_CHECK,
	  "Check the settings, say what is wrong with them, and end: with 0 if nothing is." },
	{ "--print-config", NULL, NULL, NULL, CONFIG_PRINT,
	  "Show each setting in force and where it came from, and end." },
	{ "--listen", NULL, "ADDRESS[@PORT]", "listen", CONFIG_RUN, NULL },
	{ "--port", NULL, "N", "port", CONFIG_RUN, NULL },
	{ "--directory", NULL, "DIRECTORY", "directory", CONFIG_RUN, NULL },
	{ "--root-hints", NULL, "FILE", "root-hints", CONFIG_RUN, NULL },
	{ "--workers", NULL, "N", "workers", CONFIG_RUN, NULL },
	{ "--cache-memory", NULL, "SIZE", "cache.memory", CONFIG_RUN, NULL },
	{ "--cache-file", NULL, "FILE", "cache.file", CONFIG_RUN, NULL },
	{ "--log-level", NULL, "LEVEL", "log.level", CONFIG_RUN, NULL },
	{ "--set", NULL, "KEY=VALUE", NULL, CONFIG_RUN,
	  "Set any setting but stub and forward. The items of a list stand between commas." },
	{ "--foreground", "-f", NULL, NULL, CONFIG_RUN,
	  "Stay in the foreground: it always does. Accepted for the sake of habit." },
	{ "--version", "-V", NULL, NULL, CONFIG_VERSION, "Say which version this is, and end." },
	{ "--help", "-h", NULL, NULL, CONFIG_HELP, "Show the options, and end." },
	{ "--help-settings", NULL, NULL, NULL, CONFIG_HELP_SETTINGS,
	  "Show all settings, and end." },
	{ "--print-docs", NULL, "PAGE", NULL, CONFIG_PRINT_DOCS, "" },
};
const size_t program_options_count = sizeof(program_options) / sizeof(program_options[0]);

static const struct place command_line = { .option = "xylemd" };

const char *program_option_sentence(const struct program_option *option)
{
	const struct setting *setting;

	if (option->sentence != NULL) return option->sentence;
	setting = setting_find(option->key);
	must(setting != NULL);
	return setting->sentence;
}

/* A line of the log or of a report is one line, whatever the options hold. */
static bool is_clean(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 127) return false;
	return true;
}

static const struct program_option *find_option(const char *name, size_t length)
{
	for (size_t i = 0; i < program_options_count; i++) {
		const struct program_option *option = &program_options[i];

		if (strlen(option->name) == length && strncmp(option->name, name, length) == 0)
			return option;
		if (option->letter != NULL && length == 2 &&
		    strncmp(option->letter, name, length) == 0)
			return option;
	}
	return NULL;
}

static bool refuse_unknown(const char *written, struct config_report *report)
{
	const char *names[32];
	const char *guess;

	must(program_options_count <= sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < program_options_count; i++)
		names[i] = program_options[i].name;
	guess = written[0] == '-' && written[1] == '-'
			? guess_word(written, names, program_options_count)
			: NULL;
	if (written[0] != '-')
		report_error(report, command_line, "'%s' is no option; xylemd --help lists them",
			     report_quote(report, written));
	else if (guess != NULL)
		report_error(report, command_line, "there is no option '%s'; did you mean '%s'?",
			     report_quote(report, written), guess);
	else
		report_error(report, command_line,
			     "there is no option '%s'; xylemd --help lists them",
			     report_quote(report, written));
	return false;
}

static bool add_setting(struct config_arguments *into, const char *option, const char *key,
			const char *value, struct config_report *report)
{
	if (into->count == CONFIG_MAX_OPTIONS) {
		report_error(report, command_line, "at most %d settings can be given as options",
			     CONFIG_MAX_OPTIONS);
		return false;
	}
	into->options[into->count++] =
		(struct config_option){ .option = option, .key = key, .value = value };
	return true;
}

/* KEY=VALUE. */
static bool take_set(struct config_arguments *into, const char *text, struct config_report *report)
{
	const struct place place = { .option = "--set" };
	const char *equals = strchr(text, '='), *guess;
	const struct setting *setting;
	char key[64] = "";

	if (equals == NULL) {
		report_error(report, place,
			     "'%s' has no '='; expected KEY=VALUE, like cache.memory=64MB",
			     report_quote(report, text));
		return false;
	}
	if ((size_t)(equals - text) < sizeof(key)) memcpy(key, text, (size_t)(equals - text));
	setting = setting_find(key);
	guess = setting == NULL ? setting_guess(key) : NULL;
	if (setting == NULL && guess != NULL)
		report_error(report, place, "'%s' isn't a setting; did you mean '%s'?",
			     report_quote(report, key), guess);
	else if (setting == NULL)
		report_error(report, place,
			     "'%s' isn't a setting; xylemd --help-settings lists those that are",
			     report_quote(report, text));
	else if (setting->kind == ZONES)
		report_error(report, place, "'%s' can only be set in a file", setting->key);
	else return add_setting(into, "--set", setting->key, equals + 1, report);
	return false;
}

static bool take_option(struct config_arguments *into, const struct program_option *option,
			const char *value, struct config_report *report)
{
	if (option->key != NULL) return add_setting(into, option->name, option->key, value, report);
	if (strcmp(option->name, "--set") == 0) return take_set(into, value, report);
	if (strcmp(option->name, "--config") == 0) into->file = value;
	if (option->errand == CONFIG_PRINT_DOCS) into->page = value;
	if (option->errand != CONFIG_RUN) into->errand = option->errand;
	return true;
}

/* One option at argv[0], with its value behind '=' or in argv[1]; gives how many of argv it took,
 * or 0. */
static int take_argument(struct config_arguments *into, char **argv, struct config_report *report)
{
	const char *equals = strncmp(argv[0], "--", 2) == 0 ? strchr(argv[0], '=') : NULL;
	size_t length = equals != NULL ? (size_t)(equals - argv[0]) : strlen(argv[0]);
	const struct program_option *option = find_option(argv[0], length);
	const char *value = equals != NULL ? equals + 1 : argv[1];
	int taken = equals == NULL && option != NULL && option->value != NULL ? 2 : 1;

	if (option == NULL) {
		refuse_unknown(argv[0], report);
		return 0;
	}
	if (option->value == NULL && equals != NULL) {
		report_error(report, command_line, "'%s' takes no value", option->name);
		return 0;
	}
	if (option->value != NULL && (value == NULL || value[0] == '\0')) {
		report_error(report, command_line, "'%s' needs a value: %s", option->name,
			     option->value);
		return 0;
	}
	if (option->value != NULL && !is_clean(value)) {
		report_error(report, command_line,
			     "the value of '%s' holds line breaks or control characters",
			     option->name);
		return 0;
	}
	return take_option(into, option, value, report) ? taken : 0;
}

bool config_arguments_read(struct config_arguments *into, int argc, char **argv,
			   struct config_report *report)
{
	memset(into, 0, sizeof(*into));
	for (int i = 1; i < argc;) {
		int taken = take_argument(into, argv + i, report);

		if (taken == 0) return false;
		i += taken;
	}
	return true;
}
