/* SPDX-License-Identifier: MIT */
/* talk.c — a question read, a reply written. See talk.h. */
#include "talk.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "signed.h"

const uint32_t poison = 198u << 24 | 51u << 16 | 100u << 8 | 66;

/* --- writing --- */

void put(struct talk *talk, const void *octets, size_t length)
{
	if (talk->overflow || length > talk->room - talk->position) {
		talk->overflow = true;
		return;
	}
	memcpy(talk->reply + talk->position, octets, length);
	talk->position += length;
}

void put_16(struct talk *talk, unsigned value)
{
	put(talk, (uint8_t[]){ (uint8_t)(value >> 8), (uint8_t)value }, 2);
}

void put_32(struct talk *talk, uint32_t value)
{
	put_16(talk, value >> 16);
	put_16(talk, value & 0xffff);
}

void put_suffix(struct talk *talk, unsigned depth)
{
	if (depth == 0)
		put(talk, "", 1);
	else
		put_16(talk, COMPRESSED << 8 | talk->at[talk->labels - depth]);
}

void put_labels(struct talk *talk, const char *format, ...)
{
	char text[128], *rest = text;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	for (char *label; (label = strsep(&rest, ".")) != NULL;) {
		put(talk, (uint8_t[]){ (uint8_t)strlen(label) }, 1);
		put(talk, label, strlen(label));
	}
}

/* The name of a zone's server. */
static void put_server_name(struct talk *talk, struct zone zone, unsigned index)
{
	char label[8];

	if (zone.host == 0) {
		put(talk, (uint8_t[]){ 1, (uint8_t)('a' + index), 1, 'r', 0 }, 5);
		return;
	}
	snprintf(label + 1, sizeof(label) - 1, "ns%u", (index + 1) & 0xff);
	label[0] = (char)strlen(label + 1);
	put(talk, label, (size_t)label[0] + 1);
	put_suffix(talk, zone.depth);
}

size_t begin_record(struct talk *talk, unsigned section, unsigned type)
{
	put_16(talk, type);
	put_16(talk, 1);
	put_32(talk, talk->ttl);
	put_16(talk, 0);
	talk->counts[section]++;
	return talk->position;
}

void end_record(struct talk *talk, size_t began)
{
	if (talk->overflow)
		return;
	talk->reply[began - 2] = (uint8_t)((talk->position - began) >> 8);
	talk->reply[began - 1] = (uint8_t)(talk->position - began);
}

void put_server_address(struct talk *talk, unsigned section, unsigned type, unsigned host,
			       unsigned index)
{
	static const uint8_t network[12] = { 0x20, 0x01, 0, 2 };
	size_t began = begin_record(talk, section, type);

	if (type == TYPE_A) {
		put_32(talk, 198u << 24 | 18u << 16 | host << 4 | (index + 1));
	} else {
		put(talk, network, sizeof(network));
		put_32(talk, host << 16 | (index + 1));
	}
	end_record(talk, began);
}

void put_address(struct talk *talk, unsigned section, uint32_t address)
{
	size_t began = begin_record(talk, section, TYPE_A);

	put_32(talk, address);
	end_record(talk, began);
}

void put_servers(struct talk *talk, unsigned section, struct zone zone)
{
	for (unsigned i = 0; i < talk->world->servers; i++) {
		size_t began;

		put_suffix(talk, zone.depth);
		began = begin_record(talk, section, TYPE_NS);
		put_server_name(talk, zone, i);
		end_record(talk, began);
	}
}

void put_glue(struct talk *talk, struct zone zone)
{
	for (unsigned i = 0; i < talk->world->servers; i++) {
		put_server_name(talk, zone, i);
		put_server_address(talk, ADDITIONAL, TYPE_A, zone.host, i);
		if (!talk->world->with_v6)
			continue;
		put_server_name(talk, zone, i);
		put_server_address(talk, ADDITIONAL, TYPE_AAAA, zone.host, i);
	}
}

void put_soa(struct talk *talk, unsigned section, struct zone zone)
{
	static const uint32_t times[] = { 1, 7200, 3600, 1209600, 3600 };
	size_t began;

	put_suffix(talk, zone.depth);
	began = begin_record(talk, section, TYPE_SOA);
	put_server_name(talk, zone, 0);
	put_server_name(talk, zone, 0);
	for (unsigned i = 0; i < 5; i++)
		put_32(talk, times[i]);
	end_record(talk, began);
}

/* --- reading --- */

