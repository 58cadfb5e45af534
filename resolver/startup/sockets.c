/* SPDX-License-Identifier: MIT */
/* sockets.c — making, setting up and binding, and saying plainly why not. */
#include "resolver/startup/sockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "resolver/startup/holder.h"

enum {
	UDP_BUFFER = 1024 * 1024, /* octets: some 4,000 questions wait while a worker is busy */
	TCP_BACKLOG = 512,	  /* connections that wait to be accepted */
};

/* What one socket is for; `first` of its address, so bound without sharing. */
struct seat {
	struct address address;
	bool tcp;
	bool first;
};

static bool set(int socket, int level, int option, int value)
{
	return setsockopt(socket, level, option, &value, sizeof(value)) == 0;
}

/* As root more than net.core.rmem_max is granted; otherwise as much as that. */
static void set_buffers(int socket)
{
	if (!set(socket, SOL_SOCKET, SO_RCVBUFFORCE, UDP_BUFFER))
		set(socket, SOL_SOCKET, SO_RCVBUF, UDP_BUFFER);
	if (!set(socket, SOL_SOCKET, SO_SNDBUFFORCE, UDP_BUFFER))
		set(socket, SOL_SOCKET, SO_SNDBUF, UDP_BUFFER);
}

/* The answer leaves from the address that was asked, which the kernel tells with each datagram. And
 * forged "fragmentation needed" messages shall not make our answers fragment (that is how fragments
 * are forged). */
