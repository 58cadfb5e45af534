/* SPDX-License-Identifier: MIT */
/* address.c — addresses as text, and RFC 6724's order. */
#include "client/connect/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct address address_v4(const void *octets, uint16_t port)
{
	struct address address = { .v4 = { .sin_family = AF_INET, .sin_port = htons(port) } };

	memcpy(&address.v4.sin_addr, octets, 4);
	return address;
}

struct address address_v6(const void *octets, uint16_t port)
{
	struct address address = { .v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) } };

	memcpy(&address.v6.sin6_addr, octets, 16);
	return address;
}

bool address_read(struct address *address, const char *text, uint16_t port)
{
	unsigned char octets[16];

	if (inet_pton(AF_INET, text, octets) == 1)
		*address = address_v4(octets, port);
	else if (inet_pton(AF_INET6, text, octets) == 1)
		*address = address_v6(octets, port);
	else
		return false;
	return true;
}

static bool read_port(const char *text, uint16_t *port)
{
	char *end;
	unsigned long number;

	if (text[0] < '0' || text[0] > '9')
		return false;
	number = strtoul(text, &end, 10);
	if (*end != '\0' || number == 0 || number > 65535)
		return false;
	*port = (uint16_t)number;
	return true;
}

bool address_read_with_port(struct address *address, const char *text, uint16_t usual_port)
{
	char host[ADDRESS_TEXT];
	const char *after;
	size_t length;
	uint16_t port = usual_port;

	if (text[0] == '[') {
		text++;
		length = strcspn(text, "]");
		after = text[length] == ']' ? text + length + 1 : NULL;
	} else {
		length = strcspn(text, "@#");
		if (text[length] == '\0' && strchr(text, '.') != NULL)
			length = strcspn(text, ":");
		after = text + length;
	}
	if (after == NULL || length >= sizeof(host))
		return false;
	if (*after != '\0' && (strchr(":@#", *after) == NULL || !read_port(after + 1, &port)))
		return false;
	memcpy(host, text, length);
	host[length] = '\0';
	return address_read(address, host, port);
}

const char *address_write(char into[ADDRESS_TEXT], const struct address *address)
{
	const void *octets = address->any.sa_family == AF_INET6
				     ? (const void *)&address->v6.sin6_addr
				     : &address->v4.sin_addr;

	if (inet_ntop(address->any.sa_family, octets, into, ADDRESS_TEXT) == NULL)
		snprintf(into, ADDRESS_TEXT, "?");
	return into;
}

const char *address_write_with_port(char into[ADDRESS_TEXT], const struct address *address)
{
	bool six = address->any.sa_family == AF_INET6;
	char plain[ADDRESS_TEXT];

	address_write(plain, address);
	snprintf(into, ADDRESS_TEXT, "%s%.45s%s:%u", six ? "[" : "", plain, six ? "]" : "",
		 (unsigned)address_port(address));
	return into;
}

socklen_t address_length(const struct address *address)
{
	return address->any.sa_family == AF_INET6 ? sizeof(address->v6) : sizeof(address->v4);
}

uint16_t address_port(const struct address *address)
{
	return ntohs(address->any.sa_family == AF_INET6 ? address->v6.sin6_port :
							  address->v4.sin_port);
}

bool address_equal(const struct address *a, const struct address *b)
{
	if (a->any.sa_family != b->any.sa_family || address_port(a) != address_port(b))
		return false;
	if (a->any.sa_family == AF_INET6)
		return memcmp(&a->v6.sin6_addr, &b->v6.sin6_addr, 16) == 0;
	return a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr;
}

/* The address in sixteen octets; IPv4 as ::ffff:a.b.c.d, as the RFC's tables want it. */
static void mapped(uint8_t octets[16], const struct address *address)
{
	if (address->any.sa_family == AF_INET6) {
		memcpy(octets, &address->v6.sin6_addr, 16);
		return;
	}
	memset(octets, 0, 10);
	octets[10] = octets[11] = 0xff;
	memcpy(octets + 12, &address->v4.sin_addr, 4);
}

