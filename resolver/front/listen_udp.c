/* SPDX-License-Identifier: MIT */
/* listen_udp.c — datagrams in and out: one recvmmsg and one sendmmsg per batch, nothing allocated
 * between them.
 *
 * One batch of slots serves all sockets of a front, one after the other. A slot's query, way back
 * and reply lie together. What isn't answered from the slot is copied out of it (client_ask). */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cache/base/must.h"
#include "resolver/front/inside.h"
#include "resolver/loop_uv.h"

struct udp_socket {
	struct list   place;
	struct front *front;
	uv_poll_t     poll;
	struct alarm  pause;            /* until it is looked at again, after an error */
	int           fd;
	bool          is_wildcard;      /* then the kernel must say which address was asked */
};

struct slot {
	struct udp_way way;
	struct iovec   query_place, reply_place;
	uint8_t        query[EDNS_PAYLOAD];     /* what we say that we take; the rest is cut off */
	uint8_t        reply[EDNS_PAYLOAD];
};

struct udp_batch {
	struct mmsghdr in[UDP_BATCH];
	struct mmsghdr out[UDP_BATCH];
	struct slot    slots[UDP_BATCH];
};

struct udp_batch *udp_batch_new(void)
{
	struct udp_batch *batch = calloc(1, sizeof(*batch));

	if (batch == NULL)
		return NULL;
	for (unsigned i = 0; i < UDP_BATCH; i++) {
		struct slot *slot = &batch->slots[i];

		slot->query_place = (struct iovec){ slot->query, sizeof(slot->query) };
		batch->in[i].msg_hdr = (struct msghdr){
			.msg_name = &slot->way.peer,
			.msg_iov = &slot->query_place,
			.msg_iovlen = 1,
			.msg_control = slot->way.control,
		};
	}
	return batch;
}

void udp_batch_free(struct udp_batch *batch)
{
	free(batch);
}

/* What the kernel wants said again and again: how much room there is. */
static void make_ready(struct udp_batch *batch, const struct udp_socket *socket)
{
	for (unsigned i = 0; i < UDP_BATCH; i++) {
		struct msghdr *header = &batch->in[i].msg_hdr;

		header->msg_namelen = sizeof(batch->slots[i].way.peer);
		header->msg_controllen = !socket->is_wildcard ? 0 :
					 sizeof(batch->slots[i].way.control);
	}
}

/* The asked address becomes the one to send from; the route chooses the interface, but for
 * link-local addresses. */
static size_t turn_around_v4(struct msghdr *header, struct cmsghdr *message)
{
	struct in_pktinfo info;

	memcpy(&info, CMSG_DATA(message), sizeof(info));
	info.ipi_ifindex = 0;
	message = CMSG_FIRSTHDR(header);
	message->cmsg_level = IPPROTO_IP;
	message->cmsg_type = IP_PKTINFO;
	message->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(message), &info, sizeof(info));
	return CMSG_SPACE(sizeof(info));
}

static size_t turn_around_v6(struct msghdr *header, struct cmsghdr *message)
{
	struct in6_pktinfo info;

	memcpy(&info, CMSG_DATA(message), sizeof(info));
	if (!IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr))
		info.ipi6_ifindex = 0;
	message = CMSG_FIRSTHDR(header);
	message->cmsg_level = IPPROTO_IPV6;
	message->cmsg_type = IPV6_PKTINFO;
	message->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(message), &info, sizeof(info));
	return CMSG_SPACE(sizeof(info));
}

/* Makes of what came with a datagram what goes with its answer. How long it is; 0: nothing. */
static size_t turn_around(struct msghdr *header)
{
	struct cmsghdr *message;

	if (header->msg_controllen == 0)
		return 0;
	for (message = CMSG_FIRSTHDR(header); message != NULL;
	     message = CMSG_NXTHDR(header, message)) {
		if (message->cmsg_level == IPPROTO_IP && message->cmsg_type == IP_PKTINFO)
			return turn_around_v4(header, message);
		if (message->cmsg_level == IPPROTO_IPV6 && message->cmsg_type == IPV6_PKTINFO)
			return turn_around_v6(header, message);
	}
	return 0;
}

