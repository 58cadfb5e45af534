/* SPDX-License-Identifier: MIT */
/* steps_server.c — whom to ask: an address of the cut's servers, or first a sub-walk for one. */
#include "cache/base/limits.h"
#include "cache/base/random.h"
#include "resolver/upstream/pick.h"
#include "resolver/walk/walk_private.h"

enum { MOST_ADDRESSES = MAX_SERVERS_PER_CUT * MAX_ADDRESSES_PER_SERVER };

bool walk_may_be_asked(const struct walk_settings *settings, const struct address *address)
{
	for (unsigned i = 0; i < settings->never_ask_count; i++) {
		if (network_has(&settings->never_ask[i], address))
			return false;
	}
	return true;
}

/* LIMITS.md: 0.0.0.0, :: and loopback as a server's address aren't asked; a configured zone may say
 * otherwise, and the hints (priming.c sees to what replaces them). */
static bool may_ask(const struct walk *w, const struct address *address)
{
	return !cut_is_learnt(&w->route.cut) ||
	       walk_may_be_asked(w->walks->settings, address);
}

/* Where there is another way nobody is asked again and again. */
static uint8_t tries_of(const struct walk *w, unsigned server, unsigned place)
{
	uint8_t tries = w->route.tries[server][place];

	if (!may_ask(w, &w->route.cut.servers[server].addresses[place]))
		return MAX_TRIES_PER_ADDRESS;
	if (w->route.may_fall_back && tries >= TRIES_BEFORE_FALLBACK)
		return MAX_TRIES_PER_ADDRESS;
	return tries;
}

/* The view of the cut's addresses that pick.h wants: one row per address, in the cut's order. */
struct rows {
	struct pick_view view;
	struct server    servers[MOST_ADDRESSES];
	uint8_t          tries[MOST_ADDRESSES];
};

static _Thread_local struct rows rows;  /* of the walk that runs */

static const struct pick_view *view_rows(struct walk *w)
{
	const struct walk_settings *settings = w->walks->settings;

	rows.view = (struct pick_view){
		.cut = &w->route.cut, .servers = rows.servers, .tries = rows.tries,
		.use_ipv4 = settings->use_ipv4, .use_ipv6 = settings->use_ipv6,
		.ipv4 = outage_state(w->walks, 4), .ipv6 = outage_state(w->walks, 6),
		.now = w->walks->loop->now_s,
	};
	for (unsigned s = 0; s < w->route.cut.server_count; s++) {
		const struct cut_server *server = &w->route.cut.servers[s];

		for (unsigned p = 0; p < server->address_count; p++) {
			const struct address *address = &server->addresses[p];
			unsigned row = rows.view.count++;

			rows.tries[row] = tries_of(w, s, p);
			outage_get_server(w, address, &rows.servers[row]);
		}
	}
	return &rows.view;
}

/* Before the first query to this cut: did a walk a short while ago find all of its servers silent?
 * Then a few queries will do to see whether that is over. */
static void judge_route(struct walk *w, const struct pick_view *view)
{
	if (w->route.asked == 0)
		w->route.is_forlorn = pick_is_forlorn(view);
}

static int pick(struct walk *w)
{
	const struct pick_view *view = view_rows(w);

	judge_route(w, view);
	if (w->route.is_forlorn && w->route.asked >= MAX_FORLORN_QUERIES)
		return -1;
	return pick_address(view, random_u32());
}

/* A row, as server and place in the cut. */
static struct attempt attempt_of_row(const struct walk *w, unsigned row)
{
	struct attempt attempt = { .place = row };

	while (attempt.place >= w->route.cut.servers[attempt.server].address_count)
		attempt.place -= w->route.cut.servers[attempt.server++].address_count;
	return attempt;
}

/* Who would be asked after it? */
static enum rest rest_after(struct walk *w, const struct attempt *attempt, unsigned row)
{
	uint8_t *tries = &w->route.tries[attempt->server][attempt->place];
	struct attempt next;
	int next_row;

