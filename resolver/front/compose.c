/* SPDX-License-Identifier: MIT */
/* compose.c — begin, sections, end: the OPT record and the header come last, when the rest is
 * known. */
#include "resolver/front/compose.h"

#include <string.h>

enum {
	OPT_OCTETS = 11,                /* a bare OPT record */
	EDE_OCTETS = 6,                 /* the option with its code and no sentence */
	EDE_TEXT_OCTETS = 240,          /* so that the longest question and it fit into 512 */
	ANY_TTL = 3600,
};

/* What the end of a reply needs to know. */
struct ending {
	uint16_t            flags;      /* besides QR, RA and what is copied */
	uint16_t            rcode;
	uint16_t            counts[SECTIONS];
	uint16_t            ede;
	const char         *text;
	const struct trace *trace;
	bool                not_for_you;
};

/* The header's place, and the question. */
static void begin(const struct query *query, struct writer *into)
{
	static const uint8_t header[HEADER_LENGTH];

	if (into->size > query->most)
		into->size = query->most;
	put_bytes(into, bytes_of(header, sizeof(header)));
	if (query->has_question)
		question_write(into, &query->question);
}

static size_t opt_octets(const struct query *query, uint16_t ede)
{
	if (!query->edns.present)
		return 0;
	return ede == EDE_NONE ? OPT_OCTETS : OPT_OCTETS + EDE_OCTETS;
}

/* How much of the text can be said in `most` octets: never half a UTF-8 character. */
static size_t fitting_text(const char *text, size_t most)
{
	size_t length;

	if (text == NULL)
		return 0;
	if (most > EDE_TEXT_OCTETS)
		most = EDE_TEXT_OCTETS;
	length = strnlen(text, most + 1);
	if (length <= most)
		return length;
	length = most;
	while (length > 0 && ((uint8_t)text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

/* RFC 8914 §2. */
static void put_ede(struct writer *into, uint16_t ede, const char *text)
{
	size_t left = writer_left(into);
	size_t length = left > EDE_OCTETS ? fitting_text(text, left - EDE_OCTETS) : 0;

	put_u16(into, OPTION_EDE);
	put_u16(into, (uint16_t)(2 + length));
	put_u16(into, ede);
	put_bytes(into, bytes_of(text, length));
}

/* Left out when there is no room: the answer matters more. */
static void put_trace(struct writer *into, uint16_t option, const struct trace *trace)
{
	size_t start = into->position;

	put_u16(into, option);
	put_u16(into, 0);
	trace_write(trace, into);
	if (writer_is_good(into))
		patch_u16(into, start + 2, (uint16_t)(into->position - start - 4));
	else
		writer_go_back(into, start);
}

static void put_opt(const struct query *query, const struct ending *ending, struct writer *into)
{
	const struct edns edns = {
		.payload = EDNS_PAYLOAD,
		.extended_rcode = (uint8_t)(ending->rcode >> 4),
		.dnssec_ok = query->edns.dnssec_ok,
	};
	size_t length_position = edns_write(into, &edns);

	if (ending->ede != EDE_NONE)
		put_ede(into, ending->ede, ending->text);
	if (ending->trace != NULL && query->trace_option != 0)
		put_trace(into, query->trace_option, ending->trace);
	patch_u16(into, length_position, (uint16_t)(into->position - length_position - 2));
}

static void end(const struct query *query, const struct ending *ending, struct writer *into)
{
	uint16_t copied = query->header.flags & (MASK_OPCODE | FLAG_RD | FLAG_CD);
	uint16_t available = ending->not_for_you ? 0 : FLAG_RA;

	if (query->edns.present)
		put_opt(query, ending, into);
	patch_u16(into, 0, query->header.id);
	patch_u16(into, 2, (uint16_t)(FLAG_QR | copied | available | ending->flags |
				      (ending->rcode & MASK_RCODE)));
	patch_u16(into, 4, query->has_question ? 1 : 0);
	patch_u16(into, 6, ending->counts[SECTION_ANSWER]);
	patch_u16(into, 8, ending->counts[SECTION_AUTHORITY]);
	patch_u16(into, 10, (uint16_t)(ending->counts[SECTION_ADDITIONAL] + query->edns.present));
}

static bool wants_to_know_security(const struct query *query)
{
	return query->edns.dnssec_ok || query_has_flag(query, FLAG_AD);
}

/* Bogus data is for those who check themselves (RFC 4035 §3.2.2). */
static void compose_bogus(const struct query *query, const struct answer *answer,
			  const struct trace *trace, struct writer *into)
{
	struct failure failure = {
		.rcode = RCODE_SERVFAIL,
		.ede = answer_ede(answer),
		.text = answer_ede_text(answer),
	};

	if (failure.ede == EDE_NONE)
		failure.ede = EDE_DNSSEC_BOGUS;
	compose_failure(query, &failure, trace, into);
}

static const struct failure key_test_fails = {
	RCODE_SERVFAIL, EDE_OTHER,
	"this name tests which root key is trusted, and the answer is no (RFC 8509)", false,
};

void compose_answer(const struct query *query, const struct answer *answer, uint32_t now,
		    const struct trace *trace, struct writer *into)
{
	struct ending ending = {
		.rcode = (uint16_t)answer_rcode(answer),
		.ede = answer_ede(answer),
		.text = answer_ede_text(answer),
		.trace = trace,
	};
	enum security security = answer_security(answer);
	size_t kept_free;

	if (security == SECURITY_BOGUS && !query_has_flag(query, FLAG_CD)) {
		compose_bogus(query, answer, trace, into);
		return;
	}
	if (query->tests_in_vain && security == SECURITY_SECURE &&
	    !query_has_flag(query, FLAG_CD)) {
		compose_failure(query, &key_test_fails, trace, into);
		return;
	}
	begin(query, into);
	kept_free = opt_octets(query, ending.ede);
	into->size -= kept_free;
	if (!answer_write(answer, now, query->edns.dnssec_ok, into, ending.counts)) {
		memset(ending.counts, 0, sizeof(ending.counts));
		ending.flags |= FLAG_TC;
	} else if (security == SECURITY_SECURE && wants_to_know_security(query)) {
		ending.flags |= FLAG_AD;
	}
	into->size += kept_free;
	end(query, &ending, into);
}

void compose_failure(const struct query *query, const struct failure *failure,
		     const struct trace *trace, struct writer *into)
{
	const struct ending ending = {
		.rcode = failure->rcode,
		.ede = failure->ede,
		.text = failure->text,
		.trace = trace,
		.not_for_you = failure->not_for_you,
	};

	begin(query, into);
	end(query, &ending, into);
}

void compose_truncated(const struct query *query, struct writer *into)
{
	const struct ending ending = { .flags = FLAG_TC, .ede = EDE_NONE };

	begin(query, into);
	end(query, &ending, into);
}

void compose_any(const struct query *query, struct writer *into)
{
	static const uint8_t hinfo[] = { 7, 'R', 'F', 'C', '8', '4', '8', '2', 0 };
	const struct ending ending = { .counts = { [SECTION_ANSWER] = 1 }, .ede = EDE_NONE };

	begin(query, into);
	put_u16(into, 0xc000 | HEADER_LENGTH);          /* the question's name */
	put_u16(into, TYPE_HINFO);
	put_u16(into, CLASS_IN);
	put_u32(into, ANY_TTL);
	put_u16(into, sizeof(hinfo));
	put_bytes(into, bytes_of(hinfo, sizeof(hinfo)));
	end(query, &ending, into);
}
