/* SPDX-License-Identifier: MIT */
/* answer.c — an answer is read: its facts, the way to the wire, back to sets, and whether it
 * is one at all. */
#include "cache/answer.h"

#include <stddef.h>

#include "cache/answer_layout.h"
#include "cache/base/must.h"
#include "cache/rdata.h"

size_t answer_size(const struct answer *answer)
{
	return answer->size;
}

void answer_question(const struct answer *answer, struct question *into)
{
	into->name.length = answer->name_length;
	memcpy(into->name.octets, answer_name_octets(answer), answer->name_length);
	into->type = answer->type;
	into->class = answer->class;
}

bool answer_is_for(const struct answer *answer, const struct question *question)
{
	const uint8_t *octets = answer_name_octets(answer);

	if (answer->type != question->type || answer->class != question->class)
		return false;
	if (answer->name_length != question->name.length)
		return false;
	if (memcmp(octets, question->name.octets, answer->name_length) == 0)
		return true;                    /* the same letters: nearly always */
	for (unsigned i = 0; i < answer->name_length; i++) {
		if (letter_lower(octets[i]) != letter_lower(question->name.octets[i]))
			return false;
	}
	return true;
}

unsigned answer_rcode(const struct answer *answer)
{
	return answer->rcode;
}

enum security answer_security(const struct answer *answer)
{
	return (enum security)answer->security;
}

uint16_t answer_ede(const struct answer *answer)
{
	return answer->ede;
}

const char *answer_ede_text(const struct answer *answer)
{
	if (answer->text_length == 0)
		return "";
	return (const char *)answer_address_octets(answer) + address_size(answer->family);
}

struct address answer_from(const struct answer *answer)
{
	switch (answer->family) {
	case 4:
		return address_v4(answer_address_octets(answer), answer->port);
	case 6:
		return address_v6(answer_address_octets(answer), answer->port);
	default:
		return (struct address){ 0 };
	}
}

unsigned answer_records(const struct answer *answer, enum section section)
{
	return answer->counts[section];
}

uint32_t answer_stored_at(const struct answer *answer)
{
	return answer->stored_at;
}

/* Ages are differences modulo 2^32, so that what was stored before this boot has one too.
 * Another thread's `now` may be a second behind whoever stored it: that is age 0. */
uint32_t answer_age(const struct answer *answer, uint32_t now)
{
	int32_t age = (int32_t)(now - answer->stored_at);

	return age < 0 ? 0 : (uint32_t)age;
}

uint32_t answer_ttl_left(const struct answer *answer, uint32_t now)
{
	uint32_t age = answer_age(answer, now);

	return age < answer->ttl ? answer->ttl - age : 0;
}

uint32_t answer_lifetime(const struct answer *answer)
{
	return answer->ttl;
}

bool answer_is_failure(const struct answer *answer)
{
	return answer->rcode != RCODE_NOERROR && answer->rcode != RCODE_NXDOMAIN;
}

bool answer_is_denial(const struct answer *answer)
{
	return answer->rcode == RCODE_NXDOMAIN || answer->counts[SECTION_ANSWER] == 0;
}

/* Where a record ends in the image. */
static size_t end_of_record(const struct answer *answer, unsigned record)
{
	size_t place = answer_index_word(answer, record) & PLACE;

	return place + TTL_TO_DATA + load_u16(answer_image(answer) + place + 4);
}

static void write_ttl(uint8_t *at, uint32_t age)
{
	uint32_t ttl = load_u32(at);

	store_u32(at, ttl > age ? ttl - age : 0);
}

static bool has_dnssec(const struct answer *answer)
{
	unsigned records = answer_all_records(answer);

	for (unsigned i = 0; i < records; i++) {
		if ((answer_index_word(answer, i) & IS_DNSSEC) != 0)
			return true;
	}
	return false;
}

static bool write_all(const struct answer *answer, uint32_t age, struct writer *message,
		      uint16_t counts[SECTIONS])
{
	uint8_t *image = message->start + message->position;
	unsigned records = answer_all_records(answer);

	if (writer_left(message) < answer->image_length)
		return false;
	put_bytes(message, bytes_of(answer_image(answer), answer->image_length));
	for (unsigned i = 0; i < records; i++)
		write_ttl(image + (answer_index_word(answer, i) & PLACE), age);
	memcpy(counts, answer->counts, sizeof(answer->counts));
	return true;
}

static bool write_plain(const struct answer *answer, uint32_t age, struct writer *message,
			uint16_t counts[SECTIONS])
{
	size_t before = message->position, start = 0;
	unsigned record = 0;

	for (unsigned section = 0; section < SECTIONS; section++) {
		unsigned last = record + answer->counts[section];

		counts[section] = 0;
		for (; record < last; record++) {
			uint16_t word = answer_index_word(answer, record);
			size_t end = end_of_record(answer, record);
			struct bytes octets = bytes_of(answer_image(answer) + start, end - start);
			size_t to_ttl = (word & PLACE) - start;

			start = end;
			if ((word & IS_DNSSEC) != 0)
				continue;
			put_bytes(message, octets);
			if (!writer_is_good(message)) {
				writer_go_back(message, before);
				return false;
			}
			write_ttl(message->start + message->position - octets.length + to_ttl, age);
			counts[section]++;
		}
	}
	return true;
}

