/* SPDX-License-Identifier: MIT */
/* test_digest.c — ZONEMD: the zones of RFC 8976 Appendix A, and what no digest is believed for. */
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/resolver/root/zones.h"

static struct complaint why;

static enum digest_verdict verdict_of(const char *text, const char *apex)
{
	struct zone zone;
	enum digest_verdict verdict;

	ck_assert_msg(zone_of(text, apex, &zone, &why), "%s", why.text);
	verdict = zone_check_digest(&zone, &why);
	zone_clear(&zone);
	return verdict;
}

#define TOP                                                                                        \
	"$ORIGIN example.\n"                                                                       \
	"example. 86400 IN SOA ns1 admin 2018031900 1800 900 604800 86400\n"                       \
	"example. 86400 IN NS ns1\n"                                                               \
	"example. 86400 IN NS ns2\n"

/* Appendix A.1 */
#define SIMPLE_DIGEST                                                                              \
	"c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3"                                         \
	"a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c"
#define SIMPLE_DATA "ns1 3600 IN A 203.0.113.63\nns2 3600 IN AAAA 2001:db8::63\n"

static const char simple[] =
	TOP SIMPLE_DATA "example. 86400 IN ZONEMD 2018031900 1 1 " SIMPLE_DIGEST "\n";

/* Appendix A.2 */
static const char complex_zone[] =
	TOP "example. 86400 IN ZONEMD 2018031900 1 1 "
	"a3b69bad980a3504e1cffcb0fd6397f93848071c93151f55"
	"2ae2f6b1711d4bd2d8b39808226d7b9db71e34b72077f8fe\n"
	"ns1 3600 IN A 203.0.113.63\n"
	"NS2 3600 IN AAAA 2001:db8::63\n"
	"occluded.sub 7200 IN TXT \"I'm occluded but must be digested\"\n"
	"sub 7200 IN NS ns1\n"
	"duplicate 300 IN TXT \"I must be digested just once\"\n"
	"duplicate 300 IN TXT \"I must be digested just once\"\n"
	"foo.test. 555 IN TXT \"out-of-zone data must be excluded\"\n"
	"UPPERCASE 3600 IN TXT \"canonicalize uppercase owner names\"\n"
	"* 777 IN PTR dont-forget-about-wildcards\n"
	"mail 3600 IN MX 20 MAIL1\n"
	"mail 3600 IN MX 10 Mail2.Example.\n"
	"sortme 3600 IN AAAA 2001:db8::5:61\n"
	"sortme 3600 IN AAAA 2001:db8::3:62\n"
	"sortme 3600 IN AAAA 2001:db8::4:63\n"
	"sortme 3600 IN AAAA 2001:db8::1:65\n"
	"sortme 3600 IN AAAA 2001:db8::2:64\n"
	"non-apex 900 IN ZONEMD 2018031900 1 1 "
	"616c6c6f776564206275742069676e6f7265642e20616c6c"
	"6f776564206275742069676e6f7265642e20616c6c6f7765\n";

/* Appendix A.3, of which each digest is looked at alone, and with strange ones beside it. */
#define MULTIPLE_DATA                                                                              \
	"ns1 3600 IN A 203.0.113.63\n"                                                             \
	"ns2 86400 IN TXT \"This example has multiple digests\"\n"                                 \
	"NS2 3600 IN AAAA 2001:db8::63\n"
#define MULTIPLE_384                                                                               \
	"example. 86400 IN ZONEMD 2018031900 1 1 "                                                 \
	"62e6cf51b02e54b9b5f967d547ce43136792901f9f88e637"                                         \
	"493daaf401c92c279dd10f0edb1c56f8080211f8480ee306\n"
#define MULTIPLE_512                                                                               \
	"example. 86400 IN ZONEMD 2018031900 1 2 "                                                 \
	"08cfa1115c7b948c4163a901270395ea226a930cd2cbcf2fa9a5e6eb85f37c8a"                         \
	"4e114d884e66f176eab121cb02db7d652e0cc4827e7a3204f166b47e5613fd27\n"
#define STRANGE                                                                                    \
	"example. 86400 IN ZONEMD 2018031900 1 240 e2d523f654b9422a96c5a8f44607bbee\n"             \
	"example. 86400 IN ZONEMD 2018031900 241 1 e1846540e33a9e4189792d18d5d131f605fc283e\n"

START_TEST(the_zones_of_rfc_8976_match)
{
	ck_assert_msg(verdict_of(simple, "example.") == DIGEST_MATCHES, "%s", why.text);
	ck_assert_msg(verdict_of(complex_zone, "example.") == DIGEST_MATCHES, "%s", why.text);
}
END_TEST

START_TEST(either_hash_is_enough)
{
	ck_assert_int_eq(verdict_of(TOP MULTIPLE_DATA MULTIPLE_384 STRANGE, "example."),
			 DIGEST_MATCHES);
	ck_assert_int_eq(verdict_of(TOP MULTIPLE_DATA MULTIPLE_512 STRANGE, "example."),
			 DIGEST_MATCHES);
	ck_assert_int_eq(verdict_of(TOP MULTIPLE_DATA MULTIPLE_384 MULTIPLE_512 STRANGE,
				    "example."), DIGEST_MATCHES);
}
END_TEST

