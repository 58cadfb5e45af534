/* SPDX-License-Identifier: MIT */
/* test_reading.c — every kind of reply: what the scrubber leaves of it, and how it reads.
 *
 * Each row is a story: what was asked of which zone's servers, what one of them said, and what
 * is to be made of it. */
#include "resolver/upstream/scrub.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "cache/base/limits.h"
#include "resolver/observe/text.h"
#include "saying.h"

#define SOA(zone)  zone " 300 IN SOA ns." zone " host." zone " 1 2 3 4 60\n"
#define NSEC(name) name " 300 IN NSEC z." name " A RRSIG NSEC\n"
#define SIG(name, type)                                                                            \
	name " 300 IN RRSIG " type                                                                 \
	     " 8 2 300 20400101000000 20200101000000 1 example. c2lnbmF0dXJl\n"
#define DS(zone) zone " 300 IN DS 1 8 2 "                                                          \
	"0000000000000000000000000000000000000000000000000000000000000001\n"

struct story {
	const char     *name;
	const char     *zone;           /* whose servers were asked */
	enum cut_source source;         /* 0: hints, as good as a referral */
	struct saying   said;
	const char     *asked;          /* NULL: what the saying repeats */
	enum reading    reads;
	const char     *left[SECTIONS]; /* "owner TYPE count; …", "count+signatures"; NULL: none */
	const char     *about;          /* an alias's target, a referral's zone, a denial's SOA */
	const char     *told;           /* a part of what the watcher hears; NULL: nothing at all */
	const char     *summary;        /* NULL: not looked at */
};

