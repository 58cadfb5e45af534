/* SPDX-License-Identifier: MIT */
/* story.h — the lines of a story, one after another. See tests/scenario/README.md for the
 * language. */
#ifndef XYLEM_TESTS_STORY_H
#define XYLEM_TESTS_STORY_H

#include <stdio.h>

#include "resolver/root/zone.h"
#include "resolver/walk/walk.h"

/* A client's question and what it was told. */
struct client_of_story {
	struct asker  asker;
	struct story *story;
	bool          told;
	bool          checks_itself;    /* with CD: bogus data too is told */
	uint64_t      told_at_ms;
	unsigned      queries_before;   /* of the daemon, when it asked … */
	bool          had_company;      /* … and others asked meanwhile */
	unsigned      records;
	unsigned      signatures;       /* of those of the answer section */
	unsigned      rcode;
	uint16_t      ede;
	enum security security;
	uint32_t      ttl;
	char          ede_text[512];
	char          data[8192];       /* " type data" of each answer record, one after another */
	uint8_t       trace[17000];
	size_t        trace_octets;
};

enum { MOST_CLIENTS = 256 };

struct held_zone;
struct following;

struct story {
	const char            *path;
	unsigned               line_number;
	unsigned               failures;
	struct loop            loop;
	struct cache          *cache;
	struct walks          *walks;
	struct walk_settings   settings;
	struct walk_zone       zones[8];
	struct walk_zone_health health[8];
	struct local          *local;   /* NULL: no name is special */
	struct zone            root_zone;       /* of which the local root is made */
	struct network         never_ask[4];
	struct rule           *rule;    /* to which record lines are added */
	struct server_of_story *server; /* to which rules are added */
	struct held_zone      *held;    /* to which `has` adds */
	struct clock_doubt     clock;
	struct name            time_server;
	struct anchors        *anchors;         /* NULL: nothing is validated */
	struct following      *following;       /* NULL: nobody follows those */
	struct client_of_story *clients[MOST_CLIENTS];
	unsigned               client_count;
	unsigned               dearest;         /* queries between a question and its answer */
	char                   attack[80];      /* what the story is an attack by; "": none */
};

/* Reads and plays one line: false only if it can't be understood. What doesn't hold is printed
 * and counted. */
bool story_play_line(struct story *story, char *line);

/* All lines of a file; false if it can't be opened. */
bool story_play_file(struct story *story, const char *path);

/* Lets the world run until `until_ms` since its start, or, if `client` is given, until that is
 * told. */
void story_run(struct story *story, uint64_t until_ms, const struct client_of_story *client);

/* At its end: the local root, and what follows the anchors, if there is one. */
void clear_copy(struct story *story);
void clear_following(struct story *story);

__attribute__((format(printf, 2, 3))) void story_fails(struct story *story,
						      const char *format, ...);

#endif
