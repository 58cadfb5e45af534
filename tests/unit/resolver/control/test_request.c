/* SPDX-License-Identifier: MIT */
/* test_request.c — what each verb says, and every refusal. */
#include <check.h>
#include <stdlib.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "fake_cache.h"
#include "resolver/control/request.h"

static struct cache cache;
static struct arena arena;
static json_t *reply;
static bool reload_fails;

static void host_status(void *subject, struct control_status *into)
{
	static const char *const listen[] = { "127.0.0.1@53", "::1@53" };

	*into = (struct control_status){ .uptime_s = 12, .workers = 2, .listen = listen,
					 .listen_count = 2, .config = NULL, .queries = 1000,
					 .answers_from_cache = 900, .walks = 100, .walks_now = 3,
					 .upstream_queries = 250, .failures = 4, .synthesised = 7,
					 .network = "intercepted",
					 .network_why = "somebody\x1b answers" };
}

static enum result host_reload(void *subject, struct control_reload *into)
{
	if (reload_fails) {
		snprintf(into->why, sizeof(into->why),
			 "/etc/xylem/\xff.yaml:3: \"lisen\" is no key");
		return MALFORMED;
	}
	into->changes[0] = (struct control_change){ "log.level", false };
	into->changes[1] = (struct control_change){ "listen", true };
	into->change_count = 2;
	return OK;
}

/* The host's zones: what it was told last, and what it says. */
static struct control_zone added;
static char told_name[NAME_TEXT_SIZE], told_owner[64], told_tls[64];
static struct address told_servers[MAX_ADDED_SERVERS];
static bool zones_fail;

static enum result host_zone_add(void *subject, const struct control_zone *zone,
				 struct control_zone_change *into)
{
	added = *zone;
	snprintf(told_name, sizeof(told_name), "%s", zone->name);
	snprintf(told_owner, sizeof(told_owner), "%s", zone->owner);
	snprintf(told_tls, sizeof(told_tls), "%s", zone->tls == NULL ? "" : zone->tls);
	memcpy(told_servers, zone->servers, zone->server_count * sizeof(*zone->servers));
	into->shadows = true;
	snprintf(into->why, sizeof(into->why), "corp.example. is another's");
	return zones_fail ? NOT_ALLOWED : OK;
}

static enum result host_zone_remove(void *subject, const char *name, const char *owner,
				    struct control_zone_change *into)
{
	snprintf(told_name, sizeof(told_name), "%s", name == NULL ? "" : name);
	snprintf(told_owner, sizeof(told_owner), "%s", owner == NULL ? "" : owner);
	into->removed = 2;
	snprintf(into->why, sizeof(into->why), "it stands in the configuration");
	return zones_fail ? NOT_ALLOWED : OK;
}

static void host_zone_list(void *subject, void (*each)(const struct control_zone *, void *),
			   void *to)
{
	struct address server;
	struct control_zone zone = { .name = "corp.example.", .servers = &server,
				     .server_count = 1, .is_stub = true, .validate = true,
				     .is_shadowed = true };

	ck_assert(address_parse("2001:db8::1", 53, &server));
	each(&zone, to);
	zone = (struct control_zone){ .name = "corp.example.", .owner = "vpn", .servers = &server,
				      .server_count = 1, .expires_s = 42, .fallback = true };
	each(&zone, to);
}

static const struct control_host host = {
	.cache = &cache, .cache_file = "/var/lib/xylem/cache.db",
	.status = host_status, .reload = host_reload, .zone_add = host_zone_add,
	.zone_remove = host_zone_remove, .zone_list = host_zone_list,
};

static void ask_octets(const void *octets, size_t length)
{
	char *line = control_answer(&host, bytes_of(octets, length), 0);

	ck_assert_ptr_nonnull(line);
	ck_assert_uint_gt(strlen(line), 1);
	ck_assert_int_eq(line[strlen(line) - 1], '\n');
	ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
	json_decref(reply);
	reply = json_loads(line, 0, NULL);
	free(line);
	ck_assert(json_is_object(reply));
	ck_assert(json_is_boolean(json_object_get(reply, "ok")));
}

