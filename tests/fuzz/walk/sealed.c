/* SPDX-License-Identifier: MIT */
/* sealed.c — the zones are held by the story world's servers, and signed by ldns. What was said
 * once is remembered: a signature costs more than a walk. */
#include "tests/fuzz/walk/sealed.h"

#include <stdlib.h>

#include "cache/base/must.h"
#include "cache/rdata.h"
#include "cache/rrset.h"
#include "tests/fuzz/walk/truth.h"
#include "tests/scenario/held.h"

enum { MOST_SPOKEN = 1024, LIFE_S = 60 * 31557600, USED_FOR_S = LIFE_S - 31557600, MOST_OPS = 7 };

/* A reply, as octets and in the order of its records. */
struct spoken {
	const struct held_zone *zone;
	struct question         question;
	int64_t                 at;     /* the world's time, s */
	struct said             said;
};

static struct anchors *anchors;
static struct spoken  *spoken[MOST_SPOKEN];
static struct name     insecure;

/* --- the zones --- */

static void hold(const char *zone, const char *record)
{
	must(held_zone(zone) != NULL && held_add(held_zone(zone), record));
}

static void make_key(struct held_zone *zone, unsigned at, uint16_t flags)
{
	struct key_of_story *key = &zone->keys[at];
	bool for_keys = flags == FLAGS_OF_KSK;

	*key = (struct key_of_story){
		.key = signer_key(zone->apex, at + 1, LDNS_ED25519, flags, 0),
		.published = true, .signs_keys = for_keys, .signs_data = !for_keys,
		.vouched = for_keys,
	};
	must(key->key != NULL);
}

static void seal(const char *name, bool nsec3)
{
	struct held_zone *zone = held_zone(name);

	zone->is_signed = true;
	zone->nsec3 = nsec3;
	zone->lives_s = LIFE_S;
	make_key(zone, 0, FLAGS_OF_KSK);
	make_key(zone, 1, FLAGS_OF_ZSK);
}

static void trust_root(void)
{
	ldns_rr_list *set = held_ds(NULL, held_zone(".")->apex);
	ldns_buffer *wire = ldns_buffer_new(512);

	anchors = anchors_new();
	must(anchors != NULL && ldns_rr_list_rr_count(set) == 1);
	must(ldns_rr_rdata2buffer_wire(wire, ldns_rr_list_rr(set, 0)) == LDNS_STATUS_OK);
	must(anchors_add_ds(anchors, &name_root,
			    bytes_of(ldns_buffer_begin(wire), ldns_buffer_position(wire))) == OK);
	ldns_buffer_free(wire);
	ldns_rr_list_deep_free(set);
}

void sealed_init(void)
{
	struct truth_text text;

	for (unsigned i = 0; i < truth_name_count(); i++) {
		truth_print(i, &text);
		hold(text.zone, text.record);
		if (text.above[0] != '\0')
			hold(text.above, text.record);
	}
	hold(".", "evil. NS ns.evil.");
	hold(".", "ns.evil. A 198.51.100.1");
	hold(".", "other. NS ns.other.");
	hold(".", "ns.other. A 198.51.100.2");
	hold("shop.", "evil.shop. NS ns.evil.shop.");
	hold("shop.", "ns.evil.shop. A 198.51.100.3");
	seal(".", false);
	seal("victim.", false);
	seal("shop.", true);
	seal("bank.shop.", false);
	must(name_parse("sub.victim.", &insecure));
	trust_root();
}

const struct anchors *sealed_anchors(void)
{
	return anchors;
}

bool sealed_covers(const struct name *name)
{
	return truth_covers(name) && !name_is_in(name, &insecure);
}

/* --- what was said --- */

static void take_records(struct cursor *at, struct bytes message, enum section section,
			 unsigned count, struct said *into)
{
	uint8_t room[SAID_RDATA];
	struct record record;

	for (unsigned i = 0; i < count; i++) {
		struct writer expanded = writer_over(room, sizeof(room));

		record_read(at, &record);
		must(cursor_is_good(at));
		if (record.type == TYPE_OPT)
			continue;
		rdata_expand(message, &record, &expanded);
		must(writer_is_good(&expanded));
		said_octets(said_add(into, section, &record.owner, record.type, record.ttl), room,
			    expanded.position);
	}
}

static void read_back(struct bytes message, struct said *into)
{
	struct cursor at = cursor_over(message);
	struct question question;
	struct header header;

	header_read(&at, &header);
	question_read(&at, &question);
	said_begin(into, &question, true);
	into->flags = header.flags & (FLAG_AA | MASK_RCODE);
	for (int i = 0; i < SECTIONS; i++)
		take_records(&at, message, (enum section)i, header.counts[i], into);
}

