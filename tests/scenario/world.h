/* SPDX-License-Identifier: MIT */
/* world.h — the simulated servers of a story: who answers what, when, and how often each was
 * asked. */
#ifndef XYLEM_TESTS_WORLD_H
#define XYLEM_TESTS_WORLD_H

#include "cache/base/address.h"
#include "cache/dns.h"
#include "cache/name.h"
#include "tests/fake/fake.h"

enum {
	MOST_RECORDS = 1100,            /* more than MAX_RECORDS_PER_REPLY */
	MOST_HELD = 16,
};

struct held_zone;

/* One rule of a server: for such questions, this reply. The first that fits is used. */
struct rule {
	struct rule *next;
	struct name  name;
	bool         any_name;          /* `*` */
	bool         below_too;         /* `*.example.`: the name and all below it */
	uint16_t     type;              /* 0: any */
	enum { ANY_TRANSPORT, ONLY_UDP, ONLY_TCP } only;
	bool         only_with_edns;
	bool         only_with_rd;      /* recursion desired */
	bool         only_without_cookie;       /* none of the server's, that is */
	unsigned     times;             /* used so often, then the next rule; 0: for ever */
	unsigned     used;
	enum { REPLIES, IS_SILENT, IS_UNREACHABLE, SENDS_GARBAGE, SENDS_STRAY, RESETS } does;
	uint32_t     delay_ms;
	unsigned     rcode;             /* above 15 with EDNS (RFC 6891 §6.1.3) */
	uint16_t     flags;             /* FLAG_AA, FLAG_TC, FLAG_RA */
	bool         without_edns;
	bool         other_letters;     /* changes the case of the question's */
	bool         cookie, wrong_cookie;      /* it answers cookies */
	bool         wrong_question, no_question, trailing_octet;
	unsigned     cut_at;            /* octets; 0: whole */
	unsigned     padding;           /* octets of an EDNS option (RFC 7830) */
	bool         is_signed;         /* what is of a zone that is held and signed */
	bool         has_error;         /* an extended one (RFC 8914) */
	uint16_t     error;
	char         error_text[512];
	unsigned     record_count;
	struct {
		enum section section;
		char        *text;      /* in zone-file form */
	} records[MOST_RECORDS];
};

struct server_of_story {
	struct server_of_story *next;
	struct address          address;
	unsigned                asked;
	unsigned                asked_over_tcp;
	struct rule            *rules;
	struct server_of_story *like;   /* whose rules it follows; NULL: its own */
	bool                    inside; /* what becomes of the network is nothing to it */
	struct held_zone       *held[MOST_HELD];        /* what it answers from without a rule */
	unsigned                held_count;
	unsigned                held_delay_ms;
};

struct server_of_story *world_get_server(const struct address *address);
void                    world_add_rule(struct server_of_story *server, struct rule *rule);

/* What becomes of everything that is sent to addresses of one family (4 or 6). */
enum network_of_story { NETWORK_UP, NETWORK_DOWN, NETWORK_UNREACHABLE };
void world_set_network(uint8_t family, enum network_of_story does);

/* From now on this one answers in everybody's place; NULL: nobody does. */
void world_set_interceptor(struct server_of_story *server);

unsigned                world_queries(void);
unsigned                world_octets(void);     /* of all replies */
struct fake_reaction    world_reaction(const struct exchange_request *request);
void                    world_clear(void);      /* and the counts */

/* The rule's records and flags as a message, from malloc; false, with a word on stderr, if a
 * record can't be read. */
bool world_compose(const struct rule *rule, const struct exchange_request *request,
		   struct bytes *into);

#endif