static void ask(const char *text)
{
	ask_octets(text, strlen(text));
}

static bool is_ok(void)
{
	return json_is_true(json_object_get(reply, "ok"));
}

static json_int_t number(const json_t *object, const char *member)
{
	ck_assert_msg(json_is_integer(json_object_get(object, member)), "%s", member);
	return json_integer_value(json_object_get(object, member));
}

static const char *text(const json_t *object, const char *member)
{
	const char *value = json_string_value(json_object_get(object, member));

	ck_assert_msg(value != NULL, "%s", member);
	return value;
}

static void ck_refused(const char *part)
{
	ck_assert(!is_ok());
	ck_assert_msg(strstr(text(reply, "error"), part) != NULL, "%s", text(reply, "error"));
}

static void set_up(void)
{
	arena_init(&arena, 8 << 20);
	cache = (struct cache){ .figures = { .limit = 1000, .octets = 500, .disk = DISK_OK } };
	reload_fails = zones_fail = false;
	added = (struct control_zone){ .name = NULL };
}

static void tear_down(void)
{
	arena_clear(&arena);
	json_decref(reply);
	reply = NULL;
}

static void keep_answer(const char *name, uint16_t type, unsigned records, struct bytes rdata)
{
	struct answer_parts parts = { .question = { .type = type, .class = CLASS_IN },
				      .security = SECURITY_INSECURE, .ede = EDE_NONE };
	struct rrset *set;
	uint8_t octets[70000];

	ck_assert(name_parse(name, &parts.question.name));
	ck_assert(address_parse("192.0.2.53", 53, &parts.from));
	set = rrset_new(&arena, &parts.question.name, type, CLASS_IN, 300);
	for (unsigned i = 0; i < records; i++) {
		memcpy(octets, rdata.at, rdata.length);
		octets[rdata.length - 1] = (uint8_t)(octets[rdata.length - 1] + i);
		ck_assert_int_eq(rrset_add(set, &arena, bytes_of(octets, rdata.length)), OK);
	}
	rrsets_append(&parts.sections[SECTION_ANSWER], set);
	cache.answers[cache.answer_count] =
		answer_build(&arena, &parts, clock_age_seconds(), MAX_TTL);
	ck_assert_ptr_nonnull(cache.answers[cache.answer_count]);
	cache.answer_count++;
}

/* --- verbs --- */

START_TEST(status_has_every_member_of_the_page)
{
	ask("{\"verb\": \"status\"}");
	ck_assert(is_ok());
	ck_assert_str_eq(text(reply, "version"), XYLEM_VERSION);
	ck_assert_int_eq(number(reply, "pid"), getpid());
	ck_assert_int_eq(number(reply, "uptime_s"), 12);
	ck_assert_int_eq(number(reply, "workers"), 2);
	ck_assert_uint_eq(json_array_size(json_object_get(reply, "listen")), 2);
	ck_assert(json_is_null(json_object_get(reply, "config")));
	ck_assert_int_eq(number(reply, "queries"), 1000);
	ck_assert_int_eq(number(reply, "answers_from_cache"), 900);
	ck_assert_int_eq(number(reply, "walks"), 100);
	ck_assert_int_eq(number(reply, "walks_now"), 3);
	ck_assert_int_eq(number(reply, "upstream_queries"), 250);
	ck_assert_int_eq(number(reply, "failures"), 4);
	ck_assert_int_eq(number(reply, "synthesised"), 7);
	ck_assert_int_eq(number(reply, "cache_bytes"), 500);
	ck_assert_int_eq(number(reply, "cache_limit_bytes"), 1000);
	ck_assert_str_eq(text(reply, "disk"), "ok");
	ck_assert_str_eq(text(reply, "network"), "intercepted");
	ck_assert_str_eq(text(reply, "network_why"), "somebody? answers");
}
END_TEST

