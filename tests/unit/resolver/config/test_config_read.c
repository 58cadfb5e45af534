/* SPDX-License-Identifier: MIT */
/* test_config_read.c — what a file may say, and the very words in which it is refused. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "resolver/config/config.h"
#include "resolver/config/table.h"
#include "resolver/config/value.h"

static const struct config_arguments no_options;
static struct config_report report;

static void begin(void)
{
	config_report_init(&report);
}

static void end(void)
{
	config_report_clear(&report);
}

static struct config *read_text(const char *text)
{
	return config_read_text(&no_options, "x.yaml", text, strlen(text), &report);
}

/* The errors of the report, each ended by a newline; the caller frees them. */
static char *errors(void)
{
	char *text;
	size_t length;
	FILE *to = open_memstream(&text, &length);

	for (size_t i = 0; i < report.count; i++)
		if (report.remarks[i].is_error) fprintf(to, "%s\n", report.remarks[i].text);
	fclose(to);
	return text;
}

/* A setting's value as it would be printed; the caller frees it. */
static char *value_of(const struct config *config, const char *key)
{
	const struct setting *setting = setting_find(key);
	char *text;
	size_t length;
	FILE *to = open_memstream(&text, &length);

	ck_assert_ptr_nonnull(setting);
	value_write(setting, config, to);
	fclose(to);
	return text;
}

/* ---- what is understood ---- */

static const struct {
	const char *text, *key, *value;
} good[] = {
	{ "", "port", "53" },
	{ "# nothing but a remark\n", "port", "53" },
	{ "---\n", "port", "53" },
	{ "cache:\n", "cache.file", "/s/cache.db" },
	{ "port: 5300\n", "port", "5300" },
	{ "port: \"5300\"\n", "port", "5300" },
	{ "cache:\n  memory: 100MB\n", "cache.memory", "100MB" },
	{ "cache.memory: 100MB\n", "cache.memory", "100MB" },
	{ "cache: {memory: 1GiB}\n", "cache.memory", "1GB" },
	{ "cache: {memory: 2 gb}\n", "cache.memory", "2GB" },
	{ "cache: {memory: 16777216}\n", "cache.memory", "16MB" },
	{ "cache: {memory: 8193k}\n", "cache.memory", "8193KB" },
	{ "cache: {max-ttl: 90}\n", "cache.max-ttl", "90s" },
	{ "cache: {max-ttl: 1h30m}\n", "cache.max-ttl", "90m" },
	{ "cache: {max-ttl: 0}\n", "cache.max-ttl", "0s" },
	{ "cache: {max-ttl: 3000ms}\n", "cache.max-ttl", "3s" },
	{ "serve-stale: {after: 2s}\n", "serve-stale.after", "2s" },
	{ "serve-stale: {after: 1s500ms}\n", "serve-stale.after", "1500ms" },
	{ "priming: no\n", "priming", "no" },
	{ "priming: off\n", "priming", "no" },
	{ "priming: false\n", "priming", "no" },
	{ "priming: on\n", "priming", "yes" },
	{ "log.queries: true\n", "log.queries", "yes" },
	{ "log: {level: debug}\n", "log.level", "debug" },
	{ "log: {to: syslog}\n", "log.to", "syslog" },
	{ "log: {to: ./x.log}\n", "log.to", "/s/./x.log" },
	{ "log: {to: /var/log/x}\n", "log.to", "/var/log/x" },
	{ "cache: {file: none}\n", "cache.file", "none" },
	{ "cache: {file: other.db}\n", "cache.file", "/s/other.db" },
	{ "listen: 192.0.2.1\n", "listen", "[192.0.2.1@53]" },
	{ "listen: [192.0.2.1@54, \"[2001:db8::1]:55\"]\n", "listen",
	  "[192.0.2.1@54, \"2001:db8::1@55\"]" },
	{ "listen:\n- ::1@56\n- 192.0.2.1:57\n- \"::\"\n", "listen",
	  "[\"::1@56\", 192.0.2.1@57, \"::@53\"]" },
	{ "port: 5300\nlisten: [192.0.2.1, 192.0.2.2@54]\n", "listen",
	  "[192.0.2.1@5300, 192.0.2.2@54]" },
	{ "port: 5300\n", "listen", "[127.0.0.1@5300, \"::1@5300\"]" },
	{ "access.allow: all\n", "access.allow", "[0.0.0.0/0, \"::/0\"]" },
	{ "access.allow: []\n", "access.allow", "[]" },
	{ "access: {allow: [10.0.0.0/8, 192.0.2.7, \"2001:db8::/33\"]}\n", "access.allow",
	  "[10.0.0.0/8, 192.0.2.7/32, \"2001:db8::/33\"]" },
	{ "access: {deny: [loopback, 192.0.2.0/25]}\n", "access.deny",
	  "[127.0.0.0/8, \"::1/128\", 192.0.2.0/25]" },
	{ "dnssec.negative-anchors: [Corp.Example, a\\.b.example., '\\001.x', .]\n",
	  "dnssec.negative-anchors", "[corp.example., \"a\\\\.b.example.\", \"\\\\001.x.\", .]" },
	{ "forward:\n  - zone: Corp.Example\n    servers: [10.0.0.1, 10.0.0.2@5353]\n    dnssec: "
	  "off\n",
	  "forward",
	  "[{zone: corp.example., servers: [10.0.0.1@53, 10.0.0.2@5353], dnssec: off, "
	  "fallback: no, tls: none}]" },
	{ "stub:\n- {servers: 127.0.0.1, zone: .}\n", "stub",
	  "[{zone: ., servers: [127.0.0.1@53], dnssec: validate, fallback: no, tls: none}]" },
	{ "forward: []\n", "forward", "[]" },
};

