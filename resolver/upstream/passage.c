/* SPDX-License-Identifier: MIT */
/* passage.c — who replies, and from what it follows that it isn't the root. */
#include "resolver/upstream/passage.h"

#include <stddef.h>

enum speaker passage_speaker(uint16_t flags)
{
	if ((flags & FLAG_AA) != 0)
		return SPEAKER_ROOT;
	if ((flags & FLAG_RA) != 0)
		return SPEAKER_OTHER;
	/* The root refuses nobody its own name; resolvers that aren't ours to use do. */
	return (flags & MASK_RCODE) != RCODE_NOERROR ? SPEAKER_OTHER : SPEAKER_UNCLEAR;
}

bool passage_is_odd(uint16_t flags, enum reading reading, bool of_root)
{
	bool recurses = (flags & FLAG_RA) != 0 && (flags & FLAG_AA) == 0;

	/* Resolvers refuse those who don't desire recursion; the root refuses nobody. */
	if (of_root)
		return recurses || reading == READS_REFUSED;
	return recurses && (reading == READS_LAME || reading == READS_REFUSED ||
			    reading == READS_SERVER_FAILURE);
}

void interception_suspect(struct interception *interception, uint64_t now_ms)
{
	if (now_ms >= interception->next_probe_ms)
		interception->is_suspected = true;
}

bool interception_wants_probe(const struct interception *interception, uint64_t now_ms)
{
	return (interception->is_suspected || interception->is_certain) &&
	       now_ms >= interception->next_probe_ms;
}

void interception_probed(struct interception *interception, uint64_t now_ms)
{
	uint32_t pause = SUSPICION_PAUSE_MS;

	if (!interception->is_certain) {
		interception->different = 0;    /* one lame server now and one then are no two */
	} else {
		pause = interception->pause_ms != 0 ? 2 * interception->pause_ms : PASSAGE_PAUSE_MS;
		if (pause > MAX_PASSAGE_PAUSE_MS)
			pause = MAX_PASSAGE_PAUSE_MS;
		interception->pause_ms = pause;
	}
	interception->next_probe_ms = now_ms + pause;
}

/* What nobody confirmed is forgotten, until it is raised again. */
void interception_settled(struct interception *interception)
{
	interception->is_suspected = false;
}

static void root_replied(struct interception *interception, uint64_t now_ms)
{
	*interception = (struct interception){ .next_probe_ms = now_ms + SUSPICION_HOLDS_MS };
}

static void note_replaced(struct interception *interception, const struct address *by)
{
	for (unsigned i = 0; i < interception->different; i++) {
		if (address_equal(&interception->replaced[i], by))
			return;
	}
	if (interception->different < INTERCEPTION_ADDRESSES)
		interception->replaced[interception->different++] = *by;
}

void interception_heard(struct interception *interception, const struct address *by,
			enum speaker speaker, uint64_t now_ms)
{
	switch (speaker) {
	case SPEAKER_ROOT:
		root_replied(interception, now_ms);
		return;
	case SPEAKER_OTHER:
		note_replaced(interception, by);
		break;
	case SPEAKER_UNCLEAR:
		return;
	}
	if (interception->different < INTERCEPTION_ADDRESSES || interception->is_certain)
		return;
	interception->is_certain = true;
	interception->next_probe_ms = now_ms + PASSAGE_PAUSE_MS;
	interception->pause_ms = PASSAGE_PAUSE_MS;
}

void interception_network_changed(struct interception *interception)
{
	bool suspected = interception->is_certain || interception->is_suspected;

	*interception = (struct interception){ .is_suspected = suspected };
}

static bool has_no_route(const struct family *family)
{
	return family_is_silent(family) && family->no_route;
}

/* Are the silences so many that it isn't the servers, though our own system sends there? */
static bool is_blocked(const struct family *family)
{
	return family_is_silent(family) && family->probes >= FAMILY_DOWN_PROBES;
}

enum passage passage_of(const struct family *ipv4, const struct family *ipv6,
			const struct interception *interception)
{
	const struct family *const families[] = { ipv4, ipv6 };
	enum passage passage = PASSAGE_DOWN;

	if (interception->is_certain)
		return PASSAGE_INTERCEPTED;
	for (unsigned i = 0; i < 2; i++) {
		if (families[i] == NULL || has_no_route(families[i]))
			continue;
		if (!is_blocked(families[i]))
			return PASSAGE_DIRECT;
		passage = PASSAGE_BLOCKED;
	}
	return passage;
}
