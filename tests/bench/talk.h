/* SPDX-License-Identifier: MIT */
/* talk.h — a question to a server of the generated Internet, and the reply while it is written.
 *
 * Whoever answers for a zone (generated.c, evil.c) reads the question's labels and puts records.
 * What doesn't fit sets `overflow`: the reply is then truncated. Names in replies are compressed
 * to suffixes of the question. */
#ifndef XYLEM_BENCH_TALK_H
#define XYLEM_BENCH_TALK_H

#include "generated.h"

enum {
	HEADER = 12,
	LABELS = 40,                    /* names of more labels are of no use here */
	TTL = 86400,
	TYPE_A = 1, TYPE_NS = 2, TYPE_CNAME = 5, TYPE_SOA = 6, TYPE_TXT = 16, TYPE_AAAA = 28,
	TYPE_DNAME = 39, TYPE_OPT = 41, TYPE_DS = 43, TYPE_DNSKEY = 48,
	RCODE_SERVFAIL = 2, RCODE_NXDOMAIN = 3, RCODE_REFUSED = 5,
	FLAG_QR = 0x80, FLAG_AA = 0x04, FLAG_TC = 0x02, /* in the third octet */
	FLAG_RA = 0x80,                 /* in the fourth, with the RCODE */
	COMPRESSED = 0xc0,
	DNSSEC_OK = 0x8000,             /* in an OPT record's TTL */
};

enum { ANSWER, AUTHORITY, ADDITIONAL };

struct talk {
	const struct generated *world;
	struct generated_server server; /* who is asked */
	bool udp;
	bool dnssec_ok;                 /* the asker wants signatures and proofs */
	uint8_t *reply;
	size_t position, room;
	bool overflow;
	unsigned counts[3];
	uint32_t ttl;                   /* of records that are put */
	unsigned type;
	unsigned labels;
	uint8_t at[LABELS];             /* where each label of the question begins */
	size_t question_end;
	struct manner manner;
};

/* A zone: who serves it, and where its name stands in the question (labels from the end). */
struct zone {
	unsigned host, depth;
};

/* 198.51.100.66: what is forged, or said by those who may not. */
extern const uint32_t poison;

/* --- reading: the question stands in `reply` already --- */

/* False if there is no question that we can answer. */
bool talk_read_question(struct talk *talk, size_t length);

/* The label so far from the end begins with its length. */
const uint8_t *talk_label(const struct talk *talk, unsigned depth);

/* The number after a prefix: "z17" is 17; -1 if it is none. */
long talk_number(const struct talk *talk, unsigned depth, const char *prefix);

/* --- writing --- */

void put(struct talk *talk, const void *octets, size_t length);
void put_16(struct talk *talk, unsigned value);
void put_32(struct talk *talk, uint32_t value);

/* The last `depth` labels of the question's name. */
void put_suffix(struct talk *talk, unsigned depth);

/* Labels as in "www.example", without the root's: something that ends the name follows. */
void put_labels(struct talk *talk, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A record: its owner, then this, then its data, then the end with what this returned. */
size_t begin_record(struct talk *talk, unsigned section, unsigned type);
void   end_record(struct talk *talk, size_t began);

/* The rest of a record whose owner is written. */
void put_address(struct talk *talk, unsigned section, uint32_t address);
void put_server_address(struct talk *talk, unsigned section, unsigned type, unsigned host,
			unsigned index);

/* Records of a zone: its servers' names, their addresses, its SOA. */
void put_servers(struct talk *talk, unsigned section, struct zone zone);
void put_glue(struct talk *talk, struct zone zone);
void put_soa(struct talk *talk, unsigned section, struct zone zone);

/* --- what any server may say; each returns the RCODE --- */

unsigned answer_nothing(struct talk *talk, struct zone zone, unsigned rcode);
unsigned answer_server(struct talk *talk, struct zone zone, long index);
unsigned answer_host(struct talk *talk, struct zone zone);
unsigned answer_apex(struct talk *talk, struct zone zone);

/* To the zone below this one that the question is in; the parent speaks for its DS. */
unsigned refer(struct talk *talk, struct zone parent, struct zone child);

#endif
