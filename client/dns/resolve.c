/* SPDX-License-Identifier: MIT */
/* resolve.c — two questions, and what their replies come to together. */
#include "client/dns/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "cache/base/clock.h"
#include "client/dns/ask.h"
#include "client/dns/say.h"
#include "client/dns/trace.h"

enum { RESOLUTION_DELAY_US = 50 * 1000 };       /* RFC 8305 §3 */

struct half {                                   /* one of the two questions */
	struct dns_question  question;
	const char          *type;
	struct ask          *ask;               /* NULL: not asked, or done */
	enum resolve_outcome outcome;           /* RESOLVE_GOES_ON while it is open */
	struct address       addresses[MAX_ADDRESSES];
	size_t               count;
	uint64_t             done_us;
};

struct resolve {
	uv_loop_t            *loop;
	struct event_log     *log;
	struct waker          waker;
	struct resolve_wishes wishes;
	struct half           halves[2];        /* AAAA, A */
	struct alarm         *patience;         /* for the other half */
	char                  reason[512];
};

static void ask_half(struct resolve *resolve, struct half *half, enum ask_transport transport)
{
	ask_free(half->ask);
	half->ask = ask_new(resolve->loop, &resolve->wishes.server, transport, &half->question,
			    DNS_PATIENCE_MS, resolve->waker);
	if (half->ask == NULL)
		half->outcome = RESOLVE_IMPOSSIBLE;
}

static void begin_half(struct resolve *resolve, struct half *half, uint16_t type, const char *name)
{
	half->type = name;
	half->outcome = RESOLVE_GOES_ON;
	half->question = (struct dns_question){
		.name = resolve->wishes.name,
		.type = type,
		.class = LDNS_RR_CLASS_IN,
		.recursion = true,
		.authentic = true,
		.edns = true,
		.trace = true,
	};
	ask_half(resolve, half, ASK_TCP);
}

struct resolve *resolve_new(uv_loop_t *loop, const struct resolve_wishes *wishes,
			    struct event_log *log, struct waker waker)
{
	struct resolve *resolve = calloc(1, sizeof(*resolve));

	if (resolve == NULL)
		return NULL;
	resolve->patience = alarm_new(loop, waker);
	if (resolve->patience == NULL) {
		free(resolve);
		return NULL;
	}
	resolve->loop = loop;
	resolve->log = log;
	resolve->waker = waker;
	resolve->wishes = *wishes;
	resolve->halves[0].outcome = resolve->halves[1].outcome = RESOLVE_NO_ADDRESS;
	if (wishes->v6)
		begin_half(resolve, &resolve->halves[0], LDNS_RR_TYPE_AAAA, "AAAA");
	if (wishes->v4)
		begin_half(resolve, &resolve->halves[1], LDNS_RR_TYPE_A, "A");
	return resolve;
}

void resolve_free(struct resolve *resolve)
{
	if (resolve == NULL)
		return;
	for (int i = 0; i < 2; i++)
		ask_free(resolve->halves[i].ask);
	alarm_free(resolve->patience);
	free(resolve);
}

static void note_reason(struct resolve *resolve, const struct dns_reply *reply)
{
	const struct extended_error *extended = &reply->extended;
	char name[24];

	rcode_name(name, reply->rcode);
	if (!extended->present)
		snprintf(resolve->reason, sizeof(resolve->reason), "%s", name);
	else
		snprintf(resolve->reason, sizeof(resolve->reason), "%s, %s%s%.*s", name,
			 extended_error_name(extended->code),
			 extended->text.length == 0 ? "" : ": ", (int)extended->text.length,
			 (const char *)extended->text.at);
}

static enum resolve_outcome judge(struct resolve *resolve, struct half *half,
				  const struct dns_reply *reply)
{
	if (reply->rcode == LDNS_RCODE_NOERROR) {
		half->count = reply_addresses(reply, half->question.type, resolve->wishes.port,
					      half->addresses, MAX_ADDRESSES);
		return half->count == 0 ? RESOLVE_NO_ADDRESS : RESOLVE_DONE;
	}
	note_reason(resolve, reply);
	if (reply->rcode == LDNS_RCODE_NXDOMAIN)
		return RESOLVE_NO_NAME;
	if (extended_error_is_bogus(&reply->extended))
		return RESOLVE_BOGUS;
	return RESOLVE_FAILED;
}

