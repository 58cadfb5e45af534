/* SPDX-License-Identifier: MIT */
/* authorities.c — OpenSSL's X509_STORE, filled once. */
#include "resolver/upstream/authorities.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { SENTENCE_SIZE = 512 };

struct authorities {
	const char     *file;
	pthread_mutex_t lock;
	bool            were_read;
	X509_STORE     *store;          /* NULL: couldn't be read … */
	char            why[SENTENCE_SIZE];     /* … for this reason */
};

struct authorities *authorities_new(const char *file)
{
	struct authorities *authorities = calloc(1, sizeof(*authorities));

	if (authorities == NULL)
		return NULL;
	authorities->file = file;
	pthread_mutex_init(&authorities->lock, NULL);
	return authorities;
}

void authorities_free(struct authorities *authorities)
{
	if (authorities == NULL)
		return;
	X509_STORE_free(authorities->store);
	pthread_mutex_destroy(&authorities->lock);
	free(authorities);
}

/* A certificate that is named is trusted, also if it is no authority's: who signs for himself can
 * be named too. */
static bool fill(const struct authorities *authorities, X509_STORE *store)
{
	if (authorities->file == NULL)
		return X509_STORE_set_default_paths(store) == 1;
	return X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN) == 1 &&
	       X509_STORE_load_file(store, authorities->file) == 1;
}

static void note_why(struct authorities *authorities)
{
	const char *reason = ERR_reason_error_string(ERR_peek_error());

	if (authorities->file == NULL)
		snprintf(authorities->why, sizeof(authorities->why),
			 "the system's certificates can't be read: %s",
			 reason == NULL ? "no memory" : reason);
	else
		snprintf(authorities->why, sizeof(authorities->why),
			 "`upstream.tls-ca` is %s, of which no certificates can be read: %s",
			 authorities->file, reason == NULL ? "no memory" : reason);
}

static void read_them(struct authorities *authorities)
{
	X509_STORE *store;

	authorities->were_read = true;
	ERR_clear_error();
	store = X509_STORE_new();
	if (store == NULL || !fill(authorities, store)) {
		note_why(authorities);
		X509_STORE_free(store);
		store = NULL;
	}
	ERR_clear_error();
	authorities->store = store;
}

X509_STORE *authorities_store(struct authorities *authorities, const char **why)
{
	pthread_mutex_lock(&authorities->lock);
	if (!authorities->were_read)
		read_them(authorities);
	pthread_mutex_unlock(&authorities->lock);
	*why = authorities->why;
	return authorities->store;
}
