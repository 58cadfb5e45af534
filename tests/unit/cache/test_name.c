/* SPDX-License-Identifier: MIT */
/* test_name.c — domain names: read, written, compared, taken apart. */
#include "cache/name.h"

#include "tests/unit/suite.h"

static struct name name(const char *text)
{
	struct name parsed;

	ck_assert_msg(name_parse(text, &parsed), "%s", text);
	return parsed;
}

START_TEST(text_goes_there_and_back)
{
	static const char *const rows[][2] = {
		{ ".", "." },
		{ "com", "com." },
		{ "www.Example.com.", "www.Example.com." },
		{ "a\\.b.c", "a\\.b.c." },
		{ "\\\\.c", "\\\\.c." },
		{ "\\007x.c", "\\007x.c." },
		{ "\\032.c", "\\032.c." },
		{ "\\255.c", "\\255.c." },
		{ "*.wild", "*.wild." },
		{ "_tcp.x", "_tcp.x." },
		{ "a\\@b.c", "a\\@b.c." },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct name parsed = name(rows[i][0]);
		char text[NAME_TEXT_SIZE];

		ck_assert_str_eq(name_print(&parsed, text), rows[i][1]);
	}
}
END_TEST

START_TEST(what_is_no_name_is_refused)
{
	static const char *const texts[] = {
		"", "..", ".com", "a..b", "a\\", "a\\25", "a\\256.b", "a\\2x5.b",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.b",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct name parsed;

		ck_assert_msg(!name_parse(texts[i], &parsed), "%s", texts[i]);
		ck_assert(!name_is_set(&parsed));
	}
}
END_TEST

/* `count` labels of `size` letters each. */
static void long_text(char *into, unsigned count, unsigned size)
{
	for (unsigned label = 0; label < count; label++) {
		memset(into, 'a', size);
		into += size;
		*into++ = '.';
	}
	*into = '\0';
}

START_TEST(names_are_at_most_255_octets)
{
	char text[600];
	struct name parsed;

	long_text(text, 127, 1);
	ck_assert(name_parse(text, &parsed));
	ck_assert_uint_eq(parsed.length, 255);
	ck_assert_uint_eq(name_labels(&parsed), 127);
	long_text(text, 128, 1);
	ck_assert(!name_parse(text, &parsed));
	long_text(text, 3, 63);
	ck_assert(name_parse(text, &parsed));
	long_text(text, 4, 63);
	ck_assert(!name_parse(text, &parsed));
}
END_TEST

START_TEST(the_longest_name_fits_its_text)
{
	struct name longest = { 0 };
	char text[NAME_TEXT_SIZE + 1];

	text[NAME_TEXT_SIZE] = 'x';
	for (int i = 0; i < 3; i++) {
		longest.octets[longest.length++] = 63;
		memset(longest.octets + longest.length, 0xff, 63);
		longest.length = (uint8_t)(longest.length + 63);
	}
	longest.octets[longest.length++] = 61;
	memset(longest.octets + longest.length, 0xff, 61);
	longest.length = (uint8_t)(longest.length + 61);
	longest.octets[longest.length++] = 0;
	ck_assert_uint_eq(longest.length, 255);
	name_print(&longest, text);
	ck_assert_uint_lt(strlen(text), NAME_TEXT_SIZE);
	ck_assert_int_eq(text[NAME_TEXT_SIZE], 'x');
}
END_TEST

START_TEST(letters_case_is_ignored_and_kept)
{
	struct name one = name("WWW.Example.COM"), two = name("www.eXAMPLE.com");

	ck_assert(name_equal(&one, &two));
	ck_assert_int_eq(name_compare(&one, &two), 0);
	ck_assert(memcmp(one.octets, two.octets, one.length) != 0);
	name_lower(&one);
	name_lower(&two);
	ck_assert(memcmp(one.octets, two.octets, one.length) == 0);
}
END_TEST

/* RFC 4034 §6.1's own example, in order. */
START_TEST(the_canonical_order_is_that_of_rfc_4034)
{
	static const char *const order[] = {
		"example.", "a.example.", "yljkjljk.a.example.", "Z.a.example.", "zABC.a.EXAMPLE.",
		"z.example.", "\\001.z.example.", "*.z.example.", "\\200.z.example.",
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		for (size_t j = 0; j < sizeof(order) / sizeof(order[0]); j++) {
			struct name a = name(order[i]), b = name(order[j]);
			int difference = name_compare(&a, &b);

			ck_assert_msg((difference < 0) == (i < j) && (difference > 0) == (i > j),
				      "%s %s", order[i], order[j]);
		}
	}
}
END_TEST

