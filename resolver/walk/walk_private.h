/* SPDX-License-Identifier: MIT */
/* walk_private.h — one question in flight, for the steps only. */
#ifndef XYLEM_WALK_WALK_PRIVATE_H
#define XYLEM_WALK_WALK_PRIVATE_H

#include "cache/base/limits.h"
#include "resolver/upstream/exchange.h"
#include "resolver/policy/holders.h"
#include "resolver/upstream/reply.h"
#include "resolver/validate/signature.h"
#include "resolver/walk/bypass.h"
#include "resolver/walk/keyring.h"
#include "resolver/walk/outage.h"
#include "resolver/walk/walk.h"

/* In the order of an ordinary question. From FAIL on nothing can fail. */
enum step {
	LOOK_IN_CACHE, FIND_CUT, CHOOSE_SERVER, AWAIT_ADDRESS, AWAIT_PROBE, SEND_QUERY, AWAIT_REPLY,
	SCRUB_REPLY, FIND_KEYS, AWAIT_KEYS, VALIDATE_REPLY, AWAIT_TURN, STORE_REPLY, ACT_ON_REPLY,
	FAIL, ANSWER, OVER, STEPS
};

enum wake { WAKE_EXCHANGE = 1, WAKE_CHILD = 2, WAKE_DEADLINE = 4, WAKE_LATE = 8,
	    WAKE_NETWORK = 16 };

/* Why it failed, in words for a person. */
struct failure {
	uint16_t    ede;
	const char *sentence;           /* in the arena; NULL: it hasn't failed */
	uint32_t    keep_for;           /* s; 0: not kept in the cache */
};

/* Why a server was of no use, in its own words (RFC 8914). */
struct excuse {
	uint16_t       ede;             /* EDE_NONE: nobody has given one */
	const char    *text;            /* in the arena; NULL: a code alone */
	struct address by;
};

/* Whom to ask: the deepest known cut, and what this walk has tried of it. */
struct route {
	struct cut cut;
	uint8_t    tries[MAX_SERVERS_PER_CUT][MAX_ADDRESSES_PER_SERVER];
	bool       looked_up[MAX_SERVERS_PER_CUT];      /* by a sub-walk, successful or not */
	unsigned   names_looked_up;                     /* for this cut */
	unsigned   asked;                               /* queries to this cut */
	unsigned   overfull;                            /* replies with too many records */
	unsigned   bogus;                               /* replies that another was asked for */
	bool       is_forlorn;          /* its servers were silent when this walk came to it */
	unsigned   referrals;                           /* followed so far */
	const char *lack;               /* why a name wasn't looked up, a server not asked, … */
	bool        lack_passes;                        /* … though the zone may be fine */
	unsigned   shown;                               /* labels of the name, to this cut */
	struct excuse excuse;           /* of the last of this cut's servers that gave one */
	bool       may_fall_back;       /* its servers are configured, and there is another way */
	bool       heard;               /* one of its servers has replied */
	bool       from_cache;          /* the cut was known already; else it has just come */
	bool       whole;               /* this cut's servers need the whole name (RFC 9156) */
	bool       configured;          /* the name is in a configured zone; if the root isn't */
	bool       bypass;              /* the fallback's resolvers are asked */
	bool       is_odd;              /* a reply came that its server had no business to give */
};

/* Servers of a configured zone that failed, so that the walk goes on from the public tree. */
struct detour {
	struct name zone;               /* not set: there is none */
	bool        around_stub;
	bool        taken;              /* for this name, or for one before it in the chain */
	const char *why;                /* a sentence, in the arena */
};

/* Who is left when it has been asked. */
enum rest { REST_NONE, REST_ASKED, REST_FRESH };

/* One query to one address. */
struct attempt {
	struct exchange *exchange;      /* in the air; NULL but in AWAIT_REPLY */
	unsigned         server, place; /* in the route's cut: which server, which address */
	enum transport   transport;
	enum rest        rest;          /* when it was chosen */
	bool             without_edns;
	bool             checks_edns;   /* over TCP: is it true that it has none? */
	bool             alone;         /* the connection that it shared was closed */
	bool             had_bad_cookie;        /* once; then TCP (RFC 7873 §5.3) */
	unsigned         era;           /* of the outage, when it was sent */
	uint32_t         elapsed_us;    /* when it had settled */
};

/* What a walk has been told by another that it asked for a DS set or for keys. */
struct told {
	struct name         zone;       /* whose; not set: nothing has been told */
	bool                was_known;  /* it lay in the cache */
	bool                failed;     /* there is no answer, for `parts.ede_text` */
	struct answer_parts parts;
};

