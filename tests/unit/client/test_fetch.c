/* SPDX-License-Identifier: MIT */
/* test_fetch.c — whole fetches over loopback, from a resolver that shows its walk to the close. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client/fetch/fetch.h"
#include "client/report/report.h"
#include "fake_resolver.h"

static struct event_log said;
static struct fetch_settings settings;
static struct output output;
static uint16_t web;
static char url[256];

static void set_up(void)
{
	events_init(&said);
	web = fake_web_start();
	output = (struct output){ .wanted = false };
	settings = (struct fetch_settings){ .connect_patience_ms = 20000, .hosts_file = "/dev/null",
					    .watched = true, .follow = true };
	ck_assert(address_read(&settings.dns, "127.0.0.1", fake_resolver_start(true)));
}

/* What was said was said whole. */
static void tear_down(void)
{
	for (size_t i = 0; i < said.count; i++)
		ck_assert_msg(!event_flag(&said.events[i], "facts_lost"), "%s",
			      said.events[i].what);
	events_clear(&said);
}

static int fetch_page(const char *host, const char *path)
{
	struct fetch *fetch;
	uv_loop_t loop;
	int code;

	snprintf(url, sizeof(url), "http://%s:%u%s", host, (unsigned)web, path);
	settings.url = url;
	ck_assert_int_eq(uv_loop_init(&loop), 0);
	fetch = fetch_new(&loop, &settings, &said, &output);
	ck_assert_ptr_nonnull(fetch);
	for (fetch_run(fetch); !fetch_is_over(fetch); fetch_run(fetch))
		uv_run(&loop, UV_RUN_ONCE);
	code = fetch_exit_code(fetch);
	fetch_free(fetch);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);      /* nothing was left open */
	return code;
}

static const struct event *find(enum stage stage, const char *what)
{
	return event_find(&said, said.leg, stage, what);
}

static void expect_failure(const char *stage, const char *responsible, const char *words)
{
	const struct event *failure = find(STAGE_RUN, "failure");

	ck_assert_str_eq(event_text(failure, "stage"), stage);
	ck_assert_str_eq(event_text(failure, "responsible"), responsible);
	ck_assert_msg(strstr(event_text(failure, "what"), words) != NULL, "%s",
		      event_text(failure, "what"));
	ck_assert_str_ne(event_text(failure, "advice"), "");
}

START_TEST(a_page_is_fetched_with_its_walk)
{
	static const enum stage stages[] = { STAGE_CACHE, STAGE_DNS, STAGE_TCP, STAGE_REQUEST,
					     STAGE_RESPONSE, STAGE_CLOSE };

	ck_assert_int_eq(fetch_page("www.example", "/"), 0);
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
		ck_assert_ptr_nonnull(find(stages[i], "begin"));
		ck_assert_ptr_nonnull(find(stages[i], "end"));
	}
	ck_assert_str_eq(event_text(find(STAGE_DNS, "walk reply"), "server"), "ns2.example.com.");
	ck_assert_str_eq(event_text(find(STAGE_TCP, "connected"), "address"), "127.0.0.1");
	ck_assert_int_gt(event_number(find(STAGE_TCP, "figures"), "mss"), 0);
	ck_assert_int_eq(event_number(find(STAGE_RESPONSE, "complete"), "status"), 200);
	ck_assert_int_eq(event_number(find(STAGE_RESPONSE, "complete"), "body_octets"), 6);
	ck_assert(event_flag(find(STAGE_CLOSE, "our end"), "first"));
	ck_assert(event_flag(find(STAGE_CLOSE, "their end"), "came"));
	ck_assert_ptr_null(find(STAGE_RUN, "failure"));
}
END_TEST

/* A file without a name in any folder, and a path by which this process can open it. */
static int make_file(char path[32])
{
	int descriptor = memfd_create("test", 0);

	snprintf(path, 32, "/proc/self/fd/%d", descriptor);
	return descriptor;
}

START_TEST(the_body_goes_where_it_should)
{
	char path[32], text[16] = "";
	int descriptor = make_file(path);

	ck_assert_int_ge(descriptor, 0);
	output = (struct output){ .wanted = true, .path = path };
	ck_assert_int_eq(fetch_page("127.0.0.1", "/"), 0);
	ck_assert_int_eq(pread(descriptor, text, sizeof(text) - 1, 0), 6);
	ck_assert_str_eq(text, "hello\n");
	close(descriptor);
}
END_TEST

