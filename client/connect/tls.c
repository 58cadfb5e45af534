/* SPDX-License-Identifier: MIT */
/* tls.c — OpenSSL on memory BIOs. */
#include "client/connect/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "client/connect/certificate.h"

struct tls {
	SSL_CTX          *rules;
	SSL              *session;
	BIO              *incoming;     /* owned by the session, as is the other one */
	BIO              *outgoing;
	struct event_log *log;
	const char       *host;
	bool              insecure;
	long              verdict;      /* X509_V_OK, or the first fault that the verifier found */
	enum tls_failure  failure;
	char              reason[256];
};

/* RFC 8446 §4; names as in the RFC, spaces for underscores. */
static const char *message_name(int type)
{
	switch (type) {
	case 1: return "client hello";
	case 2: return "server hello";
	case 4: return "new session ticket";
	case 8: return "encrypted extensions";
	case 11: return "certificate";
	case 12: return "server key exchange";
	case 13: return "certificate request";
	case 14: return "server hello done";
	case 15: return "certificate verify";
	case 16: return "client key exchange";
	case 20: return "finished";
	case 22: return "certificate status";
	case 24: return "key update";
	default: return "another message";
	}
}

static void on_message(int sent, int version, int content, const void *octets, size_t length,
		       SSL *session, void *subject)
{
	struct tls *tls = subject;
	const uint8_t *at = octets;

	if (content == SSL3_RT_HANDSHAKE && length != 0)
		event_say(tls->log, STAGE_TLS, FROM_LIBRARY, "message", "{s:b, s:s, s:I}", "sent",
			  sent, "name", message_name(at[0]), "octets", (json_int_t)length);
	if (content == SSL3_RT_ALERT && length >= 2)
		event_say(tls->log, STAGE_TLS, FROM_LIBRARY, "alert", "{s:b, s:b, s:s}", "sent",
			  sent, "fatal", at[0] == SSL3_AL_FATAL, "name",
			  SSL_alert_desc_string_long(at[1]));
}

/* Keeps the first fault; without -k the handshake then ends. */
static int on_verified(int good, X509_STORE_CTX *store)
{
	SSL *session = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct tls *tls = SSL_get_app_data(session);

	if (!good && tls->verdict == X509_V_OK)
		tls->verdict = X509_STORE_CTX_get_error(store);
	return good || tls->insecure;
}

static bool set_rules(struct tls *tls, const struct tls_wishes *wishes)
{
	tls->rules = SSL_CTX_new(TLS_client_method());
	if (tls->rules == NULL)
		return false;
	SSL_CTX_set_min_proto_version(tls->rules, TLS1_2_VERSION);
	if (wishes->ca_file == NULL)
		return SSL_CTX_set_default_verify_paths(tls->rules) == 1 || wishes->insecure;
	if (SSL_CTX_load_verify_locations(tls->rules, wishes->ca_file, NULL) == 1)
		return true;
	if (wishes->insecure)
		return true;
	tls->failure = TLS_NO_CA_FILE;
	return false;
}

static bool set_host(struct tls *tls, const struct tls_wishes *wishes)
{
	X509_VERIFY_PARAM *wanted = SSL_get0_param(tls->session);

	if (wishes->host_is_address)
		return X509_VERIFY_PARAM_set1_ip_asc(wanted, wishes->host) == 1;
	X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (X509_VERIFY_PARAM_set1_host(wanted, wishes->host, 0) != 1)
		return false;
	return SSL_set_tlsext_host_name(tls->session, wishes->host) == 1;
}

static bool set_session(struct tls *tls, const struct tls_wishes *wishes)
{
	static const unsigned char http1[] = "\x08http/1.1";

	tls->session = SSL_new(tls->rules);
	tls->incoming = BIO_new(BIO_s_mem());
	tls->outgoing = BIO_new(BIO_s_mem());
	if (tls->session == NULL || tls->incoming == NULL || tls->outgoing == NULL) {
		BIO_free(tls->incoming);
		BIO_free(tls->outgoing);
		return false;
	}
	SSL_set_bio(tls->session, tls->incoming, tls->outgoing);
	SSL_set_app_data(tls->session, tls);
	SSL_set_connect_state(tls->session);
	SSL_set_verify(tls->session, SSL_VERIFY_PEER, on_verified);
	SSL_set_msg_callback(tls->session, on_message);
	SSL_set_msg_callback_arg(tls->session, tls);
	if (SSL_set_alpn_protos(tls->session, http1, sizeof(http1) - 1) != 0)
		return false;
	return set_host(tls, wishes);
}

struct tls *tls_new(const struct tls_wishes *wishes, struct event_log *log,
		    enum tls_failure *failure)
{
	struct tls *tls = calloc(1, sizeof(*tls));

