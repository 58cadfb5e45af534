/* SPDX-License-Identifier: MIT */
/* bypass.c — probes of the root when somebody may speak in its place, and the way round. */
#include "resolver/walk/bypass.h"

#include <stdio.h>

#include "cache/base/random.h"
#include "cache/message.h"
#include "resolver/observe/log.h"
#include "resolver/walk/walk_private.h"

enum {
	ALL_ADDRESSES = MAX_SERVERS_PER_CUT * MAX_ADDRESSES_PER_SERVER,
	SENTENCE_SIZE = 480,
	SHOWN_RESOLVERS = 3,
};

/* Whoever forwards the root has no business with its servers; one who was told of others than the
 * hints knows what they are. */
static bool has_a_way(const struct walks *walks)
{
	return outage_root(walks->settings) == &walks->settings->hints;
}

static enum passage passage(const struct walks *walks)
{
	const struct outage *outage = &walks->outage;

	if (!has_a_way(walks))
		return PASSAGE_DIRECT;
	return passage_of(walks->settings->use_ipv4 ? &outage->ipv4 : NULL,
			  walks->settings->use_ipv6 ? &outage->ipv6 : NULL,
			  &walks->bypass.interception);
}

static bool is_closed(const struct walks *walks)
{
	return walks->bypass.passage == PASSAGE_BLOCKED ||
	       walks->bypass.passage == PASSAGE_INTERCEPTED;
}

static bool has_fallback(const struct walks *walks)
{
	return walks->bypass.fallback.server_count != 0;
}

bool bypass_is_open(const struct walks *walks)
{
	return is_closed(walks) && has_fallback(walks);
}

/* --- what is said of it --- */

/* "192.0.2.1, 192.0.2.2, …" */
static const char *print_resolvers(const struct cut *fallback, char *into, size_t size)
{
	size_t length = 0;
	unsigned shown = 0;

	into[0] = '\0';
	for (unsigned s = 0; s < fallback->server_count; s++) {
		for (unsigned p = 0; p < fallback->servers[s].address_count; p++) {
			char text[ADDRESS_TEXT_SIZE];

			if (length >= size || shown > SHOWN_RESOLVERS)
				return into;
			address_print(&fallback->servers[s].addresses[p], text);
			length += (size_t)snprintf(into + length, size - length, "%s%s",
						   shown == 0 ? "" : ", ",
						   shown == SHOWN_RESOLVERS ? "…" : text);
			shown++;
		}
	}
	return into;
}

static void say_finding(const struct walks *walks, char *into, size_t size)
{
	char address[ADDRESS_TEXT_SIZE];

	if (walks->bypass.passage == PASSAGE_INTERCEPTED)
		snprintf(into, size, "this network answers port 53 in place of the root servers "
			 "(asked %s, got a recursive resolver's reply)",
			 address_print(&walks->bypass.interception.replaced[0], address));
	else if (walks->bypass.passage == PASSAGE_BLOCKED)
		snprintf(into, size, "nobody replies at port 53, the root servers neither, though "
			 "there is a route: this network blocks it, or has lost its way out");
	else if (walks->bypass.passage == PASSAGE_DOWN)
		snprintf(into, size, "no route leads anywhere: this machine's network is down");
	else
		into[0] = '\0';
}

bool bypass_say(const struct walks *walks, char *into, size_t size)
{
	char resolvers[(SHOWN_RESOLVERS + 1) * ADDRESS_TEXT_SIZE];
	size_t length;

	say_finding(walks, into, size);
	length = strlen(into);
	if (!is_closed(walks))
		return length != 0;
	if (has_fallback(walks))
		snprintf(into + length, size - length, "; asking the fallback meanwhile: %s",
			 print_resolvers(&walks->bypass.fallback, resolvers, sizeof(resolvers)));
	else
		snprintf(into + length, size - length, "; to ask resolvers that can be reached "
			 "here, set fallback.dhcp: yes, or fallback.servers");
	return true;
}

enum step bypass_fail(struct walk *w)
{
	char said[SENTENCE_SIZE];
	bool was_on_it = w->route.bypass;

