/* SPDX-License-Identifier: MIT */
/* examine.h — is this a query, and may it be asked? One refusal per line, each with what is said
 * instead.
 *
 * Reads in place: nothing is allocated, the work is bounded by the message's length and by
 * MAX_ADDITIONAL and MAX_EDNS_OPTIONS. Octets behind the last record are ignored, as BIND and
 * unbound do. */
#ifndef XYLEM_FRONT_EXAMINE_H
#define XYLEM_FRONT_EXAMINE_H

#include "cache/base/address.h"
#include "cache/message.h"
#include "resolver/front/front.h"

/* Room in a query's additional section: OPT, TSIG or SIG(0), and a few that we don't know. */
enum { MAX_ADDITIONAL = 8 };

/* One query, as far as it could be read. A plain value: it points nowhere. */
struct query {
	struct address  from;           /* who asks; filled in by the caller, as the next is */
	bool            over_tcp;

	struct header   header;
	bool            has_question;   /* or it couldn't be read: then the reply has none */
	struct question question;       /* in the asker's letters */
	struct edns     edns;           /* .options is empty: they were looked at already */
	uint16_t        trace_option;   /* 0: no trace, since not asked for or not allowed */
	bool            tests_in_vain;  /* a secure answer becomes SERVFAIL (sentinel.h) */
	uint16_t        most;           /* octets that the reply may have */
};

enum refusal {
	ADMIT,
	REFUSE_SILENTLY,                /* too short, an answer, nobody to answer to */
	REFUSE_OPCODE,
	REFUSE_COUNTS,
	REFUSE_MALFORMED,
	REFUSE_TWO_OPTS,
	REFUSE_VERSION,
	REFUSE_STRANGER,
	REFUSE_CLASS,
	REFUSE_TRANSFER,
	REFUSE_OBSOLETE,
	REFUSE_META,
	REFUSE_NOT_RECURSIVE,
	REFUSALS
};

/* What is said when there is no answer. */
struct failure {
	uint16_t    rcode;              /* extended ones too */
	uint16_t    ede;                /* EDE_NONE: no extended error */
	const char *text;               /* its sentence; NULL: none */
	bool        not_for_you;        /* RA stays clear */
};

enum refusal examine(struct bytes message, const struct front_settings *settings,
		     struct query *query);

/* For any refusal that isn't silent. */
const struct failure *refusal_failure(enum refusal refusal);

static inline bool query_has_flag(const struct query *query, uint16_t flag)
{
	return (query->header.flags & flag) != 0;
}

#endif
