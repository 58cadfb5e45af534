/* SPDX-License-Identifier: MIT */
/* notify.c — a datagram to the UNIX socket that $NOTIFY_SOCKET names; a first '@' stands for the
 * abstract namespace. */
#include "resolver/startup/notify.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cache/base/clock.h"

static struct sockaddr_un listener;
static socklen_t listener_length; /* 0: nobody */

void notify_begin(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	size_t length = path != NULL ? strlen(path) : 0;

	listener_length = 0;
	if (length > 1 && length < sizeof(listener.sun_path) &&
	    (path[0] == '/' || path[0] == '@')) {
		listener.sun_family = AF_UNIX;
		memcpy(listener.sun_path, path, length);
		if (path[0] == '@') listener.sun_path[0] = '\0';
		listener_length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	}
	unsetenv("NOTIFY_SOCKET");
}

static void say(const char *text)
{
	int speaker;

	if (listener_length == 0) return;
	speaker = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (speaker < 0) return;
	sendto(speaker, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&listener,
	       listener_length);
	close(speaker);
}

void notify_ready(void)
{
	say("READY=1");
}

void notify_reloading(void)
{
	char text[80];

	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, clock_timer_us());
	say(text);
}

void notify_stopping(void)
{
	say("STOPPING=1");
}
