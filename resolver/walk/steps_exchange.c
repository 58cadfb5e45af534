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
	for (unsigned i = 0; i < MAX_HEDGES; i++)
		exchange_drop(&w->hedges[i].exchange);
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
static bool is_answered(struct walk *w, const struct question *question)
{
	struct answer *known = cache_copy_answer(w->walks->cache, question,
						 w->walks->loop->now_s, &w->arena);

	return known != NULL && answer_rcode(known) == RCODE_NOERROR;
}

/* Is it known to be an alias? Then no zone begins there (RFC 1034 §3.6.2), and as when a server
 * says so the whole name is next (act_on_minimised()). */
static bool is_known_alias(struct walk *w, const struct name *name)
{
	const struct question alias = { .name = *name, .type = TYPE_CNAME, .class = CLASS_IN };

	return is_answered(w, &alias);
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
		if (show == labels)
			return;
		if (is_known_alias(w, &w->put.name))
			w->route.whole = true;
		else if (!is_answered(w, &w->put))
			return;
		w->route.shown = w->route.whole ? labels - 1 : show;
	} while (may);
}

/* The only callback an exchange has. */
static void exchange_settled(void *walk)
{
	walk_wake(walk, WAKE_EXCHANGE);
}

/* How long to wait for it over UDP. Is there nobody else to ask? Then it is given all the time
 * there is: a satellite link takes more than a second. Is there somebody not asked yet, or nothing
 * much to hope for? Then earlier silences don't make this one any longer. */
static uint32_t patience_for(const struct walk *w, enum rest rest, struct server server)
{
	/* Else perhaps they only don't understand it, or there is another way to the answer. */
	bool is_all = question_equal(&w->put, &w->sought) && !w->route.may_fall_back;

	if (rest == REST_NONE && !w->route.is_forlorn && is_all)
		return MAX_PATIENCE_MS;
	if (rest == REST_FRESH || w->route.is_forlorn)
		server.silences = 0;
	return server_patience_ms(&server);
}

/* When it is late another is asked beside it. By TLS it may have two handshakes to make before it
 * can reply. Without memory for the alarm there is no hedge: no more than that. */
static void watch_lateness(struct walk *w, enum transport transport, const struct server *server)
{
	uint32_t usual_ms = server_usual_ms(server);

	if (transport != OVER_TCP)
		(void)!alarm_set(w->walks->loop, &w->late,
				 transport == OVER_TLS ? 3 * usual_ms : usual_ms);
}

/* False: the system has no socket for it. */
static bool start(struct walk *w, struct attempt *attempt)
{
	struct trace_peer peer = walk_peer(w, attempt);
	struct exchange_request request = {
		.to = peer.address,
		.question = w->put,
		.transport = attempt->transport,
		.recursion_desired = w->route.cut.source == CUT_FROM_FORWARD,
		.without_edns = attempt->without_edns,
		.alone = attempt->alone,
		.tls_name = peer.server,
		.authorities = w->walks->settings->authorities,
	};
	struct server server;

	outage_get_server(w, &peer.address, &server);
	lessons_apply(&server, &w->walks->settings->defences, w->walks->loop->now_s, &request);
	w->route.tries[attempt->server][attempt->place]++;
	w->route.asked++;
	if (request.transport == OVER_UDP)
		request.patience_ms = patience_for(w, attempt->rest, server);
	else
		request.patience_ms = attempt->checks_edns ? 2 * server_patience_ms(&server)
							   : TCP_PATIENCE_MS;
	attempt->era = w->walks->outage.era;
	walk_count(&w->walks->figures.upstream_queries);
	trace_query(&w->trace, &peer, &request.question);
	attempt->exchange = exchange_start(w->walks->loop, &request, exchange_settled, w);
	if (attempt->exchange == NULL)
		trace_refused(&w->trace, &peer, "no socket for this query");
	else
		watch_lateness(w, request.transport, &server);
	return attempt->exchange != NULL;
}

/* SEND_QUERY: RFC 1034 §5.3.3 step 3. */
enum step send_query(struct walk *w)
{
	static const char lack[] = "its 64 upstream queries";

	while (!ledger_spend_query(w->payer)) {
		if (!walk_change_payer(w, lack))
			return give_up(w, lack);
	}
	word_question(w);
	if (!question_equal(&w->put, &w->sought))
		w->minimised++;
	if (!start(w, &w->attempt)) {
		walk_fail(w, EDE_OTHER, "no socket was left for a query to the servers of %s",
			  walk_print_name(w, &w->route.cut.zone));
		w->failure.keep_for = 0;        /* our own want, and only a moment's */
		return FAIL;
	}
	return AWAIT_REPLY;
}

