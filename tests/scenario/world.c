/* SPDX-License-Identifier: MIT */
/* world.c — servers that follow rules. */
#include "tests/scenario/world.h"

#include <ldns/ldns.h>
#include <stdlib.h>

#include "cache/base/must.h"
#include "cache/dns.h"
#include "resolver/upstream/cookie.h"
#include "tests/scenario/held.h"

static struct server_of_story *servers;
static unsigned queries, reply_octets;

struct server_of_story *world_get_server(const struct address *address)
{
	struct server_of_story *server = servers;

	while (server != NULL && !address_equal(&server->address, address))
		server = server->next;
	if (server != NULL)
		return server;
	server = calloc(1, sizeof(*server));
	must(server != NULL);
	server->address = *address;
	server->held_delay_ms = 10;
	server->next = servers;
	servers = server;
	return server;
}

void world_add_rule(struct server_of_story *server, struct rule *rule)
{
	struct rule **end = &server->rules;

	while (*end != NULL)
		end = &(*end)->next;
	*end = rule;
}

unsigned world_queries(void)
{
	return queries;
}

unsigned world_octets(void)
{
	return reply_octets;
}

static bool name_fits(const struct rule *rule, const struct name *name)
{
	if (rule->any_name)
		return true;
	if (rule->below_too)
		return name_is_in(name, &rule->name);
	return name_equal(name, &rule->name);
}

static bool rule_fits(const struct rule *rule, const struct exchange_request *request)
{
	if (!name_fits(rule, &request->question.name))
		return false;
	if (rule->type != 0 && rule->type != request->question.type)
		return false;
	if (rule->only == ONLY_UDP && request->transport != OVER_UDP)
		return false;
	if (rule->only == ONLY_TCP && request->transport != OVER_TCP)
		return false;
	if (rule->only_with_edns && request->without_edns)
		return false;
	if (rule->only_without_cookie && cookie_is_whole(&request->cookie))
		return false;
	if (rule->only_with_rd && !request->recursion_desired)
		return false;
	return rule->times == 0 || rule->used < rule->times;
}

static struct rule *find_rule(struct server_of_story *server,
			      const struct exchange_request *request)
{
	const struct server_of_story *model = server->like != NULL ? server->like : server;

	for (struct rule *rule = model->rules; rule != NULL; rule = rule->next) {
		if (rule_fits(rule, request))
			return rule;
	}
	return NULL;
}

/* ldns reads the record's text and writes its wire form: not our own code. */
static bool push_record(ldns_pkt *packet, enum section section, const char *text)
{
	static const ldns_pkt_section sections[SECTIONS] = {
		[SECTION_ANSWER] = LDNS_SECTION_ANSWER,
		[SECTION_AUTHORITY] = LDNS_SECTION_AUTHORITY,
		[SECTION_ADDITIONAL] = LDNS_SECTION_ADDITIONAL,
	};
	ldns_rr *record = NULL;
	ldns_status status = ldns_rr_new_frm_str(&record, text, 0, NULL, NULL);

	if (status != LDNS_STATUS_OK) {
		fprintf(stderr, "\"%s\" is no record: %s\n", text,
			ldns_get_errorstr_by_id(status));
		return false;
	}
	return ldns_pkt_push_rr(packet, sections[section], record);
}

/* An option of zeroes, to make the message as large as a story wants it. */
static void pad(ldns_pkt *packet, unsigned length)
{
	uint8_t *option = calloc(1, 4 + length);

	must(option != NULL && length <= UINT16_MAX - 4);
	store_u16(option, OPTION_PADDING);
	store_u16(option + 2, (uint16_t)length);
	ldns_pkt_set_edns_data(packet, ldns_rdf_new(LDNS_RDF_TYPE_NONE, 4 + length, option));
}

static void push_error(ldns_pkt *packet, const struct rule *rule)
{
	size_t length = strlen(rule->error_text);
	uint8_t *option = calloc(1, 6 + length);

	must(option != NULL);
	store_u16(option, OPTION_EDE);
	store_u16(option + 2, (uint16_t)(2 + length));
	store_u16(option + 4, rule->error);
	memcpy(option + 6, rule->error_text, length);
	ldns_pkt_set_edns_data(packet, ldns_rdf_new(LDNS_RDF_TYPE_NONE, 6 + length, option));
}

static void drop_question(ldns_pkt *packet)
{
	ldns_rr_free(ldns_rr_list_pop_rr(ldns_pkt_question(packet)));
	ldns_pkt_set_qdcount(packet, 0);
}

