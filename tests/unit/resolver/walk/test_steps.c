/* SPDX-License-Identifier: MIT */
/* test_steps.c — each step by itself: what it reads is set, it is called, and what it returns
 * is looked at. */
#include <stdlib.h>

#include "cache/base/rcu.h"
#include "resolver/walk/join.h"
#include "tests/fake/fake.h"
#include "tests/unit/suite.h"

static struct loop loop;
static struct cache *cache;
static struct walks *walks;
static struct walk_settings settings;
static struct walk_zone zone;
static struct network loopback;
static struct asker asker;
static struct walk *w;

static struct name name(const char *text)
{
	struct name parsed;

	ck_assert(name_parse(text, &parsed));
	return parsed;
}

static struct address address(const char *text)
{
	struct address parsed;

	ck_assert(address_parse(text, DNS_PORT, &parsed));
	return parsed;
}

static struct fake_reaction silence(const struct exchange_request *request)
{
	return (struct fake_reaction){ .outcome = EXCHANGE_SILENT };
}

static void told(struct asker *who, const struct answer *answer, const struct trace *trace)
{
}

static void add_server(struct cut *cut, const char *server, const char *at)
{
	struct name server_name = name(server);
	struct address server_address;

	cut_add_server(cut, &server_name);
	if (at == NULL)
		return;
	server_address = address(at);
	cut_add_address(cut, &server_name, &server_address);
}

static struct cut cut_for(const char *of, enum cut_source source)
{
	return (struct cut){ .zone = name(of), .source = source, .stored_at = loop.now_s,
			     .ttl = 3600 };
}

static void begin(const char *asked, uint16_t type)
{
	struct question question = { .name = name(asked), .type = type, .class = CLASS_IN };

	asker = (struct asker){ .told = told };
	list_init(&asker.place);
	ck_assert(walk_ask(walks, &question, &asker) == ASK_ACCEPTED);
	w = asker.walk;
}

static void set_up(void)
{
	struct cache_settings of_cache = { .memory = 8 << 20, .max_ttl = 86400,
					   .max_negative_ttl = 3600 };

	rcu_thread_begin();
	fake_world = silence;
	loop_init(&loop);
	ck_assert(cache_new(&of_cache, &cache) == OK);
	ck_assert(network_parse("127.0.0.0/8", &loopback));
	settings = (struct walk_settings){
		.hints = cut_for(".", CUT_FROM_HINTS), .zones = &zone, .zone_count = 0,
		.never_ask = &loopback, .never_ask_count = 1, .use_ipv4 = true,
		.max_ttl = 86400, .max_negative_ttl = 3600,
		.failure_ttl = MIN_FAILURE_TTL, .max_failure_ttl = MAX_FAILURE_TTL, .most = 100,
	};
	add_server(&settings.hints, "a.root.", "198.41.0.4");
	ck_assert(walks_new(&loop, cache, &settings, &walks) == OK);
	begin("www.example.com.", TYPE_A);
}

static void tear_down(void)
{
	walk_leave(&asker);
	walks_free(walks);
	loop_clear(&loop);
	cache_free(cache);
	rcu_thread_end();
}

/* Keeps one record in the cache, as an answer to its own question. */
static void keep(const char *owner, uint16_t type, struct bytes rdata, unsigned rcode)
{
	struct answer_parts parts = {
		.question = { .name = name(owner), .type = type, .class = CLASS_IN },
		.rcode = (uint8_t)rcode, .ede = EDE_NONE, .from = address("192.0.2.1"),
	};
	struct rrset *set = rrset_new(&w->arena, &parts.question.name, type, CLASS_IN, 300);

	ck_assert(rrset_add(set, &w->arena, rdata) == OK);
	rrsets_append(&parts.sections[SECTION_ANSWER], set);
	cache_put_answer(cache, answer_build(&w->arena, &parts, loop.now_s, 86400), loop.now_s);
}

static void go_to(enum step step)
{
	walk_moves(w, step);
}

/* The walk stands before its servers, of which one is known. */
static void stand_before(const char *zone_name, const char *server, const char *at)
{
	w->route.cut = cut_for(zone_name, CUT_FROM_REFERRAL);
	add_server(&w->route.cut, server, at);
	route_enter(w);
	go_to(CHOOSE_SERVER);
}

