/* SPDX-License-Identifier: MIT */
/* steps_exchange.c — one query to the chosen server, and a first look at what comes back. */
#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "resolver/upstream/scrub.h"
#include "resolver/walk/join.h"
#include "resolver/walk/walk_private.h"

static struct cut_server *chosen_server(struct walk *w)
{
	return &w->route.cut.servers[w->attempt.server];
}

static const struct address *chosen_address(struct walk *w)
{
	return &chosen_server(w)->addresses[w->attempt.place];
}

struct trace_peer walk_peer(struct walk *w)
{
	const struct name *name = &chosen_server(w)->name;

	return (struct trace_peer){
		.server = name_is_set(name) ? name : &name_root,
		.address = *chosen_address(w),
		.transport = (uint8_t)w->attempt.transport,
	};
}

/* The only callback an exchange has. */
static void exchange_settled(void *walk)
{
	walk_wake(walk, WAKE_EXCHANGE);
}

/* SEND_QUERY: RFC 1034 §5.3.3 step 3. */
enum step send_query(struct walk *w)
{
	static const char lack[] = "its 64 upstream queries";
	struct trace_peer peer = walk_peer(w);
	struct exchange_request request = {
		.to = peer.address,
		.question = w->sought,
		.transport = w->attempt.transport,
		.recursion_desired = w->route.cut.source == CUT_FROM_FORWARD,
		.without_edns = w->attempt.without_edns,
	};
	struct server server;

	while (!ledger_spend_query(w->payer)) {
		if (!walk_change_payer(w, lack))
			return give_up(w, lack);
	}
	cache_get_server(w->walks->cache, &peer.address, &server);
	request.patience_ms = request.transport == OVER_TCP ? TCP_PATIENCE_MS
							    : server_patience_ms(&server);
	w->route.tries[w->attempt.server][w->attempt.place]++;
	walk_count(&w->walks->figures.upstream_queries);
	trace_query(&w->trace, &peer, &request.question);
	w->attempt.exchange = exchange_start(w->walks->loop, &request, exchange_settled, w);
	if (w->attempt.exchange == NULL) {
		trace_refused(&w->trace, &peer, "no socket for this query");
		return CHOOSE_SERVER;
	}
	return AWAIT_REPLY;
}

static void note_silence(struct walk *w)
{
	struct trace_peer peer = walk_peer(w);
	struct server server;

	trace_silent(&w->trace, &peer, exchange_elapsed_us(w->attempt.exchange));
	walk_count(&w->walks->figures.upstream_silences);
	cache_get_server(w->walks->cache, &peer.address, &server);
	server_was_silent(&server, w->walks->loop->now_s);
	cache_put_server(w->walks->cache, &peer.address, &server);
}

static void note_reply(struct walk *w)
{
	struct server server;

	cache_get_server(w->walks->cache, chosen_address(w), &server);
	server_heard(&server, w->attempt.elapsed_us, w->walks->loop->now_s);
	cache_put_server(w->walks->cache, chosen_address(w), &server);
}

/* Takes the reply out of the exchange, into the arena and apart. */
static enum result take_reply(struct walk *w)
{
	struct bytes wire = arena_copy(&w->arena, exchange_reply(w->attempt.exchange));

	note_reply(w);
	if (wire.at == NULL)
		return NO_MEMORY;
	w->reply = (struct reply){ .octets = (unsigned)wire.length };
	return reply_parse(wire, &w->arena, &w->reply);
}

static void trace_unreadable(struct walk *w, unsigned octets, enum result why)
{
	struct trace_peer peer = walk_peer(w);
	struct trace_reply said = {
		.elapsed_us = w->attempt.elapsed_us, .octets = (uint16_t)octets,
		.reading = READS_MALFORMED, .about = &w->sought.name,
		.summary = why == NO_SPACE ? "more records than a reply may have"
					   : "a message that breaks the format",
	};

	trace_reply(&w->trace, &peer, &said);
}

/* Somebody may be guessing at replies (RFC 5452): over TCP there is nothing to guess. */
static enum step ask_over_tcp(struct walk *w)
{
	struct trace_peer peer = walk_peer(w);

	trace_refused(&w->trace, &peer, "a message that isn't the reply: asking by TCP");
	exchange_drop(&w->attempt.exchange);
	w->attempt.transport = OVER_TCP;
	return SEND_QUERY;
}

/* AWAIT_REPLY: something arrived, or the server's time is up. */
enum step await_reply(struct walk *w)
{
	unsigned octets;
	enum result result;

