/* SPDX-License-Identifier: MIT */
/* result.h — what went wrong on our side.
 *
 * A result tells of a failure of ours: no memory, no socket, bytes that can't be read. What the
 * DNS says (no such name, lame, truncated) is data and has enums of its own; the two are never
 * mixed. */
#ifndef XYLEM_BASE_RESULT_H
#define XYLEM_BASE_RESULT_H

#define MUST_USE __attribute__((warn_unused_result))

enum result {
	OK = 0,
	NO_MEMORY,      /* the allocator or a budget said no */
	NO_SOCKET,      /* the system has no socket, port or descriptor for us */
	NO_SPACE,       /* it doesn't fit into the room that was given */
	MALFORMED,      /* bytes from outside that break their own format */
	NOT_FOUND,      /* what was asked for isn't there */
	NOT_ALLOWED,    /* whoever asked may not */
	DISK_FAILED,    /* a file or the database can't be read or written */
};

#endif
