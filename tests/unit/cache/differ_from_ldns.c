/* SPDX-License-Identifier: MIT */
/* differ_from_ldns.c — our reader of messages against ldns's, on mutated packets.
 *
 * `cache.differ_from_ldns [ROUNDS [SEED]]`. Each round takes a real packet, spoils it (or not), and
 * reads it record by record with both. They must agree on whether a record can be read and on what
 * it says: owner, type, class, TTL, where the next one begins and, for types whose format we know,
 * the data. Where we are stricter on purpose, the reason is found by a third look, which shares no
 * code with our reader, and counted; and where there is a reason, we must have refused:
 *
 *   forward     a compression pointer that doesn't point backwards (ldns only bounds their number)
 *   chain       more pointers in a name than MAX_POINTERS_PER_NAME
 *   compressed  a pointer in data where none may be (RFC 3597 §4)
 *   length      data whose fields don't fill its length exactly, or run over its end
 *
 * ldns is stricter in two things: the inside of data that is opaque to a resolver, and a pointer
 * to the message's very first octet. Any other difference is a failure, shown in hex. */
#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>

#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "cache/message.h"
#include "cache/rdata.h"

enum { ROOM = 70000, POOL = 512, MOST_RECORDS = 64 };

static struct {
	unsigned long records, equal, refused, forward, chain, compressed, length, opaque, start;
} seen;

struct packet {
	size_t  size;
	uint8_t octets[ROOM];
};

static uint64_t state;

static uint32_t chance(uint32_t bound)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 11) % bound;
}

/* --- packets to begin with --- */

static const char *const records[] = {
	"www.example.com. 300 IN A 192.0.2.1",
	"www.example.com. 300 IN AAAA 2001:db8::1",
	"example.com. 86400 IN NS ns1.example.com.",
	"example.com. 86400 IN NS ns2.example.com.",
	"example.com. 300 IN SOA ns1.example.com. host.example.com. 1 2 3 4 5",
	"example.com. 300 IN MX 10 mail.example.com.",
	"alias.example.com. 300 IN CNAME www.example.com.",
	"old.example.com. 300 IN DNAME new.example.com.",
	"1.2.0.192.in-addr.arpa. 300 IN PTR www.example.com.",
	"_sip._tcp.example.com. 300 IN SRV 1 2 5060 sip.example.com.",
	"example.com. 300 IN TXT \"one\" \"two\"",
	"example.com. 300 IN RP host.example.com. txt.example.com.",
	"example.com. 300 IN AFSDB 1 afs.example.com.",
	"example.com. 300 IN KX 1 kx.example.com.",
	"example.com. 300 IN NAPTR 1 2 \"s\" \"SIP+D2T\" \"\" _sip._tcp.example.com.",
	"example.com. 300 IN DS 12345 13 2 "
	"00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF",
	"example.com. 300 IN DNSKEY 257 3 13 "
	"mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==",
	"www.example.com. 300 IN RRSIG A 13 3 300 20300101000000 20200101000000 12345 example.com. "
	"mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==",
	"www.example.com. 300 IN NSEC zzz.example.com. A RRSIG NSEC",
	"0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.com. 300 IN NSEC3 1 1 10 AABBCCDD "
	"2t7b4g4vsa5smi47k61mv5bv1a22bojr A RRSIG",
	"example.com. 300 IN MINFO host.example.com. errors.example.com.",
	"example.com. 300 IN PX 10 a.example.com. b.example.com.",
	"example.com. 300 IN RT 10 relay.example.com.",
	"example.com. 300 IN MB mailbox.example.com.",
	"example.com. 300 IN SVCB 1 svc.example.com. alpn=h2,h3",
	"example.com. 300 IN HTTPS 1 . alpn=h2",
	"example.com. 300 IN LOC 51 30 12 N 0 7 39 W 0m",
	"example.com. 300 IN CAA 0 issue \"ca.example.net\"",
	"example.com. 300 IN HINFO \"cpu\" \"system\"",
	"example.com. 300 IN TYPE65280 \\# 4 01020304",
	". 86400 IN NS a.root-servers.net.",
};


static ldns_rr *make_record(void)
{
	const char *text = records[chance(sizeof(records) / sizeof(records[0]))];
	ldns_rr *record = NULL;

	if (ldns_rr_new_frm_str(&record, text, 0, NULL, NULL) == LDNS_STATUS_OK)
		return record;
	fprintf(stderr, "ldns can't parse \"%s\"\n", text);
	exit(1);
}

