/* SPDX-License-Identifier: MIT */
/* prose.c — the words of the manual pages. */
#include "resolver/config/prose.h"

#include <stddef.h>

#define HEADING(words)        { PROSE_HEADING, words, NULL }
#define PARAGRAPH(words)      { PROSE_PARAGRAPH, words, NULL }
#define ITEM(what, words)     { PROSE_ITEM, words, what }
#define CODE(lines)           { PROSE_CODE, lines, NULL }
#define THE_END               { PROSE_END, NULL, NULL }

const struct prose prose_settings[] = {
	PARAGRAPH(
		"`xylemd` needs no file: without one it answers this machine, at 127.0.0.1 and "
		"::1. A file is YAML, with settings as on this page. `xylemd --check-config` "
		"says what is wrong in it, with line and remedy, and `xylemd --print-config` "
		"what is in force and where it came from. Options go before the file, the file "
		"before the defaults."),
	CODE("listen: [127.0.0.1, 192.168.1.1, \"fd00::1\"]\n"
	     "access:\n"
	     "  allow: [loopback, 192.168.1.0/24, \"fd00::/64\"]\n"
	     "cache:\n"
	     "  memory: 256MB\n"
	     "forward:\n"
	     "  - zone: corp.example\n"
	     "    servers: [10.0.0.1, 10.0.0.2@5353]\n"
	     "    dnssec: off\n"),
	PARAGRAPH(
		"A key with a dot can be written as it is (`cache.memory: 256MB`) or as a group, "
		"as above. A list of one may be written without its brackets. Unknown keys, keys "
		"that stand twice and values that don't fit are refused, and nothing is changed "
		"by a file that has any. Of YAML, anchors, aliases, tags and further documents "
		"aren't used; a file has at most 1 MB."),
	HEADING("Values"),
	ITEM("yes or no", "Also `true` and `false`, `on` and `off`."),
	ITEM("size",
		"A whole number and `B`, `KB`, `MB`, `GB` or `TB`, each 1024 times the one "
		"before (`KiB` and so on are the same): `64MB`."),
	ITEM("time",
		"Whole numbers with `ms`, `s`, `m`, `h`, `d` or `w`: `1800ms`, `90s`, `1h30m`. A "
		"bare number is seconds, except where a setting counts milliseconds: there it "
		"needs its unit."),
	ITEM("address",
		"IPv4 or IPv6, with a port behind `@` if need be: `192.0.2.1`, `192.0.2.1@53`, "
		"`2001:db8::1@53`; `192.0.2.1:53` and `\"[2001:db8::1]:53\"` are understood. "
		"Between brackets YAML wants quotes around what holds a colon."),
	ITEM("network",
		"An address and the number of its bits that count: `10.0.0.0/8`, "
		"`2001:db8::/32`; without a number, all do. Or a word: `all`; `loopback` "
		"(127.0.0.0/8, ::1); `private` (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, "
		"169.254.0.0/16, fc00::/7, fe80::/10)."),
	ITEM("name",
		"A name of the DNS, with or without its final dot, always counted from the root: "
		"`corp.example`. International names are written in their `xn--` form."),
	ITEM("path", "Of a file; unless it begins with `/` it is below `directory`."),
	HEADING("When a change takes effect"),
	PARAGRAPH(
		"After `SIGHUP` or `xylem ctl reload` the file is read again and, if nothing is "
		"wrong in it, takes effect, with cache and connections kept. Settings marked "
		"\"restart\" change only with a new start; the reload says which."),
	PARAGRAPH(
		"Settings marked \"no effect yet\" are known and checked, and this version does "
		"nothing with them. Setting one gives a warning."),
	THE_END
};

const struct prose prose_daemon[] = {
	PARAGRAPH(
		"`xylemd` answers questions about names of the DNS for the machine or the "
		"network it runs on. What it doesn't know it finds out by walking: from the root "
		"servers over the servers that each reply refers to, down to those that know the "
		"answer. It keeps what it learnt in memory, and in an SQLite database that "
		"outlives a restart."),
	PARAGRAPH(
		"It stays in the foreground and writes its log to standard error unless told "
		"otherwise. Started as root it takes its ports first and then becomes the user "
		"that `user` names. Several can run on one machine, each with a `directory` of "
		"its own."),
	PARAGRAPH(
		"With neither options nor a file it listens at 127.0.0.1 and ::1, port 53, for "
		"programs on this machine. All settings are in xylemd.yaml(5)."),
	THE_END
};

const struct prose prose_running[] = {
	HEADING("Signals"),
	ITEM("SIGHUP",
		"Read the settings again. If anything is wrong in them the log says so and "
		"nothing changes."),
	ITEM("SIGTERM, SIGINT", "Stop: save the cache and end with 0."),
	HEADING("Environment"),
	ITEM("STATE_DIRECTORY",
		"Where state is kept unless `directory` says otherwise; systemd sets it for a "
		"unit with `StateDirectory=`."),
	ITEM("XDG_STATE_HOME, HOME", "Likewise, for others than root."),
	ITEM("NOTIFY_SOCKET",
		"Set by systemd for a unit of `Type=notify`; told when questions are taken."),
	HEADING("Files"),
	ITEM("/etc/xylem/xylemd.yaml", "The settings."),
	ITEM("/var/lib/xylem", "The directory for state, when started as root. In it:"),
	ITEM("cache.db", "What was learnt, readable with `sqlite3` (`cache.file`)."),
	ITEM("control.sock", "Where `xylem ctl` speaks to the daemon (`control.socket`)."),
	ITEM("lock", "Held while the daemon runs, so that no second one uses the directory."),
	HEADING("Exit status"),
	ITEM("0", "It was told to stop, or did what an option asked for."),
	ITEM("1", "The settings are wrong, or it couldn't start: the last line says why."),
	ITEM("2", "The command line is wrong."),
	HEADING("Examples"),
	PARAGRAPH("Try it without being root, beside whatever has port 53:"),
	CODE("xylemd --port 5300 --directory ./state\n"
	     "dig @127.0.0.1 -p 5300 www.debian.org\n"),
	PARAGRAPH("Serve a network, by options alone:"),
	CODE("xylemd --listen 127.0.0.1,192.168.1.1 --set access.allow=loopback,192.168.1.0/24\n"),
	PARAGRAPH("See whether a file is fine, then let the running daemon take it up:"),
	CODE("xylemd -c /etc/xylem/xylemd.yaml --check-config && xylem ctl reload\n"),
	HEADING("See also"),
	PARAGRAPH("xylemd.yaml(5), xylem(1), dig(1)"),
	THE_END
};
