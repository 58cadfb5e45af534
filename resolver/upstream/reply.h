/* SPDX-License-Identifier: MIT */
/* reply.h — a server's reply, parsed, and what it says to whoever asked.
 *
 * Pure: octets in, values out. reply_parse() believes nothing; scrub.h removes what this server
 * had no business saying; reply_read() then tells which of the few kinds of reply it is. */
#ifndef XYLEM_UPSTREAM_REPLY_H
#define XYLEM_UPSTREAM_REPLY_H

#include "cache/cut.h"
#include "cache/rrset.h"

struct reply {
	struct header   header;
	struct question question;
	struct edns     edns;
	unsigned        rcode;          /* with EDNS's upper bits */
	uint16_t        ede;            /* the first extended error in it; EDE_NONE … */
	const char     *ede_text;       /* … and its text, harmless and bounded; NULL: none */
	struct rrsets   sections[SECTIONS];
	bool            misdirects;     /* scrubbed: it spoke of a zone that can't answer */
	unsigned        octets;         /* of the message */
};

/* Everything goes into the arena. MALFORMED: not a reply, or not one question, or trailing
 * octets, or broken data, or an OPT that is doubled or out of place; NO_SPACE: more than the
 * limits allow; NO_MEMORY. With TC set a message that ends early is taken as far as it goes (RFC
 * 2181 §9): only its header and question are of use.
 *
 * Records of another class than IN, and of types that aren't data (RFC 6895 §3.1: TSIG, ANY, …),
 * are left out. A bare error without a question (match.h) is a reply too: then `question.name`
 * isn't set. */
MUST_USE enum result reply_parse(struct bytes wire, struct arena *arena, struct reply *into);

enum reading {                          /* the numbers of docs/trace-format.md */
	READS_ANSWER = 0,               /* data for the question */
	READS_ALIAS = 1,                /* a CNAME or DNAME at or above the name, and not its end */
	READS_NO_NAME = 2,
	READS_NO_TYPE = 3,
	READS_REFERRAL = 4,             /* to a zone below the one asked, not below the name */
	READS_LAME = 5,                 /* not authoritative, sideways referral, empty, absurd */
	READS_TRUNCATED = 6,
	READS_REFUSED = 7,
	READS_SERVER_FAILURE = 8,
	READS_MALFORMED = 9,            /* said by those who couldn't parse it */
	READS_OTHER_ERROR = 10,         /* FORMERR, NOTIMP, BADVERS, … */
};

/* Of a scrubbed reply to `question`, sent by a server of `cut`. Forwarders needn't be
 * authoritative, and don't refer.
 *
 * Other servers set AA. One that has forgotten it is believed where it shows the zone's data (an
 * answer, an alias, a denial with its SOA) and doesn't set RA, which would mean that it tells
 * what it has in a cache. Two CNAMEs at one name, NXDOMAIN beside the name's data, and answers
 * to something else than was asked are READS_LAME: nobody can act on them. */
enum reading reply_read(const struct reply *reply, const struct question *question,
			const struct cut *cut);

/* The zone that a referral refers to, and the set that says so: NULL if there is none. */
const struct rrset *reply_referral(const struct reply *reply, const struct question *question,
				   const struct cut *cut);

/* The SOA of a denial: NULL if there is none that is in the cut's zone and at or above the name
 * (for a DS, which only the parent's zone can deny: above it). */
const struct rrset *reply_denial_soa(const struct reply *reply, const struct question *question,
				     const struct cut *cut);

/* The alias for the name in the answer section: where it leads (a DNAME's CNAME synthesised, RFC
 * 6672 §3.2; only the first link). False: none, or it leads to a name too long (RFC 6672 §2.2,
 * YXDOMAIN). */
MUST_USE bool reply_alias(const struct reply *reply, const struct question *question,
			  struct name *target);

/* In words for a trace: "A 192.0.2.7, 192.0.2.8", "refers to com., 13 servers". Records
 * that don't fit are left out, long names are cut. Gives `into`; `size` is at least 1. */
char *reply_summary(const struct reply *reply, enum reading reading,
		    const struct question *question, char *into, size_t size);

#endif
