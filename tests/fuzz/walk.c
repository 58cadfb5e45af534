/* SPDX-License-Identifier: MIT */
/* walk.c — fuzz target: replies through the whole walk, in the simulated world.
 *
 * The real walks, cache and reader of replies; clock, chance and network of our own. The input is a
 * script (walk/script.h): who asks what and when, and what servers say. Some zones' servers always
 * say the truth, if they say anything (walk/truth.h). must() checks that
 * - each client is told once, in time, an answer that can be written and read again;
 * - nobody costs more queries and octets than a ledger holds;
 * - nothing goes on for ever, and nothing is left when all is told;
 * - no question for the true zones goes to anybody but their servers, and neither the cache nor a
 *   client ever gets anything of them but the truth, whatever the others say;
 * - nothing lives longer than it may.
 *
 * In half of the worlds the true zones are signed (walk/sealed.h), and what the servers say is
 * validated. Some of these have somebody in the path who changes what true servers say: then the
 * check is that nothing untrue is called secure, nor anything of a signed zone insecure. How long a
 * walk may take isn't checked there yet: some take more than the 11 s that all others keep to. */
#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "cache/base/rcu.h"
#include "cache/rdata.h"
#include "resolver/upstream/family.h"
#include "resolver/walk/walk.h"
#include "tests/fuzz/walk/script.h"
#include "tests/fuzz/walk/sealed.h"
#include "tests/fuzz/walk/truth.h"

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

enum {
	MEMORY = 256 * 1024, MOST_SEEN = 64,
	LONGEST_MS = 2 * MAX_PROBE_PAUSE_MS,    /* from the last question to the end of all */
	ANSWERED_MS = WALK_PATIENCE_MS + TCP_PATIENCE_MS,
};
enum { USE_IPV4_ONLY = 0x04, USE_IPV6_ONLY = 0x08, LETTERS = 0x10, COOKIES = 0x20, PRIMING = 0x40 };
enum {
	STUB_OTHER = 1, FORWARD_EVIL = 2, STUB_BELOW = 4, NEVER_ASK = 8, FEW_WALKS = 16,
	SIGNED = 32, IN_THE_PATH = 64, AGGRESSIVE = 128,
};
enum { NETWORK_CHANGES = 1, LAST_CLIENT_LEAVES = 2 };

struct client {
	struct asker    asker;
	struct question question;
	bool            accepted, left;
	unsigned        told;
};

static struct name evil;

static struct world {
	struct script        script;
	struct loop          loop;
	struct cache        *cache;
	struct walks        *walks;
	struct walk_settings settings;
	struct walk_zone     zones[3];
	struct network       never_ask;
	struct client        clients[MOST_ASKS];
	unsigned             client_count;
	uint64_t             asked_last_ms;
	unsigned             queries;           /* but for the root's servers */
	uint64_t             octets;            /* of their replies */
	unsigned             seen_count;
	struct name          seen[MOST_SEEN];   /* of the true zones, as they were asked for */
} world;

/* --- what may be said to whom --- */

static void check_ttls(const struct answer *answer)
{
	uint32_t now = clock_age_seconds(), left = answer_ttl_left(answer, now);

	must(left <= MAX_TTL);
	if (answer_is_failure(answer))
		must(left <= MAX_FAILURE_TTL);
	else if (answer_is_denial(answer))
		must(left <= MAX_NEGATIVE_TTL);
}

/* Written, it can be read. */
static void check_wire(const struct answer *answer, bool dnssec_ok)
{
	static uint8_t room[ANSWER_MESSAGE_SIZE];
	struct header header;
	struct question question;
	struct record record;
	struct cursor at = cursor_over(answer_write_message(answer, clock_age_seconds(), dnssec_ok,
							    room, &header));

	cursor_skip(&at, HEADER_LENGTH);
	question_read(&at, &question);
	must(answer_is_for(answer, &question));
	for (unsigned left = header.counts[0] + header.counts[1] + (unsigned)header.counts[2];
	     left > 0; left--) {
		record_read(&at, &record);
		must(cursor_is_good(&at) && record.ttl <= MAX_TTL);
	}
	must(cursor_left(&at) == 0);
}

static bool is_signed(void)
{
	return (world.script.head[1] & SIGNED) != 0;
}

/* May somebody have changed what true servers said? */
static bool is_forged(void)
{
	return is_signed() && (world.script.head[1] & IN_THE_PATH) != 0;
}

