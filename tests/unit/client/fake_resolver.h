/* SPDX-License-Identifier: MIT */
/* fake_resolver.h — a resolver on loopback whose answers depend on the name asked, over UDP and
 * TCP; and a web server.
 *
 *   www.example      A 127.0.0.1, with the trace of a walk       late.example   AAAA only after two
 * seconds gone.example     no such name                                empty.example  exists,
 * without addresses bogus.example    SERVFAIL, extended error 6                  failing.example
 * SERVFAIL, extended error 22 plain.example    stumbles over EDNS silent.example   never answers
 *   future.example   a trace of version 2                        big.example    truncated over UDP
 */
#ifndef XYLEM_TESTS_FAKE_RESOLVER_H
#define XYLEM_TESTS_FAKE_RESOLVER_H

#include <stdbool.h>
#include <stdint.h>

/* Starts it in threads that live as long as the process; gives its port. Without `tcp` nothing
 * listens there. */
uint16_t fake_resolver_start(bool tcp);

/* The same for HTTP: "/" is "hello\n", "/moved" leads there, "/loop" to itself, "/silent" never
 * answers. */
uint16_t fake_web_start(void);

#endif
