/* SPDX-License-Identifier: MIT */
/* test_examine.c — every line of the column of refusals. */
#include "resolver/front/examine.h"

#include <stdlib.h>

#include "cache/base/limits.h"
#include "door.h"
#include "tests/unit/suite.h"

static struct access *everybody, *nobody;
static struct front_settings settings;
static struct query query;
static uint8_t wire[4096];
static size_t length;

static void begin(void)
{
	everybody = access_new((struct access_list){ 0 }, (struct access_list){ 0 }, true);
	nobody = access_new((struct access_list){ 0 }, (struct access_list){ 0 }, false);
	settings = (struct front_settings){
		.access = everybody,
		.non_recursive = everybody,
		.trace_access = everybody,
		.trace_on = true,
		.trace_option = TRACE_OPTION,
	};
	query = (struct query){
		.from = address_v4((const uint8_t[4]){ 192, 0, 2, 1 }, 4242),
	};
}

static void end(void)
{
	access_free(everybody);
	access_free(nobody);
}

static const struct ask good = {
	.name = "www.Example.com.", .type = TYPE_A, .id = 77, .flags = FLAG_RD, .edns = true,
};

static void write_ask(const struct ask *ask)
{
	length = ask_write(ask, wire, sizeof(wire));
}

/* From memory of exactly that size, so that reading behind it shows. */
static enum refusal examined(void)
{
	uint8_t *exact = malloc(length);
	enum refusal refusal;

	ck_assert_ptr_nonnull(exact);
	memcpy(exact, wire, length);
	refusal = examine(bytes_of(exact, length), &settings, &query);
	free(exact);
	return refusal;
}

/* The OPT record of `good` once more, or the octets of any other record. */
static void append(const void *octets, size_t more)
{
	memcpy(wire + length, octets, more);
	length += more;
	store_u16(wire + 10, (uint16_t)(load_u16(wire + 10) + 1));
}

static const uint8_t bare_opt[11] = { 0, 0, TYPE_OPT, 0x04, 0xd0 };

START_TEST(a_plain_query_is_admitted)
{
	write_ask(&good);
	ck_assert_int_eq(examined(), ADMIT);
	ck_assert_uint_eq(query.header.id, 77);
	ck_assert(query.has_question);
	ck_assert_uint_eq(query.question.type, TYPE_A);
	ck_assert_mem_eq(query.question.name.octets, "\3www\7Example\3com", 17);
	ck_assert(query.edns.present);
	ck_assert_uint_eq(query.most, EDNS_PAYLOAD);
}
END_TEST

START_TEST(anything_shorter_than_a_header_is_dropped)
{
	write_ask(&good);
	for (length = 0; length < HEADER_LENGTH; length++)
		ck_assert_int_eq(examined(), REFUSE_SILENTLY);
}
END_TEST

START_TEST(an_answer_is_never_answered)
{
	write_ask(&good);
	wire[2] |= 0x80;
	ck_assert_int_eq(examined(), REFUSE_SILENTLY);
}
END_TEST

START_TEST(port_zero_is_never_answered)
{
	write_ask(&good);
	query.from.port = 0;
	ck_assert_int_eq(examined(), REFUSE_SILENTLY);
}
END_TEST

START_TEST(other_opcodes_are_not_implemented)
{
	for (unsigned opcode = 1; opcode < 16; opcode++) {
		write_ask(&good);
		wire[2] = (uint8_t)(opcode << 3);
		ck_assert_int_eq(examined(), REFUSE_OPCODE);
	}
	ck_assert_uint_eq(refusal_failure(REFUSE_OPCODE)->rcode, RCODE_NOTIMP);
}
END_TEST

