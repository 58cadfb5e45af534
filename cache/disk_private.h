/* SPDX-License-Identifier: MIT */
/* disk_private.h — what the disk tier's own files share. */
#ifndef XYLEM_CACHE_DISK_PRIVATE_H
#define XYLEM_CACHE_DISK_PRIVATE_H

#include <pthread.h>
#include <semaphore.h>
#include <sqlite3.h>
#include <stdalign.h>
#include <sys/stat.h>

#include "cache/base/rcu.h"
#include "cache/cache_private.h"
#include "cache/disk.h"

enum item_kind { ITEM_ANSWER, ITEM_CUT, ITEM_SERVER, ITEM_HITS, ITEM_FLUSH };

/* One thing to do on the disk; its octets are what the kind says. */
struct item {
	struct item    *next;
	struct rcu_head head;           /* of the first of those that are freed together */
	struct item    *freed_with;     /* the others */
	uint32_t        hits;
	uint32_t        length;
	enum item_kind  kind;
	uint8_t         octets[] __attribute__((aligned(8)));
};

enum disk_statement {
	PUT_ANSWER,
	PUT_CUT,
	PUT_SERVER,
	PUT_HITS,
	FLUSH_ANSWERS,
	FLUSH_CUTS,
	FORGET_ANSWERS,
	FORGET_CUTS,
	FORGET_SERVERS,
	COUNT_ROWS,
	STATEMENTS
};

struct disk {
	char        *path;
	size_t       queue_octets, wal_octets;
	unsigned     batch_ms, retry_ms;
	void       (*log)(int priority, const char *line);
	struct cache *cache;

	struct item *queue;             /* newest first; pushed by all, taken whole by the writer */
	size_t       waiting;           /* octets in the queue and in `pending` */
	sem_t        work;              /* posted when the writer should not await its time */
	bool         stopping;
	bool         has_ended;         /* the threads are gone; who stops it writes */
	bool         is_damaged;        /* said by the reader: the writer sets the file aside */

	/* Figures: written by the writer, read by all. */
	enum disk_state state;
	const char     *why;            /* a constant sentence, and … */
	int             why_code;       /* … SQLite's own word for it; SQLITE_OK: none */
	uint64_t        rows, written, dropped, file_octets;

	/* The writer's alone. */
	pthread_t     writer;
	sqlite3      *connection;       /* NULL: not open */
	sqlite3_stmt *statements[STATEMENTS];
	struct stat   opened;           /* the file as it was opened: to see that it vanished */
	struct item  *pending;          /* taken from the queue, oldest first, not yet written */
	size_t        wal_pages;
	bool          has_complained;   /* in the log, since it last worked */
	uint64_t      retry_at, housekeeping_at;        /* timer clock, ms */

	/* The reader's. */
	pthread_t       reader;
	bool            has_reader;
	pthread_mutex_t load_lock;      /* held for each row; by a flush to end the loading */
	bool            may_load;
};

/* disk_open.c */
extern const char *const disk_schema[];
int  disk_connect(const char *path, bool create, sqlite3 **into);
bool disk_open(struct disk *disk);      /* false: it can't be used now; said why */
void disk_close(struct disk *disk);
void disk_set_aside(struct disk *disk, const char *why);
int  disk_run(sqlite3 *connection, const char *sql);
int64_t disk_ask_number(sqlite3 *connection, const char *sql);

/* disk.c */
size_t disk_item_cost(size_t length);   /* octets that an item with so many costs */
void disk_say(struct disk *disk, int priority, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void disk_set_state(struct disk *disk, enum disk_state state, const char *why, int code);
void disk_has_failed(struct disk *disk, const char *why, int code);

/* disk_write.c, disk_read.c: the threads */
void *disk_write_behind(void *disk);
void  disk_write_batches(struct disk *disk);    /* what waits; until the disk refuses something */
void *disk_load(void *disk);

/* disk_statements.c */
int disk_prepare(struct disk *disk);
void disk_finalize(struct disk *disk);
int disk_write_item(struct disk *disk, const struct item *item);
void disk_bind_fingerprint(const struct disk *disk, sqlite3_stmt *statement, int place);
int disk_forget(struct disk *disk);     /* housekeeping: rows that nobody wants any more */

/* disk_text.c: the records of an answer as lines; and the earliest end of its signatures (wall
 * clock), 0: none. */
char   *disk_print_answer(const struct answer *answer);
int64_t disk_signatures_end(const struct answer *answer);

static inline bool disk_is_stopping(const struct disk *disk)
{
	return __atomic_load_n(&disk->stopping, __ATOMIC_ACQUIRE);
}

#endif
