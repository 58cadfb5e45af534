/* SPDX-License-Identifier: MIT */
/* test_passage.c — what a reply betrays, what makes it certain, and how it is called: tables. */
#include "resolver/upstream/passage.h"

#include "tests/unit/suite.h"

enum { AA = FLAG_AA, RA = FLAG_RA };

static const struct {
	uint16_t     flags;
	enum speaker speaker;
} speakers[] = {
	{ AA, SPEAKER_ROOT },
	{ AA | RA, SPEAKER_ROOT },                      /* a private root that recurses, too */
	{ AA | RCODE_NXDOMAIN, SPEAKER_ROOT },
	{ RA, SPEAKER_OTHER },
	{ RA | RCODE_SERVFAIL, SPEAKER_OTHER },
	{ RA | RCODE_REFUSED, SPEAKER_OTHER },
	{ RCODE_REFUSED, SPEAKER_OTHER },
	{ RCODE_NXDOMAIN, SPEAKER_OTHER },
	{ 0, SPEAKER_UNCLEAR },                         /* it has forgotten AA, perhaps */
};

START_TEST(the_root_owns_what_it_says_and_never_recurses)
{
	for (size_t i = 0; i < SUITE_COUNT(speakers); i++)
		ck_assert_msg(passage_speaker(speakers[i].flags | FLAG_QR) == speakers[i].speaker,
			      "flags %04x", speakers[i].flags);
}
END_TEST

static const struct {
	uint16_t     flags;
	enum reading reading;
	bool         odd_of_root, odd_of_others;
} replies[] = {
	{ AA, READS_ANSWER, false, false },
	{ 0, READS_REFERRAL, false, false },
	{ RA, READS_REFERRAL, true, false },            /* many a TLD's server has it on */
	{ AA | RA, READS_NO_NAME, false, false },
	{ RA, READS_LAME, true, true },
	{ 0, READS_LAME, false, false },                /* only lame */
	{ RA, READS_REFUSED, true, true },
	{ 0, READS_REFUSED, true, false },
	{ RA, READS_SERVER_FAILURE, true, true },
	{ 0, READS_SERVER_FAILURE, false, false },
	{ AA | RA, READS_SERVER_FAILURE, false, false },
	{ RA, READS_TRUNCATED, true, false },
	{ 0, READS_OTHER_ERROR, false, false },
};

START_TEST(a_reply_that_its_server_had_no_business_to_give_is_odd)
{
	for (size_t i = 0; i < SUITE_COUNT(replies); i++) {
		ck_assert_msg(passage_is_odd(replies[i].flags, replies[i].reading, true) ==
				      replies[i].odd_of_root, "row %zu, of the root", i);
		ck_assert_msg(passage_is_odd(replies[i].flags, replies[i].reading, false) ==
				      replies[i].odd_of_others, "row %zu, of others", i);
	}
}
END_TEST

static struct address address_of(char letter)
{
	uint8_t octets[4] = { 192, 0, 2, (uint8_t)letter };

	return address_v4(octets, 53);
}

/* '?' an odd reply, 'p' probes are sent, 'a' to 'e' a resolver at that root address replies to one,
 * 'A' to 'E' the root itself, '.' somebody unclear, '/' all have settled, '!' another network. */
static const struct {
	const char *what;
	bool        certain, suspected;
} rounds[] = {
	{ "", false, false },
	{ "?", false, true },
	{ "?p/", false, false },                        /* nobody replied: nothing is known */
	{ "?pa/", false, false },                       /* one lame, the other silent */
	{ "?paa/", false, false },
	{ "?pab/", true, false },
	{ "?paB/", false, false },
	{ "?pAb/", false, false },
	{ "?pAB/", false, false },
	{ "?pa./", false, false },
	{ "?pa/?pb/", false, false },                   /* not at one time */
	{ "?pa/?pbc/", true, false },
	{ "?pab/p/", true, false },                     /* silence isn't the root */
	{ "?pab/pcd/", true, false },
	{ "?pab/pC", false, false },                    /* one word of the root's is enough */
	{ "?pab/pCd/", false, false },
	{ "?pab/!", false, true },
	{ "?pab/!pcd/", true, false },
	{ "!", false, false },
};

static void play(struct interception *interception, const char *what)
{
	for (uint64_t now = 100000; *what != '\0'; what++, now += MAX_PASSAGE_PAUSE_MS) {
		struct address by = address_of((char)(*what | 0x20));

		if (*what == '?')
			interception_suspect(interception, now);
		else if (*what == 'p')
			interception_probed(interception, now);
		else if (*what == '/')
			interception_settled(interception);
		else if (*what == '!')
			interception_network_changed(interception);
		else if (*what == '.')
			interception_heard(interception, &by, SPEAKER_UNCLEAR, now);
		else
			interception_heard(interception, &by,
					   *what >= 'a' ? SPEAKER_OTHER : SPEAKER_ROOT, now);
	}
}

START_TEST(two_of_the_root_replaced_at_one_time_are_certainty)
{
	for (size_t i = 0; i < SUITE_COUNT(rounds); i++) {
		struct interception interception = { 0 };

		play(&interception, rounds[i].what);
		ck_assert_msg(interception.is_certain == rounds[i].certain, "\"%s\": certain %d",
			      rounds[i].what, interception.is_certain);
		ck_assert_msg(interception.is_suspected == rounds[i].suspected,
			      "\"%s\": suspected %d", rounds[i].what, interception.is_suspected);
	}
}
END_TEST