static struct address peer_address(const struct udp_way *way)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const uint8_t *octets;

	if (way->peer.any.sa_family == AF_INET)
		return address_v4((const uint8_t *)&way->peer.v4.sin_addr,
				  ntohs(way->peer.v4.sin_port));
	if (way->peer.any.sa_family != AF_INET6)
		return (struct address){ 0 };
	octets = way->peer.v6.sin6_addr.s6_addr;
	if (memcmp(octets, mapped, sizeof(mapped)) == 0)
		return address_v4(octets + sizeof(mapped), ntohs(way->peer.v6.sin6_port));
	return address_v6(octets, ntohs(way->peer.v6.sin6_port));
}

/* Octets of the reply that now lies in the slot; 0: none, or not yet. */
static size_t answer_datagram(struct udp_socket *socket, struct mmsghdr *arrived,
			      struct slot *slot)
{
	struct front *front = socket->front;
	struct writer reply = writer_over(slot->reply, sizeof(slot->reply));
	struct udp_way *way = &slot->way;
	const struct failure *failure;
	struct query query;

	way->peer_length = arrived->msg_hdr.msg_namelen;
	way->control_length = turn_around(&arrived->msg_hdr);
	query.from = peer_address(way);
	query.over_tcp = false;
	switch (front_consider(front, bytes_of(slot->query, arrived->msg_len), &query, &reply)) {
	case PROSPECT_NONE:
		return 0;
	case PROSPECT_REPLY:
		break;
	case PROSPECT_WALK:
		way->socket = socket;
		failure = client_ask(front, &query, way, NULL);
		if (failure == NULL)
			return 0;
		compose_failure(&query, failure, NULL, &reply);
		break;
	}
	front_count_reply(front, &query, writer_bytes(&reply));
	front_say_reply(&query, writer_bytes(&reply), false, 0);
	return reply.position;
}

static struct msghdr way_back(struct udp_way *way, struct iovec *reply)
{
	return (struct msghdr){
		.msg_name = &way->peer,
		.msg_namelen = way->peer_length,
		.msg_iov = reply,
		.msg_iovlen = 1,
		.msg_control = way->control_length == 0 ? NULL : way->control,
		.msg_controllen = way->control_length,
	};
}

/* One that can't be sent (no route, a firewall) doesn't hold up those behind it; a full socket
 * does. */
static void send_batch(struct front *front, int fd, struct mmsghdr *out, unsigned count)
{
	unsigned sent = 0;

	while (sent < count) {
		int n = sendmmsg(fd, out + sent, count - sent, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n > 0) {
			sent += (unsigned)n;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == ENOBUFS)) {
			figure_add(&front->figures.unsent, count - sent);
			return;
		}
		figure_add(&front->figures.unsent, 1);
		sent++;
	}
}

/* How many datagrams there were. */
static unsigned serve_batch(struct udp_socket *socket)
{
	struct front *front = socket->front;
	struct udp_batch *batch = front->batch;
	unsigned replies = 0;
	int n;

	make_ready(batch, socket);
	n = recvmmsg(socket->fd, batch->in, UDP_BATCH, MSG_DONTWAIT, NULL);
	if (n <= 0)
		return 0;               /* nothing there, or an earlier reply's error: no matter */
	figure_add(&front->figures.udp_queries, (unsigned)n);
	for (int i = 0; i < n; i++) {
		struct slot *slot = &batch->slots[i];
		size_t length = answer_datagram(socket, &batch->in[i], slot);

		if (length == 0)
			continue;
		slot->reply_place = (struct iovec){ slot->reply, length };
		batch->out[replies++].msg_hdr = way_back(&slot->way, &slot->reply_place);
	}
	send_batch(front, socket->fd, batch->out, replies);
	return (unsigned)n;
}

