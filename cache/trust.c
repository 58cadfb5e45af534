/* SPDX-License-Identifier: MIT */
/* trust.c — the verdicts' names. */
#include "cache/trust.h"

#include <stddef.h>

const char *security_name(enum security security)
{
	static const char *const names[] = {
		[SECURITY_UNCHECKED] = "unchecked",
		[SECURITY_INDETERMINATE] = "indeterminate",
		[SECURITY_INSECURE] = "insecure",
		[SECURITY_SECURE] = "secure",
		[SECURITY_BOGUS] = "bogus",
	};

	return (size_t)security < sizeof(names) / sizeof(names[0]) ? names[security] : "unknown";
}
