/* SPDX-License-Identifier: MIT */
/* local.c — a tree of labels from the root down, in one hash table whose key is a node and the
 * label below it. A look goes down until it leaves the tree. */
#include "resolver/policy/local.h"

#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"
#include "cache/dns.h"

enum shape { ABSENT, EMPTY, HOLLOW, EVERYWHERE };       /* zones/local/names says what each is */
enum ds_place { DS_HERE, DS_ABOVE };

static const struct zone_row {
	const char      *name;
	enum local_group group;
	enum shape       shape;
	enum ds_place    ds;
	const char      *law;
} zone_rows[] = {
#include "local_zones.inc"
};

static const struct record_row {
	unsigned    zone;               /* its row */
	const char *owner;
	uint16_t    type;
	const char *data;
} record_rows[] = {
#include "local_records.inc"
};

enum {
	ZONES = sizeof(zone_rows) / sizeof(zone_rows[0]),
	RECORDS = sizeof(record_rows) / sizeof(record_rows[0]),
	NO_ZONE = UINT16_MAX,
	ROOT = 0,                       /* the first node */
};

struct node {
	uint32_t parent;
	uint16_t zone;                  /* that begins here; its row, or NO_ZONE */
	bool     is_configured;         /* a configured zone begins here */
	bool     leads_to_configured;   /* one begins below */
	uint8_t  label[1 + LABEL_SIZE]; /* small letters; length first */
	uint16_t record, record_count;  /* its first record, and how many */
};

struct local {
	struct name         zones[ZONES];
	struct local_record records[RECORDS];
	struct node        *nodes;
	uint32_t            count;
	uint32_t           *slots;      /* numbers of nodes, 0 for none; at most half are taken */
	uint32_t            mask;
};

/* FNV-1a. Not keyed: what lies in the table comes from our own list and the configuration, never
 * from those who ask. */
static uint32_t hash_label(uint32_t parent, const uint8_t *label)
{
	uint32_t hash = (2166136261u ^ parent) * 16777619u;

	for (unsigned i = 0; i <= label[0]; i++)
		hash = (hash ^ letter_lower(label[i])) * 16777619u;
	return hash ^ hash >> 15;
}

static bool is_label(const struct node *node, uint32_t parent, const uint8_t *label)
{
	if (node->parent != parent || node->label[0] != label[0])
		return false;
	for (unsigned i = 1; i <= label[0]; i++) {
		if (node->label[i] != letter_lower(label[i]))
			return false;
	}
	return true;
}

/* The slot of this label below the parent, or the free one where it belongs. */
static uint32_t *find_slot(const struct local *local, uint32_t parent, const uint8_t *label)
{
	uint32_t at = hash_label(parent, label);

	for (;; at++) {
		uint32_t *slot = &local->slots[at & local->mask];

		if (*slot == 0 || is_label(&local->nodes[*slot], parent, label))
			return slot;
	}
}

/* Where each label begins, the leftmost first. */
static unsigned find_labels(const struct name *name, uint8_t places[NAME_LABELS])
{
	unsigned count = 0;

	for (unsigned at = 0; name->octets[at] != 0; at += name->octets[at] + 1u)
		places[count++] = (uint8_t)at;
	return count;
}

static uint32_t add_label(struct local *local, uint32_t parent, const uint8_t *label)
{
	uint32_t *slot = find_slot(local, parent, label);
	struct node *node;

	if (*slot != 0)
		return *slot;
	node = &local->nodes[local->count];
	node->parent = parent;
	node->zone = NO_ZONE;
	node->label[0] = label[0];
	for (unsigned i = 1; i <= label[0]; i++)
		node->label[i] = letter_lower(label[i]);
	return *slot = local->count++;
}

static struct node *add_name(struct local *local, const struct name *name)
{
	uint8_t places[NAME_LABELS];
	uint32_t at = ROOT;

	for (unsigned i = find_labels(name, places); i-- > 0;)
		at = add_label(local, at, name->octets + places[i]);
	return &local->nodes[at];
}

static struct name parse(const char *text)
{
	struct name name;
	bool parsed = name_parse(text, &name);

	must(parsed);                           /* our own list, and a test reads all of it */
	return name;
}

static void add_zone(struct local *local, uint16_t row)
{
	local->zones[row] = parse(zone_rows[row].name);
	add_name(local, &local->zones[row])->zone = row;
}

/* Records of one owner stand together. */
static void add_record(struct local *local, uint16_t row)
{
	struct local_record *record = &local->records[row];
	struct name owner = parse(record_rows[row].owner);
	struct node *node = add_name(local, &owner);

	record->type = record_rows[row].type;
	if (record->type == TYPE_PTR)
		record->name = parse(record_rows[row].data);
	else
		must(address_parse(record_rows[row].data, 0, &record->address));
	if (node->record_count == 0)
		node->record = row;
	must(node->record + node->record_count == row);
	node->record_count++;
}

