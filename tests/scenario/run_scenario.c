/* SPDX-License-Identifier: MIT */
/* run_scenario.c — plays a story in a simulated world: the real walk, cache and reader of
 * replies; a network, a clock and chance of our own. `run_scenario FILE…` exits with 0 if
 * every line of every story held. With `-f` first it prints of each: the most upstream queries
 * that one question cost, all queries, octets of replies, and the attack's name. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "cache/base/rcu.h"
#include "tests/scenario/story.h"
#include "tests/scenario/world.h"

enum { LINE_SIZE = 4096, STORY_MEMORY = 16 * 1024 * 1024 };

void story_fails(struct story *story, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "%s:%u: ", story->path, story->line_number);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	story->failures++;
}

static void begin_world(struct story *story)
{
	struct cache_settings settings = {
		.memory = STORY_MEMORY, .max_ttl = 86400, .max_negative_ttl = 3600,
	};

	fake_random_seed(1);
	fake_world = world_reaction;
	loop_init(&story->loop);
	must(cache_new(&settings, &story->cache) == OK);
	story->settings = (struct walk_settings){
		.hints = { .zone = name_root, .source = CUT_FROM_HINTS, .ttl = UINT32_MAX },
		.zones = story->zones, .never_ask = story->never_ask,
		.use_ipv4 = true, .use_ipv6 = true, .minimise = MINIMISE_RELAXED,
		.aggressive = true,
		.defences = { .vary_letters = true, .cookies = true },
		.max_ttl = 86400, .max_negative_ttl = 3600,
		.failure_ttl = MIN_FAILURE_TTL, .max_failure_ttl = MAX_FAILURE_TTL,
		.most = 1000,
	};
	must(walks_new(&story->loop, story->cache, &story->settings, &story->walks) == OK);
}

static void end_world(struct story *story)
{
	for (unsigned i = 0; i < story->client_count; i++)
		walk_leave(&story->clients[i]->asker);
	walks_free(story->walks);
	loop_clear(&story->loop);
	cache_free(story->cache);
	local_free(story->local);
	clear_following(story);
	anchors_free(story->anchors);
	clear_copy(story);
	for (unsigned i = 0; i < story->client_count; i++)
		free(story->clients[i]);
	world_clear();
	if (fake_exchanges_open != 0)
		story_fails(story, "%u exchanges were never dropped", fake_exchanges_open);
}

bool story_play_file(struct story *story, const char *path)
{
	const char *outer_path = story->path;
	unsigned outer_line = story->line_number;
	FILE *file = fopen(path, "r");
	char line[LINE_SIZE];

	if (file == NULL)
		return false;
	story->path = path;
	story->line_number = 0;
	while (fgets(line, sizeof(line), file) != NULL) {
		story->line_number++;
		line[strcspn(line, "\n")] = '\0';
		if (!story_play_line(story, line))
			story_fails(story, "can't understand: %s", line);
	}
	fclose(file);
	story->path = outer_path;
	story->line_number = outer_line;
	return true;
}

static void print_figures(const struct story *story)
{
	const char *slash = strrchr(story->path, '/');
	unsigned dearest = story->dearest;

	if (dearest == 0 && story->client_count != 0)   /* only crowds: the mean */
		dearest = (world_queries() + story->client_count - 1) / story->client_count;
	printf("%u\t%u\t%u\t%s\t%s\n", dearest, world_queries(), world_octets(),
	       slash == NULL ? story->path : slash + 1, story->attack);
}

static unsigned play_file(const char *path, bool wants_figures)
{
	struct story *story = calloc(1, sizeof(*story));
	unsigned failures;

	must(story != NULL);
	story->path = path;
	begin_world(story);
	if (!story_play_file(story, path))
		story_fails(story, "can't be opened");
	if (wants_figures)
		print_figures(story);
	end_world(story);
	failures = story->failures;
	free(story);
	return failures;
}

int main(int count, char **paths)
{
	bool wants_figures = count > 1 && strcmp(paths[1], "-f") == 0;
	unsigned failures = 0;

	rcu_thread_begin();
	for (int i = wants_figures ? 2 : 1; i < count; i++)
		failures += play_file(paths[i], wants_figures);
	rcu_thread_end();
	if (count < 2)
		fprintf(stderr, "usage: run_scenario [-f] FILE...\n");
	return failures != 0 || count < 2;
}