START_TEST(there_is_one_question)
{
	write_ask(&good);
	store_u16(wire + 4, 0);
	ck_assert_int_eq(examined(), REFUSE_COUNTS);
	store_u16(wire + 4, 2);
	ck_assert_int_eq(examined(), REFUSE_COUNTS);
	store_u16(wire + 4, 65535);
	ck_assert_int_eq(examined(), REFUSE_COUNTS);
	ck_assert_uint_eq(refusal_failure(REFUSE_COUNTS)->rcode, RCODE_FORMERR);
}
END_TEST

START_TEST(a_query_brings_no_answers)
{
	write_ask(&good);
	store_u16(wire + 6, 1);
	ck_assert_int_eq(examined(), REFUSE_COUNTS);
}
END_TEST

START_TEST(a_query_brings_no_authority)
{
	write_ask(&good);
	store_u16(wire + 8, 1);
	ck_assert_int_eq(examined(), REFUSE_COUNTS);
}
END_TEST

START_TEST(the_additional_section_is_short)
{
	static const uint8_t record[11] = { 0, 0, TYPE_A, 0, 1 };

	write_ask(&good);
	for (unsigned i = 1; i < MAX_ADDITIONAL; i++)
		append(record, sizeof(record));
	ck_assert_int_eq(examined(), ADMIT);
	append(record, sizeof(record));
	ck_assert_int_eq(examined(), REFUSE_COUNTS);
}
END_TEST

START_TEST(a_question_cut_short_is_malformed)
{
	struct ask plain = good;
	size_t whole;

	plain.edns = false;
	write_ask(&plain);
	whole = length;
	for (length = HEADER_LENGTH; length < whole; length++) {
		ck_assert_int_eq(examined(), REFUSE_MALFORMED);
		ck_assert(!query.has_question);
	}
	ck_assert_int_eq(examined(), ADMIT);
}
END_TEST

START_TEST(a_question_is_not_compressed)
{
	/* The pointer leads to the header's last octets, which happen to be a root. */
	static const uint8_t header[HEADER_LENGTH] = { 0, 1, 1, 0, 0, 1 };
	static const uint8_t question[] = { 0xc0, 6, 0, 1, 0, 1 };

	memcpy(wire, header, sizeof(header));
	memcpy(wire + sizeof(header), question, sizeof(question));
	length = sizeof(header) + sizeof(question);
	ck_assert_int_eq(examined(), REFUSE_MALFORMED);
}
END_TEST

START_TEST(an_opt_record_cut_short_is_malformed)
{
	size_t whole;

	write_ask(&good);
	whole = length;
	for (length = whole - sizeof(bare_opt); length < whole; length++) {
		ck_assert_int_eq(examined(), REFUSE_MALFORMED);
		ck_assert(!query.edns.present);
	}
}
END_TEST

START_TEST(an_opt_record_that_is_not_at_the_root_is_malformed)
{
	static const uint8_t opt[13] = { 1, 'x', 0, 0, TYPE_OPT, 4, 208 };
	struct ask plain = good;

	plain.edns = false;
	write_ask(&plain);
	append(opt, sizeof(opt));
	ck_assert_int_eq(examined(), REFUSE_MALFORMED);
	ck_assert(!query.edns.present);
}
END_TEST

START_TEST(options_that_overrun_their_record_are_malformed)
{
	static const uint8_t options[] = { 0, 10, 0, 9, 1, 2, 3 };
	struct ask ask = good;

	ask.options = bytes_of(options, sizeof(options));
	write_ask(&ask);
	ck_assert_int_eq(examined(), REFUSE_MALFORMED);
}
END_TEST

START_TEST(options_are_looked_at_up_to_a_bound)
{
	uint8_t options[4 * (MAX_EDNS_OPTIONS + 1)] = { 0 };
	struct ask ask = good;

	store_u16(options + 4 * (MAX_EDNS_OPTIONS - 1), TRACE_OPTION);
	ask.options = bytes_of(options, sizeof(options));
	write_ask(&ask);
	ck_assert_int_eq(examined(), ADMIT);
	ck_assert_uint_eq(query.trace_option, TRACE_OPTION);
	store_u16(options + 4 * (MAX_EDNS_OPTIONS - 1), 0);
	store_u16(options + 4 * MAX_EDNS_OPTIONS, TRACE_OPTION);
	write_ask(&ask);
	ck_assert_int_eq(examined(), ADMIT);
	ck_assert_uint_eq(query.trace_option, 0);
}
END_TEST

