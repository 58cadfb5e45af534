/* SPDX-License-Identifier: MIT */
/* test_transfer.c — transfers, honest and hostile, message by message. */
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/base/limits.h"
#include "tests/unit/resolver/root/zones.h"

static struct complaint why;
static struct zone zone;
static struct transfer transfer;

static void begin(uint16_t id)
{
	zone_clear(&zone);
	zone_init(&zone, &name_root);
	transfer = (struct transfer){ .zone = &zone, .id = id };
}

static bool take(struct bytes stream)
{
	begin(7);
	return transfer_take_stream(&transfer, stream, &why);
}

static void ck_refused(struct bytes stream, const char *words)
{
	ck_assert(!take(stream));
	ck_assert_msg(strstr(why.text, words) != NULL, "it says: %s", why.text);
}

/* One message with these flags, and whatever records `put` writes. */
struct message {
	uint8_t       octets[70000];
	struct writer to;
	uint16_t      answers;
};

static void message_begin(struct message *message, uint16_t flags)
{
	const struct header header = { .id = 7, .flags = flags, .questions = 1 };
	const struct question question = { .name = name_root, .type = TYPE_AXFR,
					   .class = CLASS_IN };

	message->to = writer_over(message->octets, sizeof(message->octets));
	message->answers = 0;
	put_u16(&message->to, 0);
	header_write(&message->to, &header);
	question_write(&message->to, &question);
}

static void message_put(struct message *message, const char *owner, uint16_t type, uint16_t class,
			struct bytes rdata)
{
	struct name name;

	ck_assert(name_parse(owner, &name));
	name_write(&message->to, &name);
	put_u16(&message->to, type);
	put_u16(&message->to, class);
	put_u32(&message->to, 300);
	put_u16(&message->to, (uint16_t)rdata.length);
	put_bytes(&message->to, rdata);
	patch_u16(&message->to, 2 + 6, ++message->answers);
}

static void put_soa(struct message *message, uint32_t serial)
{
	uint8_t rdata[22] = { 0 };

	store_u32(rdata + 2, serial);
	message_put(message, ".", TYPE_SOA, CLASS_IN, bytes_of(rdata, sizeof(rdata)));
}

static struct bytes message_end(struct message *message)
{
	ck_assert(writer_is_good(&message->to));
	patch_u16(&message->to, 0, (uint16_t)(message->to.position - 2));
	return writer_bytes(&message->to);
}

static struct message message;

START_TEST(a_zone_comes_in_one_message_or_in_many)
{
	for (unsigned each = 1; each < 30; each += 4) {
		struct bytes stream = stream_of(small_root, each, 7);

		ck_assert_msg(take(stream), "%s", why.text);
		ck_assert_msg(zone_finish(&zone, &why), "%s", why.text);
		ck_assert_uint_eq(zone.count, 19);
		ck_assert_uint_eq(zone_soa(&zone).serial, 2026010100);
		free((void *)stream.at);
	}
}
END_TEST

START_TEST(every_shorter_stream_is_refused)
{
	struct bytes stream = stream_of(small_root, 3, 7);

	for (size_t length = 0; length < stream.length; length++)
		ck_assert(!take(bytes_of(stream.at, length)));
	free((void *)stream.at);
}
END_TEST

START_TEST(octets_changed_anywhere_crash_nothing)
{
	struct bytes stream = stream_of(small_root, 3, 7);
	uint8_t *octets = (uint8_t *)stream.at;

	for (size_t i = 0; i < stream.length; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			octets[i] ^= (uint8_t)(1u << bit);
			if (take(stream))
				(void)!zone_finish(&zone, &why);
			octets[i] ^= (uint8_t)(1u << bit);
		}
	}
	free(octets);
}
END_TEST

START_TEST(it_must_begin_with_the_soa)
{
	message_begin(&message, FLAG_QR);
	message_put(&message, "com.", TYPE_NS, CLASS_IN, bytes_of("\0", 1));
	put_soa(&message, 1);
	ck_refused(message_end(&message), "doesn't begin with");
}
END_TEST

START_TEST(it_must_end_with_the_same_soa)
{
	message_begin(&message, FLAG_QR);
	put_soa(&message, 1);
	put_soa(&message, 2);
	ck_refused(message_end(&message), "ends with another SOA");
}
END_TEST