static void add_configured(struct local *local, const struct name *zone)
{
	struct node *node;

	if (name_is_root(zone))
		return;
	node = add_name(local, zone);
	node->is_configured = true;
	while (node->parent != ROOT) {
		node = &local->nodes[node->parent];
		node->leads_to_configured = true;
	}
}

static void fill(struct local *local, const struct local_wishes *wishes)
{
	local->count = ROOT + 1;
	local->nodes[ROOT].zone = NO_ZONE;
	for (uint16_t row = 0; row < ZONES; row++) {
		if (wishes->on[zone_rows[row].group])
			add_zone(local, row);
	}
	for (uint16_t row = 0; row < RECORDS; row++) {
		if (wishes->on[zone_rows[record_rows[row].zone].group])
			add_record(local, row);
	}
	for (size_t i = 0; i < wishes->configured_count; i++)
		add_configured(local, &wishes->configured[i]);
}

static size_t most_nodes(const struct local_wishes *wishes)
{
	size_t labels = 1;

	for (size_t row = 0; row < ZONES; row++) {
		struct name zone = parse(zone_rows[row].name);

		labels += name_labels(&zone);
	}
	for (size_t row = 0; row < RECORDS; row++) {
		struct name owner = parse(record_rows[row].owner);

		labels += name_labels(&owner);
	}
	for (size_t i = 0; i < wishes->configured_count; i++)
		labels += name_labels(&wishes->configured[i]);
	return labels;
}

struct local *local_new(const struct local_wishes *wishes)
{
	struct local *local = calloc(1, sizeof(*local));
	size_t most = most_nodes(wishes), slots = 1;

	if (local == NULL)
		return NULL;
	while (slots < 2 * most)
		slots *= 2;
	local->mask = (uint32_t)(slots - 1);
	local->slots = calloc(slots, sizeof(*local->slots));
	local->nodes = calloc(most, sizeof(*local->nodes));
	if (local->slots == NULL || local->nodes == NULL) {
		local_free(local);
		return NULL;
	}
	fill(local, wishes);
	return local;
}

void local_free(struct local *local)
{
	if (local == NULL)
		return;
	free(local->slots);
	free(local->nodes);
	free(local);
}

/* Where a look has ended. */
struct place {
	const struct node *whole;       /* the name's own node; NULL: it has none */
	const struct node *top;         /* where its zone begins; NULL: it isn't local */
};

/* Down from the root's labels. A DS lies on the parent's side of where its name's zone begins. */
static struct place go_down(const struct local *local, const struct question *question)
{
	const struct name *name = &question->name;
	struct place place = { 0 };
	uint8_t places[NAME_LABELS];
	uint32_t at = ROOT;

	for (unsigned i = find_labels(name, places); i-- > 0;) {
		bool above = i == 0 && question->type == TYPE_DS;
		const struct node *node;

		at = *find_slot(local, at, name->octets + places[i]);
		if (at == 0)
			break;
		node = &local->nodes[at];
		if (i == 0)
			place.whole = node;
		if (node->is_configured && above)
			break;
		if (node->is_configured)
			return (struct place){ 0 };
		if (node->zone == NO_ZONE)
			continue;
		if (!above || zone_rows[node->zone].ds == DS_HERE)
			place.top = node;
	}
	return place;
}

/* Whose records the name has. NULL: there is no such name. */
static const struct node *find_owner(const struct place *place)
{
	switch (zone_rows[place->top->zone].shape) {
	case EVERYWHERE:
		return place->top;
	case HOLLOW:
		return place->whole != NULL ? place->whole : place->top;
	case EMPTY:
		return place->whole;
	case ABSENT:
		if (place->whole == place->top && !place->top->leads_to_configured)
			return NULL;
		return place->whole;
	}
	unreachable();
}

bool local_find(const struct local *local, const struct question *question,
		struct local_finding *into)
{
	const struct place place = go_down(local, question);
	const struct zone_row *row;
	const struct node *owner;

	if (place.top == NULL || question->class != CLASS_IN)
		return false;
	row = &zone_rows[place.top->zone];
	owner = find_owner(&place);
	*into = (struct local_finding){
		.zone = &local->zones[place.top->zone],
		.law = row->law,
		.exists = owner != NULL,
		.has_soa = place.whole == place.top &&
			   (row->shape == EMPTY || row->shape == HOLLOW),
	};
	if (owner == NULL)
		return true;
	into->records = &local->records[owner->record];
	into->count = owner->record_count;
	return true;
}
