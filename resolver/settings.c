/* SPDX-License-Identifier: MIT */
/* settings.c — one function per folder. What the table of settings allows needs no second check
 * here. */
#include "resolver/settings.h"

#include <stdlib.h>
#include <string.h>

#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "resolver/hints.h"
#include "resolver/trust_anchors.h"
#include "resolver/upstream/authorities.h"

enum {
	/* What a walk under way and its client are reckoned at; few come near it. */
	WALK_OCTETS = 64 * 1024,
	FEWEST_WALKS = 64,
};

static struct access_list list_of(const struct config_networks *networks)
{
	return (struct access_list){ .at = networks->at, .count = networks->count };
}

static bool make_access(struct settings *settings)
{
	const struct config *config = settings->config;
	const struct access_list nobody = { 0 };

	settings->access =
		access_new(list_of(&config->access.allow), list_of(&config->access.deny), false);
	settings->non_recursive = access_new(list_of(&config->access.non_recursive), nobody, false);
	settings->trace_access = access_new(list_of(&config->trace.access), nobody, false);
	return settings->access != NULL && settings->non_recursive != NULL &&
	       settings->trace_access != NULL;
}

static struct local *make_local(const struct config *config, const struct walk_zone *zones,
				size_t count)
{
	const struct config_local_zones *set = &config->local_zones;
	struct name *configured = calloc(count + 1, sizeof(*configured));
	struct local_wishes wishes = {
		.on = {
			[LOCAL_LOCALHOST] = set->localhost,
			[LOCAL_INVALID] = set->invalid,
			[LOCAL_TEST] = set->test,
			[LOCAL_ONION] = set->onion,
			[LOCAL_LOCAL] = set->local,
			[LOCAL_ALT] = set->alt,
			[LOCAL_HOME_ARPA] = set->home_arpa,
			[LOCAL_IPV4ONLY_ARPA] = set->ipv4only_arpa,
			[LOCAL_RESOLVER_ARPA] = set->resolver_arpa,
			[LOCAL_SERVICE_ARPA] = set->service_arpa,
			[LOCAL_PRIVATE_REVERSE] = set->private_reverse,
			[LOCAL_DOCUMENTATION_REVERSE] = set->documentation_reverse,
		},
		.configured = configured,
		.configured_count = count,
	};
	struct local *local = NULL;

	for (size_t i = 0; configured != NULL && i < count; i++)
		configured[i] = zones[i].cut.zone;
	if (configured != NULL) local = local_new(&wishes);
	free(configured);
	return local;
}

static void make_front(struct settings *settings)
{
	const struct config *config = settings->config;

	settings->front = (struct front_settings){
		.access = settings->access,
		.non_recursive = settings->non_recursive,
		.local = settings->local,
		.trace_on = config->trace.access.count > 0,
		.trace_access = settings->trace_access,
		.trace_option = (uint16_t)config->trace.option,
		.tcp_per_client = config->tcp.connections_per_client,
		.tcp_queries = config->tcp.queries_in_flight,
		.tcp_idle_ms = config->tcp.idle,
		.log = log_with_priority,
	};
}

void settings_add_server(struct cut *cut, const struct address *address)
{
	struct cut_server *last = cut->servers;

	if (cut->server_count != 0) last += cut->server_count - 1;
	if (cut->server_count == 0 || last->address_count == MAX_ADDRESSES_PER_SERVER) {
		if (cut->server_count == MAX_SERVERS_PER_CUT) return;
		last = &cut->servers[cut->server_count++];
	}
	last->addresses[last->address_count++] = *address;
}

/* Configured servers have no names but that of their certificate: their addresses are spread over
 * as few servers as hold them. */
static void make_zone(struct cut *cut, const struct config_zone *zone, enum cut_source source)
{
	struct name certificate = { 0 };
	bool parsed = name_parse(zone->zone, &cut->zone) &&
		      (zone->tls == NULL || name_parse(zone->tls, &certificate));

	must(parsed); /* the configuration holds names only */
	cut->over_tls = zone->tls != NULL;
	cut->source = source;
	cut->security = SECURITY_UNCHECKED;
	cut->ttl = UINT32_MAX;
	for (size_t i = 0; i < zone->servers.count; i++)
		settings_add_server(cut, &zone->servers.at[i]);
	for (size_t i = 0; i < cut->server_count; i++)
		cut->servers[i].name = certificate;
}

