/* SPDX-License-Identifier: MIT */
/* disk.c — the disk tier's life, its queue, and what it says of itself. */
#include "cache/disk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

#include "cache/disk_private.h"

enum {
	ITEM_OVERHEAD = 24,             /* the allocator's, on average */
	LAST_PATIENCE_MS = 2000,        /* at the end, for somebody else's transaction */
};

void disk_say(struct disk *disk, int priority, const char *format, ...)
{
	char line[512];
	va_list arguments;

	if (disk->log == NULL)
		return;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	disk->log(priority, line);
}

void disk_set_state(struct disk *disk, enum disk_state state, const char *why, int code)
{
	__atomic_store_n(&disk->why, why, __ATOMIC_RELAXED);
	__atomic_store_n(&disk->why_code, code, __ATOMIC_RELAXED);
	__atomic_store_n(&disk->state, state, __ATOMIC_RELEASE);
}

void disk_has_failed(struct disk *disk, const char *why, int code)
{
	disk_set_state(disk, DISK_BROKEN, why, code);
	if (disk->has_complained)
		return;
	disk->has_complained = true;
	disk_say(disk, LOG_WARNING,
		 "cache: %s: %s (%s); going on in memory, trying again every %u s", disk->path, why,
		 sqlite3_errstr(code), disk->retry_ms / 1000);
}

struct disk *disk_start(const struct disk_settings *settings)
{
	struct disk *disk = calloc(1, sizeof(*disk));

	if (disk == NULL)
		return NULL;
	disk->path = strdup(settings->path);
	disk->queue_octets = settings->queue_octets;
	disk->wal_octets = settings->wal_octets;
	disk->batch_ms = settings->batch_ms;
	disk->retry_ms = settings->retry_ms;
	disk->log = settings->log;
	disk->cache = settings->cache;
	disk->may_load = true;
	disk->state = DISK_LOADING;
	disk->why = "";
	sem_init(&disk->work, 0, 0);
	pthread_mutex_init(&disk->load_lock, NULL);
	if (disk->path != NULL && pthread_create(&disk->writer, NULL, disk_write_behind, disk) == 0)
		return disk;
	sem_destroy(&disk->work);
	pthread_mutex_destroy(&disk->load_lock);
	free(disk->path);
	free(disk);
	return NULL;
}

static void free_items(struct item *item)
{
	while (item != NULL) {
		struct item *next = item->next;

		free(item);
		item = next;
	}
}

void disk_end_threads(struct disk *disk)
{
	if (disk->has_ended)
		return;
	pthread_mutex_lock(&disk->load_lock);
	disk->may_load = false;
	pthread_mutex_unlock(&disk->load_lock);
	__atomic_store_n(&disk->stopping, true, __ATOMIC_RELEASE);
	sem_post(&disk->work);
	pthread_join(disk->writer, NULL);
	if (disk->has_reader)
		pthread_join(disk->reader, NULL);
	disk->has_ended = true;
	disk->retry_at = 0;
	if (disk->connection != NULL)
		sqlite3_busy_timeout(disk->connection, LAST_PATIENCE_MS);
}

void disk_make_room(struct disk *disk)
{
	if (__atomic_load_n(&disk->waiting, __ATOMIC_RELAXED) > disk->queue_octets / 2)
		disk_write_batches(disk);
}

void disk_stop(struct disk *disk)
{
	if (disk == NULL)
		return;
	disk_end_threads(disk);
	disk_write_batches(disk);
	if (disk->connection != NULL)
		sqlite3_wal_checkpoint_v2(disk->connection, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
					  NULL);
	if (disk->pending != NULL)
		disk_say(disk, LOG_WARNING, "cache: not all could be written to %s", disk->path);
	disk_close(disk);
	rcu_drain();                    /* what was written is freed by RCU's thread */
	free_items(disk->pending);
	free_items(disk->queue);
	sem_destroy(&disk->work);
	pthread_mutex_destroy(&disk->load_lock);
	free(disk->path);
	free(disk);
}

/* --- the queue --- */

static void push(struct disk *disk, struct item *item)
{
	item->next = __atomic_load_n(&disk->queue, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&disk->queue, &item->next, item, true, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED))
		;                               /* item->next is now what was there */
}

