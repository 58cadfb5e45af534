/* SPDX-License-Identifier: MIT */
/* ask.c — asks a resolver each name of the generated Internet once, at a moderate rate, and says
 * how long the answers took.
 *
 *   ask [--from ADDRESS] [--subnets] [--signed] ADDRESS PORT FILE [RATE [PATIENCE_MS [each]]]
 *
 * FILE has one name per line, each is asked for its A record, RATE (100) of them a second; no line
 * is asked twice. The answer must have the address that the name has in the generated Internet
 * (generated.h). Prints one line:
 *
 *   asked N answered N servfail N silent N wrong N p50 MS p95 MS p99 MS max MS mean MS
 *   sent OCTETS received OCTETS
 *
 * Whatever isn't answered well counts as PATIENCE_MS (10,000), wherever it is in the order. `each`
 * prints a line for every name first. --from asks from that address of ours; --subnets puts a
 * client subnet (RFC 7871) into each question, always another one. --signed sets DO: the answer
 * must have a signature and AD if its zone is signed, and neither if it isn't; a name of a zone
 * that doesn't begin with "www" must not exist. */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "generated.h"

enum {
	NAMES = 65536,                  /* as many as there are ids */
	NAME = 255,
	HEADER = 12,
	MESSAGE = 4096,
	TYPE_A = 1, TYPE_RRSIG = 46,
	RCODE_SERVFAIL = 2, RCODE_NXDOMAIN = 3,
	FLAG_TC = 0x02,                 /* in the third octet */
	FLAG_AD = 0x20,                 /* in the fourth */
	DNSSEC_OK = 0x80,               /* in the OPT's eighth octet */
};

enum fate { SILENT, ANSWERED, SERVFAIL, WRONG, FATES };

static const char *const fate_names[FATES] = {
	[SILENT] = "silent", [ANSWERED] = "answered", [SERVFAIL] = "servfail", [WRONG] = "wrong",
};

struct asked {
	uint8_t name[NAME];
	uint8_t length;
	enum fate fate;
	int64_t at_us;                  /* 0: not yet asked */
	int64_t took_us;
};

static struct asked *names;
static unsigned name_count, sent, settled;
static bool with_subnets, with_signatures;
static unsigned long octets_sent, octets_received;
static int64_t patience_us = 10000000;

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* --- names --- */

static bool read_name(const char *text, struct asked *asked)
{
	size_t length = 0;

	while (*text != '\0' && *text != '\n' && *text != ' ') {
		size_t label = strcspn(text, ". \n");

		if (label == 0 || label > 63 || length + label + 2 > NAME)
			return false;
		asked->name[length++] = (uint8_t)label;
		memcpy(asked->name + length, text, label);
		length += label;
		text += label + (text[label] == '.');
	}
	asked->name[length++] = 0;
	asked->length = (uint8_t)length;
	return length > 1;
}

static void read_names(const char *path)
{
	FILE *file = fopen(path, "r");
	char line[512];

	names = calloc(NAMES, sizeof(*names));
	if (file == NULL || names == NULL) {
		fprintf(stderr, "ask: cannot read %s: %s\n", path, strerror(errno));
		exit(1);
	}
	while (name_count < NAMES && fgets(line, sizeof(line), file) != NULL)
		name_count += read_name(line, &names[name_count]);
	fclose(file);
	if (name_count == 0) {
		fprintf(stderr, "ask: no names in %s\n", path);
		exit(1);
	}
}

/* --- replies --- */

static size_t skip_name(const uint8_t *message, size_t length, size_t position)
{
	while (position < length) {
		if (message[position] >= 0xc0)
			return position + 2;
		if (message[position] == 0)
			return position + 1;
		position += message[position] + 1u;
	}
	return length + 1;
}

/* What of a reply is looked at. */
struct seen {
	unsigned addresses, signatures;
	uint32_t address;               /* the last */
};

/* Goes through the answer and authority sections; false if a record goes beyond the end. */
static bool look_at_records(const uint8_t *message, size_t length, size_t position,
			    struct seen *seen)
{
	unsigned answers = (unsigned)(message[6] << 8 | message[7]);
	unsigned count = answers + (unsigned)(message[8] << 8 | message[9]);

