/* SPDX-License-Identifier: MIT */
/* terminal.c — text made harmless, then shown. */
#include "client/report/terminal.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { NARROWEST = 80, WIDEST = 100, LONGEST_SAYING = 8192 };

static const char *const style_escapes[STYLES] = {
	[PLAIN] = "",          [BOLD] = "\033[1m",  [DIM] = "\033[2m",
	[GOOD] = "\033[32m",   [ODD] = "\033[33m",  [BAD] = "\033[1;31m",
};

static unsigned width_of(FILE *to)
{
	struct winsize size;
	unsigned width = WIDEST;

	if (ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col != 0)
		width = size.ws_col;
	if (width < NARROWEST)
		return NARROWEST;
	return width > WIDEST ? WIDEST : width;
}

void terminal_init(struct terminal *terminal, FILE *to, enum colour_wish wish)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	bool colour = isatty(fileno(to)) == 1;

	if (no_color != NULL && no_color[0] != '\0')
		colour = false;
	if (term != NULL && strcmp(term, "dumb") == 0)
		colour = false;
	*terminal = (struct terminal){
		.to = to,
		.colour = wish == COLOUR_ALWAYS || (wish == COLOUR_AUTO && colour),
		.width = width_of(to),
	};
}

bool colour_read(const char *text, enum colour_wish *wish)
{
	*wish = COLOUR_AUTO;
	if (text == NULL || strcmp(text, "auto") == 0)
		return true;
	*wish = strcmp(text, "always") == 0 ? COLOUR_ALWAYS : COLOUR_NEVER;
	return *wish == COLOUR_ALWAYS || strcmp(text, "never") == 0;
}

/* The character that `text` begins with, and its octets; 0 octets if it isn't UTF-8 (RFC 3629 §4).
 */
static size_t take_character(struct bytes text, uint32_t *character)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint8_t first = text.at[0];
	size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	uint32_t value;

	if (first >= 0x80 && (first < 0xc2 || first > 0xf4))
		return 0;
	if (length > text.length)
		return 0;
	value = length == 1 ? first : first & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if ((text.at[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (text.at[i] & 0x3fU);
	}
	if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*character = value;
	return length;
}

struct range {
	uint32_t first, last;
};

/* What can move the cursor, turn the direction of text, or hide: Unicode TR 9 and TR 36. */
static const struct range harmful[] = {
	{ 0x00, 0x1f },     { 0x7f, 0x9f },     { 0xad, 0xad },     { 0x34f, 0x34f },
	{ 0x61c, 0x61c },   { 0x180e, 0x180e }, { 0x200b, 0x200f }, { 0x2028, 0x202e },
	{ 0x2060, 0x206f }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb },
	{ 0xe0000, 0xe0fff },
};

static bool is_harmful(uint32_t character)
{
	for (size_t i = 0; i < sizeof(harmful) / sizeof(harmful[0]); i++)
		if (character >= harmful[i].first && character <= harmful[i].last)
			return true;
	return false;
}

size_t neutralise(char *into, size_t size, struct bytes text, bool lines)
{
	size_t used = 0;

	for (size_t i = 0; i < text.length;) {
		struct bytes rest = bytes_of(text.at + i, text.length - i);
		uint32_t character = rest.at[0];
		size_t length = take_character(rest, &character);
		char shown[16];
		int octets;

		if (length == 0)
			octets = snprintf(shown, sizeof(shown), "\\x%02x", rest.at[0]);
		else if (lines && (character == '\n' || character == '\t'))
			octets = snprintf(shown, sizeof(shown), "%c", (char)character);
		else if (!is_harmful(character))
			octets = snprintf(shown, sizeof(shown), "%.*s", (int)length,
					  (const char *)rest.at);
		else if (character < 0x80)
			octets = snprintf(shown, sizeof(shown), "\\x%02x", character);
		else
			octets = snprintf(shown, sizeof(shown), "\\u{%x}", character);
		if (used + (size_t)octets + 1 > size)
			break;
		memcpy(into + used, shown, (size_t)octets);
		used += (size_t)octets;
		i += length == 0 ? 1 : length;
	}
	if (size != 0)
		into[used] = '\0';
	return used;
}

unsigned columns_of(const char *text)
{
	unsigned columns = 0;

	for (; *text != '\0'; text++)
		if (((unsigned char)*text & 0xc0) != 0x80)
			columns++;
	return columns;
}

size_t utf8_unfinished(struct bytes text)
{
	for (size_t back = 1; back <= 3 && back <= text.length; back++) {
		uint8_t octet = text.at[text.length - back];

		if ((octet & 0xc0) == 0x80)
			continue;
		if (octet >= 0xf0)
			return back < 4 ? back : 0;
		if (octet >= 0xe0)
			return back < 3 ? back : 0;
		if (octet >= 0xc2)
			return back < 2 ? back : 0;
		return 0;
	}
	return 0;
}

static void show(struct terminal *terminal, enum style style, const char *harmless)
{
	bool coloured = terminal->colour && style != PLAIN && harmless[0] != '\0';

	fprintf(terminal->to, "%s%s%s", coloured ? style_escapes[style] : "", harmless,
		coloured ? "\033[0m" : "");
	terminal->column += columns_of(harmless);
}

static void compose(char *harmless, size_t size, const char *format, va_list arguments)
{
	char text[LONGEST_SAYING];
	int length = vsnprintf(text, sizeof(text), format, arguments);

	if (length < 0)
		length = 0;
	if ((size_t)length >= sizeof(text))
		length = sizeof(text) - 1;
	neutralise(harmless, size, bytes_of(text, (size_t)length), false);
}

void terminal_say(struct terminal *terminal, enum style style, const char *format, ...)
{
	char harmless[LONGEST_SAYING];
	va_list arguments;

	va_start(arguments, format);
	compose(harmless, sizeof(harmless), format, arguments);
	va_end(arguments);
	show(terminal, style, harmless);
}

void terminal_say_right(struct terminal *terminal, enum style style, const char *format, ...)
{
	char harmless[LONGEST_SAYING];
	va_list arguments;
	unsigned columns;

	va_start(arguments, format);
	compose(harmless, sizeof(harmless), format, arguments);
	va_end(arguments);
	columns = columns_of(harmless);
	if (terminal->column + 1 + columns > terminal->width)
		terminal_end_line(terminal);
	if (columns < terminal->width)
		terminal_to_column(terminal, terminal->width - columns);
	show(terminal, style, harmless);
}

void terminal_to_column(struct terminal *terminal, unsigned column)
{
	for (; terminal->column < column; terminal->column++)
		fputc(' ', terminal->to);
}

void terminal_end_line(struct terminal *terminal)
{
	fputc('\n', terminal->to);
	terminal->column = 0;
}