START_TEST(an_unknown_name_needs_a_cut)
{
	ck_assert(look_in_cache(w) == FIND_CUT);
}
END_TEST

START_TEST(a_known_answer_ends_the_walk)
{
	keep("www.example.com.", TYPE_A, bytes_of("\1\2\3\4", 4), RCODE_NOERROR);
	ck_assert(look_in_cache(w) == ANSWER);
	ck_assert_ptr_nonnull(w->found.sections[SECTION_ANSWER].first);
}
END_TEST

START_TEST(a_known_alias_moves_the_question)
{
	struct name target = name("host.example.com."), wanted = target;

	keep("www.example.com.", TYPE_CNAME, name_bytes(&target), RCODE_NOERROR);
	ck_assert(look_in_cache(w) == LOOK_IN_CACHE);
	ck_assert(name_equal(&w->sought.name, &wanted));
	ck_assert_uint_eq(w->aliases, 1);
}
END_TEST

START_TEST(an_alias_is_not_followed_for_its_own_type)
{
	struct name target = name("host.example.com.");

	keep("www.example.com.", TYPE_CNAME, name_bytes(&target), RCODE_NOERROR);
	w->sought.type = TYPE_CNAME;
	ck_assert(look_in_cache(w) == ANSWER);
}
END_TEST

START_TEST(without_any_cut_the_hints_are_asked)
{
	go_to(FIND_CUT);
	ck_assert(find_cut(w) == CHOOSE_SERVER);
	ck_assert(name_is_root(&w->route.cut.zone));
}
END_TEST

START_TEST(the_deepest_cut_is_taken)
{
	struct cut com = cut_for("com.", CUT_FROM_REFERRAL);
	struct cut example = cut_for("example.com.", CUT_FROM_REFERRAL);

	add_server(&com, "ns.com.", "192.0.2.1");
	add_server(&example, "ns.example.com.", "192.0.2.2");
	cache_put_cut(cache, &com, loop.now_s);
	cache_put_cut(cache, &example, loop.now_s);
	go_to(FIND_CUT);
	ck_assert(find_cut(w) == CHOOSE_SERVER);
	ck_assert(name_equal(&w->route.cut.zone, &example.zone));
}
END_TEST

START_TEST(ds_starts_at_the_parent)
{
	struct cut com = cut_for("com.", CUT_FROM_REFERRAL);
	struct cut example = cut_for("example.com.", CUT_FROM_REFERRAL);

	add_server(&com, "ns.com.", "192.0.2.1");
	add_server(&example, "ns.example.com.", "192.0.2.2");
	cache_put_cut(cache, &com, loop.now_s);
	cache_put_cut(cache, &example, loop.now_s);
	w->sought = (struct question){ .name = example.zone, .type = TYPE_DS, .class = CLASS_IN };
	go_to(FIND_CUT);
	ck_assert(find_cut(w) == CHOOSE_SERVER);
	ck_assert(name_equal(&w->route.cut.zone, &com.zone));
}
END_TEST

START_TEST(a_forward_zone_beats_a_deeper_cut)
{
	struct cut example = cut_for("example.com.", CUT_FROM_REFERRAL);

	add_server(&example, "ns.example.com.", "192.0.2.2");
	cache_put_cut(cache, &example, loop.now_s);
	zone.cut = cut_for("com.", CUT_FROM_FORWARD);
	settings.zone_count = 1;
	go_to(FIND_CUT);
	ck_assert(find_cut(w) == CHOOSE_SERVER);
	ck_assert(w->route.cut.source == CUT_FROM_FORWARD);
}
END_TEST

START_TEST(a_stub_zone_beats_its_own_cut_but_not_a_deeper_one)
{
	struct cut example = cut_for("example.com.", CUT_FROM_REFERRAL);

	add_server(&example, "ns.example.com.", "192.0.2.2");
	cache_put_cut(cache, &example, loop.now_s);
	settings.zone_count = 1;
	zone.cut = cut_for("example.com.", CUT_FROM_STUB);
	go_to(FIND_CUT);
	ck_assert(find_cut(w) == CHOOSE_SERVER);
	ck_assert(w->route.cut.source == CUT_FROM_STUB);
	zone.cut = cut_for("com.", CUT_FROM_STUB);
	ck_assert(find_cut(w) == CHOOSE_SERVER);
	ck_assert(name_equal(&w->route.cut.zone, &example.zone));
}
END_TEST

