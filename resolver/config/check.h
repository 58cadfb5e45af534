/* SPDX-License-Identifier: MIT */
/* check.h — what can only be done and seen once all settings are read. */
#ifndef XYLEM_CONFIG_CHECK_H
#define XYLEM_CONFIG_CHECK_H

#include "resolver/config/config.h"

/* Relative paths become absolute, addresses get their port, "one per core" becomes a number. */
void config_finish(struct config *config, struct config_report *report);

/* Settings that are fine each alone, but not together or not on this machine. */
void config_check(struct config *config, struct config_report *report);

#endif