	++*tries;
	rows.tries[row] = tries_of(w, attempt->server, attempt->place);
	--*tries;
	next_row = pick_address(&rows.view, random_u32());
	if (next_row < 0)
		return REST_NONE;
	next = attempt_of_row(w, (unsigned)next_row);
	if (address_equal(address_of(w, &next), address_of(w, attempt)))
		return REST_NONE;
	return rows.tries[next_row] == 0 ? REST_FRESH : REST_ASKED;
}

bool walk_choose(struct walk *w, struct attempt *into)
{
	int row = pick(w);
	const struct server *known;

	if (row < 0)
		return false;
	known = &rows.servers[row];
	*into = attempt_of_row(w, (unsigned)row);
	into->transport = w->route.cut.over_tls ? OVER_TLS
			  : known->prefers_tcp  ? OVER_TCP
						: OVER_UDP;
	into->without_edns = server_lacks_edns(known, w->walks->loop->now_s);
	into->rest = rest_after(w, into, (unsigned)row);
	return true;
}

/* A name isn't looked up for a reason that says nothing of its zone. What fails for want of it
 * isn't held against a sub-question (LIMITS.md), nor against anybody if it was only a moment's. */
static void note_lack(struct walk *w, const char *lack, bool passes)
{
	w->route.lack = lack;
	w->route.lack_passes |= passes || w->depth > 0;
}

/* A failure that isn't kept says nothing of the zone either. */
static bool is_passing_failure(const struct answer *answer, uint32_t now)
{
	return answer == NULL || (answer_rcode(answer) == RCODE_SERVFAIL &&
				  answer_ttl_left(answer, now) == 0);
}

/* Whoever began it tells of it: several walks for one client need the same keys and addresses, and
 * each would tell it to the next. */
void walk_absorb(struct walk *w, const struct asker *asker, const struct trace *trace)
{
	if (!asker->joined)
		trace_absorb(&w->trace, trace);
}

/* A sub-walk has ended: what it found are addresses of a server of ours, for exactly that name. */
static void told_address(struct asker *asker, const struct answer *answer,
			 const struct trace *trace)
{
	struct subquestion *sub = container_of(asker, struct subquestion, asker);
	struct walk *w = asker->child_of;
	struct answer_parts parts;

	list_remove(&sub->place);
	walk_absorb(w, asker, trace);
	walk_wake(w, WAKE_CHILD);
	if (is_passing_failure(answer, w->walks->loop->now_s))
		note_lack(w, "a server's address wasn't found in the time and number of "
			  "queries that one question has", true);
	if (answer == NULL ||
	    answer_expand(answer, w->walks->loop->now_s, &w->arena, &parts) != OK)
		return;
	for (struct rrset *set = parts.sections[SECTION_ANSWER].first; set != NULL;
	     set = set->next)
		walk_add_addresses(&w->route.cut, &sub->question.name, set);
}

enum ask_refusal walk_ask_another(struct walk *w, const struct question *question,
				  void (*told)(struct asker *, const struct answer *,
					       const struct trace *),
				  struct list *among, bool afresh)
{
	struct subquestion *sub = arena_take(&w->arena, sizeof(*sub));
	enum ask_refusal refusal;

	if (sub == NULL)
		return ASK_NO_MEMORY;
	sub->asker = (struct asker){ .child_of = w, .told = told, .afresh = afresh };
	sub->question = *question;
	list_init(&sub->asker.place);
	refusal = walk_ask(w->walks, question, &sub->asker);
	if (refusal == ASK_ACCEPTED)
		list_append(among, &sub->place);
	return refusal;
}

static void ask_address(struct walk *w, const struct name *server, uint16_t type)
{
	const struct question question = { .name = *server, .type = type, .class = CLASS_IN };

	switch (walk_ask_another(w, &question, told_address, &w->children, false)) {
	case ASK_ACCEPTED:
		break;
	case ASK_TOO_MANY:
	case ASK_NO_MEMORY:
		note_lack(w, "there was no room to look up its servers' addresses", true);
		break;
	case ASK_TOO_DEEP:
		note_lack(w, "too many zones need each other to find its servers", true);
		break;
	case ASK_CIRCLE:                        /* that is the zone's own fault */
		break;
	}
}

