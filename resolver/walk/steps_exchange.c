/* SPDX-License-Identifier: MIT */
/* steps_exchange.c — one query to the chosen server, and a first look at what comes back. */
#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "resolver/upstream/pick.h"
#include "resolver/upstream/scrub.h"
#include "resolver/walk/join.h"
#include "resolver/walk/walk_private.h"

static const struct cut_server *server_of(const struct walk *w, const struct attempt *attempt)
{
	return &w->route.cut.servers[attempt->server];
}

static const struct address *address_of(const struct walk *w, const struct attempt *attempt)
{
	return &server_of(w, attempt)->addresses[attempt->place];
}

struct trace_peer walk_peer(struct walk *w, const struct attempt *attempt)
{
	const struct name *name = &server_of(w, attempt)->name;

	return (struct trace_peer){
		.server = name_is_set(name) ? name : &name_root,
		.address = *address_of(w, attempt),
		.transport = (uint8_t)attempt->transport,
	};
}

void walk_drop_attempts(struct walk *w)
{
	exchange_drop(&w->attempt.exchange);
	exchange_drop(&w->hedge.exchange);
	alarm_cancel(w->walks->loop, &w->late);
}

bool walk_show_whole_name(struct walk *w)
{
	bool may = w->walks->settings->minimise == MINIMISE_RELAXED && !w->route.whole &&
		   !question_equal(&w->put, &w->sought);

	if (may) {
		w->route.whole = true;
		memset(w->route.tries, 0, sizeof(w->route.tries));
	}
	return may;
}

/* What is known of the server changes by what just happened. */
static void note(struct walk *w, const struct attempt *attempt,
		 void (*change)(struct server *, uint32_t), uint32_t value)
{
	struct server server;

	outage_get_server(w, address_of(w, attempt), &server);
	change(&server, value);
	cache_put_server(w->walks->cache, address_of(w, attempt), &server);
}

/* Did anyone say already that nothing is cut off here? Then that needn't be asked again. */
static bool is_known_to_exist(struct walk *w, const struct question *question)
{
	struct answer *known = cache_copy_answer(w->walks->cache, question,
						 w->walks->loop->now_s, &w->arena);

	return known != NULL && answer_rcode(known) == RCODE_NOERROR;
}

/* As little of the sought name as moves us on (RFC 9156). Forwarders need it all. */
static void word_question(struct walk *w)
{
	unsigned labels = name_labels(&w->sought.name), show = labels;
	bool may = w->walks->settings->minimise != MINIMISE_OFF && !w->route.whole &&
		   w->route.cut.source != CUT_FROM_FORWARD;

	do {
		if (may)
			show = minimise_labels(w->route.shown, labels, w->minimised);
		minimise(&w->sought, show, &w->put);
		if (show == labels || !is_known_to_exist(w, &w->put))
			return;
		w->route.shown = show;
	} while (may);
}

/* The only callback an exchange has. */
static void exchange_settled(void *walk)
{
	walk_wake(walk, WAKE_EXCHANGE);
}

/* Is there nobody else to ask? Then it is given all the time there is: a satellite link takes more
 * than a second. */
static bool is_last_resort(struct walk *w, const struct attempt *attempt)
{
	struct attempt other;

	if (!question_equal(&w->put, &w->sought))
		return false;                   /* perhaps they only don't understand it */
	if (w->route.may_fall_back)
		return false;
	return !walk_choose(w, &other) ||
	       address_equal(address_of(w, &other), address_of(w, attempt));
}

