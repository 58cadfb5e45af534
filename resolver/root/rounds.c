/* SPDX-License-Identifier: MIT */
/* rounds.c — one look for news after the other: at the file, or at the servers. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/base/random.h"
#include "resolver/observe/log.h"
#include "resolver/root/digest.h"
#include "resolver/root/fetch.h"
#include "resolver/root/keeper_private.h"
#include "resolver/root/saved.h"
#include "resolver/root/trust.h"
#include "resolver/root/zone_text.h"

enum {
	FILE_LOOK_S = 10,               /* between two looks at a file */
	FIRST_RETRY_S = 5,              /* without a copy; doubled up to … */
	LAST_RETRY_S = 900,
};

/* --- when --- */

static uint32_t within(uint32_t value, uint32_t least, uint32_t most)
{
	return value < least ? least : value > most ? most : value;
}

/* At some time of the last quarter, so that not all resolvers come at once. */
static void look_again_in(struct root_keeper *keeper, uint32_t seconds)
{
	uint32_t quarter = seconds / 4;

	keeper->look_at = clock_age_seconds() + seconds - random_below(quarter + 1);
}

static void look_again_after_success(struct root_keeper *keeper)
{
	keeper->failures = 0;
	keeper->said[0] = '\0';
	look_again_in(keeper, within(keeper->known.soa.refresh, MIN_ROOT_REFRESH_S,
				     MAX_ROOT_REFRESH_S));
}

static void look_again_after_failure(struct root_keeper *keeper)
{
	uint32_t longer = keeper->failures < 8 ? (uint32_t)FIRST_RETRY_S << keeper->failures
					       : LAST_RETRY_S;

	keeper->failures++;
	if (keeper->known.has_copy)
		longer = within(keeper->known.soa.retry, MIN_ROOT_REFRESH_S, MAX_ROOT_REFRESH_S);
	look_again_in(keeper, within(longer, FIRST_RETRY_S, MAX_ROOT_REFRESH_S));
}

/* --- words --- */

/* What is asked meanwhile, for the end of a warning. */
static const char *what_serves(const struct root_keeper *keeper, char *room, size_t size)
{
	int32_t left = (int32_t)(keeper->known.good_until - clock_age_seconds());

	if (!keeper->known.has_copy || left <= 0)
		return "the ordinary root is asked";
	snprintf(room, size, "serial %u serves for %d hours more", keeper->known.soa.serial,
		 (int)(left / 3600));
	return room;
}

/* One line each time that something else is wrong than before. */
static void warn(struct root_keeper *keeper, const char *from, const struct complaint *why)
{
	char room[100], line[sizeof(keeper->said)];

	snprintf(line, sizeof(line), "%.400s%s%.599s", from, *from == '\0' ? "" : ": ", why->text);
	keeper_tell(keeper, line);
	if (strcmp(line, keeper->said) == 0)
		return;
	snprintf(keeper->said, sizeof(keeper->said), "%s", line);
	log_warning("local root: %s; %s", line, what_serves(keeper, room, sizeof(room)));
}

static void warn_if_expired(struct root_keeper *keeper)
{
	bool expired = keeper->known.has_copy &&
		       (int32_t)(keeper->known.good_until - clock_age_seconds()) <= 0;

	if (expired && !keeper->said_expired)
		log_warning("local root: serial %u is older than its SOA allows, so it isn't used; "
			    "the ordinary root is asked", keeper->known.soa.serial);
	keeper->said_expired = expired;
}

/* --- a zone has come --- */

/* How far it is trusted, and how long the signatures that say so are good. */
struct judged_zone {
	enum security security;
	uint32_t      life;             /* s */
};

/* RFC 8976 §4. A copy that nobody has signed may be used only where nothing is validated. */
static bool may_be_used(const struct root_keeper *keeper, const struct zone *zone,
			struct judged_zone *judged, struct complaint *why)
{
	*judged = (struct judged_zone){ .security = SECURITY_UNCHECKED, .life = MAX_ROOT_EXPIRE_S };
	if (keeper->wishes.validate)
		judged->security = zone_trust(zone, keeper->wishes.anchors, clock_wall_seconds(),
					      &judged->life, why);
	if (judged->security == SECURITY_BOGUS)
		return false;
	switch (zone_check_digest(zone, why)) {
	case DIGEST_MATCHES:
		return true;
	case DIGEST_ABSENT:
		return !keeper->wishes.digest_required &&
		       judged->security != SECURITY_SECURE;
	case DIGEST_DIFFERS:
		break;
	}
	return false;
}

