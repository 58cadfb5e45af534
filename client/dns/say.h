/* SPDX-License-Identifier: MIT */
/* say.h — a DNS reply as events. */
#ifndef XYLEM_CLIENT_DNS_SAY_H
#define XYLEM_CLIENT_DNS_SAY_H

#include "client/dns/message.h"
#include "client/log/events.h"

/* Says one event "reply": the header, EDNS, the extended error, and the sections as lines of
 * presentation format. */
void dns_say_reply(struct event_log *log, const char *asked, const struct dns_reply *reply,
		   uint64_t took_us, bool tcp);

#endif
