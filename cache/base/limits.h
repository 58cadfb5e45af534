/* SPDX-License-Identifier: MIT */
/* limits.h — every bound that xylemd keeps, with its unit and its reason.
 *
 * Read beside LIMITS.md of the design and docs/limits.md, which tell the attacks and what other
 * resolvers do. A test stands behind each. */
#ifndef XYLEM_BASE_LIMITS_H
#define XYLEM_BASE_LIMITS_H

/* The ledger: one per client query, shared by everything done for it. */
enum {
	MAX_UPSTREAM_QUERIES      = 64,          /* retries counted: CAMP, NXNSAttack, TsuNAME */
	MAX_UPSTREAM_OCTETS       = 256 * 1024,  /* received: amplification */
	CLIENT_PATIENCE_MS        = 4500,        /* stubs give up at 5 s */
	WALK_PATIENCE_MS          = 8000,        /* the walk goes on for the cache */
	MAX_ALIASES               = 11,          /* CNAME and DNAME links: alias chains */
	MAX_REFERRALS             = 32,          /* depth of one walk: iDNS */
	MAX_DEPTH                 = 6,           /* of sub-questions: cyclic delegation */
	MAX_SERVER_NAMES_PER_CUT  = 4,           /* looked up: NXNSAttack, CVE-2020-12662 */
	MAX_SERVER_NAMES          = 10,          /* looked up per client query */
	MAX_MINIMISED             = 10,          /* shorter questions per name: RFC 9156 §2.3 */
	MINIMISED_ONE_BY_ONE      = 4,           /* of these, the first; then larger steps */
	MAX_STEPS                 = 4096,        /* of all walks of one client query: our loops */
};

/* Validation: KeyTrap (CVE-2023-50387), NSEC3 encloser attacks (CVE-2023-50868). */
enum {
	MAX_CHECKS                = 128,         /* of signatures, per client query: eleven aliases
						  * take 33 */
	MAX_FAILED_CHECKS         = 2,           /* of one set */
	MAX_FAILED_CHECKS_IN_ALL  = 16,          /* per client query */
	MAX_CHECKS_IN_A_ROW       = 8,           /* then the walk lets others work */
	MAX_KEYS_PER_TAG          = 2,           /* tried for one signature */
	MAX_DS_TRIED              = 8,
	MAX_NSEC3_ITERATIONS      = 50,          /* more: treated as insecure (RFC 9276 §3.2) */
	MAX_NSEC3_HASHES          = 1024,        /* names hashed, per client query */
	MAX_NSEC3_HASHES_IN_A_ROW = 64,          /* then the walk lets others work */
	MAX_BOGUS_REPLIES         = 2,           /* to one question; then it is believed */
	MAX_KEYRING_ZONES         = 4096,        /* whose keys a worker has ready */
	RENEWAL_PAUSE_S           = 60,          /* until a bogus zone's keys are asked for again */
	MAX_ANCHOR_ZONES          = 16,          /* whose keys are followed (RFC 5011) */
	MAX_ANCHOR_KEYS           = 16,          /* of one of them */
	MAX_ANCHOR_KEY            = 528,         /* octets: RSA of 4096 bits */
	MAX_NEGATIVE_ANCHORS      = 64,          /* set at run time */
	MAX_NEGATIVE_REASON       = 128,         /* octets */
	MAX_NEGATIVE_S            = 2592000,     /* 30 days */
	MIN_RSA_BITS              = 1024,        /* a key outside: an unsupported algorithm */
	MAX_RSA_BITS              = 4096,
	MAX_RSA_EXPONENT_BITS     = 64,
};

/* What is kept of what servers say. */
enum {
	MAX_SERVERS_PER_CUT       = 13,          /* CVE-2022-3204 */
	MAX_ADDRESSES_PER_SERVER  = 6,           /* CVE-2026-3592 */
	MAX_RECORDS_PER_RRSET     = 256,         /* CVE-2024-1737 */
	MAX_SIGNATURES_PER_RRSET  = 8,           /* KeyTrap, CVE-2023-50387 */
	MAX_ANSWER_OCTETS         = 16 * 1024,   /* of one cached answer: CVE-2024-25590 */
	MAX_TOLD_OCTETS           = 32 * 1024 - 1,       /* of one that is told and not kept */
	MAX_RRSETS_PER_REPLY      = 512,         /* a 64 kB message of tiny sets */
	MAX_OVERFULL_REPLIES      = 2,           /* with more; then nobody else is asked */
	MAX_RECORDS_PER_REPLY     = 1024,        /* 64 kB of tiny ones took 45 ms to sort */
	MAX_EDNS_OPTIONS          = 32,          /* looked at */
	MAX_EDE_TEXT              = 160,         /* octets of what a server says of a failure */
	MAX_POINTERS_PER_NAME     = 128,         /* compression: CVE-2024-8508 */
};