const uint8_t *talk_label(const struct talk *talk, unsigned depth)
{
	return talk->reply + talk->at[talk->labels - depth];
}

long talk_number(const struct talk *talk, unsigned depth, const char *prefix)
{
	const uint8_t *label = talk_label(talk, depth);
	size_t skipped = strlen(prefix);
	long number = 0;

	if (label[0] <= skipped || label[0] > skipped + 8)
		return -1;
	if (strncasecmp((const char *)label + 1, prefix, skipped) != 0)
		return -1;
	for (size_t i = skipped + 1; i <= label[0]; i++) {
		if (!isdigit(label[i]))
			return -1;
		number = number * 10 + label[i] - '0';
	}
	return number;
}

bool talk_read_question(struct talk *talk, size_t length)
{
	size_t position = HEADER;

	while (position < length && talk->reply[position] != 0) {
		if (talk->reply[position] > 63 || talk->labels == LABELS || position > 255)
			return false;
		talk->at[talk->labels++] = (uint8_t)position;
		position += talk->reply[position] + 1u;
	}
	if (position + 5 > length)
		return false;
	talk->type = (unsigned)(talk->reply[position + 1] << 8 | talk->reply[position + 2]);
	talk->question_end = position + 5;
	return true;
}

/* --- what any server may say --- */

unsigned answer_nothing(struct talk *talk, struct zone zone, unsigned rcode)
{
	const size_t from = talk->position;

	put_soa(talk, AUTHORITY, zone);
	put_signature(talk, AUTHORITY, zone, from);
	put_denial(talk, zone, rcode);
	talk->reply[2] |= FLAG_AA;
	return rcode;
}

unsigned answer_server(struct talk *talk, struct zone zone, long index)
{
	const size_t from = talk->position;

	if (index < 0 || index >= (long)talk->world->servers)
		return answer_nothing(talk, zone, RCODE_NXDOMAIN);
	if (talk->type != TYPE_A && (talk->type != TYPE_AAAA || !talk->world->with_v6))
		return answer_nothing(talk, zone, 0);
	put_suffix(talk, talk->labels);
	put_server_address(talk, ANSWER, talk->type, zone.host, (unsigned)index);
	put_signature(talk, ANSWER, zone, from);
	talk->reply[2] |= FLAG_AA;
	return 0;
}

unsigned answer_host(struct talk *talk, struct zone zone)
{
	static const uint8_t network[12] = { 0x20, 0x01, 0, 3 };
	const uint8_t *name = talk->reply + HEADER;
	const size_t from = talk->position;
	size_t began;

	if (talk->type != TYPE_A && talk->type != TYPE_AAAA)
		return answer_nothing(talk, zone, 0);
	put_suffix(talk, talk->labels);
	began = begin_record(talk, ANSWER, talk->type);
	if (talk->type == TYPE_AAAA)
		put(talk, network, sizeof(network));
	put_32(talk, generated_address(name, talk->question_end - 4 - HEADER));
	end_record(talk, began);
	put_signature(talk, ANSWER, zone, from);
	talk->reply[2] |= FLAG_AA;
	return 0;
}

unsigned answer_apex(struct talk *talk, struct zone zone)
{
	const size_t from = talk->position;

	if (talk->type == TYPE_NS)
		put_servers(talk, ANSWER, zone);
	else if (talk->type == TYPE_SOA)
		put_soa(talk, ANSWER, zone);
	else if (talk->type != TYPE_DNSKEY || !put_keys(talk, zone))
		return zone.depth == 2 ? answer_host(talk, zone) : answer_nothing(talk, zone, 0);
	put_signature(talk, ANSWER, zone, from);
	if (talk->type == TYPE_NS)
		put_glue(talk, zone);
	talk->reply[2] |= FLAG_AA;
	return 0;
}

unsigned refer(struct talk *talk, struct zone parent, struct zone child)
{
	if (talk->type == TYPE_DS && talk->labels == child.depth) {
		const bool there = signed_has_trust(talk, parent, child);
		const size_t from = talk->position;

		if (!there) {
			put_soa(talk, AUTHORITY, parent);
			put_signature(talk, AUTHORITY, parent, from);
		}
		put_trust(talk, there ? ANSWER : AUTHORITY, parent, child);
		talk->reply[2] |= FLAG_AA;
		return 0;
	}
	put_servers(talk, AUTHORITY, child);
	put_trust(talk, AUTHORITY, parent, child);
	put_glue(talk, child);
	return 0;
}
