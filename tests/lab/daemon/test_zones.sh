#!/bin/bash
# SPDX-License-Identifier: MIT
# test_zones.sh — zones that come and go while the daemon runs, and the way round those whose servers fail. See daemon.sh.

# shellcheck source=tests/lab/daemon/daemon.sh
. "$(dirname "$(readlink -f "$0")")/daemon.sh"

xylem=${XYLEM:-$top/build-test/client/xylem}

# Each test has a daemon of its own.
begin() {
	stop_daemon || return 1
	new_folder
}

ctl() {
	"$xylem" ctl --socket "$folder/control.sock" "$@" 2>&1
}

# start_forwarder PORT OPTION...: another xylemd. Its process is $forwarder.
start_forwarder() {
	local port=$1

	shift
	"$xylemd" --set "user=$(id -un)" --directory "$scratch/forwarder-$port" --root-hints "$lab_state/root.hints" --workers 1 \
		--set "trust-anchors=$lab_state/root.anchors" \
		--port "$port" "$@" >"$scratch/forwarder-$port.log" 2>&1 </dev/null &
	forwarder=$!
	for _ in $(seq 200); do
		grep -q ' answers at ' "$scratch/forwarder-$port.log" && return 0
		sleep 0.05
	done
	cat "$scratch/forwarder-$port.log"
	return 1
}

stop_forwarder() {
	kill "$forwarder" 2>/dev/null
	wait "$forwarder"
}


# 192.0.2.20 is a server of org: nothing of example.com is heard there. So what is answered tells who was asked.
test_zone_comes_and_goes() {
	local said

	begin && start_daemon || return 1
	expect "$(ask www.example.com A)" 'status: NOERROR' || return 1
	said=$(ctl zone add Example.COM 192.0.2.20 --owner vpn --expires 8h) || { echo "$said"; return 1; }
	expect "$said" '^example\.com\. added for vpn$' || return 1
	# Asked of servers that don't have it: nothing of what was known before shows through.
	said=$(ask www.example.com A)
	expect "$said" 'status: SERVFAIL' || return 1
	expect "$said" 'no server of example\.com\. gave a useful answer' || return 1
	said=$(ctl zone list)
	expect "$said" 'example\.com\.  forward to 192\.0\.2\.20@53, vpn, (7 h 59 min|8 h|8 h 0 min) left' || return 1
	said=$(ctl zone remove --owner vpn)
	expect "$said" '^1 zone removed$' || return 1
	# Nor does the failure outlive it.
	expect "$(ask www.example.com A)" 'status: NOERROR' || return 1
	expect "$(ctl zone remove --owner vpn)" '^there was none to remove$' || return 1
	expect "$(ctl zone list)" '^no zone is configured or added$' || return 1
	stop_daemon
}

test_zone_ends_by_itself() {
	local rows

	begin && start_daemon || return 1
	start_forwarder 5310 || return 1
	ctl zone add example.com 127.0.0.1@5310 --owner vpn --expires 2s || return 1
	expect "$(ask www.example.com A)" 'status: NOERROR' || return 1
	expect "$(ctl cache show www.example.com)" 'from 127\.0\.0\.1' || return 1
	sleep 3
	expect "$(ctl zone list)" '^no zone is configured or added$' || return 1
	refuse "$(ctl cache show www.example.com)" 'from 127\.0\.0\.1' || return 1
	expect "$(cat "$folder.log")" 'added zones whose time is over: 1' || return 1
	# And what is still there at the end isn't saved.
	ctl zone add example.com 127.0.0.1@5310 --owner vpn || return 1
	expect "$(ask www.example.com A)" 'status: NOERROR' || return 1
	stop_forwarder
	stop_daemon || return 1
	rows=$(sqlite3 "$folder/cache.db" "select count(*) from answer where name like '%example.com.'")
	[ "$rows" = 0 ] || { echo "$rows rows of an added zone were saved"; return 1; }
}

test_zone_has_one_owner() {
	local said

	begin && start_daemon || return 1
	ctl zone add corp.example 192.0.2.20 --owner vpn || return 1
	said=$(ctl zone add corp.example 192.0.2.21 --owner office) && { echo "it was added: $said"; return 1; }
	expect "$said" "corp\.example\. is vpn's already: remove it first, or add it as that owner" || return 1
	expect "$(ctl zone add corp.example 192.0.2.21 --owner vpn)" '^corp\.example\. changed for vpn$' || return 1
	expect "$(ctl zone list)" 'corp\.example\.  forward to 192\.0\.2\.21@53, vpn$' || return 1
	ctl zone add lab.example 192.0.2.20 --owner office --stub || return 1
	expect "$(ctl zone remove --owner vpn)" '^1 zone removed$' || return 1
	expect "$(ctl zone list)" '^lab\.example\.  stub to 192\.0\.2\.20@53, office$' || return 1
	stop_daemon
}

