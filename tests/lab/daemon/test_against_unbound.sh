#!/bin/bash
# SPDX-License-Identifier: MIT
# test_against_unbound.sh — the names of zones/lab/names.txt, asked of xylemd and of unbound side by side. See daemon.sh.

# shellcheck source=tests/lab/daemon/daemon.sh
. "$(dirname "$(readlink -f "$0")")/daemon.sh"
# shellcheck source=tests/packages.sh
. "$top/tests/packages.sh"

daemons=${XYLEM_DAEMONS:-$top/build/daemons}

start_unbound() {
	LD_LIBRARY_PATH=$(daemons_path "$daemons") "$daemons/usr/sbin/unbound" -d -c "$lab_state/unbound-5301.conf" \
		>"$scratch/unbound.log" 2>&1 </dev/null &
	unbound=$!
	for _ in $(seq 100); do
		dig +tries=1 +time=1 -p 5301 @127.0.0.1 . NS >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	echo "unbound didn't start: $(tail -n 5 "$scratch/unbound.log")"
	return 1
}

# gist PORT NAME TYPE: the code and the answer's sets without TTLs, sorted, on one line. A signature is named by what it
# covers and who signed: which of several equal ones is kept doesn't matter.
gist() {
	timeout 20 dig -p "$1" +tries=1 +time=9 +noall +comments +answer @127.0.0.1 "$2" "$3" 2>&1 | awk '
		match($0, /status: [A-Z0-9]+/) { print substr($0, RSTART + 8, RLENGTH - 8) }
		/^[^;]/ && NF > 4 { $2 = ""; $1 = tolower($1); print }
		/no servers could be reached|communications error|timed out/ { print "SILENCE" }' | sort | tr '\n' '|'
}

# One line per question: "same", or what differed. Letters may be any. Whoever met a silent server may have been too late at
# first: so a difference counts only if it is still there when both are asked again.
compare() {
	local ours theirs _

	for _ in first again; do
		ours=$(gist 53 "$1" "$2")
		theirs=$(gist 5301 "$1" "$2")
		[ "${ours,,}" = "${theirs,,}" ] && { echo same; return; }
		sleep 1
	done
	printf '%s %s\n  xylemd:  %s\n  unbound: %s\n' "$1" "$2" "$ours" "$theirs"
}

test_answers_what_unbound_answers() {
	local unbound same asked

	need_daemon && start_unbound || return 1
	export -f gist compare
	# unbound 1.17 says SERVFAIL to a question for the CNAME that a signed DNAME makes; the DNAME is signed, so we don't.
	awk '!/^#/ && NF == 2 && !($1 ~ /here\.dname/ && $2 == "CNAME")' "$top/zones/lab/names.txt" >"$scratch/names"
	asked=$(wc -l <"$scratch/names")
	xargs -P 4 -L 1 bash -c 'compare "$1" "$2"' compare <"$scratch/names" >"$scratch/compared" 2>&1
	kill "$unbound"
	wait "$unbound" 2>/dev/null
	same=$(grep -c '^same$' "$scratch/compared")
	echo "# $same of $asked questions answered as unbound does"
	[ "$asked" -ge 200 ] || { echo "only $asked questions"; return 1; }
	[ "$same" = "$asked" ] || { grep -v '^same$' "$scratch/compared"; return 1; }
}

run_tests "$@"
