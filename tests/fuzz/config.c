/* SPDX-License-Identifier: MIT */
/* config.c — any text as a configuration file, or as the value of an option, and what comes of it.
 *
 * What is accepted must print as a file that is accepted again and means the same. The first octet
 * says which: 0 to 199 a file; above, one setting's value. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"
#include "resolver/config/config.h"
#include "resolver/config/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

/* In place of machine.c, so that no run asks the system, and all machines find the same. */
const char *machine_directory(struct arena *arena)
{
	return "/s";
}

const char *machine_user(struct arena *arena)
{
	return "nobody";
}

const char *machine_memory(struct arena *arena)
{
	return "64MB";
}

uint32_t machine_cores(void)
{
	return 2;
}

static struct config *read_quietly(const struct config_arguments *arguments, const char *text,
				   size_t length)
{
	struct config_report report;
	struct config *config;

	config_report_init(&report);
	config = config_read_text(arguments, "fuzz.yaml", text, length, &report);
	must((config == NULL) == (report.errors > 0));
	must(report.count <= CONFIG_MAX_REMARKS);
	for (size_t i = 0; i < report.count; i++)
		must(strpbrk(report.remarks[i].text, "\n\r\t") == NULL);
	config_report_clear(&report);
	return config;
}

/* A file that was accepted, printed and read again, is the same configuration. */
static void check_round_trip(const struct config *config)
{
	static const struct config_arguments no_options;
	struct config *again;
	char *text;
	size_t length;
	FILE *to = open_memstream(&text, &length);

	must(to != NULL);
	config_print(config, to);
	fclose(to);
	again = read_quietly(&no_options, text, length);
	if (length <= 1024 * 1024) {
		must(again != NULL);
		must(config_differences(config, again, NULL, 0) == 0);
	}
	config_free(again);
	free(text);
}

/* KEY=VALUE on the command line: the key by number, the value as it comes. */
static struct config *read_option(unsigned number, const char *value)
{
	const char *key = settings[number % settings_count].key;
	char program[] = "xylemd", set[] = "--set", text[4096];
	char *argv[] = { program, set, text, NULL };
	struct config_arguments arguments;
	struct config_report report;
	bool good;

	snprintf(text, sizeof(text), "%s=%s", key, value);
	config_report_init(&report);
	good = config_arguments_read(&arguments, 3, argv, &report);
	must(good == (report.errors == 0));
	config_report_clear(&report);
	return good ? read_quietly(&arguments, "", 0) : NULL;
}

/* An option may hold any octets, a file only UTF-8. */
static bool is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text > 127) return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	static const struct config_arguments no_options;
	struct config *config;
	char *text;

	if (length == 0) return 0;
	text = strndup((const char *)octets + 1, length - 1);
	must(text != NULL);
	if (octets[0] < 200)
		config = read_quietly(&no_options, (const char *)octets + 1, length - 1);
	else config = read_option(octets[0] + (unsigned)length, text);
	if (config != NULL && (octets[0] < 200 || is_ascii(text))) check_round_trip(config);
	config_free(config);
	free(text);
	return 0;
}