START_TEST(without_a_suspicion_nothing_is_probed)
{
	struct interception interception = { 0 };

	ck_assert(!interception_wants_probe(&interception, 5000));
	interception_suspect(&interception, 5000);
	ck_assert(interception_wants_probe(&interception, 5000));
}
END_TEST

/* A lame server that is asked all the time costs little. */
START_TEST(the_roots_word_holds_for_a_while)
{
	struct interception interception = { 0 };
	struct address by = address_of('a');

	interception_suspect(&interception, 5000);
	interception_heard(&interception, &by, SPEAKER_ROOT, 5000);
	interception_suspect(&interception, 5000 + SUSPICION_HOLDS_MS - 1);
	ck_assert(!interception.is_suspected);
	interception_network_changed(&interception);
	interception_suspect(&interception, 5001);
	ck_assert(interception_wants_probe(&interception, 5001));
	interception_heard(&interception, &by, SPEAKER_ROOT, 5002);
	interception_suspect(&interception, 5002 + SUSPICION_HOLDS_MS);
	ck_assert(interception_wants_probe(&interception, 5002 + SUSPICION_HOLDS_MS));
}
END_TEST

START_TEST(the_direct_way_is_tried_each_minute_in_the_end)
{
	struct interception interception = { 0 };
	unsigned probes = 0;

	play(&interception, "?pab/");
	for (uint64_t now = 1000000; now < 1000000 + 3600 * 1000; now += 100) {
		if (!interception_wants_probe(&interception, now))
			continue;
		interception_probed(&interception, now);
		interception_settled(&interception);
		probes++;
	}
	ck_assert_uint_ge(probes, 3600 * 1000 / MAX_PASSAGE_PAUSE_MS);
	ck_assert_uint_le(probes, 3600 * 1000 / MAX_PASSAGE_PAUSE_MS + 7);
}
END_TEST

/* As in test_family.c: what each family has seen. */
static const struct {
	const char  *ipv4, *ipv6;       /* NULL: not used */
	enum passage passage;
} networks[] = {
	{ "", "", PASSAGE_DIRECT },
	{ "+", "-", PASSAGE_DIRECT },
	{ "-", "-", PASSAGE_DOWN },
	{ "-", NULL, PASSAGE_DOWN },
	{ "+abPQ", "-", PASSAGE_BLOCKED },
	{ "+abPQ", NULL, PASSAGE_BLOCKED },
	{ "-", "abPQ", PASSAGE_BLOCKED },
	{ "abPQ", "abPQ", PASSAGE_BLOCKED },
	{ "abPQ", "+", PASSAGE_DIRECT },
	{ "+abP", NULL, PASSAGE_DIRECT },               /* one silent probe is a coincidence */
	{ "+abcd", NULL, PASSAGE_DIRECT },              /* a dead zone, perhaps */
	{ "+abPQ+", "-", PASSAGE_DIRECT },
	{ "+abPQ-", NULL, PASSAGE_DOWN },               /* then the cable went, too */
	{ "+XYZ", NULL, PASSAGE_DOWN },
	{ "+abPQ!", NULL, PASSAGE_DIRECT },             /* of a new network nothing is known */
	{ "+abPQ!abPQ", NULL, PASSAGE_BLOCKED },
};

static void play_family(struct family *family, const char *what)
{
	for (uint32_t now = 100; *what != '\0'; what++, now++) {
		struct address address = address_of(*what);

		if (*what == '+')
			(void)family_heard(family, &address, now);
		else if (*what == '-' || (*what >= 'X' && *what <= 'Z'))
			family_has_no_route(family, &address, now);
		else if (*what == '!')
			family_network_changed(family, now);
		else if (*what == 'P' || *what == 'Q')
			family_probe_silent(family, &address, now);
		else
			family_silent(family, &address, now);
	}
}

START_TEST(silence_of_all_in_spite_of_a_route_is_a_block)
{
	for (size_t i = 0; i < SUITE_COUNT(networks); i++) {
		struct family ipv4 = { 0 }, ipv6 = { 0 };
		struct interception none = { 0 }, certain = { .is_certain = true };
		enum passage got;

		if (networks[i].ipv4 != NULL)
			play_family(&ipv4, networks[i].ipv4);
		if (networks[i].ipv6 != NULL)
			play_family(&ipv6, networks[i].ipv6);
		got = passage_of(networks[i].ipv4 != NULL ? &ipv4 : NULL,
				 networks[i].ipv6 != NULL ? &ipv6 : NULL, &none);
		ck_assert_msg(got == networks[i].passage, "row %zu: %d", i, (int)got);
		ck_assert_int_eq(passage_of(&ipv4, &ipv6, &certain), PASSAGE_INTERCEPTED);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_root_owns_what_it_says_and_never_recurses,
		a_reply_that_its_server_had_no_business_to_give_is_odd,
		two_of_the_root_replaced_at_one_time_are_certainty,
		without_a_suspicion_nothing_is_probed,
		the_roots_word_holds_for_a_while,
		the_direct_way_is_tried_each_minute_in_the_end,
		silence_of_all_in_spite_of_a_route_is_a_block,
	};

	return suite_run("upstream.passage", tests, SUITE_COUNT(tests));
}
