/* SPDX-License-Identifier: MIT */
/* transfer.h — a zone transfer as it comes, message by message (AXFR, RFC 5936).
 *
 * Pure: octets in, records out. Whoever sends may be anybody: the transfer begins and ends with one
 * and the same SOA; in between stand records of the zone and nothing else; messages and octets are
 * bounded, as zone.h bounds records. How long it may take is its reader's business. */
#ifndef XYLEM_ROOT_TRANSFER_H
#define XYLEM_ROOT_TRANSFER_H

#include "resolver/root/zone.h"

struct transfer {
	struct zone *zone;              /* where the records go; of the zone that is asked for */
	uint16_t     id;                /* of the query, which each message repeats */
	unsigned     messages;
	size_t       octets;
	bool         has_begun;         /* the first SOA has come: it is the zone's first record */
	bool         has_ended;
};

/* The query for one type at the zone's apex, without EDNS: for AXFR, and for SOA before it. */
enum { TRANSFER_QUERY_SIZE = HEADER_LENGTH + NAME_SIZE + 4 };
struct bytes transfer_query(const struct name *apex, uint16_t type, uint16_t id,
			    uint8_t room[TRANSFER_QUERY_SIZE]);

/* The reply to the query for SOA; false if it is none. */
MUST_USE bool transfer_read_soa(struct bytes message, const struct name *apex, uint16_t id,
				struct zone_soa *into, struct complaint *why);

enum transfer_state { TRANSFER_GOES_ON, TRANSFER_ENDS, TRANSFER_REFUSED };

/* Takes the next message. Refused: `why` says what is wrong. */
enum transfer_state transfer_take(struct transfer *transfer, struct bytes message,
				  struct complaint *why);

/* All messages of a stream as TCP has it, each behind its length (RFC 1035 §4.2.2): for a transfer
 * that was kept in a file. False unless it is a whole transfer and nothing else. */
MUST_USE bool transfer_take_stream(struct transfer *transfer, struct bytes stream,
				   struct complaint *why);

#endif