static const struct story stories[] = {
	/* --- data --- */
	{ "an answer", "example.", 0,
	  { "www.example. A", FLAG_AA, 0,
	    { "www.example. 60 IN A 192.0.2.7\nwww.example. 60 IN A 192.0.2.8" } },
	  .reads = READS_ANSWER, .left = { "www.example. A 2" },
	  .summary = "A 192.0.2.7, 192.0.2.8" },
	{ "an answer in other letters", "example.", 0,
	  { "wWw.eXample. AAAA", FLAG_AA, 0, { "WWW.example. 60 IN AAAA 2001:db8::1" } },
	  .asked = "www.EXAMPLE. AAAA", .reads = READS_ANSWER, .left = { "wWw.eXample. AAAA 1" },
	  .summary = "AAAA 2001:db8::1" },
	{ "a signed answer", "example.", 0,
	  { "www.example. A", FLAG_AA, 0,
	    { "www.example. 60 IN A 192.0.2.7\n" SIG("www.example.", "A") } },
	  .reads = READS_ANSWER, .left = { "www.example. A 1+1" } },
	{ "NS and glue beside an answer are ignored", "example.", 0,
	  { "www.example. A", FLAG_AA, 0,
	    { "www.example. 60 IN A 192.0.2.7", "example. 60 IN NS ns.example.",
	      "ns.example. 60 IN A 192.0.2.1" } },
	  .reads = READS_ANSWER, .left = { "www.example. A 1" } },
	{ "NS of a zone below beside an answer are ignored", "example.", 0,
	  { "www.sub.example. A", FLAG_AA, 0,
	    { "www.sub.example. 60 IN A 192.0.2.7", "sub.example. 60 IN NS ns.evil.",
	      "ns.evil. 60 IN A 192.0.2.1" } },
	  .reads = READS_ANSWER, .left = { "www.sub.example. A 1" } },
	{ "NS of a zone above beside an answer are poison", "example.", 0,
	  { "www.example. A", FLAG_AA, 0,
	    { "www.example. 60 IN A 192.0.2.7", "com. 60 IN NS ns.example." } },
	  .reads = READS_ANSWER, .left = { "www.example. A 1" },
	  .told = "NS com. out of bailiwick" },
	{ "DNAME in the authority section is ignored", "example.", 0,
	  { "www.example. A", FLAG_AA, 0,
	    { "www.example. 60 IN A 192.0.2.7", "sub.example. 60 IN DNAME evil." } },
	  .reads = READS_ANSWER, .left = { "www.example. A 1" } },
	{ "a wildcard's answer keeps its proof", "example.", 0,
	  { "www.example. A", FLAG_AA, 0,
	    { "www.example. 60 IN A 192.0.2.7\n" SIG("www.example.", "A"),
	      NSEC("example.") SIG("example.", "NSEC") } },
	  .reads = READS_ANSWER, .left = { "www.example. A 1+1", "example. NSEC 1+1" } },
	{ "a child's data from a server that has parent and child", "example.", 0,
	  { "www.sub.example. A", FLAG_AA, 0,
	    { "www.sub.example. 60 IN A 192.0.2.7", "sub.example. 60 IN NS ns.sub.example." } },
	  .reads = READS_ANSWER, .left = { "www.sub.example. A 1" } },
	{ "AA forgotten, but it is the zone's data", "example.", 0,
	  { "www.example. A", 0, 0, { "www.example. 60 IN A 192.0.2.7" } },
	  .reads = READS_ANSWER, .left = { "www.example. A 1" } },
	{ "no AA but RA: somebody's cache", "example.", 0,
	  { "www.example. A", FLAG_RA, 0, { "www.example. 60 IN A 192.0.2.7" } },
	  .reads = READS_LAME, .left = { "www.example. A 1" },
	  .summary = "doesn't speak for the zone" },
	{ "no AA but RA from a forwarder", "example.", CUT_FROM_FORWARD,
	  { "www.example. A", FLAG_RA, 0, { "www.example. 60 IN A 192.0.2.7" } },
	  .reads = READS_ANSWER, .left = { "www.example. A 1" } },
	{ "no AA but RA from a stub zone's server", "example.", CUT_FROM_STUB,
	  { "www.example. A", FLAG_RA, 0, { "www.example. 60 IN A 192.0.2.7" } },
	  .reads = READS_LAME, .left = { "www.example. A 1" } },
	{ "data of another name only", "example.", 0,
	  { "www.example. A", FLAG_AA, 0, { "mail.example. 60 IN A 192.0.2.7" } },
	  .reads = READS_LAME, .told = "A mail.example. isn't what was asked for",
	  .summary = "answers something else" },
	{ "data of another type only", "example.", 0,
	  { "www.example. AAAA", FLAG_AA, 0, { "www.example. 60 IN A 192.0.2.7" } },
	  .reads = READS_LAME, .told = "A www.example. isn't what was asked for" },
	{ "data of another type and an SOA", "example.", 0,
	  { "www.example. AAAA", FLAG_AA, 0,
	    { "www.example. 60 IN A 192.0.2.7", SOA("example.") } },
	  .reads = READS_NO_TYPE, .left = { NULL, "example. SOA 1" }, .about = "example.",
	  .told = "A www.example. isn't what was asked for" },
	{ "data of another class only", "example.", 0,
	  { "www.example. A", FLAG_AA, 0, { "www.example. 60 CH A 192.0.2.7" } },
	  .reads = READS_LAME },
	{ "data of two classes", "example.", 0,
	  { "www.example. A", FLAG_AA, 0,
	    { "www.example. 60 CH A 192.0.2.7\nwww.example. 60 IN A 192.0.2.8" } },
	  .reads = READS_ANSWER, .left = { "www.example. A 1" }, .summary = "A 192.0.2.8" },
	{ "data of another zone", "example.", 0,
	  { "www.example. A", FLAG_AA, 0,
	    { "www.example. 60 IN A 192.0.2.7\nwww.bank. 60 IN A 192.0.2.66" } },
	  .reads = READS_ANSWER, .left = { "www.example. A 1" },
	  .told = "A www.bank. out of bailiwick" },
	{ "type ANY", "example.", 0,
	  { "example. ANY", FLAG_AA, 0,
	    { "example. 60 IN A 192.0.2.7\nexample. 60 IN MX 10 mx.example.\n" SOA("example."),
	      NULL, "mx.example. 60 IN A 192.0.2.9" } },
	  .reads = READS_ANSWER,
	  .left = { "example. A 1; example. MX 1; example. SOA 1" } },
	{ "type ANY where a CNAME is", "example.", 0,
	  { "www.example. ANY", FLAG_AA, 0, { "www.example. 60 IN CNAME web.example." } },
	  .reads = READS_ANSWER, .left = { "www.example. CNAME 1" } },
	{ "type RRSIG", "example.", 0,
	  { "www.example. RRSIG", FLAG_AA, 0,
	    { SIG("www.example.", "A") SIG("www.example.", "MX") } },
	  .reads = READS_ANSWER, .left = { "www.example. A 0+1; www.example. MX 0+1" } },
	{ "signatures without what they sign", "example.", 0,
	  { "www.example. A", FLAG_AA, 0, { SIG("www.example.", "A") } },
	  .reads = READS_LAME, .told = "A www.example. isn't what was asked for" },
	{ "type CNAME", "example.", 0,
	  { "www.example. CNAME", FLAG_AA, 0, { "www.example. 60 IN CNAME web.example." } },
	  .reads = READS_ANSWER, .left = { "www.example. CNAME 1" },
	  .summary = "CNAME web.example." },
	{ "type MX with addresses", "example.", 0,
	  { "example. MX", FLAG_AA, 0,
	    { "example. 60 IN MX 10 mx.example.", NULL, "mx.example. 60 IN A 192.0.2.9" } },
	  .reads = READS_ANSWER, .left = { "example. MX 1" }, .summary = "MX 10 mx.example." },
	{ "type TXT", "example.", 0,
	  { "example. TXT", FLAG_AA, 0, { "example. 60 IN TXT \"a\"\nexample. 60 IN TXT \"b\"" } },
	  .reads = READS_ANSWER, .left = { "example. TXT 2" }, .summary = "TXT, 2 records" },
	{ "type NS of the zone itself", "example.", 0,
	  { "example. NS", FLAG_AA, 0,
	    { "example. 60 IN NS ns.example.", NULL, "ns.example. 60 IN A 192.0.2.1" } },
	  .reads = READS_ANSWER, .left = { "example. NS 1" } },
	{ "priming keeps the addresses", ".", CUT_FROM_HINTS,
	  { ". NS", FLAG_AA, 0,
	    { ". 60 IN NS a.root.\n. 60 IN NS b.root.", NULL,
	      "a.root. 60 IN A 192.0.2.1\nb.root. 60 IN AAAA 2001:db8::1\n"
	      "c.root. 60 IN A 192.0.2.3" } },
	  .reads = READS_ANSWER, .left = { ". NS 2", NULL, "a.root. A 1; b.root. AAAA 1" },
	  .told = "A c.root. isn't of a server referred to" },
	{ "type DS from the parent", "example.", 0,
	  { "sub.example. DS", FLAG_AA, 0, { DS("sub.example.") } },
	  .reads = READS_ANSWER, .left = { "sub.example. DS 1" } },

	/* --- aliases --- */
	{ "an alias", "example.", 0,
	  { "www.example. A", FLAG_AA, 0, { "www.example. 60 IN CNAME web.example." } },
	  .reads = READS_ALIAS, .left = { "www.example. CNAME 1" }, .about = "web.example.",
	  .summary = "alias of web.example." },
	{ "an alias with its end", "example.", 0,
	  { "www.example. A", FLAG_AA, 0,
	    { "www.example. 60 IN CNAME web.example.\nweb.example. 60 IN A 192.0.2.7" } },
	  .reads = READS_ALIAS, .left = { "www.example. CNAME 1" }, .about = "web.example." },
	{ "many aliases: only the first link", "example.", 0,
	  { "a.example. A", FLAG_AA, 0,
	    { "a.example. 60 IN CNAME b.example.\nb.example. 60 IN CNAME c.example.\n"
	      "c.example. 60 IN CNAME d.example.\nd.example. 60 IN A 192.0.2.7" } },
	  .reads = READS_ALIAS, .left = { "a.example. CNAME 1" }, .about = "b.example." },
	{ "links in the wrong order", "example.", 0,
	  { "a.example. A", FLAG_AA, 0,
	    { "c.example. 60 IN A 192.0.2.7\nb.example. 60 IN CNAME c.example.\n"
	      "a.example. 60 IN CNAME b.example." } },
	  .reads = READS_ALIAS, .left = { "a.example. CNAME 1" }, .about = "b.example." },
	{ "an alias into another zone, with poison", "example.", 0,
	  { "www.example. A", FLAG_AA, 0,
	    { "www.example. 60 IN CNAME www.bank.\nwww.bank. 60 IN A 192.0.2.66" } },
	  .reads = READS_ALIAS, .left = { "www.example. CNAME 1" }, .about = "www.bank.",
	  .told = "A www.bank. out of bailiwick" },
	{ "an alias whose end doesn't exist", "example.", 0,
	  { "www.example. A", FLAG_AA, RCODE_NXDOMAIN,
	    { "www.example. 60 IN CNAME gone.example.", SOA("example.") } },
	  .reads = READS_ALIAS, .left = { "www.example. CNAME 1" }, .about = "gone.example." },
	{ "an alias whose end lacks the type", "example.", 0,
	  { "www.example. AAAA", FLAG_AA, 0,
	    { "www.example. 60 IN CNAME web.example.", SOA("example.") } },
	  .reads = READS_ALIAS, .left = { "www.example. CNAME 1" }, .about = "web.example." },
	{ "an alias into a zone that is referred to", "example.", 0,
	  { "www.example. A", FLAG_AA, 0,
	    { "www.example. 60 IN CNAME a.sub.example.", "sub.example. 60 IN NS ns.sub.example.",
	      "ns.sub.example. 60 IN A 192.0.2.5" } },
	  .reads = READS_ALIAS, .left = { "www.example. CNAME 1" }, .about = "a.sub.example." },
	{ "an alias of itself", "example.", 0,
	  { "www.example. A", FLAG_AA, 0, { "www.example. 60 IN CNAME www.example." } },
	  .reads = READS_ALIAS, .left = { "www.example. CNAME 1" }, .about = "www.example." },
	{ "two aliases of one name", "example.", 0,
	  { "www.example. A", FLAG_AA, 0,
	    { "www.example. 60 IN CNAME a.example.\nwww.example. 60 IN CNAME b.example." } },
	  .reads = READS_LAME, .left = { "www.example. CNAME 2" } },
	{ "an alias beside the data asked for", "example.", 0,
	  { "www.example. A", FLAG_AA, 0,
	    { "www.example. 60 IN CNAME web.example.\nwww.example. 60 IN A 192.0.2.7" } },
	  .reads = READS_ANSWER, .left = { "www.example. A 1" },
	  .told = "CNAME www.example. beside other data" },
	{ "an alias beside other data", "example.", 0,
	  { "www.example. AAAA", FLAG_AA, 0,
	    { "www.example. 60 IN A 192.0.2.7\nwww.example. 60 IN CNAME web.example." } },
	  .reads = READS_ALIAS, .left = { "www.example. CNAME 1" }, .about = "web.example." },
	{ "an alias of somebody else", "example.", 0,
	  { "www.example. A", FLAG_AA, 0, { "ftp.example. 60 IN CNAME web.example." } },
	  .reads = READS_LAME, .told = "CNAME ftp.example. isn't what was asked for" },
	{ "an alias from somebody's cache", "example.", 0,
	  { "www.example. A", FLAG_RA, 0, { "www.example. 60 IN CNAME web.example." } },
	  .reads = READS_LAME, .left = { "www.example. CNAME 1" } },
	{ "an alias from a forwarder, to its end", "example.", CUT_FROM_FORWARD,
	  { "www.example. A", FLAG_RA, 0,
	    { "www.example. 60 IN CNAME web.bank.\nweb.bank. 60 IN A 192.0.2.66" } },
	  .reads = READS_ALIAS, .left = { "www.example. CNAME 1" }, .about = "web.bank.",
	  .told = "A web.bank. out of bailiwick" },
	{ "a DNAME and its CNAME", "example.", 0,
	  { "www.old.example. A", FLAG_AA, 0,
	    { "old.example. 60 IN DNAME new.example.\n"
	      "www.old.example. 60 IN CNAME www.new.example.\n"
	      "www.new.example. 60 IN A 192.0.2.7" } },
	  .reads = READS_ALIAS, .left = { "old.example. DNAME 1; www.old.example. CNAME 1" },
	  .about = "www.new.example." },
	{ "a DNAME without its CNAME", "example.", 0,
	  { "www.old.example. A", FLAG_AA, 0, { "old.example. 60 IN DNAME new.bank." } },
	  .reads = READS_ALIAS, .left = { "old.example. DNAME 1" }, .about = "www.new.bank." },
	{ "a DNAME with a CNAME that it doesn't make", "example.", 0,
	  { "www.old.example. A", FLAG_AA, 0,
	    { "old.example. 60 IN DNAME new.example.\nwww.old.example. 60 IN CNAME www.evil." } },
	  .reads = READS_ALIAS, .left = { "old.example. DNAME 1" }, .about = "www.new.example.",
	  .told = "CNAME www.old.example. isn't what the DNAME makes of it" },
	{ "a DNAME at the zone's apex", "example.", 0,
	  { "www.example. A", FLAG_AA, 0,
	    { "example. 60 IN DNAME bank.\nwww.example. 0 IN CNAME www.bank." } },
	  .reads = READS_ALIAS, .left = { "example. DNAME 1; www.example. CNAME 1" },
	  .about = "www.bank." },
	{ "a DNAME above the zone", "example.", 0,
	  { "www.example. A", FLAG_AA, 0, { ". 60 IN DNAME evil." } },
	  .reads = READS_LAME, .told = "DNAME . out of bailiwick" },
	{ "a DNAME of somebody else", "example.", 0,
	  { "www.example. A", FLAG_AA, 0, { "old.example. 60 IN DNAME new.example." } },
	  .reads = READS_LAME, .told = "DNAME old.example. isn't what was asked for" },
	{ "a DNAME says nothing of its own name", "example.", 0,
	  { "old.example. A", FLAG_AA, 0,
	    { "old.example. 60 IN DNAME new.example.", SOA("example.") } },
	  .reads = READS_NO_TYPE, .left = { NULL, "example. SOA 1" }, .about = "example.",
	  .told = "DNAME old.example. isn't what was asked for" },
	{ "type DNAME", "example.", 0,
	  { "old.example. DNAME", FLAG_AA, 0, { "old.example. 60 IN DNAME new.example." } },
	  .reads = READS_ANSWER, .left = { "old.example. DNAME 1" } },
	{ "type CNAME below a DNAME", "example.", 0,
	  { "www.old.example. CNAME", FLAG_AA, 0,
	    { "old.example. 60 IN DNAME new.example.\n"
	      "www.old.example. 60 IN CNAME www.new.example." } },
	  .reads = READS_ANSWER, .left = { "old.example. DNAME 1; www.old.example. CNAME 1" } },
	{ "type CNAME below a DNAME, forged", "example.", 0,
	  { "www.old.example. CNAME", FLAG_AA, 0,
	    { "old.example. 60 IN DNAME new.example.\nwww.old.example. 60 IN CNAME evil." } },
	  .reads = READS_ALIAS, .left = { "old.example. DNAME 1" }, .about = "www.new.example.",
	  .told = "CNAME www.old.example. isn't what the DNAME makes of it" },
	{ "data below a DNAME", "example.", 0,
	  { "www.old.example. A", FLAG_AA, 0,
	    { "old.example. 60 IN DNAME new.example.\nwww.old.example. 60 IN A 192.0.2.7" } },
	  .reads = READS_ANSWER, .left = { "www.old.example. A 1" } },
	{ "two DNAMEs of one name", "example.", 0,
	  { "www.old.example. A", FLAG_AA, 0,
	    { "old.example. 60 IN DNAME new.example.\nold.example. 60 IN DNAME other.example." } },
	  .reads = READS_LAME, .left = { "old.example. DNAME 2" } },
	{ "a DNAME to too long a name", "example.", 0,
	  { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.b.example. A", FLAG_AA,
	    6,                          /* YXDOMAIN */
	    { "b.example. 60 IN DNAME "
	      "ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc."
	      "ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc."
	      "ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc.dddd." } },
	  .reads = READS_ALIAS, .left = { "b.example. DNAME 1" },
	  .summary = "alias of a name that is too long" },
	{ "YXDOMAIN without a DNAME", "example.", 0, { "www.example. A", FLAG_AA, 6, { NULL } },
	  .reads = READS_OTHER_ERROR },

	/* --- denials --- */
	{ "no such type", "example.", 0,
	  { "www.example. AAAA", FLAG_AA, 0, { NULL, SOA("example.") } },
	  .reads = READS_NO_TYPE, .left = { NULL, "example. SOA 1" }, .about = "example.",
	  .summary = "no AAAA there" },
	{ "no such type, without SOA", "example.", 0, { "www.example. AAAA", FLAG_AA, 0, { NULL } },
	  .reads = READS_NO_TYPE },
	{ "no such type, with the zone's own NS only", "example.", 0,
	  { "www.example. AAAA", FLAG_AA, 0, { NULL, "example. 60 IN NS ns.example." } },
	  .reads = READS_NO_TYPE },
	{ "no such type, with SOA and NS", "example.", 0,
	  { "www.example. AAAA", FLAG_AA, 0,
	    { NULL, SOA("example.") "example. 60 IN NS ns.example." } },
	  .reads = READS_NO_TYPE, .left = { NULL, "example. SOA 1" }, .about = "example." },
	{ "no such type, with its proof", "example.", 0,
	  { "www.example. AAAA", FLAG_AA, 0,
	    { NULL, SOA("example.") SIG("example.", "SOA") NSEC("www.example.")
		    SIG("www.example.", "NSEC") } },
	  .reads = READS_NO_TYPE, .left = { NULL, "example. SOA 1+1; www.example. NSEC 1+1" },
	  .about = "example." },
	{ "no such type, said by a child on the same server", "example.", 0,
	  { "www.sub.example. AAAA", FLAG_AA, 0, { NULL, SOA("sub.example.") } },
	  .reads = READS_NO_TYPE, .left = { NULL, "sub.example. SOA 1" }, .about = "sub.example." },
	{ "no such type, AA forgotten but SOA there", "example.", 0,
	  { "www.example. AAAA", 0, 0, { NULL, SOA("example.") } },
	  .reads = READS_NO_TYPE, .left = { NULL, "example. SOA 1" }, .about = "example." },
	{ "no such type, from somebody's cache", "example.", 0,
	  { "www.example. AAAA", FLAG_RA, 0, { NULL, SOA("example.") } },
	  .reads = READS_LAME, .left = { NULL, "example. SOA 1" } },
	{ "no such type, with a proof of another zone", "example.", 0,
	  { "www.example. AAAA", FLAG_AA, 0, { NULL, SOA("example.") NSEC("bank.") } },
	  .reads = READS_NO_TYPE, .left = { NULL, "example. SOA 1" }, .about = "example.",
	  .told = "NSEC bank. out of bailiwick" },
	{ "no such type, SOA of a zone above", "sub.example.", 0,
	  { "www.sub.example. AAAA", FLAG_AA, 0, { NULL, SOA("example.") } },
	  .reads = READS_NO_TYPE, .told = "SOA example. out of bailiwick" },
	{ "no such type, SOA beside the name", "example.", 0,
	  { "www.example. AAAA", FLAG_AA, 0, { NULL, SOA("other.example.") } },
	  .reads = READS_NO_TYPE },
	{ "no such type, from a forwarder without SOA", "example.", CUT_FROM_FORWARD,
	  { "www.example. AAAA", FLAG_RA, 0, { NULL } }, .reads = READS_NO_TYPE },
	{ "no such name", "example.", 0,
	  { "gone.example. A", FLAG_AA, RCODE_NXDOMAIN, { NULL, SOA("example.") } },
	  .reads = READS_NO_NAME, .left = { NULL, "example. SOA 1" }, .about = "example.",
	  .summary = "no such name" },
	{ "no such name, with NSEC3", "example.", 0,
	  { "gone.example. A", FLAG_AA, RCODE_NXDOMAIN,
	    { NULL, SOA("example.") "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 60 IN NSEC3 "
		    "1 1 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr A RRSIG" } },
	  .reads = READS_NO_NAME,
	  .left = { NULL, "example. SOA 1; 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. NSEC3 1" },
	  .about = "example." },
	{ "no such name, without SOA", "example.", 0,
	  { "gone.example. A", FLAG_AA, RCODE_NXDOMAIN, { NULL } }, .reads = READS_NO_NAME },
	{ "no such name, from one who isn't asked", "example.", 0,
	  { "gone.example. A", 0, RCODE_NXDOMAIN, { NULL } }, .reads = READS_LAME },
	{ "no such name, from somebody's cache", "example.", 0,
	  { "gone.example. A", FLAG_RA, RCODE_NXDOMAIN, { NULL, SOA("example.") } },
	  .reads = READS_LAME, .left = { NULL, "example. SOA 1" } },
	{ "no such name, from a forwarder", "example.", CUT_FROM_FORWARD,
	  { "gone.example. A", FLAG_RA, RCODE_NXDOMAIN, { NULL, SOA("example.") } },
	  .reads = READS_NO_NAME, .left = { NULL, "example. SOA 1" }, .about = "example." },
	{ "no such name, from a forwarder for a part of the zone", "corp.example.",
	  CUT_FROM_FORWARD,
	  { "gone.corp.example. A", FLAG_RA, RCODE_NXDOMAIN, { NULL, SOA("example.") } },
	  .reads = READS_NO_NAME, .told = "SOA example. out of bailiwick" },
	{ "no such name, and its data", "example.", 0,
	  { "www.example. A", FLAG_AA, RCODE_NXDOMAIN,
	    { "www.example. 60 IN A 192.0.2.7", SOA("example.") } },
	  .reads = READS_LAME, .left = { "www.example. A 1" }, .summary = "NXDOMAIN" },
	{ "no such name, and NS", "example.", 0,
	  { "a.gone.example. A", FLAG_AA, RCODE_NXDOMAIN,
	    { NULL, "gone.example. 60 IN NS ns.gone.example." } },
	  .reads = READS_NO_NAME },
	{ "no DS, said by the parent", "example.", 0,
	  { "sub.example. DS", FLAG_AA, 0, { NULL, SOA("example.") } },
	  .reads = READS_NO_TYPE, .left = { NULL, "example. SOA 1" }, .about = "example." },
	{ "no DS, said by the child", "example.", 0,
	  { "sub.example. DS", FLAG_AA, 0, { NULL, SOA("sub.example.") } }, .reads = READS_LAME,
	  .told = "SOA sub.example. denies a DS that its parent holds" },
	{ "no DS, asked of the zone itself as configured", "sub.example.", CUT_FROM_STUB,
	  { "sub.example. DS", FLAG_AA, 0, { NULL, SOA("sub.example.") } },
	  .reads = READS_NO_TYPE },
	{ "no DS for the root", ".", 0,
	  { ". DS", FLAG_AA, 0, { NULL, ". 300 IN SOA a. b. 1 2 3 4 60" } },
	  .reads = READS_NO_TYPE, .left = { NULL, ". SOA 1" }, .about = "." },
	{ "two SOAs of one zone", "example.", 0,
	  { "www.example. AAAA", FLAG_AA, 0,
	    { NULL, SOA("example.") "example. 300 IN SOA a. b. 5 6 7 8 9" } },
	  .reads = READS_NO_TYPE },

	/* --- referrals --- */
	{ "a referral", ".", 0,
	  { "www.example. A", 0, 0,
	    { NULL, "example. 60 IN NS ns1.example.\nexample. 60 IN NS ns2.other.",
	      "ns1.example. 60 IN A 192.0.2.1\nns2.other. 60 IN AAAA 2001:db8::2" } },
	  .reads = READS_REFERRAL,
	  .left = { NULL, "example. NS 2", "ns1.example. A 1; ns2.other. AAAA 1" },
	  .about = "example.", .summary = "refers to example., 2 servers" },
	{ "a referral with AA", "example.", 0,
	  { "www.sub.example. A", FLAG_AA, 0, { NULL, "sub.example. 60 IN NS ns.sub.example." } },
	  .reads = READS_REFERRAL, .left = { NULL, "sub.example. NS 1" },
	  .about = "sub.example.", .summary = "refers to sub.example., 1 server" },
	{ "a referral over several labels", ".", 0,
	  { "www.a.b.example. A", 0, 0, { NULL, "a.b.example. 60 IN NS ns.a.b.example." } },
	  .reads = READS_REFERRAL, .left = { NULL, "a.b.example. NS 1" }, .about = "a.b.example." },
	{ "a referral with glue out of bailiwick", "example.", 0,
	  { "www.sub.example. A", 0, 0,
	    { NULL, "sub.example. 60 IN NS ns.sub.example.\nsub.example. 60 IN NS ns.bank.",
	      "ns.sub.example. 60 IN A 192.0.2.1\nns.bank. 60 IN A 192.0.2.66" } },
	  .reads = READS_REFERRAL, .left = { NULL, "sub.example. NS 2", "ns.sub.example. A 1" },
	  .about = "sub.example.", .told = "A ns.bank. out of bailiwick" },
	{ "a referral with sibling glue", "example.", 0,
	  { "www.a.example. A", 0, 0,
	    { NULL, "a.example. 60 IN NS ns.b.example.", "ns.b.example. 60 IN A 192.0.2.1" } },
	  .reads = READS_REFERRAL, .left = { NULL, "a.example. NS 1", "ns.b.example. A 1" },
	  .about = "a.example." },
	{ "a referral with an address of nobody named", "example.", 0,
	  { "www.sub.example. A", 0, 0,
	    { NULL, "sub.example. 60 IN NS ns.sub.example.", "www.example. 60 IN A 192.0.2.66" } },
	  .reads = READS_REFERRAL, .left = { NULL, "sub.example. NS 1" },
	  .about = "sub.example.", .told = "A www.example. isn't of a server referred to" },
	{ "a referral with DS", "example.", 0,
	  { "www.sub.example. A", 0, 0,
	    { NULL, "sub.example. 60 IN NS ns.sub.example.\n" DS("sub.example.")
		    SIG("sub.example.", "DS") } },
	  .reads = READS_REFERRAL, .left = { NULL, "sub.example. NS 1; sub.example. DS 1+1" },
	  .about = "sub.example." },
	{ "a referral with another zone's DS", "example.", 0,
	  { "www.sub.example. A", 0, 0,
	    { NULL, "sub.example. 60 IN NS ns.sub.example.\n" DS("other.example.") } },
	  .reads = READS_REFERRAL, .left = { NULL, "sub.example. NS 1" },
	  .about = "sub.example.", .told = "DS other.example. isn't of the zone referred to" },
	{ "a referral with the proof that there is no DS", "example.", 0,
	  { "www.sub.example. A", 0, 0,
	    { NULL, "sub.example. 60 IN NS ns.sub.example.\n" NSEC("sub.example.")
		    SIG("sub.example.", "NSEC") } },
	  .reads = READS_REFERRAL, .left = { NULL, "sub.example. NS 1; sub.example. NSEC 1+1" },
	  .about = "sub.example." },
	{ "a referral for a DS one zone further down", ".", 0,
	  { "sub.example. DS", 0, 0, { NULL, "example. 60 IN NS ns.example." } },
	  .reads = READS_REFERRAL, .left = { NULL, "example. NS 1" }, .about = "example." },
	{ "a referral for a DS to the child itself", "example.", 0,
	  { "sub.example. DS", 0, 0, { NULL, "sub.example. 60 IN NS ns.sub.example." } },
	  .reads = READS_LAME, .told = "NS sub.example. is a referral to the child for its DS" },
	{ "a referral for the NS of the child", "example.", 0,
	  { "sub.example. NS", 0, 0, { NULL, "sub.example. 60 IN NS ns.sub.example." } },
	  .reads = READS_REFERRAL, .left = { NULL, "sub.example. NS 1" }, .about = "sub.example." },
	{ "two referrals at once", ".", 0,
	  { "www.sub.example. A", 0, 0,
	    { NULL, "example. 60 IN NS ns.example.\nsub.example. 60 IN NS ns.evil." } },
	  .reads = READS_REFERRAL, .left = { NULL, "example. NS 1" }, .about = "example.",
	  .told = "NS sub.example. is a second referral" },
	{ "a referral upwards", "example.", 0,
	  { "www.example. A", 0, 0, { NULL, ". 60 IN NS a.root." } }, .reads = READS_LAME,
	  .told = "NS . is an upward referral", .summary = "points away from the zone" },
	{ "a referral upwards with AA", "example.", 0,
	  { "www.example. A", FLAG_AA, 0, { NULL, ". 60 IN NS a.root." } }, .reads = READS_LAME,
	  .told = "NS . is an upward referral" },
	{ "a referral sideways", "example.", 0,
	  { "www.a.example. A", FLAG_AA, 0, { NULL, "b.example. 60 IN NS ns.b.example." } },
	  .reads = READS_LAME, .told = "NS b.example. is a sideways referral" },
	{ "a referral to another zone", "example.", 0,
	  { "www.example. A", 0, 0, { NULL, "bank. 60 IN NS ns.evil." } }, .reads = READS_LAME,
	  .told = "NS bank. out of bailiwick" },
	{ "a referral to the zone that was asked", "example.", 0,
	  { "www.example. A", 0, 0,
	    { NULL, "example. 60 IN NS ns.example.", "ns.example. 60 IN A 192.0.2.1" } },
	  .reads = READS_LAME },
	{ "a referral below the name", "example.", 0,
	  { "sub.example. A", 0, 0, { NULL, "a.sub.example. 60 IN NS ns.a.sub.example." } },
	  .reads = READS_LAME, .told = "NS a.sub.example. is a sideways referral" },
	{ "a referral from a forwarder", "example.", CUT_FROM_FORWARD,
	  { "www.sub.example. A", 0, 0, { NULL, "sub.example. 60 IN NS ns.sub.example." } },
	  .reads = READS_LAME, .told = "NS sub.example. is a referral from a forwarder" },
	{ "a referral from a stub zone's server", "example.", CUT_FROM_STUB,
	  { "www.sub.example. A", 0, 0, { NULL, "sub.example. 60 IN NS ns.sub.example." } },
	  .reads = READS_REFERRAL, .left = { NULL, "sub.example. NS 1" }, .about = "sub.example." },

	/* --- the rest --- */
	{ "nothing at all", "example.", 0, { "www.example. A", 0, 0, { NULL } },
	  .reads = READS_LAME },
	{ "truncated", "example.", 0,
	  { "www.example. A", FLAG_AA | FLAG_TC, 0, { "www.example. 60 IN A 192.0.2.7" } },
	  .reads = READS_TRUNCATED, .left = { "www.example. A 1" }, .summary = "truncated" },
	{ "truncated and empty", "example.", 0, { "www.example. A", FLAG_TC, 0, { NULL } },
	  .reads = READS_TRUNCATED },
	{ "refused", "example.", 0, { "www.example. A", 0, RCODE_REFUSED, { NULL } },
	  .reads = READS_REFUSED, .summary = "REFUSED" },
	{ "refused with a referral", "example.", 0,
	  { "www.example. A", 0, RCODE_REFUSED, { NULL, "example. 60 IN NS ns.evil." } },
	  .reads = READS_REFUSED },
	{ "server failure", "example.", 0, { "www.example. A", 0, RCODE_SERVFAIL, { NULL } },
	  .reads = READS_SERVER_FAILURE, .summary = "SERVFAIL" },
	{ "server failure with data", "example.", 0,
	  { "www.example. A", FLAG_AA, RCODE_SERVFAIL, { "www.example. 60 IN A 192.0.2.7" } },
	  .reads = READS_SERVER_FAILURE, .left = { "www.example. A 1" } },
	{ "format error", "example.", 0, { "www.example. A", 0, RCODE_FORMERR, { NULL } },
	  .reads = READS_OTHER_ERROR, .summary = "FORMERR" },
	{ "format error without a question", "example.", 0, { NULL, 0, RCODE_FORMERR, { NULL } },
	  .asked = "www.example. A", .reads = READS_OTHER_ERROR },
	{ "not implemented", "example.", 0, { "www.example. A", 0, RCODE_NOTIMP, { NULL } },
	  .reads = READS_OTHER_ERROR, .summary = "NOTIMP" },
	{ "not authoritative, said so", "example.", 0, { "www.example. A", 0, 9, { NULL } },
	  .reads = READS_LAME, .summary = "NOTAUTH" },
	{ "bad version of EDNS", "example.", 0, { "www.example. A", 0, RCODE_BADVERS, { NULL } },
	  .reads = READS_OTHER_ERROR, .summary = "BADVERS" },
	{ "bad cookie", "example.", 0, { "www.example. A", 0, RCODE_BADCOOKIE, { NULL } },
	  .reads = READS_OTHER_ERROR, .summary = "BADCOOKIE" },
};

