/* SPDX-License-Identifier: MIT */
/* disk_write.c — the writer's thread: opens the file, starts the reader, then writes batch
 * after batch. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "cache/base/clock.h"
#include "cache/disk_private.h"

enum {
	BATCH_ITEMS = 1000,             /* in one transaction */
	CHECKPOINT_PAGES = 1000,        /* of the log, then it is copied into the file */
	HOUSEKEEPING_MS = 60 * 1000,
	IO_CLASS_IDLE = 3 << 13,        /* ioprio_set(2), which libc doesn't wrap */
};

/* Processor and disk only when nobody else wants them. Both may be refused: then it works as
 * others do. */
static void lower_priority(void)
{
	struct sched_param none = { 0 };

	sched_setscheduler(0, SCHED_IDLE, &none);
	syscall(SYS_ioprio_set, 1, 0, IO_CLASS_IDLE);
}

/* --- the queue --- */

static struct item **last_link(struct item **link)
{
	while (*link != NULL)
		link = &(*link)->next;
	return link;
}

/* All that waits in the queue goes behind what is pending, oldest first. */
static void take_queue(struct disk *disk)
{
	struct item *newest = __atomic_exchange_n(&disk->queue, NULL, __ATOMIC_ACQUIRE);
	struct item *oldest = NULL;

	while (newest != NULL) {
		struct item *next = newest->next;

		newest->next = oldest;
		oldest = newest;
		newest = next;
	}
	*last_link(&disk->pending) = oldest;
}

/* In RCU's thread, which has an ordinary priority: free() takes the lock of the arena that a
 * worker took the item from, and whoever holds that must get processor time. */
static void free_written(struct rcu_head *head)
{
	struct item *item = container_of(head, struct item, head);

	RCU_READERS_HAVE_LEFT();
	while (item != NULL) {
		struct item *next = item->next;

		free(item);
		item = next;
	}
}

/* The pending items before `end` were written. */
static void drop_written(struct disk *disk, struct item *end)
{
	struct item *first = disk->pending;
	size_t octets = 0;

	if (first == end)
		return;
	for (struct item *item = first, *next; item != end; item = next) {
		next = item->next;
		octets += disk_item_cost(item->length);
		if (next == end)
			item->next = NULL;
	}
	disk->pending = end;
	__atomic_fetch_sub(&disk->waiting, octets, __ATOMIC_RELAXED);
	rcu_retire(&first->head, free_written);
}

/* --- batches --- */

static int write_transaction(struct disk *disk, struct item **end)
{
	unsigned count = 0;
	struct item *item = disk->pending;
	int code = disk_run(disk->connection, "begin immediate");

	while (code == SQLITE_OK && item != NULL && count < BATCH_ITEMS) {
		if (disk_is_stopping(disk) && !disk->has_ended)
			break;                  /* whoever stops us goes on at a better priority */
		code = disk_write_item(disk, item);
		item = item->next;
		count++;
	}
	if (code == SQLITE_OK)
		code = disk_run(disk->connection, "commit");
	if (code != SQLITE_OK) {
		disk_run(disk->connection, "rollback");
		return code;
	}
	__atomic_fetch_add(&disk->written, count, __ATOMIC_RELAXED);
	*end = item;
	return SQLITE_OK;
}

/* Said when all that waited could be written: a small row that just fits on a full disk
 * doesn't mean much. */
static void works_again(struct disk *disk)
{
	enum disk_state state = __atomic_load_n(&disk->state, __ATOMIC_RELAXED);

	if (state == DISK_LOADING || state == DISK_OK)
		return;
	disk_set_state(disk, DISK_OK, "", SQLITE_OK);
	if (disk->has_complained)
		disk_say(disk, LOG_NOTICE, "cache: %s works again", disk->path);
	disk->has_complained = false;
}

static void cope_with(struct disk *disk, int code)
{
	disk->retry_at = clock_timer_ms() + disk->retry_ms;
	switch (code & 0xff) {
	case SQLITE_BUSY:                       /* a person writes: the next batch will do */
	case SQLITE_LOCKED:
		if (!disk->has_ended)
			disk->retry_at = 0;
		return;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		disk->retry_at = 0;
		disk_set_aside(disk, "is damaged");
		return;
	case SQLITE_FULL:
		disk_has_failed(disk, "the disk is full", code);
		return;
	default:
		disk_has_failed(disk, "can't be written", code);
		disk_close(disk);
	}
}

