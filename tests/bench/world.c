/* SPDX-License-Identifier: MIT */
/* world.c — all servers of the generated Internet (generated.h) in one process, with delay,
 * jitter, loss and reordering.
 *
 *   world [--zones N] [--hosts N] [--tlds N] [--servers N] [--alive N] [--no-v6] [--silent-v6]
 *         [--delay MS] [--jitter MS] [--loss PERCENT] [--reorder PERCENT] [--seed N] [--forge N]
 *         [--anchor FILE]
 *
 * It takes port 53 of every address of its network namespace, so that one needs
 *
 *   ip route add local 198.18.0.0/15 dev lo; ip -6 route add local 2001:2::/48 dev lo
 *
 * and nothing else: an address costs nothing. A reply leaves after the delay, more or less jitter;
 * those reordered leave at once. Loss is the chance of each datagram, there or back. Over TCP
 * nothing is lost, and a message comes after twice the delay. Silent servers drop datagrams and
 * handshakes. The same seed gives the same sequence of chances. --forge sends so many forged
 * replies in a second, from servers to random ports of those who ask them. With --anchor the world
 * is signed, and the root's DS written into that file.
 *
 * SIGUSR1 sets the counters to zero, SIGUSR2 prints them; SIGTERM prints them and ends. */
#include <errno.h>
#include <getopt.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "evil.h"
#include "forged.h"
#include "generated.h"
#include "road.h"
#include "signed.h"
#include "streams.h"

enum {
	BATCH = 64,
	PORT = 53,
	FIRST_PORT = 32768, PORTS = 28232,      /* those that connections are made from */
};

static struct generated world = {
	.tlds = 8, .zones = 1000, .hosts = 1000, .servers = 4, .alive = 0, .with_v6 = true,
};
static bool v6_is_silent;
static int sockets[FAMILIES], listeners[FAMILIES];
static volatile sig_atomic_t must_end, must_zero, must_print;
static unsigned forge_rate;
static const char *anchor_path;

static struct {
	unsigned long queries[FAMILIES], lost, silent, forged, octets_in, octets_out;
} counters;

