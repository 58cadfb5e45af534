/* SPDX-License-Identifier: MIT */
/* disk_statements.c — what is said to the database: one prepared statement per thing, one
 * function that binds it. */
#include <stdio.h>
#include <stdlib.h>

#include "cache/base/clock.h"
#include "cache/base/must.h"
#include "cache/disk_private.h"

enum {
	STALE_S = 86400,                /* expired longer ago: no use even in need */
	SERVER_S = 14 * 86400,          /* a server not heard of for so long is unknown again */
	FORGOTTEN_AT_ONCE = 1000,       /* rows: so that no transaction is long */
};

/* ?2 is the name with a dot before it: what ends so lies below it. (One escaped dot too many
 * may match: a name flushed in vain.) */
#define IS_MEANT(column) \
	" where ?1 is null or " column " = ?1" \
	" or (?3 and (?1 = '.' or substr(" column ", -length(?2)) = ?2))"

static const char *const texts[STATEMENTS] = {
	/* Fame grows with hits and fades by an eighth with each renewal that nobody counted. */
	[PUT_ANSWER] =
		"insert into stored_answer (name, type, class, rcode, security, stored_at,"
		" expires_at, valid_until, hits, trust, learnt_from, data, packed,"
		" fingerprint)"
		" values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'reply', ?10, ?11, ?12, ?13)"
		" on conflict (name, type, class) do update set rcode = excluded.rcode,"
		" security = excluded.security, stored_at = excluded.stored_at,"
		" expires_at = excluded.expires_at, valid_until = excluded.valid_until,"
		" hits = max(excluded.hits, hits - hits / 8), trust = excluded.trust,"
		" learnt_from = excluded.learnt_from, data = excluded.data,"
		" packed = excluded.packed, fingerprint = excluded.fingerprint",
	[PUT_CUT] =
		"insert or replace into stored_cut (zone, source, security, stored_at,"
		" expires_at, trust, servers, packed, fingerprint)"
		" values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[PUT_SERVER] =
		"insert or replace into stored_server (address, port, round_trip_us, variation_us,"
		" silences, edns, prefers_tcp, last_heard, stored_at)"
		" values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[PUT_HITS] =
		"update stored_answer set hits = max(hits, ?4)"
		" where name = ?1 and type = ?2 and class = ?3",
	[FLUSH_ANSWERS] =
		"delete from stored_answer where rowid in (select rowid from stored_answer"
		IS_MEANT("name") " or (?5 and instr(data, 'CNAME')"
		" and (instr(lower(data), ?2) or instr(lower(data), char(9) || ?1))))"
		" and (?4 = 0 or type = ?4)",
	[FLUSH_CUTS] = "delete from stored_cut" IS_MEANT("zone"),
	[FORGET_ANSWERS] =
		"delete from stored_answer where rowid in (select rowid from stored_answer"
		" where expires_at < ?1 order by expires_at limit ?2)",
	[FORGET_CUTS] = "delete from stored_cut where expires_at < ?1",
	[FORGET_SERVERS] = "delete from stored_server where stored_at < ?1",
	[COUNT_ROWS] =
		"select (select count(*) from stored_answer) + (select count(*) from stored_cut)"
		" + (select count(*) from stored_server)",
};

int disk_prepare(struct disk *disk)
{
	for (int i = 0; i < STATEMENTS; i++) {
		int code =
			sqlite3_prepare_v3(disk->connection, texts[i], -1,
					   SQLITE_PREPARE_PERSISTENT, &disk->statements[i], NULL);

		if (code != SQLITE_OK)
			return code;
	}
	return SQLITE_OK;
}

void disk_finalize(struct disk *disk)
{
	for (int i = 0; i < STATEMENTS; i++) {
		sqlite3_finalize(disk->statements[i]);
		disk->statements[i] = NULL;
	}
}

/* Runs to its end a statement that gives no rows, and makes it ready for the next time. */
static int finish(sqlite3_stmt *statement)
{
	int code = sqlite3_step(statement);

	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return code == SQLITE_DONE || code == SQLITE_ROW ? SQLITE_OK : code;
}

/* A time on the age clock as Unix seconds. */
static int64_t wall_time(uint32_t age_time)
{
	return clock_wall_seconds() - (int32_t)(clock_age_seconds() - age_time);
}

