/* SPDX-License-Identifier: MIT */
/* worker.c — a thread around a loop; what main wants of it comes as errands, one at a time. */
#include "resolver/worker.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache/base/must.h"
#include "cache/base/rcu.h"
#include "resolver/loop_uv.h"

struct worker {
	unsigned number;
	const struct settings *settings;
	struct loop_uv driver;
	struct walks *walks;
	struct front *front;

	/* The thread, and how main speaks to it. */
	pthread_t thread;
	bool runs;
	uv_async_t bell;
	uv_sem_t done;
	void (*errand)(struct worker *, void *);
	void *subject;
};

/* On the worker's thread. libuv may ring once for several calls, and once for none. */
static void on_bell(uv_async_t *bell)
{
	struct worker *worker = bell->data;
	void (*errand)(struct worker *, void *);

	errand = __atomic_exchange_n(&worker->errand, NULL, __ATOMIC_ACQ_REL);
	if (errand == NULL) return;
	errand(worker, worker->subject);
	uv_sem_post(&worker->done);
}

/* On main's thread: has it done on the worker's, and waits for that. */
static void send_on_errand(struct worker *worker, void (*errand)(struct worker *, void *),
			   void *subject)
{
	must(worker->runs);
	worker->subject = subject;
	__atomic_store_n(&worker->errand, errand, __ATOMIC_RELEASE);
	must(uv_async_send(&worker->bell) == 0);
	uv_sem_wait(&worker->done);
}

static bool make_insides(struct worker *worker, struct cache *cache)
{
	struct loop *loop = &worker->driver.loop;

	if (walks_new(loop, cache, &worker->settings->walk, &worker->walks) != OK) return false;
	return front_new(loop, cache, worker->walks, &worker->settings->front, &worker->front) ==
	       OK;
}

struct worker *worker_new(unsigned number, struct cache *cache, const struct settings *settings,
			  struct complaint *why)
{
	struct worker *worker = calloc(1, sizeof(*worker));

	if (worker == NULL) {
		complain(why, "no memory for worker %u; start fewer --workers", number);
		return NULL;
	}
	worker->number = number;
	worker->settings = settings;
	if (loop_uv_init(&worker->driver) != OK) {
		free(worker);
		complain(why,
			 "no event loop for worker %u: %s; raise the limit (ulimit -n) or start "
			 "fewer "
			 "--workers",
			 number, strerror(errno));
		return NULL;
	}
	must(uv_sem_init(&worker->done, 0) == 0);
	must(uv_async_init(&worker->driver.uv, &worker->bell, on_bell) == 0);
	worker->bell.data = worker;
	if (!make_insides(worker, cache)) {
		worker_free(worker);
		complain(why, "no memory for worker %u; start fewer --workers", number);
		return NULL;
	}
	return worker;
}

bool worker_add_sockets(struct worker *worker, int udp, int tcp, struct complaint *why)
{
	if (front_add_udp(worker->front, udp) != OK) {
		close(tcp);
		return complain(why, "no memory for worker %u's sockets; start fewer --workers",
				worker->number);
	}
	if (front_add_tcp(worker->front, tcp) != OK)
		return complain(why, "no memory for worker %u's sockets; start fewer --workers",
				worker->number);
	return true;
}

static void *work(void *subject)
{
	struct worker *worker = subject;

	rcu_thread_begin();
	uv_run(&worker->driver.uv, UV_RUN_DEFAULT);
	rcu_thread_end();
	return NULL;
}

/* The first worker learns the root's servers for all; with a local root only when somebody needs
 * them. */
static void begin(struct worker *worker, void *nothing)
{
	const struct walk_settings *settings = &worker->settings->walk;

	if (worker->number == 0 && settings->priming && settings->root == NULL)
		walks_prime(worker->walks);
}

/* Signals are main's. */
bool worker_start(struct worker *worker, struct complaint *why)
{
	sigset_t all, before;
	char name[16];
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&worker->thread, NULL, work, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed != 0)
		return complain(why,
				"can't start the thread of worker %u: %s; start fewer --workers",
				worker->number, strerror(failed));
	snprintf(name, sizeof(name), "worker %u", worker->number);
	pthread_setname_np(worker->thread, name);
	worker->runs = true;
	send_on_errand(worker, begin, NULL);
	return true;
}

static void configure(struct worker *worker, void *subject)
{
	const struct settings *settings = subject;

	front_configure(worker->front, &settings->front);
	walks_configure(worker->walks, &settings->walk);
	worker->settings = settings;
}

void worker_configure(struct worker *worker, const struct settings *settings)
{
	send_on_errand(worker, configure, (void *)settings);
}

static void close_cache(struct worker *worker, void *nothing)
{
	walks_close_cache(worker->walks);
}

void worker_close_cache(struct worker *worker)
{
	send_on_errand(worker, close_cache, NULL);
}

static void open_cache(struct worker *worker, void *nothing)
{
	walks_open_cache(worker->walks);
}

void worker_open_cache(struct worker *worker)
{
	send_on_errand(worker, open_cache, NULL);
}

static void network_changed(struct worker *worker, void *nothing)
{
	walks_network_changed(worker->walks);
}

void worker_network_changed(struct worker *worker)
{
	send_on_errand(worker, network_changed, NULL);
}

static void set_fallback(struct worker *worker, void *fallback)
{
	walks_set_fallback(worker->walks, fallback);
}

void worker_set_fallback(struct worker *worker, const struct cut *fallback)
{
	send_on_errand(worker, set_fallback, (void *)fallback);
}

static void ask_afresh(struct worker *worker, void *question)
{
	walks_ask_afresh(worker->walks, question);
}

void worker_ask_afresh(struct worker *worker, const struct question *question)
{
	send_on_errand(worker, ask_afresh, (void *)question);
}

static void look(struct worker *worker, void *subject)
{
	struct worker_figures *into = subject;

	into->front = *front_figures(worker->front);
	into->walk = *walks_figures(worker->walks);
	into->walks_now = walks_under_way(worker->walks);
	into->passage =
		walks_passage(worker->walks, into->passage_why, sizeof(into->passage_why));
}

void worker_look(struct worker *worker, struct worker_figures *into)
{
	send_on_errand(worker, look, into);
}

static void stop(struct worker *worker, void *nothing)
{
	front_stop_listening(worker->front);
	uv_stop(&worker->driver.uv);
}

void worker_stop(struct worker *worker)
{
	if (!worker->runs) return;
	send_on_errand(worker, stop, NULL);
	pthread_join(worker->thread, NULL);
	worker->runs = false;
}

/* The front's clients leave their walks before those end; the loop runs on for libuv's close
 * callbacks. */
void worker_free(struct worker *worker)
{
	if (worker == NULL) return;
	must(!worker->runs);
	front_free(worker->front);
	if (worker->walks != NULL) walks_free(worker->walks);
	uv_close((uv_handle_t *)&worker->bell, NULL);
	loop_uv_clear(&worker->driver);
	uv_sem_destroy(&worker->done);
	free(worker);
}