START_TEST(a_known_address_is_asked)
{
	stand_before("example.com.", "ns.example.com.", "192.0.2.1");
	ck_assert(choose_server(w) == SEND_QUERY);
}
END_TEST

START_TEST(a_server_known_by_name_needs_a_sub_walk)
{
	stand_before("example.com.", "ns.other.net.", NULL);
	ck_assert(choose_server(w) == AWAIT_ADDRESS);
	ck_assert(!list_is_empty(&w->children));
	ck_assert_uint_eq(walks_under_way(walks), 2);
}
END_TEST

START_TEST(without_any_server_the_walk_fails_and_names_the_zone)
{
	w->route.cut = cut_for("example.com.", CUT_FROM_REFERRAL);
	go_to(CHOOSE_SERVER);
	ck_assert(choose_server(w) == FAIL);
	ck_assert(w->failure.ede == EDE_NO_REACHABLE_AUTHORITY);
	ck_assert_ptr_nonnull(strstr(w->failure.sentence, "example.com."));
}
END_TEST

START_TEST(a_referral_to_loopback_is_not_asked_but_a_stub_is)
{
	stand_before("example.com.", "ns.example.com.", "127.0.0.1");
	ck_assert(choose_server(w) == FAIL);
	w->route.cut.source = CUT_FROM_STUB;
	ck_assert(choose_server(w) == SEND_QUERY);
}
END_TEST

START_TEST(a_wake_for_nothing_is_slept_on)
{
	struct address found = address("192.0.2.7");
	struct name server = name("ns.other.net.");

	stand_before("example.com.", "ns.other.net.", NULL);
	ck_assert(choose_server(w) == AWAIT_ADDRESS);
	go_to(AWAIT_ADDRESS);
	ck_assert(await_address(w) == AWAIT_ADDRESS);
	cut_add_address(&w->route.cut, &server, &found);
	ck_assert(await_address(w) == CHOOSE_SERVER);
}
END_TEST

START_TEST(a_query_goes_into_the_air)
{
	stand_before("example.com.", "ns.example.com.", "192.0.2.1");
	go_to(choose_server(w));
	ck_assert(send_query(w) == AWAIT_REPLY);
	ck_assert_ptr_nonnull(w->attempt.exchange);
	go_to(AWAIT_REPLY);
	ck_assert(await_reply(w) == AWAIT_REPLY);
}
END_TEST

START_TEST(a_spent_ledger_sends_nothing)
{
	stand_before("example.com.", "ns.example.com.", "192.0.2.1");
	go_to(choose_server(w));
	w->payer->queries = 0;
	ck_assert(send_query(w) == FAIL);
	ck_assert_ptr_null(w->attempt.exchange);
	ck_assert_ptr_nonnull(strstr(w->failure.sentence, "64 upstream queries"));
}
END_TEST

/* But nothing runs for it. */
static void ring_what_is_due(void)
{
	loop_look_at_clocks(&loop);
	alarm_cancel(&loop, &w->deadline);
	while (loop_next_due(&loop) <= loop.now_ms) {
		struct alarm *due = loop.heap[1];

		alarm_cancel(&loop, due);
		due->rings(due);
	}
	turn_cancel(&w->turn);
}

START_TEST(silence_is_remembered_of_the_server)
{
	struct address asked = address("192.0.2.1");
	struct server known;

	stand_before("example.com.", "ns.example.com.", "192.0.2.1");
	go_to(choose_server(w));
	go_to(send_query(w));
	fake_clock_advance_us(5000 * 1000);
	ring_what_is_due();
	ck_assert(await_reply(w) == CHOOSE_SERVER);
	ck_assert_ptr_null(w->attempt.exchange);
	cache_get_server(cache, &asked, &known);
	ck_assert_uint_eq(known.silences, 1);
}
END_TEST

static struct exchange_request last_request;

