/* SPDX-License-Identifier: MIT */
/* socket.c — the socket file. */
#include "resolver/control/socket.h"

#include <errno.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { SOCKET_MODE = 0660, GROUP_BUFFER = 16384 };

__attribute__((format(printf, 3, 4))) static enum result refuse(char why[CONTROL_WHY_SIZE],
								enum result result,
								const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, CONTROL_WHY_SIZE, format, arguments);
	va_end(arguments);
	return result;
}

static enum result find_group(const char *name, gid_t *into, char why[CONTROL_WHY_SIZE])
{
	char buffer[GROUP_BUFFER];
	struct group group, *found;

	if (getgrnam_r(name, &group, buffer, sizeof(buffer), &found) != 0 || found == NULL)
		return refuse(why, NOT_FOUND,
			      "control.group: there is no group \"%.64s\" on this system", name);
	*into = found->gr_gid;
	return OK;
}

/* Whether somebody accepts connections there. A full backlog (EAGAIN) is somebody too. */
static bool is_alive(const struct sockaddr_un *address)
{
	int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool refused;

	if (probe < 0)
		return true;
	refused = connect(probe, (const struct sockaddr *)address, sizeof(*address)) != 0 &&
		  errno == ECONNREFUSED;
	close(probe);
	return !refused;
}

/* The name is taken: a left-over of a daemon that died goes, anything else stays. */
static enum result clear_the_way(const struct sockaddr_un *address, char why[CONTROL_WHY_SIZE])
{
	struct stat status;

	if (lstat(address->sun_path, &status) != 0)
		return refuse(why, NO_SOCKET, "%s: %s", address->sun_path, strerror(errno));
	if (!S_ISSOCK(status.st_mode))
		return refuse(why, NO_SOCKET,
			      "%s: a file that isn't a socket is in the way of the control socket; "
			      "move it, or set control.socket", address->sun_path);
	if (is_alive(address))
		return refuse(why, NO_SOCKET,
			      "%s: another daemon listens on this control socket; "
			      "stop it, or set control.socket", address->sun_path);
	if (unlink(address->sun_path) != 0)
		return refuse(why, NO_SOCKET, "%s: the old control socket can't be removed: %s",
			      address->sun_path, strerror(errno));
	return OK;
}

static enum result bind_to(int descriptor, const struct sockaddr_un *address,
			   char why[CONTROL_WHY_SIZE])
{
	const struct sockaddr *general = (const struct sockaddr *)address;

	/* On Linux the file gets the mode that the socket has: there is no moment at which
	 * others may connect. */
	if (fchmod(descriptor, SOCKET_MODE) != 0)
		return refuse(why, NO_SOCKET, "control socket: %s", strerror(errno));
	if (bind(descriptor, general, sizeof(*address)) == 0)
		return OK;
	if (errno != EADDRINUSE)
		return refuse(why, NO_SOCKET, "%s: no control socket can be made here: %s",
			      address->sun_path, strerror(errno));
	if (clear_the_way(address, why) != OK)
		return NO_SOCKET;
	if (bind(descriptor, general, sizeof(*address)) != 0)
		return refuse(why, NO_SOCKET, "%s: no control socket can be made here: %s",
			      address->sun_path, strerror(errno));
	return OK;
}

/* Mode and group whatever the umask was, and what marks the file as ours. */
static enum result settle(struct control_socket *socket, const struct control_settings *settings,
			  char why[CONTROL_WHY_SIZE])
{
	struct stat status;
	gid_t group;

	if (settings->group != NULL) {
		if (find_group(settings->group, &group, why) != OK)
			return NOT_FOUND;
		if (chown(socket->path, (uid_t)-1, group) != 0)
			return refuse(why, NOT_ALLOWED,
				      "%s: can't be given to group \"%.64s\" (control.group): %s",
				      socket->path, settings->group, strerror(errno));
	}
	if (chmod(socket->path, SOCKET_MODE) != 0 || lstat(socket->path, &status) != 0)
		return refuse(why, NO_SOCKET, "%s: %s", socket->path, strerror(errno));
	socket->device = status.st_dev;
	socket->inode = status.st_ino;
	socket->group = status.st_gid;
	return OK;
}

enum result control_socket_open(const struct control_settings *settings,
				struct control_socket *into, char why[CONTROL_WHY_SIZE])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	enum result result;

	if (strlen(settings->path) >= sizeof(address.sun_path))
		return refuse(why, NO_SPACE,
			      "%.200s: a socket's path has at most %zu octets; set control.socket",
			      settings->path, sizeof(address.sun_path) - 1);
	memcpy(address.sun_path, settings->path, strlen(settings->path));
	*into = (struct control_socket){ .descriptor = -1 };
	into->descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (into->descriptor < 0)
		return refuse(why, NO_SOCKET, "control socket: %s", strerror(errno));
	result = bind_to(into->descriptor, &address, why);
	if (result == OK) {
		memcpy(into->path, address.sun_path, sizeof(into->path));
		result = settle(into, settings, why);
		if (result != OK)
			unlink(into->path);
	}
	if (result != OK)
		close(into->descriptor);
	return result;
}

void control_socket_remove(const struct control_socket *socket)
{
	struct stat status;

	if (lstat(socket->path, &status) != 0)
		return;
	if (status.st_dev == socket->device && status.st_ino == socket->inode)
		unlink(socket->path);
}
