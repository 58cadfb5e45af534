#!/bin/bash
# SPDX-License-Identifier: MIT
# test_attacks.sh — does the daemon survive each attack of tests/bench/evil.h? In a world of its own, not the lab's.
#
#   test_attacks.sh            all of them, about a minute
#   test_attacks.sh NAME...    these only
#   test_attacks.sh --list     their names
set -uo pipefail

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
bench=$here/../bench
export XYLEMD=${XYLEMD:-$here/../../build-test/resolver/xylemd}
export XYLEM=${XYLEM:-$here/../../build-test/client/xylem}

# shellcheck source=tests/bench/survive.sh
. "$bench/survive.sh"

names() {
	survivals | cut -d'|' -f1
}

if [ "${1-}" = --list ]; then
	names | sed 's/^/survives_/'
	exit 0
fi
# shellcheck disable=SC2046 # names have no blanks
exec "$bench/run" --survive ${@:+"${@#survives_}"} $([ $# != 0 ] || names)