static struct fake_reaction distrust(const struct exchange_request *request)
{
	last_request = *request;
	return (struct fake_reaction){ .outcome = EXCHANGE_UNTRUSTED, .fault = "it is a stranger" };
}

/* All its servers; after each the walk is where it chooses. */
static void meet_strangers(unsigned servers)
{
	while (servers-- > 0) {
		go_to(choose_server(w));
		ck_assert(w->at == SEND_QUERY && w->attempt.transport == OVER_TLS);
		go_to(send_query(w));
		ring_what_is_due();
		go_to(await_reply(w));
		ck_assert(w->at == CHOOSE_SERVER);
	}
}

/* Whatever was learnt of the address, and though the first is of no use. */
START_TEST(who_is_asked_by_tls_is_never_asked_otherwise)
{
	struct address asked = address("192.0.2.1");
	struct server known = { .prefers_tcp = true };

	fake_world = distrust;
	cache_put_server(cache, &asked, &known);
	stand_before("example.com.", "dns.example.net.", "192.0.2.1");
	add_server(&w->route.cut, "dns.example.net.", "192.0.2.2");
	w->route.cut.over_tls = true;
	meet_strangers(2);
	ck_assert_int_eq(last_request.transport, OVER_TLS);
	ck_assert_ptr_eq(last_request.authorities, settings.authorities);
	cache_get_server(cache, &asked, &known);
	ck_assert_uint_ne(known.avoid_until, 0);
	ck_assert_uint_eq(known.silences, 0);
	ck_assert(choose_server(w) == FAIL);
	ck_assert_ptr_nonnull(strstr(w->failure.sentence, "dns.example.net. at 192.0.2."));
	ck_assert_ptr_nonnull(strstr(w->failure.sentence, "@53: it is a stranger"));
}
END_TEST

static void receive(unsigned rcode, uint16_t flags)
{
	stand_before("example.com.", "ns.example.com.", "192.0.2.1");
	go_to(choose_server(w));
	go_to(SCRUB_REPLY);
	w->put = w->sought;
	w->reply = (struct reply){ .question = w->sought, .rcode = rcode, .ede = EDE_NONE,
				   .header = { .flags = (uint16_t)(FLAG_QR | flags | rcode) } };
}

START_TEST(a_truncated_reply_is_asked_again_over_tcp)
{
	receive(RCODE_NOERROR, FLAG_AA | FLAG_TC);
	ck_assert(scrub_reply(w) == SEND_QUERY);
	ck_assert(w->attempt.transport == OVER_TCP);
	ck_assert(scrub_reply(w) == CHOOSE_SERVER);
}
END_TEST

START_TEST(formerr_without_opt_is_asked_again_without_edns)
{
	receive(RCODE_FORMERR, 0);
	ck_assert(scrub_reply(w) == SEND_QUERY);
	ck_assert(w->attempt.without_edns);
	ck_assert(scrub_reply(w) == CHOOSE_SERVER);
}
END_TEST

START_TEST(a_refusing_server_is_left_alone_for_a_while)
{
	struct address asked = address("192.0.2.1");
	struct server known;

	receive(RCODE_REFUSED, 0);
	w->reply.edns.present = true;
	ck_assert(scrub_reply(w) == CHOOSE_SERVER);
	cache_get_server(cache, &asked, &known);
	ck_assert_uint_gt(known.avoid_until, loop.now_s);
}
END_TEST

static void receive_address(void)
{
	struct rrset *set = rrset_new(&w->arena, &w->sought.name, TYPE_A, CLASS_IN, 300);

	receive(RCODE_NOERROR, FLAG_AA);
	ck_assert(rrset_add(set, &w->arena, bytes_of("\1\2\3\4", 4)) == OK);
	rrsets_append(&w->reply.sections[SECTION_ANSWER], set);
	ck_assert(scrub_reply(w) == FIND_KEYS);
	ck_assert(find_keys(w) == STORE_REPLY);
	go_to(STORE_REPLY);
}

START_TEST(an_answer_is_stored_before_it_is_acted_upon)
{
	receive_address();
	ck_assert(store_reply(w) == ACT_ON_REPLY);
	ck_assert_ptr_nonnull(cache_copy_answer(cache, &w->sought, loop.now_s, &w->arena));
	go_to(ACT_ON_REPLY);
	ck_assert(act_on_reply(w) == ANSWER);
}
END_TEST

