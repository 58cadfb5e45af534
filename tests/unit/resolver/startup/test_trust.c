/* SPDX-License-Identifier: MIT */
/* test_trust.c — negative anchors of the run time; what follows configured anchors. */
#include "resolver/trust.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/suite.h"

static struct negatives *negatives;
static struct anchors   *configured;
static struct rollovers *rollovers;
static struct complaint  why;

static void begin(void)
{
	negatives = negatives_copy(NULL);
	configured = anchors_new();
	rollovers = calloc(1, sizeof(*rollovers));
	ck_assert(negatives != NULL && configured != NULL && rollovers != NULL);
}

static void end(void)
{
	free(negatives);
	anchors_free(configured);
	free(rollovers);
}

static bool put(unsigned number, uint32_t expires_at)
{
	struct negative negative = { .expires_at = expires_at, .reason = "why" };
	char text[32];

	snprintf(text, sizeof(text), "zone%u.example.", number);
	ck_assert(name_parse(text, &negative.name));
	return negatives_put(negatives, &negative, &why);
}

START_TEST(so_many_negative_anchors_and_no_more)
{
	for (unsigned i = 0; i < MAX_NEGATIVE_ANCHORS; i++)
		ck_assert(put(i, 0));
	ck_assert(put(3, 0));
	ck_assert_uint_eq(negatives->count, MAX_NEGATIVE_ANCHORS);
	ck_assert(!put(MAX_NEGATIVE_ANCHORS, 0));
	ck_assert(negatives_remove(negatives, &negatives->at[0].name));
	ck_assert(put(MAX_NEGATIVE_ANCHORS, 0));
}
END_TEST

START_TEST(a_negative_anchor_goes_when_its_time_is_over)
{
	ck_assert(put(1, 0) && put(2, 100) && put(3, 50));
	ck_assert_uint_eq(negatives_next_end(negatives, 20), 30);
	ck_assert_uint_eq(negatives_expire(negatives, 49), 0);
	ck_assert_uint_eq(negatives_expire(negatives, 50), 1);
	ck_assert_uint_eq(negatives_next_end(negatives, 100), 0);
	ck_assert_uint_eq(negatives_expire(negatives, 100), 1);
	ck_assert_uint_eq(negatives_next_end(negatives, 100), UINT32_MAX);
	ck_assert_uint_eq(negatives->count, 1);
}
END_TEST

static void make_key(uint8_t which, struct rollover_key *into, enum rollover_state state)
{
	into->state = state;
	into->length = 36;
	memset(into->rdata, which, into->length);
	memcpy(into->rdata, (const uint8_t[]){ 1, 1, 3, 15 }, 4);
}

static void configure(uint8_t which)
{
	struct rollover_key key;

	make_key(which, &key, ROLLOVER_VALID);
	ck_assert(anchors_add_key(configured, &name_root, bytes_of(key.rdata, key.length)) == OK);
}

static void keep(uint8_t which, enum rollover_state state)
{
	struct rollover *root = &rollovers->zones[0];

	make_key(which, &root->keys[root->count++], state);
}

/* Octets of DS, each of 38. */
static size_t followed(void)
{
	struct anchors *anchors = trust_follow(configured, rollovers);
	size_t length;

	ck_assert(anchors != NULL);
	length = trust_listed(anchors, &name_root).length;
	anchors_free(anchors);
	return length / 38;
}

START_TEST(what_is_trusted_follows_and_what_is_revoked_goes)
{
	configure('a');
	configure('b');
	trust_align(rollovers, configured);
	ck_assert_uint_eq(rollovers->count, 1);
	ck_assert_uint_eq(followed(), 2);
	keep('a', ROLLOVER_VALID);
	keep('c', ROLLOVER_PENDING);
	ck_assert_uint_eq(followed(), 2);
	keep('d', ROLLOVER_MISSING);
	ck_assert_uint_eq(followed(), 3);
	keep('b', ROLLOVER_REVOKED);
	ck_assert_uint_eq(followed(), 2);
}
END_TEST

START_TEST(other_anchors_begin_anew_and_what_was_revoked_stays_so)
{
	configure('a');
	configure('b');
	trust_align(rollovers, configured);
	keep('d', ROLLOVER_VALID);
	keep('b', ROLLOVER_REVOKED);
	configure('e');
	ck_assert_uint_eq(followed(), 2);       /* a and e */
	trust_align(rollovers, configured);
	ck_assert_uint_eq(rollovers->zones[0].count, 1);
	ck_assert_uint_eq(followed(), 2);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		so_many_negative_anchors_and_no_more,
		a_negative_anchor_goes_when_its_time_is_over,
		what_is_trusted_follows_and_what_is_revoked_goes,
		other_anchors_begin_anew_and_what_was_revoked_stays_so,
	};

	return suite_run_with("startup.trust", tests, SUITE_COUNT(tests), begin, end);
}
