/* SPDX-License-Identifier: MIT */
/* denial_cost.c — what it costs to keep a zone's proofs, and to find one.
 *
 * `denial_cost [TIMES]` (20,000) fills one zone with NSEC of the size that ECDSA makes, and says
 * how much processor time a put takes of what is new, of what is known already, and a search. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cache/base/must.h"
#include "cache/base/rcu.h"
#include "cache/cache.h"

enum { NAMES = 1000, NOW = 1000, SIGNATURE = 18 + 13 + 64, SOA = 60 };

static struct cache *cache;
static struct name zone;
static const uint8_t zeros[SIGNATURE];

static double microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static struct name name_number(unsigned i)
{
	struct name name;
	char text[64];

	snprintf(text, sizeof(text), "host%06u.example.com.", i % NAMES);
	must(name_parse(text, &name));
	return name;
}

/* Makes the records, and keeps them: what is done here besides is measured by keeping none. */
static void put(unsigned i, enum security security)
{
	const struct denials_of of = { &zone, TYPE_NSEC };
	struct name next = name_number(i + 1);
	struct bytes signature = bytes_of(zeros, SIGNATURE), soa_data = bytes_of(zeros, SOA);
	uint8_t octets[NAME_SIZE + 9] = { 0 };
	struct bytes rdata = bytes_of(octets, next.length + 9u);
	struct rrset nsec = {
		.owner = name_number(i), .type = TYPE_NSEC, .ttl = 300, .count = 1,
		.security = security, .rdata = &rdata, .signatures = &signature,
		.signature_count = 1,
	};
	struct rrset soa = {
		.next = &nsec, .owner = zone, .type = TYPE_SOA, .ttl = 300, .count = 1,
		.security = security, .rdata = &soa_data, .signatures = &signature,
		.signature_count = 1,
	};
	struct rrsets sets = { &soa, &nsec };

	memcpy(octets, next.octets, next.length);
	memcpy(octets + next.length, "\0\7\x40\0\0\0\0\0\3", 9);
	cache_put_denials(cache, &of, &sets, NOW);
}

static void measure_puts(const char *what, unsigned times, unsigned stride, enum security security)
{
	double spent = 0, begun;

	for (unsigned i = 0; i < times; i++) {
		begun = microseconds();
		put(i * stride, security);
		spent += microseconds() - begun;
		if (i % 8 == 7)
			rcu_drain();            /* so that nothing is refused */
	}
	printf("%-24s %6.2f us\n", what, spent / times);
}

static void measure_finds(unsigned times)
{
	const struct denials_of of = { &zone, TYPE_NSEC };
	double spent = microseconds();
	unsigned found = 0;
	struct arena arena;

	arena_init(&arena, 64 * 1024);
	for (unsigned i = 0; i < times; i++) {
		struct name name = name_number(i * 7);

		found += cache_find_denial(cache, &of, &name, NOW, &arena) != NULL;
		arena_clear(&arena);
	}
	printf("%-24s %6.2f us (%u found)\n", "find", (microseconds() - spent) / times, found);
}

int main(int count, char **arguments)
{
	struct cache_settings settings = { .memory = 64 << 20, .max_ttl = 86400,
					   .max_negative_ttl = 3600 };
	unsigned times = count > 1 ? (unsigned)atoi(arguments[1]) : 20000;

	rcu_thread_begin();
	must(name_parse("example.com.", &zone));
	must(cache_new(&settings, &cache) == OK);
	measure_puts("put, the zone fills", NAMES, 1, SECURITY_SECURE);
	measure_puts("put, new, zone full", times, 131, SECURITY_SECURE);
	measure_puts("put, known", times, 0, SECURITY_SECURE);
	measure_puts("nothing to put", times, 0, SECURITY_INSECURE);
	measure_finds(times);
	cache_free(cache);
	rcu_thread_end();
	return 0;
}
