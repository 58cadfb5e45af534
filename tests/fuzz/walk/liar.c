/* SPDX-License-Identifier: MIT */
/* liar.c — servers that say what the script wants: well-formed lies first, then octets changed.
 *
 * Octet 0: the kind of reply. 1: flags. 2: delay and TTL. 3, 4: what it is about. 5: how many
 * records more, and whether octets are changed. 6 to 26: those records. 27 to 31: the changes. */
#include <stdlib.h>

#include "cache/base/must.h"
#include "tests/fuzz/walk/script.h"

enum kind {
	SAYS_DATA, SAYS_DATA_TOO, REFERS, REFERS_TOO, SAYS_ALIAS, SAYS_DNAME, DENIES_NAME,
	DENIES_TYPE, SAYS_NOTHING, IS_SILENT, IS_LOST, SENDS_OCTETS, REFERS_WITHOUT_GLUE,
	SAYS_ERROR, IS_TRUNCATED, SAYS_MUCH, KINDS
};
enum {
	WITHOUT_AA = 0x01, WITH_RA = 0x02, WITHOUT_EDNS = 0x04, OTHER_LETTERS = 0x08,
	HAS_COOKIE = 0x10, WRONG_COOKIE = 0x20, WRONG_QUESTION = 0x40, WITHOUT_QUESTION = 0x80,
	MOST_MORE = 7, CHANGES_OCTETS = 0x40, IS_CUT_SHORT = 0x80,
};

static const uint16_t delays_ms[] = { 10, 0, 30, 100, 200, 500, 1000, 2500 };

static enum kind kind_of(const uint8_t *script)
{
	return (enum kind)(script[0] % KINDS);
}

static uint32_t delay_of(const uint8_t *script)
{
	return delays_ms[script[2] & 7];
}

/* The name itself, or one of those above it; never the root. */
static void ancestor_of(const struct name *name, uint8_t which, struct name *into)
{
	unsigned labels = name_labels(name);

	name_ancestor(name, labels == 0 ? 0 : labels - which % labels, into);
}

/* A record's data, as its type wants it: a name, an address, a number. */
static void say_data(struct said_record *record, uint8_t what)
{
	const struct name *name = alphabet_name(what);
	const struct address *address = alphabet_address(what);

	switch (record->type) {
	case TYPE_A:
	case TYPE_AAAA:
		while (address->family != (record->type == TYPE_A ? 4 : 6))
			address = alphabet_address(++what);
		said_octets(record, address_octets(address).at, address_octets(address).length);
		return;
	case TYPE_NS:
	case TYPE_CNAME:
	case TYPE_DNAME:
		said_name(record, name);
		return;
	case TYPE_SOA:
		said_name(record, name);
		said_name(record, name);
		for (unsigned i = 0; i < 4; i++)
			said_number(record, what);
		said_number(record, alphabet_ttl(what));
		return;
	case TYPE_MX:
		said_octets(record, "\0\12", 2);
		said_name(record, name);
		return;
	case TYPE_TXT:
		said_octets(record, "\5\0\0lie", 6);
		return;
	case TYPE_NSEC:
		said_name(record, name);
		said_octets(record, "\0\1\x62", 3);
		return;
	case TYPE_RRSIG:
		said_number(record, (uint32_t)alphabet_type(what) << 16 | 13u << 8 | (what & 7));
		for (unsigned i = 0; i < 3; i++)
			said_number(record, alphabet_ttl(what));
		said_octets(record, "\1\2", 2);
		said_name(record, name);
		said_octets(record, "signature", 9);
		return;
	case TYPE_DS:
		said_octets(record, "\1\2\15\2a digest of thirty-two octets, it", 36);
		return;
	default:
		said_octets(record, &what, 1);
	}
}

static void say(struct said *said, enum section section, const struct name *owner, uint16_t type,
		const uint8_t *script, uint8_t what)
{
	say_data(said_add(said, section, owner, type, alphabet_ttl(script[2] >> 3)), what);
}

static void say_ns(struct said *said, const uint8_t *script, bool with_glue)
{
	struct name owner;
	const struct name *server = alphabet_name(script[4]);

	ancestor_of(&said->question.name, script[3], &owner);
	say(said, SECTION_AUTHORITY, &owner, TYPE_NS, script, script[4]);
	if ((script[3] & 0x40) != 0)
		say(said, SECTION_AUTHORITY, &owner, TYPE_NS, script, (uint8_t)(script[4] * 3));
	if (with_glue) {
		say(said, SECTION_ADDITIONAL, server, TYPE_A, script, script[3] >> 4);
		say(said, SECTION_ADDITIONAL, server, TYPE_AAAA, script, script[4] >> 4);
	}
}

static void say_dname(struct said *said, const uint8_t *script)
{
	struct name owner, target;

	ancestor_of(&said->question.name, (uint8_t)(script[3] | 1), &owner);
	say(said, SECTION_ANSWER, &owner, TYPE_DNAME, script, script[4]);
	if ((script[3] & 0x80) == 0 || name_equal(&owner, &said->question.name) ||
	    !name_substitute(&said->question.name, &owner, alphabet_name(script[4]), &target))
		return;
	said_name(said_add(said, SECTION_ANSWER, &said->question.name, TYPE_CNAME,
			   alphabet_ttl(script[2] >> 3)), &target);
}

static void deny(struct said *said, const uint8_t *script, uint16_t rcode)
{
	struct name zone;

	said->flags |= rcode;
	ancestor_of(&said->question.name, script[3], &zone);
	if ((script[3] & 0x80) == 0)
		said_soa(said, &zone, alphabet_ttl(script[2] >> 3), alphabet_ttl(script[4]));
}

