/* SPDX-License-Identifier: MIT */
/* test_local.c — which names are local, and what is said of them: as a table, by names and types.
 */
#include "resolver/policy/local.h"

#include <stdio.h>
#include <stdlib.h>

#include "cache/dns.h"
#include "tests/unit/suite.h"

static struct question question_of(const char *name, uint16_t type)
{
	struct question question = { .type = type, .class = CLASS_IN };

	ck_assert_msg(name_parse(name, &question.name), "%s", name);
	return question;
}

/* All groups on but one, or none off; and these zones configured. */
static struct local *made(enum local_group off, const char *const *zones, size_t count)
{
	struct name configured[8];
	struct local_wishes wishes = { .configured = configured, .configured_count = count };
	struct local *local;

	for (unsigned group = 0; group < LOCAL_GROUPS; group++)
		wishes.on[group] = group != off;
	for (size_t i = 0; i < count; i++)
		ck_assert(name_parse(zones[i], &configured[i]));
	local = local_new(&wishes);
	ck_assert_ptr_nonnull(local);
	return local;
}

/* What is said of a question, in words: "public"; "absent in ZONE"; or in which zone it exists,
 * with its data. */
static const char *said_of(const struct local *local, const char *name, uint16_t type)
{
	static char words[4096];
	char zone[NAME_TEXT_SIZE];
	struct question question = question_of(name, type);
	struct local_finding finding;
	int used;

	if (!local_find(local, &question, &finding))
		return "public";
	used = snprintf(words, sizeof(words), "%s in %s", finding.exists ? "there" : "absent",
			name_print(finding.zone, zone));
	if (finding.has_soa)
		used += snprintf(words + used, sizeof(words) - (size_t)used, " soa");
	for (size_t i = 0; i < finding.count; i++) {
		const struct local_record *record = &finding.records[i];
		char text[NAME_TEXT_SIZE];

		if (record->type == TYPE_PTR)
			name_print(&record->name, text);
		else
			address_print(&record->address, text);
		used += snprintf(words + used, sizeof(words) - (size_t)used, " %s", text);
	}
	return words;
}