START_TEST(a_broken_disk_is_a_sentence)
{
	cache.figures.disk = DISK_BROKEN;
	snprintf(cache.figures.disk_why, sizeof(cache.figures.disk_why), "disk \xff full");
	ask("{\"verb\": \"status\"}");
	ck_assert_str_eq(text(reply, "disk"), "disk ? full");
	cache.figures.disk_why[0] = '\0';
	ask("{\"verb\": \"status\"}");
	ck_assert_str_eq(text(reply, "disk"), "the database can't be used");
}
END_TEST

START_TEST(stats_have_every_store_and_the_disk)
{
	cache.figures.servers = (struct store_figures){ 1, 2, 3, 4, UINT64_MAX };
	cache.figures.disk_rows = 77;
	ask("{\"verb\":\"cache stats\"}");
	ck_assert(is_ok());
	ck_assert_int_eq(number(reply, "limit_bytes"), 1000);
	ck_assert_int_eq(number(reply, "bytes"), 500);
	ck_assert_int_eq(number(json_object_get(reply, "answers"), "entries"), 0);
	ck_assert_int_eq(number(json_object_get(reply, "cuts"), "hits"), 0);
	ck_assert_int_eq(number(json_object_get(reply, "servers"), "entries"), 1);
	ck_assert_int_eq(number(json_object_get(reply, "servers"), "bytes"), 2);
	ck_assert_int_eq(number(json_object_get(reply, "servers"), "hits"), 3);
	ck_assert_int_eq(number(json_object_get(reply, "servers"), "misses"), 4);
	ck_assert_int_eq(number(json_object_get(reply, "servers"), "evictions"), INT64_MAX);
	ck_assert_int_eq(number(json_object_get(reply, "denials"), "bytes"), 0);
	ck_assert_int_eq(number(json_object_get(reply, "disk"), "rows"), 77);
	ck_assert_str_eq(text(json_object_get(reply, "disk"), "state"), "ok");
	ck_assert_str_eq(text(json_object_get(reply, "disk"), "path"), "/var/lib/xylem/cache.db");
}
END_TEST

START_TEST(show_prints_records_and_the_cut)
{
	struct cut cut = { .source = CUT_FROM_REFERRAL, .security = SECURITY_SECURE, .ttl = 3600,
			   .server_count = 2, .stored_at = clock_age_seconds() };
	const json_t *shown, *told;

	ck_assert(name_parse("example.", &cut.zone));
	ck_assert(name_parse("ns1.example.", &cut.servers[0].name));
	cut.servers[0].address_count = 1;
	ck_assert(address_parse("2001:db8::53", 53, &cut.servers[0].addresses[0]));
	cache.cut = &cut;
	keep_answer("www.example.", TYPE_A, 2, bytes_of("\xc0\x00\x02\x01", 4));
	keep_answer("other.example.", TYPE_A, 1, bytes_of("\xc0\x00\x02\x01", 4));
	ask("{\"verb\": \"cache show\", \"name\": \"WWW.example\"}");
	ck_assert(is_ok());
	ck_assert_str_eq(text(reply, "name"), "WWW.example.");
	ck_assert_int_eq(number(reply, "left_out"), 0);
	ck_assert_uint_eq(json_array_size(json_object_get(reply, "answers")), 1);
	shown = json_array_get(json_object_get(reply, "answers"), 0);
	ck_assert_str_eq(text(shown, "type"), "A");
	ck_assert_str_eq(text(shown, "rcode"), "NOERROR");
	ck_assert_str_eq(text(shown, "security"), "insecure");
	ck_assert_str_eq(text(shown, "from"), "192.0.2.53");
	ck_assert_int_le(number(shown, "age_s"), 5);
	ck_assert_int_ge(number(shown, "ttl_s"), 295);
	ck_assert_int_ge(number(shown, "expires_at"), clock_wall_seconds() + 290);
	ck_assert_uint_eq(json_array_size(json_object_get(shown, "records")), 2);
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(shown, "records"), 1)),
			 "www.example. 300 IN A 192.0.2.2");
	told = json_object_get(reply, "cut");
	ck_assert_str_eq(text(told, "zone"), "example.");
	ck_assert_str_eq(text(told, "source"), "referral");
	ck_assert_str_eq(text(told, "security"), "secure");
	ck_assert_int_ge(number(told, "ttl_s"), 3590);
	told = json_object_get(told, "servers");
	ck_assert_uint_eq(json_array_size(told), 2);
	ck_assert_str_eq(text(json_array_get(told, 0), "name"), "ns1.example.");
	ck_assert(json_is_null(json_object_get(json_array_get(told, 1), "name")));
}
END_TEST

