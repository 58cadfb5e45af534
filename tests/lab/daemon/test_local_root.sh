#!/bin/bash
# SPDX-License-Identifier: MIT
# test_local_root.sh — a copy of the root zone answers instead of the root servers (RFC 8806). See daemon.sh.

# shellcheck source=tests/lab/daemon/daemon.sh
. "$(dirname "$(readlink -f "$0")")/daemon.sh"

client=${XYLEM:-$(dirname "$xylemd")/../client/xylem}         # asks the control socket

# Nothing is asked in the background: queries are counted.
quiet=(--set dnssec.rfc5011=no --set telemetry.rfc8145=no)

# Each of these has a daemon of its own.
begin() {
	stop_daemon && new_folder
}

status() {
	"$client" ctl --socket "$folder/control.sock" --format json "$1"
}

upstream_queries() {
	status status | grep -o '"upstream_queries": *[0-9]*' | grep -o '[0-9]*$'
}

# Waits until the log says so.
wait_for_line() {
	local _

	for _ in $(seq 200); do
		grep -Eq -e "$1" "$folder.log" && return 0
		sleep 0.05
	done
	echo "the log never said /$1/: $(cat "$folder.log")"
	return 1
}

# start_with_copy OPTION...: by transfer from the lab's root servers, unless told otherwise.
start_with_copy() {
	start_daemon --set local-root.enabled=yes "${quiet[@]}" "$@" && wait_for_line 'local root: serial [0-9]+ from'
}

# The lab's zone with one octet of an address changed.
damaged_root() {
	sed 's/192\.5\.6\.30/192.5.6.31/' "$lab_state/zones/root.zone"
}

test_questions_for_the_root_cost_no_query() {
	local answer name before

	begin && start_with_copy || return 1
	before=$(upstream_queries)
	for name in '. NS' '. SOA' '. DNSKEY' 'com. DS' 'no-such-domain. A' 'www.no-such-domain. AAAA' 'xyz123. DS'; do
		# shellcheck disable=SC2086 # two words
		answer=$(ask $name +dnssec)
		expect "$answer" 'status: (NOERROR|NXDOMAIN)' || return 1
		expect "$answer" 'RRSIG' || return 1
	done
	expect "$(ask no-such-domain. A)" 'status: NXDOMAIN' || return 1
	expect "$(ask com. DS +short)" '^[0-9]+ [0-9]+ 2 ' || return 1
	expect "before $before, now $(upstream_queries)" "before 0, now 0" || return 1
	stop_daemon
}

test_its_answers_are_those_of_the_root_servers() {
	local name ours theirs

	begin && start_with_copy || return 1
	for name in '. NS' '. SOA' '. DNSKEY' '. TXT' 'com. DS' 'arpa. DS' 'no-such-domain. A' 'www.no-such-domain. A' '0. A' 'zzzz. A'; do
		# shellcheck disable=SC2086 # two words
		ours=$(ask $name +dnssec +nocomments +nocmd +nostats +noquestion +noadditional +nocrypto | awk '{ print $1, $4, $5, $6 }' | sort)
		# shellcheck disable=SC2086 # two words
		theirs=$(timeout 15 dig @198.41.0.4 $name +norec +dnssec +nocomments +nocmd +nostats +noquestion +noadditional +nocrypto |
			awk '{ print $1, $4, $5, $6 }' | sort)
		# Beside data they show their NS set; we needn't.
		[ "$name" = '. NS' ] || theirs=$(grep -v '^\. NS ' <<<"$theirs" | grep -v '^\. RRSIG NS ')
		ours=$(tr A-Z a-z <<<"$ours") theirs=$(tr A-Z a-z <<<"$theirs")
		[ "$ours" = "$theirs" ] && continue
		echo "$name: $(diff <(echo "$theirs") <(echo "$ours"))"
		return 1
	done
	stop_daemon
}

test_a_walk_begins_at_the_top_level_domain() {
	local told

	begin && start_with_copy || return 1
	expect "$(ask www.example.com A)" '^www\.example\.com\..*A.203\.' || return 1
	told=$("$client" query @127.0.0.1 www.example.org A 2>&1)
	expect "$told" 'starts at org\. \(known from local root' || return 1
	refuse "$told" 'root-servers' || return 1
	told=$("$client" query @127.0.0.1 no-such-domain A 2>&1)
	expect "$told" 'answered by xylemd itself \(local root, RFC 8806\)' || return 1
	stop_daemon
}

test_it_is_kept_over_a_restart() {
	begin && start_with_copy || return 1
	[ -s "$folder/root.axfr" ] || { echo "nothing is kept: $(ls "$folder")"; return 1; }
	stop_daemon || return 1
	# Nobody gives it now.
	start_with_copy --set local-root.servers=127.0.0.99 || return 1
	expect "$(cat "$folder.log")" "local root: serial [0-9]+ from $folder/root.axfr: 11 top-level" || return 1
	expect "$(ask no-such-domain. A)" 'status: NXDOMAIN' || return 1
	expect "$(upstream_queries)" '^0$' || return 1
	wait_for_line 'local root: 127\.0\.0\.99@53: Connection refused; serial [0-9]+ serves for [0-9]+ hours more' || return 1
	stop_daemon
}

