#!/bin/bash
# SPDX-License-Identifier: MIT
# test_network.sh — the network goes and comes back: from then to the first answer at most 2 s. See daemon.sh.
#
# The lab's servers have their addresses on lo. Taken away, every query is refused by our own system, as without a cable; with a
# default route into lo it vanishes, as behind a dead access point. The servers keep their sockets, and reply
# again when the addresses are back. Each figure is printed.

# shellcheck source=tests/lab/daemon/daemon.sh
. "$(dirname "$(readlink -f "$0")")/daemon.sh"

limit_ms=2000

# Each of these has a daemon of its own.
begin() {
	stop_daemon || return 1
	new_folder
}

now_ms() {
	date +%s%3N
}

network_down() {
	[ -s "$scratch/addresses" ] ||
		ip -o address show dev lo | awk '{ print $4 }' | grep -vx -e '127\.0\.0\.1/8' -e '::1/128' >"$scratch/addresses"
	sed 's/.*/address del & dev lo/' "$scratch/addresses" | ip -batch -
}

network_up() {
	sed 's/.*/address add & dev lo/; /:/s/$/ nodad/' "$scratch/addresses" | ip -batch -
}

# Until the name is found, asking again and again as impatient people do: how long in ms since the given moment.
first_answer_since() {
	local began=$1 name=$2 _

	for _ in $(seq 200); do
		if grep -q 'status: NOERROR' <<<"$(timeout 5 dig +tries=1 +time=4 @127.0.0.1 "$name" A)"; then
			echo $(($(now_ms) - began))
			return 0
		fi
		sleep 0.02
	done
	echo 99999
}

within_limit() {
	echo "# $1: $2 ms from the network's return to the first answer"
	[ "$2" -le $limit_ms ] && return 0
	echo "more than $limit_ms ms; the daemon's log: $(tail -5 "$folder.log")"
	return 1
}

test_first_answer_after_no_route() {
	local took said

	begin && start_daemon || return 1
	expect "$(ask www.example.com A)" 'status: NOERROR' || return 1
	network_down || return 1
	for _ in 1 2 3; do
		said=$(ask www.example.net A)
		expect "$said" 'status: SERVFAIL' || { network_up; return 1; }
	done
	network_up
	took=$(first_answer_since "$(now_ms)" www.example.net)
	within_limit "no route" "$took" || return 1
	stop_daemon
}

# Cold, so that nothing at all is known when it comes back.
test_first_answer_after_starting_without_network() {
	local took

	begin && network_down || return 1
	start_daemon || { network_up; return 1; }
	ask www.example.com A >"$scratch/before"
	sleep 1
	network_up
	took=$(first_answer_since "$(now_ms)" www.example.com)
	expect "$(cat "$scratch/before")" 'status: SERVFAIL' || return 1
	within_limit "started without network" "$took" || return 1
	stop_daemon
}

test_first_answer_after_silence() {
	local took began asker name

	begin && start_daemon || return 1
	expect "$(ask www.example.com A)" 'status: NOERROR' || return 1
	network_down
	ip route add default dev lo
	ip -6 route add default dev lo
	for name in www.example.net www.example.org text.example.com; do
		timeout 10 dig +tries=1 +time=9 @127.0.0.1 "$name" A >"$scratch/$name" &
	done
	sleep 10.5
	# One that waits meanwhile.
	{ ask mail.example.org A; now_ms; } >"$scratch/waiting" 2>&1 &
	asker=$!
	sleep 2.5
	began=$(now_ms)
	ip route del default dev lo
	ip -6 route del default dev lo
	network_up
	took=$(first_answer_since "$began" www.example.net)
	wait $asker
	within_limit "silence" "$took" || return 1
	within_limit "silence, for who waited" "$(($(tail -1 "$scratch/waiting") - began))" || return 1
	expect "$(cat "$scratch/waiting")" 'status: (NOERROR|NXDOMAIN)' || return 1
	refuse "$(ask www.example.org A)" 'SERVFAIL' || return 1
	stop_daemon
}

run_tests "$@"