static ldns_pkt *packet_for(const struct rule *rule, const struct exchange_request *request)
{
	char text[NAME_TEXT_SIZE];
	const char *name = rule->wrong_question ? "another.name."
						: name_print(&request->question.name, text);
	ldns_pkt *packet = ldns_pkt_query_new(ldns_dname_new_frm_str(name),
					      (ldns_rr_type)request->question.type,
					      LDNS_RR_CLASS_IN, 0);

	must(packet != NULL);
	ldns_pkt_set_qr(packet, true);
	ldns_pkt_set_aa(packet, (rule->flags & FLAG_AA) != 0);
	ldns_pkt_set_tc(packet, (rule->flags & FLAG_TC) != 0);
	ldns_pkt_set_ra(packet, (rule->flags & FLAG_RA) != 0);
	ldns_pkt_set_rcode(packet, rule->rcode & 0x0f);
	ldns_pkt_set_edns_extended_rcode(packet, (uint8_t)(rule->rcode >> 4));
	if (!rule->without_edns && !request->without_edns)
		ldns_pkt_set_edns_udp_size(packet, 1232);
	if (rule->padding != 0)
		pad(packet, rule->padding);
	if (rule->has_error)
		push_error(packet, rule);
	if (rule->no_question)
		drop_question(packet);
	return packet;
}

bool world_compose(const struct rule *rule, const struct exchange_request *request,
		   struct bytes *into)
{
	ldns_pkt *packet = packet_for(rule, request);
	uint8_t *wire = NULL, *copy;
	size_t size = 0;
	bool good = true;

	for (unsigned i = 0; i < rule->record_count; i++)
		good = push_record(packet, rule->records[i].section, rule->records[i].text) && good;
	if (rule->is_signed && !request->without_edns)
		held_sign_packet(packet);
	good = good && ldns_pkt2wire(&wire, packet, &size) == LDNS_STATUS_OK;
	ldns_pkt_free(packet);
	if (!good) {
		free(wire);
		return false;
	}
	copy = calloc(1, size + 1);
	must(copy != NULL);
	memcpy(copy, wire, size);
	free(wire);
	if (rule->trailing_octet)
		size++;
	if (rule->cut_at != 0 && rule->cut_at < size)
		size = rule->cut_at;
	*into = bytes_of(copy, size);
	return true;
}

static struct fake_reaction garbage(const struct rule *rule)
{
	uint8_t *octets = malloc(40);

	must(octets != NULL);
	for (unsigned i = 0; i < 40; i++)
		octets[i] = (uint8_t)(i * 37 + 11);
	return (struct fake_reaction){ .outcome = EXCHANGE_REPLIED, .after_ms = rule->delay_ms,
				       .reply = bytes_of(octets, 40) };
}

static void judge(const struct rule *rule, const struct exchange_request *request,
		  struct fake_reaction *reaction)
{
	enum fake_cookie cookie = rule->wrong_cookie ? COOKIE_OF_ANOTHER :
				  rule->cookie ? COOKIE_OF_ITS_OWN : COOKIE_OF_NONE;

	fake_judge(request, rule->other_letters, cookie, reaction);
}

static enum network_of_story networks[2];

static enum network_of_story *network_of(uint8_t family)
{
	return &networks[family == 6];
}

void world_set_network(uint8_t family, enum network_of_story does)
{
	*network_of(family) = does;
}

static struct server_of_story *interceptor;

void world_set_interceptor(struct server_of_story *server)
{
	interceptor = server;
}

/* The deepest of the zones it holds that the question is in; DS is asked of the parent's. */
static const struct held_zone *find_held(const struct server_of_story *server,
					 const ldns_rdf *name, ldns_rr_type type)
{
	const struct held_zone *best = NULL;

	for (unsigned i = 0; i < server->held_count; i++) {
		const struct held_zone *zone = server->held[i];
		bool at_apex = ldns_dname_compare(name, zone->apex) == 0;

		if (!at_apex && !ldns_dname_is_subdomain(name, zone->apex))
			continue;
		if (best == NULL || (ldns_dname_is_subdomain(zone->apex, best->apex) &&
				     !(at_apex && type == LDNS_RR_TYPE_DS)) ||
		    (type == LDNS_RR_TYPE_DS && ldns_dname_compare(name, best->apex) == 0))
			best = zone;
	}
	return best;
}

static bool is_too_large(const struct exchange_request *request, size_t size)
{
	return request->transport == OVER_UDP && size > (request->without_edns ? 512u : 1232u);
}

