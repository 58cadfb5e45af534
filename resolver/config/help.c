/* SPDX-License-Identifier: MIT */
/* help.c — --help and --help-settings: the tables for a terminal of 80 columns. */
#include <stdbool.h>
#include <string.h>

#include "resolver/config/arguments.h"
#include "resolver/config/docs.h"
#include "resolver/config/table.h"

enum {
	WIDTH = 79,
	OPTION_INDENT = 26,
	SETTING_INDENT = 4,
	WORDS_OCTETS = 16 * 1024,
};

/* The text in lines of at most WIDTH, from column `column` on and then from `indent`; without the `
 * of the manual. */
static void write_wrapped(FILE *to, const char *text, int column, int indent)
{
	bool begins = true;

	while (*text != '\0') {
		int length = (int)strcspn(text, " ");

		if (column + length + 1 > WIDTH) {
			fprintf(to, "\n%*s", indent, "");
			column = indent;
			begins = true;
		}
		column += fprintf(to, begins ? "" : " ");
		begins = false;
		for (; length > 0; length--, text++)
			if (*text != '`') column += fprintf(to, "%c", *text);
		text += strspn(text, " ");
	}
	fputc('\n', to);
}

static void write_option(FILE *to, const struct program_option *option)
{
	int column;

	if (option->sentence != NULL && option->sentence[0] == '\0') return;
	column = fprintf(to, "  %s%s%s%s%s", option->letter != NULL ? option->letter : "    ",
			 option->letter != NULL ? ", " : "", option->name,
			 option->value != NULL ? " " : "",
			 option->value != NULL ? option->value : "");
	if (column >= OPTION_INDENT) {
		fputc('\n', to);
		column = 0;
	}
	fprintf(to, "%*s", OPTION_INDENT - column, "");
	write_wrapped(to, program_option_sentence(option), OPTION_INDENT, OPTION_INDENT);
}

void docs_write_help(FILE *to)
{
	fputs("xylemd [-c FILE] [OPTION]...\n"
	      "A caching recursive DNS resolver that shows its way.\n\n",
	      to);
	for (size_t i = 0; i < program_options_count; i++)
		write_option(to, &program_options[i]);
	fputs("\nWithout any, it listens at 127.0.0.1 and ::1, port 53. Manual: man xylemd\n", to);
}

static void write_setting(FILE *to, const struct setting *setting)
{
	struct arena arena;

	arena_init(&arena, WORDS_OCTETS);
	fprintf(to, "%s%s\n%*s", setting->key, setting->is_planned ? "  (no effect yet)" : "",
		SETTING_INDENT, "");
	write_wrapped(to, setting->sentence, SETTING_INDENT, SETTING_INDENT);
	fprintf(to, "%*s", SETTING_INDENT, "");
	write_wrapped(to,
		      arena_print(&arena, "Expects %s. Default: %s.%s",
				  setting_expects(setting, &arena),
				  setting->rule != NULL	      ? setting->rule
				  : setting->value == NULL    ? "none"
				  : setting->value[0] == '\0' ? "nothing"
							      : setting->value,
				  setting->needs_restart ? " A change needs a restart." : ""),
		      SETTING_INDENT, SETTING_INDENT);
	arena_clear(&arena);
}

void docs_write_settings(FILE *to)
{
	for (size_t i = 0; i < settings_count; i++)
		write_setting(to, &settings[i]);
	fputs("\nIn each zone of stub and forward:\n\n", to);
	for (size_t i = 0; i < zone_settings_count; i++)
		write_setting(to, &zone_settings[i]);
}
