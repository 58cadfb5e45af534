/* SPDX-License-Identifier: MIT */
/* peer.c — who is at the other end of a UNIX socket. */
#include "resolver/control/peer.h"

#include <grp.h>
#include <pwd.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_GROUPS = 1024, USER_BUFFER = 16384 };

enum result peer_of(int descriptor, struct peer *into)
{
	struct ucred credentials;
	socklen_t length = sizeof(credentials);

	if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0)
		return NOT_ALLOWED;
	if (length != sizeof(credentials))
		return NOT_ALLOWED;
	*into = (struct peer){ .user = credentials.uid, .group = credentials.gid };
	return OK;
}

/* By the system's list of groups: what the user has after a log-in. */
static bool is_listed(uid_t user, gid_t group)
{
	char buffer[USER_BUFFER];
	struct passwd entry, *found;
	gid_t groups[MAX_GROUPS];
	int count = MAX_GROUPS;

	if (getpwuid_r(user, &entry, buffer, sizeof(buffer), &found) != 0 || found == NULL)
		return false;
	if (getgrouplist(found->pw_name, found->pw_gid, groups, &count) < 0)
		return false;
	for (int i = 0; i < count; i++)
		if (groups[i] == group)
			return true;
	return false;
}

bool peer_may_speak(const struct peer *peer, gid_t group)
{
	if (peer->user == 0)
		return true;
	if (peer->user == geteuid())
		return true;
	if (peer->group == group)
		return true;
	return is_listed(peer->user, group);
}