static void add_zone(struct settings *settings, const struct config_zone *zone,
		     enum cut_source source)
{
	unsigned at = settings->walk.zone_count++;

	make_zone(&settings->zones[at].cut, zone, source);
	settings->zones[at].unchecked = zone->dnssec == CONFIG_DNSSEC_OFF;
	if (zone->fallback) settings->zones[at].health = &settings->health[at];
}

/* What was added while the daemon runs knows the network as it is now: it beats the file. */
static void add_configured(struct settings *settings, const struct config_zones *zones,
			   enum cut_source source)
{
	for (size_t i = 0; i < zones->count; i++)
		if (added_zones_find(settings->added, zones->at[i].zone) == NULL)
			add_zone(settings, &zones->at[i], source);
}

static bool make_zones(struct settings *settings)
{
	const struct config *config = settings->config;
	const struct added_zones *added = settings->added;
	size_t count = config->stub.count + config->forward.count + added->count;

	settings->zones = calloc(count + 1, sizeof(*settings->zones));
	settings->health = calloc(count + 1, sizeof(*settings->health));
	if (settings->zones == NULL || settings->health == NULL) return false;
	add_configured(settings, &config->stub, CUT_FROM_STUB);
	add_configured(settings, &config->forward, CUT_FROM_FORWARD);
	for (size_t i = 0; i < added->count; i++) {
		struct config_zone zone = added_zone_as_configured(&added->at[i]);

		add_zone(settings, &zone,
			 added->at[i].is_stub ? CUT_FROM_STUB : CUT_FROM_FORWARD);
	}
	settings->walk.zones = settings->zones;
	settings->local = make_local(config, settings->zones, settings->walk.zone_count);
	settings->walk.local = settings->local;
	return settings->local != NULL;
}

static bool wants_tls(const struct settings *settings)
{
	for (unsigned i = 0; i < settings->walk.zone_count; i++)
		if (settings->zones[i].cut.over_tls) return true;
	return false;
}

/* Read only if they will be needed: there may be many. */
static bool make_authorities(struct settings *settings, struct complaint *why)
{
	const struct config *config = settings->config;
	const char *file = config->upstream.tls_ca, *reason;

	settings->authorities = authorities_new(strcmp(file, "system") == 0 ? NULL : file);
	settings->walk.authorities = settings->authorities;
	if (settings->authorities == NULL) return complain(why, "no memory for the settings");
	if (!wants_tls(settings)) return true;
	if (authorities_store(settings->authorities, &reason) != NULL) return true;
	return complain(why, "%s", reason);
}

/* The names that the file says aren't to be checked. */
static bool add_negative_anchors(struct settings *settings)
{
	const struct config_names *names = &settings->config->dnssec.negative_anchors;

	for (size_t i = 0; i < names->count; i++) {
		struct name zone;
		bool parsed = name_parse(names->at[i], &zone);

		must(parsed); /* the configuration holds names only */
		if (anchors_add_negative(settings->configured, &zone,
					 "`dnssec.negative-anchors` says so", 0) != OK)
			return false;
	}
	return true;
}

static bool make_time_servers(struct settings *settings)
{
	const struct config_names *names = &settings->config->dnssec.time_servers;

	settings->time_servers = calloc(names->count + 1, sizeof(*settings->time_servers));
	for (size_t i = 0; settings->time_servers != NULL && i < names->count; i++) {
		bool parsed = name_parse(names->at[i], &settings->time_servers[i]);

		must(parsed); /* the configuration holds names only */
	}
	settings->walk.time_servers = settings->time_servers;
	settings->walk.time_server_count = (unsigned)names->count;
	return settings->time_servers != NULL;
}