START_TEST(names_that_fail_say_whose_fault_it_is)
{
	static const struct {
		const char *host;
		int         code;
		const char *responsible, *words;
	} names[] = {
		{ "gone.example", EXIT_RESOLVE, "the name's zone", "doesn't exist" },
		{ "empty.example", EXIT_RESOLVE, "the name's zone", "has no address" },
		{ "bogus.example", EXIT_BOGUS, "the name's zone",
		  "DNSSEC Bogus: the signature is wrong" },
		{ "failing.example", EXIT_RESOLVE, "the resolver",
		  "No Reachable Authority: no server answers" },
		{ "a.label-that-is-longer-than-the-sixty-three-octets-which-a-label-may-have."
		  "example",
		  EXIT_RESOLVE, "this command", "can't be a name" },
	};

	ck_assert_int_eq(fetch_page(names[_i].host, "/"), names[_i].code);
	expect_failure("dns", names[_i].responsible, names[_i].words);
}
END_TEST

START_TEST(a_server_without_edns_is_asked_without)
{
	ck_assert_int_eq(fetch_page("plain.example", "/"), 0);
	ck_assert_ptr_nonnull(find(STAGE_DNS, "no edns"));
	ck_assert_ptr_null(find(STAGE_DNS, "trace"));
}
END_TEST

START_TEST(a_server_without_tcp_is_asked_over_udp)
{
	ck_assert(address_read(&settings.dns, "127.0.0.1", fake_resolver_start(false)));
	ck_assert_int_eq(fetch_page("www.example", "/"), 0);
	ck_assert_str_eq(event_text(find(STAGE_DNS, "no reply"), "transport"), "tcp");
	ck_assert_str_eq(event_text(find(STAGE_DNS, "reply"), "transport"), "udp");
}
END_TEST

START_TEST(nobody_to_ask_is_said)
{
	ck_assert(address_read(&settings.dns, "127.0.0.1", 1));
	ck_assert_int_eq(fetch_page("www.example", "/"), EXIT_RESOLVE);
	expect_failure("dns", "the resolver", "no resolver answers at 127.0.0.1:1");
}
END_TEST

START_TEST(a_late_aaaa_is_not_waited_for)
{
	ck_assert_int_eq(fetch_page("late.example", "/"), 0);
	ck_assert_uint_lt(events_now(&said), 1900000);
}
END_TEST

START_TEST(a_silent_resolver_runs_into_the_limit)
{
	settings.patience_ms = 300;
	ck_assert_int_eq(fetch_page("silent.example", "/"), EXIT_TIME);
	expect_failure("dns", "the resolver", "await dns");
	ck_assert_uint_ge(events_now(&said), 300000);
}
END_TEST

START_TEST(a_silent_server_runs_into_the_limit)
{
	settings.patience_ms = 300;
	ck_assert_int_eq(fetch_page("127.0.0.1", "/silent"), EXIT_TIME);
	expect_failure("response", "the server", "await response");
}
END_TEST

START_TEST(a_future_trace_is_named)
{
	ck_assert_int_eq(fetch_page("future.example", "/"), 0);
	ck_assert_int_eq(event_number(find(STAGE_DNS, "trace"), "version"), 2);
	ck_assert_ptr_null(find(STAGE_DNS, "walk reply"));
}
END_TEST

START_TEST(redirects_are_legs)
{
	ck_assert_int_eq(fetch_page("www.example", "/moved"), 0);
	ck_assert_uint_eq(said.leg, 1);
	ck_assert_int_eq(event_number(event_find(&said, 0, STAGE_RESPONSE, "complete"), "status"),
			 302);
	ck_assert_int_eq(event_number(event_find(&said, 1, STAGE_RESPONSE, "complete"), "status"),
			 200);
	ck_assert_uint_ne(event_find(&said, 0, STAGE_TCP, "connected")->connection,
			  event_find(&said, 1, STAGE_TCP, "connected")->connection);
}
END_TEST

START_TEST(redirects_without_end_are_given_up)
{
	settings.watched = false;
	ck_assert_int_eq(fetch_page("127.0.0.1", "/loop"), EXIT_REDIRECTS);
	ck_assert_uint_eq(said.leg, MAX_REDIRECTS);
}
END_TEST

START_TEST(a_closed_port_is_the_servers_fault)
{
	web = 1;
	ck_assert_int_eq(fetch_page("127.0.0.1", "/"), EXIT_CONNECT);
	expect_failure("tcp", "the server", "Connection refused");
	ck_assert_ptr_nonnull(find(STAGE_TCP, "attempt failed"));
}
END_TEST

START_TEST(given_addresses_come_before_the_dns)
{
	char text[64];
	const char *texts[] = { text };

	snprintf(text, sizeof(text), "made.up.example:%u:127.0.0.1", (unsigned)web);
	settings.resolve = (struct texts){ .at = texts, .count = 1 };
	ck_assert_int_eq(fetch_page("made.up.example", "/"), 0);
	ck_assert_str_eq(event_text(find(STAGE_DNS, "local"), "how"), "--resolve");
}
END_TEST

