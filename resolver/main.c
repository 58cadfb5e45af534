/* SPDX-License-Identifier: MIT */
/* main.c — xylemd from its command line to its end: read this first.
 *
 * start() is a column of what must be had, in the order in which it can be had: settings, ports as
 * root, then nobody of consequence, then the folder, the cache, the workers. The main thread
 * afterwards takes signals and the control socket's requests; questions are the workers' alone.
 *
 * Exit status: 0 stopped as asked, 1 couldn't start, 2 the command line is wrong. */
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "resolver/config/config.h"
#include "resolver/daemon.h"
#include "resolver/startup/notify.h"

enum { STOPPED = 0, COULD_NOT_START = 1, WRONG_USAGE = 2 };

/* Each connection and each question upstream needs a descriptor: as many as we are allowed. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static void on_stop(uv_signal_t *signal, int number)
{
	log_info("stopping, as asked by %s", number == SIGINT ? "the terminal" : "SIGTERM");
	uv_stop(signal->loop);
}

static void on_hangup(uv_signal_t *signal, int number)
{
	daemon_reload_and_log(signal->data);
}

struct signals {
	uv_signal_t terminate, interrupt, hang_up;
};

static void watch_signals(struct signals *signals, struct daemon *daemon)
{
	uv_loop_t *loop = &daemon->driver.uv;

	signal(SIGPIPE, SIG_IGN);
	uv_signal_init(loop, &signals->terminate);
	uv_signal_init(loop, &signals->interrupt);
	uv_signal_init(loop, &signals->hang_up);
	signals->hang_up.data = daemon;
	uv_signal_start(&signals->terminate, on_stop, SIGTERM);
	uv_signal_start(&signals->interrupt, on_stop, SIGINT);
	uv_signal_start(&signals->hang_up, on_hangup, SIGHUP);
}

/* From here on a second SIGTERM does what it does to any program: who is in such a hurry may lose a
 * few seconds of the cache. */
static void unwatch_signals(struct signals *signals)
{
	uv_close((uv_handle_t *)&signals->terminate, NULL);
	uv_close((uv_handle_t *)&signals->interrupt, NULL);
	uv_close((uv_handle_t *)&signals->hang_up, NULL);
}

static int run(struct daemon *daemon)
{
	struct signals signals;

	watch_signals(&signals, daemon);
	daemon_say_what_is_served(daemon);
	notify_ready();
	uv_run(&daemon->driver.uv, UV_RUN_DEFAULT);
	notify_stopping();
	unwatch_signals(&signals);
	daemon_stop(daemon);
	return STOPPED;
}

static int start_and_run(const struct config_arguments *arguments)
{
	static struct daemon daemon;
	struct complaint why;

	umask(0027);
	raise_descriptor_limit();
	notify_begin();
	if (!daemon_start(&daemon, arguments, &why)) {
		if (why.text[0] != '\0') fprintf(stderr, "xylemd: %s\n", why.text);
		daemon_stop(&daemon);
		return COULD_NOT_START;
	}
	return run(&daemon);
}

int main(int argc, char **argv)
{
	static struct config_arguments arguments;
	struct config_report report;
	bool understood;

	config_report_init(&report);
	understood = config_arguments_read(&arguments, argc, argv, &report);
	config_report_write(&report, stderr);
	config_report_clear(&report);
	if (!understood) return WRONG_USAGE;
	if (arguments.errand != CONFIG_RUN) return config_errand_do(&arguments, stdout, stderr);
	return start_and_run(&arguments);
}
