/* SPDX-License-Identifier: MIT */
/* priming.c — the root's servers learnt from a root server (RFC 8109), as background work.
 *
 * The only case in which a zone's own NS set routes: it replaces the hints. Addresses come from
 * the reply's additional section, which the scrubber leaves for this question alone, else from
 * the hints. */
#include "cache/base/limits.h"
#include "cache/rdata.h"
#include "resolver/walk/walk_private.h"

static void told_root(struct asker *asker, const struct answer *answer, const struct trace *trace)
{
	/* The walk has kept what it learnt: prime_from(). A failure is tried again when next
	 * needed. */
}

void walks_prime(struct walks *walks)
{
	struct question root_servers = { .name = name_root, .type = TYPE_NS, .class = CLASS_IN };

	if (walks->primer.walk != NULL)
		return;
	walks->primer = (struct asker){ .told = told_root };
	list_init(&walks->primer.place);
	/* Refused: the hints serve until somebody needs the root again. */
	(void)!walk_ask(walks, &root_servers, &walks->primer);
}

static void told_afresh(struct asker *asker, const struct answer *answer,
			const struct trace *trace)
{
	/* What there was to learn was learnt on the way: judge.c. */
}

void walks_ask_afresh(struct walks *walks, const struct question *question)
{
	for (unsigned i = 0; i < 2 * MAX_ANCHOR_ZONES; i++) {
		struct asker *asker = &walks->afresh[i];

		if (asker->walk != NULL)
			continue;
		*asker = (struct asker){ .told = told_afresh, .afresh = true };
		list_init(&asker->place);
		(void)!walk_ask(walks, question, asker);        /* refused: another time */
		return;
	}
}

bool walk_is_afresh(const struct walk *w)
{
	list_for_each(place, &w->askers) {
		if (container_of(place, struct asker, place)->afresh)
			return true;
	}
	return false;
}

static const struct cut_server *find_hint(const struct cut *hints, const struct name *server)
{
	for (unsigned i = 0; i < hints->server_count; i++) {
		if (name_equal(&hints->servers[i].name, server))
			return &hints->servers[i];
	}
	return NULL;
}

static void add_hinted(struct cut *cut, const struct cut *hints, const struct name *server)
{
	const struct cut_server *hint = find_hint(hints, server);

	for (unsigned i = 0; hint != NULL && i < hint->address_count; i++)
		cut_add_address(cut, server, &hint->addresses[i]);
}

static bool is_hinted(const struct cut_server *hint, const struct address *address)
{
	for (unsigned i = 0; hint != NULL && i < hint->address_count; i++) {
		if (address_equal(&hint->addresses[i], address))
			return true;
	}
	return false;
}

/* LIMITS.md: nobody but the hints may send us to ourselves, or nowhere. */
static void drop_never_asked(struct cut_server *server, const struct walk_settings *settings)
{
	const struct cut_server *hint = find_hint(&settings->hints, &server->name);
	uint8_t kept = 0;

	for (unsigned i = 0; i < server->address_count; i++) {
		if (walk_may_be_asked(settings, &server->addresses[i]) ||
		    is_hinted(hint, &server->addresses[i]))
			server->addresses[kept++] = server->addresses[i];
	}
	server->address_count = kept;
}

static bool has_an_address(const struct cut *cut)
{
	for (unsigned i = 0; i < cut->server_count; i++) {
		if (cut->servers[i].address_count != 0)
			return true;
	}
	return false;
}

void prime_from(struct walk *w)
{
	const struct rrset *ns = rrsets_find(&w->reply.sections[SECTION_ANSWER], &name_root,
					     TYPE_NS);
	struct cut cut = {
		.zone = name_root, .source = CUT_FROM_HINTS, .security = SECURITY_UNCHECKED,
		.stored_at = w->walks->loop->now_s,
	};

	if (ns == NULL || !walk_may_keep(w))
		return;
	cut.ttl = ns->ttl < MAX_TTL ? ns->ttl : MAX_TTL;
	for (unsigned i = 0; i < ns->count; i++) {
		struct name server;

		if (!rdata_name(ns->rdata[i], &server))
			continue;
		cut_add_server(&cut, &server);
	}
	walk_add_glue(&cut, &w->reply.sections[SECTION_ADDITIONAL]);
	for (unsigned i = 0; i < cut.server_count; i++) {
		drop_never_asked(&cut.servers[i], w->walks->settings);
		if (cut.servers[i].address_count == 0)
			add_hinted(&cut, &w->walks->settings->hints, &cut.servers[i].name);
	}
	if (has_an_address(&cut))
		cache_put_cut(w->walks->cache, &cut, w->walks->loop->now_s);
}
