/* SPDX-License-Identifier: MIT */
/* resolver_choice.h — which resolver is asked: --dns, else $XYLEM_DNS, else xylemd at 127.0.0.1
 * port 53. */
#ifndef XYLEM_CLIENT_RESOLVER_CHOICE_H
#define XYLEM_CLIENT_RESOLVER_CHOICE_H

#include "client/connect/address.h"

/* `given` may be NULL. NULL, or a sentence about what is wrong. */
const char *resolver_choose(const char *given, struct address *resolver);

#endif