START_TEST(show_takes_one_type)
{
	keep_answer("www.example.", TYPE_A, 1, bytes_of("\xc0\x00\x02\x01", 4));
	keep_answer("www.example.", TYPE_TXT, 1, bytes_of("\x03" "abc", 4));
	ask("{\"verb\": \"cache show\", \"name\": \"www.example.\", \"type\": \"txt\"}");
	ck_assert_uint_eq(json_array_size(json_object_get(reply, "answers")), 1);
	ask("{\"verb\": \"cache show\", \"name\": \"www.example.\", \"type\": \"TYPE1\"}");
	ck_assert_uint_eq(json_array_size(json_object_get(reply, "answers")), 1);
	ask("{\"verb\": \"cache show\", \"name\": \"www.example.\", \"type\": \"MX\"}");
	ck_assert_uint_eq(json_array_size(json_object_get(reply, "answers")), 0);
	ck_assert(json_is_null(json_object_get(reply, "cut")));
}
END_TEST

START_TEST(show_writes_what_nobody_can_read_as_unknown_data)
{
	const json_t *shown;

	keep_answer("odd.example.", 108, 1, bytes_of("\x01\x02\x03", 3));   /* EUI48 has six */
	keep_answer("odd.example.", 65280, 1, bytes_of("\x01\x02", 2));
	ask("{\"verb\": \"cache show\", \"name\": \"odd.example.\"}");
	ck_assert(is_ok());
	shown = json_array_get(json_object_get(reply, "answers"), 0);
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(shown, "records"), 0)),
			 "odd.example. 300 CLASS1 TYPE108 \\# 3 010203");
	shown = json_array_get(json_object_get(reply, "answers"), 1);
	ck_assert_str_eq(text(shown, "type"), "TYPE65280");
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(shown, "records"), 0)),
			 "odd.example. 300 IN TYPE65280 \\# 2 0102");
}
END_TEST

START_TEST(show_says_how_many_it_left_out)
{
	static uint8_t octets[15000];
	size_t shown;

	for (unsigned i = 0; i < 40; i++)
		keep_answer("big.example.", (uint16_t)(65280 + i), 1,
			    bytes_of(octets, sizeof(octets)));
	ask("{\"verb\": \"cache show\", \"name\": \"big.example.\"}");
	shown = json_array_size(json_object_get(reply, "answers"));
	ck_assert_uint_ge(shown, 2);
	ck_assert_uint_le(shown, 5);
	ck_assert_int_eq(number(reply, "left_out"), (json_int_t)(40 - shown));
}
END_TEST

START_TEST(show_says_why_a_question_failed)
{
	struct answer_parts parts = { .question = { .type = TYPE_A, .class = CLASS_IN },
				      .rcode = RCODE_SERVFAIL, .ede = EDE_NO_REACHABLE_AUTHORITY,
				      .ede_text = "no server of example. answered" };
	const json_t *shown;

	ck_assert(name_parse("dead.example.", &parts.question.name));
	cache.answers[0] = answer_build(&arena, &parts, clock_age_seconds(), MAX_TTL);
	ck_assert_ptr_nonnull(cache.answers[0]);
	cache.answer_count = 1;
	ask("{\"verb\": \"cache show\", \"name\": \"dead.example.\"}");
	shown = json_array_get(json_object_get(reply, "answers"), 0);
	ck_assert_str_eq(text(shown, "rcode"), "SERVFAIL");
	ck_assert_str_eq(text(shown, "why"), "no server of example. answered");
	ck_assert(json_is_null(json_object_get(shown, "from")));
}
END_TEST

