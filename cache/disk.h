/* SPDX-License-Identifier: MIT */
/* disk.h — the tier that lasts: an SQLite database behind the memory, never in a packet's way.
 *
 * Two threads of its own. The writer, at the lowest priority, takes counted copies from a
 * queue that drops when it is full, and writes them in batches. The reader, at normal priority
 * and with a connection of its own, loads what is worth it at the start, through the same door
 * as what comes from the wire. No other thread waits for a disk or for these two: the queue
 * has no lock, and what was written is freed by RCU's thread, lest the allocator's lock be
 * held by a thread that gets no processor.
 *
 * Whatever the disk does, the cache goes on in memory: DISK_PAUSED (the write-ahead log is too
 * long because somebody reads in a transaction), DISK_BROKEN (full, read-only, gone); said
 * once, tried again, and said when it works again. */
#ifndef XYLEM_CACHE_DISK_H
#define XYLEM_CACHE_DISK_H

#include "cache/cache.h"

struct disk;
struct known_server;

struct disk_settings {
	const char   *path;
	size_t        queue_octets;     /* may wait; more is dropped, and counted */
	size_t        wal_octets;       /* the write-ahead log's bound */
	unsigned      batch_ms;         /* between two batches */
	unsigned      retry_ms;         /* between two attempts on a disk that fails */
	void        (*log)(int priority, const char *line);
	struct cache *cache;            /* where loaded rows go */
};

/* No more than this is kept in the file; it counts what is in use. */
#define DISK_FILE_OCTETS (UINT64_C(1) << 30)

enum {
	DISK_WAL_OCTETS = 64 * 1024 * 1024,
	DISK_BATCH_MS = 1000,           /* a crash loses so much, and a batch's work */
	DISK_RETRY_MS = 10 * 1000,
};

/* Starts the threads; they open the file. NULL: no memory, or no threads. */
MUST_USE struct disk *disk_start(const struct disk_settings *settings);

/* Ends the threads, writes all that waits as far as the disk allows, and frees all. */
void disk_stop(struct disk *disk);

/* Copies, from any thread, without waiting. False: the queue is full, and it was dropped. */
bool disk_put_answer(struct disk *disk, const struct answer *answer, uint32_t hits);
bool disk_put_cut(struct disk *disk, struct bytes packed);
bool disk_put_server(struct disk *disk, const struct known_server *known);

/* Only how often it was asked for: for the end. */
bool disk_put_hits(struct disk *disk, const struct question *question, uint32_t hits);

/* The end has two parts, since a thread of the lowest priority can't get a better one: first
 * the threads end, then the caller itself writes what still comes, with disk_make_room() now
 * and then, and disk_stop(). */
void disk_end_threads(struct disk *disk);
void disk_make_room(struct disk *disk);

/* Ends the loading first, so that no row comes back; never dropped. Called before memory is
 * flushed. */
void disk_flush(struct disk *disk, const struct cache_flush *what);

/* Fills in what figures say of the disk; gives the octets that the queue holds. */
size_t disk_get_figures(const struct disk *disk, struct cache_figures *into);

#endif
