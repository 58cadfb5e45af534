/* SPDX-License-Identifier: MIT */
/* directory.c — made by root, used by the daemon's user. */
#include "resolver/startup/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool complain_of_directory(const char *path, struct complaint *why)
{
	return complain(why, "can't make the directory %s: %s; name another with --directory", path,
			strerror(errno));
}

/* The folders above it are like any other's. */
static bool make_parents(const char *path, struct complaint *why)
{
	char part[PATH_MAX];

	for (const char *slash = strchr(path + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		if (mkdir(part, 0755) != 0 && errno != EEXIST)
			return complain_of_directory(part, why);
	}
	return true;
}

bool directory_make(const char *path, const struct identity *owner, struct complaint *why)
{
	struct stat facts;

	if (!make_parents(path, why)) return false;
	if (mkdir(path, 0750) == 0) {
		if (owner->changes && lchown(path, owner->uid, owner->gid) != 0)
			return complain_of_directory(path, why);
		return true;
	}
	if (errno != EEXIST) return complain_of_directory(path, why);
	if (stat(path, &facts) != 0 || !S_ISDIR(facts.st_mode))
		return complain(why, "%s isn't a directory; name another with --directory", path);
	/* Whose it is stays as it is: it might be anybody's, by a slip of the pen. */
	if (owner->changes && facts.st_uid != owner->uid)
		return complain(
			why,
			"the directory %s isn't %s's; give it away with: chown -R %s: %s, or name "
			"another with --directory",
			path, owner->name, owner->name, path);
	return true;
}

/* Who has it: what the lock file says, if that is a number. */
static bool complain_of_lock(const char *path, int lock, struct complaint *why)
{
	char text[32] = "";
	ssize_t length = pread(lock, text, sizeof(text) - 1, 0);
	int pid = length > 0 ? atoi(text) : 0;

	close(lock);
	if (pid <= 0)
		return complain(why, "another xylemd uses %s; give this one another --directory",
				path);
	return complain(
		why,
		"xylemd (pid %d) uses %s already; stop it: kill %d, or give this one another "
		"--directory",
		pid, path, pid);
}

static bool write_pid(int lock)
{
	char text[32];
	int length = snprintf(text, sizeof(text), "%d\n", (int)getpid());

	return ftruncate(lock, 0) == 0 && pwrite(lock, text, (size_t)length, 0) == length;
}

int directory_lock(const char *path, struct complaint *why)
{
	char file[PATH_MAX];
	int lock;

	snprintf(file, sizeof(file), "%s/lock", path);
	lock = open(file, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640);
	if (lock < 0) {
		complain(why,
			 "can't open %s: %s; make the directory this user's, or name another with "
			 "--directory",
			 file, strerror(errno));
		return -1;
	}
	if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
		complain_of_lock(path, lock, why);
		return -1;
	}
	if (!write_pid(lock)) {
		complain(why, "can't write %s: %s", file, strerror(errno));
		close(lock);
		return -1;
	}
	return lock;
}