test_what_was_kept_is_checked_again() {
	begin && start_with_copy || return 1
	stop_daemon || return 1
	python3 - "$folder/root.axfr" <<-'END' || return 1
	import sys
	octets = bytearray(open(sys.argv[1], "rb").read())
	at = octets.index(b"\x01a\x0cgtld-servers") + 1
	octets[at] = ord("z")
	open(sys.argv[1], "wb").write(octets)
	END
	start_daemon --set local-root.enabled=yes --set local-root.servers=127.0.0.99 || return 1
	wait_for_line "local root: $folder/root\.axfr: its records aren't those that its digest was made of.*ordinary root is asked" || return 1
	expect "$(ask www.example.com A)" '^www\.example\.com\..*A.203\.' || return 1
	expect "$("$client" ctl --socket "$folder/control.sock" status)" 'local root +absent' || return 1
	stop_daemon
}

test_an_old_copy_is_not_used() {
	begin && start_with_copy || return 1
	stop_daemon || return 1
	touch -d '-15 days' "$folder/root.axfr"
	start_daemon --set local-root.enabled=yes --set local-root.servers=127.0.0.99 || return 1
	wait_for_line 'local root: serial [0-9]+ is older than its SOA allows.*ordinary root' || return 1
	expect "$(status status)" '"state": *"expired"' || return 1
	expect "$(ask no-such-domain. A)" 'status: NXDOMAIN' || return 1
	[ "$(upstream_queries)" -gt 0 ] || { echo "no root server was asked"; return 1; }
	stop_daemon
}

test_a_file_is_read_and_read_again_when_it_changes() {
	begin || return 1
	cp "$lab_state/zones/root.zone" "$scratch/root.zone"
	start_with_copy --set "local-root.file=$scratch/root.zone" || return 1
	expect "$(ask no-such-domain. A)" 'status: NXDOMAIN' || return 1
	expect "$(upstream_queries)" '^0$' || return 1
	damaged_root >"$scratch/root.zone"
	status reload >/dev/null
	wait_for_line "local root: $scratch/root.zone: its records aren't those.*; serial [0-9]+ serves for" || return 1
	expect "$(ask no-such-tld. A)" 'status: NXDOMAIN' || return 1
	expect "$(upstream_queries)" '^0$' || return 1
	stop_daemon
}

test_a_damaged_file_leaves_the_ordinary_root() {
	begin || return 1
	damaged_root >"$scratch/root.zone"
	start_daemon --set local-root.enabled=yes --set "local-root.file=$scratch/root.zone" || return 1
	wait_for_line "local root: $scratch/root.zone: its records aren't those.*; the ordinary root is asked" || return 1
	[ "$(grep -c 'local root' "$folder.log")" = 1 ] || { cat "$folder.log"; return 1; }
	expect "$(ask www.example.com A)" '^www\.example\.com\..*A.203\.' || return 1
	# Without a digest: as the setting says.
	grep -v ZONEMD "$lab_state/zones/root.zone" >"$scratch/root.zone"
	status reload >/dev/null
	wait_for_line "it has no digest \(ZONEMD\), so that it can't be trusted; the ordinary root is asked" || return 1
	stop_daemon || return 1
	start_with_copy --set "local-root.file=$scratch/root.zone" --set local-root.digest=if-present --set dnssec.mode=off || return 1
	stop_daemon
}

test_what_it_says_is_secure() {
	begin && start_with_copy || return 1
	expect "$(ask com. DS +adflag)" 'flags: qr rd ra ad;' || return 1
	expect "$(ask no-such-domain. A +adflag)" 'flags: qr rd ra ad;' || return 1
	expect "$(upstream_queries)" '^0$' || return 1
	expect "$(ask www.example.com A +adflag)" 'flags: qr rd ra ad;' || return 1
	expect "$(ask www.bogus-changed.com A +adflag)" 'status: SERVFAIL' || return 1
	expect "$(ask www.shop.aq A +adflag)" 'flags: qr rd ra;' || return 1
	stop_daemon
}

# Whole and signed, but by somebody else.
test_a_zone_signed_by_a_stranger_is_refused() {
	local key

	begin || return 1
	key=$(cd "$scratch" && ldns-keygen -k -a ECDSAP256SHA256 .) || return 1
	awk '$4 !~ /^(RRSIG|NSEC|DNSKEY|ZONEMD)$/' "$lab_state/zones/root.zone" >"$scratch/stranger.zone"
	(cd "$scratch" && ldns-signzone -z simple:sha384 -o . -f signed.zone stranger.zone "$key") >/dev/null || return 1
	start_daemon --set local-root.enabled=yes --set "local-root.file=$scratch/signed.zone" || return 1
	wait_for_line "its keys can't be trusted: none of the keys of \. is one that its DS vouches for; the ordinary root" || return 1
	expect "$(ask www.example.com A +adflag)" 'flags: qr rd ra ad;' || return 1
	stop_daemon
}

