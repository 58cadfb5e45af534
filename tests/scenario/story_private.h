/* SPDX-License-Identifier: MIT */
/* story_private.h — a line as words, and the verbs that make the world: for story*.c only. */
#ifndef XYLEM_TESTS_STORY_PRIVATE_H
#define XYLEM_TESTS_STORY_PRIVATE_H

#include "tests/scenario/story.h"

enum { MOST_WORDS = 64 };

/* A line's words; `rest[i]` is the line from word i on. */
struct line {
	unsigned    count;
	char       *words[MOST_WORDS];
	const char *rest[MOST_WORDS];
	char        copy[4096];
};

bool word_is(const struct line *line, unsigned i, const char *word);
bool number(const struct line *line, unsigned i, unsigned *into);
bool read_type(const char *word, uint16_t *into);

/* story_world.c: false if the line can't be understood. */
bool play_root(struct story *story, const struct line *line);
bool play_zone(struct story *story, const struct line *line);
bool play_setting(struct story *story, const struct line *line);
bool play_server(struct story *story, const struct line *line);
bool play_fallback(struct story *story, const struct line *line);
bool play_network(struct story *story, const struct line *line);
bool play_on(struct story *story, const struct line *line);
bool play_error(struct story *story, const struct line *line);
bool play_answer(struct story *story, const struct line *line);
bool play_authority(struct story *story, const struct line *line);
bool play_additional(struct story *story, const struct line *line);

/* story_signed.c: likewise. */
bool play_held_zone(struct story *story, const struct line *line);
bool play_has(struct story *story, const struct line *line);
bool play_holds(struct story *story, const struct line *line);
bool play_trust(struct story *story, const struct line *line);
bool play_clock(struct story *story, const struct line *line);

/* story_signed.c: from now on these are trusted. As the daemon does it (swap.c), nothing of before
 * is kept. */
void story_trust(struct story *story, const struct anchors *anchors);

/* story_follows.c: likewise. */
bool play_follow(struct story *story, const struct line *line);

/* story_root.c: likewise. */
bool play_copy(struct story *story, const struct line *line);

#endif
