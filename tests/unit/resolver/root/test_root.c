/* SPDX-License-Identifier: MIT */
/* test_root.c — the copy in force: published, prolonged, withdrawn, too old; read by several
 * threads meanwhile. */
#include "tests/unit/suite.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "cache/base/rcu.h"
#include "resolver/root/copy.h"
#include "resolver/root/root.h"
#include "tests/unit/resolver/root/zones.h"

static struct complaint why;
static struct root *root;
static struct cut cut;

static struct root_copy *new_copy(void)
{
	struct zone zone;
	struct root_copy *made = NULL;

	if (zone_of(small_root, ".", &zone, &why))
		made = root_copy_new(&zone, SECURITY_UNCHECKED, &why);
	zone_clear(&zone);
	ck_assert_msg(made != NULL, "%s", why.text);
	return made;
}

static bool finds(uint32_t now)
{
	struct name name;

	ck_assert(name_parse("www.com.", &name));
	return root_find_cut(root, &name, now, &cut);
}

static void set_up(void)
{
	rcu_thread_begin();
	root = root_new();
	ck_assert_ptr_nonnull(root);
}

static void tear_down(void)
{
	root_free(root);
	rcu_thread_end();
}

START_TEST(without_a_copy_nothing_is_found)
{
	struct name name;

	ck_assert(!finds(1000));
	ck_assert(name_parse("www.com.", &name));
	ck_assert(!root_find_cut(NULL, &name, 1000, &cut));
}
END_TEST

START_TEST(a_copy_is_used_until_its_time_is_over)
{
	ck_assert(root_publish(root, new_copy(), 1500));
	ck_assert(finds(1000));
	ck_assert_uint_eq(cut.ttl, 500);        /* no cut outlives what it comes from */
	ck_assert(finds(1499));
	ck_assert(!finds(1500));
	ck_assert(!finds(1501));
	root_prolong(root, 2000);
	ck_assert(finds(1501));
	root_withdraw(root);
	ck_assert(!finds(1501));
}
END_TEST

static bool over;

static void *read_on(void *found)
{
	struct name name;
	struct cut *into = malloc(sizeof(*into));

	rcu_thread_begin();
	if (into != NULL && name_parse("x.net.", &name)) {
		while (!__atomic_load_n(&over, __ATOMIC_ACQUIRE))
			*(unsigned *)found += root_find_cut(root, &name, 1000, into);
	}
	rcu_thread_end();
	free(into);
	return NULL;
}

START_TEST(threads_read_while_copies_come_and_go)
{
	pthread_t threads[2];
	unsigned found[2] = { 0, 0 };

	for (unsigned i = 0; i < 2; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, read_on, &found[i]), 0);
	for (unsigned i = 0; i < 200; i++) {
		ck_assert(root_publish(root, new_copy(), 2000 + i));
		root_prolong(root, 3000 + i);
		if (i % 10 == 0)
			root_withdraw(root);
	}
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	for (unsigned i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	ck_assert_uint_gt(found[0] + found[1], 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		without_a_copy_nothing_is_found, a_copy_is_used_until_its_time_is_over,
		threads_read_while_copies_come_and_go,
	};

	return suite_run_with("root.root", tests, SUITE_COUNT(tests), set_up, tear_down);
}