START_TEST(a_wrong_digest_beside_a_right_one_does_no_harm)
{
	ck_assert_int_eq(verdict_of(TOP SIMPLE_DATA "example. 86400 IN ZONEMD 2018031900 1 1 "
				    SIMPLE_DIGEST "\n" MULTIPLE_512, "example."), DIGEST_MATCHES);
}
END_TEST

START_TEST(one_octet_changed_is_seen)
{
	char *text = strdup(simple);

	strstr(text, "203.0.113.63")[11] = '4';
	ck_assert_int_eq(verdict_of(text, "example."), DIGEST_DIFFERS);
	ck_assert_msg(strstr(why.text, "aren't those") != NULL, "%s", why.text);
	free(text);
}
END_TEST

START_TEST(a_record_more_or_less_or_another_ttl_is_seen)
{
	ck_assert_int_eq(verdict_of(TOP SIMPLE_DATA "x 1 IN A 192.0.2.1\n"
				    "example. 86400 IN ZONEMD 2018031900 1 1 " SIMPLE_DIGEST "\n",
				    "example."), DIGEST_DIFFERS);
	ck_assert_int_eq(verdict_of(TOP "ns1 3600 IN A 203.0.113.63\n"
				    "example. 86400 IN ZONEMD 2018031900 1 1 " SIMPLE_DIGEST "\n",
				    "example."), DIGEST_DIFFERS);
	ck_assert_int_eq(verdict_of(TOP "ns1 3601 IN A 203.0.113.63\n"
				    "ns2 3600 IN AAAA 2001:db8::63\n"
				    "example. 86400 IN ZONEMD 2018031900 1 1 " SIMPLE_DIGEST "\n",
				    "example."), DIGEST_DIFFERS);
}
END_TEST

START_TEST(signatures_over_the_digest_are_left_out_and_others_are_not)
{
	ck_assert_int_eq(verdict_of(TOP SIMPLE_DATA
				    "example. 86400 IN ZONEMD 2018031900 1 1 " SIMPLE_DIGEST "\n"
				    "example. 86400 IN RRSIG ZONEMD 8 1 86400 20300101000000 "
				    "20200101000000 1 example. AAAA\n", "example."),
			 DIGEST_MATCHES);
	ck_assert_int_eq(verdict_of(TOP SIMPLE_DATA
				    "example. 86400 IN ZONEMD 2018031900 1 1 " SIMPLE_DIGEST "\n"
				    "example. 86400 IN RRSIG SOA 8 1 86400 20300101000000 "
				    "20200101000000 1 example. AAAA\n", "example."),
			 DIGEST_DIFFERS);
}
END_TEST

START_TEST(a_digest_for_another_serial_is_none_of_this_zone)
{
	ck_assert_int_eq(verdict_of(TOP SIMPLE_DATA "example. 86400 IN ZONEMD 2018031901 1 1 "
				    SIMPLE_DIGEST "\n", "example."), DIGEST_DIFFERS);
	ck_assert_msg(strstr(why.text, "2018031901") != NULL, "%s", why.text);
}
END_TEST

START_TEST(a_placeholder_is_no_digest)
{
	ck_assert_int_eq(verdict_of(TOP SIMPLE_DATA "example. 86400 IN ZONEMD 2018031900 1 1 "
				    "000000000000000000000000000000000000000000000000"
				    "000000000000000000000000000000000000000000000000\n",
				    "example."), DIGEST_DIFFERS);
}
END_TEST

START_TEST(a_digest_of_another_length_differs)
{
	ck_assert_int_eq(verdict_of(TOP SIMPLE_DATA "example. 86400 IN ZONEMD 2018031900 1 1 "
				    "c68090d90a7aed716bc459f9340e3d7c\n", "example."),
			 DIGEST_DIFFERS);
}
END_TEST

START_TEST(of_two_digests_of_one_kind_none_counts)
{
	ck_assert_int_eq(verdict_of(TOP MULTIPLE_DATA MULTIPLE_384
				    "example. 86400 IN ZONEMD 2018031900 1 1 " SIMPLE_DIGEST "\n",
				    "example."), DIGEST_DIFFERS);
	ck_assert_msg(strstr(why.text, "two digests") != NULL, "%s", why.text);
}
END_TEST

START_TEST(none_or_only_strange_ones_are_absent)
{
	ck_assert_int_eq(verdict_of(TOP SIMPLE_DATA, "example."), DIGEST_ABSENT);
	ck_assert_msg(strstr(why.text, "no digest") != NULL, "%s", why.text);
	ck_assert_int_eq(verdict_of(TOP MULTIPLE_DATA STRANGE, "example."), DIGEST_ABSENT);
	ck_assert_msg(strstr(why.text, "unknown here") != NULL, "%s", why.text);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_zones_of_rfc_8976_match, either_hash_is_enough,
		a_wrong_digest_beside_a_right_one_does_no_harm, one_octet_changed_is_seen,
		a_record_more_or_less_or_another_ttl_is_seen,
		signatures_over_the_digest_are_left_out_and_others_are_not,
		a_digest_for_another_serial_is_none_of_this_zone, a_placeholder_is_no_digest,
		a_digest_of_another_length_differs, of_two_digests_of_one_kind_none_counts,
		none_or_only_strange_ones_are_absent,
	};

	return suite_run("root.digest", tests, sizeof(tests) / sizeof(tests[0]));
}
