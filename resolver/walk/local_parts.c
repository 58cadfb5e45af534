/* SPDX-License-Identifier: MIT */
/* local_parts.c — records of a local name, from what policy knows of it. */
#include "resolver/walk/local_parts.h"

enum {
	TTL = 3600,                     /* s: MAX_NEGATIVE_TTL, so that settings take effect soon */
	REFRESH = 3600, RETRY = 1200, EXPIRE = 604800,
	SERIAL = 1,
	SOA_OCTETS = 2 * NAME_SIZE + 5 * 4,
};

/* RFC 6303 §3: the zone is its own server, so that dynamic updates end here too, and the mailbox
 * belongs to nobody. The negative TTL is the SOA's own. */
static void put_soa(struct writer *data, const struct name *zone)
{
	static const uint8_t nobody[] = "\6nobody\7invalid";

	name_write(data, zone);
	put_bytes(data, bytes_of(nobody, sizeof(nobody)));
	put_u32(data, SERIAL);
	put_u32(data, REFRESH);
	put_u32(data, RETRY);
	put_u32(data, EXPIRE);
	put_u32(data, TTL);
}

/* A set of the one record that `data` holds, at the end of the section. */
static bool add_set(struct rrsets *section, struct arena *arena, const struct name *owner,
		    uint16_t type, struct bytes data)
{
	struct rrset *set = rrset_new(arena, owner, type, CLASS_IN, TTL);

	if (set == NULL || rrset_add(set, arena, data) != OK)
		return false;
	set->security = SECURITY_INSECURE;
	rrsets_append(section, set);
	return true;
}

static bool add_soa(struct rrsets *section, struct arena *arena, const struct name *zone)
{
	uint8_t room[SOA_OCTETS];
	struct writer data = writer_over(room, sizeof(room));

	put_soa(&data, zone);
	return add_set(section, arena, zone, TYPE_SOA, writer_bytes(&data));
}

static bool is_asked_for(const struct question *question, uint16_t type)
{
	return question->type == type || question->type == TYPE_ANY;
}

static bool add_record(struct rrsets *section, struct arena *arena, const struct name *owner,
		       const struct local_record *record)
{
	struct bytes data = record->type == TYPE_PTR ? name_bytes(&record->name)
						     : address_octets(&record->address);
	struct rrset *set = rrsets_find(section, owner, record->type);

	if (set == NULL)
		return add_set(section, arena, owner, record->type, data);
	return rrset_add(set, arena, data) == OK;
}

static bool add_answer(struct rrsets *section, struct arena *arena,
		       const struct question *question, const struct local_finding *finding)
{
	const struct name *owner = &question->name;

	for (size_t i = 0; i < finding->count; i++) {
		if (is_asked_for(question, finding->records[i].type) &&
		    !add_record(section, arena, owner, &finding->records[i]))
			return false;
	}
	if (!finding->has_soa)
		return true;
	if (is_asked_for(question, TYPE_SOA) && !add_soa(section, arena, finding->zone))
		return false;
	return !is_asked_for(question, TYPE_NS) ||
	       add_set(section, arena, owner, TYPE_NS, name_bytes(finding->zone));
}

static void explain(const struct local_finding *finding, struct arena *arena,
		    struct answer_parts *into)
{
	char zone[NAME_TEXT_SIZE];

	into->ede = EDE_SYNTHESIZED;
	into->ede_text = arena_print(arena, "%s is answered by xylemd itself (%s)",
				     name_print(finding->zone, zone), finding->law);
}

bool local_parts(const struct local *local, const struct question *question, struct arena *arena,
		 struct trace *trace, struct answer_parts *into)
{
	struct local_finding finding;

	if (local == NULL || !local_find(local, question, &finding))
		return false;
	*into = (struct answer_parts){
		.question = *question,
		.rcode = finding.exists ? RCODE_NOERROR : RCODE_NXDOMAIN,
		.security = SECURITY_INSECURE,
		.ede = EDE_NONE,
	};
	if (!add_answer(&into->sections[SECTION_ANSWER], arena, question, &finding))
		return false;
	if (into->sections[SECTION_ANSWER].first == NULL) {
		if (!add_soa(&into->sections[SECTION_AUTHORITY], arena, finding.zone))
			return false;
		explain(&finding, arena, into);
	}
	if (trace != NULL)
		trace_local(trace, question, finding.zone, finding.law);
	return true;
}
