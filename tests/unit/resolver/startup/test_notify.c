/* SPDX-License-Identifier: MIT */
/* test_notify.c — what systemd is told, over an abstract socket and a file's; and that silence is
 * fine. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "resolver/startup/notify.h"
#include "tests/unit/suite.h"

/* A listener at the name, as $NOTIFY_SOCKET would write it. */
static int listen_at(const char *name)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	memcpy(at.sun_path, name, strlen(name));
	if (name[0] == '@') at.sun_path[0] = '\0';
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&at,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name))),
			 0);
	setenv("NOTIFY_SOCKET", name, 1);
	notify_begin();
	return listener;
}

static const char *heard(int listener)
{
	static char text[200];
	ssize_t length = recv(listener, text, sizeof(text) - 1, 0);

	text[length > 0 ? length : 0] = '\0';
	return text;
}

static void tells_all(const char *name)
{
	int listener = listen_at(name);

	ck_assert_ptr_null(getenv("NOTIFY_SOCKET"));
	notify_ready();
	ck_assert_str_eq(heard(listener), "READY=1");
	notify_reloading();
	ck_assert_int_eq(strncmp(heard(listener), "RELOADING=1\nMONOTONIC_USEC=", 27), 0);
	notify_stopping();
	ck_assert_str_eq(heard(listener), "STOPPING=1");
	close(listener);
}

START_TEST(an_abstract_socket_hears_it)
{
	char name[64];

	snprintf(name, sizeof(name), "@xylem-notify-%d", (int)getpid());
	tells_all(name);
}
END_TEST

START_TEST(a_socket_file_hears_it)
{
	char name[64];

	snprintf(name, sizeof(name), "/tmp/xylem-notify-%d", (int)getpid());
	tells_all(name);
	unlink(name);
}
END_TEST

START_TEST(without_a_listener_nothing_happens)
{
	unsetenv("NOTIFY_SOCKET");
	notify_begin();
	notify_ready();
	setenv("NOTIFY_SOCKET", "relative/path", 1);
	notify_begin();
	notify_ready();
	setenv("NOTIFY_SOCKET", "/no/such/socket", 1);
	notify_begin();
	notify_ready();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_abstract_socket_hears_it,
		a_socket_file_hears_it,
		without_a_listener_nothing_happens,
	};

	return suite_run("startup.notify", tests, SUITE_COUNT(tests));
}
