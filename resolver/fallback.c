/* SPDX-License-Identifier: MIT */
/* fallback.c — who may be asked instead of the root's servers. */
#include "resolver/fallback.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "cache/dns.h"
#include "resolver/nameservers.h"
#include "resolver/settings.h"

enum {
	FILE_OCTETS = 16 * 1024,        /* more of a file isn't read */
	MOST_RESOLVERS = 8,
	MOST_FILES = 32,                /* in a folder */
	PATH_OCTETS = 512,
};

/* Files, and folders (with a / at the end) with a file for each interface. */
static const char *const sources[] = {
	"/run/systemd/resolve/resolv.conf",
	"/run/NetworkManager/no-stub-resolv.conf",
	"/run/NetworkManager/resolv.conf",
	"/run/resolvconf/interface/",   /* Debian's */
	"/run/resolvconf/interfaces/",  /* openresolv */
	"/etc/resolv.conf",
};

static unsigned read_file(const char *path, struct address *into, unsigned most)
{
	static uint8_t room[FILE_OCTETS];
	FILE *file = fopen(path, "re");
	size_t length;

	if (file == NULL) return 0;
	length = fread(room, 1, sizeof(room), file);
	fclose(file);
	return nameservers_read(bytes_of(room, length), into, most);
}

static unsigned read_folder(const char *path, struct address *into, unsigned most)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	char file[PATH_OCTETS];
	unsigned count = 0;

	if (folder == NULL) return 0;
	for (unsigned files = 0; files < MOST_FILES && (entry = readdir(folder)) != NULL; files++) {
		if (entry->d_name[0] == '.') continue;
		snprintf(file, sizeof(file), "%s%.255s", path, entry->d_name);
		count += read_file(file, into + count, most - count);
	}
	closedir(folder);
	return count;
}

static unsigned read_source(const char *path, struct address *into, unsigned most)
{
	bool is_folder = path[strlen(path) - 1] == '/';

	return is_folder ? read_folder(path, into, most) : read_file(path, into, most);
}

/* Is it where we listen ourselves? */
static bool is_ours(const struct config *config, const struct address *address)
{
	for (size_t i = 0; i < config->listen.count; i++)
		if (address_equal(&config->listen.at[i], address)) return true;
	return false;
}

static unsigned leave_out_ours(const struct config *config, struct address *list, unsigned count)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < count; i++)
		if (!is_ours(config, &list[i])) list[kept++] = list[i];
	return kept;
}

static unsigned find_by_dhcp(const struct config *config, struct address *into)
{
	unsigned count = 0;

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]) && count == 0; i++) {
		count = read_source(sources[i], into, MOST_RESOLVERS);
		count = leave_out_ours(config, into, count);
	}
	return count;
}

void fallback_find(const struct config *config, struct cut *into)
{
	struct address found[MOST_RESOLVERS];
	unsigned count = config->fallback.dhcp ? find_by_dhcp(config, found) : 0;

	*into = (struct cut){ .zone = name_root, .source = CUT_FROM_FORWARD,
			      .security = SECURITY_UNCHECKED, .ttl = UINT32_MAX };
	for (size_t i = 0; i < config->fallback.servers.count; i++)
		settings_add_server(into, &config->fallback.servers.at[i]);
	for (unsigned i = 0; i < count; i++)
		settings_add_server(into, &found[i]);
}

unsigned fallback_pause_ms(unsigned times)
{
	static const unsigned pauses[] = { 2000, 10000 };

	return times == 0 || times > sizeof(pauses) / sizeof(pauses[0]) ? 0 : pauses[times - 1];
}
