/* SPDX-License-Identifier: MIT */
/* setting.c — finding a row of the table, guessing which was meant, and saying what it expects. */
#include <string.h>

#include "cache/base/must.h"
#include "resolver/config/value.h"

enum {
	MAX_GUESSED = 48, /* letters of a word that is worth a guess */
};

const struct setting *setting_find(const char *key)
{
	for (size_t i = 0; i < settings_count; i++)
		if (strcmp(settings[i].key, key) == 0) return &settings[i];
	return NULL;
}

bool setting_has_group(const char *group)
{
	size_t length = strlen(group);

	if (length == 0) return false;
	for (size_t i = 0; i < settings_count; i++)
		if (strncmp(settings[i].key, group, length) == 0 && settings[i].key[length] == '.')
			return true;
	return false;
}

size_t setting_group_length(const struct setting *setting)
{
	const char *dot = strchr(setting->key, '.');

	return dot == NULL ? 0 : (size_t)(dot - setting->key);
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Letters to insert, delete, change or swap with their neighbour to make one word of the other. */
static unsigned distance(const char *a, const char *b)
{
	unsigned rows[3][MAX_GUESSED + 1];
	size_t m = strlen(a), n = strlen(b);
	unsigned *before = rows[0], *above = rows[1], *here = rows[2];

	if (m > MAX_GUESSED || n > MAX_GUESSED) return MAX_GUESSED;
	for (size_t j = 0; j <= n; j++)
		above[j] = (unsigned)j;
	for (size_t i = 1; i <= m; i++) {
		unsigned *spare = before;

		here[0] = (unsigned)i;
		for (size_t j = 1; j <= n; j++) {
			here[j] = above[j - 1] + (a[i - 1] != b[j - 1]);
			here[j] = least(here[j], least(above[j], here[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				here[j] = least(here[j], before[j - 2] + 1);
		}
		before = above;
		above = here;
		here = spare;
	}
	return above[n];
}

/* Near enough to be a slip: one letter in three. */
static bool is_near(const char *written, unsigned letters_off)
{
	return letters_off <= (strlen(written) + 2) / 3 && letters_off < strlen(written);
}

const char *guess_word(const char *written, const char *const *words, size_t count)
{
	const char *nearest = NULL;
	unsigned best = MAX_GUESSED;

	for (size_t i = 0; i < count; i++) {
		unsigned off = distance(written, words[i]);

		if (off < best) {
			best = off;
			nearest = words[i];
		}
	}
	return nearest != NULL && is_near(written, best) ? nearest : NULL;
}

/* Whole keys first; then the last part alone: "max-ttl" is "cache.max-ttl", written in the wrong
 * place. */
const char *setting_guess(const char *key)
{
	const char *keys[CONFIG_MAX_SETTINGS], *last = strrchr(key, '.');
	const char *guess;

	for (size_t i = 0; i < settings_count; i++)
		keys[i] = settings[i].key;
	guess = guess_word(key, keys, settings_count);
	if (guess != NULL) return guess;
	last = last == NULL ? key : last + 1;
	for (size_t i = 0; i < settings_count; i++) {
		const char *dot = strrchr(keys[i], '.');

		if (dot != NULL && strcmp(dot + 1, last) == 0) return keys[i];
	}
	return NULL;
}

/* "a, b or c"; `other` is what may stand there besides the words, or NULL. */
static const char *expects_words(const struct setting *setting, const char *other,
				 struct arena *arena)
{
	const char *text = setting->words[0];

	for (size_t i = 1; i < SETTING_MAX_WORDS && setting->words[i] != NULL; i++) {
		bool is_last = i + 1 == SETTING_MAX_WORDS || setting->words[i + 1] == NULL;
		const char *between = is_last && other == NULL ? " or " : ", ";

		text = arena_print(arena, "%s%s%s", text, between, setting->words[i]);
	}
	return other == NULL ? text : arena_print(arena, "%s or %s", text, other);
}

static const char *expects_number(const struct setting *setting, struct arena *arena)
{
	static const char *const what[SETTING_KINDS] = {
		[SIZE] = "a size",
		[SECONDS] = "a time",
		[MILLISECONDS] = "a time",
	};
	static const char *const example[SETTING_KINDS] = {
		[SIZE] = "64MB",
		[SECONDS] = "30s or 5m",
		[MILLISECONDS] = "500ms or 2s",
	};
	char from[SETTING_NUMBER_TEXT], to[SETTING_NUMBER_TEXT];

	value_number_text(setting->kind, setting->least, from);
	value_number_text(setting->kind, setting->most, to);
	if (setting->kind != NUMBER)
		return arena_print(arena, "%s from %s to %s, like %s", what[setting->kind], from,
				   to, example[setting->kind]);
	if (setting->unit != NULL)
		return arena_print(arena, "a number of %s from %s to %s", setting->unit, from, to);
	return arena_print(arena, "a number from %s to %s", from, to);
}

static const char *expects_text(const struct setting *setting, struct arena *arena)
{
	const char *what = setting->kind == PATH ? "a file's path" : "a word without spaces";

	if (setting->kind == TEXT)
		what = arena_print(arena, "%s, of at most %u letters", what,
				   (unsigned)setting->most);
	if (setting->words[0] == NULL) return what;
	if (setting->kind == PATH) what = "a file's path (with a / or a . in it)";
	return expects_words(setting, what, arena);
}

const char *setting_expects(const struct setting *setting, struct arena *arena)
{
	switch (setting->kind) {
	case YES_OR_NO:
		return "yes or no";
	case NUMBER:
	case SIZE:
	case SECONDS:
	case MILLISECONDS:
		return expects_number(setting, arena);
	case WORD:
		return expects_words(setting, NULL, arena);
	case TEXT:
	case PATH:
		return expects_text(setting, arena);
	case NAME:
	case NAMES:
		return "a name like corp.example";
	case ADDRESSES:
		return "an address like 192.0.2.1, 192.0.2.1@53 or 2001:db8::1@53";
	case NETWORKS:
		return "a network like 10.0.0.0/8 or 2001:db8::/32, or one of all, loopback, "
		       "private";
	case ZONES:
		return "a list of zones, each '- zone: corp.example' and below it 'servers: "
		       "[10.0.0.1]'";
	case SETTING_KINDS:
		break;
	}
	unreachable();
}