/* True if the question goes out again in a simpler form. */
static bool ask_simpler(struct resolve *resolve, struct half *half, const struct dns_reply *reply)
{
	if (reply->rcode != LDNS_RCODE_FORMERR && reply->rcode != LDNS_RCODE_NOTIMPL)
		return false;
	if (!half->question.edns || ldns_pkt_edns(reply->packet))
		return false;
	half->question.edns = half->question.trace = false;     /* RFC 6891 §7 */
	event_say(resolve->log, STAGE_DNS, FROM_WIRE, "no edns", "{s:s}", "asked", half->type);
	ask_half(resolve, half, ask_transport(half->ask));
	return true;
}

static void take_reply(struct resolve *resolve, struct half *half)
{
	uint64_t asked_us = ask_began_us(half->ask) - resolve->log->began_us;
	struct dns_reply reply;

	if (reply_read(&reply, ask_reply(half->ask), ask_id(half->ask), &half->question) != OK) {
		snprintf(resolve->reason, sizeof(resolve->reason), "a reply that can't be read");
		half->outcome = RESOLVE_FAILED;
		reply_clear(&reply);
		return;
	}
	if (ask_simpler(resolve, half, &reply)) {
		reply_clear(&reply);
		return;
	}
	if (reply.trace.at != NULL && trace_say(resolve->log, asked_us, half->type, reply.trace) ==
					      TRACE_CUT_SHORT)
		event_say(resolve->log, STAGE_DNS, FROM_HERE, "trace cut short", "{s:s}", "asked",
			  half->type);
	dns_say_reply(resolve->log, half->type, &reply, ask_took_us(half->ask),
		      ask_transport(half->ask) == ASK_TCP);
	half->outcome = judge(resolve, half, &reply);
	reply_clear(&reply);
}

static void step_half(struct resolve *resolve, struct half *half)
{
	enum ask_outcome outcome;

	if (half->ask == NULL || half->outcome != RESOLVE_GOES_ON)
		return;
	outcome = ask_step(half->ask);
	switch (outcome) {
	case ASK_GOES_ON:
		return;
	case ASK_REPLIED:
		take_reply(resolve, half);
		break;
	case ASK_SILENT:
	case ASK_UNREACHABLE:
		event_say(resolve->log, STAGE_DNS, FROM_KERNEL, "no reply", "{s:s, s:s, s:I, s:s}",
			  "asked", half->type, "transport",
			  ask_transport(half->ask) == ASK_TCP ? "tcp" : "udp", "took_us",
			  (json_int_t)ask_took_us(half->ask), "reason",
			  outcome == ASK_SILENT ? "silent" : strerror(ask_error(half->ask)));
		if (outcome == ASK_UNREACHABLE && ask_transport(half->ask) == ASK_TCP) {
			ask_half(resolve, half, ASK_UDP);
			break;
		}
		snprintf(resolve->reason, sizeof(resolve->reason), "%s",
			 outcome == ASK_SILENT ? "no reply in time"
					       : strerror(ask_error(half->ask)));
		half->outcome = outcome == ASK_SILENT ? RESOLVE_SILENT : RESOLVE_UNREACHABLE;
		break;
	case ASK_IMPOSSIBLE:
		half->outcome = RESOLVE_IMPOSSIBLE;
		break;
	}
	if (half->outcome != RESOLVE_GOES_ON)
		half->done_us = clock_timer_us();
}

/* Neither half has addresses: what to say of both together. The graver one counts; the enum is in
 * that order. */
static enum resolve_outcome worse(enum resolve_outcome a, enum resolve_outcome b)
{
	if (a == RESOLVE_NO_NAME || b == RESOLVE_NO_NAME)
		return RESOLVE_NO_NAME;
	return a > b ? a : b;
}

enum resolve_outcome resolve_step(struct resolve *resolve)
{
	struct half *six = &resolve->halves[0], *four = &resolve->halves[1];
	uint64_t due;

	step_half(resolve, six);
	step_half(resolve, four);
	if (six->outcome != RESOLVE_GOES_ON && four->outcome != RESOLVE_GOES_ON) {
		if (six->count + four->count != 0)
			return RESOLVE_DONE;
		return worse(six->outcome, four->outcome);
	}
	if (six->count != 0)
		return RESOLVE_SOME;
	if (four->count == 0)
		return RESOLVE_GOES_ON;
	due = four->done_us + RESOLUTION_DELAY_US;
	if (clock_timer_us() >= due)
		return RESOLVE_SOME;
	alarm_set(resolve->patience, due);
	return RESOLVE_GOES_ON;
}

size_t resolve_addresses(const struct resolve *resolve, struct address *into, size_t room)
{
	size_t count = 0;

	for (int i = 0; i < 2; i++)
		for (size_t j = 0; j < resolve->halves[i].count && count < room; j++)
			into[count++] = resolve->halves[i].addresses[j];
	return count;
}

const char *resolve_reason(const struct resolve *resolve)
{
	return resolve->reason;
}
