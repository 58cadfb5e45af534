/* SPDX-License-Identifier: MIT */
/* tls.h — one TLS client connection by OpenSSL, between two memory buffers: it knows no socket.
 *
 * Ciphertext is fed in and taken out by the caller; plaintext is read and written here. Each
 * handshake message, the agreed parameters, the certificates and the verdict on them are said to
 * the log. */
#ifndef XYLEM_CLIENT_TLS_H
#define XYLEM_CLIENT_TLS_H

#include <stdbool.h>

#include "client/connect/buffer.h"
#include "client/log/events.h"

/* What reading and writing come to, here and in connection.h. */
enum io {
	IO_DONE,
	IO_AGAIN,                       /* nothing for now: wait */
	IO_END,                         /* the other side has ended in good order */
	IO_BROKEN,                      /* it ended in the middle, or nonsense came */
};

struct tls_wishes {
	const char *host;               /* for SNI (names only) and for the certificate */
	bool        host_is_address;
	bool        insecure;           /* go on with a certificate that isn't good */
	const char *ca_file;            /* NULL: the system's */
};

enum tls_failure {
	TLS_FINE,
	TLS_NO_CA_FILE,
	TLS_CERTIFICATE,
	TLS_HANDSHAKE,
	TLS_BROKEN,
	TLS_NO_MEMORY
};

struct tls;

/* NULL with `failure` set if it can't begin. The host's text must outlive it. */
struct tls *tls_new(const struct tls_wishes *wishes, struct event_log *log,
		    enum tls_failure *failure);
void        tls_free(struct tls *tls);

/* Ciphertext from the network; false without memory. */
MUST_USE bool tls_feed(struct tls *tls, struct bytes ciphertext);

/* Moves what must go to the network into `into`. */
MUST_USE enum result tls_drain(struct tls *tls, struct buffer *into);

enum io     tls_handshake(struct tls *tls);
enum io     tls_read(struct tls *tls, void *into, size_t size, size_t *got);
enum io     tls_write(struct tls *tls, struct bytes plaintext);

/* Queues close_notify. */
void        tls_say_goodbye(struct tls *tls);

/* Why it failed: the kind, and a sentence. */
enum tls_failure tls_failure(const struct tls *tls);
const char *tls_reason(const struct tls *tls);

/* Says version, cipher, group, ALPN and the certificates; after the handshake. */
void        tls_say_agreement(const struct tls *tls);

#endif
