/* SPDX-License-Identifier: MIT */
/* passage.h — does this network let us through to the root's servers, or is somebody in the way?
 *
 * Hotels, offices and portals drop what is sent to port 53, or answer it themselves whomever it was
 * sent to: a recursive resolver then speaks in the root's place. To us every server looks dead or
 * lame, and none is.
 *
 * Blocked is nobody's word: all families are silent, probes too, though there are routes. That
 * somebody intercepts is first suspected, of any reply that its server had no business to give
 * (RA without AA): there are such servers. Then two of the root's are asked for the root's servers,
 * with recursion desired. Each knows that by itself and never recurses; two that don't, and none
 * that does, aren't the root's.
 *
 * Pure: plain values per thread; whoever sends the probes is walk/bypass.c. */
#ifndef XYLEM_UPSTREAM_PASSAGE_H
#define XYLEM_UPSTREAM_PASSAGE_H

#include "resolver/upstream/family.h"
#include "resolver/upstream/reply.h"

enum passage {
	PASSAGE_DIRECT,                 /* as far as anybody knows */
	PASSAGE_DOWN,                   /* no route: no network at all */
	PASSAGE_BLOCKED,
	PASSAGE_INTERCEPTED,
};

enum {
	INTERCEPTION_ADDRESSES = 2,     /* so many of the root's, all replaced, are no accident */
	SUSPICION_PAUSE_MS     = 1000,  /* nobody replied: not looked into again so soon … */
	SUSPICION_HOLDS_MS     = 10000, /* … nor when the root itself replied */
	PASSAGE_PAUSE_MS       = 2000,  /* from probe to probe while intercepted, doubling … */
	MAX_PASSAGE_PAUSE_MS   = 60000, /* … up to this */
};

/* All zeros: nothing suspected. */
struct interception {
	bool           is_suspected;
	bool           is_certain;
	unsigned       different;       /* of the root's addresses others answered for lately */
	struct address replaced[INTERCEPTION_ADDRESSES];
	uint64_t       next_probe_ms;   /* timer clock */
	uint32_t       pause_ms;
};

/* Who says such a thing? Of replies to a probe. */
enum speaker {
	SPEAKER_ROOT,                   /* it owns what it says */
	SPEAKER_OTHER,                  /* a resolver, or somebody who won't: not the root */
	SPEAKER_UNCLEAR,
};
enum speaker passage_speaker(uint16_t flags);

/* Should a reply to a walk make us look? `of_root`: it was asked as a server of the root. */
bool passage_is_odd(uint16_t flags, enum reading reading, bool of_root);

/* An odd reply. Ignored while it has just been looked into. */
void interception_suspect(struct interception *interception, uint64_t now_ms);

/* Is it time for probes? Then they are sent, to INTERCEPTION_ADDRESSES different ones at once, and
 * this is told; and when each has brought a reply or none. */
bool interception_wants_probe(const struct interception *interception, uint64_t now_ms);
void interception_probed(struct interception *interception, uint64_t now_ms);
void interception_settled(struct interception *interception);

/* A reply to one, from (as it seems) a root server at that address. */
void interception_heard(struct interception *interception, const struct address *by,
			enum speaker speaker, uint64_t now_ms);

/* What was certain is only suspected now, and looked into at once. */
void interception_network_changed(struct interception *interception);

/* The families in use; NULL: not used. */
enum passage passage_of(const struct family *ipv4, const struct family *ipv6,
			const struct interception *interception);

#endif
