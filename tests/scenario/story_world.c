/* SPDX-License-Identifier: MIT */
/* story_world.c — the lines that make the world: servers, rules, records, settings. */
#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"
#include "tests/scenario/story_private.h"
#include "tests/scenario/world.h"

/* root NAME ADDRESS */
bool play_root(struct story *story, const struct line *line)
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

/* As the daemon does it (swap.c). */
static void zones_have_changed(struct story *story, const struct name *zone)
{
	const struct cache_flush what = { .name = *zone, .below = true, .through = true };

	cache_flush(story->cache, &what);
	walks_open_cache(story->walks);
}

/* zone leaves NAME */
static bool remove_zone(struct story *story, const struct line *line)
{
	struct walk_settings *settings = &story->settings;
	struct name name;
	unsigned at = 0;

	if (line->count != 3 || !name_parse(line->words[2], &name))
		return false;
	while (at < settings->zone_count && !name_equal(&story->zones[at].cut.zone, &name))
		at++;
	if (at == settings->zone_count)
		return false;
	walks_close_cache(story->walks);
	settings->zone_count--;
	for (; at < settings->zone_count; at++)
		story->zones[at] = story->zones[at + 1];
	zones_have_changed(story, &name);
	return true;
}

static bool add_zone(struct story *story, const struct line *line)
{
	unsigned at = story->settings.zone_count;
	struct cut *cut = &story->zones[at].cut;
	bool forward = word_is(line, 1, "forward");
	bool falls_back = word_is(line, line->count - 1, "fallback");
	bool unchecked = word_is(line, line->count - 1, "unchecked");

	if (line->count < 4 || (!forward && !word_is(line, 1, "stub")) ||
	    story->settings.zone_count == 8)
		return false;
	story->health[at] = (struct walk_zone_health){ 0 };
	story->zones[at].health = falls_back ? &story->health[at] : NULL;
	story->zones[at].unchecked = unchecked;
	*cut = (struct cut){ .source = forward ? CUT_FROM_FORWARD : CUT_FROM_STUB,
			     .ttl = UINT32_MAX };
	if (!name_parse(line->words[2], &cut->zone))
		return false;
	for (unsigned i = 3; i < line->count - (falls_back || unchecked); i++) {
		struct cut_server *server = &cut->servers[cut->server_count++];

		if (!address_parse(line->words[i], DNS_PORT, &server->addresses[0]))
			return false;
		server->address_count = 1;
	}
	walks_close_cache(story->walks);
	story->settings.zone_count++;
	zones_have_changed(story, &cut->zone);
	return true;
}

/* zone stub|forward NAME ADDRESS… [fallback|unchecked], zone leaves NAME, or of a zone that is
 * held: zone NAME … */
bool play_zone(struct story *story, const struct line *line)
{
	if (word_is(line, 1, "leaves"))
		return remove_zone(story, line);
	if (!word_is(line, 1, "stub") && !word_is(line, 1, "forward"))
		return play_held_zone(story, line);
	return add_zone(story, line);
}

/* fallback ADDRESS…, or: fallback none */
bool play_fallback(struct story *story, const struct line *line)
{
	struct cut cut = { .zone = name_root, .source = CUT_FROM_FORWARD };

	for (unsigned i = 1; i < line->count && !word_is(line, 1, "none"); i++) {
		struct cut_server *server = &cut.servers[cut.server_count++];

		if (!address_parse(line->words[i], DNS_PORT, &server->addresses[0]))
			return false;
		server->address_count = 1;
	}
	walks_set_fallback(story->walks, &cut);
	return line->count > 1;
}

/* network is direct|down|blocked|intercepted [TEXT] */
static bool play_passage(struct story *story, const struct line *line)
{
	static const char *const words[] = {
		[PASSAGE_DIRECT] = "direct", [PASSAGE_DOWN] = "down",
		[PASSAGE_BLOCKED] = "blocked", [PASSAGE_INTERCEPTED] = "intercepted",
	};
	char said[512];
	const char *got = words[walks_passage(story->walks, said, sizeof(said))];

	if (!word_is(line, 2, got))
		story_fails(story, "the network is %s: %s", got, said);
	else if (line->count > 3 && strstr(said, line->rest[3]) == NULL)
		story_fails(story, "of the network is said: %s", said);
	return line->count > 2;
}

/* network intercepted by ADDRESS */
static bool play_interception(const struct line *line)
{
	struct address address;

	if (!word_is(line, 2, "by") || line->count != 4 ||
	    !address_parse(line->words[3], DNS_PORT, &address))
		return false;
	world_set_interceptor(world_get_server(&address));
	return true;
}

/* network up|down|unreachable [ipv4|ipv6], network intercepted by ADDRESS, network changes, or:
 * network is … */
bool play_network(struct story *story, const struct line *line)
{
	enum network_of_story does;

	if (word_is(line, 1, "is"))
		return play_passage(story, line);
	if (word_is(line, 1, "intercepted"))
		return play_interception(line);
	if (word_is(line, 1, "changes")) {
		loop_look_at_clocks(&story->loop);
		walks_network_changed(story->walks);
		return true;
	}
	world_set_interceptor(NULL);
	if (word_is(line, 1, "up"))
		does = NETWORK_UP;
	else if (word_is(line, 1, "down"))
		does = NETWORK_DOWN;
	else if (word_is(line, 1, "unreachable"))
		does = NETWORK_UNREACHABLE;
	else
		return false;
	if (!word_is(line, 2, "ipv6"))
		world_set_network(4, does);
	if (!word_is(line, 2, "ipv4"))
		world_set_network(6, does);
	return true;
}

