/* SPDX-License-Identifier: MIT */
/* message.c — the message's parts, in the order in which they stand (RFC 1035 §4). */
#include "cache/message.h"

void header_read(struct cursor *message, struct header *into)
{
	into->id = take_u16(message);
	into->flags = take_u16(message);
	into->questions = take_u16(message);
	for (int i = 0; i < SECTIONS; i++)
		into->counts[i] = take_u16(message);
}

void header_write(struct writer *writer, const struct header *header)
{
	put_u16(writer, header->id);
	put_u16(writer, header->flags);
	put_u16(writer, header->questions);
	for (int i = 0; i < SECTIONS; i++)
		put_u16(writer, header->counts[i]);
}

void question_read(struct cursor *message, struct question *into)
{
	name_read(message, &into->name);
	into->type = take_u16(message);
	into->class = take_u16(message);
}

void question_write(struct writer *writer, const struct question *question)
{
	name_write(writer, &question->name);
	put_u16(writer, question->type);
	put_u16(writer, question->class);
}

void record_read(struct cursor *message, struct record *into)
{
	name_read(message, &into->owner);
	into->type = take_u16(message);
	into->class = take_u16(message);
	into->ttl = take_u32(message);
	if (into->ttl > INT32_MAX && into->type != TYPE_OPT)
		into->ttl = 0;                  /* RFC 2181 §8 */
	size_t length = take_u16(message);

	into->rdata_position = message->position;
	into->rdata = take_bytes(message, length);
}

bool edns_read(const struct record *opt, struct edns *into)
{
	if (!name_is_root(&opt->owner))
		return false;
	*into = (struct edns){
		.present = true,
		.payload = opt->class,
		.extended_rcode = (uint8_t)(opt->ttl >> 24),
		.version = (uint8_t)(opt->ttl >> 16),
		.dnssec_ok = (opt->ttl & FLAG_DO) != 0,
		.options = opt->rdata,
	};
	return true;
}

bool edns_option_read(struct cursor *options, struct edns_option *into)
{
	if (cursor_left(options) == 0)
		return false;
	into->code = take_u16(options);
	into->value = take_bytes(options, take_u16(options));
	return cursor_is_good(options);
}

size_t edns_write(struct writer *writer, const struct edns *edns)
{
	size_t length_position;

	name_write(writer, &name_root);
	put_u16(writer, TYPE_OPT);
	put_u16(writer, edns->payload);
	put_u8(writer, edns->extended_rcode);
	put_u8(writer, edns->version);
	put_u16(writer, edns->dnssec_ok ? FLAG_DO : 0);
	length_position = writer->position;
	put_u16(writer, 0);
	return length_position;
}

void edns_option_write(struct writer *writer, uint16_t code, struct bytes value)
{
	put_u16(writer, code);
	put_u16(writer, (uint16_t)value.length);
	put_bytes(writer, value);
}
