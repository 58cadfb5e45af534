/* SPDX-License-Identifier: MIT */
/* certificate.h — what is wrong with a server's certificate, in words for a person. */
#ifndef XYLEM_UPSTREAM_CERTIFICATE_H
#define XYLEM_UPSTREAM_CERTIFICATE_H

#include <stddef.h>

struct x509_store_ctx_st;       /* OpenSSL's X509_STORE_CTX */

/* From within a verification that has just failed; `wanted` is whom it should name. "its
 * certificate expired on 2026-01-31". */
void certificate_fault(struct x509_store_ctx_st *verification, const char *wanted, char *into,
		       size_t size);

#endif