/* Where the answer's chain ends. */
static struct name end_of(const struct question *question, const struct answer_parts *parts)
{
	const struct rrset *set = parts->sections[SECTION_ANSWER].first;
	struct name at = question->name;

	for (; question->type != TYPE_CNAME && set != NULL; set = set->next) {
		if (set->type == TYPE_CNAME && set->count == 1 && name_equal(&set->owner, &at))
			must(rdata_name(set->rdata[0], &at));
	}
	return at;
}

/* All that is said of a name whose zone is signed is secure, or it is a failure. Signatures aren't
 * signed (RFC 4035 §2.2). */
static void check_security(const struct question *question, const struct answer_parts *parts)
{
	const struct rrset *set = parts->sections[SECTION_ANSWER].first;
	struct name end = end_of(question, parts);

	if (!is_signed() || question->type == TYPE_RRSIG ||
	    !sealed_covers(&question->name) || !sealed_covers(&end))
		return;
	if (parts->rcode != RCODE_NOERROR && parts->rcode != RCODE_NXDOMAIN)
		return;
	for (; set != NULL; set = set->next) {
		if (!sealed_covers(&set->owner))
			return;
	}
	must(parts->security == SECURITY_SECURE || parts->security == SECURITY_BOGUS);
}

/* Each alias leads to the next set: nothing in the answer section stands alone. Who asks for ANY is
 * given an alias, and follows only one that was made of a DNAME. */
static void check_chain(const struct question *question, const struct answer_parts *parts)
{
	struct name at = question->name;
	bool is_made = false;

	for (const struct rrset *set = parts->sections[SECTION_ANSWER].first; set != NULL;
	     set = set->next) {
		must(set->class == CLASS_IN);
		must(set->type == TYPE_DNAME ? name_is_in(&at, &set->owner)
					     : name_equal(&at, &set->owner));
		if (set->type == TYPE_CNAME && question->type != TYPE_CNAME &&
		    (question->type != TYPE_ANY || is_made) && set->count == 1)
			must(rdata_name(set->rdata[0], &at));
		is_made = set->type == TYPE_DNAME;
	}
}

static void check_answer(const struct answer *answer)
{
	struct answer_parts parts;
	struct question question;
	struct arena arena;

	answer_question(answer, &question);
	/* What is too large to be kept is told all the same. */
	must(answer_size(answer) > MAX_ANSWER_OCTETS
		     ? answer_size(answer) <= MAX_TOLD_OCTETS
		     : answer_is_sound(bytes_of(answer, answer_size(answer))));
	check_ttls(answer);
	check_wire(answer, true);
	check_wire(answer, false);
	arena_init(&arena, 1 << 22);
	must(answer_expand(answer, clock_age_seconds(), &arena, &parts) == OK);
	check_chain(&question, &parts);
	check_security(&question, &parts);
	if (is_forged() ? parts.security == SECURITY_SECURE : parts.security != SECURITY_BOGUS)
		truth_check_answer(&question, &parts);
	arena_clear(&arena);
}

static void told(struct asker *asker, const struct answer *answer, const struct trace *trace)
{
	static uint8_t room[MAX_TRACE_OCTETS];
	struct client *client = container_of(asker, struct client, asker);
	struct writer writer = writer_over(room, sizeof(room));

	client->told++;
	/* A joined walk goes on for whoever came last: he may have all his time left. */
	must(is_forged() || fake_clock_ms_since_start() - world.asked_last_ms <= ANSWERED_MS);
	trace_write(trace, &writer);
	must(writer_is_good(&writer));
	if (answer == NULL)
		return;
	must(answer_is_for(answer, &client->question));
	check_answer(answer);
}

/* --- the network --- */

static bool is_probe(const struct exchange_request *request)
{
	return request->patience_ms == PROBE_PATIENCE_MS && name_is_root(&request->question.name);
}

static void remember(const struct name *name)
{
	for (unsigned i = 0; i < world.seen_count; i++) {
		if (name_equal(&world.seen[i], name))
			return;
	}
	if (world.seen_count < MOST_SEEN)
		world.seen[world.seen_count++] = *name;
}

/* The settings hold for everyone. */
static void check_address(const struct exchange_request *request)
{
	const struct walk_settings *settings = &world.settings;

	must(request->to.family == 4 ? settings->use_ipv4 : settings->use_ipv6);
	must(settings->never_ask_count == 0 || !network_has(&world.never_ask, &request->to));
	/* Recursion is desired of forwarders, and of who may be answering in the root's place. */
	must(!request->recursion_desired || name_is_in(&request->question.name, &evil) ||
	     is_probe(request));
}

