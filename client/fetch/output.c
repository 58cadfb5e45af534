/* SPDX-License-Identifier: MIT */
/* output.c — bodies and heads on their way out. */
#include "client/fetch/output.h"

#include <errno.h>
#include <string.h>

#include "client/report/terminal.h"

static bool begin(struct output *output)
{
	if (output->file != NULL)
		return true;
	output->file = output->path == NULL ? stdout : fopen(output->path, "we");
	if (output->file == NULL)
		output->error = errno;
	return output->file != NULL;
}

static bool put(struct output *output, const void *octets, size_t length)
{
	if (length == 0 || fwrite(octets, 1, length, output->file) == length)
		return true;
	output->error = errno;
	return false;
}

/* In pieces, each made harmless; a character that a piece cuts in two is held back for the next. */
static bool put_harmless(struct output *output, struct bytes octets)
{
	while (octets.length != 0) {
		uint8_t piece[1024];
		char harmless[sizeof(piece) * 4 + 1];
		size_t held = output->held_length, room = sizeof(piece) - held, unfinished;
		size_t length = octets.length < room ? octets.length : room;

		memcpy(piece, output->held, held);
		memcpy(piece + held, octets.at, length);
		octets = bytes_of(octets.at + length, octets.length - length);
		length += held;
		unfinished = utf8_unfinished(bytes_of(piece, length));
		output->held_length = unfinished;
		memcpy(output->held, piece + length - unfinished, unfinished);
		length = neutralise(harmless, sizeof(harmless),
				    bytes_of(piece, length - unfinished), true);
		if (!put(output, harmless, length))
			return false;
	}
	return true;
}

bool output_write(struct output *output, struct bytes octets)
{
	if (!begin(output))
		return false;
	if (output->harmless)
		return put_harmless(output, octets);
	return put(output, octets.at, octets.length);
}

bool output_end(struct output *output, bool even_if_empty)
{
	bool good = true;

	if (even_if_empty && output->path != NULL && output->wanted && !begin(output))
		return false;
	if (output->file == NULL)
		return true;
	if (fflush(output->file) != 0)
		good = false;
	if (!good)
		output->error = errno;
	if (output->file != stdout && fclose(output->file) != 0)
		good = false;
	output->file = NULL;
	return good;
}
