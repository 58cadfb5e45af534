/* SPDX-License-Identifier: MIT */
/* show.c — `cache show`: what is known of a name, for people.
 *
 * Records are put into words by ldns. What it can't read is shown as RFC 3597 §5 writes unknown
 * data, so that nothing that the cache holds is hidden; what doesn't fit into a reply is
 * counted. */
#include "resolver/control/request.h"

#include "cache/base/clock.h"
#include "resolver/observe/text.h"

#include <ldns/ldns.h>
#include <stdlib.h>

enum {
	SHOWN_OCTETS = 128 * 1024,      /* of records' text in one reply */
	SHOW_ARENA = 1024 * 1024,       /* octets for one answer, expanded */
	RECORD_HEAD = 10,               /* type, class, TTL, length */
};

struct showing {
	json_t  *answers;
	uint16_t type;                  /* 0: all */
	uint32_t now;
	size_t   room;                  /* octets of text left */
	uint64_t left_out;              /* answers */
};

/* One answer's records, as far as they have been put into words. */
struct record_lines {
	json_t       *list;
	struct arena *arena;
	size_t        room;
	bool          fits;
};

/* --- one record --- */

struct one_record {
	const struct rrset *set;
	uint16_t            type;       /* the set's, or RRSIG */
	uint32_t            ttl;
	struct bytes        rdata;
};

/* As on the wire, in the arena; empty: no memory. */
static struct bytes wire_of(const struct one_record *record, struct arena *arena)
{
	size_t size = record->set->owner.length + RECORD_HEAD + record->rdata.length;
	uint8_t *octets = record->rdata.length > UINT16_MAX ? NULL : arena_take(arena, size);
	struct writer wire = writer_over(octets, octets == NULL ? 0 : size);

	name_write(&wire, &record->set->owner);
	put_u16(&wire, record->type);
	put_u16(&wire, record->set->class);
	put_u32(&wire, record->ttl);
	put_u16(&wire, (uint16_t)record->rdata.length);
	put_bytes(&wire, record->rdata);
	return writer_is_good(&wire) ? writer_bytes(&wire) : bytes_of(NULL, 0);
}

/* In the arena; NULL if ldns can't read it, or has no memory. */
static const char *print_by_ldns(struct bytes wire, struct arena *arena)
{
	ldns_rr *record = NULL;
	size_t position = 0;
	const char *copy = NULL;
	char *text;

	if (ldns_wire2rr(&record, wire.at, wire.length, &position, LDNS_SECTION_ANSWER) !=
	    LDNS_STATUS_OK)
		return NULL;
	text = position == wire.length ? ldns_rr2str(record) : NULL;
	if (text != NULL)
		copy = arena_print(arena, "%s", text);
	free(text);
	ldns_rr_free(record);
	return copy;
}

/* RFC 3597 §5: \# length hexadecimal. */
static const char *print_unknown(const struct one_record *record, struct arena *arena)
{
	static const char digits[] = "0123456789abcdef";
	char owner[NAME_TEXT_SIZE];
	char *hexadecimal = arena_take(arena, record->rdata.length * 2 + 1);

	if (hexadecimal == NULL)
		return "";
	for (size_t i = 0; i < record->rdata.length; i++) {
		hexadecimal[2 * i] = digits[record->rdata.at[i] >> 4];
		hexadecimal[2 * i + 1] = digits[record->rdata.at[i] & 15];
	}
	return arena_print(arena, "%s\t%u\tCLASS%u\tTYPE%u\t\\# %zu %s",
			   name_print(&record->set->owner, owner), record->ttl,
			   record->set->class, record->type, record->rdata.length, hexadecimal);
}

static void show_record(struct record_lines *lines, const struct one_record *record)
{
	struct bytes wire = wire_of(record, lines->arena);
	const char *text = wire.length == 0 ? NULL : print_by_ldns(wire, lines->arena);
	size_t length;
	char *harmless;

	if (text == NULL)
		text = print_unknown(record, lines->arena);
	length = strcspn(text, "\n");
	harmless = NULL;
	if (length != 0 && length <= lines->room)
		harmless = arena_take(lines->arena, length + 1);
	if (harmless == NULL) {
		lines->fits = false;
		return;
	}
	lines->room -= length;
	for (size_t i = 0; i < length; i++)
		harmless[i] = text[i] == '\t' ? ' ' : text[i];
	length = text_neutral(harmless, length, harmless);
	json_array_append_new(lines->list, json_stringn(harmless, length));
}

static void show_set(struct record_lines *lines, const struct rrset *set)
{
	struct one_record record = { .set = set, .type = set->type, .ttl = set->ttl };

	for (unsigned i = 0; i < set->count && lines->fits; i++) {
		record.rdata = set->rdata[i];
		show_record(lines, &record);
	}
	record.type = TYPE_RRSIG;
	record.ttl = set->signature_ttl;
	for (unsigned i = 0; i < set->signature_count && lines->fits; i++) {
		record.rdata = set->signatures[i];
		show_record(lines, &record);
	}
}

