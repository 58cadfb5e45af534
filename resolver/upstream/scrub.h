/* SPDX-License-Identifier: MIT */
/* scrub.h — takes out of a reply what the server that sent it had no business saying (LIMITS.md,
 * "Admission").
 *
 * After it, all in the cut's zone:
 * - the answer section holds only the data for the asked name itself, or the first link away
 *   from it: a CNAME; or a DNAME and behind it the CNAME that it makes, if the server sent the
 *   right one. Later links are followed by asking, each from its own zone's servers;
 * - the authority section holds NSEC and NSEC3 sets, and either the NS set of a referral below
 *   the cut with its DS, or the SOA of a denial; beside data or an alias neither;
 * - the additional section holds only addresses of the servers that a referral names (or the
 *   root's NS set, when that was asked for: priming, RFC 8109).
 *
 * Pure. What the arena holds stays there; the sections' lists get shorter. Once per reply. */
#ifndef XYLEM_UPSTREAM_SCRUB_H
#define XYLEM_UPSTREAM_SCRUB_H

#include "resolver/upstream/reply.h"

/* What was removed, for the trace: told one by one, as "NS evil.example. is an upward referral".
 * What is honest but not needed (the zone's own NS set, addresses beside an answer, later links)
 * goes without a word. */
struct scrub_watcher {
	void (*removed)(const char *what, void *subject);
	void  *subject;
};

/* `watcher` may be NULL. */
void reply_scrub(struct reply *reply, const struct question *question, const struct cut *cut,
		 const struct scrub_watcher *watcher);

#endif
