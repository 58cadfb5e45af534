/* SPDX-License-Identifier: MIT */
/* test_tls.c — exchanges over TLS, against a real server whose certificates are made here. */
#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/message.h"
#include "resolver/loop_uv.h"
#include "resolver/upstream/authorities.h"
#include "resolver/upstream/exchange.h"
#include "resolver/upstream/match.h"
#include "resolver/upstream/query.h"
#include "resolver/upstream/sessions.h"
#include "tls_server.h"

enum { PATIENCE_MS = 5000, SHORT_MS = 150, DAY = 86400, MANY = 40 };

/* One of those who ask. */
struct asker {
	struct exchange      *exchange;
	enum exchange_outcome outcome;  /* PENDING: not yet */
	char                  fault[512];
	uint8_t               id[2];
};

static struct loop_uv driver;
static struct exchange_request request;
static struct name name;
static struct signer authority, stranger, good;
static struct tls_server server;
static char file[] = "/tmp/xylem-test-tls-XXXXXX";
static bool session_has_expired;

/* Linked instead of OpenSSL's in our own files: time passes by a switch. */
int __real_X509_cmp_current_time(const ASN1_TIME *time);
int __wrap_X509_cmp_current_time(const ASN1_TIME *time);

int __wrap_X509_cmp_current_time(const ASN1_TIME *time)
{
	return session_has_expired ? -1 : __real_X509_cmp_current_time(time);
}

/* --- asking --- */

static void on_settled(void *subject)
{
	struct asker *asker = subject;
	const char *fault = exchange_fault(asker->exchange);
	struct bytes reply = exchange_reply(asker->exchange);

	ck_assert_int_eq(asker->outcome, EXCHANGE_PENDING);
	asker->outcome = exchange_outcome(asker->exchange);
	snprintf(asker->fault, sizeof(asker->fault), "%s", fault == NULL ? "" : fault);
	ck_assert_int_eq(reply.length != 0, asker->outcome == EXCHANGE_REPLIED);
	if (reply.length != 0)
		memcpy(asker->id, reply.at, 2);
	exchange_drop(&asker->exchange);
}

static void ask(struct asker *asker)
{
	memset(asker, 0, sizeof(*asker));
	loop_look_at_clocks(&driver.loop);      /* keys and certificates took their time */
	asker->exchange = exchange_start(&driver.loop, &request, on_settled, asker);
	ck_assert_ptr_nonnull(asker->exchange);
}

static void turn(void)
{
	uv_run(&driver.uv, UV_RUN_NOWAIT);
	tls_server_turn(&server);
}

static void turns(int count)
{
	while (count-- > 0)
		turn();
}

static void run_to_the_end_of(struct asker *asker)
{
	while (asker->outcome == EXCHANGE_PENDING)
		turn();
	turns(3);
}

static struct asker ask_one(void)
{
	struct asker asker;

	ask(&asker);
	run_to_the_end_of(&asker);
	return asker;
}

static void must_have_replied(const struct asker *asker)
{
	ck_assert_str_eq(asker->fault, "");
	ck_assert_int_eq(asker->outcome, EXCHANGE_REPLIED);
}

/* Never a word to whoever isn't the server. */
static void must_be_refused(const char *because)
{
	struct asker asker = ask_one();

	ck_assert_msg(strstr(asker.fault, because) != NULL, "'%s' isn't in '%s'", because,
		      asker.fault);
	ck_assert_int_eq(asker.outcome, EXCHANGE_UNTRUSTED);
	ck_assert_uint_eq(server.query_count, 0);
}

static void call(const char *text)
{
	ck_assert(name_parse(text, &name));
}

/* --- fixtures --- */

static void write_pem(const struct signer *signer)
{
	FILE *to = fopen(file, "w");

	ck_assert_int_eq(PEM_write_X509(to, signer->certificate), 1);
	fclose(to);
}

