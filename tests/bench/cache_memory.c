/* SPDX-License-Identifier: MIT */
/* cache_memory.c — what an answer costs: memory per answer, time per hit.
 *
 * The budget is one that the answers just don't fill: a larger one has more buckets, and
 * octets for each.
 *
 * `cache_memory [ANSWERS]` (a million) puts so many answers of one A record each, for names of
 * 21 to 27 octets, and measures how the process's resident memory has grown: header, index and
 * allocator included. Then it finds and writes answers at random, and one again and again, and
 * says how long each took. `cache_memory 1000 hits` does only so many hits, for callgrind. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "cache/base/rcu.h"
#include "cache/cache.h"

enum { NOW = 1000, HITS = 2000000 };

static size_t resident_octets(void)
{
	unsigned long size, resident;
	FILE *file = fopen("/proc/self/statm", "r");

	must(file != NULL && fscanf(file, "%lu %lu", &size, &resident) == 2);
	fclose(file);
	return resident * (size_t)sysconf(_SC_PAGESIZE);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct question question_number(unsigned number)
{
	struct question question = { .type = TYPE_A, .class = CLASS_IN };
	char text[64];

	snprintf(text, sizeof(text), "www.example%u.com", number);
	must(name_parse(text, &question.name));
	return question;
}

static void put(struct cache *cache, unsigned number)
{
	struct answer_parts parts = { .question = question_number(number), .ede = EDE_NONE };
	uint8_t address[4] = { 10, (uint8_t)(number >> 16), (uint8_t)(number >> 8),
			       (uint8_t)number };
	struct arena arena;
	struct rrset *set;
	struct answer *answer;

	arena_init(&arena, 1 << 16);
	parts.from = address_v4(address, 53);
	set = rrset_new(&arena, &parts.question.name, TYPE_A, CLASS_IN, 3600);
	must(set != NULL && rrset_add(set, &arena, bytes_of(address, 4)) == OK);
	rrsets_append(&parts.sections[SECTION_ANSWER], set);
	answer = answer_build(&arena, &parts, NOW, MAX_TTL);
	must(answer != NULL);
	cache_put_answer(cache, answer, NOW);
	arena_clear(&arena);
}

/* What the daemon does with a hit, but for sockets. */
static size_t hit(struct cache *cache, const struct question *question, uint8_t room[512])
{
	struct writer message = writer_over(room, 512);
	struct header header = { .flags = FLAG_QR | FLAG_RA, .questions = 1 };
	uint64_t hash = cache_hash_name(cache, &question->name);
	const struct answer *answer;

	header_write(&message, &header);
	question_write(&message, question);
	rcu_read_begin();
	answer = cache_find_answer(cache, question, hash, NOW + 1);
	if (answer != NULL && !answer_write(answer, NOW + 1, false, &message, header.counts))
		answer = NULL;
	rcu_read_end();
	return answer == NULL ? 0 : message.position;
}

static void time_hits(struct cache *cache, unsigned names, unsigned hits, const char *which)
{
	struct question *questions = malloc(names * sizeof(*questions));
	uint8_t room[512];
	unsigned found = 0, state = 1;
	double before;

	must(questions != NULL);
	for (unsigned i = 0; i < names; i++)
		questions[i] = question_number(i * 7);
	before = seconds();
	for (unsigned i = 0; i < hits; i++)
		found += hit(cache, &questions[(unsigned)rand_r(&state) % names], room) != 0;
	printf("%s: %.0f ns per hit, %u of %u found\n", which, (seconds() - before) * 1e9 / hits,
	       found, hits);
	free(questions);
}

int main(int argc, char **argv)
{
	unsigned count = argc > 1 ? (unsigned)atoi(argv[1]) : 1000000;
	struct cache_settings settings = {
		.memory = (size_t)count * 200 + (1 << 22),
		.max_ttl = MAX_TTL,
		.max_negative_ttl = MAX_NEGATIVE_TTL,
	};
	struct cache_figures figures;
	struct cache *cache;
	size_t before;

	must(count > 0);
	rcu_thread_begin();
	must(cache_new(&settings, &cache) == OK);
	before = resident_octets();
	for (unsigned i = 0; i < count; i++)
		put(cache, i);
	if (argc > 2) {
		time_hits(cache, 1, (unsigned)atoi(argv[2]), "one name");
	} else {
		printf("%.1f octets of memory per answer\n",
		       (double)(resident_octets() - before) / count);
		cache_get_figures(cache, &figures);
		printf("%.1f octets per answer by our own count, %lu answers\n",
		       (double)figures.answers.octets / (double)figures.answers.entries,
		       (unsigned long)figures.answers.entries);
		time_hits(cache, 1, HITS, "one name");
		time_hits(cache, count / 7 + 1, HITS, "names at random");
	}
	cache_free(cache);
	rcu_thread_end();
	return 0;
}
