/* SPDX-License-Identifier: MIT */
/* host.c — the host of a URL: a name, an IPv4 address in any of its odd forms, or an IPv6 address.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <idn2.h>
#include <stdlib.h>
#include <string.h>

#include "client/url/url.h"

/* URL §3.5, "host parser", for what stands in brackets. inet_pton takes what RFC 4291 §2.2 allows.
 */
static enum url_outcome parse_ipv6(struct arena *arena, struct bytes text, const char **host)
{
	char inside[INET6_ADDRSTRLEN + 1], normal[INET6_ADDRSTRLEN];
	struct in6_addr address;
	size_t length;

	if (text.length < 4 || text.at[text.length - 1] != ']')
		return URL_BAD_IPV6;
	length = text.length - 2;
	if (length >= sizeof(inside) || memchr(text.at, 0, text.length) != NULL)
		return URL_BAD_IPV6;
	memcpy(inside, text.at + 1, length);
	inside[length] = '\0';
	if (inet_pton(AF_INET6, inside, &address) != 1)
		return URL_BAD_IPV6;
	if (inet_ntop(AF_INET6, &address, normal, sizeof(normal)) == NULL)
		return URL_BAD_IPV6;
	*host = arena_print(arena, "%s", normal);
	return (*host)[0] == '\0' ? URL_NO_MEMORY : URL_GOOD;
}

/* One number of an IPv4 address: decimal, 0x hexadecimal, 0 octal; "0x" is zero. False if it is
 * none. */
static bool parse_ipv4_number(const char *text, size_t length, uint64_t *number)
{
	unsigned base = 10;

	if (length == 0)
		return false;
	if (length >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
		length -= 2;
	} else if (length >= 2 && text[0] == '0') {
		base = 8;
		text++;
		length--;
	}
	*number = 0;
	for (size_t i = 0; i < length; i++) {
		int character = tolower((unsigned char)text[i]);
		unsigned digit = 99;

		if (isdigit(character))
			digit = (unsigned)(character - '0');
		else if (character >= 'a' && character <= 'f')
			digit = (unsigned)(character - 'a') + 10;
		if (digit >= base)
			return false;
		if (*number <= UINT32_MAX)
			*number = *number * base + digit;
	}
	return true;
}

/* URL §3.5, "ends in a number checker": then it must be an IPv4 address, whatever else it looks
 * like. */
static bool ends_in_number(const char *name)
{
	size_t length = strlen(name);
	const char *last;
	uint64_t ignored;

	if (length != 0 && name[length - 1] == '.')
		length--;
	last = name + length;
	while (last > name && last[-1] != '.')
		last--;
	if (last == name + length)
		return false;
	if (strspn(last, "0123456789") >= (size_t)(name + length - last))
		return true;
	return parse_ipv4_number(last, (size_t)(name + length - last), &ignored);
}

/* URL §3.5, "IPv4 parser": one to four numbers, the last one fills the octets that are left. */
static enum url_outcome parse_ipv4(struct arena *arena, const char *name, const char **host)
{
	uint64_t numbers[4], address = 0;
	size_t count = 0;

	for (const char *at = name;;) {
		size_t length = strcspn(at, ".");

		if (length == 0 && at[0] == '\0' && count != 0)
			break;
		if (count == 4 || !parse_ipv4_number(at, length, &numbers[count]))
			return URL_BAD_IPV4;
		count++;
		if (at[length] == '\0')
			break;
		at += length + 1;
	}
	for (size_t i = 0; i + 1 < count; i++) {
		if (numbers[i] > 255)
			return URL_BAD_IPV4;
		address |= numbers[i] << (8 * (3 - i));
	}
	if (numbers[count - 1] >= 1ULL << (8 * (5 - count)))
		return URL_BAD_IPV4;
	address |= numbers[count - 1];
	*host = arena_print(arena, "%u.%u.%u.%u", (unsigned)(address >> 24),
			    (unsigned)(address >> 16 & 255), (unsigned)(address >> 8 & 255),
			    (unsigned)(address & 255));
	return (*host)[0] == '\0' ? URL_NO_MEMORY : URL_GOOD;
}

static bool is_ascii(struct bytes text)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] >= 0x80)
			return false;
	return true;
}

/* URL §3.3, "domain to ASCII": UTS 46, nontransitional. Plain ASCII names are only lowered, as
 * browsers do, unless they claim to be punycode. */
static enum url_outcome name_to_ascii(struct arena *arena, struct bytes text, const char **name)
{
	const char *copy = arena_print(arena, "%.*s", (int)text.length, (const char *)text.at);
	char *ascii = NULL;

	if (copy[0] == '\0')
		return URL_NO_MEMORY;
	if (is_ascii(text) && strcasestr(copy, "xn--") == NULL) {
		for (char *at = (char *)copy; *at != '\0'; at++)
			*at = (char)tolower((unsigned char)*at);
		*name = copy;
		return URL_GOOD;
	}
	if (idn2_to_ascii_8z(copy, &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) != IDN2_OK)
		return URL_BAD_HOST;
	*name = arena_print(arena, "%s", ascii);
	idn2_free(ascii);
	return (*name)[0] == '\0' ? URL_BAD_HOST : URL_GOOD;
}

/* URL §3.4, "forbidden domain code points". */
static bool is_forbidden(unsigned char octet)
{
	return octet <= 0x20 || octet >= 0x7f || strchr("#/:<>?@[\\]^|%", octet) != NULL;
}

enum url_outcome host_parse(struct arena *arena, struct bytes text, const char **host,
			    enum host_kind *kind)
{
	const char *encoded, *name;
	struct bytes decoded;
	enum url_outcome outcome;

	if (text.length == 0)
		return URL_NO_HOST;
	if (text.at[0] == '[') {
		*kind = HOST_IPV6;
		return parse_ipv6(arena, text, host);
	}
	encoded = arena_print(arena, "%.*s", (int)text.length, (const char *)text.at);
	decoded = percent_decode(arena, encoded);
	if (decoded.at == NULL)
		return URL_NO_MEMORY;
	if (decoded.length == 0 || memchr(decoded.at, 0, decoded.length) != NULL)
		return URL_BAD_HOST;
	outcome = name_to_ascii(arena, decoded, &name);
	if (outcome != URL_GOOD)
		return outcome;
	for (const char *at = name; *at != '\0'; at++)
		if (is_forbidden((unsigned char)*at))
			return URL_BAD_HOST;
	if (ends_in_number(name)) {
		*kind = HOST_IPV4;
		return parse_ipv4(arena, name, host);
	}
	*kind = HOST_NAME;
	*host = name;
	return URL_GOOD;
}
