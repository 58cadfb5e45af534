/* SPDX-License-Identifier: MIT */
/* answer_build.c — an answer is made: sets written as records, compressed so that DNSSEC can
 * be left out. */
#include <stddef.h>

#include "cache/answer_layout.h"
#include "cache/base/must.h"
#include "cache/rdata.h"

enum {
	REMEMBERED_NAMES = 64,          /* places that later names may point to */
	POINTER = 0xc000,
	POINTER_REACH = 0x4000,
};

/* The message under construction: header and question, so that pointers count from the right
 * place, then the image. */
struct image {
	uint8_t       octets[ANSWER_MESSAGE_SIZE];
	struct writer message;
	size_t        start;            /* of the records */
	uint16_t      names[REMEMBERED_NAMES];
	unsigned      name_count;
	bool          met_dnssec;       /* from now on no place is remembered */
	uint16_t      asked;            /* the question's type */
	uint16_t      index[MOST_RECORDS];
	unsigned      records;
	uint32_t      shortest_ttl;
	uint32_t      max_ttl;
};

/* Does the name that stands at `place` in the message equal the labels at `labels`? */
static bool is_written_at(const struct image *image, size_t place, const uint8_t *labels)
{
	const uint8_t *at = image->message.start + place;

	for (;;) {
		if ((at[0] & 0xc0) == 0xc0)
			at = image->message.start + (load_u16(at) & 0x3fff);
		if (at[0] != labels[0])
			return false;
		if (at[0] == 0)
			return true;
		for (unsigned i = 1; i <= at[0]; i++) {
			if (letter_lower(at[i]) != letter_lower(labels[i]))
				return false;
		}
		labels += labels[0] + 1;
		at += at[0] + 1;
	}
}

/* Where these labels stand already, among the first `known` places; 0: nowhere. */
static size_t find_written(const struct image *image, unsigned known, const uint8_t *labels)
{
	for (unsigned i = 0; i < known; i++) {
		if (is_written_at(image, image->names[i], labels))
			return image->names[i];
	}
	return 0;
}

static void remember(struct image *image, size_t place)
{
	if (image->met_dnssec)
		return;
	if (image->name_count == REMEMBERED_NAMES || place >= POINTER_REACH)
		return;
	image->names[image->name_count++] = (uint16_t)place;
}

static void write_name(struct image *image, const struct name *name)
{
	const uint8_t *labels = name->octets;
	unsigned known = image->name_count;     /* its own labels aren't whole names yet */

	while (labels[0] != 0) {
		size_t place = find_written(image, known, labels);

		if (place != 0) {
			put_u16(&image->message, (uint16_t)(POINTER | place));
			return;
		}
		if (writer_left(&image->message) < (size_t)labels[0] + 1)
			break;
		remember(image, image->message.position);
		put_bytes(&image->message, bytes_of(labels, (size_t)labels[0] + 1));
		labels += labels[0] + 1;
	}
	put_u8(&image->message, 0);
}

static void write_rdata(struct image *image, uint16_t type, struct bytes rdata)
{
	struct cursor at = cursor_over(rdata);
	struct rdata_part part;
	unsigned field = 0;

	while (rdata_next_part(type, &at, &field, &part)) {
		if (!cursor_is_good(&at)) {
			image->message.failed = true;
			return;
		}
		if (part.is_name)
			write_name(image, &part.name);
		else
			put_bytes(&image->message, part.octets);
	}
}

static void write_record(struct image *image, const struct rrset *set, uint16_t type, uint32_t ttl,
			 struct bytes rdata)
{
	struct writer *message = &image->message;
	bool is_dnssec = is_dnssec_only(type, image->asked);
	size_t length_place;

	if (image->records == MOST_RECORDS)
		message->failed = true;
	image->met_dnssec |= is_dnssec;
	write_name(image, &set->owner);
	put_u16(message, type);
	put_u16(message, set->class);
	if (!writer_is_good(message))
		return;
	image->index[image->records++] =
		(uint16_t)((message->position - image->start) | (is_dnssec ? IS_DNSSEC : 0));
	if (ttl < image->shortest_ttl)
		image->shortest_ttl = ttl;
	put_u32(message, ttl);
	length_place = message->position;
	put_u16(message, 0);
	write_rdata(image, type, rdata);
	if (writer_is_good(message))
		patch_u16(message, length_place, (uint16_t)(message->position - length_place - 2));
}

/* RFC 2308 §5: a denial lives as long as the lesser of its SOA's TTL and last field. RFC 2181
 * §8: the sign bit. */
static uint32_t ttl_of(const struct image *image, const struct rrset *set, enum section section)
{
	uint32_t ttl = set->ttl > INT32_MAX ? 0 : set->ttl;

	if (section == SECTION_AUTHORITY && set->type == TYPE_SOA && set->count != 0 &&
	    set->rdata[0].length >= 4 && rdata_soa_minimum(set->rdata[0]) < ttl)
		ttl = rdata_soa_minimum(set->rdata[0]);
	return ttl < image->max_ttl ? ttl : image->max_ttl;
}

