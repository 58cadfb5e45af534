/* SPDX-License-Identifier: MIT */
/* address.h — an IP address with a port, as a plain value.
 *
 * Always whole: unused octets are zero, so that two equal addresses are equal octet by octet.
 * Text forms understood: `192.0.2.1`, `192.0.2.1@53`, `192.0.2.1:53`, `2001:db8::1`,
 * `2001:db8::1@53`, `[2001:db8::1]:53`. */
#ifndef XYLEM_BASE_ADDRESS_H
#define XYLEM_BASE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "cache/base/bytes.h"

struct address {
	uint8_t  octets[16];            /* network order; an IPv4 address uses the first four */
	uint16_t port;                  /* host order; 0: none */
	uint8_t  family;                /* 4 or 6; 0: no address */
	uint8_t  unused;                /* 0 */
};

enum { ADDRESS_TEXT_SIZE = 64 };        /* room for any address in text, with its final NUL */

struct address address_v4(const uint8_t octets[4], uint16_t port);
struct address address_v6(const uint8_t octets[16], uint16_t port);
bool           address_equal(const struct address *a, const struct address *b);
struct bytes   address_octets(const struct address *address);

/* False if the text is no address. A port that isn't written is `default_port`. */
bool address_parse(const char *text, uint16_t default_port, struct address *into);

/* "192.0.2.1" and "2001:db8::1"; with a port "192.0.2.1@53". Both give `into`. */
char *address_print(const struct address *address, char into[ADDRESS_TEXT_SIZE]);
char *address_print_with_port(const struct address *address, char into[ADDRESS_TEXT_SIZE]);

/* To and from the kernel's form. An address mapped into IPv6 (::ffff:a.b.c.d) becomes IPv4. */
socklen_t      address_to_socket(const struct address *address, struct sockaddr_storage *into);
struct address address_from_socket(const struct sockaddr_storage *from);

/* A network: an address and how many of its leading bits count. */
struct network {
	struct address address;
	uint8_t        bits;
};

bool network_parse(const char *text, struct network *into);     /* "10.0.0.0/8", "::1" */
bool network_has(const struct network *network, const struct address *address);

#endif
