/* SPDX-License-Identifier: MIT */
/* rollover_file.c — a small text, read by the letter. */
#include "resolver/rollover_file.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "resolver/root/saved.h"

enum {
	KEY_HEAD = 4,                   /* flags, protocol, algorithm */
	BASE64_SIZE = (MAX_ANCHOR_KEY + 2) / 3 * 4 + 1,
	LINE_SIZE = NAME_TEXT_SIZE + BASE64_SIZE + 128,
};

static const char first_line[] = "xylem-anchors 1";

/* --- reading --- */

struct parsing {
	struct bytes      left;
	unsigned          line;
	struct rollovers *into;
};

/* The next line, ended and without what lines don't have. NULL: there is none, or it is none. */
static const char *take_line(struct parsing *p, char room[LINE_SIZE])
{
	const uint8_t *end = p->left.length == 0 ? NULL
						 : memchr(p->left.at, '\n', p->left.length);
	size_t length = end == NULL ? 0 : (size_t)(end - p->left.at);

	p->line++;
	if (end == NULL || length == 0 || length >= LINE_SIZE || end[-1] == ' ' ||
	    memchr(p->left.at, '\0', length) != NULL)
		return NULL;
	memcpy(room, p->left.at, length);
	room[length] = '\0';
	p->left = bytes_of(end + 1, p->left.length - length - 1);
	return room;
}

/* A word up to the next space or the end; false: there is none. */
static bool take_word(const char **at, const char **word, size_t *length)
{
	*word = *at;
	*length = strcspn(*at, " ");
	if (*length == 0)
		return false;
	*at += *length + ((*at)[*length] == ' ');
	return true;
}

static bool take_this(const char **at, const char *expected)
{
	const char *word;
	size_t length;

	return take_word(at, &word, &length) && strlen(expected) == length &&
	       memcmp(word, expected, length) == 0;
}

static bool digit_of(char letter, unsigned base, unsigned *into)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = memchr(digits, letter, base);

	*into = at == NULL ? 0 : (unsigned)(at - digits);
	return at != NULL;
}

static bool take_number(const char **at, unsigned base, uint64_t most, uint64_t *into)
{
	const char *word;
	size_t length;

	*into = 0;
	if (!take_word(at, &word, &length))
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned digit;

		if (!digit_of(word[i], base, &digit) || *into > (most - digit) / base)
			return false;
		*into = *into * base + digit;
	}
	return true;
}

static bool has_zone(const struct rollovers *rollovers, const struct name *zone)
{
	for (unsigned i = 0; i < rollovers->count; i++) {
		if (name_equal(&rollovers->zones[i].zone, zone))
			return true;
	}
	return false;
}

static bool parse_zone(struct parsing *p, const char *at)
{
	char text[NAME_TEXT_SIZE];
	uint64_t basis, seen_at, pause;
	struct rollover *fresh;
	struct name zone;
	const char *word;
	size_t length;

	if (p->into->count == MAX_ANCHOR_ZONES || !take_word(&at, &word, &length) ||
	    length >= sizeof(text))
		return false;
	memcpy(text, word, length);
	text[length] = '\0';
	if (!name_parse(text, &zone) || has_zone(p->into, &zone) || !take_this(&at, "basis") ||
	    !take_number(&at, 16, UINT64_MAX, &basis) || !take_this(&at, "seen") ||
	    !take_number(&at, 10, INT64_MAX / 2, &seen_at) || !take_this(&at, "pause") ||
	    !take_number(&at, 10, ROLLOVER_MOST_PAUSE_S, &pause) || *at != '\0')
		return false;
	fresh = &p->into->zones[p->into->count++];
	fresh->zone = zone;
	fresh->basis = basis;
	fresh->seen_at = (int64_t)seen_at;
	fresh->pause = (uint32_t)pause;
	fresh->count = 0;
	return true;
}

static bool parse_base64(const char *text, size_t length, struct rollover_key *key)
{
	uint8_t room[BASE64_SIZE];
	size_t padding = 0;
	int octets;

	if (length == 0 || length % 4 != 0 || length >= BASE64_SIZE ||
	    strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") <
		    length)
		return false;
	while (padding < 2 && text[length - 1 - padding] == '=')
		padding++;
	if (memchr(text, '=', length - padding) != NULL)
		return false;
	octets = EVP_DecodeBlock(room, (const unsigned char *)text, (int)length);
	if (octets < 0 || (size_t)octets - padding > sizeof(key->rdata) - KEY_HEAD)
		return false;
	memcpy(key->rdata + KEY_HEAD, room, (size_t)octets - padding);
	key->length = (uint16_t)(KEY_HEAD + (size_t)octets - padding);
	return true;
}

/* What a key must be to be kept by rollover.c. */
static bool is_fit(const struct rollover *rollover, const struct rollover_key *key)
{
	const uint16_t wanted = KEY_FLAG_ZONE | KEY_FLAG_SEP;
	struct zone_key read;

	if (!zone_key_read(bytes_of(key->rdata, key->length), &read) ||
	    (read.flags & (wanted | KEY_FLAG_REVOKED)) != wanted || read.protocol != 3)
		return false;
	for (unsigned i = 0; i < rollover->count; i++) {
		const struct rollover_key *other = &rollover->keys[i];

		if (other->length == key->length &&
		    memcmp(other->rdata, key->rdata, key->length) == 0)
			return false;
	}
	return true;
}

