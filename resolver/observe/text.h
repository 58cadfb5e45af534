/* SPDX-License-Identifier: MIT */
/* text.h — words for people's eyes: harmless text, and what types and RCODEs are called. */
#ifndef XYLEM_OBSERVE_TEXT_H
#define XYLEM_OBSERVE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Copies at most `most` octets of text that anybody may have written, without a final NUL: what
 * could steer a terminal or begin a line (C0 and C1 controls, DEL) and what isn't UTF-8 becomes
 * '?'. No character is cut in two. Gives the octets written. */
size_t text_neutral(char *into, size_t most, const char *from);

enum { TYPE_TEXT_SIZE = 16, RCODE_TEXT_SIZE = 16 };

/* "AAAA", or "TYPE65280" (RFC 3597 §5); "NXDOMAIN", or "RCODE77". Both give `into`. */
char *text_type(uint16_t type, char into[TYPE_TEXT_SIZE]);
char *text_rcode(unsigned rcode, char into[RCODE_TEXT_SIZE]);

#endif