static void write_set(struct image *image, const struct rrset *set, enum section section,
		      bool dnssec_turn)
{
	uint32_t ttl = ttl_of(image, set, section);
	uint32_t signature_ttl = set->signature_ttl < ttl ? set->signature_ttl : ttl;

	if (is_dnssec_only(set->type, image->asked) == dnssec_turn) {
		for (unsigned i = 0; i < set->count; i++)
			write_record(image, set, set->type, ttl, set->rdata[i]);
	}
	if (is_dnssec_only(TYPE_RRSIG, image->asked) == dnssec_turn) {
		for (unsigned i = 0; i < set->signature_count; i++)
			write_record(image, set, TYPE_RRSIG, signature_ttl, set->signatures[i]);
	}
}

static unsigned write_section(struct image *image, const struct rrsets *sets, enum section section)
{
	unsigned before = image->records;

	for (int dnssec_turn = 0; dnssec_turn <= 1; dnssec_turn++) {
		for (const struct rrset *set = sets->first; set != NULL; set = set->next)
			write_set(image, set, section, dnssec_turn);
	}
	return image->records - before;
}

static void begin_image(struct image *image, const struct question *question, uint32_t max_ttl)
{
	static const struct header header;

	image->message = writer_over(image->octets, sizeof(image->octets));
	image->name_count = 0;
	image->met_dnssec = false;
	image->asked = question->type;
	image->records = 0;
	image->max_ttl = max_ttl;
	image->shortest_ttl = max_ttl;
	header_write(&image->message, &header);
	write_name(image, &question->name);
	put_u16(&image->message, question->type);
	put_u16(&image->message, question->class);
	image->start = image->message.position;
}

/* At most 254 octets of the sentence, not cut within a character of UTF-8, and nothing in it
 * that steers a terminal. */
static size_t text_length(const char *text)
{
	size_t length = 0;

	if (text == NULL)
		return 0;
	while (text[length] != '\0' && (uint8_t)text[length] >= ' ' && text[length] != 127) {
		if (++length < UINT8_MAX - 1)
			continue;
		while (length > 0 && ((uint8_t)text[length] & 0xc0) == 0x80)
			length--;
		break;
	}
	return length;
}

static struct answer *assemble(struct arena *arena, const struct answer_parts *parts,
			       const struct image *image)
{
	size_t image_length = image->message.position - image->start;
	size_t text = text_length(parts->ede_text);
	size_t index_length = image->records * sizeof(uint16_t);
	struct bytes from = address_octets(&parts->from);
	size_t size = sizeof(struct answer) + parts->question.name.length + index_length +
		      image_length + from.length + (text == 0 ? 0 : text + 1);
	struct answer *answer;
	uint8_t *at;

	if (size > MAX_TOLD_OCTETS)
		return NULL;
	answer = arena_take(arena, size);
	if (answer == NULL)
		return NULL;
	answer->size = (uint16_t)size;
	answer->image_length = (uint16_t)image_length;
	answer->name_length = parts->question.name.length;
	answer->text_length = (uint8_t)(text == 0 ? 0 : text + 1);
	at = answer->octets;
	at = (uint8_t *)memcpy(at, parts->question.name.octets, answer->name_length) +
	     answer->name_length;
	at = (uint8_t *)memcpy(at, image->index, index_length) + index_length;
	at = (uint8_t *)memcpy(at, image->octets + image->start, image_length) + image_length;
	if (from.length != 0)
		memcpy(at, from.at, from.length);
	if (text != 0)
		memcpy(at + from.length, parts->ede_text, text);
	return answer;
}

struct answer *answer_build(struct arena *arena, const struct answer_parts *parts, uint32_t now,
			    uint32_t max_ttl)
{
	struct image image;
	unsigned counts[SECTIONS];
	struct answer *answer;

	begin_image(&image, &parts->question, max_ttl);
	for (int i = 0; i < SECTIONS; i++)
		counts[i] = write_section(&image, &parts->sections[i], (enum section)i);
	if (!writer_is_good(&image.message))
		return NULL;
	answer = assemble(arena, parts, &image);
	if (answer == NULL)
		return NULL;
	answer->version = ANSWER_VERSION;
	answer->security = (uint8_t)parts->security;
	answer->stored_at = now;
	answer->ttl = image.shortest_ttl;
	answer->type = parts->question.type;
	answer->class = parts->question.class;
	answer->rcode = parts->rcode;
	answer->ede = parts->ede;
	answer->family = parts->from.family;
	answer->port = parts->from.port;
	for (int i = 0; i < SECTIONS; i++)
		answer->counts[i] = (uint16_t)counts[i];
	return answer;
}
