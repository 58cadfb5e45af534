/* SPDX-License-Identifier: MIT */
/* disk_text.c — an answer's records as people read them, by ldns; in the writer's thread only. */
#include <ldns/ldns.h>
#include <stdlib.h>

#include "cache/base/clock.h"
#include "cache/base/must.h"
#include "cache/disk_private.h"
#include "cache/rdata.h"

/* The answer section, or the authority section of a denial; a line each. */
char *disk_print_answer(const struct answer *answer)
{
	uint8_t room[ANSWER_MESSAGE_SIZE];
	struct header header;
	struct bytes message = answer_write_message(answer, answer_stored_at(answer), false, room,
						    &header);
	ldns_pkt *packet = NULL;
	ldns_rr_list *records;
	char *text;

	if (ldns_wire2pkt(&packet, message.at, message.length) != LDNS_STATUS_OK)
		return NULL;
	records = header.counts[SECTION_ANSWER] != 0 ? ldns_pkt_answer(packet)
						     : ldns_pkt_authority(packet);
	text = ldns_rr_list2str(records);
	ldns_pkt_free(packet);
	for (size_t end = text == NULL ? 0 : strlen(text); end > 0 && text[end - 1] == '\n'; end--)
		text[end - 1] = '\0';
	return text;
}

/* RFC 4034 §3.1.5: seconds modulo 2^32, nearest to now. */
static int64_t whole_time(uint32_t serial, int64_t now)
{
	return now + (int32_t)(serial - (uint32_t)now);
}

int64_t disk_signatures_end(const struct answer *answer)
{
	uint8_t room[ANSWER_MESSAGE_SIZE];
	struct header header;
	struct cursor message = cursor_over(
		answer_write_message(answer, answer_stored_at(answer), true, room, &header));
	int64_t earliest = 0, now = clock_wall_seconds();
	struct question question;

	cursor_skip(&message, HEADER_LENGTH);
	question_read(&message, &question);
	for (unsigned left = header.counts[0] + header.counts[1] + (unsigned)header.counts[2];
	     left > 0; left--) {
		struct record record;
		int64_t end;

		record_read(&message, &record);
		if (!cursor_is_good(&message))
			break;
		if (record.type != TYPE_RRSIG || record.rdata.length < 18)
			continue;
		/* RFC 4034 §3.1: type, algorithm, labels, original TTL, then the expiration. */
		end = whole_time(load_u32(record.rdata.at + 8), now);
		if (earliest == 0 || end < earliest)
			earliest = end;
	}
	return earliest;
}
