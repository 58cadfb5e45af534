/* SPDX-License-Identifier: MIT */
/* algorithm.h — which signatures and digests can be checked (RFC 8624, RFC 9905, LIMITS.md). */
#ifndef XYLEM_VALIDATE_ALGORITHM_H
#define XYLEM_VALIDATE_ALGORITHM_H

#include <stdbool.h>
#include <stdint.h>

enum {
	ALGORITHM_RSASHA1 = 5, ALGORITHM_RSASHA1_NSEC3 = 7, ALGORITHM_RSASHA256 = 8,
	ALGORITHM_RSASHA512 = 10, ALGORITHM_ECDSAP256 = 13, ALGORITHM_ECDSAP384 = 14,
	ALGORITHM_ED25519 = 15, ALGORITHM_ED448 = 16,
};

enum { DIGEST_SHA1 = 1, DIGEST_SHA256 = 2, DIGEST_SHA384 = 4 };

/* Can it be checked? 5 and 7 only where `sha1` says that they count. */
bool algorithm_is_supported(uint8_t algorithm, bool sha1);
bool digest_is_supported(uint8_t digest);

/* "ECDSAP256SHA256"; "algorithm 200" for one without a name. */
enum { ALGORITHM_TEXT_SIZE = 24 };
const char *algorithm_name(uint8_t algorithm, char room[ALGORITHM_TEXT_SIZE]);

#endif
