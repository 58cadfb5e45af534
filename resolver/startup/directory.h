/* SPDX-License-Identifier: MIT */
/* directory.h — the daemon's folder: everything it keeps is below it, and one daemon at a time has
 * it. */
#ifndef XYLEM_STARTUP_DIRECTORY_H
#define XYLEM_STARTUP_DIRECTORY_H

#include "cache/base/result.h"
#include "resolver/complaint.h"
#include "resolver/startup/privileges.h"

/* Makes it, with the folders above it, if it isn't there: mode 0750, and its owner who the daemon
 * will be. One that is there already is left as it is. */
MUST_USE bool directory_make(const char *path, const struct identity *owner, struct complaint *why);

/* As who the daemon is from now on: locks the file `lock` in it, which says the process id. The
 * descriptor that holds the lock as long as it is open; -1: another daemon has it, or it can't be
 * written. */
MUST_USE int directory_lock(const char *path, struct complaint *why);

#endif