	for (unsigned i = 0; i < count; i++) {
		size_t data;
		unsigned type;

		position = skip_name(message, length, position);
		if (position + 10 > length)
			return false;
		type = (unsigned)(message[position] << 8 | message[position + 1]);
		data = (size_t)message[position + 8] << 8 | message[position + 9];
		position += 10;
		if (position + data > length)
			return false;
		seen->signatures += type == TYPE_RRSIG;
		if (type == TYPE_A && data == 4 && i < answers) {
			seen->addresses++;
			memcpy(&seen->address, message + position, 4);
		}
		position += data;
	}
	return true;
}

/* The number of the zone that the name is in: zK is the label before the last; -1: it has none. */
static long zone_of(const struct asked *asked)
{
	unsigned before = 0, at = 0;

	while (asked->name[at] != 0 && asked->name[at + asked->name[at] + 1u] != 0) {
		before = at;
		at += asked->name[at] + 1u;
	}
	if (at == 0 || asked->name[before + 1] != 'z')
		return -1;
	return atol((const char *)asked->name + before + 2);
}

static bool must_exist(const struct asked *asked)
{
	return !with_signatures || zone_of(asked) < 0 ||
	       strncmp((const char *)asked->name + 1, "www", 3) == 0;
}

/* With --signed: as secure as the zone is. Proofs with four signatures by RSA don't fit into 1,232
 * octets with everybody: a truncated reply tells no more than its RCODE. */
static bool is_trusted_rightly(const struct asked *asked, const uint8_t *message,
			       const struct seen *seen)
{
	long zone = zone_of(asked);
	bool secure = zone >= 0 && generated_signing((unsigned)zone).algorithm != 0;

	if ((message[2] & FLAG_TC) != 0)
		return !must_exist(asked);
	return ((message[3] & FLAG_AD) != 0) == secure && (seen->signatures != 0) == secure;
}

static enum fate judge(const struct asked *asked, const uint8_t *message, size_t length)
{
	uint32_t address = htonl(generated_address(asked->name, asked->length));
	unsigned rcode = message[3] & 15;
	struct seen seen = { 0 };

	if (rcode == RCODE_SERVFAIL)
		return SERVFAIL;
	if (!look_at_records(message, length, HEADER + asked->length + 4u, &seen))
		return WRONG;
	if (with_signatures && !is_trusted_rightly(asked, message, &seen))
		return WRONG;
	if (!must_exist(asked))
		return rcode == RCODE_NXDOMAIN && seen.addresses == 0 ? ANSWERED : WRONG;
	return rcode == 0 && seen.addresses == 1 && seen.address == address ? ANSWERED : WRONG;
}

static void take_reply(const uint8_t *message, size_t length)
{
	unsigned id = (unsigned)(message[0] << 8 | message[1]);
	struct asked *asked = &names[id];

	if (id >= sent || asked->fate != SILENT || asked->took_us != 0 ||
	    length < HEADER + asked->length + 4u)
		return;
	for (unsigned i = 0; i < asked->length; i++)
		if ((message[HEADER + i] | 32) != (asked->name[i] | 32))
			return;
	asked->took_us = now_us() - asked->at_us;
	asked->fate = judge(asked, message, length);
	settled++;
}

static void receive(int client)
{
	uint8_t message[MESSAGE];
	ssize_t count;

	while ((count = recv(client, message, sizeof(message), MSG_DONTWAIT)) > 0) {
		octets_received += (size_t)count;
		if (count >= HEADER)
			take_reply(message, (size_t)count);
	}
}

/* --- questions --- */

static void ask(int client, unsigned id)
{
	const uint8_t opt[] = {
		0, 0, 41, 1232 >> 8, 1232 & 255, 0, 0, with_signatures ? DNSSEC_OK : 0, 0, 0,
		with_subnets ? 11 : 0,
		0, 8, 0, 7, 0, 1, 24, 0, 203, (uint8_t)(id >> 8), (uint8_t)id,
	};
	const size_t opt_length = with_subnets ? sizeof(opt) : 11;
	struct asked *asked = &names[id];
	uint8_t query[HEADER + NAME + 4 + sizeof(opt)] = {
		(uint8_t)(id >> 8), (uint8_t)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1,
	};
	size_t length = HEADER;

	memcpy(query + length, asked->name, asked->length);
	length += asked->length;
	memcpy(query + length, (uint8_t[]){ 0, TYPE_A, 0, 1 }, 4);
	memcpy(query + length + 4, opt, opt_length);
	asked->at_us = now_us();
	octets_sent += length + 4 + opt_length;
	(void)!send(client, query, length + 4 + opt_length, 0);
}

