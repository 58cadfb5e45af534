/* SPDX-License-Identifier: MIT */
/* tls.c — OpenSSL on a socket. */
#include "resolver/upstream/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"
#include "resolver/upstream/certificate.h"
#include "resolver/upstream/sessions.h"

enum { SENTENCE_SIZE = 256 };

/* RFC 7858 §7.1: what is spoken inside. */
static const unsigned char dot[] = { 3, 'd', 'o', 't' };

struct tls_rules {
	unsigned        users;
	X509_STORE     *store;          /* the context's own: who is trusted */
	SSL_CTX        *context;
	struct sessions sessions;
};

struct tls {
	struct tls_rules *rules;
	SSL              *session;
	struct address    address;
	struct name       name;
	bool              is_done, is_broken, is_refused, wants_to_write;
	char              fault[SENTENCE_SIZE];
};

/* --- what all have in common --- */

static int on_session(SSL *session, SSL_SESSION *ticket)
{
	struct tls *tls = SSL_get_app_data(session);

	sessions_put(&tls->rules->sessions, &tls->address, &tls->name, ticket);
	return 1;                       /* it is ours now */
}

static void print_wanted(const struct tls *tls, char into[NAME_TEXT_SIZE])
{
	size_t length = strlen(name_print(&tls->name, into));

	if (length > 1 && into[length - 1] == '.')
		into[length - 1] = '\0';
}

/* The first fault ends the handshake. */
static int on_verified(int good, X509_STORE_CTX *verification)
{
	SSL *session = X509_STORE_CTX_get_ex_data(verification,
						  SSL_get_ex_data_X509_STORE_CTX_idx());
	struct tls *tls = SSL_get_app_data(session);
	char wanted[NAME_TEXT_SIZE];

	if (good)
		return 1;
	print_wanted(tls, wanted);
	certificate_fault(verification, wanted, tls->fault, sizeof(tls->fault));
	tls->is_refused = true;
	return 0;
}

static bool set_rules(struct tls_rules *rules)
{
	SSL_CTX *context = rules->context;

	if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
	    SSL_CTX_set_alpn_protos(context, dot, sizeof(dot)) != 0)
		return false;
	SSL_CTX_set1_cert_store(context, rules->store);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, on_verified);
	/* Messages have lengths: who goes without a goodbye cuts off nothing unnoticed, and may be
	 * met again. */
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
				     SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
				  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	/* One record at a time: a server can't keep us busy with records that say nothing. */
	SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT |
						SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(context, on_session);
	return true;
}

struct tls_rules *tls_rules_new(struct authorities *authorities, const char **why)
{
	X509_STORE *store = authorities_store(authorities, why);
	struct tls_rules *rules;

	if (store == NULL)
		return NULL;
	*why = "no memory for TLS";
	rules = calloc(1, sizeof(*rules));
	if (rules == NULL)
		return NULL;
	rules->users = 1;
	rules->store = store;
	sessions_init(&rules->sessions);
	rules->context = SSL_CTX_new(TLS_client_method());
	if (rules->context != NULL && set_rules(rules))
		return rules;
	ERR_clear_error();
	tls_rules_drop(rules);
	return NULL;
}

struct tls_rules *tls_rules_hold(struct tls_rules *rules)
{
	rules->users++;
	return rules;
}

void tls_rules_drop(struct tls_rules *rules)
{
	if (rules == NULL || --rules->users != 0)
		return;
	sessions_clear(&rules->sessions);
	SSL_CTX_free(rules->context);
	free(rules);
}

bool tls_rules_trust(const struct tls_rules *rules, struct authorities *authorities)
{
	const char *why;

	return rules->store == authorities_store(authorities, &why);
}

/* --- one connection --- */

/* RFC 8310 §8.1: the name stands among the alternative names, nowhere else. RFC 6066 §3: an address
 * isn't said. */
static bool set_wanted(struct tls *tls)
{
	X509_VERIFY_PARAM *wanted = SSL_get0_param(tls->session);
	char text[NAME_TEXT_SIZE];
	struct address address;

	print_wanted(tls, text);
	if (address_parse(text, 0, &address) && address.port == 0)
		return X509_VERIFY_PARAM_set1_ip_asc(wanted, text) == 1;
	X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
						X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
	return X509_VERIFY_PARAM_set1_host(wanted, text, 0) == 1 &&
	       SSL_set_tlsext_host_name(tls->session, text) == 1;
}

static void resume(struct tls *tls)
{
	SSL_SESSION *before = sessions_take(&tls->rules->sessions, &tls->address, &tls->name);

	if (before == NULL)
		return;
	(void)SSL_set_session(tls->session, before);    /* else the handshake is a whole one */
	SSL_SESSION_free(before);
}

