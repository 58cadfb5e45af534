/* SPDX-License-Identifier: MIT */
/* config.h — the daemon's settings: read once from file and options, checked, and never changed.
 *
 * Every setting is one row of the table in table.c: key, type, unit, range, default, one
 * sentence, whether a reload brings it into force, and whether it has effect yet. The field of a
 * setting is its key with '-' written '_': `cache.max-ttl` is config->cache.max_ttl. A test
 * holds table and struct to that.
 *
 * Always true of a struct config that config_read() gave:
 *   - every field holds a value that the table allows; what wasn't set has its default
 *   - paths are absolute, or NULL where the setting was `none` or `built-in`
 *   - addresses have a port (but those of upstream.source)
 *   - networks have no bits set beyond their length
 *   - names are presentation format, lower case, with the final dot: "corp.example."
 * All that it points to belongs to it and dies with config_free(). It is immutable, so threads
 * may read it as long as somebody holds it. Only main, worker and control see the whole; other
 * folders get small structs of their own. */
#ifndef XYLEM_CONFIG_H
#define XYLEM_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cache/base/address.h"
#include "cache/base/arena.h"
#include "cache/base/result.h"

/* ---- the values ---- */

enum config_log_level { CONFIG_LOG_ERROR, CONFIG_LOG_WARNING, CONFIG_LOG_INFO, CONFIG_LOG_DEBUG };
enum config_dnssec    { CONFIG_DNSSEC_VALIDATE, CONFIG_DNSSEC_OFF };
enum config_sha1      { CONFIG_SHA1_UNSUPPORTED, CONFIG_SHA1_VALIDATE };
enum config_digest    { CONFIG_DIGEST_REQUIRED, CONFIG_DIGEST_IF_PRESENT };
enum config_minimise  { CONFIG_MINIMISE_OFF, CONFIG_MINIMISE_RELAXED, CONFIG_MINIMISE_STRICT };

struct config_addresses {
	struct address *at;
	size_t          count;
};

struct config_networks {
	struct network *at;
	size_t          count;
};

struct config_names {
	const char **at;
	size_t       count;
};

/* A zone that is asked of servers we were told, instead of those that a referral names. */
struct config_zone {
	const char             *zone;
	struct config_addresses servers;        /* at least one */
	enum config_dnssec      dnssec;
	bool                    fallback;       /* go on without them when they fail */
	const char             *tls;            /* by TLS: whom their certificate names; or NULL */
	int                     line;           /* where it stands in the file */
};

struct config_zones {
	struct config_zone *at;
	size_t              count;
};

/* ---- the settings, by concern ---- */

struct config_cache {
	uint64_t    memory;                     /* octets, for everything that the daemon keeps */
	const char *file;                       /* the database; NULL: none */
	uint64_t    max_file_size;              /* octets */
	uint32_t    max_ttl;                    /* seconds, as all that follow */
	uint32_t    min_ttl;
	uint32_t    max_negative_ttl;
	uint32_t    failure_ttl;
	uint32_t    max_failure_ttl;
};

/* The longest network that holds the asker decides; of two equal ones, deny does. */
struct config_access {
	struct config_networks allow;
	struct config_networks deny;
	struct config_networks non_recursive;   /* who may ask with RD=0, from the cache */
};

struct config_upstream {
	bool                    ipv4;
	bool                    ipv6;
	struct config_networks  never_ask;      /* but a stub or forward zone may name one */
	struct config_addresses source;         /* to ask from; none: the system's choice */
	enum config_minimise    minimise;
	bool                    case_randomisation;
	bool                    cookies;
	bool                    hedge;
	const char             *tls_ca;         /* "system", or a file of certificates */
	uint32_t                edns_size;      /* octets */
};

struct config_trace {
	uint32_t               option;          /* the EDNS option's number */
	struct config_networks access;
};

struct config_log {
	enum config_log_level level;
	bool                  queries;
	const char           *to;               /* "stderr", "syslog", or an absolute path */
};

struct config_control {
	const char *socket;                     /* NULL: none */
	const char *group;                      /* NULL: none */
};

