/* SPDX-License-Identifier: MIT */
/* saying.c — text through ldns onto the wire. */
#include "saying.h"

#include <check.h>
#include <ldns/ldns.h>
#include <stdio.h>
#include <string.h>

static void push_lines(ldns_pkt *packet, ldns_pkt_section section, const char *lines)
{
	char *copy = strdup(lines), *rest = copy, *line;

	while ((line = strsep(&rest, "\n")) != NULL) {
		ldns_rr *record = NULL;

		if (*line == '\0')
			continue;
		ck_assert_msg(ldns_rr_new_frm_str(&record, line, 0, NULL, NULL) == LDNS_STATUS_OK,
			      "not a record: %s", line);
		ck_assert(ldns_pkt_push_rr(packet, section, record));
	}
	free(copy);
}

static void split_question(const char *text, char name[256], char type[32])
{
	ck_assert_msg(sscanf(text, "%255s %31s", name, type) == 2, "not a question: %s", text);
}

static ldns_pkt *new_packet(const struct saying *saying)
{
	char name[256], type[32];
	ldns_pkt *packet = ldns_pkt_new();
	ldns_rr *question;

	ck_assert_ptr_nonnull(packet);
	if (saying->asked == NULL)
		return packet;
	split_question(saying->asked, name, type);
	question = ldns_rr_new();
	ldns_rr_set_question(question, true);
	ldns_rr_set_owner(question, ldns_dname_new_frm_str(name));
	ldns_rr_set_type(question, ldns_get_rr_type_by_name(type));
	ldns_rr_set_class(question, LDNS_RR_CLASS_IN);
	ldns_pkt_push_rr(packet, LDNS_SECTION_QUESTION, question);
	return packet;
}

size_t saying_write(const struct saying *saying, uint16_t id, uint8_t room[SAYING_ROOM])
{
	static const ldns_pkt_section sections[SECTIONS] = {
		LDNS_SECTION_ANSWER, LDNS_SECTION_AUTHORITY, LDNS_SECTION_ADDITIONAL,
	};
	ldns_pkt *packet = new_packet(saying);
	uint8_t *wire;
	size_t length;

	for (int i = 0; i < SECTIONS; i++) {
		if (saying->sections[i] != NULL)
			push_lines(packet, sections[i], saying->sections[i]);
	}
	if (saying->rcode > 15) {
		ldns_pkt_set_edns_udp_size(packet, 1232);
		ldns_pkt_set_edns_extended_rcode(packet, (uint8_t)(saying->rcode >> 4));
	}
	ck_assert(ldns_pkt2wire(&wire, packet, &length) == LDNS_STATUS_OK);
	ck_assert(length <= SAYING_ROOM);
	memcpy(room, wire, length);
	free(wire);
	ldns_pkt_free(packet);
	store_u16(room, id);
	store_u16(room + 2, (uint16_t)(FLAG_QR | saying->flags | (saying->rcode & MASK_RCODE)));
	return length;
}

struct question question_of(const char *text)
{
	char name[256], type[32];
	struct question question = { .class = CLASS_IN };

	split_question(text, name, type);
	ck_assert(name_parse(name, &question.name));
	question.type = (uint16_t)ldns_get_rr_type_by_name(type);
	return question;
}