static bool read_anchors(struct settings *settings, struct complaint *why)
{
	const struct config *config = settings->config;

	settings->configured = anchors_new();
	if (settings->configured == NULL) return complain(why, "no memory for the settings");
	if (config->dnssec.mode == CONFIG_DNSSEC_OFF) return true;
	if (!trust_anchors_read(config->trust_anchors, settings->configured, why)) return false;
	return add_negative_anchors(settings) || complain(why, "no memory for the settings");
}

/* The time of those of the run time is kept by zones.c, which sees to it that what was learnt under
 * them goes with them. */
static bool add_set_negatives(struct settings *settings)
{
	const struct negatives *set = settings->negatives;

	for (size_t i = 0; i < set->count; i++)
		if (anchors_add_negative(settings->anchors, &set->at[i].name, set->at[i].reason,
					 0) != OK)
			return false;
	return true;
}

static void make_sentinel(struct settings *settings)
{
	struct cursor at = cursor_over(trust_listed(settings->anchors, &name_root));
	struct sentinel *sentinel = &settings->front.sentinel;

	sentinel->is_on = settings->config->dnssec.sentinel;
	while (cursor_left(&at) != 0 && sentinel->count < MOST_SENTINEL_TAGS) {
		struct bytes ds = take_bytes(&at, take_u16(&at));

		sentinel->tags[sentinel->count++] = load_u16(ds.at);
	}
}

static bool make_anchors(struct settings *settings, const struct at_run_time *besides)
{
	const struct config_dnssec_settings *dnssec = &settings->config->dnssec;

	settings->anchors = trust_follow(settings->configured,
					 dnssec->rfc5011 ? besides->rollovers : NULL);
	if (settings->anchors == NULL) return false;
	settings->trusted = anchors_fingerprint(settings->anchors);
	if (dnssec->rfc5011) settings->walk.watcher = besides->watcher;
	return dnssec->mode == CONFIG_DNSSEC_OFF || add_set_negatives(settings);
}

/* LIMITS.md: 4096, or what a quarter of the memory budget holds. */
static size_t most_walks(const struct config *config)
{
	uint64_t held = config->cache.memory / 4 / config->workers / WALK_OCTETS;

	if (held < FEWEST_WALKS) return FEWEST_WALKS;
	return held < MAX_WALKS_PER_WORKER ? held : MAX_WALKS_PER_WORKER;
}

_Static_assert((int)CONFIG_MINIMISE_OFF == (int)MINIMISE_OFF &&
		       (int)CONFIG_MINIMISE_STRICT == (int)MINIMISE_STRICT,
	       "the ways of minimising have one order");

static void make_walk(struct settings *settings)
{
	const struct config *config = settings->config;

	settings->walk.never_ask = config->upstream.never_ask.at;
	settings->walk.never_ask_count = (unsigned)config->upstream.never_ask.count;
	settings->walk.use_ipv4 = config->upstream.ipv4;
	settings->walk.use_ipv6 = config->upstream.ipv6;
	settings->walk.priming = config->priming;
	settings->walk.validate = config->dnssec.mode == CONFIG_DNSSEC_VALIDATE;
	settings->walk.anchors = settings->anchors;
	settings->walk.sha1 = config->dnssec.sha1 == CONFIG_SHA1_VALIDATE;
	settings->walk.aggressive = config->aggressive_denials;
	settings->walk.most_iterations = config->dnssec.max_nsec3_iterations;
	settings->walk.root = config->local_root.enabled ? settings->root : NULL;
	settings->walk.minimise = (enum minimise)config->upstream.minimise;
	settings->walk.defences.vary_letters = config->upstream.case_randomisation;
	settings->walk.defences.cookies = config->upstream.cookies;
	settings->walk.max_ttl = config->cache.max_ttl;
	settings->walk.max_negative_ttl = config->cache.max_negative_ttl;
	settings->walk.failure_ttl = config->cache.failure_ttl;
	settings->walk.max_failure_ttl = config->cache.max_failure_ttl;
	settings->walk.most = most_walks(config);
}

/* Of all that decides what is secure; 0: nothing is. */
static uint64_t trust_fingerprint(const struct walk_settings *walk, uint64_t trusted)
{
	uint64_t other = (uint64_t)walk->most_iterations << 1 | walk->sha1;

	return walk->validate ? (trusted + other) | 1 : 0;
}