START_TEST(two_opt_records_are_one_too_many)
{
	write_ask(&good);
	append(bare_opt, sizeof(bare_opt));
	ck_assert_int_eq(examined(), REFUSE_TWO_OPTS);
	ck_assert(!query.edns.present);
	ck_assert_uint_eq(refusal_failure(REFUSE_TWO_OPTS)->rcode, RCODE_FORMERR);
}
END_TEST

START_TEST(later_versions_of_edns_are_not_known)
{
	struct ask ask = good;

	ask.version = 1;
	write_ask(&ask);
	ck_assert_int_eq(examined(), REFUSE_VERSION);
	ck_assert_uint_eq(refusal_failure(REFUSE_VERSION)->rcode, RCODE_BADVERS);
}
END_TEST

START_TEST(strangers_are_refused)
{
	settings.access = nobody;
	write_ask(&good);
	ck_assert_int_eq(examined(), REFUSE_STRANGER);
	ck_assert_uint_eq(refusal_failure(REFUSE_STRANGER)->rcode, RCODE_REFUSED);
	ck_assert_uint_eq(refusal_failure(REFUSE_STRANGER)->ede, EDE_PROHIBITED);
}
END_TEST

START_TEST(other_classes_are_refused)
{
	static const uint16_t classes[] = { 0, 2, CLASS_CH, 4, CLASS_NONE, CLASS_ANY, 65535 };
	struct ask plain = good;

	plain.edns = false;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		write_ask(&plain);
		store_u16(wire + length - 2, classes[i]);
		ck_assert_int_eq(examined(), REFUSE_CLASS);
	}
	ck_assert_uint_eq(refusal_failure(REFUSE_CLASS)->rcode, RCODE_REFUSED);
}
END_TEST

START_TEST(types_that_no_resolver_answers)
{
	static const struct {
		uint16_t     type;
		enum refusal refusal;
		unsigned     rcode;
	} rows[] = {
		{ TYPE_AXFR, REFUSE_TRANSFER, RCODE_REFUSED },
		{ TYPE_IXFR, REFUSE_TRANSFER, RCODE_REFUSED },
		{ TYPE_MAILA, REFUSE_OBSOLETE, RCODE_NOTIMP },
		{ TYPE_MAILB, REFUSE_OBSOLETE, RCODE_NOTIMP },
		{ TYPE_OPT, REFUSE_META, RCODE_FORMERR },
		{ TYPE_TKEY, REFUSE_META, RCODE_FORMERR },
		{ TYPE_TSIG, REFUSE_META, RCODE_FORMERR },
		{ 128, REFUSE_META, RCODE_FORMERR },
		{ 248, REFUSE_META, RCODE_FORMERR },
		{ 0, REFUSE_META, RCODE_FORMERR },
	};
	struct ask ask = good;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ask.type = rows[i].type;
		write_ask(&ask);
		ck_assert_int_eq(examined(), rows[i].refusal);
		ck_assert_uint_eq(refusal_failure(rows[i].refusal)->rcode, rows[i].rcode);
	}
}
END_TEST

START_TEST(an_incremental_transfer_with_its_soa_is_refused)
{
	struct ask ask = good;

	ask.type = TYPE_IXFR;
	write_ask(&ask);
	store_u16(wire + 8, 1);
	ck_assert_int_eq(examined(), REFUSE_TRANSFER);
}
END_TEST