static bool is_in_the_air(const struct walk *w, const struct attempt *attempt)
{
	const struct address *address = address_of(w, attempt);

	if (address_equal(address_of(w, &w->attempt), address))
		return true;
	for (unsigned i = 0; i < MAX_HEDGES && w->hedges[i].exchange != NULL; i++) {
		if (address_equal(address_of(w, &w->hedges[i]), address))
			return true;
	}
	return false;
}

/* The latest is late: another is asked beside it, elsewhere if there is another (else a packet may
 * have been lost, once), and if it can be paid. */
static void send_hedge(struct walk *w)
{
	struct attempt hedge;
	unsigned place = 0;

	while (place < MAX_HEDGES && w->hedges[place].exchange != NULL)
		place++;
	if (place == MAX_HEDGES || w->attempt.transport == OVER_TCP || !walk_choose(w, &hedge))
		return;
	if (place != 0 && is_in_the_air(w, &hedge))
		return;
	if (!ledger_spend_query(w->payer))
		return;
	w->hedges[place] = hedge;
	(void)start(w, &w->hedges[place]);
}

/* What TLS had to say becomes part of the reason, should the walk fail. */
static void note_fault(struct walk *w, const struct attempt *attempt)
{
	const char *fault = exchange_fault(attempt->exchange);
	struct trace_peer peer = walk_peer(w, attempt);
	char address[ADDRESS_TEXT_SIZE];

	if (fault == NULL)
		return;
	trace_refused(&w->trace, &peer, fault);
	w->route.lack = arena_print(&w->arena, "%s at %s: %s", walk_print_name(w, peer.server),
				    address_print_with_port(&peer.address, address), fault);
}

/* Somebody is there, but not whom we want: the network is fine, and the address of no use. */
static void note_distrust(struct walk *w, struct attempt *attempt)
{
	note_fault(w, attempt);
	outage_heard(w->walks, address_of(w, attempt));
	note(w, attempt, server_was_useless, w->walks->loop->now_s);
	w->route.tries[attempt->server][attempt->place] = MAX_TRIES_PER_ADDRESS;
	exchange_drop(&attempt->exchange);
}

static void note_silence(struct walk *w, struct attempt *attempt)
{
	struct trace_peer peer = walk_peer(w, attempt);

	note_fault(w, attempt);
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
	return has(attempt, EXCHANGE_SILENT) || has(attempt, EXCHANGE_UNREACHABLE) ||
	       has(attempt, EXCHANGE_UNTRUSTED);
}

static void note_failure(struct walk *w, struct attempt *attempt)
{
	if (has(attempt, EXCHANGE_UNTRUSTED))
		note_distrust(w, attempt);
	else
		note_silence(w, attempt);
}

static bool has_replied(const struct attempt *attempt)
{
	return has(attempt, EXCHANGE_REPLIED);
}