static void speak(struct spoken *into)
{
	const struct name *name = &into->question.name;
	ldns_pkt *packet = ldns_pkt_new();
	ldns_rdf *owner = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, name->length, name->octets);
	ldns_rr *question = ldns_rr_new();
	uint8_t *wire;
	size_t size;

	ldns_rr_set_question(question, true);
	ldns_rr_set_owner(question, owner);
	ldns_rr_set_type(question, (ldns_rr_type)into->question.type);
	ldns_rr_set_class(question, LDNS_RR_CLASS_IN);
	ldns_pkt_push_rr(packet, LDNS_SECTION_QUESTION, question);
	ldns_pkt_set_qr(packet, true);
	held_answer(into->zone, owner, (ldns_rr_type)into->question.type, true, packet);
	must(ldns_pkt2wire(&wire, packet, &size) == LDNS_STATUS_OK);
	read_back(bytes_of(wire, size), &into->said);
	free(wire);
	ldns_pkt_free(packet);
}

static struct spoken **place_of(const struct held_zone *zone, const struct question *question)
{
	size_t hash = question->type;

	for (unsigned i = 0; i < question->name.length; i++)
		hash = hash * 31 + question->name.octets[i];
	return &spoken[(hash + (size_t)(uintptr_t)zone / 64) % MOST_SPOKEN];
}

/* Remembered, or made anew. NULL: the server isn't a true one. */
static const struct said *find_said(const struct exchange_request *request)
{
	const char *name = truth_zone_at(&request->to, &request->question);
	const struct held_zone *zone = name == NULL ? NULL : held_zone(name);
	struct spoken **place;
	int64_t now = fake_clock_true_seconds();

	if (zone == NULL)
		return NULL;
	place = place_of(zone, &request->question);
	if (*place == NULL)
		*place = calloc(1, sizeof(**place));
	must(*place != NULL);
	if ((*place)->zone == zone && question_equal(&(*place)->question, &request->question) &&
	    now - (*place)->at < USED_FOR_S)
		return &(*place)->said;
	(*place)->zone = zone;
	(*place)->question = request->question;
	(*place)->at = now;
	speak(*place);
	return &(*place)->said;
}

struct bytes sealed_reply(const struct exchange_request *request)
{
	static struct said said;
	const struct said *known = find_said(request);

	if (known == NULL)
		return bytes_of(NULL, 0);
	said = *known;
	said.question = request->question;
	said.edns = !request->without_edns;
	return said_write(&said, 1);
}

/* --- forgeries --- */

static void drop(struct said *said, unsigned at)
{
	said->count--;
	for (; at < said->count; at++)
		said->records[at] = said->records[at + 1];
}

/* Records of what some true server has said to another question. */
static void replay(struct said *said, uint8_t which, uint8_t where)
{
	const struct spoken *other = NULL;

	for (unsigned i = 0; i < MOST_SPOKEN && other == NULL; i++)
		other = spoken[(which * 7u + i) % MOST_SPOKEN];
	if (other == NULL)
		return;
	for (unsigned i = 0; i < other->said.count; i++) {
		const struct said_record *record = &other->said.records[i];
		enum section section = where < SECTIONS ? (enum section)where : record->section;

		said_octets(said_add(said, section, &record->owner, record->type, record->ttl),
			    record->rdata, record->length);
	}
}

static const struct name *name_of(const struct said *said, uint8_t letter)
{
	return (letter & 0xc0) == 0xc0 ? &said->question.name : alphabet_name(letter);
}

static void change_record(struct said *said, struct said_record *record, const uint8_t *op)
{
	switch (op[0] % 10) {
	case 0:
		record->owner = *name_of(said, op[2]);
		break;
	case 1:
		record->ttl = alphabet_ttl(op[2]);
		break;
	case 2:
		if (record->length != 0)
			record->rdata[op[2] % record->length] ^= (uint8_t)(1 + op[1] / 16);
		break;
	case 3:
		record->type = alphabet_type(op[2]);
		break;
	case 4:
		record->section = (enum section)(op[2] % SECTIONS);
		break;
	case 5:                         /* the data of another */
		if (said->count != 0) {
			const struct said_record *other = &said->records[op[2] % said->count];

			memmove(record->rdata, other->rdata, other->length);
			record->length = other->length;
		}
		break;
	case 6:
		said->flags ^= (uint16_t)(op[2] % 2 == 0 ? FLAG_AA : RCODE_NXDOMAIN);
		break;
	case 7:
		replay(said, op[1], op[2] % (SECTIONS + 1));
		break;
	case 8:
		said_octets(said_add(said, SECTION_ANSWER, name_of(said, op[2]), TYPE_A, 300),
			    "\306\63\144\1", 4);
		break;
	case 9:
		drop(said, op[1] % said->count);
		break;
	}
}

struct bytes sealed_forged(const struct exchange_request *request, const uint8_t *script)
{
	static struct said said;
	const struct said *known = find_said(request);

	if (known == NULL)
		return bytes_of(NULL, 0);
	said = *known;
	said.question = request->question;
	said.edns = !request->without_edns;
	for (unsigned i = 0; i < script[5] % (MOST_OPS + 1u) && said.count != 0; i++) {
		const uint8_t *op = script + 6 + i * 3;

		change_record(&said, &said.records[op[1] % said.count], op);
	}
	return said_write(&said, 1);
}
