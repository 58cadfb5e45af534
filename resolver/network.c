/* SPDX-License-Identifier: MIT */
/* network.c — two descriptors that become readable when the network may be another. */
#include "resolver/network.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "cache/base/must.h"
#include "resolver/observe/log.h"

enum { MOST_MESSAGES = 256 };           /* read in one go; the rest in the loop's next round */

struct network_watch {
	void (*changed)(void *, const char *);
	void       *subject;
	uv_poll_t   netlink, clock;
	uv_timer_t  calm;
	int         netlink_descriptor, clock_descriptor;       /* -1: there is none */
	unsigned    open;               /* handles */
	uint64_t    asleep_ms;          /* how long it has slept since it was booted */
	uint64_t    told_ms;
	char        what[64];
};

static uint64_t clock_ms(clockid_t clock)
{
	struct timespec now;

	must(clock_gettime(clock, &now) == 0);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Only the one goes on while the machine sleeps. */
static uint64_t asleep_ms(void)
{
	uint64_t without = clock_ms(CLOCK_MONOTONIC);

	return clock_ms(CLOCK_BOOTTIME) - without;
}

static void on_calm(uv_timer_t *timer)
{
	struct network_watch *watch = timer->data;

	watch->told_ms = uv_now(timer->loop);
	watch->changed(watch->subject, watch->what);
}

static void tell_soon(struct network_watch *watch, const char *what)
{
	uint64_t now = uv_now(watch->calm.loop), wait = NETWORK_CALM_MS;

	snprintf(watch->what, sizeof(watch->what), "%s", what);
	if (uv_is_active((uv_handle_t *)&watch->calm)) return;
	if (watch->told_ms != 0 && watch->told_ms + NETWORK_STORM_MS > now + wait)
		wait = watch->told_ms + NETWORK_STORM_MS - now;
	must(uv_timer_start(&watch->calm, on_calm, wait, 0) == 0);
}

/* Copies of routes that the kernel keeps for its own use come and go with each connection. */
static bool is_of_interest(const struct nlmsghdr *message)
{
	const struct rtmsg *route = NLMSG_DATA(message);

	switch (message->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
	case RTM_NEWADDR:
	case RTM_DELADDR:
		return true;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return message->nlmsg_len >= NLMSG_LENGTH(sizeof(*route)) &&
		       (route->rtm_flags & RTM_F_CLONED) == 0;
	default:
		return false;
	}
}

static bool has_interest(const char *room, size_t length)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)room;
	unsigned left = (unsigned)length;

	for (; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left))
		if (is_of_interest(message)) return true;
	return false;
}

/* If we were too slow for all of them (ENOBUFS), something has changed for certain. */
static bool read_messages(int descriptor)
{
	_Alignas(struct nlmsghdr) static char room[32768];
	bool changed = false;

	for (int i = 0; i < MOST_MESSAGES; i++) {
		ssize_t length = recv(descriptor, room, sizeof(room), MSG_DONTWAIT);

		if (length < 0 && errno == ENOBUFS) changed = true;
		else if (length <= 0) break;
		else if (has_interest(room, (size_t)length)) changed = true;
	}
	return changed;
}

static void on_netlink(uv_poll_t *poll, int status, int events)
{
	struct network_watch *watch = poll->data;

	if (read_messages(watch->netlink_descriptor))
		tell_soon(watch, "links, addresses or routes have changed");
	/* libuv stops watching what has an error, such as ENOBUFS. */
	if (status != 0) must(uv_poll_start(poll, UV_READABLE, on_netlink) == 0);
}

/* A timer in the far future, that is cancelled when the clock is set: waking up does that too. */
static bool arm(int descriptor)
{
	const struct itimerspec never = { .it_value.tv_sec = INT32_MAX };

	return timerfd_settime(descriptor, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never,
			       NULL) == 0;
}

static void on_clock(uv_poll_t *poll, int status, int events)
{
	struct network_watch *watch = poll->data;
	uint64_t expirations, before = watch->asleep_ms;
	char what[64];

	(void)!read(watch->clock_descriptor, &expirations, sizeof(expirations));
	/* Without it sleep goes unnoticed; the network's own changes after it seldom do. */
	(void)!arm(watch->clock_descriptor);
	watch->asleep_ms = asleep_ms();
	if (watch->asleep_ms > before + 500) {
		snprintf(what, sizeof(what), "the machine has slept for %llu s",
			 (unsigned long long)(watch->asleep_ms - before + 500) / 1000);
		tell_soon(watch, what);
	}
	if (status != 0) must(uv_poll_start(poll, UV_READABLE, on_clock) == 0);
}

static int open_netlink(void)
{
	struct sockaddr_nl groups = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR |
			     RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE,
	};
	int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

	if (descriptor < 0) return -1;
	if (bind(descriptor, (struct sockaddr *)&groups, sizeof(groups)) == 0) return descriptor;
	close(descriptor);
	return -1;
}

static int open_clock(void)
{
	int descriptor = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);

	if (descriptor < 0 || arm(descriptor)) return descriptor;
	close(descriptor);
	return -1;
}

/* Takes the descriptor; -1 if it can't be watched. */
static int watch_descriptor(struct network_watch *watch, uv_loop_t *loop, uv_poll_t *poll,
			    int descriptor, uv_poll_cb ready, const char *what)
{
	if (descriptor < 0 || uv_poll_init(loop, poll, descriptor) != 0) {
		log_info("can't watch %s: %s; an outage ends a second later then", what,
			 strerror(errno));
		if (descriptor >= 0) close(descriptor);
		return -1;
	}
	poll->data = watch;
	watch->open++;
	must(uv_poll_start(poll, UV_READABLE, ready) == 0);
	return descriptor;
}

struct network_watch *network_watch_new(uv_loop_t *loop, void (*changed)(void *, const char *),
					void *subject)
{
	struct network_watch *watch = calloc(1, sizeof(*watch));

	if (watch == NULL) return NULL;
	watch->changed = changed;
	watch->subject = subject;
	watch->asleep_ms = asleep_ms();
	must(uv_timer_init(loop, &watch->calm) == 0);
	watch->calm.data = watch;
	watch->open++;
	watch->netlink_descriptor = watch_descriptor(watch, loop, &watch->netlink, open_netlink(),
						     on_netlink, "the network (netlink)");
	watch->clock_descriptor = watch_descriptor(watch, loop, &watch->clock, open_clock(),
						   on_clock, "the clock (timerfd)");
	return watch;
}

static void on_closed(uv_handle_t *handle)
{
	struct network_watch *watch = handle->data;

	if (--watch->open == 0) free(watch);
}

static void close_poll(uv_poll_t *poll, int descriptor)
{
	if (descriptor < 0) return;
	uv_close((uv_handle_t *)poll, on_closed);
	close(descriptor);
}

void network_watch_free(struct network_watch *watch)
{
	if (watch == NULL) return;
	close_poll(&watch->netlink, watch->netlink_descriptor);
	close_poll(&watch->clock, watch->clock_descriptor);
	uv_close((uv_handle_t *)&watch->calm, on_closed);
}
