/* SPDX-License-Identifier: MIT */
/* message.c — questions and replies. */
#include "client/dns/message.h"

#include <string.h>
#include <strings.h>

#include "cache/base/cursor.h"

enum { MAX_OPTIONS = 32 };              /* LIMITS.md */

/* RFC 8914 §5.2, and the codes registered since. */
static const char *const extended_errors[] = {
	"Other",
	"Unsupported DNSKEY Algorithm",
	"Unsupported DS Digest Type",
	"Stale Answer",
	"Forged Answer",
	"DNSSEC Indeterminate",
	"DNSSEC Bogus",
	"Signature Expired",
	"Signature Not Yet Valid",
	"DNSKEY Missing",
	"RRSIGs Missing",
	"No Zone Key Bit Set",
	"NSEC Missing",
	"Cached Error",
	"Not Ready",
	"Blocked",
	"Censored",
	"Filtered",
	"Prohibited",
	"Stale NXDomain Answer",
	"Not Authoritative",
	"Not Supported",
	"No Reachable Authority",
	"Network Error",
	"Invalid Data",
	"Signature Expired before Valid",
	"Too Early",
	"Unsupported NSEC3 Iterations Value",
	"Unable to conform to policy",
	"Synthesized",
};

const char *extended_error_name(uint16_t code)
{
	if (code < sizeof(extended_errors) / sizeof(extended_errors[0]))
		return extended_errors[code];
	return "extended error";
}

bool extended_error_is_bogus(const struct extended_error *error)
{
	return error->present && error->code >= 6 && error->code <= 12;
}

const char *rcode_name(char into[24], uint16_t rcode)
{
	ldns_lookup_table *row = ldns_lookup_by_id(ldns_rcodes, rcode);

	if (row != NULL)
		snprintf(into, 24, "%s", row->name);
	else
		snprintf(into, 24, "RCODE%u", (unsigned)rcode);
	return into;
}

const char *type_name(char into[24], uint16_t type)
{
	char *name = ldns_rr_type2str((ldns_rr_type)type);

	snprintf(into, 24, "%s", name == NULL ? "?" : name);
	free(name);
	return into;
}

static ldns_rdf *options_of(const struct dns_question *question)
{
	uint8_t octets[16];
	struct writer options = writer_over(octets, sizeof(octets));

	if (question->nsid) {
		put_u16(&options, OPTION_NSID);
		put_u16(&options, 0);
	}
	if (question->trace) {
		put_u16(&options, OPTION_TRACE);
		put_u16(&options, 1);
		put_u8(&options, 1);
	}
	if (options.position == 0)
		return NULL;
	return ldns_rdf_new_frm_data(LDNS_RDF_TYPE_NONE, options.position, octets);
}

enum result message_make(const struct dns_question *question, uint16_t id, uint8_t **wire,
			 size_t *length)
{
	ldns_rdf *name = ldns_dname_new_frm_str(question->name);
	ldns_pkt *packet;
	ldns_status status;

	if (name == NULL)
		return MALFORMED;
	packet = ldns_pkt_query_new(name, (ldns_rr_type)question->type,
				    (ldns_rr_class)question->class,
				    question->recursion ? LDNS_RD : 0);
	if (packet == NULL) {
		ldns_rdf_deep_free(name);
		return NO_MEMORY;
	}
	ldns_pkt_set_id(packet, id);
	ldns_pkt_set_ad(packet, question->authentic);
	ldns_pkt_set_cd(packet, question->checking_disabled);
	if (question->edns) {
		ldns_rdf *options = options_of(question);

		ldns_pkt_set_edns_udp_size(packet, EDNS_SIZE);
		ldns_pkt_set_edns_do(packet, question->dnssec);
		if (options != NULL)
			ldns_pkt_set_edns_data(packet, options);
	}
	status = ldns_pkt2wire(wire, packet, length);
	ldns_pkt_free(packet);
	return status == LDNS_STATUS_OK ? OK : NO_MEMORY;
}

bool option_take(struct cursor *options, uint16_t *code, struct bytes *value)
{
	if (cursor_left(options) == 0)
		return false;
	*code = take_u16(options);
	*value = take_bytes(options, take_u16(options));
	if (value->at == NULL)
		*value = bytes_of("", 0);
	return cursor_is_good(options);
}