enum { STORIES = sizeof(stories) / sizeof(stories[0]) };

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena, WALK_ARENA_OCTETS);
}

static void tear_down(void)
{
	arena_clear(&arena);
}

/* "www.example. A 2; …": owner, type, records, and signatures if there are any. */
static void describe(const struct rrsets *sets, char *into, size_t size)
{
	char owner[NAME_TEXT_SIZE], type[TYPE_TEXT_SIZE];
	size_t used = 0;

	into[0] = '\0';
	for (const struct rrset *set = sets->first; set != NULL; set = set->next) {
		used += (size_t)snprintf(into + used, size - used, "%s%s %s %u", used ? "; " : "",
					 name_print(&set->owner, owner), text_type(set->type, type),
					 set->count);
		if (set->signature_count != 0)
			used += (size_t)snprintf(into + used, size - used, "+%u",
						 set->signature_count);
	}
}

static void note_removed(const char *what, void *told)
{
	size_t used = strlen(told);

	snprintf((char *)told + used, 4096 - used, "%s\n", what);
}

/* What the reading is about, as text; "" if about nothing. */
static void find_about(const struct reply *reply, enum reading reading,
		       const struct question *question, const struct cut *cut,
		       char into[NAME_TEXT_SIZE])
{
	const struct rrset *set = NULL;
	struct name target;

	into[0] = '\0';
	if (reading == READS_REFERRAL)
		set = reply_referral(reply, question, cut);
	else if (reading == READS_NO_NAME || reading == READS_NO_TYPE)
		set = reply_denial_soa(reply, question, cut);
	else
		ck_assert_ptr_null(reply_referral(reply, question, cut));
	if (set != NULL)
		name_print(&set->owner, into);
	else if (reading == READS_ALIAS && reply_alias(reply, question, &target))
		name_print(&target, into);
}

