/* SPDX-License-Identifier: MIT */
/* worker.h — one thread that answers questions: its loop, its sockets, its walks.
 *
 * Workers share the cache and the settings, and nothing else. All calls are main's; each that
 * touches what the thread uses is carried out on that thread, between two of its callbacks, and
 * returns when it is done. */
#ifndef XYLEM_RESOLVER_WORKER_H
#define XYLEM_RESOLVER_WORKER_H

#include "resolver/complaint.h"
#include "resolver/settings.h"

struct worker;

/* Cache and settings are borrowed. NULL: `why`. Nothing runs yet. */
MUST_USE struct worker *worker_new(unsigned number, struct cache *cache,
				   const struct settings *settings, struct complaint *why);

/* Gives it a bound datagram socket and a bound stream socket, which are the worker's to close, also
 * when this fails. Before worker_start(). */
MUST_USE bool worker_add_sockets(struct worker *worker, int udp, int tcp, struct complaint *why);

/* Returns when the loop runs. */
MUST_USE bool worker_start(struct worker *worker, struct complaint *why);

/* From when this returns the old settings are nobody's. Cache, walks and connections stay. */
void worker_configure(struct worker *worker, const struct settings *settings);

/* Around a change of zones: walks_close_cache(), walks_open_cache(). */
void worker_close_cache(struct worker *worker);
void worker_open_cache(struct worker *worker);

/* Its walks hear that the network may be another: walks_network_changed(). */
void worker_network_changed(struct worker *worker);

/* Whom its walks ask where port 53 is closed: walks_set_fallback(). */
void worker_set_fallback(struct worker *worker, const struct cut *fallback);

/* Has it ask whatever is known: walks_ask_afresh(). */
void worker_ask_afresh(struct worker *worker, const struct question *question);

/* What the thread has done since the beginning, and has in hand now. */
struct worker_figures {
	struct front_figures front;
	struct walk_figures walk;
	size_t walks_now;
	enum passage passage;   /* walks_passage() … */
	char passage_why[512];  /* … and its sentence */
};
void worker_look(struct worker *worker, struct worker_figures *into);

/* Returns when the thread has ended. Whoever still waited for an answer gets none. */
void worker_stop(struct worker *worker);

/* Not while it runs. NULL is fine. */
void worker_free(struct worker *worker);

#endif
