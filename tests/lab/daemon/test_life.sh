#!/bin/bash
# SPDX-License-Identifier: MIT
# test_life.sh — starting, reloading, stopping, dying and coming back; who may ask; whom it asks. See daemon.sh.

# shellcheck source=tests/lab/daemon/daemon.sh
. "$(dirname "$(readlink -f "$0")")/daemon.sh"

# Each of these has daemons of its own.
begin() {
	stop_daemon || return 1
	new_folder
}

# Where tests of others write: below $scratch, readable for any user.
write_config() {
	cat >"$folder.yaml"
}

# control REQUEST: one line to the control socket, one back.
control() {
	python3 - "$folder/control.sock" "$1" <<-'END'
	import socket, sys
	connection = socket.socket(socket.AF_UNIX)
	connection.settimeout(10)
	connection.connect(sys.argv[1])
	connection.sendall(sys.argv[2].encode() + b"\n")
	print(connection.makefile().readline().strip())
	END
}

# ---- starting ----

test_second_daemon_is_refused_by_name() {
	local said status

	begin && start_daemon || return 1
	said=$("$xylemd" --set "user=$(id -un)" --directory "$folder-second" --root-hints "$lab_state/root.hints" --set "trust-anchors=$lab_state/root.anchors" 2>&1)
	status=$?
	[ $status = 1 ] || { echo "exit status $status: $said"; return 1; }
	[ "$(wc -l <<<"$said")" = 1 ] || { echo "more than a line: $said"; return 1; }
	expect "$said" "127\.0\.0\.1@53 \(UDP\) is taken by xylemd \(pid $daemon\)" || return 1
	expect "$said" "kill $daemon.*--port 5300" || return 1
	stop_daemon
}

test_taken_tcp_port_is_told_too() {
	local said holder

	begin || return 1
	python3 -c 'import socket, time
s = socket.socket(); s.bind(("127.0.0.1", 5377)); s.listen(); time.sleep(30)' &
	holder=$!
	for _ in $(seq 50); do
		grep -q :5377 <<<"$(ss -Hltn)" && break
		sleep 0.1
	done
	said=$("$xylemd" --set "user=$(id -un)" --directory "$folder" --port 5377 2>&1)
	kill $holder
	wait $holder 2>/dev/null
	expect "$said" "127\.0\.0\.1@5377 \(TCP\) is taken by python3 \(pid $holder\)"
}

test_folder_has_one_daemon_at_a_time() {
	local said

	begin && start_daemon || return 1
	said=$("$xylemd" --set "user=$(id -un)" --directory "$folder" --port 5300 2>&1)
	[ $? = 1 ] || { echo "it started: $said"; return 1; }
	expect "$said" "xylemd \(pid $daemon\) uses $folder already" || return 1
	[ "$(cat "$folder/lock")" = "$daemon" ] || { echo "the lock file says $(cat "$folder/lock")"; return 1; }
	stop_daemon
}

test_two_daemons_live_side_by_side() {
	local first first_folder

	begin && start_daemon || return 1
	first=$daemon first_folder=$folder
	new_folder
	start_daemon --port 5301 || return 1
	expect "$(ask -p 5301 www.example.com A)" 'status: NOERROR' || return 1
	expect "$(ask www.example.com A)" 'status: NOERROR' || return 1
	stop_daemon || return 1
	daemon=$first folder=$first_folder
	stop_daemon
}

test_start_errors_are_one_line() {
	local said

	begin || return 1
	said=$("$xylemd" --set "user=$(id -un)" --directory "$folder" --listen 192.0.2.254 2>&1)
	[ $? = 1 ] || { echo "it started"; return 1; }
	expect "$said" '^xylemd: this machine has no interface with the address of 192\.0\.2\.254@53' || return 1
	said=$("$xylemd" --set "user=$(id -un)" --directory "$folder" --root-hints /no/such/file 2>&1)
	[ $? = 1 ] || { echo "it started"; return 1; }
	expect "$said" '/no/such/file.*No such file' || return 1
	echo ". 1 IN NS a.root. garbage (" >"$scratch/bad.hints"
	said=$("$xylemd" --set "user=$(id -un)" --directory "$folder" --root-hints "$scratch/bad.hints" 2>&1)
	expect "$said" "^xylemd: $scratch/bad.hints:1: " || return 1
	"$xylemd" --no-such-option >"$scratch/out" 2>&1
	[ $? = 2 ] || { echo "a wrong command line must give status 2"; return 1; }
}