static void set_up(void)
{
	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(loop_uv_init(&driver), OK);
	authority = make_signer("authority", NULL, -DAY, DAY, NULL);
	stranger = make_signer("stranger", NULL, -DAY, DAY, NULL);
	good = make_signer("good", "DNS:dns.example, DNS:other.example, IP:127.0.0.1", -DAY, DAY,
			   &authority);
	close(mkstemp(file));
	write_pem(&authority);
	tls_server_start(&server, &good);
	session_has_expired = false;
	call("dns.example");
	request = (struct exchange_request){
		.to = server.address, .transport = OVER_TLS, .patience_ms = PATIENCE_MS,
		.tls_name = &name, .authorities = authorities_new(file),
		.question = { .type = 1, .class = 1 },
	};
	ck_assert(name_parse("www.example.", &request.question.name));
}

static void tear_down(void)
{
	loop_uv_clear(&driver);
	authorities_free(request.authorities);
	tls_server_stop(&server);
	free_signer(&authority);
	free_signer(&stranger);
	free_signer(&good);
	unlink(file);
	memcpy(file + sizeof(file) - 7, "XXXXXX", 6);
}

/* The server shows a certificate of this kind from now on. */
static void show(const char *names, long from, long until, const struct signer *by)
{
	struct signer shown = make_signer("dns.example", names, from, until, by);

	tls_server_show(&server, &shown);
	free_signer(&shown);
}

/* --- who is there --- */

START_TEST(a_reply_over_tls)
{
	struct asker asker;

	SSL_CTX_set_max_proto_version(server.context, _i == 0 ? TLS1_3_VERSION : TLS1_2_VERSION);
	asker = ask_one();
	must_have_replied(&asker);
	ck_assert_mem_eq(asker.id, server.queries[0] + 2, 2);
	ck_assert_str_eq(server.name, "dns.example");
	ck_assert_uint_eq(server.accepted, 1);
}
END_TEST

START_TEST(a_server_that_knows_no_protocols_inside_is_fine)
{
	struct asker asker;

	server.protocol = NULL;
	asker = ask_one();
	must_have_replied(&asker);
}
END_TEST

START_TEST(an_older_tls_is_refused)
{
	SSL_CTX_set_cipher_list(server.context, "DEFAULT:@SECLEVEL=0");
	SSL_CTX_set_min_proto_version(server.context, TLS1_VERSION);
	SSL_CTX_set_max_proto_version(server.context, TLS1_1_VERSION);
	must_be_refused("handshake failed");
}
END_TEST

START_TEST(another_name_is_refused)
{
	call("dns2.example");
	must_be_refused("for dns.example, not for dns2.example");
}
END_TEST

START_TEST(a_name_that_is_only_the_subject_is_refused)
{
	show("", -DAY, DAY, &authority);
	must_be_refused("for others, not for dns.example");
}
END_TEST

START_TEST(an_expired_certificate_is_refused)
{
	show("DNS:dns.example", -3 * DAY, -2 * DAY, &authority);
	must_be_refused("its certificate expired on 20");
}
END_TEST

START_TEST(a_certificate_of_the_future_is_refused)
{
	show("DNS:dns.example", 2 * DAY, 3 * DAY, &authority);
	must_be_refused("this machine's clock");
}
END_TEST

START_TEST(an_unknown_authority_is_refused)
{
	show("DNS:dns.example", -DAY, DAY, _i == 0 ? &stranger : NULL);
	must_be_refused("signed by nobody trusted here");
}
END_TEST

START_TEST(a_wildcard_is_for_one_label)
{
	struct asker asker;

	show("DNS:*.dns.example", -DAY, DAY, &authority);
	call("a.dns.example");
	asker = ask_one();
	must_have_replied(&asker);
	server.query_count = 0;
	call("a.b.dns.example");
	must_be_refused("for *.dns.example, not for a.b.dns.example");
}
END_TEST

/* RFC 6066 §3: and it isn't said. */
START_TEST(an_address_may_be_the_name)
{
	struct asker asker;

	call("127.0.0.1");
	asker = ask_one();
	must_have_replied(&asker);
	ck_assert_str_eq(server.name, "");
	server.query_count = 0;
	call("127.0.0.2");
	must_be_refused("not for 127.0.0.2");
}
END_TEST

START_TEST(who_signs_for_himself_can_be_named)
{
	struct signer self = make_signer("self", "DNS:dns.example", -DAY, DAY, NULL);
	struct asker asker;

	write_pem(&self);
	tls_server_show(&server, &self);
	asker = ask_one();
	must_have_replied(&asker);
	free_signer(&self);
}
END_TEST