START_TEST(one_alias_too_many_fails)
{
	struct name target = name("next.example.com.");

	w->aliases = 10;
	ck_assert(follow_alias(w, &target) == LOOK_IN_CACHE);
	ck_assert(follow_alias(w, &target) == FAIL);
}
END_TEST

START_TEST(a_failure_becomes_a_servfail_with_its_reason)
{
	go_to(walk_fail(w, EDE_NETWORK_ERROR, "the network is %s", "down"));
	ck_assert(answer_failure(w) == ANSWER);
	ck_assert_uint_eq(w->found.rcode, RCODE_SERVFAIL);
	ck_assert_uint_eq(w->found.ede, EDE_NETWORK_ERROR);
	ck_assert_str_eq(w->found.ede_text, "the network is down");
}
END_TEST

START_TEST(a_walk_that_would_wait_for_itself_is_refused)
{
	struct asker circle = { .child_of = w, .told = told };

	ck_assert(walk_ask(walks, &w->asked, &circle) == ASK_CIRCLE);
}
END_TEST

START_TEST(sub_walks_go_so_deep_and_no_deeper)
{
	struct question question = { .name = name("deep."), .type = TYPE_A, .class = CLASS_IN };
	struct asker child = { .child_of = w, .told = told };

	w->depth = 6;
	ck_assert(walk_ask(walks, &question, &child) == ASK_TOO_DEEP);
}
END_TEST

START_TEST(the_richer_asker_pays)
{
	struct asker second = { .told = told };

	w->payer->queries = 3;
	ck_assert(walk_ask(walks, &w->asked, &second) == ASK_ACCEPTED);
	ck_assert_ptr_eq(w->payer, second.ledger);
	walk_leave(&second);
}
END_TEST

static unsigned times_told;

static void count_told(struct asker *who, const struct answer *answer, const struct trace *trace)
{
	ck_assert_uint_eq(answer_rcode(answer), RCODE_SERVFAIL);
	times_told++;
}

START_TEST(only_the_asker_whose_ledger_is_spent_fails)
{
	struct asker poor = { .told = count_told };

	times_told = 0;
	ck_assert(walk_ask(walks, &w->asked, &poor) == ASK_ACCEPTED);
	poor.ledger->octets = 0;
	ck_assert(walk_change_payer(w, "its 256 kB of upstream replies"));
	ck_assert_uint_eq(times_told, 1);
	ck_assert_ptr_null(poor.walk);
	ck_assert_ptr_eq(w->payer, asker.ledger);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_unknown_name_needs_a_cut, a_known_answer_ends_the_walk,
		a_known_alias_moves_the_question, an_alias_is_not_followed_for_its_own_type,
		without_any_cut_the_hints_are_asked, the_deepest_cut_is_taken,
		ds_starts_at_the_parent, a_forward_zone_beats_a_deeper_cut,
		a_stub_zone_beats_its_own_cut_but_not_a_deeper_one, a_known_address_is_asked,
		a_server_known_by_name_needs_a_sub_walk,
		without_any_server_the_walk_fails_and_names_the_zone,
		a_referral_to_loopback_is_not_asked_but_a_stub_is, a_wake_for_nothing_is_slept_on,
		a_query_goes_into_the_air, a_spent_ledger_sends_nothing,
		silence_is_remembered_of_the_server, who_is_asked_by_tls_is_never_asked_otherwise,
		a_truncated_reply_is_asked_again_over_tcp,
		formerr_without_opt_is_asked_again_without_edns,
		a_refusing_server_is_left_alone_for_a_while,
		an_answer_is_stored_before_it_is_acted_upon, one_alias_too_many_fails,
		a_failure_becomes_a_servfail_with_its_reason,
		a_walk_that_would_wait_for_itself_is_refused, sub_walks_go_so_deep_and_no_deeper,
		the_richer_asker_pays, only_the_asker_whose_ledger_is_spent_fails,
	};

	return suite_run_with("walk.steps", tests, SUITE_COUNT(tests), set_up, tear_down);
}
