/* SPDX-License-Identifier: MIT */
/* examine.c — the column of refusals. */
#include "resolver/front/examine.h"

#include "cache/base/limits.h"
#include "cache/base/must.h"

/* RFC 1035 §4.2.1: what every client takes over UDP. */
enum { PLAIN_PAYLOAD = 512 };

/* RFC 6895 §3.1: meta types and question types. */
enum { FIRST_META_TYPE = 128, LAST_META_TYPE = 248 };

static const struct failure failures[REFUSALS] = {
	[REFUSE_OPCODE] = { RCODE_NOTIMP, EDE_NOT_SUPPORTED, "only the opcode QUERY is known here",
			    false },
	[REFUSE_COUNTS] = { RCODE_FORMERR, EDE_NONE, NULL, false },
	[REFUSE_MALFORMED] = { RCODE_FORMERR, EDE_NONE, NULL, false },
	[REFUSE_TWO_OPTS] = { RCODE_FORMERR, EDE_NONE, NULL, false },
	[REFUSE_VERSION] = { RCODE_BADVERS, EDE_NONE, NULL, false },
	[REFUSE_STRANGER] = { RCODE_REFUSED, EDE_PROHIBITED,
			      "this resolver does not serve your address", true },
	[REFUSE_CLASS] = { RCODE_REFUSED, EDE_NOT_SUPPORTED,
			   "only class IN is served here", false },
	[REFUSE_TRANSFER] = { RCODE_REFUSED, EDE_NOT_SUPPORTED,
			      "a resolver has no zones to transfer", false },
	[REFUSE_OBSOLETE] = { RCODE_NOTIMP, EDE_NOT_SUPPORTED,
			      "MAILA and MAILB are obsolete", false },
	[REFUSE_META] = { RCODE_FORMERR, EDE_NONE, NULL, false },
	[REFUSE_NOT_RECURSIVE] = { RCODE_REFUSED, EDE_NOT_AUTHORITATIVE,
				   "a resolver is asked with RD set", false },
};

const struct failure *refusal_failure(enum refusal refusal)
{
	must(refusal > REFUSE_SILENTLY && refusal < REFUSALS);
	return &failures[refusal];
}

/* A question has nothing before it that compression could point to. */
static void read_question(struct cursor *at, struct query *query)
{
	size_t start = at->position;

	question_read(at, &query->question);
	if (!cursor_is_good(at))
		return;
	if (at->position - start != query->question.name.length + 4u)
		cursor_fail(at);
	query->has_question = cursor_is_good(at);
}

/* Looks for the one option that means something to us, among the first so many. */
static void read_options(struct cursor *message, struct query *query, uint16_t wanted)
{
	struct cursor options = cursor_over(query->edns.options);
	struct edns_option option;
	unsigned looked_at = 0;

	while (looked_at++ < MAX_EDNS_OPTIONS && edns_option_read(&options, &option)) {
		if (option.code == wanted)
			query->trace_option = wanted;
	}
	if (!cursor_is_good(&options))
		cursor_fail(message);
	query->edns.options = bytes_of(NULL, 0);
}

/* How many OPT records there were; the first is kept. */
static unsigned read_additional(struct cursor *at, struct query *query, uint16_t trace_option)
{
	struct record record;
	unsigned found = 0;

	for (unsigned i = 0; i < query->header.counts[SECTION_ADDITIONAL]; i++) {
		record_read(at, &record);
		if (!cursor_is_good(at))
			break;
		if (record.type != TYPE_OPT || found++ > 0)
			continue;
		if (!edns_read(&record, &query->edns))
			cursor_fail(at);
		else
			read_options(at, query, trace_option);
	}
	return found;
}

static uint16_t most_octets(const struct query *query)
{
	if (query->over_tcp)
		return MAX_MESSAGE;
	if (!query->edns.present || query->edns.payload < PLAIN_PAYLOAD)
		return PLAIN_PAYLOAD;           /* RFC 6891 §6.2.3: a lower one means 512 */
	return query->edns.payload < EDNS_PAYLOAD ? query->edns.payload : EDNS_PAYLOAD;
}

static bool may_be_told_the_trace(const struct query *query, const struct front_settings *settings)
{
	return settings->trace_on && access_allows(settings->trace_access, &query->from);
}

static enum refusal examine_type(uint16_t type)
{
	if (type == TYPE_AXFR || type == TYPE_IXFR)
		return REFUSE_TRANSFER;
	if (type == TYPE_MAILA || type == TYPE_MAILB)
		return REFUSE_OBSOLETE;         /* RFC 1035 §3.2.3; as BIND */
	if (type >= FIRST_META_TYPE && type <= LAST_META_TYPE)
		return REFUSE_META;
	if (type == TYPE_TKEY || type == TYPE_TSIG || type == TYPE_OPT || type == 0)
		return REFUSE_META;
	return ADMIT;
}

enum refusal examine(struct bytes message, const struct front_settings *settings,
		     struct query *query)
{
	struct cursor at = cursor_over(message);
	unsigned opts;

	query->has_question = false;
	query->edns = (struct edns){ 0 };
	query->trace_option = 0;
	query->tests_in_vain = false;
	query->most = query->over_tcp ? MAX_MESSAGE : PLAIN_PAYLOAD;
	header_read(&at, &query->header);

	if (!cursor_is_good(&at))
		return REFUSE_SILENTLY;
	if (query_has_flag(query, FLAG_QR))
		return REFUSE_SILENTLY;         /* never answer an answer */
	if (query->from.port == 0)
		return REFUSE_SILENTLY;         /* nobody is there */
	if ((query->header.flags & MASK_OPCODE) != OPCODE_QUERY << 11)
		return REFUSE_OPCODE;
	if (query->header.questions != 1)
		return REFUSE_COUNTS;           /* RFC 9619 */
	if (query->header.counts[SECTION_ANSWER] != 0)
		return REFUSE_COUNTS;
	if (query->header.counts[SECTION_ADDITIONAL] > MAX_ADDITIONAL)
		return REFUSE_COUNTS;
	read_question(&at, query);
	if (!cursor_is_good(&at))
		return REFUSE_MALFORMED;
	if (query->question.type == TYPE_IXFR)
		return REFUSE_TRANSFER;         /* has its SOA in the authority section */
	if (query->header.counts[SECTION_AUTHORITY] != 0)
		return REFUSE_COUNTS;
	opts = read_additional(&at, query, settings->trace_option);
	if (!cursor_is_good(&at) || opts > 1)
		query->edns.present = false;    /* what can't be understood isn't echoed */
	if (!cursor_is_good(&at))
		return REFUSE_MALFORMED;
	if (opts > 1)
		return REFUSE_TWO_OPTS;         /* RFC 6891 §6.1.1 */
	query->most = most_octets(query);
	if (query->edns.version > 0)
		return REFUSE_VERSION;          /* RFC 6891 §6.1.3 */
	if (!access_allows(settings->access, &query->from))
		return REFUSE_STRANGER;
	if (query->question.class != CLASS_IN)
		return REFUSE_CLASS;
	if (examine_type(query->question.type) != ADMIT)
		return examine_type(query->question.type);
	if (!query_has_flag(query, FLAG_RD) &&
	    !access_allows(settings->non_recursive, &query->from))
		return REFUSE_NOT_RECURSIVE;
	if (query->trace_option != 0 && !may_be_told_the_trace(query, settings))
		query->trace_option = 0;        /* unknown to them, so ignored */
	return ADMIT;
}