/* Whatever else the script wants to slip in: three octets a record. */
static void say_more(struct said *said, const uint8_t *script)
{
	for (unsigned i = 0; i < (script[5] & MOST_MORE); i++) {
		const uint8_t *at = script + 6 + i * 3;
		enum section section = (enum section)((at[1] >> 4) % SECTIONS);
		struct name owner = *alphabet_name(at[0]);

		if ((at[0] & 0xc0) == 0xc0)     /* the question's own name, or one above */
			ancestor_of(&said->question.name, at[0] & 7, &owner);
		say(said, section, &owner, alphabet_type(at[1]), script, at[2]);
	}
}

static void say_kind(struct said *said, const uint8_t *script)
{
	const struct question *question = &said->question;

	switch (kind_of(script)) {
	case SAYS_DATA:
	case SAYS_DATA_TOO:
	case SAYS_MUCH:
		say(said, SECTION_ANSWER, &question->name, question->type, script, script[4]);
		break;
	case REFERS:
	case REFERS_TOO:
		say_ns(said, script, true);
		break;
	case REFERS_WITHOUT_GLUE:
		say_ns(said, script, false);
		break;
	case SAYS_ALIAS:
		say(said, SECTION_ANSWER, &question->name, TYPE_CNAME, script, script[4]);
		break;
	case SAYS_DNAME:
		say_dname(said, script);
		break;
	case DENIES_NAME:
		deny(said, script, RCODE_NXDOMAIN);
		break;
	case DENIES_TYPE:
		deny(said, script, RCODE_NOERROR);
		break;
	case SAYS_ERROR:
		said->flags |= script[3] & MASK_RCODE;
		said->extended_rcode = script[4] & 1;
		break;
	case IS_TRUNCATED:
		said->flags |= FLAG_TC;
		break;
	case SAYS_NOTHING:
	case IS_SILENT:
	case IS_LOST:
	case SENDS_OCTETS:
	case KINDS:
		break;
	}
}

/* A reply that only differs from a well-formed one in a few octets gets further than noise. */
static struct bytes change(struct bytes message, const uint8_t *script)
{
	uint8_t *octets = (uint8_t *)message.at;

	if ((script[5] & CHANGES_OCTETS) != 0) {
		octets[load_u16(script + 27) % message.length] = script[29];
		octets[(script[28] + script[30]) % message.length] ^= script[31];
	}
	if ((script[5] & IS_CUT_SHORT) != 0)
		message.length = script[31] % message.length;
	return message;
}

static struct bytes octets_of(const uint8_t *script)
{
	uint8_t *octets = malloc(REACTION_OCTETS - 3);

	must(octets != NULL);
	memcpy(octets, script + 3, REACTION_OCTETS - 3);
	return bytes_of(octets, REACTION_OCTETS - 3);
}

struct bytes liar_says(const uint8_t *script, const struct exchange_request *request)
{
	static struct said said;

	if (kind_of(script) == SENDS_OCTETS)
		return octets_of(script);
	said_begin(&said, &request->question,
		   (script[1] & WITHOUT_EDNS) == 0 && !request->without_edns);
	said.no_question = (script[1] & WITHOUT_QUESTION) != 0;
	if ((script[1] & WITHOUT_AA) == 0)
		said.flags |= FLAG_AA;
	if ((script[1] & WITH_RA) != 0)
		said.flags |= FLAG_RA;
	if (kind_of(script) == REFERS)
		said.flags &= (uint16_t)~FLAG_AA;
	say_more(&said, script);
	say_kind(&said, script);
	if ((script[1] & WRONG_QUESTION) != 0)
		said.question.name = *alphabet_name(script[3]);
	return change(said_write(&said, kind_of(script) == SAYS_MUCH ? script[3] * 8u : 1), script);
}

/* By UDP nothing is reset; by TCP nothing strays (exchange.h). */
static enum exchange_outcome loss_of(const uint8_t *script, const struct exchange_request *request)
{
	switch (script[3] & 3) {
	case 0:
		return EXCHANGE_UNREACHABLE;
	case 1:
		return request->transport == OVER_UDP ? EXCHANGE_STRAYED : EXCHANGE_SILENT;
	case 2:
		return request->transport == OVER_UDP || request->alone ? EXCHANGE_SILENT
									: EXCHANGE_RESET;
	default:
		return EXCHANGE_SILENT;
	}
}

bool liar_loses(const uint8_t *script, const struct exchange_request *request,
		struct fake_reaction *into)
{
	*into = (struct fake_reaction){ .outcome = EXCHANGE_SILENT, .after_ms = delay_of(script) };
	if (kind_of(script) != IS_LOST)
		return kind_of(script) == IS_SILENT;
	into->outcome = loss_of(script, request);
	into->findings.no_route = (script[3] & 0x40) != 0 &&
				  into->outcome == EXCHANGE_UNREACHABLE;
	return true;
}

void liar_delivers(const uint8_t *script, const struct exchange_request *request,
		   struct fake_reaction *reaction)
{
	enum fake_cookie cookie = (script[1] & HAS_COOKIE) != 0 ? COOKIE_OF_ITS_OWN :
				  (script[1] & WRONG_COOKIE) != 0 ? COOKIE_OF_ANOTHER :
								    COOKIE_OF_NONE;

	reaction->after_ms = delay_of(script);
	fake_judge(request, (script[1] & OTHER_LETTERS) != 0, cookie, reaction);
}