static struct bytes make_packet(void)
{
	ldns_pkt *packet = ldns_pkt_query_new(ldns_dname_new_frm_str("www.example.com."),
					      LDNS_RR_TYPE_A, LDNS_RR_CLASS_IN, 0);
	unsigned count = 1 + chance(12);
	uint8_t *wire;
	size_t size;

	must(packet != NULL);
	ldns_pkt_set_id(packet, (uint16_t)chance(65536));
	for (unsigned i = 0; i < count; i++)
		ldns_pkt_push_rr(packet, (ldns_pkt_section)(LDNS_SECTION_ANSWER + chance(3)),
				 make_record());
	must(ldns_pkt2wire(&wire, packet, &size) == LDNS_STATUS_OK);
	ldns_pkt_free(packet);
	return bytes_of(wire, size);
}

static struct bytes pool[POOL];

static void fill_pool(void)
{
	for (unsigned i = 0; i < POOL; i++)
		pool[i] = make_packet();
}

static void empty_pool(void)
{
	for (unsigned i = 0; i < POOL; i++)
		free((void *)(uintptr_t)pool[i].at);
}

/* --- how they are spoiled --- */

/* Where a record's parts are, in a packet that is still whole. */
struct place {
	size_t begin, type, data, end;
};

static size_t skip_name(const struct packet *packet, size_t at)
{
	while (at < packet->size && packet->octets[at] != 0 && packet->octets[at] < 64)
		at += packet->octets[at] + 1u;
	return at < packet->size && packet->octets[at] >= 192 ? at + 2 : at + 1;
}

static unsigned find_places(const struct packet *packet, struct place places[MOST_RECORDS])
{
	size_t at = skip_name(packet, HEADER_LENGTH) + 4;
	unsigned count = 0;

	while (at < packet->size && count < MOST_RECORDS) {
		struct place *place = &places[count];

		place->begin = at;
		place->type = skip_name(packet, at);
		place->data = place->type + 10;
		if (place->data > packet->size)
			break;
		place->end = place->data + load_u16(packet->octets + place->data - 2);
		if (place->end > packet->size)
			break;
		at = place->end;
		count++;
	}
	return count;
}

static void spoil_octet(struct packet *packet)
{
	size_t at = HEADER_LENGTH + chance((uint32_t)(packet->size - HEADER_LENGTH));

	switch (chance(6)) {
	case 0:
		packet->octets[at] = (uint8_t)chance(256);
		break;
	case 1:
		packet->octets[at] ^= (uint8_t)(1u << chance(8));
		break;
	case 2:
		packet->octets[at] = 0xc0;
		break;
	case 3:
		packet->octets[at] = (uint8_t)chance(8);
		break;
	case 4:                                         /* a pointer to anywhere */
		store_u16(packet->octets + at - 1,
			  (uint16_t)(0xc000 | chance((uint32_t)packet->size)));
		break;
	default:
		packet->size = at + 1 > 40 ? at + 1 : packet->size;
		break;
	}
}

/* Some octets more (or a part of the packet once more), or some fewer. */
static void splice(struct packet *packet, size_t at, size_t from, size_t length)
{
	uint8_t copy[512];

	if (length > sizeof(copy) || from + length > packet->size || at > packet->size ||
	    packet->size + length > ROOM / 2)
		return;
	memcpy(copy, packet->octets + from, length);
	memmove(packet->octets + at + length, packet->octets + at, packet->size - at);
	memcpy(packet->octets + at, copy, length);
	packet->size += length;
}

static void cut_out(struct packet *packet, size_t at, size_t length)
{
	if (at < HEADER_LENGTH || at + length > packet->size)
		return;
	memmove(packet->octets + at, packet->octets + at + length, packet->size - at - length);
	packet->size -= length;
}

