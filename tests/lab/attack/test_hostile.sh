#!/bin/bash
# SPDX-License-Identifier: MIT
# test_hostile.sh — a client that means ill, and what the daemon makes of it. Says how the others are run: ../daemon/daemon.sh.

# shellcheck source=tests/lab/daemon/daemon.sh
. "$(dirname "$0")/../daemon/daemon.sh"

# hostile SEED...: each once against the daemon that runs.
hostile() {
	local seed

	cc -std=gnu11 -D_GNU_SOURCE -O1 -o "$scratch/hostile" "$here/hostile.c" || return 1
	for seed in "$@"; do
		timeout 200 "$scratch/hostile" 53 "$seed" "$folder/control.sock" || return 1
	done
}

# 60,000 datagrams, 600 connections and whatever else hostile.c does, twice.
test_survives_a_hostile_client() {
	start_daemon || return
	hostile 1 2 || return
	stop_daemon
}

# The configuration is read again and again, every other time a bad one, while all that goes on.
test_survives_it_while_it_is_reloaded() {
	local attack status

	new_folder
	echo "workers: 2" >"$scratch/reloaded.yaml"
	start_daemon --config "$scratch/reloaded.yaml" || return
	hostile 3 &
	attack=$!
	while kill -0 "$attack" 2>/dev/null; do
		echo "workers: [" >"$scratch/reloaded.yaml"
		kill -HUP "$daemon"
		sleep 0.2
		echo "workers: 2" >"$scratch/reloaded.yaml"
		kill -HUP "$daemon"
		sleep 0.2
	done
	wait "$attack"
	status=$?
	stop_daemon && [ $status = 0 ]
}

# Too few descriptors for the asking: each question gets an answer, be it a failure, and when the rush is over all is well.
test_survives_a_want_of_descriptors() {
	local before

	new_folder
	before=$(ulimit -Sn)
	ulimit -Sn 64
	start_daemon
	ulimit -Sn "$before"
	[ -n "$daemon" ] || return
	cc -std=gnu11 -D_GNU_SOURCE -O1 -o "$scratch/hostile" "$here/hostile.c" || return
	timeout 200 "$scratch/hostile" 53 4 >/dev/null          # it isn't answered always: not what is asked here
	sleep 6                                                 # what failed is forgotten by now
	expect "$(ask www.example.com A)" 'status: NOERROR' || return
	expect "$(ask www.example.com A +tcp)" 'status: NOERROR' || return
	stop_daemon
}

run_tests "$@"
