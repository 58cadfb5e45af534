/* SPDX-License-Identifier: MIT */
/* denial.c — gaps between names, and a zone's gaps as one run of octets in canonical order.
 *
 * Packed: zone, then per gap u16 length of what follows, u32 stored_at, u32 ttl, owner, next,
 * the proof. A name is u8 length and its octets. The octets are ours alone: never from a disk. */
#include "cache/denial.h"

#include "cache/base/must.h"

bool denial_covers(const struct denial *denial, const struct name *name)
{
	if (!name_is_in(name, &denial->zone))
		return false;
	if (name_compare(&denial->owner, name) >= 0)
		return false;
	/* The last NSEC of a zone names its apex: all that comes after the owner is in the gap. */
	if (name_equal(&denial->next, &denial->zone))
		return true;
	return name_compare(name, &denial->next) < 0;
}

uint32_t denial_ttl_left(const struct denial *denial, uint32_t now)
{
	int32_t age = (int32_t)(now - denial->stored_at);

	if (age < 0)
		age = 0;
	return (uint32_t)age < denial->ttl ? denial->ttl - (uint32_t)age : 0;
}

static void put_name(struct writer *writer, const struct name *name)
{
	put_u8(writer, name->length);
	put_bytes(writer, name_bytes(name));
}

static void take_name(struct cursor *gaps, struct name *into)
{
	struct bytes octets = take_bytes(gaps, take_u8(gaps));

	into->length = (uint8_t)octets.length;
	if (octets.length != 0)
		memcpy(into->octets, octets.at, octets.length);
}

struct cursor denials_open(struct bytes packed, struct name *zone)
{
	struct cursor gaps = cursor_over(packed);

	take_name(&gaps, zone);
	return gaps;
}

bool denials_next(struct cursor *gaps, struct denial *into)
{
	size_t length;
	struct cursor gap;

	if (cursor_left(gaps) == 0)
		return false;
	length = take_u16(gaps);
	gap = cursor_over(take_bytes(gaps, length));
	into->security = SECURITY_SECURE;       /* nothing else gets in */
	into->stored_at = take_u32(&gap);
	into->ttl = take_u32(&gap);
	take_name(&gap, &into->owner);
	take_name(&gap, &into->next);
	into->proof = take_rest(&gap);
	must(cursor_is_good(&gap));
	return true;
}

static void put_gap(struct writer *writer, const struct denial *denial)
{
	size_t start = writer->position;

	put_u16(writer, 0);
	put_u32(writer, denial->stored_at);
	put_u32(writer, denial->ttl);
	put_name(writer, &denial->owner);
	put_name(writer, &denial->next);
	put_bytes(writer, denial->proof);
	if (writer_is_good(writer))
		patch_u16(writer, start, (uint16_t)(writer->position - start - 2));
	else
		writer_go_back(writer, start);  /* no room for this one: the others stay */
}

size_t denials_add(struct bytes packed, const struct denial *fresh, uint32_t now,
		   uint8_t into[DENIALS_PACKED_SIZE])
{
	struct writer writer = writer_over(into, DENIALS_PACKED_SIZE);
	/* Room is kept for the fresh one, whatever stands before it. */
	size_t needs =
		2 + 8 + 2 + (size_t)fresh->owner.length + fresh->next.length + fresh->proof.length;
	struct denial old = { .zone = fresh->zone };
	struct cursor gaps = cursor_over(packed);
	bool is_put = false;

	if (packed.length != 0)
		gaps = denials_open(packed, &old.zone);
	put_name(&writer, &fresh->zone);
	if (writer_left(&writer) < needs)
		return 0;
	writer.size -= needs;
	while (denials_next(&gaps, &old)) {
		int order = name_compare(&old.owner, &fresh->owner);

		if (order >= 0 && !is_put) {
			writer.size += needs;
			put_gap(&writer, fresh);
			is_put = true;
		}
		if (order != 0 && denial_ttl_left(&old, now) != 0)
			put_gap(&writer, &old);
	}
	if (!is_put) {
		writer.size += needs;
		put_gap(&writer, fresh);
	}
	return writer.position;
}