/* Another type, often one whose data has names. */
static uint16_t some_type(void)
{
	static const uint16_t types[] = {
		TYPE_NS, TYPE_MD, TYPE_MF, TYPE_CNAME, TYPE_SOA, TYPE_MB, TYPE_MG, TYPE_MR,
		TYPE_PTR, TYPE_MINFO, TYPE_MX, TYPE_RP, TYPE_AFSDB, TYPE_RT, TYPE_SIG, TYPE_PX,
		TYPE_AAAA, TYPE_NXT, TYPE_SRV, TYPE_NAPTR, TYPE_KX, TYPE_DNAME, TYPE_DS, TYPE_RRSIG,
		TYPE_NSEC, TYPE_DNSKEY, TYPE_NSEC3, TYPE_SVCB, TYPE_HTTPS, TYPE_A, TYPE_OPT,
	};

	if (chance(4) == 0)
		return (uint16_t)chance(300);
	return types[chance(sizeof(types) / sizeof(types[0]))];
}

/* A chain of pointers, each to the one before, in a record of unknown type; then a record, of
 * a type with a name, that points to its end with its owner, its data or both. */
static void add_chain(struct packet *packet)
{
	unsigned links = chance(4) == 0 ? 120 + chance(20) : 1 + chance(40);
	struct writer writer = writer_over(packet->octets, ROOM);
	bool with_labels = chance(4) == 0;
	size_t target = HEADER_LENGTH, data;

	if (packet->size > 8192)
		return;
	writer.position = packet->size;
	put_bytes(&writer, bytes_of("\0\xff\0\0\1\0\0\0\1\0\0", 11));
	data = writer.position;
	for (unsigned i = 0; i < links; i++) {
		size_t here = writer.position;

		if (with_labels)
			put_bytes(&writer, bytes_of("\1x", 2));
		put_u16(&writer, (uint16_t)(0xc000 | target));
		target = here;
	}
	patch_u16(&writer, data - 2, (uint16_t)(writer.position - data));
	put_u16(&writer, (uint16_t)(0xc000 | (chance(2) == 0 ? target : HEADER_LENGTH)));
	put_u16(&writer, chance(8) == 0 ? some_type() : TYPE_NS);
	put_bytes(&writer, bytes_of("\0\1\0\0\0\1\0\2", 8));
	put_u16(&writer, (uint16_t)(0xc000 | target));
	packet->size = writer.position;
}

static void spoil_record(struct packet *packet)
{
	struct place places[MOST_RECORDS];
	unsigned count = find_places(packet, places);
	const struct place *one, *other;
	size_t length, some;

	if (count == 0)
		return;
	one = &places[chance(count)];
	other = &places[chance(count)];
	length = one->end - one->data;
	switch (chance(8)) {
	case 0:
		store_u16(packet->octets + one->type, some_type());
		break;
	case 1:                                         /* two change their types */
		memmove(packet->octets + one->type, packet->octets + other->type, 2);
		break;
	case 2:                                         /* a length that is a little wrong */
		store_u16(packet->octets + one->data - 2, (uint16_t)(length + chance(5) - 2));
		break;
	case 3:                                         /* data too long, the length says so */
		some = chance(6);
		splice(packet, one->end, other->data, some);
		store_u16(packet->octets + one->data - 2, (uint16_t)(length + some));
		break;
	case 4:                                         /* a record doubled, or moved about */
		splice(packet, one->begin, other->begin, other->end - other->begin);
		break;
	case 5:                                         /* one's data in the other's place */
		splice(packet, one->data, other->data, other->end - other->data);
		store_u16(packet->octets + one->data - 2, (uint16_t)(other->end - other->data));
		break;
	case 6:                                         /* too short, the length says so */
		some = chance((uint32_t)length + 1);
		cut_out(packet, one->end - some, some);
		store_u16(packet->octets + one->data - 2, (uint16_t)(length - some));
		break;
	default:
		cut_out(packet, one->data, chance((uint32_t)length + 1));
		break;
	}
}

static void spoil(struct packet *packet)
{
	unsigned wounds = chance(4);

	for (unsigned i = 0; i < wounds; i++) {
		switch (chance(8)) {
		case 0:
		case 1:
		case 2:
			spoil_octet(packet);
			break;
		case 3:
			store_u16(packet->octets + 4 + 2 * chance(4), (uint16_t)chance(20));
			break;
		case 4:
			add_chain(packet);
			break;
		default:
			spoil_record(packet);
			break;
		}
	}
}

/* --- the third look: what is the matter with a record? --- */

struct faults {
	bool forward, chain, compressed, length, start;
};

/* Walks a name as ldns does; gives where it ends in place, 0 for one that nobody can read. `end` is
 * what it may not run over. */
