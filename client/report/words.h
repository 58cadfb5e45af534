/* SPDX-License-Identifier: MIT */
/* words.h — numbers as people read them. */
#ifndef XYLEM_CLIENT_WORDS_H
#define XYLEM_CLIENT_WORDS_H

#include <stdint.h>

enum { WORDS = 48 };

/* "0.1 ms", "61.4 ms", "12.3 s". */
const char *time_words(char into[WORDS], int64_t us);

/* The same, with "21 µs" for what is less than a millisecond. */
const char *short_time_words(char into[WORDS], int64_t us);

/* "312 B", "18.2 kB", "3.4 MB". */
const char *size_words(char into[WORDS], int64_t octets);

/* "45 s", "5 min", "3 h 20 min", "2 d 4 h". */
const char *span_words(char into[WORDS], int64_t seconds);

/* "1,234,567". */
const char *count_words(char into[WORDS], int64_t count);

#endif