size_t disk_item_cost(size_t length)
{
	return sizeof(struct item) + length + ITEM_OVERHEAD;
}

/* Never more than the bound, not for a moment: it is part of a budget. A flush is always let
 * in; a sixteenth is kept free for that. */
static bool reserve(struct disk *disk, enum item_kind kind, size_t cost)
{
	size_t waiting = __atomic_load_n(&disk->waiting, __ATOMIC_RELAXED);
	size_t most = disk->queue_octets - disk->queue_octets / 16;

	do {
		if (kind != ITEM_FLUSH && waiting + cost > most)
			return false;
	} while (!__atomic_compare_exchange_n(&disk->waiting, &waiting, waiting + cost, true,
					      __ATOMIC_RELAXED, __ATOMIC_RELAXED));
	return true;
}

static bool put(struct disk *disk, enum item_kind kind, struct bytes octets, uint32_t hits)
{
	size_t cost = disk_item_cost(octets.length);
	struct item *item = NULL;

	if (reserve(disk, kind, cost)) {
		item = malloc(sizeof(*item) + octets.length);
		if (item == NULL)
			__atomic_fetch_sub(&disk->waiting, cost, __ATOMIC_RELAXED);
	}
	if (item == NULL) {
		__atomic_fetch_add(&disk->dropped, 1, __ATOMIC_RELAXED);
		return false;
	}
	*item = (struct item){ .kind = kind, .hits = hits, .length = (uint32_t)octets.length };
	memcpy(item->octets, octets.at, octets.length);
	push(disk, item);
	return true;
}

/* Is it worth a place on a disk? Failures and bogus data are for the moment. */
static bool is_lasting(const struct answer *answer)
{
	if (answer_is_failure(answer))
		return false;
	return answer_security(answer) != SECURITY_BOGUS;
}

bool disk_put_answer(struct disk *disk, const struct answer *answer, uint32_t hits)
{
	if (!is_lasting(answer))
		return true;
	return put(disk, ITEM_ANSWER, bytes_of(answer, answer_size(answer)), hits);
}

bool disk_put_cut(struct disk *disk, struct bytes packed)
{
	return put(disk, ITEM_CUT, packed, 0);
}

bool disk_put_server(struct disk *disk, const struct known_server *known)
{
	return put(disk, ITEM_SERVER, bytes_of(known, sizeof(*known)), 0);
}

bool disk_put_hits(struct disk *disk, const struct question *question, uint32_t hits)
{
	return put(disk, ITEM_HITS, bytes_of(question, sizeof(*question)), hits);
}

void disk_flush(struct disk *disk, const struct cache_flush *what)
{
	pthread_mutex_lock(&disk->load_lock);
	disk->may_load = false;
	pthread_mutex_unlock(&disk->load_lock);
	if (!put(disk, ITEM_FLUSH, bytes_of(what, sizeof(*what)), 0))
		disk_say(disk, LOG_ERR, "cache: no memory: the flush did not reach %s", disk->path);
	sem_post(&disk->work);
}

size_t disk_get_figures(const struct disk *disk, struct cache_figures *into)
{
	const char *why = __atomic_load_n(&disk->why, __ATOMIC_RELAXED);
	int code = __atomic_load_n(&disk->why_code, __ATOMIC_RELAXED);

	into->disk = __atomic_load_n(&disk->state, __ATOMIC_ACQUIRE);
	if (code != SQLITE_OK)
		snprintf(into->disk_why, sizeof(into->disk_why), "%s: %s", why,
			 sqlite3_errstr(code));
	else
		snprintf(into->disk_why, sizeof(into->disk_why), "%s", why);
	into->disk_rows = __atomic_load_n(&disk->rows, __ATOMIC_RELAXED);
	into->disk_written = __atomic_load_n(&disk->written, __ATOMIC_RELAXED);
	into->disk_dropped = __atomic_load_n(&disk->dropped, __ATOMIC_RELAXED);
	into->disk_octets = __atomic_load_n(&disk->file_octets, __ATOMIC_RELAXED);
	return __atomic_load_n(&disk->waiting, __ATOMIC_RELAXED);
}
