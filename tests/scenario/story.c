/* SPDX-License-Identifier: MIT */
/* story.c — the language of stories: a table of first words, and what each line does. */
#include "tests/scenario/story.h"

#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#include "cache/base/clock.h"
#include "cache/base/must.h"
#include "tests/scenario/world.h"

enum { MOST_WORDS = 64, PATIENCE_MS = 60000 };

/* A line's words; `rest[i]` is the line from word i on. */
struct line {
	unsigned    count;
	char       *words[MOST_WORDS];
	const char *rest[MOST_WORDS];
	char        copy[4096];
};

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

static bool word_is(const struct line *line, unsigned i, const char *word)
{
	return i < line->count && strcmp(line->words[i], word) == 0;
}

static bool number(const struct line *line, unsigned i, unsigned *into)
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

static bool read_type(const char *word, uint16_t *into)
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

/* --- the world --- */

/* root NAME ADDRESS */
static bool play_root(struct story *story, const struct line *line)
{
	struct address address;
	struct name name;

	if (line->count != 3 || !name_parse(line->words[1], &name) ||
	    !address_parse(line->words[2], DNS_PORT, &address))
		return false;
	cut_add_server(&story->settings.hints, &name);
	cut_add_address(&story->settings.hints, &name, &address);
	return true;
}

/* zone stub|forward NAME ADDRESS… */
static bool play_zone(struct story *story, const struct line *line)
{
	struct cut *cut = &story->zones[story->settings.zone_count].cut;
	bool forward = word_is(line, 1, "forward");

	if (line->count < 4 || (!forward && !word_is(line, 1, "stub")) ||
	    story->settings.zone_count == 8)
		return false;
	*cut = (struct cut){ .source = forward ? CUT_FROM_FORWARD : CUT_FROM_STUB,
			     .ttl = UINT32_MAX };
	if (!name_parse(line->words[2], &cut->zone))
		return false;
	for (unsigned i = 3; i < line->count; i++) {
		struct cut_server *server = &cut->servers[cut->server_count++];

		if (!address_parse(line->words[i], DNS_PORT, &server->addresses[0]))
			return false;
		server->address_count = 1;
	}
	story->settings.zone_count++;
	return true;
}

/* setting ipv4|ipv6|priming|letters|cookies on|off, setting minimise on|strict|off, setting walks N,
 * setting never-ask NETWORK */
static bool play_setting(struct story *story, const struct line *line)
{
	bool on = word_is(line, 2, "on");
	unsigned walks;

	if (word_is(line, 1, "ipv4"))
		story->settings.use_ipv4 = on;
	else if (word_is(line, 1, "ipv6"))
		story->settings.use_ipv6 = on;
	else if (word_is(line, 1, "minimise"))
		story->settings.minimise = on ? MINIMISE_RELAXED :
					   word_is(line, 2, "strict") ? MINIMISE_STRICT :
									MINIMISE_OFF;
	else if (word_is(line, 1, "priming"))
		story->settings.priming = on;
	else if (word_is(line, 1, "letters"))
		story->settings.defences.vary_letters = on;
	else if (word_is(line, 1, "cookies"))
		story->settings.defences.cookies = on;
	else if (word_is(line, 1, "walks") && number(line, 2, &walks))
		story->settings.most = walks;
	else if (word_is(line, 1, "never-ask") && story->settings.never_ask_count < 4 &&
		 network_parse(line->words[2],
			       &story->never_ask[story->settings.never_ask_count]))
		story->settings.never_ask_count++;
	else
		return false;
	return true;
}

/* server ADDRESS, or: server ADDRESS was asked N [over tcp] */
static bool play_server(struct story *story, const struct line *line)
{
	struct address address;
	unsigned wanted, got;

	if (line->count < 2 || !address_parse(line->words[1], DNS_PORT, &address))
		return false;
	story->server = world_get_server(&address);
	if (line->count == 2)
		return true;
	if (!word_is(line, 2, "was") || !word_is(line, 3, "asked") || !number(line, 4, &wanted))
		return false;
	got = word_is(line, 5, "over") ? story->server->asked_over_tcp : story->server->asked;
	if (got != wanted)
		story_fails(story, "%s was asked %u times, not %u", line->words[1], got, wanted);
	return true;
}

