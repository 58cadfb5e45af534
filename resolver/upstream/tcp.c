/* SPDX-License-Identifier: MIT */
/* tcp.c — one query on a connection of its own (RFC 7766). */
#include <stdlib.h>

#include "cache/base/must.h"
#include "resolver/loop_uv.h"
#include "resolver/upstream/exchange_private.h"

/* The stream broke, or what came over it is no stream of messages: nothing more will come. */
static void give_up(struct exchange *x)
{
	exchange_settle(x, EXCHANGE_UNREACHABLE);
}

/* Where the next octets belong: first the length, then exactly that many of the message. */
static void choose_room(uv_handle_t *handle, size_t suggested, uv_buf_t *into)
{
	struct exchange *x = handle->data;
	struct tcp *tcp = &x->tcp;

	if (tcp->arrived < LENGTH_OCTETS) {
		*into = uv_buf_init((char *)tcp->length + tcp->arrived,
				    (unsigned)(LENGTH_OCTETS - tcp->arrived));
		return;
	}
	size_t behind = tcp->arrived - LENGTH_OCTETS;

	*into = uv_buf_init((char *)tcp->message + behind,
			    (unsigned)(tcp->message_length - behind));
}

/* The length is here. Shorter than a header is a lie; longer than 65,535 can't be said. */
static bool make_room(struct tcp *tcp)
{
	tcp->message_length = load_u16(tcp->length);
	if (tcp->message_length < HEADER_LENGTH)
		return false;
	tcp->message = malloc(tcp->message_length);
	return tcp->message != NULL;
}

/* A whole message is here. One that doesn't match makes room for the next. */
static void finish_message(struct exchange *x)
{
	struct tcp *tcp = &x->tcp;
	uint8_t *message = tcp->message;

	tcp->message = NULL;
	tcp->arrived = 0;
	exchange_arrived(x, bytes_of(message, tcp->message_length));
	free(message);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *room)
{
	struct exchange *x = stream->data;
	struct tcp *tcp = &x->tcp;

	if (count == 0)
		return;
	if (count < 0) {
		give_up(x);
		return;
	}
	tcp->arrived += (size_t)count;
	if (tcp->arrived == LENGTH_OCTETS && !make_room(tcp))
		give_up(x);
	else if (tcp->arrived > LENGTH_OCTETS &&
		 tcp->arrived == LENGTH_OCTETS + tcp->message_length)
		finish_message(x);
}

/* A connection that we close calls back for what was under way: then it is settled or dropped. */
static bool is_over(const struct exchange *x)
{
	return x->dropped || x->outcome != EXCHANGE_PENDING;
}

static void on_written(uv_write_t *write, int status)
{
	struct exchange *x = write->data;

	if (status != 0 && !is_over(x))
		give_up(x);
}

static void on_connected(uv_connect_t *connect, int status)
{
	struct exchange *x = connect->data;
	uv_buf_t query = uv_buf_init((char *)x->query.octets, (unsigned)x->query.length);
	uv_stream_t *stream = (uv_stream_t *)&x->tcp.stream;

	if (is_over(x))
		return;
	x->tcp.write.data = x;
	if (status != 0 || uv_write(&x->tcp.write, stream, &query, 1, on_written) != 0 ||
	    uv_read_start(stream, choose_room, on_read) != 0)
		give_up(x);
}

enum result exchange_tcp_start(struct exchange *x, const struct address *to)
{
	struct sockaddr_storage peer;
	int error;

	address_to_socket(to, &peer);
	must(uv_tcp_init(loop_uv_of(x->loop), &x->tcp.stream) == 0);
	x->tcp.stream.data = x;
	x->tcp.connect.data = x;
	x->handles = 1;
	error = uv_tcp_connect(&x->tcp.connect, &x->tcp.stream, (struct sockaddr *)&peer,
			       on_connected);
	if (error == 0)
		return OK;
	if (!error_is_unreachable(error))
		return NO_SOCKET;               /* dropping the exchange closes the handle */
	exchange_settle_soon(x, EXCHANGE_UNREACHABLE);
	return OK;
}

void exchange_tcp_close(struct exchange *x)
{
	free(x->tcp.message);
	x->tcp.message = NULL;
	uv_close((uv_handle_t *)&x->tcp.stream, exchange_handle_closed);
}