static bool has_strayed(const struct attempt *attempt)
{
	return has(attempt, EXCHANGE_STRAYED);
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

/* Of those in the air, the oldest first, the first of which this is true; NULL: of none. */
static struct attempt *find_attempt(struct walk *w, bool (*is_so)(const struct attempt *))
{
	if (is_so(&w->attempt))
		return &w->attempt;
	for (unsigned i = 0; i < MAX_HEDGES; i++) {
		if (is_so(&w->hedges[i]))
			return &w->hedges[i];
	}
	return NULL;
}

/* The one in whose place the others move up is in the air no more. */
static void move_up(struct walk *w, struct attempt *gone)
{
	if (gone == &w->attempt) {
		w->attempt = w->hedges[0];
		gone = &w->hedges[0];
	}
	for (; gone < &w->hedges[MAX_HEDGES - 1]; gone++)
		gone[0] = gone[1];
	*gone = (struct attempt){ 0 };
}

/* The one that replied is the attempt from now on. Those asked before it were late; the others are
 * let go. */
static void keep_the_quickest(struct walk *w)
{
	while (!has_replied(&w->attempt)) {
		note_late(w, &w->attempt);
		move_up(w, &w->attempt);
	}
	for (unsigned i = 0; i < MAX_HEDGES; i++)
		exchange_drop(&w->hedges[i].exchange);
}

static void note_who_was_heard(struct walk *w)
{
	if (walk_is_inside(w))
		outage_heard_inside(w->walks, address_of(w, &w->attempt));
	else
		outage_heard(w->walks, address_of(w, &w->attempt));
}

static void learn_from_reply(struct walk *w)
{
	const struct address *address = address_of(w, &w->attempt);
	uint32_t now = w->walks->loop->now_s;
	struct server server;

	note_who_was_heard(w);
	walk_heard(w);
	outage_get_server(w, address, &server);
	server_heard(&server, w->attempt.elapsed_us, now);
	lessons_learn(&server, exchange_findings(w->attempt.exchange), now);
	if (w->reply.edns.present)
		server.edns = EDNS_WORKS;
	cache_put_server(w->walks->cache, address, &server);
}

/* Takes the reply out of the exchange, into the arena and apart. */
static enum result take_reply(struct walk *w)
{
	struct bytes wire = arena_copy(&w->arena, exchange_reply(w->attempt.exchange));
	enum result result = NO_MEMORY;

	w->reply = (struct reply){ .octets = (unsigned)wire.length };
	if (wire.at != NULL)
		result = reply_parse(wire, &w->arena, &w->reply);
	learn_from_reply(w);
	return result;
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
	if (result == NO_SPACE && ++w->route.overfull == MAX_OVERFULL_REPLIES)
		return walk_fail(w, EDE_NO_REACHABLE_AUTHORITY,
				 "the servers of %s send more records than a reply may have",
				 walk_print_name(w, &w->route.cut.zone));
	return walk_show_whole_name(w) ? SEND_QUERY : CHOOSE_SERVER;
}

/* The network was gone when it was sent, and is back: as if nobody had been asked yet. */
static enum step send_again(struct walk *w)
{
	walk_drop_attempts(w);
	memset(w->route.tries, 0, sizeof(w->route.tries));
	return CHOOSE_SERVER;
}

/* Until TCP has said so too it is true of this question only (LIMITS.md, "Spoofing"). */
static enum step ask_without_edns(struct walk *w)
{
	walk_drop_attempts(w);
	w->attempt.transport = w->attempt.checks_edns ? OVER_UDP : w->attempt.transport;
	w->attempt.checks_edns = false;
	w->attempt.without_edns = true;
	return SEND_QUERY;
}

/* Those who were silent, or distrusted, are noted. When the first of them was, perhaps a whole name
 * is what they understand. */
static void note_failures(struct walk *w)
{
	struct attempt *failed;

	while ((failed = find_attempt(w, has_failed)) != NULL) {
		bool was_first = failed == &w->attempt;

		note_failure(w, failed);
		move_up(w, failed);
		if (was_first && walk_show_whole_name(w))
			walk_drop_attempts(w);
	}
}

/* AWAIT_REPLY: something arrived, a server's time is up, or the latest is late. */
enum step await_reply(struct walk *w)
{
	const struct attempt *strayed;

	if (w->attempt.era != w->walks->outage.era && find_attempt(w, has_replied) == NULL)
		return send_again(w);
	if (w->attempt.checks_edns && has_failed(&w->attempt))
		return ask_without_edns(w);
	note_failures(w);
	if (w->attempt.exchange == NULL) {
		alarm_cancel(w->walks->loop, &w->late);
		return CHOOSE_SERVER;
	}
	if (has(&w->attempt, EXCHANGE_RESET)) { /* paid for like any (RFC 7766 §6.2.4) */
		walk_drop_attempts(w);
		w->attempt.alone = true;
		return SEND_QUERY;
	}
	strayed = find_attempt(w, has_strayed);
	if (strayed != NULL)
		return ask_over_tcp(w, strayed);
	if (find_attempt(w, has_replied) != NULL) {
		keep_the_quickest(w);
		return read_reply(w);
	}
	if (w->late.seat == 0)
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

/* Asked over UDP for the first time it is believed of this question; the next time TCP is asked,
 * and what that says is kept in mind. */
static enum step doubt_edns(struct walk *w)
{
	uint32_t now = w->walks->loop->now_s;
	struct server server;

	if (w->attempt.transport != OVER_UDP) {
		note(w, &w->attempt, server_failed_edns, now);
		w->attempt.checks_edns = false;
		return ask_without_edns(w);
	}
	outage_get_server(w, address_of(w, &w->attempt), &server);
	note(w, &w->attempt, server_doubted_edns, now);
	if (!server_wants_edns_checked(&server, now))
		return ask_without_edns(w);
	w->attempt.transport = OVER_TCP;
	w->attempt.checks_edns = true;
	return SEND_QUERY;
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
	if (wants_no_edns(w))
		return doubt_edns(w);
	switch (w->reading) {
	case READS_ANSWER:
	case READS_ALIAS:
	case READS_NO_NAME:
	case READS_NO_TYPE:
	case READS_REFERRAL:
		return FIND_KEYS;
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
