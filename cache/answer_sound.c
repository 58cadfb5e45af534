/* SPDX-License-Identifier: MIT */
/* answer_sound.c — octets from a disk: are they an answer? The same door as for what comes
 * from the wire.
 *
 * Three looks. The frame: do all lengths agree, is every record where the index says? The
 * message: can it be parsed, and is each record's data what its type wants? The copy without
 * DNSSEC: does it say the same, or does a compression pointer lead astray when records are
 * left out? */
#include <stdalign.h>
#include <stddef.h>

#include "cache/answer_layout.h"
#include "cache/rdata.h"

static bool is_name(struct bytes octets)
{
	struct cursor at = cursor_over(octets);
	struct name name;

	name_read(&at, &name);
	/* Without pointers a name is as long as the octets that it takes. */
	return cursor_is_good(&at) && cursor_left(&at) == 0 && name.length == octets.length;
}

static bool is_text(const struct answer *answer)
{
	const uint8_t *text = answer_address_octets(answer) + address_size(answer->family);
	unsigned length = answer->text_length;

	if (length == 0)
		return true;
	if (length == 1 || text[length - 1] != '\0')
		return false;
	for (unsigned i = 0; i + 1 < length; i++) {
		if (text[i] < ' ' || text[i] == 127)
			return false;
	}
	return true;
}

/* Do the records that the index tells of lie one behind the other and fill the image? */
static bool is_indexed(const struct answer *answer)
{
	unsigned records = answer_all_records(answer);
	size_t end = 0;

	for (unsigned i = 0; i < records; i++) {
		size_t place = answer_index_word(answer, i) & PLACE;

		/* The shortest owner, type and class stand before a TTL. */
		if (place < end + 5)
			return false;
		if (place + TTL_TO_DATA > answer->image_length)
			return false;
		end = place + TTL_TO_DATA + load_u16(answer_image(answer) + place + 4);
		if (end > answer->image_length)
			return false;
	}
	return end == answer->image_length;
}

static bool has_frame(struct bytes octets)
{
	const struct answer *answer = (const void *)octets.at;
	size_t size = sizeof(*answer);

	if ((uintptr_t)octets.at % alignof(struct answer) != 0 || octets.length < sizeof(*answer))
		return false;
	if (answer->version != ANSWER_VERSION || answer->size != octets.length)
		return false;
	if (octets.length > MAX_ANSWER_OCTETS || answer->security > SECURITY_BOGUS)
		return false;
	if (answer->family != 0 && address_size(answer->family) == 0)
		return false;
	if (answer->family == 0 && answer->port != 0)
		return false;
	if (answer_all_records(answer) > MOST_RECORDS)
		return false;
	size += answer->name_length + answer_all_records(answer) * sizeof(uint16_t);
	size += answer->image_length + address_size(answer->family) + answer->text_length;
	if (size != octets.length)
		return false;
	return is_name(bytes_of(answer_name_octets(answer), answer->name_length)) &&
	       is_text(answer) && is_indexed(answer);
}

/* What differs from message to message, header and TTLs, is filled with ones: a pointer of a
 * name into it is then one that points forwards, and is refused. */
static void blot_ttls(const struct answer *answer, bool dnssec_ok, uint8_t *image)
{
	unsigned records = answer_all_records(answer);
	size_t left_out = 0, start = 0;

	for (unsigned i = 0; i < records; i++) {
		uint16_t word = answer_index_word(answer, i);
		size_t place = word & PLACE;
		size_t end = place + TTL_TO_DATA + load_u16(answer_image(answer) + place + 4);

		if (dnssec_ok || (word & IS_DNSSEC) == 0)
			memset(image + place - left_out, 0xff, 4);
		else
			left_out += end - start;
		start = end;
	}
}

static struct bytes write_whole(const struct answer *answer, bool dnssec_ok,
				uint8_t room[ANSWER_MESSAGE_SIZE])
{
	struct writer message = writer_over(room, ANSWER_MESSAGE_SIZE);
	uint16_t counts[SECTIONS];
	struct question question;
	size_t start;

	memset(room, 0xff, HEADER_LENGTH);
	message.position = HEADER_LENGTH;
	answer_question(answer, &question);
	question_write(&message, &question);
	start = message.position;
	if (!answer_write(answer, answer->stored_at, dnssec_ok, &message, counts))
		return bytes_of(room, 0);
	blot_ttls(answer, dnssec_ok, room + start);
	return writer_bytes(&message);
}

/* The record at the cursor, its data expanded. False: it is malformed. */
static bool read_expanded(struct cursor *message, struct record *record, struct writer *data)
{
	record_read(message, record);
	if (!cursor_is_good(message))
		return false;
	rdata_expand(bytes_of(message->start, message->length), record, data);
	return writer_is_good(data);
}

/* Reads a record of the whole image and, if it is for everybody, the same from the plain copy. */
static bool is_sound_record(const struct answer *answer, unsigned number, struct cursor *whole,
			    struct cursor *plain)
{
	static const uint32_t most = INT32_MAX;
	uint8_t room[2][MAX_MESSAGE];
	struct writer data[2] = { writer_over(room[0], MAX_MESSAGE),
				  writer_over(room[1], MAX_MESSAGE) };
	uint16_t word = answer_index_word(answer, number);
	uint32_t ttl = load_u32(answer_image(answer) + (word & PLACE));
	size_t start = HEADER_LENGTH + (size_t)answer->name_length + QUESTION_TAIL;
	struct record record, again;

	if (!read_expanded(whole, &record, &data[0]))
		return false;
	if (record.rdata_position != start + (word & PLACE) + TTL_TO_DATA)
		return false;
	if (ttl > most || ttl < answer->ttl)
		return false;
	if (is_dnssec_only(record.type, answer->type) != ((word & IS_DNSSEC) != 0))
		return false;
	if ((word & IS_DNSSEC) != 0)
		return true;
	if (!read_expanded(plain, &again, &data[1]))
		return false;
	return record.type == again.type && record.class == again.class &&
	       name_equal(&record.owner, &again.owner) &&
	       bytes_equal(writer_bytes(&data[0]), writer_bytes(&data[1]));
}

bool answer_is_sound(struct bytes octets)
{
	const struct answer *answer = (const void *)octets.at;
	uint8_t room[2][ANSWER_MESSAGE_SIZE];
	struct cursor whole, plain;
	unsigned records;

	if (!has_frame(octets))
		return false;
	records = answer_all_records(answer);
	whole = cursor_over(write_whole(answer, true, room[0]));
	plain = cursor_over(write_whole(answer, false, room[1]));
	cursor_skip(&whole, HEADER_LENGTH + (size_t)answer->name_length + QUESTION_TAIL);
	cursor_skip(&plain, HEADER_LENGTH + (size_t)answer->name_length + QUESTION_TAIL);
	for (unsigned i = 0; i < records; i++) {
		if (!is_sound_record(answer, i, &whole, &plain))
			return false;
	}
	return cursor_is_good(&whole) && cursor_left(&whole) == 0 && cursor_left(&plain) == 0;
}
