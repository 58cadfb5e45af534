/* SPDX-License-Identifier: MIT */
/* reload.c — other settings while all goes on. Everything that can fail comes before the first
 * worker is told. */
#include <string.h>

#include "resolver/daemon.h"
#include "resolver/startup/notify.h"

/* The first error is what is told; the log has them all. */
static void tell_report(const struct config_report *report, struct complaint *why)
{
	const char *first = NULL;

	for (size_t i = 0; i < report->count; i++) {
		const struct config_remark *remark = &report->remarks[i];

		if (!remark->is_error) {
			log_warning("%s", remark->text);
			continue;
		}
		log_error("%s", remark->text);
		if (first == NULL) first = remark->text;
	}
	if (first != NULL) complain(why, "%s", first);
}

static struct settings *read_anew(const struct daemon *daemon, struct complaint *why)
{
	struct at_run_time besides = daemon_besides(daemon);
	struct config_report report;
	struct config *config;

	complain(why, "the configuration can't be read");
	config_report_init(&report);
	config = config_read(daemon->arguments, &report);
	tell_report(&report, why);
	config_report_clear(&report);
	return config == NULL ? NULL : settings_new(config, &besides, daemon->root, why);
}

/* The log's file is opened anew, so that it may have been moved away; where it goes is a restart's.
 */
static bool move_log(const struct daemon *daemon, const struct settings *next,
		     struct complaint *why)
{
	struct log_settings log = next->log;

	log.to = daemon->first->log.to;
	if (log_configure(&log) == OK) return true;
	return complain(why, "can't write the log %s", log.to);
}

struct root_wishes daemon_root_wishes(const struct settings *settings)
{
	const struct config *config = settings->config;
	const struct config_local_root *set = &config->local_root;

	return (struct root_wishes){
		.enabled = set->enabled,
		.file = set->file,
		.servers = set->servers.at,
		.server_count = set->servers.count,
		.directory = config->directory,
		.digest_required = set->digest == CONFIG_DIGEST_REQUIRED,
		.use_ipv4 = config->upstream.ipv4,
		.use_ipv6 = config->upstream.ipv6,
		.validate = settings->walk.validate,
		.anchors = settings->anchors,
	};
}

static void keep_root_anew(struct daemon *daemon)
{
	struct root_wishes wishes = daemon_root_wishes(daemon->settings);

	root_keeper_configure(daemon->root_keeper, &wishes);
}

bool daemon_reload(struct daemon *daemon, struct reload *into, struct complaint *why)
{
	struct settings *next;

	memset(into, 0, sizeof(*into));
	notify_reloading();
	next = read_anew(daemon, why);
	if (next == NULL || !move_log(daemon, next, why)) {
		settings_free(next);
		notify_ready();
		return false;
	}
	into->count = config_differences(daemon->settings->config, next->config, into->changes,
					 CONFIG_MAX_SETTINGS);
	daemon_put_into_force(daemon, next);
	daemon_find_fallback(daemon);
	keep_root_anew(daemon);
	notify_ready();
	log_info("the configuration was read again; settings changed: %zu", into->count);
	for (size_t i = 0; i < into->count; i++)
		if (into->changes[i].needs_restart)
			log_warning("`%s` has changed, and comes into force only with a restart",
				    into->changes[i].key);
	return true;
}

void daemon_reload_and_log(struct daemon *daemon)
{
	static struct reload brought;
	struct complaint why;

	if (!daemon_reload(daemon, &brought, &why)) log_error("nothing was changed: %s", why.text);
}
