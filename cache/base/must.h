/* SPDX-License-Identifier: MIT */
/* must.h — checks of our own logic, never of what comes from outside.
 *
 * must(x)        x is false only if this program is wrong: say where, and stop.
 * unreachable()  no path leads here.
 *
 * What a peer sends is refused with `if (…) return`, however strange it is: an assert that
 * a packet can reach is a packet of death. */
#ifndef XYLEM_BASE_MUST_H
#define XYLEM_BASE_MUST_H

#include <stdio.h>
#include <stdlib.h>

static inline _Noreturn void must_has_failed(const char *what, const char *file, int line)
{
	fprintf(stderr, "xylem: internal error at %s:%d: %s\n", file, line, what);
	abort();
}

#define must(x) ((x) ? (void)0 : must_has_failed(#x, __FILE__, __LINE__))
#define unreachable() must_has_failed("unreachable", __FILE__, __LINE__)

#endif
