/* SPDX-License-Identifier: MIT */
/* query.c — writes a query, with as much chance in it as a forger must guess. */
#include "resolver/upstream/query.h"

#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "cache/base/random.h"

/* 0x20: each letter in either case, by chance. A label's length is below any letter. */
static void vary_letters(uint8_t *name, size_t length)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < length; i++) {
		uint8_t small = letter_lower(name[i]);

		if (i % 32 == 0)
			bits = random_u32();
		if (small >= 'a' && small <= 'z')
			name[i] = (uint8_t)(small - (bits & 1 ? 0x20 : 0));
		bits >>= 1;
	}
}

/* RFC 8467 §4.1: the length of what is encrypted tells nothing of the name. */
static void pad(struct writer *writer)
{
	static const uint8_t zeroes[PADDED_TO];
	size_t length = writer->position - LENGTH_OCTETS + 4;   /* with the option's own head */

	edns_option_write(writer, OPTION_PADDING,
			  bytes_of(zeroes, (PADDED_TO - length % PADDED_TO) % PADDED_TO));
}

static void write_edns(struct writer *writer, const struct exchange_request *request)
{
	const struct edns edns = { .payload = EDNS_PAYLOAD, .dnssec_ok = true };
	const struct cookie *cookie = &request->cookie;
	size_t length_at = edns_write(writer, &edns), begin = writer->position;

	if (cookie->length != 0)
		edns_option_write(writer, OPTION_COOKIE, bytes_of(cookie->octets, cookie->length));
	if (request->transport != OVER_UDP)     /* RFC 7828 §3.2.1: how long will it be kept? */
		edns_option_write(writer, OPTION_TCP_KEEPALIVE, bytes_of(NULL, 0));
	if (request->transport == OVER_TLS)
		pad(writer);
	patch_u16(writer, length_at, (uint16_t)(writer->position - begin));
}

void query_write(const struct exchange_request *request, struct query *into)
{
	struct writer writer = writer_over(into->octets, sizeof(into->octets));
	const struct header header = {
		.id = random_u16(),
		.flags = request->recursion_desired ? FLAG_RD : 0,
		.questions = 1,
		.counts = { [SECTION_ADDITIONAL] = request->without_edns ? 0 : 1 },
	};

	put_u16(&writer, 0);
	header_write(&writer, &header);
	question_write(&writer, &request->question);
	if (request->vary_letters)
		vary_letters(into->octets + LENGTH_OCTETS + HEADER_LENGTH,
			     request->question.name.length);
	if (!request->without_edns)
		write_edns(&writer, request);
	must(writer_is_good(&writer));
	into->length = writer.position;
	patch_u16(&writer, 0, (uint16_t)(into->length - LENGTH_OCTETS));
}