START_TEST(what_is_written_is_what_is_set)
{
	char text[512], *value;
	struct config *config;

	begin();
	snprintf(text, sizeof(text), "%s%s", good[_i].text,
		 strncmp(good[_i].text, "---", 3) == 0 ? "directory: /s" : "\ndirectory: /s\n");
	config = read_text(text);
	if (config == NULL) config_report_write(&report, stderr);
	ck_assert_ptr_nonnull(config);
	value = value_of(config, good[_i].key);
	ck_assert_str_eq(value, good[_i].value);
	free(value);
	config_free(config);
	end();
}
END_TEST

/* ---- what is refused, and how ---- */

static const struct {
	const char *text, *lines;
} bad[] = {
	/* keys */
	{ "a: 1\n",
	  "x.yaml:1: 'a' isn't a setting; xylemd --help-settings lists those that are\n" },
	{ "cache:\n  memroy: 64MB\n",
	  "x.yaml:2: 'cache.memroy' isn't a setting; did you mean 'cache.memory'?\n" },
	{ "max-ttl: 1d\n", "x.yaml:1: 'max-ttl' isn't a setting; did you mean 'cache.max-ttl'?\n" },
	{ "\nPort: 53\n", "x.yaml:2: 'Port' isn't a setting; did you mean 'port'?\n" },
	{ "\"\": 53\n",
	  "x.yaml:1: '' isn't a setting; xylemd --help-settings lists those that are\n" },
	{ "port: 53\n\nport: 53\n", "x.yaml:3: 'port' stands twice, first at line 1\n" },
	{ "cache.memory: 64MB\ncache:\n  memory: 64MB\n",
	  "x.yaml:3: 'cache.memory' stands twice, first at line 1\n" },
	{ "cache: 5\n",
	  "x.yaml:1: 'cache' is a group; its settings are expected below it, indented\n" },
	{ "cache: [memory]\n",
	  "x.yaml:1: 'cache' is a group; its settings are expected below it, indented\n" },
	{ "cache: {memory: {size: 1}}\n", "x.yaml:1: 'cache.memory' is a group of settings; "
					  "expected a size from 8MB to 16TB, like 64MB\n" },
	{ "- port\n", "x.yaml:1: expected settings, each on a line like 'listen: 127.0.0.1'\n" },
	{ "port\n", "x.yaml:1: expected settings, each on a line like 'listen: 127.0.0.1'\n" },
	/* numbers */
	{ "port: 0\n", "x.yaml:1: 'port' is '0'; expected a number from 1 to 65535\n" },
	{ "port: 65536\n", "x.yaml:1: 'port' is '65536'; expected a number from 1 to 65535\n" },
	{ "port: -1\n", "x.yaml:1: 'port' is '-1'; expected a number from 1 to 65535\n" },
	{ "port: 0x35\n", "x.yaml:1: 'port' is '0x35'; expected a number from 1 to 65535\n" },
	{ "port: 53.0\n", "x.yaml:1: 'port' is '53.0'; expected a number from 1 to 65535\n" },
	{ "port: 18446744073709551669\n",
	  "x.yaml:1: 'port' is '18446744073709551669'; expected a number from 1 to 65535\n" },
	{ "port:\n", "x.yaml:1: 'port' has no value; expected a number from 1 to 65535\n" },
	{ "port: ~\n", "x.yaml:1: 'port' has no value; expected a number from 1 to 65535\n" },
	{ "port: null\n", "x.yaml:1: 'port' has no value; expected a number from 1 to 65535\n" },
	{ "port: [53]\n", "x.yaml:1: 'port' is a list; expected a number from 1 to 65535\n" },
	{ "workers: many\n",
	  "x.yaml:1: 'workers' is 'many'; expected a number of threads from 0 to 256\n" },
	{ "cache.memory: 64\n",
	  "x.yaml:1: 'cache.memory' is '64'; expected a size from 8MB to 16TB, like 64MB\n" },
	{ "cache.memory: 64XB\n",
	  "x.yaml:1: 'cache.memory' is '64XB'; expected a size from 8MB to 16TB, like 64MB\n" },
	{ "cache.memory: 999999999999999TB\n", "x.yaml:1: 'cache.memory' is '999999999999999TB'; "
					       "expected a size from 8MB to 16TB, like 64MB\n" },
	{ "cache.max-ttl: 2d\n",
	  "x.yaml:1: 'cache.max-ttl' is '2d'; expected a time from 0s to 1d, like 30s or 5m\n" },
	{ "cache.max-ttl: 1500ms\n", "x.yaml:1: 'cache.max-ttl' is '1500ms'; expected a time from "
				     "0s to 1d, like 30s or 5m\n" },
	{ "cache.max-ttl: 5 m\n",
	  "x.yaml:1: 'cache.max-ttl' is '5 m'; expected a time from 0s to 1d, like 30s or 5m\n" },
	{ "cache.max-ttl: 999999999999999w999999999999999w\n",
	  "x.yaml:1: 'cache.max-ttl' is '999999999999999w999999999999999w'; expected a time from "
	  "0s to 1d, "
	  "like 30s or 5m\n" },
	{ "serve-stale.after: 2\n", "x.yaml:1: 'serve-stale.after' is '2'; expected a time from "
				    "0ms to 4500ms, like 500ms or 2s\n" },
	/* words and texts */
	{ "priming: maybe\n", "x.yaml:1: 'priming' is 'maybe'; expected yes or no\n" },
	{ "priming: Yes\n", "x.yaml:1: 'priming' is 'Yes'; expected yes or no\n" },
	{ "log.level: loud\n",
	  "x.yaml:1: 'log.level' is 'loud'; expected error, warning, info or debug\n" },
	{ "log.to: sdterr\n", "x.yaml:1: 'log.to' is 'sdterr'; expected stderr, syslog or a file's "
			      "path (with a / or a . in it)\n" },
	{ "cache.file: nnoe\n", "x.yaml:1: 'cache.file' is 'nnoe'; expected none or a file's path "
				"(with a / or a . in it)\n" },
	{ "user: a b\n",
	  "x.yaml:1: 'user' is 'a b'; expected a word without spaces, of at most 32 letters\n" },
	{ "user: no-such-user-here\n",
	  "x.yaml:1: 'user' is 'no-such-user-here'; this machine has no such user\n" },
	{ "control.group: no-such-group\n",
	  "x.yaml:1: 'control.group' is 'no-such-group'; this machine has no such group\n" },
	{ "log.to: \"a\\nb\"\n", "x.yaml:1: a value holds line breaks or control characters\n" },
	{ "log.to: \"a\\0b\"\n", "x.yaml:1: a value holds line breaks or control characters\n" },
	{ "log.to: \"./\\N\"\n", "x.yaml:1: a value holds line breaks or control characters\n" },
	{ "log.to: \"./\\L\"\n", "x.yaml:1: a value holds line breaks or control characters\n" },
	{ "log.to: \"./\\uFFFE\"\n",
	  "x.yaml:1: a value holds line breaks or control characters\n" },
	{ "root-hints: /no/such.file\n", "x.yaml:1: 'root-hints' is /no/such.file, which can't be "
					 "read: No such file or directory\n" },
	/* addresses, networks, names */
	{ "listen: localhost\n",
	  "x.yaml:1: 'listen' is 'localhost'; expected an address like 192.0.2.1, 192.0.2.1@53 or "
	  "2001:db8::1@53\n" },
	{ "listen: 127.0.0.1@0\n", "x.yaml:1: 'listen' is '127.0.0.1@0'; expected an address like "
				   "192.0.2.1, 192.0.2.1@53 or "
				   "2001:db8::1@53\n" },
	{ "listen: 127.0.0.1@65536\n", "x.yaml:1: 'listen' is '127.0.0.1@65536'; expected an "
				       "address like 192.0.2.1, 192.0.2.1@53 or "
				       "2001:db8::1@53\n" },
	{ "listen: fe80::1%eth0\n", "x.yaml:1: 'listen' is 'fe80::1%eth0'; expected an address "
				    "like 192.0.2.1, 192.0.2.1@53 or "
				    "2001:db8::1@53\n" },
	{ "listen: []\n", "x.yaml:1: 'listen' is an empty list; expected an address like "
			  "192.0.2.1, 192.0.2.1@53 or "
			  "2001:db8::1@53\n" },
	{ "listen: [127.0.0.1, 127.0.0.1@53]\n", "x.yaml:1: 'listen' has 127.0.0.1@53 twice\n" },
	{ "listen: [127.0.0.1, ::1]\n", "x.yaml:1: not YAML: did not find expected node content "
					"(an IPv6 address or network between [ and ] "
					"needs quotes)\n" },
	{ "access.allow:\n- 10.0.0.0/33\n- 10.1.0.0/8\n- 10.0.0.0/8\n- [a]\n",
	  "x.yaml:2: 'access.allow' is '10.0.0.0/33'; expected a network like 10.0.0.0/8 or "
	  "2001:db8::/32, or "
	  "one of all, loopback, private\n"
	  "x.yaml:3: 'access.allow' is '10.1.0.0/8', which has bits set beyond its length; did you "
	  "mean "
	  "'10.0.0.0/8'?\n"
	  "x.yaml:5: 'access.allow' is a list; expected a network like 10.0.0.0/8 or "
	  "2001:db8::/32, or one of "
	  "all, loopback, private\n" },
	{ "rebinding.allow: a..b\n",
	  "x.yaml:1: 'rebinding.allow' is 'a..b'; expected a name like corp.example\n" },
	{ "listen:\n- ::\n", "x.yaml:2: 'listen' is a group of settings; expected an address like "
			     "192.0.2.1, 192.0.2.1@53 or "
			     "2001:db8::1@53 (what ends in ':' needs quotes)\n" },
	/* zones */
	{ "forward: 10.0.0.1\n", "x.yaml:1: 'forward' isn't a list; expected a list of zones, each "
				 "'- zone: corp.example' and below it "
				 "'servers: [10.0.0.1]'\n" },
	{ "forward:\n- corp\n",
	  "x.yaml:2: 'forward' holds something that is no zone; expected a list of zones, each "
	  "'- zone: corp.example' and below it 'servers: [10.0.0.1]'\n" },
	{ "forward:\n- zone: a.example\n  server: 10.0.0.1\n",
	  "x.yaml:3: a 'forward' zone has no 'server'; did you mean 'servers'?\n"
	  "x.yaml:2: a 'forward' zone lacks 'servers'; expected an address like 192.0.2.1, "
	  "192.0.2.1@53 or "
	  "2001:db8::1@53\n" },
	{ "stub:\n- zone: a.example\n  zone: b.example\n  servers: 10.0.0.1\n",
	  "x.yaml:3: 'zone' stands twice in one zone, first at line 2\n" },
	{ "stub:\n- {zone: a.example, servers: 10.0.0.1}\nforward:\n- {zone: A.example., servers: "
	  "10.0.0.2}\n",
	  "x.yaml:4: the zone 'a.example.' stands twice in 'stub' and 'forward', first at line "
	  "2\n" },
	{ "stub:\n- {zone: a.example, servers: [10.0.0.1], dnssec: maybe}\n",
	  "x.yaml:2: 'dnssec' is 'maybe'; expected validate or off\n" },
	{ "stub:\n- {zone: a.example, servers: [10.0.0.1], x: 1}\n",
	  "x.yaml:2: a 'stub' zone has no 'x'; expected zone, servers, dnssec\n" },
	/* together */
	{ "upstream: {ipv4: no, ipv6: no}\n", "x.yaml:1: 'upstream.ipv4' and 'upstream.ipv6' are "
					      "both off: no server could be asked\n" },
	{ "cache:\n  max-ttl: 10s\n  min-ttl: 20s\n",
	  "x.yaml:3: 'cache.min-ttl' (20s) is more than 'cache.max-ttl' (10s)\n" },
	/* YAML */
	{ "a: &x 1\n", "x.yaml:1: anchors (&) aren't used here; write the value itself\n" },
	{ "a: &x [1]\n", "x.yaml:1: anchors (&) aren't used here; write the value itself\n" },
	{ "a: *x\n", "x.yaml:1: aliases (*) aren't used here; write the value itself\n" },
	{ "a: !!str b\n", "x.yaml:1: tags (!) aren't used here; write the value itself\n" },
	{ "a: !t {b: c}\n", "x.yaml:1: tags (!) aren't used here; write the value itself\n" },
	{ "? [a]\n: b\n", "x.yaml:1: expected the name of a setting, not a list or a group\n" },
	{ "port: 53\n---\nport: 54\n", "x.yaml:2: a second document (---) begins; one is read\n" },
	{ "listen:\n\t- 127.0.0.1\n", "x.yaml:2: not YAML: found character that cannot start any "
				      "token (is it a tab? YAML is indented with "
				      "spaces; and what begins with @, ` or % needs quotes)\n" },
	{ "a: b: c\n", "x.yaml:1: not YAML: mapping values are not allowed in this context\n" },
	{ "a: \"b\n", "x.yaml:2: not YAML: found unexpected end of stream\n" },
	{ "a: \xff\n", "x.yaml: not YAML: invalid leading UTF-8 octet, at octet 3\n" },
	{ "a: [[[[[[[[1]]]]]]]]\n", "x.yaml:1: lists and groups are nested too deeply\n" },
};