/* False: the system has no socket for it. */
static bool start(struct walk *w, struct attempt *attempt, uint32_t *usual_ms)
{
	struct trace_peer peer = walk_peer(w, attempt);
	struct exchange_request request = {
		.to = peer.address,
		.question = w->put,
		.transport = attempt->transport,
		.recursion_desired = w->route.cut.source == CUT_FROM_FORWARD,
		.without_edns = attempt->without_edns,
		.alone = attempt->alone,
	};
	struct server server;

	outage_get_server(w, &peer.address, &server);
	lessons_apply(&server, &w->walks->settings->defences, w->walks->loop->now_s, &request);
	request.patience_ms = request.transport == OVER_TCP ? TCP_PATIENCE_MS
							    : server_patience_ms(&server);
	*usual_ms = request.transport == OVER_TCP ? request.patience_ms : server_usual_ms(&server);
	w->route.tries[attempt->server][attempt->place]++;
	attempt->era = w->walks->outage.era;
	if (request.transport == OVER_UDP && is_last_resort(w, attempt))
		request.patience_ms = MAX_PATIENCE_MS;
	walk_count(&w->walks->figures.upstream_queries);
	trace_query(&w->trace, &peer, &request.question);
	attempt->exchange = exchange_start(w->walks->loop, &request, exchange_settled, w);
	if (attempt->exchange == NULL)
		trace_refused(&w->trace, &peer, "no socket for this query");
	return attempt->exchange != NULL;
}

/* SEND_QUERY: RFC 1034 §5.3.3 step 3. */
enum step send_query(struct walk *w)
{
	static const char lack[] = "its 64 upstream queries";
	uint32_t usual_ms;

	while (!ledger_spend_query(w->payer)) {
		if (!walk_change_payer(w, lack))
			return give_up(w, lack);
	}
	word_question(w);
	if (!question_equal(&w->put, &w->sought))
		w->minimised++;
	if (!start(w, &w->attempt, &usual_ms)) {
		walk_fail(w, EDE_OTHER, "no socket was left for a query to the servers of %s",
			  walk_print_name(w, &w->route.cut.zone));
		w->failure.keep_for = 0;        /* our own want, and only a moment's */
		return FAIL;
	}
	/* Without memory for the alarm there is no hedge: no more than that. */
	(void)!alarm_set(w->walks->loop, &w->late, usual_ms);
	return AWAIT_REPLY;
}

/* The first is late: a second is asked beside it, elsewhere if there is another (else a packet may
 * have been lost), and if it can be paid. */
static void send_hedge(struct walk *w)
{
	struct attempt hedge;
	uint32_t usual_ms;

	if (w->attempt.transport != OVER_UDP || !walk_choose(w, &hedge))
		return;
	if (!ledger_spend_query(w->payer))
		return;
	w->hedge = hedge;
	(void)start(w, &w->hedge, &usual_ms);
}

static void note_silence(struct walk *w, struct attempt *attempt)
{
	struct trace_peer peer = walk_peer(w, attempt);

	trace_silent(&w->trace, &peer, exchange_elapsed_us(attempt->exchange));
	walk_count(&w->walks->figures.upstream_silences);
	outage_silent(w->walks, &peer.address, exchange_findings(attempt->exchange)->no_route);
	if (outage_blames(w, &peer.address))
		note(w, attempt, server_was_silent, w->walks->loop->now_s);
	exchange_drop(&attempt->exchange);
}

/* Another was quicker, by so much that this one isn't waited for. */
static void note_late(struct walk *w, struct attempt *attempt)
{
	const struct address *address = address_of(w, attempt);
	struct server server;

	outage_silent(w->walks, address, false);
	if (outage_blames(w, address)) {
		outage_get_server(w, address, &server);
		server_was_late(&server, exchange_elapsed_us(attempt->exchange),
				w->walks->loop->now_s);
		cache_put_server(w->walks->cache, address, &server);
	}
	exchange_drop(&attempt->exchange);
}

static bool has(const struct attempt *attempt, enum exchange_outcome outcome)
{
	return attempt->exchange != NULL && exchange_outcome(attempt->exchange) == outcome;
}

static bool has_failed(const struct attempt *attempt)
{
	return has(attempt, EXCHANGE_SILENT) || has(attempt, EXCHANGE_UNREACHABLE);
}

static bool has_replied(const struct attempt *attempt)
{
	return has(attempt, EXCHANGE_REPLIED);
}

/* Somebody may be guessing at replies (RFC 5452): over TCP there is nothing to guess. */
static enum step ask_over_tcp(struct walk *w, const struct attempt *strayed)
{
	struct attempt again = *strayed;
	struct trace_peer peer = walk_peer(w, strayed);

	trace_refused(&w->trace, &peer, "a message that isn't the reply: asking by TCP");
	walk_drop_attempts(w);
	again.exchange = NULL;
	again.transport = OVER_TCP;
	w->attempt = again;
	return SEND_QUERY;
}

