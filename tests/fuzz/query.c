/* SPDX-License-Identifier: MIT */
/* query.c — any octets as a datagram, or as a TCP stream, to the front door.
 *
 * The first octet says who asks and what they may; the second, over what: even a datagram, odd a
 * stream that comes in pieces of about that size. The cache knows a few answers, walks tell at
 * once, later, or never. Every reply must be a reply to what was asked, well-formed, and no larger
 * than the asker takes; in the end nobody may be left waiting. */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cache/base/must.h"
#include "cache/base/rcu.h"
#include "resolver/front/inside.h"
#include "tests/unit/resolver/front/door.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

enum { MOST_STREAM = 8192 };

enum {                                  /* bits of the first octet */
	STRANGER = 1, NO_RD = 2, NO_TRACE = 4, PORT_ZERO = 8, NO_PLACE = 16, TOLD_LATE = 32,
	NEVER_TOLD = 64, IPV6 = 128,
};

static struct loop_uv driver;
static struct cache cache;
static struct walks walks;
static struct front_settings settings;
static struct access *everybody, *nobody;
static struct front *front;

static void know(const char *name, uint16_t type, enum security security, uint16_t ede)
{
	static uint8_t last = 1;
	struct answer answer = fake_answer(name, type, last++);

	answer.security = security;
	answer.ede = ede;
	answer.ede_text = ede == EDE_NONE ? NULL : "because of this and that";
	fake_cache_add(&cache, &answer);
}

static void begin(void)
{
	static const struct access_list empty;

	rcu_thread_begin();
	everybody = access_new(empty, empty, true);
	nobody = access_new(empty, empty, false);
	must(everybody != NULL && nobody != NULL);
	settings.access = everybody;
	know("a.", TYPE_A, SECURITY_SECURE, EDE_NONE);
	know("b.", TYPE_A, SECURITY_BOGUS, EDE_DNSSEC_BOGUS);
	know("c.", TYPE_A, SECURITY_INSECURE, EDE_STALE_ANSWER);
	know(".", TYPE_NS, SECURITY_UNCHECKED, EDE_NONE);
	must(loop_uv_init(&driver) == OK);
	must(front_new(&driver.loop, &cache, &walks, &settings, &front) == OK);
}

static void set(uint8_t who)
{
	settings = (struct front_settings){
		.access = who & STRANGER ? nobody : everybody,
		.non_recursive = who & NO_RD ? nobody : everybody,
		.trace_access = who & NO_TRACE ? nobody : everybody,
		.trace_on = true,
		.trace_option = TRACE_OPTION,
		.tcp_queries = 4,
	};
	walks.says = who & NO_PLACE ? ASK_TOO_MANY : ASK_ACCEPTED;
	front_configure(front, &settings);
}

/* What must hold of any reply to any query. */
static void check_reply(struct bytes query, struct bytes reply, size_t most)
{
	struct cursor at = cursor_over(reply);
	struct header header;
	struct question question;
	struct record record;
	unsigned opts = 0;

	must(reply.length <= most);
	header_read(&at, &header);
	must((header.flags & FLAG_QR) != 0);
	must((header.flags & FLAG_AA) == 0);
	must(header.questions <= 1);
	if (query.length >= HEADER_LENGTH) {
		must((query.at[2] & 0x80) == 0);
		must(header.id == load_u16(query.at));
		must((header.flags & MASK_OPCODE) == (load_u16(query.at + 2) & MASK_OPCODE));
	}
	for (unsigned i = 0; i < header.questions; i++)
		question_read(&at, &question);
	for (unsigned i = 0; i < SECTIONS; i++) {
		for (unsigned n = 0; n < header.counts[i]; n++) {
			record_read(&at, &record);
			opts += record.type == TYPE_OPT;
		}
	}
	must(cursor_is_good(&at) && cursor_left(&at) == 0);
	must(opts <= 1);
}

static struct address asker(uint8_t who)
{
	static const uint8_t octets[16] = { 192, 0, 2, 1 };
	uint16_t port = who & PORT_ZERO ? 0 : 4242;

