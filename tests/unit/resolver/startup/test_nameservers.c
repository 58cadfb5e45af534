/* SPDX-License-Identifier: MIT */
/* test_nameservers.c — which lines of a resolv.conf name a resolver that can be asked. */
#include "resolver/nameservers.h"

#include <string.h>

#include "tests/unit/suite.h"

enum { MOST = 4 };

static const struct {
	const char *text;
	const char *found;              /* with blanks between */
} files[] = {
	{ "", "" },
	{ "nameserver 192.0.2.1\n", "192.0.2.1" },
	{ "nameserver 192.0.2.1", "192.0.2.1" },                /* no end of line */
	{ "\t nameserver\t192.0.2.1 \r\n", "192.0.2.1" },
	{ "search example.com\noptions edns0\nnameserver 192.0.2.1\n", "192.0.2.1" },
	{ "nameserver 2001:db8::1\nnameserver 192.0.2.1\n", "2001:db8::1 192.0.2.1" },
	{ "nameserver 192.0.2.1\nnameserver 192.0.2.1\n", "192.0.2.1" },
	{ "# nameserver 192.0.2.1\n;nameserver 192.0.2.2\n", "" },
	{ "nameservers 192.0.2.1\nNAMESERVER 192.0.2.2\nnameserver\n", "" },
	{ "nameserver 127.0.0.53\nnameserver ::1\nnameserver 127.0.0.1\n", "" },
	{ "nameserver 0.0.0.0\nnameserver ::\nnameserver ::ffff:127.0.0.1\n", "" },
	{ "nameserver fe80::1%eth0\nnameserver fe80::1\nnameserver 10.0.0.1\n", "10.0.0.1" },
	{ "nameserver example.com\nnameserver 192.0.2\nnameserver 192.0.2.256\n", "" },
	{ "nameserver 192.0.2.1 192.0.2.2\n", "192.0.2.1" },
	{ "nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\n"
	  "nameserver 10.0.0.4\nnameserver 10.0.0.5\n", "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4" },
};

static void print(const struct address *found, unsigned count, char into[512])
{
	into[0] = '\0';
	for (unsigned i = 0; i < count; i++) {
		char text[ADDRESS_TEXT_SIZE];

		ck_assert_uint_eq(found[i].port, 53);
		if (i != 0) strcat(into, " ");
		strcat(into, address_print(&found[i], text));
	}
}

START_TEST(lines_that_name_a_resolver_elsewhere_are_taken)
{
	for (size_t i = 0; i < SUITE_COUNT(files); i++) {
		struct address found[MOST];
		char got[512];
		const uint8_t *text = (const uint8_t *)files[i].text;
		unsigned count = nameservers_read(bytes_of(text, strlen(files[i].text)), found,
						  MOST);

		print(found, count, got);
		ck_assert_msg(strcmp(got, files[i].found) == 0, "row %zu: \"%s\"", i, got);
	}
}
END_TEST

START_TEST(octets_that_are_no_text_name_nobody)
{
	static const char octets[] = "nameserver 192.0.2.1\0x\nname\0server 192.0.2.2\n\xff\n";
	struct address found[MOST];

	ck_assert_uint_eq(nameservers_read(bytes_of((const uint8_t *)octets, sizeof(octets)),
					   found, MOST), 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		lines_that_name_a_resolver_elsewhere_are_taken,
		octets_that_are_no_text_name_nobody,
	};

	return suite_run("startup.nameservers", tests, SUITE_COUNT(tests));
}
