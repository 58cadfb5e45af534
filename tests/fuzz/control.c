/* SPDX-License-Identifier: MIT */
/* control.c — any octets as a request to the control socket.
 *
 * The reply must be one line of JSON that says whether it is ok; and only a flush that was asked
 * for may flush. */
#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"
#include "resolver/control/request.h"
#include "resolver/observe/log.h"
#include "tests/unit/resolver/control/fake_cache.h"

static struct cache cache;

static void host_status(void *subject, struct control_status *into)
{
	into->config = "/etc/xylem/xylemd.yaml";
}

static enum result host_reload(void *subject, struct control_reload *into)
{
	into->changes[0] = (struct control_change){ "listen", true };
	into->change_count = 1;
	return OK;
}

static const struct control_host host = { .cache = &cache, .status = host_status,
					  .reload = host_reload };

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	struct log_settings quiet = { .level = LOG_LEVEL_ERROR, .to = "stderr" };

	return log_configure(&quiet) == OK ? 0 : 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	unsigned flushes = cache.flushes;
	char *line = control_answer(&host, bytes_of(octets, length), 0);
	json_t *reply;

	must(line != NULL);
	must(strchr(line, '\n') == line + strlen(line) - 1);
	reply = json_loads(line, 0, NULL);
	must(json_is_boolean(json_object_get(reply, "ok")));
	must(cache.flushes == flushes ||
	     (json_is_true(json_object_get(reply, "ok")) &&
	      (cache.flushed.all || name_is_set(&cache.flushed.name))));
	json_decref(reply);
	free(line);
	return 0;
}