static void bind_name(sqlite3_stmt *statement, int place, const struct name *name)
{
	char text[NAME_TEXT_SIZE];
	struct name small = *name;

	name_lower(&small);
	sqlite3_bind_text(statement, place, name_print(&small, text), -1, SQLITE_TRANSIENT);
}

static void bind_address(sqlite3_stmt *statement, int place, const struct address *address)
{
	char text[ADDRESS_TEXT_SIZE];

	if (address->family != 0)
		sqlite3_bind_text(statement, place, address_print(address, text), -1,
				  SQLITE_TRANSIENT);
}

/* Null: nothing was validated. */
void disk_bind_fingerprint(const struct disk *disk, sqlite3_stmt *statement, int place)
{
	uint64_t fingerprint = __atomic_load_n(&disk->cache->fingerprint, __ATOMIC_ACQUIRE);
	char text[17];

	snprintf(text, sizeof(text), "%016llx", (unsigned long long)fingerprint);
	if (fingerprint != 0)
		sqlite3_bind_text(statement, place, text, -1, SQLITE_TRANSIENT);
}

static int write_answer(struct disk *disk, const struct item *item)
{
	const struct answer *answer = (const void *)item->octets;
	sqlite3_stmt *statement = disk->statements[PUT_ANSWER];
	int64_t stored_at = wall_time(answer_stored_at(answer));
	uint32_t ttl = answer_ttl_left(answer, answer_stored_at(answer));
	struct address from = answer_from(answer);
	char *text = disk_print_answer(answer);
	struct question question;
	int64_t end = 0;

	answer_question(answer, &question);
	if (answer_security(answer) == SECURITY_SECURE)
		end = disk_signatures_end(answer);
	bind_name(statement, 1, &question.name);
	sqlite3_bind_int(statement, 2, question.type);
	sqlite3_bind_int(statement, 3, question.class);
	sqlite3_bind_int(statement, 4, (int)answer_rcode(answer));
	sqlite3_bind_int(statement, 5, (int)answer_security(answer));
	sqlite3_bind_int64(statement, 6, stored_at);
	sqlite3_bind_int64(statement, 7, stored_at + ttl);
	if (end != 0)
		sqlite3_bind_int64(statement, 8, end);
	sqlite3_bind_int64(statement, 9, item->hits);
	bind_address(statement, 10, &from);
	sqlite3_bind_text(statement, 11, text == NULL ? "" : text, -1, SQLITE_TRANSIENT);
	sqlite3_bind_blob(statement, 12, item->octets, (int)item->length, SQLITE_STATIC);
	disk_bind_fingerprint(disk, statement, 13);
	free(text);
	return finish(statement);
}

/* "a.ns.example. 192.0.2.1 2001:db8::1; b.ns.example." */
static void print_servers(const struct cut *cut, FILE *into)
{
	for (unsigned i = 0; i < cut->server_count; i++) {
		const struct cut_server *server = &cut->servers[i];
		char name[NAME_TEXT_SIZE], address[ADDRESS_TEXT_SIZE];
		const char *space = "";

		fputs(i == 0 ? "" : "; ", into);
		if (name_is_set(&server->name)) {
			fputs(name_print(&server->name, name), into);
			space = " ";
		}
		for (unsigned j = 0; j < server->address_count; j++) {
			fprintf(into, "%s%s", space, address_print(&server->addresses[j], address));
			space = " ";
		}
	}
}

static int write_cut(struct disk *disk, const struct item *item)
{
	sqlite3_stmt *statement = disk->statements[PUT_CUT];
	char *servers = NULL;
	size_t length = 0;
	struct cut cut;
	FILE *into;

	if (!cut_unpack(bytes_of(item->octets, item->length), &cut))
		return SQLITE_OK;
	into = open_memstream(&servers, &length);
	if (into != NULL) {
		print_servers(&cut, into);
		fclose(into);
	}
	bind_name(statement, 1, &cut.zone);
	sqlite3_bind_int(statement, 2, (int)cut.source);
	sqlite3_bind_int(statement, 3, (int)cut.security);
	sqlite3_bind_int64(statement, 4, wall_time(cut.stored_at));
	sqlite3_bind_int64(statement, 5, wall_time(cut.stored_at) + cut.ttl);
	sqlite3_bind_text(statement, 6, cut.source == CUT_FROM_HINTS ? "hints" : "reply", -1,
			  SQLITE_STATIC);
	sqlite3_bind_text(statement, 7, servers == NULL ? "" : servers, -1, SQLITE_TRANSIENT);
	sqlite3_bind_blob(statement, 8, item->octets, (int)item->length, SQLITE_STATIC);
	disk_bind_fingerprint(disk, statement, 9);
	free(servers);
	return finish(statement);
}

