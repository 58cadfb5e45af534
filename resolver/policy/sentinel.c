/* SPDX-License-Identifier: MIT */
/* sentinel.c — root-key-sentinel-is-ta-20326 and root-key-sentinel-not-ta-20326. */
#include "resolver/policy/sentinel.h"

#include "cache/dns.h"

enum { TAG_DIGITS = 5 };

/* The label begins so, and has nothing but the tag behind it (§2: five digits). */
static bool begins_with(const struct name *name, const char *beginning, size_t length)
{
	if (name->octets[0] != length + TAG_DIGITS)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (letter_lower(name->octets[1 + i]) != (uint8_t)beginning[i])
			return false;
	}
	return true;
}

static bool read_tag(const uint8_t *digits, unsigned *tag)
{
	*tag = 0;
	for (unsigned i = 0; i < TAG_DIGITS; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return false;
		*tag = 10 * *tag + (digits[i] - '0');
	}
	return *tag <= UINT16_MAX;
}

static bool has_tag(const struct sentinel *sentinel, unsigned tag)
{
	for (unsigned i = 0; i < sentinel->count; i++) {
		if (sentinel->tags[i] == tag)
			return true;
	}
	return false;
}

bool sentinel_denies(const struct sentinel *sentinel, const struct question *question)
{
	static const char is_ta[] = "root-key-sentinel-is-ta-";
	static const char not_ta[] = "root-key-sentinel-not-ta-";
	enum { IS_LENGTH = sizeof(is_ta) - 1, NOT_LENGTH = sizeof(not_ta) - 1 };
	uint8_t length = question->name.octets[0];
	bool asks_not;
	unsigned tag;

	if ((length != IS_LENGTH + TAG_DIGITS && length != NOT_LENGTH + TAG_DIGITS) ||
	    !sentinel->is_on || (question->type != TYPE_A && question->type != TYPE_AAAA))
		return false;
	asks_not = begins_with(&question->name, not_ta, NOT_LENGTH);
	if (!asks_not && !begins_with(&question->name, is_ta, IS_LENGTH))
		return false;
	return read_tag(question->name.octets + 1 + length - TAG_DIGITS, &tag) &&
	       has_tag(sentinel, tag) == asks_not;
}
