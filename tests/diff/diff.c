/* SPDX-License-Identifier: MIT */
/* diff.c — the same questions to several resolvers; every disagreement needs an explanation.
 *
 *   diff QUESTIONS EXPLAINED NAME=ADDRESS@PORT...
 *
 * QUESTIONS has "name type" lines. Each is asked of all resolvers at once, over TCP so that nothing
 * has to be cut. Compared are the RCODE and the answer section as a set of records: TTLs, order and
 * the case of letters don't count, records of an alias chain do. SERVFAIL and silence are the same:
 * a failure. A disagreement counts only if it is still there when asked once more, since whoever
 * met a silent server may have been too late at first; and one that nobody explained is asked
 * again and again, with pauses in which failures are forgotten (RFC 9520 §3.2), since whoever met
 * a server that fails now and then may have been unlucky. No reply at all is never alike, nor
 * explained.
 *
 * EXPLAINED says why some are right to differ: lines of a pattern of the name (as in the shell), a
 * type or *, who differs (the name of the one whom the others are agreed against, or * when it may
 * be several) and the reason. The first line that fits is taken.
 *
 * Prints each disagreement's count under its reason, those without one in full, and ends with
 * status 1 if there are any, or if most questions were answered by nobody. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <ldns/ldns.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum {
	RESOLVERS = 6,
	QUESTIONS = 100000,
	REASONS = 500,
	ASKERS = 24,                    /* at once; xylemd takes 32 connections of a client */
	ATTEMPTS = 2,
	MORE_ATTEMPTS = 5,              /* of what isn't explained */
	FIRST_PAUSE_S = 6,              /* before these; then twice as long each time */
	PATIENCE_S = 20,
	RECORDS = 4096,                 /* of an answer */
	LINE = 2048,
};

struct resolver {
	char name[32];
	struct sockaddr_in at;
};

struct question {
	char *name;
	ldns_rr_type type;
	bool differs;
	char *gists[RESOLVERS];         /* what each said at last, when they differ */
};

struct reason {
	char pattern[256], type[16], who[32], why[LINE];
	unsigned count;
	const struct question *first;
};

static struct resolver resolvers[RESOLVERS];
static unsigned resolver_count, question_count, reason_count;
static struct question *questions;
static struct reason reasons[REASONS];
static atomic_uint next_question;

static void die(const char *what, const char *which)
{
	fprintf(stderr, "diff: %s %s\n", what, which);
	exit(2);
}

/* --- one question to one resolver --- */

static bool send_query(int client, const struct question *question)
{
	ldns_rdf *name = ldns_dname_new_frm_str(question->name);
	uint8_t framed[LDNS_MIN_BUFLEN + 2], *wire = NULL;
	size_t length = 0;
	ldns_pkt *query;
	bool sent = false;

	if (name == NULL)
		return false;
	query = ldns_pkt_query_new(name, question->type, LDNS_RR_CLASS_IN, LDNS_RD);
	if (query == NULL)
		return false;
	ldns_pkt_set_random_id(query);
	ldns_pkt_set_edns_udp_size(query, 4096);
	if (ldns_pkt2wire(&wire, query, &length) == LDNS_STATUS_OK &&
	    length + 2 <= sizeof(framed)) {
		framed[0] = (uint8_t)(length >> 8);
		framed[1] = (uint8_t)length;
		memcpy(framed + 2, wire, length);
		sent = send(client, framed, length + 2, MSG_NOSIGNAL) == (ssize_t)length + 2;
	}
	free(wire);
	ldns_pkt_free(query);
	return sent;
}

static int begin_asking(const struct resolver *resolver, const struct question *question)
{
	struct timeval patience = { .tv_sec = PATIENCE_S };
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (client < 0)
		return -1;
	setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(client, (const struct sockaddr *)&resolver->at, sizeof(resolver->at)) == 0 &&
	    send_query(client, question))
		return client;
	close(client);
	return -1;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The RCODE and the records of the answer, sorted, without what doesn't count. */
static char *gist_of(ldns_pkt *reply)
{
	ldns_rr_list *answer = ldns_pkt_answer(reply);
	size_t count = ldns_rr_list_rr_count(answer), size = 32, position;
	char *lines[RECORDS], *gist, *rcode;

	if (ldns_pkt_get_rcode(reply) == LDNS_RCODE_SERVFAIL || count > RECORDS)
		return strdup("FAILURE");
	for (size_t i = 0; i < count; i++) {
		ldns_rr *record = ldns_rr_list_rr(answer, i);

		ldns_rr_set_ttl(record, 0);
		ldns_rr2canonical(record);
		lines[i] = ldns_rr2str(record);
		size += strlen(lines[i]) + 1;
	}
	qsort(lines, count, sizeof(lines[0]), by_text);
	gist = malloc(size);
	rcode = ldns_pkt_rcode2str(ldns_pkt_get_rcode(reply));
	position = (size_t)snprintf(gist, size, "%s", rcode);
	free(rcode);
	for (size_t i = 0; i < count; i++) {
		lines[i][strcspn(lines[i], "\n")] = '\0';
		if (i == 0 || strcmp(lines[i], lines[i - 1]) != 0)
			position +=
				(size_t)snprintf(gist + position, size - position, "|%s", lines[i]);
	}
	for (size_t i = 0; i < count; i++)
		free(lines[i]);
	for (char *letter = gist; *letter != '\0'; letter++)
		*letter = *letter == '\t' ? ' ' : *letter;
	return gist;
}

