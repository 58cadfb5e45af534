/* SPDX-License-Identifier: MIT */
/* complaint.h — why the daemon can't start, or go on with other settings, in one line: what, where,
 * what to do.
 *
 * A plain value of the caller's; whoever gives up fills it and returns false. It has no final full
 * stop or newline, and never names the program: whoever prints it does. */
#ifndef XYLEM_RESOLVER_COMPLAINT_H
#define XYLEM_RESOLVER_COMPLAINT_H

#include <stdbool.h>

struct complaint {
	char text[600];
};

/* Fills it in and gives false, so that one can write `return complain(why, …)`. */
__attribute__((format(printf, 2, 3))) bool complain(struct complaint *why, const char *format, ...);

#endif