test_missing_ipv6_is_a_warning_only() {
	begin || return 1
	# A network of its own where lo has no IPv6.
	unshare -n sh -c 'ip link set lo up; ip -6 address flush dev lo; exec "$@"' sh \
		"$xylemd" --set "user=$(id -un)" --directory "$folder" >"$folder.log" 2>&1 </dev/null &
	daemon=$!
	wait_until_served || return 1
	expect "$(cat "$folder.log")" 'warning: .*::1@53' || return 1
	expect "$(cat "$folder.log")" 'answers at 127\.0\.0\.1@53 with' || return 1
	stop_daemon
}

test_readiness_is_told_when_it_answers() {
	local said

	begin || return 1
	said=$(python3 - "$xylemd" "$folder" "$lab_state/root.hints" "$(id -un)" "$lab_state/root.anchors" <<-'END'
	import os, signal, socket, subprocess, sys
	path = sys.argv[2] + ".notify"
	listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
	listener.bind(path)
	listener.settimeout(20)
	daemon = subprocess.Popen([sys.argv[1], "--directory", sys.argv[2], "--root-hints", sys.argv[3], "--set",
		"user=" + sys.argv[4], "--set", "trust-anchors=" + sys.argv[5]], env=dict(os.environ, NOTIFY_SOCKET=path), stderr=subprocess.DEVNULL)
	print(listener.recv(100).decode())
	print(subprocess.run(["dig", "@127.0.0.1", "+tries=1", "+time=5", "+short", "www.example.com"],
		capture_output=True, text=True).stdout)
	daemon.send_signal(signal.SIGHUP)
	print(listener.recv(100).decode().split("\n")[0])
	print(listener.recv(100).decode())
	daemon.terminate()
	print(listener.recv(100).decode())
	print("status", daemon.wait(20))
	END
	)
	expect "$(tr '\n' ' ' <<<"$said")" '^READY=1 203\.0\.113\.80 +RELOADING=1 READY=1 STOPPING=1 status 0'
}

# By the last good time, kept from before: so it can't be right.
test_a_clock_that_is_behind_is_told_and_may_be_set() {
	begin || return 1
	mkdir -m 700 "$folder"
	echo "$(($(date +%s) + 100000))" >"$folder/clock.last"
	start_daemon --set dnssec.time-servers=example.com || return 1
	expect "$(cat "$folder.log")" "clock is wrong: it says .*, but it was .* already" || return 1
	expect "$(ask www.example.com A +adflag)" 'flags: qr rd ra;' || return 1
	expect "$(ask www.example.com A +adflag)" 'status: NOERROR' || return 1
	# These signatures are good by this time too.
	expect "$(ask www.example.org A +adflag)" 'flags: qr rd ra ad;' || return 1
	expect "$(ask www.bogus-expired.com A)" "this machine's clock is wrong" || return 1
	stop_daemon || return 1
	# A doubted time isn't kept.
	[ "$(cat "$folder/clock.last")" -gt "$(date +%s)" ] || { echo "the file was overwritten"; return 1; }
	rm "$folder/clock.last"
	start_daemon --set dnssec.time-servers=example.com || return 1
	refuse "$(cat "$folder.log")" 'clock is wrong' || return 1
	expect "$(ask www.example.com A +adflag)" 'flags: qr rd ra ad;' || return 1
	stop_daemon || return 1
	[ "$(cat "$folder/clock.last")" -le "$(date +%s)" ]
}

