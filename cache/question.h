/* SPDX-License-Identifier: MIT */
/* question.h — name, type and class: the key by which answers are found. CD isn't part of it. */
#ifndef XYLEM_CACHE_QUESTION_H
#define XYLEM_CACHE_QUESTION_H

#include "cache/name.h"

struct question {
	struct name name;               /* in the letters of whoever asked */
	uint16_t    type;
	uint16_t    class;
};

static inline bool question_equal(const struct question *a, const struct question *b)
{
	return a->type == b->type && a->class == b->class && name_equal(&a->name, &b->name);
}

#endif