static uint32_t good_for(const struct zone_soa *soa)
{
	return within(soa->expire, MIN_ROOT_REFRESH_S, MAX_ROOT_EXPIRE_S);
}

/* RFC 4035 §5.3.3, for the whole. */
static void bound_by_signatures(struct root_keeper *keeper)
{
	if ((int32_t)(keeper->known.signed_until - keeper->known.good_until) < 0)
		keeper->known.good_until = keeper->known.signed_until;
}

static void confirm(struct root_keeper *keeper, uint32_t age_s)
{
	keeper->known.confirmed_at = clock_age_seconds() - age_s;
	keeper->known.good_until = keeper->known.confirmed_at + good_for(&keeper->known.soa);
}

static void note_copy(struct root_keeper *keeper, const struct root_copy *copy, const char *from,
		      uint32_t age_s)
{
	keeper->known = (struct known_copy){
		.enabled = true, .has_copy = true,
		.is_from_file = keeper->wishes.file != NULL,
		.soa = root_copy_soa(copy),
		.zones = root_copy_zones(copy),
		.octets = root_copy_octets(copy),
	};
	snprintf(keeper->known.from, sizeof(keeper->known.from), "%s", from);
	confirm(keeper, age_s);
}

static void forget(struct root_keeper *keeper)
{
	root_withdraw(keeper->root);
	keeper->known = (struct known_copy){ .enabled = keeper->wishes.enabled };
	keeper->said[0] = '\0';
	keeper_tell(keeper, "");
}

/* Checks and publishes it, known to be the newest `age_s` ago. */
static bool take_zone(struct root_keeper *keeper, const struct zone *zone, const char *from,
		      uint32_t age_s, struct complaint *why)
{
	struct judged_zone judged;
	struct root_copy *copy;

	if (!may_be_used(keeper, zone, &judged, why))
		return false;
	copy = root_copy_new(zone, judged.security, why);
	if (copy == NULL)
		return false;
	note_copy(keeper, copy, from, age_s);
	keeper->known.signed_until = clock_age_seconds() + judged.life;
	bound_by_signatures(keeper);
	if (!root_publish(keeper->root, copy, keeper->known.good_until)) {
		root_copy_free(copy);
		forget(keeper);
		return complain(why, "there is no memory for it");
	}
	log_info("local root: serial %u from %s: %u top-level domains, %zu kB",
		 keeper->known.soa.serial, from, keeper->known.zones,
		 (keeper->known.octets + 1023) / 1024);
	keeper_tell(keeper, "");
	return true;
}

/* --- from a file --- */

static struct file_mark mark_of(const char *path)
{
	struct stat facts;

	if (stat(path, &facts) != 0)
		return (struct file_mark){ .size = -1 };
	return (struct file_mark){
		.device = facts.st_dev, .number = facts.st_ino, .size = facts.st_size,
		.changed_s = facts.st_mtim.tv_sec, .changed_ns = facts.st_mtim.tv_nsec,
	};
}

static bool is_same_file(const struct file_mark *a, const struct file_mark *b)
{
	return a->device == b->device && a->number == b->number && a->size == b->size &&
	       a->changed_s == b->changed_s && a->changed_ns == b->changed_ns;
}

static void read_file(struct root_keeper *keeper)
{
	const char *path = keeper->wishes.file;
	struct complaint why;
	struct zone zone;

	keeper->mark = mark_of(path);
	zone_init(&zone, &name_root);
	if (!zone_text_read_file(path, &zone, &why))
		warn(keeper, "", &why);         /* which names the file, and the line */
	else if (!take_zone(keeper, &zone, path, saved_age(keeper->mark.changed_s), &why))
		warn(keeper, path, &why);
	else
		keeper->said[0] = '\0';
	zone_clear(&zone);
}

static void look_at_file(struct root_keeper *keeper)
{
	struct file_mark mark = mark_of(keeper->wishes.file);

	if (!is_same_file(&mark, &keeper->mark))
		read_file(keeper);
	keeper->look_at = clock_age_seconds() + FILE_LOOK_S;
}

/* --- from servers --- */

static const char *saved_path(const struct root_keeper *keeper, char room[PATH_MAX])
{
	snprintf(room, PATH_MAX, "%s/root.axfr", keeper->wishes.directory);
	return room;
}

