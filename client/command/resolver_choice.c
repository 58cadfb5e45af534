/* SPDX-License-Identifier: MIT */
/* resolver_choice.c — which resolver is asked. */
#include "client/command/resolver_choice.h"

#include <stdlib.h>

const char *resolver_choose(const char *given, struct address *resolver)
{
	const char *from_environment = getenv("XYLEM_DNS");

	if (given != NULL)
		return address_read_with_port(resolver, given, 53)
			       ? NULL
			       : "an address is expected: 127.0.0.1, 127.0.0.1:5300, ::1 or "
				 "[::1]:5300";
	if (from_environment != NULL && from_environment[0] != '\0')
		return address_read_with_port(resolver, from_environment, 53) ?
			       NULL :
			       "$XYLEM_DNS holds no address like 127.0.0.1:5300 or [::1]:5300";
	(void)address_read(resolver, "127.0.0.1", 53);
	return NULL;
}
