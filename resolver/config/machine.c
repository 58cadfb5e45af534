/* SPDX-License-Identifier: MIT */
/* machine.c — defaults that depend on the machine: where state lives, how much memory, which user.
 */
#include <inttypes.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "resolver/config/table.h"

#define MB (1024ull * 1024)
#define GB (1024 * MB)

enum {
	LINE_OCTETS = 512,
};

/* systemd.exec(5) has StateDirectory=; the XDG base directory specification says that only absolute
 * paths count. */
const char *machine_directory(struct arena *arena)
{
	const char *given = getenv("STATE_DIRECTORY");
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (given != NULL && given[0] == '/' && strchr(given, ':') == NULL) return given;
	/* As it was at the start: so a reload, no longer root, finds the same. */
	if (getauxval(AT_EUID) == 0) return "/var/lib/xylem";
	if (state != NULL && state[0] == '/') return arena_print(arena, "%s/xylem", state);
	if (home != NULL && home[0] == '/')
		return arena_print(arena, "%s/.local/state/xylem", home);
	return "/var/lib/xylem";
}

const char *machine_user(struct arena *arena)
{
	return getpwnam("xylem") != NULL ? "xylem" : "nobody";
}

/* The number in a file of one line; UINT64_MAX if there is none ("max", or no such file). */
static uint64_t read_limit(const char *path)
{
	FILE *file = fopen(path, "re");
	uint64_t limit = UINT64_MAX;

	if (file == NULL) return UINT64_MAX;
	if (fscanf(file, "%" SCNu64, &limit) != 1) limit = UINT64_MAX;
	fclose(file);
	return limit;
}

/* The least limit of our control group and those above it (cgroup v2): what a container may use. */
static uint64_t group_limit(void)
{
	char group[LINE_OCTETS] = "", path[LINE_OCTETS + 64];
	FILE *file = fopen("/proc/self/cgroup", "re");
	uint64_t least = UINT64_MAX, limit;

	if (file == NULL) return UINT64_MAX;
	if (fscanf(file, "0::%511[^\n]", group) != 1) group[0] = '\0';
	fclose(file);
	while (group[0] == '/') {
		snprintf(path, sizeof(path), "/sys/fs/cgroup%s/memory.max", group);
		limit = read_limit(path);
		if (limit < least) least = limit;
		*strrchr(group, '/') = '\0';
	}
	limit = read_limit("/sys/fs/cgroup/memory.max");
	return limit < least ? limit : least;
}

static uint64_t memory_octets(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	uint64_t physical = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : 1 * GB;
	uint64_t limit = group_limit();

	return limit < physical ? limit : physical;
}

/* The rule that the table states, in whole megabytes. */
const char *machine_memory(struct arena *arena)
{
	uint64_t memory = memory_octets(), share = 64 * MB;

	if (memory > 16 * GB) share += (memory - 16 * GB) / 4;
	if (share > memory / 4) share = memory / 4;
	if (share < 8 * MB) share = 8 * MB;
	return arena_print(arena, "%" PRIu64 "MB", (uint64_t)(share / MB));
}

/* Those that we may run on: a container has fewer than the machine. */
uint32_t machine_cores(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
		return (uint32_t)CPU_COUNT(&set);
	return 1;
}
