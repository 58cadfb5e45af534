/* SPDX-License-Identifier: MIT */
/* trace_maker.h — makes traces by docs/trace-format.md, for tests: written from that page, not from
 * the reader. */
#ifndef XYLEM_TESTS_TRACE_MAKER_H
#define XYLEM_TESTS_TRACE_MAKER_H

#include "cache/base/cursor.h"

void trace_begin(struct writer *trace, uint16_t dropped);

/* Begins an event; trace_close() fills in its length. Gives the place to close. */
size_t trace_open(struct writer *trace, uint8_t kind, uint32_t at_us, uint8_t depth);
void   trace_close(struct writer *trace, size_t place);

void put_name(struct writer *trace, const char *name);
void put_text(struct writer *trace, const char *text);
void put_address(struct writer *trace, const char *address, uint16_t port);

/* A walk of three hops for www.example.com A, as from the root. */
void trace_make_walk(struct writer *trace);

#endif
