/* SPDX-License-Identifier: MIT */
/* hostile.c — a client that means ill: malformed datagrams, streams that lie, connections that
 * never do what they should. Bounded in count and time; the same seed sends the same octets.
 *
 *   hostile PORT SEED [CONTROL-SOCKET]      asks 127.0.0.1
 *
 * After each attack an honest question must still be answered within two seconds, and every reply
 * to garbage must be one that a resolver may send. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
	DATAGRAMS = 20000, PIPELINED = 1000, CROWD = 500, LIES = 200, DRIPS = 40,
	TURNED_AWAY = 20,
	HEADER = 12, LARGEST = 1232, PATIENCE_MS = 2000,
};

struct message {
	size_t  length;
	uint8_t at[2048];
};

static uint64_t          state;
static struct sockaddr_in daemon_at;
static const char       *control_path;
static unsigned          passed, failed;
static char              complaint[256];

/* splitmix64: nobody has to foresee it, it has to be the same each time. */
static uint32_t chance(void)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (uint32_t)(z ^ z >> 31);
}

static unsigned below(unsigned limit)
{
	return chance() % limit;
}

static void complain(const char *format, ...)
{
	va_list arguments;

	if (complaint[0] != '\0')
		return;
	va_start(arguments, format);
	vsnprintf(complaint, sizeof(complaint), format, arguments);
	va_end(arguments);
}

static void nap(int ms)
{
	(void)poll(NULL, 0, ms);
}

/* --- messages --- */

static void add(struct message *message, const void *from, size_t length)
{
	if (message->length + length > sizeof(message->at))
		return;
	memcpy(message->at + message->length, from, length);
	message->length += length;
}

static void add_u16(struct message *message, unsigned value)
{
	const uint8_t octets[] = { (uint8_t)(value >> 8), (uint8_t)value };

	add(message, octets, sizeof(octets));
}

static void add_label(struct message *message, unsigned length)
{
	static const char letters[] = "abcXYZ019-_.\\*\0\xff";
	uint8_t label[64] = { (uint8_t)length };

	for (unsigned i = 1; i <= length; i++)
		label[i] = (uint8_t)letters[below(sizeof(letters))];
	add(message, label, length + 1);
}

/* Labels of any octets; the longest has 255 octets, some are too long. */
static void add_odd_name(struct message *message)
{
	unsigned labels = below(6);

	for (unsigned i = 0; i < labels; i++)
		add_label(message, below(4) == 0 ? 63 : 1 + below(20));
	if (below(10) == 0)
		add_u16(message, 0xc000 | below(64));           /* a pointer: to anywhere */
	else if (below(20) == 0)
		add_label(message, 62);
	if (below(3) == 0)
		add(message, "\7eXample\3cOm", 12);
	add(message, "", 1);
}

static unsigned odd_type(void)
{
	static const uint16_t types[] = {
		0, 1, 2, 5, 6, 12, 15, 16, 28, 33, 39, 41, 43, 46, 47, 48, 50, 64, 65, 128, 249,
		250, 251, 252, 253, 254, 255, 256, 257, 32769, 65535,
	};

	return types[below(sizeof(types) / sizeof(types[0]))];
}

static void add_opt(struct message *message)
{
	unsigned options = below(40), length_at;

	add(message, "", 1);
	add_u16(message, 41);
	add_u16(message, below(3) == 0 ? below(65536) : 1232);
	add_u16(message, below(8) == 0 ? below(65536) : 0);
	add_u16(message, below(4) == 0 ? below(65536) : 0x8000);
	length_at = (unsigned)message->length;
	add_u16(message, 0);
	for (unsigned i = 0; i < options; i++) {
		unsigned length = below(12);

		add_u16(message, below(3) == 0 ? 65300 : below(20));
		add_u16(message, below(30) == 0 ? below(65536) : length);
		add(message, "\1\2\3\4\5\6\7\10\11\12\13", length);
	}
	if (below(20) == 0)
		add_u16(message, 0xffff);
	options = (unsigned)message->length - length_at - 2;
	message->at[length_at] = (uint8_t)(options >> 8);
	message->at[length_at + 1] = (uint8_t)options;
}

