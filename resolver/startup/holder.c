/* SPDX-License-Identifier: MIT */
/* holder.c — the kernel's tables of sockets name an inode; the process that has it open is the
 * holder. */
#include "resolver/startup/holder.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	TCP_IS_LISTENING = 0x0a, /* as /proc/net/tcp writes TCP_LISTEN */
};

/* One row of /proc/net/{udp,tcp}{,6}. */
struct row {
	struct address local;
	unsigned state;
	unsigned uid;
	unsigned long inode;
};

/* Addresses stand there as 32-bit words in the machine's order, in hexadecimal. */
static bool read_local(const char *hex, unsigned port, struct address *into)
{
	uint32_t words[4] = { 0 };
	size_t count = strlen(hex) / 8;

	if (count != 1 && count != 4) return false;
	for (size_t i = 0; i < count; i++)
		if (sscanf(hex + 8 * i, "%8x", &words[i]) != 1) return false;
	*into = count == 1 ? address_v4((const uint8_t *)words, (uint16_t)port)
			   : address_v6((const uint8_t *)words, (uint16_t)port);
	return true;
}

static bool read_row(const char *line, struct row *into)
{
	char hex[33];
	unsigned port;

	if (sscanf(line, " %*u: %32[0-9A-Fa-f]:%x %*s %x %*s %*s %*s %u %*s %lu", hex, &port,
		   &into->state, &into->uid, &into->inode) != 5)
		return false;
	return read_local(hex, port, &into->local);
}

static bool is_wildcard(const struct address *address)
{
	static const uint8_t zeros[16];

	return memcmp(address->octets, zeros, sizeof(zeros)) == 0;
}

/* A socket at the wildcard address has all addresses of its family; one at :: may have IPv4's too.
 */
static bool stands_in_the_way(const struct row *row, const struct address *wanted, bool tcp)
{
	if (row->local.port != wanted->port) return false;
	if (tcp && row->state != TCP_IS_LISTENING) return false;
	if (row->local.family != wanted->family) return is_wildcard(&row->local);
	return is_wildcard(&row->local) || is_wildcard(wanted) ||
	       address_equal(&row->local, wanted);
}

static bool search_table(const char *path, const struct address *wanted, bool tcp, struct row *into)
{
	char line[512];
	bool found = false;
	FILE *table = fopen(path, "re");

	if (table == NULL) return false;
	while (!found && fgets(line, sizeof(line), table) != NULL)
		found = read_row(line, into) && stands_in_the_way(into, wanted, tcp);
	fclose(table);
	return found;
}

static bool find_row(const struct address *wanted, bool tcp, struct row *into)
{
	if (wanted->family == 4 &&
	    search_table(tcp ? "/proc/net/tcp" : "/proc/net/udp", wanted, tcp, into))
		return true;
	return search_table(tcp ? "/proc/net/tcp6" : "/proc/net/udp6", wanted, tcp, into);
}

/* Does the process have the socket open? Not known for others' processes, unless we are root. */
static bool process_has(const char *pid, const char *socket_name)
{
	char path[300], target[64];
	struct dirent *entry;
	bool found = false;
	DIR *open_files;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	open_files = opendir(path);
	if (open_files == NULL) return false;
	while (!found && (entry = readdir(open_files)) != NULL) {
		ssize_t length =
			readlinkat(dirfd(open_files), entry->d_name, target, sizeof(target) - 1);

		if (length <= 0) continue;
		target[length] = '\0';
		found = strcmp(target, socket_name) == 0;
	}
	closedir(open_files);
	return found;
}

static pid_t find_process(unsigned long inode)
{
	char socket_name[64];
	struct dirent *entry;
	pid_t pid = 0;
	DIR *processes = opendir("/proc");

	if (processes == NULL) return 0;
	snprintf(socket_name, sizeof(socket_name), "socket:[%lu]", inode);
	while (pid == 0 && (entry = readdir(processes)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    process_has(entry->d_name, socket_name))
			pid = (pid_t)atol(entry->d_name);
	closedir(processes);
	return pid;
}

/* The program's name, printable, whatever the process calls itself. */
static void read_name(pid_t pid, char *into, size_t room)
{
	char path[64];
	FILE *file;

	into[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	file = fopen(path, "re");
	if (file == NULL) return;
	if (fgets(into, (int)room, file) == NULL) into[0] = '\0';
	fclose(file);
	into[strcspn(into, "\n")] = '\0';
	for (char *at = into; *at != '\0'; at++)
		if (!isprint((unsigned char)*at)) *at = '?';
}

/* "0::/system.slice/unbound.service" gives "unbound.service". */
static void read_unit(pid_t pid, char *into, size_t room)
{
	char path[64], line[512];
	FILE *file;

	into[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)pid);
	file = fopen(path, "re");
	if (file == NULL) return;
	while (fgets(line, sizeof(line), file) != NULL) {
		char *last = strrchr(line, '/');
		size_t length;

		line[strcspn(line, "\n")] = '\0';
		if (strstr(line, "system.slice/") == NULL || last == NULL) continue;
		length = strlen(last + 1);
		if (length > 8 && length < room && strcmp(last + 1 + length - 8, ".service") == 0)
			memcpy(into, last + 1, length + 1);
	}
	fclose(file);
}

bool holder_find(const struct address *address, bool tcp, struct holder *into)
{
	struct row row;

	memset(into, 0, sizeof(*into));
	if (!find_row(address, tcp, &row)) return false;
	into->uid = row.uid;
	into->pid = find_process(row.inode);
	if (into->pid == 0) return true;
	read_name(into->pid, into->name, sizeof(into->name));
	read_unit(into->pid, into->unit, sizeof(into->unit));
	return true;
}