/* Times to live, in seconds. */
enum {
	MAX_TTL                   = 86400,       /* answers and cuts */
	MAX_NEGATIVE_TTL          = 3600,
	MIN_CUT_TTL               = 5,           /* a shorter one serves its walk only */
	MIN_FAILURE_TTL           = 5,           /* RFC 9520 §3.2 */
	MAX_FAILURE_TTL           = 300,
	MAX_BYPASS_TTL            = 30,          /* learnt where port 53 is closed: decision 0008 */
	MAX_BOGUS_TTL             = 60,          /* bogus data, kept as bogus: RFC 4035 §4.7 */
	MAX_FALLBACK_TTL          = 30,          /* what came from elsewhere than it should */
};

/* Doors and rooms. */
enum {
	EDNS_PAYLOAD              = 1232,        /* octets: DNS flag day 2020 */
	MAX_WALKS_PER_WORKER      = 4096,        /* DNSBomb, CVE-2024-33655 */
	WALK_ARENA_OCTETS         = 2 * 1024 * 1024, /* found for one question */
	MAX_TCP_PER_CLIENT        = 32,          /* connections */
	MAX_TCP_QUERIES           = 64,          /* in flight per connection */
	TCP_IDLE_MS               = 10000,
	UDP_BATCH                 = 64,          /* datagrams per recvmmsg */
	MAX_TRACE_OCTETS          = 16000,       /* of one walk's trace */
	MAX_CONTROL_REQUEST       = 4096,        /* octets */
	MAX_ADDED_ZONES           = 64,          /* at run time: each is looked at by each walk */
	MAX_ADDED_SERVERS         = 16,          /* of one of those */
	MAX_ZONE_OWNER            = 32,          /* octets: whose zone it is */
	MAX_ADDED_ZONE_S          = 30 * 86400,  /* from now until it goes by itself */
};

/* Asking upstream. */
enum {
	FIRST_PATIENCE_MS         = 400,         /* for a server we know nothing of */
	FIRST_HEDGE_MS            = 150,         /* likewise: then a second one is asked too */
	MIN_HEDGE_MS              = 20,
	MAX_HEDGES                = 2,           /* more queries beside a late one, elsewhere */
	MIN_PATIENCE_MS           = 200,
	MAX_PATIENCE_MS           = 2000,        /* then another server is asked */
	MAX_FORLORN_QUERIES       = 3,           /* to a zone whose servers were silent lately */
	TCP_PATIENCE_MS           = 3000,
	TRIES_BEFORE_FALLBACK     = 2,           /* of each address of a zone with `fallback` */
	FALLBACK_RETRY_S          = 10,          /* then one question asks its servers again */
	LETTERS_EXCEPTION_S       = 3600,        /* after changed letters: no 0x20 so long */
	EDNS_EXCEPTION_S          = 3600,        /* after "no EDNS" over TCP: none so long */
	COOKIELESS_S              = 300,         /* between tries to get one: RFC 9018 §3 */
	MAX_DOUBTFUL_FAILURES     = 32,          /* kept while all fell silent, to be dropped */
	MAX_STRAYS                = 20,          /* per TCP connection; by UDP one will do */
	MAX_UPSTREAM_CONNECTIONS  = 512,         /* per worker; then the quietest gives way */
	MAX_QUERIES_PER_CONNECTION = 32,         /* under way; then another is opened */
	UPSTREAM_IDLE_MS          = 5000,        /* a connection to a server that said nothing */
	MAX_UPSTREAM_IDLE_MS      = 30000,       /* whatever it said (RFC 7828) */
	MAX_TLS_SESSIONS          = 128,         /* per worker, to resume; the oldest gives way */
};

/* The local root (RFC 8806). The real one: 25,000 records, 1.4 MB as it is transferred. */
enum {
	MAX_ROOT_RECORDS          = 100 * 1000,
	MAX_ROOT_OCTETS           = 32 * 1024 * 1024,   /* of records, names whole */
	MAX_ROOT_TRANSFER         = 8 * 1024 * 1024,    /* octets as received: an endless stream */
	ROOT_TRANSFER_MS          = 60000,              /* all of it, from one server */
	ROOT_SILENCE_MS           = 10000,              /* between two pieces of it */
	MIN_ROOT_REFRESH_S        = 60,                 /* whatever its SOA says */
	MAX_ROOT_REFRESH_S        = 86400,
	MAX_ROOT_EXPIRE_S         = 14 * 86400,
};

#endif
