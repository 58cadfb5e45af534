/* SPDX-License-Identifier: MIT */
/* ctl_anchors.h — `xylem ctl anchors …`: its words and options as a request (docs/control.md). */
#ifndef XYLEM_CLIENT_CTL_ANCHORS_H
#define XYLEM_CLIENT_CTL_ANCHORS_H

#include <jansson.h>

struct anchors_options {
	const char *end, *reason;       /* NULL: not said */
};

/* Of the words behind `anchors`. NULL: `fault` has a sentence, or is NULL for want of memory. */
json_t *anchors_request(const struct anchors_options *options, int count, char **words,
			const char **fault);

#endif
