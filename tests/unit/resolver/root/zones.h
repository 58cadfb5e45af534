/* SPDX-License-Identifier: MIT */
/* zones.h — zones for tests of the local root, from text. */
#ifndef XYLEM_TESTS_ROOT_ZONES_H
#define XYLEM_TESTS_ROOT_ZONES_H

#include "resolver/root/digest.h"
#include "resolver/root/transfer.h"

/* A small root: two top-level domains, glue, DS, signatures that nobody checks. */
extern const char small_root[];

/* Reads the text as a zone file; false as zone_text_read_file(). Clear the zone in any case. */
bool zone_of(const char *text, const char *apex, struct zone *into, struct complaint *why);

/* The text with a ZONEMD of the right digest (SHA-384) added; from malloc. */
char *with_digest(const char *text);

/* The zone as a server sends it by AXFR, so many records to a message, each message behind its
 * length; from malloc. */
struct bytes stream_of(const char *text, unsigned records_per_message, uint16_t id);

/* A file of that content in a folder of this process that goes at the end. */
const char *scratch_folder(void);
void        write_file(const char *path, struct bytes octets);

#endif
