/* SPDX-License-Identifier: MIT */
/* report.h — adds lines to a config_report. Every line is one sentence with its place before it. */
#ifndef XYLEM_CONFIG_REPORT_H
#define XYLEM_CONFIG_REPORT_H

#include "resolver/config/config.h"

/* Where something was written. An option goes before a file. */
struct place {
	const char *file;
	int         line;
	const char *option;
};

__attribute__((format(printf, 3, 4))) void
report_error(struct config_report *report, struct place place, const char *format, ...);
__attribute__((format(printf, 3, 4))) void
report_warning(struct config_report *report, struct place place, const char *format, ...);

/* A value as it may be shown in a line: cut at 60 octets, without control characters. */
const char *report_quote(struct config_report *report, const char *text);

#endif
