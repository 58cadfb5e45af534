/* SPDX-License-Identifier: MIT */
/* certificate.c — the faults that people meet have sentences of their own; of the others OpenSSL's
 * words are passed on. */
#include "resolver/upstream/certificate.h"

#include <arpa/inet.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { NAME_SHOWN = 64, DATE_SIZE = 16 };

static const char *print_date(const ASN1_TIME *time, char into[DATE_SIZE])
{
	struct tm broken;

	if (time == NULL || ASN1_TIME_to_tm(time, &broken) != 1 ||
	    strftime(into, DATE_SIZE, "%Y-%m-%d", &broken) == 0)
		return "a date that can't be read";
	return into;
}

/* Whoever made the certificate may have put anything there: only what is plain is shown. */
static bool print_plainly(const ASN1_STRING *string, char into[NAME_SHOWN])
{
	size_t length = (size_t)ASN1_STRING_length(string);
	const unsigned char *at = ASN1_STRING_get0_data(string);

	if (length == 0 || length >= NAME_SHOWN)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (at[i] <= ' ' || at[i] >= 127)
			return false;
		into[i] = (char)at[i];
	}
	into[length] = '\0';
	return true;
}

static bool print_address(const ASN1_STRING *string, char into[NAME_SHOWN])
{
	int family = ASN1_STRING_length(string) == 4 ? AF_INET : AF_INET6;

	if (family == AF_INET6 && ASN1_STRING_length(string) != 16)
		return false;
	return inet_ntop(family, ASN1_STRING_get0_data(string), into, NAME_SHOWN) != NULL;
}

static bool print_name(const GENERAL_NAME *name, char into[NAME_SHOWN])
{
	if (name->type == GEN_DNS)
		return print_plainly(name->d.dNSName, into);
	return name->type == GEN_IPADD && print_address(name->d.iPAddress, into);
}

/* The first of the names that it has. */
static const char *print_first_name(const X509 *certificate, char into[NAME_SHOWN])
{
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	bool found = false;

	for (int i = 0; i < sk_GENERAL_NAME_num(names) && !found; i++)
		found = print_name(sk_GENERAL_NAME_value(names, i), into);
	GENERAL_NAMES_free(names);
	return found ? into : "others";
}

void certificate_fault(X509_STORE_CTX *verification, const char *wanted, char *into, size_t size)
{
	X509 *certificate = X509_STORE_CTX_get_current_cert(verification);
	int error = X509_STORE_CTX_get_error(verification);
	const char *whose = X509_STORE_CTX_get_error_depth(verification) == 0
				    ? "its certificate"
				    : "the certificate of its authority";
	char date[DATE_SIZE], name[NAME_SHOWN];

	switch (error) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		snprintf(into, size, "%s expired on %s", whose,
			 print_date(X509_get0_notAfter(certificate), date));
		break;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		snprintf(into, size, "%s isn't valid before %s (is this machine's clock right?)",
			 whose, print_date(X509_get0_notBefore(certificate), date));
		break;
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		snprintf(into, size, "its certificate is for %s, not for %s",
			 print_first_name(certificate, name), wanted);
		break;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		snprintf(into, size, "its certificate is signed by nobody trusted here (%s; see "
			 "`upstream.tls-ca`)", X509_verify_cert_error_string(error));
		break;
	default:
		snprintf(into, size, "%s is refused: %s", whose,
			 X509_verify_cert_error_string(error));
		break;
	}
}