START_TEST(nothing_stands_behind_its_end)
{
	message_begin(&message, FLAG_QR);
	put_soa(&message, 1);
	put_soa(&message, 1);
	message_put(&message, "com.", TYPE_NS, CLASS_IN, bytes_of("\0", 1));
	ck_refused(message_end(&message), "behind the SOA");
	message_begin(&message, FLAG_QR);
	put_soa(&message, 1);
	put_soa(&message, 1);
	put_u8(&message.to, 0);
	ck_refused(message_end(&message), "octets behind");
}
END_TEST

START_TEST(other_classes_and_types_that_are_no_data_are_refused)
{
	message_begin(&message, FLAG_QR);
	put_soa(&message, 1);
	message_put(&message, "com.", TYPE_A, CLASS_CH, bytes_of("\1\2\3\4", 4));
	ck_refused(message_end(&message), "class 3");
	message_begin(&message, FLAG_QR);
	put_soa(&message, 1);
	message_put(&message, "com.", TYPE_ANY, CLASS_IN, bytes_of("", 0));
	ck_refused(message_end(&message), "no data");
}
END_TEST

START_TEST(data_that_break_their_format_are_refused)
{
	message_begin(&message, FLAG_QR);
	put_soa(&message, 1);
	message_put(&message, "com.", TYPE_A, CLASS_IN, bytes_of("\1\2\3", 3));
	ck_refused(message_end(&message), "break their format");
}
END_TEST

START_TEST(a_server_that_refuses_is_quoted)
{
	message_begin(&message, FLAG_QR | RCODE_REFUSED);
	ck_refused(message_end(&message), "REFUSED");
}
END_TEST

START_TEST(messages_that_are_no_part_of_it_are_refused)
{
	message_begin(&message, 0);
	put_soa(&message, 1);
	ck_refused(message_end(&message), "is a query");
	message_begin(&message, FLAG_QR | FLAG_TC);
	put_soa(&message, 1);
	ck_refused(message_end(&message), "truncated");
	message_begin(&message, FLAG_QR);
	ck_refused(message_end(&message), "no records");
	message_begin(&message, FLAG_QR);
	put_soa(&message, 1);
	patch_u16(&message.to, 2 + 8, 1);
	ck_refused(message_end(&message), "where none belong");
	message_begin(&message, FLAG_QR);
	put_soa(&message, 1);
	patch_u16(&message.to, 2, 8);
	ck_refused(message_end(&message), "isn't a reply");
}
END_TEST

/* Messages of 64 kB until something says no; how many it took. */
static unsigned flood(const char *owner, uint16_t type, struct bytes rdata, unsigned each)
{
	begin(7);
	for (unsigned count = 0; count < 100000; count++) {
		struct bytes stream;

		message_begin(&message, FLAG_QR);
		if (count == 0)
			put_soa(&message, 1);
		for (unsigned i = 0; i < each; i++)
			message_put(&message, owner, type, CLASS_IN, rdata);
		stream = message_end(&message);
		if (transfer_take(&transfer, bytes_of(stream.at + 2, stream.length - 2), &why) ==
		    TRANSFER_REFUSED)
			return count;
	}
	return 100000;
}

START_TEST(an_endless_stream_ends_by_its_octets)
{
	static uint8_t large[60000];

	ck_assert_uint_le(flood("a.", TYPE_TXT, bytes_of(large, sizeof(large)), 1),
			  MAX_ROOT_TRANSFER / sizeof(large));
	ck_assert_msg(strstr(why.text, "8 MB") != NULL, "%s", why.text);
}
END_TEST

START_TEST(an_endless_stream_of_small_records_ends_by_their_number)
{
	ck_assert_uint_le(flood("a.", TYPE_A, bytes_of("\1\2\3\4", 4), 1000),
			  MAX_ROOT_RECORDS / 1000);
	ck_assert_msg(strstr(why.text, "100000 records") != NULL, "%s", why.text);
}
END_TEST

/* Each record two octets of owner (a pointer) that stand for 254, and a name likewise. */
static void put_bomb(struct message *bomb, bool first)
{
	struct writer *to = &bomb->to;
	char name[NAME_TEXT_SIZE] = "";
	unsigned at;

	for (unsigned i = 0; i < 3; i++)
		snprintf(name + i * 64, sizeof(name) - i * 64, "%063d.", (int)i);
	snprintf(name + 192, sizeof(name) - 192, "%060d.", 3);
	message_begin(bomb, FLAG_QR);
	if (first)
		put_soa(bomb, 1);
	at = (unsigned)to->position - 2;
	message_put(bomb, name, TYPE_NS, CLASS_IN, bytes_of("\0", 1));
	for (unsigned i = 0; i < 4500; i++) {
		put_u16(to, (uint16_t)(0xc000 | at));
		put_u16(to, TYPE_NS);
		put_u16(to, CLASS_IN);
		put_u32(to, 300);
		put_u16(to, 2);
		put_u16(to, (uint16_t)(0xc000 | at));
	}
	patch_u16(to, 2 + 6, (uint16_t)(bomb->answers + 4500));
}

