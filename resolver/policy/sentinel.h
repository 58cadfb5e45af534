/* SPDX-License-Identifier: MIT */
/* sentinel.h — names by which askers test which root keys are trusted here (RFC 8509). */
#ifndef XYLEM_POLICY_SENTINEL_H
#define XYLEM_POLICY_SENTINEL_H

#include "cache/name.h"
#include "cache/question.h"

/* Tags of the root's trusted keys. All zeros: nobody may test. */
enum { MOST_SENTINEL_TAGS = 32 };

struct sentinel {
	bool     is_on;
	unsigned count;
	uint16_t tags[MOST_SENTINEL_TAGS];
};

/* Would a secure answer to it have to be SERVFAIL (§3.2)? Nearly every question is no such test,
 * and costs one comparison. */
bool sentinel_denies(const struct sentinel *sentinel, const struct question *question);

#endif
