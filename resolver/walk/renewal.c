/* SPDX-License-Identifier: MIT */
/* renewal.c — what is known of a zone's keys is asked for again before what it says is called
 * bogus.
 *
 * RFC 6781 §4.1 has zones keep old keys for as long as others may remember them. Not all do: some
 * change their keys, their operator or their mind from one minute to the next, and for those who
 * remember they would be bogus until the TTL of DNSKEY or DS ends, a day perhaps. First the keys
 * are asked for anew; if they don't fit the DS that is known, the way is walked again from the
 * parent, who tells of servers and DS. Each at most once in RENEWAL_PAUSE_S: who is bogus for good
 * costs a few queries more in a minute. */
#include "cache/base/limits.h"
#include "resolver/walk/walk_private.h"

/* Nothing was signed by a key that is known. */
static bool may_be_of_newer_keys(const struct verdict *verdict)
{
	return verdict->security == SECURITY_BOGUS &&
	       (verdict->ede == EDE_DNSKEY_MISSING || verdict->ede == EDE_RRSIGS_MISSING);
}

bool renewal_of_keys(struct walk *w)
{
	struct zone_keys *keys = w->chain.keys;
	uint32_t now = w->walks->loop->now_s;

	if (keys == NULL || !may_be_of_newer_keys(&w->judged.verdict) || !walk_may_keep(w) ||
	    now - keys->asked_at < RENEWAL_PAUSE_S)
		return false;
	keys->asked_at = now;
	return chain_ask_keys_again(w);
}

bool renewal_of_cut(struct walk *w)
{
	const struct cut *cut = &w->route.cut;

	if (w->judged.verdict.security != SECURITY_BOGUS || !chain_is_for_own_keys(w) ||
	    !name_equal(&cut->zone, &w->put.name) || !w->route.from_cache || w->route.configured ||
	    name_is_root(&cut->zone) || !walk_may_keep(w) ||
	    w->walks->loop->now_s - cut->stored_at < RENEWAL_PAUSE_S)
		return false;
	w->from_parent = true;
	return true;
}
