/* SPDX-License-Identifier: MIT */
/* table.c — the settings of xylemd: read this to know what can be set. */
#include "resolver/config/table.h"

#include "cache/base/limits.h"
#include "resolver/config/config.h"

#define AT(name) .field = #name, .offset = offsetof(struct config, name)
#define RESTART  .needs_restart = true
#define PLANNED  .is_planned = true

#define MINUTE   60
#define HOUR     3600
#define DAY      86400
#define MB       (1024ull * 1024)
#define GB       (1024 * MB)
#define TB       (1024 * GB)

enum {
	MAX_NETWORKS     = 50000,       /* of one list: a country's, from somebody's generator */
	MAX_LIST         = 10000,       /* names, zones */
	MAX_LISTEN       = 64,          /* addresses: each costs every worker two sockets */
	MAX_ZONE_SERVERS = 16,
	MAX_PATH         = 1024,
	MAX_WORD         = 255,
};

/* In the order of the manual: first what nearly everybody sets. */
const struct setting settings[] = {
/* the daemon */
{ "directory", PATH, AT(directory), RESTART, .most = MAX_PATH,
	.rule = "what systemd gives; /var/lib/xylem as root, else $XDG_STATE_HOME/xylem or "
		"~/.local/state/xylem", .work_out = machine_directory,
	.sentence = "Everything that the daemon keeps is below it: database, sockets, lock. "
		"Relative paths in other settings begin here." },
{ "listen", ADDRESSES, AT(listen), RESTART, .least = 1, .most = MAX_LISTEN,
	.value = "127.0.0.1, ::1",
	.sentence = "Addresses that questions are taken at, by UDP and TCP. Unless it is set, a "
		"machine without ::1 is told so and served at 127.0.0.1." },
{ "port", NUMBER, AT(port), RESTART, .least = 1, .most = 65535, .value = "53",
	.sentence = "The port of addresses in `listen` that name none." },
{ "workers", NUMBER, AT(workers), RESTART, .unit = "threads", .most = 256, .value = "0",
	.rule = "0: one for each core",
	.sentence = "Threads that answer questions, each with sockets of its own." },
{ "user", TEXT, AT(user), RESTART, .most = 32,
	.rule = "xylem if there is such a user, else nobody", .work_out = machine_user,
	.sentence = "Who the daemon becomes, once its ports are bound, when it is started as "
		"root." },
{ "root-hints", PATH, AT(root_hints), .most = MAX_PATH, .value = "built-in",
	.words = { "built-in" },
	.sentence = "A file with the names and addresses of the root servers, as in a zone file; "
		"no others are asked." },
{ "trust-anchors", PATH, AT(trust_anchors), .most = MAX_PATH, .value = "built-in",
	.words = { "built-in" },
	.sentence = "A file with DS or DNSKEY records that validation begins from, of any zones." },
{ "priming", YES_OR_NO, AT(priming), .value = "yes",
	.sentence = "Ask the root servers for the current list of root servers (RFC 8109)." },
{ "minimal-responses", YES_OR_NO, AT(minimal_responses), PLANNED, .value = "yes",
	.sentence = "Answer with what was asked for and no more." },

/* cache */
{ "cache.memory", SIZE, AT(cache.memory), RESTART, .least = 8 * MB, .most = 16 * TB,
	.rule = "64MB; a quarter of the memory if that is less; on machines with more than 16GB "
		"also a quarter of what is beyond them", .work_out = machine_memory,
	.sentence = "The most memory for what the daemon has learnt." },
{ "cache.file", PATH, AT(cache.file), RESTART, .most = MAX_PATH, .value = "cache.db",
	.words = { "none" },
	.sentence = "The SQLite database that keeps the cache over a restart." },
{ "cache.max-ttl", SECONDS, AT(cache.max_ttl), .most = MAX_TTL, .value = "1d",
	.sentence = "The longest that an answer is kept, whatever its TTL." },
{ "cache.min-ttl", SECONDS, AT(cache.min_ttl), PLANNED, .most = HOUR, .value = "0s",
	.sentence = "The shortest that an answer is kept. More than 0 shows askers what its owner "
		"no longer says." },
{ "cache.max-negative-ttl", SECONDS, AT(cache.max_negative_ttl), .most = MAX_NEGATIVE_TTL,
	.value = "1h",
	.sentence = "The longest that \"there is no such thing\" is kept." },
{ "cache.failure-ttl", SECONDS, AT(cache.failure_ttl), .least = 1,
	.most = MAX_FAILURE_TTL, .value = "5s",
	.sentence = "How long a first failure is remembered; each further one doubles it (RFC "
		"9520)." },
{ "cache.max-failure-ttl", SECONDS, AT(cache.max_failure_ttl), .least = 1,
	.most = MAX_FAILURE_TTL, .value = "5m",
	.sentence = "The longest that a failure is remembered." },
{ "cache.max-file-size", SIZE, AT(cache.max_file_size), PLANNED, .least = 8 * MB, .most = 16 * TB,
	.value = "1GB",
	.sentence = "The most room on disk for the database; what was least asked for goes "
		"first." },

/* access */
{ "access.allow", NETWORKS, AT(access.allow), .most = MAX_NETWORKS, .value = "loopback, private",
	.sentence = "Who may ask; everybody else is told REFUSED. The longest network that holds "
		"the asker decides." },
{ "access.deny", NETWORKS, AT(access.deny), .most = MAX_NETWORKS, .value = "",
	.sentence = "Who may not ask, though a network in `access.allow` holds them; of equal "
		"networks this one decides." },
{ "access.non-recursive", NETWORKS, AT(access.non_recursive), .most = MAX_NETWORKS,
	.value = "loopback",
	.sentence = "Who may look into the cache with RD=0 questions." },

/* stub, forward */
{ "stub", ZONES, AT(stub), .most = MAX_LIST, .value = "",
	.sentence = "Zones whose authoritative servers are named here instead of found from the "
		"root." },
{ "forward", ZONES, AT(forward), .most = MAX_LIST, .value = "",
	.sentence = "Zones whose questions are passed to other resolvers. The zone `.` forwards "
		"everything." },

/* upstream */
{ "upstream.ipv4", YES_OR_NO, AT(upstream.ipv4), .value = "yes",
	.sentence = "Ask servers by IPv4." },
{ "upstream.ipv6", YES_OR_NO, AT(upstream.ipv6), .value = "yes",
	.sentence = "Ask servers by IPv6." },
{ "upstream.never-ask", NETWORKS, AT(upstream.never_ask), .most = MAX_NETWORKS,
	.value = "0.0.0.0/8, ::/128, loopback",
	.sentence = "Addresses that are never asked, whoever says that they are servers. What "
		"`stub` and `forward` name is asked all the same." },
{ "upstream.minimise", WORD, AT(upstream.minimise),
	.words = { "off", "relaxed", "strict" }, .value = "relaxed",
	.sentence = "Tell each server only as much of the name as it needs (RFC 9156); `relaxed` "
		"asks for the whole name where a server breaks on less." },
{ "upstream.case-randomisation", YES_OR_NO, AT(upstream.case_randomisation),
	.value = "yes",
	.sentence = "Vary the letters' case in questions, so that replies are harder to forge "
		"(0x20)." },
{ "upstream.cookies", YES_OR_NO, AT(upstream.cookies), .value = "yes",
	.sentence = "Use DNS cookies towards servers that know them (RFC 7873)." },
{ "upstream.hedge", YES_OR_NO, AT(upstream.hedge), PLANNED, .value = "yes",
	.sentence = "Ask a second server when the first is later than it usually is." },
{ "upstream.tls-ca", PATH, AT(upstream.tls_ca), .most = MAX_PATH, .words = { "system" },
	.value = "system",
	.sentence = "Who may have signed the certificates of servers that are asked by TLS: all "
		"whom this system trusts, or the certificates in a file, as PEM." },
{ "upstream.edns-size", NUMBER, AT(upstream.edns_size), PLANNED, .unit = "octets", .least = 512,
	.most = 4096, .value = "1232",
	.sentence = "The largest reply over UDP that servers may send." },
{ "upstream.source", ADDRESSES, AT(upstream.source), PLANNED, .most = MAX_LISTEN, .value = "",
	.sentence = "Addresses of this machine to ask from; with none the system chooses." },

/* trace, log, control */
{ "trace.option", NUMBER, AT(trace.option), .least = 65001, .most = 65534, .value = "65300",
	.sentence = "The EDNS option by which a client asks for the trace of its answer "
		"(docs/trace-format.md)." },
{ "trace.access", NETWORKS, AT(trace.access), .most = MAX_NETWORKS, .value = "loopback",
	.sentence = "Who is given traces." },
{ "log.level", WORD, AT(log.level), .words = { "error", "warning", "info", "debug" },
	.value = "info",
	.sentence = "How much is said." },
{ "log.queries", YES_OR_NO, AT(log.queries), .value = "no",
	.sentence = "Write a line for each question that is answered. It tells who asked for what: "
		"mind whose it is." },
{ "log.to", PATH, AT(log.to), RESTART, .most = MAX_PATH, .words = { "stderr", "syslog" },
	.value = "stderr",
	.sentence = "Where the log goes: `stderr` (the journal, under systemd), `syslog`, or a "
		"file's path." },
{ "control.socket", PATH, AT(control.socket), RESTART, .most = MAX_PATH, .words = { "none" },
	.value = "control.sock",
	.sentence = "The UNIX socket that `xylem ctl` speaks to." },
{ "control.group", TEXT, AT(control.group), RESTART, .most = 32, .words = { "none" },
	.value = "none",
	.sentence = "The group whose members may use that socket, besides root and the daemon's "
		"own user." },

/* DNSSEC */
{ "dnssec.mode", WORD, AT(dnssec.mode), .words = { "validate", "off" },
	.value = "validate",
	.sentence = "Check what is signed, and answer SERVFAIL with the reason where it is "
		"wrong." },
{ "dnssec.sha1", WORD, AT(dnssec.sha1), .words = { "unsupported", "validate" },
	.value = "unsupported",
	.sentence = "Zones signed with SHA-1 only (algorithms 5 and 7): treated as not signed (RFC "
		"9905), or validated." },
{ "dnssec.negative-anchors", NAMES, AT(dnssec.negative_anchors), .most = MAX_LIST,
	.value = "",
	.sentence = "Zones below which signatures aren't checked (RFC 7646): for others' mistakes, "
		"and for a short time." },
{ "dnssec.rfc5011", YES_OR_NO, AT(dnssec.rfc5011), .value = "yes",
	.sentence = "Follow the trust anchors' own roll-overs (RFC 5011)." },
{ "dnssec.sentinel", YES_OR_NO, AT(dnssec.sentinel), .value = "yes",
	.sentence = "Let askers test which root keys are trusted (RFC 8509)." },
{ "dnssec.max-nsec3-iterations", NUMBER, AT(dnssec.max_nsec3_iterations),
	.unit = "iterations", .most = 150, .value = "50",
	.sentence = "Zones with more are treated as not signed (RFC 9276)." },
{ "dnssec.time-servers", NAMES, AT(dnssec.time_servers), .most = 100, .value = "",
	.sentence = "Names at and below which signatures' dates aren't looked at while the clock "
		"is plainly wrong, so that it can be set." },
{ "aggressive-denials", YES_OR_NO, AT(aggressive_denials), .value = "yes",
	.sentence = "Answer from proofs of non-existence that are at hand (RFC 8198)." },
{ "telemetry.rfc8145", YES_OR_NO, AT(telemetry.rfc8145), .value = "yes",
	.sentence = "Tell the root servers which of their keys are trusted here (RFC 8145)." },

/* freshness */
{ "serve-stale.enabled", YES_OR_NO, AT(serve_stale.enabled), PLANNED, .value = "yes",
	.sentence = "Answer with what has expired when nothing fresher can be had (RFC 8767)." },
{ "serve-stale.after", MILLISECONDS, AT(serve_stale.after), PLANNED, .most = CLIENT_PATIENCE_MS,
	.value = "1800ms",
	.sentence = "How long an asker waits for a fresh answer before it gets a stale one." },
{ "serve-stale.max-age", SECONDS, AT(serve_stale.max_age), PLANNED, .most = 7 * DAY, .value = "1d",
	.sentence = "The longest past its expiry that an answer is served." },
{ "serve-stale.ttl", SECONDS, AT(serve_stale.ttl), PLANNED, .most = HOUR, .value = "30s",
	.sentence = "The TTL that a stale answer is served with." },
{ "serve-stale.retry-after", SECONDS, AT(serve_stale.retry_after), PLANNED, .most = HOUR,
	.value = "30s",
	.sentence = "After a failed refresh, how long stale answers are served without trying "
		"again." },
{ "prefetch.enabled", YES_OR_NO, AT(prefetch.enabled), PLANNED, .value = "yes",
	.sentence = "Renew an answer in the background when it is asked for shortly before it "
		"expires." },
{ "prefetch.below", NUMBER, AT(prefetch.below), PLANNED, .unit = "percent", .least = 1, .most = 50,
	.value = "10",
	.sentence = "\"Shortly\": with at most this share of the TTL left." },
{ "prefetch.keep-warm", YES_OR_NO, AT(prefetch.keep_warm), PLANNED, .value = "yes",
	.sentence = "Also renew names that by their history will soon be asked for." },
{ "prefetch.queries-per-minute", NUMBER, AT(prefetch.queries_per_minute), PLANNED,
	.unit = "queries", .most = 100000, .value = "60",
	.sentence = "The most that keeping warm may ask." },

/* names that need not leave the house */
{ "local-zones.localhost", YES_OR_NO, AT(local_zones.localhost), .value = "yes",
	.sentence = "Answer `localhost.` here (RFC 6761)." },
{ "local-zones.invalid", YES_OR_NO, AT(local_zones.invalid), .value = "yes",
	.sentence = "Answer `invalid.` here (RFC 6761)." },
{ "local-zones.test", YES_OR_NO, AT(local_zones.test), .value = "yes",
	.sentence = "Answer `test.` here (RFC 6761)." },
{ "local-zones.onion", YES_OR_NO, AT(local_zones.onion), .value = "yes",
	.sentence = "Answer `onion.` here (RFC 7686)." },
{ "local-zones.local", YES_OR_NO, AT(local_zones.local), .value = "yes",
	.sentence = "Answer `local.` here: it is multicast DNS's (RFC 6762)." },
{ "local-zones.alt", YES_OR_NO, AT(local_zones.alt), .value = "yes",
	.sentence = "Answer `alt.` here (RFC 9476)." },
{ "local-zones.home-arpa", YES_OR_NO, AT(local_zones.home_arpa), .value = "yes",
	.sentence = "Answer `home.arpa.` here (RFC 8375)." },
{ "local-zones.ipv4only-arpa", YES_OR_NO, AT(local_zones.ipv4only_arpa), .value = "yes",
	.sentence = "Answer `ipv4only.arpa.` here (RFC 8880)." },
{ "local-zones.resolver-arpa", YES_OR_NO, AT(local_zones.resolver_arpa), .value = "yes",
	.sentence = "Answer `resolver.arpa.` here (RFC 9462)." },
{ "local-zones.service-arpa", YES_OR_NO, AT(local_zones.service_arpa), .value = "yes",
	.sentence = "Answer `service.arpa.` here (RFC 9665)." },
{ "local-zones.private-reverse", YES_OR_NO, AT(local_zones.private_reverse), .value = "yes",
	.sentence = "Answer the reverse zones of private addresses here (RFC 6303)." },
{ "local-zones.documentation-reverse", YES_OR_NO, AT(local_zones.documentation_reverse),
	.value = "yes",
	.sentence = "Answer the reverse zones of documentation networks here (RFC 6303)." },
{ "local-root.enabled", YES_OR_NO, AT(local_root.enabled), .value = "no",
	.sentence = "Keep a copy of the root zone and answer from it (RFC 8806): what top-level "
		"domains there are is then asked of nobody." },
{ "local-root.file", PATH, AT(local_root.file), .most = MAX_PATH, .words = { "none" },
	.value = "none",
	.sentence = "The copy, as a zone file, which is read again when it changes. `none`: it is "
		"transferred, and kept in `root.axfr` over a restart." },
{ "local-root.servers", ADDRESSES, AT(local_root.servers), .most = MAX_LISTEN, .port = 53,
	.value = "170.247.170.2, 192.33.4.12, 199.7.91.13, 192.5.5.241, 192.112.36.4, "
		"193.0.14.129, 192.0.32.132, 192.0.47.132, 2801:1b8:10::b, 2001:500:2::c, "
		"2001:500:2d::d, 2001:500:2f::f, 2001:500:12::d0d, 2001:7fd::1, "
		"2620:0:2d0:202::132, 2620:0:2830:202::132",
	.sentence = "Servers that give the root zone by transfer (AXFR); those that RFC 8806 "
		"names." },
{ "local-root.digest", WORD, AT(local_root.digest), .words = { "required", "if-present" },
	.value = "required",
	.sentence = "Use a copy only if it has a digest (ZONEMD, RFC 8976). One whose digest "
		"differs is never used." },

/* keeping the door */
{ "rebinding.protect", YES_OR_NO, AT(rebinding.protect), PLANNED, .value = "yes",
	.sentence = "Remove private addresses from the answers of public names." },
{ "rebinding.networks", NETWORKS, AT(rebinding.networks), PLANNED, .most = MAX_NETWORKS,
	.value = "loopback, private",
	.sentence = "Addresses that count as private there." },
{ "rebinding.allow", NAMES, AT(rebinding.allow), PLANNED, .most = MAX_LIST, .value = "",
	.sentence = "Names below which they may be answered. Stub and forward zones always may." },
{ "cookies.clients", YES_OR_NO, AT(cookies.clients), PLANNED, .value = "yes",
	.sentence = "Give and check cookies towards askers (RFC 9018)." },
{ "cookies.secret-file", PATH, AT(cookies.secret_file), PLANNED, .most = MAX_PATH,
	.words = { "none" }, .value = "none",
	.sentence = "A secret shared by servers that answer at one address; with none, one is "
		"drawn." },
{ "ratelimit.queries-per-second", NUMBER, AT(ratelimit.queries_per_second), PLANNED,
	.unit = "queries", .most = 1000000, .value = "200",
	.sentence = "For each client network, over UDP and without cookies; 0 is no limit." },
{ "ratelimit.slip", NUMBER, AT(ratelimit.slip), PLANNED, .unit = "questions", .most = 100,
	.value = "2",
	.sentence = "One in so many questions beyond the limit is told to come by TCP, the others "
		"are dropped; 0 drops all." },
{ "ratelimit.ipv4-prefix", NUMBER, AT(ratelimit.ipv4_prefix), PLANNED, .unit = "bits", .least = 8,
	.most = 32, .value = "24",
	.sentence = "How many bits of an IPv4 address make a client network." },
{ "ratelimit.ipv6-prefix", NUMBER, AT(ratelimit.ipv6_prefix), PLANNED, .unit = "bits", .least = 16,
	.most = 128, .value = "56",
	.sentence = "How many bits of an IPv6 address make a client network." },
{ "ratelimit.amplification", NUMBER, AT(ratelimit.amplification), PLANNED, .unit = "times",
	.most = 100, .value = "0",
	.sentence = "An answer by UDP without a cookie is at most so many times as large as its "
		"question; 0 is no limit." },

/* transports */
{ "tcp.connections-per-client", NUMBER, AT(tcp.connections_per_client),
	.unit = "connections", .least = 1, .most = 10000, .value = "32",
	.sentence = "The most that one address may have open." },
{ "tcp.queries-in-flight", NUMBER, AT(tcp.queries_in_flight), .unit = "queries",
	.least = 1, .most = 10000, .value = "64",
	.sentence = "The most that one connection may have unanswered." },
{ "tcp.idle", MILLISECONDS, AT(tcp.idle), .least = 100, .most = HOUR * 1000,
	.value = "10s",
	.sentence = "How long a connection may say nothing." },
{ "tcp.fast-open", YES_OR_NO, AT(tcp.fast_open), PLANNED, RESTART, .value = "yes",
	.sentence = "Accept TCP Fast Open where the kernel does." },
{ "tls.listen", ADDRESSES, AT(tls.listen), PLANNED, RESTART, .most = MAX_LISTEN, .value = "",
	.port = 853,
	.sentence = "Addresses for DNS over TLS (RFC 7858), at port 853 unless they name one." },
{ "tls.certificate", PATH, AT(tls.certificate), PLANNED, .most = MAX_PATH, .words = { "none" },
	.value = "none",
	.sentence = "The certificate and its chain, as PEM, for DNS over TLS and over HTTPS." },
{ "tls.key", PATH, AT(tls.key), PLANNED, .most = MAX_PATH, .words = { "none" }, .value = "none",
	.sentence = "The certificate's private key, as PEM." },
{ "tls.self-signed", YES_OR_NO, AT(tls.self_signed), PLANNED, .value = "no",
	.sentence = "Without a certificate, make one: for a first try." },
{ "doh.listen", ADDRESSES, AT(doh.listen), PLANNED, RESTART, .most = MAX_LISTEN, .value = "",
	.port = 443,
	.sentence = "Addresses for DNS over HTTPS (RFC 8484), at port 443 unless they name one." },
{ "doh.path", TEXT, AT(doh.path), PLANNED, .most = MAX_WORD, .value = "/dns-query",
	.sentence = "The path of the URL for it." },
{ "identity.chaos", YES_OR_NO, AT(identity.chaos), PLANNED, .value = "no",
	.sentence = "Answer `version.bind` and `id.server` in class CHAOS." },
{ "identity.nsid", TEXT, AT(identity.nsid), PLANNED, .most = 64, .words = { "none" },
	.value = "none",
	.sentence = "This server's name for those who ask which one it is (RFC 5001)." },
{ "identity.discovery", YES_OR_NO, AT(identity.discovery), PLANNED, .value = "yes",
	.sentence = "Tell clients of the encrypted transports, when they are on (RFC 9462, "
		"9606)." },
{ "proxy.allow", NETWORKS, AT(proxy.allow), PLANNED, .most = MAX_NETWORKS, .value = "",
	.sentence = "Load balancers that say by PROXY protocol (version 2) whom they speak for." },
{ "fallback.servers", ADDRESSES, AT(fallback.servers), .most = MAX_ZONE_SERVERS,
	.value = "", .port = 53,
	.sentence = "Resolvers that are asked while a network, as in hotels, blocks port 53 or "
		"answers it in place of the root servers; the direct way is tried again each "
		"minute." },
{ "fallback.dhcp", YES_OR_NO, AT(fallback.dhcp), .value = "no",
	.sentence = "Likewise those that the network names by DHCP, as found in the files of "
		"systemd-resolved, NetworkManager or resolvconf, else in /etc/resolv.conf. Their "
		"answers are as good as the network, and live for half a minute at most." },

/* being watched */
{ "metrics.listen", ADDRESSES, AT(metrics.listen), PLANNED, RESTART, .most = MAX_LISTEN,
	.value = "", .port = 9153,
	.sentence = "Addresses at which Prometheus finds figures, at port 9153 unless they name "
		"one." },
{ "dnstap.socket", PATH, AT(dnstap.socket), PLANNED, .most = MAX_PATH, .words = { "none" },
	.value = "none",
	.sentence = "A UNIX socket that every question and reply is reported to." },
};
const size_t settings_count = sizeof(settings) / sizeof(settings[0]);

