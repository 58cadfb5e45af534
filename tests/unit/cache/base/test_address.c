/* SPDX-License-Identifier: MIT */
/* test_address.c — addresses and networks in text, in the kernel's form and as values. */
#include "cache/base/address.h"

#include <netinet/in.h>

#include "tests/unit/suite.h"

START_TEST(every_way_of_writing_an_address_is_understood)
{
	static const struct {
		const char *text, *printed;
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1@53" },
		{ "192.0.2.1@5300", "192.0.2.1@5300" },
		{ "192.0.2.1:5300", "192.0.2.1@5300" },
		{ "2001:db8::1", "2001:db8::1@53" },
		{ "2001:db8::1@5300", "2001:db8::1@5300" },
		{ "[2001:db8::1]:5300", "2001:db8::1@5300" },
		{ "[2001:db8::1]", "2001:db8::1@53" },
		{ "[192.0.2.1]:1", "192.0.2.1@1" },
		{ "::@0", "::@0" },
		{ "192.0.2.1@65535", "192.0.2.1@65535" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[ADDRESS_TEXT_SIZE];
		struct address address;

		ck_assert_msg(address_parse(rows[i].text, 53, &address), "%s", rows[i].text);
		ck_assert_str_eq(address_print_with_port(&address, text), rows[i].printed);
	}
}
END_TEST

START_TEST(what_is_no_address_is_refused)
{
	static const char *const texts[] = {
		"", " ", "localhost", "192.0.2", "192.0.2.256", "192.0.2.1@", "192.0.2.1@65536",
		"192.0.2.1@-1", "192.0.2.1@+1", "192.0.2.1@ 1", "192.0.2.1@53x", "[2001:db8::1",
		"[2001:db8::1]x53", "2001:db8::1::", "192.0.2.1 ", "1.2.3.4.5",
		"01.2.3.4@000000053",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct address address;

		ck_assert_msg(!address_parse(texts[i], 53, &address), "%s", texts[i]);
	}
}
END_TEST

START_TEST(the_kernels_form_goes_there_and_back)
{
	static const char *const texts[] = { "192.0.2.1@53", "2001:db8::1@5300" };

	for (size_t i = 0; i < 2; i++) {
		struct sockaddr_storage socket;
		struct address address, back;

		ck_assert(address_parse(texts[i], 0, &address));
		ck_assert_uint_eq(address_to_socket(&address, &socket),
				  i == 0 ? sizeof(struct sockaddr_in)
					 : sizeof(struct sockaddr_in6));
		back = address_from_socket(&socket);
		ck_assert(address_equal(&address, &back));
	}
}
END_TEST

START_TEST(a_mapped_address_is_ipv4)
{
	struct sockaddr_storage socket;
	struct address mapped, plain, back;

	ck_assert(address_parse("::ffff:192.0.2.1", 7, &mapped));
	ck_assert(address_parse("192.0.2.1", 7, &plain));
	address_to_socket(&mapped, &socket);
	back = address_from_socket(&socket);
	ck_assert(address_equal(&back, &plain));
}
END_TEST

START_TEST(networks_have_their_addresses_and_no_others)
{
	static const struct {
		const char *network, *address;
		bool        has;
	} rows[] = {
		{ "10.0.0.0/8", "10.255.255.255", true },
		{ "10.0.0.0/8", "11.0.0.0", false },
		{ "10.128.0.0/9", "10.127.255.255", false },
		{ "10.128.0.0/9", "10.128.0.0", true },
		{ "0.0.0.0/0", "203.0.113.9", true },
		{ "0.0.0.0/0", "::1", false },
		{ "::/0", "::1", true },
		{ "192.0.2.1", "192.0.2.1", true },
		{ "192.0.2.1", "192.0.2.0", false },
		{ "fe80::/10", "febf::1", true },
		{ "fe80::/10", "fec0::1", false },
		{ "2001:db8::1", "2001:db8::1", true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct network network;
		struct address address;

		ck_assert(network_parse(rows[i].network, &network));
		ck_assert(address_parse(rows[i].address, 0, &address));
		ck_assert_msg(network_has(&network, &address) == rows[i].has, "%s %s",
			      rows[i].network, rows[i].address);
	}
}
END_TEST

START_TEST(what_is_no_network_is_refused)
{
	static const char *const texts[] = { "10.0.0.0/33", "::/129", "10.0.0.0/", "/8", "10/8",
					     "10.0.0.0/-1", "10.0.0.0/8/8" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct network network;

		ck_assert_msg(!network_parse(texts[i], &network), "%s", texts[i]);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		every_way_of_writing_an_address_is_understood, what_is_no_address_is_refused,
		the_kernels_form_goes_there_and_back, a_mapped_address_is_ipv4,
		networks_have_their_addresses_and_no_others, what_is_no_network_is_refused,
	};

	return suite_run("base.address", tests, SUITE_COUNT(tests));
}
