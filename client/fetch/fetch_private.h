/* SPDX-License-Identifier: MIT */
/* fetch_private.h — the inside of a fetch, for fetch.c and its steps. */
#ifndef XYLEM_CLIENT_FETCH_PRIVATE_H
#define XYLEM_CLIENT_FETCH_PRIVATE_H

#include "client/connect/connection.h"
#include "client/connect/race.h"
#include "client/dns/resolve.h"
#include "client/fetch/fetch.h"
#include "client/http/coding.h"
#include "client/http/request.h"
#include "client/http/response.h"
#include "client/url/url.h"

enum step {
	READ_URL,
	LOOK_IN_CACHE,
	LOOK_IN_HOSTS,
	ASK_DNS,
	AWAIT_DNS,
	CONNECT,
	AWAIT_CONNECT,
	START_TLS,
	AWAIT_TLS,
	SEND_REQUEST,
	AWAIT_RESPONSE,
	END_CONNECTION,
	AWAIT_END,
	END_LEG,
	FAIL,
	OVER,
	STEPS
};

struct fetch {
	const struct fetch_settings *settings;
	struct event_log  *log;
	struct output     *output;
	uv_loop_t         *loop;
	struct alarm      *deadline;
	struct arena       arena;       /* owns URLs and texts of all legs */
	enum step          at;
	bool               woken;
	int                exit_code;
	unsigned           connections; /* made so far */

	/* this leg */
	struct url         url;
	const char        *next_url;    /* what READ_URL reads: the first one, or a Location */
	const char        *method;
	bool               with_body;
	char first_host[256]; /* credentials go to this host, port and scheme only */
	uint16_t           first_port;
	bool               first_secure;
	uint64_t           began_us;    /* of the fetch, by clock_timer_us() */
	uint64_t           connect_by_us; /* 0: no connecting now */
	enum stage         open_stage;  /* begun and not ended; STAGE_RUN: none */
	uint64_t           stage_began_us;

	struct resolve    *resolve;     /* NULL but from ASK_DNS until connected */
	struct race       *race;        /* NULL but from CONNECT until connected */
	struct address     found[MAX_ADDRESSES];
	size_t             found_count;

	struct connection *connection;  /* NULL but from then until END_LEG */
	struct address     ours, theirs;
	struct response    response;
	bool               response_open;       /* response_init() was called */
	struct coding     *coding;      /* NULL: the body is as it came */
	enum coding_outcome coding_outcome;
	uint64_t           request_octets;
	uint64_t           shown_octets; /* of the body, decoded */
	bool               sent;        /* the request has left */
	bool               first_octet;
	bool               skip_body;   /* redirect to be followed, or -f */
	bool               they_ended;
	uint64_t           ended_us;    /* our FIN */
};

/* The steps, in the order of the table. */
enum step read_url(struct fetch *f);
enum step look_in_cache(struct fetch *f);
enum step look_in_hosts(struct fetch *f);
enum step ask_dns(struct fetch *f);
enum step await_dns(struct fetch *f);
enum step connect_to_host(struct fetch *f);
enum step await_connect(struct fetch *f);
enum step start_tls(struct fetch *f);
enum step await_tls(struct fetch *f);
enum step send_request(struct fetch *f);
enum step await_response(struct fetch *f);
enum step end_connection(struct fetch *f);
enum step await_end(struct fetch *f);
enum step end_leg(struct fetch *f);
enum step give_up(struct fetch *f);

struct waker fetch_waker(struct fetch *f);
void         fetch_begin_stage(struct fetch *f, enum stage stage);
void         fetch_end_stage(struct fetch *f, enum stage stage);
void         fetch_drop_leg(struct fetch *f);
bool         fetch_follows(const struct fetch *f, int status);

/* Where a failure lies: who is responsible, in words. */
extern const char BY_YOU[], BY_RESOLVER[], BY_ZONE[], BY_NETWORK[], BY_SERVER[], BY_MACHINE[];

/* Says what went wrong, whose it is, and what to try; gives FAIL. */
__attribute__((format(printf, 6, 7))) enum step fail(struct fetch *f, int exit_code,
						     enum stage stage, const char *who,
						     const char *advice, const char *what, ...);

#endif