/* --- one answer --- */

static json_t *address_or_null(const struct address *address)
{
	char text[ADDRESS_TEXT_SIZE];

	if (address->family == 0)
		return json_null();
	return json_string(address_print(address, text));
}

/* Ours, but it may quote what a server said. */
static json_t *sentence_or_null(const char *sentence)
{
	char harmless[CONTROL_WHY_SIZE];
	size_t length = text_neutral(harmless, sizeof(harmless), sentence);

	return length == 0 ? json_null() : json_stringn(harmless, length);
}

static json_t *answer_in_words(const struct answer *answer, uint32_t now, json_t *records)
{
	char type[TYPE_TEXT_SIZE], rcode[RCODE_TEXT_SIZE];
	uint32_t ttl = answer_ttl_left(answer, now);
	const char *why = answer_ede_text(answer);
	struct address from = answer_from(answer);
	struct question question;

	answer_question(answer, &question);
	return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:o, s:o, s:o}",
			 "type", text_type(question.type, type),
			 "rcode", text_rcode(answer_rcode(answer), rcode),
			 "security", security_name(answer_security(answer)),
			 "age_s", (json_int_t)answer_age(answer, now),
			 "ttl_s", (json_int_t)ttl,
			 "expires_at", (json_int_t)(clock_wall_seconds() + ttl),
			 "from", address_or_null(&from),
			 "why", sentence_or_null(why),
			 "records", records);
}

static bool show_sections(struct record_lines *lines, const struct answer_parts *parts)
{
	for (unsigned section = SECTION_ANSWER; section < SECTIONS; section++)
		for (const struct rrset *set = parts->sections[section].first; set != NULL;
		     set = set->next)
			show_set(lines, set);
	return lines->fits;
}

/* Inside a read section: cache_each_answer(). */
static void show_answer(const struct answer *answer, void *subject)
{
	struct showing *showing = subject;
	struct question question;
	struct answer_parts parts;
	struct arena arena;
	struct record_lines lines = { .arena = &arena, .room = showing->room, .fits = true };

	answer_question(answer, &question);
	if (showing->type != 0 && question.type != showing->type)
		return;
	arena_init(&arena, SHOW_ARENA);
	lines.list = json_array();
	if (answer_expand(answer, showing->now, &arena, &parts) == OK &&
	    show_sections(&lines, &parts)) {
		showing->room = lines.room;
		json_array_append_new(showing->answers,
				      answer_in_words(answer, showing->now, lines.list));
	} else {
		showing->left_out++;
		json_decref(lines.list);
	}
	arena_clear(&arena);
}

/* --- the cut --- */

static const char *const sources[] = {
	[CUT_FROM_HINTS] = "hints",
	[CUT_FROM_CACHE] = "cache",
	[CUT_FROM_REFERRAL] = "referral",
	[CUT_FROM_STUB] = "stub",
	[CUT_FROM_FORWARD] = "forward",
	[CUT_FROM_LOCAL_ROOT] = "local root",
};

static json_t *server_in_words(const struct cut_server *server)
{
	json_t *addresses = json_array();
	char name[NAME_TEXT_SIZE];

	for (unsigned i = 0; i < server->address_count; i++)
		json_array_append_new(addresses, address_or_null(&server->addresses[i]));
	return json_pack("{s:o, s:o}",
			 "name", name_is_set(&server->name)
				 ? json_string(name_print(&server->name, name)) : json_null(),
			 "addresses", addresses);
}

static json_t *cut_in_words(struct cache *cache, const struct name *name, uint32_t now)
{
	char zone[NAME_TEXT_SIZE];
	struct cut cut;
	json_t *servers;

	if (!cache_find_cut(cache, name, now, &cut))
		return json_null();
	servers = json_array();
	for (unsigned i = 0; i < cut.server_count; i++)
		json_array_append_new(servers, server_in_words(&cut.servers[i]));
	return json_pack("{s:s, s:I, s:s, s:s, s:o}",
			 "zone", name_print(&cut.zone, zone),
			 "ttl_s", (json_int_t)cut_ttl_left(&cut, now),
			 "source", sources[cut.source],
			 "security", security_name(cut.security),
			 "servers", servers);
}

json_t *show_cache(struct request *request)
{
	struct showing showing = { .room = SHOWN_OCTETS, .now = clock_age_seconds() };
	struct cache *cache = request->host->cache;
	char text[NAME_TEXT_SIZE];
	struct name name;

	if (!request_take_name(request, "name", &name) ||
	    !request_take_type(request, &showing.type))
		return NULL;
	showing.answers = json_array();
	cache_each_answer(cache, &name, showing.now, show_answer, &showing);
	return json_pack("{s:s, s:o, s:I, s:o}",
			 "name", name_print(&name, text),
			 "answers", showing.answers,
			 "left_out", (json_int_t)showing.left_out,
			 "cut", cut_in_words(cache, &name, showing.now));
}