# hostile KIND: a server at 127.0.0.98 that gives no good transfer; prints its process id.
hostile() {
	python3 - "$1" "$lab_state/zones" >/dev/null 2>&1 <<-'END' &
	import socket, struct, sys, time
	kind = sys.argv[1]
	def name(text): return b"".join(bytes([len(l)]) + l.encode() for l in text.split(".") if l) + b"\0"
	def record(owner, type, data, ttl=300): return name(owner) + struct.pack(">HHIH", type, 1, ttl, len(data)) + data
	def soa(serial): return record("", 6, name("a.") + name("b.") + struct.pack(">5I", serial, 1800, 900, 604800, 86400))
	listener = socket.socket(); listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
	listener.bind(("127.0.0.98", 53)); listener.listen()
	while True:
	    connection, _ = listener.accept()
	    try:
	        for _ in range(2):
	            query = connection.recv(2 + 17, socket.MSG_WAITALL)
	            id, type = query[2:4], struct.unpack(">H", query[-4:-2])[0]
	            def message(records, count, flags=0x8400):
	                body = id + struct.pack(">HHHHH", flags, 1, count, 0, 0) + query[-5:] + records
	                return struct.pack(">H", len(body)) + body
	            if type == 6:
	                connection.sendall(message(soa(2030010100), 1)); continue
	            if kind == "half": connection.sendall(message(soa(2030010100), 1)[:20])
	            elif kind == "hangup": connection.sendall(message(soa(2030010100), 1))
	            elif kind == "refuses": connection.sendall(message(b"", 0, 0x8405))
	            elif kind == "serial": connection.sendall(message(soa(2030010100) + record("", 2, name("a.")) + soa(2030010101), 3))
	            elif kind == "old": connection.sendall(message(soa(2001010100) + record("", 2, name("a.")) + record("com", 2, name("a.")) + soa(2001010100), 4))
	            elif kind == "nodigest": connection.sendall(message(soa(2030010100) + record("", 2, name("a.")) + record("com", 2, name("a.")) + soa(2030010100), 4))
	            elif kind == "garbage": connection.sendall(b"\xff" * 4000)
	            elif kind == "endless":
	                connection.sendall(message(soa(2030010100), 1))
	                while True: connection.sendall(message(record("com", 16, b"\xff" + b"x" * 255) * 200, 200))
	            connection.shutdown(socket.SHUT_WR); time.sleep(0.2)
	    except OSError: pass
	    connection.close()
	END
	echo $!
}

test_hostile_servers_are_refused_by_one_line() {
	local kind words server lines

	while read -r kind words; do
		begin || return 1
		server=$(hostile "$kind")
		for _ in $(seq 100); do
			grep -q '127\.0\.0\.98:53' <<<"$(ss -Hltn)" && break
			sleep 0.05
		done
		start_daemon --set local-root.enabled=yes --set local-root.servers=127.0.0.98 || return 1
		wait_for_line "local root: 127\.0\.0\.98@53: $words; the ordinary root is asked" || return 1
		lines=$(grep -c 'local root' "$folder.log")
		kill "$server"
		wait "$server" 2>/dev/null
		[ "$lines" = 1 ] || { echo "$kind: $(cat "$folder.log")"; return 1; }
		expect "$(ask www.example.com A)" '^www\.example\.com\..*A.203\.' || return 1
		stop_daemon || return 1
	done <<-END
	half the server hung up in the middle
	hangup the server hung up in the middle
	refuses the server says REFUSED
	serial it ends with another SOA than it began with
	nodigest it has no digest \(ZONEMD\), so that it can't be trusted
	garbage .*
	endless it is longer than 8 MB
	END
}

test_a_reload_turns_it_off_and_on() {
	begin || return 1
	printf 'local-root: { enabled: yes }\n' >"$folder.yaml"
	start_daemon -c "$folder.yaml" && wait_for_line 'local root: serial' || return 1
	expect "$("$client" ctl --socket "$folder/control.sock" status)" 'local root +in force: serial [0-9]+ from .*@53.* zones' || return 1
	printf 'local-root: { enabled: no }\n' >"$folder.yaml"
	expect "$(status reload)" 'local-root\.enabled' || return 1
	expect "$(status status)" '"state": *"off"' || return 1
	expect "$(ask no-such-domain. A)" 'status: NXDOMAIN' || return 1
	[ "$(upstream_queries)" -gt 0 ] || { echo "no root server was asked"; return 1; }
	stop_daemon
}

run_tests "$@"