static void die(const char *what)
{
	fprintf(stderr, "world: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* --- datagrams --- */

struct source {
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

/* Which address was asked? */
static bool read_destination(struct msghdr *message, struct pending *reply,
			     struct generated_server *server)
{
	struct cmsghdr *part = CMSG_FIRSTHDR(message);
	struct in_pktinfo v4;
	struct in6_pktinfo v6;
	uint32_t last;

	if (part == NULL)
		return false;
	if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
		memcpy(&v4, CMSG_DATA(part), sizeof(v4));
		reply->from.v4 = v4.ipi_addr;
		*server = generated_server_v4(ntohl(v4.ipi_addr.s_addr));
		return true;
	}
	if (part->cmsg_level != IPPROTO_IPV6 || part->cmsg_type != IPV6_PKTINFO)
		return false;
	memcpy(&v6, CMSG_DATA(part), sizeof(v6));
	reply->from.v6 = v6.ipi6_addr;
	memcpy(&last, v6.ipi6_addr.s6_addr + 12, 4);
	*server = generated_server_v6(ntohl(last));
	return true;
}

/* Something that isn't the reply, on the same way. */
static void send_stray(const struct pending *beside, enum stray kind, const uint8_t *query,
		       size_t length)
{
	struct pending *stray = road_take_place();

	if (stray == NULL)
		return;
	stray->from = beside->from;
	stray->family = beside->family;
	stray->connection = beside->connection;
	stray->asker = beside->asker;
	stray->asker_length = beside->asker_length;
	stray->length = forged_stray(kind, road_draw(), query, length, stray->message);
	counters.forged++;
	road_schedule(stray, 1, 0);
}

static void take_datagram(enum family family, struct msghdr *message, const uint8_t *query,
			  size_t length)
{
	struct generated_reply answer = { .room = GENERATED_MESSAGE };
	struct pending *reply = road_take_place();
	struct generated_server server;

	if (reply == NULL)
		return;
	counters.queries[family]++;
	counters.octets_in += length;
	reply->length = 0;
	if (!read_destination(message, reply, &server))
		goto nothing;
	if (generated_is_silent(&world, server) || (family == V6 && v6_is_silent)) {
		counters.silent++;
		goto nothing;
	}
	if (road_loses()) {
		counters.lost++;
		goto nothing;
	}
	answer.at = reply->message;
	generated_answer(&world, server, true, query, length, &answer);
	reply->length = answer.length;
	reply->family = family;
	reply->connection = -1;
	reply->asker_length = message->msg_namelen;
	memcpy(&reply->asker, message->msg_name, message->msg_namelen);
	for (unsigned i = 0; i < answer.manner.strays; i++)
		send_stray(reply, answer.manner.stray, query, length);
	if (answer.length == 0 || answer.manner.never)
		goto nothing;
	if (answer.manner.in_unison_ms != 0)
		answer.manner.later_ms = road_until_multiple_ms(answer.manner.in_unison_ms);
	road_schedule(reply, 1, answer.manner.later_ms);
	return;
nothing:
	road_give_back(reply);
}

static void receive(enum family family)
{
	static uint8_t rooms[BATCH][GENERATED_QUERY];
	static struct source sources[BATCH];
	static struct sockaddr_storage askers[BATCH];
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	int count;

	for (int i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){ rooms[i], GENERATED_QUERY };
		messages[i].msg_hdr = (struct msghdr){
			.msg_name = &askers[i], .msg_namelen = sizeof(askers[i]),
			.msg_iov = &parts[i], .msg_iovlen = 1,
			.msg_control = sources[i].room, .msg_controllen = sizeof(sources[i].room),
		};
	}
	count = recvmmsg(sockets[family], messages, BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0; i < count; i++)
		take_datagram(family, &messages[i].msg_hdr, rooms[i], messages[i].msg_len);
}

static void write_source(struct msghdr *message, const struct pending *reply, struct source *source)
{
	struct in_pktinfo v4 = { .ipi_spec_dst = reply->from.v4 };
	struct in6_pktinfo v6 = { .ipi6_addr = reply->from.v6 };
	bool is_v6 = reply->family == V6;
	struct cmsghdr *part;

	memset(source, 0, sizeof(*source));
	message->msg_control = source->room;
	message->msg_controllen = is_v6 ? CMSG_SPACE(sizeof(v6)) : CMSG_SPACE(sizeof(v4));
	part = CMSG_FIRSTHDR(message);
	part->cmsg_level = is_v6 ? IPPROTO_IPV6 : IPPROTO_IP;
	part->cmsg_type = is_v6 ? IPV6_PKTINFO : IP_PKTINFO;
	part->cmsg_len = is_v6 ? CMSG_LEN(sizeof(v6)) : CMSG_LEN(sizeof(v4));
	memcpy(CMSG_DATA(part), is_v6 ? (void *)&v6 : (void *)&v4, is_v6 ? sizeof(v6) : sizeof(v4));
}

static void send_batch(enum family family, struct pending **batch, unsigned count)
{
	static struct source sources[BATCH];
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];

	for (unsigned i = 0; i < count; i++) {
		parts[i] = (struct iovec){ batch[i]->message, batch[i]->length };
		messages[i].msg_hdr = (struct msghdr){
			.msg_name = &batch[i]->asker, .msg_namelen = batch[i]->asker_length,
			.msg_iov = &parts[i], .msg_iovlen = 1,
		};
		write_source(&messages[i].msg_hdr, batch[i], &sources[i]);
	}
	for (unsigned i = 0; i < count; i++)
		counters.octets_out += batch[i]->length;
	for (unsigned sent = 0; sent < count;) {
		int now = sendmmsg(sockets[family], messages + sent, count - sent, 0);

		sent += now > 0 ? (unsigned)now : 1;    /* an asker that is gone loses its reply */
	}
	for (unsigned i = 0; i < count; i++)
		road_give_back(batch[i]);
}

static void send_due(void)
{
	struct pending *batches[FAMILIES][BATCH];
	unsigned counts[FAMILIES] = { 0, 0 };
	int64_t now = road_now_ns();

	for (struct pending *reply; (reply = road_take_due(now)) != NULL;) {
		if (reply->connection >= 0) {
			streams_send(reply);
			continue;
		}
		batches[reply->family][counts[reply->family]++] = reply;
		if (counts[reply->family] == BATCH) {
			send_batch(reply->family, batches[reply->family], BATCH);
			counts[reply->family] = 0;
		}
	}
	for (enum family family = V4; family < FAMILIES; family++)
		send_batch(family, batches[family], counts[family]);
}

/* --- a forger who sees nothing --- */

/* From a server to whoever asks it: with a route of type local the two have one address. */
static void send_guess(void)
{
	unsigned zone = (unsigned)(road_draw() % world.zones);
	unsigned host = GENERATED_FIRST_HOST + zone % world.hosts;
	unsigned server = (unsigned)(road_draw() % world.servers);
	struct pending *guess = road_take_place();
	struct sockaddr_in to = { .sin_family = AF_INET };

	if (guess == NULL)
		return;
	guess->from.v4.s_addr = htonl(198u << 24 | 18u << 16 | host << 4 | (server + 1));
	to.sin_addr = guess->from.v4;
	to.sin_port = htons((uint16_t)(FIRST_PORT + road_draw() % PORTS));
	memcpy(&guess->asker, &to, sizeof(to));
	guess->asker_length = sizeof(to);
	guess->family = V4;
	guess->connection = -1;
	guess->length = forged_guess(zone, zone % world.tlds, road_draw(), guess->message);
	counters.forged++;
	road_schedule(guess, 0, 0);
}