/* Only its own servers, or those above it, may be asked for a true zone's name. Probes go to
 * whoever replied last, and the primer, which asks for the root too, has ledgers of its own. */
static void check_query(const struct exchange_request *request)
{
	const struct name *name = &request->question.name;

	check_address(request);
	if (is_probe(request))
		return;
	if (!name_is_root(name))
		world.queries++;
	must(world.queries <= world.client_count * MAX_UPSTREAM_QUERIES);
	if (!truth_covers(name))
		return;
	must(is_forged() || truth_may_be_asked(&request->to, name));
	remember(name);
}

/* None: it is for a liar to say. One in the path speaks in a true server's place, or changes what
 * it says, or lets it pass. */
static struct bytes true_reply(const struct exchange_request *request, const uint8_t *script)
{
	static struct said truth;

	if (is_forged() && script[0] >> 6 == 1)
		return bytes_of(NULL, 0);
	if (is_forged() && script[0] >> 6 >= 2)
		return sealed_forged(request, script);
	if (is_signed())
		return sealed_reply(request);
	said_begin(&truth, &request->question, !request->without_edns);
	if (!truth_reply(&request->to, &request->question, &truth))
		return bytes_of(NULL, 0);
	return said_write(&truth, 1);
}

static struct fake_reaction react(const struct exchange_request *request)
{
	struct fake_reaction reaction;
	uint8_t script[REACTION_OCTETS];

	check_query(request);
	script_next(&world.script, script);
	if (liar_loses(script, request, &reaction))
		return reaction;
	reaction.reply = true_reply(request, script);
	if (reaction.reply.at == NULL)
		reaction.reply = liar_says(script, request);
	liar_delivers(script, request, &reaction);
	if (!name_is_root(&request->question.name))
		world.octets += reaction.reply.length;
	/* Replies that come too late are counted here too, and to the hedged queries. */
	must(world.octets <= (uint64_t)world.client_count * 4 * MAX_UPSTREAM_OCTETS);
	return reaction;
}

/* --- what is known --- */

static void check_name(const struct name *name)
{
	static struct cut cut;
	uint64_t hash = cache_hash_name(world.cache, name);
	uint32_t now = clock_age_seconds();

	rcu_read_begin();
	for (uint8_t i = 0; i < ALPHABET_TYPES; i++) {
		const struct question question = { .name = *name, .type = alphabet_type(i),
						   .class = CLASS_IN };
		const struct answer *answer = cache_find_answer(world.cache, &question, hash, now);

		if (answer != NULL)
			check_answer(answer);
	}
	rcu_read_end();
	if (!cache_find_cut(world.cache, name, now, &cut))
		return;
	must(cut_ttl_left(&cut, now) <= MAX_TTL);
	if (!is_forged())
		truth_check_cut(&cut);
}

static void check_cache(void)
{
	for (unsigned i = 0; i < truth_name_count(); i++)
		check_name(truth_name(i));
	for (unsigned i = 0; i < world.seen_count; i++)
		check_name(&world.seen[i]);
}

/* --- the story --- */

static void add_zone(enum cut_source source, const struct name *name, uint8_t address)
{
	struct cut *cut = &world.zones[world.settings.zone_count++].cut;

	*cut = (struct cut){ .zone = *name, .source = source, .ttl = UINT32_MAX,
			     .server_count = 1 };
	cut->servers[0].addresses[0] = *alphabet_address(address);
	cut->servers[0].address_count = 1;
}

