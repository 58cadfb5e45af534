/* SPDX-License-Identifier: MIT */
/* digest.h — is a zone whole? Its ZONEMD records say (RFC 8976).
 *
 * Pure. The digest alone guards against damage, not against forgery: whoever can change the zone
 * can change the digest too. What guards against that is the signature over the set: trust.h. */
#ifndef XYLEM_ROOT_DIGEST_H
#define XYLEM_ROOT_DIGEST_H

#include "resolver/root/zone.h"

enum digest_verdict {
	DIGEST_MATCHES,
	DIGEST_ABSENT,                  /* no ZONEMD, or of schemes and hashes unknown to us */
	DIGEST_DIFFERS,                 /* or it is for another serial, or a placeholder */
};

/* Of a finished zone. `why` has a sentence unless it matches. RFC 8976 §4: one ZONEMD that matches
 * is enough; of a scheme and hash that stand there twice none counts. */
enum digest_verdict zone_check_digest(const struct zone *zone, struct complaint *why);

#endif
