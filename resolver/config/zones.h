/* SPDX-License-Identifier: MIT */
/* zones.h — `stub` and `forward`: lists of zones with their servers. */
#ifndef XYLEM_CONFIG_ZONES_H
#define XYLEM_CONFIG_ZONES_H

#include "resolver/config/value.h"

bool zones_read(struct reading *reading, const struct setting *setting, const struct node *node,
		struct config_zones *into);

/* As YAML in one line: [{zone: corp.example., servers: [10.0.0.1@53], dnssec: off}] */
void zones_write(const struct config_zones *zones, FILE *to);

/* No zone twice, be it in one list or in both. False, with lines, if one is. */
bool zones_check(struct config *config, struct config_report *report);

#endif
