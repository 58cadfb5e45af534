/* SPDX-License-Identifier: MIT */
/* client_response.c — any octets as an HTTP response, in pieces of any size, with any coding
 * undone.
 *
 * The first octet says how: HEAD or not, unpacked or not, and the size of the pieces. Read at once
 * or in pieces, the outcome and the body must be the same. */
#include <stdint.h>

#include "cache/base/must.h"
#include "client/http/coding.h"
#include "client/http/response.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

struct taken {
	uint64_t            body;       /* a sum over the octets, in order */
	uint64_t            octets;
	struct response    *response;
	struct coding      *coding;
	bool                unpacks;
	enum coding_outcome outcome;
};

static bool add(void *subject, struct bytes piece)
{
	struct taken *taken = subject;

	for (size_t i = 0; i < piece.length; i++)
		taken->body = taken->body * 31 + piece.at[i];
	taken->octets += piece.length;
	return taken->octets < 16 << 20;
}

static bool take_head(void *subject, struct bytes head)
{
	struct taken *taken = subject;

	if (taken->unpacks && taken->coding == NULL && taken->response->coding[0] != '\0')
		taken->coding = coding_new(taken->response->coding);
	return head.length != 0;
}

static bool take_body(void *subject, struct bytes piece)
{
	struct taken *taken = subject;

	if (taken->coding == NULL)
		return add(taken, piece);
	taken->outcome = coding_feed(taken->coding, piece, add, taken);
	return taken->outcome == CODING_FINE;
}

static enum response_state read_in(size_t piece, uint8_t how, struct bytes octets,
				   struct taken *taken)
{
	struct response_taker taker = { .head = take_head, .body = take_body, .subject = taken };
	struct response response;
	struct event_log log;
	enum response_state state;

	*taken = (struct taken){ .response = &response, .unpacks = (how & 2) != 0 };
	events_init(&log);
	response_init(&response, &taker, &log, (how & 1) != 0);
	while (octets.length != 0 && response.state == RESPONSE_GOES_ON) {
		size_t length = octets.length < piece ? octets.length : piece;

		response_feed(&response, bytes_of(octets.at, length));
		octets = bytes_of(octets.at + length, octets.length - length);
	}
	state = response_end(&response);
	coding_free(taken->coding);
	response_clear(&response);
	events_clear(&log);
	return state;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	struct taken at_once, in_pieces;
	enum response_state whole, parts;
	struct bytes rest;

	if (length < 1)
		return 0;
	rest = bytes_of(octets + 1, length - 1);
	whole = read_in(length, octets[0], rest, &at_once);
	parts = read_in(1 + (octets[0] >> 2) % 7, octets[0], rest, &in_pieces);
	must(whole == parts);
	/* A body that breaks off has come as far as the pieces did. */
	if (whole == RESPONSE_COMPLETE)
		must(at_once.body == in_pieces.body && at_once.octets == in_pieces.octets);
	return 0;
}
