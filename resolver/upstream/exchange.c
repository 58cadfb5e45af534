/* SPDX-License-Identifier: MIT */
/* exchange.c — what UDP and TCP have in common: the query, the patience, the match, the end. */
#include "resolver/upstream/exchange.h"

#include <stdlib.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "resolver/upstream/exchange_private.h"
#include "resolver/upstream/match.h"

static void free_if_over(struct exchange *x)
{
	if (!x->dropped || x->handles != 0)
		return;
	free(x->reply);
	free(x);
}

void exchange_handle_closed(uv_handle_t *handle)
{
	struct exchange *x = handle->data;

	x->handles--;
	free_if_over(x);
}

bool error_is_unreachable(int error)
{
	switch (error) {
	case UV_ECONNREFUSED:
	case UV_ECONNRESET:
	case UV_ECONNABORTED:
	case UV_EPIPE:
	case UV_EHOSTUNREACH:
	case UV_ENETUNREACH:
	case UV_ENETDOWN:
	case UV_EHOSTDOWN:
	case UV_ETIMEDOUT:
	case UV_EPROTO:
	case UV_EADDRNOTAVAIL:          /* no address of our own in that family */
	case UV_EAFNOSUPPORT:           /* or no such family */
	case UV_EPERM:                  /* a packet filter of ours */
	case UV_EACCES:                 /* likewise; or a broadcast address */
	case UV_EINVAL:                 /* an address of a link, without its link */
	case UV_EOF:
		return true;
	default:
		return false;
	}
}

static void close_transport(struct exchange *x)
{
	if (x->handles == 0)
		return;
	if (x->transport == OVER_UDP)
		exchange_udp_close(x);
	else
		exchange_tcp_close(x);
}

/* From here on only the outcome, the reply and the figures are of use. */
static void note_outcome(struct exchange *x, enum exchange_outcome outcome)
{
	must(x->outcome == EXCHANGE_PENDING);
	x->outcome = outcome;
	x->settled_us = clock_timer_us();
	alarm_cancel(x->loop, &x->patience);
	close_transport(x);
}

void exchange_settle(struct exchange *x, enum exchange_outcome outcome)
{
	note_outcome(x, outcome);
	x->settled(x->subject);
}

static void tell(struct turn *turn)
{
	struct exchange *x = container_of(turn, struct exchange, turn);

	x->settled(x->subject);
}

void exchange_settle_soon(struct exchange *x, enum exchange_outcome outcome)
{
	note_outcome(x, outcome);
	loop_make_ready(x->loop, &x->turn);
}

static void on_patience(struct alarm *alarm)
{
	exchange_settle(container_of(alarm, struct exchange, patience), EXCHANGE_SILENT);
}

/* RFC 5452 §9.3: whoever sends what isn't the reply may be guessing at what is. No guess helps
 * over TCP; there a stray is the peer's own mistake. */
static bool note_stray(struct exchange *x)
{
	x->strays++;
	if (x->transport != OVER_UDP && x->strays < MAX_STRAYS)
		return false;
	exchange_settle(x, x->transport == OVER_UDP ? EXCHANGE_STRAYED : EXCHANGE_UNREACHABLE);
	return true;
}

/* What a cookie proves over UDP the handshake proves over TCP. */
static bool has_wanted_cookie(struct exchange *x, struct bytes message)
{
	enum cookie_check check;

	x->findings.cookie_sent = x->cookie.length != 0;
	if (!x->findings.cookie_sent)
		return true;
	check = cookie_check(&x->cookie, message, &x->findings.cookie);
	if (x->transport != OVER_UDP)
		return true;
	return check == COOKIE_RIGHT ||
	       (check == COOKIE_MISSING && !cookie_is_whole(&x->cookie));
}

/* Is it the reply? */
static bool is_wanted(struct exchange *x, struct bytes message)
{
	enum match match = message_match(query_message(&x->query), message);

	if (match == MATCHES_NOT)
		return false;
	if (match == MATCHES_BUT_LETTERS && x->vary_letters) {
		if (x->transport == OVER_UDP)
			return false;
		x->findings.letters_changed = true;
	}
	return has_wanted_cookie(x, message);
}

bool exchange_arrived(struct exchange *x, struct bytes message)
{
	if (!is_wanted(x, message))
		return note_stray(x);
	x->reply = malloc(message.length);
	if (x->reply == NULL) {
		exchange_settle(x, EXCHANGE_SILENT);    /* as if it had been lost on the way */
		return true;
	}
	memcpy(x->reply, message.at, message.length);
	x->reply_length = message.length;
	if (x->vary_letters)
		message_lower_question(x->reply, x->reply_length);
	exchange_settle(x, EXCHANGE_REPLIED);
	return true;
}

static struct exchange *exchange_new(struct loop *loop, const struct exchange_request *request)
{
	struct exchange *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return NULL;
	x->loop = loop;
	x->outcome = EXCHANGE_PENDING;
	x->transport = request->transport;
	x->vary_letters = request->vary_letters;
	if (!request->without_edns)
		x->cookie = request->cookie;
	x->began_us = clock_timer_us();
	turn_init(&x->turn, tell);
	alarm_init(&x->patience, on_patience);
	query_write(request, &x->query);
	return x;
}

static enum result start_transport(struct exchange *x, const struct address *to)
{
	switch (x->transport) {
	case OVER_UDP:
		return exchange_udp_start(x, to);
	case OVER_TCP:
		return exchange_tcp_start(x, to);
	case OVER_TLS:
		/* Never in clear what was to be private: without TLS such a server can't be
		 * reached. */
		exchange_settle_soon(x, EXCHANGE_UNREACHABLE);
		return OK;
	}
	unreachable();
}

struct exchange *exchange_start(struct loop *loop, const struct exchange_request *request,
				void (*settled)(void *subject), void *subject)
{
	struct exchange *x = exchange_new(loop, request);

	if (x == NULL)
		return NULL;
	x->settled = settled;
	x->subject = subject;
	if (alarm_set(loop, &x->patience, request->patience_ms) != OK ||
	    start_transport(x, &request->to) != OK) {
		exchange_drop(&x);
		return NULL;
	}
	return x;
}

enum exchange_outcome exchange_outcome(const struct exchange *exchange)
{
	return exchange->outcome;
}

struct bytes exchange_reply(const struct exchange *exchange)
{
	return bytes_of(exchange->reply, exchange->reply_length);
}

const struct exchange_findings *exchange_findings(const struct exchange *exchange)
{
	return &exchange->findings;
}

uint32_t exchange_elapsed_us(const struct exchange *exchange)
{
	uint64_t until = exchange->outcome == EXCHANGE_PENDING ? clock_timer_us()
							       : exchange->settled_us;

	return (uint32_t)(until - exchange->began_us);
}

unsigned exchange_strays(const struct exchange *exchange)
{
	return exchange->strays;
}

void exchange_drop(struct exchange **exchange)
{
	struct exchange *x = *exchange;

	*exchange = NULL;
	if (x == NULL)
		return;
	turn_cancel(&x->turn);
	alarm_cancel(x->loop, &x->patience);
	x->dropped = true;
	if (x->outcome == EXCHANGE_PENDING && x->handles != 0)
		close_transport(x);
	else
		free_if_over(x);
}
