/* SPDX-License-Identifier: MIT */
/* trust_anchors.c — a zone file's text in, anchors out; ldns reads the presentation format. */
#include "resolver/trust_anchors.h"

#include <errno.h>
#include <ldns/ldns.h>
#include <stdio.h>
#include <string.h>

#include "cache/base/limits.h"
#include "cache/dns.h"
#include "resolver/root/zone_text.h"

enum { RDATA_SIZE = 8 * 1024 };

static const char built_in[] =
#include "root_anchors.inc"
	;

/* What is being read into, and how much it had before. */
struct reading {
	struct anchors *anchors;
	size_t records;
};

static bool owner_of(const ldns_rr *record, struct name *into)
{
	const ldns_rdf *owner = ldns_rr_owner(record);
	struct cursor octets = cursor_over(bytes_of(ldns_rdf_data(owner), ldns_rdf_size(owner)));

	name_read(&octets, into);
	return cursor_is_good(&octets);
}

/* The data's parts one behind the other, as on the wire. */
static struct bytes rdata_of(const ldns_rr *record, uint8_t room[RDATA_SIZE])
{
	struct writer into = writer_over(room, RDATA_SIZE);

	for (size_t i = 0; i < ldns_rr_rd_count(record); i++) {
		const ldns_rdf *part = ldns_rr_rdf(record, i);

		put_bytes(&into, bytes_of(ldns_rdf_data(part), ldns_rdf_size(part)));
	}
	return writer_is_good(&into) ? writer_bytes(&into) : bytes_of(room, 0);
}

static bool take(void *subject, const ldns_rr *record, struct complaint *why)
{
	struct reading *reading = subject;
	ldns_rr_type type = ldns_rr_get_type(record);
	uint8_t room[RDATA_SIZE];
	struct bytes rdata = rdata_of(record, room);
	struct name zone;
	enum result result;

	if (type != LDNS_RR_TYPE_DS && type != LDNS_RR_TYPE_DNSKEY)
		return complain(why, "a trust anchor is a DS or a DNSKEY record, nothing else");
	if (!owner_of(record, &zone)) return complain(why, "no name");
	result = type == LDNS_RR_TYPE_DS ? anchors_add_ds(reading->anchors, &zone, rdata)
					 : anchors_add_key(reading->anchors, &zone, rdata);
	reading->records++;
	if (result == OK) return true;
	return complain(why, "%s",
			result == NO_MEMORY ? "no memory to read it"
			: type == LDNS_RR_TYPE_DS
				? "no DS that could be of use, or too many for one zone"
				: "no key that may sign (flags 256 or 257, protocol 3), or too "
				  "many for one zone");
}

static bool read_from(FILE *from, const char *name, struct anchors *into, struct complaint *why)
{
	struct reading reading = { .anchors = into };
	const struct zone_text_taker taker = { take, &reading };
	bool good = zone_text_read(from, name, MAX_TTL, &taker, why);

	fclose(from);
	if (good && reading.records == 0)
		return complain(why, "%s: no trust anchors in it; `dnssec.mode: off` needs none",
				name);
	return good;
}

bool trust_anchors_read(const char *path, struct anchors *into, struct complaint *why)
{
	FILE *from = path == NULL ? fmemopen((char *)built_in, sizeof(built_in) - 1, "r")
				  : fopen(path, "re");

	if (from == NULL)
		return complain(why,
				"can't read the trust anchors %s: %s; `trust-anchors: built-in` "
				"needs no file",
				path == NULL ? "built in" : path, strerror(errno));
	return read_from(from, path == NULL ? "built-in anchors" : path, into, why);
}
