/* SPDX-License-Identifier: MIT */
/* cookie.c — draws cookies, and finds them in replies. */
#include "resolver/upstream/cookie.h"

#include <string.h>

#include "cache/base/random.h"
#include "resolver/upstream/match.h"

enum { LEAST_SERVER_COOKIE = 8 };       /* octets: RFC 7873 §4 */

void cookie_draw(struct cookie *into)
{
	into->length = CLIENT_COOKIE_OCTETS;
	random_fill(into->octets, CLIENT_COOKIE_OCTETS);
}

enum cookie_check cookie_check(const struct cookie *sent, struct bytes message,
			       struct cookie *into)
{
	struct bytes value;

	if (!message_option(message, OPTION_COOKIE, &value))
		return COOKIE_MISSING;
	if (value.length < CLIENT_COOKIE_OCTETS || value.length > MAX_COOKIE_OCTETS)
		return COOKIE_WRONG;
	if (memcmp(value.at, sent->octets, CLIENT_COOKIE_OCTETS) != 0)
		return COOKIE_WRONG;
	if (value.length == CLIENT_COOKIE_OCTETS)
		return COOKIE_MISSING;
	if (value.length < CLIENT_COOKIE_OCTETS + LEAST_SERVER_COOKIE)
		return COOKIE_WRONG;
	into->length = (uint8_t)value.length;
	memcpy(into->octets, value.at, value.length);
	return COOKIE_RIGHT;
}