static void look_at_size(struct disk *disk)
{
	int64_t pages = disk_ask_number(disk->connection, "pragma page_count");
	int64_t free_pages = disk_ask_number(disk->connection, "pragma freelist_count");
	int64_t size = disk_ask_number(disk->connection, "pragma page_size");
	sqlite3_stmt *count = disk->statements[COUNT_ROWS];

	if (pages >= free_pages && free_pages >= 0)
		__atomic_store_n(&disk->file_octets, (uint64_t)((pages - free_pages) * size),
				 __ATOMIC_RELAXED);
	if (sqlite3_step(count) == SQLITE_ROW)
		__atomic_store_n(&disk->rows, (uint64_t)sqlite3_column_int64(count, 0),
				 __ATOMIC_RELAXED);
	sqlite3_reset(count);
}

static void keep_house(struct disk *disk)
{
	int code;

	if (clock_timer_ms() < disk->housekeeping_at)
		return;
	disk->housekeeping_at = clock_timer_ms() + HOUSEKEEPING_MS;
	code = disk_forget(disk);
	if (code != SQLITE_OK)
		cope_with(disk, code);
	if (disk->connection != NULL)
		look_at_size(disk);
}

/* Copies the log into the file now and then. If somebody's open transaction keeps it from
 * beginning anew and it has grown to its bound, writing pauses. */
static bool bound_log(struct disk *disk)
{
	size_t page = 4096;
	bool is_long = disk->wal_pages * page > disk->wal_octets;
	int code;

	if (disk->wal_pages < CHECKPOINT_PAGES && !is_long)
		return true;
	code = sqlite3_wal_checkpoint_v2(
		disk->connection, NULL,
		is_long ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	if (code == SQLITE_OK && is_long)
		disk->wal_pages = 0;
	if (code == SQLITE_OK || !is_long) {
		if (__atomic_load_n(&disk->state, __ATOMIC_RELAXED) == DISK_PAUSED)
			works_again(disk);
		return true;
	}
	disk_set_state(disk, DISK_PAUSED,
		       "the write-ahead log is at its bound: somebody reads in a transaction",
		       SQLITE_OK);
	if (!disk->has_complained)
		disk_say(disk, LOG_WARNING,
			 "cache: %s: the write-ahead log has grown to its bound of %zu MB, since"
			 " somebody has a read transaction open; writing pauses",
			 disk->path, disk->wal_octets >> 20);
	disk->has_complained = true;
	return false;
}

static bool file_has_vanished(const struct disk *disk)
{
	struct stat now;

	if (stat(disk->path, &now) != 0)
		return true;
	return now.st_ino != disk->opened.st_ino || now.st_dev != disk->opened.st_dev;
}

static bool is_usable(struct disk *disk)
{
	if (clock_timer_ms() < disk->retry_at)
		return false;
	if (disk->connection != NULL &&
	    __atomic_exchange_n(&disk->is_damaged, false, __ATOMIC_ACQUIRE))
		disk_set_aside(disk, "is damaged");
	if (disk->connection != NULL && file_has_vanished(disk)) {
		disk_say(disk, LOG_WARNING, "cache: %s has vanished: a new one is begun",
			 disk->path);
		disk_close(disk);
	}
	if (disk->connection != NULL || disk_open(disk))
		return true;
	disk->retry_at = clock_timer_ms() + disk->retry_ms;
	return false;
}

/* Writes what waits; stops at the first thing that the disk refuses. */
void disk_write_batches(struct disk *disk)
{
	take_queue(disk);
	while (is_usable(disk) && bound_log(disk)) {
		struct item *end = NULL;
		int code;

		keep_house(disk);
		if (disk->pending == NULL || disk->connection == NULL)
			return;
		code = write_transaction(disk, &end);
		if (code != SQLITE_OK) {
			cope_with(disk, code);
			return;
		}
		drop_written(disk, end);
		if (disk->pending == NULL)
			works_again(disk);
		if (disk_is_stopping(disk) && !disk->has_ended)
			return;
		take_queue(disk);
	}
}

static void wait_for_work(struct disk *disk)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += disk->batch_ms / 1000;
	until.tv_nsec += (long)(disk->batch_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	while (sem_clockwait(&disk->work, CLOCK_MONOTONIC, &until) != 0 && errno == EINTR)
		;
	while (sem_trywait(&disk->work) == 0)
		;                               /* several calls, one batch */
}

static void begin(struct disk *disk)
{
	if (!disk_open(disk))
		disk->retry_at = clock_timer_ms() + disk->retry_ms;
	if (disk->connection != NULL) {
		look_at_size(disk);
		disk->has_reader = pthread_create(&disk->reader, NULL, disk_load, disk) == 0;
	}
	if (!disk->has_reader && disk->connection != NULL)
		disk_set_state(disk, DISK_OK, "", SQLITE_OK);
}

void *disk_write_behind(void *subject)
{
	struct disk *disk = subject;

	begin(disk);
	lower_priority();
	while (!disk_is_stopping(disk)) {
		wait_for_work(disk);
		disk_write_batches(disk);
	}
	return NULL;
}