static void add_header(struct message *message, unsigned flags, unsigned questions,
		       unsigned additional)
{
	*message = (struct message){ 0 };
	add_u16(message, below(65536));
	add_u16(message, flags);
	add_u16(message, questions);
	add_u16(message, 0);
	add_u16(message, 0);
	add_u16(message, additional);
}

static void make_honest(struct message *message)
{
	add_header(message, 0x0100, 1, 1);
	add(message, "\3www\7example\3com", 17);
	add_u16(message, 1);
	add_u16(message, 1);
	add(message, "\0\0\x29\x04\xd0\0\0\0\0\0\0", 11);
}

/* A well-formed message, or nearly, with an odd question. */
static void make_odd(struct message *message)
{
	bool with_opt = below(2) == 0;

	add_header(message, below(3) == 0 ? chance() : 0x0100, below(20) == 0 ? below(9) : 1,
		   with_opt + (below(10) == 0 ? below(70) : 0));
	add_odd_name(message);
	add_u16(message, odd_type());
	add_u16(message, below(6) == 0 ? below(300) : 1);
	if (with_opt)
		add_opt(message);
	if (below(20) == 0)
		add_opt(message);
}

static void make_random(struct message *message)
{
	message->length = below(20) == 0 ? below(LARGEST + 300) : below(64);
	for (size_t i = 0; i < message->length; i++)
		message->at[i] = (uint8_t)chance();
}

static void make_mutated(struct message *message)
{
	unsigned changes = 1 + below(4);

	if (below(2) == 0)
		make_honest(message);
	else
		make_odd(message);
	for (unsigned i = 0; i < changes; i++)
		message->at[below((unsigned)message->length)] = (uint8_t)chance();
	if (below(4) == 0)
		message->length = below((unsigned)message->length + 1);
}

/* --- sockets --- */