static const struct expectation {
	const char *name;
	uint16_t    type;
	const char *said;
} expectations[] = {
	/* RFC 6761 §6.3 */
	{ "localhost.", TYPE_A, "there in localhost. 127.0.0.1 ::1" },
	{ "LocalHost.", TYPE_A, "there in localhost. 127.0.0.1 ::1" },
	{ "localhost.", TYPE_MX, "there in localhost. 127.0.0.1 ::1" },
	{ "localhost.", TYPE_DS, "there in localhost. 127.0.0.1 ::1" },
	{ "www.localhost.", TYPE_AAAA, "there in localhost. 127.0.0.1 ::1" },
	{ "a.b.c.d.localhost.", TYPE_A, "there in localhost. 127.0.0.1 ::1" },
	{ "localhost.example.", TYPE_A, "public" },
	{ "notlocalhost.", TYPE_A, "public" },
	{ "localhos.", TYPE_A, "public" },
	/* §6.2, §6.4; §6.5: example. and example.com. are ordinary names */
	{ "test.", TYPE_A, "absent in test." },
	{ "test.", TYPE_SOA, "absent in test." },
	{ "test.", TYPE_DS, "absent in test." },
	{ "www.test.", TYPE_A, "absent in test." },
	{ "www.invalid.", TYPE_MX, "absent in invalid." },
	{ "example.", TYPE_A, "public" },
	{ "www.example.com.", TYPE_A, "public" },
	{ "test.com.", TYPE_A, "public" },
	/* RFC 7686, 6762, 9476 */
	{ "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion.", TYPE_A,
	  "absent in onion." },
	{ "printer.local.", TYPE_A, "absent in local." },
	{ "_ipp._tcp.local.", TYPE_PTR, "absent in local." },
	{ "name.alt.", TYPE_TXT, "absent in alt." },
	/* RFC 8375, 9665, 9462, 8880 */
	{ "home.arpa.", TYPE_SOA, "there in home.arpa. soa" },
	{ "home.arpa.", TYPE_DS, "public" },
	{ "nas.home.arpa.", TYPE_A, "absent in home.arpa." },
	{ "nas.home.arpa.", TYPE_DS, "absent in home.arpa." },
	{ "default.service.arpa.", TYPE_SOA, "absent in service.arpa." },
	{ "_dns.resolver.arpa.", TYPE_SVCB, "there in resolver.arpa." },
	{ "resolver.arpa.", TYPE_NS, "there in resolver.arpa. soa" },
	{ "ipv4only.arpa.", TYPE_A, "there in ipv4only.arpa. soa 192.0.0.170 192.0.0.171" },
	{ "ipv4only.arpa.", TYPE_AAAA, "there in ipv4only.arpa. soa 192.0.0.170 192.0.0.171" },
	{ "x.ipv4only.arpa.", TYPE_A, "absent in ipv4only.arpa." },
	{ "170.0.0.192.in-addr.arpa.", TYPE_PTR,
	  "there in 170.0.0.192.in-addr.arpa. soa ipv4only.arpa." },
	{ "172.0.0.192.in-addr.arpa.", TYPE_PTR, "public" },
	{ "arpa.", TYPE_NS, "public" },
	{ "in-addr.arpa.", TYPE_NS, "public" },
	/* RFC 6303, 7793 */
	{ "1.0.0.127.in-addr.arpa.", TYPE_PTR, "there in 127.in-addr.arpa. localhost." },
	{ "2.0.0.127.in-addr.arpa.", TYPE_PTR, "absent in 127.in-addr.arpa." },
	{ "0.127.in-addr.arpa.", TYPE_PTR, "there in 127.in-addr.arpa." },
	{ "3.2.1.10.in-addr.arpa.", TYPE_PTR, "absent in 10.in-addr.arpa." },
	{ "10.in-addr.arpa.", TYPE_SOA, "there in 10.in-addr.arpa. soa" },
	{ "10.in-addr.arpa.", TYPE_DS, "public" },
	{ "1.1.15.172.in-addr.arpa.", TYPE_PTR, "public" },
	{ "1.1.16.172.in-addr.arpa.", TYPE_PTR, "absent in 16.172.in-addr.arpa." },
	{ "1.1.31.172.in-addr.arpa.", TYPE_PTR, "absent in 31.172.in-addr.arpa." },
	{ "1.1.32.172.in-addr.arpa.", TYPE_PTR, "public" },
	{ "1.1.63.100.in-addr.arpa.", TYPE_PTR, "public" },
	{ "1.1.64.100.in-addr.arpa.", TYPE_PTR, "absent in 64.100.in-addr.arpa." },
	{ "1.1.127.100.in-addr.arpa.", TYPE_PTR, "absent in 127.100.in-addr.arpa." },
	{ "1.1.128.100.in-addr.arpa.", TYPE_PTR, "public" },
	{ "1.1.168.192.in-addr.arpa.", TYPE_PTR, "absent in 168.192.in-addr.arpa." },
	{ "1.1.254.169.in-addr.arpa.", TYPE_PTR, "absent in 254.169.in-addr.arpa." },
	{ "1.2.0.192.in-addr.arpa.", TYPE_PTR, "absent in 2.0.192.in-addr.arpa." },
	{ "255.255.255.255.in-addr.arpa.", TYPE_PTR,
	  "there in 255.255.255.255.in-addr.arpa. soa" },
	{ "8.8.8.8.in-addr.arpa.", TYPE_PTR, "public" },
	{ "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.", TYPE_PTR,
	  "there in 1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa. soa "
	  "localhost." },
	{ "1.0.0.d.f.ip6.arpa.", TYPE_PTR, "absent in d.f.ip6.arpa." },
	{ "1.0.0.c.f.ip6.arpa.", TYPE_PTR, "public" },
	{ "0.8.e.f.ip6.arpa.", TYPE_PTR, "absent in 8.e.f.ip6.arpa." },
	{ "0.B.E.F.IP6.ARPA.", TYPE_PTR, "absent in b.e.f.ip6.arpa." },
	{ "1.8.b.d.0.1.0.0.2.ip6.arpa.", TYPE_PTR, "absent in 8.b.d.0.1.0.0.2.ip6.arpa." },
	{ ".", TYPE_NS, "public" },
};