static void configure(const uint8_t *head)
{
	static const enum minimise ways[] = { MINIMISE_RELAXED, MINIMISE_STRICT, MINIMISE_OFF,
					      MINIMISE_RELAXED };

	world.settings = (struct walk_settings){
		.zones = world.zones, .never_ask = &world.never_ask,
		.never_ask_count = (head[1] & NEVER_ASK) != 0,
		.use_ipv4 = (head[0] & USE_IPV6_ONLY) == 0,
		.use_ipv6 = (head[0] & USE_IPV4_ONLY) == 0 || (head[0] & USE_IPV6_ONLY) != 0,
		.priming = (head[0] & PRIMING) != 0,
		.minimise = ways[head[0] & 3],
		.defences = { .vary_letters = (head[0] & LETTERS) != 0,
			      .cookies = (head[0] & COOKIES) != 0 },
		.max_ttl = MAX_TTL, .max_negative_ttl = MAX_NEGATIVE_TTL,
		.failure_ttl = MIN_FAILURE_TTL, .max_failure_ttl = MAX_FAILURE_TTL,
		.most = (head[1] & FEW_WALKS) != 0 ? 3 : 1000,
	};
	truth_hints(&world.settings.hints);
	if ((head[1] & SIGNED) != 0) {
		world.settings.validate = true;
		world.settings.anchors = sealed_anchors();
		world.settings.most_iterations = MAX_NSEC3_ITERATIONS;
		world.settings.aggressive = (head[1] & AGGRESSIVE) != 0;
	}
	truth_seal((head[1] & SIGNED) != 0);
	if ((head[1] & STUB_OTHER) != 0)
		add_zone(CUT_FROM_STUB, alphabet_name(6), 0);
	if ((head[1] & FORWARD_EVIL) != 0)
		add_zone(CUT_FROM_FORWARD, &evil, 1);
	if ((head[1] & STUB_BELOW) != 0)
		add_zone(CUT_FROM_STUB, alphabet_name(3), 2);
}

static void ask(const uint8_t *script)
{
	struct client *client = &world.clients[world.client_count++];

	client->question = (struct question){ .name = *alphabet_name(script[0]),
					      .type = alphabet_type(script[1]),
					      .class = CLASS_IN };
	client->asker = (struct asker){ .told = told };
	world.asked_last_ms = fake_clock_ms_since_start();
	list_init(&client->asker.place);
	client->accepted = walk_ask(world.walks, &client->question, &client->asker) ==
			   ASK_ACCEPTED;
}

static void let_pass(uint8_t how_long)
{
	static const uint32_t gaps_ms[] = { 0, 0, 20, 150, 400, 1000, 3000, 9000, 30000, 61000,
					    301000, 3601000, 7201000, 90000000, 5, 2000 };
	uint32_t gap_ms = gaps_ms[how_long & 15];

	if (gap_ms == 0)
		return;
	fake_run(&world.loop, fake_clock_ms_since_start() + gap_ms, NULL);
	check_cache();
}

static void play(const uint8_t *script)
{
	struct client *last = &world.clients[world.client_count];

	let_pass(script[3]);
	if ((script[2] & NETWORK_CHANGES) != 0)
		walks_network_changed(world.walks);
	if ((script[2] & LAST_CLIENT_LEAVES) != 0 && world.client_count != 0) {
		last[-1].left = true;
		walk_leave(&last[-1].asker);
	}
	ask(script);
}

/* Everything comes to an end by itself, and nothing is left. */
static void end(void)
{
	static const bool never;

	fake_run(&world.loop, fake_clock_ms_since_start() + LONGEST_MS, &never);
	check_cache();
	for (unsigned i = 0; i < world.client_count; i++) {
		const struct client *client = &world.clients[i];

		must(client->told <= (client->accepted ? 1u : 0u));
		must(client->left || client->told == (client->accepted ? 1u : 0u));
	}
	must(walks_under_way(world.walks) == 0);
	/* Whoever speaks in the root's place is looked after each minute. */
	must(is_forged() || loop_next_due(&world.loop) == UINT64_MAX);
	must(fake_exchanges_open == 0);
	walks_free(world.walks);
	loop_clear(&world.loop);
	cache_free(world.cache);
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	rcu_thread_begin();
	alphabet_init();
	truth_init();
	sealed_init();
	must(name_parse("evil.", &evil));
	fake_world = react;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	const struct cache_settings settings = { .memory = MEMORY, .max_ttl = MAX_TTL,
						 .max_negative_ttl = MAX_NEGATIVE_TTL };

	world.client_count = world.queries = world.seen_count = 0;
	world.octets = 0;
	memset(world.clients, 0, sizeof(world.clients));
	if (!script_read(octets, length, &world.script))
		return 0;
	fake_random_seed(world.script.head[3]);
	loop_init(&world.loop);
	must(cache_new(&settings, &world.cache) == OK);
	must(network_parse("127.0.0.0/8", &world.never_ask));
	configure(world.script.head);
	must(walks_new(&world.loop, world.cache, &world.settings, &world.walks) == OK);
	for (unsigned i = 0; i < world.script.ask_count; i++)
		play(world.script.asks + i * ASK_OCTETS);
	end();
	return 0;
}
