/* SPDX-License-Identifier: MIT */
/* fake_network.c — what a real exchange makes of a reply, and time that passes until it comes. */
#include "cache/base/must.h"
#include "resolver/upstream/cookie.h"
#include "resolver/upstream/match.h"
#include "tests/fake/fake.h"

/* Is it a reply to that question, as the real reader of datagrams sees it? */
static bool is_reply_to(const struct question *question, struct bytes reply)
{
	uint8_t octets[HEADER_LENGTH + NAME_SIZE + 4];
	struct writer query = writer_over(octets, sizeof(octets));
	const struct header header = { .id = 0, .questions = 1 };       /* no world numbers them */

	header_write(&query, &header);
	question_write(&query, question);
	return message_match(writer_bytes(&query), reply) != MATCHES_NOT;
}

static void answer_cookie(const struct exchange_request *request, bool answers,
			  struct exchange_findings *findings)
{
	findings->cookie_sent = request->cookie.length != 0;
	if (!findings->cookie_sent || !answers)
		return;
	findings->cookie = request->cookie;
	findings->cookie.length = 16;
	memset(findings->cookie.octets + CLIENT_COOKIE_OCTETS, 7, 8);
}

static bool has_stray_cookie(enum fake_cookie cookie, const struct exchange_request *request,
			     const struct exchange_findings *findings)
{
	if (cookie == COOKIE_OF_ANOTHER)
		return findings->cookie_sent;
	return cookie_is_whole(&request->cookie) && findings->cookie.length == 0;
}

void fake_judge(const struct exchange_request *request, bool other_letters,
		enum fake_cookie cookie, struct fake_reaction *reaction)
{
	struct exchange_findings *findings = &reaction->findings;

	findings->letters_changed = other_letters && request->vary_letters;
	answer_cookie(request, cookie == COOKIE_OF_ITS_OWN, findings);
	if (!is_reply_to(&request->question, reaction->reply))
		reaction->outcome = request->transport == OVER_UDP ? EXCHANGE_STRAYED
								   : EXCHANGE_SILENT;
	else if (request->transport == OVER_UDP &&
		 (findings->letters_changed || has_stray_cookie(cookie, request, findings)))
		reaction->outcome = EXCHANGE_STRAYED;
	else
		reaction->outcome = EXCHANGE_REPLIED;
}

void fake_run(struct loop *loop, uint64_t until_ms, const bool *enough)
{
	for (;;) {
		uint64_t now = fake_clock_ms_since_start(), due;

		loop_look_at_clocks(loop);
		loop_run_due(loop);
		if (enough != NULL && *enough)
			return;
		due = loop_next_due(loop);
		if (due == UINT64_MAX || now + (due - loop->now_ms) > until_ms)
			break;
		fake_clock_advance_us((due - loop->now_ms) * 1000);
	}
	if (enough == NULL && fake_clock_ms_since_start() < until_ms)
		fake_clock_advance_us((until_ms - fake_clock_ms_since_start()) * 1000);
	loop_look_at_clocks(loop);
}