/* So many as are due by the rate, but no more than a batch, and nothing is made up for. */
static void forge(void)
{
	static int64_t last;
	int64_t now = road_now_ns(), gap;

	if (forge_rate == 0)
		return;
	gap = 1000000000 / forge_rate;
	if (now - last > BATCH * gap)
		last = now - BATCH * gap;
	for (; now - last >= gap; last += gap)
		send_guess();
}

/* --- set up --- */

/* Handshakes with silent servers are dropped: the filter of the listening socket sees the
 * address. The same rule as generated_is_silent. */
static void filter_handshakes(enum family family)
{
	const uint32_t net = (uint32_t)SKF_NET_OFF;
	struct sock_filter v4[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, net + 16),
		BPF_STMT(BPF_ST, 0),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 15),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, GENERATED_SERVERS_MAX + 1, 7, 0),
		BPF_STMT(BPF_LD | BPF_MEM, 0),
		BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x1fff),
		BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
		BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, 1),
		BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, world.servers),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, world.alive, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, 0xffff),
	};
	struct sock_filter v6[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, net + 38),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, GENERATED_SERVERS_MAX + 1, 6, 0),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, net + 36),
		BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
		BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, 1),
		BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, world.servers),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, v6_is_silent ? 0 : world.alive, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, 0xffff),
	};
	struct sock_fprog program = {
		.len = family == V4 ? sizeof(v4) / sizeof(v4[0]) : sizeof(v6) / sizeof(v6[0]),
		.filter = family == V4 ? v4 : v6,
	};

	if (setsockopt(listeners[family], SOL_SOCKET, SO_ATTACH_FILTER, &program,
		       sizeof(program)) != 0)
		die("cannot filter handshakes");
}

static int open_socket(enum family family, int type)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(PORT) };
	int made =
		socket(family == V4 ? AF_INET : AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int yes = 1, octets = 8 << 20;

	if (made < 0)
		die("no socket");
	setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (family == V6) {
		setsockopt(made, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes));
		/* The addresses are routed here and nowhere written down as ours. */
		setsockopt(made, IPPROTO_IPV6, IPV6_FREEBIND, &yes, sizeof(yes));
	}
	if (type == SOCK_DGRAM &&
	    setsockopt(made, SOL_SOCKET, SO_RCVBUFFORCE, &octets, sizeof(octets)) != 0)
		setsockopt(made, SOL_SOCKET, SO_RCVBUF, &octets, sizeof(octets));
	if (type == SOCK_DGRAM)
		setsockopt(made, family == V4 ? IPPROTO_IP : IPPROTO_IPV6,
			   family == V4 ? IP_PKTINFO : IPV6_RECVPKTINFO, &yes, sizeof(yes));
	if (bind(made, family == V4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6,
		 family == V4 ? sizeof(v4) : sizeof(v6)) != 0)
		die("cannot bind port 53");
	return made;
}

static void open_all(void)
{
	for (enum family family = V4; family < FAMILIES; family++) {
		sockets[family] = open_socket(family, SOCK_DGRAM);
		listeners[family] = open_socket(family, SOCK_STREAM);
		filter_handshakes(family);
		if (listen(listeners[family], STREAMS) != 0)
			die("cannot listen");
	}
	streams_init(&world);
	road_init();
}

static void write_anchor(void)
{
	char line[256];
	FILE *file;

	if (anchor_path == NULL)
		return;
	signed_begin();
	signed_anchor(line, sizeof(line));
	file = fopen(anchor_path, "w");
	if (file == NULL || fputs(line, file) < 0 || fclose(file) != 0)
		die(anchor_path);
}

/* --- the loop --- */

static void on_signal(int number)
{
	if (number == SIGUSR1)
		must_zero = 1;
	else if (number == SIGUSR2)
		must_print = 1;
	else
		must_end = 1;
}

static void serve_once(const sigset_t *unblocked)
{
	struct pollfd polled[2 * FAMILIES + STREAMS];
	int64_t wait = forge_rate == 0 ? road_wait_ns() : 1000000;
	struct timespec timeout = { wait / 1000000000, wait % 1000000000 };
	nfds_t streams;

	for (enum family family = V4; family < FAMILIES; family++) {
		polled[family] = (struct pollfd){ .fd = sockets[family], .events = POLLIN };
		polled[FAMILIES + family] =
			(struct pollfd){ .fd = listeners[family], .events = POLLIN };
	}
	streams = streams_prepare(polled + 2 * FAMILIES);
	if (ppoll(polled, 2 * FAMILIES + streams, &timeout, unblocked) < 0)
		return;
	forge();
	send_due();
	for (enum family family = V4; family < FAMILIES; family++) {
		if (polled[family].revents != 0)
			receive(family);
		if (polled[FAMILIES + family].revents != 0)
			streams_accept(listeners[family], family);
	}
	streams_read(polled + 2 * FAMILIES, streams);
	send_due();
}

