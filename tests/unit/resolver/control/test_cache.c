/* SPDX-License-Identifier: MIT */
/* test_cache.c — the cache's verbs over the real cache. */
#include <stdlib.h>

#include "cache/base/clock.h"
#include "cache/base/rcu.h"
#include "resolver/control/request.h"
#include "tests/unit/suite.h"

static struct cache *cache;
static struct control_host host;
static struct arena arena;
static json_t *reply;

static void ignore_log(int priority, const char *line)
{
}

static void set_up(void)
{
	struct cache_settings settings = { .memory = 4 << 20, .max_ttl = 86400,
					   .max_negative_ttl = 3600, .log = ignore_log };

	rcu_thread_begin();
	ck_assert_int_eq(cache_new(&settings, &cache), OK);
	host = (struct control_host){ .cache = cache };
	arena_init(&arena, 1 << 20);
}

static void tear_down(void)
{
	arena_clear(&arena);
	json_decref(reply);
	reply = NULL;
	cache_free(cache);
	rcu_thread_end();
}

static void ask(const char *text)
{
	char *line = control_answer(&host, bytes_of(text, strlen(text)), 0);

	ck_assert_ptr_nonnull(line);
	json_decref(reply);
	reply = json_loads(line, 0, NULL);
	free(line);
	ck_assert_msg(json_is_true(json_object_get(reply, "ok")), "%s", text);
}

static json_int_t number(const char *object, const char *member)
{
	const json_t *in = object == NULL ? reply : json_object_get(reply, object);

	return json_integer_value(json_object_get(in, member));
}

static size_t shown(const char *request)
{
	ask(request);
	return json_array_size(json_object_get(reply, "answers"));
}

static void keep(const char *name, uint16_t type, struct bytes rdata)
{
	struct answer_parts parts = { .question = { .type = type, .class = CLASS_IN },
				      .security = SECURITY_INSECURE, .ede = EDE_NONE };
	uint32_t now = clock_age_seconds();
	struct answer *answer;
	struct rrset *set;

	ck_assert(name_parse(name, &parts.question.name));
	set = rrset_new(&arena, &parts.question.name, type, CLASS_IN, 600);
	ck_assert_int_eq(rrset_add(set, &arena, rdata), OK);
	rrsets_append(&parts.sections[SECTION_ANSWER], set);
	answer = answer_build(&arena, &parts, now, 86400);
	ck_assert_ptr_nonnull(answer);
	cache_put_answer(cache, answer, now);
}

static void keep_some(void)
{
	struct cut cut = { .source = CUT_FROM_REFERRAL, .security = SECURITY_INSECURE, .ttl = 3600,
			   .stored_at = clock_age_seconds() };
	struct name server;
	struct address address;

	ck_assert(name_parse("example.", &cut.zone));
	ck_assert(name_parse("ns1.example.", &server));
	ck_assert(address_parse("192.0.2.1", 53, &address));
	cut_add_server(&cut, &server);
	cut_add_address(&cut, &server, &address);
	cache_put_cut(cache, &cut, clock_age_seconds());
	keep("www.example.", TYPE_A, bytes_of("\xc0\x00\x02\x01", 4));
	keep("www.example.", TYPE_TXT, bytes_of("\x03" "abc", 4));
	keep("mail.example.", TYPE_A, bytes_of("\xc0\x00\x02\x02", 4));
	keep("www.other.", TYPE_A, bytes_of("\xc0\x00\x02\x03", 4));
}

START_TEST(what_was_put_is_shown)
{
	const json_t *cut;

	keep_some();
	ck_assert_uint_eq(shown("{\"verb\":\"cache show\",\"name\":\"WWW.Example\"}"), 2);
	cut = json_object_get(reply, "cut");
	ck_assert_str_eq(json_string_value(json_object_get(cut, "zone")), "example.");
	ck_assert_uint_eq(json_array_size(json_object_get(cut, "servers")), 1);
	ck_assert_uint_eq(shown("{\"verb\":\"cache show\",\"name\":\"www.example\","
				"\"type\":\"A\"}"), 1);
	ck_assert_uint_eq(shown("{\"verb\":\"cache show\",\"name\":\"example\"}"), 0);
}
END_TEST

START_TEST(figures_count_what_was_put)
{
	keep_some();
	ask("{\"verb\":\"cache stats\"}");
	ck_assert_int_eq(number("answers", "entries"), 4);
	ck_assert_int_eq(number("cuts", "entries"), 1);
	ck_assert_int_gt(number("answers", "bytes"), 0);
	ck_assert_int_eq(number(NULL, "limit_bytes"), 4 << 20);
	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(reply, "disk"),
							   "state")), "none");
}
END_TEST

START_TEST(what_is_flushed_is_gone_and_the_rest_stays)
{
	keep_some();
	ask("{\"verb\":\"cache flush\",\"name\":\"www.example\",\"type\":\"TXT\"}");
	ck_assert_int_eq(number(NULL, "removed"), 1);
	ck_assert_uint_eq(shown("{\"verb\":\"cache show\",\"name\":\"www.example\"}"), 1);
	ask("{\"verb\":\"cache flush\",\"name\":\"example\",\"below\":true}");
	ck_assert_int_ge(number(NULL, "removed"), 2);
	ck_assert_uint_eq(shown("{\"verb\":\"cache show\",\"name\":\"www.example\"}"), 0);
	ck_assert_uint_eq(shown("{\"verb\":\"cache show\",\"name\":\"mail.example\"}"), 0);
	ck_assert_uint_eq(shown("{\"verb\":\"cache show\",\"name\":\"www.other\"}"), 1);
	ask("{\"verb\":\"cache flush\",\"all\":true}");
	ck_assert_int_ge(number(NULL, "removed"), 1);
	ck_assert_uint_eq(shown("{\"verb\":\"cache show\",\"name\":\"www.other\"}"), 0);
	ask("{\"verb\":\"cache stats\"}");
	ck_assert_int_eq(number("answers", "entries"), 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		what_was_put_is_shown, figures_count_what_was_put,
		what_is_flushed_is_gone_and_the_rest_stays,
	};

	return suite_run_with("control.cache", tests, SUITE_COUNT(tests), set_up, tear_down);
}
