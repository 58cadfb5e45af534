/* SPDX-License-Identifier: MIT */
/* coding.c — zlib and brotli. */
#include "client/http/coding.h"

#include <brotli/decode.h>
#include <stdlib.h>
#include <strings.h>
#include <zlib.h>

const char coding_names[] = "deflate, gzip, br";

enum { PIECE = 65536, EITHER_ZLIB_OR_GZIP = 32 };

struct coding {
	z_stream            zlib;
	BrotliDecoderState *brotli;     /* NULL: zlib */
	bool                undecided;  /* "deflate": with zlib's wrapping or raw? */
	uint8_t             first[2];   /* what that is decided by */
	size_t              first_length;
	bool                begun;
	bool                ended;
	uint64_t            in, out;
};

struct coding *coding_new(const char *name)
{
	struct coding *coding = calloc(1, sizeof(*coding));
	bool brotli = strcasecmp(name, "br") == 0;
	bool deflate = strcasecmp(name, "deflate") == 0;
	bool good = false;

	if (coding == NULL)
		return NULL;
	coding->undecided = deflate;
	if (brotli) {
		coding->brotli = BrotliDecoderCreateInstance(NULL, NULL, NULL);
		good = coding->brotli != NULL;
	} else if (deflate || strcasecmp(name, "gzip") == 0 || strcasecmp(name, "x-gzip") == 0) {
		good = inflateInit2(&coding->zlib, MAX_WBITS + EITHER_ZLIB_OR_GZIP) == Z_OK;
	}
	if (good)
		return coding;
	free(coding);
	return NULL;
}

void coding_free(struct coding *coding)
{
	if (coding == NULL)
		return;
	if (coding->brotli != NULL)
		BrotliDecoderDestroyInstance(coding->brotli);
	else
		inflateEnd(&coding->zlib);
	free(coding);
}

static bool is_bomb(const struct coding *coding)
{
	return coding->out > BOMB_SIZE && coding->out / BOMB_RATIO > coding->in;
}

static enum coding_outcome feed_brotli(struct coding *coding, struct bytes piece,
				       bool (*taken)(void *, struct bytes), void *subject)
{
	uint8_t out[PIECE];

	for (;;) {
		uint8_t *next = out;
		size_t room = sizeof(out);
		BrotliDecoderResult result = BrotliDecoderDecompressStream(
			coding->brotli, &piece.length, &piece.at, &room, &next, NULL);

		coding->out += sizeof(out) - room;
		if (result == BROTLI_DECODER_RESULT_ERROR)
			return CODING_BROKEN;
		if (is_bomb(coding))
			return CODING_BOMB;
		if (room != sizeof(out) && !taken(subject, bytes_of(out, sizeof(out) - room)))
			return CODING_UNWRITTEN;
		coding->ended = result == BROTLI_DECODER_RESULT_SUCCESS;
		if (result != BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT)
			return CODING_FINE;
	}
}

static enum coding_outcome feed_zlib(struct coding *coding, struct bytes piece,
				     bool (*taken)(void *, struct bytes), void *subject)
{
	uint8_t out[PIECE];

	coding->zlib.next_in = (Bytef *)piece.at;
	coding->zlib.avail_in = (uInt)piece.length;
	while (!coding->ended) {
		size_t made;
		int result;

		coding->zlib.next_out = out;
		coding->zlib.avail_out = sizeof(out);
		result = inflate(&coding->zlib, Z_NO_FLUSH);
		made = sizeof(out) - coding->zlib.avail_out;
		coding->out += made;
		if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
			return CODING_BROKEN;
		if (is_bomb(coding))
			return CODING_BOMB;
		if (made != 0 && !taken(subject, bytes_of(out, made)))
			return CODING_UNWRITTEN;
		coding->ended = result == Z_STREAM_END;
		if (coding->zlib.avail_in == 0 && coding->zlib.avail_out != 0)
			break;
	}
	return CODING_FINE;
}

/* Some servers mean a raw stream by "deflate" (RFC 9110 §8.4.1.2, note). The first two octets tell:
 * zlib's are 8 in the low half of the first and a multiple of 31 together (RFC 1950 §2.2). */
static bool decide(struct coding *coding)
{
	unsigned both = coding->first[0] * 256U + coding->first[1];
	bool wrapped = (coding->first[0] & 15) == 8 && both % 31 == 0;

	coding->undecided = false;
	return inflateReset2(&coding->zlib, wrapped ? MAX_WBITS : -MAX_WBITS) == Z_OK;
}

static enum coding_outcome feed_deflate(struct coding *coding, struct bytes piece,
					bool (*taken)(void *, struct bytes), void *subject)
{
	enum coding_outcome outcome;

	while (coding->undecided && piece.length != 0) {
		coding->first[coding->first_length++] = piece.at[0];
		piece = bytes_of(piece.at + 1, piece.length - 1);
		if (coding->first_length < sizeof(coding->first))
			continue;
		if (!decide(coding))
			return CODING_BROKEN;
		outcome = feed_zlib(coding, bytes_of(coding->first, sizeof(coding->first)), taken,
				    subject);
		if (outcome != CODING_FINE)
			return outcome;
	}
	return piece.length == 0 || coding->ended ? CODING_FINE :
						    feed_zlib(coding, piece, taken, subject);
}

enum coding_outcome coding_feed(struct coding *coding, struct bytes piece,
				bool (*taken)(void *subject, struct bytes piece), void *subject)
{
	if (piece.length == 0 || coding->ended)
		return CODING_FINE;
	coding->begun = true;
	coding->in += piece.length;
	if (coding->brotli != NULL)
		return feed_brotli(coding, piece, taken, subject);
	if (coding->undecided)
		return feed_deflate(coding, piece, taken, subject);
	return feed_zlib(coding, piece, taken, subject);
}

bool coding_is_whole(const struct coding *coding)
{
	return !coding->begun || coding->ended;
}
