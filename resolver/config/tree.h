/* SPDX-License-Identifier: MIT */
/* tree.h — a YAML text as a tree of texts, lists and groups, each with the line it stands on.
 *
 * Only the plain part of YAML: one document, no anchors, aliases or tags, so that no short text
 * can unfold into a long one. Bounded in length, depth and number of nodes. Knows nothing of
 * settings. */
#ifndef XYLEM_CONFIG_TREE_H
#define XYLEM_CONFIG_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "resolver/config/report.h"

enum {
	TREE_MAX_OCTETS = 1024 * 1024,  /* of text */
	TREE_MAX_DEPTH  = 8,            /* settings need four */
	TREE_MAX_NODES  = 100000,       /* a network takes a line of 10 octets at least */
};

enum node_kind { NODE_TEXT, NODE_LIST, NODE_GROUP };

struct node {
	enum node_kind kind;
	int            line;
	const char    *text;            /* of a NODE_TEXT, without control characters; else NULL */
	const char    *key;             /* inside a group; else NULL */
	int            key_line;
	struct node   *first, *last;    /* what a list or group holds … */
	struct node   *next;            /* … in the order of the text */
};

/* The root, in the arena; NULL if the text says nothing, or if something was wrong: then the
 * report has the line. */
struct node *tree_read(const char *file, const char *text, size_t length, struct arena *arena,
		       struct config_report *report);

/* Nothing was written, or `~` or `null`. */
bool node_is_nothing(const struct node *node);

#endif
