/* SPDX-License-Identifier: MIT */
/* ask.c — the sockets of DNS questions. A UDP socket is connected, so that only the server's own
 * replies come; what isn't a reply to this id is passed over (RFC 5452 §9). Over TCP two octets of
 * length come first (RFC 1035 §4.2.2). */
#include "client/dns/ask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cache/base/clock.h"
#include "cache/base/cursor.h"
#include "cache/base/random.h"
#include "client/connect/buffer.h"

enum { RETRANSMIT_MS = 1500 };

struct ask {
	struct address     server;
	enum ask_transport transport;
	int                descriptor;  /* -1: none */
	struct watch      *watch;
	struct alarm      *alarm;
	uint8_t           *question;    /* ldns's memory */
	size_t             question_length;
	struct buffer      outgoing;    /* TCP: what is left to send */
	struct buffer      incoming;
	struct bytes       reply;
	enum ask_outcome   outcome;
	uint16_t           id;
	int                error;
	bool               repeated;    /* UDP: sent once more */
	uint64_t           began_us;
	uint64_t           deadline_us;
	uint64_t           took_us;
};

static enum ask_outcome settle(struct ask *ask, enum ask_outcome outcome)
{
	ask->outcome = outcome;
	ask->took_us = clock_timer_us() - ask->began_us;
	if (ask->watch != NULL)
		watch_for(ask->watch, 0);
	alarm_unset(ask->alarm);
	return outcome;
}

static enum ask_outcome break_off(struct ask *ask, int error)
{
	ask->error = error;
	return settle(ask, ASK_UNREACHABLE);
}

static void send_datagram(struct ask *ask)
{
	if (send(ask->descriptor, ask->question, ask->question_length, MSG_NOSIGNAL) < 0 &&
	    errno != EAGAIN)
		break_off(ask, errno);
}

static void begin(struct ask *ask, uv_loop_t *loop, struct waker waker)
{
	int kind = ask->transport == ASK_TCP ? SOCK_STREAM : SOCK_DGRAM;
	uint8_t length[2];

	ask->descriptor = socket(ask->server.any.sa_family, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (ask->descriptor < 0) {
		break_off(ask, errno);
		return;
	}
	if (connect(ask->descriptor, &ask->server.any, address_length(&ask->server)) != 0 &&
	    errno != EINPROGRESS) {
		break_off(ask, errno);
		return;
	}
	ask->watch = watch_new(loop, ask->descriptor, waker);
	if (ask->watch == NULL) {
		settle(ask, ASK_IMPOSSIBLE);
		return;
	}
	watch_for(ask->watch, ask->transport == ASK_TCP ? UV_READABLE | UV_WRITABLE : UV_READABLE);
	if (ask->transport == ASK_UDP) {
		send_datagram(ask);
		return;
	}
	store_u16(length, (uint16_t)ask->question_length);
	if (buffer_add(&ask->outgoing, bytes_of(length, 2)) != OK ||
	    buffer_add(&ask->outgoing, bytes_of(ask->question, ask->question_length)) != OK)
		settle(ask, ASK_IMPOSSIBLE);
}

struct ask *ask_new(uv_loop_t *loop, const struct address *server, enum ask_transport transport,
		    const struct dns_question *question, uint32_t patience_ms, struct waker waker)
{
	struct ask *ask = calloc(1, sizeof(*ask));

	if (ask == NULL)
		return NULL;
	ask->alarm = alarm_new(loop, waker);
	if (ask->alarm == NULL) {
		free(ask);
		return NULL;
	}
	ask->server = *server;
	ask->transport = transport;
	ask->descriptor = -1;
	ask->id = random_u16();
	ask->began_us = clock_timer_us();
	ask->deadline_us = ask->began_us + patience_ms * 1000ULL;
	buffer_init(&ask->outgoing, LARGEST_MESSAGE + 2);
	buffer_init(&ask->incoming, LARGEST_MESSAGE + 2);
	if (message_make(question, ask->id, &ask->question, &ask->question_length) != OK) {
		settle(ask, ASK_IMPOSSIBLE);
		return ask;
	}
	begin(ask, loop, waker);
	if (ask->outcome == ASK_GOES_ON)
		alarm_set(ask->alarm, transport == ASK_UDP && patience_ms > RETRANSMIT_MS ?
					      ask->began_us + RETRANSMIT_MS * 1000ULL :
					      ask->deadline_us);
	else
		alarm_set(ask->alarm, 0);       /* wake: it is over already */
	return ask;
}

void ask_free(struct ask *ask)
{
	if (ask == NULL)
		return;
	watch_free(ask->watch);
	alarm_free(ask->alarm);
	if (ask->descriptor >= 0)
		close(ask->descriptor);
	free(ask->question);
	buffer_clear(&ask->outgoing);
	buffer_clear(&ask->incoming);
	free(ask);
}

static enum ask_outcome receive_datagram(struct ask *ask)
{
	uint8_t octets[LARGEST_MESSAGE];

	for (int strays = 0; strays < 100; strays++) {
		ssize_t length = recv(ask->descriptor, octets, sizeof(octets), 0);

		if (length < 0 && (errno == EAGAIN || errno == EINTR))
			return ASK_GOES_ON;
		if (length < 0)
			return break_off(ask, errno);
		if (length < 12 || load_u16(octets) != ask->id || (octets[2] & 0x80) == 0)
			continue;
		if (buffer_add(&ask->incoming, bytes_of(octets, (size_t)length)) != OK)
			return settle(ask, ASK_IMPOSSIBLE);
		ask->reply = buffer_bytes(&ask->incoming);
		return settle(ask, ASK_REPLIED);
	}
	return ASK_GOES_ON;
}

static enum ask_outcome send_stream(struct ask *ask)
{
	while (buffer_length(&ask->outgoing) != 0) {
		struct bytes left = buffer_bytes(&ask->outgoing);
		ssize_t sent = send(ask->descriptor, left.at, left.length, MSG_NOSIGNAL);

		if (sent < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOTCONN))
			return ASK_GOES_ON;
		if (sent < 0)
			return break_off(ask, errno);
		buffer_drop(&ask->outgoing, (size_t)sent);
	}
	watch_for(ask->watch, UV_READABLE);
	return ASK_GOES_ON;
}

