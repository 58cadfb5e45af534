/* SPDX-License-Identifier: MIT */
/* script.c — the parts of a script, and the alphabet in which it is written. */
#include "tests/fuzz/walk/script.h"

#include "cache/base/must.h"

static const char *const texts[] = {
	"evil.", "www.evil.", "ns.evil.", "a.evil.", "b.a.evil.", "ns.a.evil.",
	"other.", "www.other.", "ns.other.", "evil.shop.", "www.evil.shop.", "ns.evil.shop.",
	"victim.", "www.victim.", "ns1.victim.", "alias.victim.", "out.victim.", "no.victim.",
	"x.old.victim.", "w.sub.victim.", "a.b.deep.victim.", "shop.", "bank.shop.",
	"www.bank.shop.", "pay.bank.shop.", "ns.shop.", ".", "a.root.",
	"c.d.e.f.g.h.i.j.k.l.m.n.o.p.evil.",
	"twenty-octets-in-all.twenty-octets-in-all.twenty-octets-in-all.twenty-octets-in-all."
	"twenty-octets-in-all.twenty-octets-in-all.twenty-octets-in-all.twenty-octets-in-all."
	"twenty-octets-in-all.twenty-octets-in-all.twenty.evil.",
	"old.victim.", "net.",
};
static const uint16_t types[ALPHABET_TYPES] = {
	TYPE_A, TYPE_A, TYPE_AAAA, TYPE_NS, TYPE_CNAME, TYPE_DNAME, TYPE_SOA, TYPE_DS,
	TYPE_TXT, TYPE_NSEC, TYPE_RRSIG, TYPE_ANY, TYPE_MX, TYPE_NSEC3, TYPE_HTTPS, 65280,
};
static const char *const addresses[] = {
	"198.51.100.1", "198.51.100.2", "2001:db8:bad::1", "198.51.100.3",
	"2001:db8:bad::2", "192.0.2.1", "198.41.0.4", "127.0.0.1",
	"198.51.100.4", "192.0.2.3", "0.0.0.0", "198.51.100.5",
	"2001:db8:bad::3", "198.51.100.6", "192.0.2.5", "198.51.100.7",
};
static const uint32_t ttls[] = { 300, 0, 1, 4, 60, 3600, 86400, 604800, UINT32_MAX, 7200, 5, 30,
				 INT32_MAX, 10, 600, 100000 };

enum {
	NAMES = sizeof(texts) / sizeof(texts[0]),
	ADDRESSES = sizeof(addresses) / sizeof(addresses[0]),
	TTLS = sizeof(ttls) / sizeof(ttls[0]),
};

static struct name names[NAMES];
static struct address parsed[ADDRESSES];

void alphabet_init(void)
{
	for (unsigned i = 0; i < NAMES; i++)
		must(name_parse(texts[i], &names[i]));
	for (unsigned i = 0; i < ADDRESSES; i++)
		must(address_parse(addresses[i], DNS_PORT, &parsed[i]));
}

const struct name *alphabet_name(uint8_t letter)
{
	return &names[letter % NAMES];
}

uint16_t alphabet_type(uint8_t letter)
{
	return types[letter % ALPHABET_TYPES];
}

const struct address *alphabet_address(uint8_t letter)
{
	return &parsed[letter % ADDRESSES];
}

uint32_t alphabet_ttl(uint8_t letter)
{
	return ttls[letter % TTLS];
}

bool script_read(const uint8_t *octets, size_t length, struct script *into)
{
	if (length < HEAD_OCTETS + ASK_OCTETS)
		return false;
	*into = (struct script){ .head = octets, .ask_count = 1 + octets[2] % MOST_ASKS,
				 .asks = octets + HEAD_OCTETS };
	length -= HEAD_OCTETS;
	while (into->ask_count * ASK_OCTETS > length)
		into->ask_count--;
	into->reactions = into->asks + into->ask_count * ASK_OCTETS;
	into->reaction_count = (length - into->ask_count * ASK_OCTETS) / REACTION_OCTETS;
	return true;
}

void script_next(struct script *script, uint8_t into[REACTION_OCTETS])
{
	size_t round, which;

	memset(into, 0, REACTION_OCTETS);
	if (script->reaction_count == 0)
		return;
	round = script->used / script->reaction_count;
	which = script->used++ % script->reaction_count;
	memcpy(into, script->reactions + which * REACTION_OCTETS, REACTION_OCTETS);
	into[3] = (uint8_t)(into[3] + round);
	into[4] = (uint8_t)(into[4] + round * 5);
}