# As root only: in a user namespace there is nobody else to become.
test_root_becomes_nobody_without_capabilities() {
	local status

	if [ "$(id -u)" != 0 ] || ! awk '$2 == 0 && $3 > 65534 { found = 1 } END { exit !found }' /proc/self/uid_map; then
		echo "# root_becomes_nobody_without_capabilities: not tried, since this isn't the machine's root"
		return 0
	fi
	begin || return 1
	cp "$lab_state/root.hints" "$scratch/root.hints"
	cp "$lab_state/root.anchors" "$scratch/root.anchors"
	chmod 644 "$scratch/root.hints" "$scratch/root.anchors"
	# LeakSanitizer looks into its own process, which who has changed its user may not.
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 start_daemon --set user=nobody --root-hints "$scratch/root.hints" \
		--set "trust-anchors=$scratch/root.anchors" ||
		return 1
	status=$(cat "/proc/$daemon/status")
	expect "$status" '^Uid:.65534.65534.65534.65534' || return 1
	expect "$status" '^Gid:.65534.65534.65534.65534' || return 1
	expect "$status" '^Groups:.*[^0-9]*$' || return 1
	expect "$status" '^CapPrm:.0000000000000000' || return 1
	expect "$status" '^CapEff:.0000000000000000' || return 1
	expect "$status" '^CapBnd:.0000000000000000' || return 1
	expect "$status" '^CapAmb:.0000000000000000' || return 1
	expect "$status" '^NoNewPrivs:.1' || return 1
	[ "$(stat -c '%U %a' "$folder")" = "nobody 750" ] || { stat "$folder"; return 1; }
	expect "$(ask www.example.com A)" 'status: NOERROR' || return 1
	kill -HUP "$daemon"
	sleep 0.5
	expect "$(cat "$folder.log")" 'configuration was read again' || return 1
	stop_daemon
}

# ---- who may ask ----

test_strangers_are_refused() {
	local answer

	begin && start_daemon --listen 203.0.113.80,127.0.0.1 || return 1
	answer=$(timeout 10 dig +tries=1 -b 198.51.100.31 @203.0.113.80 www.example.com A)
	expect "$answer" 'status: REFUSED' || return 1
	answer=$(timeout 10 dig +tries=1 +tcp -b 198.51.100.31 @203.0.113.80 www.example.com A)
	expect "$answer" 'status: REFUSED' || return 1
	expect "$(ask www.example.com A)" 'status: NOERROR' || return 1
	stop_daemon || return 1
	begin && start_daemon --listen 203.0.113.80 --set access.allow=198.51.100.0/24 || return 1
	expect "$(timeout 10 dig +tries=1 -b 198.51.100.31 @203.0.113.80 www.example.com A)" 'status: NOERROR' || return 1
	stop_daemon
}

test_answers_from_the_address_that_was_asked() {
	local answer

	begin && start_daemon --listen 0.0.0.0 --port 5355 --set access.allow=0.0.0.0/0 || return 1
	for address in 203.0.113.80 198.51.100.31 127.0.0.1; do
		answer=$(timeout 10 dig +tries=1 -p 5355 @$address www.example.com A)
		expect "$answer" 'status: NOERROR' || return 1
		refuse "$answer" 'unexpected source' || return 1
	done
	stop_daemon
}

# ---- whom it asks ----

test_stub_zones_are_asked_where_it_was_told() {
	begin || return 1
	# "corp" exists nowhere: its servers are example.com's, which know another zone. So a zone that they do serve is
	# asked for at servers that the root doesn't name.
	write_config <<-END
	stub:
	  - zone: example.org
	    servers: [198.51.100.11@53]
	    dnssec: off
	upstream:
	  never-ask: [192.0.2.20/31, 2001:db8:53:20::/64]       # org's own: no way from the root
	END
	start_daemon -c "$folder.yaml" || return 1
	expect "$(ask example.org A)" '^example\.org\..*A.203\.' || return 1
	expect "$(ask www.rsasha256.org A)" 'status: SERVFAIL' || return 1
	stop_daemon
}