/* The next server known only by name is looked up. One at a time, so that a hostile delegation
 * costs little. */
static bool look_up_a_name(struct walk *w)
{
	struct cut *cut = &w->route.cut;

	for (unsigned s = 0; s < cut->server_count; s++) {
		if (cut->servers[s].address_count != 0 || w->route.looked_up[s])
			continue;
		if (w->route.names_looked_up == MAX_SERVER_NAMES_PER_CUT)
			return false;
		if (!ledger_spend_server_name(w->payer)) {
			note_lack(w, "no more servers' names may be looked up for one question",
				  false);
			return false;
		}
		w->route.looked_up[s] = true;
		w->route.names_looked_up++;
		if (w->walks->settings->use_ipv4 && outage_may_use(w->walks, 4))
			ask_address(w, &cut->servers[s].name, TYPE_A);
		if (w->walks->settings->use_ipv6 && outage_may_use(w->walks, 6))
			ask_address(w, &cut->servers[s].name, TYPE_AAAA);
		if (!list_is_empty(&w->children))
			return true;
	}
	return false;
}

void walk_leave_all(struct list *subquestions)
{
	list_for_each(place, subquestions) {
		list_remove(place);
		walk_leave(&container_of(place, struct subquestion, place)->asker);
	}
}

void walk_drop_children(struct walk *w)
{
	walk_leave_all(&w->children);
}

static enum step no_server_is_left(struct walk *w)
{
	bool forwards = w->route.cut.source == CUT_FROM_FORWARD;
	const char *lack = w->route.lack, *excuse = walk_print_excuse(w);
	const char *zone = walk_print_name(w, &w->route.cut.zone);

	if (w->route.bogus > 0)
		return walk_fail(w, w->distrust.ede, "%s; no other server of %s gave a better "
				 "answer", w->distrust.why, zone);
	if (w->route.is_forlorn)
		lack = "they have been silent lately, and those asked again still are";
	if (excuse != NULL && forwards)         /* RFC 8914 §3: it is passed on */
		walk_fail(w, w->route.excuse.ede, "%s; no server of %s gave a useful answer",
			  excuse, zone);
	else
		walk_fail(w, EDE_NO_REACHABLE_AUTHORITY,
			  "no server of %s gave a useful answer%s%s%s%s", zone,
			  excuse == NULL ? "" : "; ", excuse == NULL ? "" : excuse,
			  lack == NULL ? "" : "; ", lack == NULL ? "" : lack);
	if (w->route.lack_passes)
		w->failure.keep_for = 0;
	return FAIL;
}

/* CHOOSE_SERVER: an address that may answer soonest; else a name whose address must be found
 * first; else another way. All anew if the network was closed or opened since the cut was found. */
enum step choose_server(struct walk *w)
{
	outage_look(w->walks);
	if (bypass_differs(w))
		return FIND_CUT;
	if (bypass_is_looked_into(w))
		return AWAIT_PROBE;
	if (bypass_lacks(w))
		return bypass_fail(w);
	if (walk_choose(w, &w->attempt))
		return SEND_QUERY;
	if (!list_is_empty(&w->children) || look_up_a_name(w))
		return AWAIT_ADDRESS;
	if (walk_falls_back(w))
		return FIND_CUT;
	if (bypass_is_needed(w))
		return bypass_fail(w);
	if (outage_is_total(w->walks))
		return walk_fail(w, EDE_NETWORK_ERROR, "no server of %s replied, nor has anybody "
				 "else lately: this machine's network seems to be down",
				 walk_print_name(w, &w->route.cut.zone));
	return no_server_is_left(w);
}

/* AWAIT_ADDRESS: the first address is enough; if no sub-walk brought one, other names are tried. */
enum step await_address(struct walk *w)
{
	if (list_is_empty(&w->children) || pick(w) >= 0)
		return CHOOSE_SERVER;
	return AWAIT_ADDRESS;
}

/* AWAIT_PROBE: whoever gave such a reply, is it known by now whether it was the server? */
enum step await_probe(struct walk *w)
{
	return bypass_is_looked_into(w) ? AWAIT_PROBE : CHOOSE_SERVER;
}
