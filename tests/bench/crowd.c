/* SPDX-License-Identifier: MIT */
/* crowd.c — TCP clients that are slow: connections from many addresses, each of which sends a
 * question an octet at a time and is made again when the resolver ends it.
 *
 *   crowd ADDRESS PORT CONNECTIONS SECONDS
 *
 * Thirty connections are from one address of 127.0.66.0/24. Says, as ask.c does:
 *
 *   asked CONNECTIONS answered 0 sent OCTETS received OCTETS ended N */
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 2000, FROM_ONE = 30, PAUSE_MS = 250 };

static const uint8_t question[] = {
	0, 30, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0,
	3, 'w', 'w', 'w', 2, 'z', '9', 2, 't', '1', 0, 0, 1, 0, 1,
};

static int connections[MOST];
static unsigned positions[MOST], opened, ended;
static unsigned long sent, received;

static void open_one(unsigned index, const struct sockaddr_in *at)
{
	struct sockaddr_in from = { .sin_family = AF_INET };

	from.sin_addr.s_addr = htonl(127u << 24 | 66u << 8 | (1 + index / FROM_ONE));
	positions[index] = 0;
	connections[index] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (connections[index] < 0)
		return;
	opened++;
	if (bind(connections[index], (struct sockaddr *)&from, sizeof(from)) == 0 &&
	    (connect(connections[index], (const struct sockaddr *)at, sizeof(*at)) == 0 ||
	     errno == EINPROGRESS))
		return;
	close(connections[index]);
	connections[index] = -1;
}

/* One octet more; what is said to us is thrown away. */
static void drip(unsigned index, const struct sockaddr_in *at)
{
	char room[512];
	ssize_t count;

	if (connections[index] < 0) {
		open_one(index, at);
		return;
	}
	count = recv(connections[index], room, sizeof(room), MSG_DONTWAIT);
	if (count > 0)
		received += (unsigned long)count;
	if (count == 0 || (count < 0 && errno != EAGAIN) ||
	    send(connections[index], question + positions[index], 1, MSG_NOSIGNAL) != 1) {
		close(connections[index]);
		connections[index] = -1;
		ended++;
		return;
	}
	sent++;
	positions[index] = (positions[index] + 1) % (unsigned)sizeof(question);
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	unsigned count = argc == 5 ? (unsigned)atoi(argv[3]) : 0;
	unsigned turns = argc == 5 ? (unsigned)atoi(argv[4]) * 1000 / PAUSE_MS : 0;
	const struct timespec pause = { 0, PAUSE_MS * 1000000L };

	if (count == 0 || count > MOST || inet_pton(AF_INET, argv[1], &at.sin_addr) != 1) {
		fprintf(stderr, "usage: crowd ADDRESS PORT CONNECTIONS SECONDS\n");
		return 2;
	}
	at.sin_port = htons((uint16_t)atoi(argv[2]));
	for (unsigned i = 0; i < count; i++)
		open_one(i, &at);
	for (unsigned turn = 0; turn < turns; turn++) {
		nanosleep(&pause, NULL);
		for (unsigned i = 0; i < count; i++)
			drip(i, &at);
	}
	printf("asked %u answered 0 servfail 0 silent 0 wrong 0 sent %lu received %lu ended %u\n",
	       opened, sent, received, ended);
	return 0;
}
