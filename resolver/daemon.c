/* SPDX-License-Identifier: MIT */
/* daemon.c — beginning and ending, in this order and the other way round. */
#include "resolver/daemon.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache/base/clock.h"
#include "cache/base/must.h"
#include "cache/base/rcu.h"
#include "resolver/fallback.h"
#include "resolver/startup/directory.h"

/* The lines of the report go to the log, which is standard error as yet; so `why` stays empty. */
static void log_report(const struct config_report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		if (report->remarks[i].is_error) log_error("%s", report->remarks[i].text);
		else log_warning("%s", report->remarks[i].text);
	}
	if (report->left_out > 0)
		log_warning("%zu more lines like these were left out", report->left_out);
}

static bool read_settings(struct daemon *daemon, struct complaint *why)
{
	struct config_report report;
	struct config *config;

	config_report_init(&report);
	config = config_read(daemon->arguments, &report);
	if (config == NULL) config_report_write(&report, stderr);
	else log_report(&report);
	config_report_clear(&report);
	why->text[0] = '\0';
	if (config == NULL) return false;
	daemon->first = daemon->settings =
		settings_new(config, &(struct at_run_time){ NULL }, daemon->root, why);
	if (daemon->settings != NULL) daemon->settings->walk.clock = &daemon->clock;
	return daemon->settings != NULL;
}

static void warn(const char *line)
{
	log_warning("%s", line);
}

/* As root, if we are: the folder and the ports. */
static bool take_what_is_roots(struct daemon *daemon, struct complaint *why)
{
	const struct config *config = daemon->settings->config;
	struct sockets_wanted wanted = {
		.addresses = config->listen.at,
		.address_count = config->listen.count,
		.workers = config->workers,
		.lenient = config_is_default(config, "listen"),
	};

	if (!identity_find(&daemon->identity, config->user, config->control.group, why))
		return false;
	if (!directory_make(config->directory, &daemon->identity, why)) return false;
	return sockets_open(&daemon->sockets, &wanted, warn, why);
}

static bool start_log(struct daemon *daemon, struct complaint *why)
{
	const struct log_settings *log = &daemon->settings->log;

	if (log_configure(log) == OK) return true;
	return complain(why, "can't write the log %s; make it %s's, or name another with `log.to`",
			log->to, daemon->identity.name);
}

struct at_run_time daemon_besides(const struct daemon *daemon)
{
	return (struct at_run_time){
		.added = daemon->settings->added,
		.negatives = daemon->settings->negatives,
		.rollovers = follower_rollovers(daemon->follower),
		.watcher = follower_watcher(daemon->follower),
	};
}

static void ask_afresh(void *subject, const struct question *question)
{
	struct daemon *daemon = subject;

	worker_ask_afresh(daemon->workers[0], question);
}

static bool trust_changed(void *subject, struct complaint *why)
{
	struct daemon *daemon = subject;
	struct at_run_time besides = daemon_besides(daemon);
	struct settings *next = settings_besides(daemon->settings, &besides, why);

	if (next == NULL) return false;
	daemon_put_into_force(daemon, next);
	return true;
}

/* From here on trust is what it had become when the daemon last ran. */
static bool follow_anchors(struct daemon *daemon, struct complaint *why)
{
	char path[PATH_MAX];
	const struct follower_wishes wishes = { path, daemon, ask_afresh, trust_changed };
	struct at_run_time besides;
	struct settings *next;

	snprintf(path, sizeof(path), "%s/anchors.state", daemon->settings->config->directory);
	daemon->follower = follower_new(&daemon->driver.uv, &wishes, why);
	if (daemon->follower == NULL) return false;
	besides = daemon_besides(daemon);
	next = settings_besides(daemon->settings, &besides, why);
	if (next == NULL) return false;
	settings_free(daemon->settings);
	daemon->first = daemon->settings = next;
	return true;
}

/* As who we are from now on: the folder and what is in it. */
static bool take_what_is_ours(struct daemon *daemon, struct complaint *why)
{
	if (!privileges_drop(&daemon->identity, why)) return false;
	daemon->lock = directory_lock(daemon->settings->config->directory, why);
	if (daemon->lock < 0) return false;
	daemon->has_lock = true;
	if (!start_log(daemon, why)) return false;
	if (loop_uv_init(&daemon->driver) != OK)
		return complain(why, "no event loop; raise the limit of descriptors (ulimit -n)");
	daemon->has_loop = true;
	uv_timer_init(&daemon->driver.uv, &daemon->zones_end);
	if (!follow_anchors(daemon, why)) return false;
	if (cache_new(&daemon->settings->cache, &daemon->cache) != OK)
		return complain(why, "no memory for the cache; give it less with --cache-memory");
	return true;
}

static bool give_sockets(struct daemon *daemon, struct worker *worker, unsigned number,
			 struct complaint *why)
{
	for (size_t at = 0; at < daemon->sockets.address_count; at++) {
		struct sockets_pair pair = sockets_take(&daemon->sockets, number, at);

		if (pair.udp < 0) continue; /* an address that this machine hasn't */
		if (!worker_add_sockets(worker, pair.udp, pair.tcp, why)) return false;
	}
	return true;
}

static bool start_workers(struct daemon *daemon, struct complaint *why)
{
	unsigned count = daemon->settings->config->workers;

	daemon->workers = calloc(count, sizeof(*daemon->workers));
	if (daemon->workers == NULL) return complain(why, "no memory for %u workers", count);
	for (unsigned i = 0; i < count; i++) {
		daemon->workers[i] = worker_new(i, daemon->cache, daemon->settings, why);
		if (daemon->workers[i] == NULL) return false;
		daemon->worker_count++;
		if (!give_sockets(daemon, daemon->workers[i], i, why)) return false;
	}
	for (unsigned i = 0; i < count; i++)
		if (!worker_start(daemon->workers[i], why)) return false;
	return true;
}

