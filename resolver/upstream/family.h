/* SPDX-License-Identifier: MIT */
/* family.h — what is known of a whole address family, IPv4 or IPv6: does anybody reply over it?
 *
 * When the network goes, every server seems to die. So that an outage leaves no scars, silences are
 * counted here too, and once the family itself is down they are nobody's fault: no server is
 * penalised, and penalties made since the silence began don't count.
 *
 * A zone whose servers are all dead looks the same at first. So the family is only suspected until
 * a probe, a query to somebody who has nothing to do with that zone, has stayed silent as well.
 *
 * Pure: a plain value per family and thread; whoever sends the probes is walk/outage.c. */
#ifndef XYLEM_UPSTREAM_FAMILY_H
#define XYLEM_UPSTREAM_FAMILY_H

#include "cache/server.h"

enum family_state {
	FAMILY_UP,                      /* as far as anybody knows */
	FAMILY_SUSPECT,                 /* silent lately: a probe finds out */
	FAMILY_DOWN,
};

enum {
	FAMILY_SUSPECT_AFTER = 2,       /* silences in a row, of two addresses if it ever replied */
	FAMILY_DOWN_AFTER    = 4,       /* silences in a row … */
	FAMILY_DOWN_PROBES   = 2,       /* … so many of them probes' … */
	FAMILY_ADDRESSES     = 3,       /* … of so many different addresses */
	PROBE_PATIENCE_MS    = 900,     /* a satellite takes 700 */
	PROBE_PAUSE_MS       = 1000,    /* from probe to probe, when nothing else is up … */
	MAX_PROBE_PAUSE_MS   = 64000,   /* … else doubling up to this */
	PROBE_HOLDS_MS       = 4000,    /* a reply to one: so long no suspicion is looked into */
};

/* All zeros: up, and nothing known. */
struct family {
	enum family_state state;
	bool              known;        /* somebody has replied since the network last changed */
	bool              outage;       /* it was down, or changed, since silent_since */
	unsigned          silences;     /* in a row */
	unsigned          probes;       /* how many of them were probes' … */
	unsigned          no_routes;    /* … and how many our own system's word */
	bool              no_route;     /* the last one was */
	unsigned          different;    /* how many addresses they were of, up to … */
	struct address    silent[FAMILY_ADDRESSES];
	struct address    heard;        /* the last that replied; family 0: none yet */
	uint32_t          silent_since; /* age clock, s; 0: not silent */
	uint32_t          inside_at;    /* age clock, s: the last word from inside; 0: none */
	uint32_t          forgiven_from, forgiven_until;        /* the last outage; 0: none */
	uint64_t          next_probe_ms;        /* timer clock */
	uint32_t          probe_pause_ms;
};

/* A reply: the family is up. If there was an outage, what was held against servers since it fell
 * silent is forgiven. True: there was. */
bool family_heard(struct family *family, const struct address *by, uint32_t now);

/* A reply from inside: from a server that we were told of, which may stand in this very network.
 * That says nothing of the way out. */
void family_heard_inside(struct family *family, uint32_t now);

/* Nothing came, or another was so much quicker that we stopped waiting. */
void family_silent(struct family *family, const struct address *whom, uint32_t now);

/* The same of a probe. */
void family_probe_silent(struct family *family, const struct address *whom, uint32_t now);

/* Our own system knows no way there. If nobody has replied yet, or it says so of several, that
 * says it all; else it is a silence like others. */
void family_has_no_route(struct family *family, const struct address *whom, uint32_t now);

/* Links or addresses have changed, or the machine has slept: what was down is suspect again, and
 * probed at once. */
void family_network_changed(struct family *family, uint32_t now);

/* Has nobody replied for so long, a probe's addressee neither, that nothing can be said of anybody
 * over this family? */
bool family_is_silent(const struct family *family);

/* Is it somebody's own fault if he is silent now? One inside has no excuse while others there
 * reply. */
bool family_blames_servers(const struct family *family, bool inside);

/* Takes back what was held against the server during an outage of its family. */
void family_forgive(const struct family *family, bool inside, struct server *server);

/* Is a probe due? Then it is sent, and this is told; and when one has brought a reply. `alone`: no
 * other family is up. */
bool family_wants_probe(const struct family *family, uint64_t now_ms);
void family_was_cleared(struct family *family, uint64_t now_ms);
void family_probed(struct family *family, bool alone, uint64_t now_ms);

#endif
