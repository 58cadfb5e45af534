/* SPDX-License-Identifier: MIT */
/* forged.c — messages that aren't the reply. See forged.h. */
#include "forged.h"

#include <string.h>

#include "talk.h"

enum { WAYS = 12, QUESTION_AND_TYPE = 5 };

/* The other id, never the query's. */
static void change_id(uint8_t *message, uint64_t chance)
{
	unsigned was = (unsigned)(message[0] << 8 | message[1]);
	unsigned id = (was + 1 + (unsigned)(chance % 65535)) & 0xffff;

	message[0] = (uint8_t)(id >> 8);
	message[1] = (uint8_t)id;
}

/* Header and question of a query, as a reply that has nothing yet; false if there is none. */
static bool begin_reply(struct talk *talk, const uint8_t *query, size_t length)
{
	memcpy(talk->reply, query, length);
	if (!talk_read_question(talk, length))
		return false;
	talk->room = GENERATED_MESSAGE;
	talk->position = talk->question_end;
	talk->reply[2] = FLAG_QR | FLAG_AA;
	talk->reply[3] = 0;
	memset(talk->reply + 6, 0, 6);
	return true;
}

/* The question's address, the servers of its zone, theirs: all the forger's. */
static size_t write_poison(struct talk *talk)
{
	unsigned depth = talk->labels < 2 ? talk->labels : 2;
	size_t data;

	put_suffix(talk, talk->labels);
	put_address(talk, ANSWER, poison);
	put_suffix(talk, depth);
	data = begin_record(talk, AUTHORITY, TYPE_NS);
	put_labels(talk, "ns1.glue.evil");
	put(talk, "", 1);
	end_record(talk, data);
	put_labels(talk, "www");
	put_suffix(talk, depth);
	put_address(talk, ADDITIONAL, poison);
	for (unsigned i = 0; i < 3; i++)
		talk->reply[7 + 2 * i] = (uint8_t)talk->counts[i];
	return talk->position;
}

/* Every other has the right id: whoever sees the query may do that, and must get no further. */
static size_t malform(struct talk *talk, uint64_t chance)
{
	uint8_t *at = talk->reply;

	if (chance & 1)
		change_id(at, chance >> 8);
	switch (chance / 2 % WAYS) {
	case 0:  at[2] &= 0x7f; return talk->question_end;              /* a query */
	case 1:  at[5] = 0; return HEADER;                              /* no question */
	case 2:  return HEADER - 1;
	case 3:  return HEADER;                                         /* half a message */
	case 4:  at[5] = 2; return talk->question_end;
	case 5:  at[6] = at[7] = 0xff; return talk->question_end;       /* records to come */
	case 6:  at[2] |= 0x78; return talk->question_end;              /* opcode 15 */
	case 7:  at[5] = 0; at[3] = 1; return HEADER;                   /* FORMERR */
	case 8:  at[HEADER] = 0xc0; at[HEADER + 1] = HEADER; return talk->question_end;
	case 9:  at[HEADER + 1] ^= 1; return talk->question_end;        /* another question */
	case 10: at[talk->question_end - 1] = 3; return talk->question_end;     /* class CHAOS */
	default: return 0;
	}
}

size_t forged_stray(enum stray kind, uint64_t chance, const uint8_t *query, size_t length,
		    uint8_t *into)
{
	struct talk talk = { .reply = into, .ttl = TTL };

	if (!begin_reply(&talk, query, length))
		return 0;
	switch (kind) {
	case STRAY_FORGED:
	case STRAY_OTHER_ID:
		change_id(into, chance);
		break;
	case STRAY_OTHER_QUESTION:
		into[HEADER + 1] ^= 1;
		break;
	case STRAY_MALFORMED:
		return malform(&talk, chance);
	}
	return write_poison(&talk);
}

size_t forged_guess(unsigned zone, unsigned tld, uint64_t chance, uint8_t *into)
{
	uint8_t query[GENERATED_QUERY] = { [5] = 1 };
	struct talk question = { .reply = query, .position = HEADER, .room = sizeof(query) };

	put_labels(&question, "kam.z%u.t%u", zone, tld);
	put(&question, (uint8_t[]){ 0, 0, TYPE_A, 0, 1 }, QUESTION_AND_TYPE);
	return forged_stray(STRAY_FORGED, chance, query, question.position, into);
}