_Static_assert(sizeof(settings) / sizeof(settings[0]) <= CONFIG_MAX_SETTINGS,
	       "raise CONFIG_MAX_SETTINGS");

#undef AT
#define AT(name) .field = #name, .offset = offsetof(struct config_zone, name)

const struct setting zone_settings[] = {
{ "zone", NAME, AT(zone), .most = MAX_WORD,
	.sentence = "The zone's name; all names below it belong to it, unless a deeper entry holds "
		"them." },
{ "servers", ADDRESSES, AT(servers), .least = 1, .most = MAX_ZONE_SERVERS,
	.sentence = "Whom to ask, at port 53 unless they name one; with `tls` at port 853." },
{ "dnssec", WORD, AT(dnssec), .words = { "validate", "off" }, .value = "validate",
	.sentence = "Whether its answers are checked by the chain of trust of the public tree; a "
		"zone that this proves absent counts as not signed without being told to." },
{ "fallback", YES_OR_NO, AT(fallback), .value = "no",
	.sentence = "When none of the servers gives a useful answer, go on as if the zone weren't "
		"here: by the zone that encloses it, or from the root." },
{ "tls", TEXT, AT(tls), .most = MAX_WORD, .words = { "none" }, .value = "none",
	.sentence = "Ask by TLS and never otherwise (RFC 7858, RFC 8310); the name, or the "
		"address, that the servers' certificate must have." },
};
const size_t zone_settings_count = sizeof(zone_settings) / sizeof(zone_settings[0]);