/* The one that replied is the attempt from now on; the other is let go. */
static void keep_the_quicker(struct walk *w)
{
	struct attempt slower = w->attempt;

	if (has_replied(&w->attempt)) {
		exchange_drop(&w->hedge.exchange);
		return;
	}
	w->attempt = w->hedge;
	w->hedge = (struct attempt){ 0 };
	note_late(w, &slower);
}

static void note_who_was_heard(struct walk *w)
{
	if (walk_is_inside(w))
		outage_heard_inside(w->walks, address_of(w, &w->attempt));
	else
		outage_heard(w->walks, address_of(w, &w->attempt));
}

/* Takes the reply out of the exchange, into the arena and apart. */
static enum result take_reply(struct walk *w)
{
	struct bytes wire = arena_copy(&w->arena, exchange_reply(w->attempt.exchange));
	struct server server;

	note_who_was_heard(w);
	walk_heard(w);
	outage_get_server(w, address_of(w, &w->attempt), &server);
	server_heard(&server, w->attempt.elapsed_us, w->walks->loop->now_s);
	lessons_learn(&server, exchange_findings(w->attempt.exchange), w->walks->loop->now_s);
	cache_put_server(w->walks->cache, address_of(w, &w->attempt), &server);
	if (wire.at == NULL)
		return NO_MEMORY;
	w->reply = (struct reply){ .octets = (unsigned)wire.length };
	return reply_parse(wire, &w->arena, &w->reply);
}

static void trace_unreadable(struct walk *w, unsigned octets, enum result why)
{
	struct trace_peer peer = walk_peer(w, &w->attempt);
	struct trace_reply said = {
		.elapsed_us = w->attempt.elapsed_us, .octets = (uint16_t)octets,
		.reading = READS_MALFORMED, .about = &w->put.name,
		.summary = why == NO_SPACE ? "more records than a reply may have"
					   : "a message that breaks the format",
	};

	trace_reply(&w->trace, &peer, &said);
}

static enum step read_reply(struct walk *w)
{
	unsigned octets = (unsigned)exchange_reply(w->attempt.exchange).length;
	enum result result;

	w->attempt.elapsed_us = exchange_elapsed_us(w->attempt.exchange);
	result = take_reply(w);
	walk_drop_attempts(w);
	(void)ledger_spend_octets(w->payer, octets);
	if (result == OK)
		return SCRUB_REPLY;
	if (result == NO_MEMORY)
		return walk_fail(w, EDE_OTHER, "this question needs more memory than one may have");
	trace_unreadable(w, octets, result);
	return walk_show_whole_name(w) ? SEND_QUERY : CHOOSE_SERVER;
}

/* The network was gone when it was sent, and is back: as if nobody had been asked yet. */
static enum step send_again(struct walk *w)
{
	walk_drop_attempts(w);
	memset(w->route.tries, 0, sizeof(w->route.tries));
	return CHOOSE_SERVER;
}

/* AWAIT_REPLY: something arrived, a server's time is up, or the first is late. */
enum step await_reply(struct walk *w)
{
	if (w->attempt.era != w->walks->outage.era && !has_replied(&w->attempt) &&
	    !has_replied(&w->hedge))
		return send_again(w);
	if (has_failed(&w->hedge))
		note_silence(w, &w->hedge);
	if (has_failed(&w->attempt)) {
		note_silence(w, &w->attempt);
		w->attempt = w->hedge;
		w->hedge = (struct attempt){ 0 };
		if (walk_show_whole_name(w))    /* perhaps less is what they don't understand */
			walk_drop_attempts(w);
	}
	if (w->attempt.exchange == NULL) {
		alarm_cancel(w->walks->loop, &w->late);
		return CHOOSE_SERVER;
	}
	if (has(&w->attempt, EXCHANGE_RESET)) { /* paid for like any (RFC 7766 §6.2.4) */
		walk_drop_attempts(w);
		w->attempt.alone = true;
		return SEND_QUERY;
	}
	if (has(&w->attempt, EXCHANGE_STRAYED))
		return ask_over_tcp(w, &w->attempt);
	if (has(&w->hedge, EXCHANGE_STRAYED))
		return ask_over_tcp(w, &w->hedge);
	if (has_replied(&w->attempt) || has_replied(&w->hedge)) {
		keep_the_quicker(w);
		return read_reply(w);
	}
	if (w->hedge.exchange == NULL && w->late.seat == 0)
		send_hedge(w);
	return AWAIT_REPLY;
}