static char *read_reply(int client, time_t asked)
{
	static _Thread_local uint8_t message[65535];
	uint8_t prefix[2];
	ldns_pkt *reply;
	ssize_t count;
	size_t length;
	char *gist;

	if (client < 0)
		return strdup("no connection");
	count = recv(client, prefix, 2, MSG_WAITALL);
	if (count < 0 && errno == EAGAIN)
		return strdup("FAILURE");
	/* Who lets us wait and then hangs up has failed; at once, he hasn't even tried. */
	if (count != 2)
		return strdup(time(NULL) - asked > 1 ? "FAILURE" : "connection closed");
	length = (size_t)(prefix[0] << 8 | prefix[1]);
	if (recv(client, message, length, MSG_WAITALL) != (ssize_t)length)
		return strdup("half a message");
	if (ldns_wire2pkt(&reply, message, length) != LDNS_STATUS_OK)
		return strdup("no DNS message");
	gist = gist_of(reply);
	ldns_pkt_free(reply);
	return gist;
}

/* --- one question to all --- */

/* Words of ours, not an RCODE. */
static bool is_no_reply(const char *gist)
{
	return islower((unsigned char)gist[0]) != 0;   /* ldns's bool is a char */
}

static bool all_alike(char *const gists[])
{
	for (unsigned i = 0; i < resolver_count; i++)
		if (is_no_reply(gists[i]) || strcasecmp(gists[i], gists[0]) != 0)
			return false;
	return true;
}

static void ask_all(struct question *question)
{
	time_t asked = time(NULL);
	int clients[RESOLVERS];

	for (unsigned i = 0; i < resolver_count; i++)
		clients[i] = begin_asking(&resolvers[i], question);
	for (unsigned i = 0; i < resolver_count; i++) {
		free(question->gists[i]);
		question->gists[i] = read_reply(clients[i], asked);
		if (clients[i] >= 0)
			close(clients[i]);
	}
	question->differs = !all_alike(question->gists);
}

/* --- explanations --- */

/* The one whom all others are agreed against; "*" if there are more. */
static const char *who_differs(const struct question *question)
{
	for (unsigned odd = 0; odd < resolver_count; odd++) {
		const char *others = NULL;
		bool agreed = true;

		for (unsigned i = 0; i < resolver_count; i++) {
			if (i == odd)
				continue;
			if (others == NULL)
				others = question->gists[i];
			agreed = agreed && strcasecmp(others, question->gists[i]) == 0;
		}
		if (agreed && resolver_count > 2)
			return resolvers[odd].name;
	}
	return "*";
}

static bool has_no_reply(const struct question *question)
{
	for (unsigned i = 0; i < resolver_count; i++)
		if (is_no_reply(question->gists[i]))
			return true;
	return false;
}

static struct reason *find_reason(const struct question *question)
{
	char *type = ldns_rr_type2str(question->type);
	const char *who = who_differs(question);
	struct reason *found = NULL;

	if (has_no_reply(question)) {
		free(type);
		return NULL;
	}
	for (unsigned i = 0; i < reason_count && found == NULL; i++) {
		struct reason *reason = &reasons[i];

		if (fnmatch(reason->pattern, question->name, FNM_CASEFOLD | FNM_NOESCAPE) != 0)
			continue;
		if (strcmp(reason->type, "*") != 0 && strcmp(reason->type, type) != 0)
			continue;
		if (strcmp(reason->who, "*") != 0 && strcmp(reason->who, who) != 0)
			continue;
		found = reason;
	}
	free(type);
	return found;
}

/* --- all questions --- */

static void ask_until_settled(struct question *question)
{
	unsigned pause = FIRST_PAUSE_S;

	for (unsigned attempt = 0; attempt < ATTEMPTS; attempt++) {
		if (attempt > 0)
			sleep(2);
		ask_all(question);
		if (!question->differs)
			return;
	}
	for (unsigned attempt = 0; attempt < MORE_ATTEMPTS; attempt++) {
		if (!question->differs || find_reason(question) != NULL)
			return;
		sleep(pause);
		pause *= 2;
		ask_all(question);
	}
}

