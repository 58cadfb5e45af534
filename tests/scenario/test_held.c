/* SPDX-License-Identifier: MIT */
/* test_held.c — what simulated servers answer from signed zones is what ldns takes for proved. */
#include "tests/unit/suite.h"

#include "cache/base/must.h"
#include "tests/fake/fake.h"
#include "tests/scenario/held.h"

static struct held_zone *signed_zone(ldns_algorithm algorithm, bool nsec3)
{
	struct held_zone *zone = held_zone("example.com.");

	zone->is_signed = true;
	zone->nsec3 = nsec3;
	zone->keys[0] = (struct key_of_story){
		.key = signer_key(zone->apex, 1, algorithm, FLAGS_OF_KSK, 1024),
		.published = true, .signs_keys = true, .signs_data = true };
	ck_assert_ptr_nonnull(zone->keys[0].key);
	ck_assert(held_add(zone, "@ NS ns.other.net."));
	ck_assert(held_add(zone, "www A 192.0.2.1"));
	ck_assert(held_add(zone, "www A 192.0.2.2"));
	ck_assert(held_add(zone, "*.wild TXT \"from a wildcard\""));
	ck_assert(held_add(zone, "deep.empty A 192.0.2.3"));
	ck_assert(held_add(zone, "insecure NS ns.other.net."));
	return zone;
}

static ldns_pkt *answer(struct held_zone *zone, const char *text, ldns_rr_type type)
{
	ldns_pkt *packet = ldns_pkt_query_new(ldns_dname_new_frm_str(text), type,
					      LDNS_RR_CLASS_IN, 0);

	held_answer(zone, ldns_rr_owner(ldns_rr_list_rr(ldns_pkt_question(packet), 0)), type, true,
		    packet);
	return packet;
}

/* How many of the section's signatures ldns finds good; -1: one is not. */
static int good_signatures(struct held_zone *zone, ldns_rr_list *section)
{
	ldns_rr_list *keys = held_set(zone, zone->apex, LDNS_RR_TYPE_DNSKEY);
	int good = 0;

	for (size_t i = 0; i < ldns_rr_list_rr_count(section) && good >= 0; i++) {
		ldns_rr *signature = ldns_rr_list_rr(section, i);
		ldns_rr_list *set;

		if (ldns_rr_get_type(signature) != LDNS_RR_TYPE_RRSIG)
			continue;
		set = ldns_rr_list_new();
		for (size_t k = 0; k < ldns_rr_list_rr_count(section); k++) {
			ldns_rr *record = ldns_rr_list_rr(section, k);

			if (ldns_rr_get_type(record) ==
				    ldns_rdf2rr_type(ldns_rr_rrsig_typecovered(signature)) &&
			    ldns_dname_compare(ldns_rr_owner(record),
					       ldns_rr_owner(signature)) == 0)
				ldns_rr_list_push_rr(set, record);
		}
		good = ldns_verify_rrsig_keylist_time(set, signature, keys,
						      fake_clock_true_seconds(), NULL) ==
		       LDNS_STATUS_OK ? good + 1 : -1;
		ldns_rr_list_free(set);
	}
	ldns_rr_list_deep_free(keys);
	return good;
}

static const struct {
	const char  *name;
	ldns_rr_type type;
	int          answers, denials, denials3;        /* signatures of the sections */
	bool         missing;
} questions[] = {
	{ "www.example.com.", LDNS_RR_TYPE_A, 1, 0, 0, false },
	{ "example.com.", LDNS_RR_TYPE_DNSKEY, 1, 0, 0, false },
	{ "any.wild.example.com.", LDNS_RR_TYPE_TXT, 1, 1, 1, false },
	{ "any.wild.example.com.", LDNS_RR_TYPE_A, 0, 2, 4, false },
	{ "www.example.com.", LDNS_RR_TYPE_TXT, 0, 2, 2, false },
	{ "empty.example.com.", LDNS_RR_TYPE_A, 0, 2, 2, false },
	{ "a.insecure.example.com.", LDNS_RR_TYPE_A, 0, 1, 1, false },
	{ "insecure.example.com.", LDNS_RR_TYPE_DS, 0, 2, 2, false },
	{ "no.such.example.com.", LDNS_RR_TYPE_A, 0, -2, -2, true },
};

static void check_answers(ldns_algorithm algorithm, bool nsec3)
{
	struct held_zone *zone = signed_zone(algorithm, nsec3);

	for (unsigned i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		ldns_pkt *packet = answer(zone, questions[i].name, questions[i].type);
		int wanted = nsec3 ? questions[i].denials3 : questions[i].denials;
		int denials = good_signatures(zone, ldns_pkt_authority(packet));

		ck_assert_int_eq(good_signatures(zone, ldns_pkt_answer(packet)),
				 questions[i].answers);
		ck_assert_msg(wanted < 0 ? denials >= -wanted : denials == wanted,
			      "%s: %d signatures in the authority section", questions[i].name,
			      denials);
		ck_assert_int_eq(ldns_pkt_get_rcode(packet) == LDNS_RCODE_NXDOMAIN,
				 questions[i].missing);
		ldns_pkt_free(packet);
	}
	held_clear();
}

START_TEST(answers_with_nsec_are_proved)
{
	check_answers(LDNS_ECDSAP256SHA256, false);
	check_answers(LDNS_RSASHA256, false);
}
END_TEST

START_TEST(answers_with_nsec3_are_proved)
{
	check_answers(LDNS_ED25519, true);
	check_answers(LDNS_ECDSAP384SHA384, true);
	check_answers(LDNS_ED448, true);
}
END_TEST

START_TEST(a_fault_makes_the_signature_bad)
{
	static const enum manner_of_fault bad[] = {
		SIGNS_EXPIRED, SIGNS_EARLY, SIGNS_BADLY, SIGNS_ALSO_BADLY, SIGNS_BY_ANOTHER,
	};
	struct held_zone *zone = signed_zone(LDNS_ECDSAP256SHA256, false);
	struct fault_of_zone fault = { .type = LDNS_RR_TYPE_A };

	zone->faults = &fault;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ldns_pkt *packet;

		fault.how = bad[i];
		packet = answer(zone, "www.example.com.", LDNS_RR_TYPE_A);
		ck_assert_int_eq(good_signatures(zone, ldns_pkt_answer(packet)), -1);
		ldns_pkt_free(packet);
	}
	zone->faults = NULL;
	held_clear();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		answers_with_nsec_are_proved, answers_with_nsec3_are_proved,
		a_fault_makes_the_signature_bad,
	};

	return suite_run("scenario.held", tests, SUITE_COUNT(tests));
}
