/* SPDX-License-Identifier: MIT */
/* outage.c — probes while it lasts, and a calm restart when it ends. */
#include "resolver/walk/outage.h"

#include "cache/base/clock.h"
#include "cache/base/random.h"
#include "resolver/observe/log.h"
#include "resolver/walk/walk_private.h"

/* When everything comes back there is much to send: so many walks at a time. */
enum { RESEND_AT_ONCE = 32, RESEND_PAUSE_MS = 20 };

static struct family *family_of(struct walks *walks, uint8_t family)
{
	return family == 4 ? &walks->outage.ipv4 : &walks->outage.ipv6;
}

enum family_state outage_state(const struct walks *walks, uint8_t family)
{
	return family == 4 ? walks->outage.ipv4.state : walks->outage.ipv6.state;
}

static bool is_up(const struct walks *walks, uint8_t family)
{
	bool in_use = family == 4 ? walks->settings->use_ipv4 : walks->settings->use_ipv6;

	return in_use && outage_state(walks, family) == FAMILY_UP;
}

bool outage_may_use(const struct walks *walks, uint8_t family)
{
	return outage_state(walks, family) != FAMILY_DOWN || !is_up(walks, family == 4 ? 6 : 4);
}

bool outage_blames(const struct walk *w, const struct address *whom)
{
	return family_blames_servers(family_of(w->walks, whom->family), walk_is_inside(w));
}

void outage_get_server(const struct walk *w, const struct address *address, struct server *into)
{
	cache_get_server(w->walks->cache, address, into);
	family_forgive(family_of(w->walks, address->family), walk_is_inside(w), into);
}

bool outage_is_total(const struct walks *walks)
{
	const struct walk_settings *settings = walks->settings;

	return (!settings->use_ipv4 || family_is_silent(&walks->outage.ipv4)) &&
	       (!settings->use_ipv6 || family_is_silent(&walks->outage.ipv6));
}

/* --- the restart --- */

/* What was sent before everything came back is lost: the walks that wait for it are woken, those
 * that wait longest first. */
static void on_resend(struct alarm *alarm)
{
	struct outage *outage = container_of(alarm, struct outage, resend);
	unsigned woken = 0;

	list_for_each(place, &outage->walks->all) {
		struct walk *w = container_of(place, struct walk, place);

		if (w->at != AWAIT_REPLY || w->attempt.era == outage->era)
			continue;
		if (woken++ == RESEND_AT_ONCE) {
			/* Without memory for the alarm the others wait as they did. */
			(void)!alarm_set(outage->walks->loop, &outage->resend, RESEND_PAUSE_MS);
			return;
		}
		walk_wake(w, WAKE_NETWORK);
	}
}

void outage_send_again(struct walks *walks)
{
	walks->outage.era++;
	(void)!alarm_set(walks->loop, &walks->outage.resend, 0);
}

bool outage_heard_since(const struct walks *walks, uint64_t since_us)
{
	return walks->outage.heard_us >= since_us;
}

static void drop_doubtful(struct walks *walks)
{
	const struct outage *outage = &walks->outage;

	for (unsigned i = 0; i < outage->doubtful_count && i < MAX_DOUBTFUL_FAILURES; i++)
		cache_forget_failure(walks->cache, &outage->doubtful[i]);
}

void outage_note_failure(struct walks *walks, const struct question *question)
{
	struct outage *outage = &walks->outage;

	if ((walks->settings->use_ipv4 && outage->ipv4.silences == 0) ||
	    (walks->settings->use_ipv6 && outage->ipv6.silences == 0))
		return;
	outage->doubtful[outage->doubtful_count++ % MAX_DOUBTFUL_FAILURES] = *question;
}