static void *work(void *unused)
{
	for (unsigned i; (i = atomic_fetch_add(&next_question, 1)) < question_count;) {
		if (i % 1000 == 0)
			fprintf(stderr, "%u of %u questions\n", i, question_count);
		ask_until_settled(&questions[i]);
	}
	return unused;
}

/* --- what comes of it --- */

static void print_question(const struct question *question)
{
	char *type = ldns_rr_type2str(question->type);

	printf("%s %s\n", question->name, type);
	for (unsigned i = 0; i < resolver_count; i++)
		printf("    %-9s %.1000s\n", resolvers[i].name, question->gists[i]);
	free(type);
}

static unsigned print_unexplained(void)
{
	unsigned unexplained = 0;

	for (unsigned i = 0; i < question_count; i++) {
		struct reason *reason;

		if (!questions[i].differs)
			continue;
		reason = find_reason(&questions[i]);
		if (reason == NULL) {
			unexplained++;
			print_question(&questions[i]);
			continue;
		}
		if (reason->count++ == 0)
			reason->first = &questions[i];
	}
	return unexplained;
}

static void print_table(void)
{
	printf("\n%6s  %-9s %-34s %-6s %s\n", "times", "differs", "name", "type", "because");
	for (unsigned i = 0; i < reason_count; i++)
		printf("%6u  %-9s %-34s %-6s %s\n", reasons[i].count, reasons[i].who,
		       reasons[i].pattern, reasons[i].type, reasons[i].why);
}

/* --- what is read --- */

static void read_resolver(char *text)
{
	struct resolver *resolver = &resolvers[resolver_count++];
	char *address = strchr(text, '='), *port = strchr(text, '@');

	if (address == NULL || port == NULL || resolver_count > RESOLVERS)
		die("this isn't NAME=ADDRESS@PORT:", text);
	*address = *port = '\0';
	snprintf(resolver->name, sizeof(resolver->name), "%s", text);
	resolver->at.sin_family = AF_INET;
	resolver->at.sin_port = htons((uint16_t)atoi(port + 1));
	if (inet_pton(AF_INET, address + 1, &resolver->at.sin_addr) != 1)
		die("no IPv4 address:", address + 1);
}

static FILE *open_file(const char *path)
{
	FILE *file = fopen(path, "r");

	if (file == NULL)
		die(strerror(errno), path);
	return file;
}

static void read_questions(const char *path)
{
	FILE *file = open_file(path);
	char line[LINE], name[LINE], type[32];

	questions = calloc(QUESTIONS, sizeof(*questions));
	while (questions != NULL && question_count < QUESTIONS &&
	       fgets(line, sizeof(line), file) != NULL) {
		struct question *question = &questions[question_count];

		if (sscanf(line, "%2047s %31s", name, type) != 2 || name[0] == '#')
			continue;
		question->name = strdup(name);
		question->type = ldns_get_rr_type_by_name(type);
		if (question->type == 0)
			die("no type:", type);
		question_count++;
	}
	fclose(file);
}

static void read_reasons(const char *path)
{
	FILE *file = open_file(path);
	char line[LINE];

	while (fgets(line, sizeof(line), file) != NULL) {
		struct reason *reason = &reasons[reason_count];

		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || line[strspn(line, " \t")] == '\0')
			continue;
		if (reason_count == REASONS)
			die("too many reasons in", path);
		if (sscanf(line, "%255s %15s %31s %2047[^\n]", reason->pattern, reason->type,
			   reason->who, reason->why) != 4)
			die("this isn't \"pattern type who why\":", line);
		reason_count++;
	}
	fclose(file);
}

int main(int argc, char **argv)
{
	pthread_t askers[ASKERS];
	unsigned differing = 0, failed = 0, unexplained;

	if (argc < 5)
		die("usage:", "diff QUESTIONS EXPLAINED NAME=ADDRESS@PORT NAME=ADDRESS@PORT...");
	read_questions(argv[1]);
	read_reasons(argv[2]);
	for (int i = 3; i < argc; i++)
		read_resolver(argv[i]);
	for (unsigned i = 0; i < ASKERS; i++)
		if (pthread_create(&askers[i], NULL, work, NULL) != 0)
			die("no thread:", strerror(errno));
	for (unsigned i = 0; i < ASKERS; i++)
		pthread_join(askers[i], NULL);
	for (unsigned i = 0; i < question_count; i++) {
		differing += questions[i].differs;
		failed += !questions[i].differs && strcmp(questions[i].gists[0], "FAILURE") == 0;
	}
	unexplained = print_unexplained();
	print_table();
	printf("\n%u questions, %u answered alike by all (%u of them with a failure), %u "
	       "disagreements explained, %u unexplained\n",
	       question_count, question_count - differing, failed, differing - unexplained,
	       unexplained);
	if (failed > question_count / 2)
		printf("that is no lab: most questions failed everywhere\n");
	return unexplained == 0 && failed <= question_count / 2 && question_count != 0 ? 0 : 1;
}