START_TEST(flush_does_what_it_is_told)
{
	ask("{\"verb\": \"cache flush\", \"name\": \"example\", \"type\": \"AAAA\", "
	    "\"below\": true}");
	ck_assert(is_ok());
	ck_assert_int_eq(number(reply, "removed"), 7);
	ck_assert(!cache.flushed.all && cache.flushed.below);
	ck_assert_uint_eq(cache.flushed.type, TYPE_AAAA);
	ck_assert_uint_eq(name_labels(&cache.flushed.name), 1);
	ask("{\"verb\": \"cache flush\", \"all\": true}");
	ck_assert(is_ok() && cache.flushed.all);
	ck_assert_uint_eq(cache.flushes, 2);
}
END_TEST

START_TEST(flush_wants_to_be_told_what)
{
	ask("{\"verb\": \"cache flush\"}");
	ck_refused("say what to flush");
	ask("{\"verb\": \"cache flush\", \"all\": false}");
	ck_refused("say what to flush");
	ask("{\"verb\": \"cache flush\", \"all\": true, \"name\": \"a.\"}");
	ck_refused("stands alone");
	ask("{\"verb\": \"cache flush\", \"name\": \"a..b\"}");
	ck_refused("no domain name");
	ask("{\"verb\": \"cache flush\", \"name\": \"a.\", \"type\": \"QUUX\"}");
	ck_refused("no record type");
	ask("{\"verb\": \"cache flush\", \"name\": \"a.\", \"type\": \"TYPE65536\"}");
	ck_refused("no record type");
	ask("{\"verb\": \"cache flush\", \"name\": \"a.\", \"type\": \"TYPE0\"}");
	ck_refused("no record type");
	ask("{\"verb\": \"cache flush\", \"name\": \"a.\", \"type\": \"TYPE\"}");
	ck_refused("no record type");
	ck_assert_uint_eq(cache.flushes, 0);
}
END_TEST

START_TEST(reload_tells_what_changed_or_why_not)
{
	ask("{\"verb\": \"reload\"}");
	ck_assert(is_ok());
	ck_assert_uint_eq(json_array_size(json_object_get(reply, "changed")), 2);
	ck_assert_uint_eq(json_array_size(json_object_get(reply, "restart")), 1);
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(reply, "restart"), 0)),
			 "listen");
	reload_fails = true;
	ask("{\"verb\": \"reload\"}");
	ck_refused("/etc/xylem/?.yaml:3: \"lisen\" is no key");
}
END_TEST

/* --- refusals --- */

START_TEST(unknown_verbs_and_members_are_refused)
{
	ask("{}");
	ck_refused("\"verb\" is missing");
	ask("{\"verb\": 3}");
	ck_refused("\"verb\" is missing");
	ask("{\"verb\": \"statvs\"}");
	ck_refused("there is no verb \"statvs\": it is one of \"status\"");
	ask("{\"verb\": \"status\", \"nmae\": \"x\"}");
	ck_refused("\"nmae\" is no member of a \"status\" request");
	ask("{\"verb\": \"cache show\", \"name\": \"x\", \"below\": true}");
	ck_refused("it has \"verb\", \"name\", \"type\"");
	ask("{\"verb\": \"cache show\", \"name\": [\"x\"]}");
	ck_refused("\"name\" must be a string");
	ask("{\"verb\": \"cache flush\", \"all\": 1}");
	ck_refused("\"all\" must be true or false");
	ask("{\"verb\": \"cache show\"}");
	ck_refused("\"name\" is missing");
	ask("{\"verb\": \"status\", \"verb\": \"reload\"}");
	ck_refused("stands twice");
}
END_TEST

