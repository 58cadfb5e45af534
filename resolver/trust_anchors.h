/* SPDX-License-Identifier: MIT */
/* trust_anchors.h — where trust begins, from a file with DS and DNSKEY records in zone-file form
 * (RFC 1035 §5.1), or from zones/root.anchors as it was when this program was built. */
#ifndef XYLEM_RESOLVER_TRUST_ANCHORS_H
#define XYLEM_RESOLVER_TRUST_ANCHORS_H

#include "resolver/complaint.h"
#include "resolver/validate/anchors.h"

/* Adds them. `path` NULL: those that are built in. False: `why` names file and line. */
MUST_USE bool trust_anchors_read(const char *path, struct anchors *into, struct complaint *why);

#endif
