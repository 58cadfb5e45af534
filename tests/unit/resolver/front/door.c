/* SPDX-License-Identifier: MIT */
/* door.c — the front on a real loop, driven from the test's own thread. */
#include "door.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/base/rcu.h"

enum { PATIENCE_MS = 30000 };

static struct local *every_special_name(void)
{
	struct local_wishes wishes = { .configured_count = 0 };

	for (unsigned group = 0; group < LOCAL_GROUPS; group++)
		wishes.on[group] = true;
	return local_new(&wishes);
}

int door_bind(const char *text, int type, struct address *bound)
{
	struct sockaddr_storage at;
	struct address address;
	socklen_t length;
	int fd;

	ck_assert(address_parse(text, 0, &address));
	length = address_to_socket(&address, &at);
	fd = socket(at.ss_family, type | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, length), 0);
	length = sizeof(at);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &length), 0);
	*bound = address_from_socket(&at);
	return fd;
}

int door_connect(const struct address *to, int type)
{
	struct sockaddr_storage at;
	socklen_t length = address_to_socket(to, &at);
	int fd = socket(at.ss_family, type | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&at, length), 0);
	return fd;
}

void door_open(struct door *door, const char *text)
{
	memset(door, 0, sizeof(*door));
	rcu_thread_begin();
	door->everybody = access_new((struct access_list){ 0 }, (struct access_list){ 0 }, true);
	door->nobody = access_new((struct access_list){ 0 }, (struct access_list){ 0 }, false);
	ck_assert_ptr_nonnull(door->everybody);
	ck_assert_ptr_nonnull(door->nobody);
	door->local = every_special_name();
	ck_assert_ptr_nonnull(door->local);
	door->settings = (struct front_settings){
		.local = door->local,
		.access = door->everybody,
		.non_recursive = door->everybody,
		.trace_access = door->everybody,
		.trace_on = true,
		.trace_option = TRACE_OPTION,
	};
	ck_assert_int_eq(loop_uv_init(&door->loop), OK);
	ck_assert_int_eq(front_new(&door->loop.loop, &door->cache, &door->walks, &door->settings,
				   &door->front), OK);
	ck_assert_int_eq(front_add_udp(door->front, door_bind(text, SOCK_DGRAM, &door->udp)), OK);
	ck_assert_int_eq(front_add_tcp(door->front, door_bind(text, SOCK_STREAM, &door->tcp)), OK);
}

void door_close(struct door *door)
{
	front_free(door->front);
	ck_assert_uint_eq(door->walks.count, 0);        /* whoever waited has left */
	loop_uv_clear(&door->loop);
	access_free(door->everybody);
	access_free(door->nobody);
	local_free(door->local);
	rcu_thread_end();
}

static void run_once(struct door *door)
{
	if (uv_run(&door->loop.uv, UV_RUN_NOWAIT) == 0)
		usleep(500);
	else
		usleep(200);
}

void door_run_ms(struct door *door, unsigned ms)
{
	uint64_t until = clock_timer_ms() + ms;

	do
		run_once(door);
	while (clock_timer_ms() < until);
}

bool door_run_until(struct door *door, bool (*so)(void *), void *subject)
{
	uint64_t until = clock_timer_ms() + PATIENCE_MS;

	while (clock_timer_ms() < until) {
		run_once(door);
		if (so(subject))
			return true;
	}
	return false;
}

size_t door_receive(struct door *door, int fd, uint8_t *into, size_t room, unsigned ms)
{
	uint64_t until = clock_timer_ms() + ms;

	do {
		ssize_t n = recv(fd, into, room, MSG_DONTWAIT);

		if (n >= 0)
			return (size_t)n;
		run_once(door);
	} while (clock_timer_ms() < until);
	return 0;
}

bool door_read(struct door *door, int fd, uint8_t *into, size_t length)
{
	uint64_t until = clock_timer_ms() + PATIENCE_MS;
	size_t held = 0;

	while (held < length && clock_timer_ms() < until) {
		ssize_t n = recv(fd, into + held, length - held, MSG_DONTWAIT);

		if (n == 0 || (n < 0 && errno != EAGAIN))
			return false;
		if (n > 0)
			held += (size_t)n;
		else
			run_once(door);
	}
	return held == length;
}