test_forward_zones_are_passed_on() {
	local first first_folder upstream

	begin && start_daemon --port 5302 || return 1
	first=$daemon first_folder=$folder
	new_folder
	write_config <<-END
	forward:
	  - zone: .
	    servers: [127.0.0.1@5302]
	    dnssec: off
	END
	start_daemon -c "$folder.yaml" || return 1
	expect "$(ask www.example.net A)" 'status: NOERROR' || return 1
	expect "$(ask three.alias.com A)" '^end\.alias\.com\..*203\.0\.113\.150' || return 1
	expect "$(ask no-such-name.example.com A)" 'status: NXDOMAIN' || return 1
	stop_daemon || return 1
	daemon=$first folder=$first_folder
	upstream=$(control '{"verb":"status"}')
	expect "$upstream" '"queries": ?[1-9]' || return 1
	stop_daemon
}

# ---- reload ----

test_reload_brings_settings_and_keeps_the_cache() {
	local before after

	begin || return 1
	write_config <<-END
	listen: [203.0.113.80@53]
	access:
	  allow: [loopback]
	END
	start_daemon -c "$folder.yaml" || return 1
	expect "$(timeout 10 dig +tries=1 -b 198.51.100.31 @203.0.113.80 text.example.com TXT)" 'status: REFUSED' || return 1
	before=$(timeout 10 dig +tries=1 -b 127.0.0.1 @203.0.113.80 text.example.com TXT | awk '$4 == "TXT" { print $2; exit }')
	sleep 2.1
	write_config <<-END
	listen: [203.0.113.80@53]
	access:
	  allow: [loopback, 198.51.100.0/24]
	END
	kill -HUP "$daemon"
	for _ in $(seq 100); do
		grep -q 'configuration was read again' "$folder.log" && break
		sleep 0.05
	done
	after=$(timeout 10 dig +tries=1 -b 198.51.100.31 @203.0.113.80 text.example.com TXT | awk '$4 == "TXT" { print $2; exit }')
	[ -n "$before" ] && [ -n "$after" ] && [ "$after" -lt "$before" ] ||
		{ echo "TTL before '$before', after '$after': $(cat "$folder.log")"; return 1; }
	stop_daemon
}

test_bad_file_changes_nothing() {
	local said

	begin || return 1
	write_config <<-END
	log:
	  level: info
	END
	start_daemon -c "$folder.yaml" || return 1
	write_config <<-END
	log:
	  level: loud
	END
	said=$(control '{"verb":"reload"}')
	expect "$said" '"ok": ?false' || return 1
	expect "$said" "$folder.yaml:2" || return 1
	expect "$(ask www.example.com A)" 'status: NOERROR' || return 1
	write_config <<-END
	log:
	  level: debug
	workers: 1
	END
	said=$(control '{"verb":"reload"}')
	expect "$said" '"ok": ?true' || return 1
	expect "$said" 'log\.level' || return 1
	stop_daemon
}

test_reload_keeps_connections() {
	local said

	begin && start_daemon || return 1
	said=$(python3 - "$daemon" <<-'END'
	import os, signal, socket, struct, sys, time
	question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x07example\x03com\x00\x00\x01\x00\x01"
	connection = socket.create_connection(("127.0.0.1", 53))
	connection.settimeout(10)
	def ask():
	    connection.sendall(struct.pack("!H", len(question)) + question)
	    return len(connection.recv(4096))
	print(ask() > 40)
	os.kill(int(sys.argv[1]), signal.SIGHUP)
	time.sleep(1)
	print(ask() > 40)
	END
	)
	[ "$said" = $'True\nTrue' ] || { echo "$said"; return 1; }
	stop_daemon
}

# ---- stopping and coming back ----

test_stops_cleanly_in_the_midst_of_work() {
	local asking

	begin && start_daemon || return 1
	for i in $(seq 20); do
		timeout 10 dig +tries=1 +time=2 @127.0.0.1 "n$i.dead-all.com" A >/dev/null 2>&1 &
		asking+=" $!"
	done
	sleep 0.3
	stop_daemon || return 1
	# shellcheck disable=SC2086
	wait $asking
	[ ! -e "$folder/control.sock" ] || { echo "the control socket is still there"; return 1; }
}