static void zero_counters(void)
{
	memset(&counters, 0, sizeof(counters));
	streams_queries = streams_octets_in = streams_octets_out = 0;
	road.overflow = 0;
	must_zero = 0;
	evil_begin();
}

static void print_counters(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	printf("queries %lu v4 %lu v6 %lu tcp %lu lost %lu silent %lu overflow %lu forged %lu",
	       counters.queries[V4] + counters.queries[V6] + streams_queries, counters.queries[V4],
	       counters.queries[V6], streams_queries, counters.lost, counters.silent, road.overflow,
	       counters.forged);
	printf(" octets_in %lu octets_out %lu cpu_ms %ld\n",
	       counters.octets_in + streams_octets_in, counters.octets_out + streams_octets_out,
	       (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
	       (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000);
	fflush(stdout);
	must_print = 0;
}

/* --- options --- */

enum {
	ZONES, HOSTS, TLDS, SERVERS, ALIVE, NO_V6, SILENT_V6,
	DELAY, JITTER, LOSS, REORDER, SEED, FORGE, ANCHOR,
};

static const struct option options[] = {
	{ "zones", required_argument, NULL, ZONES },
	{ "hosts", required_argument, NULL, HOSTS },
	{ "tlds", required_argument, NULL, TLDS },
	{ "servers", required_argument, NULL, SERVERS },
	{ "alive", required_argument, NULL, ALIVE },
	{ "no-v6", no_argument, NULL, NO_V6 },
	{ "silent-v6", no_argument, NULL, SILENT_V6 },
	{ "delay", required_argument, NULL, DELAY },
	{ "jitter", required_argument, NULL, JITTER },
	{ "loss", required_argument, NULL, LOSS },
	{ "reorder", required_argument, NULL, REORDER },
	{ "seed", required_argument, NULL, SEED },
	{ "forge", required_argument, NULL, FORGE },
	{ "anchor", required_argument, NULL, ANCHOR },
	{ NULL, 0, NULL, 0 },
};

static double number(const char *text, double most)
{
	char *end;
	double value = strtod(text, &end);

	if (*text != '\0' && *end == '\0' && value >= 0 && value <= most)
		return value;
	fprintf(stderr, "world: %s is no number from 0 to %g\n", text, most);
	exit(2);
}

static void take_option(int which, const char *value)
{
	switch (which) {
	case ZONES:     world.zones = (unsigned)number(value, 99999999); break;
	case HOSTS:     world.hosts = (unsigned)number(value, GENERATED_HOSTS_MAX); break;
	case TLDS:      world.tlds = (unsigned)number(value, GENERATED_TLDS_MAX); break;
	case SERVERS:   world.servers = (unsigned)number(value, GENERATED_SERVERS_MAX); break;
	case ALIVE:     world.alive = (unsigned)number(value, GENERATED_SERVERS_MAX); break;
	case NO_V6:     world.with_v6 = false; break;
	case SILENT_V6: v6_is_silent = true; break;
	case DELAY:     road.delay_ns = (int64_t)(number(value, 10000) * 1e6); break;
	case JITTER:    road.jitter_ns = (int64_t)(number(value, 10000) * 1e6); break;
	case LOSS:      road.loss = number(value, 100) / 100; break;
	case REORDER:   road.reorder = number(value, 100) / 100; break;
	case FORGE:     forge_rate = (unsigned)number(value, 1e6); break;
	case ANCHOR:    world.is_signed = true; anchor_path = value; break;
	case SEED:      road.chance = (uint64_t)number(value, 1e15); break;
	default:        exit(2);
	}
}

static void read_options(int argc, char **argv)
{
	for (int which; (which = getopt_long(argc, argv, "", options, NULL)) != -1;)
		take_option(which, optarg);
	if (world.alive == 0)
		world.alive = world.servers;
	if (optind == argc && world.tlds != 0 && world.zones != 0 && world.hosts != 0 &&
	    world.servers != 0)
		return;
	fprintf(stderr, "world: at least one of each, and nothing but options\n");
	exit(2);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked, unblocked;

	read_options(argc, argv);
	write_anchor();
	open_all();
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGUSR1);
	sigaddset(&blocked, SIGUSR2);
	sigprocmask(SIG_BLOCK, &blocked, &unblocked);
	for (int number = 0; number < 4; number++)
		sigaction((int[]){ SIGTERM, SIGINT, SIGUSR1, SIGUSR2 }[number], &action, NULL);
	while (!must_end) {
		serve_once(&unblocked);
		if (must_zero)
			zero_counters();
		if (must_print)
			print_counters();
	}
	print_counters();
	return 0;
}
