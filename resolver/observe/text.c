/* SPDX-License-Identifier: MIT */
/* text.c — words for people's eyes. */
#include "resolver/observe/text.h"

#include "cache/dns.h"

#include <stdbool.h>
#include <stdio.h>

/* How many octets the character at `at` has (RFC 3629 §4); 0 if none begins there or it is a
 * control character. */
static size_t harmless_length(const unsigned char *at)
{
	size_t length = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;

	if (at[0] < 0x20 || at[0] == 0x7f)
		return 0;
	if (at[0] >= 0x80 && (at[0] < 0xc2 || at[0] > 0xf4))
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if (at[0] == 0xc2 && at[1] < 0xa0)
		return 0;                       /* C1 controls */
	if (at[0] == 0xe0 && at[1] < 0xa0)
		return 0;                       /* overlong */
	if (at[0] == 0xed && at[1] > 0x9f)
		return 0;                       /* surrogates */
	if (at[0] == 0xf0 && at[1] < 0x90)
		return 0;
	if (at[0] == 0xf4 && at[1] > 0x8f)
		return 0;                       /* beyond Unicode */
	return length;
}

size_t text_neutral(char *into, size_t most, const char *from)
{
	const unsigned char *at = (const unsigned char *)from;
	size_t written = 0;

	while (*at != '\0' && written < most) {
		size_t length = harmless_length(at);

		if (length > most - written)
			break;
		if (length == 0) {
			into[written++] = '?';
			at++;
			continue;
		}
		for (size_t i = 0; i < length; i++)
			into[written++] = (char)*at++;
	}
	return written;
}

/* The types that resolvers are asked for; others are called by their number. */
static const struct {
	uint16_t    number;
	const char *name;
} types[] = {
	{ TYPE_A, "A" },           { TYPE_NS, "NS" },         { TYPE_CNAME, "CNAME" },
	{ TYPE_SOA, "SOA" },       { TYPE_NULL, "NULL" },     { TYPE_PTR, "PTR" },
	{ TYPE_HINFO, "HINFO" },   { TYPE_MINFO, "MINFO" },   { TYPE_MX, "MX" },
	{ TYPE_TXT, "TXT" },       { TYPE_RP, "RP" },         { TYPE_AFSDB, "AFSDB" },
	{ TYPE_RT, "RT" },         { TYPE_SIG, "SIG" },       { TYPE_KEY, "KEY" },
	{ TYPE_PX, "PX" },         { TYPE_AAAA, "AAAA" },     { 29, "LOC" },
	{ TYPE_NXT, "NXT" },       { TYPE_SRV, "SRV" },       { TYPE_NAPTR, "NAPTR" },
	{ TYPE_KX, "KX" },         { 37, "CERT" },            { TYPE_DNAME, "DNAME" },
	{ TYPE_OPT, "OPT" },       { 42, "APL" },             { TYPE_DS, "DS" },
	{ 44, "SSHFP" },           { 45, "IPSECKEY" },        { TYPE_RRSIG, "RRSIG" },
	{ TYPE_NSEC, "NSEC" },     { TYPE_DNSKEY, "DNSKEY" }, { 49, "DHCID" },
	{ TYPE_NSEC3, "NSEC3" },   { TYPE_NSEC3PARAM, "NSEC3PARAM" },
	{ 52, "TLSA" },            { 53, "SMIMEA" },          { 55, "HIP" },
	{ 59, "CDS" },             { 60, "CDNSKEY" },         { 61, "OPENPGPKEY" },
	{ 62, "CSYNC" },           { 63, "ZONEMD" },          { TYPE_SVCB, "SVCB" },
	{ TYPE_HTTPS, "HTTPS" },   { 99, "SPF" },             { 108, "EUI48" },
	{ 109, "EUI64" },          { TYPE_TKEY, "TKEY" },     { TYPE_TSIG, "TSIG" },
	{ TYPE_IXFR, "IXFR" },     { TYPE_AXFR, "AXFR" },     { TYPE_ANY, "ANY" },
	{ 256, "URI" },            { 257, "CAA" },
};

char *text_type(uint16_t type, char into[TYPE_TEXT_SIZE])
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i].number == type) {
			snprintf(into, TYPE_TEXT_SIZE, "%s", types[i].name);
			return into;
		}
	}
	snprintf(into, TYPE_TEXT_SIZE, "TYPE%u", type);
	return into;
}

static const char *const rcodes[] = {
	[RCODE_NOERROR] = "NOERROR",
	[RCODE_FORMERR] = "FORMERR",
	[RCODE_SERVFAIL] = "SERVFAIL",
	[RCODE_NXDOMAIN] = "NXDOMAIN",
	[RCODE_NOTIMP] = "NOTIMP",
	[RCODE_REFUSED] = "REFUSED",
	[6] = "YXDOMAIN",
	[7] = "YXRRSET",
	[8] = "NXRRSET",
	[9] = "NOTAUTH",
	[10] = "NOTZONE",
	[RCODE_BADVERS] = "BADVERS",
	[RCODE_BADCOOKIE] = "BADCOOKIE",
};

char *text_rcode(unsigned rcode, char into[RCODE_TEXT_SIZE])
{
	bool named = rcode < sizeof(rcodes) / sizeof(rcodes[0]) && rcodes[rcode] != NULL;

	if (named)
		snprintf(into, RCODE_TEXT_SIZE, "%s", rcodes[rcode]);
	else
		snprintf(into, RCODE_TEXT_SIZE, "RCODE%u", rcode & 0xfffu);
	return into;
}
