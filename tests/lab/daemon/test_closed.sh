#!/bin/bash
# SPDX-License-Identifier: MIT
# test_closed.sh — networks that answer port 53 in the root's place, or block it; and the way round. See daemon.sh.
#
# The daemon has root hints of its own, at addresses where each test puts what it needs: a real recursive resolver, as a
# hotel's router does with whatever is sent to port 53, or nobody at all behind a route, or the root itself.

# shellcheck source=tests/lab/daemon/daemon.sh
. "$(dirname "$(readlink -f "$0")")/daemon.sh"
# shellcheck source=tests/packages.sh
. "$top/tests/packages.sh"

daemons=${XYLEM_DAEMONS:-$top/build/daemons}
roots="10.53.0.1 10.53.0.2 10.53.0.3"
house=10.53.1.53                        # the network's own resolver
server=                                 # process id of the one at the roots' addresses

write_hints() {
	local root letter=a

	for root in $roots; do
		printf '. 3600000 IN NS %s.root.test.\n%s.root.test. 3600000 IN A %s\n' $letter $letter "$root"
		letter=$(tr abc bcd <<<$letter)
	done >"$scratch/hints"
}

add_addresses() {
	local address

	for address in $roots $house; do
		ip address add "$address/32" dev lo 2>/dev/null
	done
}

remove_roots() {
	local root

	for root in $roots; do
		ip address del "$root/32" dev lo 2>/dev/null
	done
}

# Starts COMMAND... and waits until somebody answers at the address.
start_server() {
	local address=$1

	LD_LIBRARY_PATH=$(daemons_path "$daemons") "${@:2}" >"$scratch/server.log" 2>&1 </dev/null &
	server=$!
	for _ in $(seq 100); do
		dig +tries=1 +time=1 "@$address" . NS >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	echo "nobody answers at $address: $(tail -n 5 "$scratch/server.log")"
	return 1
}

stop_server() {
	[ -n "$server" ] || return 0
	kill "$server" 2>/dev/null
	wait "$server" 2>/dev/null
	server=
}

# Unbound as of the lab, at the given addresses; beside the lab's own root it finds everything.
start_resolver() {
	local address

	{
		sed -e '/interface:/d' -e '/port:/d' -e '/pidfile:/d' "$lab_state/unbound-5302.conf"
		echo "server:"
		for address in "$@"; do
			echo "interface: $address"
		done
		echo "access-control: 0.0.0.0/0 allow"
		echo "pidfile: \"\""
	} >"$scratch/resolver.conf"
	start_server "$1" "$daemons/usr/sbin/unbound" -d -c "$scratch/resolver.conf"
}

# The root itself, at the roots' addresses.
start_root() {
	local root

	{
		sed -e '/ip-address:/d' -e '/pidfile:/d' -e '/xfrd/d' -e '/zonelistfile:/d' -e '/logfile:/d' \
			"$lab_state/nsd/roots.conf" | awk '
			{ print }
			/^server:/ { while ((getline line < "'"$scratch/addresses"'") > 0) print line }'
	} >"$scratch/root.conf"
	start_server "${roots%% *}" "$daemons/usr/sbin/nsd" -d -c "$scratch/root.conf"
}

begin() {
	local root

	stop_daemon || return 1
	new_folder
	write_hints
	add_addresses
	for root in $roots; do
		printf '\tip-address: %s\n' "$root"
	done >"$scratch/addresses"
	printf '\txfrdfile: ""\n\tzonelistfile: "%s"\n\tpidfile: ""\n' "$scratch/zonelist" >>"$scratch/addresses"
}

start_in_closed_network() {
	start_daemon --set "root-hints=$scratch/hints" --set upstream.ipv6=no "$@"
}

status_of() {
	"${XYLEM:-$top/build-test/client/xylem}" ctl --socket "$folder/control.sock" status 2>&1
}

test_an_interceptor_is_told() {
	local said

	begin && start_resolver $roots && start_in_closed_network || return 1
	said=$(ask www.example.com A)
	stop_server
	expect "$said" 'status: SERVFAIL' || return 1
	expect "$said" 'EDE: 23 .*this network answers port 53 in place of the root servers \(asked 10\.53\.0\.' || return 1
	expect "$said" 'set fallback' || return 1
	expect "$(status_of)" 'network +intercepted: this network answers port 53' || return 1
	[ "$(grep -c 'in place of the root servers' "$folder.log")" = 1 ] || { echo "not told once: $(cat "$folder.log")"; return 1; }
	stop_daemon
}

test_the_fallback_is_asked_until_the_root_is_back() {
	local said _

	begin && start_resolver $roots $house && start_in_closed_network --set "fallback.servers=$house" || return 1
	said=$(ask www.example.com A)
	expect "$said" 'status: NOERROR' || { stop_server; return 1; }
	expect "$said" 'www\.example\.com\.[[:space:]]+([12]?[0-9]|30)[[:space:]]+IN' || { stop_server; return 1; }
	expect "$(status_of)" "network +intercepted.*asking the fallback meanwhile: $house" || { stop_server; return 1; }
	stop_server
	start_root || return 1
	for _ in $(seq 70); do
		grep -q 'port 53 is open again' "$folder.log" && break
		sleep 1
	done
	expect "$(status_of)" 'network +direct' || { stop_server; return 1; }
	expect "$(ask www.example.net A)" 'status: NOERROR' || { stop_server; return 1; }
	stop_server
	stop_daemon
}

test_dhcp_names_the_fallback() {
	local said

	begin && start_resolver $roots $house || return 1
	cat /etc/resolv.conf >"$scratch/resolv.conf"
	printf 'nameserver 127.0.0.1\nnameserver %s\n' "$house" >/etc/resolv.conf
	start_in_closed_network --set fallback.dhcp=yes && said=$(ask www.example.com A)
	cat "$scratch/resolv.conf" >/etc/resolv.conf
	stop_server
	expect "$said" 'status: NOERROR' || return 1
	stop_daemon
}

test_a_blocked_port_is_told_and_gone_round() {
	local said blocked

	begin && start_resolver $house || return 1
	remove_roots
	ip route add 10.53.0.0/24 dev lo
	start_in_closed_network --set "fallback.servers=$house" && said=$(ask www.example.com A)
	expect "$(status_of)" "network +blocked: nobody replies at port 53.*asking the fallback meanwhile: $house"
	blocked=$?
	ip route del 10.53.0.0/24 dev lo
	stop_server
	[ $blocked = 0 ] || return 1
	expect "$said" 'status: NOERROR' || return 1
	stop_daemon
}

test_a_network_that_lets_us_through_is_not_accused() {
	begin && start_root && start_in_closed_network --set "fallback.servers=$house" || return 1
	expect "$(ask www.example.com A)" 'status: NOERROR' || { stop_server; return 1; }
	expect "$(ask www.unreachable.example.com A)" 'status: (SERVFAIL|NXDOMAIN|NOERROR)' || { stop_server; return 1; }
	expect "$(status_of)" 'network +direct' || { stop_server; return 1; }
	refuse "$(cat "$folder.log")" 'port 53' || { stop_server; return 1; }
	stop_server
	stop_daemon
}

run_tests "$@"
