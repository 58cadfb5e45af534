/* SPDX-License-Identifier: MIT */
/* main.c — `xylem`: which command is meant. What names none is a URL to get, as curl has it. */
#include <brotli/decode.h>
#include <jansson.h>
#include <ldns/ldns.h>
#include <llhttp.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>
#include <zlib.h>

#include "client/command/manual.h"

static const struct command *const commands[] = { &get_command, &query_command, &ctl_command };

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]), EXIT_USAGE = 2 };

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int show_version(void)
{
	printf("xylem %s (%s, libuv %s, llhttp %d.%d.%d, ldns %s, jansson %s, zlib %s)\n",
	       XYLEM_VERSION, OpenSSL_version(OPENSSL_VERSION_STRING), uv_version_string(),
	       LLHTTP_VERSION_MAJOR, LLHTTP_VERSION_MINOR, LLHTTP_VERSION_PATCH, ldns_version(),
	       JANSSON_VERSION, zlibVersion());
	return 0;
}

static int show_help(const char *name)
{
	const struct command *command = name == NULL ? NULL : find_command(name);

	if (command != NULL)
		options_help(command, stdout);
	else if (name == NULL)
		manual_help(commands, COMMANDS, stdout);
	else
		fprintf(stderr,
			"xylem help: there is no command \"%s\" (xylem --help lists them)\n", name);
	return command == NULL && name != NULL ? EXIT_USAGE : 0;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "--help";
	const struct command *command = find_command(word);

	signal(SIGPIPE, SIG_IGN);       /* a closed pipe is an error of write(), exit code 23 */
	if (command != NULL)
		return command->run(command, argc - 1, argv + 1);
	if (strcmp(word, "help") == 0)
		return show_help(argc > 2 ? argv[2] : NULL);
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		return show_help(NULL);
	if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
		return show_version();
	if (strcmp(word, "--man") == 0) {
		manual_page(commands, COMMANDS, stdout);
		return 0;
	}
	return get_command.run(&get_command, argc, argv);
}
