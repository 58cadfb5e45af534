/* SPDX-License-Identifier: MIT */
/* ctl_zone.h — `xylem ctl zone …`: its words and options as a request (docs/control.md). */
#ifndef XYLEM_CLIENT_CTL_ZONE_H
#define XYLEM_CLIENT_CTL_ZONE_H

#include <jansson.h>
#include <stdbool.h>

struct zone_options {
	const char *owner, *expires, *dnssec, *tls;     /* NULL: not said */
	bool        stub, forward, fallback;
};

/* "90s", "30m", "8h", "2d", or seconds; 0: it is none of these. */
json_int_t ctl_seconds_of(const char *text);

/* Of the words behind `zone`. NULL: `fault` has a sentence, or is NULL for want of memory. */
json_t *zone_request(const struct zone_options *options, int count, char **words,
		     const char **fault);

#endif