void outage_heard(struct walks *walks, const struct address *by)
{
	bool was_total = outage_is_total(walks);
	enum family_state before = outage_state(walks, by->family);

	walks->outage.heard_us = clock_timer_us();
	if (family_heard(family_of(walks, by->family), by, walks->loop->now_s) && was_total) {
		drop_doubtful(walks);
		outage_send_again(walks);
	}
	walks->outage.doubtful_count = 0;
	if (before == FAMILY_DOWN)
		log_info("IPv%u replies again", by->family);
	bypass_look(walks);
}

void outage_heard_inside(struct walks *walks, const struct address *by)
{
	walks->outage.heard_us = clock_timer_us();
	family_heard_inside(family_of(walks, by->family), walks->loop->now_s);
}

/* --- the silence --- */

static void tell_if_down(struct walks *walks, uint8_t family, enum family_state before)
{
	if (before != FAMILY_DOWN && outage_state(walks, family) == FAMILY_DOWN)
		log_info("nothing replies over IPv%u any more%s", family,
			 is_up(walks, family == 4 ? 6 : 4) ? "; going on without it" : "");
}

void outage_silent(struct walks *walks, const struct address *whom, bool no_route)
{
	struct family *family = family_of(walks, whom->family);
	enum family_state before = family->state;

	if (no_route)
		family_has_no_route(family, whom, walks->loop->now_s);
	else
		family_silent(family, whom, walks->loop->now_s);
	tell_if_down(walks, whom->family, before);
	bypass_look(walks);
	outage_look(walks);
}

/* --- the probes --- */

const struct cut *outage_root(const struct walk_settings *settings)
{
	for (unsigned i = 0; i < settings->zone_count; i++) {
		if (name_equal(&settings->zones[i].cut.zone, &name_root) &&
		    settings->zones[i].health == NULL)
			return &settings->zones[i].cut;
	}
	return &settings->hints;
}

/* One of them, by chance. */
static bool find_root(const struct cut *root, uint8_t family, struct address *into)
{
	unsigned found = 0;

	for (unsigned s = 0; s < root->server_count; s++) {
		for (unsigned p = 0; p < root->servers[s].address_count; p++) {
			if (root->servers[s].addresses[p].family != family)
				continue;
			if (random_below(++found) == 0)
				*into = root->servers[s].addresses[p];
		}
	}
	return found != 0;
}

/* Who may be supposed to reply: who replied last, or the root; else one of those who didn't. */
static bool choose_whom(struct probe *probe)
{
	const struct family *family = probe->family;
	const struct cut *root = outage_root(probe->walks->settings);

	if (probe->turn++ % 2 == 1 && family->heard.family != 0)
		probe->to = family->heard;
	else if (find_root(root, probe->number, &probe->to))
		return true;
	else if (family->heard.family != 0)
		probe->to = family->heard;
	else if (family->different != 0)
		probe->to = family->silent[0];
	else
		return false;
	return true;
}

static void take_outcome(struct probe *probe, enum exchange_outcome outcome, bool no_route)
{
	struct walks *walks = probe->walks;
	enum family_state before = probe->family->state;

	if (outcome == EXCHANGE_REPLIED || outcome == EXCHANGE_STRAYED ||
	    outcome == EXCHANGE_UNTRUSTED) {
		outage_heard(walks, &probe->to);
		family_was_cleared(probe->family, walks->loop->now_ms);
		return;
	}
	family_probe_silent(probe->family, &probe->to, walks->loop->now_s);
	if (no_route)
		family_has_no_route(probe->family, &probe->to, walks->loop->now_s);
	tell_if_down(walks, probe->number, before);
	bypass_look(walks);
}

/* Nobody waits: then nobody needs to know, unless all go another way meanwhile. */
static void plan_next(struct probe *probe)
{
	const struct loop *loop = probe->walks->loop;
	uint64_t due = probe->family->next_probe_ms;

	if (probe->family->state == FAMILY_UP)
		return;
	if (probe->walks->count != 0 || bypass_is_open(probe->walks))
		(void)!alarm_set(probe->walks->loop, &probe->due,
				 due > loop->now_ms ? due - loop->now_ms : 0);
}

