/* SPDX-License-Identifier: MIT */
/* test_family.c — what makes a family suspect, down and up again, as a table of what happens. */
#include "resolver/upstream/family.h"

#include "tests/unit/suite.h"

/* What happens is a string: a small letter is a silence of that address, 'X' to 'Z' are no route
 * there, 'P' and 'Q' are silent probes of two more, '+' a reply, '-' no route to yet another, '!' a
 * change of the network. */
static const struct {
	const char       *what;
	enum family_state state;
	bool              silent;
} stories[] = {
	{ "", FAMILY_UP, false },
	{ "a", FAMILY_UP, false },
	{ "aa", FAMILY_SUSPECT, false },                /* nobody has ever replied */
	{ "+a", FAMILY_UP, false },                     /* one lost packet */
	{ "+aaaaaa", FAMILY_UP, false },                /* one dead server */
	{ "+ab", FAMILY_SUSPECT, false },
	{ "+abcdef", FAMILY_SUSPECT, false },           /* a dead zone, perhaps */
	{ "+abP", FAMILY_SUSPECT, true },               /* one silent probe: a coincidence? */
	{ "+abPQ", FAMILY_DOWN, true },
	{ "+abPP", FAMILY_DOWN, true },
	{ "+aaPaQ", FAMILY_DOWN, true },
	{ "aaaPP", FAMILY_SUSPECT, true },              /* two addresses only */
	{ "aPQ", FAMILY_SUSPECT, true },                /* three silences only */
	{ "aPQa", FAMILY_DOWN, true },
	{ "abPQ+", FAMILY_UP, false },
	{ "abPQ+ab", FAMILY_SUSPECT, false },
	{ "ab+abP+ab", FAMILY_SUSPECT, false },         /* replies between them */
	{ "-", FAMILY_DOWN, true },
	{ "+-", FAMILY_UP, false },                     /* one odd address */
	{ "+XY", FAMILY_SUSPECT, false },
	{ "+XYZ", FAMILY_DOWN, true },
	{ "+aXYZ", FAMILY_SUSPECT, false },             /* not only our own system's word */
	{ "-+", FAMILY_UP, false },
	{ "!", FAMILY_UP, false },
	{ "+!aa", FAMILY_SUSPECT, false },              /* of the new network nothing is known */
	{ "+!-", FAMILY_DOWN, true },
	{ "+abPQ!", FAMILY_SUSPECT, true },
	{ "+abPQ!+", FAMILY_UP, false },
	{ "+abPQ!abPQ", FAMILY_DOWN, true },
};

static struct address address_of(char letter)
{
	uint8_t octets[4] = { 192, 0, 2, (uint8_t)letter };

	return address_v4(octets, 53);
}

