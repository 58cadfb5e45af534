/* SPDX-License-Identifier: MIT */
/* test_disk.c — what was learnt lasts, whatever happens to the file and to us. */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/base/must.h"
#include "cache/base/rcu.h"
#include "cache/cache_private.h"
#include "making.h"
#include "tests/unit/suite.h"

enum { MEMORY = 8 * 1024 * 1024 };

static char folder[] = "/tmp/xylem-disk-XXXXXX", file[64];
static char lines[65536];               /* what was logged; no lock: read when threads ended */
static struct arena arena;

static void on_line(int priority, const char *line)
{
	size_t length = strlen(lines);

	snprintf(lines + length, sizeof(lines) - length, "%s\n", line);
}

static void run(const char *format, const char *argument)
{
	char command[256];

	snprintf(command, sizeof(command), format, argument);
	must(system(command) == 0);
}

static void setup(void)
{
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/cache.db", folder);
	lines[0] = '\0';
	rcu_thread_begin();
	arena_init(&arena, 64 * 1024 * 1024);
}

static void teardown(void)
{
	arena_clear(&arena);
	rcu_thread_end();
	run("rm -rf '%s'", folder);
}

static void pause_ms(long ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

static struct cache_figures figures_of(struct cache *cache)
{
	struct cache_figures figures;

	cache_get_figures(cache, &figures);
	return figures;
}

/* Waits, though not for ever, until the disk says so. */
static bool comes_to(struct cache *cache, enum disk_state state)
{
	for (int i = 0; i < 6000; i++) {
		if (figures_of(cache).disk == state)
			return true;
		pause_ms(10);
	}
	return false;
}

static bool comes_to_write(struct cache *cache, uint64_t items)
{
	for (int i = 0; i < 6000; i++) {
		if (figures_of(cache).disk_written >= items)
			return true;
		pause_ms(10);
	}
	return false;
}

static struct cache *open_cache(void)
{
	struct cache *cache = cache_of(MEMORY, file, on_line);

	ck_assert(comes_to(cache, DISK_OK));
	return cache;
}

static void put_as(struct cache *cache, const char *name, uint32_t ttl, enum security security)
{
	struct arena one;
	uint32_t now = clock_age_seconds();

	arena_init(&one, 65536);
	cache_put_answer(cache, a_answer(&one, name, "192.0.2.1", ttl, security, now), now);
	arena_clear(&one);
}

static bool has_at(struct cache *cache, const char *name, uint32_t now)
{
	struct question question = question_of(name, TYPE_A);

	return cache_copy_answer(cache, &question, now, &arena) != NULL;
}

static bool has(struct cache *cache, const char *name)
{
	return has_at(cache, name, clock_age_seconds());
}

static int64_t ask_number(const char *sql)
{
	sqlite3 *connection;
	sqlite3_stmt *statement;
	int64_t number = -1;

	ck_assert_int_eq(sqlite3_open_v2(file, &connection, SQLITE_OPEN_READWRITE, NULL),
			 SQLITE_OK);
	sqlite3_busy_timeout(connection, 5000);
	ck_assert_msg(sqlite3_prepare_v2(connection, sql, -1, &statement, NULL) == SQLITE_OK,
		      "%s: %s", sql, sqlite3_errmsg(connection));
	if (sqlite3_step(statement) == SQLITE_ROW)
		number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(connection);
	return number;
}

static bool is_whole(void)
{
	return ask_number("select integrity_check = 'ok' from pragma_integrity_check") == 1;
}

static unsigned files_set_aside(void)
{
	char command[128], count[16] = "";
	FILE *listing;

	snprintf(command, sizeof(command), "ls %s | grep -c '^cache.db.damaged-[0-9]*$'", folder);
	listing = popen(command, "r");
	ck_assert_ptr_nonnull(fgets(count, sizeof(count), listing));
	pclose(listing);
	return (unsigned)atoi(count);
}

static void write_file(const void *octets, size_t length)
{
	FILE *stream = fopen(file, "wb");

	ck_assert_uint_eq(fwrite(octets, 1, length, stream), length);
	fclose(stream);
}

START_TEST(a_restart_is_warm)
{
	struct cache *cache = open_cache();
	struct cut cut = { .zone = name_of("Example"), .source = CUT_FROM_REFERRAL, .ttl = 3600,
			   .stored_at = clock_age_seconds() }, found;
	struct name server_name = name_of("ns.example");
	struct address address;
	struct server server = { 0 };

	ck_assert(address_parse("192.0.2.53@53", 53, &address));
	cut_add_server(&cut, &server_name);
	cut_add_address(&cut, &server_name, &address);
	cache_put_cut(cache, &cut, clock_age_seconds());
	server_heard(&server, 23000, clock_age_seconds());
	server_was_silent(&server, clock_age_seconds());
	cache_put_server(cache, &address, &server);
	put_as(cache, "www.example", 300, SECURITY_INSECURE);
	cache_free(cache);

	cache = open_cache();
	ck_assert(has(cache, "WWW.example"));
	ck_assert(cache_find_cut(cache, &server_name, clock_age_seconds(), &found));
	ck_assert_uint_eq(found.servers[0].address_count, 1);
	cache_get_server(cache, &address, &server);
	ck_assert_uint_eq(server.round_trip_us, 23000);
	ck_assert_uint_eq(server.avoid_until, 0);       /* penalties don't outlive us */
	ck_assert_uint_eq(figures_of(cache).disk_rows, 3);
	cache_free(cache);
	ck_assert_str_eq(lines, "");
}
END_TEST

START_TEST(time_goes_on_while_we_are_away)
{
	struct cache *cache = open_cache();
	uint32_t now;

	put_as(cache, "www.example", 300, SECURITY_INSECURE);
	put_as(cache, "old.example", 300, SECURITY_INSECURE);
	put_as(cache, "future.example", 300, SECURITY_INSECURE);
	cache_free(cache);
	ask_number("update stored_answer set stored_at = stored_at - 200, expires_at = expires_at "
		   "- 200"
		   " where name = 'www.example.'");
	ask_number(
		"update stored_answer set stored_at = stored_at - 400 where name = 'old.example.'");
	ask_number("update stored_answer set stored_at = stored_at + 86400 where name = "
		   "'future.example.'");
	cache = open_cache();
	now = clock_age_seconds();
	ck_assert(has_at(cache, "www.example", now + 90));
	ck_assert(!has_at(cache, "www.example", now + 100));
	ck_assert(!has(cache, "old.example"));          /* whatever its expires_at says */
	ck_assert(!has(cache, "future.example"));
	cache_free(cache);
}
END_TEST

START_TEST(bogus_data_and_failures_stay_out_of_it)
{
	struct cache *cache = open_cache();
	struct answer_parts failed = {
		.question = question_of("failed.example", TYPE_A),
		.rcode = RCODE_SERVFAIL,
		.ede = EDE_NONE,
	};

	put_as(cache, "bogus.example", 300, SECURITY_BOGUS);
	put_as(cache, "good.example", 300, SECURITY_UNCHECKED);
	cache_put_answer(cache, answer_build(&arena, &failed, clock_age_seconds(), 60),
			 clock_age_seconds());
	cache_free(cache);
	ck_assert_int_eq(ask_number("select count(*) from answer"), 1);
	/* Nor does a row get in that somebody wrote there. */
	ask_number("update stored_answer set packed = cast(substr(packed, 1, 3) || x'04' || "
		   "substr(packed, 5) as blob)");
	cache = open_cache();
	ck_assert(!has(cache, "good.example"));
	cache_free(cache);
}
END_TEST

START_TEST(a_secure_answer_comes_back_only_while_its_signatures_are_valid)
{
	struct cache *cache = open_cache();
	uint32_t now = clock_age_seconds();

	for (int i = 0; i < 2; i++) {
		const char *name = i == 0 ? "valid.example" : "over.example";
		struct answer_parts parts = {
			.question = question_of(name, TYPE_A),
			.security = SECURITY_SECURE,
			.ede = EDE_NONE,
		};
		struct rrset *set = set_of(&arena, name, "A", 300, "192.0.2.1");

		sign(&arena, set, "example",
		     (uint32_t)(clock_wall_seconds() + (i == 0 ? 3600 : 0)));
		rrsets_append(&parts.sections[0], set);
		cache_put_answer(cache, answer_build(&arena, &parts, now, 300), now);
	}
	cache_free(cache);
	cache = open_cache();
	ck_assert(has(cache, "valid.example"));
	ck_assert(!has(cache, "over.example"));
	cache_free(cache);
}
END_TEST

START_TEST(a_row_that_is_no_answer_is_not_believed)
{
	struct cache *cache = open_cache();

	put_as(cache, "one.example", 300, SECURITY_UNCHECKED);
	put_as(cache, "two.example", 300, SECURITY_UNCHECKED);
	cache_free(cache);
	ask_number("update stored_answer set packed = randomblob(80) where name = 'one.example.'");
	cache = open_cache();
	ck_assert(!has(cache, "one.example"));
	ck_assert(has(cache, "two.example"));
	cache_free(cache);
}
END_TEST

START_TEST(people_can_read_it)
{
	struct cache *cache = open_cache();
	struct name name = name_of("www.example.org");

	put_as(cache, "WWW.Example.org", 300, SECURITY_INSECURE);
	for (int i = 0; i < 64; i++)
		ck_assert(has(cache, "www.example.org"));
	ck_assert_uint_eq(name.length, 17);
	cache_free(cache);
	ck_assert_int_eq(
		ask_number(
			"select count(*) from (select name, type, expires_at, security, hits from "
			"answer"
			" where name like '%.org.') where name = 'www.example.org.' and type = 'A'"
			" and security = 'insecure' and hits >= 48 and abs(expires_at - "
			"unixepoch() - 300) < 5"),
		1);
	ck_assert_int_eq(ask_number("select count(*) from answer where data = "
				    "'WWW.Example.org.\t300\tIN\tA\t192.0.2.1'"
				    " and learnt_from = '192.0.2.53' and trust = 'reply' and rcode "
				    "= 'NOERROR'"),
			 1);
	ck_assert_int_eq(ask_number("select count(*) from cut"), 0);
	ck_assert_int_eq(ask_number("select count(*) from server"), 0);
}
END_TEST

START_TEST(a_flush_reaches_the_disk)
{
	struct cache *cache = open_cache();
	struct cache_flush flush = { .name = name_of("Example.com"), .below = true };

	put_as(cache, "example.com", 300, SECURITY_UNCHECKED);
	put_as(cache, "www.example.com", 300, SECURITY_UNCHECKED);
	put_as(cache, "anexample.com", 300, SECURITY_UNCHECKED);
	ck_assert_uint_eq(cache_flush(cache, &flush), 2);
	put_as(cache, "new.example.com", 300, SECURITY_UNCHECKED);
	cache_free(cache);
	ck_assert_int_eq(ask_number("select count(*) from answer"), 2);
	cache = open_cache();
	ck_assert(!has(cache, "www.example.com"));
	ck_assert(has(cache, "anexample.com"));
	ck_assert(has(cache, "new.example.com"));
	flush = (struct cache_flush){ .all = true };
	ck_assert_uint_eq(cache_flush(cache, &flush), 2);
	cache_free(cache);
	ck_assert_int_eq(ask_number("select count(*) from answer"), 0);
}
END_TEST

static void put_alias(struct cache *cache, const char *name, const char *target)
{
	struct answer_parts parts = { .question = question_of(name, TYPE_A), .ede = EDE_NONE };
	uint32_t now = clock_age_seconds();
	struct arena one;

	arena_init(&one, 65536);
	rrsets_append(&parts.sections[0], set_of(&one, name, "CNAME", 300, target));
	rrsets_append(&parts.sections[0], set_of(&one, target, "A", 300, "192.0.2.1"));
	cache_put_answer(cache, answer_build(&one, &parts, now, 300), now);
	arena_clear(&one);
}

START_TEST(what_leads_into_a_zone_is_flushed_on_disk_too)
{
	struct cache *cache = open_cache();
	struct cache_flush flush = { .name = name_of("Example.com"), .below = true,
				     .through = true };

	put_as(cache, "www.example.com", 300, SECURITY_UNCHECKED);
	put_as(cache, "plain.test", 300, SECURITY_UNCHECKED);
	put_alias(cache, "below.test", "www.EXAMPLE.com.");
	put_alias(cache, "apex.test", "example.com.");
	put_alias(cache, "other.test", "anexample.com.");
	ck_assert_uint_eq(cache_flush(cache, &flush), 3);
	cache_free(cache);
	ck_assert_int_eq(ask_number("select count(*) from answer"), 2);
	ck_assert_int_eq(ask_number("select count(*) from answer where name in"
				    " ('plain.test.', 'other.test.')"), 2);
}
END_TEST

static void assert_set_aside(const char *why)
{
	struct cache *cache = open_cache();

	put_as(cache, "www.example", 300, SECURITY_UNCHECKED);
	cache_free(cache);
	ck_assert_uint_eq(files_set_aside(), 1);
	ck_assert_msg(strstr(lines, why) != NULL, "logged: %s", lines);
	ck_assert_ptr_eq(strchr(lines, '\n'), lines + strlen(lines) - 1);       /* one line */
	ck_assert(is_whole());
	ck_assert_int_eq(ask_number("select count(*) from answer"), 1);
}

START_TEST(a_garbled_file_is_set_aside)
{
	uint8_t garbage[20000];

	for (size_t i = 0; i < sizeof(garbage); i++)
		garbage[i] = (uint8_t)(i * 37 + i / 251);
	write_file(garbage, sizeof(garbage));
	assert_set_aside("is no database");
}
END_TEST

START_TEST(another_programs_database_is_set_aside)
{
	sqlite3 *connection;

	ck_assert_int_eq(sqlite3_open(file, &connection), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(connection,
				      "create table answer (x); insert into answer values (1)",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(connection);
	assert_set_aside("another program's");
}
END_TEST

START_TEST(a_newer_version_is_set_aside)
{
	cache_free(open_cache());
	ask_number("pragma user_version = 99");
	assert_set_aside("another version");
}
END_TEST

START_TEST(a_file_with_a_table_missing_is_set_aside)
{
	cache_free(open_cache());
	ask_number("drop table stored_cut");
	assert_set_aside("is damaged");
}
END_TEST

/* Pages in the middle are overwritten: found when they are read or written, and then set aside. */
START_TEST(damage_in_the_middle_is_noticed_and_survived)
{
	struct cache *cache = open_cache();
	uint8_t zeros[4096];
	struct stat status;
	int descriptor;

	for (int i = 0; i < 3000; i++) {
		char name[64];

		snprintf(name, sizeof(name), "n%d.example", i);
		put_as(cache, name, 3000, SECURITY_UNCHECKED);
	}
	cache_free(cache);
	memset(zeros, 0xa5, sizeof(zeros));
	ck_assert_int_eq(stat(file, &status), 0);
	descriptor = open(file, O_WRONLY);
	for (off_t at = 3 * 4096; at + 4096 < status.st_size; at += 4096)
		ck_assert_int_eq(pwrite(descriptor, zeros, sizeof(zeros), at), 4096);
	close(descriptor);
	cache = cache_of(MEMORY, file, on_line);
	for (int i = 0; i < 500 && files_set_aside() == 0; i++)
		pause_ms(10);
	ck_assert_uint_eq(files_set_aside(), 1);
	put_as(cache, "www.example", 300, SECURITY_UNCHECKED);
	cache_free(cache);
	ck_assert(is_whole());
	ck_assert_int_eq(ask_number("select count(*) from answer where name = 'www.example.'"), 1);
}
END_TEST

/* Runs in a child, since limits and users can't be had back. */
static void in_child(void (*body)(void))
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		body();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child ended with %d",
		      status);
}

static void live_with_a_folder_that_is_read_only(void)
{
	struct cache *cache;

	if (getuid() == 0)
		must(setgid(65534) == 0 && setuid(65534) == 0);
	cache = cache_of(MEMORY, file, on_line);
	must(comes_to(cache, DISK_BROKEN));
	put_as(cache, "www.example", 300, SECURITY_UNCHECKED);
	must(has(cache, "www.example"));
	must(strstr(figures_of(cache).disk_why, "can't be opened") != NULL);
	cache_free(cache);
	must(strstr(lines, "going on in memory") != NULL);
}

START_TEST(a_read_only_folder_means_memory_only)
{
	ck_assert_int_eq(chmod(folder, 0555), 0);
	in_child(live_with_a_folder_that_is_read_only);
	ck_assert_int_eq(chmod(folder, 0755), 0);
}
END_TEST

/* A tier of its own, with short times, beside a cache in memory that takes what is loaded. */
static struct disk *start_disk(struct cache *cache, size_t wal_octets)
{
	struct disk_settings settings = {
		.path = file, .queue_octets = 4 * 1024 * 1024, .wal_octets = wal_octets,
		.batch_ms = 20, .retry_ms = 50, .log = on_line, .cache = cache,
	};
	struct disk *disk = disk_start(&settings);

	ck_assert_ptr_nonnull(disk);
	return disk;
}

static bool disk_comes_to(struct disk *disk, enum disk_state state)
{
	struct cache_figures figures;

	for (int i = 0; i < 6000; i++) {
		disk_get_figures(disk, &figures);
		if (figures.disk == state)
			return true;
		pause_ms(10);
	}
	return false;
}

static void put_many(struct disk *disk, int from, int count)
{
	for (int i = from; i < from + count; i++) {
		struct arena one;
		char name[64];

		arena_init(&one, 65536);
		snprintf(name, sizeof(name), "n%d.example", i);
		(void)disk_put_answer(disk,
				      a_answer(&one, name, "192.0.2.1", 300, SECURITY_UNCHECKED,
					       clock_age_seconds()),
				      0);
		arena_clear(&one);
	}
}

static void live_with_a_full_disk(void)
{
	struct cache *cache = cache_of(MEMORY, NULL, NULL);
	struct disk *disk = start_disk(cache, DISK_WAL_OCTETS);
	struct rlimit limit = { 150000, RLIM_INFINITY };
	const char *line;

	signal(SIGXFSZ, SIG_IGN);
	must(disk_comes_to(disk, DISK_OK));
	must(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	put_many(disk, 0, 5000);
	must(disk_comes_to(disk, DISK_BROKEN));
	pause_ms(300);
	limit.rlim_cur = RLIM_INFINITY;
	must(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	must(disk_comes_to(disk, DISK_OK));
	disk_stop(disk);
	cache_free(cache);
	line = strstr(lines, "going on in memory");
	must(line != NULL && strstr(line + 1, "going on in memory") == NULL);   /* said once */
	must(strstr(lines, "works again") != NULL);
}

START_TEST(a_full_disk_is_said_once_and_recovered_from)
{
	in_child(live_with_a_full_disk);
	ck_assert(is_whole());
	ck_assert_int_ge(ask_number("select count(*) from answer"), 3000);
}
END_TEST

START_TEST(a_file_that_vanishes_is_begun_anew)
{
	struct cache *cache = cache_of(MEMORY, NULL, NULL);
	struct disk *disk = start_disk(cache, DISK_WAL_OCTETS);

	ck_assert(disk_comes_to(disk, DISK_OK));
	put_many(disk, 0, 10);
	pause_ms(200);
	run("rm -f '%s'/cache.db*", folder);
	put_many(disk, 100, 10);
	pause_ms(300);
	disk_stop(disk);
	cache_free(cache);
	ck_assert_ptr_nonnull(strstr(lines, "has vanished"));
	ck_assert_int_eq(ask_number("select count(*) from answer where name = 'n105.example.'"), 1);
}
END_TEST

START_TEST(somebody_who_reads_for_long_pauses_the_writing)
{
	struct cache *cache = cache_of(MEMORY, NULL, NULL);
	struct disk *disk = start_disk(cache, 1024 * 1024);
	sqlite3 *person;
	char log[96];
	struct stat status;

	ck_assert(disk_comes_to(disk, DISK_OK));
	put_many(disk, 0, 10);
	pause_ms(200);
	ck_assert_int_eq(sqlite3_open(file, &person), SQLITE_OK);
	sqlite3_busy_timeout(person, 20000);    /* the writer may be at it */
	ck_assert_int_eq(
		sqlite3_exec(person, "begin; select count(*) from answer", NULL, NULL, NULL),
		SQLITE_OK);
	for (int i = 0; i < 10; i++) {
		put_many(disk, 1000 + i * 1000, 1000);
		pause_ms(100);
	}
	ck_assert(disk_comes_to(disk, DISK_PAUSED));
	snprintf(log, sizeof(log), "%s-wal", file);
	ck_assert_int_eq(stat(log, &status), 0);
	ck_assert_int_lt(status.st_size, 4 * 1024 * 1024);
	sqlite3_exec(person, "commit", NULL, NULL, NULL);
	sqlite3_close(person);
	ck_assert(disk_comes_to(disk, DISK_OK));
	disk_stop(disk);
	cache_free(cache);
	ck_assert_ptr_nonnull(strstr(lines, "writing pauses"));
	ck_assert_ptr_nonnull(strstr(lines, "works again"));
}
END_TEST

START_TEST(a_person_who_writes_delays_but_loses_nothing)
{
	struct cache *cache = cache_of(MEMORY, NULL, NULL);
	struct disk *disk = start_disk(cache, DISK_WAL_OCTETS);
	sqlite3 *person;

	ck_assert(disk_comes_to(disk, DISK_OK));
	ck_assert_int_eq(sqlite3_open(file, &person), SQLITE_OK);
	sqlite3_busy_timeout(person, 20000);    /* the writer may be at it */
	ck_assert_int_eq(sqlite3_exec(person, "begin immediate", NULL, NULL, NULL), SQLITE_OK);
	put_many(disk, 0, 100);
	pause_ms(200);
	ck_assert_int_eq(sqlite3_exec(person, "commit", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(person);
	disk_stop(disk);
	cache_free(cache);
	ck_assert_int_eq(ask_number("select count(*) from answer"), 100);
	ck_assert_str_eq(lines, "");
}
END_TEST

START_TEST(a_full_queue_drops_and_counts)
{
	struct cache *cache = cache_of(MEMORY, NULL, NULL);
	struct disk *disk = start_disk(cache, DISK_WAL_OCTETS);
	struct cache_figures figures;
	sqlite3 *person;

	ck_assert(disk_comes_to(disk, DISK_OK));
	ck_assert_int_eq(sqlite3_open(file, &person), SQLITE_OK);
	sqlite3_busy_timeout(person, 20000);    /* the writer may be at it */
	ck_assert_int_eq(sqlite3_exec(person, "begin immediate", NULL, NULL, NULL), SQLITE_OK);
	put_many(disk, 0, 40000);
	ck_assert_uint_le(disk_get_figures(disk, &figures), 4 * 1024 * 1024);
	ck_assert_uint_gt(figures.disk_dropped, 0);
	sqlite3_exec(person, "rollback", NULL, NULL, NULL);
	sqlite3_close(person);
	disk_stop(disk);
	cache_free(cache);
	ck_assert_int_gt(ask_number("select count(*) from answer"), 1000);
}
END_TEST

static void write_for_ever(int ready)
{
	struct cache *cache = cache_of(MEMORY, file, NULL);

	put_as(cache, "first.example", 3000, SECURITY_UNCHECKED);
	for (unsigned i = 0; i < 500; i++) {
		char name[64];

		snprintf(name, sizeof(name), "early%u.example", i);
		put_as(cache, name, 3000, SECURITY_UNCHECKED);
	}
	must(comes_to_write(cache, 501));
	must(write(ready, "x", 1) == 1);
	for (unsigned i = 0;; i++) {
		char name[64];

		snprintf(name, sizeof(name), "n%u.example", i);
		put_as(cache, name, 3000, SECURITY_UNCHECKED);
		if (i % 1000 == 0)
			pause_ms(1);
	}
}

START_TEST(a_kill_at_any_moment_leaves_it_whole_and_warm)
{
	for (int round = 0; round < 8; round++) {
		int ready[2], status;
		char octet;
		pid_t child;
		struct cache *cache;

		ck_assert_int_eq(pipe(ready), 0);
		child = fork();
		if (child == 0)
			write_for_ever(ready[1]);
		close(ready[1]);
		ck_assert_int_eq(read(ready[0], &octet, 1), 1);
		pause_ms(100 + 173 * round);
		kill(child, SIGKILL);
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		close(ready[0]);
		ck_assert(is_whole());
		cache = open_cache();
		ck_assert(has(cache, "first.example"));
		cache_free(cache);
	}
	ck_assert_uint_gt(ask_number("select count(*) from answer"), 500);
	ck_assert_str_eq(lines, "");
}
END_TEST

START_TEST(the_most_asked_are_loaded_when_not_all_fit)
{
	struct cache *cache = open_cache();

	for (int i = 0; i < 12000; i++) {
		char name[64];

		snprintf(name, sizeof(name), "n%d.example", i);
		put_as(cache, name, 3000, SECURITY_UNCHECKED);
	}
	cache_free(cache);
	ask_number("update stored_answer set hits = 100 where name in ('n7.example.', "
		   "'n11999.example.')");
	cache = cache_of(1024 * 1024, file, on_line);
	ck_assert(comes_to(cache, DISK_OK));
	ck_assert(has(cache, "n7.example"));
	ck_assert(has(cache, "n11999.example"));
	ck_assert_uint_lt(figures_of(cache).answers.entries, 11000);
	ck_assert_uint_le(figures_of(cache).octets, 1024 * 1024);
	cache_free(cache);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_restart_is_warm, time_goes_on_while_we_are_away,
		bogus_data_and_failures_stay_out_of_it,
		a_secure_answer_comes_back_only_while_its_signatures_are_valid,
		a_row_that_is_no_answer_is_not_believed, people_can_read_it,
		a_flush_reaches_the_disk, what_leads_into_a_zone_is_flushed_on_disk_too,
		a_garbled_file_is_set_aside,
		another_programs_database_is_set_aside, a_newer_version_is_set_aside,
		a_file_with_a_table_missing_is_set_aside,
		damage_in_the_middle_is_noticed_and_survived,
		a_read_only_folder_means_memory_only,
		a_full_disk_is_said_once_and_recovered_from,
		a_file_that_vanishes_is_begun_anew,
		somebody_who_reads_for_long_pauses_the_writing,
		a_person_who_writes_delays_but_loses_nothing, a_full_queue_drops_and_counts,
		a_kill_at_any_moment_leaves_it_whole_and_warm,
		the_most_asked_are_loaded_when_not_all_fit,
	};

	return suite_run_with("disk", tests, SUITE_COUNT(tests), setup, teardown);
}