struct tls *tls_new(struct tls_rules *rules, int descriptor, const struct address *address,
		    const struct name *name)
{
	struct tls *tls = calloc(1, sizeof(*tls));

	if (tls == NULL)
		return NULL;
	tls->rules = tls_rules_hold(rules);
	tls->address = *address;
	tls->name = *name;
	tls->session = SSL_new(rules->context);
	if (tls->session == NULL || SSL_set_app_data(tls->session, tls) != 1 ||
	    SSL_set_fd(tls->session, descriptor) != 1 || !set_wanted(tls)) {
		ERR_clear_error();
		tls_free(tls);
		return NULL;
	}
	SSL_set_connect_state(tls->session);
	resume(tls);
	return tls;
}

void tls_free(struct tls *tls)
{
	if (tls == NULL)
		return;
	if (tls->is_done && !tls->is_broken)
		(void)SSL_shutdown(tls->session);
	ERR_clear_error();
	SSL_free(tls->session);
	tls_rules_drop(tls->rules);
	free(tls);
}

bool tls_is_with(const struct tls *tls, const struct tls_rules *rules, const struct name *name)
{
	return tls->rules == rules && name_equal(&tls->name, name);
}

/* What a call of OpenSSL's that didn't succeed means. False: no more can come of it. */
static bool may_go_on(struct tls *tls, int returned)
{
	int error = SSL_get_error(tls->session, returned);

	tls->wants_to_write = error == SSL_ERROR_WANT_WRITE;
	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
		return true;
	tls->is_broken = error != SSL_ERROR_ZERO_RETURN;        /* which is a goodbye */
	return false;
}

static bool has_ended(unsigned long error)
{
	return error == 0 || ERR_SYSTEM_ERROR(error) ||
	       ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

/* Unless the verification has said it already. */
static void note_failure(struct tls *tls)
{
	unsigned long error = ERR_peek_error();
	const char *reason = ERR_reason_error_string(error);

	if (tls->is_refused)
		return;
	tls->is_refused = !has_ended(error);
	if (!tls->is_refused)
		snprintf(tls->fault, sizeof(tls->fault),
			 "it ended the connection during the TLS handshake");
	else
		snprintf(tls->fault, sizeof(tls->fault), "the TLS handshake failed: %s",
			 reason == NULL ? "no reason is known" : reason);
}

static bool refuse(struct tls *tls, const char *why)
{
	tls->is_refused = tls->is_broken = true;
	snprintf(tls->fault, sizeof(tls->fault), "%s", why);
	return false;
}

/* One refusal per line. Servers that know nothing of protocols inside TLS are fine. */
static bool is_good(struct tls *tls)
{
	const unsigned char *chosen;
	unsigned length;

	if (SSL_get_verify_result(tls->session) != X509_V_OK)
		return refuse(tls, "its certificate is refused");
	SSL_get0_alpn_selected(tls->session, &chosen, &length);
	if (length == 0)
		return true;
	if (length != sizeof(dot) - 1 || memcmp(chosen, dot + 1, length) != 0)
		return refuse(tls, "it speaks another protocol than DNS");
	return true;
}

/* RFC 8446 §C.4: a session is used once. In TLS 1.2 no other comes for it, and it is used again. */
static void keep_session(struct tls *tls)
{
	if (SSL_version(tls->session) == TLS1_2_VERSION && SSL_session_reused(tls->session) == 1)
		on_session(tls->session, SSL_get1_session(tls->session));
}

enum tls_progress tls_handshake(struct tls *tls)
{
	int returned;

	must(!tls->is_done && !tls->is_broken);
	ERR_clear_error();
	returned = SSL_do_handshake(tls->session);
	if (returned != 1 && may_go_on(tls, returned))
		return TLS_GOES_ON;
	if (returned != 1)
		note_failure(tls);
	else
		tls->is_done = is_good(tls);
	if (tls->is_done)
		keep_session(tls);
	tls->wants_to_write = false;
	ERR_clear_error();
	return tls->is_done ? TLS_IS_DONE : TLS_HAS_FAILED;
}

ssize_t tls_read(struct tls *tls, void *into, size_t size)
{
	size_t count = 0;

	must(tls->is_done);
	if (tls->is_broken)
		return -1;
	ERR_clear_error();
	if (SSL_read_ex(tls->session, into, size, &count) == 1) {
		tls->wants_to_write = false;
		return (ssize_t)count;
	}
	return may_go_on(tls, 0) ? 0 : -1;
}

ssize_t tls_write(struct tls *tls, const void *octets, size_t length)
{
	size_t count = 0;

	must(tls->is_done);
	if (tls->is_broken)
		return -1;
	ERR_clear_error();
	if (SSL_write_ex(tls->session, octets, length, &count) == 1) {
		tls->wants_to_write = false;
		return (ssize_t)count;
	}
	return may_go_on(tls, 0) ? 0 : -1;
}

bool tls_wants_to_write(const struct tls *tls)
{
	return tls->wants_to_write;
}

const char *tls_fault(const struct tls *tls)
{
	if (tls->is_done)
		return NULL;
	return tls->fault[0] != '\0' ? tls->fault : "the TLS handshake isn't over";
}

bool tls_is_refused(const struct tls *tls)
{
	return tls->is_refused;
}
