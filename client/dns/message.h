/* SPDX-License-Identifier: MIT */
/* message.h — DNS messages of the client: made and read with ldns, EDNS options with a bounded
 * reader. */
#ifndef XYLEM_CLIENT_MESSAGE_H
#define XYLEM_CLIENT_MESSAGE_H

#include <ldns/ldns.h>
#include <stdbool.h>

#include "cache/base/bytes.h"
#include "cache/base/result.h"
#include "client/connect/address.h"

enum {
	OPTION_EXTENDED_ERROR = 15,     /* RFC 8914 */
	OPTION_NSID = 3,                /* RFC 5001 */
	OPTION_COOKIE = 10,             /* RFC 7873 */
	OPTION_TRACE = 65300,           /* docs/trace-format.md */
	EDNS_SIZE = 1232,               /* RFC 9715 §3.1 */
	LARGEST_MESSAGE = 65535,
};

struct dns_question {
	const char *name;               /* presentation format */
	uint16_t    type;
	uint16_t    class;
	bool        recursion;          /* RD */
	bool        checking_disabled;  /* CD */
	bool        authentic;          /* AD */
	bool        edns;
	bool        dnssec;             /* DO */
	bool        trace;              /* the option of docs/trace-format.md */
	bool        nsid;
};

/* The question on the wire: allocated, freed by the caller with free(). MALFORMED: no such name is
 * possible. */
MUST_USE enum result message_make(const struct dns_question *question, uint16_t id, uint8_t **wire,
				  size_t *length);

struct extended_error {
	bool         present;
	uint16_t     code;
	struct bytes text;              /* inside the message's packet; from outside */
};

struct dns_reply {
	ldns_pkt             *packet;
	uint16_t              rcode;    /* with the upper bits from EDNS */
	struct extended_error extended;
	struct bytes          trace;    /* the option's octets; .at is NULL if there is none */
	struct bytes          nsid;     /* likewise */
};

/* Reads a reply to `question` with this id; MALFORMED if it isn't one. Cleared by reply_clear()
 * either way. */
MUST_USE enum result reply_read(struct dns_reply *reply, struct bytes wire, uint16_t id,
				const struct dns_question *question);
void                 reply_clear(struct dns_reply *reply);

/* The addresses of a type (A or AAAA) in the answer, with this port; gives how many. */
size_t               reply_addresses(const struct dns_reply *reply, uint16_t type, uint16_t port,
				     struct address *into, size_t room);

/* The smallest TTL in the answer section; 0 if it is empty. */
uint32_t             reply_smallest_ttl(const struct dns_reply *reply);

/* RFC 8914 §4's names: "DNSSEC Bogus"; "extended error" for one that isn't known. */
const char          *extended_error_name(uint16_t code);

/* Codes that say that validation failed: 6 to 12. */
bool                 extended_error_is_bogus(const struct extended_error *error);

/* "NXDOMAIN", "A", into a text of the caller's. */
const char          *rcode_name(char into[24], uint16_t rcode);
const char          *type_name(char into[24], uint16_t type);

/* Runs through EDNS options: false at the end, or where they break their own format. */
struct cursor;
bool                 option_take(struct cursor *options, uint16_t *code, struct bytes *value);

#endif