START_TEST(types_that_a_resolver_does_answer)
{
	static const uint16_t types[] = { TYPE_A, TYPE_NS, TYPE_RRSIG, TYPE_HTTPS, TYPE_ANY, 127,
					  256, 257, 65280, 65535 };
	struct ask ask = good;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		ask.type = types[i];
		write_ask(&ask);
		ck_assert_int_eq(examined(), ADMIT);
	}
}
END_TEST

START_TEST(without_rd_only_some_may_ask)
{
	struct ask ask = good;

	ask.flags = 0;
	write_ask(&ask);
	ck_assert_int_eq(examined(), ADMIT);
	settings.non_recursive = nobody;
	ck_assert_int_eq(examined(), REFUSE_NOT_RECURSIVE);
	ck_assert_uint_eq(refusal_failure(REFUSE_NOT_RECURSIVE)->rcode, RCODE_REFUSED);
}
END_TEST

START_TEST(octets_behind_the_message_are_ignored)
{
	write_ask(&good);
	memset(wire + length, 0xff, 100);
	length += 100;
	ck_assert_int_eq(examined(), ADMIT);
}
END_TEST

START_TEST(the_reply_fits_the_client)
{
	static const struct {
		bool     edns, over_tcp;
		uint16_t payload, most;
	} rows[] = {
		{ false, false, 0, 512 },
		{ true, false, 511, 512 },
		{ true, false, 1, 512 },
		{ true, false, 700, 700 },
		{ true, false, EDNS_PAYLOAD, EDNS_PAYLOAD },
		{ true, false, 65535, EDNS_PAYLOAD },
		{ true, true, 512, MAX_MESSAGE },
		{ false, true, 0, MAX_MESSAGE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ask ask = good;

		ask.edns = rows[i].edns;
		ask.payload = rows[i].payload;
		query.over_tcp = rows[i].over_tcp;
		write_ask(&ask);
		ck_assert_int_eq(examined(), ADMIT);
		ck_assert_uint_eq(query.most, rows[i].most);
	}
}
END_TEST

START_TEST(the_trace_is_for_those_who_may)
{
	static const uint8_t options[] = { TRACE_OPTION >> 8, TRACE_OPTION & 0xff, 0, 1, 1 };
	struct ask ask = good;

	ask.options = bytes_of(options, sizeof(options));
	write_ask(&ask);
	ck_assert_int_eq(examined(), ADMIT);
	ck_assert_uint_eq(query.trace_option, TRACE_OPTION);
	settings.trace_access = nobody;
	ck_assert_int_eq(examined(), ADMIT);
	ck_assert_uint_eq(query.trace_option, 0);
	settings.trace_access = everybody;
	settings.trace_on = false;
	ck_assert_int_eq(examined(), ADMIT);
	ck_assert_uint_eq(query.trace_option, 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_plain_query_is_admitted,
		anything_shorter_than_a_header_is_dropped,
		an_answer_is_never_answered,
		port_zero_is_never_answered,
		other_opcodes_are_not_implemented,
		there_is_one_question,
		a_query_brings_no_answers,
		a_query_brings_no_authority,
		the_additional_section_is_short,
		a_question_cut_short_is_malformed,
		a_question_is_not_compressed,
		an_opt_record_cut_short_is_malformed,
		an_opt_record_that_is_not_at_the_root_is_malformed,
		options_that_overrun_their_record_are_malformed,
		options_are_looked_at_up_to_a_bound,
		two_opt_records_are_one_too_many,
		later_versions_of_edns_are_not_known,
		strangers_are_refused,
		other_classes_are_refused,
		types_that_no_resolver_answers,
		an_incremental_transfer_with_its_soa_is_refused,
		types_that_a_resolver_does_answer,
		without_rd_only_some_may_ask,
		octets_behind_the_message_are_ignored,
		the_reply_fits_the_client,
		the_trace_is_for_those_who_may,
	};

	return suite_run_with("examine", tests, SUITE_COUNT(tests), begin, end);
}
