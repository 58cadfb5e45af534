/* SPDX-License-Identifier: MIT */
/* words.c — numbers as people read them. */
#include "client/report/words.h"

#include <stdio.h>
#include <string.h>

const char *time_words(char into[WORDS], int64_t us)
{
	if (us < 10 * 1000 * 1000)
		snprintf(into, WORDS, "%.1f ms", (double)us / 1000);
	else
		snprintf(into, WORDS, "%.1f s", (double)us / 1000000);
	return into;
}

const char *short_time_words(char into[WORDS], int64_t us)
{
	if (us >= 1000)
		return time_words(into, us);
	snprintf(into, WORDS, "%lld µs", (long long)us);
	return into;
}

const char *size_words(char into[WORDS], int64_t octets)
{
	if (octets < 1000)
		snprintf(into, WORDS, "%lld B", (long long)octets);
	else if (octets < 1000 * 1000)
		snprintf(into, WORDS, "%.1f kB", (double)octets / 1e3);
	else if (octets < 1000LL * 1000 * 1000)
		snprintf(into, WORDS, "%.1f MB", (double)octets / 1e6);
	else
		snprintf(into, WORDS, "%.1f GB", (double)octets / 1e9);
	return into;
}

const char *span_words(char into[WORDS], int64_t seconds)
{
	long long s = seconds < 0 ? 0 : seconds;

	if (s < 60)
		snprintf(into, WORDS, "%lld s", s);
	else if (s < 3600 && s % 60 != 0)
		snprintf(into, WORDS, "%lld min %lld s", s / 60, s % 60);
	else if (s < 3600)
		snprintf(into, WORDS, "%lld min", s / 60);
	else if (s < 86400)
		snprintf(into, WORDS, "%lld h %lld min", s / 3600, s % 3600 / 60);
	else
		snprintf(into, WORDS, "%lld d %lld h", s / 86400, s % 86400 / 3600);
	return into;
}

const char *count_words(char into[WORDS], int64_t count)
{
	char digits[24];
	size_t length, used = 0;

	snprintf(digits, sizeof(digits), "%lld", (long long)count);
	length = strlen(digits);
	for (size_t i = 0; i < length; i++) {
		if (i != 0 && (length - i) % 3 == 0 && digits[i - 1] != '-')
			into[used++] = ',';
		into[used++] = digits[i];
	}
	into[used] = '\0';
	return into;
}