/* How far trust reaches on the way to what the reply is about: chain.c. */
struct chain {
	bool              begun;        /* for the reply at hand */
	struct name       target;       /* the zone that it is to reach, or the name that it must
					 * not pass without a signature */
	bool              to_child;     /* the target is the zone referred to, and needs a DS */
	struct name       zone;         /* the deepest zone of which something is known … */
	unsigned          labels;       /* … and of so many labels of the target none begins */
	enum security     security;     /* of that zone. SECURE: by `ds`; else for `why` */
	struct bytes      ds;           /* as in cut.h; in the arena, a cut or the anchors */
	uint16_t          ede;
	const char       *why;
	bool              passes;       /* it couldn't be found out: another time it may be */
	struct zone_keys *keys;         /* the zone's, held; NULL: not found, or not needed */
	bool              renews;       /* the keys at hand didn't do, so newer ones are awaited */
	struct list       asked;        /* struct subquestion: for DS sets and keys */
	struct told       told_ds, told_keys;
};

/* What validation says of the reply at hand, and of the zone that it refers to. */
struct judgement {
	struct verdict verdict;         /* UNCHECKED: it isn't to be kept in a secure zone */
	bool           passes;          /* as in struct chain */
	enum security  below;           /* of a referral: SECURE by `ds` */
	struct bytes   ds;
	uint32_t       life;            /* s: until the first signature on it expires */
};

struct walk {
	struct list         place;      /* among all walks of this thread, oldest first */
	struct list         bucket;     /* among those whose question hashes alike: join.c */
	struct walks       *walks;
	struct question     asked;      /* never changes; the key by which others join */
	struct list         askers;     /* clients, and walks that need this one */
	struct address      client;     /* on whose behalf it was begun … */
	struct holding      holding;    /* … and who is held to have it */
	bool                gives_way;  /* it was chosen to, and fails when it next runs */
	unsigned            depth;      /* 0 for a client's question, 1 for what that needs, … */
	unsigned            view;       /* walks->view, when it began */
	unsigned            visited;    /* join.c: the search that has seen it last */
	struct ledger      *payer;      /* of the asker with most left; outlives that asker */
	struct arena        arena;      /* owns whatever is found below */
	struct turn         turn;       /* its place in the loop's ready list */
	struct alarm        deadline;
	enum step           at;         /* where it is … */
	unsigned            woken;      /* … and who has called since it last ran */
	struct list         children;   /* struct subquestion: what this walk waits for */
	struct route        route;
	struct detour       detour;     /* fallback.c */
	struct question     put;        /* what is put to the servers: sought, or less of it */
	unsigned            minimised;  /* shorter questions put on the way to the sought name */
	struct attempt      attempt;    /* the query in the air, or the last one */
	struct attempt      hedges[MAX_HEDGES]; /* more, each when those before it are late */
	struct alarm        late;       /* rings when the latest is later than usual */
	struct reply        reply;      /* the last one; after SCRUB only what may be believed */
	enum reading        reading;
	struct chain        chain;
	struct judgement    judged;
	struct verdict      distrust;   /* why all below the route's cut is BOGUS */
	struct question     sought;     /* asked, or where aliases have led */
	unsigned            aliases;    /* links followed */
	bool                any_time;   /* the clock is wrong, and this may help to set it: dates
					 * aren't looked at, and nothing of it is kept */
	bool                from_parent;        /* renewal.c: the way is walked again from there */
	bool                doubtful;   /* some of it couldn't be validated now (struct chain) */
	bool                bypassed;   /* some of it was found on a bypass */
	bool                synthesised;        /* some of it follows from proofs at hand */
	struct answer_parts found;      /* what the askers will be told, link by link */
	struct answer      *answer;     /* … and made ready */
	struct failure      failure;
	struct trace        trace;
};

struct walks {
	struct loop                *loop;
	struct cache               *cache;
	const struct walk_settings *settings;
	struct list                 all;
	struct list                 buckets[1024];
	size_t                      count;
	size_t                      giving_way;     /* of these: they'll be gone in a moment */
	struct holders             *holders;
	struct keyring             *keyring;
	unsigned                    view;       /* how often the zones have changed … */
	bool                        closed;     /* … and whether they are just changing */
	unsigned                    searches;
	unsigned                    at[STEPS];
	struct walk_figures         figures;
	struct asker                primer;     /* background: priming.c */
	struct asker                afresh[2 * MAX_ANCHOR_ZONES];       /* priming.c */
	struct outage               outage;
	struct bypass               bypass;
};