START_TEST(what_is_not_a_json_object_is_refused)
{
	ask("");
	ck_refused("one JSON object");
	ask("status");
	ck_refused("isn't JSON");
	ask("{\"verb\": \"status\"");
	ck_refused("breaks off");
	ask("{\"verb\": \"status\"} {\"verb\": \"reload\"}");
	ck_refused("isn't JSON");
	ask("[\"verb\"]");
	ck_refused("a request is a JSON object");
	ask("\"verb\"");
	ck_refused("JSON object");
	ask("{\"verb\": \"\xff\"}");
	ck_refused("isn't UTF-8");
	ask_octets("{\"verb\": \"st\0tus\"}", 18);
	ck_refused("isn't JSON");
	ask("{\"verb\": \"\\u0000\"}");
	ck_assert(!is_ok());
}
END_TEST

START_TEST(deep_and_long_requests_are_refused)
{
	static char octets[MAX_CONTROL_REQUEST + 1];

	ask("{\"verb\": [[[[1]]]]}");
	ck_refused("nested at most 4 deep");
	ask("{\"verb\": \"[[[[[[\"}");
	ck_refused("there is no verb");
	ask("{\"verb\": \"\\\"[[[[[[\"}");
	ck_refused("there is no verb");
	memset(octets, '[', sizeof(octets));
	ask_octets(octets, sizeof(octets));
	ck_refused("at most 4096 octets");
	ask_octets(octets, sizeof(octets) - 1);
	ck_refused("nested at most 4 deep");
	memset(octets, ' ', sizeof(octets));
	memcpy(octets, "{\"verb\": \"status\"}", 18);
	ask_octets(octets, MAX_CONTROL_REQUEST);
	ck_assert(is_ok());
}
END_TEST

START_TEST(a_long_quotation_is_cut)
{
	static char octets[4000];

	snprintf(octets, sizeof(octets), "{\"verb\": \"%03900d\"}", 7);
	ask(octets);
	ck_refused("there is no verb");
	ck_assert_uint_lt(strlen(text(reply, "error")), 512);
	memset(octets, 0, sizeof(octets));
	strcpy(octets, "{\"verb\": \"x");
	for (unsigned i = 0; i < 100; i++)
		strcat(octets, "\xc3\xa4");
	strcat(octets, "\"}");
	ask(octets);
	ck_refused("there is no verb");
}
END_TEST

/* --- zones --- */

#define ADD "{\"verb\":\"zone add\",\"zone\":\"Corp.Example\",\"servers\":[\"10.0.0.1\","   \
	    "\"2001:db8::1@5353\"]"

START_TEST(a_zone_is_added_as_it_is_described)
{
	ask(ADD ",\"kind\":\"stub\",\"owner\":\"vpn\",\"expires_s\":28800,\"fallback\":true,"
		"\"dnssec\":\"off\"}");
	ck_assert(is_ok());
	ck_assert_str_eq(text(reply, "zone"), "corp.example.");
	ck_assert_str_eq(text(reply, "owner"), "vpn");
	ck_assert(json_is_false(json_object_get(reply, "replaced")));
	ck_assert(json_is_true(json_object_get(reply, "shadows")));
	ck_assert_str_eq(told_name, "corp.example.");
	ck_assert_str_eq(told_owner, "vpn");
	ck_assert(added.is_stub && added.fallback && !added.validate);
	ck_assert_uint_eq(added.expires_s, 28800);
	ck_assert_uint_eq(added.server_count, 2);
	ck_assert_uint_eq(told_servers[0].port, 53);
	ck_assert_uint_eq(told_servers[1].port, 5353);
}
END_TEST

START_TEST(a_zone_needs_only_a_name_and_servers)
{
	ask(ADD "}");
	ck_assert(is_ok());
	ck_assert_str_eq(told_owner, "manual");
	ck_assert(!added.is_stub && !added.fallback && added.validate);
	ck_assert_uint_eq(added.expires_s, 0);
}
END_TEST

START_TEST(a_zone_asked_over_tls_has_another_port)
{
	ask(ADD ",\"tls\":\"dns.example\"}");
	ck_assert(is_ok());
	ck_assert_str_eq(told_tls, "dns.example");
	ck_assert_uint_eq(told_servers[0].port, 853);
	ck_assert_uint_eq(told_servers[1].port, 5353);
}
END_TEST

