/* SPDX-License-Identifier: MIT */
/* match.h — is this message the reply to that query? (RFC 5452 §9.1)
 *
 * Pure. Who sent it is the socket's matter: an exchange's socket is connected, so address and
 * port match already. */
#ifndef XYLEM_UPSTREAM_MATCH_H
#define XYLEM_UPSTREAM_MATCH_H

#include "cache/message.h"

/* Compares id, QR, opcode and the question, octet by octet but for the letters' case, which
 * counts only with `exact_letters`: what a server that repeats the question as it came can't have
 * changed (0x20). */
bool message_matches(struct bytes query, struct bytes message, bool exact_letters);

/* Servers that can't read a query at all send back a bare header with an error (RFC 1035 §4.1.1).
 * It tells nothing but that, so it is believed without a question: whoever forges it, having
 * guessed port and id, gains no entry to a cache. */
bool header_may_lack_question(const struct header *header);

#endif
