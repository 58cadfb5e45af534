/* SPDX-License-Identifier: MIT */
/* test_socket.c — the control socket as strangers, friends and the slow see it: real sockets in
 * a folder of their own. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cache/base/limits.h"
#include "fake_cache.h"
#include "resolver/control/control.h"
#include "resolver/control/peer.h"

enum { NOBODY = 65534, OTHER_GROUP = 54321 };

/* libuv's clock, which a test moves on: in libc's place. */
static long clock_ahead_s;

int clock_gettime(clockid_t clock, struct timespec *into)
{
	int result = (int)syscall(SYS_clock_gettime, clock, into);

	into->tv_sec += clock_ahead_s;
	return result;
}

static char folder[64], path[100], why[CONTROL_WHY_SIZE];
static struct cache cache;
static uv_loop_t loop;
static struct control *control;
static char got[300000];
static size_t listen_count;

static void host_status(void *subject, struct control_status *into)
{
	static const char *listen[8000];

	for (size_t i = 0; i < listen_count; i++)
		listen[i] = "2001:db8:1234:5678:9abc:def0:1234:5678@65535";
	*into = (struct control_status){ .workers = 1, .listen = listen,
					 .listen_count = listen_count };
}

static enum result host_reload(void *subject, struct control_reload *into)
{
	return OK;
}

static const struct control_host host = { .cache = &cache, .status = host_status,
					  .reload = host_reload };

static enum result start(void)
{
	struct control_settings settings = { .path = path };

	return control_start(&loop, &settings, &host, &control, why);
}

static void set_up(void)
{
	signal(SIGPIPE, SIG_IGN);
	strcpy(folder, "/tmp/xylem-control-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chmod(folder, 0755), 0);
	snprintf(path, sizeof(path), "%s/control.sock", folder);
	ck_assert_int_eq(uv_loop_init(&loop), 0);
	listen_count = 1;
	clock_ahead_s = 0;
	control = NULL;
}

static void tear_down(void)
{
	control_stop(control);
	control = NULL;
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
	unlink(path);
	ck_assert_int_eq(rmdir(folder), 0);
}

static void run_loop(unsigned times)
{
	for (unsigned i = 0; i < times; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
}

static int try_to_connect(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int client = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, path);
	if (connect(client, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close(client);
		return -1;
	}
	return client;
}

static int connect_to_it(void)
{
	int client = try_to_connect();

	ck_assert_int_ge(client, 0);
	run_loop(3);
	return client;
}

static void say(int client, const char *text)
{
	ck_assert_int_eq(write(client, text, strlen(text)), (ssize_t)strlen(text));
}

/* Runs the loop until a whole line came (true) or the daemon hung up (false). */
static bool hear(int client)
{
	size_t length = 0;

	for (unsigned tries = 0; tries < 3000; tries++) {
		ssize_t n;

		uv_run(&loop, UV_RUN_NOWAIT);
		n = read(client, got + length, 1);
		for (; n == 1 && got[length] != '\n'; n = read(client, got + length, 1))
			length++;
		got[length] = '\0';
		if (n == 1)
			return true;
		if (n == 0 || errno == ECONNRESET)
			return false;
		usleep(300);
	}
	ck_abort_msg("neither a line nor the end");
	return false;
}

static bool was_hung_up_on(int client)
{
	return !hear(client);
}

/* --- the file --- */

START_TEST(the_file_is_for_owner_and_group_whatever_the_umask)
{
	struct stat status;
	mode_t before = umask(0);

	ck_assert_int_eq(start(), OK);
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0660);
	control_stop(control);
	umask(0777);
	ck_assert_int_eq(start(), OK);
	umask(before);
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0660);
}
END_TEST

