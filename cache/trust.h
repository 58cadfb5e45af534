/* SPDX-License-Identifier: MIT */
/* trust.h — how far a datum may be believed, as DNSSEC sees it (RFC 4033 §5).
 *
 * Ordered by nothing but habit: compare by name, never by number. The numbers are those of
 * docs/trace-format.md. */
#ifndef XYLEM_CACHE_TRUST_H
#define XYLEM_CACHE_TRUST_H

enum security {
	SECURITY_UNCHECKED = 0,         /* nobody has looked */
	SECURITY_INDETERMINATE = 1,     /* no anchor above it */
	SECURITY_INSECURE = 2,          /* proven to lie below an unsigned delegation */
	SECURITY_SECURE = 3,
	SECURITY_BOGUS = 4,             /* never served without CD */
};

const char *security_name(enum security security);     /* "unchecked", … "bogus" */

#endif