static void make_cache(struct settings *settings)
{
	const struct config *config = settings->config;

	settings->cache = (struct cache_settings){
		.memory = config->cache.memory,
		.file = config->cache.file,
		.max_ttl = config->cache.max_ttl,
		.max_negative_ttl = config->cache.max_negative_ttl,
		.fingerprint = trust_fingerprint(&settings->walk, settings->trusted),
		.log = log_with_priority,
	};
}

_Static_assert((int)CONFIG_LOG_ERROR == (int)LOG_LEVEL_ERROR &&
		       (int)CONFIG_LOG_DEBUG == (int)LOG_LEVEL_DEBUG,
	       "the levels have one order");

static void make_log(struct settings *settings)
{
	const struct config_log *log = &settings->config->log;

	settings->log = (struct log_settings){
		.level = (enum log_level)log->level,
		.queries = log->queries,
		.to = log->to,
	};
}

static bool make_all(struct settings *settings, const struct at_run_time *besides,
		     struct complaint *why)
{
	if (!make_access(settings) || !make_zones(settings) || !make_time_servers(settings) ||
	    !make_anchors(settings, besides))
		return complain(why, "no memory for the settings");
	if (!make_authorities(settings, why)) return false;
	make_front(settings);
	make_sentinel(settings);
	make_walk(settings);
	make_cache(settings);
	make_log(settings);
	return true;
}

static void drop_config(struct shared_config *shared)
{
	if (--shared->users > 0) return;
	config_free(shared->config);
	free(shared);
}

static struct settings *begin(struct shared_config *config, const struct at_run_time *besides,
			      struct root *root)
{
	struct settings *settings = calloc(1, sizeof(*settings));

	if (settings == NULL) return NULL;
	settings->shared = config;
	settings->config = config->config;
	settings->root = root;
	config->users++;
	settings->added = added_zones_copy(besides->added);
	settings->negatives = negatives_copy(besides->negatives);
	if (settings->added != NULL && settings->negatives != NULL) return settings;
	settings_free(settings);
	return NULL;
}

/* Takes them. */
static struct settings *finish(struct settings *settings, bool has_read,
			       const struct at_run_time *besides, struct complaint *why)
{
	if (has_read && make_all(settings, besides, why)) return settings;
	settings_free(settings);
	return NULL;
}

struct settings *settings_new(struct config *config, const struct at_run_time *besides,
			      struct root *root, struct complaint *why)
{
	struct shared_config *shared = calloc(1, sizeof(*shared));
	struct settings *settings;

	complain(why, "no memory for the settings");
	if (shared == NULL) {
		config_free(config);
		return NULL;
	}
	shared->config = config;
	shared->users = 1;              /* ourselves, until the settings are made */
	settings = begin(shared, besides, root);
	if (settings != NULL)
		settings = finish(settings,
				  hints_read(config->root_hints, &settings->walk.hints, why) &&
					  read_anchors(settings, why),
				  besides, why);
	drop_config(shared);
	return settings;
}

struct settings *settings_besides(const struct settings *before,
				  const struct at_run_time *besides, struct complaint *why)
{
	struct settings *settings = begin(before->shared, besides, before->root);

	complain(why, "no memory for the settings");
	if (settings == NULL) return NULL;
	settings->walk.hints = before->walk.hints;
	settings->walk.clock = before->walk.clock;
	settings->configured = anchors_copy(before->configured);
	return finish(settings, settings->configured != NULL, besides, why);
}

void settings_free(struct settings *settings)
{
	if (settings == NULL) return;
	access_free(settings->access);
	access_free(settings->non_recursive);
	access_free(settings->trace_access);
	local_free(settings->local);
	authorities_free(settings->authorities);
	anchors_free(settings->configured);
	anchors_free(settings->anchors);
	free(settings->time_servers);
	free(settings->negatives);
	free(settings->zones);
	free(settings->health);
	free(settings->added);
	drop_config(settings->shared);
	free(settings);
}
