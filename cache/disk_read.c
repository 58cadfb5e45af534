/* SPDX-License-Identifier: MIT */
/* disk_read.c — the reader's thread: at the start, what was most asked for comes back into
 * memory.
 *
 * Rows are believed no more than packets: each passes the door of its store. Times go from the
 * wall clock to the age clock here; a row that claims to come from the future is left where it
 * is. This thread and its connection are also the place for looking up on disk what memory has
 * lost. */
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/disk_private.h"

enum {
	FULL_ENOUGH = 90,               /* hundredths: the rest is for what is asked now */
	MOST_SERVERS = 20000,
	MOST_CUTS = 100000,
	MOST_ANSWERS = 10 * 1000 * 1000,
	CLOCK_SLACK_S = 5,              /* a row may be so much newer than now */
	READ_PATIENCE_MS = 1000,
};

/* Gives false when no more rows are wanted. Called with the load lock held. */
typedef bool row_reader(struct disk *disk, sqlite3_stmt *row);

/* When it was stored, on the age clock. False: that time can't be. */
static bool age_time(int64_t wall_time, uint32_t *into)
{
	int64_t age = clock_wall_seconds() - wall_time;

	if (age < -CLOCK_SLACK_S)
		return false;
	if (age > INT32_MAX)
		return false;
	*into = clock_age_seconds() - (uint32_t)(age < 0 ? 0 : age);
	return true;
}

/* The blob, copied to where any type may lie; .at is NULL if it is none. The caller frees. */
static struct bytes copy_blob(sqlite3_stmt *row, int column, size_t at_most)
{
	const void *blob = sqlite3_column_blob(row, column);
	int length = sqlite3_column_bytes(row, column);
	uint8_t *copy;

	if (blob == NULL || length <= 0 || (size_t)length > at_most)
		return bytes_of(NULL, 0);
	copy = malloc((size_t)length);
	if (copy == NULL)
		return bytes_of(NULL, 0);
	return bytes_of(memcpy(copy, blob, (size_t)length), (size_t)length);
}

/* columns: packed, stored_at, hits */
static bool read_answer(struct disk *disk, sqlite3_stmt *row)
{
	struct bytes blob = copy_blob(row, 0, MAX_ANSWER_OCTETS);
	int64_t hits = sqlite3_column_int64(row, 2);
	uint32_t stored_at;

	/* Half of its fame: what nobody asks for any more makes room for others within a few
	 * starts. */
	hits = hits < 0 ? 0 : hits > UINT32_MAX ? UINT32_MAX : hits;
	if (blob.at != NULL && age_time(sqlite3_column_int64(row, 1), &stored_at))
		cache_load_answer(disk->cache, blob, stored_at, (uint32_t)hits / 2);
	free((void *)(uintptr_t)blob.at);
	return !table_is_filled(&disk->cache->answers, FULL_ENOUGH);
}

/* columns: packed, stored_at */
static bool read_cut(struct disk *disk, sqlite3_stmt *row)
{
	struct bytes blob = copy_blob(row, 0, CUT_PACKED_SIZE);
	uint32_t stored_at;

	if (blob.at != NULL && age_time(sqlite3_column_int64(row, 1), &stored_at))
		cache_load_cut(disk->cache, blob, stored_at);
	free((void *)(uintptr_t)blob.at);
	return !table_is_filled(&disk->cache->cuts, FULL_ENOUGH);
}

static uint32_t number_within(sqlite3_stmt *row, int column, uint32_t most)
{
	int64_t number = sqlite3_column_int64(row, column);

	return number < 0 ? 0 : number > most ? most : (uint32_t)number;
}

/* columns: address, port, round_trip_us, variation_us, edns, prefers_tcp, last_heard. Silences
 * aren't taken over: who was silent before a restart may have been unreachable only from there
 * (DESIGN.md §5). */
