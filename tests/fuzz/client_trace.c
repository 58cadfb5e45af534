/* SPDX-License-Identifier: MIT */
/* client_trace.c — any octets as the trace of a walk, read and shown; and as a DNS reply with
 * options. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "cache/base/must.h"
#include "client/dns/say.h"
#include "client/dns/trace.h"
#include "client/report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static void show(const struct event_log *log)
{
	struct terminal terminal;
	struct view view = { .log = log, .terminal = &terminal, .verbose = true };
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	if (to == NULL)
		return;
	terminal_init(&terminal, to, COLOUR_NEVER);
	report_walk(&view, "A", 3);
	for (size_t i = 0; i < log->count; i++)
		if (event_is(&log->events[i], STAGE_DNS, "reply"))
			report_dig(&view, &log->events[i]);
	fclose(to);
	for (size_t i = 0; i < size; i++)
		must((uint8_t)text[i] >= 0x20 || text[i] == '\n');
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	struct dns_question question = { .name = "example.com", .type = LDNS_RR_TYPE_A,
					 .class = LDNS_RR_CLASS_IN };
	struct event_log log;
	struct dns_reply reply;

	if (length < 1)
		return 0;
	events_init(&log);
	if (octets[0] < 128) {
		(void)trace_say(&log, 0, "A", bytes_of(octets + 1, length - 1));
	} else {
		struct bytes wire = bytes_of(octets + 1, length - 1);
		uint16_t id = wire.length < 2 ? 0 : load_u16(wire.at);
		struct address found[MAX_ADDRESSES];

		if (reply_read(&reply, wire, id, &question) == OK) {
			dns_say_reply(&log, "A", &reply, 0, true);
			(void)reply_addresses(&reply, LDNS_RR_TYPE_A, 80, found, MAX_ADDRESSES);
			(void)reply_addresses(&reply, LDNS_RR_TYPE_AAAA, 80, found, MAX_ADDRESSES);
		}
		reply_clear(&reply);
	}
	show(&log);
	events_clear(&log);
	return 0;
}