START_TEST(compression_bombs_end_by_what_they_expand_to)
{
	size_t received = 0;
	enum transfer_state state = TRANSFER_GOES_ON;

	begin(7);
	while (state == TRANSFER_GOES_ON) {
		struct bytes stream;

		put_bomb(&message, transfer.messages == 0);
		stream = message_end(&message);
		received += stream.length;
		state = transfer_take(&transfer, bytes_of(stream.at + 2, stream.length - 2), &why);
	}
	ck_assert_int_eq(state, TRANSFER_REFUSED);
	ck_assert_msg(strstr(why.text, "32 MB") != NULL, "%s", why.text);
	ck_assert_uint_lt(received, MAX_ROOT_TRANSFER);
	ck_assert_uint_le(zone.octets.used, MAX_ROOT_OCTETS);
}
END_TEST

START_TEST(a_zone_without_ns_or_with_two_soas_is_none)
{
	struct zone other;

	ck_assert(!zone_of(". 1 IN SOA . . 1 2 3 4 5\n", ".", &other, &why));
	ck_assert_msg(strstr(why.text, "no NS") != NULL, "%s", why.text);
	zone_clear(&other);
	ck_assert(!zone_of(". 1 IN NS a.\n", ".", &other, &why));
	ck_assert_msg(strstr(why.text, "0 SOA") != NULL, "%s", why.text);
	zone_clear(&other);
	ck_assert(!zone_of(". 1 IN SOA . . 1 2 3 4 5\n. 1 IN SOA . . 2 2 3 4 5\n. 1 IN NS a.\n",
			   ".", &other, &why));
	ck_assert_msg(strstr(why.text, "2 SOA") != NULL, "%s", why.text);
	zone_clear(&other);
}
END_TEST

START_TEST(a_line_that_is_none_is_named)
{
	struct zone other;

	ck_assert(!zone_of(". 1 IN SOA . . 1 2 3 4 5\nnonsense\n", ".", &other, &why));
	ck_assert_msg(strstr(why.text, ":2: ") != NULL, "%s", why.text);
	zone_clear(&other);
}
END_TEST

START_TEST(names_sort_as_rfc_4034_has_it)
{
	static const char *const names[] = {
		"example.", "a.example.", "yljkjljk.a.example.", "Z.a.example.", "zABC.a.EXAMPLE.",
		"z.example.", "\\001.z.example.", "*.z.example.", "\\200.z.example.",
	};
	uint8_t rooms[2][ZONE_KEY_SIZE];

	for (unsigned i = 0; i + 1 < sizeof(names) / sizeof(names[0]); i++) {
		struct name a, b;
		struct bytes left, right;

		ck_assert(name_parse(names[i], &a) && name_parse(names[i + 1], &b));
		left = zone_key(&a, rooms[0]);
		right = zone_key(&b, rooms[1]);
		ck_assert_int_lt(memcmp(left.at, right.at, left.length < right.length ?
					left.length : right.length), 1);
		ck_assert(!bytes_equal(left, right));
		ck_assert_int_lt(name_compare(&a, &b), 0);
	}
}
END_TEST

static void tear_down(void)
{
	zone_clear(&zone);
}

static void set_up(void)
{
	zone_init(&zone, &name_root);
}

int main(void)
{
	const TTest *const tests[] = {
		a_zone_comes_in_one_message_or_in_many, every_shorter_stream_is_refused,
		octets_changed_anywhere_crash_nothing, it_must_begin_with_the_soa,
		it_must_end_with_the_same_soa, nothing_stands_behind_its_end,
		other_classes_and_types_that_are_no_data_are_refused,
		data_that_break_their_format_are_refused, a_server_that_refuses_is_quoted,
		messages_that_are_no_part_of_it_are_refused, an_endless_stream_ends_by_its_octets,
		an_endless_stream_of_small_records_ends_by_their_number,
		compression_bombs_end_by_what_they_expand_to,
		a_zone_without_ns_or_with_two_soas_is_none, a_line_that_is_none_is_named,
		names_sort_as_rfc_4034_has_it,
	};

	return suite_run_with("root.transfer", tests, SUITE_COUNT(tests), set_up, tear_down);
}