static ldns_pkt *compose_held(const struct server_of_story *server,
			      const struct exchange_request *request, bool truncated)
{
	const struct rule plain = { .rcode = RCODE_REFUSED, .flags = truncated ? FLAG_TC : 0 };
	ldns_pkt *packet = packet_for(&plain, request);
	const ldns_rdf *name = ldns_rr_owner(ldns_rr_list_rr(ldns_pkt_question(packet), 0));
	ldns_rr_type type = (ldns_rr_type)request->question.type;
	const struct held_zone *zone = find_held(server, name, type);

	if (zone == NULL)
		return packet;
	ldns_pkt_set_rcode(packet, LDNS_RCODE_NOERROR);
	ldns_pkt_set_edns_do(packet, !request->without_edns);
	if (!truncated)
		held_answer(zone, name, type, !request->without_edns, packet);
	return packet;
}

static void write_packet(ldns_pkt *packet, uint8_t **wire, size_t *size)
{
	must(ldns_pkt2wire(wire, packet, size) == LDNS_STATUS_OK);
	ldns_pkt_free(packet);
}

/* From the zones that it holds; a server without any is silent. */
static struct fake_reaction held_reaction(const struct server_of_story *server,
					  const struct exchange_request *request)
{
	struct fake_reaction reaction = { .outcome = EXCHANGE_SILENT };
	uint8_t *wire = NULL;
	size_t size = 0;

	if (server->held_count == 0)
		return reaction;
	write_packet(compose_held(server, request, false), &wire, &size);
	if (is_too_large(request, size)) {
		free(wire);
		write_packet(compose_held(server, request, true), &wire, &size);
	}
	reaction.after_ms = server->held_delay_ms;
	reaction.reply = bytes_of(wire, size);
	reply_octets += (unsigned)size;
	fake_judge(request, false, COOKIE_OF_NONE, &reaction);
	return reaction;
}

/* An address that the story doesn't tell of is silent. */
struct fake_reaction world_reaction(const struct exchange_request *request)
{
	struct server_of_story *server = world_get_server(&request->to);
	struct server_of_story *speaker = interceptor == NULL || server->inside ? server
										: interceptor;
	struct rule *rule = find_rule(speaker, request);
	struct fake_reaction reaction = { .outcome = EXCHANGE_SILENT };
	enum network_of_story network = server->inside ? NETWORK_UP
						       : *network_of(request->to.family);

	queries++;
	server->asked++;
	if (request->transport == OVER_TCP)
		server->asked_over_tcp++;
	if (network == NETWORK_UNREACHABLE) {
		reaction.outcome = EXCHANGE_UNREACHABLE;
		reaction.findings.no_route = true;
		return reaction;
	}
	if (network == NETWORK_DOWN)
		return reaction;
	if (rule == NULL)
		return held_reaction(speaker->like != NULL ? speaker->like : speaker, request);
	rule->used++;
	if (rule->does == IS_UNREACHABLE)
		reaction.outcome = EXCHANGE_UNREACHABLE;
	if (rule->does == SENDS_GARBAGE)
		return garbage(rule);
	if (rule->does == RESETS && request->transport == OVER_TCP && !request->alone)
		return (struct fake_reaction){ .outcome = EXCHANGE_RESET,
					       .after_ms = rule->delay_ms };
	if (rule->does == SENDS_STRAY && request->transport == OVER_UDP)
		return (struct fake_reaction){ .outcome = EXCHANGE_STRAYED,
					       .after_ms = rule->delay_ms };
	if (rule->does != REPLIES)
		return reaction;
	reaction.after_ms = rule->delay_ms;
	must(world_compose(rule, request, &reaction.reply));
	reply_octets += (unsigned)reaction.reply.length;
	judge(rule, request, &reaction);
	return reaction;
}

static void free_rules(struct rule *rule)
{
	while (rule != NULL) {
		struct rule *next = rule->next;

		for (unsigned i = 0; i < rule->record_count; i++)
			free(rule->records[i].text);
		free(rule);
		rule = next;
	}
}

void world_clear(void)
{
	world_set_network(4, NETWORK_UP);
	world_set_network(6, NETWORK_UP);
	world_set_interceptor(NULL);
	held_clear();
	fake_clock_set_error(0);
	queries = reply_octets = 0;
	while (servers != NULL) {
		struct server_of_story *next = servers->next;

		free_rules(servers->rules);
		free(servers);
		servers = next;
	}
}
