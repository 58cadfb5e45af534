/* SPDX-License-Identifier: MIT */
/* hints.c — a zone file's text in, a cut out; ldns reads the presentation format. */
#include "resolver/hints.h"

#include <errno.h>
#include <ldns/ldns.h>
#include <stdio.h>
#include <string.h>

#include "cache/base/limits.h"
#include "resolver/root/zone_text.h"

enum {
	HINTS_SIZE = 64 * 1024, /* octets of a file; the real one has some 3,300 */
	HINTS_RECORDS = 1000,
};

static const char built_in[] =
#include "root_hints.inc"
	;

/* The text that is read. */
struct text {
	const char *name; /* for messages */
	char *at;
	size_t length;
};

static bool rdf_to_name(const ldns_rdf *rdf, struct name *into)
{
	struct cursor octets = cursor_over(bytes_of(ldns_rdf_data(rdf), ldns_rdf_size(rdf)));

	name_read(&octets, into);
	return cursor_is_good(&octets);
}

static void take_server(const ldns_rr *record, struct cut *into)
{
	struct name owner, server;

	if (ldns_rr_get_type(record) != LDNS_RR_TYPE_NS) return;
	if (!rdf_to_name(ldns_rr_owner(record), &owner) || !name_is_root(&owner)) return;
	if (ldns_rr_rdf(record, 0) != NULL && rdf_to_name(ldns_rr_rdf(record, 0), &server))
		cut_add_server(into, &server);
}

static void take_address(const ldns_rr *record, struct cut *into)
{
	struct name owner;
	struct address address;
	const ldns_rdf *data = ldns_rr_rdf(record, 0);

	if (data == NULL) return;
	if (ldns_rr_get_type(record) == LDNS_RR_TYPE_A && ldns_rdf_size(data) == 4)
		address = address_v4(ldns_rdf_data(data), DNS_PORT);
	else if (ldns_rr_get_type(record) == LDNS_RR_TYPE_AAAA && ldns_rdf_size(data) == 16)
		address = address_v6(ldns_rdf_data(data), DNS_PORT);
	else return;
	if (rdf_to_name(ldns_rr_owner(record), &owner)) cut_add_address(into, &owner, &address);
}

/* Servers first, since an address is kept only for a server that is known: so all are gathered. */
static bool gather(void *records, const ldns_rr *record, struct complaint *why)
{
	ldns_rr *copy = ldns_rr_clone(record);

	if (copy == NULL || !ldns_rr_list_push_rr(records, copy)) {
		ldns_rr_free(copy);
		return complain(why, "no memory to read it");
	}
	if (ldns_rr_list_rr_count(records) > HINTS_RECORDS)
		return complain(why,
				"more than %d records; hints are the names and addresses of the "
				"root servers only",
				HINTS_RECORDS);
	return true;
}

static bool parse(const struct text *text, ldns_rr_list *into, struct complaint *why)
{
	const struct zone_text_taker taker = { gather, into };
	FILE *from = fmemopen(text->at, text->length, "r");
	bool good;

	if (from == NULL) return complain(why, "%s: no memory to read it", text->name);
	good = zone_text_read(from, text->name, MAX_TTL, &taker, why);
	fclose(from);
	return good;
}

static bool has_address(const struct cut *cut)
{
	for (unsigned i = 0; i < cut->server_count; i++)
		if (cut->servers[i].address_count > 0) return true;
	return false;
}

static bool make_cut(const struct text *text, struct cut *into, struct complaint *why)
{
	ldns_rr_list *records = ldns_rr_list_new();

	if (records == NULL) return complain(why, "%s: no memory to read it", text->name);
	if (!parse(text, records, why)) {
		ldns_rr_list_deep_free(records);
		return false;
	}
	memset(into, 0, sizeof(*into));
	into->zone = name_root;
	into->source = CUT_FROM_HINTS;
	into->security = SECURITY_UNCHECKED;
	into->ttl = UINT32_MAX;
	for (size_t i = 0; i < ldns_rr_list_rr_count(records); i++)
		take_server(ldns_rr_list_rr(records, i), into);
	for (size_t i = 0; i < ldns_rr_list_rr_count(records); i++)
		take_address(ldns_rr_list_rr(records, i), into);
	ldns_rr_list_deep_free(records);
	if (!has_address(into))
		return complain(why,
				"%s: no name server of the root with an address; `.` needs an NS "
				"record, and "
				"its server an A or AAAA record",
				text->name);
	return true;
}

static bool read_file(const char *path, struct cut *into, struct complaint *why)
{
	static char buffer[HINTS_SIZE + 1]; /* one thread reads settings: main's */
	struct text text = { .name = path, .at = buffer };
	FILE *file = fopen(path, "re");
	bool failed;

	if (file == NULL)
		return complain(
			why,
			"can't read the root hints %s: %s; `root-hints: built-in` needs no file",
			path, strerror(errno));
	text.length = fread(buffer, 1, sizeof(buffer), file);
	failed = ferror(file);
	fclose(file);
	if (failed) return complain(why, "can't read the root hints %s: %s", path, strerror(errno));
	if (text.length == 0 || text.length > HINTS_SIZE)
		return complain(why,
				"%s: %s; hints are the names and addresses of the root servers, in "
				"zone-file form",
				path, text.length == 0 ? "empty" : "larger than 64 kB");
	return make_cut(&text, into, why);
}

bool hints_read(const char *path, struct cut *into, struct complaint *why)
{
	struct text text = { .name = "built-in hints",
			     .at = (char *)built_in,
			     .length = sizeof(built_in) - 1 };

	if (path != NULL) return read_file(path, into, why);
	return make_cut(&text, into, why);
}
