/* SPDX-License-Identifier: MIT */
/* race.c — writers, readers and eviction at once, a bounded number of times. Under ThreadSanitizer
 * (meson setup -Db_sanitize=thread) it must be clean; in any build no answer may be torn. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cache/base/must.h"
#include "cache/base/rcu.h"
#include "making.h"

enum { NAMES = 20000, ROUNDS = 40000, NOW = 1000, READERS = 2 };

static struct cache *cache;
static struct answer *answers[2][NAMES];        /* two versions of each: by their address */
static struct question questions[NAMES];
static struct arena arena;
static unsigned long found;

static void make_answers(void)
{
	arena_init(&arena, 256 * 1024 * 1024);
	for (unsigned i = 0; i < NAMES; i++) {
		for (unsigned version = 0; version < 2; version++) {
			char name[64], address[64];

			snprintf(name, sizeof(name), "n%u.example", i);
			snprintf(address, sizeof(address), "%u.%u.%u.77", 10 + version, i / 256,
				 i % 256);
			answers[version][i] = a_answer(&arena, name, address, 300 + version,
						       SECURITY_UNCHECKED, NOW);
			questions[i] = question_of(name, TYPE_A);
		}
	}
}

/* All of it belongs to one version of one name. */
static void check_whole(const struct answer *answer, unsigned i, const struct question *question)
{
	uint8_t room[512];
	struct writer writer = writer_over(room, sizeof(room));
	uint16_t counts[SECTIONS];
	const uint8_t *record = room + 12 + question->name.length + 4;

	writer.position = (size_t)(record - room);
	must(answer_write(answer, NOW + 5, true, &writer, counts));
	must(counts[0] == 1 && writer.position == (size_t)(record - room) + 16);
	must(record[13] == i / 256 && record[14] == i % 256 && record[15] == 77);
	must(load_u32(record + 6) == 295u + (record[12] - 10u));
}

static void *read_answers(void *seed)
{
	unsigned state = *(unsigned *)seed;
	unsigned long hits = 0;

	rcu_thread_begin();
	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned i = (unsigned)rand_r(&state) % NAMES;
		uint64_t hash = cache_hash_name(cache, &questions[i].name);
		const struct answer *answer;

		rcu_read_begin();
		answer = cache_find_answer(cache, &questions[i], hash, NOW + 5);
		if (answer != NULL) {
			check_whole(answer, i, &questions[i]);
			hits++;
		}
		rcu_read_end();
	}
	rcu_thread_end();
	__atomic_fetch_add(&found, hits, __ATOMIC_RELAXED);
	return NULL;
}

static void *write_answers(void *seed)
{
	unsigned state = *(unsigned *)seed;

	rcu_thread_begin();
	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned i = (unsigned)rand_r(&state) % NAMES;

		cache_put_answer(cache, answers[round % 2][i], NOW + 5);
		if (round % 64 == 0)
			usleep(1000);           /* RCU's thread must keep up, or puts are refused */
		if (round == ROUNDS / 3) {
			struct cache_flush flush = { .name = name_of("example"), .below = true };

			cache_flush(cache, &flush);
		}
	}
	rcu_thread_end();
	return NULL;
}

/* Its data is its own name: whoever finds it sees whether it is whole. */
static void use_denials(const struct name *name)
{
	struct name zone = name_of("example");
	const struct denials_of of = { &zone, TYPE_NSEC };
	struct bytes rdata = name_bytes(name);
	struct rrset set = { .owner = *name, .type = TYPE_NSEC, .class = CLASS_IN, .ttl = 100,
			     .security = SECURITY_SECURE, .count = 1, .rdata = &rdata }, *known;
	struct rrsets sets = { &set, &set };
	struct arena own;

	arena_init(&own, 64 * 1024);
	cache_put_denials(cache, &of, &sets, NOW);
	known = cache_find_denial(cache, &of, name, NOW, &own);
	if (known != NULL)
		must(bytes_equal(known->rdata[0], name_bytes(&known->owner)));
	arena_clear(&own);
}

static void use_routes(unsigned i)
{
	struct cut cut = {
		.source = CUT_FROM_REFERRAL, .stored_at = NOW, .ttl = 100, .zone = questions[i].name
	};
	struct address address =
		address_v4((uint8_t[]){ 192, 0, (uint8_t)(i / 256), (uint8_t)i }, 53);
	struct server server;

	cut_add_server(&cut, &questions[i].name);
	cache_put_cut(cache, &cut, NOW);
	if (cache_find_cut(cache, &questions[(i + 1) % NAMES].name, NOW, &cut))
		must(cut.server_count == 1);
	cache_get_server(cache, &address, &server);
	server_heard(&server, 1000, NOW);
	cache_put_server(cache, &address, &server);
	use_denials(&questions[i].name);
}

static void *use_other_stores(void *seed)
{
	unsigned state = *(unsigned *)seed;
	struct cache_figures figures;

	rcu_thread_begin();
	for (unsigned round = 0; round < ROUNDS / 10; round++) {
		use_routes((unsigned)rand_r(&state) % NAMES);
		cache_get_figures(cache, &figures);
		must(figures.octets <= figures.limit);
	}
	rcu_thread_end();
	return NULL;
}

int main(void)
{
	void *(*const roles[])(void *) = {
		read_answers, read_answers, write_answers, write_answers, use_other_stores,
	};
	enum { THREADS = sizeof(roles) / sizeof(roles[0]) };
	char folder[] = "/tmp/xylem-race-XXXXXX", file[64], command[96];
	pthread_t threads[THREADS];
	unsigned seeds[THREADS];
	struct cache_figures figures;

	must(mkdtemp(folder) != NULL);
	snprintf(file, sizeof(file), "%s/cache.db", folder);
	rcu_thread_begin();
	make_answers();
	cache = cache_of(2 * 1024 * 1024, file, NULL);  /* too small: eviction never rests */
	for (unsigned i = 0; i < THREADS; i++) {
		seeds[i] = i + 1;
		must(pthread_create(&threads[i], NULL, roles[i], &seeds[i]) == 0);
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	cache_get_figures(cache, &figures);
	printf("%lu hits, %lu evictions, %zu of %zu octets\n", found,
	       (unsigned long)figures.answers.evictions, figures.octets, figures.limit);
	must(found > 0 && figures.answers.evictions > 0);
	cache_free(cache);
	arena_clear(&arena);
	rcu_thread_end();
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}
