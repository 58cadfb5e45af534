/* SPDX-License-Identifier: MIT */
/* keeper.c — the thread: its wishes, what it tells of itself, and when it looks. What it does when
 * it looks is in rounds.c. */
#include "resolver/root/keeper_private.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "cache/base/clock.h"
#include "cache/base/must.h"
#include "cache/base/rcu.h"
#include "resolver/validate/anchors.h"

enum { LONGEST_NAP_S = 30 };            /* a machine may sleep, and poll() doesn't count that */

/* --- wishes --- */

static void wishes_clear(struct root_wishes *wishes)
{
	free((char *)wishes->file);
	free((char *)wishes->directory);
	free((struct address *)wishes->servers);
	anchors_free((struct anchors *)wishes->anchors);
	*wishes = (struct root_wishes){ .enabled = false };
}

static char *copy_text(const char *text)
{
	return text == NULL ? NULL : strdup(text);
}

/* A copy of its own; false: no memory, and it is empty. */
static bool wishes_copy(const struct root_wishes *from, struct root_wishes *into)
{
	size_t octets = from->server_count * sizeof(*from->servers);
	struct address *servers = malloc(octets + 1);

	*into = *from;
	into->file = copy_text(from->file);
	into->directory = strdup(from->directory);
	into->servers = servers;
	into->anchors = anchors_copy(from->anchors);
	if (servers != NULL && octets != 0)
		memcpy(servers, from->servers, octets);
	if (servers != NULL && into->directory != NULL && into->anchors != NULL &&
	    (into->file != NULL) == (from->file != NULL))
		return true;
	wishes_clear(into);
	return false;
}

static void ring(struct root_keeper *keeper)
{
	const uint64_t one = 1;

	must(write(keeper->bell, &one, sizeof(one)) == sizeof(one));
}

void root_keeper_configure(struct root_keeper *keeper, const struct root_wishes *wishes)
{
	struct root_wishes copy;

	if (!wishes_copy(wishes, &copy))
		return;                         /* it goes on as before */
	pthread_mutex_lock(&keeper->lock);
	wishes_clear(&keeper->next);
	keeper->next = copy;
	keeper->has_next = true;
	pthread_mutex_unlock(&keeper->lock);
	ring(keeper);
}

/* On the thread: takes what it was told since. False: it shall end. */
static bool take_wishes(struct root_keeper *keeper, bool *changed)
{
	uint64_t rings;
	bool stops;

	(void)!read(keeper->bell, &rings, sizeof(rings));
	pthread_mutex_lock(&keeper->lock);
	stops = keeper->stops;
	*changed = keeper->has_next;
	if (keeper->has_next) {
		wishes_clear(&keeper->wishes);
		keeper->wishes = keeper->next;
		keeper->next = (struct root_wishes){ .enabled = false };
		keeper->has_next = false;
	}
	pthread_mutex_unlock(&keeper->lock);
	return !stops;
}

/* --- what it tells --- */

void keeper_tell(struct root_keeper *keeper, const char *why)
{
	pthread_mutex_lock(&keeper->lock);
	keeper->told = keeper->known;
	snprintf(keeper->told_why, sizeof(keeper->told_why), "%s", why);
	pthread_mutex_unlock(&keeper->lock);
}

void root_keeper_look(struct root_keeper *keeper, struct root_figures *into)
{
	uint32_t now = clock_age_seconds();
	struct known_copy known;

	memset(into, 0, sizeof(*into));
	pthread_mutex_lock(&keeper->lock);
	known = keeper->told;
	snprintf(into->why, sizeof(into->why), "%s", keeper->told_why);
	pthread_mutex_unlock(&keeper->lock);
	snprintf(into->from, sizeof(into->from), "%s", known.from);
	into->state = !known.enabled ? ROOT_OFF : known.has_copy ? ROOT_IN_FORCE : ROOT_ABSENT;
	if (!known.has_copy)
		return;
	into->serial = known.soa.serial;
	into->age_s = now - known.confirmed_at;
	into->zones = known.zones;
	into->octets = known.octets;
	if ((int32_t)(known.good_until - now) > 0)
		into->left_s = known.good_until - now;
	else
		into->state = ROOT_EXPIRED;
}

/* --- the thread --- */

/* Until it is time to look, or the bell rings. */
static void nap(struct root_keeper *keeper)
{
	struct pollfd bell = { .fd = keeper->bell, .events = POLLIN };
	int32_t left = (int32_t)(keeper->look_at - clock_age_seconds());

	if (left > LONGEST_NAP_S || !keeper->wishes.enabled)
		left = LONGEST_NAP_S;
	if (left > 0)
		(void)poll(&bell, 1, left * 1000);
}

static void *keep(void *subject)
{
	struct root_keeper *keeper = subject;
	bool changed;

	rcu_thread_begin();
	while (take_wishes(keeper, &changed)) {
		if (changed)
			keeper_begin(keeper);
		else if (keeper->wishes.enabled)
			keeper_go_on(keeper);
		nap(keeper);
	}
	rcu_thread_end();
	return NULL;
}

/* Signals are main's. */
static int start_thread(struct root_keeper *keeper)
{
	sigset_t all, before;
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&keeper->thread, NULL, keep, keeper);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed == 0)
		pthread_setname_np(keeper->thread, "root keeper");
	return failed;
}

static void keeper_free(struct root_keeper *keeper)
{
	if (keeper->bell >= 0)
		close(keeper->bell);
	wishes_clear(&keeper->wishes);
	wishes_clear(&keeper->next);
	pthread_mutex_destroy(&keeper->lock);
	free(keeper);
}

struct root_keeper *root_keeper_start(struct root *root, const struct root_wishes *wishes,
				      struct complaint *why)
{
	struct root_keeper *keeper = calloc(1, sizeof(*keeper));
	int failed;

	if (keeper == NULL) {
		complain(why, "no memory for the local root");
		return NULL;
	}
	keeper->root = root;
	pthread_mutex_init(&keeper->lock, NULL);
	keeper->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (keeper->bell < 0) {
		complain(why, "no descriptor for the local root: %s", strerror(errno));
		keeper_free(keeper);
		return NULL;
	}
	root_keeper_configure(keeper, wishes);
	failed = start_thread(keeper);
	if (failed != 0) {
		complain(why, "can't start the local root's thread: %s", strerror(failed));
		keeper_free(keeper);
		return NULL;
	}
	return keeper;
}

void root_keeper_stop(struct root_keeper *keeper)
{
	if (keeper == NULL)
		return;
	pthread_mutex_lock(&keeper->lock);
	keeper->stops = true;
	pthread_mutex_unlock(&keeper->lock);
	ring(keeper);
	pthread_join(keeper->thread, NULL);
	keeper_free(keeper);
}