START_TEST(a_zone_that_cannot_be_is_refused_and_says_why)
{
	static const struct {
		const char *request, *why;
	} cases[] = {
		{ "{\"verb\":\"zone add\"}", "\"zone\" is missing" },
		{ "{\"verb\":\"zone add\",\"zone\":\"a..b\"}", "\"zone\" is no domain name" },
		{ "{\"verb\":\"zone add\",\"zone\":\"a\"}", "say whom to ask" },
		{ "{\"verb\":\"zone add\",\"zone\":\"a\",\"servers\":[]}", "1 to 16 addresses" },
		{ "{\"verb\":\"zone add\",\"zone\":\"a\",\"servers\":[7]}", "list of strings" },
		{ "{\"verb\":\"zone add\",\"zone\":\"a\",\"servers\":[\"ns.example\"]}",
		  "\"ns.example\" in \"servers\" is no address" },
		{ "{\"verb\":\"zone add\",\"zone\":\"a\",\"servers\":\"10.0.0.1\"}",
		  "\"servers\" must be a list" },
		{ ADD ",\"kind\":\"hint\"}", "\"forward\" or \"stub\"" },
		{ ADD ",\"dnssec\":\"maybe\"}", "\"validate\" or \"off\"" },
		{ ADD ",\"owner\":\"\"}", "1 to 32 octets" },
		{ ADD ",\"owner\":\"a\\u001b[2J\"}", "without control characters" },
		{ ADD ",\"expires_s\":0}", "from 1 to 2592000" },
		{ ADD ",\"expires_s\":2592001}", "from 1 to 2592000" },
		{ ADD ",\"expires_s\":\"8h\"}", "must be a whole number" },
		{ ADD ",\"tls\":\".\"}", "the servers' certificate has" },
		{ ADD ",\"tls\":\"a..b\"}", "the servers' certificate has" },
		{ ADD ",\"tls\":true}", "\"tls\" must be" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ask(cases[i].request);
		ck_refused(cases[i].why);
		ck_assert_ptr_null(added.name);
	}
	zones_fail = true;
	ask(ADD "}");
	ck_refused("corp.example. is another's");
}
END_TEST

START_TEST(a_negative_anchor_that_cannot_be_is_refused)
{
#define NEGATIVE "{\"verb\":\"anchors negative add\",\"zone\":\"a\""
	static const struct {
		const char *request, *why;
	} cases[] = {
		{ "{\"verb\":\"anchors negative add\"}", "\"zone\" is missing" },
		{ "{\"verb\":\"anchors negative remove\"}", "\"zone\" is missing" },
		{ NEGATIVE ",\"reason\":\"\"}", "1 to 128 octets" },
		{ NEGATIVE ",\"reason\":\"a\\u001b[2J\"}", "without control characters" },
		{ NEGATIVE ",\"expires_s\":0}", "from 1 to 2592000" },
		{ NEGATIVE ",\"expires_s\":2592001}", "from 1 to 2592000" },
	};
#undef NEGATIVE

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ask(cases[i].request);
		ck_refused(cases[i].why);
	}
}
END_TEST

START_TEST(so_many_servers_and_so_long_an_owner_and_no_more)
{
	char request[1024] = "{\"verb\":\"zone add\",\"zone\":\"a\",\"servers\":[\"10.0.0.1\"";

	for (unsigned i = 1; i < MAX_ADDED_SERVERS; i++)
		strcat(request, ",\"10.0.0.1\"");
	strcat(request, "],\"owner\":\"01234567890123456789012345678901\"}");
	ask(request);
	ck_assert(is_ok());
	ck_assert_uint_eq(added.server_count, MAX_ADDED_SERVERS);
	ck_assert_uint_eq(strlen(told_owner), MAX_ZONE_OWNER);
	strcpy(strstr(request, "01\"}"), "012\"}");
	ask(request);
	ck_refused("1 to 32 octets");
	strcpy(strstr(request, "]"), ",\"10.0.0.1\"]}");
	ask(request);
	ck_refused("1 to 16 addresses");
}
END_TEST

