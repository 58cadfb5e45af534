/* SPDX-License-Identifier: MIT */
/* disk_text.c — an answer's records as people read them, by ldns; in the writer's thread only. */
#include <ldns/ldns.h>
#include <stdlib.h>

#include "cache/base/clock.h"
#include "cache/base/must.h"
#include "cache/disk_private.h"
#include "cache/rdata.h"

enum { WHOLE_SIZE = HEADER_LENGTH + NAME_SIZE + 4 + MAX_ANSWER_OCTETS };

static struct bytes write_whole(const struct answer *answer, bool dnssec_ok,
				uint8_t room[WHOLE_SIZE], struct header *header)
{
	struct writer message = writer_over(room, WHOLE_SIZE);
	struct question question;
	bool fits;

	*header = (struct header){ .flags = FLAG_QR, .questions = 1 };
	header_write(&message, header);
	answer_question(answer, &question);
	question_write(&message, &question);
	fits = answer_write(answer, answer_stored_at(answer), dnssec_ok, &message, header->counts);
	must(fits);
	for (int i = 0; i < SECTIONS; i++)
		patch_u16(&message, 6 + 2 * (size_t)i, header->counts[i]);
	return writer_bytes(&message);
}

/* The answer section, or the authority section of a denial; a line each. */
char *disk_print_answer(const struct answer *answer)
{
	uint8_t room[WHOLE_SIZE];
	struct header header;
	struct bytes message = write_whole(answer, false, room, &header);
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
	uint8_t room[WHOLE_SIZE];
	struct header header;
	struct cursor message = cursor_over(write_whole(answer, true, room, &header));
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
