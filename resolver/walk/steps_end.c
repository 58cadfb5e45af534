/* SPDX-License-Identifier: MIT */
/* steps_end.c — the end of a walk: a reason where it failed, an answer for everyone who asked. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "resolver/walk/walk_private.h"

const char *walk_print_name(struct walk *w, const struct name *name)
{
	char text[NAME_TEXT_SIZE];

	return arena_print(&w->arena, "%s", name_print(name, text));
}

enum step walk_fail(struct walk *w, uint16_t ede, const char *format, ...)
{
	char sentence[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	w->failure = (struct failure){
		.ede = ede,
		.sentence = arena_print(&w->arena, "%s", sentence),
		/* RFC 9520 §3.2; but a network that is down or closed is nobody's failure. */
		.keep_for = outage_is_total(w->walks) || bypass_excuses(w) ? 0 : MIN_FAILURE_TTL,
	};
	return FAIL;
}

void walk_note_excuse(struct walk *w)
{
	if (w->reply.ede == EDE_NONE)
		return;
	w->route.excuse = (struct excuse){
		.ede = w->reply.ede, .text = w->reply.ede_text,
		.by = walk_peer(w, &w->attempt).address,
	};
}

const char *walk_print_excuse(struct walk *w)
{
	const struct excuse *excuse = &w->route.excuse;
	bool forwards = w->route.cut.source == CUT_FROM_FORWARD;
	char by[ADDRESS_TEXT_SIZE], code[32] = "";

	if (excuse->ede == EDE_NONE)
		return NULL;
	if (excuse->text == NULL)
		snprintf(code, sizeof(code), "extended error %u", excuse->ede);
	return arena_print(&w->arena, "%s%s %s: %s%s", forwards ? "forwarder " : "",
			   address_print(&excuse->by, by), forwards ? "says" : "said", code,
			   excuse->text == NULL ? "" : excuse->text);
}

const struct trace *walk_trace(const struct asker *asker)
{
	return &asker->walk->trace;
}

void walk_describe(const struct asker *asker, char *into, size_t size)
{
	const struct walk *w = asker->walk;
	const struct cut *cut = &w->route.cut;
	char zone[NAME_TEXT_SIZE], address[ADDRESS_TEXT_SIZE];

	if (bypass_is_needed(w) && !w->route.bypass)
		bypass_say(w->walks, into, size);
	else if (!name_is_set(&cut->zone))
		snprintf(into, size, "not begun");
	else if (w->attempt.exchange != NULL)
		snprintf(into, size, "asking %s, a server of %s",
			 address_print(&cut->servers[w->attempt.server].addresses[w->attempt.place],
				       address),
			 name_print(&cut->zone, zone));
	else
		snprintf(into, size, "finding a server of %s", name_print(&cut->zone, zone));
}

/* LIMITS.md: a spent ledger is never held against a sub-question or a server, only against the
 * question that spent it; and what merely took too long hasn't failed. */
enum step give_up(struct walk *w, const char *lacks)
{
	bool out_of_time = w->walks->loop->now_ms >= w->payer->deadline_ms;

	walk_drop_attempts(w);
	walk_drop_children(w);
	walk_fail(w, out_of_time ? EDE_NO_REACHABLE_AUTHORITY : EDE_OTHER,
	     "%s has spent %s without an answer; last asked: the servers of %s",
	     walk_print_name(w, &w->asked.name), lacks,
	     name_is_set(&w->route.cut.zone) ? walk_print_name(w, &w->route.cut.zone) : ".");
	if (out_of_time || w->depth > 0)
		w->failure.keep_for = 0;
	return FAIL;
}

/* There are too many walks, and this is the oldest of whoever has most of them. Not kept: it says
 * nothing of the question. */
enum step give_way(struct walk *w)
{
	walk_drop_attempts(w);
	walk_drop_children(w);
	walk_fail(w, EDE_OTHER, "too many questions are being resolved at once, and this one was "
		  "the oldest of the client with most: ask again");
	w->failure.keep_for = 0;
	return FAIL;
}

/* RFC 9520 §3.2: each failure in a row is kept for twice as long as the one before. But what fails
 * while nobody is heard may be our own network's fault, and is tried again soon. */
static uint32_t keep_failure_for(struct walk *w)
{
	const struct walk_settings *settings = w->walks->settings;
	uint32_t before = cache_failed_for(w->walks->cache, &w->asked, w->walks->loop->now_s);
	uint32_t longer = 2 * before;

	if (!outage_heard_since(w->walks, w->trace.began_us) || longer < settings->failure_ttl)
		return settings->failure_ttl;
	return longer < settings->max_failure_ttl ? longer : settings->max_failure_ttl;
}

/* Both ways have failed: two reasons. */
static void tell_of_detour(struct walk *w)
{
	const char *both;

	if (!name_is_set(&w->detour.zone))
		return;
	both = arena_print(&w->arena, "%s; and from the public tree: %s", w->detour.why,
			   w->failure.sentence);
	if (both != NULL)
		w->failure.sentence = both;
}

