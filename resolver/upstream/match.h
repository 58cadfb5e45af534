/* SPDX-License-Identifier: MIT */
/* match.h — is this message the reply to that query? (RFC 5452 §9.1)
 *
 * Pure. Who sent it is the socket's matter: an exchange's socket is connected, so address and
 * port match already. */
#ifndef XYLEM_UPSTREAM_MATCH_H
#define XYLEM_UPSTREAM_MATCH_H

#include "cache/message.h"

enum match {
	MATCHES_NOT,
	MATCHES_BUT_LETTERS,            /* the question in other letters than it was asked in */
	MATCHES,
};

/* Compares id, QR, opcode and the question, octet by octet. */
enum match message_match(struct bytes query, struct bytes message);

/* Writes the question's name in small letters, and with it all that is compressed by pointing
 * there: nobody is to see our chance. For a message that matches. */
void message_lower_question(uint8_t *message, size_t length);

/* The value of the first option of that code in the message's first OPT. False: there is none, or
 * the message is broken before it. */
MUST_USE bool message_option(struct bytes message, uint16_t code, struct bytes *value);

/* Servers that can't read a query at all send back a bare header with an error (RFC 1035 §4.1.1).
 * It tells nothing but that, so it is believed without a question: whoever forges it, having
 * guessed port and id, gains no entry to a cache. */
bool header_may_lack_question(const struct header *header);

#endif
