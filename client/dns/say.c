/* SPDX-License-Identifier: MIT */
/* say.c — a DNS reply as events. */
#include "client/dns/say.h"

#include <string.h>

enum { MAX_SHOWN_RECORDS = 2000 };

/* The records as lines; ldns ends each with a newline and escapes what isn't printable. OPT is no
 * record. */
static json_t *lines_of(const ldns_rr_list *records)
{
	json_t *lines = json_array();
	size_t count = records == NULL ? 0 : ldns_rr_list_rr_count(records);

	for (size_t i = 0; i < count && i < MAX_SHOWN_RECORDS; i++) {
		char *text = ldns_rr2str(ldns_rr_list_rr(records, i));

		if (text == NULL)
			continue;
		/* ldns ends it with a newline, some types with a blank before. */
		for (size_t end = strlen(text); end != 0 && strchr(" \n", text[end - 1]) != NULL;)
			text[--end] = '\0';
		json_array_append_new(lines, json_octets_of(text));
		free(text);
	}
	return lines;
}

static json_t *question_lines(const ldns_rr_list *records)
{
	json_t *lines = json_array();
	size_t count = records == NULL ? 0 : ldns_rr_list_rr_count(records);

	for (size_t i = 0; i < count && i < 10; i++) {
		const ldns_rr *record = ldns_rr_list_rr(records, i);
		char *owner = ldns_rdf2str(ldns_rr_owner(record));
		char *class = ldns_rr_class2str(ldns_rr_get_class(record));
		char *type = ldns_rr_type2str(ldns_rr_get_type(record));

		json_array_append_new(lines,
				      json_sprintf("%s\t\t%s\t%s", owner == NULL ? "?" : owner,
						   class == NULL ? "?" : class,
						   type == NULL ? "?" : type));
		free(owner);
		free(class);
		free(type);
	}
	return lines;
}

static json_t *flags_of(const ldns_pkt *packet)
{
	char text[40];

	snprintf(text, sizeof(text), "%s%s%s%s%s%s%s", ldns_pkt_qr(packet) ? " qr" : "",
		 ldns_pkt_aa(packet) ? " aa" : "", ldns_pkt_tc(packet) ? " tc" : "",
		 ldns_pkt_rd(packet) ? " rd" : "", ldns_pkt_ra(packet) ? " ra" : "",
		 ldns_pkt_ad(packet) ? " ad" : "", ldns_pkt_cd(packet) ? " cd" : "");
	return json_string(text[0] == ' ' ? text + 1 : text);
}

static json_t *edns_of(const struct dns_reply *reply)
{
	const ldns_pkt *packet = reply->packet;

	if (!ldns_pkt_edns(packet))
		return json_null();
	return json_pack("{s:i, s:i, s:b, s:b, s:o}", "version", (int)ldns_pkt_edns_version(packet),
			 "udp", (int)ldns_pkt_edns_udp_size(packet), "do", ldns_pkt_edns_do(packet),
			 "trace", reply->trace.at != NULL, "nsid",
			 reply->nsid.at == NULL ? json_null() : json_octets(reply->nsid));
}

static json_t *extended_of(const struct extended_error *extended)
{
	if (!extended->present)
		return json_null();
	return json_pack("{s:i, s:s, s:o}", "code", (int)extended->code, "name",
			 extended_error_name(extended->code), "text", json_octets(extended->text));
}

void dns_say_reply(struct event_log *log, const char *asked, const struct dns_reply *reply,
		   uint64_t took_us, bool tcp)
{
	const ldns_pkt *packet = reply->packet;
	char name[24];

	event_say(log, STAGE_DNS, FROM_WIRE, "reply",
		  "{s:s, s:I, s:s, s:i, s:i, s:i, s:s, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o}",
		  "asked", asked, "took_us", (json_int_t)took_us, "transport", tcp ? "tcp" : "udp",
		  "octets", (int)ldns_pkt_size(packet), "id", (int)ldns_pkt_id(packet), "opcode",
		  (int)ldns_pkt_get_opcode(packet), "rcode", rcode_name(name, reply->rcode),
		  "flags", flags_of(packet), "ttl", (json_int_t)reply_smallest_ttl(reply), "edns",
		  edns_of(reply), "extended_error", extended_of(&reply->extended), "question",
		  question_lines(ldns_pkt_question(packet)), "answer",
		  lines_of(ldns_pkt_answer(packet)), "authority",
		  lines_of(ldns_pkt_authority(packet)), "additional",
		  lines_of(ldns_pkt_additional(packet)));
}
