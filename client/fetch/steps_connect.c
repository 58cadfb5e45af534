/* SPDX-License-Identifier: MIT */
/* steps_connect.c — CONNECT, AWAIT_CONNECT, START_TLS, AWAIT_TLS: from addresses to a connection.
 */
#include <errno.h>
#include <string.h>

#include "client/connect/tcp.h"
#include "client/fetch/fetch_private.h"

/* RFC 8305 §4: sorted by RFC 6724; the race puts the families in turn. */
static void add_found(struct fetch *f)
{
	struct destination destinations[MAX_ADDRESSES];
	struct address sorted[MAX_ADDRESSES];

	for (size_t i = 0; i < f->found_count; i++) {
		destinations[i] = (struct destination){ .to = f->found[i] };
		destination_find_source(&destinations[i]);
	}
	destinations_sort(destinations, f->found_count);
	for (size_t i = 0; i < f->found_count; i++)
		sorted[i] = destinations[i].to;
	race_add(f->race, sorted, f->found_count, f->resolve != NULL);
}

enum step connect_to_host(struct fetch *f)
{
	fetch_begin_stage(f, STAGE_TCP);
	f->race = race_new(f->loop, f->log, fetch_waker(f));
	if (f->race == NULL)
		return fail(f, EXIT_MEMORY, STAGE_TCP, BY_MACHINE, "more memory", "no memory");
	add_found(f);
	return AWAIT_CONNECT;
}

/* The other address question may still be answered while attempts go on. */
static void take_late_addresses(struct fetch *f)
{
	enum resolve_outcome outcome;

	if (f->resolve == NULL)
		return;
	outcome = resolve_step(f->resolve);
	if (outcome == RESOLVE_SOME || outcome == RESOLVE_GOES_ON)
		return;
	f->found_count = resolve_addresses(f->resolve, f->found, MAX_ADDRESSES);
	resolve_free(f->resolve);
	f->resolve = NULL;
	event_say(f->log, STAGE_TCP, FROM_WIRE, "late addresses", "{s:i}", "known",
		  (int)f->found_count);
	add_found(f);
}

static enum step nobody_connected(struct fetch *f)
{
	int error = race_last_error(f->race);
	size_t attempts = race_attempts(f->race);
	const char *who = BY_NETWORK, *advice = "the route to it, or a firewall between";

	if (error == ECONNREFUSED) {
		who = BY_SERVER;
		advice = "another port, or starting what should listen there";
	}
	if (error == ENETUNREACH || error == EADDRNOTAVAIL || error == EAFNOSUPPORT) {
		who = BY_MACHINE;
		advice = "this machine's own network: it has no route there";
	}
	return fail(f, EXIT_CONNECT, STAGE_TCP, who, advice, "no connection to %s port %u: %s%s",
		    f->url.host, (unsigned)f->url.port, strerror(error),
		    attempts > 1 ? " (the last of several addresses)" : "");
}

static void say_connected(struct fetch *f, const struct attempt *won)
{
	char ours[ADDRESS_TEXT], theirs[ADDRESS_TEXT];
	int descriptor = connection_descriptor(f->connection);
	socklen_t length = sizeof(f->ours);

	memset(&f->ours, 0, sizeof(f->ours));
	(void)getsockname(descriptor, &f->ours.any, &length);
	f->theirs = won->to;
	event_say(f->log, STAGE_TCP, FROM_KERNEL, "connected", "{s:s, s:i, s:s, s:i, s:I}",
		  "address", address_write(theirs, &f->theirs), "port",
		  (int)address_port(&f->theirs), "our_address", address_write(ours, &f->ours),
		  "our_port", (int)address_port(&f->ours), "handshake_us",
		  (json_int_t)(won->ended_us - won->began_us));
	tcp_say_figures(f->log, STAGE_TCP, "figures", descriptor);
}

enum step await_connect(struct fetch *f)
{
	enum race_outcome outcome;
	struct attempt won;

	take_late_addresses(f);
	outcome = race_step(f->race);
	if (outcome == RACE_GOES_ON)
		return AWAIT_CONNECT;
	if (outcome == RACE_HOPELESS)
		return nobody_connected(f);
	f->log->connection = ++f->connections;
	f->connection =
		connection_new(f->loop, race_take_socket(f->race, &won), f->log, fetch_waker(f));
	if (f->connection == NULL)
		return fail(f, EXIT_MEMORY, STAGE_TCP, BY_MACHINE, "more memory", "no memory");
	say_connected(f, &won);
	race_free(f->race);
	f->race = NULL;
	resolve_free(f->resolve);
	f->resolve = NULL;
	fetch_end_stage(f, STAGE_TCP);
	return f->url.secure ? START_TLS : SEND_REQUEST;
}

enum step start_tls(struct fetch *f)
{
	size_t length = strlen(f->url.host);
	bool dot = length > 1 && f->url.host[length - 1] == '.';
	/* RFC 6066 §3: a server's name has no trailing dot; certificates have none either. */
	struct tls_wishes wishes = {
		.host = dot ? arena_print(&f->arena, "%.*s", (int)length - 1, f->url.host) :
			      f->url.host,
		.host_is_address = f->url.kind != HOST_NAME,
		.insecure = f->settings->insecure,
		.ca_file = f->settings->ca_file,
	};
	enum tls_failure failure;

	fetch_begin_stage(f, STAGE_TLS);
	failure = connection_start_tls(f->connection, &wishes);
	if (failure == TLS_NO_CA_FILE)
		return fail(f, EXIT_CA_FILE, STAGE_TLS, BY_YOU, "a PEM file that can be read",
			    "%s has no certificates to trust", wishes.ca_file);
	if (failure != TLS_FINE)
		return fail(f, EXIT_TLS, STAGE_TLS, BY_MACHINE, "another OpenSSL configuration",
			    "TLS can't begin on this machine");
	return AWAIT_TLS;
}

static enum step tls_failed(struct fetch *f)
{
	const struct tls *tls = connection_tls(f->connection);
	int error = connection_error(f->connection);
	const char *reason = tls_reason(tls)[0] != '\0' ? tls_reason(tls) : "the server hung up";

	if (tls_failure(tls) == TLS_CERTIFICATE)
		return fail(f, EXIT_CERTIFICATE, STAGE_TLS, BY_SERVER,
			    "--cacert FILE if you know its authority, or -k to look anyway",
			    "the certificate of %s isn't good: %s", f->url.host, reason);
	return fail(f, EXIT_TLS, STAGE_TLS, BY_SERVER,
		    "http:// or another port, if it speaks no TLS here",
		    "no TLS with %s port %u: %s", f->url.host, (unsigned)f->url.port,
		    error != 0 ? strerror(error) : reason);
}

enum step await_tls(struct fetch *f)
{
	enum io io = connection_handshake(f->connection);

	if (io == IO_AGAIN)
		return AWAIT_TLS;
	if (io != IO_DONE)
		return tls_failed(f);
	tls_say_agreement(connection_tls(f->connection));
	fetch_end_stage(f, STAGE_TLS);
	return SEND_REQUEST;
}
