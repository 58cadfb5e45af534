/* SPDX-License-Identifier: MIT */
/* say.c — the query log: a line for each reply, for those who turned it on. */
#include "cache/message.h"
#include "resolver/front/inside.h"
#include "resolver/observe/log.h"

/* The reply is our own, so it is well-formed: what it says is read from its header. */
void front_say_reply(const struct query *query, struct bytes reply, bool walked,
		     uint32_t elapsed_us)
{
	struct cursor at = cursor_over(reply);
	struct header header;

	if (!log_says_questions() || !query->has_question)
		return;
	header_read(&at, &header);
	log_question(&(struct log_question){
		.question = &query->question,
		.asker = query->from,
		.transport = query->over_tcp ? "tcp" : "udp",
		.rcode = header_rcode(&header),
		.security = (header.flags & FLAG_AD) != 0 ? SECURITY_SECURE : SECURITY_UNCHECKED,
		.from_cache = !walked,
		.elapsed_us = elapsed_us,
	});
}
