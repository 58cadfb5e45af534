/* SPDX-License-Identifier: MIT */
/* report.c — what was wrong with a configuration, as lines for a person. */
#include "resolver/config/report.h"

#include <stdarg.h>
#include <string.h>

enum {
	REPORT_OCTETS = 256 * 1024, /* CONFIG_MAX_REMARKS long lines, and what they quote */
	LINE_OCTETS = 1400,	    /* a path of 1024 and a sentence */
	QUOTE_OCTETS = 60,
};

void config_report_init(struct config_report *report)
{
	memset(report, 0, sizeof(*report));
	arena_init(&report->arena, REPORT_OCTETS);
}

void config_report_clear(struct config_report *report)
{
	arena_clear(&report->arena);
	memset(report, 0, sizeof(*report));
}

/* Makes room for an error, which says more than any warning. */
static bool forget_warning(struct config_report *report)
{
	for (size_t i = report->count; i-- > 0;) {
		if (report->remarks[i].is_error) continue;
		memmove(&report->remarks[i], &report->remarks[i + 1],
			(report->count - i - 1) * sizeof(report->remarks[0]));
		report->count--;
		return true;
	}
	return false;
}

static void add(struct config_report *report, struct place place, bool is_error,
		const char *sentence)
{
	const char *text;

	if (is_error) report->errors++;
	if (report->count == CONFIG_MAX_REMARKS) {
		report->left_out++;
		if (!is_error || !forget_warning(report)) return;
	}
	if (place.option != NULL)
		text = arena_print(&report->arena, "%s: %s", place.option, sentence);
	else if (place.file != NULL && place.line > 0)
		text = arena_print(&report->arena, "%s:%d: %s", place.file, place.line, sentence);
	else if (place.file != NULL)
		text = arena_print(&report->arena, "%s: %s", place.file, sentence);
	else text = arena_print(&report->arena, "%s", sentence);
	report->remarks[report->count++] =
		(struct config_remark){ .is_error = is_error, .text = text };
}

void report_error(struct config_report *report, struct place place, const char *format, ...)
{
	char sentence[LINE_OCTETS];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	add(report, place, true, sentence);
}

void report_warning(struct config_report *report, struct place place, const char *format, ...)
{
	char sentence[LINE_OCTETS];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	add(report, place, false, sentence);
}

const char *report_quote(struct config_report *report, const char *text)
{
	char shown[QUOTE_OCTETS + 4];
	size_t n = 0;

	if (report->errors >= CONFIG_MAX_REMARKS) return ""; /* the line will only be counted */
	for (; text[n] != '\0' && n < QUOTE_OCTETS; n++)
		shown[n] = (unsigned char)text[n] < ' ' || text[n] == 127 ? '?' : text[n];
	while (text[n] != '\0' && n > 0 && ((unsigned char)shown[n - 1] & 0x80) != 0)
		n--; /* never half of a letter: cut before the last ASCII */
	snprintf(shown + n, sizeof(shown) - n, "%s", text[n] != '\0' ? "..." : "");
	return arena_print(&report->arena, "%s", shown);
}

void config_report_write(const struct config_report *report, FILE *to)
{
	for (size_t i = 0; i < report->count; i++)
		fprintf(to, "%s\n", report->remarks[i].text);
	if (report->left_out > 0) fprintf(to, "and %zu more\n", report->left_out);
}
