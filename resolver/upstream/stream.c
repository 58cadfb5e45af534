/* SPDX-License-Identifier: MIT */
/* stream.c — the socket, and where in clear and within TLS differ. */
#include "resolver/upstream/stream.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* A socket on its way to there; or what errno would say, negative. */
static int connect_socket(const struct address *to)
{
	struct sockaddr_storage peer;
	socklen_t length = address_to_socket(to, &peer);
	int on = 1, error;
	int descriptor = socket(to->family == 4 ? AF_INET : AF_INET6,
				SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (descriptor < 0)
		return -errno;
	/* Queries are small and don't wait for one another's acknowledgement. */
	(void)setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(descriptor, (struct sockaddr *)&peer, length) == 0 || errno == EINPROGRESS)
		return descriptor;
	error = -errno;
	close(descriptor);
	return error;
}

int stream_start(struct stream *stream, const struct stream_peer *peer)
{
	int descriptor = connect_socket(&peer->address);

	if (descriptor < 0)
		return descriptor;
	*stream = (struct stream){ .descriptor = descriptor, .address = peer->address };
	if (peer->name == NULL)
		return 0;
	stream->tls = tls_new(peer->rules, descriptor, &peer->address, peer->name);
	if (stream->tls != NULL)
		return 0;
	close(descriptor);
	return -ENOMEM;
}

void stream_end(struct stream *stream)
{
	tls_free(stream->tls);
	stream->tls = NULL;
}

bool stream_is_to(const struct stream *stream, const struct stream_peer *peer)
{
	if (!address_equal(&stream->address, &peer->address))
		return false;
	if (stream->tls == NULL || peer->name == NULL)
		return stream->tls == NULL && peer->name == NULL;
	return tls_is_with(stream->tls, peer->rules, peer->name);
}

bool stream_open(struct stream *stream, uint32_t events)
{
	enum tls_progress progress = TLS_IS_DONE;

	if (!stream->is_connected && (events & (EPOLLERR | EPOLLHUP)) != 0)
		return false;
	stream->is_connected = stream->is_connected || (events & EPOLLOUT) != 0;
	if (!stream->is_connected)
		return true;
	if (stream->tls != NULL)
		progress = tls_handshake(stream->tls);
	stream->is_open = progress == TLS_IS_DONE;
	return progress != TLS_HAS_FAILED;
}

uint32_t stream_awaits(const struct stream *stream, bool unsent)
{
	bool writes = !stream->is_connected || (unsent && stream->is_open) ||
		      (stream->tls != NULL && tls_wants_to_write(stream->tls));

	return EPOLLIN | (writes ? (uint32_t)EPOLLOUT : 0);
}

ssize_t stream_read(struct stream *stream, void *into, size_t size)
{
	ssize_t count;

	if (stream->tls != NULL)
		return tls_read(stream->tls, into, size);
	count = recv(stream->descriptor, into, size, 0);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return count == 0 ? -1 : count;
}

ssize_t stream_write(struct stream *stream, const void *octets, size_t length)
{
	ssize_t count;

	if (stream->tls != NULL)
		return tls_write(stream->tls, octets, length);
	count = send(stream->descriptor, octets, length, MSG_NOSIGNAL);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return count;
}

const char *stream_fault(const struct stream *stream)
{
	return stream->tls == NULL || !stream->is_connected ? NULL : tls_fault(stream->tls);
}

bool stream_is_refused(const struct stream *stream)
{
	return stream->tls != NULL && tls_is_refused(stream->tls);
}