START_TEST(without_authorities_nothing_is_sent)
{
	authorities_free(request.authorities);
	request.authorities = NULL;
	must_be_refused("no authorities");
	ck_assert_uint_eq(server.accepted, 0);
}
END_TEST

START_TEST(a_file_without_certificates_is_told_of)
{
	unlink(file);
	must_be_refused(file);
	ck_assert_uint_eq(server.accepted, 0);
}
END_TEST

/* --- what isn't TLS as it should be --- */

START_TEST(what_isnt_tls_is_refused)
{
	server.manner = SAYS_HTTP;
	must_be_refused("handshake failed");
}
END_TEST

START_TEST(another_protocol_inside_is_refused)
{
	server.protocol = "h2";
	must_be_refused("");
}
END_TEST

START_TEST(an_alert_is_passed_on)
{
	SSL_CTX_set_verify(server.context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_max_proto_version(server.context, TLS1_2_VERSION);
	must_be_refused("alert");
}
END_TEST

START_TEST(a_handshake_that_stalls_is_silence)
{
	struct asker asker;

	request.patience_ms = SHORT_MS;
	server.manner = STALLS;
	asker = ask_one();
	ck_assert_int_eq(asker.outcome, EXCHANGE_SILENT);
	ck_assert_str_eq(asker.fault, "the TLS handshake isn't over");
}
END_TEST

START_TEST(a_handshake_that_is_cut_off_is_told_at_once)
{
	struct asker asker;

	server.manner = _i == 0 ? CLOSES : RESETS;
	asker = ask_one();
	ck_assert_int_eq(asker.outcome, EXCHANGE_UNREACHABLE);
	ck_assert_ptr_nonnull(strstr(asker.fault, "during the TLS handshake"));
}
END_TEST

START_TEST(a_closed_port_has_nothing_to_do_with_tls)
{
	struct asker asker;

	close(server.listener);
	server.listener = -1;
	asker = ask_one();
	ck_assert_int_eq(asker.outcome, EXCHANGE_UNREACHABLE);
	ck_assert_str_eq(asker.fault, "");
}
END_TEST

/* --- what is asked --- */

START_TEST(queries_are_padded_and_have_no_cookie)
{
	struct asker asker;
	struct bytes message, value;

	ck_assert(name_parse(_i == 0 ? "." : "a.name.that.is.somewhat.longer.example.",
			     &request.question.name));
	asker = ask_one();
	must_have_replied(&asker);
	message = bytes_of(server.queries[0] + 2, load_u16(server.queries[0]));
	ck_assert_uint_eq(message.length, PADDED_TO);
	ck_assert(message_option(message, OPTION_PADDING, &value));
	ck_assert(message_option(message, OPTION_TCP_KEEPALIVE, &value));
	ck_assert(!message_option(message, OPTION_COOKIE, &value));
}
END_TEST

START_TEST(the_longest_query_is_padded)
{
	static const char longest[] =
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.";
	struct asker asker;

	ck_assert(name_parse(longest, &request.question.name));
	ck_assert_uint_eq(request.question.name.length, NAME_SIZE);
	request.cookie.length = MAX_COOKIE_OCTETS;
	asker = ask_one();
	must_have_replied(&asker);
	ck_assert_uint_eq(load_u16(server.queries[0]) % PADDED_TO, 0);
}
END_TEST

START_TEST(a_reply_in_single_octets)
{
	struct asker asker;

	server.replies = false;
	ask(&asker);
	while (server.query_count == 0)
		turn();
	server.queries[0][4] |= 0x80;
	for (int i = 0; i < load_u16(server.queries[0]) + 2; i++) {
		ck_assert_int_eq(SSL_write(server.askers[0]->session, server.queries[0] + i, 1), 1);
		turn();
	}
	run_to_the_end_of(&asker);
	must_have_replied(&asker);
}
END_TEST

/* --- what is kept --- */

START_TEST(replies_come_in_any_order_over_one_connection)
{
	struct asker askers[3];

	server.replies = false;
	for (int i = 0; i < 3; i++)
		ask(&askers[i]);
	while (server.query_count < 3)
		turn();
	for (int i = 2; i >= 0; i--) {
		tls_server_reply(&server, (unsigned)i);
		run_to_the_end_of(&askers[i]);
		must_have_replied(&askers[i]);
		ck_assert_mem_eq(askers[i].id, server.queries[i] + 2, 2);
	}
	ck_assert_uint_eq(server.accepted, 1);
}
END_TEST

START_TEST(many_queries_wait_for_one_handshake)
{
	struct asker askers[MANY];

	for (int i = 0; i < MANY; i++)
		ask(&askers[i]);
	for (int i = 0; i < MANY; i++) {
		run_to_the_end_of(&askers[i]);
		must_have_replied(&askers[i]);
	}
	ck_assert_uint_eq(server.accepted, 2);  /* MAX_QUERIES_PER_CONNECTION is 32 */
}
END_TEST

START_TEST(all_who_wait_are_told_of_the_refusal)
{
	struct asker askers[3];

	call("dns2.example");
	for (int i = 0; i < 3; i++)
		ask(&askers[i]);
	for (int i = 0; i < 3; i++) {
		run_to_the_end_of(&askers[i]);
		ck_assert_int_eq(askers[i].outcome, EXCHANGE_UNTRUSTED);
		ck_assert_ptr_nonnull(strstr(askers[i].fault, "dns2.example"));
	}
	ck_assert_uint_eq(server.accepted, 1);
}
END_TEST

/* With a goodbye, without, and as a server that lets nobody resume. */
START_TEST(a_connection_that_was_closed_is_resumed)
{
	struct asker asker;

	if (_i == 2)
		SSL_CTX_set_options(server.context, SSL_OP_NO_TICKET);
	if (_i == 2)
		SSL_CTX_set_num_tickets(server.context, 0);
	if (_i == 3)
		SSL_CTX_set_max_proto_version(server.context, TLS1_2_VERSION);
	for (unsigned round = 0; round < 4; round++) {
		asker = ask_one();
		must_have_replied(&asker);
		ck_assert_uint_eq(server.accepted, round + 1);
		ck_assert_uint_eq(server.resumed, _i == 2 ? 0 : round);
		tls_server_close_all(&server, _i == 0);
		turns(5);
	}
}
END_TEST

START_TEST(a_connection_that_ends_under_a_query_tells_nothing_of_it)
{
	struct asker asker = ask_one();

	must_have_replied(&asker);
	server.replies = false;
	ask(&asker);
	while (server.query_count < 2)
		turn();
	tls_server_close_all(&server, _i == 0);
	run_to_the_end_of(&asker);
	ck_assert_int_eq(asker.outcome, EXCHANGE_RESET);
	ck_assert_str_eq(asker.fault, "");
}
END_TEST

START_TEST(nothing_is_resumed_once_the_certificate_has_expired)
{
	struct asker asker = ask_one();

	must_have_replied(&asker);
	tls_server_close_all(&server, true);
	turns(5);
	session_has_expired = true;
	asker = ask_one();
	must_have_replied(&asker);
	ck_assert_uint_eq(server.resumed, 0);
}
END_TEST

/* Neither the connection nor what could be resumed of it: the other name is verified by itself. */
START_TEST(another_name_at_the_address_shares_nothing)
{
	struct asker asker = ask_one();

	must_have_replied(&asker);
	call("other.example");
	asker = ask_one();
	must_have_replied(&asker);
	ck_assert_uint_eq(server.accepted, 2);
	ck_assert_str_eq(server.name, "other.example");
	tls_server_close_all(&server, true);
	turns(5);
	call("third.example");
	server.query_count = 0;
	must_be_refused("not for third.example");
	ck_assert_uint_eq(server.resumed, 0);
	call("dns.example");
	asker = ask_one();
	must_have_replied(&asker);
	ck_assert_uint_eq(server.resumed, 1);
}
END_TEST

START_TEST(nothing_in_clear_shares_a_connection_with_tls)
{
	struct asker asker = ask_one();

	must_have_replied(&asker);
	request.transport = OVER_TCP;
	request.patience_ms = SHORT_MS;
	server.manner = STALLS;
	asker = ask_one();
	ck_assert_int_eq(asker.outcome, EXCHANGE_SILENT);
	ck_assert_uint_eq(server.accepted, 2);
	request.transport = OVER_TLS;
	request.patience_ms = PATIENCE_MS;
	server.manner = SERVES;
	asker = ask_one();
	must_have_replied(&asker);
	ck_assert_uint_eq(server.accepted, 2);
}
END_TEST

/* After a reload: what was trusted once says nothing any more. */
START_TEST(other_authorities_share_nothing)
{
	struct asker asker = ask_one();
	struct authorities *before = request.authorities;

	must_have_replied(&asker);
	server.query_count = 0;
	write_pem(&stranger);
	request.authorities = authorities_new(file);
	must_be_refused("signed by nobody trusted here");
	ck_assert_uint_eq(server.accepted, 2);
	authorities_free(before);
}
END_TEST

START_TEST(the_oldest_session_of_too_many_gives_way)
{
	struct sessions sessions;
	struct address address = server.address;

	sessions_init(&sessions);
	for (unsigned i = 0; i < MAX_TLS_SESSIONS + 10; i++) {
		address.port = (uint16_t)(1 + i);
		sessions_put(&sessions, &address, &name, SSL_SESSION_new());
		ck_assert_uint_le(sessions.count, MAX_TLS_SESSIONS);
	}
	ck_assert_uint_eq(sessions.count, MAX_TLS_SESSIONS);
	sessions_put(&sessions, &address, &name, SSL_SESSION_new());
	ck_assert_uint_eq(sessions.count, MAX_TLS_SESSIONS);
	sessions_clear(&sessions);
}
END_TEST

/* --- a server with ideas of its own --- */

START_TEST(keys_may_be_changed_under_way)
{
	struct asker asker = ask_one();
	SSL *session = tls_server_visitor(&server)->session;

	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(SSL_key_update(session, SSL_KEY_UPDATE_REQUESTED), 1);
		ck_assert_int_eq(SSL_do_handshake(session), 1);
		asker = ask_one();
		must_have_replied(&asker);
	}
	ck_assert_uint_eq(server.accepted, 1);
}
END_TEST