static void ask_all(int client, double rate)
{
	int64_t began = now_us(), last = began;

	while (settled < name_count) {
		int64_t now = now_us(), next;
		struct pollfd polled = { .fd = client, .events = POLLIN };
		struct timespec wait;

		for (; sent < name_count && now >= began + (int64_t)(sent * 1e6 / rate); last = now)
			ask(client, sent++);
		if (sent == name_count && now - last > patience_us)
			return;
		next = sent < name_count ? began + (int64_t)(sent * 1e6 / rate)
					 : last + patience_us + 1000;
		now = now_us();
		next = next > now ? next - now : 0;
		wait = (struct timespec){ next / 1000000, next % 1000000 * 1000 };
		ppoll(&polled, 1, &wait, NULL);
		receive(client);
	}
}

/* --- figures --- */

static int by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static double percentile(const int64_t *sorted, unsigned percent)
{
	unsigned rank = (name_count * percent + 99) / 100;

	return (double)sorted[rank == 0 ? 0 : rank - 1] / 1000;
}

static void print_figures(void)
{
	int64_t *times = malloc(name_count * sizeof(*times));
	unsigned counts[FATES] = { 0 };
	double sum = 0;

	if (times == NULL)
		exit(1);
	for (unsigned i = 0; i < name_count; i++) {
		if (names[i].fate == ANSWERED && names[i].took_us > patience_us)
			names[i].fate = SILENT;
		times[i] = names[i].fate == ANSWERED ? names[i].took_us : patience_us;
		counts[names[i].fate]++;
		sum += (double)times[i] / 1000;
	}
	qsort(times, name_count, sizeof(*times), by_time);
	printf("asked %u answered %u servfail %u silent %u wrong %u", name_count, counts[ANSWERED],
	       counts[SERVFAIL], counts[SILENT], counts[WRONG]);
	printf(" p50 %.1f p95 %.1f p99 %.1f max %.1f mean %.1f", percentile(times, 50),
	       percentile(times, 95), percentile(times, 99), percentile(times, 100),
	       sum / name_count);
	printf(" sent %lu received %lu\n", octets_sent, octets_received);
	free(times);
}

static void print_name(const struct asked *asked)
{
	for (unsigned at = 0; asked->name[at] != 0; at += asked->name[at] + 1u)
		printf("%.*s.", asked->name[at], (const char *)asked->name + at + 1);
	printf(" %s %.1f\n", fate_names[asked->fate], (double)asked->took_us / 1000);
}

static int open_client(const char *from, const char *address, const char *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) };
	struct sockaddr_in self = { .sin_family = AF_INET };
	int client = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int octets = 4 << 20;

	(void)setsockopt(client, SOL_SOCKET, SO_RCVBUF, &octets, sizeof(octets));
	if (inet_pton(AF_INET, address, &at.sin_addr) == 1 &&
	    inet_pton(AF_INET, from, &self.sin_addr) == 1 && client >= 0 &&
	    bind(client, (struct sockaddr *)&self, sizeof(self)) == 0 &&
	    connect(client, (struct sockaddr *)&at, sizeof(at)) == 0)
		return client;
	fprintf(stderr, "ask: no way from %s to %s port %s\n", from, address, port);
	exit(1);
}

static const char *read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "from", required_argument, NULL, 'f' },
		{ "subnets", no_argument, NULL, 's' },
		{ "signed", no_argument, NULL, 'd' },
		{ NULL, 0, NULL, 0 },
	};
	const char *from = "127.0.0.1";

	for (int which; (which = getopt_long(argc, argv, "+", options, NULL)) != -1;) {
		if (which == 'f')
			from = optarg;
		else if (which == 's')
			with_subnets = true;
		else if (which == 'd')
			with_signatures = true;
		else
			exit(2);
	}
	return from;
}

int main(int argc, char **argv)
{
	const char *from = read_options(argc, argv);
	double rate;
	int client;

	argc -= optind;
	argv += optind;
	rate = argc > 3 ? atof(argv[3]) : 100;
	if (argc < 3 || rate <= 0) {
		fprintf(stderr, "usage: ask [--from ADDRESS] [--subnets] [--signed] ADDRESS PORT "
				"FILE [RATE [PATIENCE_MS [each]]]\n");
		return 2;
	}
	if (argc > 4)
		patience_us = atol(argv[4]) * 1000;
	read_names(argv[2]);
	client = open_client(from, argv[0], argv[1]);
	ask_all(client, rate);
	if (argc > 5)
		for (unsigned i = 0; i < name_count; i++)
			print_name(&names[i]);
	print_figures();
	close(client);
	free(names);
	return 0;
}