static bool read_flag(const char *word, struct rule *rule)
{
	ldns_lookup_table *rcode = ldns_lookup_by_name(ldns_rcodes, word);

	if (strcmp(word, "aa") == 0)
		rule->flags |= FLAG_AA;
	else if (strcmp(word, "tc") == 0)
		rule->flags |= FLAG_TC;
	else if (strcmp(word, "ra") == 0)
		rule->flags |= FLAG_RA;
	else if (strcmp(word, "no-edns") == 0)
		rule->without_edns = true;
	else if (strcmp(word, "other-letters") == 0)
		rule->other_letters = true;
	else if (strcmp(word, "BADCOOKIE") == 0)
		rule->rcode = RCODE_BADCOOKIE;
	else if (strcmp(word, "cookie") == 0)
		rule->cookie = true;
	else if (strcmp(word, "wrong-cookie") == 0)
		rule->wrong_cookie = true;
	else if (strcmp(word, "wrong-question") == 0)
		rule->wrong_question = true;
	else if (strcmp(word, "trailing-octet") == 0)
		rule->trailing_octet = true;
	else if (strncmp(word, "cut-at-", 7) == 0)
		rule->cut_at = (unsigned)atoi(word + 7);
	else if (rcode != NULL)
		rule->rcode = (unsigned)rcode->id;
	else
		return false;
	return true;
}

static bool read_behaviour(const struct line *line, unsigned i, struct rule *rule)
{
	if (word_is(line, i, "is") && word_is(line, i + 1, "silent")) {
		rule->does = IS_SILENT;
		return line->count == i + 2;
	}
	if (word_is(line, i, "is") && word_is(line, i + 1, "unreachable")) {
		rule->does = IS_UNREACHABLE;
		return line->count == i + 2;
	}
	if (word_is(line, i, "sends") && word_is(line, i + 1, "garbage")) {
		rule->does = SENDS_GARBAGE;
		return line->count == i + 2;
	}
	if (word_is(line, i, "sends") && word_is(line, i + 1, "stray")) {
		rule->does = SENDS_STRAY;
		return line->count == i + 2;
	}
	if (!word_is(line, i, "replies"))
		return false;
	for (i++; i < line->count; i++) {
		if (!read_flag(line->words[i], rule))
			return false;
	}
	return true;
}

static bool read_rule_name(const char *word, struct rule *rule)
{
	if (strcmp(word, "*") == 0) {
		rule->any_name = true;
		return true;
	}
	rule->below_too = strncmp(word, "*.", 2) == 0;
	return name_parse(rule->below_too ? word + 2 : word, &rule->name);
}

/* on NAME|*|*.NAME TYPE|* [udp|tcp|edns|no-cookie] [once|twice] [after N ms] BEHAVIOUR */
static bool play_on(struct story *story, const struct line *line)
{
	struct rule *rule;
	unsigned i = 3;

	if (story->server == NULL || line->count < 4)
		return false;
	rule = calloc(1, sizeof(*rule));
	must(rule != NULL);
	world_add_rule(story->server, rule);
	story->rule = rule;
	rule->delay_ms = 10;
	if (!read_rule_name(line->words[1], rule))
		return false;
	if (!word_is(line, 2, "*") && !read_type(line->words[2], &rule->type))
		return false;
	for (;; i++) {
		if (word_is(line, i, "udp"))
			rule->only = ONLY_UDP;
		else if (word_is(line, i, "tcp"))
			rule->only = ONLY_TCP;
		else if (word_is(line, i, "edns"))
			rule->only_with_edns = true;
		else if (word_is(line, i, "no-cookie"))
			rule->only_without_cookie = true;
		else if (word_is(line, i, "once"))
			rule->times = 1;
		else if (word_is(line, i, "twice"))
			rule->times = 2;
		else if (word_is(line, i, "after") && number(line, i + 1, &rule->delay_ms))
			i += 2;
		else
			return read_behaviour(line, i, rule);
	}
}

