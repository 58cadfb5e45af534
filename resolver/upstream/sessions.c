/* SPDX-License-Identifier: MIT */
/* sessions.c — a short list, looked through from its end. */
#include "resolver/upstream/sessions.h"

#include <openssl/ssl.h>
#include <stdlib.h>

#include "cache/base/limits.h"

struct kept {
	struct list    place;
	struct address address;
	struct name    name;
	SSL_SESSION   *session;
};

void sessions_init(struct sessions *sessions)
{
	list_init(&sessions->all);
	sessions->count = 0;
}

/* The session is the caller's. */
static void forget(struct sessions *sessions, struct kept *kept)
{
	list_remove(&kept->place);
	sessions->count--;
	free(kept);
}

static void forget_oldest(struct sessions *sessions)
{
	struct kept *oldest = container_of(sessions->all.next, struct kept, place);

	SSL_SESSION_free(oldest->session);
	forget(sessions, oldest);
}

void sessions_clear(struct sessions *sessions)
{
	while (sessions->count != 0)
		forget_oldest(sessions);
}

static struct kept *find(struct sessions *sessions, const struct address *address,
			 const struct name *name)
{
	list_for_each(place, &sessions->all) {
		struct kept *kept = container_of(place, struct kept, place);

		if (address_equal(&kept->address, address) && name_equal(&kept->name, name))
			return kept;
	}
	return NULL;
}

void sessions_put(struct sessions *sessions, const struct address *address,
		  const struct name *name, SSL_SESSION *session)
{
	struct kept *kept = find(sessions, address, name);

	if (kept != NULL) {
		SSL_SESSION_free(kept->session);
		forget(sessions, kept);
	}
	kept = calloc(1, sizeof(*kept));
	if (kept == NULL) {
		SSL_SESSION_free(session);
		return;
	}
	if (sessions->count == MAX_TLS_SESSIONS)
		forget_oldest(sessions);
	kept->address = *address;
	kept->name = *name;
	kept->session = session;
	list_append(&sessions->all, &kept->place);
	sessions->count++;
}

/* A resumed session shows no certificate: so the time of the one it began with counts. */
static bool is_good(const SSL_SESSION *session)
{
	const X509 *certificate = SSL_SESSION_get0_peer((SSL_SESSION *)session);

	return SSL_SESSION_is_resumable(session) == 1 && certificate != NULL &&
	       X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

SSL_SESSION *sessions_take(struct sessions *sessions, const struct address *address,
			   const struct name *name)
{
	struct kept *kept = find(sessions, address, name);
	SSL_SESSION *session;

	if (kept == NULL)
		return NULL;
	session = kept->session;
	forget(sessions, kept);
	if (is_good(session))
		return session;
	SSL_SESSION_free(session);
	return NULL;
}
