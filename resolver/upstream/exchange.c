/* SPDX-License-Identifier: MIT */
/* exchange.c — what all transports have in common: the query, the patience, the match, the end. */
#include "resolver/upstream/exchange.h"

#include <errno.h>
#include <stdlib.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "resolver/upstream/exchange_private.h"
#include "resolver/upstream/match.h"

bool error_is_unreachable(int error)
{
	switch (error) {
	case ECONNREFUSED:
	case ECONNRESET:
	case ECONNABORTED:
	case EPIPE:
	case EHOSTUNREACH:
	case ENETUNREACH:
	case ENETDOWN:
	case EHOSTDOWN:
	case ETIMEDOUT:
	case EPROTO:
	case EADDRNOTAVAIL:          /* no address of our own in that family */
	case EAFNOSUPPORT:           /* or no such family */
	case EPERM:                  /* a packet filter of ours */
	case EACCES:                 /* likewise; or a broadcast address */
	case EINVAL:                 /* an address of a link, without its link */
		return true;
	default:
		return false;
	}
}

static void close_transport(struct exchange *x)
{
	if (!x->is_open)
		return;
	x->is_open = false;
	if (x->transport == OVER_UDP)
		exchange_udp_close(x);
	else
		exchange_tcp_close(x);
}

static void release_loop(struct exchange *x)
{
	if (x->holds)
		loop_uv_release(x->loop);
	x->holds = false;
}

/* From here on only the outcome, the reply and the figures are of use. */
void exchange_settle(struct exchange *x, enum exchange_outcome outcome)
{
	must(x->outcome == EXCHANGE_PENDING);
	x->outcome = outcome;
	x->settled_us = clock_timer_us();
	alarm_cancel(x->loop, &x->patience);
	close_transport(x);
	loop_make_ready(x->loop, &x->turn);
}

void exchange_note_fault(struct exchange *x, const char *fault)
{
	if (fault != NULL && x->fault == NULL)
		x->fault = strdup(fault);
}

static void tell(struct turn *turn)
{
	struct exchange *x = container_of(turn, struct exchange, turn);

	release_loop(x);
	x->settled(x->subject);
}

static void on_patience(struct alarm *alarm)
{
	exchange_settle(container_of(alarm, struct exchange, patience), EXCHANGE_SILENT);
}

/* RFC 5452 §9.3: whoever sends what isn't the reply may be guessing at what is. No guess helps
 * over TCP; there a stray is the peer's own mistake. */
static void note_stray(struct exchange *x)
{
	x->strays++;
	if (x->transport == OVER_UDP)
		exchange_settle(x, EXCHANGE_STRAYED);
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

void exchange_arrived(struct exchange *x, struct bytes message)
{
	if (!is_wanted(x, message)) {
		note_stray(x);
		return;
	}
	x->reply = malloc(message.length);
	if (x->reply == NULL) {
		exchange_settle(x, EXCHANGE_SILENT);    /* as if it had been lost on the way */
		return;
	}
	memcpy(x->reply, message.at, message.length);
	x->reply_length = message.length;
	if (x->vary_letters)
		message_lower_question(x->reply, x->reply_length);
	exchange_settle(x, EXCHANGE_REPLIED);
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
	x->holds = true;
	loop_uv_hold(loop);
	if (!request->without_edns)
		x->cookie = request->cookie;
	x->began_us = clock_timer_us();
	turn_init(&x->turn, tell);
	alarm_init(&x->patience, on_patience);
	query_write(request, &x->query);
	return x;
}

static enum result start_transport(struct exchange *x, const struct exchange_request *request)
{
	switch (x->transport) {
	case OVER_UDP:
		return exchange_udp_start(x, &request->to);
	case OVER_TCP:
	case OVER_TLS:
		return exchange_tcp_start(x, request);
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
	    start_transport(x, request) != OK) {
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

const char *exchange_fault(const struct exchange *exchange)
{
	return exchange->fault;
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
	close_transport(x);
	release_loop(x);
	free(x->reply);
	free(x->fault);
	free(x);
}