static void check_left(const struct story *story, const struct reply *reply)
{
	char left[4096];

	for (int i = 0; i < SECTIONS; i++) {
		const char *expected = story->left[i] == NULL ? "" : story->left[i];

		describe(&reply->sections[i], left, sizeof(left));
		ck_assert_msg(strcmp(left, expected) == 0, "%s: section %d has '%s', not '%s'",
			      story->name, i, left, expected);
	}
}

static void check_told(const struct story *story, const char *told)
{
	if (story->told == NULL)
		ck_assert_msg(told[0] == '\0', "%s: told '%s'", story->name, told);
	else
		ck_assert_msg(strstr(told, story->told) != NULL, "%s: told '%s', not '%s'",
			      story->name, told, story->told);
}

START_TEST(every_story_reads_as_it_should)
{
	const struct story *story = &stories[_i];
	struct question question =
		question_of(story->asked != NULL ? story->asked : story->said.asked);
	static uint8_t wire[SAYING_ROOM];
	char told[4096] = "", about[NAME_TEXT_SIZE], summary[256];
	const struct scrub_watcher watcher = { .removed = note_removed, .subject = told };
	struct cut cut = { .source = story->source };
	enum reading reading;
	struct reply reply;
	size_t length = saying_write(&story->said, 4711, wire);

	ck_assert(name_parse(story->zone, &cut.zone));
	ck_assert_int_eq(reply_parse(bytes_of(wire, length), &arena, &reply), OK);
	reply_scrub(&reply, &question, &cut, &watcher);
	reading = reply_read(&reply, &question, &cut);
	ck_assert_msg(reading == story->reads, "%s: reads %d, not %d", story->name, reading,
		      story->reads);
	check_left(story, &reply);
	check_told(story, told);
	find_about(&reply, reading, &question, &cut, about);
	ck_assert_msg(strcmp(about, story->about == NULL ? "" : story->about) == 0,
		      "%s: about '%s'", story->name, about);
	reply_summary(&reply, reading, &question, summary, sizeof(summary));
	if (story->summary != NULL)
		ck_assert_msg(strcmp(summary, story->summary) == 0, "%s: says '%s'", story->name,
			      summary);
	ck_assert_msg(summary[0] != '\0', "%s: no summary", story->name);
	reply_summary(&reply, reading, &question, summary, 2);
	ck_assert_msg(strlen(summary) == 1, "%s: cut to '%s'", story->name, summary);
}
END_TEST

