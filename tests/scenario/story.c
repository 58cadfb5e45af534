/* SPDX-License-Identifier: MIT */
/* story.c — the language of stories: a table of first words, and what each line does. */
#include "tests/scenario/story_private.h"

#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#include "cache/base/clock.h"
#include "cache/base/must.h"
#include "tests/scenario/world.h"

enum { PATIENCE_MS = 60000 };

static bool split(const char *text, struct line *into)
{
	char *save, *word;

	into->count = 0;
	snprintf(into->copy, sizeof(into->copy), "%s", text);
	for (word = strtok_r(into->copy, " \t", &save); word != NULL;
	     word = strtok_r(NULL, " \t", &save)) {
		if (into->count == MOST_WORDS)
			return false;
		into->words[into->count] = word;
		into->rest[into->count++] = text + (word - into->copy);
	}
	return true;
}

bool word_is(const struct line *line, unsigned i, const char *word)
{
	return i < line->count && strcmp(line->words[i], word) == 0;
}

bool number(const struct line *line, unsigned i, unsigned *into)
{
	unsigned long value;
	char *end;

	if (i >= line->count)
		return false;
	value = strtoul(line->words[i], &end, 10);
	if (end == line->words[i] || *end != '\0')
		return false;
	*into = (unsigned)value;
	return true;
}

bool read_type(const char *word, uint16_t *into)
{
	*into = (uint16_t)ldns_get_rr_type_by_name(word);
	return *into != 0;
}

static bool read_question(const struct line *line, unsigned i, struct question *into)
{
	into->class = CLASS_IN;
	return i + 1 < line->count && name_parse(line->words[i], &into->name) &&
	       read_type(line->words[i + 1], &into->type);
}

/* --- time --- */

void story_run(struct story *story, uint64_t until_ms, const struct client_of_story *client)
{
	fake_run(&story->loop, until_ms, client != NULL ? &client->told : NULL);
}

/* wait N ms|s */
static bool play_wait(struct story *story, const struct line *line)
{
	uint64_t unit_ms = word_is(line, 2, "days") ? 86400000 : word_is(line, 2, "s") ? 1000 : 1;
	unsigned span;

	if (line->count != 3 || !number(line, 1, &span))
		return false;
	story_run(story, fake_clock_ms_since_start() + span * unit_ms, NULL);
	return true;
}

/* --- clients --- */

static void keep_record(struct client_of_story *client, const struct rrset *set, unsigned i)
{
	uint8_t wire[70000];
	struct writer writer = writer_over(wire, sizeof(wire));
	size_t at = 0, used = strlen(client->data);
	ldns_rr *record = NULL;
	char *text;

	name_write(&writer, &set->owner);
	put_u16(&writer, set->type);
	put_u16(&writer, set->class);
	put_u32(&writer, set->ttl);
	put_u16(&writer, (uint16_t)set->rdata[i].length);
	put_bytes(&writer, set->rdata[i]);
	must(ldns_wire2rr(&record, wire, writer.position, &at, LDNS_SECTION_ANSWER) ==
	     LDNS_STATUS_OK);
	/* OWNER TTL CLASS TYPE DATA: what is kept is TYPE DATA. */
	text = ldns_rr2str(record);
	text[strcspn(text, "\n")] = '\0';
	for (char *c = text; *c != '\0'; c++) {
		if (*c == '\t')
			*c = ' ';
	}
	snprintf(client->data + used, sizeof(client->data) - used, "%s%s", used == 0 ? "" : ", ",
		 strstr(text, " IN ") + 4);
	free(text);
	ldns_rr_free(record);
}

static void told(struct asker *asker, const struct answer *answer, const struct trace *trace)
{
	struct client_of_story *client = container_of(asker, struct client_of_story, asker);
	struct writer writer = writer_over(client->trace, sizeof(client->trace));
	struct answer_parts parts;
	struct arena arena;

	client->told = true;
	client->told_at_ms = fake_clock_ms_since_start();
	if (!client->had_company &&
	    world_queries() - client->queries_before > client->story->dearest)
		client->story->dearest = world_queries() - client->queries_before;
	client->rcode = RCODE_SERVFAIL;
	if (answer == NULL)
		return;
	arena_init(&arena, 1 << 22);
	client->rcode = answer_rcode(answer);
	client->security = answer_security(answer);
	client->ede = answer_ede(answer);
	snprintf(client->ede_text, sizeof(client->ede_text), "%s", answer_ede_text(answer));
	/* As the front does it (compose.c). */
	if (client->security == SECURITY_BOGUS && !client->checks_itself) {
		client->rcode = RCODE_SERVFAIL;
		arena_clear(&arena);
		return;
	}
	must(answer_expand(answer, clock_age_seconds(), &arena, &parts) == OK);
	client->records = answer_records(answer, SECTION_ANSWER);
	client->ttl = answer_ttl_left(answer, clock_age_seconds());
	for (struct rrset *set = parts.sections[SECTION_ANSWER].first; set; set = set->next) {
		client->signatures += set->signature_count;
		for (unsigned i = 0; i < set->count; i++)
			keep_record(client, set, i);
	}
	trace_write(trace, &writer);
	client->trace_octets = writer.position;
	arena_clear(&arena);
}