static int write_server(struct disk *disk, const struct item *item)
{
	const struct known_server *known = (const void *)item->octets;
	sqlite3_stmt *statement = disk->statements[PUT_SERVER];

	bind_address(statement, 1, &known->address);
	sqlite3_bind_int(statement, 2, known->address.port);
	sqlite3_bind_int64(statement, 3, known->server.round_trip_us);
	sqlite3_bind_int64(statement, 4, known->server.variation_us);
	sqlite3_bind_int(statement, 5, known->server.silences);
	sqlite3_bind_int(statement, 6, (int)known->server.edns);
	sqlite3_bind_int(statement, 7, known->server.prefers_tcp);
	if (known->server.last_heard != 0)
		sqlite3_bind_int64(statement, 8, wall_time(known->server.last_heard));
	sqlite3_bind_int64(statement, 9, clock_wall_seconds());
	return finish(statement);
}

static int write_hits(struct disk *disk, const struct item *item)
{
	const struct question *question = (const void *)item->octets;
	sqlite3_stmt *statement = disk->statements[PUT_HITS];

	bind_name(statement, 1, &question->name);
	sqlite3_bind_int(statement, 2, question->type);
	sqlite3_bind_int(statement, 3, question->class);
	sqlite3_bind_int64(statement, 4, item->hits);
	return finish(statement);
}

static void bind_meant(sqlite3_stmt *statement, const struct cache_flush *what)
{
	char text[1 + NAME_TEXT_SIZE] = ".";
	struct name small = what->name;

	if (what->all)
		return;                         /* ?1 is null: all rows */
	name_lower(&small);
	name_print(&small, text + 1);
	sqlite3_bind_text(statement, 1, text + 1, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(statement, 2, text, -1, SQLITE_TRANSIENT);
	sqlite3_bind_int(statement, 3, what->below);
}

static int flush_rows(struct disk *disk, const struct item *item)
{
	const struct cache_flush *what = (const void *)item->octets;
	sqlite3_stmt *answers = disk->statements[FLUSH_ANSWERS],
		     *cuts = disk->statements[FLUSH_CUTS];
	int code;

	bind_meant(answers, what);
	sqlite3_bind_int(answers, 4, what->all ? 0 : what->type);
	sqlite3_bind_int(answers, 5, !what->all && what->through);
	code = finish(answers);
	if (code != SQLITE_OK || (!what->all && what->type != 0))
		return code;
	bind_meant(cuts, what);
	return finish(cuts);
}

int disk_write_item(struct disk *disk, const struct item *item)
{
	switch (item->kind) {
	case ITEM_ANSWER:
		return write_answer(disk, item);
	case ITEM_CUT:
		return write_cut(disk, item);
	case ITEM_SERVER:
		return write_server(disk, item);
	case ITEM_HITS:
		return write_hits(disk, item);
	case ITEM_FLUSH:
		return flush_rows(disk, item);
	}
	unreachable();
}

int disk_forget(struct disk *disk)
{
	sqlite3_stmt *answers = disk->statements[FORGET_ANSWERS];
	sqlite3_stmt *cuts = disk->statements[FORGET_CUTS];
	sqlite3_stmt *servers = disk->statements[FORGET_SERVERS];
	int64_t now = clock_wall_seconds();
	int code;

	/* Over its bound the file also loses what would expire soonest. */
	bool is_large = disk->file_octets > DISK_FILE_OCTETS;

	sqlite3_bind_int64(answers, 1, is_large ? INT64_MAX : now - STALE_S);
	sqlite3_bind_int(answers, 2, FORGOTTEN_AT_ONCE);
	code = finish(answers);
	sqlite3_bind_int64(cuts, 1, now - STALE_S);
	if (code == SQLITE_OK)
		code = finish(cuts);
	sqlite3_bind_int64(servers, 1, now - SERVER_S);
	return code == SQLITE_OK ? finish(servers) : code;
}
