/* SPDX-License-Identifier: MIT */
/* privileges.c — groups first, then the user, then whatever capability is left. */
#include "resolver/startup/privileges.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* In a user namespace only some users exist (man 7 user_namespaces): often root alone. */
static bool user_exists_here(uid_t uid)
{
	unsigned long inside, outside, count;
	bool found = false;
	FILE *map = fopen("/proc/self/uid_map", "re");

	if (map == NULL) return true;
	while (!found && fscanf(map, "%lu %lu %lu", &inside, &outside, &count) == 3)
		found = uid >= inside && uid - inside < count;
	fclose(map);
	return found;
}

static bool find_group(struct identity *into, const char *group, struct complaint *why)
{
	const struct group *entry;

	into->control_group = into->gid;
	if (group == NULL) return true;
	entry = getgrnam(group);
	if (entry == NULL)
		return complain(
			why,
			"`control.group` names the group %s, which doesn't exist; make it with: "
			"addgroup --system %s",
			group, group);
	into->control_group = entry->gr_gid;
	return true;
}

static void stay(struct identity *into)
{
	const struct passwd *entry = getpwuid(geteuid());

	into->uid = geteuid();
	into->gid = getegid();
	into->changes = false;
	snprintf(into->name, sizeof(into->name), "%s", entry != NULL ? entry->pw_name : "?");
}

bool identity_find(struct identity *into, const char *user, const char *group,
		   struct complaint *why)
{
	const struct passwd *entry;

	memset(into, 0, sizeof(*into));
	stay(into);
	if (geteuid() != 0) return find_group(into, group, why);
	entry = getpwnam(user);
	if (entry == NULL)
		return complain(
			why,
			"the user %s, whom the daemon shall become, doesn't exist; make it with: "
			"adduser --system --group %s, or name another with --set user=NAME",
			user, user);
	if (entry->pw_uid == into->uid || !user_exists_here(entry->pw_uid))
		return find_group(into, group, why);
	into->uid = entry->pw_uid;
	into->gid = entry->pw_gid;
	into->changes = true;
	snprintf(into->name, sizeof(into->name), "%s", entry->pw_name);
	return find_group(into, group, why);
}

static bool become(const struct identity *identity, struct complaint *why)
{
	size_t groups = identity->control_group == identity->gid ? 0 : 1;

	if (setgroups(groups, &identity->control_group) != 0 ||
	    setresgid(identity->gid, identity->gid, identity->gid) != 0 ||
	    setresuid(identity->uid, identity->uid, identity->uid) != 0)
		return complain(why, "can't become the user %s: %s; start as root, or as that user",
				identity->name, strerror(errno));
	/* If this worked, the change above would have been for show. */
	if (identity->uid != 0 && setresuid(0, 0, 0) == 0)
		return complain(why, "still root after becoming the user %s", identity->name);
	return true;
}

/* The bounding set can be emptied only by those who have CAP_SETPCAP; for others no_new_privs does
 * as much. */
static bool drop_capabilities(struct complaint *why)
{
	capng_clear(CAPNG_SELECT_BOTH);
	capng_apply(CAPNG_SELECT_BOUNDS);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		return complain(why, "can't give up capabilities: %s", strerror(errno));
	return true;
}

/* Bounds first, while we may; then the user; then what is left. */
bool privileges_drop(const struct identity *identity, struct complaint *why)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return complain(why, "can't forswear new privileges: %s", strerror(errno));
	if (identity->changes) {
		capng_get_caps_process();
		capng_clear(CAPNG_SELECT_BOUNDS);
		capng_apply(CAPNG_SELECT_BOUNDS);
		if (!become(identity, why)) return false;
	}
	return drop_capabilities(why);
}
