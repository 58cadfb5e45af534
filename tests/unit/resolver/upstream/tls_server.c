/* SPDX-License-Identifier: MIT */
/* tls_server.c — OpenSSL the other way round. */
#include "tls_server.h"

#include <check.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cache/base/cursor.h"

/* --- certificates --- */

static void add_extension(X509 *certificate, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;

	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	ck_assert_ptr_nonnull(extension);
	ck_assert_int_eq(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

static void set_subject(X509 *certificate, const char *subject)
{
	X509_NAME *name = X509_get_subject_name(certificate);

	ck_assert_int_eq(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
						    (const unsigned char *)subject, -1, -1, 0), 1);
}

struct signer make_signer(const char *subject, const char *names, long from, long until,
			  const struct signer *by)
{
	static long serial = 1;
	struct signer made = { .key = EVP_EC_gen("P-256"), .certificate = X509_new() };
	X509 *certificate = made.certificate;

	if (by == NULL)
		by = &made;
	ck_assert_ptr_nonnull(made.key);
	X509_set_version(certificate, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
	X509_gmtime_adj(X509_getm_notBefore(certificate), from);
	X509_gmtime_adj(X509_getm_notAfter(certificate), until);
	X509_set_pubkey(certificate, made.key);
	set_subject(certificate, subject);
	X509_set_issuer_name(certificate, X509_get_subject_name(by->certificate));
	if (names == NULL)
		add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
	else if (names[0] != '\0')
		add_extension(certificate, NID_subject_alt_name, names);
	ck_assert_int_gt(X509_sign(certificate, by->key, EVP_sha256()), 0);
	return made;
}

void free_signer(struct signer *signer)
{
	EVP_PKEY_free(signer->key);
	X509_free(signer->certificate);
}

/* --- the server --- */

static int on_name(SSL *session, int *alert, void *subject)
{
	struct tls_server *server = subject;
	const char *name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);

	snprintf(server->name, sizeof(server->name), "%s", name == NULL ? "" : name);
	return SSL_TLSEXT_ERR_OK;
}

static int on_protocols(SSL *session, const unsigned char **chosen, unsigned char *length,
			const unsigned char *offered, unsigned offered_length, void *subject)
{
	struct tls_server *server = subject;

	ck_assert_uint_eq(offered_length, 4);
	ck_assert_mem_eq(offered, "\3dot", 4);
	if (server->protocol == NULL)
		return SSL_TLSEXT_ERR_NOACK;
	*chosen = (const unsigned char *)server->protocol;
	*length = (unsigned char)strlen(server->protocol);
	return SSL_TLSEXT_ERR_OK;
}

void tls_server_show(struct tls_server *server, const struct signer *signer)
{
	ck_assert_int_eq(SSL_CTX_use_certificate(server->context, signer->certificate), 1);
	ck_assert_int_eq(SSL_CTX_use_PrivateKey(server->context, signer->key), 1);
}

static void listen_somewhere(struct tls_server *server)
{
	struct sockaddr_storage at;
	struct address any;
	socklen_t length;

	ck_assert(address_parse("127.0.0.1", 0, &any));
	length = address_to_socket(&any, &at);
	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(server->listener, (struct sockaddr *)&at, length), 0);
	ck_assert_int_eq(listen(server->listener, VISITORS), 0);
	ck_assert_int_eq(getsockname(server->listener, (struct sockaddr *)&at, &length), 0);
	server->address = address_from_socket(&at);
}

void tls_server_start(struct tls_server *server, const struct signer *signer)
{
	memset(server, 0, sizeof(*server));
	for (int i = 0; i < VISITORS; i++)
		server->visitors[i].descriptor = -1;
	server->replies = true;
	server->protocol = "dot";
	server->context = SSL_CTX_new(TLS_server_method());
	ck_assert_ptr_nonnull(server->context);
	SSL_CTX_set_session_id_context(server->context, (const unsigned char *)"test", 4);
	SSL_CTX_set_tlsext_servername_callback(server->context, on_name);
	SSL_CTX_set_tlsext_servername_arg(server->context, server);
	SSL_CTX_set_alpn_select_cb(server->context, on_protocols, server);
	tls_server_show(server, signer);
	listen_somewhere(server);
}

static void leave(struct visitor *visitor)
{
	if (visitor->descriptor < 0)
		return;
	SSL_free(visitor->session);
	close(visitor->descriptor);
	*visitor = (struct visitor){ .descriptor = -1 };
}