/* What a walk asks of another walk: an address of a server known by name, a DS set, keys. */
struct subquestion {
	struct asker    asker;
	struct list     place;          /* among the parent's children, or those of its chain */
	struct question question;
};

/* The steps, in the order of the table. Each returns the step that follows. */
enum step look_in_cache(struct walk *w);
enum step find_cut(struct walk *w);
enum step choose_server(struct walk *w);
enum step await_address(struct walk *w);
enum step await_probe(struct walk *w);
enum step send_query(struct walk *w);
enum step await_reply(struct walk *w);
enum step scrub_reply(struct walk *w);
enum step find_keys(struct walk *w);
enum step await_keys(struct walk *w);
enum step validate_reply(struct walk *w);
enum step await_turn(struct walk *w);
enum step store_reply(struct walk *w);
enum step act_on_reply(struct walk *w);
enum step answer_failure(struct walk *w);
enum step tell_askers(struct walk *w);

static inline const struct address *address_of(const struct walk *w, const struct attempt *attempt)
{
	return &w->route.cut.servers[attempt->server].addresses[attempt->place];
}

/* Are those that are asked servers that we were told of? They may stand in this very network, and
 * know nothing of the way out. */
static inline bool walk_is_inside(const struct walk *w)
{
	return w->route.configured || w->route.bypass;
}

/* walk.c */
void walk_wake(struct walk *w, enum wake who);
void walk_run(struct turn *turn);
void walk_moves(struct walk *w, enum step to);
void walk_end(struct walk *w);

/* steps_end.c: `return walk_fail(w, EDE_…, "no server of %s answered", …)` ends a step. */
__attribute__((format(printf, 3, 4))) enum step walk_fail(struct walk *w, uint16_t ede,
						      const char *format, ...);
enum step give_up(struct walk *w, const char *lacks);
enum step give_way(struct walk *w);

/* bypass.c: it fails since the way to the root is closed. */
enum step bypass_fail(struct walk *w);

/* steps_server.c: is it none of the addresses that are never asked? */
bool walk_may_be_asked(const struct walk_settings *settings, const struct address *address);

/* steps_server.c: what a sub-walk's trace becomes. */
void walk_absorb(struct walk *w, const struct asker *asker, const struct trace *trace);

/* steps_server.c: what the walk waits for is let go. */
void walk_drop_children(struct walk *w);
void walk_leave_all(struct list *subquestions);

/* steps_server.c: the next address to ask; false if there is none. */
MUST_USE bool walk_choose(struct walk *w, struct attempt *into);

/* steps_server.c: asks another walk on this one's behalf; `among` are those of its kind. Afresh:
 * its servers, whatever is known here. Refused: nobody will be told. */
MUST_USE enum ask_refusal walk_ask_another(struct walk *w, const struct question *question,
					   void (*told)(struct asker *, const struct answer *,
							const struct trace *),
					   struct list *among, bool afresh);

/* chain.c: towards the target from what the route's cut, the anchors and other walks know. WAITS:
 * for those; ENDS: as far as it goes. */
enum chain_state { CHAIN_WAITS, CHAIN_ENDS };
void             chain_begin(struct walk *w, const struct name *target, bool to_child);
enum chain_state chain_go_on(struct walk *w);

/* chain.c: the next reply's begins anew; what was asked is let go. */
void chain_reset(struct walk *w);
void chain_end(struct walk *w);

/* chain.c: what is known of the route's cut. */
enum security chain_security_of_cut(struct walk *w);

/* chain.c: whoever enters a secure zone will need its keys: they are asked for beside the question
 * (DESIGN.md §2). */
void chain_ask_ahead(struct walk *w);

/* chain.c: do the keys of the chain's zone come with this very reply? */
bool chain_is_for_own_keys(const struct walk *w);

/* chain.c: the keys of the chain's zone are awaited, afresh. False: they can't be asked for. */
MUST_USE bool chain_ask_keys_again(struct walk *w);

/* renewal.c: should the zone's keys, or for their own sake its cut, be asked for again, since what
 * the reply says is bogus? Then that is under way. */
MUST_USE bool renewal_of_keys(struct walk *w);
MUST_USE bool renewal_of_cut(struct walk *w);

/* judge.c: what of the reply is secure. False: the walk has worked long enough, and goes on with it
 * later. */
MUST_USE bool judge_reply(struct walk *w);
void          walk_make_check(struct walk *w, struct check *into);

/* steps_cache.c: where a question's way begins; the deepest cut that is known there, false if none
 * is; does an alias stand for this type? */
