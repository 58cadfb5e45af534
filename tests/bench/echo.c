/* SPDX-License-Identifier: MIT */
/* echo.c — sends every datagram back as its own reply: what no server can be cheaper than.
 *
 *   echo ADDRESS PORT
 *
 * One IPv4 socket, up to 64 datagrams by one recvmmsg and back by one sendmmsg, QR set so that a
 * DNS client takes it for a reply. Ends by signal. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64, ROOM = 1500 };

static struct mmsghdr messages[BATCH];
static struct iovec parts[BATCH];
static struct sockaddr_in askers[BATCH];
static unsigned char rooms[BATCH][ROOM];

static int open_socket(const char *address, const char *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) };
	int server = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int octets = 4 << 20;

	if (inet_pton(AF_INET, address, &at.sin_addr) != 1) {
		fprintf(stderr, "echo: %s is no IPv4 address\n", address);
		exit(2);
	}
	if (setsockopt(server, SOL_SOCKET, SO_RCVBUFFORCE, &octets, sizeof(octets)) != 0)
		setsockopt(server, SOL_SOCKET, SO_RCVBUF, &octets, sizeof(octets));
	if (server < 0 || bind(server, (struct sockaddr *)&at, sizeof(at)) != 0) {
		perror("echo: cannot bind");
		exit(1);
	}
	return server;
}

static void prepare(void)
{
	for (int i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){ rooms[i], ROOM };
		messages[i].msg_hdr = (struct msghdr){
			.msg_name = &askers[i],
			.msg_namelen = sizeof(askers[i]),
			.msg_iov = &parts[i],
			.msg_iovlen = 1,
		};
	}
}

int main(int argc, char **argv)
{
	int server;

	if (argc != 3) {
		fprintf(stderr, "usage: echo ADDRESS PORT\n");
		return 2;
	}
	server = open_socket(argv[1], argv[2]);
	for (;;) {
		int count;

		prepare();
		count = recvmmsg(server, messages, BATCH, MSG_WAITFORONE, NULL);
		if (count < 0) {
			perror("echo: cannot receive");
			return 1;
		}
		for (int i = 0; i < count; i++) {
			parts[i].iov_len = messages[i].msg_len;
			rooms[i][2] |= 0x80;
		}
		for (int sent = 0, now; sent < count; sent += now) {
			now = sendmmsg(server, messages + sent, (unsigned)(count - sent), 0);
			if (now < 0)
				now = 1;        /* an asker that can't be reached loses its reply */
		}
	}
}