	*failure = TLS_NO_MEMORY;
	if (tls == NULL)
		return NULL;
	tls->log = log;
	tls->host = wishes->host;
	tls->insecure = wishes->insecure;
	tls->failure = TLS_NO_MEMORY;
	if (set_rules(tls, wishes) && set_session(tls, wishes)) {
		*failure = tls->failure = TLS_FINE;
		return tls;
	}
	*failure = tls->failure;
	tls_free(tls);
	return NULL;
}

void tls_free(struct tls *tls)
{
	if (tls == NULL)
		return;
	SSL_free(tls->session);
	SSL_CTX_free(tls->rules);
	free(tls);
}

bool tls_feed(struct tls *tls, struct bytes ciphertext)
{
	return BIO_write(tls->incoming, ciphertext.at, (int)ciphertext.length) ==
	       (int)ciphertext.length;
}

enum result tls_drain(struct tls *tls, struct buffer *into)
{
	char *octets;
	long length = BIO_get_mem_data(tls->outgoing, &octets);
	enum result result;

	if (length <= 0)
		return OK;
	result = buffer_add(into, bytes_of(octets, (size_t)length));
	if (result == OK)
		(void)BIO_reset(tls->outgoing);
	return result;
}

static void note_failure(struct tls *tls, enum tls_failure failure)
{
	unsigned long error = ERR_peek_error();
	const char *reason = ERR_reason_error_string(error);

	tls->failure = failure;
	if (failure == TLS_CERTIFICATE)
		reason = X509_verify_cert_error_string(tls->verdict);
	snprintf(tls->reason, sizeof(tls->reason), "%s",
		 reason == NULL ? "the connection ended in the middle" : reason);
	ERR_clear_error();
}

enum io tls_handshake(struct tls *tls)
{
	int done, error;

	ERR_clear_error();
	done = SSL_do_handshake(tls->session);
	if (done == 1)
		return IO_DONE;
	error = SSL_get_error(tls->session, done);
	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
		return IO_AGAIN;
	note_failure(tls, tls->verdict != X509_V_OK && !tls->insecure ? TLS_CERTIFICATE :
									TLS_HANDSHAKE);
	return IO_BROKEN;
}

enum io tls_read(struct tls *tls, void *into, size_t size, size_t *got)
{
	int error;

	*got = 0;
	ERR_clear_error();
	if (SSL_read_ex(tls->session, into, size, got) == 1)
		return IO_DONE;
	error = SSL_get_error(tls->session, 0);
	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
		return IO_AGAIN;
	if (error == SSL_ERROR_ZERO_RETURN)
		return IO_END;
	note_failure(tls, TLS_BROKEN);
	return IO_BROKEN;
}

enum io tls_write(struct tls *tls, struct bytes plaintext)
{
	size_t written = 0;

	if (plaintext.length == 0)
		return IO_DONE;
	ERR_clear_error();
	/* A memory BIO takes all there is. */
	if (SSL_write_ex(tls->session, plaintext.at, plaintext.length, &written) == 1 &&
	    written == plaintext.length)
		return IO_DONE;
	note_failure(tls, TLS_BROKEN);
	return IO_BROKEN;
}

void tls_say_goodbye(struct tls *tls)
{
	if (tls->failure == TLS_FINE && SSL_is_init_finished(tls->session))
		(void)SSL_shutdown(tls->session);
	ERR_clear_error();
}

enum tls_failure tls_failure(const struct tls *tls)
{
	return tls->failure;
}

const char *tls_reason(const struct tls *tls)
{
	return tls->reason;
}

static const char *group_name(SSL *session)
{
	int id = (int)SSL_get_negotiated_group(session);
	const char *name = id == 0 ? NULL : SSL_group_to_name(session, id);

	return name == NULL ? "?" : name;
}

void tls_say_agreement(const struct tls *tls)
{
	const unsigned char *alpn = NULL;
	unsigned alpn_length = 0;

	SSL_get0_alpn_selected(tls->session, &alpn, &alpn_length);
	event_say(tls->log, STAGE_TLS, FROM_LIBRARY, "agreed", "{s:s, s:s, s:s, s:o, s:s, s:b}",
		  "version", SSL_get_version(tls->session), "cipher",
		  SSL_get_cipher_name(tls->session), "group", group_name(tls->session), "alpn",
		  json_octets(bytes_of(alpn_length == 0 ? (const void *)"" : alpn, alpn_length)),
		  "sni",
		  SSL_get_servername(tls->session, TLSEXT_NAMETYPE_host_name) == NULL ? ""
										      : tls->host,
		  "resumed", SSL_session_reused(tls->session));
	certificates_say(tls->log, SSL_get_peer_cert_chain(tls->session));
	event_say(tls->log, STAGE_TLS, FROM_LIBRARY, "verified", "{s:b, s:s, s:b}", "good",
		  tls->verdict == X509_V_OK, "reason",
		  tls->verdict == X509_V_OK ? "" : X509_verify_cert_error_string(tls->verdict),
		  "overridden", tls->verdict != X509_V_OK && tls->insecure);
}
