/* SPDX-License-Identifier: MIT */
/* errand.c — what xylemd does instead of being a daemon: check, show, explain. */
#include <string.h>

#include "resolver/config/arguments.h"
#include "resolver/config/docs.h"

static int report_wrong(struct config_report *report, FILE *err)
{
	config_report_write(report, err);
	config_report_clear(report);
	return 1;
}

static int check(const struct config_arguments *arguments, FILE *out, FILE *err)
{
	struct config_report report;
	struct config *config;

	config_report_init(&report);
	config = config_read(arguments, &report);
	if (config == NULL) return report_wrong(&report, err);
	config_report_write(&report, err); /* warnings */
	if (arguments->errand == CONFIG_PRINT) config_print(config, out);
	else if (config->path != NULL) fprintf(out, "%s: fine\n", config->path);
	else fprintf(out, "no file was read: the defaults and options are fine\n");
	config_free(config);
	config_report_clear(&report);
	return 0;
}

static int print_docs(const char *page, FILE *out, FILE *err)
{
	if (docs_write(page, out)) return 0;
	fprintf(err,
		"xylemd: --print-docs: '%s' is no page; expected config.md, xylemd.8 or "
		"xylemd.yaml.5\n",
		page);
	return 1;
}

int config_errand_do(const struct config_arguments *arguments, FILE *out, FILE *err)
{
	switch (arguments->errand) {
	case CONFIG_CHECK:
	case CONFIG_PRINT:
		return check(arguments, out, err);
	case CONFIG_HELP:
		docs_write_help(out);
		return 0;
	case CONFIG_HELP_SETTINGS:
		docs_write_settings(out);
		return 0;
	case CONFIG_VERSION:
		fprintf(out, "xylemd %s\n", XYLEM_VERSION);
		return 0;
	case CONFIG_PRINT_DOCS:
		return print_docs(arguments->page, out, err);
	case CONFIG_RUN:
		break;
	}
	return 1;
}