static bool add_record(struct story *story, const struct line *line, enum section section)
{
	struct rule *rule = story->rule;

	if (rule == NULL || line->count < 2 || rule->record_count == MOST_RECORDS)
		return false;
	rule->records[rule->record_count].section = section;
	rule->records[rule->record_count++].text = strdup(line->rest[1]);
	return true;
}

static bool play_answer(struct story *story, const struct line *line)
{
	return add_record(story, line, SECTION_ANSWER);
}

static bool play_authority(struct story *story, const struct line *line)
{
	return add_record(story, line, SECTION_AUTHORITY);
}

static bool play_additional(struct story *story, const struct line *line)
{
	return add_record(story, line, SECTION_ADDITIONAL);
}

/* --- time --- */

void story_run(struct story *story, uint64_t until_ms, const struct client_of_story *client)
{
	struct loop *loop = &story->loop;

	for (;;) {
		uint64_t now = fake_clock_ms_since_start(), due;

		loop_look_at_clocks(loop);
		loop_run_due(loop);
		if (client != NULL && client->told)
			return;
		due = loop_next_due(loop);
		if (due == UINT64_MAX || now + (due - loop->now_ms) > until_ms)
			break;
		fake_clock_advance_us((due - loop->now_ms) * 1000);
	}
	if (client == NULL && fake_clock_ms_since_start() < until_ms)
		fake_clock_advance_us((until_ms - fake_clock_ms_since_start()) * 1000);
	loop_look_at_clocks(loop);
}

/* wait N ms|s */
static bool play_wait(struct story *story, const struct line *line)
{
	unsigned span;

	if (line->count != 3 || !number(line, 1, &span))
		return false;
	story_run(story, fake_clock_ms_since_start() + span * (word_is(line, 2, "s") ? 1000ull : 1),
		  NULL);
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
	client->rcode = RCODE_SERVFAIL;
	if (answer == NULL)
		return;
	arena_init(&arena, 1 << 22);
	client->rcode = answer_rcode(answer);
	client->security = answer_security(answer);
	client->ede = answer_ede(answer);
	snprintf(client->ede_text, sizeof(client->ede_text), "%s", answer_ede_text(answer));
	must(answer_expand(answer, clock_age_seconds(), &arena, &parts) == OK);
	client->ttl = answer_ttl_left(answer, clock_age_seconds());
	for (struct rrset *set = parts.sections[SECTION_ANSWER].first; set; set = set->next) {
		for (unsigned i = 0; i < set->count; i++)
			keep_record(client, set, i);
	}
	trace_write(trace, &writer);
	client->trace_octets = writer.position;
	arena_clear(&arena);
}

/* client asks NAME TYPE */
static bool ask(struct story *story, const struct line *line, unsigned i)
{
	struct client_of_story *client;
	struct question question;

	if (!read_question(line, i, &question) || story->client_count == MOST_CLIENTS)
		return false;
	client = calloc(1, sizeof(*client));
	must(client != NULL);
	story->clients[story->client_count++] = client;
	client->asker.told = told;
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
 * …has security WORD, …leaves, …waits still */
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
	} else if (word_is(line, i, "has") && word_is(line, i + 1, "security")) {
		if (strcmp(security_name(client->security), line->words[i + 2]) != 0)
			story_fails(story, "it is %s", security_name(client->security));
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

/* daemon has asked [at most] N */
static bool play_daemon(struct story *story, const struct line *line)
{
	bool at_most = word_is(line, 3, "at");
	unsigned wanted, got = world_queries();

	if (!number(line, at_most ? 5 : 3, &wanted))
		return false;
	if (at_most ? got > wanted : got != wanted)
		story_fails(story, "the daemon has asked %u times", got);
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
	{ "server", play_server },
	{ "on", play_on },
	{ "answer", play_answer },
	{ "authority", play_authority },
	{ "additional", play_additional },
	{ "wait", play_wait },
	{ "at", play_at },
	{ "client", play_client },
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