void tls_server_close_all(struct tls_server *server, bool goodbye)
{
	for (int i = 0; i < VISITORS; i++) {
		if (goodbye && server->visitors[i].is_open)
			(void)SSL_shutdown(server->visitors[i].session);
		leave(&server->visitors[i]);
	}
}

void tls_server_stop(struct tls_server *server)
{
	tls_server_close_all(server, false);
	if (server->listener >= 0)
		close(server->listener);
	SSL_CTX_free(server->context);
}

struct visitor *tls_server_visitor(struct tls_server *server)
{
	for (int i = VISITORS - 1; i >= 0; i--) {
		if (server->visitors[i].is_open)
			return &server->visitors[i];
	}
	ck_abort_msg("nobody is there");
	return NULL;
}

static void welcome(struct tls_server *server)
{
	int descriptor = accept4(server->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct visitor *visitor = server->visitors;

	if (descriptor < 0)
		return;
	while (visitor->descriptor >= 0)
		visitor++;
	server->accepted++;
	visitor->descriptor = descriptor;
	visitor->session = SSL_new(server->context);
	ck_assert_int_eq(SSL_set_fd(visitor->session, descriptor), 1);
	SSL_set_accept_state(visitor->session);
}

static void shake_hands(struct tls_server *server, struct visitor *visitor)
{
	int done = SSL_do_handshake(visitor->session);
	int error = SSL_get_error(visitor->session, done);

	if (done == 1) {
		visitor->is_open = true;
		visitor->is_resumed = SSL_session_reused(visitor->session) == 1;
		server->handshakes++;
		server->resumed += visitor->is_resumed;
	} else if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
		server->failed_handshakes++;
		leave(visitor);
	}
	ERR_clear_error();
}

void tls_server_reply(struct tls_server *server, unsigned query)
{
	uint8_t *octets = server->queries[query];
	int length = load_u16(octets) + 2;

	octets[4] |= 0x80;
	ck_assert_int_eq(SSL_write(server->askers[query]->session, octets, length), length);
}

static void take_queries(struct tls_server *server, struct visitor *visitor)
{
	while (visitor->length >= 2 && visitor->length >= 2u + load_u16(visitor->octets)) {
		size_t whole = 2u + load_u16(visitor->octets);
		unsigned query = server->query_count++;

		ck_assert_uint_lt(query, QUERIES);
		ck_assert_uint_le(whole, QUERY_SIZE);
		memcpy(server->queries[query], visitor->octets, whole);
		server->askers[query] = visitor;
		visitor->length -= whole;
		memmove(visitor->octets, visitor->octets + whole, visitor->length);
		if (server->replies)
			tls_server_reply(server, query);
	}
}

static void listen_to(struct tls_server *server, struct visitor *visitor)
{
	int count = SSL_read(visitor->session, visitor->octets + visitor->length,
			     (int)(VISITOR_ROOM - visitor->length));
	int error = SSL_get_error(visitor->session, count);

	ERR_clear_error();
	if (count > 0) {
		visitor->length += (size_t)count;
		take_queries(server, visitor);
	} else if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
		leave(visitor);
	}
}

static bool has_said_something(const struct visitor *visitor)
{
	uint8_t octet;

	return recv(visitor->descriptor, &octet, 1, MSG_PEEK) > 0;
}

static void go_with_a_bang(struct visitor *visitor)
{
	struct linger none = { .l_onoff = 1 };

	setsockopt(visitor->descriptor, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	leave(visitor);
}

static void see_to(struct tls_server *server, struct visitor *visitor)
{
	static const char http[] = "HTTP/1.1 400 Bad Request\r\n\r\n";

	switch (server->manner) {
	case SERVES:
		if (visitor->is_open)
			listen_to(server, visitor);
		else
			shake_hands(server, visitor);
		break;
	case STALLS:
		break;
	case SAYS_HTTP:
		if (has_said_something(visitor))
			(void)!send(visitor->descriptor, http, sizeof(http) - 1, MSG_NOSIGNAL);
		break;
	case CLOSES:
		if (has_said_something(visitor))
			leave(visitor);
		break;
	case RESETS:
		if (has_said_something(visitor))
			go_with_a_bang(visitor);
		break;
	}
}

void tls_server_turn(struct tls_server *server)
{
	welcome(server);
	for (int i = 0; i < VISITORS; i++) {
		if (server->visitors[i].descriptor >= 0)
			see_to(server, &server->visitors[i]);
	}
}
