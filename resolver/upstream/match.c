/* SPDX-License-Identifier: MIT */
/* match.c — one refusal per line. */
#include "resolver/upstream/match.h"

#include "cache/base/limits.h"

enum { TYPE_AND_CLASS = 4 };            /* octets behind the name in a question */

bool header_may_lack_question(const struct header *header)
{
	unsigned rcode = header_rcode(header);

	if (header->counts[SECTION_ANSWER] != 0 || header->counts[SECTION_AUTHORITY] != 0)
		return false;
	return rcode == RCODE_FORMERR || rcode == RCODE_SERVFAIL || rcode == RCODE_NOTIMP ||
	       rcode == RCODE_REFUSED;
}

/* The question of a query or reply: from behind the header to behind its class. A question can't
 * be compressed in any way that matters: there is no name before it. */
static struct bytes question_octets(struct bytes message)
{
	struct cursor at = cursor_over(message);
	struct question question;

	cursor_skip(&at, HEADER_LENGTH);
	question_read(&at, &question);
	if (!cursor_is_good(&at))
		return bytes_of(NULL, 0);
	return bytes_of(message.at + HEADER_LENGTH, at.position - HEADER_LENGTH);
}

static enum match match_names(struct bytes a, struct bytes b)
{
	for (size_t i = 0; i < a.length; i++) {
		/* A label's length is below any letter, so lowering leaves it as it is. */
		if (letter_lower(a.at[i]) != letter_lower(b.at[i]))
			return MATCHES_NOT;
	}
	return bytes_equal(a, b) ? MATCHES : MATCHES_BUT_LETTERS;
}

/* RFC 1035 §4.1.2: the name, then type and class, which are no letters. */
static enum match match_questions(struct bytes asked, struct bytes said)
{
	if (asked.length < TYPE_AND_CLASS || asked.length != said.length)
		return MATCHES_NOT;
	asked.length -= TYPE_AND_CLASS;
	said.length -= TYPE_AND_CLASS;
	if (memcmp(asked.at + asked.length, said.at + said.length, TYPE_AND_CLASS) != 0)
		return MATCHES_NOT;
	return match_names(asked, said);
}

enum match message_match(struct bytes query, struct bytes message)
{
	struct cursor at = cursor_over(message);
	struct header header;

	header_read(&at, &header);
	if (!cursor_is_good(&at))
		return MATCHES_NOT;
	if (header.id != load_u16(query.at))
		return MATCHES_NOT;
	if ((header.flags & FLAG_QR) == 0)
		return MATCHES_NOT;
	if ((header.flags & MASK_OPCODE) != OPCODE_QUERY)
		return MATCHES_NOT;
	if (header.questions == 0)
		return header_may_lack_question(&header) ? MATCHES : MATCHES_NOT;
	if (header.questions != 1)
		return MATCHES_NOT;
	return match_questions(question_octets(query), question_octets(message));
}

void message_lower_question(uint8_t *message, size_t length)
{
	struct bytes question;

	if (load_u16(message + 4) == 0)         /* a bare error: match.h */
		return;
	question = question_octets(bytes_of(message, length));
	for (size_t i = 0; i + TYPE_AND_CLASS < question.length; i++)
		message[HEADER_LENGTH + i] = letter_lower(message[HEADER_LENGTH + i]);
}

static bool find_option(struct bytes options, uint16_t code, struct bytes *value)
{
	struct cursor at = cursor_over(options);
	struct edns_option option;

	for (int seen = 0; seen < MAX_EDNS_OPTIONS && edns_option_read(&at, &option); seen++) {
		if (option.code != code)
			continue;
		*value = option.value;
		return true;
	}
	return false;
}

bool message_option(struct bytes message, uint16_t code, struct bytes *value)
{
	struct cursor at = cursor_over(message);
	struct header header;
	struct question question;
	struct record record;
	struct edns edns;
	unsigned records = 0;

	header_read(&at, &header);
	for (unsigned i = 0; i < header.questions && cursor_is_good(&at); i++)
		question_read(&at, &question);
	for (enum section section = SECTION_ANSWER; section < SECTIONS; section++)
		records += header.counts[section];
	for (unsigned i = 0; i < records && i < MAX_RECORDS_PER_REPLY; i++) {
		record_read(&at, &record);
		if (!cursor_is_good(&at))
			return false;
		if (record.type == TYPE_OPT)
			return edns_read(&record, &edns) && find_option(edns.options, code, value);
	}
	return false;
}
