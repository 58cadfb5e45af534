/* SPDX-License-Identifier: MIT */
/* answer_layout.h — how an answer lies in memory; for answer.c and answer_build.c alone.
 *
 *   struct answer        32 octets, numbers in the machine's order
 *   name                 name_length octets: the question's
 *   index                per record a 16-bit word, unaligned: where its TTL stands in the image,
 *                        and IS_DNSSEC
 *   image                the records of the three sections, as they are sent to those who set DO
 *   address              4 or 16 octets, or none: who said it
 *   text                 text_length octets with the final NUL, or none: the extended error's
 *
 * In each section the records for everybody come first, those that only DNSSEC is about last.
 * Compression points only to the question's name or to what stands in front of the first
 * DNSSEC record, so that leaving those out moves no target. */
#ifndef XYLEM_CACHE_ANSWER_LAYOUT_H
#define XYLEM_CACHE_ANSWER_LAYOUT_H

#include "cache/answer.h"
#include "cache/base/limits.h"

enum {
	ANSWER_VERSION = 1,             /* of this layout; in each answer, since it goes to disk */
	IS_DNSSEC = 0x8000,             /* in the index: only for who set DO or ask for that type */
	PLACE = 0x7fff,                 /* in the index: position of the TTL in the image */
	SMALLEST_RECORD = 11,           /* octets: a root owner, and no data */
	MOST_RECORDS = MAX_TOLD_OCTETS / SMALLEST_RECORD,
	TTL_TO_DATA = 6,                /* octets from a TTL to the data: itself and RDLENGTH */
	QUESTION_TAIL = 4,              /* type and class behind the question's name */
};

struct answer {
	uint16_t size;                  /* octets in all */
	uint8_t  version;
	uint8_t  security;
	uint32_t stored_at;             /* age clock, s */
	uint32_t ttl;                   /* s from then: the shortest of all records */
	uint16_t type, class;
	uint16_t ede;
	uint16_t image_length;
	uint16_t counts[SECTIONS];      /* records, all of them */
	uint16_t port;                  /* of who said it */
	uint8_t  rcode;
	uint8_t  name_length;
	uint8_t  family;                /* of who said it: 4, 6, or 0 for nobody */
	uint8_t  text_length;           /* with its NUL; 0: none */
	uint8_t  octets[];
};

_Static_assert(sizeof(struct answer) == 32, "the layout is what the disk has");
_Static_assert((int)MAX_TOLD_OCTETS <= (int)PLACE, "the index must reach all of an image");

static inline unsigned answer_all_records(const struct answer *answer)
{
	return (unsigned)answer->counts[0] + answer->counts[1] + answer->counts[2];
}

static inline const uint8_t *answer_name_octets(const struct answer *answer)
{
	return answer->octets;
}

static inline const uint8_t *answer_index(const struct answer *answer)
{
	return answer->octets + answer->name_length;
}

static inline const uint8_t *answer_image(const struct answer *answer)
{
	return answer_index(answer) + answer_all_records(answer) * sizeof(uint16_t);
}

static inline const uint8_t *answer_address_octets(const struct answer *answer)
{
	return answer_image(answer) + answer->image_length;
}

static inline size_t address_size(uint8_t family)
{
	return family == 4 ? 4 : family == 6 ? 16 : 0;
}

static inline uint16_t answer_index_word(const struct answer *answer, unsigned record)
{
	uint16_t word;

	memcpy(&word, answer_index(answer) + record * sizeof(word), sizeof(word));
	return word;
}

/* Is a record of this type only for those who set DO? RFC 4035 §3.2.1: not if the question
 * asks for it. */
static inline bool is_dnssec_only(uint16_t type, uint16_t asked)
{
	if (type == asked || asked == TYPE_ANY)
		return false;
	return type == TYPE_RRSIG || type == TYPE_NSEC || type == TYPE_NSEC3 ||
	       type == TYPE_DNSKEY || type == TYPE_DS;
}

#endif
