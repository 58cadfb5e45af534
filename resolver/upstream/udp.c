/* SPDX-License-Identifier: MIT */
/* udp.c — one datagram out of a socket of its own, and what comes back to it.
 *
 * A port nobody can foresee, and a connected socket: the kernel then lets through only what
 * comes from the address and port that were asked, and hands us the ICMP errors. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cache/base/limits.h"
#include "cache/base/random.h"
#include "resolver/upstream/exchange_private.h"

enum { LOWEST_PORT = 1024, PORT_TRIES = 8 };

/* Replies and forgeries never make the kernel believe a smaller path MTU: fragments of a query
 * would be a way in. */
static void refuse_path_mtu_games(int descriptor, const struct address *to)
{
	int omit_4 = IP_PMTUDISC_OMIT, omit_6 = IPV6_PMTUDISC_OMIT;

	/* Kernels too old for it do what they always did. */
	if (to->family == 4)
		(void)setsockopt(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, &omit_4, sizeof(omit_4));
	else
		(void)setsockopt(descriptor, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &omit_6,
				 sizeof(omit_6));
}

/* RFC 5452 §9.2: from all unprivileged ports. If we keep hitting those in use the kernel
 * chooses, when connecting. */
static void bind_to_random_port(int descriptor, const struct address *to)
{
	struct address any = { .family = to->family };
	struct sockaddr_storage from;

	for (int i = 0; i < PORT_TRIES; i++) {
		any.port = (uint16_t)(LOWEST_PORT + random_below(65536 - LOWEST_PORT));
		socklen_t length = address_to_socket(&any, &from);

		if (bind(descriptor, (struct sockaddr *)&from, length) == 0)
			return;
	}
}

static int connect_to(int descriptor, const struct address *to)
{
	struct sockaddr_storage peer;
	socklen_t length = address_to_socket(to, &peer);

	return connect(descriptor, (struct sockaddr *)&peer, length) == 0 ? 0 : -errno;
}

/* A datagram that doesn't fit into the socket's buffer now is as good as lost on the way: no
 * error. */
static int send_query(int descriptor, struct bytes query)
{
	if (send(descriptor, query.at, query.length, MSG_NOSIGNAL) >= 0)
		return 0;
	if (errno == EAGAIN || errno == ENOBUFS || errno == EINTR)
		return 0;
	return -errno;
}

/* Whatever it is that came, it settles the exchange. */
static void on_ready(struct watch *watch, uint32_t events)
{
	static _Thread_local uint8_t room[MAX_MESSAGE];
	struct exchange *x = container_of(watch, struct exchange, udp.watch);
	ssize_t length = recv(watch->descriptor, room, sizeof(room), 0);

	if (length >= 0)
		exchange_arrived(x, bytes_of(room, (size_t)length));
	else if (errno != EAGAIN && errno != EINTR)
		exchange_settle(x, EXCHANGE_UNREACHABLE);
}

/* Watches the socket; from then on it belongs to the exchange. */
static enum result watch(struct exchange *x, int descriptor)
{
	x->udp.watch = (struct watch){ .descriptor = descriptor, .ready = on_ready };
	if (watch_start(x->loop, &x->udp.watch, EPOLLIN) != OK)
		return NO_SOCKET;
	x->is_open = true;
	return OK;
}

static enum result settle_unsent(struct exchange *x, int error)
{
	if (!error_is_unreachable(-error))
		return NO_SOCKET;
	x->findings.no_route = error == -ENETUNREACH || error == -EADDRNOTAVAIL ||
			       error == -EAFNOSUPPORT;
	exchange_settle(x, EXCHANGE_UNREACHABLE);
	return OK;
}

enum result exchange_udp_start(struct exchange *x, const struct address *to)
{
	int family = to->family == 4 ? AF_INET : AF_INET6, error;
	int descriptor = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (descriptor < 0)
		return settle_unsent(x, -errno);
	refuse_path_mtu_games(descriptor, to);
	bind_to_random_port(descriptor, to);
	error = connect_to(descriptor, to);
	if (error == 0)
		error = send_query(descriptor, query_message(&x->query));
	if (error != 0) {
		close(descriptor);
		return settle_unsent(x, error);
	}
	if (watch(x, descriptor) != OK) {
		close(descriptor);
		return NO_SOCKET;
	}
	return OK;
}

void exchange_udp_close(struct exchange *x)
{
	watch_close(x->loop, &x->udp.watch);
}
