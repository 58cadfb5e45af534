/* SPDX-License-Identifier: MIT */
/* disk_open.c — the database is opened, made, or set aside because it can't be ours. */
#include <errno.h>
#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

#include "cache/base/clock.h"
#include "cache/disk_private.h"

enum {
	APPLICATION_ID = 0x78796c6d,    /* "xylm": file(1) and we know it by that */
	SCHEMA_VERSION = 1,
};

int disk_run(sqlite3 *connection, const char *sql)
{
	return sqlite3_exec(connection, sql, NULL, NULL, NULL);
}

/* The first column of the first row; -1 if there is none. */
int64_t disk_ask_number(sqlite3 *connection, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	int64_t number = -1;

	if (sqlite3_prepare_v2(connection, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return number;
}

/* What every connection wants. The schema of a file that somebody gave us must not run
 * functions, and a damaged page should be told from a whole one. Each keeps a megabyte of
 * pages. */
int disk_connect(const char *path, bool create, sqlite3 **into)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	int code = sqlite3_open_v2(path, into, flags | (create ? SQLITE_OPEN_CREATE : 0), NULL);

	if (code != SQLITE_OK) {
		sqlite3_close(*into);
		*into = NULL;
		return code;
	}
	sqlite3_db_config(*into, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return disk_run(*into, "pragma trusted_schema = off; pragma cell_size_check = on;"
			       "pragma cache_size = -1024; pragma temp_store = memory;");
}

static void rename_one(const char *path, const char *suffix, const char *aside)
{
	char from[4096 + 8], to[4096 + 8];

	snprintf(from, sizeof(from), "%s%s", path, suffix);
	snprintf(to, sizeof(to), "%s%s", aside, suffix);
	if (rename(from, to) != 0 && errno != ENOENT)
		remove(from);                   /* or the log would be replayed into the new file */
}

void disk_set_aside(struct disk *disk, const char *why)
{
	char aside[4096];

	disk_close(disk);
	snprintf(aside, sizeof(aside), "%s.damaged-%lld", disk->path,
		 (long long)clock_wall_seconds());
	if (rename(disk->path, aside) != 0) {
		disk_has_failed(disk, "a damaged file can't be set aside", SQLITE_CANTOPEN);
		return;
	}
	rename_one(disk->path, "-wal", aside);
	rename_one(disk->path, "-shm", aside);
	disk_say(disk, LOG_WARNING, "cache: %s %s: set aside as %s, a new one is begun", disk->path,
		 why, aside);
}

static int fill_type_names(sqlite3 *connection)
{
	sqlite3_stmt *insert = NULL;
	int code = sqlite3_prepare_v2(connection, "insert into type_name values (?, ?)", -1,
				      &insert, NULL);

	for (int type = 1; code == SQLITE_OK && type <= 260; type++) {
		char *name = ldns_rr_type2str((ldns_rr_type)type);

		if (name != NULL && strncmp(name, "TYPE", 4) != 0) {
			sqlite3_bind_int(insert, 1, type);
			sqlite3_bind_text(insert, 2, name, -1, SQLITE_TRANSIENT);
			code = sqlite3_step(insert) == SQLITE_DONE ? sqlite3_reset(insert)
								   : sqlite3_errcode(connection);
		}
		free(name);
	}
	sqlite3_finalize(insert);
	return code;
}

/* All in one transaction: a kill leaves a whole schema or none. */
static int make_schema(sqlite3 *connection)
{
	char marks[100];
	int code = disk_run(connection, "begin immediate");

	for (int i = 0; code == SQLITE_OK && disk_schema[i] != NULL; i++)
		code = disk_run(connection, disk_schema[i]);
	if (code == SQLITE_OK)
		code = fill_type_names(connection);
	snprintf(marks, sizeof(marks), "pragma application_id = %d; pragma user_version = %d",
		 APPLICATION_ID, SCHEMA_VERSION);
	if (code == SQLITE_OK)
		code = disk_run(connection, marks);
	if (code == SQLITE_OK)
		code = disk_run(connection, "commit");
	if (code != SQLITE_OK)
		disk_run(connection, "rollback");
	return code;
}

enum fitness { FIT, EMPTY, UNFIT, UNREADABLE };

/* Is the file ours? `why` says what is wrong with one that isn't. */
static enum fitness examine(sqlite3 *connection, int *code, const char **why)
{
	int64_t tables;

	*code = disk_run(connection, "select count(*) from sqlite_schema");
	if (*code == SQLITE_NOTADB || *code == SQLITE_CORRUPT) {
		*why = *code == SQLITE_NOTADB ? "is no database" : "is damaged";
		return UNFIT;
	}
	if (*code != SQLITE_OK)
		return UNREADABLE;
	tables = disk_ask_number(connection, "select count(*) from sqlite_schema");
	if (tables == 0 && disk_ask_number(connection, "pragma application_id") == 0)
		return EMPTY;
	if (disk_ask_number(connection, "pragma application_id") != APPLICATION_ID) {
		*why = "is another program's database";
		return UNFIT;
	}
	if (disk_ask_number(connection, "pragma user_version") != SCHEMA_VERSION) {
		*why = "is of another version of xylemd";
		return UNFIT;
	}
	return FIT;
}

/* WAL: readers and the writer don't wait for each other, and a kill at any moment loses only
 * what wasn't committed. With synchronous = normal a commit isn't synced: a power cut loses
 * the last seconds, never the file's integrity. */
static const char writer_pragmas[] =
	"pragma journal_mode = wal; pragma synchronous = normal;"
	" pragma journal_size_limit = 4194304;";

static int on_commit(void *subject, sqlite3 *connection, const char *schema, int pages)
{
	((struct disk *)subject)->wal_pages = (size_t)pages;
	return SQLITE_OK;
}

static int make_ready(struct disk *disk, enum fitness fitness)
{
	int code = disk_run(disk->connection, writer_pragmas);

	if (code == SQLITE_OK && fitness == EMPTY)
		code = make_schema(disk->connection);
	if (code == SQLITE_OK)
		code = disk_prepare(disk);
	sqlite3_wal_hook(disk->connection, on_commit, disk);
	if (code == SQLITE_OK && stat(disk->path, &disk->opened) != 0)
		code = SQLITE_CANTOPEN;
	return code;
}

/* One attempt. SQLITE_CORRUPT: the file was set aside, and a second one may work. */
static int try_open(struct disk *disk)
{
	const char *why = "is no database";
	enum fitness fitness;
	int code = disk_connect(disk->path, true, &disk->connection);

	if (code == SQLITE_OK)
		fitness = examine(disk->connection, &code, &why);
	else
		fitness = code == SQLITE_NOTADB ? UNFIT : UNREADABLE;
	if (fitness == UNFIT) {
		disk_set_aside(disk, why);
		return SQLITE_CORRUPT;
	}
	if (fitness == UNREADABLE)
		return code;
	code = make_ready(disk, fitness);
	if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR) {
		/* SQLITE_ERROR: a table or column isn't there, however well the file calls
		 * itself. */
		disk_set_aside(disk, "is damaged");
		return SQLITE_CORRUPT;
	}
	return code;
}

bool disk_open(struct disk *disk)
{
	int code = try_open(disk);

	if (code == SQLITE_CORRUPT)
		code = try_open(disk);
	if (code == SQLITE_OK)
		return true;
	disk_close(disk);
	disk_has_failed(disk, "the database can't be opened", code);
	return false;
}

void disk_close(struct disk *disk)
{
	disk_finalize(disk);
	sqlite3_close(disk->connection);
	disk->connection = NULL;
	disk->wal_pages = 0;
}
