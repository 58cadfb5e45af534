/* SPDX-License-Identifier: MIT */
/* options.c — getopt_long from a table. */
#include "client/command/options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client/report/terminal.h"

enum { MAX_OPTIONS = 64, FIRST_CODE = 256, TEXTS_ROOM = 16 };

bool manner_is_json(const char *format)
{
	return format != NULL && strcmp(format, "json") == 0;
}

const char *manner_check(const char *format, const char *colour)
{
	enum colour_wish ignored;

	if (format != NULL && strcmp(format, "text") != 0 && !manner_is_json(format))
		return "--format is text or json";
	return colour_read(colour, &ignored) ? NULL : "--color is auto, always or never";
}

bool texts_add(struct texts *texts, const char *text)
{
	if (texts->count % TEXTS_ROOM == 0) {
		const char **grown =
			realloc(texts->at, (texts->count + TEXTS_ROOM) * sizeof(*grown));

		if (grown == NULL)
			return false;
		texts->at = grown;
	}
	texts->at[texts->count++] = text;
	return true;
}

void texts_clear(struct texts *texts)
{
	free(texts->at);
	*texts = (struct texts){ .at = NULL };
}

bool seconds_read(const char *text, uint32_t *ms)
{
	char *end;
	double seconds;

	errno = 0;
	seconds = strtod(text, &end);
	if (end == text || *end != '\0' || errno != 0 || !isfinite(seconds))
		return false;
	if (seconds < 0 || seconds > 36.0 * 86400)
		return false;
	*ms = (uint32_t)(seconds * 1000 + 0.5);
	return true;
}

/* The tables of getopt_long, made from ours; `codes` begin at FIRST_CODE. */
static void make_tables(const struct command *command, char *letters, struct option *names)
{
	size_t used = 0, named = 0;

	for (size_t i = 0; i < command->option_count; i++) {
		const struct option_row *row = &command->options[i];

		if (row->letter != 0) {
			letters[used++] = row->letter;
			if (row->argument != NULL)
				letters[used++] = ':';
		}
		if (row->name != NULL)
			names[named++] = (struct option){
				.name = row->name,
				.has_arg = row->argument != NULL,
				.val = FIRST_CODE + (int)i,
			};
	}
	letters[used++] = 'h';
	letters[used] = '\0';
	names[named++] = (struct option){ .name = "help", .val = 'h' };
	names[named] = (struct option){ .name = NULL };
}

static const struct option_row *row_of(const struct command *command, int code)
{
	if (code >= FIRST_CODE)
		return &command->options[code - FIRST_CODE];
	for (size_t i = 0; i < command->option_count; i++)
		if (command->options[i].letter == code)
			return &command->options[i];
	return NULL;
}

/* NULL, or what is wrong with it. */
static const char *apply(const struct option_row *row, void *settings, const char *argument)
{
	void *field = (char *)settings + row->offset;

	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)field = true;
		return NULL;
	case OPTION_TEXT:
		*(const char **)field = argument;
		return NULL;
	case OPTION_TEXTS:
		return texts_add(field, argument) ? NULL : "no memory for it";
	case OPTION_SECONDS:
		return seconds_read(argument, field) ? NULL : "a number of seconds is expected";
	case OPTION_CALL:
		return row->call(settings, argument);
	case OPTION_IGNORED:
		return NULL;
	}
	return "it isn't known";
}

static enum options_outcome complain(const struct command *command, const char *option,
				     const char *what)
{
	fprintf(stderr, "xylem %s: %s: %s (xylem help %s lists the options)\n", command->name,
		option, what, command->name);
	return OPTIONS_BAD;
}

enum options_outcome options_read(const struct command *command, void *settings, int argc,
				  char **argv, int *first)
{
	char letters[2 * MAX_OPTIONS + 4];
	struct option names[MAX_OPTIONS + 2];
	int code;

	if (command->option_count > MAX_OPTIONS)
		return OPTIONS_BAD;
	make_tables(command, letters, names);
	opterr = 0;
	optind = 0;
	while ((code = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		const struct option_row *row = code == '?' ? NULL : row_of(command, code);
		const char *fault;

		if (code == 'h') {
			options_help(command, stdout);
			return OPTIONS_HELP;
		}
		if (row == NULL)
			return complain(command, argv[optind > 1 ? optind - 1 : 1],
					"there is no such option, or its argument is missing");
		fault = apply(row, settings, optarg);
		if (fault != NULL)
			return complain(command, optarg == NULL ? row->name : optarg, fault);
	}
	*first = optind;
	return OPTIONS_GOOD;
}

static void show_row(const struct option_row *row, FILE *to)
{
	char left[64];
	int length = snprintf(left, sizeof(left), "  %c%c%s%s%s%s%s", row->letter == 0 ? ' ' : '-',
			      row->letter == 0 ? ' ' : row->letter,
			      row->letter != 0 && row->name != NULL ? ", " : "  ",
			      row->name == NULL ? "" : "--", row->name == NULL ? "" : row->name,
			      row->argument == NULL ? "" : " ",
			      row->argument == NULL ? "" : row->argument);

	fprintf(to, "%-34s%s%s\n", left, length >= 34 ? " " : "", row->sentence);
}

void options_help(const struct command *command, FILE *to)
{
	fprintf(to, "Usage: xylem %s %s\n\n%s.\n\n%s\n\nOptions:\n", command->name, command->usage,
		command->what, command->text);
	for (size_t i = 0; i < command->option_count; i++)
		show_row(&command->options[i], to);
	fprintf(to, "%-34s%s\n", "  -h, --help", "this help");
}
