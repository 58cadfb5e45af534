/* SPDX-License-Identifier: MIT */
/* said.h — a message as a server of the simulated world makes it, record by record. */
#ifndef XYLEM_TESTS_FUZZ_SAID_H
#define XYLEM_TESTS_FUZZ_SAID_H

#include "cache/base/address.h"
#include "cache/message.h"

enum { MOST_SAID = 48, SAID_RDATA = 600 };

struct said_record {
	enum section section;
	struct name  owner;
	uint16_t     type;
	uint16_t     class;
	uint32_t     ttl;
	uint16_t     length;
	uint8_t      rdata[SAID_RDATA];
};

struct said {
	struct question question;
	bool            no_question;
	uint16_t        flags;          /* RCODE's lower bits too */
	bool            edns;
	uint8_t         extended_rcode;
	unsigned        count;
	struct said_record records[MOST_SAID];
};

/* A message without records or flags. What was in it before doesn't matter: it is large. */
void said_begin(struct said *said, const struct question *question, bool edns);

/* A record more, in class IN, without data; the last one again when there is no more room. */
struct said_record *said_add(struct said *said, enum section section, const struct name *owner,
			     uint16_t type, uint32_t ttl);

/* More data for it. */
void said_name(struct said_record *record, const struct name *name);
void said_octets(struct said_record *record, const void *octets, size_t length);
void said_number(struct said_record *record, uint32_t number);          /* four octets */
void said_soa(struct said *said, const struct name *zone, uint32_t ttl, uint32_t minimum);

/* An A or AAAA record. */
void said_address(struct said *said, enum section section, const struct name *owner,
		  const struct address *address, uint32_t ttl);

/* As octets from malloc, with `copies` of the last record (0 and 1: itself alone). */
struct bytes said_write(const struct said *said, unsigned copies);

#endif
