/* SPDX-License-Identifier: MIT */
/* settings.h — what a fetch was told: the options of `xylem get`, read once, never changed. */
#ifndef XYLEM_CLIENT_SETTINGS_H
#define XYLEM_CLIENT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/base/bytes.h"
#include "client/connect/address.h"

enum {
	MAX_REDIRECTS = 50,             /* curl's default */
	CONNECT_PATIENCE_MS = 300 * 1000,
	END_PATIENCE_MS = 1000,         /* for the other side's FIN */
};

/* Texts in the order given; they belong to whoever gave them. */
struct texts {
	const char **at;
	size_t       count;
};

struct fetch_settings {
	const char    *url;
	const char    *method;          /* -X; NULL: what the rest implies */
	struct texts   headers;
	const char    *agent;
	const char    *referer;
	const char    *user;
	bool           has_body;
	struct bytes   body;
	bool           head_only;       /* -I */
	bool           follow;          /* -L */
	bool           fail_on_error;   /* -f */
	bool           compressed;
	bool           insecure;
	const char    *ca_file;
	bool           only_v4, only_v6;
	uint32_t       patience_ms;     /* -m; 0: none */
	uint32_t       connect_patience_ms;
	struct texts   resolve;         /* HOST:PORT:ADDR[,ADDR] */
	struct address dns;
	const char    *hosts_file;
	bool watched; /* somebody reads the stages: then the close is waited for */
};

#endif