	bypass_say(w->walks, said, sizeof(said));
	return walk_fail(w, EDE_NETWORK_ERROR, "%s%s", said,
			 was_on_it ? "; it gave no useful answer for this question" : "");
}

/* Each thread finds out by itself; the first of them tells. */
static enum passage told;

static void tell(const struct walks *walks)
{
	enum passage now = walks->bypass.passage, before;
	char said[SENTENCE_SIZE];

	before = __atomic_exchange_n(&told, now, __ATOMIC_RELAXED);
	if (now == before)
		return;
	if (is_closed(walks)) {
		bypass_say(walks, said, sizeof(said));
		log_warning("%s", said);
	} else if (before == PASSAGE_BLOCKED || before == PASSAGE_INTERCEPTED) {
		log_info("port 53 is open again: names are looked up from the root");
	}
}

/* --- what follows --- */

static void plan_next(struct bypass *bypass)
{
	const struct loop *loop = bypass->walks->loop;
	uint64_t due = bypass->interception.next_probe_ms;

	/* Without memory for the alarm the next walk looks. */
	if (bypass->interception.is_certain)
		(void)!alarm_set(bypass->walks->loop, &bypass->due,
				 due > loop->now_ms ? due - loop->now_ms : 0);
}

void bypass_look(struct walks *walks)
{
	struct bypass *bypass = &walks->bypass;
	enum passage now = passage(walks);

	if (now == bypass->passage)
		return;
	bypass->passage = now;
	tell(walks);
	if (bypass_is_open(walks))
		outage_send_again(walks);
}

static bool is_looking(const struct bypass *bypass)
{
	for (unsigned i = 0; i < INTERCEPTION_ADDRESSES; i++) {
		if (bypass->probes[i].exchange != NULL)
			return true;
	}
	return false;
}

/* Those who wait for the probes look again. */
static void wake(struct walks *walks)
{
	list_for_each(place, &walks->all) {
		struct walk *w = container_of(place, struct walk, place);

		if (w->at == AWAIT_PROBE)
			walk_wake(w, WAKE_NETWORK);
	}
}

/* --- the probes --- */

static void on_settled(void *subject)
{
	struct root_probe *probe = subject;
	struct bypass *bypass = probe->bypass;
	struct walks *walks = bypass->walks;
	struct cursor reply = cursor_over(exchange_reply(probe->exchange));
	enum exchange_outcome outcome = exchange_outcome(probe->exchange);
	struct header header = { 0 };

	header_read(&reply, &header);
	exchange_drop(&probe->exchange);
	if (outcome == EXCHANGE_REPLIED && cursor_is_good(&reply)) {
		outage_heard(walks, &probe->to);
		interception_heard(&bypass->interception, &probe->to,
				   passage_speaker(header.flags), walks->loop->now_ms);
	}
	bypass_look(walks);
	plan_next(bypass);
	if (is_looking(bypass))
		return;
	interception_settled(&bypass->interception);
	wake(walks);
}

static bool may_probe(const struct walks *walks, const struct address *address)
{
	bool in_use = address->family == 4 ? walks->settings->use_ipv4
					   : walks->settings->use_ipv6;

	return in_use && outage_may_use(walks, address->family);
}

/* Different ones, by chance; how many. */
static unsigned choose_roots(const struct walks *walks, struct address *into)
{
	const struct cut *root = &walks->settings->hints;
	struct address all[ALL_ADDRESSES];
	unsigned count = 0, chosen = 0;

	for (unsigned s = 0; s < root->server_count; s++) {
		for (unsigned p = 0; p < root->servers[s].address_count; p++) {
			if (may_probe(walks, &root->servers[s].addresses[p]))
				all[count++] = root->servers[s].addresses[p];
		}
	}
	while (count != 0 && chosen < INTERCEPTION_ADDRESSES) {
		unsigned i = random_below(count);

		into[chosen++] = all[i];
		all[i] = all[--count];
	}
	return chosen;
}

/* With recursion desired: a resolver that refuses other questions answers this one, and shows that
 * it is one. */
