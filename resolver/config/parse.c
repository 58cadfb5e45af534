/* SPDX-License-Identifier: MIT */
/* parse.c — texts to numbers, sizes, times and names. Strict, and without side effects. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "resolver/config/value.h"

enum {
	MAX_DIGITS = 15, /* so no sum of ours can overflow 64 bits … */
	MAX_UNIT = 4,
	LABEL_OCTETS = 63, /* RFC 1035 §2.3.4 */
	NAME_OCTETS = 255,
	NAME_TEXT_ROOM = 4 * NAME_OCTETS + 2, /* each octet as \DDD, a dot, a NUL */
};

/* Digits at *text, which moves behind them. */
static bool take_digits(const char **text, uint64_t *into)
{
	size_t digits = 0;

	*into = 0;
	for (; (*text)[0] >= '0' && (*text)[0] <= '9'; (*text)++) {
		if (++digits > MAX_DIGITS) return false;
		*into = *into * 10 + (uint64_t)((*text)[0] - '0');
	}
	return digits > 0;
}

bool parse_count(const char *text, uint64_t *into)
{
	return take_digits(&text, into) && text[0] == '\0';
}

bool parse_size(const char *text, uint64_t *octets)
{
	static const struct {
		const char *unit;
		unsigned shift;
	} units[] = {
		{ "", 0 },     { "B", 0 },   { "K", 10 },   { "KB", 10 },  { "KiB", 10 },
		{ "M", 20 },   { "MB", 20 }, { "MiB", 20 }, { "G", 30 },   { "GB", 30 },
		{ "GiB", 30 }, { "T", 40 },  { "TB", 40 },  { "TiB", 40 },
	};
	uint64_t value;

	if (!take_digits(&text, &value)) return false;
	if (text[0] == ' ') text++;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcasecmp(text, units[i].unit) != 0) continue;
		if (value > UINT64_MAX >> units[i].shift) return false;
		*octets = value << units[i].shift;
		return true;
	}
	return false;
}

/* A time's unit at *text, which moves behind it: milliseconds in one, or 0. */
static uint64_t take_time_unit(const char **text)
{
	static const struct {
		const char *unit;
		uint64_t milliseconds;
	} units[] = {
		{ "ms", 1 },	      { "s", 1000 },	    { "m", 60 * 1000 },
		{ "h", 3600 * 1000 }, { "d", 86400000ull }, { "w", 7 * 86400000ull },
	};
	char unit[MAX_UNIT] = "";
	size_t length = strspn(*text, "abcdefghijklmnopqrstuvwxyz");

	if (length >= sizeof(unit)) return 0;
	memcpy(unit, *text, length);
	*text += length;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(unit, units[i].unit) == 0) return units[i].milliseconds;
	return 0;
}

bool parse_milliseconds(const char *text, bool bare_is_seconds, uint64_t *into)
{
	uint64_t sum = 0;

	if (parse_count(text, into) && (bare_is_seconds || *into == 0)) {
		if (*into > UINT64_MAX / 1000) return false;
		*into *= 1000;
		return true;
	}
	do {
		uint64_t value, unit;

		if (!take_digits(&text, &value)) return false;
		unit = take_time_unit(&text);
		if (unit == 0 || value > (UINT64_MAX - sum) / unit) return false;
		sum += value * unit;
	} while (text[0] != '\0');
	*into = sum;
	return true;
}

/* A name while it is written. */
struct spelling {
	char text[NAME_TEXT_ROOM];
	size_t length; /* of the text */
	size_t label;  /* octets of the label so far */
	size_t octets; /* of the whole name on the wire so far, lengths included */
};

static bool end_label(struct spelling *name)
{
	if (name->label == 0) return false;
	name->octets += name->label + 1;
	name->label = 0;
	name->text[name->length++] = '.';
	return name->octets + 1 <= NAME_OCTETS;
}

/* Adds one octet of a label, written as the canonical presentation format has it. */
static bool add_octet(struct spelling *name, unsigned char octet)
{
	char *at = name->text + name->length;

	if (++name->label > LABEL_OCTETS || name->octets + name->label + 2 > NAME_OCTETS)
		return false;
	octet = (unsigned char)tolower(octet);
	if (octet <= ' ' || octet >= 127) {
		at[0] = '\\';
		at[1] = (char)('0' + octet / 100);
		at[2] = (char)('0' + octet / 10 % 10);
		at[3] = (char)('0' + octet % 10);
		name->length += 4;
		return true;
	}
	if (strchr("\".;\\()@$", octet) != NULL) {
		at[0] = '\\';
		at[1] = (char)octet;
		name->length += 2;
		return true;
	}
	at[0] = (char)octet;
	name->length++;
	return true;
}

/* What follows a backslash (RFC 1035 §5.1): three digits, or the character itself. */
static bool take_escape(const char **text, unsigned char *octet)
{
	const unsigned char *at = (const unsigned char *)*text;
	unsigned value;

	if (!isdigit(at[0])) {
		*octet = at[0];
		*text += 1;
		return at[0] != '\0';
	}
	if (!isdigit(at[1]) || !isdigit(at[2])) return false;
	value = (at[0] - '0') * 100u + (at[1] - '0') * 10u + (at[2] - '0');
	*octet = (unsigned char)value;
	*text += 3;
	return value <= 255;
}

static bool spell(struct spelling *name, const char *text)
{
	while (text[0] != '\0') {
		unsigned char octet = (unsigned char)*text++;

		if (octet == '.') {
			if (!end_label(name)) return false;
			continue;
		}
		if (octet > 126)
			return false; /* an international name is written in its xn-- form */
		if (octet == '\\' && !take_escape(&text, &octet)) return false;
		if (!add_octet(name, octet)) return false;
	}
	return name->label == 0 || end_label(name);
}

const char *parse_name(const char *text, struct arena *arena)
{
	struct spelling name = { .length = 0 };
	char *copy;

	if (strcmp(text, ".") == 0) name.text[name.length++] = '.';
	else if (text[0] == '\0' || !spell(&name, text)) return NULL;
	copy = arena_take(arena, name.length + 1);
	if (copy != NULL) memcpy(copy, name.text, name.length);
	return copy;
}