# It survives a reload, beats the file's zone of its name meanwhile, and gives way to it again.
test_zone_survives_a_reload() {
	local said

	begin || return 1
	cat >"$folder.yaml" <<-END
	stub:
	  - {zone: example.org, servers: [198.51.100.11]}
	END
	start_daemon -c "$folder.yaml" || return 1
	expect "$(ask example.org A)" 'status: NOERROR' || return 1
	said=$(ctl zone add example.org 192.0.2.20 --owner vpn)
	expect "$said" 'added for vpn; the file has that zone too, which gives way to this' || return 1
	expect "$(ask example.org A)" 'status: SERVFAIL' || return 1
	cat >>"$folder.yaml" <<-END
	log:
	  level: debug
	END
	ctl reload || return 1
	expect "$(ctl zone list)" '^example\.org\.  forward to 192\.0\.2\.20@53, vpn$' || return 1
	expect "$(ctl zone list)" '^example\.org\.  stub to .*from the file, gives way to the one added$' || return 1
	expect "$(ask example.org A)" 'status: SERVFAIL' || return 1
	said=$(ctl zone remove example.org)
	expect "$said" '1 zone removed' || return 1
	expect "$(ask example.org A)" 'status: NOERROR' || return 1
	said=$(ctl zone remove example.org) && { echo "it was removed: $said"; return 1; }
	expect "$said" 'was not added at run time: it stands in the configuration' || return 1
	# A zone that a reload brings is flushed like one that is added.
	expect "$(ask www.example.com A)" 'status: NOERROR' || return 1
	sed -i 's/^stub:/&\n  - {zone: example.com, servers: [192.0.2.20]}/' "$folder.yaml"
	ctl reload || return 1
	expect "$(ask www.example.com A)" 'status: SERVFAIL' || return 1
	stop_daemon
}

# Zones come and go under load, and nobody is left without an answer.
test_zones_come_and_go_under_load() {
	local asking i

	begin && start_daemon || return 1
	awk '!/^#/ && NF == 2 { print "+tries=1 +time=1", $1, $2 }' "$top/zones/lab/names.txt" >"$scratch/load"
	for _ in 1 2; do
		timeout 30 dig @127.0.0.1 -f "$scratch/load" >/dev/null 2>&1 &
		asking+=" $!"
	done
	for i in 1 2 3 4 5 6; do
		ctl zone add com 192.0.2.20 --owner "a$i" --expires 1s >/dev/null
		ctl zone add "n$i.org" 192.0.2.20 --owner b --stub --fallback >/dev/null
		sleep 0.3
		ctl zone remove com >/dev/null
		kill -HUP "$daemon"
	done
	# shellcheck disable=SC2086
	kill $asking 2>/dev/null
	# shellcheck disable=SC2086
	wait $asking 2>/dev/null
	ctl zone remove --owner b >/dev/null
	expect "$(ask www.example.com A)" 'status: NOERROR' || return 1
	stop_daemon
}

# Nobody is at the forwarder's address: the first question finds out, the next doesn't wait.
test_zone_falls_back() {
	local said

	begin && start_daemon || return 1
	ctl zone add example.com 127.0.0.1@5399 --owner vpn --fallback || return 1
	said=$(ask www.example.com A)
	expect "$said" 'status: NOERROR' || return 1
	expect "$said" "no server of example\.com\. replied: this is the public tree's answer" || return 1
	expect "$(cat "$folder.log")" 'no server of example\.com\. replies: going on without them' || return 1
	said=$(ask text.example.com TXT)
	expect "$said" 'status: NOERROR' || return 1
	expect "$said" 'no server of example\.com\. has replied lately' || return 1
	start_forwarder 5399 || return 1
	sleep 11
	said=$(ask cdn.example.com A)
	stop_forwarder
	refuse "$said" 'public tree' || return 1
	expect "$(cat "$folder.log")" 'the servers of example\.com\. reply again' || return 1
	stop_daemon
}

# What a forwarder says of a failure comes through, with its code.
test_forwarder_says_why() {
	local said

	begin && start_daemon || return 1
	# It may ask nobody that the root refers to: it fails at once, and says why.
	start_forwarder 5311 --set upstream.never-ask=0.0.0.0/0,::/0 --set priming=no || return 1
	ctl zone add example.org 127.0.0.1@5311 || return 1
	said=$(ask www.example.org A)
	stop_forwarder
	expect "$said" 'EDE: 2[0-9].*forwarder 127\.0\.0\.1 says: ' || return 1
	stop_daemon
}

test_bad_zones_are_refused_in_a_sentence() {
	begin && start_daemon || return 1
	expect "$(ctl zone add corp.example ns.example)" '"ns\.example" in "servers" is no address' || return 1
	expect "$(ctl zone add corp.example)" 'zone add NAME SERVER' || return 1
	expect "$(ctl zone add corp.example 10.0.0.1 --expires soon)" 'a time such as 90s, 30m, 8h or 2d' || return 1
	expect "$(ctl zone add corp.example 10.0.0.1 --expires 99d)" 'from 1 to 2592000 seconds' || return 1
	expect "$(ctl zone remove)" 'zone remove NAME, or zone remove --owner' || return 1
	stop_daemon
}

run_tests "$@"