static void on_settled(void *subject)
{
	struct probe *probe = subject;
	enum exchange_outcome outcome = exchange_outcome(probe->exchange);
	bool no_route = exchange_findings(probe->exchange)->no_route;

	exchange_drop(&probe->exchange);
	take_outcome(probe, outcome, no_route);
	plan_next(probe);
}

static bool has_address(const struct cut *cut, const struct address *address)
{
	for (unsigned s = 0; s < cut->server_count; s++) {
		for (unsigned p = 0; p < cut->servers[s].address_count; p++) {
			if (address_equal(&cut->servers[s].addresses[p], address))
				return true;
		}
	}
	return false;
}

/* Who is asked by TLS is never asked otherwise. */
static void address_probe(const struct walk_settings *settings, const struct address *to,
			  struct exchange_request *request)
{
	request->to = *to;
	request->transport = OVER_UDP;
	for (unsigned i = 0; i < settings->zone_count; i++) {
		const struct cut *cut = &settings->zones[i].cut;

		if (!cut->over_tls || !has_address(cut, to))
			continue;
		request->transport = OVER_TLS;
		request->tls_name = &cut->servers[0].name;
		request->authorities = settings->authorities;
		return;
	}
}

static void send_probe(struct probe *probe)
{
	struct walks *walks = probe->walks;
	struct exchange_request request = {
		.question = { .name = name_root, .type = TYPE_NS, .class = CLASS_IN },
		.patience_ms = PROBE_PATIENCE_MS,
	};

	if (probe->exchange != NULL || !family_wants_probe(probe->family, walks->loop->now_ms))
		return;
	family_probed(probe->family,
		      !is_up(walks, probe->number == 4 ? 6 : 4) && !bypass_is_open(walks),
		      walks->loop->now_ms);
	if (!choose_whom(probe))
		return;
	address_probe(walks->settings, &probe->to, &request);
	walk_count(&walks->figures.upstream_queries);
	/* Without a socket for it the next one tells. */
	probe->exchange = exchange_start(walks->loop, &request, on_settled, probe);
}

static void on_due(struct alarm *alarm)
{
	struct probe *probe = container_of(alarm, struct probe, due);

	send_probe(probe);
	if (probe->exchange == NULL)
		plan_next(probe);
}

void outage_look(struct walks *walks)
{
	if (walks->settings->use_ipv4)
		send_probe(&walks->outage.probe4);
	if (walks->settings->use_ipv6)
		send_probe(&walks->outage.probe6);
}

static void init_probe(struct walks *walks, struct probe *probe, uint8_t number)
{
	*probe = (struct probe){ .walks = walks, .family = family_of(walks, number),
				 .number = number };
	alarm_init(&probe->due, on_due);
}

void outage_init(struct walks *walks)
{
	walks->outage.walks = walks;
	init_probe(walks, &walks->outage.probe4, 4);
	init_probe(walks, &walks->outage.probe6, 6);
	alarm_init(&walks->outage.resend, on_resend);
}

void outage_clear(struct walks *walks)
{
	struct outage *outage = &walks->outage;

	exchange_drop(&outage->probe4.exchange);
	exchange_drop(&outage->probe6.exchange);
	alarm_cancel(walks->loop, &outage->probe4.due);
	alarm_cancel(walks->loop, &outage->probe6.due);
	alarm_cancel(walks->loop, &outage->resend);
}

void walks_network_changed(struct walks *walks)
{
	bool was_total = outage_is_total(walks);

	family_network_changed(&walks->outage.ipv4, walks->loop->now_s);
	family_network_changed(&walks->outage.ipv6, walks->loop->now_s);
	bypass_network_changed(walks);
	if (was_total)
		outage_send_again(walks);
	fallback_network_changed(walks);
	/* A probe of before was lost with the old network. */
	exchange_drop(&walks->outage.probe4.exchange);
	exchange_drop(&walks->outage.probe6.exchange);
	if (walks->count != 0)
		outage_look(walks);
}