START_TEST(each_name_is_said_what_its_law_wants)
{
	struct local *local = made(LOCAL_GROUPS, NULL, 0);

	for (size_t i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++) {
		const struct expectation *expected = &expectations[i];
		const char *said = said_of(local, expected->name, expected->type);

		ck_assert_msg(strcmp(said, expected->said) == 0, "%s type %u: %s, not: %s",
			      expected->name, expected->type, said, expected->said);
	}
	local_free(local);
}
END_TEST

START_TEST(each_group_can_be_turned_off)
{
	static const char *const names[LOCAL_GROUPS] = {
		[LOCAL_LOCALHOST] = "www.localhost.",
		[LOCAL_INVALID] = "www.invalid.",
		[LOCAL_TEST] = "www.test.",
		[LOCAL_ONION] = "www.onion.",
		[LOCAL_LOCAL] = "www.local.",
		[LOCAL_ALT] = "www.alt.",
		[LOCAL_HOME_ARPA] = "www.home.arpa.",
		[LOCAL_IPV4ONLY_ARPA] = "ipv4only.arpa.",
		[LOCAL_RESOLVER_ARPA] = "_dns.resolver.arpa.",
		[LOCAL_SERVICE_ARPA] = "default.service.arpa.",
		[LOCAL_PRIVATE_REVERSE] = "1.0.0.127.in-addr.arpa.",
		[LOCAL_DOCUMENTATION_REVERSE] = "1.113.0.203.in-addr.arpa.",
	};

	for (unsigned off = 0; off < LOCAL_GROUPS; off++) {
		struct local *local = made((enum local_group)off, NULL, 0);

		for (unsigned group = 0; group < LOCAL_GROUPS; group++) {
			bool is_public = strcmp(said_of(local, names[group], TYPE_A), "public") ==
					 0;

			ck_assert_msg(is_public == (group == off), "%s", names[group]);
		}
		local_free(local);
	}
}
END_TEST

START_TEST(a_configured_zone_wins)
{
	static const char *const zones[] = { "10.in-addr.arpa.", "corp.home.arpa.", "Local." };
	struct local *local = made(LOCAL_GROUPS, zones, 3);

	ck_assert_str_eq(said_of(local, "1.10.in-addr.arpa.", TYPE_PTR), "public");
	ck_assert_str_eq(said_of(local, "10.in-addr.arpa.", TYPE_SOA), "public");
	ck_assert_str_eq(said_of(local, "nas.corp.home.arpa.", TYPE_A), "public");
	ck_assert_str_eq(said_of(local, "printer.local.", TYPE_A), "public");
	ck_assert_str_eq(said_of(local, "nas.home.arpa.", TYPE_A), "absent in home.arpa.");
	ck_assert_str_eq(said_of(local, "1.168.192.in-addr.arpa.", TYPE_PTR),
			 "absent in 168.192.in-addr.arpa.");
	local_free(local);
}
END_TEST

/* RFC 8020: what has names below it can't be absent. */
START_TEST(names_above_a_configured_zone_exist)
{
	static const char *const zones[] = { "a.lab.test." };
	struct local *local = made(LOCAL_GROUPS, zones, 1);

	ck_assert_str_eq(said_of(local, "test.", TYPE_A), "there in test.");
	ck_assert_str_eq(said_of(local, "lab.test.", TYPE_A), "there in test.");
	ck_assert_str_eq(said_of(local, "b.lab.test.", TYPE_A), "absent in test.");
	ck_assert_str_eq(said_of(local, "www.a.lab.test.", TYPE_A), "public");
	local_free(local);
}
END_TEST

