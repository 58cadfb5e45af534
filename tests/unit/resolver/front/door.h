/* SPDX-License-Identifier: MIT */
/* door.h — a front on a real loop and real loopback sockets, over a cache and walks that do as they
 * are told. */
#ifndef XYLEM_TESTS_DOOR_H
#define XYLEM_TESTS_DOOR_H

#include "cache/cache.h"
#include "resolver/front/front.h"
#include "resolver/loop_uv.h"

/* --- what the fakes are made of --- */

enum { FAKE_ANSWERS = 32, FAKE_ASKERS = 9000 };

/* Stands for the real answer: one run of octets, written as it is. */
struct answer {
	struct question question;
	unsigned        rcode;
	enum security   security;
	uint16_t        ede;
	const char     *ede_text;
	struct bytes    image;          /* goes behind the question */
	unsigned        records;        /* in it, all in the answer section */
	bool            is_for_do_only; /* without DO nothing is written */
};

struct cache {
	struct answer answers[FAKE_ANSWERS];
	unsigned      count;
	unsigned      looks;
};

struct walks {
	struct asker   *askers[FAKE_ASKERS];    /* who waits, in the order of asking */
	struct question questions[FAKE_ASKERS];
	unsigned        count;
	unsigned        asked, left;            /* since the beginning */
	enum ask_refusal says;
};

/* A record A of the question's name: `last` is its last octet. */
struct answer fake_answer(const char *name, uint16_t type, uint8_t last);
void          fake_cache_add(struct cache *cache, const struct answer *answer);

/* Tells the asker at this index, who then isn't there any more. */
void fake_walks_tell(struct walks *walks, unsigned index, const struct answer *answer,
		     const struct trace *trace);

/* The index of the first who asks this name; stops if there is none. */
unsigned fake_walks_index(const struct walks *walks, const char *name);

/* --- the world --- */

struct door {
	struct loop_uv        loop;
	struct cache          cache;
	struct walks          walks;
	struct front_settings settings;
	struct access        *everybody, *nobody;
	struct local         *local;            /* every special name */
	struct front         *front;
	struct address        udp, tcp;         /* where it listens */
};

/* With a UDP and a TCP socket at `text` ("127.0.0.1", "::1", "0.0.0.0"). */
void door_open(struct door *door, const char *text);
void door_close(struct door *door);

/* Runs the loop for so long. */
void door_run_ms(struct door *door, unsigned ms);

/* Runs the loop until it is so, for three seconds at most; false: it never was. */
bool door_run_until(struct door *door, bool (*so)(void *), void *subject);

/* A bound socket for the front; and one that is connected to it. */
int door_bind(const char *text, int type, struct address *bound);
int door_connect(const struct address *to, int type);

/* Receives one datagram, running the loop; 0: none came within `ms`. */
size_t door_receive(struct door *door, int fd, uint8_t *into, size_t room, unsigned ms);

/* Reads exactly so many octets of a stream, running the loop; false: closed, or three seconds over.
 * */
bool door_read(struct door *door, int fd, uint8_t *into, size_t length);

/* Was the stream closed by the front within `ms`? What is read on the way is thrown away. */
bool door_is_closed(struct door *door, int fd, unsigned ms);

/* --- queries --- */

struct ask {
	const char *name;
	uint16_t    type;
	uint16_t    id;
	uint16_t    flags;              /* besides: none; FLAG_RD must be said */
	bool        edns;
	bool        dnssec_ok;
	uint16_t    payload;            /* 0: 1232 */
	uint8_t     version;
	struct bytes options;
};

size_t ask_write(const struct ask *ask, uint8_t *into, size_t room);
void   ask_send(const struct ask *ask, int fd);         /* as a datagram */
size_t ask_frame(const struct ask *ask, uint8_t *into, size_t room);    /* as on a stream */

/* --- replies --- */

struct said {
	struct header   header;
	struct question question;
	struct edns     edns;
	unsigned        rcode;          /* the extended one */
	uint16_t        ede;            /* EDE_NONE: none */
	char            ede_text[300];
	struct bytes    trace;          /* of option TRACE_OPTION; .at NULL: none */
	uint8_t         last_octet;     /* of the first record A */
};

enum { TRACE_OPTION = 65300 };

/* Fails the test if it isn't a well-formed reply. */
void said_read(struct bytes reply, struct said *into);

#endif
