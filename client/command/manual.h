/* SPDX-License-Identifier: MIT */
/* manual.h — the help of the whole and the man page, made of the commands' tables. */
#ifndef XYLEM_CLIENT_MANUAL_H
#define XYLEM_CLIENT_MANUAL_H

#include "client/command/options.h"

void manual_help(const struct command *const *commands, size_t count, FILE *to);
void manual_page(const struct command *const *commands, size_t count, FILE *to);

#endif