static int open_socket(int type)
{
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&daemon_at, sizeof(daemon_at)) != 0) {
		complain("no way to the daemon: %s", strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static bool is_readable(int fd, int ms)
{
	struct pollfd poll_for = { .fd = fd, .events = POLLIN };

	return poll(&poll_for, 1, ms) == 1;
}

/* RFC 1035 §4.1.1, RFC 6891 §6.2.5: what any reply must keep to. */
static void check_reply(const uint8_t *at, ssize_t length)
{
	if (length < HEADER)
		complain("a reply of %zd octets", length);
	else if ((at[2] & 0x80) == 0)
		complain("a reply without QR");
	else if (length > LARGEST)
		complain("a datagram of %zd octets", length);
	else if (at[4] != 0 || at[5] > 1)
		complain("a reply with %u questions", at[4] << 8 | at[5]);
}

static void drain(int fd, int ms)
{
	uint8_t room[65536];

	while (is_readable(fd, ms)) {
		ssize_t length = recv(fd, room, sizeof(room), 0);

		if (length < 0)
			return;
		check_reply(room, length);
	}
}

static void send_datagrams(void (*make)(struct message *))
{
	int fd = open_socket(SOCK_DGRAM);
	struct message message;

	for (unsigned i = 0; fd >= 0 && i < DATAGRAMS; i++) {
		make(&message);
		(void)send(fd, message.at, message.length, 0);
		if (i % 16 == 15)
			drain(fd, 0);
		if (i % 256 == 255)
			nap(5);                 /* the socket's buffer isn't what is tested */
	}
	if (fd >= 0) {
		drain(fd, 200);
		close(fd);
	}
}

static bool send_frame(int fd, const struct message *message, size_t said)
{
	struct message frame = { 0 };

	add_u16(&frame, (unsigned)said);
	add(&frame, message->at, message->length);
	return send(fd, frame.at, frame.length, MSG_NOSIGNAL) == (ssize_t)frame.length;
}

/* Reads exactly; false at the end or when nothing comes. */
static bool read_all(int fd, uint8_t *into, size_t length)
{
	while (length > 0) {
		ssize_t n;

		if (!is_readable(fd, 6000))
			return false;
		n = recv(fd, into, length, 0);
		if (n <= 0)
			return false;
		into += n;
		length -= (size_t)n;
	}
	return true;
}

static bool read_frame(int fd)
{
	uint8_t length[2], room[65536];

	return read_all(fd, length, 2) && read_all(fd, room, (size_t)(length[0] << 8 | length[1]));
}

/* --- the attacks --- */

static void random_datagrams(void)
{
	send_datagrams(make_random);
}

static void mutated_datagrams(void)
{
	send_datagrams(make_mutated);
}

static void odd_questions(void)
{
	send_datagrams(make_odd);
}

static void odd_streams(void)
{
	struct message message;

	for (unsigned i = 0; i < LIES; i++) {
		int fd = open_socket(SOCK_STREAM);

		for (unsigned sent = 0; fd >= 0 && sent < 20; sent++) {
			(below(2) == 0 ? make_odd : make_mutated)(&message);
			if (!send_frame(fd, &message, message.length))
				break;
		}
		if (fd >= 0)
			close(fd);
	}
}

/* Lengths that promise more, or less, than comes. */
static void lengths_that_lie(void)
{
	struct message message;

	for (unsigned i = 0; i < LIES; i++) {
		int fd = open_socket(SOCK_STREAM);

		make_honest(&message);
		if (fd < 0)
			return;
		(void)send_frame(fd, &message, below(2) == 0 ? below(40) : below(65536));
		if (below(2) == 0)
			(void)send_frame(fd, &message, below(65536));
		if (below(2) == 0)
			(void)shutdown(fd, SHUT_WR);
		close(fd);
	}
}

/* How many of a thousand questions at once are answered; 0 also if the connection was turned
 * away. */
static unsigned pipeline(void)
{
	int fd = open_socket(SOCK_STREAM);
	struct message message;
	unsigned sent = 0, answered = 0;

	if (fd < 0)
		return 0;
	while (sent < PIPELINED) {
		make_honest(&message);
		if (!send_frame(fd, &message, message.length))
			break;
		sent++;
	}
	while (answered < sent && read_frame(fd))
		answered++;
	close(fd);
	return answered;
}

/* A thousand questions at once are a thousand answers. A busy daemon may not have seen yet that the
 * connections of the attack before are closed; then this one is too many, and tried again. */
static void pipelined(void)
{
	unsigned answered = pipeline();

	for (unsigned i = 0; i < TURNED_AWAY && answered == 0; i++) {
		nap(200);
		answered = pipeline();
	}
	if (answered != PIPELINED)
		complain("%u of %u pipelined questions were answered", answered, PIPELINED);
}

/* Asks for large answers and takes none. */
static void never_read(void)
{
	const struct timeval second = { .tv_sec = 1 };
	struct message message;
	int fd = open_socket(SOCK_STREAM), small = 4096;

	if (fd < 0)
		return;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof(second));
	for (unsigned i = 0; i < 20 * PIPELINED; i++) {
		make_honest(&message);
		if (!send_frame(fd, &message, message.length))
			break;
	}
	close(fd);
}

static void reset_in_the_middle(void)
{
	const struct linger at_once = { .l_onoff = 1 };
	struct message message;

	for (unsigned i = 0; i < LIES; i++) {
		int fd = open_socket(SOCK_STREAM);

		if (fd < 0)
			return;
		make_honest(&message);
		for (unsigned sent = below(8); sent > 0; sent--)
			(void)send_frame(fd, &message, message.length);
		(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
		close(fd);
	}
}

static void crowd(void)
{
	int fds[CROWD];

	for (unsigned i = 0; i < CROWD; i++) {
		fds[i] = open_socket(SOCK_STREAM);
		if (fds[i] >= 0 && i % 3 == 0)
			(void)send(fds[i], "\0", 1, MSG_NOSIGNAL);
	}
	nap(500);
	for (unsigned i = 0; i < CROWD; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

/* An octet now and then: must not hold more than its own connection. */
static void slow_drip(void)
{
	int fd = open_socket(SOCK_STREAM);
	struct message message;

	make_honest(&message);
	for (unsigned i = 0; fd >= 0 && i < DRIPS; i++) {
		if (send(fd, i == 0 ? "\0" : (char *)message.at + i, 1, MSG_NOSIGNAL) != 1)
			break;
		nap(50);
	}
	if (fd >= 0)
		close(fd);
}

static int open_control(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	const struct timeval second = { .tv_sec = 1 };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", control_path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof(at)) != 0) {
		complain("no way to the control socket: %s", strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof(second));
	return fd;
}

static void control_garbage(void)
{
	static const char *const lines[] = {
		"\n", "{}\n", "[]\n", "{\"verb\":\"status\"", "{\"verb\":1}\n", "\"\\ud800\"\n",
		"{\"verb\":\"cache show\",\"name\":\"\\u0000\"}\n", "{\"verb\":\"status\"}\n",
		"{\"verb\":\"cache flush\",\"name\":\"..\"}\n", "{\"verb\":\"status\"}{}\n",
		"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n", "\xff\xfe\n",
	};
	char long_line[8192];

	memset(long_line, '[', sizeof(long_line));
	for (unsigned i = 0; control_path != NULL && i < LIES; i++) {
		const char *line = lines[below(sizeof(lines) / sizeof(lines[0]))];
		int fd = open_control();

		if (fd < 0)
			return;
		(void)send(fd, line, strlen(line), MSG_NOSIGNAL);
		if (below(4) == 0)
			(void)send(fd, long_line, sizeof(long_line), MSG_NOSIGNAL);
		if (below(2) == 0)
			(void)is_readable(fd, 10);
		close(fd);
	}
}

/* --- the judge --- */

/* Is an honest question still answered with what is true? */
static void ask_honestly(void)
{
	static const uint8_t truth[] = { 203, 0, 113, 80 };
	int fd = open_socket(SOCK_DGRAM);
	struct message question;
	uint8_t room[65536];
	ssize_t length = -1;

	make_honest(&question);
	if (fd >= 0 && send(fd, question.at, question.length, 0) > 0 &&
	    is_readable(fd, PATIENCE_MS))
		length = recv(fd, room, sizeof(room), 0);
	if (fd >= 0)
		close(fd);
	if (length < HEADER)
		complain("an honest question was not answered within 2 s");
	else if (memcmp(room, question.at, 2) != 0 || (room[3] & 15) != 0)
		complain("an honest question got RCODE %u", room[3] & 15U);
	else if (memmem(room, (size_t)length, truth, sizeof(truth)) == NULL)
		complain("an honest question got another address");
}

static void attack(const char *name, void (*run)(void))
{
	struct timespec from, until;
	bool is_well;

	complaint[0] = '\0';
	nap(300);                       /* connections closed just now still count as ours */
	clock_gettime(CLOCK_MONOTONIC, &from);
	run();
	ask_honestly();
	clock_gettime(CLOCK_MONOTONIC, &until);
	is_well = complaint[0] == '\0';
	if (is_well)
		passed++;
	else
		failed++;
	printf("%s %s (%ld s)%s%s\n", is_well ? "ok  " : "FAIL", name,
	       (long)(until.tv_sec - from.tv_sec), is_well ? "" : ": ", complaint);
	fflush(stdout);
}

int main(int count, char **arguments)
{
	if (count < 3) {
		fprintf(stderr, "hostile PORT SEED [CONTROL-SOCKET]\n");
		return 2;
	}
	daemon_at.sin_family = AF_INET;
	daemon_at.sin_port = htons((uint16_t)atoi(arguments[1]));
	daemon_at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	state = strtoull(arguments[2], NULL, 10);
	control_path = count > 3 ? arguments[3] : NULL;
	attack("random datagrams", random_datagrams);
	attack("mutated datagrams", mutated_datagrams);
	attack("odd questions", odd_questions);
	attack("odd streams", odd_streams);
	attack("lengths that lie", lengths_that_lie);
	attack("a thousand pipelined questions", pipelined);
	attack("never reads", never_read);
	attack("resets in the middle", reset_in_the_middle);
	attack("five hundred connections", crowd);
	attack("slow drip", slow_drip);
	attack("control garbage", control_garbage);
	printf("%u passed, %u failed\n", passed, failed);
	return failed == 0 ? 0 : 1;
}