struct config_dnssec_settings {
	enum config_dnssec  mode;
	enum config_sha1    sha1;
	struct config_names negative_anchors;
	bool                rfc5011;
	bool                sentinel;
	uint32_t            max_nsec3_iterations;
	struct config_names time_servers;       /* resolved leniently while the clock is wrong */
};

struct config_telemetry {
	bool rfc8145;
};

struct config_local_zones {                     /* names that every resolver answers itself */
	bool localhost, invalid, test, onion, local, alt;
	bool home_arpa, ipv4only_arpa, resolver_arpa, service_arpa;
	bool private_reverse, documentation_reverse;
};

struct config_local_root {
	bool                    enabled;
	const char             *file;           /* NULL: by transfer from … */
	struct config_addresses servers;
	enum config_digest      digest;
};

struct config_serve_stale {
	bool     enabled;
	uint32_t after;                         /* milliseconds: an asker's wait for a fresh one */
	uint32_t max_age;                       /* seconds past expiry */
	uint32_t ttl;                           /* seconds, shown with a stale answer */
	uint32_t retry_after;                   /* seconds between failed refreshes */
};

struct config_prefetch {
	bool     enabled;
	uint32_t below;                         /* percent of the TTL that is left */
	bool     keep_warm;
	uint32_t queries_per_minute;
};

struct config_rebinding {
	bool                   protect;
	struct config_networks networks;
	struct config_names    allow;
};

struct config_cookies {
	bool        clients;
	const char *secret_file;                /* NULL: drawn at start */
};

struct config_ratelimit {
	uint32_t queries_per_second;            /* per client network; 0: no limit */
	uint32_t slip;                          /* each so-manieth limited one gets TC; 0: none */
	uint32_t ipv4_prefix, ipv6_prefix;      /* bits that make one client */
	uint32_t amplification;                 /* answer's size by its question's; 0: no limit */
};

struct config_tcp {
	uint32_t connections_per_client;
	uint32_t queries_in_flight;             /* per connection */
	uint32_t idle;                          /* milliseconds */
	bool     fast_open;
};

struct config_tls {
	struct config_addresses listen;
	const char             *certificate;    /* NULL: none */
	const char             *key;            /* NULL: none */
	bool                    self_signed;
};

struct config_doh {
	struct config_addresses listen;
	const char             *path;
};

struct config_identity {
	bool        chaos;
	const char *nsid;                       /* NULL: none */
	bool        discovery;
};

struct config_proxy {
	struct config_networks allow;
};

struct config_fallback {
	struct config_addresses servers;
	bool                    dhcp;
};

struct config_metrics {
	struct config_addresses listen;
};

struct config_dnstap {
	const char *socket;                     /* NULL: none */
};

struct config_origin {
	enum { CONFIG_DEFAULT, CONFIG_FROM_FILE, CONFIG_FROM_OPTION } from;
	int         line;                       /* in config->path; 0 unless from the file */
	const char *option;                     /* as it was written: "--listen"; else NULL */
};

struct config {
	const char             *directory;
	const char             *user;
	uint32_t                workers;        /* threads; at least 1 */
	struct config_addresses listen;
	uint32_t                port;           /* for addresses to listen on that name none */
	const char             *root_hints;     /* NULL: built in */
	const char             *trust_anchors;  /* NULL: built in */
	struct config_cache     cache;
	struct config_access    access;
	struct config_zones     stub;
	struct config_zones     forward;
	struct config_upstream  upstream;
	bool                    priming;
	bool                    minimal_responses;
	struct config_trace     trace;
	struct config_log       log;
	struct config_control   control;

	/* Known, but without effect yet (the table says which): later work fills them in. */
	struct config_dnssec_settings dnssec;
	struct config_telemetry   telemetry;
	bool                      aggressive_denials;
	struct config_serve_stale serve_stale;
	struct config_prefetch    prefetch;
	struct config_local_zones local_zones;
	struct config_local_root  local_root;
	struct config_rebinding   rebinding;
	struct config_cookies     cookies;
	struct config_ratelimit   ratelimit;
	struct config_tcp         tcp;
	struct config_tls         tls;
	struct config_doh         doh;
	struct config_identity    identity;
	struct config_proxy       proxy;
	struct config_fallback    fallback;
	struct config_metrics     metrics;
	struct config_dnstap      dnstap;

