/* SPDX-License-Identifier: MIT */
/* docs.h — the table in words: for the terminal, as manual pages, as Markdown. */
#ifndef XYLEM_CONFIG_DOCS_H
#define XYLEM_CONFIG_DOCS_H

#include <stdbool.h>
#include <stdio.h>

/* --help and --help-settings, at most 80 columns wide. */
void docs_write_help(FILE *to);
void docs_write_settings(FILE *to);

/* One of the generated pages: "config.md", "xylemd.8", "xylemd.yaml.5". False: no such page. */
bool docs_write(const char *page, FILE *to);

#endif
