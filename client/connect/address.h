/* SPDX-License-Identifier: MIT */
/* address.h — an IP address with a port, as text and back, and the order in which to try several
 * (RFC 6724). */
#ifndef XYLEM_CLIENT_ADDRESS_H
#define XYLEM_CLIENT_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct address {
	union {
		struct sockaddr     any;
		struct sockaddr_in  v4;
		struct sockaddr_in6 v6;
	};
};

enum {
	ADDRESS_TEXT = 64,              /* room for any of the texts below */
	MAX_ADDRESSES = 16,             /* tried for one host: more never help */
};

struct address address_v4(const void *octets, uint16_t port);
struct address address_v6(const void *octets, uint16_t port);

/* "192.0.2.1" or "2001:db8::1"; no port. False if it is neither. */
bool        address_read(struct address *address, const char *text, uint16_t port);

/* The same, with what people write for a port: A, A:PORT, A@PORT, A#PORT, [A], [A]:PORT. */
bool        address_read_with_port(struct address *address, const char *text, uint16_t usual_port);

/* Without and with port: "2001:db8::1", "[2001:db8::1]:53". They give `into` back. */
const char *address_write(char into[ADDRESS_TEXT], const struct address *address);
const char *address_write_with_port(char into[ADDRESS_TEXT], const struct address *address);

socklen_t   address_length(const struct address *address);
uint16_t    address_port(const struct address *address);
bool        address_equal(const struct address *a, const struct address *b);
bool        address_is_loopback(const struct address *address);

/* A destination and the source address that the kernel would use for it. */
struct destination {
	struct address to;
	struct address from;
	bool           reachable;       /* there is a route, and so a source */
};

/* Asks the kernel for the source: a connected UDP socket sends nothing. */
void        destination_find_source(struct destination *destination);

/* Sorts by RFC 6724 §6, rules 1, 2, 5, 6, 8 and 9 (the rest need facts that programs can't see);
 * stable. */
void        destinations_sort(struct destination *destinations, size_t count);

#endif