/* Who waits at the same time can't be told apart by what the daemon asks. */
static void note_company(struct story *story, struct client_of_story *client)
{
	for (unsigned i = 0; i < story->client_count; i++) {
		if (story->clients[i]->asker.walk == NULL)
			continue;
		story->clients[i]->had_company = true;
		client->had_company = true;
	}
}

/* client asks NAME TYPE [with CD] [from ADDRESS] */
static bool ask(struct story *story, const struct line *line, unsigned i)
{
	struct client_of_story *client;
	struct question question;
	struct address from = { 0 };
	bool checks_itself = false;

	if (!read_question(line, i, &question) || story->client_count == MOST_CLIENTS)
		return false;
	if (word_is(line, i + 2, "with"))
		checks_itself = word_is(line, i + 3, "CD");
	if (checks_itself)
		i += 2;
	if (word_is(line, i + 2, "from") && !address_parse(line->words[i + 3], 0, &from))
		return false;
	client = calloc(1, sizeof(*client));
	must(client != NULL);
	note_company(story, client);
	story->clients[story->client_count++] = client;
	client->story = story;
	client->checks_itself = checks_itself;
	client->queries_before = world_queries();
	client->asker.told = told;
	client->asker.client = from;
	list_init(&client->asker.place);
	loop_look_at_clocks(&story->loop);
	if (walk_ask(story->walks, &question, &client->asker) != ASK_ACCEPTED) {
		client->told = true;
		client->rcode = RCODE_REFUSED;
	}
	return true;
}

static void check_told(struct story *story, const struct client_of_story *client,
		       const struct line *line, unsigned i)
{
	ldns_lookup_table *got = ldns_lookup_by_id(ldns_rcodes, (int)client->rcode);
	const char *wanted = i + 1 < line->count ? line->rest[i + 1] : "";

	if (!client->told)
		story_fails(story, "the client is still waiting");
	else if (got == NULL || strcmp(got->name, line->words[i]) != 0)
		story_fails(story, "the client was told %s (%s)", got == NULL ? "?" : got->name,
			    client->ede_text);
	else if (strcmp(client->data, wanted) != 0)
		story_fails(story, "the client was told \"%s\"", client->data);
}

static void check_time(struct story *story, const struct client_of_story *client,
		       const char *how, unsigned wanted)
{
	bool holds = strcmp(how, "at") == 0 ? client->told_at_ms == wanted
					    : client->told_at_ms <= wanted;

	if (!holds)
		story_fails(story, "the client was told at %llu ms",
			    (unsigned long long)client->told_at_ms);
}

/* client [N] is told RCODE [DATA], …was told at|by N ms, …has error N TEXT, …has ttl N,
 * …has N records, …has N signatures, …has security WORD, …passed STEP, …leaves,
 * …waits still */
static bool play_client_line(struct story *story, const struct line *line, unsigned i,
			     struct client_of_story *client)
{
	unsigned wanted;

	if (word_is(line, i, "is") && word_is(line, i + 1, "told") && i + 2 < line->count) {
		story_run(story, fake_clock_ms_since_start() + PATIENCE_MS, client);
		check_told(story, client, line, i + 2);
	} else if (word_is(line, i, "was") && number(line, i + 3, &wanted)) {
		check_time(story, client, line->words[i + 2], wanted);
	} else if (word_is(line, i, "has") && word_is(line, i + 1, "error") &&
		   number(line, i + 2, &wanted)) {
		if (client->ede != wanted ||
		    (i + 3 < line->count && strstr(client->ede_text, line->rest[i + 3]) == NULL))
			story_fails(story, "the error is %u: %s", client->ede, client->ede_text);
	} else if (word_is(line, i, "has") && word_is(line, i + 1, "ttl") &&
		   number(line, i + 2, &wanted)) {
		if (client->ttl != wanted)
			story_fails(story, "the TTL is %u", client->ttl);
	} else if (word_is(line, i, "has") && word_is(line, i + 2, "records") &&
		   number(line, i + 1, &wanted)) {
		if (client->records != wanted)
			story_fails(story, "there are %u records", client->records);
	} else if (word_is(line, i, "has") && word_is(line, i + 2, "signatures") &&
		   number(line, i + 1, &wanted)) {
		if (client->signatures != wanted)
			story_fails(story, "there are %u signatures", client->signatures);
	} else if (word_is(line, i, "has") && word_is(line, i + 1, "security")) {
		if (strcmp(security_name(client->security), line->words[i + 2]) != 0)
			story_fails(story, "it is %s", security_name(client->security));
	} else if (word_is(line, i, "passed") && i + 1 < line->count) {
		const char *step = line->rest[i + 1];

		if (memmem(client->trace, client->trace_octets, step, strlen(step)) == NULL)
			story_fails(story, "its walk was never at \"%s\"", step);
	} else if (word_is(line, i, "leaves")) {
		walk_leave(&client->asker);
	} else if (word_is(line, i, "waits")) {
		if (client->told)
			story_fails(story, "the client was told already");
	} else {
		return false;
	}
	return true;
}

