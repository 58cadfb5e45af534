/* SPDX-License-Identifier: MIT */
/* early_free.c — is ThreadSanitizer awake? What is freed before its readers have left must be
 * reported (`early_free now`), what is freed after them must not (`early_free later`). */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/base/rcu.h"

static int *published;
static bool reader_holds_it, may_read;

/* Relaxed: the threads wait for each other without telling ThreadSanitizer of an order. */
static void wait_for(bool *flag)
{
	while (!__atomic_load_n(flag, __ATOMIC_RELAXED))
		sched_yield();
}

static void *read_it(void *sum)
{
	int *number;

	rcu_thread_begin();
	rcu_read_begin();
	number = rcu_load(&published);
	__atomic_store_n(&reader_holds_it, true, __ATOMIC_RELAXED);
	wait_for(&may_read);
	*(int *)sum = *number;
	rcu_read_end();
	rcu_thread_end();
	return NULL;
}

int main(int argc, char **argv)
{
	bool early = argc > 1 && strcmp(argv[1], "now") == 0;
	int *number = malloc(sizeof(*number)), sum = 0;
	pthread_t reader;

	*number = 42;
	rcu_publish(&published, number);
	pthread_create(&reader, NULL, read_it, &sum);
	wait_for(&reader_holds_it);
	rcu_publish(&published, NULL);
	if (!early) {
		__atomic_store_n(&may_read, true, __ATOMIC_RELAXED);
		rcu_wait();
	}
	free(number);
	__atomic_store_n(&may_read, true, __ATOMIC_RELAXED);
	pthread_join(reader, NULL);
	printf("%s\n", early ? "freed at once" : "freed after its readers");
	return 0;
}