static void check_summaries(const struct reply *reply, const struct question *question)
{
	for (size_t size = 1; size < 80; size += size / 4 + 1) {
		char *room = malloc(size);      /* exactly: the sanitizer sees one octet more */

		for (enum reading reading = READS_ANSWER; reading <= READS_OTHER_ERROR; reading++) {
			reply_summary(reply, reading, question, room, size);
			ck_assert_uint_lt(strlen(room), size);
		}
		free(room);
	}
}

START_TEST(a_summary_never_overflows)
{
	static uint8_t wire[SAYING_ROOM];

	for (unsigned i = 0; i < STORIES; i++) {
		const struct story *story = &stories[i];
		const char *asked = story->asked != NULL ? story->asked : story->said.asked;
		struct question question = question_of(asked);
		size_t length = saying_write(&story->said, 1, wire);
		struct reply reply;

		ck_assert_int_eq(reply_parse(bytes_of(wire, length), &arena, &reply), OK);
		check_summaries(&reply, &question);
		arena_clear(&arena);
	}
}
END_TEST

static Suite *reading_suite(void)
{
	Suite *suite = suite_create("upstream.reading");
	TCase *all = tcase_create("reading");

	tcase_add_checked_fixture(all, set_up, tear_down);
	tcase_add_loop_test(all, every_story_reads_as_it_should, 0, STORIES);
	tcase_add_test(all, a_summary_never_overflows);
	suite_add_tcase(suite, all);
	return suite;
}

int main(void)
{
	SRunner *runner = srunner_create(reading_suite());
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