	switch (exchange_outcome(w->attempt.exchange)) {
	case EXCHANGE_PENDING:                  /* woken for nothing: sleep on */
		return AWAIT_REPLY;
	case EXCHANGE_REPLIED:
		break;
	case EXCHANGE_STRAYED:
		return ask_over_tcp(w);
	case EXCHANGE_SILENT:
	case EXCHANGE_UNREACHABLE:
		note_silence(w);
		exchange_drop(&w->attempt.exchange);
		return CHOOSE_SERVER;
	}
	octets = (unsigned)exchange_reply(w->attempt.exchange).length;
	w->attempt.elapsed_us = exchange_elapsed_us(w->attempt.exchange);
	result = take_reply(w);
	exchange_drop(&w->attempt.exchange);
	(void)ledger_spend_octets(w->payer, octets);
	if (result == OK)
		return SCRUB_REPLY;
	if (result == NO_MEMORY)
		return walk_fail(w, EDE_OTHER, "this question needs more memory than one may have");
	trace_unreadable(w, octets, result);
	return CHOOSE_SERVER;
}

static void note_removed(const char *what, void *walk)
{
	struct trace_peer peer = walk_peer(walk);

	trace_refused(&((struct walk *)walk)->trace, &peer, what);
}

static void trace_what_it_says(struct walk *w)
{
	struct trace_peer peer = walk_peer(w);
	char summary[256];
	const struct rrset *first = reply_referral(&w->reply, &w->sought, &w->route.cut);
	struct trace_reply said = {
		.elapsed_us = w->attempt.elapsed_us, .octets = (uint16_t)w->reply.octets,
		.rcode = (uint8_t)w->reply.rcode, .reading = (uint8_t)w->reading,
		.about = &w->sought.name,
		.summary = reply_summary(&w->reply, w->reading, &w->sought, summary,
					 sizeof(summary)),
	};
	struct name target;

	if (w->reading == READS_NO_NAME || w->reading == READS_NO_TYPE)
		first = reply_denial_soa(&w->reply, &w->sought, &w->route.cut);
	else if (w->reading == READS_ANSWER || w->reading == READS_ALIAS)
		first = w->reply.sections[SECTION_ANSWER].first;
	if (first != NULL) {
		said.about = &first->owner;
		said.ttl = first->ttl;
	}
	if (w->reading == READS_ALIAS && reply_alias(&w->reply, &w->sought, &target))
		said.about = &target;
	trace_reply(&w->trace, &peer, &said);
}

/* RFC 6891 §7: a server from before EDNS says FORMERR or NOTIMP, without an OPT. */
static bool wants_no_edns(const struct walk *w)
{
	return !w->attempt.without_edns && !w->reply.edns.present &&
	       (w->reply.rcode == RCODE_FORMERR || w->reply.rcode == RCODE_NOTIMP);
}

static void note_useless(struct walk *w)
{
	struct server server;

	cache_get_server(w->walks->cache, chosen_address(w), &server);
	server_was_useless(&server, w->walks->loop->now_s);
	cache_put_server(w->walks->cache, chosen_address(w), &server);
}

/* SCRUB_REPLY: only what this server may say is left, and it has one clear reading. */
enum step scrub_reply(struct walk *w)
{
	const struct scrub_watcher watcher = { .removed = note_removed, .subject = w };

	if ((w->reply.header.flags & FLAG_TC) == 0)
		reply_scrub(&w->reply, &w->sought, &w->route.cut, &watcher);
	w->reading = reply_read(&w->reply, &w->sought, &w->route.cut);
	trace_what_it_says(w);
	if (w->reading == READS_TRUNCATED && w->attempt.transport == OVER_UDP) {
		w->attempt.transport = OVER_TCP;        /* RFC 7766 §5 */
		return SEND_QUERY;
	}
	if (wants_no_edns(w)) {
		w->attempt.without_edns = true;
		return SEND_QUERY;
	}
	switch (w->reading) {
	case READS_ANSWER:
	case READS_ALIAS:
	case READS_NO_NAME:
	case READS_NO_TYPE:
	case READS_REFERRAL:
		return STORE_REPLY;
	case READS_LAME:
	case READS_REFUSED:
		note_useless(w);
		return CHOOSE_SERVER;
	case READS_TRUNCATED:
	case READS_SERVER_FAILURE:
	case READS_MALFORMED:
	case READS_OTHER_ERROR:
		return CHOOSE_SERVER;
	}
	unreachable();
}
