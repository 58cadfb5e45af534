/* SPDX-License-Identifier: MIT */
/* control.h — the control socket: how the daemon is asked about itself, and steered
 * (docs/control.md).
 *
 * A UNIX stream socket on one thread's libuv loop: the main thread's. Everything here, the
 * host's functions too, runs on that thread, which has called rcu_thread_begin() and ignores
 * SIGPIPE. Who may connect is decided by the file's mode and again by the peer's credentials.
 * Requests, replies, connections and their idle time are bounded; a reader that is too slow is
 * dropped. */
#ifndef XYLEM_CONTROL_CONTROL_H
#define XYLEM_CONTROL_CONTROL_H

#include <uv.h>

#include "cache/cache.h"

struct control;

enum {
	CONTROL_CONNECTIONS = 16,       /* at once; others are told so */
	CONTROL_IDLE_MS = 60 * 1000,    /* between two requests */
	CONTROL_WRITE_MS = 10 * 1000,   /* for a reply to be read */
	CONTROL_DEPTH = 4,              /* of a request's nesting */
	CONTROL_MAX_CHANGES = 160,      /* settings: as many as there are */
	CONTROL_WHY_SIZE = 512,         /* octets of a sentence */
};

struct control_settings {
	const char *path;               /* of the socket; at most 107 octets */
	const char *group;              /* whose members may connect; NULL: the daemon's own */
};

/* Our copy of the root zone. */
struct control_local_root {
	const char *state;              /* "absent", "in force", "expired"; NULL: it is off */
	bool        has_copy;           /* else what follows up to `from` is of no use */
	uint32_t    serial, age_s, left_s;
	unsigned    zones;
	uint64_t    octets;
	const char *from;
	const char *why;                /* what went wrong last; NULL: nothing */
};

/* What `status` shows and the cache doesn't know. All borrowed until the next call. */
struct control_status {
	uint64_t           uptime_s;
	unsigned           workers;
	const char *const *listen;      /* "127.0.0.1@53" … */
	size_t             listen_count;
	const char        *config;      /* the file; NULL: none */
	uint64_t           queries, answers_from_cache, walks, walks_now;
	uint64_t           upstream_queries, failures;
	uint64_t           synthesised; /* from proofs at hand (RFC 8198) */
	struct control_local_root local_root;
	const char        *network;     /* "direct", "down", "blocked", "intercepted" … */
	char               network_why[CONTROL_WHY_SIZE];       /* … and a sentence; "": none */
};

/* What a reload changed; or, if it failed, why, in one sentence. */
struct control_reload {
	struct control_change {
		const char *key;        /* "cache.memory"; lives on after the call */
		bool        needs_restart;
	}      changes[CONTROL_MAX_CHANGES];
	size_t change_count;
	char   why[CONTROL_WHY_SIZE];
};

/* A stub or forward zone: to be added, or one of those there are. All borrowed. */
struct control_zone {
	const char           *name;             /* lower case, with the final dot */
	const char           *owner;            /* NULL: it stands in the file */
	const char           *tls;              /* their certificate's name; NULL: in clear */
	const struct address *servers;
	size_t                server_count;
	uint32_t              expires_s;        /* from now; 0: it doesn't */
	bool                  is_stub, validate, fallback;
	bool                  is_shadowed;      /* in the file, while an added one has its name */
};

/* What a change of zones did; or, if it failed, why, in one sentence. */
struct control_zone_change {
	bool   replaced;                        /* the same owner's of before */
	bool   shadows;                         /* one of that name in the file */
	size_t removed;
	char   why[CONTROL_WHY_SIZE];
};

/* A trust anchor, or a name below which nothing is checked. All borrowed. */
struct control_anchor {
	const char *zone;
	bool        is_negative;
	uint16_t    tag;
	uint8_t     algorithm;
	const char *state;              /* "listed", "negative", or one of RFC 5011 */
	const char *source;             /* "built in", "file", "RFC 5011", "control" */
	int64_t     since;              /* s since 1970; 0: nobody knows */
	uint32_t    left_s;             /* until it is trusted, or ends; 0: neither */
	const char *reason;             /* of a negative one; else NULL */
};

struct control_negative {
	struct name name;
	const char *reason;
	uint32_t    expires_s;          /* from now; 0: it doesn't */
};

/* The daemon, as far as it is seen from here. Everything borrowed; lives until control_stop(). */
struct control_host {
	struct cache *cache;
	const char   *cache_file;       /* NULL: memory only */
	void         *subject;          /* for the functions */
	void        (*status)(void *subject, struct control_status *into);
	enum result (*reload)(void *subject, struct control_reload *into);

	/* A name or owner that is NULL: any. Each zone, configured ones first, goes to `each`. */
	enum result (*zone_add)(void *subject, const struct control_zone *zone,
				struct control_zone_change *into);
	enum result (*zone_remove)(void *subject, const char *name, const char *owner,
				   struct control_zone_change *into);
	void        (*zone_list)(void *subject,
				 void (*each)(const struct control_zone *, void *), void *to);

	void        (*anchor_list)(void *subject,
				   void (*each)(const struct control_anchor *, void *), void *to);
	enum result (*negative_add)(void *subject, const struct control_negative *negative,
				    struct control_zone_change *into);
	enum result (*negative_remove)(void *subject, const struct name *name,
				       struct control_zone_change *into);
};

/* Begins to listen. A socket file that nobody listens on any more is replaced, any other file is
 * left alone. Not OK: `why` has one sentence. The settings' strings are copied. */
MUST_USE enum result control_start(uv_loop_t *loop, const struct control_settings *settings,
				   const struct control_host *host, struct control **into,
				   char why[CONTROL_WHY_SIZE]);

/* Hangs up on everybody and removes the socket file; NULL is fine. The host isn't called any
 * more. The memory goes when the loop has run the callbacks of what was closed, so let it run
 * once more (loop_uv_clear() does). */
void control_stop(struct control *control);

#endif
