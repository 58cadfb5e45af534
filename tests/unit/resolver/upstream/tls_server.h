/* SPDX-License-Identifier: MIT */
/* tls_server.h — a DNS server over TLS that does as a test tells it, and the certificates for it.
 *
 * It lives on the test's own thread: tls_server_turn() does what can be done without waiting. What
 * goes wrong here fails the test. */
#ifndef XYLEM_TESTS_TLS_SERVER_H
#define XYLEM_TESTS_TLS_SERVER_H

#include <openssl/ssl.h>

#include "cache/base/address.h"

/* A key and the certificate for it. */
struct signer {
	EVP_PKEY *key;
	X509     *certificate;
};

/* `names` as OpenSSL writes them: "DNS:dns.example, IP:192.0.2.1"; NULL: an authority. Valid from
 * and until so many seconds from now. `by` NULL: by itself. */
struct signer make_signer(const char *subject, const char *names, long from, long until,
			  const struct signer *by);
void free_signer(struct signer *signer);

enum { VISITORS = 16, VISITOR_ROOM = 4096, QUERIES = 64, QUERY_SIZE = 600 };

struct visitor {
	int     descriptor;             /* -1: none */
	SSL    *session;
	bool    is_open;
	bool    is_resumed;
	uint8_t octets[VISITOR_ROOM];
	size_t  length;
};

enum tls_manner {
	SERVES,                         /* handshake, then queries are read */
	STALLS,                         /* says nothing */
	SAYS_HTTP,                      /* and that in clear */
	CLOSES,                         /* when the first octets have come */
	RESETS,
};

struct tls_server {
	int             listener;
	struct address  address;
	SSL_CTX        *context;
	enum tls_manner manner;
	bool            replies;        /* at once, with the query itself */
	struct visitor  visitors[VISITORS];
	unsigned        accepted, handshakes, resumed;
	unsigned        failed_handshakes;
	uint8_t         queries[QUERIES][QUERY_SIZE];   /* with their lengths before them */
	struct visitor *askers[QUERIES];
	unsigned        query_count;
	char            name[256];      /* that was asked for last, "" for none */
	const char     *protocol;       /* that it takes up, "dot" */
};

void tls_server_start(struct tls_server *server, const struct signer *signer);
void tls_server_stop(struct tls_server *server);

/* Another certificate from now on. */
void tls_server_show(struct tls_server *server, const struct signer *signer);

void tls_server_turn(struct tls_server *server);

/* The query as a reply to itself. */
void tls_server_reply(struct tls_server *server, unsigned query);

/* Says goodbye to all, or just goes. */
void tls_server_close_all(struct tls_server *server, bool goodbye);

/* The last who came and is open. */
struct visitor *tls_server_visitor(struct tls_server *server);

#endif