/* RFC 4035 §3.1.4.1. */
START_TEST(a_configured_zones_ds_is_its_parents)
{
	static const char *const zones[] = { "lab.test.", "home.arpa.", "test2." };
	struct local *local = made(LOCAL_GROUPS, zones, 3);

	ck_assert_str_eq(said_of(local, "lab.test.", TYPE_DS), "there in test.");
	ck_assert_str_eq(said_of(local, "home.arpa.", TYPE_DS), "public");
	ck_assert_str_eq(said_of(local, "test2.", TYPE_DS), "public");
	local_free(local);
}
END_TEST

START_TEST(a_zone_configured_above_takes_all_below)
{
	static const char *const zones[] = { "arpa." };
	struct local *local = made(LOCAL_GROUPS, zones, 1);

	ck_assert_str_eq(said_of(local, "1.10.in-addr.arpa.", TYPE_PTR), "public");
	ck_assert_str_eq(said_of(local, "home.arpa.", TYPE_A), "public");
	ck_assert_str_eq(said_of(local, "www.test.", TYPE_A), "absent in test.");
	local_free(local);
}
END_TEST

/* Whoever forwards everything still keeps these names in the house. */
START_TEST(the_configured_root_takes_nothing)
{
	static const char *const zones[] = { "." };
	struct local *local = made(LOCAL_GROUPS, zones, 1);

	ck_assert_str_eq(said_of(local, "1.10.in-addr.arpa.", TYPE_PTR),
			 "absent in 10.in-addr.arpa.");
	ck_assert_str_eq(said_of(local, "test.", TYPE_A), "absent in test.");
	local_free(local);
}
END_TEST

START_TEST(other_classes_are_not_local)
{
	struct local *local = made(LOCAL_GROUPS, NULL, 0);
	struct question question = question_of("localhost.", TYPE_A);
	struct local_finding finding;

	question.class = CLASS_CH;
	ck_assert(!local_find(local, &question, &finding));
	local_free(local);
}
END_TEST

START_TEST(longest_names_are_looked_up)
{
	char deep[2 * NAME_LABELS + 8];
	struct local *local = made(LOCAL_GROUPS, NULL, 0);

	for (size_t i = 0; i < NAME_LABELS - 3; i++)
		memcpy(deep + 2 * i, "a.", 2);
	snprintf(deep + 2 * (NAME_LABELS - 3), 8, "test.");
	ck_assert_str_eq(said_of(local, deep, TYPE_A), "absent in test.");
	local_free(local);
}
END_TEST

/* Thousands of zones, one slot each: none hides another. */
START_TEST(many_zones_may_be_configured)
{
	enum { MANY = 10000 };
	struct name *configured = calloc(MANY, sizeof(*configured));
	struct local_wishes wishes = { .configured = configured, .configured_count = MANY };
	struct local *local;
	char text[64];

	ck_assert_ptr_nonnull(configured);
	for (unsigned group = 0; group < LOCAL_GROUPS; group++)
		wishes.on[group] = true;
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "zone-%u.%u.test.", i, i % 7);
		ck_assert(name_parse(text, &configured[i]));
	}
	local = local_new(&wishes);
	ck_assert_ptr_nonnull(local);
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "www.zone-%u.%u.test.", i, i % 7);
		ck_assert_str_eq(said_of(local, text, TYPE_A), "public");
		snprintf(text, sizeof(text), "www.zone-%u.%u.test.", i, i % 7 + 7);
		ck_assert_str_eq(said_of(local, text, TYPE_A), "absent in test.");
	}
	local_free(local);
	free(configured);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		each_name_is_said_what_its_law_wants,
		each_group_can_be_turned_off,
		a_configured_zone_wins,
		names_above_a_configured_zone_exist,
		a_configured_zones_ds_is_its_parents,
		a_zone_configured_above_takes_all_below,
		the_configured_root_takes_nothing,
		other_classes_are_not_local,
		longest_names_are_looked_up,
		many_zones_may_be_configured,
	};

	return suite_run("local", tests, SUITE_COUNT(tests));
}