/* Special names are answered as the daemon does, but for the zones of the story so far. */
static void know_special_names(struct story *story)
{
	struct name configured[sizeof(story->zones) / sizeof(story->zones[0])];
	struct local_wishes wishes = {
		.configured = configured, .configured_count = story->settings.zone_count,
	};

	for (unsigned group = 0; group < LOCAL_GROUPS; group++)
		wishes.on[group] = true;
	for (unsigned i = 0; i < story->settings.zone_count; i++)
		configured[i] = story->zones[i].cut.zone;
	local_free(story->local);
	story->settings.local = story->local = local_new(&wishes);
	must(story->local != NULL);
}

/* setting ipv4|ipv6|priming|letters|cookies|aggressive on|off, setting special-names on, setting
 * minimise on|strict|off, setting walks N, setting never-ask NETWORK */
bool play_setting(struct story *story, const struct line *line)
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
	else if (word_is(line, 1, "aggressive"))
		story->settings.aggressive = on;
	else if (word_is(line, 1, "priming"))
		story->settings.priming = on;
	else if (word_is(line, 1, "special-names") && on)
		know_special_names(story);
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

/* server A is like B, server A is inside */
static bool play_is(struct story *story, const struct line *line)
{
	struct address address;

	if (word_is(line, 3, "inside")) {
		story->server->inside = true;
		return line->count == 4;
	}
	if (line->count != 5 || !word_is(line, 3, "like") ||
	    !address_parse(line->words[4], DNS_PORT, &address))
		return false;
	story->server->like = world_get_server(&address);
	return true;
}

/* server ADDRESS, server A is …, or: server ADDRESS was asked [at most] N [over tcp] */
bool play_server(struct story *story, const struct line *line)
{
	bool at_most = word_is(line, 4, "at"), holds;
	unsigned wanted, got, i = at_most ? 6 : 4;
	struct address address;

	if (line->count < 2 || !address_parse(line->words[1], DNS_PORT, &address))
		return false;
	story->server = world_get_server(&address);
	if (line->count == 2)
		return true;
	if (word_is(line, 2, "is"))
		return play_is(story, line);
	if (word_is(line, 2, "holds"))
		return play_holds(story, line);
	if (!word_is(line, 2, "was") || !word_is(line, 3, "asked") || !number(line, i, &wanted))
		return false;
	got = word_is(line, i + 1, "over") ? story->server->asked_over_tcp : story->server->asked;
	holds = at_most ? got <= wanted : got == wanted;
	if (!holds)
		story_fails(story, "%s was asked %u times, not %u", line->words[1], got, wanted);
	return true;
}

/* ldns knows only those that need no EDNS, and one of them by another name. */
static bool read_rcode(const char *word, unsigned *into)
{
	static const struct {
		const char *word;
		unsigned    rcode;
	} others[] = { { "NOTIMP", 4 }, { "BADVERS", 16 }, { "BADCOOKIE", 23 } };
	ldns_lookup_table *known = ldns_lookup_by_name(ldns_rcodes, word);

	for (unsigned i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (strcmp(word, others[i].word) != 0)
			continue;
		*into = others[i].rcode;
		return true;
	}
	if (known != NULL)
		*into = (unsigned)known->id;
	return known != NULL;
}

static bool read_flag(const char *word, struct rule *rule)
{
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
	else if (strncmp(word, "padding-", 8) == 0)
		rule->padding = (unsigned)atoi(word + 8);
	else if (strcmp(word, "signed") == 0)
		rule->is_signed = true;
	else if (strcmp(word, "no-question") == 0)
		rule->no_question = true;
	else
		return read_rcode(word, &rule->rcode);
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
	if (word_is(line, i, "is") && word_is(line, i + 1, "reset")) {
		rule->does = RESETS;
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

/* on NAME|*|*.NAME TYPE|* [udp|tcp|edns|rd] [once|twice] [after N ms] BEHAVIOUR */
bool play_on(struct story *story, const struct line *line)
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
		else if (word_is(line, i, "rd"))
			rule->only_with_rd = true;
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

/* `%` becomes a number: records of a family, one line. */
static char *numbered(const char *text, unsigned i)
{
	const char *mark = strchr(text, '%');
	char *made = NULL;
	int length;

	if (mark == NULL)
		made = strdup(text);
	else
		length = asprintf(&made, "%.*s%u%s", (int)(mark - text), text, i, mark + 1);
	must(made != NULL && (mark == NULL || length > 0));
	return made;
}

/* RECORD, or: N times RECORD */
static bool add_record(struct story *story, const struct line *line, enum section section)
{
	struct rule *rule = story->rule;
	unsigned count = 1, from = 1;

	if (word_is(line, 2, "times") && number(line, 1, &count))
		from = 3;
	if (rule == NULL || line->count <= from || rule->record_count + count > MOST_RECORDS)
		return false;
	for (unsigned i = 1; i <= count; i++) {
		rule->records[rule->record_count].section = section;
		rule->records[rule->record_count++].text = numbered(line->rest[from], i);
	}
	return true;
}

/* error CODE [TEXT]: that rule's reply has it (RFC 8914). */
bool play_error(struct story *story, const struct line *line)
{
	struct rule *rule = story->rule;
	unsigned code;

	if (rule == NULL || !number(line, 1, &code))
		return false;
	rule->has_error = true;
	rule->error = (uint16_t)code;
	snprintf(rule->error_text, sizeof(rule->error_text), "%s",
		 line->count > 2 ? line->rest[2] : "");
	return true;
}

bool play_answer(struct story *story, const struct line *line)
{
	return add_record(story, line, SECTION_ANSWER);
}

bool play_authority(struct story *story, const struct line *line)
{
	return add_record(story, line, SECTION_AUTHORITY);
}

bool play_additional(struct story *story, const struct line *line)
{
	return add_record(story, line, SECTION_ADDITIONAL);
}