bool address_is_loopback(const struct address *address)
{
	if (address->any.sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
	return ntohl(address->v4.sin_addr.s_addr) >> 24 == 127;
}

void destination_find_source(struct destination *destination)
{
	socklen_t length = sizeof(destination->from);
	int fd = socket(destination->to.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	destination->reachable = false;
	if (fd < 0)
		return;
	if (connect(fd, &destination->to.any, address_length(&destination->to)) == 0 &&
	    getsockname(fd, &destination->from.any, &length) == 0)
		destination->reachable = true;
	close(fd);
}

struct policy {
	uint8_t prefix[16];
	uint8_t bits;
	uint8_t precedence;
	uint8_t label;
};

/* RFC 6724 §2.1, the default policy table. */
static const struct policy policies[] = {
	{ { [15] = 1 }, 128, 50, 0 },
	{ { 0 }, 0, 40, 1 },
	{ { [10] = 0xff, 0xff }, 96, 35, 4 },
	{ { 0x20, 0x02 }, 16, 30, 2 },
	{ { 0x20, 0x01, 0, 0 }, 32, 5, 5 },
	{ { 0xfc }, 7, 3, 13 },
	{ { 0 }, 96, 1, 3 },
	{ { 0xfe, 0xc0 }, 10, 1, 11 },
	{ { 0x3f, 0xfe }, 16, 1, 12 },
};

static unsigned common_bits(const uint8_t a[16], const uint8_t b[16])
{
	unsigned bits = 0;

	while (bits < 128 && ((a[bits / 8] ^ b[bits / 8]) >> (7 - bits % 8) & 1) == 0)
		bits++;
	return bits;
}

static const struct policy *policy_of(const uint8_t octets[16])
{
	const struct policy *best = &policies[1];

	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++)
		if (policies[i].bits >= best->bits &&
		    common_bits(octets, policies[i].prefix) >= policies[i].bits)
			best = &policies[i];
	return best;
}

/* RFC 6724 §3.1 and §3.2: 2 link-local (and IPv4 loopback), 5 site-local, 14 global. */
static unsigned scope_of(const uint8_t octets[16])
{
	bool four = common_bits(octets, policies[2].prefix) >= 96;

	if (octets[0] == 0xff)
		return octets[1] & 15;
	if (four && (octets[12] == 127 || (octets[12] == 169 && octets[13] == 254)))
		return 2;
	if (octets[0] == 0xfe && (octets[1] & 0xc0) == 0x80)
		return 2;
	if (octets[0] == 0xfe && (octets[1] & 0xc0) == 0xc0)
		return 5;
	return !four && memcmp(octets, policies[0].prefix, 16) == 0 ? 2 : 14;
}

/* Negative if a is to be tried before b. */
static int compare(const struct destination *a, const struct destination *b)
{
	uint8_t a_to[16], b_to[16], a_from[16], b_from[16];
	unsigned a_common, b_common;
	bool a_good, b_good;

	if (a->reachable != b->reachable)
		return a->reachable ? -1 : 1;                                    /* rule 1 */
	mapped(a_to, &a->to);
	mapped(b_to, &b->to);
	if (a->reachable) {
		mapped(a_from, &a->from);
		mapped(b_from, &b->from);
		a_good = scope_of(a_to) == scope_of(a_from);
		b_good = scope_of(b_to) == scope_of(b_from);
		if (a_good != b_good)
			return a_good ? -1 : 1;                                  /* rule 2 */
		a_good = policy_of(a_to)->label == policy_of(a_from)->label;
		b_good = policy_of(b_to)->label == policy_of(b_from)->label;
		if (a_good != b_good)
			return a_good ? -1 : 1;                                  /* rule 5 */
	}
	if (policy_of(a_to)->precedence != policy_of(b_to)->precedence)
		return policy_of(b_to)->precedence - policy_of(a_to)->precedence; /* rule 6 */
	if (scope_of(a_to) != scope_of(b_to))
		return (int)scope_of(a_to) - (int)scope_of(b_to);                /* rule 8 */
	if (!a->reachable || a->to.any.sa_family != AF_INET6 || b->to.any.sa_family != AF_INET6)
		return 0;
	a_common = common_bits(a_to, a_from) > 64 ? 64 : common_bits(a_to, a_from);
	b_common = common_bits(b_to, b_from) > 64 ? 64 : common_bits(b_to, b_from);
	return (int)b_common - (int)a_common;                                    /* rule 9 */
}

void destinations_sort(struct destination *destinations, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct destination moved = destinations[i];
		size_t at = i;

		for (; at > 0 && compare(&moved, &destinations[at - 1]) < 0; at--)
			destinations[at] = destinations[at - 1];
		destinations[at] = moved;
	}
}