static void send_probe(struct walks *walks, struct root_probe *probe)
{
	struct exchange_request request = {
		.to = probe->to,
		.question = { .name = name_root, .type = TYPE_NS, .class = CLASS_IN },
		.transport = OVER_UDP,
		.recursion_desired = true,
		.patience_ms = PROBE_PATIENCE_MS,
	};

	walk_count(&walks->figures.upstream_queries);
	/* Without a socket for it the next one tells. */
	probe->exchange = exchange_start(walks->loop, &request, on_settled, probe);
}

static void probe_roots(struct walks *walks)
{
	struct bypass *bypass = &walks->bypass;
	struct address roots[INTERCEPTION_ADDRESSES];
	unsigned count;

	if (is_looking(bypass) ||
	    !interception_wants_probe(&bypass->interception, walks->loop->now_ms))
		return;
	interception_probed(&bypass->interception, walks->loop->now_ms);
	count = choose_roots(walks, roots);
	for (unsigned i = 0; i < count; i++) {
		bypass->probes[i].to = roots[i];
		send_probe(walks, &bypass->probes[i]);
	}
}

static void on_due(struct alarm *alarm)
{
	struct bypass *bypass = container_of(alarm, struct bypass, due);

	probe_roots(bypass->walks);
	plan_next(bypass);
}

/* --- as walks see it --- */

void bypass_heard(struct walk *w)
{
	struct walks *walks = w->walks;
	bool of_root = name_is_root(&w->route.cut.zone);

	if (walk_is_inside(w) || !has_a_way(walks))
		return;
	if (!passage_is_odd(w->reply.header.flags, w->reading, of_root))
		return;
	w->route.is_odd = true;
	interception_suspect(&walks->bypass.interception, walks->loop->now_ms);
	probe_roots(walks);
}

bool bypass_is_looked_into(const struct walk *w)
{
	return w->route.is_odd && is_looking(&w->walks->bypass);
}

bool bypass_excuses(const struct walk *w)
{
	const struct interception *interception = &w->walks->bypass.interception;

	return w->route.bypass || (!w->route.configured && (interception->is_suspected ||
							    interception->is_certain));
}

bool bypass_differs(const struct walk *w)
{
	return !w->route.configured && w->route.bypass != bypass_is_open(w->walks);
}

bool bypass_is_needed(const struct walk *w)
{
	return !w->route.configured && is_closed(w->walks);
}

bool bypass_lacks(const struct walk *w)
{
	return bypass_is_needed(w) && !has_fallback(w->walks) &&
	       w->walks->bypass.passage == PASSAGE_INTERCEPTED;
}

/* --- life --- */

void bypass_init(struct walks *walks)
{
	struct bypass *bypass = &walks->bypass;

	bypass->walks = walks;
	bypass->fallback = (struct cut){ .zone = name_root, .source = CUT_FROM_FORWARD };
	for (unsigned i = 0; i < INTERCEPTION_ADDRESSES; i++)
		bypass->probes[i].bypass = bypass;
	alarm_init(&bypass->due, on_due);
}

void bypass_clear(struct walks *walks)
{
	for (unsigned i = 0; i < INTERCEPTION_ADDRESSES; i++)
		exchange_drop(&walks->bypass.probes[i].exchange);
	alarm_cancel(walks->loop, &walks->bypass.due);
}

void bypass_network_changed(struct walks *walks)
{
	/* A probe of before was lost with the old network. */
	bypass_clear(walks);
	interception_network_changed(&walks->bypass.interception);
	/* Nothing is known of the new one: what is told will be told of that. */
	walks->bypass.passage = passage(walks);
	__atomic_store_n(&told, walks->bypass.passage, __ATOMIC_RELAXED);
	probe_roots(walks);
	wake(walks);
}

void walks_set_fallback(struct walks *walks, const struct cut *fallback)
{
	walks->bypass.fallback = *fallback;
	if (bypass_is_open(walks))
		outage_send_again(walks);
}

enum passage walks_passage(const struct walks *walks, char *into, size_t size)
{
	bypass_say(walks, into, size);
	return walks->bypass.passage;
}
