/* SPDX-License-Identifier: MIT */
/* saved.c — a file of messages. */
#include "resolver/root/saved.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"

static bool write_octets(int file, struct bytes octets)
{
	while (octets.length != 0) {
		ssize_t written = write(file, octets.at, octets.length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		octets = bytes_of(octets.at + written, octets.length - (size_t)written);
	}
	return fsync(file) == 0;
}

bool saved_write(const char *path, struct bytes stream, struct complaint *why)
{
	char beside[PATH_MAX];
	bool good;
	int file;

	if (snprintf(beside, sizeof(beside), "%s.new", path) >= (int)sizeof(beside))
		return complain(why, "%.100s…: the path is too long", path);
	file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (file < 0)
		return complain(why, "%s: %s", beside, strerror(errno));
	good = write_octets(file, stream);
	good = close(file) == 0 && good;
	if (good && rename(beside, path) == 0)
		return true;
	complain(why, "%s: %s", path, strerror(errno));
	unlink(beside);
	return false;
}

void saved_touch(const char *path)
{
	/* It may be gone: then the next transfer writes it anew. */
	(void)!utimensat(AT_FDCWD, path, NULL, 0);
}

uint32_t saved_age(int64_t changed_at)
{
	int64_t age = clock_wall_seconds() - changed_at;

	if (age < 0)
		return 0;
	return age > INT32_MAX ? INT32_MAX : (uint32_t)age;
}

static bool read_octets(FILE *file, struct growing *into)
{
	uint8_t piece[16 * 1024];
	size_t got;

	while ((got = fread(piece, 1, sizeof(piece), file)) != 0)
		growing_append(into, bytes_of(piece, got));
	return !ferror(file) && !into->failed;
}

static bool take_stream(struct bytes stream, struct zone *into, struct complaint *why)
{
	struct transfer transfer = { .zone = into };

	if (stream.length < 2 + HEADER_LENGTH)
		return complain(why, "it ends early");
	transfer.id = load_u16(stream.at + 2);
	return transfer_take_stream(&transfer, stream, why) && zone_finish(into, why);
}

enum saved_state saved_read(const char *path, struct zone *into, uint32_t *age_s,
			    struct complaint *why)
{
	struct growing stream = { .most = 2 * MAX_ROOT_TRANSFER };
	FILE *file = fopen(path, "re");
	struct stat facts;
	bool good;

	if (file == NULL) {
		complain(why, "%s", strerror(errno));
		return errno == ENOENT ? SAVED_ABSENT : SAVED_WRONG;
	}
	good = fstat(fileno(file), &facts) == 0 && S_ISREG(facts.st_mode) &&
	       read_octets(file, &stream);
	fclose(file);
	if (good)
		good = take_stream(growing_bytes(&stream), into, why);
	else
		complain(why, "it can't be read");
	growing_clear(&stream);
	*age_s = good ? saved_age(facts.st_mtim.tv_sec) : 0;
	return good ? SAVED_READ : SAVED_WRONG;
}