static size_t look_at_name(struct bytes packet, size_t at, size_t end, bool may_point,
			   struct faults *faults)
{
	size_t in_place = 0, before = at, length = 0;
	unsigned pointers = 0;

	while (at < packet.length) {
		uint8_t first = packet.at[at];

		if (at + (first < 64 ? first + 1u : 2u) > end)
			faults->length = true;
		if (first < 64) {
			at += first + 1u;
			length += first + 1u;
			if (length > NAME_SIZE)
				return 0;
			if (first == 0)
				return in_place != 0 ? in_place : at;
			continue;
		}
		if (first < 192 || at + 2 > packet.length || ++pointers > 1000)
			return 0;
		if (in_place == 0)
			in_place = at + 2;
		at = load_u16(packet.at + at) & 0x3fff;
		faults->compressed |= !may_point;
		faults->chain |= pointers > MAX_POINTERS_PER_NAME;
		faults->forward |= at >= before;
		faults->start |= at == 0;
		before = at;
	}
	return 0;
}

/* Octets of a field as ldns knows it; SIZE_MAX: all the rest. */
static size_t field_octets(ldns_rdf_type field, struct bytes packet, size_t at)
{
	switch ((int)field) {
	case LDNS_RDF_TYPE_INT8:
	case LDNS_RDF_TYPE_ALG:
		return 1;
	case LDNS_RDF_TYPE_INT16:
	case LDNS_RDF_TYPE_TYPE:
		return 2;
	case LDNS_RDF_TYPE_INT32:
	case LDNS_RDF_TYPE_A:
	case LDNS_RDF_TYPE_TIME:
	case LDNS_RDF_TYPE_PERIOD:
		return 4;
	case LDNS_RDF_TYPE_AAAA:
		return 16;
	case LDNS_RDF_TYPE_STR:
	case LDNS_RDF_TYPE_NSEC3_SALT:
	case LDNS_RDF_TYPE_NSEC3_NEXT_OWNER:
		return packet.at[at] + 1u;
	default:
		return SIZE_MAX;
	}
}

static void look_at_data(struct bytes packet, uint16_t type, size_t at, size_t end,
			 struct faults *faults)
{
	const ldns_rr_descriptor *format = ldns_rr_descript(type);
	bool may_point = type != TYPE_RRSIG && type != TYPE_NSEC && type != TYPE_SVCB &&
			 type != TYPE_HTTPS;

	for (size_t i = 0; i < ldns_rr_descriptor_maximum(format); i++) {
		ldns_rdf_type field = ldns_rr_descriptor_field_type(format, i);
		size_t size;

		if (field == LDNS_RDF_TYPE_DNAME && at < end) {
			at = look_at_name(packet, at, end, may_point, faults);
			if (at == 0)
				return;
			continue;
		}
		size = at < end ? field_octets(field, packet, at)
				: field_octets(field, bytes_of("", 1), 0);
		if (size == SIZE_MAX && field != LDNS_RDF_TYPE_DNAME)
			return;
		if (at >= end || size > end - at) {
			faults->length = true;
			return;
		}
		at += size;
	}
	faults->length |= at != end;
}

/* The types whose data both of us take apart. */
static bool is_known(uint16_t type)
{
	static const uint16_t known[] = {
		TYPE_A, TYPE_NS, TYPE_MD, TYPE_MF, TYPE_CNAME, TYPE_SOA, TYPE_MB, TYPE_MG, TYPE_MR,
		TYPE_PTR, TYPE_MINFO, TYPE_MX, TYPE_RP, TYPE_AFSDB, TYPE_RT, TYPE_SIG, TYPE_PX,
		TYPE_AAAA, TYPE_NXT, TYPE_SRV, TYPE_NAPTR, TYPE_KX, TYPE_DNAME, TYPE_DS, TYPE_RRSIG,
		TYPE_NSEC, TYPE_DNSKEY, TYPE_NSEC3, TYPE_SVCB, TYPE_HTTPS,
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i] == type)
			return true;
	}
	return false;
}

static struct faults look(struct bytes packet, size_t at)
{
	struct faults faults = { 0 };
	size_t type = look_at_name(packet, at, packet.length, true, &faults);
	size_t data = type + 10;

	if (type == 0 || data > packet.length)
		return faults;
	size_t end = data + load_u16(packet.at + data - 2);

