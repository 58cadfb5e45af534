/* SPDX-License-Identifier: MIT */
/* nameservers.c — fuzz target: any octets as a resolv.conf. What is found can be asked, is there
 * once, and is found again in what it prints as. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"
#include "resolver/nameservers.h"

enum { MOST = 8, LINE = 100 };

static void check_again(const struct address *found, unsigned count)
{
	char text[MOST * LINE] = "", address[ADDRESS_TEXT_SIZE];
	struct address again[MOST];
	size_t length = 0;

	for (unsigned i = 0; i < count; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "nameserver %s\n",
					   address_print_with_port(&found[i], address));
	must(nameservers_read(bytes_of((const uint8_t *)text, length), again, MOST) == count);
	for (unsigned i = 0; i < count; i++)
		must(address_equal(&found[i], &again[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	struct address found[MOST];
	unsigned count = nameservers_read(bytes_of(octets, length), found, MOST);

	must(count <= MOST);
	for (unsigned i = 0; i < count; i++) {
		must(found[i].family == 4 ? found[i].octets[0] != 127 : found[i].family == 6);
		for (unsigned j = 0; j < i; j++)
			must(!address_equal(&found[i], &found[j]));
	}
	check_again(found, count);
	return 0;
}