struct name   walk_beginning(const struct question *question);
MUST_USE bool walk_find_known_cut(struct walk *w, const struct name *from, struct cut *into,
				  bool *from_cache);
bool          walk_type_follows_aliases(uint16_t type);

/* aggressive.c: what follows from proofs at hand. False: nothing. */
MUST_USE bool walk_synthesise(struct walk *w, struct answer_parts *into);

/* aggressive.c: what the reply proves is kept for that. Of one made from a wildcard, `into` has
 * the wildcard's own answer; false: it wasn't. */
void          walk_keep_proofs(struct walk *w);
MUST_USE bool walk_find_wildcard(struct walk *w, struct answer_parts *into);

/* steps_cache.c: the cache's answer to a question, as sets. */
MUST_USE bool walk_look_up(struct walk *w, const struct question *question,
			   struct answer_parts *into);

/* steps_exchange.c: what is in the air is let go. */
void walk_drop_attempts(struct walk *w);

/* steps_exchange.c: from now on this cut's servers hear the whole name. False: they have
 * already, or mustn't. */
MUST_USE bool walk_show_whole_name(struct walk *w);

/* steps_end.c: the last reply's extended error is kept, for sentences: "192.0.2.1 said: signature
 * expired", in the arena; NULL: nobody has said anything. */
void        walk_note_excuse(struct walk *w);
const char *walk_print_excuse(struct walk *w);

/* steps_act.c: does what a shorter question brought decide anything? */
bool walk_believes_minimised(const struct walk *w);

/* steps_act.c: from now on another zone's servers are asked. */
void route_enter(struct walk *w);

/* steps_cache.c: the next link of an alias chain. */
enum step follow_alias(struct walk *w, const struct name *target);

/* steps_cache.c: the set that can't stand beside the chain so far: an alias of a name where it has
 * been, or another DNAME than the one followed, for servers change their minds and what is in the
 * cache was asked for at other times. NULL: there is none; else the walk fails. */
const struct rrset *found_contradiction(struct walk *w, const struct rrsets *answer);
enum step           fail_in_circle(struct walk *w, const struct name *name);

/* What is found becomes part of the answer; the weakest link's security is the answer's, and the
 * reason for it. */
void found_add(struct walk *w, enum section section, const struct rrset *set);
void found_note(struct walk *w, enum security security, uint16_t ede, const char *text);

/* fallback.c: the configured zone that encloses the name most closely, but for those at or below
 * `passed` (NULL: none). NULL: there is none. */
const struct walk_zone *find_configured_zone(const struct walk_settings *settings,
					     const struct name *name, const struct name *passed);

/* fallback.c: the configured zone whose servers are to be asked for this name; NULL: none. */
const struct walk_zone *walk_find_zone(const struct walk *w, const struct name *name);

/* fallback.c: none of the zone's servers has replied lately, and it isn't this walk's turn to ask
 * them: it looks for another way. */
MUST_USE bool walk_passes_by(struct walk *w, const struct walk_zone *zone);

/* fallback.c: the configured zone's servers have failed. True: find_cut() finds another way. */
MUST_USE bool walk_falls_back(struct walk *w);

/* fallback.c: a server has replied. */
void walk_heard(struct walk *w);

/* fallback.c: who was silent may reply now. */
void fallback_network_changed(const struct walks *walks);

/* fallback.c: the walk's detour. Where the public tree is known for a name on it; for how long what
 * was found on it may be kept, `ttl` at most; and its end, when the name is another. */
void     detour_begin_at(const struct walk *w, struct name *from);
uint32_t detour_life(const struct walk *w, uint32_t ttl);
void     detour_end(struct walk *w);

/* steps_act.c: addresses of a cut's servers, from a set or from an additional section. */
void walk_add_addresses(struct cut *cut, const struct name *server, const struct rrset *set);
void walk_add_glue(struct cut *cut, const struct rrsets *additional);

/* priming.c: the reply to `. NS` becomes the root's cut. */
void prime_from(struct walk *w);
bool walk_is_afresh(const struct walk *w);       /* one of its askers says so */

/* The zone in text, in the walk's arena, for sentences. */
const char *walk_print_name(struct walk *w, const struct name *name);

/* Who is spoken to, for the trace. */
struct trace_peer walk_peer(struct walk *w, const struct attempt *attempt);

/* join.c: does what it finds go into the cache? Not if the zones have changed since it began. */
bool walk_may_keep(const struct walk *w);

void walk_count(uint64_t *figure);

#endif
