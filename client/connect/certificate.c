/* SPDX-License-Identifier: MIT */
/* certificate.c — subject, issuer, names, validity and key of each certificate. */
#include "client/connect/certificate.h"

#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

enum { MAX_CHAIN = 10, MAX_NAMES = 100 };

/* An entry of a name as UTF-8 JSON text; "" if it isn't there. */
static json_t *entry_text(X509_NAME *name, int entry)
{
	int at = X509_NAME_get_index_by_NID(name, entry, -1);
	ASN1_STRING *string =
		at < 0 ? NULL : X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
	unsigned char *octets = NULL;
	int length = string == NULL ? -1 : ASN1_STRING_to_UTF8(&octets, string);
	json_t *text;

	if (length < 0)
		return NULL;
	text = json_octets(bytes_of(octets, (size_t)length));
	OPENSSL_free(octets);
	return text;
}

/* The common name, else the organisation, else nothing. */
static json_t *short_name(X509_NAME *name)
{
	json_t *text = entry_text(name, NID_commonName);

	if (text == NULL)
		text = entry_text(name, NID_organizationName);
	return text == NULL ? json_string("") : text;
}

static json_t *alternative_names(X509 *certificate)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	json_t *list = json_array();

	for (int i = 0; i < sk_GENERAL_NAME_num(names) && i < MAX_NAMES; i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		const ASN1_STRING *text = name->d.dNSName;

		if (name->type != GEN_DNS)
			continue;
		json_array_append_new(list,
				      json_octets(bytes_of(ASN1_STRING_get0_data(text),
							   (size_t)ASN1_STRING_length(text))));
	}
	GENERAL_NAMES_free(names);
	return list;
}

/* Whole days from now to `then`; negative when past. */
static int days_until(const ASN1_TIME *then)
{
	int days = 0, seconds = 0;

	if (ASN1_TIME_diff(&days, &seconds, NULL, then) != 1)
		return 0;
	return seconds < 0 && days == 0 ? -1 : days;
}

static json_t *time_text(const ASN1_TIME *time)
{
	struct tm broken;
	char text[32] = "";

	if (ASN1_TIME_to_tm(time, &broken) == 1)
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &broken);
	return json_string(text);
}

static void say(struct event_log *log, X509 *certificate, int depth)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	const char *kind = key == NULL ? NULL : EVP_PKEY_get0_type_name(key);
	const char *signature = OBJ_nid2ln(X509_get_signature_nid(certificate));

	event_say(log, STAGE_TLS, FROM_WIRE, "certificate",
		  "{s:i, s:o, s:o, s:o, s:o, s:o, s:i, s:s, s:i, s:s}", "depth", depth, "subject",
		  short_name(X509_get_subject_name(certificate)), "issuer",
		  short_name(X509_get_issuer_name(certificate)), "names",
		  alternative_names(certificate), "not_before",
		  time_text(X509_get0_notBefore(certificate)), "not_after",
		  time_text(X509_get0_notAfter(certificate)), "days_left",
		  days_until(X509_get0_notAfter(certificate)), "key", kind == NULL ? "?" : kind,
		  "key_bits", key == NULL ? 0 : EVP_PKEY_get_bits(key), "signature",
		  signature == NULL ? "?" : signature);
}

void certificates_say(struct event_log *log, STACK_OF(X509) * chain)
{
	for (int i = 0; i < sk_X509_num(chain) && i < MAX_CHAIN; i++)
		say(log, sk_X509_value(chain, i), i);
}