void udp_send(struct front *front, const struct udp_way *way, struct bytes reply)
{
	struct udp_way copy = *way;
	struct iovec place = { (void *)(uintptr_t)reply.at, reply.length };
	struct msghdr message = way_back(&copy, &place);

	while (sendmsg(copy.socket->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
		if (errno == EINTR)
			continue;
		figure_add(&front->figures.unsent, 1);
		return;
	}
}

static void on_datagrams(uv_poll_t *poll, int status, int events);

static void look_again(struct alarm *alarm)
{
	struct udp_socket *socket = container_of(alarm, struct udp_socket, pause);
	socklen_t length = sizeof(int);
	int error;

	/* Asking for the socket's error takes it away. */
	(void)getsockopt(socket->fd, SOL_SOCKET, SO_ERROR, &error, &length);
	if (!socket->front->stopping)
		(void)uv_poll_start(&socket->poll, UV_READABLE, on_datagrams);
}

static void on_datagrams(uv_poll_t *poll, int status, int events)
{
	struct udp_socket *socket = poll->data;
	struct loop *loop = socket->front->loop;

	loop_look_at_clocks(loop);
	if (status < 0) {
		/* libuv stops to watch a socket that has an error; we don't give it up, nor spin.
		 * */
		if (alarm_set(loop, &socket->pause, PAUSE_MS) != OK)
			look_again(&socket->pause);
		return;
	}
	for (unsigned i = 0; i < BATCHES_PER_WAKE; i++) {
		if (serve_batch(socket) < UDP_BATCH)
			return;
	}
}

/* A socket with one address answers from it; only on a wildcard the kernel must tell which was
 * asked. */
static bool ask_for_asked_address(struct udp_socket *socket)
{
	struct sockaddr_storage bound;
	socklen_t length = sizeof(bound);
	static const uint8_t nowhere[16];
	const int yes = 1;
	struct address address;

	if (getsockname(socket->fd, (struct sockaddr *)&bound, &length) != 0)
		return false;
	address = address_from_socket(&bound);
	socket->is_wildcard = memcmp(address.octets, nowhere, sizeof(nowhere)) == 0;
	if (!socket->is_wildcard)
		return true;
	if (bound.ss_family == AF_INET6)
		return setsockopt(socket->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &yes,
				  sizeof(yes)) == 0;
	return setsockopt(socket->fd, IPPROTO_IP, IP_PKTINFO, &yes, sizeof(yes)) == 0;
}

/* Forged reports of a small path MTU can't make us send fragments, into which others' data could
 * be slipped. Older kernels don't know it: no matter. */
static void refuse_to_fragment(int fd)
{
	const int v4 = IP_PMTUDISC_OMIT, v6 = IPV6_PMTUDISC_OMIT;

	(void)setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &v4, sizeof(v4));
	(void)setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &v6, sizeof(v6));
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

enum result front_add_udp(struct front *front, int fd)
{
	struct udp_socket *socket = calloc(1, sizeof(*socket));

	if (socket == NULL) {
		close(fd);
		return NO_MEMORY;
	}
	socket->front = front;
	socket->fd = fd;
	socket->poll.data = socket;
	alarm_init(&socket->pause, look_again);
	if (!ask_for_asked_address(socket) ||
	    uv_poll_init(loop_uv_of(front->loop), &socket->poll, fd) != 0) {
		free(socket);
		close(fd);
		return NO_SOCKET;
	}
	refuse_to_fragment(fd);
	list_append(&front->udp_sockets, &socket->place);
	if (uv_poll_start(&socket->poll, UV_READABLE, on_datagrams) != 0)
		return NO_SOCKET;       /* linked: front_free() closes it */
	return OK;
}

void udp_stop(struct front *front)
{
	list_for_each(place, &front->udp_sockets)
		uv_poll_stop(&container_of(place, struct udp_socket, place)->poll);
}

void front_close_udp(struct front *front)
{
	struct list *place;

	while ((place = list_take_first(&front->udp_sockets)) != NULL) {
		struct udp_socket *socket = container_of(place, struct udp_socket, place);

		alarm_cancel(front->loop, &socket->pause);
		uv_close((uv_handle_t *)&socket->poll, on_closed);
		close(socket->fd);      /* libuv has forgotten it already */
	}
}