static bool set_up_udp(int socket, int family)
{
	set_buffers(socket);
	if (family == 4) {
		set(socket, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT);
		return set(socket, IPPROTO_IP, IP_PKTINFO, 1);
	}
	set(socket, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT);
	return set(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

static bool set_up(int socket, const struct seat *seat)
{
	/* IPv4 has sockets of its own. */
	if (seat->address.family == 6 && !set(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1)) return false;
	/* Connections of a daemon that has just stopped don't hinder; one that listens does. */
	if (seat->tcp) return set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
	return set_up_udp(socket, seat->address.family);
}

static bool bind_socket(int socket, const struct seat *seat)
{
	struct sockaddr_storage address;
	socklen_t length = address_to_socket(&seat->address, &address);

	if (!seat->first && !set(socket, SOL_SOCKET, SO_REUSEPORT, 1)) return false;
	if (bind(socket, (struct sockaddr *)&address, length) != 0) return false;
	if (seat->first && !set(socket, SOL_SOCKET, SO_REUSEPORT, 1)) return false;
	return !seat->tcp || listen(socket, TCP_BACKLOG) == 0;
}

/* -1: errno says why. */
static int open_socket(const struct seat *seat)
{
	int family = seat->address.family == 4 ? AF_INET : AF_INET6;
	int type = seat->tcp ? SOCK_STREAM : SOCK_DGRAM;
	int made = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (made < 0) return -1;
	if (!set_up(made, seat) || !bind_socket(made, seat)) {
		int reason = errno;

		close(made);
		errno = reason;
		return -1;
	}
	return made;
}

/* What one types to be rid of the holder, or to live beside it. */
static bool complain_of_holder(const struct seat *seat, const char *where, struct complaint *why)
{
	struct holder holder;

	if (!holder_find(&seat->address, seat->tcp, &holder))
		return complain(why,
				"%s is taken by a program that /proc doesn't show; listen "
				"elsewhere: --port 5300",
				where);
	if (holder.pid == 0)
		return complain(why,
				"%s is taken by a process of user %u (root sees which one: sudo ss "
				"-lpn 'sport = %u'); stop it, or listen elsewhere: --port 5300",
				where, holder.uid, seat->address.port);
	if (holder.unit[0] != '\0')
		return complain(why,
				"%s is taken by %s (pid %d); stop it: systemctl stop %s, or "
				"listen elsewhere: --port 5300",
				where, holder.name, (int)holder.pid, holder.unit);
	return complain(why,
			"%s is taken by %s (pid %d); stop it: kill %d, or listen elsewhere: "
			"--port 5300",
			where, holder.name, (int)holder.pid, (int)holder.pid);
}

static bool complain_of_socket(const struct seat *seat, int reason, struct complaint *why)
{
	char text[ADDRESS_TEXT_SIZE], where[ADDRESS_TEXT_SIZE + 16];

	address_print_with_port(&seat->address, text);
	snprintf(where, sizeof(where), "%s (%s)", text, seat->tcp ? "TCP" : "UDP");
	switch (reason) {
	case EADDRINUSE:
		return complain_of_holder(seat, where, why);
	case EACCES:
		return complain(
			why,
			"ports below 1024 are root's, and %s is one; start as root, or listen "
			"elsewhere: --port 5300",
			where);
	case EADDRNOTAVAIL:
		return complain(
			why,
			"this machine has no interface with the address of %s; name one that "
			"it has with --listen (ip address shows them)",
			where);
	case EAFNOSUPPORT:
		return complain(
			why,
			"this machine has no IPv%u, so %s can't be listened at; leave it out "
			"of `listen`",
			seat->address.family, where);
	case EMFILE:
	case ENFILE:
		return complain(
			why,
			"no descriptors are left to listen at %s; raise the limit (ulimit -n) "
			"or start fewer --workers",
			where);
	default:
		return complain(why, "can't listen at %s: %s", where, strerror(reason));
	}
}

/* Is there no such address here at all, as opposed to a failure? */
static bool is_absent(int reason)
{
	return reason == EADDRNOTAVAIL || reason == EAFNOSUPPORT;
}

/* All workers' sockets at one address. On failure errno says why, and `seat` which it was. */
static bool open_address(struct sockets *sockets, size_t at, struct seat *seat)
{
	for (unsigned worker = 0; worker < sockets->workers; worker++) {
		struct sockets_pair *pair = &sockets->pairs[worker * sockets->address_count + at];

		seat->first = worker == 0;
		seat->tcp = false;
		pair->udp = open_socket(seat);
		if (pair->udp < 0) return false;
		seat->tcp = true;
		pair->tcp = open_socket(seat);
		if (pair->tcp < 0) return false;
	}
	return true;
}

static void close_one(int *socket)
{
	if (*socket >= 0) close(*socket);
	*socket = -1;
}

static void close_address(struct sockets *sockets, size_t at)
{
	for (unsigned worker = 0; worker < sockets->workers; worker++) {
		struct sockets_pair *pair = &sockets->pairs[worker * sockets->address_count + at];

		close_one(&pair->udp);
		close_one(&pair->tcp);
	}
}

static bool make_room(struct sockets *into, const struct sockets_wanted *wanted)
{
	size_t pairs = wanted->address_count * wanted->workers;

	memset(into, 0, sizeof(*into));
	into->addresses = calloc(wanted->address_count, sizeof(*into->addresses));
	into->pairs = calloc(pairs, sizeof(*into->pairs));
	if (into->addresses == NULL || into->pairs == NULL) return false;
	for (size_t i = 0; i < pairs; i++)
		into->pairs[i] = (struct sockets_pair){ .udp = -1, .tcp = -1 };
	into->address_count = wanted->address_count;
	into->workers = wanted->workers;
	return true;
}

static bool open_all(struct sockets *into, const struct sockets_wanted *wanted,
		     void (*warn)(const char *line), struct complaint *why)
{
	size_t served = 0;

	for (size_t at = 0; at < wanted->address_count; at++) {
		struct seat seat = { .address = wanted->addresses[at] };
		int reason;

		into->addresses[at] = seat.address;
		if (open_address(into, at, &seat)) {
			served++;
			continue;
		}
		reason = errno;
		complain_of_socket(&seat, reason, why);
		if (!wanted->lenient || !is_absent(reason)) return false;
		close_address(into, at);
		memset(&into->addresses[at], 0, sizeof(into->addresses[at]));
		warn(why->text);
	}
	return served > 0;
}

bool sockets_open(struct sockets *into, const struct sockets_wanted *wanted,
		  void (*warn)(const char *line), struct complaint *why)
{
	if (!make_room(into, wanted)) {
		sockets_close(into);
		return complain(why,
				"no memory for the sockets to listen at; start fewer --workers");
	}
	if (!open_all(into, wanted, warn, why)) {
		sockets_close(into);
		return false;
	}
	return true;
}

struct sockets_pair sockets_take(struct sockets *sockets, unsigned worker, size_t address)
{
	struct sockets_pair *place = &sockets->pairs[worker * sockets->address_count + address];
	struct sockets_pair taken = *place;

	*place = (struct sockets_pair){ .udp = -1, .tcp = -1 };
	return taken;
}

void sockets_close(struct sockets *sockets)
{
	if (sockets->pairs != NULL)
		for (size_t at = 0; at < sockets->address_count; at++)
			close_address(sockets, at);
	free(sockets->pairs);
	free(sockets->addresses);
	memset(sockets, 0, sizeof(*sockets));
}