	/* Where it came from. */
	const char           *path;             /* the file that was read; NULL: none */
	struct config_origin *origins;          /* one per row of the table */
	struct arena          arena;            /* owns everything above */
};

/* ---- what was wrong, and what deserves a word ---- */

enum {
	CONFIG_MAX_REMARKS = 50,                /* lines kept; the rest are only counted */
};

struct config_remark {
	bool        is_error;
	const char *text;                       /* one line: "FILE:LINE: what, and the remedy" */
};

/* Filled by the calls below; init before, clear after. The lines belong to it. */
struct config_report {
	struct config_remark remarks[CONFIG_MAX_REMARKS];
	size_t               count;
	size_t               left_out;
	size_t               errors;            /* all of them, also those left out */
	struct arena         arena;
};

void config_report_init(struct config_report *report);
void config_report_clear(struct config_report *report);

/* All lines, one after the other, and how many more there were. */
void config_report_write(const struct config_report *report, FILE *to);

/* ---- the command line ---- */

enum config_errand {
	CONFIG_RUN,                             /* be the daemon */
	CONFIG_CHECK,                           /* --check-config */
	CONFIG_PRINT,                           /* --print-config */
	CONFIG_HELP,
	CONFIG_HELP_SETTINGS,
	CONFIG_VERSION,
	CONFIG_PRINT_DOCS,                      /* --print-docs PAGE: for docs/ and its test */
};

enum {
	CONFIG_MAX_OPTIONS = 64,                /* settings given on the command line */
};

struct config_option {
	const char *option;                     /* "--cache-file" */
	const char *key;                        /* "cache.file" */
	const char *value;                      /* for lists: items between commas */
};

/* Borrows the strings of argv, which must outlive it. Kept by main for reloads: options go on
 * overriding the file. */
struct config_arguments {
	enum config_errand   errand;
	const char          *file;              /* -c; NULL: /etc/xylem/xylemd.yaml, if it is */
	const char          *page;              /* for CONFIG_PRINT_DOCS */
	struct config_option options[CONFIG_MAX_OPTIONS];
	size_t               count;
};

/* False: the report says what was wrong with the command line; the exit status is then 2. */
MUST_USE bool config_arguments_read(struct config_arguments *into, int argc, char **argv,
				    struct config_report *report);

/* Does every errand but CONFIG_RUN, and gives the program's exit status: 0, or 1 if the
 * configuration is wrong. */
int config_errand_do(const struct config_arguments *arguments, FILE *out, FILE *err);

/* ---- reading ---- */

/* Defaults, then the file, then the options. NULL if there was any error (the report has the
 * lines); warnings alone don't hinder. The caller frees it. */
MUST_USE struct config *config_read(const struct config_arguments *arguments,
				    struct config_report *report);

/* The same over a text in memory that is called `file` in messages; `file` may be NULL with
 * length 0: no file. */
MUST_USE struct config *config_read_text(const struct config_arguments *arguments, const char *file,
					 const char *text, size_t length,
					 struct config_report *report);

void config_free(struct config *config);

/* Did nobody set it, so that it has its default? `key` must be one of the table. For example
 * "listen": then a missing ::1 is a warning only. */
bool config_is_default(const struct config *config, const char *key);

/* ---- comparing and showing ---- */

struct config_difference {
	const char *key;                        /* of the table: lives for ever */
	bool        needs_restart;              /* else a reload brings it into force */
};

/* The settings whose values differ, in the table's order, into at most `room` places; gives how
 * many there are, never more than CONFIG_MAX_SETTINGS. */
enum {
	CONFIG_MAX_SETTINGS = 160,
};
size_t config_differences(const struct config *old, const struct config *new,
			  struct config_difference *into, size_t room);

/* Every setting with the value in force and where it came from, as YAML with comments. */
void config_print(const struct config *config, FILE *to);

#endif