START_TEST(the_file_goes_with_the_daemon)
{
	ck_assert_int_eq(start(), OK);
	ck_assert_int_eq(access(path, F_OK), 0);
	control_stop(control);
	control = NULL;
	ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

START_TEST(somebody_elses_file_stays)
{
	ck_assert_int_eq(start(), OK);
	ck_assert_int_eq(unlink(path), 0);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	control_stop(control);
	control = NULL;
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

START_TEST(a_stale_socket_is_replaced)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int dead = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(address.sun_path, path);
	ck_assert_int_eq(bind(dead, (struct sockaddr *)&address, sizeof(address)), 0);
	close(dead);
	ck_assert_int_eq(start(), OK);
	close(connect_to_it());
}
END_TEST

START_TEST(a_living_socket_is_left_alone)
{
	struct control_settings settings = { .path = path };
	struct control *second;
	int client;

	ck_assert_int_eq(start(), OK);
	ck_assert_int_ne(control_start(&loop, &settings, &host, &second, why), OK);
	ck_assert_ptr_null(second);
	ck_assert_ptr_nonnull(strstr(why, "another daemon listens"));
	client = connect_to_it();
	say(client, "{\"verb\": \"status\"}\n");
	ck_assert(hear(client));
	close(client);
}
END_TEST

START_TEST(a_file_that_is_no_socket_is_left_alone)
{
	close(open(path, O_CREAT | O_WRONLY, 0600));
	ck_assert_int_ne(start(), OK);
	ck_assert_ptr_nonnull(strstr(why, "isn't a socket"));
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

START_TEST(a_path_that_does_not_work_is_said)
{
	struct control_settings settings = { .path = "/nowhere/at/all/control.sock" };
	char long_path[200];

	ck_assert_int_ne(control_start(&loop, &settings, &host, &control, why), OK);
	ck_assert_ptr_nonnull(strstr(why, "/nowhere/at/all/control.sock: no control socket"));
	memset(long_path, 'x', sizeof(long_path));
	long_path[sizeof(long_path) - 1] = '\0';
	settings.path = long_path;
	ck_assert_int_ne(control_start(&loop, &settings, &host, &control, why), OK);
	ck_assert_ptr_nonnull(strstr(why, "at most 107 octets"));
	settings = (struct control_settings){ .path = path, .group = "no-such-group-here" };
	ck_assert_int_ne(control_start(&loop, &settings, &host, &control, why), OK);
	ck_assert_ptr_nonnull(strstr(why, "no group \"no-such-group-here\""));
	ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

/* --- speaking --- */

START_TEST(many_requests_are_answered_in_order)
{
	int client;

	ck_assert_int_eq(start(), OK);
	client = connect_to_it();
	for (unsigned i = 0; i < 200; i++) {
		say(client, "{\"verb\": \"status\"}\n{\"verb\": \"nonsense\"}\n\n \r\n");
		ck_assert(hear(client));
		ck_assert_ptr_nonnull(strstr(got, "\"pid\""));
		ck_assert(hear(client));
		ck_assert_ptr_nonnull(strstr(got, "there is no verb"));
	}
	close(client);
}
END_TEST

START_TEST(a_request_may_come_in_pieces)
{
	const char *request = "{\"verb\": \"status\"}\n";
	int client;

	ck_assert_int_eq(start(), OK);
	client = connect_to_it();
	for (const char *at = request; *at != '\0'; at++) {
		ck_assert_int_eq(write(client, at, 1), 1);
		run_loop(2);
	}
	ck_assert(hear(client));
	ck_assert_ptr_nonnull(strstr(got, "\"ok\":true"));
	close(client);
}
END_TEST

START_TEST(the_last_line_needs_no_newline)
{
	int client;

	ck_assert_int_eq(start(), OK);
	client = connect_to_it();
	say(client, "{\"verb\": \"reload\"}\n{\"verb\": \"status\"}");
	shutdown(client, SHUT_WR);
	ck_assert(hear(client));
	ck_assert_ptr_nonnull(strstr(got, "\"changed\""));
	ck_assert(hear(client));
	ck_assert_ptr_nonnull(strstr(got, "\"pid\""));
	ck_assert(was_hung_up_on(client));
	close(client);
}
END_TEST

START_TEST(half_a_request_is_refused_at_the_end)
{
	int client;

	ck_assert_int_eq(start(), OK);
	client = connect_to_it();
	say(client, "{\"verb\": \"cache flush\", \"all\": tr");
	shutdown(client, SHUT_WR);
	ck_assert(hear(client));
	ck_assert_ptr_nonnull(strstr(got, "breaks off"));
	ck_assert(was_hung_up_on(client));
	ck_assert_uint_eq(cache.flushes, 0);
	close(client);
}
END_TEST

START_TEST(a_request_of_4096_octets_is_one_and_more_is_not)
{
	char octets[MAX_CONTROL_REQUEST + 2];
	int client;

	ck_assert_int_eq(start(), OK);
	client = connect_to_it();
	memset(octets, ' ', sizeof(octets));
	memcpy(octets, "{\"verb\": \"status\"}", 18);
	octets[MAX_CONTROL_REQUEST] = '\n';
	octets[MAX_CONTROL_REQUEST + 1] = '\0';
	say(client, octets);
	ck_assert(hear(client));
	ck_assert_ptr_nonnull(strstr(got, "\"ok\":true"));
	octets[MAX_CONTROL_REQUEST] = ' ';
	say(client, octets);
	ck_assert(hear(client));
	ck_assert_ptr_nonnull(strstr(got, "at most 4096 octets"));
	ck_assert(was_hung_up_on(client));
	close(client);
}
END_TEST

START_TEST(binary_octets_are_refused_not_feared)
{
	char octets[1000];
	int client;

	srandom(7);
	ck_assert_int_eq(start(), OK);
	client = connect_to_it();
	for (unsigned i = 0; i < 200; i++) {
		octets[0] = 'x';                /* not blank */
		for (unsigned n = 1; n < sizeof(octets) - 1; n++)
			octets[n] = (char)(random() % 255 + 1);
		for (unsigned n = 0; n < sizeof(octets) - 1; n++)
			octets[n] = octets[n] == '\n' ? 'n' : octets[n];
		octets[random() % 400 + 1] = i % 2 == 0 ? '\0' : 'y';
		octets[sizeof(octets) - 1] = '\n';
		ck_assert_int_eq(write(client, octets, sizeof(octets)), sizeof(octets));
		ck_assert(hear(client));
		ck_assert_ptr_nonnull(strstr(got, "\"ok\":false"));
	}
	close(client);
}
END_TEST

/* --- limits --- */

START_TEST(sixteen_may_connect_and_the_next_is_told)
{
	int clients[CONTROL_CONNECTIONS], one_more;

	ck_assert_int_eq(start(), OK);
	for (unsigned i = 0; i < CONTROL_CONNECTIONS; i++)
		clients[i] = connect_to_it();
	for (unsigned i = 0; i < 100; i++) {
		one_more = connect_to_it();
		ck_assert(hear(one_more));
		ck_assert_ptr_nonnull(strstr(got, "16 connections are open already"));
		ck_assert(was_hung_up_on(one_more));
		close(one_more);
	}
	close(clients[7]);
	run_loop(3);
	clients[7] = connect_to_it();
	for (unsigned i = 0; i < CONTROL_CONNECTIONS; i++) {
		say(clients[i], "{\"verb\": \"status\"}\n");
		ck_assert(hear(clients[i]));
		close(clients[i]);
	}
}
END_TEST

START_TEST(the_silent_are_hung_up_on_after_a_minute)
{
	int silent, busy;

	ck_assert_int_eq(start(), OK);
	silent = connect_to_it();
	busy = connect_to_it();
	clock_ahead_s = 40;
	say(silent, "{\"verb\":");              /* a drip is no request */
	say(busy, "{\"verb\": \"status\"}\n");
	ck_assert(hear(busy));
	clock_ahead_s = 61;
	ck_assert(was_hung_up_on(silent));
	say(busy, "{\"verb\": \"status\"}\n");
	ck_assert(hear(busy));
	close(silent);
	close(busy);
}
END_TEST

START_TEST(a_reader_that_never_reads_is_dropped)
{
	int slow, quick;
	size_t came = 0;
	ssize_t n;

	listen_count = 8000;                    /* 300 kB of reply: more than a socket holds */
	ck_assert_int_eq(start(), OK);
	slow = connect_to_it();
	for (unsigned i = 0; i < 50; i++)
		say(slow, "{\"verb\": \"status\"}\n");
	run_loop(20);
	listen_count = 1;
	quick = connect_to_it();
	say(quick, "{\"verb\": \"status\"}\n");
	ck_assert(hear(quick));                 /* nobody waits for the slow one */
	clock_ahead_s = 11;
	run_loop(5);
	while ((n = read(slow, got, sizeof(got))) > 0)
		came += (size_t)n;
	ck_assert(n == 0 || errno == ECONNRESET);
	ck_assert_uint_lt(came, 1000000);       /* one reply was begun, not fifty */
	close(slow);
	close(quick);
}
END_TEST

START_TEST(those_who_leave_early_do_no_harm)
{
	int client;

	listen_count = 8000;
	ck_assert_int_eq(start(), OK);
	for (unsigned i = 0; i < 100; i++) {
		client = connect_to_it();
		say(client, "{\"verb\": \"status\"}\n{\"verb\": \"status\"}\n");
		run_loop(i % 4);
		close(client);
		run_loop(2);
	}
	listen_count = 1;
	client = connect_to_it();
	say(client, "{\"verb\": \"status\"}\n");
	ck_assert(hear(client));
	close(client);
}
END_TEST

START_TEST(stopping_hangs_up_on_everybody)
{
	int idle, half, waiting;

	listen_count = 8000;
	ck_assert_int_eq(start(), OK);
	idle = connect_to_it();
	half = connect_to_it();
	waiting = connect_to_it();
	say(half, "{");
	say(waiting, "{\"verb\": \"status\"}\n");
	run_loop(3);
	control_stop(control);
	control = NULL;
	ck_assert(was_hung_up_on(idle));
	ck_assert(was_hung_up_on(half));
	close(idle);
	close(half);
	close(waiting);
}
END_TEST

/* --- who may --- */

/* What somebody else is told: in a process of their own, the loop being ours. */
static void hear_as(uid_t user, gid_t group)
{
	int channel[2];
	pid_t child;
	ssize_t n = -1;

	ck_assert_int_eq(pipe(channel), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		int client;

		if (setgid(group) != 0 || setuid(user) != 0)
			_exit(2);
		client = try_to_connect();
		if (client < 0)
			_exit(write(channel[1], "no\n", 3) == 3 ? 0 : 1);
		fcntl(client, F_SETFL, 0);
		if (write(client, "{\"verb\": \"status\"}\n", 19) != 19 && errno != EPIPE)
			_exit(3);
		n = read(client, got, 2000);
		_exit(write(channel[1], got, n > 0 ? (size_t)n : 0) >= 0 ? 0 : 1);
	}
	fcntl(channel[0], F_SETFL, O_NONBLOCK);
	for (unsigned tries = 0; tries < 3000 && n <= 0; tries++) {
		uv_run(&loop, UV_RUN_NOWAIT);
		n = read(channel[0], got, 2000);
		usleep(1000);
	}
	ck_assert_int_gt(n, 0);
	got[n] = '\0';
	waitpid(child, NULL, 0);
	close(channel[0]);
	close(channel[1]);
}

START_TEST(strangers_are_told_and_hung_up_on)
{
	if (geteuid() != 0) {
		printf("skipped: only root can be somebody else\n");
		return;
	}
	ck_assert_int_eq(start(), OK);
	hear_as(NOBODY, NOBODY);                /* the file's mode turns them away */
	ck_assert_str_eq(got, "no\n");
	ck_assert_int_eq(chmod(path, 0666), 0); /* and if it doesn't, the credentials do */
	hear_as(NOBODY, NOBODY);
	ck_assert_ptr_nonnull(strstr(got, "user 65534 may not speak here"));
	ck_assert_ptr_null(strstr(got, "\"pid\""));
}
END_TEST

START_TEST(members_of_the_group_may_speak)
{
	if (geteuid() != 0) {
		printf("skipped: only root can be somebody else\n");
		return;
	}
	ck_assert_int_eq(start(), OK);
	hear_as(NOBODY, getegid());
	ck_assert_ptr_nonnull(strstr(got, "\"pid\""));
}
END_TEST

START_TEST(membership_is_by_process_or_by_the_systems_list)
{
	struct peer peer = { .user = 0, .group = OTHER_GROUP };

	ck_assert(peer_may_speak(&peer, 1));
	peer.user = geteuid();
	ck_assert(peer_may_speak(&peer, 1));
	peer = (struct peer){ .user = 1, .group = OTHER_GROUP };        /* daemon, by /etc/passwd */
	ck_assert(peer_may_speak(&peer, OTHER_GROUP));
	ck_assert(peer_may_speak(&peer, 1));
	ck_assert(!peer_may_speak(&peer, 2));
	peer.user = 54321;                      /* nobody has heard of them */
	ck_assert(!peer_may_speak(&peer, 1));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("control.socket");
	TCase *file = tcase_create("file"), *speaking = tcase_create("speaking");
	TCase *limits = tcase_create("limits"), *who = tcase_create("who");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(file, set_up, tear_down);
	tcase_add_checked_fixture(speaking, set_up, tear_down);
	tcase_add_checked_fixture(limits, set_up, tear_down);
	tcase_add_checked_fixture(who, set_up, tear_down);
	tcase_set_timeout(limits, 30);
	tcase_add_test(file, the_file_is_for_owner_and_group_whatever_the_umask);
	tcase_add_test(file, the_file_goes_with_the_daemon);
	tcase_add_test(file, somebody_elses_file_stays);
	tcase_add_test(file, a_stale_socket_is_replaced);
	tcase_add_test(file, a_living_socket_is_left_alone);
	tcase_add_test(file, a_file_that_is_no_socket_is_left_alone);
	tcase_add_test(file, a_path_that_does_not_work_is_said);
	tcase_add_test(speaking, many_requests_are_answered_in_order);
	tcase_add_test(speaking, a_request_may_come_in_pieces);
	tcase_add_test(speaking, the_last_line_needs_no_newline);
	tcase_add_test(speaking, half_a_request_is_refused_at_the_end);
	tcase_add_test(speaking, a_request_of_4096_octets_is_one_and_more_is_not);
	tcase_add_test(speaking, binary_octets_are_refused_not_feared);
	tcase_add_test(limits, sixteen_may_connect_and_the_next_is_told);
	tcase_add_test(limits, the_silent_are_hung_up_on_after_a_minute);
	tcase_add_test(limits, a_reader_that_never_reads_is_dropped);
	tcase_add_test(limits, those_who_leave_early_do_no_harm);
	tcase_add_test(limits, stopping_hangs_up_on_everybody);
	tcase_add_test(who, strangers_are_told_and_hung_up_on);
	tcase_add_test(who, members_of_the_group_may_speak);
	tcase_add_test(who, membership_is_by_process_or_by_the_systems_list);
	suite_add_tcase(suite, file);
	suite_add_tcase(suite, speaking);
	suite_add_tcase(suite, limits);
	suite_add_tcase(suite, who);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