static bool play_client(struct story *story, const struct line *line)
{
	unsigned which = story->client_count, i = 1;

	if (word_is(line, 1, "asks"))
		return ask(story, line, 2);
	if (number(line, 1, &which))
		i = 2;
	if (which == 0 || which > story->client_count)
		return false;
	return play_client_line(story, line, i, story->clients[which - 1]);
}

/* at N ms client asks NAME TYPE */
static bool play_at(struct story *story, const struct line *line)
{
	unsigned when;

	if (!number(line, 1, &when) || !word_is(line, 3, "client") || !word_is(line, 4, "asks"))
		return false;
	story_run(story, when, NULL);
	return ask(story, line, 5);
}

/* --- what must hold --- */

/* attack NAME: tests/scenario/figures prints what it cost. */
static bool play_attack(struct story *story, const struct line *line)
{
	if (line->count < 2)
		return false;
	snprintf(story->attack, sizeof(story->attack), "%s", line->rest[1]);
	return true;
}

/* daemon has asked|received [at most] N, daemon trusts|distrusts|follows|looks|has key … */
static bool play_daemon(struct story *story, const struct line *line)
{
	bool octets = word_is(line, 2, "received"), at_most = word_is(line, 3, "at");
	unsigned wanted, got = octets ? world_octets() : world_queries();

	if (word_is(line, 1, "trusts") || word_is(line, 1, "distrusts"))
		return play_trust(story, line);
	if (word_is(line, 1, "follows") || word_is(line, 1, "looks") || word_is(line, 2, "key"))
		return play_follow(story, line);
	if (!number(line, at_most ? 5 : 3, &wanted))
		return false;
	if (at_most ? got > wanted : got != wanted)
		story_fails(story, octets ? "the daemon has received %u octets"
					  : "the daemon has asked %u times", got);
	return true;
}

/* walks under way N */
static bool play_walks(struct story *story, const struct line *line)
{
	unsigned wanted;

	if (!number(line, 3, &wanted))
		return false;
	if (walks_under_way(story->walks) != wanted)
		story_fails(story, "%zu walks are under way", walks_under_way(story->walks));
	return true;
}

/* cut of NAME is ZONE */
static bool play_cut(struct story *story, const struct line *line)
{
	static struct cut cut;
	char text[NAME_TEXT_SIZE] = "nothing";
	struct name name;

	if (line->count != 5 || !name_parse(line->words[2], &name))
		return false;
	loop_look_at_clocks(&story->loop);
	if (cache_find_cut(story->cache, &name, story->loop.now_s, &cut))
		name_print(&cut.zone, text);
	if (strcmp(text, line->words[4]) != 0)
		story_fails(story, "the deepest cut of %s is %s", line->words[2], text);
	return true;
}

/* include FILE: beside this one. */
static bool play_include(struct story *story, const struct line *line)
{
	char path[4096];
	int folder = (int)(strrchr(story->path, '/') == NULL ? 0 : strrchr(story->path, '/') + 1 -
								   story->path);

	if (line->count != 2)
		return false;
	snprintf(path, sizeof(path), "%.*s%s", folder, story->path, line->words[1]);
	return story_play_file(story, path);
}

static const struct {
	const char *word;
	bool (*play)(struct story *, const struct line *);
} verbs[] = {
	{ "include", play_include },
	{ "root", play_root },
	{ "zone", play_zone },
	{ "setting", play_setting },
	{ "network", play_network },
	{ "fallback", play_fallback },
	{ "server", play_server },
	{ "on", play_on },
	{ "error", play_error },
	{ "answer", play_answer },
	{ "authority", play_authority },
	{ "additional", play_additional },
	{ "copy", play_copy },
	{ "has", play_has },
	{ "clock", play_clock },
	{ "wait", play_wait },
	{ "at", play_at },
	{ "client", play_client },
	{ "attack", play_attack },
	{ "daemon", play_daemon },
	{ "walks", play_walks },
	{ "cut", play_cut },
};

bool story_play_line(struct story *story, char *text)
{
	struct line line;

	if (!split(text, &line))
		return false;
	if (line.count == 0 || line.words[0][0] == '#')
		return true;
	for (unsigned i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(line.words[0], verbs[i].word) == 0)
			return verbs[i].play(story, &line);
	}
	return false;
}