START_TEST(what_is_wrong_is_said_with_line_and_remedy)
{
	struct config *config;
	char *said;

	begin();
	config = read_text(bad[_i].text);
	said = errors();
	ck_assert_str_eq(said, bad[_i].lines);
	ck_assert_ptr_null(config);
	ck_assert_uint_gt(report.errors, 0);
	free(said);
	end();
}
END_TEST

static const struct setting *find_planned(void)
{
	for (size_t i = 0; i < settings_count; i++)
		if (settings[i].is_planned && settings[i].kind == YES_OR_NO) return &settings[i];
	return NULL;
}

START_TEST(planned_settings_are_taken_with_a_warning)
{
	const struct setting *planned = find_planned();
	char text[100], warning[200], *value;
	struct config *config;

	if (planned == NULL) return; /* all that was planned is done */
	snprintf(text, sizeof(text), "\n%s: no\n", planned->key);
	snprintf(warning, sizeof(warning),
		 "x.yaml:2: '%s' is known but has no effect yet in this version", planned->key);
	begin();
	config = read_text(text);
	ck_assert_ptr_nonnull(config);
	value = value_of(config, planned->key);
	ck_assert_str_eq(value, "no");
	ck_assert_uint_eq(report.count, 1);
	ck_assert_uint_eq(report.errors, 0);
	ck_assert_str_eq(report.remarks[0].text, warning);
	free(value);
	config_free(config);
	end();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config.read");
	TCase *files = tcase_create("files");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(files, what_is_written_is_what_is_set, 0,
			    sizeof(good) / sizeof(good[0]));
	tcase_add_loop_test(files, what_is_wrong_is_said_with_line_and_remedy, 0,
			    sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(files, planned_settings_are_taken_with_a_warning);
	suite_add_tcase(suite, files);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