test_is_warm_after_a_restart() {
	local before after rows

	begin && start_daemon || return 1
	before=$(ask text.example.com TXT | awk '$4 == "TXT" { print $2; exit }')
	ask www.example.net A >/dev/null
	stop_daemon || return 1
	rows=$(sqlite3 "$folder/cache.db" "select count(*) from answer where name = 'text.example.com.'")
	[ "$rows" -ge 1 ] || { echo "no row for text.example.com. in the database"; return 1; }
	sleep 1.1
	# No server may be asked: what is answered comes from the disk.
	start_daemon --set upstream.never-ask=0.0.0.0/0,::/0 --set priming=no || return 1
	after=$(ask text.example.com TXT | awk '$4 == "TXT" { print $2; exit }')
	[ -n "$after" ] && [ "$after" -lt "$before" ] || { echo "TTL before '$before', after the restart '$after'"; return 1; }
	expect "$(ask www.example.net A)" 'status: NOERROR' || return 1
	stop_daemon
}

# Names that are there to be asked for, one a line, as `dig -f` wants them.
load() {
	awk '!/^#/ && NF == 2 { print "+tries=1 +time=1", $1, $2 }' "$top/zones/lab/names.txt"
}

test_survives_kill_9_under_load() {
	local asking answer name warm=0

	begin && start_daemon || return 1
	load >"$scratch/load"
	for _ in 1 2 3; do
		timeout 30 dig @127.0.0.1 -f "$scratch/load" >/dev/null 2>&1 &
		asking+=" $!"
	done
	sleep 4
	kill_daemon
	# shellcheck disable=SC2086
	kill $asking 2>/dev/null
	# shellcheck disable=SC2086
	wait $asking 2>/dev/null
	answer=$(sqlite3 "$folder/cache.db" 'pragma integrity_check; select count(*) from answer;')
	expect "$answer" '^ok$' || return 1
	expect "$answer" '^[1-9][0-9]+$' || return 1
	start_daemon --set upstream.never-ask=0.0.0.0/0,::/0 --set priming=no || return 1
	for name in $(sqlite3 "$folder/cache.db" \
		"select name from answer where type = 'A' and expires_at > unixepoch() + 20 limit 20"); do
		grep -q -e 'status: NOERROR' -e 'status: NXDOMAIN' <<<"$(ask "$name" A)" && warm=$((warm + 1))
	done
	[ $warm -ge 10 ] || { echo "only $warm of 20 names were warm"; return 1; }
	stop_daemon
}

test_damaged_database_is_set_aside() {
	begin || return 1
	mkdir -m 750 "$folder"
	head -c 20000 /dev/urandom >"$folder/cache.db"
	start_daemon || return 1
	expect "$(ask www.example.com A)" 'status: NOERROR' || return 1
	stop_daemon || return 1
	expect "$(cat "$folder.log")" 'cache\.db' || return 1
	expect "$(sqlite3 "$folder/cache.db" 'pragma integrity_check')" '^ok$' || return 1
	[ "$(find "$folder" -name 'cache.db*' -size +18k | wc -l)" -ge 1 ] || { echo "the damaged one is gone"; return 1; }
}

# ---- threads ----

# The same daemon built with ThreadSanitizer, under load from several sides, reloaded and stopped in its midst.
test_threads_share_nothing_unguarded() {
	local asking xylemd=${XYLEMD_THREADED:-$top/build-tsan/resolver/xylemd}

	begin && start_daemon --workers 4 || return 1
	load >"$scratch/load"
	for _ in 1 2 3 4; do
		timeout 60 dig @127.0.0.1 -f "$scratch/load" >/dev/null 2>&1 &
		asking+=" $!"
	done
	for _ in 1 2 3 4 5; do
		sleep 1
		kill -HUP "$daemon"
		control '{"verb":"status"}' >/dev/null
		control '{"verb":"cache flush","name":"com.","below":true}' >/dev/null
	done
	# shellcheck disable=SC2086
	kill $asking 2>/dev/null
	# shellcheck disable=SC2086
	wait $asking 2>/dev/null
	stop_daemon
}

run_tests "$@"