static void note_removed(const char *what, void *walk)
{
	struct walk *w = walk;
	struct trace_peer peer = walk_peer(w, &w->attempt);

	trace_refused(&w->trace, &peer, what);
}

static void trace_what_it_says(struct walk *w)
{
	struct trace_peer peer = walk_peer(w, &w->attempt);
	char summary[256];
	const struct rrset *first = reply_referral(&w->reply, &w->put, &w->route.cut);
	struct trace_reply said = {
		.elapsed_us = w->attempt.elapsed_us, .octets = (uint16_t)w->reply.octets,
		.rcode = (uint8_t)w->reply.rcode, .reading = (uint8_t)w->reading,
		.about = &w->put.name,
		.summary = reply_summary(&w->reply, w->reading, &w->put, summary,
					 sizeof(summary)),
	};
	struct name target;

	if (w->reading == READS_NO_NAME || w->reading == READS_NO_TYPE)
		first = reply_denial_soa(&w->reply, &w->put, &w->route.cut);
	else if (w->reading == READS_ANSWER || w->reading == READS_ALIAS)
		first = w->reply.sections[SECTION_ANSWER].first;
	if (first != NULL) {
		said.about = &first->owner;
		said.ttl = first->ttl;
	}
	if (w->reading == READS_ALIAS && reply_alias(&w->reply, &w->put, &target))
		said.about = &target;
	trace_reply(&w->trace, &peer, &said);
}

/* RFC 6891 §7: a server from before EDNS says FORMERR or NOTIMP, without an OPT. */
static bool wants_no_edns(const struct walk *w)
{
	return !w->attempt.without_edns && !w->reply.edns.present &&
	       (w->reply.rcode == RCODE_FORMERR || w->reply.rcode == RCODE_NOTIMP);
}

/* Of no use: first perhaps only because it heard too little of the name. */
static enum step leave_server(struct walk *w)
{
	if (bypass_is_looked_into(w))
		return CHOOSE_SERVER;           /* perhaps it hasn't even heard the question */
	walk_note_excuse(w);
	if (walk_show_whole_name(w))
		return SEND_QUERY;
	if (w->reading == READS_LAME || w->reading == READS_REFUSED) {
		if (!bypass_excuses(w) || w->route.bypass)
			note(w, &w->attempt, server_was_useless, w->walks->loop->now_s);
		/* It won't know the zone any better when it is asked once more. */
		w->route.tries[w->attempt.server][w->attempt.place] = MAX_TRIES_PER_ADDRESS;
	}
	return CHOOSE_SERVER;
}

/* SCRUB_REPLY: only what this server may say is left, and it has one clear reading. */
enum step scrub_reply(struct walk *w)
{
	const struct scrub_watcher watcher = { .removed = note_removed, .subject = w };

	if ((w->reply.header.flags & FLAG_TC) == 0)
		reply_scrub(&w->reply, &w->put, &w->route.cut, &watcher);
	w->reading = reply_read(&w->reply, &w->put, &w->route.cut);
	trace_what_it_says(w);
	bypass_heard(w);
	if (w->reading == READS_TRUNCATED && w->attempt.transport == OVER_UDP) {
		w->attempt.transport = OVER_TCP;        /* RFC 7766 §5 */
		return SEND_QUERY;
	}
	if (w->reply.rcode == RCODE_BADCOOKIE && w->attempt.transport == OVER_UDP) {
		w->attempt.transport = w->attempt.had_bad_cookie ? OVER_TCP : OVER_UDP;
		w->attempt.had_bad_cookie = true;
		return SEND_QUERY;              /* with the cookie that came along */
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
	case READS_TRUNCATED:
	case READS_SERVER_FAILURE:
	case READS_MALFORMED:
	case READS_OTHER_ERROR:
		return leave_server(w);
	}
	unreachable();
}