static void read_options(struct dns_reply *reply)
{
	const ldns_rdf *data = ldns_pkt_edns_data(reply->packet);
	struct cursor options;
	struct bytes value;
	uint16_t code;

	if (data == NULL)
		return;
	options = cursor_over(bytes_of(ldns_rdf_data(data), ldns_rdf_size(data)));
	for (int i = 0; i < MAX_OPTIONS && option_take(&options, &code, &value); i++) {
		if (code == OPTION_TRACE && reply->trace.at == NULL)
			reply->trace = value;
		if (code == OPTION_NSID && reply->nsid.at == NULL)
			reply->nsid = value;
		if (code != OPTION_EXTENDED_ERROR || value.length < 2 || reply->extended.present)
			continue;
		reply->extended.present = true;
		reply->extended.code = load_u16(value.at);
		reply->extended.text = bytes_of(value.at + 2, value.length - 2);
	}
}

static bool answers(const ldns_pkt *packet, uint16_t id, const struct dns_question *question)
{
	ldns_rr_list *asked = ldns_pkt_question(packet);
	ldns_rdf *name;
	bool same;

	if (!ldns_pkt_qr(packet))
		return false;
	if (ldns_pkt_id(packet) != id)
		return false;
	if (ldns_rr_list_rr_count(asked) == 0)          /* some servers' FORMERR and REFUSED */
		return ldns_pkt_get_rcode(packet) != LDNS_RCODE_NOERROR;
	if (ldns_rr_list_rr_count(asked) != 1)
		return false;
	if (ldns_rr_get_type(ldns_rr_list_rr(asked, 0)) != question->type)
		return false;
	name = ldns_dname_new_frm_str(question->name);
	same = name != NULL &&
	       ldns_dname_compare(ldns_rr_owner(ldns_rr_list_rr(asked, 0)), name) == 0;
	ldns_rdf_deep_free(name);
	return same;
}

enum result reply_read(struct dns_reply *reply, struct bytes wire, uint16_t id,
		       const struct dns_question *question)
{
	*reply = (struct dns_reply){ .packet = NULL };
	if (wire.length < 12)
		return MALFORMED;
	if (ldns_wire2pkt(&reply->packet, wire.at, wire.length) != LDNS_STATUS_OK) {
		reply->packet = NULL;
		return MALFORMED;
	}
	if (!answers(reply->packet, id, question))
		return MALFORMED;
	reply->rcode = (uint16_t)ldns_pkt_get_rcode(reply->packet);
	if (ldns_pkt_edns(reply->packet))
		reply->rcode |= (uint16_t)(ldns_pkt_edns_extended_rcode(reply->packet) << 4);
	read_options(reply);
	return OK;
}

void reply_clear(struct dns_reply *reply)
{
	ldns_pkt_free(reply->packet);
	*reply = (struct dns_reply){ .packet = NULL };
}

size_t reply_addresses(const struct dns_reply *reply, uint16_t type, uint16_t port,
		       struct address *into, size_t room)
{
	const ldns_rr_list *answer = ldns_pkt_answer(reply->packet);
	size_t count = 0;

	for (size_t i = 0; i < ldns_rr_list_rr_count(answer) && count < room; i++) {
		const ldns_rr *record = ldns_rr_list_rr(answer, i);
		const ldns_rdf *address = ldns_rr_rdf(record, 0);

		if (ldns_rr_get_type(record) != type || address == NULL)
			continue;
		if (type == LDNS_RR_TYPE_A && ldns_rdf_size(address) == 4)
			into[count++] = address_v4(ldns_rdf_data(address), port);
		if (type == LDNS_RR_TYPE_AAAA && ldns_rdf_size(address) == 16)
			into[count++] = address_v6(ldns_rdf_data(address), port);
	}
	return count;
}

uint32_t reply_smallest_ttl(const struct dns_reply *reply)
{
	const ldns_rr_list *answer = ldns_pkt_answer(reply->packet);
	uint32_t smallest = UINT32_MAX;

	for (size_t i = 0; i < ldns_rr_list_rr_count(answer); i++)
		if (ldns_rr_ttl(ldns_rr_list_rr(answer, i)) < smallest)
			smallest = ldns_rr_ttl(ldns_rr_list_rr(answer, i));
	return smallest == UINT32_MAX ? 0 : smallest;
}