static void load_saved(struct root_keeper *keeper)
{
	char room[PATH_MAX];
	const char *path = saved_path(keeper, room);
	struct complaint why;
	struct zone zone;
	uint32_t age_s;

	zone_init(&zone, &name_root);
	switch (saved_read(path, &zone, &age_s, &why)) {
	case SAVED_READ:
		if (!take_zone(keeper, &zone, path, age_s, &why))
			warn(keeper, path, &why);
		break;
	case SAVED_WRONG:
		warn(keeper, path, &why);
		break;
	case SAVED_ABSENT:
		break;
	}
	zone_clear(&zone);
}

static void save(struct root_keeper *keeper, struct bytes stream)
{
	struct complaint why;
	char path[PATH_MAX];

	if (!saved_write(saved_path(keeper, path), stream, &why))
		log_warning("local root: it can't be kept for a restart: %s", why.text);
}

static void keep_same(struct root_keeper *keeper)
{
	char path[PATH_MAX];

	confirm(keeper, 0);
	bound_by_signatures(keeper);
	root_prolong(keeper->root, keeper->known.good_until);
	saved_touch(saved_path(keeper, path));
	log_debug("local root: serial %u is still the newest", keeper->known.soa.serial);
	keeper_tell(keeper, "");
}

/* True: this server has said what is to be known, or the thread is wanted elsewhere. */
static bool ask_server(struct root_keeper *keeper, const struct address *server,
		       struct complaint *why)
{
	struct fetch_wish wish = {
		.from = *server, .stop = keeper->bell,
		.known = keeper->known.has_copy ? &keeper->known.soa : NULL,
	};
	struct fetched fetched;
	char text[ADDRESS_TEXT_SIZE];
	bool done = false;

	fetched_init(&fetched);
	switch (root_fetch(&wish, &fetched, why)) {
	case FETCH_NEWER:
		done = take_zone(keeper, &fetched.zone, address_print_with_port(server, text), 0,
				 why);
		if (done)
			save(keeper, growing_bytes(&fetched.stream));
		break;
	case FETCH_SAME:
		keep_same(keeper);
		done = true;
		break;
	case FETCH_STOPPED:
		done = true;
		break;
	case FETCH_FAILED:
		break;
	}
	fetched_clear(&fetched);
	return done;
}

static bool may_ask(const struct root_keeper *keeper, const struct address *server)
{
	return server->family == 4 ? keeper->wishes.use_ipv4 : keeper->wishes.use_ipv6;
}

/* All servers, beginning with any, until one has the zone. */
static void ask_servers(struct root_keeper *keeper)
{
	const struct root_wishes *wishes = &keeper->wishes;
	size_t first = wishes->server_count == 0 ? 0 : random_below((uint32_t)wishes->server_count);
	char from[ADDRESS_TEXT_SIZE] = "";
	struct complaint why;

	complain(&why, "there is no server to transfer it from; name some in "
		 "`local-root.servers`");
	for (size_t i = 0; i < wishes->server_count; i++) {
		const struct address *server =
			&wishes->servers[(first + i) % wishes->server_count];

		if (!may_ask(keeper, server))
			continue;
		if (ask_server(keeper, server, &why)) {
			look_again_after_success(keeper);
			return;
		}
		address_print_with_port(server, from);
		log_debug("local root: %s: %s", from, why.text);
	}
	warn(keeper, from, &why);
	look_again_after_failure(keeper);
}

/* --- the thread's two doings --- */

/* A copy that came another way than is wished now goes; one that came this way stays until there is
 * a better. */
void keeper_begin(struct root_keeper *keeper)
{
	bool from_file = keeper->wishes.file != NULL;

	if (!keeper->wishes.enabled || keeper->known.is_from_file != from_file ||
	    !keeper->known.has_copy)
		forget(keeper);
	if (!keeper->wishes.enabled)
		return;
	keeper->failures = 0;
	if (from_file) {
		read_file(keeper);
		keeper->look_at = clock_age_seconds() + FILE_LOOK_S;
	} else {
		if (!keeper->known.has_copy)
			load_saved(keeper);
		ask_servers(keeper);
	}
	warn_if_expired(keeper);
}

void keeper_go_on(struct root_keeper *keeper)
{
	if ((int32_t)(clock_age_seconds() - keeper->look_at) >= 0) {
		if (keeper->wishes.file != NULL)
			look_at_file(keeper);
		else
			ask_servers(keeper);
	}
	warn_if_expired(keeper);
}