START_TEST(below_is_by_labels_not_by_letters)
{
	static const struct {
		const char *name, *zone;
		bool        in;
	} rows[] = {
		{ "www.example.com", "example.com", true },
		{ "example.com", "example.com", true },
		{ "EXAMPLE.com", "example.COM", true },
		{ "badexample.com", "example.com", false },
		{ "com", "example.com", false },
		{ "example.com", ".", true },
		{ ".", ".", true },
		{ ".", "com", false },
		{ "a.b.c.d.e", "d.e", true },
		{ "a\\.example.com", "example.com", false },
		/* A label's octets that look like the length and letters of another. */
		{ "x\\003com", "com", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct name a = name(rows[i].name), zone = name(rows[i].zone);

		ck_assert_msg(name_is_in(&a, &zone) == rows[i].in, "%s %s", rows[i].name,
			      rows[i].zone);
	}
}
END_TEST

START_TEST(ancestors_are_the_rightmost_labels)
{
	struct name deep = name("a.b.c.d"), wanted = name("c.d"), got;

	name_ancestor(&deep, 2, &got);
	ck_assert(name_equal(&got, &wanted));
	name_ancestor(&deep, 0, &got);
	ck_assert(name_is_root(&got));
	name_ancestor(&deep, 4, &got);
	ck_assert(name_equal(&got, &deep));
	name_parent(&deep, &deep);
	name_parent(&deep, &deep);
	ck_assert(name_equal(&deep, &wanted));
	got = name_root;
	name_parent(&got, &got);
	ck_assert(name_is_root(&got));
}
END_TEST

START_TEST(common_labels_are_counted_from_the_root)
{
	struct name a = name("www.example.com"), b = name("mail.EXAMPLE.com"),
		    c = name("example.net");

	ck_assert_uint_eq(name_common_labels(&a, &b), 2);
	ck_assert_uint_eq(name_common_labels(&a, &c), 0);
	ck_assert_uint_eq(name_common_labels(&a, &a), 3);
	ck_assert_uint_eq(name_common_labels(&a, &name_root), 0);
}
END_TEST

START_TEST(a_tree_is_moved_unless_the_name_gets_too_long)
{
	struct name www = name("www.old.example"), from = name("old.example"), to = name("new"),
		    wanted = name("www.new"), got, longest;
	char text[600];

	ck_assert(name_substitute(&www, &from, &to, &got));
	ck_assert(name_equal(&got, &wanted));
	long_text(text, 3, 63);
	ck_assert(name_parse(text, &longest));
	ck_assert(name_substitute(&www, &from, &longest, &got));
	long_text(text, 126, 1);
	ck_assert(name_parse(text, &longest));
	ck_assert(!name_substitute(&www, &from, &longest, &got));
}
END_TEST

static bool reads(const char *octets, size_t length, size_t position, struct name *into,
		  size_t *end)
{
	struct cursor message = cursor_over(bytes_of(octets, length));

	message.position = position;
	name_read(&message, into);
	*end = message.position;
	ck_assert(cursor_is_good(&message) == name_is_set(into));
	return cursor_is_good(&message);
}

START_TEST(compression_is_followed_backwards)
{
	static const char message[] = "\3com\0\7example\xc0\0\3www\xc0\5";
	struct name got, wanted = name("www.example.com");
	size_t end;

	ck_assert(reads(message, sizeof(message) - 1, 15, &got, &end));
	ck_assert(name_equal(&got, &wanted));
	ck_assert_uint_eq(end, sizeof(message) - 1);
}
END_TEST

START_TEST(malformed_names_are_refused)
{
	static const struct {
		const char *octets;
		size_t      length, position;
	} rows[] = {
		{ "", 0, 0 },                           /* nothing */
		{ "\3co", 3, 0 },                       /* label cut short */
		{ "\3com", 4, 0 },                      /* no end */
		{ "\xc0", 1, 0 },                       /* half a pointer */
		{ "\xc0\0", 2, 0 },                     /* to itself */
		{ "\xc0\2\0", 3, 0 },                   /* forwards */
		{ "\1a\xc0\0", 4, 0 },                  /* a loop with a label */
		{ "\xc0\2\xc0\0", 4, 2 },               /* two that point at each other */
		{ "\x40 a", 3, 0 },                     /* RFC 6891's withdrawn label type */
		{ "\x80 a", 3, 0 },                     /* reserved label type */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct name got;
		size_t end;

		ck_assert_msg(!reads(rows[i].octets, rows[i].length, rows[i].position, &got, &end),
			      "row %zu", i);
	}
}
END_TEST

START_TEST(a_name_made_too_long_by_compression_is_refused)
{
	char message[300];
	struct name got;
	size_t end;

	/* 63 + 63 + 63 + 61 octets of labels, then a further label that points at them. */
	memset(message, 'a', sizeof(message));
	message[0] = message[64] = message[128] = 63;
	message[192] = 61;
	message[254] = 0;
	message[255] = 1;
	message[257] = (char)0xc0;
	message[258] = 0;
	ck_assert(reads(message, 259, 0, &got, &end));
	ck_assert_uint_eq(got.length, 255);
	ck_assert(!reads(message, 259, 255, &got, &end));
}
END_TEST

/* A message of pointers, each to the one before, with the root at the start. */
static size_t chain(uint8_t *message, unsigned pointers)
{
	message[0] = 0;
	for (unsigned i = 0; i < pointers; i++) {
		unsigned target = i == 0 ? 0 : 1 + 2 * (i - 1);

		message[1 + 2 * i] = (uint8_t)(0xc0 | target >> 8);
		message[2 + 2 * i] = (uint8_t)target;
	}
	return 1 + 2 * pointers;
}

START_TEST(so_many_pointers_and_no_more)
{
	uint8_t message[600];
	struct name got;
	size_t end, length = chain(message, 128);

	ck_assert(reads((char *)message, length, length - 2, &got, &end));
	length = chain(message, 129);
	ck_assert(!reads((char *)message, length, length - 2, &got, &end));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		text_goes_there_and_back, what_is_no_name_is_refused, names_are_at_most_255_octets,
		the_longest_name_fits_its_text, letters_case_is_ignored_and_kept,
		the_canonical_order_is_that_of_rfc_4034, below_is_by_labels_not_by_letters,
		ancestors_are_the_rightmost_labels, common_labels_are_counted_from_the_root,
		a_tree_is_moved_unless_the_name_gets_too_long, compression_is_followed_backwards,
		malformed_names_are_refused, a_name_made_too_long_by_compression_is_refused,
		so_many_pointers_and_no_more,
	};

	return suite_run("cache.name", tests, SUITE_COUNT(tests));
}
