/* SPDX-License-Identifier: MIT */
/* zone_text.c — a zone file by way of ldns. */
#include "resolver/root/zone_text.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cache/base/limits.h"

/* Directives and empty lines aren't records, and not errors either. */
static bool is_no_record(ldns_status status)
{
	return status == LDNS_STATUS_SYNTAX_TTL || status == LDNS_STATUS_SYNTAX_ORIGIN ||
	       status == LDNS_STATUS_SYNTAX_EMPTY;
}

/* Where the reader is. */
struct position {
	uint32_t  ttl;
	ldns_rdf *origin, *previous;
	int       line;
};

static bool read_records(FILE *from, const char *name, struct position *at,
			 const struct zone_text_taker *taker, struct complaint *why)
{
	struct complaint wrong;

	while (!feof(from)) {
		ldns_rr *record = NULL;
		int line = at->line;
		ldns_status status = ldns_rr_new_frm_fp_l(&record, from, &at->ttl, &at->origin,
							  &at->previous, &at->line);
		bool taken;

		if (is_no_record(status))
			continue;
		if (status != LDNS_STATUS_OK)
			return complain(why, "%s:%d: not a line of a zone file: %s; such a line is "
					"like \". 3600000 IN NS a.root-servers.net.\"", name,
					line + 1, ldns_get_errorstr_by_id(status));
		taken = taker->take(taker->subject, record, &wrong);
		ldns_rr_free(record);
		if (!taken)
			return complain(why, "%s:%d: %.300s", name, line + 1, wrong.text);
	}
	return true;
}

bool zone_text_read(FILE *from, const char *name, uint32_t ttl,
		    const struct zone_text_taker *taker, struct complaint *why)
{
	struct position at = { .ttl = ttl };
	bool good = read_records(from, name, &at, taker, why);

	ldns_rdf_deep_free(at.origin);
	ldns_rdf_deep_free(at.previous);
	return good;
}

/* --- a whole zone --- */

/* By way of the wire, so that one reader judges what comes from files and from servers. */
static bool take_record(void *zone, const ldns_rr *from, struct complaint *why)
{
	uint8_t *wire = NULL;
	size_t size = 0;
	struct cursor at;
	struct record record;
	bool good;

	if (ldns_rr2wire(&wire, from, LDNS_SECTION_ANSWER, &size) != LDNS_STATUS_OK)
		return complain(why, "the record can't be put into wire form");
	at = cursor_over(bytes_of(wire, size));
	record_read(&at, &record);
	good = cursor_is_good(&at) ? zone_add(zone, bytes_of(wire, size), &record, why)
				   : complain(why, "the record breaks the format");
	free(wire);
	return good;
}

/* A FIFO or a device would keep us for ever. */
static bool may_be_read(FILE *file, const char *path, struct complaint *why)
{
	struct stat facts;

	if (fstat(fileno(file), &facts) != 0 || !S_ISREG(facts.st_mode))
		return complain(why, "%s: not a file", path);
	if (facts.st_size > MAX_ROOT_OCTETS)
		return complain(why, "%s: larger than %d MB", path,
				MAX_ROOT_OCTETS / (1024 * 1024));
	return true;
}

bool zone_text_read_file(const char *path, struct zone *into, struct complaint *why)
{
	const struct zone_text_taker taker = { take_record, into };
	struct complaint wrong;
	FILE *file = fopen(path, "re");
	bool good;

	if (file == NULL)
		return complain(why, "%s: %s", path, strerror(errno));
	good = may_be_read(file, path, why) && zone_text_read(file, path, MAX_TTL, &taker, why);
	fclose(file);
	if (!good)
		return false;
	return zone_finish(into, &wrong) || complain(why, "%s: %s", path, wrong.text);
}
