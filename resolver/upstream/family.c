/* SPDX-License-Identifier: MIT */
/* family.c — silences in a row, until somebody replies. */
#include "resolver/upstream/family.h"

#include <stddef.h>

static void forget_silences(struct family *family)
{
	family->silences = 0;
	family->probes = 0;
	family->no_routes = 0;
	family->no_route = false;
	family->different = 0;
}

bool family_heard(struct family *family, const struct address *by, uint32_t now)
{
	bool outage = family->outage;

	if (outage && family->silent_since != 0) {
		family->forgiven_from = family->silent_since;
		family->forgiven_until = now;
	}
	forget_silences(family);
	family->state = FAMILY_UP;
	family->known = true;
	family->outage = false;
	family->silent_since = 0;
	family->heard = *by;
	family->probe_pause_ms = 0;
	return outage;
}

void family_heard_inside(struct family *family, uint32_t now)
{
	family->inside_at = now != 0 ? now : 1;
}

static void remember(struct family *family, const struct address *whom)
{
	for (unsigned i = 0; i < family->different; i++) {
		if (address_equal(&family->silent[i], whom))
			return;
	}
	if (family->different < FAMILY_ADDRESSES)
		family->silent[family->different++] = *whom;
}

static void goes_down(struct family *family)
{
	family->state = FAMILY_DOWN;
	family->outage = true;
}

static void suspect(struct family *family)
{
	if (family->state == FAMILY_UP && family->silences >= FAMILY_SUSPECT_AFTER &&
	    (family->different >= 2 || !family->known))
		family->state = FAMILY_SUSPECT;
	if (family->state == FAMILY_SUSPECT && family->silences >= FAMILY_DOWN_AFTER &&
	    family->different == FAMILY_ADDRESSES && family->probes >= FAMILY_DOWN_PROBES)
		goes_down(family);
}

static void note_silence(struct family *family, const struct address *whom, uint32_t now)
{
	if (family->silent_since == 0)
		family->silent_since = now != 0 ? now : 1;
	if (family->silences < FAMILY_DOWN_AFTER)
		family->silences++;
	family->no_route = false;
	remember(family, whom);
}

void family_silent(struct family *family, const struct address *whom, uint32_t now)
{
	note_silence(family, whom, now);
	suspect(family);
}

void family_probe_silent(struct family *family, const struct address *whom, uint32_t now)
{
	if (family->probes < FAMILY_DOWN_AFTER)
		family->probes++;
	family_silent(family, whom, now);
}

void family_has_no_route(struct family *family, const struct address *whom, uint32_t now)
{
	family_silent(family, whom, now);
	family->no_route = true;
	if (family->no_routes < FAMILY_DOWN_AFTER)
		family->no_routes++;
	if (!family->known || (family->no_routes == family->silences &&
			       family->different == FAMILY_ADDRESSES))
		goes_down(family);
}

void family_network_changed(struct family *family, uint32_t now)
{
	if (family->silences != 0)
		family->outage = true;          /* whatever it was, it was the old network's */
	if (family->state == FAMILY_DOWN)
		family->state = FAMILY_SUSPECT;
	forget_silences(family);
	family->known = false;
	family->heard.family = 0;
	family->inside_at = 0;
	family->next_probe_ms = 0;
	family->probe_pause_ms = 0;
}

bool family_is_silent(const struct family *family)
{
	return family->outage || (family->state == FAMILY_SUSPECT && family->probes != 0);
}

static bool inside_replies(const struct family *family)
{
	return family->inside_at != 0 && family->inside_at >= family->silent_since;
}

bool family_blames_servers(const struct family *family, bool inside)
{
	return family->state != FAMILY_DOWN || (inside && inside_replies(family));
}

static bool was_in_outage(const struct family *family, uint32_t when)
{
	if (family->outage && family->silent_since != 0 && when >= family->silent_since)
		return true;
	return family->forgiven_from != 0 && when >= family->forgiven_from &&
	       when <= family->forgiven_until;
}

void family_forgive(const struct family *family, bool inside, struct server *server)
{
	if (server->silent_at == 0 || !was_in_outage(family, server->silent_at))
		return;
	if (inside && family->outage && inside_replies(family))
		return;
	server->silences = 0;
	server->avoid_until = 0;
	server->silent_at = 0;
}

bool family_wants_probe(const struct family *family, uint64_t now_ms)
{
	return family->state != FAMILY_UP && now_ms >= family->next_probe_ms;
}

void family_was_cleared(struct family *family, uint64_t now_ms)
{
	family->next_probe_ms = now_ms + PROBE_HOLDS_MS;
}

/* While it is only suspected, and while there is nothing else, each second counts. */
void family_probed(struct family *family, bool alone, uint64_t now_ms)
{
	uint32_t pause = PROBE_PAUSE_MS;

	if (!alone && family->state == FAMILY_DOWN && family->probe_pause_ms != 0)
		pause = family->probe_pause_ms * 2;
	if (pause > MAX_PROBE_PAUSE_MS)
		pause = MAX_PROBE_PAUSE_MS;
	family->probe_pause_ms = pause;
	family->next_probe_ms = now_ms + pause;
}