static void find_fallback(struct daemon *daemon);

static void on_fallback_timer(uv_timer_t *timer)
{
	find_fallback(timer->data);
}

static void find_fallback(struct daemon *daemon)
{
	static struct cut fallback;
	unsigned pause;

	fallback_find(daemon->settings->config, &fallback);
	for (unsigned i = 0; i < daemon->worker_count; i++)
		worker_set_fallback(daemon->workers[i], &fallback);
	pause = daemon->settings->config->fallback.dhcp
			? fallback_pause_ms(++daemon->fallback_reads)
			: 0;
	if (pause != 0) must(uv_timer_start(&daemon->fallback, on_fallback_timer, pause, 0) == 0);
}

void daemon_find_fallback(struct daemon *daemon)
{
	daemon->fallback_reads = 0;
	find_fallback(daemon);
}

static void start_fallback(struct daemon *daemon)
{
	must(uv_timer_init(&daemon->driver.uv, &daemon->fallback) == 0);
	daemon->fallback.data = daemon;
	daemon->has_fallback_timer = true;
	daemon_find_fallback(daemon);
}

static void network_changed(void *subject, const char *what)
{
	struct daemon *daemon = subject;

	log_debug("%s: what was silent may reply now", what);
	daemon_expire_zones(daemon);
	for (unsigned i = 0; i < daemon->worker_count; i++)
		worker_network_changed(daemon->workers[i]);
	daemon_find_fallback(daemon);
}

static bool watch_network(struct daemon *daemon, struct complaint *why)
{
	daemon->network = network_watch_new(&daemon->driver.uv, network_changed, daemon);
	return daemon->network != NULL || complain(why, "no memory to watch the network");
}

static void clock_was_set(void *subject)
{
	daemon_forget_all(subject);
}

static bool guard_clock(struct daemon *daemon, struct complaint *why)
{
	daemon->clock_guard = clock_guard_new(&daemon->driver.uv,
					      daemon->settings->config->directory, &daemon->clock,
					      clock_was_set, daemon);
	return daemon->clock_guard != NULL || complain(why, "no memory to watch the clock");
}

static bool keep_root(struct daemon *daemon, struct complaint *why)
{
	struct root_wishes wishes = daemon_root_wishes(daemon->settings);

	daemon->root_keeper = root_keeper_start(daemon->root, &wishes, why);
	return daemon->root_keeper != NULL;
}

bool daemon_start(struct daemon *daemon, const struct config_arguments *arguments,
		  struct complaint *why)
{
	memset(daemon, 0, sizeof(*daemon));
	daemon->arguments = arguments;
	rcu_thread_begin();
	daemon->root = root_new();
	if (daemon->root == NULL) return complain(why, "no memory for the local root");
	if (!read_settings(daemon, why)) return false;
	if (!take_what_is_roots(daemon, why)) return false;
	if (!take_what_is_ours(daemon, why)) return false;
	if (!guard_clock(daemon, why)) return false;
	if (!start_workers(daemon, why)) return false;
	follower_configure(daemon->follower, daemon->settings);
	start_fallback(daemon);
	if (!watch_network(daemon, why)) return false;
	if (!keep_root(daemon, why)) return false;
	if (!daemon_start_control(daemon, why)) return false;
	daemon->started_at = clock_age_seconds();
	return true;
}

void daemon_say_what_is_served(const struct daemon *daemon)
{
	const struct config *config = daemon->settings->config;
	char addresses[512] = "";
	size_t length = 0;

	for (size_t i = 0; i < daemon->listen_count && length < sizeof(addresses); i++)
		length += (size_t)snprintf(addresses + length, sizeof(addresses) - length, "%s%s",
					   i > 0 ? ", " : "", daemon->listen[i]);
	log_info("xylemd " XYLEM_VERSION " answers at %s with %u worker%s, as %s; its folder is %s",
		 addresses, daemon->worker_count, daemon->worker_count == 1 ? "" : "s",
		 daemon->identity.name, config->directory);
}

static void stop_workers(struct daemon *daemon)
{
	for (unsigned i = 0; i < daemon->worker_count; i++)
		worker_stop(daemon->workers[i]);
	for (unsigned i = 0; i < daemon->worker_count; i++)
		worker_free(daemon->workers[i]);
	free(daemon->workers);
}

/* The other way round. */
void daemon_stop(struct daemon *daemon)
{
	control_stop(daemon->control);
	network_watch_free(daemon->network);
	root_keeper_stop(daemon->root_keeper);
	clock_guard_stop(daemon->clock_guard);
	if (daemon->has_fallback_timer) uv_close((uv_handle_t *)&daemon->fallback, NULL);
	stop_workers(daemon);
	sockets_close(&daemon->sockets);
	free(daemon->listen_texts);
	free(daemon->listen);
	if (daemon->has_loop) uv_close((uv_handle_t *)&daemon->zones_end, NULL);
	follower_free(daemon->follower);
	if (daemon->has_loop) loop_uv_clear(&daemon->driver);
	clock_guard_free(daemon->clock_guard);
	if (daemon->cache != NULL && daemon->settings != NULL) daemon_forget_zones(daemon);
	if (daemon->cache != NULL) cache_free(daemon->cache);
	if (daemon->has_lock) close(daemon->lock);
	if (daemon->first != daemon->settings) settings_free(daemon->first);
	settings_free(daemon->settings);
	root_free(daemon->root);
	rcu_thread_end();
}
