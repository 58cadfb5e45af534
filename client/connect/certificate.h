/* SPDX-License-Identifier: MIT */
/* certificate.h — the server's certificates as events. */
#ifndef XYLEM_CLIENT_CERTIFICATE_H
#define XYLEM_CLIENT_CERTIFICATE_H

#include <openssl/x509.h>

#include "client/log/events.h"

/* Says one event "certificate" for each, the server's own first; `chain` may be NULL. */
void certificates_say(struct event_log *log, STACK_OF(X509) * chain);

#endif