static enum ask_outcome receive_stream(struct ask *ask)
{
	for (;;) {
		struct bytes have = buffer_bytes(&ask->incoming);
		size_t wanted = have.length < 2 ? 2 : 2U + load_u16(have.at);
		uint8_t octets[4096];
		ssize_t length;

		if (have.length >= 2 && have.length == wanted) {
			ask->reply = bytes_of(have.at + 2, have.length - 2);
			return settle(ask, ASK_REPLIED);
		}
		wanted -= have.length;
		length = recv(ask->descriptor, octets,
			      wanted < sizeof(octets) ? wanted : sizeof(octets), 0);
		if (length < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOTCONN))
			return ASK_GOES_ON;
		if (length <= 0)
			return break_off(ask, length == 0 ? ECONNRESET : errno);
		if (buffer_add(&ask->incoming, bytes_of(octets, (size_t)length)) != OK)
			return settle(ask, ASK_IMPOSSIBLE);
	}
}

static enum ask_outcome connect_failed(struct ask *ask, int *error)
{
	socklen_t length = sizeof(*error);

	*error = 0;
	if (getsockopt(ask->descriptor, SOL_SOCKET, SO_ERROR, error, &length) != 0)
		*error = errno;
	return *error == 0 ? ASK_GOES_ON : break_off(ask, *error);
}

enum ask_outcome ask_step(struct ask *ask)
{
	int ready, error;

	if (ask->outcome != ASK_GOES_ON)
		return ask->outcome;
	ready = watch_take_ready(ask->watch);
	if (ready != 0 && ask->transport == ASK_TCP && connect_failed(ask, &error) != ASK_GOES_ON)
		return ask->outcome;
	if (ready != 0 && ask->transport == ASK_TCP && send_stream(ask) != ASK_GOES_ON)
		return ask->outcome;
	if (ready != 0)
		(void)(ask->transport == ASK_TCP ? receive_stream(ask) : receive_datagram(ask));
	if (ask->outcome != ASK_GOES_ON)
		return ask->outcome;
	if (clock_timer_us() >= ask->deadline_us)
		return settle(ask, ASK_SILENT);
	if (ask->transport == ASK_UDP && !ask->repeated &&
	    clock_timer_us() >= ask->began_us + RETRANSMIT_MS * 1000ULL) {
		ask->repeated = true;
		send_datagram(ask);
	}
	if (ask->outcome == ASK_GOES_ON)
		alarm_set(ask->alarm, ask->transport == ASK_UDP && !ask->repeated &&
						      ask->deadline_us - ask->began_us >
							      RETRANSMIT_MS * 1000ULL ?
					      ask->began_us + RETRANSMIT_MS * 1000ULL :
					      ask->deadline_us);
	return ask->outcome;
}

struct bytes ask_reply(const struct ask *ask)
{
	return ask->reply;
}

uint16_t ask_id(const struct ask *ask)
{
	return ask->id;
}

int ask_error(const struct ask *ask)
{
	return ask->error;
}

enum ask_transport ask_transport(const struct ask *ask)
{
	return ask->transport;
}

uint64_t ask_began_us(const struct ask *ask)
{
	return ask->began_us;
}

uint64_t ask_took_us(const struct ask *ask)
{
	return ask->took_us;
}
