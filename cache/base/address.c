/* SPDX-License-Identifier: MIT */
/* address.c — addresses and networks in text, in the kernel's form and as values. */
#include "cache/base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"

struct address address_v4(const uint8_t octets[4], uint16_t port)
{
	struct address made = { .family = 4, .port = port };

	memcpy(made.octets, octets, 4);
	return made;
}

struct address address_v6(const uint8_t octets[16], uint16_t port)
{
	struct address made = { .family = 6, .port = port };

	memcpy(made.octets, octets, 16);
	return made;
}

bool address_equal(const struct address *a, const struct address *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

struct bytes address_octets(const struct address *address)
{
	return bytes_of(address->octets, address->family == 4 ? 4 : address->family == 6 ? 16 : 0);
}

/* A whole decimal number up to `most`, without signs or spaces. */
static bool parse_number(const char *text, unsigned long most, unsigned long *into)
{
	char *end;

	if (text[0] < '0' || text[0] > '9' || strlen(text) > 5)
		return false;
	*into = strtoul(text, &end, 10);
	return *end == '\0' && *into <= most;
}

static bool parse_octets(const char *text, struct address *into)
{
	memset(into, 0, sizeof(*into));
	if (inet_pton(AF_INET, text, into->octets) == 1) {
		into->family = 4;
		return true;
	}
	memset(into, 0, sizeof(*into));
	if (inet_pton(AF_INET6, text, into->octets) == 1) {
		into->family = 6;
		return true;
	}
	return false;
}

/* Cuts "host" and "port" apart in place; port is NULL where none is written. */
static bool split_port(char *text, char **host, char **port)
{
	char *at;

	*host = text;
	*port = NULL;
	if (text[0] == '[') {
		char *end = strchr(text, ']');

		if (end == NULL || (end[1] != '\0' && end[1] != ':' && end[1] != '@'))
			return false;
		*host = text + 1;
		if (end[1] != '\0')
			*port = end + 2;
		*end = '\0';
		return true;
	}
	at = strchr(text, '@');
	if (at == NULL && strchr(text, ':') == strrchr(text, ':'))
		at = strchr(text, ':');         /* one colon: IPv4 and its port */
	if (at != NULL) {
		*at = '\0';
		*port = at + 1;
	}
	return true;
}

bool address_parse(const char *text, uint16_t default_port, struct address *into)
{
	char copy[ADDRESS_TEXT_SIZE], *host, *port_text;
	unsigned long port = default_port;

	if (strlen(text) >= sizeof(copy))
		return false;
	memcpy(copy, text, strlen(text) + 1);
	if (!split_port(copy, &host, &port_text))
		return false;
	if (port_text != NULL && !parse_number(port_text, 65535, &port))
		return false;
	if (!parse_octets(host, into))
		return false;
	into->port = (uint16_t)port;
	return true;
}

char *address_print(const struct address *address, char into[ADDRESS_TEXT_SIZE])
{
	if (address->family == 0)
		snprintf(into, ADDRESS_TEXT_SIZE, "none");
	else
		must(inet_ntop(address->family == 4 ? AF_INET : AF_INET6, address->octets, into,
			       ADDRESS_TEXT_SIZE) != NULL);
	return into;
}

char *address_print_with_port(const struct address *address, char into[ADDRESS_TEXT_SIZE])
{
	size_t length = strlen(address_print(address, into));

	snprintf(into + length, ADDRESS_TEXT_SIZE - length, "@%u", address->port);
	return into;
}

socklen_t address_to_socket(const struct address *address, struct sockaddr_storage *into)
{
	memset(into, 0, sizeof(*into));
	if (address->family == 4) {
		struct sockaddr_in *in = (struct sockaddr_in *)into;

		in->sin_family = AF_INET;
		in->sin_port = htons(address->port);
		memcpy(&in->sin_addr, address->octets, 4);
		return sizeof(*in);
	}
	struct sockaddr_in6 *in = (struct sockaddr_in6 *)into;

	in->sin6_family = AF_INET6;
	in->sin6_port = htons(address->port);
	memcpy(&in->sin6_addr, address->octets, 16);
	return sizeof(*in);
}

struct address address_from_socket(const struct sockaddr_storage *from)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (from->ss_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)from;

		return address_v4((const uint8_t *)&in->sin_addr, ntohs(in->sin_port));
	}
	if (from->ss_family == AF_INET6) {
		const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)from;

		if (memcmp(&in->sin6_addr, mapped, sizeof(mapped)) == 0)
			return address_v4((const uint8_t *)&in->sin6_addr + 12,
					  ntohs(in->sin6_port));
		return address_v6((const uint8_t *)&in->sin6_addr, ntohs(in->sin6_port));
	}
	return (struct address){ 0 };
}

bool network_parse(const char *text, struct network *into)
{
	char copy[ADDRESS_TEXT_SIZE], *slash;
	unsigned long bits, most;

	if (strlen(text) >= sizeof(copy))
		return false;
	memcpy(copy, text, strlen(text) + 1);
	slash = strchr(copy, '/');
	if (slash != NULL)
		*slash = '\0';
	if (!parse_octets(copy, &into->address))
		return false;
	most = into->address.family == 4 ? 32 : 128;
	bits = most;
	if (slash != NULL && !parse_number(slash + 1, most, &bits))
		return false;
	into->bits = (uint8_t)bits;
	return true;
}

bool network_has(const struct network *network, const struct address *address)
{
	unsigned whole = network->bits / 8, rest = network->bits % 8;

	if (network->address.family != address->family)
		return false;
	if (memcmp(network->address.octets, address->octets, whole) != 0)
		return false;
	if (rest == 0)
		return true;
	return ((network->address.octets[whole] ^ address->octets[whole]) >> (8 - rest)) == 0;
}