/* FAIL: the reason becomes a SERVFAIL that carries it (RFC 8914). Links found so far aren't an
 * answer. */
enum step answer_failure(struct walk *w)
{
	tell_of_detour(w);
	walk_drop_children(w);
	walk_count(&w->walks->figures.failures);
	if (w->failure.keep_for > 0)
		w->failure.keep_for = keep_failure_for(w);
	trace_fail(&w->trace, RCODE_SERVFAIL, w->failure.ede, w->failure.sentence);
	w->found = (struct answer_parts){
		.question = w->asked,
		.rcode = RCODE_SERVFAIL,
		.security = SECURITY_UNCHECKED,
		.ede = w->failure.ede,
		.ede_text = w->failure.sentence,
	};
	return ANSWER;
}

static bool found_an_soa(const struct walk *w)
{
	const struct rrset *set = w->found.sections[SECTION_AUTHORITY].first;

	while (set != NULL && set->type != TYPE_SOA)
		set = set->next;
	return set != NULL;
}

/* Does it say that there is nothing, be it at the end of aliases (RFC 2308 §2)? */
static bool found_a_denial(const struct walk *w)
{
	const struct rrset *last = w->found.sections[SECTION_ANSWER].last;

	if (w->found.rcode == RCODE_NXDOMAIN || last == NULL || found_an_soa(w))
		return true;
	return last->type == TYPE_CNAME && w->asked.type != TYPE_CNAME &&
	       w->asked.type != TYPE_ANY;
}

/* Did aliases lead, or a sub-question, to a failure that the cache knew? */
static bool found_a_failure(const struct walk *w)
{
	return w->failure.sentence == NULL && w->found.rcode != RCODE_NOERROR &&
	       w->found.rcode != RCODE_NXDOMAIN;
}

static uint32_t longest_life(const struct walk *w)
{
	const struct walk_settings *settings = w->walks->settings;
	uint32_t longest = found_a_denial(w) ? settings->max_negative_ttl : settings->max_ttl;

	if (w->failure.sentence != NULL)
		return w->failure.keep_for;
	if (found_a_failure(w))
		return settings->failure_ttl;
	if (w->doubtful)
		return MIN_FAILURE_TTL;
	return w->bypassed && longest > MAX_BYPASS_TTL ? MAX_BYPASS_TTL : longest;
}

/* Kept under the asked question is what nobody has kept yet: a failure, or a chain of links. Not a
 * failure kept elsewhere, which would live on here when its time is over; nor a chain to a denial
 * without an SOA, which may not be kept either (RFC 2308 §5); nor what follows from proofs at hand,
 * so that a flood of names doesn't fill the cache. */
static bool is_to_be_kept(const struct walk *w)
{
	if (w->failure.sentence != NULL)
		return w->failure.keep_for > 0;
	if (w->aliases == 0 || w->synthesised || found_a_failure(w))
		return false;
	return !found_a_denial(w) || found_an_soa(w);
}

/* What was found, made ready. */
static void make_answer(struct walk *w)
{
	uint32_t now = w->walks->loop->now_s;

	if (found_a_failure(w))
		memset(w->found.sections, 0, sizeof(w->found.sections));
	w->answer = answer_build(&w->arena, &w->found, now, detour_life(w, longest_life(w)));
	if (w->answer == NULL && w->failure.sentence == NULL) {
		walk_fail(w, EDE_OTHER, "the answer for %s has more than 32 kB, which isn't told",
			  walk_print_name(w, &w->asked.name));
		answer_failure(w);
		w->answer = answer_build(&w->arena, &w->found, now, longest_life(w));
	}
	if (w->answer == NULL)
		return;
	if (!is_to_be_kept(w) || !walk_may_keep(w))
		return;
	cache_put_answer(w->walks->cache, w->answer, now);
	if (w->failure.sentence != NULL)
		outage_note_failure(w->walks, &w->asked);
}

/* ANSWER: everyone who asked is told, in the order in which they came. */
enum step tell_askers(struct walk *w)
{
	struct list *place;

	walk_drop_children(w);
	make_answer(w);
	if (w->answer != NULL)
		trace_answer(&w->trace, (uint8_t)answer_rcode(w->answer),
			     (uint8_t)answer_security(w->answer),
			     (uint16_t)answer_records(w->answer, SECTION_ANSWER),
			     answer_ttl_left(w->answer, w->walks->loop->now_s));
	while ((place = list_take_first(&w->askers)) != NULL) {
		struct asker *asker = container_of(place, struct asker, place);

		asker->walk = NULL;
		ledger_drop(asker->ledger);
		asker->ledger = NULL;
		asker->told(asker, w->answer, &w->trace);
	}
	return OVER;
}
