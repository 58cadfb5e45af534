/* SPDX-License-Identifier: MIT */
/* saying.h — messages for tests, written by ldns from text: somebody else's hand than the one
 * that reads them. */
#ifndef XYLEM_TEST_SAYING_H
#define XYLEM_TEST_SAYING_H

#include "cache/message.h"

enum { SAYING_ROOM = 65535 };

/* What a server says. The sections' records are in presentation format, one to a line; NULL:
 * none. */
struct saying {
	const char *asked;              /* "www.example. A"; NULL: no question */
	unsigned    flags;              /* FLAG_AA, … ; QR is set by itself */
	unsigned    rcode;              /* above 15: with an OPT */
	const char *sections[SECTIONS];
};

/* Into `room`; the octets written. Aborts the test if the text is no good. */
size_t saying_write(const struct saying *saying, uint16_t id, uint8_t room[SAYING_ROOM]);

/* "www.example. A" as a question. */
struct question question_of(const char *text);

#endif