static bool parse_key(struct parsing *p, const char *at)
{
	struct rollover *rollover;
	struct rollover_key *key;
	uint64_t since, observed, flags, protocol, algorithm;
	const char *word;
	size_t length;

	if (p->into->count == 0)
		return false;
	rollover = &p->into->zones[p->into->count - 1];
	if (rollover->count == MAX_ANCHOR_KEYS || !take_word(&at, &word, &length))
		return false;
	key = &rollover->keys[rollover->count];
	key->state = rollover_state_of(word, length);
	if (key->state == ROLLOVER_STATES || !take_number(&at, 10, INT64_MAX / 2, &since) ||
	    !take_number(&at, 10, UINT32_MAX, &observed) ||
	    !take_number(&at, 10, UINT16_MAX, &flags) ||
	    !take_number(&at, 10, UINT8_MAX, &protocol) ||
	    !take_number(&at, 10, UINT8_MAX, &algorithm) || !take_word(&at, &word, &length) ||
	    *at != '\0' || !parse_base64(word, length, key))
		return false;
	key->since = (int64_t)since;
	key->observed = (uint32_t)observed;
	key->rdata[0] = (uint8_t)(flags >> 8);
	key->rdata[1] = (uint8_t)flags;
	key->rdata[2] = (uint8_t)protocol;
	key->rdata[3] = (uint8_t)algorithm;
	if (!is_fit(rollover, key))
		return false;
	rollover->count++;
	return true;
}

static bool parse_lines(struct parsing *p)
{
	char room[LINE_SIZE];
	const char *line = take_line(p, room);

	if (line == NULL || strcmp(line, first_line) != 0)
		return false;
	while ((line = take_line(p, room)) != NULL) {
		if (strcmp(line, "end") == 0)
			return p->left.length == 0;
		if (!(take_this(&line, "zone") ? parse_zone(p, line)
					       : (line = room, take_this(&line, "key")) &&
							 parse_key(p, line)))
			return false;
	}
	return false;
}

bool rollovers_parse(struct bytes text, struct rollovers *into, struct complaint *why)
{
	struct parsing parsing = { .left = text, .into = into };

	into->count = 0;
	if (parse_lines(&parsing))
		return true;
	into->count = 0;
	return complain(why, "line %u is not as xylemd writes it", parsing.line);
}

/* --- writing --- */

static void print_key(const struct rollover_key *key, FILE *to)
{
	char base64[BASE64_SIZE];

	EVP_EncodeBlock((unsigned char *)base64, key->rdata + KEY_HEAD, key->length - KEY_HEAD);
	fprintf(to, "key %s %" PRId64 " %u %u %u %u %s\n", rollover_state_name(key->state),
		key->since, key->observed, load_u16(key->rdata), key->rdata[2], key->rdata[3],
		base64);
}

bool rollovers_print(const struct rollovers *rollovers, FILE *to)
{
	char zone[NAME_TEXT_SIZE];

	fprintf(to, "%s\n", first_line);
	for (unsigned i = 0; i < rollovers->count; i++) {
		const struct rollover *rollover = &rollovers->zones[i];

		fprintf(to, "zone %s basis %016" PRIx64 " seen %" PRId64 " pause %u\n",
			name_print(&rollover->zone, zone), rollover->basis, rollover->seen_at,
			rollover->pause);
		for (unsigned j = 0; j < rollover->count; j++)
			print_key(&rollover->keys[j], to);
	}
	fprintf(to, "end\n");
	return !ferror(to);
}

/* --- the file --- */

static bool load(FILE *file, struct rollovers *into, struct complaint *why)
{
	uint8_t *room = malloc(ROLLOVER_FILE_MOST);
	size_t length = room == NULL ? 0 : fread(room, 1, ROLLOVER_FILE_MOST, file);
	bool good;

	into->count = 0;
	if (room == NULL || ferror(file))
		good = complain(why, "it can't be read");
	else if (length == ROLLOVER_FILE_MOST)
		good = complain(why, "it is far too large");
	else
		good = rollovers_parse(bytes_of(room, length), into, why);
	free(room);
	return good;
}

enum rollover_file rollovers_load(const char *path, struct rollovers *into, struct complaint *why)
{
	FILE *file = fopen(path, "re");
	char aside[PATH_MAX];
	bool good;

	into->count = 0;
	if (file == NULL) {
		complain(why, "%s", strerror(errno));
		return errno == ENOENT ? ROLLOVER_FILE_ABSENT : ROLLOVER_FILE_WRONG;
	}
	good = load(file, into, why);
	fclose(file);
	if (good)
		return ROLLOVER_FILE_READ;
	if (snprintf(aside, sizeof(aside), "%s.damaged", path) < (int)sizeof(aside))
		(void)rename(path, aside);      /* else it is written over */
	return ROLLOVER_FILE_WRONG;
}

bool rollovers_save(const char *path, const struct rollovers *rollovers, struct complaint *why)
{
	size_t length = 0;
	char *text = NULL;
	FILE *to = open_memstream(&text, &length);
	bool good = to != NULL && rollovers_print(rollovers, to);

	good = to != NULL && fclose(to) == 0 && good;
	if (good)
		good = saved_write(path, bytes_of((const uint8_t *)text, length), why);
	else
		complain(why, "no memory to write %s", path);
	free(text);
	return good;
}