	if (end <= packet.length && is_known(load_u16(packet.at + type)))
		look_at_data(packet, load_u16(packet.at + type), data, end, &faults);
	return faults;
}

/* --- the comparison --- */

static _Noreturn void show(struct bytes packet, size_t at, const char *why)
{
	fprintf(stderr, "at octet %zu: %s\n", at, why);
	for (size_t i = 0; i < packet.length; i++)
		fprintf(stderr, "%02x", packet.at[i]);
	fputc('\n', stderr);
	exit(1);
}

/* A record as we read it. */
struct ours {
	bool          has_frame;        /* all but the data's inside is good */
	bool          good;
	struct record record;
	size_t        next;
	struct bytes  data;
};

static void read_ours(struct bytes packet, size_t at, struct ours *into)
{
	static uint8_t room[ROOM];
	struct cursor cursor = cursor_over(packet);
	struct writer writer = writer_over(room, sizeof(room));

	cursor.position = at;
	record_read(&cursor, &into->record);
	into->has_frame = into->good = cursor_is_good(&cursor);
	into->next = cursor.position;
	if (!into->has_frame)
		return;
	rdata_expand(packet, &into->record, &writer);
	into->good = writer_is_good(&writer);
	into->data = writer_bytes(&writer);
}

static bool is_same_data(const struct ours *ours, const ldns_rr *theirs)
{
	size_t at = 0;

	for (size_t i = 0; i < ldns_rr_rd_count(theirs); i++) {
		const ldns_rdf *field = ldns_rr_rdf(theirs, i);
		size_t size = ldns_rdf_size(field);

		if (size > ours->data.length - at ||
		    memcmp(ours->data.at + at, ldns_rdf_data(field), size) != 0)
			return false;
		at += size;
	}
	return at == ours->data.length;
}

static void compare(struct bytes packet, size_t at, const struct ours *ours, const ldns_rr *theirs,
		    size_t their_next)
{
	const struct record *record = &ours->record;
	uint32_t ttl = ldns_rr_ttl(theirs);
	const ldns_rdf *owner = ldns_rr_owner(theirs);

	if (!bytes_equal(name_bytes(&record->owner),
			 bytes_of(ldns_rdf_data(owner), ldns_rdf_size(owner))))
		show(packet, at, "the owners differ");
	if (record->type != ldns_rr_get_type(theirs) || record->class != ldns_rr_get_class(theirs))
		show(packet, at, "the types or classes differ");
	if (record->ttl != (ttl > INT32_MAX && record->type != TYPE_OPT ? 0 : ttl))
		show(packet, at, "the TTLs differ");        /* RFC 2181 §8 is ours alone */
	if (is_known(record->type) && ours->next != their_next)
		show(packet, at, "the records end in different places");
	if (is_known(record->type) && !is_same_data(ours, theirs))
		show(packet, at, "the data differ");
	seen.equal++;
}

/* We refused. Everybody does, or there is a reason. */
static void judge_refusal(struct bytes packet, size_t at, const struct faults *faults, bool they)
{
	if (!they)
		seen.refused++;
	else if (faults->forward)
		seen.forward++;
	else if (faults->chain)
		seen.chain++;
	else if (faults->compressed)
		seen.compressed++;
	else if (faults->length)
		seen.length++;
	else
		show(packet, at, "we refuse what ldns reads, without a reason");
}

static void judge_acceptance(struct bytes packet, size_t at, const struct ours *ours,
			     const struct faults *faults, bool they)
{
	if (faults->forward || faults->chain || faults->compressed || faults->length)
		show(packet, at, "we read what we should refuse");
	if (!is_known(ours->record.type) && !bytes_equal(ours->data, ours->record.rdata))
		show(packet, at, "we changed data that is opaque");
	if (they)
		return;
	if (faults->start)
		seen.start++;
	else if (!is_known(ours->record.type))
		seen.opaque++;
	else
		show(packet, at, "we read what ldns refuses");
}