bool door_is_closed(struct door *door, int fd, unsigned ms)
{
	uint64_t until = clock_timer_ms() + ms;
	uint8_t rubbish[4096];

	do {
		ssize_t n = recv(fd, rubbish, sizeof(rubbish), MSG_DONTWAIT);

		if (n == 0 || (n < 0 && errno != EAGAIN))
			return true;
		run_once(door);
	} while (clock_timer_ms() < until);
	return false;
}

size_t ask_write(const struct ask *ask, uint8_t *into, size_t room)
{
	struct writer writer = writer_over(into, room);
	struct question question = { .type = ask->type, .class = CLASS_IN };
	const struct header header = {
		.id = ask->id,
		.flags = ask->flags,
		.questions = 1,
		.counts = { 0, 0, ask->edns },
	};
	const struct edns edns = {
		.payload = ask->payload == 0 ? EDNS_PAYLOAD : ask->payload,
		.dnssec_ok = ask->dnssec_ok,
		.version = ask->version,
	};
	size_t length_position;

	ck_assert(name_parse(ask->name, &question.name));
	header_write(&writer, &header);
	question_write(&writer, &question);
	if (ask->edns) {
		length_position = edns_write(&writer, &edns);
		put_bytes(&writer, ask->options);
		patch_u16(&writer, length_position, (uint16_t)ask->options.length);
	}
	ck_assert(writer_is_good(&writer));
	return writer.position;
}

void ask_send(const struct ask *ask, int fd)
{
	uint8_t wire[2048];
	size_t length = ask_write(ask, wire, sizeof(wire));

	ck_assert_int_eq(send(fd, wire, length, 0), (ssize_t)length);
}

size_t ask_frame(const struct ask *ask, uint8_t *into, size_t room)
{
	size_t length = ask_write(ask, into + 2, room - 2);

	store_u16(into, (uint16_t)length);
	return length + 2;
}

static void read_option(const struct edns_option *option, struct said *into)
{
	size_t text = option->value.length - 2;

	if (option->code == TRACE_OPTION)
		into->trace = option->value;
	if (option->code != OPTION_EDE)
		return;
	ck_assert_uint_ge(option->value.length, 2);
	ck_assert_uint_lt(text, sizeof(into->ede_text));
	into->ede = load_u16(option->value.at);
	memcpy(into->ede_text, option->value.at + 2, text);
	into->ede_text[text] = '\0';
}

static void read_opt(const struct record *record, struct said *into)
{
	struct edns_option option;
	struct cursor options;

	ck_assert(!into->edns.present);
	ck_assert(edns_read(record, &into->edns));
	into->rcode |= (unsigned)into->edns.extended_rcode << 4;
	options = cursor_over(into->edns.options);
	while (edns_option_read(&options, &option))
		read_option(&option, into);
	ck_assert(cursor_is_good(&options));
}

void said_read(struct bytes reply, struct said *into)
{
	struct cursor at = cursor_over(reply);

	*into = (struct said){ .ede = EDE_NONE };
	header_read(&at, &into->header);
	ck_assert((into->header.flags & FLAG_QR) != 0);
	ck_assert((into->header.flags & FLAG_AA) == 0);
	into->rcode = header_rcode(&into->header);
	if (into->header.questions == 1)
		question_read(&at, &into->question);
	for (unsigned section = 0; section < SECTIONS; section++) {
		for (unsigned i = 0; i < into->header.counts[section]; i++) {
			struct record record;

			record_read(&at, &record);
			ck_assert(cursor_is_good(&at));
			if (record.type == TYPE_OPT)
				read_opt(&record, into);
			else if (record.type == TYPE_A && into->last_octet == 0)
				into->last_octet = record.rdata.at[3];
		}
	}
	ck_assert(cursor_is_good(&at));
	ck_assert_uint_eq(cursor_left(&at), 0);
}
