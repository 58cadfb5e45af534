/* SPDX-License-Identifier: MIT */
/* hints.h — where the root is, for a resolver that knows nothing yet: the names and addresses of
 * its servers.
 *
 * Read from a file in the form of a zone (RFC 1035 §5.1), or from zones/root.hints as it was when
 * this program was built. */
#ifndef XYLEM_RESOLVER_HINTS_H
#define XYLEM_RESOLVER_HINTS_H

#include "cache/base/result.h"
#include "cache/cut.h"
#include "resolver/complaint.h"

/* `path` NULL: those that are built in. False: `why` names file and line; `into` is then of no use.
 * On success it has at least one server with an address, and never expires. */
MUST_USE bool hints_read(const char *path, struct cut *into, struct complaint *why);

#endif
