/* SPDX-License-Identifier: MIT */
/* rdata.c — one table of layouts, and what reads by it.
 *
 * A layout is a string of fields: N a name that may come compressed, n a name that may not, 1 2 4
 * so many octets, A sixteen of them (an AAAA's), s a character-string, * the rest, whatever it
 * is. */
#include "cache/rdata.h"

#include <string.h>

#include "cache/base/must.h"

enum field {
	END = 0,
	NAME = 'N',                     /* RFC 1035's types, and those of before RFC 3597 */
	PLAIN_NAME = 'n',
	OCTET = '1',
	TWO = '2',
	FOUR = '4',
	SIXTEEN = 'A',
	STRING = 's',
	REST = '*',
};

/* RFC 3597 §4: decompress the types of RFC 1035, and RP, AFSDB, RT, SIG, PX, NXT, NAPTR, SRV.
 * Names in newer types must not be compressed, but senders exist that do. */
static const struct layout {
	uint16_t    type;
	bool        compressible;
	const char *fields;
} layouts[] = {
	{ TYPE_A,      false, "4" },
	{ TYPE_NS,     true,  "N" },
	{ TYPE_MD,     true,  "N" },
	{ TYPE_MF,     true,  "N" },
	{ TYPE_CNAME,  true,  "N" },
	{ TYPE_SOA,    true,  "NN44444" },
	{ TYPE_MB,     true,  "N" },
	{ TYPE_MG,     true,  "N" },
	{ TYPE_MR,     true,  "N" },
	{ TYPE_PTR,    true,  "N" },
	{ TYPE_MINFO,  true,  "NN" },
	{ TYPE_MX,     true,  "2N" },
	{ TYPE_RP,     false, "NN" },
	{ TYPE_AFSDB,  false, "2N" },
	{ TYPE_RT,     false, "2N" },
	{ TYPE_SIG,    false, "2114442N*" },
	{ TYPE_PX,     false, "2NN" },
	{ TYPE_AAAA,   false, "A" },
	{ TYPE_NXT,    false, "N*" },
	{ TYPE_SRV,    false, "222N" },
	{ TYPE_NAPTR,  false, "22sssN" },
	{ TYPE_KX,     false, "2N" },
	{ TYPE_DNAME,  false, "N" },
	{ TYPE_DS,     false, "211*" },
	{ TYPE_RRSIG,  false, "2114442n*" },
	{ TYPE_NSEC,   false, "n*" },
	{ TYPE_DNSKEY, false, "211*" },
	{ TYPE_NSEC3,  false, "112ss*" },
	{ TYPE_SVCB,   false, "2n*" },
	{ TYPE_HTTPS,  false, "2n*" },
};

static const struct layout *find_layout(uint16_t type)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		if (layouts[i].type == type)
			return &layouts[i];
	}
	return NULL;
}

bool rdata_is_compressible(uint16_t type)
{
	const struct layout *layout = find_layout(type);

	return layout != NULL && layout->compressible;
}

/* Octets of a field that isn't a name; a string's length stands in its first octet. */
static size_t field_size(enum field field, const struct cursor *at)
{
	switch (field) {
	case OCTET:
		return 1;
	case TWO:
		return 2;
	case FOUR:
		return 4;
	case SIXTEEN:
		return 16;
	case STRING:
		return cursor_left(at) == 0 ? 1 : 1 + (size_t)at->start[at->position];
	case REST:
		return cursor_left(at);
	case END:
	case NAME:
	case PLAIN_NAME:
		break;
	}
	unreachable();
}

static void expand_field(enum field field, struct cursor *at, struct writer *into)
{
	struct name name;

	if (field != NAME && field != PLAIN_NAME) {
		put_bytes(into, take_bytes(at, field_size(field, at)));
		return;
	}
	size_t before = at->position;

	name_read(at, &name);
	if (cursor_is_good(at) && field == PLAIN_NAME && at->position - before != name.length)
		cursor_fail(at);                /* a pointer where none may be */
	if (cursor_is_good(at))
		name_write(into, &name);
}

void rdata_expand(struct bytes message, const struct record *record, struct writer *into)
{
	const struct layout *layout = find_layout(record->type);
	/* A name may point back to before the data, but nothing is read beyond its end. */
	size_t end = record->rdata_position + record->rdata.length;
	struct cursor at = cursor_over(bytes_of(message.at, end));

	if (layout == NULL) {
		put_bytes(into, record->rdata);
		return;
	}
	at.position = record->rdata_position;
	for (const char *field = layout->fields; *field != END; field++)
		expand_field((enum field)*field, &at, into);
	if (!cursor_is_good(&at) || cursor_left(&at) != 0)
		into->failed = true;
}

/* Of the types whose names are never compressed RFC 4034 has RRSIG alone. */
static bool has_small_letters(uint16_t type, enum field field)
{
	return field == NAME || (field == PLAIN_NAME && type == TYPE_RRSIG);
}

void rdata_lower(uint16_t type, uint8_t *rdata, size_t length)
{
	const struct layout *layout = find_layout(type);
	struct cursor at = cursor_over(bytes_of(rdata, length));

	for (const char *next = layout == NULL ? "" : layout->fields; *next != END; next++) {
		enum field field = (enum field)*next;
		size_t begins = at.position;
		struct name name;

		if (field != NAME && field != PLAIN_NAME) {
			(void)take_bytes(&at, field_size(field, &at));
			continue;
		}
		name_read(&at, &name);
		/* A length octet is below 64, so it is no letter. */
		for (size_t i = begins; has_small_letters(type, field) && i < at.position; i++)
			rdata[i] = letter_lower(rdata[i]);
	}
}

bool rdata_name(struct bytes rdata, struct name *into)
{
	struct cursor at = cursor_over(rdata);

	name_read(&at, into);
	return cursor_is_good(&at) && cursor_left(&at) == 0;
}

uint32_t rdata_soa_minimum(struct bytes rdata)
{
	must(rdata.length >= 4);
	return load_u32(rdata.at + rdata.length - 4);
}

uint16_t rdata_covered_type(struct bytes rdata)
{
	must(rdata.length >= 2);
	return load_u16(rdata.at);
}

bool rdata_next_part(uint16_t type, struct cursor *rdata, unsigned *field, struct rdata_part *into)
{
	const struct layout *layout = rdata_is_compressible(type) ? find_layout(type) : NULL;

	if (cursor_left(rdata) == 0)
		return false;
	*into = (struct rdata_part){ .is_name = false };
	if (layout == NULL) {
		into->octets = take_rest(rdata);
		return true;
	}
	char next = layout->fields[*field];

	if (next == END) {
		into->octets = take_rest(rdata);        /* more than its type has */
		return true;
	}
	(*field)++;
	into->is_name = next == NAME;
	if (into->is_name)
		name_read(rdata, &into->name);
	else
		into->octets = take_bytes(rdata, field_size((enum field)next, rdata));
	return true;
}
