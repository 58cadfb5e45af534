/* SPDX-License-Identifier: MIT */
/* coding.h — content codings undone as the body comes: gzip, deflate, br. Memory is bounded, output
 * is streamed. */
#ifndef XYLEM_CLIENT_CODING_H
#define XYLEM_CLIENT_CODING_H

#include <stdbool.h>

#include "cache/base/bytes.h"
#include "cache/base/result.h"

enum {
	BOMB_SIZE = 64 << 20, /* from this size on … */
	BOMB_RATIO = 1100, /* … more than this per octet that came is an attack; gzip can do 1032 */
};

struct coding;

enum coding_outcome { CODING_FINE, CODING_BROKEN, CODING_BOMB, CODING_UNWRITTEN };

/* By the name in Content-Encoding. NULL: not a coding that is known here, or no memory. */
struct coding *coding_new(const char *name);
void           coding_free(struct coding *coding);

/* Feeds a piece; `taken` gets what comes out, in pieces, and gives false if it can't take it. */
enum coding_outcome coding_feed(struct coding *coding, struct bytes piece,
				bool (*taken)(void *subject, struct bytes piece), void *subject);

/* True if the coded stream has come to its own end, or nothing came at all. */
bool           coding_is_whole(const struct coding *coding);

/* What is sent as Accept-Encoding. */
extern const char coding_names[];

#endif
