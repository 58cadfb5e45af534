/* SPDX-License-Identifier: MIT */
/* scrub.h — takes out of a reply what the server that sent it had no business saying (LIMITS.md,
 * "Admission").
 *
 * After it: the answer section holds only the link or data for the asked name itself (the chain's
 * later links are followed by asking, each from its own zone's servers), the authority section
 * only the NS and DS sets of a referral below the cut, or the SOA and NSEC, NSEC3 sets of a
 * denial, all in the cut's zone; the additional section only addresses of servers that the
 * referral names, at or below the cut's zone. Class IN only. Pure. */
#ifndef XYLEM_UPSTREAM_SCRUB_H
#define XYLEM_UPSTREAM_SCRUB_H

#include "resolver/upstream/reply.h"

/* What was removed, for the trace: told one by one, as "NS ns.evil.example. out of bailiwick". */
struct scrub_watcher {
	void (*removed)(const char *what, void *subject);
	void  *subject;
};

void reply_scrub(struct reply *reply, const struct question *question, const struct cut *cut,
		 const struct scrub_watcher *watcher);

#endif