bool answer_write(const struct answer *answer, uint32_t now, bool dnssec_ok, struct writer *message,
		  uint16_t counts[SECTIONS])
{
	uint32_t age = answer_age(answer, now);

	/* The image's pointers count from the header. */
	must(message->position == HEADER_LENGTH + (size_t)answer->name_length + QUESTION_TAIL);
	if (dnssec_ok || !has_dnssec(answer))
		return write_all(answer, age, message, counts);
	return write_plain(answer, age, message, counts);
}

struct bytes answer_write_message(const struct answer *answer, uint32_t now, bool dnssec_ok,
				  uint8_t room[ANSWER_MESSAGE_SIZE], struct header *header)
{
	struct writer message = writer_over(room, ANSWER_MESSAGE_SIZE);
	struct question question;
	bool fits;

	*header = (struct header){ .flags = FLAG_QR, .questions = 1 };
	header_write(&message, header);
	answer_question(answer, &question);
	question_write(&message, &question);
	fits = answer_write(answer, now, dnssec_ok, &message, header->counts);
	must(fits);
	for (size_t i = 0; i < SECTIONS; i++)
		patch_u16(&message, 6 + 2 * i, header->counts[i]);
	return writer_bytes(&message);
}

/* Most have none: they aren't written out for it. */
static bool has_alias(const struct answer *answer)
{
	for (unsigned i = 0; i < answer->counts[SECTION_ANSWER]; i++) {
		unsigned ttl = answer_index_word(answer, i) & PLACE;

		if (load_u16(answer_image(answer) + ttl - 4) == TYPE_CNAME)
			return answer->type != TYPE_CNAME;
	}
	return false;
}

bool answer_leads_into(const struct answer *answer, const struct name *zone)
{
	uint8_t room[ANSWER_MESSAGE_SIZE];
	struct header header;
	struct cursor message;
	struct question question;

	if (!has_alias(answer))
		return false;
	message = cursor_over(answer_write_message(answer, answer->stored_at, false, room,
						   &header));
	cursor_skip(&message, HEADER_LENGTH);
	question_read(&message, &question);
	for (unsigned i = 0; i < header.counts[SECTION_ANSWER]; i++) {
		struct cursor data = message;
		struct record record;
		struct name target;

		record_read(&message, &record);
		if (!cursor_is_good(&message))
			return false;
		if (record.type != TYPE_CNAME)
			continue;
		cursor_skip(&data, record.rdata_position - data.position);
		name_read(&data, &target);
		if (cursor_is_good(&data) && name_is_in(&target, zone))
			return true;
	}
	return false;
}

static enum result read_section(struct cursor *message, unsigned records, enum security security,
				struct arena *arena, struct rrsets *into)
{
	struct bytes whole = bytes_of(message->start, message->length);

	for (unsigned i = 0; i < records; i++) {
		struct record record;
		enum result result;

		record_read(message, &record);
		if (!cursor_is_good(message))
			return MALFORMED;
		result = rrsets_add(into, arena, whole, &record);
		if (result != OK)
			return result;
	}
	for (struct rrset *set = into->first; set != NULL; set = set->next)
		set->security = security;
	return OK;
}

enum result answer_expand(const struct answer *answer, uint32_t now, struct arena *arena,
			  struct answer_parts *into)
{
	uint8_t room[ANSWER_MESSAGE_SIZE];
	struct header header;
	struct cursor message = cursor_over(answer_write_message(answer, now, true, room,
								   &header));
	const char *text = answer_ede_text(answer);

	*into = (struct answer_parts){
		.rcode = answer->rcode,
		.security = answer_security(answer),
		.ede = answer->ede,
		.from = answer_from(answer),
	};
	answer_question(answer, &into->question);
	if (text[0] != '\0') {
		into->ede_text =
			(const char *)arena_copy(arena, bytes_of(text, answer->text_length)).at;
		if (into->ede_text == NULL)
			return NO_MEMORY;
	}
	cursor_skip(&message, HEADER_LENGTH + (size_t)answer->name_length + QUESTION_TAIL);
	for (int i = 0; i < SECTIONS; i++) {
		enum result result = read_section(&message, header.counts[i], into->security, arena,
						  &into->sections[i]);

		if (result != OK)
			return result;
	}
	return OK;
}

void answer_adopt(struct answer *answer, uint32_t stored_at, uint32_t max_ttl)
{
	unsigned records = answer_all_records(answer);
	uint8_t *image = (uint8_t *)(uintptr_t)answer_image(answer);

	answer->stored_at = stored_at;
	if (answer->ttl <= max_ttl)
		return;
	answer->ttl = max_ttl;
	for (unsigned i = 0; i < records; i++) {
		uint8_t *ttl = image + (answer_index_word(answer, i) & PLACE);

		if (load_u32(ttl) > max_ttl)
			store_u32(ttl, max_ttl);
	}
}