START_TEST(hosts_come_before_the_dns)
{
	char path[32];
	int descriptor = make_file(path);

	ck_assert_int_ge(descriptor, 0);
	ck_assert_int_gt(dprintf(descriptor, "127.0.0.1 gone.example\n"), 0);
	settings.hosts_file = path;
	ck_assert_int_eq(fetch_page("gone.example", "/"), 0);
	ck_assert_str_eq(event_text(find(STAGE_DNS, "local"), "how"), "hosts");
	close(descriptor);
}
END_TEST

START_TEST(localhost_is_never_asked_for)
{
	ck_assert(address_read(&settings.dns, "127.0.0.1", 1));
	settings.only_v4 = true;
	ck_assert_int_eq(fetch_page("some.localhost", "/"), 0);
	ck_assert_str_eq(event_text(find(STAGE_DNS, "local"), "how"), "localhost");
}
END_TEST

START_TEST(what_is_no_url_is_refused)
{
	ck_assert_int_eq(fetch_page("exa mple", "/"), EXIT_URL);
	expect_failure("run", "this command", "no URL");
}
END_TEST

/* The text report of a fetch, as it would have been shown. */
static char *text_of_fetch(const char *host)
{
	struct terminal terminal;
	struct view view = { .log = &said, .terminal = &terminal };
	char *text = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);

	ck_assert_ptr_nonnull(to);
	terminal_init(&terminal, to, COLOUR_NEVER);
	said.told = report_text_told;
	said.watcher = &view;
	fetch_page(host, "/");
	report_waterfall(&view);
	report_failure(&view);
	fclose(to);
	return text;
}

START_TEST(the_text_shows_every_stage)
{
	static const char *const wanted[] = {
		" 1 cache   miss · fwd=uri-miss",
		" 2 dns     hosts: no · asked 127.0.0.1:",
		"refers to com. secure",
		"A 203.0.113.80 · ttl 300",
		" 3 tcp     127.0.0.1 port",
		"kernel: rtt",
		" 4 http    GET / HTTP/1.1",
		"200 OK · 6 B",
		" 5 close   we first: → FIN",
		"← longest",
		"total",
		"verdict",
	};
	char *text = text_of_fetch("www.example");

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		ck_assert_msg(strstr(text, wanted[i]) != NULL, "no \"%s\" in:\n%s", wanted[i],
			      text);
	free(text);
}
END_TEST

START_TEST(the_text_ends_with_the_failure)
{
	char *text = text_of_fetch("bogus.example");

	ck_assert_ptr_nonnull(strstr(text, "xylem: (112) dns: "));
	ck_assert_ptr_nonnull(strstr(text, "responsible: the name's zone; try: "));
	free(text);
}
END_TEST

START_TEST(the_json_is_whole)
{
	char *text = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);
	json_t *json;

	ck_assert_int_eq(fetch_page("www.example", "/moved"), 0);
	ck_assert(report_json(&said, to, 0));
	fclose(to);
	json = json_loads(text, 0, NULL);
	ck_assert_ptr_nonnull(json);
	ck_assert_uint_eq(json_array_size(json_object_get(json, "legs")), 2);
	ck_assert_uint_eq(json_array_size(json_object_get(json, "events")), said.count);
	ck_assert(json_is_null(json_object_get(json, "failure")));
	json_decref(json);
	free(text);
}
END_TEST

static void add_tests(TCase *tests)
{
	tcase_add_test(tests, a_page_is_fetched_with_its_walk);
	tcase_add_test(tests, the_body_goes_where_it_should);
	tcase_add_loop_test(tests, names_that_fail_say_whose_fault_it_is, 0, 5);
	tcase_add_test(tests, a_server_without_edns_is_asked_without);
	tcase_add_test(tests, a_server_without_tcp_is_asked_over_udp);
	tcase_add_test(tests, nobody_to_ask_is_said);
	tcase_add_test(tests, a_late_aaaa_is_not_waited_for);
	tcase_add_test(tests, a_silent_resolver_runs_into_the_limit);
	tcase_add_test(tests, a_silent_server_runs_into_the_limit);
	tcase_add_test(tests, a_future_trace_is_named);
	tcase_add_test(tests, redirects_are_legs);
	tcase_add_test(tests, redirects_without_end_are_given_up);
	tcase_add_test(tests, a_closed_port_is_the_servers_fault);
	tcase_add_test(tests, given_addresses_come_before_the_dns);
	tcase_add_test(tests, hosts_come_before_the_dns);
	tcase_add_test(tests, localhost_is_never_asked_for);
	tcase_add_test(tests, what_is_no_url_is_refused);
	tcase_add_test(tests, the_text_shows_every_stage);
	tcase_add_test(tests, the_text_ends_with_the_failure);
	tcase_add_test(tests, the_json_is_whole);
}

int main(void)
{
	Suite *suite = suite_create("fetch");
	TCase *tests = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 30);
	add_tests(tests);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
