/* SPDX-License-Identifier: MIT */
/* table.h — one row per setting: what may be written, what it means, where it is kept.
 *
 * All that is known of a setting stands in its row and nowhere else: the reader, the checks,
 * `--help`, the manual pages and docs/config.md are made from the rows. To add a setting: a
 * field in config.h, a row here, and `xylemd --print-docs` for each page. */
#ifndef XYLEM_CONFIG_TABLE_H
#define XYLEM_CONFIG_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/base/arena.h"

enum setting_kind {
	YES_OR_NO,      /* bool */
	NUMBER,         /* uint32_t */
	SIZE,           /* uint64_t, octets */
	SECONDS,        /* uint32_t */
	MILLISECONDS,   /* uint32_t */
	WORD,           /* an enum; its values count the words of the row from 0 */
	TEXT,           /* const char *: printable, without spaces */
	PATH,           /* const char *: of a file, or one of the row's words */
	NAME,           /* const char *: of the DNS */
	ADDRESSES,      /* struct config_addresses */
	NETWORKS,       /* struct config_networks */
	NAMES,          /* struct config_names */
	ZONES,          /* struct config_zones */
	SETTING_KINDS
};

enum {
	SETTING_MAX_WORDS = 5,
};

struct setting {
	const char       *key;
	enum setting_kind kind;
	const char       *field;        /* in struct config, or in struct config_zone */
	size_t            offset;       /* of that field */
	const char       *unit;         /* of a NUMBER, in the plural: "threads" */
	uint64_t          least;        /* of a number; or the shortest list */
	uint64_t          most;         /* of a number; the longest list; the longest text */
	const char       *value;        /* the default, as one would write it */
	const char       *rule;         /* the default in words, where this machine decides … */
	const char     *(*work_out)(struct arena *arena);       /* … and who asks it */
	const char       *words[SETTING_MAX_WORDS];     /* "none" and "built-in" are kept as NULL */
	uint16_t          port;         /* of an address that names none; 0: see `port` */
	bool              needs_restart; /* else a reload brings it into force */
	bool              is_planned;    /* known, checked, without effect in this version */
	const char       *sentence;     /* what it is for */
};

extern const struct setting settings[];
extern const size_t         settings_count;

/* The rows of one entry of `stub` and `forward`; their fields are those of struct config_zone. */
extern const struct setting zone_settings[];
extern const size_t         zone_settings_count;

const struct setting *setting_find(const char *key);

/* Does any key begin with this group's name and a dot? */
bool setting_has_group(const char *group);

/* The key that somebody may have meant; NULL if none is near. */
const char *setting_guess(const char *key);

/* Likewise, among any words. */
const char *guess_word(const char *written, const char *const *words, size_t count);

/* What the reader accepts, in words: "a size from 8MB to 1TB, like 64MB". "" if there is no
 * memory. */
const char *setting_expects(const struct setting *setting, struct arena *arena);

/* Groups in the manual: the part of the key before its first dot, "" for none. */
size_t setting_group_length(const struct setting *setting);

/* What the machine decides. */
const char *machine_directory(struct arena *arena);
const char *machine_user(struct arena *arena);
const char *machine_memory(struct arena *arena);
uint32_t    machine_cores(void);

#endif