static void play(struct family *family, const char *what, uint32_t now)
{
	for (; *what != '\0'; what++, now++) {
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

START_TEST(state_follows_from_what_happens)
{
	for (size_t i = 0; i < SUITE_COUNT(stories); i++) {
		struct family family = { 0 };

		play(&family, stories[i].what, 100);
		ck_assert_msg(family.state == stories[i].state, "\"%s\": state %d",
			      stories[i].what, (int)family.state);
		ck_assert_msg(family_is_silent(&family) == stories[i].silent,
			      "\"%s\": silent %d", stories[i].what, family_is_silent(&family));
		ck_assert_int_eq(family_blames_servers(&family, false),
				 stories[i].state != FAMILY_DOWN);
	}
}
END_TEST

static bool is_forgiven(const struct family *family, uint32_t penalised_at)
{
	struct server server = { 0 };

	server_was_silent(&server, penalised_at);
	family_forgive(family, false, &server);
	return server.avoid_until == 0 && server.silences == 0;
}

/* Silent from 101 on, down at 104, up at 110. */
START_TEST(penalties_of_an_outage_are_forgiven_and_no_others)
{
	struct family family = { 0 };
	struct address by = address_of('a');

	play(&family, "+abPQ", 100);
	ck_assert(!is_forgiven(&family, 100));
	ck_assert(is_forgiven(&family, 101));
	ck_assert(is_forgiven(&family, 104));
	ck_assert(family_heard(&family, &by, 110));
	ck_assert(!is_forgiven(&family, 100));
	ck_assert(is_forgiven(&family, 101));
	ck_assert(is_forgiven(&family, 110));
	ck_assert(!is_forgiven(&family, 111));
	ck_assert(!family_heard(&family, &by, 120));
	ck_assert(is_forgiven(&family, 110));
}
END_TEST

START_TEST(a_suspicion_forgives_nothing)
{
	struct family family = { 0 };

	play(&family, "+abcd", 100);
	ck_assert(!is_forgiven(&family, 102));
	play(&family, "+", 105);
	ck_assert(!is_forgiven(&family, 102));
}
END_TEST

/* The cable was pulled and put back before anything else was noticed. */
START_TEST(a_change_of_the_network_forgives_the_silence_before_it)
{
	struct family family = { 0 };

	play(&family, "+a", 100);
	family_network_changed(&family, 103);
	ck_assert(is_forgiven(&family, 101));
	play(&family, "+", 104);
	ck_assert(is_forgiven(&family, 101));
	ck_assert(is_forgiven(&family, 104));
	ck_assert(!is_forgiven(&family, 105));
}
END_TEST

START_TEST(one_who_spoke_nonsense_is_not_forgiven)
{
	struct family family = { 0 };
	struct server server = { 0 };

	play(&family, "+abPQ", 100);
	server_was_silent(&server, 102);
	server_was_useless(&server, 103);
	family_forgive(&family, false, &server);
	ck_assert_uint_gt(server.avoid_until, 103);
}
END_TEST

/* The way out is gone, and a server of the house still replies: another there has no excuse. */
START_TEST(one_inside_has_no_excuse_while_others_there_reply)
{
	struct family family = { 0 };
	struct server server = { 0 };

	play(&family, "+abPQ", 100);
	ck_assert(!family_blames_servers(&family, true));
	family_heard_inside(&family, 110);
	ck_assert(family_is_silent(&family));
	ck_assert(!family_blames_servers(&family, false));
	ck_assert(family_blames_servers(&family, true));
	server_was_silent(&server, 111);
	family_forgive(&family, true, &server);
	ck_assert_uint_ne(server.avoid_until, 0);
	family_forgive(&family, false, &server);
	ck_assert_uint_eq(server.avoid_until, 0);
	family_network_changed(&family, 120);
	server_was_silent(&server, 121);
	family_forgive(&family, true, &server);
	ck_assert_uint_eq(server.avoid_until, 0);
}
END_TEST

START_TEST(probes_come_each_second_when_there_is_nothing_else)
{
	struct family family = { 0 };

	ck_assert(!family_wants_probe(&family, 5000));
	play(&family, "abPQ", 100);
	for (uint64_t now = 5000; now < 100000; now += PROBE_PAUSE_MS) {
		ck_assert(family_wants_probe(&family, now));
		family_probed(&family, true, now);
		ck_assert(!family_wants_probe(&family, now + PROBE_PAUSE_MS - 1));
	}
}
END_TEST

START_TEST(probes_grow_rarer_while_the_other_family_is_up)
{
	struct family family = { 0 };
	unsigned probes = 0;

	play(&family, "abPQ", 100);
	for (uint64_t now = 0; now < 3600 * 1000; now += 100) {
		if (!family_wants_probe(&family, now))
			continue;
		family_probed(&family, false, now);
		probes++;
	}
	ck_assert_uint_ge(probes, 3600 * 1000 / MAX_PROBE_PAUSE_MS);
	ck_assert_uint_le(probes, 3600 * 1000 / MAX_PROBE_PAUSE_MS + 7);
	family_network_changed(&family, 5000);
	ck_assert(family_wants_probe(&family, 1));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		state_follows_from_what_happens,
		penalties_of_an_outage_are_forgiven_and_no_others,
		a_suspicion_forgives_nothing,
		a_change_of_the_network_forgives_the_silence_before_it,
		one_who_spoke_nonsense_is_not_forgiven,
		one_inside_has_no_excuse_while_others_there_reply,
		probes_come_each_second_when_there_is_nothing_else,
		probes_grow_rarer_while_the_other_family_is_up,
	};

	return suite_run("upstream.family", tests, SUITE_COUNT(tests));
}
