# SPDX-License-Identifier: MIT
# daemon.sh — what the tests of the daemon share; sourced by each. They run inside the lab:
#
#   tests/lab/lab exec tests/lab/daemon/test_answers.sh             all behaviours
#   tests/lab/lab exec tests/lab/daemon/test_answers.sh NAME...     these only
#   tests/lab/daemon/test_answers.sh --list                         their names
#
# A behaviour is a function test_NAME; it fails by a status that isn't 0, and what it said is printed then. The daemon is
# $XYLEMD (build-test/resolver/xylemd if not set). Each daemon has a folder of its own and ends with the script; each must end
# with status 0 and without a word from a sanitizer, or the test that stops it fails. The judges are dig, drill and sqlite3.
set -uo pipefail

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
top=$(cd "$here/../../.." && pwd)
xylemd=${XYLEMD:-$top/build-test/resolver/xylemd}
lab_state=${XYLEM_LAB_STATE-}           # set by `lab exec`
scratch=
daemon=                                 # process id of the one that start_daemon started
folder=                                 # its folder; its log is beside it: $folder.log
folders=0

# Is the pattern in the text? Says so if not.
expect() {
	grep -Eq -e "$2" <<<"$1" && return 0
	echo "expected /$2/ in: $(head -c 900 <<<"$1")"
	return 1
}

refuse() {
	grep -Eq -e "$2" <<<"$1" || return 0
	echo "didn't expect /$2/ in: $(head -c 900 <<<"$1")"
	return 1
}

# Asks the daemon: ask QUESTION AND OPTIONS OF DIG...
ask() {
	timeout 15 dig +tries=1 +time=8 @127.0.0.1 "$@" 2>&1
}

# A folder that nobody has used yet, in which a daemon of another user may have its own.
new_folder() {
	folders=$((folders + 1))
	folder=$scratch/daemon-$folders
}

# start_daemon OPTION...: as ourselves, in $folder, with the lab's root and its reverse zones; returns when it answers.
start_daemon() {
	[ -n "$folder" ] || new_folder
	rm -f "$folder.log"             # of the one before it in the same folder
	"$xylemd" --set "user=$(id -un)" --directory "$folder" --root-hints "$lab_state/root.hints" --workers 2 \
		--set "trust-anchors=$lab_state/root.anchors" \
		--set local-zones.documentation-reverse=no "$@" \
		>"$folder.log" 2>&1 </dev/null &
	daemon=$!
	wait_until_served
}

wait_until_served() {
	local _

	for _ in $(seq 200); do
		grep -q ' answers at ' "$folder.log" 2>/dev/null && return 0
		kill -0 "$daemon" 2>/dev/null || break
		sleep 0.05
	done
	echo "xylemd didn't start: $(cat "$folder.log")"
	daemon=
	return 1
}

# Asks it to stop; fails unless it does so cleanly.
stop_daemon() {
	local status

	[ -n "$daemon" ] || return 0
	kill "$daemon" 2>/dev/null
	wait "$daemon"
	status=$?
	daemon=
	if [ $status != 0 ] || grep -q -e Sanitizer -e 'runtime error' "$folder.log"; then
		echo "xylemd ended with status $status: $(tail -c 6000 "$folder.log")"
		return 1
	fi
}

kill_daemon() {
	[ -n "$daemon" ] || return 0
	kill -KILL "$daemon" 2>/dev/null
	wait "$daemon" 2>/dev/null
	daemon=
}

# One daemon with the default settings serves all tests of a script that don't need one of their own.
need_daemon() {
	[ -n "$daemon" ] && kill -0 "$daemon" 2>/dev/null && return 0
	start_daemon "$@"
}

names_of_tests() {
	sed -n 's/^test_\([a-z0-9_]*\)().*/\1/p' "$0"
}

run_one() {
	local name=$1

	if ! declare -F "test_$name" >/dev/null; then
		echo "not ok $name: there is no such test (--list)"
		return 1
	fi
	if "test_$name" >"$scratch/said" 2>&1; then
		grep '^#' "$scratch/said"
		echo "ok $name"
		return 0
	fi
	echo "not ok $name: $(head -c 4000 "$scratch/said")"
	return 1
}

clean_up() {
	kill_daemon
	rm -rf "$scratch"
}

# What each script ends with.
run_tests() {
	local name failed=0

	if [ "${1-}" = --list ]; then
		names_of_tests
		exit 0
	fi
	[ -n "$lab_state" ] || { echo "these tests run inside the lab: tests/lab/lab exec $0"; exit 2; }
	scratch=$(mktemp -d)
	chmod 711 "$scratch"
	trap clean_up EXIT
	trap 'exit 1' INT TERM
	# shellcheck disable=SC2046 # names have no blanks
	for name in ${@:-$(names_of_tests)}; do
		run_one "$name" || failed=1
	done
	if ! stop_daemon; then
		echo "not ok ${0##*/} leaves a daemon that ends well"
		failed=1
	fi
	exit $failed
}