static bool read_server(struct disk *disk, sqlite3_stmt *row)
{
	const char *text = (const char *)sqlite3_column_text(row, 0);
	enum { MINUTE_US = 60 * 1000 * 1000 };
	struct known_server known = {
		.server = {
			.round_trip_us = number_within(row, 2, MINUTE_US),
			.variation_us = number_within(row, 3, MINUTE_US),
			.edns = (enum server_edns)number_within(row, 4, EDNS_FAILS),
			.prefers_tcp = sqlite3_column_int(row, 5) != 0,
		},
	};
	uint16_t port = (uint16_t)number_within(row, 1, UINT16_MAX);

	if (text == NULL || !address_parse(text, port, &known.address))
		return true;
	if (!age_time(sqlite3_column_int64(row, 6), &known.server.last_heard))
		return true;
	cache_load_server(disk->cache, &known);
	return !table_is_filled(&disk->cache->servers, FULL_ENOUGH);
}

static const struct query {
	const char *text;
	row_reader *read;
	int         most;
	bool        is_trusted;         /* only what was kept under the trust of now: ?3 */
} queries[] = {
	{ "select address, port, round_trip_us, variation_us, edns, prefers_tcp, last_heard"
	  " from stored_server where last_heard <= ?1 order by last_heard desc limit ?2",
	  read_server, MOST_SERVERS, false },
	{ "select packed, stored_at from stored_cut where expires_at > ?1 and fingerprint is ?3"
	  " order by stored_at desc limit ?2",
	  read_cut, MOST_CUTS, true },
	/* The order is found without the blobs, so that sorting is small. 4: bogus. */
	{ "select a.packed, a.stored_at, a.hits from (select rowid as place, hits, expires_at"
	  " from stored_answer where expires_at > ?1 and security <> 4 and rcode in (0, 3)"
	  " and (valid_until is null or valid_until > ?1) and fingerprint is ?3"
	  " order by hits desc, expires_at desc limit ?2) as best"
	  " cross join stored_answer a on a.rowid = best.place",
	  read_answer, MOST_ANSWERS, true },
};

/* One row under the lock, so that a flush knows that no row comes after it. */
static bool put_row(struct disk *disk, row_reader *read, sqlite3_stmt *row)
{
	bool goes_on;

	pthread_mutex_lock(&disk->load_lock);
	goes_on = disk->may_load && read(disk, row);
	pthread_mutex_unlock(&disk->load_lock);
	return goes_on;
}

static int run_query(struct disk *disk, sqlite3 *connection, const struct query *query)
{
	sqlite3_stmt *rows = NULL;
	int code = sqlite3_prepare_v2(connection, query->text, -1, &rows, NULL);

	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_int64(rows, 1, clock_wall_seconds());
	sqlite3_bind_int(rows, 2, query->most);
	if (query->is_trusted)
		disk_bind_fingerprint(disk, rows, 3);
	while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
		if (!put_row(disk, query->read, rows))
			break;
	}
	sqlite3_finalize(rows);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int load_all(struct disk *disk)
{
	sqlite3 *connection = NULL;
	int code = disk_connect(disk->path, false, &connection);

	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(connection, READ_PATIENCE_MS);
	for (size_t i = 0; code == SQLITE_OK && i < sizeof(queries) / sizeof(queries[0]); i++)
		code = run_query(disk, connection, &queries[i]);
	sqlite3_close(connection);
	return code;
}

void *disk_load(void *subject)
{
	struct disk *disk = subject;
	enum disk_state loading = DISK_LOADING;
	int code;

	rcu_thread_begin();
	code = load_all(disk);
	rcu_thread_end();
	if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
		__atomic_store_n(&disk->is_damaged, true, __ATOMIC_RELEASE);
		sem_post(&disk->work);
	} else if (code != SQLITE_OK) {
		disk_say(disk, LOG_WARNING, "cache: %s: not all could be loaded: %s", disk->path,
			 sqlite3_errstr(code));
	}
	/* Unless the writer has met trouble meanwhile. */
	__atomic_compare_exchange_n(&disk->state, &loading, DISK_OK, false, __ATOMIC_RELEASE,
				    __ATOMIC_RELAXED);
	return NULL;
}
