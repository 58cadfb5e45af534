/* SPDX-License-Identifier: MIT */
/* reply.c — octets into a struct reply. Exact, since whatever is let through here is looked at
 * by everybody after. */
#include "resolver/upstream/reply.h"

#include "cache/base/limits.h"
#include "resolver/observe/text.h"
#include "resolver/upstream/match.h"

/* RFC 6895 §3.1: 128 to 255 are questions and marks, not data; OPT is one too, and 0 is nothing. */
static bool type_is_data(uint16_t type)
{
	return type != 0 && type != TYPE_OPT && (type < 128 || type > 255);
}

/* An RRSIG belongs to the set that it covers; RRSIGs themselves are never signed (RFC 4035
 * §2.2). */
static bool is_kept(const struct record *record)
{
	if (record->class != CLASS_IN)
		return false;
	if (record->type != TYPE_RRSIG || record->rdata.length < 2)
		return type_is_data(record->type);
	uint16_t covered = load_u16(record->rdata.at);

	return type_is_data(covered) && covered != TYPE_RRSIG;
}

/* RFC 8914 §2: UTF-8 that may end with a NUL. Anybody may have written it, and people will read
 * it. NULL: no text, or no memory for it. */
static const char *read_ede_text(struct bytes text, struct arena *arena)
{
	enum { LONGEST_CHARACTER = 4 };
	char said[MAX_EDE_TEXT + LONGEST_CHARACTER] = "", harmless[MAX_EDE_TEXT + 1];
	size_t length = text.length < sizeof(said) ? text.length : sizeof(said) - 1;

	memcpy(said, text.at, length);
	length = text_neutral(harmless, MAX_EDE_TEXT, said);
	harmless[length] = '\0';
	return length == 0 ? NULL : arena_print(arena, "%s", harmless);
}

/* The first extended error; the others are about the same question and say less. */
static enum result read_options(struct reply *into, struct arena *arena)
{
	struct cursor options = cursor_over(into->edns.options);
	struct edns_option option;

	for (int seen = 0; seen < MAX_EDNS_OPTIONS && edns_option_read(&options, &option); seen++) {
		if (option.code != OPTION_EDE || option.value.length < 2 || into->ede != EDE_NONE)
			continue;
		into->ede = load_u16(option.value.at);
		into->ede_text = read_ede_text(bytes_of(option.value.at + 2,
							option.value.length - 2), arena);
	}
	return cursor_is_good(&options) ? OK : MALFORMED;
}

static enum result read_edns(const struct record *opt, enum section section, struct arena *arena,
			     struct reply *into)
{
	if (section != SECTION_ADDITIONAL)
		return MALFORMED;
	if (into->edns.present)
		return MALFORMED;               /* RFC 6891 §6.1.1: at most one */
	if (!edns_read(opt, &into->edns))
		return MALFORMED;
	into->edns.options = arena_copy(arena, into->edns.options);
	if (into->edns.options.at == NULL)
		return NO_MEMORY;
	into->rcode |= (unsigned)into->edns.extended_rcode << 4;
	return read_options(into, arena);
}

/* A referral to more servers than a set may have is still one to the first of them: a cut takes no
 * more than MAX_SERVERS_PER_CUT. */
static bool is_needless(const struct record *record, enum section section)
{
	return section == SECTION_AUTHORITY && record->type == TYPE_NS;
}

static enum result read_record(struct cursor *message, enum section section, struct arena *arena,
			       struct reply *into)
{
	struct record record;
	enum result result;

	record_read(message, &record);
	if (!cursor_is_good(message))
		return MALFORMED;
	if (record.type == TYPE_OPT)
		return read_edns(&record, section, arena, into);
	if (!is_kept(&record))
		return OK;
	result = rrsets_add(&into->sections[section], arena,
			    bytes_of(message->start, message->length), &record);
	return result == NO_SPACE && is_needless(&record, section) ? OK : result;
}

static enum result read_sections(struct cursor *message, struct arena *arena, struct reply *into)
{
	unsigned records = 0;

	for (enum section section = SECTION_ANSWER; section < SECTIONS; section++)
		records += into->header.counts[section];
	if (records > MAX_RECORDS_PER_REPLY)
		return NO_SPACE;
	for (enum section section = SECTION_ANSWER; section < SECTIONS; section++) {
		for (unsigned i = 0; i < into->header.counts[section]; i++) {
			enum result result = read_record(message, section, arena, into);

			if (result != OK)
				return result;
		}
	}
	/* Octets behind the last record: the counts lie, or somebody has sewn two messages
	 * together. */
	return cursor_left(message) == 0 ? OK : MALFORMED;
}

static enum result read_question(struct cursor *message, struct reply *into)
{
	if (into->header.questions == 0)
		return header_may_lack_question(&into->header) ? OK : MALFORMED;
	if (into->header.questions != 1)
		return MALFORMED;               /* RFC 9619 */
	question_read(message, &into->question);
	return cursor_is_good(message) ? OK : MALFORMED;
}

enum result reply_parse(struct bytes wire, struct arena *arena, struct reply *into)
{
	struct cursor message = cursor_over(wire);
	enum result result;

	*into = (struct reply){ .ede = EDE_NONE, .octets = (unsigned)wire.length };
	if (wire.length > MAX_MESSAGE)
		return MALFORMED;
	header_read(&message, &into->header);
	if (!cursor_is_good(&message))
		return MALFORMED;
	if ((into->header.flags & FLAG_QR) == 0)
		return MALFORMED;
	if ((into->header.flags & MASK_OPCODE) != OPCODE_QUERY)
		return MALFORMED;
	into->rcode = header_rcode(&into->header);
	result = read_question(&message, into);
	if (result != OK)
		return result;
	result = read_sections(&message, arena, into);
	if ((into->header.flags & FLAG_TC) != 0 && result != NO_MEMORY)
		return OK;                      /* RFC 2181 §9: it will be asked again by TCP */
	return result;
}
