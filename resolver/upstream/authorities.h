/* SPDX-License-Identifier: MIT */
/* authorities.h — whose signature makes a server's certificate good: a file's certificates, or all
 * that this system trusts.
 *
 * They are read once, when first asked for, by whichever thread that is; threads share them. Who
 * uses the store holds it, so it may outlive the authorities. */
#ifndef XYLEM_UPSTREAM_AUTHORITIES_H
#define XYLEM_UPSTREAM_AUTHORITIES_H

#include "cache/base/result.h"

struct x509_store_st;           /* OpenSSL's X509_STORE */

struct authorities;

/* `file` as PEM, borrowed; NULL: the system's. NULL: no memory. Reads nothing yet. */
MUST_USE struct authorities *authorities_new(const char *file);
void authorities_free(struct authorities *authorities);

/* NULL: they can't be read, for ever; `why` then says so in a sentence that lives as long as they
 * do. */
struct x509_store_st *authorities_store(struct authorities *authorities, const char **why);

#endif
