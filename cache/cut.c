/* SPDX-License-Identifier: MIT */
/* cut.c — cuts grow, age, and are packed into flat octets for the store and the disk.
 *
 * Packed: u8 version, u32 stored_at, u32 ttl, u8 source, u8 security, zone, u8 servers, per
 * server its name, u8 addresses, per address u8 family, u16 port, 4 or 16 octets; then u16
 * length and the DS set. A name is u8 length and its octets. */
#include "cache/cut.h"

#include "cache/base/cursor.h"
#include "cache/base/must.h"

enum { CUT_VERSION = 1 };

uint32_t cut_ttl_left(const struct cut *cut, uint32_t now)
{
	int32_t age = (int32_t)(now - cut->stored_at);

	if (age < 0)
		age = 0;
	return (uint32_t)age < cut->ttl ? cut->ttl - (uint32_t)age : 0;
}

static struct cut_server *find_server(struct cut *cut, const struct name *server)
{
	for (unsigned i = 0; i < cut->server_count; i++) {
		struct cut_server *at = &cut->servers[i];

		if (name_is_set(&at->name) && name_equal(&at->name, server))
			return at;
	}
	return NULL;
}

void cut_add_address(struct cut *cut, const struct name *server, const struct address *address)
{
	struct cut_server *at = find_server(cut, server);

	if (at == NULL)
		return;
	if (at->address_count == MAX_ADDRESSES_PER_SERVER)
		return;
	for (unsigned i = 0; i < at->address_count; i++) {
		if (address_equal(&at->addresses[i], address))
			return;
	}
	at->addresses[at->address_count++] = *address;
}

void cut_add_server(struct cut *cut, const struct name *server)
{
	if (find_server(cut, server) != NULL)
		return;
	if (cut->server_count == MAX_SERVERS_PER_CUT)
		return;
	cut->servers[cut->server_count++] = (struct cut_server){ .name = *server };
}

static void put_name(struct writer *writer, const struct name *name)
{
	put_u8(writer, name->length);
	put_bytes(writer, name_bytes(name));
}

static void put_server(struct writer *writer, const struct cut_server *server)
{
	put_name(writer, &server->name);
	put_u8(writer, server->address_count);
	for (unsigned i = 0; i < server->address_count; i++) {
		put_u8(writer, server->addresses[i].family);
		put_u16(writer, server->addresses[i].port);
		put_bytes(writer, address_octets(&server->addresses[i]));
	}
}

size_t cut_pack(const struct cut *cut, uint8_t into[CUT_PACKED_SIZE])
{
	struct writer writer = writer_over(into, CUT_PACKED_SIZE);

	must(!cut->over_tls);           /* it would come back as one that may be asked in clear */
	put_u8(&writer, CUT_VERSION);
	put_u32(&writer, cut->stored_at);
	put_u32(&writer, cut->ttl);
	put_u8(&writer, (uint8_t)cut->source);
	put_u8(&writer, (uint8_t)cut->security);
	put_name(&writer, &cut->zone);
	put_u8(&writer, cut->server_count);
	for (unsigned i = 0; i < cut->server_count; i++)
		put_server(&writer, &cut->servers[i]);
	put_u16(&writer, cut->ds_length);
	put_bytes(&writer, bytes_of(cut->ds, cut->ds_length));
	return writer_is_good(&writer) ? writer.position : 0;
}

uint32_t cut_packed_ttl_left(struct bytes packed, uint32_t now)
{
	struct cursor at = cursor_over(packed);
	struct cut frame;

	cursor_skip(&at, 1);
	frame.stored_at = take_u32(&at);
	frame.ttl = take_u32(&at);
	return cursor_is_good(&at) ? cut_ttl_left(&frame, now) : 0;
}

void cut_packed_cap(uint8_t *packed, uint32_t max_ttl)
{
	uint8_t *ttl = packed + 1 + 4;

	if (load_u32(ttl) > max_ttl)
		store_u32(ttl, max_ttl);
}

bool cut_packed_is_of(struct bytes packed, const struct name *zone)
{
	struct cursor at = cursor_over(packed);
	struct bytes octets;

	cursor_skip(&at, 1 + 4 + 4 + 1 + 1);
	octets = take_bytes(&at, take_u8(&at));
	if (octets.length != zone->length)
		return false;
	for (unsigned i = 0; i < zone->length; i++) {
		if (letter_lower(octets.at[i]) != letter_lower(zone->octets[i]))
			return false;
	}
	return true;
}

/* A name without pointers, as put_name() left it. */
static void take_name(struct cursor *packed, struct name *into)
{
	size_t length = take_u8(packed);
	struct cursor octets = cursor_over(take_bytes(packed, length));

	into->length = 0;
	if (length == 0)
		return;
	name_read(&octets, into);
	if (!cursor_is_good(&octets) || cursor_left(&octets) != 0 || into->length != length)
		cursor_fail(packed);
}

static void take_address(struct cursor *packed, struct address *into)
{
	uint8_t family = take_u8(packed);
	uint16_t port = take_u16(packed);
	struct bytes octets = take_bytes(packed, family == 4 ? 4 : 16);

	if (family != 4 && family != 6)
		cursor_fail(packed);
	if (!cursor_is_good(packed))
		return;
	*into = family == 4 ? address_v4(octets.at, port) : address_v6(octets.at, port);
}

static void take_server(struct cursor *packed, struct cut_server *into)
{
	take_name(packed, &into->name);
	into->address_count = take_u8(packed);
	if (into->address_count > MAX_ADDRESSES_PER_SERVER)
		cursor_fail(packed);
	for (unsigned i = 0; cursor_is_good(packed) && i < into->address_count; i++)
		take_address(packed, &into->addresses[i]);
	if (!name_is_set(&into->name) && into->address_count == 0)
		cursor_fail(packed);            /* neither a name nor an address: nobody */
}

/* The DS set: lengths and data that fill it exactly. */
static void take_ds(struct cursor *packed, struct cut *into)
{
	struct cursor set;

	into->ds_length = take_u16(packed);
	if (into->ds_length > sizeof(into->ds))
		cursor_fail(packed);
	set = cursor_over(take_bytes(packed, into->ds_length));
	if (!cursor_is_good(packed))
		return;
	if (into->ds_length != 0)
		memcpy(into->ds, set.start, into->ds_length);
	while (cursor_left(&set) != 0)
		cursor_skip(&set, take_u16(&set));
	if (!cursor_is_good(&set))
		cursor_fail(packed);
}

bool cut_unpack(struct bytes packed, struct cut *into)
{
	struct cursor at = cursor_over(packed);
	uint8_t source, security;

	memset(into, 0, sizeof(*into));
	if (take_u8(&at) != CUT_VERSION)
		return false;
	into->stored_at = take_u32(&at);
	into->ttl = take_u32(&at);
	source = take_u8(&at);
	security = take_u8(&at);
	if (source > CUT_FROM_FORWARD || security > SECURITY_BOGUS)
		return false;
	into->source = (enum cut_source)source;
	into->security = (enum security)security;
	take_name(&at, &into->zone);
	into->server_count = take_u8(&at);
	if (into->server_count > MAX_SERVERS_PER_CUT)
		return false;
	for (unsigned i = 0; cursor_is_good(&at) && i < into->server_count; i++)
		take_server(&at, &into->servers[i]);
	take_ds(&at, into);
	return cursor_is_good(&at) && cursor_left(&at) == 0 && name_is_set(&into->zone);
}