/* One record; where the next begins, or 0 if that can't be known. */
static size_t compare_record(struct bytes packet, size_t at)
{
	struct faults faults = look(packet, at);
	ldns_rr *theirs = NULL;
	size_t their_next = at;
	struct ours ours;
	bool they = ldns_wire2rr(&theirs, packet.at, packet.length, &their_next,
				 LDNS_SECTION_ANSWER) == LDNS_STATUS_OK;

	read_ours(packet, at, &ours);
	seen.records++;
	if (ours.good)
		judge_acceptance(packet, at, &ours, &faults, they);
	else
		judge_refusal(packet, at, &faults, they);
	if (ours.good && they)
		compare(packet, at, &ours, theirs, their_next);
	if (they)
		ldns_rr_free(theirs);
	return ours.has_frame ? ours.next : 0;
}

/* A question is an owner, a type and a class. */
static size_t compare_question(struct bytes packet, size_t at)
{
	struct faults faults = { 0 };
	struct cursor cursor = cursor_over(packet);
	struct question question;
	ldns_rr *theirs = NULL;
	size_t their_next = at;
	bool they = ldns_wire2rr(&theirs, packet.at, packet.length, &their_next,
				 LDNS_SECTION_QUESTION) == LDNS_STATUS_OK;

	(void)look_at_name(packet, at, packet.length, true, &faults);
	cursor.position = at;
	question_read(&cursor, &question);
	if (!cursor_is_good(&cursor))
		judge_refusal(packet, at, &faults, they);
	else if (faults.forward || faults.chain)
		show(packet, at, "we read a question that we should refuse");
	else if (!they && !faults.start)
		show(packet, at, "we read a question that ldns refuses");
	else if (they && (cursor.position != their_next ||
			  question.type != ldns_rr_get_type(theirs) ||
			  question.class != ldns_rr_get_class(theirs) ||
			  !bytes_equal(name_bytes(&question.name),
				       bytes_of(ldns_rdf_data(ldns_rr_owner(theirs)),
						ldns_rdf_size(ldns_rr_owner(theirs))))))
		show(packet, at, "the questions differ");
	if (they)
		ldns_rr_free(theirs);
	return cursor_is_good(&cursor) ? cursor.position : 0;
}

/* By the counts first, as everybody reads; then what is left behind them. */
static void compare_packet(struct bytes packet)
{
	struct cursor cursor = cursor_over(packet);
	struct header header;
	size_t at = HEADER_LENGTH;

	header_read(&cursor, &header);
	if (!cursor_is_good(&cursor))
		show(packet, 0, "we can't read the header");
	if (header.id != LDNS_ID_WIRE(packet.at) || header.questions != LDNS_QDCOUNT(packet.at) ||
	    header_rcode(&header) != LDNS_RCODE_WIRE(packet.at) ||
	    header.counts[SECTION_ANSWER] != LDNS_ANCOUNT(packet.at) ||
	    header.counts[SECTION_AUTHORITY] != LDNS_NSCOUNT(packet.at) ||
	    header.counts[SECTION_ADDITIONAL] != LDNS_ARCOUNT(packet.at))
		show(packet, 0, "the headers differ");
	for (unsigned i = 0; i < header.questions && at != 0; i++)
		at = compare_question(packet, at);
	while (at != 0 && at < packet.length)
		at = compare_record(packet, at);
}

int main(int count, char **arguments)
{
	unsigned long rounds = count > 1 ? strtoul(arguments[1], NULL, 10) : 200000;
	static struct packet packet;

	state = count > 2 ? strtoul(arguments[2], NULL, 10) : 88172645463325252;
	must(state != 0);
	fill_pool();
	for (unsigned long i = 0; i < rounds; i++) {
		struct bytes whole = pool[chance(POOL)];

		packet.size = whole.length;
		memcpy(packet.octets, whole.at, whole.length);
		spoil(&packet);
		compare_packet(bytes_of(packet.octets, packet.size));
	}
	empty_pool();
	printf("%lu packets, %lu records: %lu read alike, %lu refused by both;\n"
	       "we alone refused %lu forward pointers, %lu long chains of pointers,\n"
	       "%lu compressed names where none may be, %lu wrong lengths;\n"
	       "ldns alone refused %lu for the inside of opaque data, %lu pointers to the start\n",
	       rounds, seen.records, seen.equal, seen.refused, seen.forward, seen.chain,
	       seen.compressed, seen.length, seen.opaque, seen.start);
	/* A look that finds nothing proves nothing: each class must have been met. */
	return seen.equal == 0 || seen.refused == 0 || seen.forward == 0 || seen.chain == 0 ||
	       seen.compressed == 0 || seen.length == 0 || seen.opaque == 0 || seen.start == 0;
}