/* Records that say nothing keep nobody else from his turn, nor the reply from coming. */
START_TEST(a_flood_of_empty_records_is_read_piece_by_piece)
{
	struct asker asker;
	SSL *session;

	server.replies = false;
	ask(&asker);
	while (server.query_count == 0)
		turn();
	session = tls_server_visitor(&server)->session;
	for (int i = 0; i < 200; i++) {
		ck_assert_int_eq(SSL_key_update(session, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
		ck_assert_int_eq(SSL_do_handshake(session), 1);
	}
	tls_server_reply(&server, 0);
	turns(10);
	ck_assert_int_eq(asker.outcome, EXCHANGE_PENDING);
	run_to_the_end_of(&asker);
	ck_assert_int_ne(asker.outcome, EXCHANGE_SILENT);
}
END_TEST

START_TEST(nobody_negotiates_twice)
{
	struct asker asker;
	SSL *session;

	SSL_CTX_set_max_proto_version(server.context, TLS1_2_VERSION);
	asker = ask_one();
	must_have_replied(&asker);
	session = tls_server_visitor(&server)->session;
	ck_assert_int_eq(SSL_renegotiate(session), 1);
	(void)SSL_do_handshake(session);
	turns(10);
	asker = ask_one();                      /* over a new connection, or the old one */
	ck_assert(asker.outcome == EXCHANGE_REPLIED || asker.outcome == EXCHANGE_RESET);
	ck_assert_uint_eq(server.handshakes, server.accepted);
}
END_TEST

START_TEST(nothing_is_told_after_a_drop_at_any_stage)
{
	struct asker asker;

	ask(&asker);
	turns(_i);
	exchange_drop(&asker.exchange);
	turns(10);
	ck_assert(asker.outcome == EXCHANGE_PENDING || _i > 2);
	asker = ask_one();
	must_have_replied(&asker);
}
END_TEST

static unsigned count_descriptors(void)
{
	DIR *all = opendir("/proc/self/fd");
	unsigned count = 0;

	while (readdir(all) != NULL)
		count++;
	closedir(all);
	return count;
}

START_TEST(refusals_leave_no_descriptor)
{
	unsigned before = count_descriptors();

	call("dns2.example");
	for (int i = 0; i < MANY; i++)
		must_be_refused("dns2.example");
	turns(10);
	ck_assert_uint_eq(count_descriptors(), before);
}
END_TEST

/* --- the suite --- */

static TCase *trust_case(void)
{
	TCase *trust = tcase_create("trust");

	tcase_add_checked_fixture(trust, set_up, tear_down);
	tcase_add_loop_test(trust, a_reply_over_tls, 0, 2);
	tcase_add_test(trust, a_server_that_knows_no_protocols_inside_is_fine);
	tcase_add_test(trust, an_older_tls_is_refused);
	tcase_add_test(trust, another_name_is_refused);
	tcase_add_test(trust, a_name_that_is_only_the_subject_is_refused);
	tcase_add_test(trust, an_expired_certificate_is_refused);
	tcase_add_test(trust, a_certificate_of_the_future_is_refused);
	tcase_add_loop_test(trust, an_unknown_authority_is_refused, 0, 2);
	tcase_add_test(trust, a_wildcard_is_for_one_label);
	tcase_add_test(trust, an_address_may_be_the_name);
	tcase_add_test(trust, who_signs_for_himself_can_be_named);
	tcase_add_test(trust, without_authorities_nothing_is_sent);
	tcase_add_test(trust, a_file_without_certificates_is_told_of);
	tcase_add_test(trust, what_isnt_tls_is_refused);
	tcase_add_test(trust, another_protocol_inside_is_refused);
	tcase_add_test(trust, an_alert_is_passed_on);
	tcase_add_test(trust, a_handshake_that_stalls_is_silence);
	tcase_add_loop_test(trust, a_handshake_that_is_cut_off_is_told_at_once, 0, 2);
	tcase_add_test(trust, a_closed_port_has_nothing_to_do_with_tls);
	return trust;
}

static TCase *kept_case(void)
{
	TCase *kept = tcase_create("kept");

	tcase_add_checked_fixture(kept, set_up, tear_down);
	tcase_add_loop_test(kept, queries_are_padded_and_have_no_cookie, 0, 2);
	tcase_add_test(kept, the_longest_query_is_padded);
	tcase_add_test(kept, a_reply_in_single_octets);
	tcase_add_test(kept, replies_come_in_any_order_over_one_connection);
	tcase_add_test(kept, many_queries_wait_for_one_handshake);
	tcase_add_test(kept, all_who_wait_are_told_of_the_refusal);
	tcase_add_loop_test(kept, a_connection_that_was_closed_is_resumed, 0, 4);
	tcase_add_loop_test(kept, a_connection_that_ends_under_a_query_tells_nothing_of_it, 0, 2);
	tcase_add_test(kept, nothing_is_resumed_once_the_certificate_has_expired);
	tcase_add_test(kept, another_name_at_the_address_shares_nothing);
	tcase_add_test(kept, nothing_in_clear_shares_a_connection_with_tls);
	tcase_add_test(kept, other_authorities_share_nothing);
	tcase_add_test(kept, the_oldest_session_of_too_many_gives_way);
	return kept;
}

static TCase *hostile_case(void)
{
	TCase *hostile = tcase_create("hostile");

	tcase_add_checked_fixture(hostile, set_up, tear_down);
	tcase_set_timeout(hostile, 30);
	tcase_add_test(hostile, keys_may_be_changed_under_way);
	tcase_add_test(hostile, a_flood_of_empty_records_is_read_piece_by_piece);
	tcase_add_test(hostile, nobody_negotiates_twice);
	tcase_add_loop_test(hostile, nothing_is_told_after_a_drop_at_any_stage, 0, 12);
	tcase_add_test(hostile, refusals_leave_no_descriptor);
	return hostile;
}

int main(void)
{
	Suite *suite = suite_create("upstream.tls");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, trust_case());
	suite_add_tcase(suite, kept_case());
	suite_add_tcase(suite, hostile_case());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