START_TEST(zones_are_removed_by_name_by_owner_or_both)
{
	ask("{\"verb\":\"zone remove\",\"zone\":\"CORP.example\"}");
	ck_assert(is_ok());
	ck_assert_int_eq(number(reply, "removed"), 2);
	ck_assert_str_eq(told_name, "corp.example.");
	ck_assert_str_eq(told_owner, "");
	ask("{\"verb\":\"zone remove\",\"owner\":\"vpn\"}");
	ck_assert(is_ok());
	ck_assert_str_eq(told_name, "");
	ck_assert_str_eq(told_owner, "vpn");
	ask("{\"verb\":\"zone remove\"}");
	ck_refused("say what to remove");
	zones_fail = true;
	ask("{\"verb\":\"zone remove\",\"zone\":\"corp.example\"}");
	ck_refused("stands in the configuration");
}
END_TEST

START_TEST(zones_are_listed_with_owner_and_time)
{
	const json_t *first, *second;

	ask("{\"verb\":\"zone list\"}");
	ck_assert(is_ok());
	first = json_array_get(json_object_get(reply, "zones"), 0);
	second = json_array_get(json_object_get(reply, "zones"), 1);
	ck_assert_str_eq(text(first, "kind"), "stub");
	ck_assert(json_is_null(json_object_get(first, "owner")));
	ck_assert(json_is_null(json_object_get(first, "expires_s")));
	ck_assert(json_is_true(json_object_get(first, "shadowed")));
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(first, "servers"), 0)),
			 "2001:db8::1@53");
	ck_assert_str_eq(text(second, "owner"), "vpn");
	ck_assert_int_eq(number(second, "expires_s"), 42);
	ck_assert(json_is_true(json_object_get(second, "fallback")));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("control.request");
	TCase *verbs = tcase_create("verbs"), *refusals = tcase_create("refusals");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(verbs, set_up, tear_down);
	tcase_add_checked_fixture(refusals, set_up, tear_down);
	tcase_add_test(verbs, status_has_every_member_of_the_page);
	tcase_add_test(verbs, a_broken_disk_is_a_sentence);
	tcase_add_test(verbs, stats_have_every_store_and_the_disk);
	tcase_add_test(verbs, show_prints_records_and_the_cut);
	tcase_add_test(verbs, show_takes_one_type);
	tcase_add_test(verbs, show_writes_what_nobody_can_read_as_unknown_data);
	tcase_add_test(verbs, show_says_how_many_it_left_out);
	tcase_add_test(verbs, show_says_why_a_question_failed);
	tcase_add_test(verbs, flush_does_what_it_is_told);
	tcase_add_test(verbs, flush_wants_to_be_told_what);
	tcase_add_test(verbs, reload_tells_what_changed_or_why_not);
	tcase_add_test(verbs, a_zone_is_added_as_it_is_described);
	tcase_add_test(verbs, a_zone_asked_over_tls_has_another_port);
	tcase_add_test(verbs, a_zone_needs_only_a_name_and_servers);
	tcase_add_test(verbs, so_many_servers_and_so_long_an_owner_and_no_more);
	tcase_add_test(verbs, zones_are_removed_by_name_by_owner_or_both);
	tcase_add_test(verbs, zones_are_listed_with_owner_and_time);
	tcase_add_test(refusals, a_zone_that_cannot_be_is_refused_and_says_why);
	tcase_add_test(refusals, a_negative_anchor_that_cannot_be_is_refused);
	tcase_add_test(refusals, unknown_verbs_and_members_are_refused);
	tcase_add_test(refusals, what_is_not_a_json_object_is_refused);
	tcase_add_test(refusals, deep_and_long_requests_are_refused);
	tcase_add_test(refusals, a_long_quotation_is_cut);
	suite_add_tcase(suite, verbs);
	suite_add_tcase(suite, refusals);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
