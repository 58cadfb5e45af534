/* SPDX-License-Identifier: MIT */
/* reply.c — fuzz target: octets from a server → parsed → scrubbed → read → told in words.
 *
 * The first octet says whose servers were asked: how many labels of the question's name are the
 * cut's zone, and whether they forward. The rest is the message. What must hold of a scrubbed
 * reply (scrub.h) and what the walk relies on is checked by must(), so that the fuzzer sees it. */
#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "cache/rdata.h"
#include "resolver/observe/text.h"
#include "resolver/upstream/cookie.h"
#include "resolver/upstream/match.h"
#include "resolver/upstream/scrub.h"

enum { LABELS_MASK = 0x1f, FORWARD_BIT = 0x20, OWN_QUESTION_BIT = 0x40 };

static void removed(const char *what, void *subject)
{
	must(what[0] != '\0');
	++*(unsigned *)subject;
}

static bool is_allowed(enum section section, uint16_t type)
{
	switch (section) {
	case SECTION_ANSWER:
		return true;
	case SECTION_AUTHORITY:
		return type == TYPE_NS || type == TYPE_DS || type == TYPE_SOA ||
		       type == TYPE_NSEC || type == TYPE_NSEC3;
	case SECTION_ADDITIONAL:
		return type == TYPE_A || type == TYPE_AAAA;
	case SECTIONS:
		break;
	}
	return false;
}

static void check_scrubbed(const struct reply *reply, const struct cut *cut)
{
	for (enum section section = SECTION_ANSWER; section < SECTIONS; section++) {
		for (const struct rrset *set = reply->sections[section].first; set != NULL;
		     set = set->next) {
			must(name_is_in(&set->owner, &cut->zone));
			must(set->class == CLASS_IN);
			must(set->count != 0 || set->signature_count != 0);
			must(is_allowed(section, set->type));
		}
	}
}

/* What the server says of a failure goes on to clients and logs. */
static void check_words(const struct reply *reply)
{
	char harmless[MAX_EDE_TEXT + 1];
	size_t length;

	if (reply->ede_text == NULL)
		return;
	length = strlen(reply->ede_text);
	must(length != 0 && length <= MAX_EDE_TEXT);
	must(text_neutral(harmless, MAX_EDE_TEXT, reply->ede_text) == length);
	must(memcmp(harmless, reply->ede_text, length) == 0);
}

/* What a referral's cut is made of, as the walk makes it. */
static void check_referral(const struct rrset *ns, const struct question *question,
			   const struct cut *cut)
{
	struct name server;

	must(ns != NULL && ns->count != 0);
	must(name_is_in(&ns->owner, &cut->zone) && !name_equal(&ns->owner, &cut->zone));
	must(name_is_in(&question->name, &ns->owner));
	for (unsigned i = 0; i < ns->count; i++)
		must(rdata_name(ns->rdata[i], &server));
}

static void check_reading(const struct reply *reply, enum reading reading,
			  const struct question *question, const struct cut *cut)
{
	const struct rrset *referral = reply_referral(reply, question, cut);
	const struct rrset *soa = reply_denial_soa(reply, question, cut);
	bool has_answer = reply->sections[SECTION_ANSWER].first != NULL;
	char summary[256];
	struct name target;

	if (soa != NULL)
		(void)rdata_soa_minimum(soa->rdata[0]);
	if (reading == READS_REFERRAL)
		check_referral(referral, question, cut);
	if (reading == READS_ANSWER || reading == READS_ALIAS)
		must(has_answer);
	if (reading == READS_NO_NAME || reading == READS_NO_TYPE || reading == READS_REFERRAL)
		must(!has_answer);
	if (reply_alias(reply, question, &target))
		must(name_is_set(&target));
	must(reply_summary(reply, reading, question, summary, sizeof(summary))[0] != '\0');
	must(reply_summary(reply, reading, question, summary, 8) == summary);
}

/* Whose servers said it, by the first octet. */
static void make_cut(uint8_t how, const struct question *question, struct cut *into)
{
	unsigned labels = name_labels(&question->name), wanted = how & LABELS_MASK;

	*into = (struct cut){ .source = (how & FORWARD_BIT) != 0 ? CUT_FROM_FORWARD
								 : CUT_FROM_REFERRAL };
	name_ancestor(&question->name, wanted < labels ? wanted : labels, &into->zone);
}

static void make_question(uint8_t how, const struct reply *reply, struct question *into)
{
	*into = reply->question;
	if (name_is_set(&into->name) && (how & OWN_QUESTION_BIT) == 0)
		return;
	must(name_parse("www.sub.example.", &into->name));
	into->type = TYPE_A;
	into->class = CLASS_IN;
}

/* One cut, or the child that the reply refers to, as the walk would ask it next. */
static void read_reply(struct bytes wire, uint8_t how, struct cut *cut)
{
	struct arena arena;
	struct reply reply;
	struct question question;
	enum reading reading;
	unsigned told = 0;
	const struct scrub_watcher watcher = { removed, &told };

	arena_init(&arena, WALK_ARENA_OCTETS);
	if (reply_parse(wire, &arena, &reply) == OK) {
		check_words(&reply);
		make_question(how, &reply, &question);
		if (!name_is_set(&cut->zone))
			make_cut(how, &question, cut);
		reply_scrub(&reply, &question, cut, &watcher);
		check_scrubbed(&reply, cut);
		reading = reply_read(&reply, &question, cut);
		check_reading(&reply, reading, &question, cut);
		if (reading == READS_REFERRAL)
			cut->zone = reply_referral(&reply, &question, cut)->owner;
	}
	arena_clear(&arena);
}

/* A message matches itself or nothing; in small letters it is the same but for them. */
static void match_itself(struct bytes wire)
{
	static uint8_t copy[MAX_MESSAGE];

	if (message_match(wire, wire) == MATCHES_NOT || wire.length > sizeof(copy))
		return;
	must(message_match(wire, wire) == MATCHES);
	memcpy(copy, wire.at, wire.length);
	message_lower_question(copy, wire.length);
	must(message_match(wire, bytes_of(copy, wire.length)) != MATCHES_NOT);
}

/* Whatever cookie it has is taken whole or not at all. */
static void find_cookie(struct bytes wire)
{
	struct cookie sent = { .length = CLIENT_COOKIE_OCTETS }, got = { 0 };

	if (cookie_check(&sent, wire, &got) == COOKIE_RIGHT)
		must(cookie_is_whole(&got) && got.length <= MAX_COOKIE_OCTETS);
	else
		must(got.length == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cut cut = { .zone = { .length = 0 } };
	struct bytes wire;

	if (size < 1)
		return 0;
	wire = bytes_of(data + 1, size - 1);
	read_reply(wire, data[0], &cut);
	if (name_is_set(&cut.zone))
		read_reply(wire, data[0], &cut);        /* the same from a server of the child */
	if (wire.length >= 2) {
		match_itself(wire);
		find_cookie(wire);
	}
	return 0;
}
