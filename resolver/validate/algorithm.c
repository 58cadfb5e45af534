/* SPDX-License-Identifier: MIT */
/* algorithm.c — the table of algorithms. */
#include "resolver/validate/algorithm.h"

#include <stdio.h>

/* Those that have a name in IANA's registry; DSA, ECC-GOST and private ones aren't checked. */
static const struct {
	const char *name;
	bool        is_checked, needs_sha1;
} algorithms[] = {
	[1] = { "RSAMD5", false, false },
	[3] = { "DSA", false, false },
	[ALGORITHM_RSASHA1] = { "RSASHA1", true, true },
	[6] = { "DSA-NSEC3-SHA1", false, false },
	[ALGORITHM_RSASHA1_NSEC3] = { "RSASHA1-NSEC3-SHA1", true, true },
	[ALGORITHM_RSASHA256] = { "RSASHA256", true, false },
	[ALGORITHM_RSASHA512] = { "RSASHA512", true, false },
	[12] = { "ECC-GOST", false, false },
	[ALGORITHM_ECDSAP256] = { "ECDSAP256SHA256", true, false },
	[ALGORITHM_ECDSAP384] = { "ECDSAP384SHA384", true, false },
	[ALGORITHM_ED25519] = { "ED25519", true, false },
	[ALGORITHM_ED448] = { "ED448", true, false },
};

enum { ALGORITHMS = sizeof(algorithms) / sizeof(algorithms[0]) };

bool algorithm_is_supported(uint8_t algorithm, bool sha1)
{
	if (algorithm >= ALGORITHMS || !algorithms[algorithm].is_checked)
		return false;
	return sha1 || !algorithms[algorithm].needs_sha1;
}

bool digest_is_supported(uint8_t digest)
{
	return digest == DIGEST_SHA1 || digest == DIGEST_SHA256 || digest == DIGEST_SHA384;
}

const char *algorithm_name(uint8_t algorithm, char room[ALGORITHM_TEXT_SIZE])
{
	if (algorithm < ALGORITHMS && algorithms[algorithm].name != NULL)
		return algorithms[algorithm].name;
	snprintf(room, ALGORITHM_TEXT_SIZE, "algorithm %u", algorithm);
	return room;
}
