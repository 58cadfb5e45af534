/* SPDX-License-Identifier: MIT */
/* report_ctl.h — the daemon's replies (docs/control.md) for people. */
#ifndef XYLEM_CLIENT_REPORT_CTL_H
#define XYLEM_CLIENT_REPORT_CTL_H

#include <jansson.h>

#include "client/report/terminal.h"

/* Shows the reply to this verb ("cache show"). Members that aren't there are passed over. */
void report_ctl(struct terminal *terminal, const char *verb, const json_t *reply);

#endif
