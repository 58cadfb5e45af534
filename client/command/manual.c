/* SPDX-License-Identifier: MIT */
/* manual.c — the help of the whole and the man page. */
#include "client/command/manual.h"

#include <string.h>

void manual_help(const struct command *const *commands, size_t count, FILE *to)
{
	fprintf(to, "xylem %s: shows what happens to a name, and to a URL, stage by stage\n\n",
		XYLEM_VERSION);
	fprintf(to, "Usage: xylem URL                  the same as xylem get URL\n");
	for (size_t i = 0; i < count; i++)
		fprintf(to, "       xylem %-20s %s\n", commands[i]->name, commands[i]->what);
	fprintf(to, "       xylem %-20s %s\n", "help COMMAND", "The options of a command");
	fprintf(to, "       xylem %-20s %s\n", "--version",
		"The version, and those of its libraries");
	fprintf(to, "       xylem %-20s %s\n", "--man", "The man page, for man -l -");
}

/* Text with roff's own characters escaped. */
static void put(FILE *to, const char *text)
{
	bool line_begins = true;

	for (; *text != '\0'; text++) {
		if (line_begins && (*text == '.' || *text == '\''))
			fputs("\\&", to);
		if (*text == '\\')
			fputs("\\e", to);
		else if (*text == '-')
			fputs("\\-", to);
		else
			fputc(*text, to);
		line_begins = *text == '\n';
	}
}

static void put_option(FILE *to, const struct option_row *row)
{
	fputs(".TP\n", to);
	if (row->letter != 0)
		fprintf(to, "\\fB\\-%c\\fR%s", row->letter, row->name == NULL ? "" : ", ");
	if (row->name != NULL) {
		fputs("\\fB", to);
		put(to, "--");
		put(to, row->name);
		fputs("\\fR", to);
	}
	if (row->argument != NULL) {
		fputs(" \\fI", to);
		put(to, row->argument);
		fputs("\\fR", to);
	}
	fputs("\n", to);
	put(to, row->sentence);
	fputs(".\n", to);
}

static void put_command(FILE *to, const struct command *command)
{
	fprintf(to, ".SH \"XYLEM %s\"\n", command->name);
	fprintf(to, "\\fBxylem %s\\fR ", command->name);
	put(to, command->usage);
	fputs("\n.PP\n", to);
	put(to, command->what);
	fputs(".\n.PP\n.nf\n", to);
	put(to, command->text);
	fputs("\n.fi\n", to);
	for (size_t i = 0; i < command->option_count; i++)
		put_option(to, &command->options[i]);
}

void manual_page(const struct command *const *commands, size_t count, FILE *to)
{
	fprintf(to, ".\\\" Made by xylem --man from the tables of options; not written by hand.\n");
	fprintf(to, ".TH XYLEM 1 \"\" \"xylem %s\" \"User commands\"\n", XYLEM_VERSION);
	fputs(".SH NAME\nxylem \\- shows what happens to a name, and to a URL, stage by stage\n",
	      to);
	fputs(".SH SYNOPSIS\n\\fBxylem\\fR [\\fBget\\fR] [option...] \\fIURL\\fR\n.br\n"
	      "\\fBxylem query\\fR \\fINAME\\fR [\\fITYPE\\fR] [\\fB@\\fISERVER\\fR]\n.br\n"
	      "\\fBxylem ctl\\fR \\fIVERB\\fR...\n",
	      to);
	for (size_t i = 0; i < count; i++)
		put_command(to, commands[i]);
	fputs(".SH ENVIRONMENT\n"
	      ".TP\n\\fBXYLEM_DNS\\fR\nThe resolver to ask, as 127.0.0.1:5300 or [::1]:5300.\n"
	      ".TP\n\\fBXYLEM_SOCKET\\fR\nThe daemon\\(aqs control socket.\n"
	      ".TP\n\\fBNO_COLOR\\fR\nIf set and not empty: no colour.\n"
	      ".SH \"EXIT STATUS\"\n"
	      "Of \\fBget\\fR, as of \\fBcurl\\fR(1): 0 done; 1 not HTTP; 2 usage; 3 no URL;\n"
	      "6 no address; 7 no connection; 8 a head that breaks the rules; 18 a body cut\n"
	      "short; 22 with \\-f a status of 400 or more; 23 output can\\(aqt be written; 27 no\n"
	      "memory; 28 time is up; 35 TLS failed; 47 too many redirects; 52 no octet came;\n"
	      "55 sending and 56 receiving failed; 60 a certificate that isn\\(aqt good; 61 a\n"
	      "coding that is broken; 77 no CA file; 112 a name whose DNSSEC is bogus.\n"
	      ".PP\nOf \\fBquery\\fR, as of \\fBdig\\fR(1): 0 a reply; 1 usage; 9 no reply;\n"
	      "10 no memory.\n"
	      ".PP\nOf \\fBctl\\fR: 0 done; 1 the daemon said no or isn\\(aqt there; 2 usage.\n"
	      ".SH \"SEE ALSO\"\n\\fBxylemd\\fR(8), \\fBcurl\\fR(1), \\fBdig\\fR(1)\n",
	      to);
}
