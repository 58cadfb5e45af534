/* SPDX-License-Identifier: MIT */
/* trace_maker.c — traces by docs/trace-format.md. */
#include "trace_maker.h"

#include <arpa/inet.h>
#include <string.h>

void trace_begin(struct writer *trace, uint16_t dropped)
{
	put_u8(trace, 1);
	put_u16(trace, dropped);
}

size_t trace_open(struct writer *trace, uint8_t kind, uint32_t at_us, uint8_t depth)
{
	size_t place;

	put_u8(trace, kind);
	place = trace->position;
	put_u16(trace, 0);
	put_u32(trace, at_us);
	put_u8(trace, depth);
	return place;
}

void trace_close(struct writer *trace, size_t place)
{
	patch_u16(trace, place, (uint16_t)(trace->position - place - 2));
}

void put_name(struct writer *trace, const char *name)
{
	while (*name != '\0') {
		size_t length = strcspn(name, ".");

		put_u8(trace, (uint8_t)length);
		put_bytes(trace, bytes_of(name, length));
		name += length + (name[length] == '.' ? 1 : 0);
	}
	put_u8(trace, 0);
}

void put_text(struct writer *trace, const char *text)
{
	put_u8(trace, (uint8_t)strlen(text));
	put_bytes(trace, bytes_of(text, strlen(text)));
}

void put_address(struct writer *trace, const char *address, uint16_t port)
{
	uint8_t octets[16];

	if (inet_pton(AF_INET, address, octets) == 1) {
		put_u8(trace, 4);
		put_bytes(trace, bytes_of(octets, 4));
		put_u16(trace, port);
	} else if (inet_pton(AF_INET6, address, octets) == 1) {
		put_u8(trace, 6);
		put_bytes(trace, bytes_of(octets, 16));
		put_u16(trace, port);
	} else {
		put_u8(trace, 0);
	}
}

static void cut(struct writer *trace, uint32_t at_us, const char *zone, uint8_t source)
{
	size_t place = trace_open(trace, 4, at_us, 0);

	put_name(trace, zone);
	put_u8(trace, source);
	put_u8(trace, 3);               /* secure */
	put_u8(trace, 2);
	trace_close(trace, place);
}

struct hop {
	const char *server, *address;
	uint32_t    at_us, took_us;
	uint8_t     reading;
	const char *about;
	const char *summary;
};

static void reply(struct writer *trace, const struct hop *hop)
{
	size_t place = trace_open(trace, 6, hop->at_us, 0);

	put_name(trace, hop->server);
	put_address(trace, hop->address, 53);
	put_u8(trace, 0);               /* UDP */
	put_u32(trace, hop->took_us);
	put_u16(trace, 512);
	put_u8(trace, 0);
	put_u8(trace, hop->reading);
	put_name(trace, hop->about);
	put_u32(trace, 300);
	put_text(trace, hop->summary);
	trace_close(trace, place);
}

void trace_make_walk(struct writer *trace)
{
	size_t place;

	trace_begin(trace, 0);
	place = trace_open(trace, 1, 0, 0);
	put_name(trace, "www.example.com");
	put_u16(trace, 1);
	put_u16(trace, 1);
	trace_close(trace, place);
	cut(trace, 5, "", 0);
	reply(trace, &(struct hop){ "a.root-servers.net", "198.41.0.4", 12000, 11900, 4, "com",
				    "2 servers" });
	cut(trace, 12100, "com", 2);
	reply(trace, &(struct hop){ "e.gtld-servers.net", "192.12.94.30", 30000, 17800, 4,
				    "example.com", "2 servers" });
	cut(trace, 30100, "example.com", 2);
	reply(trace, &(struct hop){ "ns2.example.com", "203.0.113.9", 61000, 30800, 0,
				    "www.example.com", "A 203.0.113.80" });
	place = trace_open(trace, 12, 61100, 0);
	put_u8(trace, 0);
	put_u8(trace, 3);
	put_u16(trace, 1);
	put_u32(trace, 300);
	trace_close(trace, place);
}
