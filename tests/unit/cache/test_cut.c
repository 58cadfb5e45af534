/* SPDX-License-Identifier: MIT */
/* test_cut.c — cuts are packed and come back; what is no cut is refused. */
#include <stdio.h>

#include "cache/cut.h"
#include "making.h"
#include "tests/unit/suite.h"

static struct cut cut_of(void)
{
	static const uint8_t ds[] = { 0, 5, 1, 2, 13, 2, 9, 0, 4, 1, 2, 8, 2 };
	struct cut cut = {
		.zone = name_of("Example.com"),
		.source = CUT_FROM_REFERRAL,
		.security = SECURITY_SECURE,
		.stored_at = 1000,
		.ttl = 3600,
		.ds_length = sizeof(ds),
	};
	struct name ns1 = name_of("ns1.example.com"), ns2 = name_of("ns2.example.net");
	struct address address;

	memcpy(cut.ds, ds, sizeof(ds));
	cut_add_server(&cut, &ns1);
	cut_add_server(&cut, &ns2);
	ck_assert(address_parse("192.0.2.1@53", 53, &address));
	cut_add_address(&cut, &ns1, &address);
	ck_assert(address_parse("2001:db8::1@53", 53, &address));
	cut_add_address(&cut, &ns1, &address);
	return cut;
}

START_TEST(packed_it_comes_back_as_it_was)
{
	struct cut cut = cut_of(), again;
	uint8_t packed[CUT_PACKED_SIZE];
	size_t length = cut_pack(&cut, packed);

	ck_assert_uint_gt(length, 0);
	ck_assert(cut_unpack(bytes_of(packed, length), &again));
	ck_assert(name_equal(&again.zone, &cut.zone));
	ck_assert_uint_eq(again.server_count, 2);
	ck_assert_uint_eq(again.servers[0].address_count, 2);
	ck_assert_uint_eq(again.servers[1].address_count, 0);
	ck_assert(address_equal(&again.servers[0].addresses[1], &cut.servers[0].addresses[1]));
	ck_assert(name_equal(&again.servers[1].name, &cut.servers[1].name));
	ck_assert_int_eq(again.security, SECURITY_SECURE);
	ck_assert_uint_eq(again.ds_length, cut.ds_length);
	ck_assert_mem_eq(again.ds, cut.ds, cut.ds_length);
	ck_assert(cut_packed_is_of(bytes_of(packed, length), &cut.zone));
	ck_assert_uint_eq(cut_packed_ttl_left(bytes_of(packed, length), 1600), 3000);
}
END_TEST

START_TEST(doubles_strangers_and_too_many_are_ignored)
{
	struct cut cut = cut_of();
	struct name ns1 = name_of("NS1.example.com"), stranger = name_of("ns9.example.com");
	struct address address;

	cut_add_server(&cut, &ns1);
	ck_assert_uint_eq(cut.server_count, 2);
	ck_assert(address_parse("192.0.2.1@53", 53, &address));
	cut_add_address(&cut, &ns1, &address);
	cut_add_address(&cut, &stranger, &address);
	ck_assert_uint_eq(cut.servers[0].address_count, 2);
	for (int i = 0; i < 20; i++) {
		char text[64];

		snprintf(text, sizeof(text), "192.0.2.%d@53", 100 + i);
		ck_assert(address_parse(text, 53, &address));
		cut_add_address(&cut, &ns1, &address);
		snprintf(text, sizeof(text), "more%d.example.com", i);
		stranger = name_of(text);
		cut_add_server(&cut, &stranger);
	}
	ck_assert_uint_eq(cut.servers[0].address_count, MAX_ADDRESSES_PER_SERVER);
	ck_assert_uint_eq(cut.server_count, MAX_SERVERS_PER_CUT);
}
END_TEST

START_TEST(the_largest_cut_fits)
{
	struct cut cut = cut_of(), again;
	uint8_t packed[CUT_PACKED_SIZE];
	size_t length;

	memset(&cut.zone, 0, sizeof(cut.zone));
	for (int label = 0; label < 4; label++) {
		uint8_t size = label == 3 ? 61 : 63;

		cut.zone.octets[cut.zone.length] = size;
		memset(cut.zone.octets + cut.zone.length + 1, 'x', size);
		cut.zone.length = (uint8_t)(cut.zone.length + size + 1);
	}
	cut.zone.length++;
	ck_assert_uint_eq(cut.zone.length, 255);
	cut.server_count = MAX_SERVERS_PER_CUT;
	for (int i = 0; i < MAX_SERVERS_PER_CUT; i++) {
		cut.servers[i] = cut.servers[0];
		cut.servers[i].name = cut.zone;
		cut.servers[i].address_count = MAX_ADDRESSES_PER_SERVER;
		for (int j = 0; j < MAX_ADDRESSES_PER_SERVER; j++)
			cut.servers[i].addresses[j] = cut.servers[0].addresses[1];
	}
	cut.ds_length = sizeof(cut.ds);
	memset(cut.ds, 0, sizeof(cut.ds));
	length = cut_pack(&cut, packed);
	ck_assert_uint_gt(length, 0);
	ck_assert(cut_unpack(bytes_of(packed, length), &again));
	ck_assert_mem_eq(&again.servers[12], &cut.servers[12], sizeof(cut.servers[12]));
}
END_TEST

START_TEST(what_is_no_cut_is_refused)
{
	struct cut cut = cut_of(), again;
	uint8_t packed[CUT_PACKED_SIZE], changed[CUT_PACKED_SIZE];
	size_t length = cut_pack(&cut, packed);

	for (size_t shorter = 0; shorter < length; shorter++)
		ck_assert(!cut_unpack(bytes_of(packed, shorter), &again));
	for (size_t i = 0; i < length; i++) {
		for (unsigned bit = 1; bit < 256; bit *= 2) {
			memcpy(changed, packed, length);
			changed[i] ^= (uint8_t)bit;
			if (cut_unpack(bytes_of(changed, length), &again))
				ck_assert_uint_gt(cut_pack(&again, changed), 0);
		}
	}
	packed[0] = 99;
	ck_assert(!cut_unpack(bytes_of(packed, length), &again));
}
END_TEST

START_TEST(a_cut_expires)
{
	struct cut cut = cut_of();

	ck_assert_uint_eq(cut_ttl_left(&cut, 1000), 3600);
	ck_assert_uint_eq(cut_ttl_left(&cut, 999), 3600);
	ck_assert_uint_eq(cut_ttl_left(&cut, 4600), 0);
	ck_assert_uint_eq(cut_ttl_left(&cut, 400000), 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		packed_it_comes_back_as_it_was, doubles_strangers_and_too_many_are_ignored,
		the_largest_cut_fits, what_is_no_cut_is_refused, a_cut_expires,
	};

	return suite_run("cut", tests, SUITE_COUNT(tests));
}
