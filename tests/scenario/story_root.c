/* SPDX-License-Identifier: MIT */
/* story_root.c — the lines that make a copy of the root zone. */
#include <ldns/ldns.h>
#include <stdlib.h>

#include "cache/base/must.h"
#include "resolver/root/copy.h"
#include "resolver/root/root.h"
#include "tests/scenario/story_private.h"

static bool add_record(struct zone *zone, const char *text)
{
	ldns_rr *from = NULL;
	uint8_t *wire = NULL;
	size_t size = 0;
	struct complaint why;
	struct cursor at;
	struct record record;

	if (ldns_rr_new_frm_str(&from, text, 0, NULL, NULL) != LDNS_STATUS_OK)
		return false;
	must(ldns_rr2wire(&wire, from, LDNS_SECTION_ANSWER, &size) == LDNS_STATUS_OK);
	ldns_rr_free(from);
	at = cursor_over(bytes_of(wire, size));
	record_read(&at, &record);
	must(cursor_is_good(&at) && zone_add(zone, bytes_of(wire, size), &record, &why));
	free(wire);
	return true;
}

/* The records so far become the copy in force. */
static void publish(struct story *story, unsigned seconds)
{
	struct complaint why;
	struct root_copy *copy = NULL;

	if (story->settings.root == NULL)
		story->settings.root = root_new();
	must(story->settings.root != NULL);
	loop_look_at_clocks(&story->loop);
	if (zone_finish(&story->root_zone, &why))
		copy = root_copy_new(&story->root_zone, SECURITY_UNCHECKED, &why);
	if (copy == NULL)
		story_fails(story, "it can't be the root zone: %s", why.text);
	else
		must(root_publish(story->settings.root, copy, story->loop.now_s + seconds));
	zone_clear(&story->root_zone);
}

/* copy RECORD, copy serves for N s */
bool play_copy(struct story *story, const struct line *line)
{
	unsigned seconds;

	if (!name_is_set(&story->root_zone.apex))
		zone_init(&story->root_zone, &name_root);
	if (!word_is(line, 1, "serves"))
		return line->count > 1 && add_record(&story->root_zone, line->rest[1]);
	if (line->count != 5 || !number(line, 3, &seconds))
		return false;
	publish(story, seconds);
	return true;
}

void clear_copy(struct story *story)
{
	root_free(story->settings.root);
	zone_clear(&story->root_zone);
}
