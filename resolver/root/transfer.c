/* SPDX-License-Identifier: MIT */
/* transfer.c — what each message of a transfer must be, one refusal per line. */
#include "resolver/root/transfer.h"

#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "cache/rdata.h"
#include "resolver/observe/text.h"

struct bytes transfer_query(const struct name *apex, uint16_t type, uint16_t id,
			    uint8_t room[TRANSFER_QUERY_SIZE])
{
	const struct header header = { .id = id, .questions = 1 };
	const struct question question = { .name = *apex, .type = type, .class = CLASS_IN };
	struct writer query = writer_over(room, TRANSFER_QUERY_SIZE);

	header_write(&query, &header);
	question_write(&query, &question);
	must(writer_is_good(&query));
	return writer_bytes(&query);
}

static bool header_is_right(const struct header *header, uint16_t id, struct complaint *why)
{
	char rcode[RCODE_TEXT_SIZE];

	if (header->id != id)
		return complain(why, "a message isn't a reply to what was asked");
	if ((header->flags & FLAG_QR) == 0)
		return complain(why, "a message is a query, not a reply");
	if ((header->flags & MASK_OPCODE) != OPCODE_QUERY)
		return complain(why, "a message isn't about a query");
	if (header_rcode(header) != RCODE_NOERROR)
		return complain(why, "the server says %s", text_rcode(header_rcode(header), rcode));
	if ((header->flags & FLAG_TC) != 0)
		return complain(why, "a message is truncated");
	return true;
}

/* RFC 5936 §2.2.1: the first message repeats the question, others may. */
static bool question_is_right(struct cursor *message, const struct header *header,
			      const struct name *apex, uint16_t type, bool is_first)
{
	struct question question;

	if (header->questions == 0)
		return !is_first;
	if (header->questions != 1)
		return false;
	question_read(message, &question);
	return cursor_is_good(message) && question.type == type && question.class == CLASS_IN &&
	       name_equal(&question.name, apex);
}

bool transfer_read_soa(struct bytes wire, const struct name *apex, uint16_t id,
		       struct zone_soa *into, struct complaint *why)
{
	struct cursor message = cursor_over(wire);
	uint8_t room[MAX_MESSAGE];
	struct writer rdata = writer_over(room, sizeof(room));
	struct header header;
	struct record record;

	header_read(&message, &header);
	if (!cursor_is_good(&message))
		return complain(why, "a message is cut short");
	if (!header_is_right(&header, id, why))
		return false;
	if (!question_is_right(&message, &header, apex, TYPE_SOA, true))
		return complain(why, "a message answers another question");
	if (header.counts[SECTION_ANSWER] == 0)
		return complain(why, "the server has no SOA for it");
	record_read(&message, &record);
	if (!cursor_is_good(&message) || record.type != TYPE_SOA || record.class != CLASS_IN ||
	    !name_equal(&record.owner, apex))
		return complain(why, "the server gives something else for its SOA");
	rdata_expand(wire, &record, &rdata);
	if (!writer_is_good(&rdata) || !zone_soa_read(writer_bytes(&rdata), into))
		return complain(why, "its SOA breaks the format");
	return true;
}

/* The zone's first record is the SOA that the transfer began with: is this the same again? */
static bool is_same_soa(const struct transfer *transfer, struct bytes wire,
			const struct record *record)
{
	struct zone_record first = zone_record(transfer->zone, 0);
	uint8_t room[MAX_MESSAGE];
	struct writer rdata = writer_over(room, sizeof(room));

	rdata_expand(wire, record, &rdata);
	if (!writer_is_good(&rdata))
		return false;
	rdata_lower(TYPE_SOA, room, rdata.position);
	return bytes_equal(writer_bytes(&rdata), first.rdata);
}

static bool take_record(struct transfer *transfer, struct bytes wire, const struct record *record,
			struct complaint *why)
{
	bool is_soa = record->type == TYPE_SOA && name_equal(&record->owner, &transfer->zone->apex);
	char owner[NAME_TEXT_SIZE];

	if (transfer->has_ended)
		return complain(why, "records stand behind the SOA that ends it");
	if (!transfer->has_begun && !is_soa)
		return complain(why, "it doesn't begin with the zone's SOA");
	if (!name_is_in(&record->owner, &transfer->zone->apex))
		return complain(why, "%.200s isn't in the zone", name_print(&record->owner, owner));
	if (is_soa && transfer->has_begun) {
		if (!is_same_soa(transfer, wire, record))
			return complain(why, "it ends with another SOA than it began with");
		transfer->has_ended = true;
		return true;
	}
	transfer->has_begun = true;
	return zone_add(transfer->zone, wire, record, why);
}

static bool take_records(struct transfer *transfer, struct cursor *message,
			 const struct header *header, struct complaint *why)
{
	struct bytes wire = bytes_of(message->start, message->length);
	struct record record;

	for (unsigned i = 0; i < header->counts[SECTION_ANSWER]; i++) {
		record_read(message, &record);
		if (!cursor_is_good(message))
			return complain(why, "a message's records break the format");
		if (!take_record(transfer, wire, &record, why))
			return false;
	}
	/* RFC 5936 §2.2.5: what may stand there (OPT, TSIG) was not asked for. */
	for (unsigned i = 0; i < header->counts[SECTION_ADDITIONAL]; i++)
		record_read(message, &record);
	if (!cursor_is_good(message) || cursor_left(message) != 0)
		return complain(why, "a message has octets behind its records");
	return true;
}

static bool take_message(struct transfer *transfer, struct bytes wire, struct complaint *why)
{
	struct cursor message = cursor_over(wire);
	bool is_first = transfer->messages++ == 0;
	struct header header;

	transfer->octets += wire.length;
	if (transfer->octets > MAX_ROOT_TRANSFER)
		return complain(why, "it is longer than %d MB",
				MAX_ROOT_TRANSFER / (1024 * 1024));
	header_read(&message, &header);
	if (!cursor_is_good(&message))
		return complain(why, "a message is cut short");
	if (!header_is_right(&header, transfer->id, why))
		return false;
	if (!question_is_right(&message, &header, &transfer->zone->apex, TYPE_AXFR, is_first))
		return complain(why, "a message answers another question");
	if (header.counts[SECTION_ANSWER] == 0)
		return complain(why, "a message has no records");
	if (header.counts[SECTION_AUTHORITY] != 0)
		return complain(why, "a message has records where none belong");
	return take_records(transfer, &message, &header, why);
}

enum transfer_state transfer_take(struct transfer *transfer, struct bytes message,
				  struct complaint *why)
{
	if (!take_message(transfer, message, why))
		return TRANSFER_REFUSED;
	return transfer->has_ended ? TRANSFER_ENDS : TRANSFER_GOES_ON;
}

bool transfer_take_stream(struct transfer *transfer, struct bytes stream, struct complaint *why)
{
	struct cursor at = cursor_over(stream);
	enum transfer_state state = TRANSFER_GOES_ON;

	while (state == TRANSFER_GOES_ON) {
		struct bytes message = take_bytes(&at, take_u16(&at));

		if (!cursor_is_good(&at))
			return complain(why, "it ends early");
		state = transfer_take(transfer, message, why);
	}
	if (state == TRANSFER_ENDS && cursor_left(&at) != 0)
		return complain(why, "octets stand behind its end");
	return state == TRANSFER_ENDS;
}