	return who & IPV6 ? address_v6(octets, port) : address_v4(octets, port);
}

/* A datagram lies in memory of exactly its size, as does the reply, so that one octet too far is
 * noticed. */
static void try_datagram(uint8_t who, struct bytes message)
{
	uint8_t *exact = malloc(message.length + 1), *room = malloc(EDNS_PAYLOAD);
	struct writer reply = writer_over(room, EDNS_PAYLOAD);
	struct query query = { .from = asker(who) };
	static const struct failure failure = { RCODE_SERVFAIL, EDE_OTHER, "it is so", false };

	must(exact != NULL && room != NULL);
	memcpy(exact, message.at, message.length);
	switch (front_consider(front, bytes_of(exact, message.length), &query, &reply)) {
	case PROSPECT_NONE:
		break;
	case PROSPECT_WALK:
		must(query.has_question && query_has_flag(&query, FLAG_RD));
		compose_answer(&query, &cache.answers[who % cache.count], 1000, NULL, &reply);
		check_reply(message, writer_bytes(&reply), query.most);
		reply = writer_over(room, EDNS_PAYLOAD);
		compose_failure(&query, &failure, NULL, &reply);
		check_reply(message, writer_bytes(&reply), query.most);
		break;
	case PROSPECT_REPLY:
		must(!(who & PORT_ZERO));
		check_reply(message, writer_bytes(&reply), query.most);
		front_count_reply(front, &query, writer_bytes(&reply));
		break;
	}
	free(exact);
	free(room);
}

static void tell_all(void)
{
	while (walks.count > 0)
		fake_walks_tell(&walks, walks.count / 2, &cache.answers[walks.count % cache.count],
				NULL);
}

/* Frames without a gap, each a whole reply. */
static void check_stream(int fd)
{
	static uint8_t stream[4 * 1024 * 1024];
	size_t held = 0, at = 0;
	ssize_t n;

	while ((n = recv(fd, stream + held, sizeof(stream) - held, MSG_DONTWAIT)) > 0)
		held += (size_t)n;
	while (at < held) {
		size_t length;

		must(held - at >= 2);
		length = load_u16(stream + at);
		must(held - at - 2 >= length);
		check_reply(bytes_of(NULL, 0), bytes_of(stream + at + 2, length), MAX_MESSAGE);
		at += 2 + length;
	}
}

static void try_stream(uint8_t who, uint8_t piece, struct bytes stream)
{
	struct address peer = asker(who);
	int ends[2];

	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
	connection_new(front, ends[0], &peer);
	for (size_t at = 0; at < stream.length; at += piece) {
		size_t length = stream.length - at < piece ? stream.length - at : piece;

		if (send(ends[1], stream.at + at, length, MSG_NOSIGNAL) < 0)
			break;
		uv_run(&driver.uv, UV_RUN_NOWAIT);
		if (!(who & TOLD_LATE) && !(who & NEVER_TOLD))
			tell_all();
	}
	if (who & TOLD_LATE) {
		shutdown(ends[1], SHUT_WR);
		uv_run(&driver.uv, UV_RUN_NOWAIT);
	}
	/* Those that wait make room for more, at most so many times. */
	for (unsigned i = 0; i < MOST_STREAM / 12 && !(who & NEVER_TOLD); i++) {
		tell_all();
		uv_run(&driver.uv, UV_RUN_NOWAIT);
		if (walks.count == 0)
			break;
	}
	check_stream(ends[1]);
	close(ends[1]);
	uv_run(&driver.uv, UV_RUN_NOWAIT);
	connections_close(front);
	uv_run(&driver.uv, UV_RUN_NOWAIT);
	must(walks.count == 0);
	must(front_clients(front) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	struct bytes rest;

	if (front == NULL)
		begin();
	if (length < 2)
		return 0;
	rest = bytes_of(octets + 2, length - 2);
	set(octets[0]);
	if (octets[1] % 2 == 0)
		try_datagram(octets[0], rest);
	else if (rest.length <= MOST_STREAM)
		try_stream(octets[0], octets[1], rest);
	return 0;
}
